/** The list of models that published advisories call fragile: a file of its own, so that many sites can share it. */
import type { FragileModel } from '../contract/plant.ts';
import { fragileSchema } from '../contract/plant-file.ts';
import { beside, type Loading, noteCompanion } from './loading.ts';
import { readerOf } from './reader.ts';
import { readYaml } from './yaml-source.ts';

/** Notes every problem of the file; an entry with one is left out, and the plant does not load. */
export function loadFragile(loading: Loading, path: string): FragileModel[] {
  const file = beside(loading, path);
  const { source, bytes, problems } = readYaml(file);
  loading.problems.push(...problems);
  noteCompanion(loading, file, bytes);
  if (source === undefined) return [];
  const reader = readerOf(source, loading.problems);
  if (reader.at(['plimsoll']) !== 1) reader.note(['plimsoll'], '1, the version of this file');
  if (!Array.isArray(reader.at(['fragile']))) {
    reader.note(['fragile'], 'a list of models');
    return [];
  }
  const models: FragileModel[] = [];
  for (let index = 0; index < reader.length(['fragile']); index += 1) {
    const { maker, model, reason, reference } = reader.fields(fragileSchema, ['fragile', index]);
    if (maker === undefined || model === undefined || reason === undefined || reference === undefined) continue;
    models.push({ maker, model, reason, reference });
  }
  return models;
}

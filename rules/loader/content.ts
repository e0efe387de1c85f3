/** Folders of content beside the rows (guide, crosswalks, profiles, incidents): one strict YAML file per thing. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import { codeOf, readPackFile } from './file.ts';
import type { Problem } from './problem.ts';
import { at, problemsOf, type YamlFile } from './yaml.ts';

/** A file that its schema accepts, with its lines for what only a look at the whole can find. */
export interface Content<T> {
  readonly file: YamlFile;
  readonly value: T;
}

/** Every `.yaml` of a folder in the order of names. What cannot be read or parsed goes to `problems`. */
export function readContent<S extends z.ZodObject>(
  folder: string,
  schema: S,
  problems: Problem[],
): Content<z.output<S>>[] {
  return namesIn(folder, problems)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => readOne(join(folder, name), schema, problems) ?? []);
}

/** One file, named in problems by its folder and name; undefined when anything is wrong with it. */
export function readOne<S extends z.ZodObject>(
  path: string,
  schema: S,
  problems: Problem[],
): Content<z.output<S>> | undefined {
  const root = dirname(path);
  const file = readPackFile(path, join(basename(root), basename(path)), { root, problems, read: { bytes: 0 } });
  if (file === undefined) return undefined;
  const parsed = schema.safeParse(file.value);
  if (parsed.success) return { file, value: parsed.data };
  problems.push(...problemsOf(file, parsed.error, Object.keys(schema.shape)));
  return undefined;
}

/** Names in a folder, sorted. A folder that cannot be read is a problem, never an empty list. */
export function namesIn(folder: string, problems: Problem[]): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    problems.push({ file: folder, line: 0, path: '', expected: 'a folder', found: codeOf(error) });
    return [];
  }
}

/** The id of a file is its name without the ending. */
export function checkNamed(content: Content<unknown>, wanted: string, problems: Problem[]): void {
  const { file } = content;
  const name = basename(file.name, '.yaml');
  if (name === wanted) return;
  problems.push({ ...at(file, []), expected: `the name ${wanted}.yaml`, found: `${name}.yaml` });
}

export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((one, other) =>
    one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1,
  );
}

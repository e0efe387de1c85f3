/** Reads `trustworthiness.yaml` of a pack: which rows serve safety, reliability, resilience or privacy as well. */
import { z } from 'zod';
import { characteristics, type TrustworthinessTags } from '../engine/trustworthiness.ts';
import { inOrder, readOne } from './content.ts';
import { BadPack, type Problem } from './problem.ts';
import { at } from './yaml.ts';

const tagsSchema = z.strictObject({
  notice: z.string().min(1, 'a text').max(2000, 'at most 2000 characters'),
  rows: z.record(z.string(), z.array(z.enum(characteristics)).min(1, 'at least one tag').max(4, 'at most 4')),
});

/**
 * @param rows ids of the pack's rows; where given, a tag on no row is a problem too.
 * @throws {BadPack} with every problem.
 */
export function loadTrustworthiness(path: string, rows?: ReadonlySet<string>): TrustworthinessTags {
  const problems: Problem[] = [];
  const content = readOne(path, tagsSchema, problems);
  if (content === undefined) throw new BadPack(inOrder(problems));
  const entries = Object.entries(content.value.rows);
  for (const [row, tags] of entries) {
    const where = at(content.file, ['rows', row]);
    if (rows?.has(row) === false) problems.push({ ...where, expected: 'a row of the pack', found: row });
    if (new Set(tags).size < tags.length)
      problems.push({ ...where, expected: 'every tag once', found: tags.join(', ') });
  }
  if (problems.length > 0) throw new BadPack(inOrder(problems));
  return new Map(entries);
}

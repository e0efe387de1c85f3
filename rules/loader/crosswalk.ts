/** Reads the crosswalks: one file per framework, strictly, every mistake at once. */
import { z } from 'zod';
import { type Crosswalk, type CrosswalkEntry, crosswalkStatuses } from '../engine/crosswalk.ts';
import { type PracticeCode, practiceCodes, roles } from '../engine/model.ts';
import { type Content, checkNamed, inOrder, readContent } from './content.ts';
import { BadPack, type Problem } from './problem.ts';
import { at } from './yaml.ts';

const words = z.string().min(1, 'a text').max(2000, 'at most 2000 characters');
const status = z.enum(crosswalkStatuses);

const entrySchema = z.strictObject({
  practice: z.enum(practiceCodes as [PracticeCode, ...PracticeCode[]]),
  level: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional(),
  /** Absent: the file's. */
  status: status.optional(),
  note: words.optional(),
  ids: z
    .array(z.string().min(1, 'an id').max(40, 'at most 40 characters'))
    .min(1, 'at least one id')
    .max(200, 'at most 200'),
});

const crosswalkSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'an id of small letters, digits, dots and hyphens'),
  cite: words,
  title: words,
  edition: words,
  role: z.enum(roles).optional(),
  notice: words.optional(),
  status,
  entries: z.array(entrySchema).min(1, 'at least one entry').max(500, 'at most 500'),
});
type CrosswalkFile = z.output<typeof crosswalkSchema>;

/** @throws {BadPack} with every problem. */
export function loadCrosswalks(folder: string): readonly Crosswalk[] {
  const problems: Problem[] = [];
  const contents = readContent(folder, crosswalkSchema, problems);
  for (const content of contents) {
    checkNamed(content, content.value.id, problems);
    checkTwice(content, problems);
  }
  checkCitations(contents, problems);
  if (problems.length > 0) throw new BadPack(inOrder(problems));
  return contents.map(({ value }) => crosswalkOf(value));
}

function crosswalkOf(file: CrosswalkFile): Crosswalk {
  const { id, cite, title, edition, role, notice } = file;
  return {
    id,
    cite,
    title,
    edition,
    ...(role === undefined ? {} : { role }),
    ...(notice === undefined ? {} : { notice }),
    entries: file.entries.map(
      (entry): CrosswalkEntry => ({
        practice: entry.practice,
        ...(entry.level === undefined ? {} : { level: entry.level }),
        ids: entry.ids,
        status: entry.status ?? file.status,
        ...(entry.note === undefined ? {} : { note: entry.note }),
      }),
    ),
  };
}

function checkTwice({ file, value }: Content<CrosswalkFile>, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [index, entry] of value.entries.entries()) {
    for (const [which, id] of entry.ids.entries()) {
      const key = `${entry.practice} ${entry.level ?? ''} ${id}`;
      if (seen.has(key)) {
        const where = at(file, ['entries', index, 'ids', which]);
        problems.push({ ...where, expected: `every id once for ${entry.practice}`, found: `${id} again` });
      }
      seen.add(key);
    }
  }
}

/** Two files cited by the same words would make every reference ambiguous. */
function checkCitations(contents: readonly Content<CrosswalkFile>[], problems: Problem[]): void {
  const seen = new Map<string, string>();
  for (const { file, value } of contents) {
    const other = seen.get(value.cite);
    if (other !== undefined) {
      problems.push({ ...at(file, ['cite']), expected: 'words of its own', found: `the same as in ${other}` });
    }
    seen.set(value.cite, file.name);
  }
}

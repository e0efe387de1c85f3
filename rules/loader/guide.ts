/**
 * The level guide: what each level of each practice is for, what to do, and how to recognise it, in Plimsoll's own
 * words. One file per practice, `guide/<code>.yaml`, read strictly; every mistake is told at once.
 */
import { z } from 'zod';
import { type PracticeCode, practiceCodes } from '../engine/model.ts';
import { type Content, checkNamed, inOrder, readContent } from './content.ts';
import { BadPack, type Problem } from './problem.ts';
import { at, type Path, type YamlFile } from './yaml.ts';

const text = z.string().min(1, 'a text').max(2000, 'at most 2000 characters');

export const verticals = ['manufacturing', 'water', 'retail', 'medical', 'fleet'] as const;

const exampleSchema = z.strictObject({
  vertical: z.enum(verticals),
  /** Invented to make a level plain; never a report about a real plant. */
  illustration: z.literal(true),
  text,
});

const levelSchema = z.strictObject({
  level: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  /** One sentence for those who set targets. */
  objective: text,
  do: z.array(text).min(2, 'at least 2').max(4, 'at most 4'),
  indicators: z
    .array(z.strictObject({ text, rows: z.array(text).max(20, 'at most 20').default([]) }))
    .min(2, 'at least 2')
    .max(4, 'at most 4'),
  example: exampleSchema.optional(),
});
export type GuideLevel = Readonly<z.output<typeof levelSchema>>;

const guideSchema = z.strictObject({
  practice: z.enum(practiceCodes as [PracticeCode, ...PracticeCode[]]),
  purpose: text,
  levels: z.array(levelSchema).max(4, 'levels 1 to 4'),
});
export type PracticeGuide = Readonly<z.output<typeof guideSchema>>;

/** All 18 practices in the model's order, each with its levels 1 to 4 in order. */
export interface Guide {
  readonly practices: readonly PracticeGuide[];
}

/**
 * Reads the folder `guide` of a pack.
 * @param rows ids of the pack's rows; where given, an indicator that points to no row is a problem too.
 * @throws {BadPack} with every problem.
 */
export function loadGuide(folder: string, rows?: ReadonlySet<string>): Guide {
  const problems: Problem[] = [];
  const contents = readContent(folder, guideSchema, problems);
  for (const content of contents) checkPractice(content, rows, problems);
  const byPractice = new Map(contents.map(({ value }) => [value.practice, value]));
  const practices = practiceCodes.flatMap((code) => byPractice.get(code) ?? []);
  for (const code of practiceCodes.filter((each) => !byPractice.has(each))) {
    const file = `${code.toLowerCase()}.yaml`;
    // A file that is there and faulty has its own problems already.
    if (problems.some((problem) => problem.file.endsWith(file))) continue;
    problems.push({ file, line: 0, path: '', expected: `a guide to ${code}`, found: 'none' });
  }
  if (problems.length > 0) throw new BadPack(inOrder(problems));
  return { practices };
}

export function guideFor(guide: Guide, practice: PracticeCode, level: number): GuideLevel | undefined {
  return guide.practices.find((each) => each.practice === practice)?.levels.find((each) => each.level === level);
}

const longestSentence = 240;

function checkPractice(
  content: Content<PracticeGuide>,
  rows: ReadonlySet<string> | undefined,
  problems: Problem[],
): void {
  const { file, value } = content;
  checkNamed(content, value.practice.toLowerCase(), problems);
  const levels = value.levels.map(({ level }) => level);
  if (levels.join() !== '1,2,3,4') {
    problems.push({ ...at(file, ['levels']), expected: 'levels 1, 2, 3, 4 in this order', found: levels.join(', ') });
  }
  if (value.levels.length > 0 && value.levels.every(({ example }) => example === undefined)) {
    problems.push({ ...at(file, ['levels']), expected: 'an example at one level at least', found: 'none' });
  }
  const sentences = (path: Path, words: string) => checkSentences({ file, problems }, path, words);
  sentences(['purpose'], value.purpose);
  for (const [index, level] of value.levels.entries()) {
    const path = ['levels', index];
    sentences([...path, 'objective'], level.objective);
    if (sentencesOf(level.objective).length > 1) {
      problems.push({ ...at(file, [...path, 'objective']), expected: 'one sentence', found: 'several' });
    }
    for (const [which, words] of level.do.entries()) sentences([...path, 'do', which], words);
    if (level.example !== undefined) sentences([...path, 'example', 'text'], level.example.text);
    for (const [which, indicator] of level.indicators.entries()) {
      const here = [...path, 'indicators', which];
      sentences([...here, 'text'], indicator.text);
      const begin = `${value.practice.toLowerCase()}.l${level.level}.`;
      for (const [place, row] of indicator.rows.entries()) {
        const where = at(file, [...here, 'rows', place]);
        if (!row.startsWith(begin))
          problems.push({ ...where, expected: `a row that begins with ${begin}`, found: row });
        else if (rows?.has(row) === false) problems.push({ ...where, expected: 'a row of the pack', found: row });
      }
    }
  }
}

function checkSentences(into: { file: YamlFile; problems: Problem[] }, path: Path, words: string): void {
  const longest = Math.max(...sentencesOf(words).map(({ length }) => length));
  if (longest <= longestSentence) return;
  into.problems.push({
    ...at(into.file, path),
    expected: `sentences of at most ${longestSentence} characters`,
    found: `${longest}`,
  });
}

function sentencesOf(value: string): string[] {
  return value.split(/(?<=[.!?])\s+/);
}

/** Reads the incident chains: one file per incident, strictly, every mistake at once. */
import { z } from 'zod';
import { type IncidentChain, type IncidentRow, type IncidentStep, incidentMarks } from '../engine/incident.ts';
import { roles } from '../engine/model.ts';
import { type Content, checkNamed, inOrder, readContent } from './content.ts';
import { BadPack, type Problem } from './problem.ts';
import { at } from './yaml.ts';

const words = z.string().min(1, 'a text').max(2000, 'at most 2000 characters');
const mark = z.enum(incidentMarks);

const rowSchema = z.strictObject({ row: words, role: z.enum(roles).optional(), note: words.optional() });
type RowEntry = z.output<typeof rowSchema>;

const stepSchema = z.strictObject({
  id: z.string().regex(/^[A-Z]\d{1,2}$/, 'an id such as A1'),
  what: words,
  /** Absent: the file's. */
  mark: mark.optional(),
  breaks: z.array(rowSchema).max(20, 'at most 20').default([]),
  softens: z.array(rowSchema).max(20, 'at most 20').default([]),
});

const incidentSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'an id of small letters, digits and hyphens'),
  title: words,
  when: words,
  mark,
  notice: words.optional(),
  sources: z.array(words).min(1, 'at least one source').max(20, 'at most 20'),
  steps: z.array(stepSchema).min(2, 'at least 2 steps').max(30, 'at most 30'),
  shortestBreak: z.array(words).min(1, 'at least one step').max(5, 'at most 5'),
});
type IncidentFile = z.output<typeof incidentSchema>;

/**
 * @param rows ids of the pack's rows; where given, a row that is not among them is a problem too.
 * @throws {BadPack} with every problem.
 */
export function loadIncidents(folder: string, rows?: ReadonlySet<string>): readonly IncidentChain[] {
  const problems: Problem[] = [];
  const contents = readContent(folder, incidentSchema, problems);
  for (const content of contents) {
    checkNamed(content, content.value.id, problems);
    checkSteps(content, problems);
    if (rows !== undefined) checkRows(content, rows, problems);
  }
  if (problems.length > 0) throw new BadPack(inOrder(problems));
  return contents.map(({ value }) => chainOf(value));
}

function chainOf({ notice, steps, ...file }: IncidentFile): IncidentChain {
  return {
    ...file,
    ...(notice === undefined ? {} : { notice }),
    steps: steps.map(
      (step): IncidentStep => ({
        id: step.id,
        what: step.what,
        mark: step.mark ?? file.mark,
        breaks: step.breaks.map(rowOf),
        softens: step.softens.map(rowOf),
      }),
    ),
  };
}

function rowOf({ row, role, note }: RowEntry): IncidentRow {
  return { row, ...(role === undefined ? {} : { role }), ...(note === undefined ? {} : { note }) };
}

function checkSteps({ file, value }: Content<IncidentFile>, problems: Problem[]): void {
  const ids = value.steps.map(({ id }) => id);
  for (const [index, id] of ids.entries()) {
    const wanted = `${ids[0]?.[0] ?? 'A'}${index + 1}`;
    if (id !== wanted) problems.push({ ...at(file, ['steps', index, 'id']), expected: wanted, found: id });
  }
  for (const [index, id] of value.shortestBreak.entries()) {
    const step = value.steps.find((each) => each.id === id);
    if (step !== undefined && step.breaks.length > 0) continue;
    const found = step === undefined ? id : `${id}, which no row breaks`;
    problems.push({ ...at(file, ['shortestBreak', index]), expected: 'a step that a row breaks', found });
  }
}

function checkRows({ file, value }: Content<IncidentFile>, rows: ReadonlySet<string>, problems: Problem[]): void {
  for (const [index, step] of value.steps.entries()) {
    for (const key of ['breaks', 'softens'] as const) {
      for (const [which, { row }] of step[key].entries()) {
        if (rows.has(row)) continue;
        const where = at(file, ['steps', index, key, which, 'row']);
        problems.push({ ...where, expected: 'a row of the pack', found: row });
      }
    }
  }
}

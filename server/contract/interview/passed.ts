/**
 * Questions that somebody passed over: nobody knew, or it was skipped. Such a question is no evidence and moves nothing;
 * it is only not asked again before those that nobody has heard yet. Pure.
 */
import { z } from 'zod';
import type { Asked, Lacking } from './asked.ts';

const lackSchema = z.object({ fact: z.string(), members: z.array(z.string()), keys: z.array(z.string()) });

/** One line of the file beside the statement file. */
export const passedSchema = z.strictObject({
  v: z.literal(1),
  system: z.string(),
  /** Id of the question when it was asked. */
  question: z.string(),
  /** unknown: nobody there knew; skipped: put off. */
  why: z.enum(['unknown', 'skipped']),
  /** Absent: whoever it was gave no name. */
  by: z.string().min(1).optional(),
  at: z.string(),
  /** What stayed open, or the set of which nobody said whether it is rightly empty. */
  lacks: z.array(lackSchema),
  empty: z.string().optional(),
});

export type Passed = z.infer<typeof passedSchema>;

/** Beside the statement file, and no YAML, so that no list of statement files takes it for one. */
export function passedFileOf(statementFile: string): string {
  return `${statementFile}.passed.jsonl`;
}

/** What is left to ask of a question, and the newest pass where that is nothing. */
export function openPart<Q extends Asked>(question: Q, passed: readonly Passed[]): { ask?: Q; passed?: Passed } {
  if (passed.length === 0) return { ask: question };
  const { empty } = question;
  if (empty !== undefined) {
    const last = passed.findLast((each) => each.empty === empty);
    return last === undefined ? { ask: question } : { passed: last };
  }
  const lacks = question.lacks.flatMap((lack) => stillOpen(lack, passed) ?? []);
  if (lacks.length > 0) return { ask: { ...question, lacks } };
  const last = passed.findLast((each) =>
    each.lacks.some(({ fact }) => question.lacks.some((own) => own.fact === fact)),
  );
  return last === undefined ? { ask: question } : { passed: last };
}

/** The part of a fact that nobody passed over: members that are new since are asked for. */
function stillOpen(lack: Lacking, passed: readonly Passed[]): Lacking | undefined {
  const own = passed.flatMap(({ lacks }) => lacks.filter(({ fact }) => fact === lack.fact));
  if (own.length === 0) return lack;
  const isPassed = (member: string | undefined, key: string | undefined) =>
    own.some(
      (each) =>
        (member === undefined ? each.members.length === 0 : each.members.includes(member)) &&
        (key === undefined || each.keys.includes(key)),
    );
  const members: readonly (string | undefined)[] = lack.members.length === 0 ? [undefined] : lack.members;
  const keys: readonly (string | undefined)[] = lack.keys.length === 0 ? [undefined] : lack.keys;
  const openMembers = members.filter((member) => keys.some((key) => !isPassed(member, key)));
  const openKeys = keys.filter((key) => members.some((member) => !isPassed(member, key)));
  if (openMembers.length === 0) return undefined;
  return { ...lack, members: openMembers.filter(isNamed), keys: openKeys.filter(isNamed) };
}

function isNamed(name: string | undefined): name is string {
  return name !== undefined;
}

/** From judged rows to the level of a practice, its ceiling and what holds it there. */
import type { Level } from './input.ts';
import type { RowOutcome } from './judging.ts';
import type { PracticeCode } from './model.ts';
import type { Blocker } from './result.ts';
import { isAttested, noSupport } from './value.ts';

export interface Standing {
  /** null: not established. */
  readonly level: Level | null;
  readonly ceiling: Level;
  readonly assessedTo: Level;
}

export type Gate = 'examined' | 'operating' | 'declined';

export const allLevels = [1, 2, 3, 4] as const;
const half = 0.5;

/** `declined`: more than 5 % of the critical assets may not be examined, and the practice counts assets. */
export function standingOf(rows: readonly RowOutcome[], declined: boolean): Standing {
  let level: Level = 0;
  for (const next of allLevels) {
    if (!coreHolds(rows, next) || missingGates(rows, next, declined).length > 0) break;
    level = next;
  }
  let assessed: Level = 0;
  for (const next of allLevels) {
    if (!isAssessed(rows, next)) break;
    assessed = next;
  }
  let possible: Level = 0;
  for (const next of allLevels) {
    if (!couldHold(rows, next) || (declined && next > 2)) break;
    possible = next;
  }
  const assessedTo = Math.max(level, assessed) as Level;
  const ceiling = Math.max(level, Math.min(possible, assessedTo)) as Level;
  return { level: level === 0 && !isRefuted(rows) ? null : level, ceiling, assessedTo };
}

/** Every applicable core row of exactly this level is met, and there is one: empty never passes. */
export function coreHolds(rows: readonly RowOutcome[], level: number): boolean {
  const core = applicable(rows).filter((outcome) => outcome.core && outcome.row.level === level);
  return core.length > 0 && core.every(holds);
}

/** What is missing at a level beside its rows. */
export function missingGates(rows: readonly RowOutcome[], level: number, declined: boolean): Gate[] {
  const gates: Gate[] = [];
  if (level >= 2 && !rows.some(({ row, status, weak }) => status === 'met' && row.level <= 2 && isExamined(weak))) {
    gates.push('examined');
  }
  if (level >= 3 && !rows.some((outcome) => outcome.row.level === level && isOperating(outcome)))
    gates.push('operating');
  if (level >= 3 && declined) gates.push('declined');
  return gates;
}

export function holds(outcome: RowOutcome): boolean {
  return outcome.status === 'met' || outcome.compensatedBy !== undefined;
}

export function applicable(rows: readonly RowOutcome[]): RowOutcome[] {
  return rows.filter(({ status }) => status !== 'notApplicable');
}

/** Consecutive levels whose automated rows are all met; null where this is not published or nothing was measured. */
export function technicalLevelOf(practice: PracticeCode, rows: readonly RowOutcome[]): Level | null {
  if (!published.has(practice)) return null;
  const automated = applicable(rows).filter(({ row }) => row.method === 'automated');
  let level: Level = 0;
  let measured = false;
  for (const next of allLevels) {
    const own = automated.filter(({ row }) => row.level === next);
    const counting = own.filter(({ row }) => !row.self);
    if ((counting.length === 0 && next > 1) || !own.every(({ status }) => status === 'met')) break;
    measured ||= counting.length > 0;
    level = next;
  }
  if (measured) return level;
  const failed = automated.some(({ row, status }) => row.level <= level + 1 && !row.self && status === 'notMet');
  return failed ? 0 : null;
}

/** Unmet core rows up to a level, in the order of the rows, and the level's missing gates. */
export function blockersOf(rows: readonly RowOutcome[], level: Level, declined: readonly string[]): Blocker[] {
  const blockers: Blocker[] = [];
  for (const outcome of applicable(rows)) {
    const { row, core, status, reason } = outcome;
    if (!core || row.level > level || holds(outcome) || (status !== 'notMet' && status !== 'unknown')) continue;
    blockers.push({
      indicator: row.id,
      level: row.level,
      status,
      ...(reason === undefined ? {} : { reason }),
      assets: status === 'notMet' ? outcome.bad : outcome.unseen,
      effort: row.effort,
    });
  }
  const gates = missingGates(rows, level, declined.length > 0).map((gate) => ({
    gate,
    level,
    ...(gate === 'declined' ? { assets: declined } : {}),
  }));
  return [...blockers, ...gates];
}

/** Practices of which most that counts can be measured. */
const published: ReadonlySet<PracticeCode> = new Set(['EMI', 'ACC', 'ACM', 'DPI', 'VAS', 'PAT', 'MON', 'RRC']);

/** Zero is a finding: a core row of level 1 is known not to hold. */
function isRefuted(rows: readonly RowOutcome[]): boolean {
  return rows.some(
    (outcome) => outcome.core && outcome.row.level === 1 && outcome.status === 'notMet' && !holds(outcome),
  );
}

function couldHold(rows: readonly RowOutcome[], level: number): boolean {
  const core = applicable(rows).filter((outcome) => outcome.core && outcome.row.level === level);
  return core.length > 0 && core.every((outcome) => outcome.status !== 'notMet' || holds(outcome));
}

function isAssessed(rows: readonly RowOutcome[], level: number): boolean {
  const own = applicable(rows).filter(({ row }) => row.level === level);
  return own.length > 0 && own.filter(({ lookedAt }) => lookedAt).length >= half * own.length;
}

/** Seen by a machine, or examined by somebody other than the author. */
function isExamined(weak: number): boolean {
  return weak !== noSupport.weak && !isAttested(weak);
}

function isOperating({ row, status, strong }: RowOutcome): boolean {
  return status === 'met' && !row.self && !isAttested(strong);
}

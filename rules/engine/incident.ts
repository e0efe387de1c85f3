/**
 * Incident replay: a known incident as ordered steps, held against the statuses of today. It says what would have
 * worked, never that it will: rows break a step, everything else only shows or softens it.
 */
import type { Role } from './model.ts';
import type { Status } from './result.ts';

/** How sure a fact is: read in a public report, recalled from such, not settled, or told differently by its sources. */
export const incidentMarks = ['reported', 'recalled', 'uncertain', 'disputed'] as const;
export type IncidentMark = (typeof incidentMarks)[number];

export interface IncidentRow {
  readonly row: string;
  /** A row of another party than the owner: it may be missing from an assessment, and then counts for nothing. */
  readonly role?: Role;
  readonly note?: string;
}

export interface IncidentStep {
  readonly id: string;
  readonly what: string;
  readonly mark: IncidentMark;
  /** While one of these is met the step does not succeed. Empty: no row breaks it. */
  readonly breaks: readonly IncidentRow[];
  /** Rows by which somebody notices in time, or it costs less. */
  readonly softens: readonly IncidentRow[];
}

export interface IncidentChain {
  readonly id: string;
  readonly title: string;
  readonly when: string;
  readonly mark: IncidentMark;
  readonly notice?: string;
  readonly sources: readonly string[];
  readonly steps: readonly IncidentStep[];
  /** Sets of steps of which one, broken, would have been the shortest way out. */
  readonly shortestBreak: readonly string[];
}

/** `noRow`: the chain names no row of this assessment that breaks the step, so that nothing is said about it. */
export const stepOutcomes = ['worked', 'broken', 'unknown', 'noRow'] as const;
export type StepOutcome = (typeof stepOutcomes)[number];

export interface StepReplay {
  readonly id: string;
  readonly what: string;
  readonly outcome: StepOutcome;
  /** Met rows that break the step. */
  readonly brokenBy: readonly string[];
  /** Rows that are not met, and would break it. */
  readonly openBecauseOf: readonly string[];
  /** Rows of which nobody knows; not assessed and not applicable ones too, unless they are another party's. */
  readonly unknownBecauseOf: readonly string[];
  /** Another party's rows that this assessment does not hold. */
  readonly elsewhere: readonly string[];
  /** Met rows that would show or soften the step. */
  readonly softenedBy: readonly string[];
}

export interface BreakingPoint {
  readonly step: string;
  readonly rows: readonly string[];
}

export interface IncidentReplay {
  readonly incident: string;
  /** broken: a step surely fails; open: every step that a row could break works; unknown: neither can be said. */
  readonly verdict: 'broken' | 'open' | 'unknown';
  readonly steps: readonly StepReplay[];
  /** Earliest step that surely fails today, and the rows that see to it. */
  readonly brokenAt?: BreakingPoint;
  /** Earliest step before it (or at all) that does not surely fail, and the rows that would make it. */
  readonly couldBreakAt?: BreakingPoint;
}

/**
 * @param statuses status of each assessed row; a row that is missing counts as unknown, never as met.
 */
export function replayIncident(chain: IncidentChain, statuses: ReadonlyMap<string, Status>): IncidentReplay {
  const steps = chain.steps.map((step) => replayStep(step, statuses));
  const broken = steps.findIndex(({ outcome }) => outcome === 'broken');
  const before = broken < 0 ? steps : steps.slice(0, broken);
  const could = before.find(({ outcome }) => outcome === 'worked' || outcome === 'unknown');
  const brokenStep = steps[broken];
  return {
    incident: chain.id,
    verdict: verdictOf(steps),
    steps,
    ...(brokenStep === undefined ? {} : { brokenAt: { step: brokenStep.id, rows: brokenStep.brokenBy } }),
    ...(could === undefined
      ? {}
      : { couldBreakAt: { step: could.id, rows: [...could.openBecauseOf, ...could.unknownBecauseOf] } }),
  };
}

function verdictOf(steps: readonly StepReplay[]): IncidentReplay['verdict'] {
  if (steps.some(({ outcome }) => outcome === 'broken')) return 'broken';
  const judged = steps.filter(({ outcome }) => outcome !== 'noRow');
  return judged.length > 0 && judged.every(({ outcome }) => outcome === 'worked') ? 'open' : 'unknown';
}

function replayStep(step: IncidentStep, statuses: ReadonlyMap<string, Status>): StepReplay {
  const having = (...wanted: (Status | undefined)[]) =>
    step.breaks.filter(({ row }) => wanted.includes(statuses.get(row)));
  const elsewhere = having(undefined).filter(({ role }) => role !== undefined);
  const unknown = having('unknown', 'notApplicable', undefined).filter((each) => !elsewhere.includes(each));
  const brokenBy = having('met').map(rowOf);
  const openBecauseOf = having('notMet').map(rowOf);
  return {
    id: step.id,
    what: step.what,
    outcome: outcomeOf({
      rows: step.breaks.length - elsewhere.length,
      brokenBy,
      openBecauseOf,
      undecided: unknown.filter(({ row }) => statuses.get(row) !== 'notApplicable').length,
    }),
    brokenBy,
    openBecauseOf,
    unknownBecauseOf: unknown.map(rowOf),
    elsewhere: elsewhere.map(rowOf),
    softenedBy: step.softens.filter(({ row }) => statuses.get(row) === 'met').map(rowOf),
  };
}

/** A row that does not apply breaks nothing; where others are not met it leaves no doubt. */
function outcomeOf(seen: {
  rows: number;
  brokenBy: readonly string[];
  openBecauseOf: readonly string[];
  undecided: number;
}): StepOutcome {
  if (seen.rows === 0) return 'noRow';
  if (seen.brokenBy.length > 0) return 'broken';
  return seen.undecided === 0 && seen.openBecauseOf.length > 0 ? 'worked' : 'unknown';
}

function rowOf({ row }: IncidentRow): string {
  return row;
}

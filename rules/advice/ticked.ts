/** Where practices would stand if the steps that somebody ticked were done and seen. The engine says so; nothing is kept. */
import { assessWith } from '../engine/assess.ts';
import type { AssessInput, Level } from '../engine/input.ts';
import type { Forced, RowOutcome } from '../engine/judging.ts';
import type { Gate } from '../engine/level.ts';
import { type PracticeCode, practiceCodes } from '../engine/model.ts';
import type { Pack, Row } from '../engine/pack.ts';
import type { Assessment, EvidenceWord, PracticeResult } from '../engine/result.ts';
import { wordOf } from '../engine/value.ts';
import { Supposition } from './suppose.ts';
import { waysOf } from './ways.ts';
import { changedRows, type Move, type Standing, standing, statusesOf } from './what-if.ts';

/** A step of `raise`, as far as it matters to its outcome. */
export interface TickedStep {
  readonly row: string;
  readonly becomes?: 'met' | 'notApplicable' | undefined;
  /** What the row then rests on; default: the strongest that its paths give. */
  readonly evidence?: EvidenceWord | undefined;
}

export interface TickedPractice {
  readonly practice: PracticeCode;
  readonly from: Standing;
  readonly to: Standing;
  /** Rows whose status is another one, the ticked ones among them. */
  readonly rows: Move['rows'];
  /** What then still keeps it from the level above; absent at level 4. */
  readonly next?: { readonly level: Level; readonly notMet: number; readonly unknown: number };
  /** Gates of that level that are missing. */
  readonly gates: readonly Gate[];
}

export interface Ticked {
  /** Those that have a ticked row or in which anything changes, in the model's order. */
  readonly practices: readonly TickedPractice[];
  /** Ticked rows that count for nothing, because what they rest on is still open. */
  readonly unfounded: readonly { readonly row: string; readonly needs: readonly string[] }[];
}

/** What is wrong with a ticked step, by its place in the list. */
export interface StepProblem {
  readonly index: number;
  readonly key: keyof TickedStep;
  readonly expected: string;
  readonly found: string;
}

export type TickedAnswer =
  | { readonly ticked: Ticked; readonly problems?: never }
  | { readonly problems: readonly StepProblem[]; readonly ticked?: never };

/** Pure; the same input gives the same answer, in whichever order steps are ticked. Every problem is told at once. */
export function tick(
  pack: Pack,
  input: AssessInput,
  by: {
    readonly steps: readonly TickedStep[];
    readonly collectors: ReadonlySet<string>;
    /** What the evidence gives as it is, where that is known already. */
    readonly today?: Assessment;
  },
): TickedAnswer {
  const base = new Supposition(pack, input, by.today === undefined ? {} : { today: by.today });
  const rows = new Map(base.rows.map((row) => [row.id, row]));
  const problems: StepProblem[] = [];
  const forced = new Map<string, Forced>();
  const outcomes = outcomesOf(base, rows, by.steps);
  for (const [index, step] of by.steps.entries()) {
    const note = (key: keyof TickedStep, expected: string, found: string) =>
      problems.push({ index, key, expected, found });
    const row = rows.get(step.row);
    if (row === undefined) {
      note('row', `the id of a row of pack ${pack.id} for the role ${input.system.role}`, step.row);
      continue;
    }
    if (forced.has(row.id)) note('row', 'each row once', `${row.id} again`);
    const outcome = outcomes.get(row.id);
    const known = evidenceFor(row, outcome, by.collectors);
    if (step.evidence !== undefined && !known.includes(step.evidence))
      note(
        'evidence',
        known.length === 0 ? 'no evidence: the row has no path' : `one of ${known.join(', ')}`,
        step.evidence,
      );
    if (step.becomes === 'notApplicable' && outcome?.reason !== 'emptyPopulation')
      note('becomes', 'met: only a row that has nothing to count may no longer apply', step.becomes);
    forced.set(row.id, { status: step.becomes ?? 'met', evidence: step.evidence ?? known[0] ?? 'stated' });
  }
  if (problems.length > 0) return { problems };
  const today = base.today();
  const { after, unfounded } = founded(base, forced);
  const touched = new Set(by.steps.map(({ row }) => rows.get(row)?.practice));
  const practices = after.practices.flatMap((now): TickedPractice[] => {
    const was = today.practices.find(({ practice }) => practice === now.practice);
    if (was === undefined) return [];
    const found = tickedPractice(was, now);
    return touched.has(now.practice) || found.rows.length > 0 || isMoved(found) ? [found] : [];
  });
  return { ticked: { practices, unfounded } };
}

/**
 * Takes a row as met only while what it rests on is met too: a tick on the detection map raises nothing before the
 * threat model that it maps is there.
 */
function founded(
  base: Supposition,
  forced: Map<string, Forced>,
): { after: Assessment; unfounded: Ticked['unfounded'] } {
  const unfounded: { row: string; needs: string[] }[] = [];
  for (;;) {
    const after = assessWith(base.pack, base.input, forced);
    const statuses = statusesOf(after);
    const loose = [...forced.keys()].flatMap((id) => {
      const row = base.pack.byId.get(id);
      const needs = row === undefined ? [] : base.openNeedsOf(row, (each) => statuses.get(each));
      return needs.length === 0 ? [] : [{ row: id, needs }];
    });
    if (loose.length === 0) return { after, unfounded: unfounded.sort((a, b) => (a.row < b.row ? -1 : 1)) };
    unfounded.push(...loose);
    for (const { row } of loose) forced.delete(row);
  }
}

function tickedPractice(was: PracticeResult, now: PracticeResult): TickedPractice {
  const { next } = now;
  return {
    practice: now.practice,
    from: standing(was),
    to: standing(now),
    rows: changedRows(was, now),
    ...(next === undefined
      ? {}
      : { next: { level: next.level, notMet: next.notMet, unknown: next.unknown + next.neverAsked } }),
    gates: now.blockers.flatMap((blocker) => ('gate' in blocker ? [blocker.gate] : [])),
  };
}

function isMoved({ from, to }: TickedPractice): boolean {
  return from.level !== to.level || from.ceiling !== to.ceiling || from.fit !== to.fit;
}

/** How the named rows stand today. */
function outcomesOf(
  base: Supposition,
  rows: ReadonlyMap<string, Row>,
  steps: readonly TickedStep[],
): ReadonlyMap<string, RowOutcome> {
  const named = new Set(steps.map(({ row }) => rows.get(row)?.practice));
  return new Map(practiceCodes.filter((code) => named.has(code)).flatMap((code) => [...base.look(code).all.entries()]));
}

/** What a row's paths give, strongest first; what is fixed may also rest on what is known of it today. */
function evidenceFor(row: Row, outcome: RowOutcome | undefined, collectors: ReadonlySet<string>): EvidenceWord[] {
  const known = outcome?.status === 'notMet' ? wordOf(outcome.weak) : undefined;
  const given = waysOf(row, collectors).map(({ evidence }) => evidence);
  return [...new Set(known === undefined ? given : [...given, known])];
}

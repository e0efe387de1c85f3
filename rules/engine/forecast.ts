/**
 * The day on which a level falls by itself: rows are judged anew as of the instants at which one of them turns, so that
 * what is foretold is what an assessment on that day will say.
 */
import type { Level } from './input.ts';
import { judgeRows } from './judge.ts';
import { isDeclined, type Judging, outcomesOf, type RowOutcome } from './judging.ts';
import { standingOf } from './level.ts';
import type { PracticeCode } from './model.ts';
import type { Row } from './pack.ts';
import { type Sequence, withFoundations } from './sequence.ts';

/** Instants that are tried to find the one at which a level drops. */
const maxLooksAhead = 400;
const never = Number.POSITIVE_INFINITY;

export interface Drop {
  /** First instant at which the level is lower, if nobody looks again. */
  readonly on: number;
  readonly to: Level | null;
}

export interface Future {
  readonly sequence: Sequence;
  /** Judges rows as of an instant, with or without the statements that lapsed within the last 30 days. */
  readonly judge: (
    options: { readonly at: number; readonly grace: boolean; readonly outcomes?: Map<string, RowOutcome> },
    rows: readonly Row[],
    before: Judging,
  ) => Judging;
  /** All rows as they are today, in either pass. */
  readonly now: (grace: boolean) => Judging;
}

/**
 * `holder` is the pass over the rows in which the level stands: the plain one, or the one that holds lapsed statements.
 * A level stands while either of them gives it. Undefined: it does not fall, as far as can be seen.
 */
export function dropOf(
  future: Future,
  practice: PracticeCode,
  from: { readonly level: Level; readonly holder: Judging },
): Drop | undefined {
  const rows = withFoundations(future.sequence, (row) => row.practice === practice && row.level <= from.level);
  let { holder } = from;
  for (let look = 0; look < maxLooksAhead; look++) {
    const watched = watchedRows(future, holder, { practice, level: from.level });
    const at = nextTurn(holder, watched);
    if (at === never) return undefined;
    const { grace } = holder.moment;
    const then = turned(future, holder, { at, watched });
    if (stands(levelIn(then, practice), from.level)) {
      holder = then;
      continue;
    }
    // Rows that nobody watched may have turned in the level's favour: all of them, in both passes.
    const passes = [grace, !grace].map((each) =>
      future.judge({ at, grace: each }, rows, each === grace ? then : future.now(each)),
    );
    const still = passes.find((pass) => stands(levelIn(pass, practice), from.level));
    if (still === undefined) return { on: at, to: passes.map((pass) => givenBy(pass, practice)).reduce(higher) };
    holder = still;
  }
  return undefined;
}

function levelIn(judging: Judging, practice: PracticeCode): Level | null {
  const outcomes = outcomesOf(judging, practice);
  return standingOf(outcomes, isDeclined(judging, outcomes)).level;
}

/** What a pass gives a practice: lapsed statements hold levels, but no findings. */
function givenBy(judging: Judging, practice: PracticeCode): Level | null {
  const level = levelIn(judging, practice);
  return judging.moment.grace && level === 0 ? null : level;
}

function stands(level: Level | null, wanted: Level): boolean {
  return level !== null && level >= wanted;
}

function higher(one: Level | null, other: Level | null): Level | null {
  return (one ?? -1) >= (other ?? -1) ? one : other;
}

/** Rows that the level can fall with, and those that they rest on. An open supporting row holds up nothing. */
function watchedRows(future: Future, holder: Judging, of: { practice: PracticeCode; level: Level }): readonly Row[] {
  return withFoundations(future.sequence, (row) => {
    if (row.practice !== of.practice || row.level > of.level) return false;
    return row.core || holder.outcomes.get(row.id)?.status === 'met';
  });
}

function nextTurn(holder: Judging, watched: readonly Row[]): number {
  const counts = watched.some((row) => row.counts?.of === 'asset');
  let next = counts && holder.populations.someDeclined ? holder.populations.baseUntil : never;
  for (const row of watched) next = Math.min(next, holder.outcomes.get(row.id)?.steadyUntil ?? never);
  return next;
}

/** The pass as of the next turn: only rows that are due, or rest on one that turned, are judged anew. */
function turned(future: Future, holder: Judging, to: { at: number; watched: readonly Row[] }): Judging {
  const { at, watched } = to;
  const then = future.judge({ at, grace: holder.moment.grace, outcomes: new Map(holder.outcomes) }, [], holder);
  const changed = new Set<string>();
  for (const row of watched) {
    const before = holder.outcomes.get(row.id);
    const isDue = before === undefined || before.steadyUntil <= at;
    const rests = row.reads.anyRow ? changed.size > 0 : future.sequence.after(row).some((id) => changed.has(id));
    if (!isDue && !rests) continue;
    judgeRows(then, [row]);
    if (then.outcomes.get(row.id)?.status !== before?.status) changed.add(row.id);
  }
  return then;
}

/**
 * What a pack says about a system at an instant. Pure: the same pack and input give the same bytes, whatever the order
 * of evidence, rows and decisions.
 */
import { type EvidenceIndex, indexEvidence } from './evidence-index.ts';
import type { AssessInput, Level } from './input.ts';
import { RowJudge } from './judge.ts';
import { type Forced, Judging, type JudgingOptions, type RowOutcome } from './judging.ts';
import { type Standing, standingOf } from './level.ts';
import { type PracticeCode, practiceCodes } from './model.ts';
import type { Pack, Row } from './pack.ts';
import { instant, practiceResult } from './practice.ts';
import type { Assessment, PracticeResult } from './result.ts';
import { type Sequence, sequenceOf, withFoundations } from './sequence.ts';
import { graceMs } from './value.ts';

/** More than this share of declined critical assets caps the practices that count assets. */
export const declinedLimit = 0.05;
/** Instants that are tried to find the one at which a level drops. */
const maxLooksAhead = 24;

export function assess(pack: Pack, input: AssessInput): Assessment {
  return assessWith(pack, input, new Map());
}

/** The same with some rows taken as given: for cases, which are about the other rows. */
export function assessWith(pack: Pack, input: AssessInput, forced: ReadonlyMap<string, Forced>): Assessment {
  const run = new AssessmentRun(pack, input, forced);
  const practices = practiceCodes.map((practice) => run.practice(practice));
  const until = run.changesAt();
  return {
    system: input.system.id,
    now: instant(run.index.now),
    pack: { id: pack.id, version: pack.version, hash: pack.hash },
    practices,
    ...(Number.isFinite(until) ? { changesOn: instant(until) } : {}),
  };
}

/** Judges the rows in their order; later ones see the outcomes of earlier ones. */
export function judgeRows(judging: Judging, rows: readonly Row[]): Judging {
  for (const row of rows) judging.outcomes.set(row.id, new RowJudge(judging, row).outcome());
  return judging;
}

interface Held {
  readonly level: Level;
  /** The first of the statements that it needs lapsed then. */
  readonly lapsedSince: number;
  /** The rows as they are with these statements. */
  readonly outcomes: readonly RowOutcome[];
}

class AssessmentRun {
  readonly index: EvidenceIndex;
  private readonly pack: Pack;
  private readonly input: AssessInput;
  private readonly forced: ReadonlyMap<string, Forced>;
  private readonly sequence: Sequence;
  private readonly rows: readonly Row[];
  private readonly now: Judging;
  private readonly declined: boolean;
  private mayHold: Judging | undefined;
  private held: Judging | undefined;
  private strict: Judging | undefined;

  constructor(pack: Pack, input: AssessInput, forced: ReadonlyMap<string, Forced>) {
    this.pack = pack;
    this.input = input;
    this.forced = forced;
    this.index = indexEvidence(input);
    this.sequence = sequenceOf(pack, input);
    this.rows = this.sequence.rows;
    this.now = this.judge({ at: this.index.now }, this.rows);
    this.declined = this.now.populations.declinedShare() > declinedLimit;
  }

  practice(practice: PracticeCode): PracticeResult {
    const outcomes = outcomesOf(this.now, practice);
    const standing = standingOf(outcomes, this.isDeclined(outcomes));
    const held = this.heldOf(practice, standing);
    const level = held?.level ?? standing.level;
    const drop = level === null || level === 0 ? undefined : this.dropOf(practice, { level, outcomes, held });
    return practiceResult({
      practice,
      rows: [...outcomes].sort(byLevelAndId),
      standing,
      ...(held === undefined ? {} : { held }),
      target: this.input.system.targets[practice],
      declined: this.isDeclined(outcomes) ? this.now.populations.declinedIds() : [],
      now: this.index.now,
      drop,
      ...this.strictLevelOf(practice, outcomes),
    });
  }

  /** Until then every pass over the rows that this assessment rests on says the same. */
  changesAt(): number {
    let until = this.now.populations.baseUntil;
    for (const judging of [this.now, this.mayHold, this.held, this.strict]) {
      for (const outcome of judging?.outcomes.values() ?? []) until = Math.min(until, outcome.until);
    }
    return until;
  }

  private judge(options: Omit<JudgingOptions, 'forced'>, rows: readonly Row[]): Judging {
    return judgeRows(new Judging(this.pack, this.index, { ...options, forced: this.forced }), rows);
  }

  private isDeclined(outcomes: readonly RowOutcome[]): boolean {
    return this.declined && outcomes.some(({ row }) => row.counts?.of === 'asset');
  }

  /** Where only statements lapsed, the level they gave stands for 30 more days. */
  private heldOf(practice: PracticeCode, standing: Standing): Held | undefined {
    // Without a statement that lapsed of late, rows are with them as they are without.
    if (![...this.now.outcomes.values()].some(({ graceFrom }) => Number.isFinite(graceFrom))) return undefined;
    const at = this.index.now;
    // Whether a level is held at all is known without the instants at which rows change, the dearer half.
    this.mayHold ??= this.judge({ at, grace: true, quick: true }, this.rows);
    if (this.heldIn(this.mayHold, practice, standing) === undefined) return undefined;
    this.held ??= this.judge({ at, grace: true }, this.rows);
    return this.heldIn(this.held, practice, standing);
  }

  private heldIn(judging: Judging, practice: PracticeCode, standing: Standing): Held | undefined {
    const outcomes = outcomesOf(judging, practice);
    const { level } = standingOf(outcomes, this.isDeclined(outcomes));
    if (level === null || level <= (standing.level ?? -1)) return undefined;
    const since = outcomes
      .filter((outcome) => outcome.core && outcome.row.level <= level)
      .map(({ heldFrom }) => heldFrom);
    const lapsedSince = Math.min(...since);
    return Number.isFinite(lapsedSince) ? { level, lapsedSince, outcomes } : undefined;
  }

  /** The first instant at which the level is lower, if nobody looks again: rows are judged anew as of then. */
  private dropOf(
    practice: PracticeCode,
    from: { level: Level; outcomes: readonly RowOutcome[]; held: Held | undefined },
  ): { on: number; to: Level | null } | undefined {
    // All rows: a lapsing reading of any of them may hold the level.
    const rows = this.closureOf(practice, 4);
    let next = nextChange(from.outcomes, from.held);
    for (let look = 0; look < maxLooksAhead && Number.isFinite(next); look++) {
      const at = next;
      const then = this.judge({ at }, rows);
      const outcomes = outcomesOf(then, practice);
      const standing = standingOf(outcomes, this.isDeclined(outcomes));
      const mayHold = outcomes.some(({ graceFrom }) => Number.isFinite(graceFrom));
      const held = mayHold ? this.heldIn(this.judge({ at, grace: true }, rows), practice, standing) : undefined;
      const level = held?.level ?? standing.level;
      if (level === null || level < from.level) return { on: at, to: level };
      next = nextChange(outcomes, held);
      if (next <= at) return undefined;
    }
    return undefined;
  }

  private closureOf(practice: PracticeCode, level: Level): Row[] {
    return withFoundations(this.sequence, (row) => row.practice === practice && row.level <= level);
  }

  private strictLevelOf(practice: PracticeCode, outcomes: readonly RowOutcome[]): { strictLevel?: Level | null } {
    if (!outcomes.some(({ adapted }) => adapted)) return {};
    this.strict ??= this.judge({ at: this.index.now, adapted: false, quick: true }, this.rows);
    const rows = outcomesOf(this.strict, practice);
    return { strictLevel: standingOf(rows, this.isDeclined(rows)).level };
  }
}

export function outcomesOf(judging: Judging, practice: PracticeCode): RowOutcome[] {
  return [...judging.outcomes.values()].filter(({ row }) => row.practice === practice);
}

/**
 * When a row that the level rests on is next another one, or the 30 days of lapsed statements end. A held level also
 * ends when the rows that hold it change: a machine's reading that lapses is not held.
 */
function nextChange(outcomes: readonly RowOutcome[], held: Held | undefined): number {
  let next = held === undefined ? Number.POSITIVE_INFINITY : held.lapsedSince + graceMs;
  // Every row of the practice: whether anything still lapses decides whether a level is held, in whichever row.
  for (const { changesAt, until } of [...outcomes, ...(held?.outcomes ?? [])]) next = Math.min(next, changesAt, until);
  return next;
}

function byLevelAndId(one: RowOutcome, other: RowOutcome): number {
  return one.row.level - other.row.level || (one.row.id < other.row.id ? -1 : 1);
}

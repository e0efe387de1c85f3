/**
 * What a pack says about a system at an instant. Pure: the same pack and input give the same bytes, whatever the order
 * of evidence, rows and decisions.
 */
import type { AssessmentCache, Remembered } from './cache.ts';
import { type EvidenceIndex, indexEvidence } from './evidence-index.ts';
import { dropOf, type Future } from './forecast.ts';
import type { AssessInput, Level } from './input.ts';
import { judgeRows } from './judge.ts';
import { type Forced, isDeclined, Judging, type JudgingOptions, outcomesOf, type RowOutcome } from './judging.ts';
import { type Standing, standingOf } from './level.ts';
import { type PracticeCode, practiceCodes } from './model.ts';
import type { Pack, Row } from './pack.ts';
import { instant, practiceResult } from './practice.ts';
import type { Assessment, PracticeResult } from './result.ts';
import { type Sequence, sequenceOf, withFoundations } from './sequence.ts';

/** With the cache of the system's assessment before it costs what changed since; the result is the same without. */
export function assess(pack: Pack, input: AssessInput, cache?: AssessmentCache): Assessment {
  const run = new AssessmentRun(pack, input, { forced: new Map(), known: cache?.knownUnder(pack) });
  const result = run.result();
  cache?.keep(run.remembered());
  return result;
}

/** The same with some rows taken as given: for cases, which are about the other rows. */
export function assessWith(pack: Pack, input: AssessInput, forced: ReadonlyMap<string, Forced>): Assessment {
  return new AssessmentRun(pack, input, { forced, known: undefined }).result();
}

interface Held {
  readonly level: Level;
  /** The first of the statements that it needs lapsed then. */
  readonly lapsedSince: number;
}

class AssessmentRun {
  readonly index: EvidenceIndex;
  private readonly pack: Pack;
  private readonly input: AssessInput;
  private readonly forced: ReadonlyMap<string, Forced>;
  private readonly sequence: Sequence;
  private readonly rows: readonly Row[];
  private readonly now: Judging;
  private readonly future: Future;
  /** Some statement lapsed within the last 30 days; without one, rows are with these as they are without. */
  private readonly hasLapses: boolean;
  private mayHold: Judging | undefined;
  private held: Judging | undefined;
  private strict: Judging | undefined;
  /** From where looks ahead with lapsed statements start. */
  private graceAhead: Judging | undefined;
  private readonly known: Remembered | undefined;

  constructor(
    pack: Pack,
    input: AssessInput,
    from: { forced: ReadonlyMap<string, Forced>; known: Remembered | undefined },
  ) {
    this.pack = pack;
    this.input = input;
    this.forced = from.forced;
    this.known = from.known;
    this.index = indexEvidence(input, from.known?.index);
    this.sequence = sequenceOf(pack, input);
    this.rows = this.sequence.rows;
    this.now = this.judge({ at: this.index.now }, this.rows, from.known?.now);
    this.future = {
      sequence: this.sequence,
      judge: (options, rows, before) => this.judge(options, rows, before),
      now: (grace) => (grace ? this.heldNow() : this.now),
    };
    const lapses = [...this.now.outcomes.values()].some(({ graceFrom }) => Number.isFinite(graceFrom));
    this.hasLapses = lapses || Number.isFinite(this.now.populations.graceFrom);
  }

  result(): Assessment {
    const { pack, input } = this;
    const practices = practiceCodes.map((practice) => this.practice(practice));
    const until = this.changesAt();
    return {
      system: input.system.id,
      now: instant(this.index.now),
      pack: { id: pack.id, version: pack.version, hash: pack.hash },
      practices,
      ...(Number.isFinite(until) ? { changesOn: instant(until) } : {}),
    };
  }

  remembered(): Remembered {
    const { pack, index, now, strict } = this;
    return { pack, index, now, grace: this.graceAhead ?? this.held ?? this.mayHold, strict };
  }

  private practice(practice: PracticeCode): PracticeResult {
    const outcomes = outcomesOf(this.now, practice);
    const standing = standingOf(outcomes, isDeclined(this.now, outcomes));
    const held = this.heldOf(practice, standing);
    const level = held?.level ?? standing.level;
    const holder = held === undefined ? this.now : (this.held ?? this.now);
    const drop = level === null || level === 0 ? undefined : dropOf(this.future, practice, { level, holder });
    return practiceResult({
      practice,
      rows: [...outcomes].sort(byLevelAndId),
      standing,
      ...(held === undefined ? {} : { held }),
      target: this.input.system.targets[practice],
      declined: isDeclined(this.now, outcomes) ? this.now.populations.declinedIds() : [],
      now: this.index.now,
      drop,
      ...this.strictLevelOf(practice, outcomes),
    });
  }

  /** Until then every pass over the rows that this assessment rests on says the same. */
  private changesAt(): number {
    let until = Number.POSITIVE_INFINITY;
    for (const judging of [this.now, this.mayHold, this.held, this.strict]) {
      if (judging === undefined) continue;
      until = Math.min(until, judging.populations.baseUntil);
      for (const outcome of judging.outcomes.values()) until = Math.min(until, outcome.until);
    }
    return until;
  }

  private judge(options: Omit<JudgingOptions, 'forced'>, rows: readonly Row[], before: Judging | undefined): Judging {
    return judgeRows(new Judging(this.pack, this.index, { ...options, forced: this.forced }, before), rows);
  }

  /** Where only statements lapsed, the level they gave stands for 30 more days. */
  private heldOf(practice: PracticeCode, standing: Standing): Held | undefined {
    if (!this.hasLapses) return undefined;
    const at = this.index.now;
    // Whether a level is held at all is known without the instants at which rows change, the dearer half; where the
    // assessment before needed these, and most of them still hold, this one gets them at once.
    const quick = this.known?.grace === undefined || this.known.grace.options.quick === true;
    this.mayHold ??= this.judge({ at, grace: true, quick }, this.rows, this.known?.grace);
    if (this.heldIn(this.mayHold, practice, standing) === undefined) return undefined;
    this.held ??= this.whole(this.mayHold) ?? this.judge({ at, grace: true }, this.rows, this.mayHold);
    return this.heldIn(this.held, practice, standing);
  }

  private heldIn(judging: Judging, practice: PracticeCode, standing: Standing): Held | undefined {
    const outcomes = outcomesOf(judging, practice);
    const { level } = standingOf(outcomes, isDeclined(judging, outcomes));
    // A finding is no level to be held: once its statement lapsed it is not known any more.
    if (level === null || level <= (standing.level ?? 0)) return undefined;
    return { level, lapsedSince: this.lapseIn(judging, practice, level) };
  }

  /** The first lapse among the statements that hold a level: of its core rows, else of what these rest on. */
  private lapseIn(judging: Judging, practice: PracticeCode, level: Level): number {
    const isOwn = (row: Row) => row.practice === practice && row.level <= level;
    const first = (outcomes: readonly RowOutcome[]) => Math.min(...outcomes.map(({ heldFrom }) => heldFrom));
    const own = outcomesOf(judging, practice).filter(({ row }) => isOwn(row));
    const rests = withFoundations(this.sequence, isOwn).flatMap(({ id }) => judging.outcomes.get(id) ?? []);
    const lapses = [first(own.filter(({ core }) => core)), first(own), first(rests), judging.populations.heldFrom];
    return lapses.find((each) => Number.isFinite(each)) ?? this.index.now;
  }

  /** All rows with statements that lapsed of late: where looks ahead of that kind start. */
  private heldNow(): Judging {
    const before = this.mayHold ?? this.known?.grace;
    this.graceAhead ??=
      this.held ?? this.whole(this.mayHold) ?? this.judge({ at: this.index.now, grace: true }, this.rows, before);
    return this.graceAhead;
  }

  /** A pass that also knows when its rows change. */
  private whole(judging: Judging | undefined): Judging | undefined {
    return judging?.options.quick === true ? undefined : judging;
  }

  private strictLevelOf(practice: PracticeCode, outcomes: readonly RowOutcome[]): { strictLevel?: Level | null } {
    if (!outcomes.some(({ adapted }) => adapted)) return {};
    const options = { at: this.index.now, adapted: false, quick: true };
    this.strict ??= this.judge(options, this.rows, this.known?.strict);
    const rows = outcomesOf(this.strict, practice);
    return { strictLevel: standingOf(rows, isDeclined(this.strict, rows)).level };
  }
}

function byLevelAndId(one: RowOutcome, other: RowOutcome): number {
  return one.row.level - other.row.level || (one.row.id < other.row.id ? -1 : 1);
}

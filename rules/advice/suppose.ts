/**
 * The engine on supposed rows. A supposition is honest when each row that is taken as met rests on rows that are met
 * too: what a row needs, and the checked inventory where its denominator asks for it.
 */
import { assess } from '../engine/assess.ts';
import { type EvidenceIndex, indexEvidence } from '../engine/evidence-index.ts';
import type { AssessInput, Level } from '../engine/input.ts';
import { judgeRows } from '../engine/judge.ts';
import { type Forced, isDeclined, Judging, outcomesOf, type RowOutcome } from '../engine/judging.ts';
import { coreHolds, type Gate, missingGates, standingOf } from '../engine/level.ts';
import type { PracticeCode, Scope } from '../engine/model.ts';
import { guardRow, isGuarded, type Pack, type Row } from '../engine/pack.ts';
import { scopeOf } from '../engine/practice.ts';
import type { Assessment, Status } from '../engine/result.ts';
import { type Sequence, sequenceOf, withFoundations } from '../engine/sequence.ts';

/** Rows taken as given, by id. */
export type Supposed = ReadonlyMap<string, Forced>;

/** How a practice stands under a supposition. */
export interface Outlook {
  readonly practice: PracticeCode;
  readonly level: Level | null;
  readonly scope: Scope;
  readonly declined: boolean;
  /** Rows of the practice. */
  readonly own: readonly RowOutcome[];
  /** Those and every row that they rest on. */
  readonly all: ReadonlyMap<string, RowOutcome>;
}

export class Supposition {
  readonly pack: Pack;
  readonly input: AssessInput;
  /** Rows that the system's role selects. */
  readonly rows: readonly Row[];
  /** Taken as given in every look. */
  readonly given: Supposed;
  private readonly sequence: Sequence;
  private readonly index: EvidenceIndex;
  private assessed: Assessment | undefined;

  /** `today`, where it is known already, spares an assessment. */
  constructor(pack: Pack, input: AssessInput, known: { given?: Supposed; today?: Assessment } = {}) {
    this.pack = pack;
    this.input = input;
    this.given = known.given ?? new Map();
    this.sequence = sequenceOf(pack, input);
    this.rows = this.sequence.rows;
    this.index = indexEvidence(input);
    this.assessed = known.today;
  }

  /** What the evidence gives as it is. */
  today(): Assessment {
    this.assessed ??= assess(this.pack, this.input);
    return this.assessed;
  }

  look(practice: PracticeCode, supposed: Supposed = new Map()): Outlook {
    const forced = new Map([...this.given, ...supposed]);
    const judging = new Judging(this.pack, this.index, { at: this.index.now, forced, quick: true });
    judgeRows(
      judging,
      withFoundations(this.sequence, (row) => row.practice === practice),
    );
    const own = outcomesOf(judging, practice);
    const declined = isDeclined(judging, own);
    const { level } = standingOf(own, declined);
    return { practice, level, scope: scopeOf(own, level), declined, own, all: judging.outcomes };
  }

  /** Rows of the supposition that rest on something that is not met in it. */
  unfounded(supposed: Supposed, all: ReadonlyMap<string, RowOutcome>): { row: string; needs: string[] }[] {
    return [...supposed.keys()].flatMap((id) => {
      const row = this.pack.byId.get(id);
      const needs = row === undefined ? [] : this.unmetNeedsOf(row, all);
      return needs.length === 0 ? [] : [{ row: id, needs }];
    });
  }

  /** What a row may not be met without, as far as it is open. */
  unmetNeedsOf(row: Row, all: ReadonlyMap<string, RowOutcome>): string[] {
    return this.openNeedsOf(row, (id) => all.get(id)?.status);
  }

  openNeedsOf(row: Row, statusOf: (id: string) => Status | undefined): string[] {
    const open = row.needs.filter((id) => !settled.has(statusOf(id)));
    const guarded = isGuarded(row) && this.pack.byId.has(guardRow) && statusOf(guardRow) !== 'met';
    return guarded && !open.includes(guardRow) ? [...open, guardRow] : open;
  }
}

const settled: ReadonlySet<Status | undefined> = new Set(['met', 'notApplicable'] as const);

export function isSettled(outcome: RowOutcome | undefined): boolean {
  return settled.has(outcome?.status);
}

/** Core rows of all levels up to this one hold; gates are another matter. */
export function rowsHold({ own }: Outlook, level: Level): boolean {
  return levelsTo(level).every((each) => coreHolds(own, each));
}

export function gatesOpen({ own, declined }: Outlook, level: Level): { gate: Gate; level: Level }[] {
  const found = new Map<string, { gate: Gate; level: Level }>();
  for (const each of levelsTo(level)) {
    for (const gate of missingGates(own, each, declined)) {
      const key = gate === 'operating' ? `${gate} ${each}` : gate;
      if (!found.has(key)) found.set(key, { gate, level: each });
    }
  }
  return [...found.values()];
}

export function levelsTo(level: Level): Level[] {
  return ([1, 2, 3, 4] as const).filter((each) => each <= level);
}

/** Judged rows and members as given, for tests of what is made of them. */
import type { MemberOutcome, RowOutcome } from '../../../rules/engine/judging.ts';
import type { RowSource } from '../../../rules/engine/pack.ts';
import { nowMs, packOf } from './support.ts';

const never = Number.POSITIVE_INFINITY;

export interface Given extends Partial<Omit<RowOutcome, 'row'>> {
  readonly row?: Partial<RowSource> & { scope?: 'general' | 'industry' | 'system' };
}

/** A row that is met, was measured today and does not change, unless said otherwise. */
export function outcome(id: string, given: Given = {}): RowOutcome {
  const { row: source, ...more } = given;
  const pack = packOf({ id, met: 'roster.deputy.named', ...source });
  const [row] = pack.rows;
  if (row === undefined) throw new Error('a pack of one row has one row');
  return {
    row,
    core: row.core,
    status: 'met',
    weak: 0,
    strong: 0,
    oldest: nowMs,
    limitDays: 100,
    until: never,
    changesAt: never,
    steadyUntil: never,
    bad: [],
    unseen: [],
    lookedAt: true,
    heldFrom: never,
    graceFrom: never,
    adapted: false,
    ...more,
  };
}

/** A row nobody was asked about. */
export function unasked(id: string, given: Given = {}): RowOutcome {
  return outcome(id, {
    status: 'unknown',
    reason: 'neverAsked',
    weak: -1,
    strong: 99,
    oldest: never,
    lookedAt: false,
    ...given,
  });
}

export function member(verdict: MemberOutcome['verdict'], more: Partial<MemberOutcome> = {}): MemberOutcome {
  return {
    member: { id: 'a' },
    verdict,
    mask: 0,
    weak: 0,
    strong: 0,
    oldest: nowMs,
    until: never,
    banned: 'no',
    mustBeSeen: false,
    ...more,
  };
}

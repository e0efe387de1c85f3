/** Judged rows and members as given, for tests of what is made of them. */

import { indexEvidence } from '../../../rules/engine/evidence-index.ts';
import type { AssessInput } from '../../../rules/engine/input.ts';
import { judgeRows } from '../../../rules/engine/judge.ts';
import { Judging, type JudgingOptions, type MemberOutcome, type RowOutcome } from '../../../rules/engine/judging.ts';
import type { Pack, RowSource } from '../../../rules/engine/pack.ts';
import { sequenceOf } from '../../../rules/engine/sequence.ts';
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

/** Every row of a pack, judged as of the input's instant. */
export function judgedRows(
  pack: Pack,
  input: AssessInput,
  options: Partial<JudgingOptions> = {},
): (id: string) => RowOutcome {
  const index = indexEvidence(input);
  const { outcomes } = judgeRows(new Judging(pack, index, { at: index.now, ...options }), sequenceOf(pack, input).rows);
  return (id) => {
    const found = outcomes.get(id);
    if (found === undefined) throw new Error(`no row ${id}`);
    return found;
  };
}

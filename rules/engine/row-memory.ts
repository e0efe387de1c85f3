/** What one look at a row leaves for the next: its outcome, its members, and all that either rested on. */
import type { Columns } from './columns.ts';
import type { TimedDecision } from './evidence-index.ts';
import type { Futures } from './futures.ts';
import type { Judging, RowOutcome } from './judging.ts';
import type { Site } from './over-sets.ts';
import type { Row } from './pack.ts';
import type { Slot } from './readings.ts';
import { areIdentical } from './same.ts';

const never = Number.POSITIVE_INFINITY;

export interface RowMemory {
  /** None while the row is still being judged. */
  readonly outcome: RowOutcome | undefined;
  readonly basis: RowBasis;
  /** Members of a row that counts assets, by position. */
  readonly columns?: Columns | undefined;
  readonly futures?: Futures | undefined;
  /** Age limit with which its population was asked. */
  readonly limitDays: number | undefined;
  readonly sites: ReadonlyMap<Site, Columns>;
}

/** Everything beside its members that a row reads. */
interface RowBasis {
  readonly judging: Pick<Judging, 'index'>;
  readonly at: number;
  readonly quick: boolean;
  readonly decisions: readonly TimedDecision[];
  readonly empty: readonly TimedDecision[];
  readonly slots: readonly (Slot | undefined)[];
  readonly parties: unknown;
  readonly machines: unknown;
  /** When the sets that it counts or asks may be others: the end of a row is not later. */
  readonly setsUntil: number;
  /** Of the rows that it asks or rests on. */
  readonly statuses: string;
  readonly restsUntil: number;
  readonly generation: number;
}

/** `before`: facts that were looked up on the same index are the same. */
export function basisOf(judging: Judging, row: Row, before?: RowMemory): RowBasis {
  const { index, options, outcomes, populations } = judging;
  const decisions = judging.decisionsFor(row);
  const rests = [...row.after, ...row.needs, ...row.reads.rows, ...decisions.flatMap(({ boundTo }) => boundTo ?? [])];
  const asked = row.reads.anyRow ? [...outcomes.keys()] : rests;
  const asksSets = row.counts !== undefined || row.reads.sets.size > 0;
  const parties = row.counts?.of === 'party' || row.reads.sets.size > 0 ? populations.partiesNow() : undefined;
  const sameIndex = before !== undefined && before.basis.judging.index === index;
  return {
    judging: { index },
    at: options.at,
    quick: options.quick === true,
    decisions,
    empty: row.counts === undefined ? [] : judging.emptySets,
    slots: sameIndex ? before.basis.slots : slotsOf(judging, row),
    parties: parties?.list,
    setsUntil: Math.min(asksSets ? populations.baseUntil : never, parties?.until ?? never),
    machines: row.counts?.register === 'identity.machines' ? index.machines : undefined,
    statuses: asked.map((id) => `${id} ${outcomes.get(id)?.status ?? ''}`).join('\n'),
    restsUntil: row.after.reduce(
      (least, id) => Math.min(least, outcomes.get(id)?.changesAt ?? least),
      Number.POSITIVE_INFINITY,
    ),
    generation: populations.changes.generation,
  };
}

/** What was found of the members holds as long as they do not change. */
export function isSameBasis(one: RowBasis, other: RowBasis): boolean {
  return (
    one.statuses === other.statuses &&
    areIdentical(one.decisions, other.decisions) &&
    areIdentical(one.empty, other.empty) &&
    areIdentical(one.slots, other.slots) &&
    one.machines === other.machines &&
    one.parties === other.parties
  );
}

/** The whole outcome holds: nothing that was read is another, and nothing of it has ended. */
export function isStillSo(known: RowMemory, row: Row, now: { basis: RowBasis; newest: number }): boolean {
  const { basis, newest } = now;
  const before = known.basis;
  return (
    before.at <= basis.at &&
    known.outcome !== undefined &&
    basis.at < known.outcome.until &&
    before.setsUntil === basis.setsUntil &&
    (basis.quick || (!before.quick && before.restsUntil === basis.restsUntil)) &&
    (newest <= before.generation || !(readsAssets(row) || isFollowedThroughSets(row, known.outcome)))
  );
}

/** When it changes was found by asking sets as of later, and what assets decide of these is another after any change. */
function isFollowedThroughSets({ counts }: Row, { status }: RowOutcome): boolean {
  return counts !== undefined && status !== 'unknown';
}

function readsAssets({ counts, reads, bans }: Row): boolean {
  return (
    counts?.of === 'asset' ||
    counts?.register === 'zone.register' ||
    reads.overSets ||
    reads.sets.size > 0 ||
    bans.noBad?.op === 'set' ||
    bans.noUnseen?.op === 'set'
  );
}

function slotsOf({ index }: Judging, row: Row): (Slot | undefined)[] {
  const register = row.counts?.register;
  const facts = register === undefined ? [...row.facts] : [...row.facts, register];
  return facts.flatMap((fact) => [index.system.slots.get(fact), index.organisation.slots.get(fact)]);
}

/** From a row down to the readings it rests on. */

import { bases, type UnseenReason } from '../../collectors/contract/collector.ts';
import { type EvidenceIndex, indexEvidence } from './evidence-index.ts';
import type { AssessInput } from './input.ts';
import { judgeRows, RowJudge } from './judge.ts';
import { Judging } from './judging.ts';
import type { Pack, Row } from './pack.ts';
import { indicatorResult, instant } from './practice.ts';
import type { Slot } from './readings.ts';
import type { FactRead, MemberTrace, Trace, Verdict } from './result.ts';
import type { Lookup } from './scope.ts';
import { sequenceOf, withFoundations } from './sequence.ts';
import { type Reading, reasonBits, reasonOf, Unseen, wordOf } from './value.ts';

/** @throws {RangeError} when the pack has no such row, or the system's role has no part in it. */
export function explain(pack: Pack, input: AssessInput, indicator: string): Trace {
  return explainRows(pack, input, [indicator])(indicator);
}

/**
 * The same for several rows, which are judged once.
 * @throws {RangeError} at once when the pack has one of them not, or the system's role has no part in it.
 */
export function explainRows(pack: Pack, input: AssessInput, wanted: readonly string[]): (indicator: string) => Trace {
  const sequence = sequenceOf(pack, input);
  const rows = new Map(sequence.rows.map((row) => [row.id, row]));
  for (const id of wanted) {
    if (!rows.has(id))
      throw new RangeError(`expected a row of pack ${pack.id} for the role ${input.system.role}, found ${id}`);
  }
  const index = indexEvidence(input);
  const chosen = new Set(wanted);
  const judging = judgeRows(
    new Judging(pack, index, { at: index.now }),
    withFoundations(sequence, ({ id }) => chosen.has(id)),
  );
  return (id) => {
    const row = chosen.has(id) ? rows.get(id) : undefined;
    if (row === undefined) throw new RangeError(`expected one of the rows that were judged, found ${id}`);
    return traceOf(judging, row, index);
  };
}

function traceOf(judging: Judging, row: Row, index: EvidenceIndex): Trace {
  const { outcome, traced } = new RowJudge(judging, row).trace();
  const slotFor = (member: string, fact: Lookup['fact']): Slot | undefined =>
    [...index.assets, ...index.parties].find(({ subject }) => subject.id === member)?.subject.slots.get(fact) ??
    index.system.slots.get(fact) ??
    index.organisation.slots.get(fact);
  const members = traced.members.map((judged): MemberTrace => {
    const { member, verdict, mask, decision, lookups } = judged;
    return {
      member: member.id,
      verdict,
      ...(verdict === 'unseen' ? { reason: reasonOf(mask) } : {}),
      reads: readsOf(lookups, (fact) => slotFor(member.id, fact)),
      ...(decision === undefined ? {} : { decision }),
    };
  });
  return {
    result: indicatorResult(outcome),
    practice: row.practice,
    parameters: traced.parameters,
    members: members.sort(
      (one, other) => worst[one.verdict] - worst[other.verdict] || (one.member < other.member ? -1 : 1),
    ),
    also: readsOf(traced.also, (fact) => slotFor('', fact)),
    needs: row.needs.map((id) => ({ id, status: judging.outcomes.get(id)?.status ?? 'unknown' })),
  };
}

const worst: Readonly<Record<Verdict, number>> = { bad: 0, unseen: 1, excepted: 2, good: 3, notApplicable: 4 };

/** Every reading once, in the order in which it was first looked at; of a conflict every side. */
function readsOf(lookups: readonly Lookup[], slotOf: (fact: Lookup['fact']) => Slot | undefined): FactRead[] {
  const reads = new Map<string, FactRead[]>();
  for (const lookup of lookups) {
    const key = `${lookup.fact} ${lookup.key ?? ''}`;
    if (reads.has(key)) continue;
    const slot = slotOf(lookup.fact);
    const { value } = lookup.resolved;
    const sides = value instanceof Unseen && value.mask & reasonBits.conflict ? (slot?.seen ?? []) : [];
    reads.set(key, sides.length > 0 ? sides.map((side) => sideOf(lookup, side)) : [readOf(lookup, slot)]);
  }
  return [...reads.values()].flat();
}

function sideOf({ fact }: Lookup, reading: Reading): FactRead {
  const evidence = wordOf(reading.kind);
  return {
    fact,
    value: reading.raw,
    unseen: 'conflict',
    ...(evidence === undefined ? {} : { evidence }),
    ...placeOf(reading),
  };
}

function placeOf(reading: Reading): Omit<FactRead, 'fact'> {
  const basis = bases[reading.basis];
  const { source, channel, ref } = reading;
  return { source, channel, ...(basis === undefined ? {} : { basis }), observedAt: instant(reading.at), ref };
}

function readOf({ fact, key, resolved }: Lookup, slot: Slot | undefined): FactRead {
  const { value, reading, weak } = resolved;
  const at = { fact, ...(key === undefined ? {} : { key }) };
  if (value instanceof Unseen) return { ...at, ...unseenReason(value.mask, slot) };
  const evidence = wordOf(weak);
  const shown = reading?.raw ?? value;
  const { until } = resolved;
  return {
    ...at,
    value: Array.isArray(shown) && slot?.definition.type === 'object[]' ? { elements: shown.length } : shown,
    ...(evidence === undefined ? {} : { evidence }),
    ...(reading === undefined ? {} : placeOf(reading)),
    ...(Number.isFinite(until) ? { until: instant(until) } : {}),
  };
}

/** The newest failed look says why, or the stale reading which one it is. */
function unseenReason(mask: number, slot: Slot | undefined): Omit<FactRead, 'fact'> {
  if (mask & reasonBits.conflict) return { unseen: 'conflict' };
  const newest = [...(slot?.seen ?? [])].sort((one, other) => other.at - one.at)[0];
  if (mask & reasonBits.stale) {
    if (newest === undefined) return { unseen: 'stale' };
    const { source, channel, ref, at } = newest;
    return { unseen: 'stale', source, channel, observedAt: instant(at), ref };
  }
  const miss = [...(slot?.missed ?? [])].sort(
    (one, other) => other.at - one.at || (one.channel < other.channel ? -1 : 1),
  )[0];
  if (miss === undefined) return { unseen: mask & reasonBits.notSeen ? 'ambiguous' : 'neverAsked' };
  const unseen: UnseenReason = miss.reason;
  return { unseen, channel: miss.channel, observedAt: instant(miss.at) };
}

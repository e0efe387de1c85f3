/** From a row down to the readings it rests on. */

import { bases, type UnseenReason } from '../../collectors/contract/collector.ts';
import { indexEvidence } from './evidence-index.ts';
import type { AssessInput } from './input.ts';
import { judgeRows, RowJudge } from './judge.ts';
import { Judging } from './judging.ts';
import type { Pack, Row } from './pack.ts';
import { indicatorResult, instant } from './practice.ts';
import { isNewer, type Slot } from './readings.ts';
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
    return traceOf(judging, row);
  };
}

function traceOf(judging: Judging, row: Row): Trace {
  const { outcome, traced } = new RowJudge(judging, row).trace();
  const members = traced.members.map((judged): MemberTrace => {
    const { member, verdict, mask, decision, lookups } = judged;
    return {
      member: member.id,
      verdict,
      ...(verdict === 'unseen' ? { reason: reasonOf(mask) } : {}),
      reads: readsOf(lookups),
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
    also: readsOf(traced.also),
    needs: row.needs.map((id) => ({ id, status: judging.outcomes.get(id)?.status ?? 'unknown' })),
  };
}

const worst: Readonly<Record<Verdict, number>> = { bad: 0, unseen: 1, excepted: 2, good: 3, notApplicable: 4 };

/** Every reading once, in the order in which it was first looked at; of a conflict every side. */
function readsOf(lookups: readonly Lookup[]): FactRead[] {
  const reads = new Map<string, FactRead[]>();
  for (const lookup of lookups) {
    const { fact, key, resolved, slot } = lookup;
    const place = JSON.stringify([fact, key]);
    if (reads.has(place)) continue;
    const isConflict = resolved.value instanceof Unseen && (resolved.value.mask & reasonBits.conflict) !== 0;
    reads.set(place, isConflict && slot !== undefined ? slot.seen.map((side) => sideOf(fact, side)) : [readOf(lookup)]);
  }
  return [...reads.values()].flat();
}

function sideOf(fact: Lookup['fact'], reading: Reading): FactRead {
  return { fact, value: reading.raw, unseen: 'conflict', ...evidenceOf(reading.kind), ...placeOf(reading) };
}

function evidenceOf(rank: number): Pick<FactRead, 'evidence'> {
  const evidence = wordOf(rank);
  return evidence === undefined ? {} : { evidence };
}

function placeOf(reading: Reading): Omit<FactRead, 'fact'> {
  const basis = bases[reading.basis];
  const { source, channel, ref } = reading;
  return { source, channel, ...(basis === undefined ? {} : { basis }), observedAt: instant(reading.at), ref };
}

function readOf({ fact, key, resolved, slot }: Lookup): FactRead {
  const { value, reading, weak, until } = resolved;
  const at = { fact, ...(key === undefined ? {} : { key }) };
  if (value instanceof Unseen) return { ...at, ...unseenReason(value.mask, slot) };
  // A register is shown by its size: its keys are readings of their own.
  const shown = reading === undefined && Array.isArray(value) ? { elements: value.length } : (reading?.raw ?? value);
  return {
    ...at,
    value: shown,
    ...evidenceOf(weak),
    ...(reading === undefined ? {} : placeOf(reading)),
    ...(Number.isFinite(until) ? { until: instant(until) } : {}),
  };
}

/** The newest failed look says why, or the stale reading which one it is. */
function unseenReason(mask: number, slot: Slot | undefined): Omit<FactRead, 'fact'> {
  const { seen = [], missed = [] } = slot ?? {};
  if (mask & reasonBits.stale) {
    const [newest] = [...seen].sort((one, other) => (isNewer(one, other) ? -1 : 1));
    if (newest === undefined) return { unseen: 'stale' };
    const { source, channel, ref, at } = newest;
    return { unseen: 'stale', source, channel, observedAt: instant(at), ref };
  }
  const [miss] = [...missed].sort((one, other) => other.at - one.at || (one.channel < other.channel ? -1 : 1));
  if (miss === undefined) return { unseen: mask & reasonBits.notSeen ? 'ambiguous' : 'neverAsked' };
  const unseen: UnseenReason = miss.reason;
  return { unseen, channel: miss.channel, observedAt: instant(miss.at) };
}

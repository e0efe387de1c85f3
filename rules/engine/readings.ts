/** Which reading counts: per source the newest that saw the fact, until its freshness ends. */
import { bases, type UnseenReason } from '../../collectors/contract/collector.ts';
import type { FactDefinition } from '../../collectors/contract/fact.ts';
import { type FactName, isFactName, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { combined, gathered } from './combine.ts';
import { type Evidence, evidenceKinds } from './input.ts';
import { registerFrom } from './register.ts';
import {
  dayMs,
  graceMs,
  neverAsked,
  noSupport,
  type Reading,
  type Resolved,
  reasonBits,
  unseenFor,
  type Value,
} from './value.ts';

/** An instant at which facts are read; `grace` also takes statements that lapsed within the last 30 days. */
export interface Moment {
  readonly at: number;
  readonly grace: boolean;
  /** Only the moment of the assessment itself keeps what it resolved. */
  readonly keeps: boolean;
}

/** A promise that was not kept: the newest failed look of one source. */
export interface Missed {
  readonly channel: string;
  readonly at: number;
  readonly reason: UnseenReason;
}

export interface Slot {
  readonly definition: FactDefinition;
  /** Newest reading of each source. */
  readonly seen: Reading[];
  missed: readonly Missed[];
  /** What was resolved last, and for which moment and age limit; most facts are read with one limit. */
  kept: Resolved | undefined;
  keptDays: number;
  keptFor: Moment | undefined;
  /** The same for a later moment, as replays read it: it stands until it ends. */
  later: Resolved | undefined;
  laterDays: number;
  laterFrom: Moment | undefined;
}

/** An asset, an organisation or the system, with all that is known of it. */
export interface Subject {
  readonly id: string;
  readonly slots: Map<FactName, Slot>;
  /** Left the plant without a record: nothing that was seen of it counts any more. */
  readonly gone: boolean;
}

export const nothingAsked: Resolved = { value: neverAsked, ...noSupport, until: Number.POSITIVE_INFINITY };
const goneAway: Resolved = { ...nothingAsked, value: unseenFor(reasonBits.notSeen) };

export function subjectOf(id: string, gone = false): Subject {
  return { id, slots: new Map(), gone };
}

/** Adds one piece of evidence; the order in which pieces are added never matters. */
export function addEvidence(subject: Subject, evidence: Evidence, at: number): void {
  const end = evidence.validUntil === undefined ? Number.POSITIVE_INFINITY : Date.parse(evidence.validUntil);
  const kind = evidenceKinds.indexOf(evidence.kind);
  for (const name of Object.keys(evidence.facts)) {
    const raw = (evidence.facts as Readonly<Record<string, unknown>>)[name];
    if (!isFactName(name) || raw === undefined) continue;
    const slot = slotOf(subject, name);
    const basis = bases.indexOf(evidence.basis[name] ?? (kind >= 3 ? 'stated' : 'authoritative'));
    const { source, channel, ref } = evidence;
    keepNewest(slot.seen, {
      value: convertedFrom(slot.definition, raw),
      raw,
      at,
      end,
      kind,
      basis,
      source,
      channel,
      ref,
    });
  }
  for (const name of Object.keys(evidence.unseen)) {
    const reason = isFactName(name) ? evidence.unseen[name] : undefined;
    if (!isFactName(name) || reason === undefined) continue;
    const slot = slotOf(subject, name);
    slot.missed = withNewestMiss(slot.missed, { channel: evidence.channel, at, reason });
  }
}

/** What a subject's fact is at a moment. `limitDays` is the row's age limit, which goes before the fact's own. */
export function resolve(subject: Subject, name: FactName, limitDays: number | undefined, moment: Moment): Resolved {
  if (subject.gone) return goneAway;
  const slot = subject.slots.get(name);
  if (slot === undefined) return nothingAsked;
  const days = limitDays ?? slot.definition.days;
  if (!moment.keeps) return resolveLater(slot, days, moment);
  if (slot.kept !== undefined && slot.keptFor === moment && slot.keptDays === days) return slot.kept;
  const resolved = resolveSlot(slot, days, moment);
  slot.kept = resolved;
  slot.keptDays = days;
  slot.keptFor = moment;
  return resolved;
}

/** A replay asks the same facts at thousands of instants; between two of its ends a resolved fact is the same. */
function resolveLater(slot: Slot, days: number, moment: Moment): Resolved {
  const { kept, later } = slot;
  if (kept !== undefined && slot.keptDays === days && stands(kept, slot.keptFor, moment)) return kept;
  if (later !== undefined && slot.laterDays === days && stands(later, slot.laterFrom, moment)) return later;
  const resolved = resolveSlot(slot, days, moment);
  slot.later = resolved;
  slot.laterDays = days;
  slot.laterFrom = moment;
  return resolved;
}

function stands(resolved: Resolved, from: Moment | undefined, moment: Moment): boolean {
  return from !== undefined && from.grace === moment.grace && from.at <= moment.at && moment.at < resolved.until;
}

export function slotFor(definition: FactDefinition, seen: Reading[], missed: readonly Missed[]): Slot {
  const nothing = { kept: undefined, keptDays: 0, keptFor: undefined };
  return { definition, seen, missed, ...nothing, later: undefined, laterDays: 0, laterFrom: undefined };
}

export function resolveSlot(slot: Slot, days: number, moment: Moment): Resolved {
  const age = days * dayMs;
  if (slot.definition.type === 'object[]') return registerFrom(slot, age, moment);
  if (slot.definition.subject === 'interface') return combined(slot, age, moment);
  if (slot.definition.combine === 'union') return gathered(slot, age, moment);
  return plain(slot, slot.seen, { age, moment });
}

export function endOf(reading: Reading, age: number): number {
  return Math.min(reading.at + age, reading.end);
}

/** Valid, held for the time being, or neither. */
export function standing(reading: Reading, age: number, moment: Moment): 'valid' | 'held' | 'lapsing' | 'stale' {
  const end = endOf(reading, age);
  if (moment.at < end) return 'valid';
  if (reading.kind < 2 || moment.at >= end + graceMs) return 'stale';
  return moment.grace ? 'held' : 'lapsing';
}

/** One value from several sources: the best basis, then the strongest kind, then the newest. */
export function plain(slot: Slot, seen: readonly Reading[], look: { age: number; moment: Moment }): Resolved {
  const { age, moment } = look;
  let best: Reading | undefined;
  let graceFrom = Number.POSITIVE_INFINITY;
  let state: 'valid' | 'held' = 'held';
  let fresh: Reading[] = [];
  for (const reading of seen) {
    const own = standing(reading, age, moment);
    if (own === 'lapsing') graceFrom = Math.min(graceFrom, endOf(reading, age));
    // What lapsed is held only where nothing valid speaks: it never argues with what is known today.
    if (own === 'stale' || own === 'lapsing' || (own === 'held' && state === 'valid')) continue;
    if (own !== state) {
      state = own;
      fresh = [];
      best = undefined;
    }
    fresh.push(reading);
    if (best === undefined || isBetter(reading, best)) best = reading;
  }
  if (best === undefined) return missing(slot, seen.length > 0, graceFrom);
  const { definition } = slot;
  if (fresh.length > 1 && canConflict(definition)) {
    const rivals = fresh.filter((reading) => reading.basis === best.basis);
    if (rivals.some((reading) => reading.value !== best.value)) return conflictOf(rivals, age, moment);
  }
  return asResolved(best, age, moment);
}

export function asResolved(reading: Reading, age: number, moment: Moment): Resolved {
  const end = endOf(reading, age);
  const value = reading.value as Value;
  const base = { value, weak: reading.kind, strong: reading.kind, at: reading.at, reading };
  return moment.at < end ? { ...base, until: end } : { ...base, until: end + graceMs, lapsedAt: end };
}

/** Not seen, with every reason there is. */
export function missing(slot: Slot, wasSeen: boolean, graceFrom = Number.POSITIVE_INFINITY): Resolved {
  let mask = wasSeen ? reasonBits.stale : 0;
  for (const { reason } of slot.missed) mask |= bitOf(reason);
  const value = unseenFor(mask === 0 ? reasonBits.neverAsked : mask);
  const base = { value, ...noSupport, until: Number.POSITIVE_INFINITY };
  return graceFrom === Number.POSITIVE_INFINITY ? base : { ...base, graceFrom, until: graceFrom + graceMs };
}

export function isBetter(one: Reading, other: Reading): boolean {
  if (one.basis !== other.basis) return one.basis < other.basis;
  if (one.kind !== other.kind) return one.kind < other.kind;
  return isNewer(one, other);
}

function bitOf(reason: UnseenReason): number {
  return reason === 'notTried' ? reasonBits.neverAsked : reasonBits.notSeen;
}

function conflictOf(rivals: readonly Reading[], age: number, moment: Moment): Resolved {
  const until = Math.min(...rivals.map((reading) => asResolved(reading, age, moment).until));
  return { value: unseenFor(reasonBits.conflict), ...noSupport, until };
}

function canConflict(definition: FactDefinition): boolean {
  if (definition.volatile) return false;
  return definition.type === 'boolean' || definition.type === 'enum' || definition.type === 'integer';
}

const noMisses: readonly Missed[] = [];

function slotOf(subject: Subject, name: FactName): Slot {
  const known = subject.slots.get(name);
  if (known !== undefined) return known;
  const slot = slotFor(vocabulary[name], [], noMisses);
  subject.slots.set(name, slot);
  return slot;
}

function keepNewest(seen: Reading[], reading: Reading): void {
  const at = seen.findIndex((each) => each.channel === reading.channel);
  const known = seen[at];
  if (known === undefined) seen.push(reading);
  else if (isNewer(reading, known)) seen[at] = reading;
}

function withNewestMiss(missed: readonly Missed[], miss: Missed): readonly Missed[] {
  const known = missed.find((each) => each.channel === miss.channel);
  if (known === undefined) return [...missed, miss];
  const newer = miss.at > known.at || (miss.at === known.at && miss.reason < known.reason);
  return newer ? missed.map((each) => (each === known ? miss : each)) : missed;
}

/** A total order, so that two readings of one instant are told apart the same way whichever comes first. */
export function isNewer(one: Reading, other: Reading): boolean {
  if (one.at !== other.at) return one.at > other.at;
  if (one.kind !== other.kind) return one.kind < other.kind;
  if (one.channel !== other.channel) return one.channel < other.channel;
  if (one.ref !== other.ref) return one.ref < other.ref;
  if (one.end !== other.end) return one.end > other.end;
  if (one.source !== other.source) return one.source < other.source;
  return (JSON.stringify(one.raw) ?? '') < (JSON.stringify(other.raw) ?? '');
}

function convertedFrom(definition: FactDefinition, raw: unknown): Reading['value'] {
  if (definition.type === 'timestamp') return Date.parse(String(raw));
  return raw as Reading['value'];
}

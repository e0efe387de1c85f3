/** How the readings of several probes of one asset become one value. */
import type { Combine, FactDefinition } from '../../collectors/contract/fact.ts';
import { asResolved, isBetter, type Moment, missing, plain, type Slot, standing } from './readings.ts';
import { noSupport, type Reading, type Resolved, Unseen, unseenFor, type Value } from './value.ts';

/**
 * Probes and imports are combined by the fact's own word. What a person says is about the whole asset: it stands in
 * for what the probes did not see, and is not heard where they saw everything. A probe that saw nothing leaves the
 * result unseen unless the others already decide it.
 */
export function combined(slot: Slot, age: number, moment: Moment): Resolved {
  const said = plain(
    slot,
    slot.seen.filter((reading) => reading.kind > 1),
    { age, moment },
  );
  const byMachine = slot.seen.filter((reading) => reading.kind <= 1);
  if (byMachine.length === 0 && !slot.missed.some((miss) => isOfMachine(slot, miss.channel))) return said;
  const valid = byMachine.filter((reading) => standing(reading, age, moment) === 'valid');
  const blind = blindChannels(slot, valid);
  const parts = valid.map((reading) => asResolved(reading, age, moment));
  const speaks = blind && !(said.value instanceof Unseen);
  // What lapsed is held only where the probes leave the question open.
  const fills = speaks && (said.lapsedAt === undefined || isOpen(slot.definition, parts));
  if (fills) parts.push(said);
  const value = parts.length === 0 ? undefined : combinedFrom(slot.definition, parts, blind && !fills);
  const until = untilOf(blind ? [...parts, said] : parts);
  if (value !== undefined) return { ...together(parts, value, newestOf(valid)), until };
  const open = missing(slot, byMachine.length > valid.length, blind ? said.graceFrom : undefined);
  return { ...open, until: Math.min(open.until, until) };
}

/**
 * A list about the asset of which every source knows a part: Modbus by one probe, EtherNet/IP by another, a third
 * protocol by the inventory. A source that saw nothing takes nothing away; what lapsed is held only where nothing else
 * speaks.
 */
export function gathered(slot: Slot, age: number, moment: Moment): Resolved {
  const valid = slot.seen.filter((reading) => standing(reading, age, moment) === 'valid');
  if (valid.length <= 1) return plain(slot, slot.seen, { age, moment });
  const parts = valid.map((reading) => asResolved(reading, age, moment));
  const value = combinedFrom(slot.definition, parts, false) ?? [];
  return together(parts, value, newestOf(valid));
}

/** Whether what the probes saw leaves the value open while one of them is blind. */
function isOpen(definition: FactDefinition, parts: readonly Resolved[]): boolean {
  return parts.length === 0 || combinedFrom(definition, parts, true) === undefined;
}

function combinedFrom(definition: FactDefinition, parts: readonly Resolved[], blind: boolean): Value | undefined {
  const values = parts.map((part) => part.value);
  return combineValues(definition, values, blind);
}

/** The combined value, or undefined when a blind probe could still change it. */
export function combineValues(definition: FactDefinition, values: readonly Value[], blind: boolean): Value | undefined {
  const word = definition.combine ?? 'any';
  const order = definition.type === 'enum' ? definition.values : undefined;
  switch (word) {
    case 'any':
      return values.includes(true) ? true : blind ? undefined : false;
    case 'all':
      return values.includes(false) ? false : blind ? undefined : true;
    case 'weakest':
    case 'lowest': {
      const worst = extreme(values, order, word);
      return blind && !(order !== undefined && worst === order[0]) ? undefined : worst;
    }
    case 'strongest':
    case 'highest': {
      const best = extreme(values, order, word);
      return blind && !(order !== undefined && best === order.at(-1)) ? undefined : best;
    }
    case 'earliest':
    case 'latest':
      return blind ? undefined : extreme(values, undefined, word);
    case 'union':
      return blind ? undefined : [...new Set(values.flatMap((value) => (Array.isArray(value) ? value : [])))].sort();
    case 'sum':
      return blind ? undefined : values.reduce<number>((sum, value) => sum + Number(value), 0);
  }
}

function extreme(values: readonly Value[], order: readonly string[] | undefined, word: Combine): Value {
  const wantsLow = word === 'weakest' || word === 'lowest' || word === 'earliest';
  const ranked = values.map((value) => ({ value, rank: rankOf(value, order) }));
  ranked.sort((one, other) => one.rank - other.rank || (String(one.value) < String(other.value) ? -1 : 1));
  const chosen = wantsLow ? ranked[0] : ranked.at(-1);
  return chosen?.value ?? unseenFor(0);
}

/** Words without a declared order are digests in names: broken ones first. */
function rankOf(value: Value, order: readonly string[] | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return 0;
  if (order !== undefined) return order.indexOf(value);
  return /md[245]/i.test(value) ? 0 : /sha-?1(?!\d)/i.test(value) ? 1 : 2;
}

/** Whether a probe or import that speaks of this fact has no valid reading of it. */
function blindChannels(slot: Slot, valid: readonly Reading[]): boolean {
  const seeing = new Set(valid.map((reading) => reading.channel));
  const stale = slot.seen.some((reading) => reading.kind <= 1 && !seeing.has(reading.channel));
  return stale || slot.missed.some((miss) => !seeing.has(miss.channel) && isOfMachine(slot, miss.channel));
}

function isOfMachine(slot: Slot, channel: string): boolean {
  const reading = slot.seen.find((each) => each.channel === channel);
  return reading === undefined || reading.kind <= 1;
}

function newestOf(valid: readonly Reading[]): Reading | undefined {
  return valid.reduce<Reading | undefined>(
    (best, reading) => (best === undefined || isBetter(reading, best) ? reading : best),
    undefined,
  );
}

function together(parts: readonly Resolved[], value: Value, reading: Reading | undefined): Resolved {
  const held = parts.find((part) => part.lapsedAt !== undefined)?.lapsedAt;
  const source = parts.length === 1 ? parts[0]?.reading : reading;
  return {
    value,
    weak: Math.max(noSupport.weak, ...parts.map((part) => part.weak)),
    strong: Math.min(noSupport.strong, ...parts.map((part) => part.strong)),
    at: Math.min(...parts.map((part) => part.at)),
    until: untilOf(parts),
    ...(source === undefined ? {} : { reading: source }),
    ...(held === undefined ? {} : { lapsedAt: held }),
  };
}

function untilOf(parts: readonly Resolved[]): number {
  return Math.min(...parts.map((part) => part.until));
}

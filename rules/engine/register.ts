/** Lists of records: elements of several sources united by id, every key from the newest source that names it. */
import type { FactDefinition } from '../../collectors/contract/fact.ts';
import { asResolved, endOf, isNewer, type Moment, missing, type Slot, standing } from './readings.ts';
import { type Element, noSupport, type Reading, type Resolved, reasonBits, unseenFor, type Value } from './value.ts';

/**
 * An element that only stale documents name stays, with its keys unseen: silence never makes a list shorter.
 * Where every document is stale the list itself is unseen.
 */
export function registerFrom(slot: Slot, age: number, moment: Moment): Resolved {
  if (slot.seen.length === 0) return missing(slot, false);
  const newestFirst = [...slot.seen].sort((one, other) => (isNewer(one, other) ? -1 : 1));
  const cells = new Map<string, Map<string, Resolved>>();
  let until = Number.POSITIVE_INFINITY;
  let graceFrom = Number.POSITIVE_INFINITY;
  let weak = -1;
  let strong = 99;
  let oldest = Number.POSITIVE_INFINITY;
  let lapsedAt = Number.POSITIVE_INFINITY;
  for (const reading of newestFirst) {
    const state = standing(reading, age, moment);
    const end = endOf(reading, age);
    if (state === 'lapsing') graceFrom = Math.min(graceFrom, end);
    if (state === 'held') lapsedAt = Math.min(lapsedAt, end);
    if (state === 'valid' || state === 'held') {
      until = Math.min(until, asResolved(reading, age, moment).until);
      weak = Math.max(weak, reading.kind);
      strong = Math.min(strong, reading.kind);
      oldest = Math.min(oldest, reading.at);
    }
    for (const record of reading.value as readonly Record<string, unknown>[]) {
      fill(cells, record, (key) => cellOf(slot.definition, { reading, record, key }, { age, moment }));
    }
  }
  const elements: Element[] = [...cells]
    .map(([id, held]) => ({ id, cells: held }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  if (weak < 0) return { ...missing(slot, true, graceFrom), elements };
  const held = lapsedAt === Number.POSITIVE_INFINITY ? {} : { lapsedAt };
  return { value: elements, weak, strong, at: oldest, until, elements, ...held };
}

interface CellSource {
  readonly reading: Reading;
  readonly record: Record<string, unknown>;
  readonly key: string;
}

function fill(
  cells: Map<string, Map<string, Resolved>>,
  record: Record<string, unknown>,
  cell: (key: string) => Resolved,
): void {
  const id = String(record.id);
  const known = cells.get(id) ?? new Map<string, Resolved>();
  cells.set(id, known);
  for (const key of Object.keys(record)) {
    const before = known.get(key);
    if (before !== undefined && !isStale(before)) continue;
    const found = cell(key);
    if (before === undefined || !isStale(found)) known.set(key, found);
  }
}

function isStale(cell: Resolved): boolean {
  return cell.weak < 0;
}

function cellOf(definition: FactDefinition, source: CellSource, look: { age: number; moment: Moment }): Resolved {
  const { reading, record, key } = source;
  const state = standing(reading, look.age, look.moment);
  if (state === 'stale' || state === 'lapsing') {
    const value = unseenFor(reasonBits.stale);
    const base = { value, ...noSupport, until: Number.POSITIVE_INFINITY };
    return state === 'stale' ? base : { ...base, graceFrom: endOf(reading, look.age) };
  }
  const raw = record[key];
  const type = definition.type === 'object[]' ? definition.keys[key] : undefined;
  const value = (type === 'timestamp' ? Date.parse(String(raw)) : raw) as Value;
  return asResolved({ ...reading, value, raw }, look.age, look.moment);
}

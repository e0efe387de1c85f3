/** Lists of records: elements of several sources united by id, every key from the newest source that names it. */
import type { FactDefinition } from '../../collectors/contract/fact.ts';
import { asResolved, endOf, isNewer, type Moment, missing, type Slot, standing } from './readings.ts';
import {
  type Element,
  graceMs,
  noSupport,
  type Reading,
  type Resolved,
  reasonBits,
  unseenFor,
  type Value,
} from './value.ts';

const never = Number.POSITIVE_INFINITY;

/**
 * An element that only stale documents name stays, with its keys unseen: silence never makes a list shorter.
 * Where every document is stale the list itself is unseen.
 */
export function registerFrom(slot: Slot, age: number, moment: Moment): Resolved {
  if (slot.seen.length === 0) return missing(slot, false);
  const newestFirst = [...slot.seen].sort((one, other) => (isNewer(one, other) ? -1 : 1));
  const cells = new Map<string, Map<string, Resolved>>();
  let until = never;
  let graceFrom = never;
  let weak = -1;
  let strong = 99;
  let oldest = never;
  let lapsedAt = never;
  const someValid = newestFirst.some((reading) => standing(reading, age, moment) === 'valid');
  for (const reading of newestFirst) {
    const state = standing(reading, age, moment);
    const end = endOf(reading, age);
    if (state === 'lapsing') graceFrom = Math.min(graceFrom, end);
    if (state === 'held' && !someValid) lapsedAt = Math.min(lapsedAt, end);
    if (state === 'valid' || (state === 'held' && !someValid)) {
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
  const held = lapsedAt === never ? {} : { lapsedAt };
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
    if (before !== undefined && rankOf(before) === ranks.valid) continue;
    const found = cell(key);
    if (before === undefined || rankOf(found) > rankOf(before)) known.set(key, found);
  }
}

const ranks = { stale: 0, lapsing: 1, held: 2, valid: 3 } as const;

/** A held cell is heard where no valid document names the key; one that lapses where none is held. */
function rankOf(cell: Resolved): number {
  if (cell.weak >= 0) return cell.lapsedAt === undefined ? ranks.valid : ranks.held;
  return cell.graceFrom === undefined ? ranks.stale : ranks.lapsing;
}

function cellOf(definition: FactDefinition, source: CellSource, look: { age: number; moment: Moment }): Resolved {
  const { reading, record, key } = source;
  const state = standing(reading, look.age, look.moment);
  if (state === 'stale' || state === 'lapsing') {
    const value = unseenFor(reasonBits.stale);
    const graceFrom = endOf(reading, look.age);
    return {
      value,
      ...noSupport,
      ...(state === 'stale' ? { until: never } : { graceFrom, until: graceFrom + graceMs }),
    };
  }
  const raw = record[key];
  const type = definition.type === 'object[]' ? definition.keys[key] : undefined;
  const value = (type === 'timestamp' ? Date.parse(String(raw)) : raw) as Value;
  return asResolved({ ...reading, value, raw }, look.age, look.moment);
}

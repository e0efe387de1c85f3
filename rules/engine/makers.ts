/** Who makes the critical assets, brought up to date from one look to the next: only those that changed are asked again. */
import { type Changes, firstOf, type Lapse } from './asset-sets.ts';
import type { Entity } from './standings.ts';

/** As of a generation and up to an instant. */
export interface KnownMakers extends Lapse {
  readonly generation: number;
  /** Ids of the makers that the plant file or a reading names. */
  readonly ids: ReadonlySet<string>;
  /** First instant at which a reading names another. */
  readonly least: number;
  /** Up to here no reading that was asked ends. */
  readonly fresh: number;
  /** What a reading says, by position. */
  readonly stated: readonly (string | undefined)[];
  readonly until: Float64Array;
  readonly ends: Float64Array;
  /** Where a statement lapsed that decided it, by position. */
  readonly lapses: ReadonlyMap<number, Lapse>;
}

interface Asked {
  readonly entities: readonly Entity[];
  readonly changes: Changes;
  readonly at: number;
  /** What a reading of a critical asset says, until when, and when a reading that was asked ends. */
  stated(entity: Entity): { name: string | undefined; until: number; end: number } & Lapse;
  /** The id of a maker by its name; empty for no name. */
  idOf(name: string): string;
}

/** `known` must be of an earlier or the same instant, and of the same list of assets. */
export function makersNow(known: KnownMakers | undefined, asked: Asked): KnownMakers {
  const { entities, changes, at } = asked;
  if (known !== undefined && known.generation === changes.generation && at < known.fresh) return known;
  const size = entities.length;
  const until = known?.until.slice() ?? new Float64Array(size);
  const ends = known?.ends.slice() ?? new Float64Array(size);
  const stated = known?.stated.slice() ?? new Array<string | undefined>(size).fill(undefined);
  const lapses = new Map(known?.lapses);
  let isSame = known !== undefined;
  let least = Number.POSITIVE_INFINITY;
  let fresh = Number.POSITIVE_INFINITY;
  for (const entity of entities) {
    const { position } = entity;
    const isChanged = known === undefined || changes.isNewer(position, known.generation);
    if (isChanged || (ends[position] ?? at) <= at) {
      const found = nameOf(entity, asked);
      isSame &&= !isChanged && stated[position] === found.name;
      stated[position] = found.name;
      until[position] = found.until;
      ends[position] = found.end;
      const { heldFrom, graceFrom } = found;
      lapses.delete(position);
      if (Number.isFinite(heldFrom) || Number.isFinite(graceFrom)) lapses.set(position, { heldFrom, graceFrom });
    }
    least = Math.min(least, until[position] ?? least);
    fresh = Math.min(fresh, ends[position] ?? fresh);
  }
  const ids = isSame && known !== undefined ? known.ids : idsOf(stated, asked);
  const { generation } = changes;
  return { generation, ids, least, fresh, stated, until, ends, lapses, ...firstOf(lapses.values()) };
}

const never = Number.POSITIVE_INFINITY;
const unasked = { name: undefined, until: never, end: never, heldFrom: never, graceFrom: never };

function nameOf(entity: Entity, asked: Asked): ReturnType<Asked['stated']> {
  return entity.critical && entity.asset !== undefined ? asked.stated(entity) : unasked;
}

function idsOf(stated: readonly (string | undefined)[], { entities, idOf }: Asked): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { critical, asset, position, view } of entities) {
    if (!critical || asset === undefined) continue;
    for (const name of [view?.vendor, stated[position]]) {
      const id = name === undefined ? '' : idOf(name);
      if (id !== '') ids.add(id);
    }
  }
  return ids;
}

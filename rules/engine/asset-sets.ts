/** Sets of assets, brought up to date from one look to the next: only those that changed are asked again. */

/** Which assets are others than they were, by position in the list of assets. Never changed once it is made. */
export class Changes {
  /** Counts the looks at which something changed. */
  readonly generation: number;
  /** Newest generation at which any asset changed. */
  readonly newest: number;
  private readonly stamps: Uint32Array;

  private constructor(generation: number, stamps: Uint32Array, newest: number) {
    this.generation = generation;
    this.stamps = stamps;
    this.newest = newest;
  }

  static first(size: number): Changes {
    return new Changes(1, new Uint32Array(size).fill(1), 1);
  }

  next(changed: Iterable<number>): Changes {
    const generation = this.generation + 1;
    const stamps = this.stamps.slice();
    let { newest } = this;
    for (const position of changed) {
      stamps[position] = generation;
      newest = generation;
    }
    return new Changes(generation, stamps, newest);
  }

  isNewer(position: number, than: number): boolean {
    return (this.stamps[position] ?? Number.POSITIVE_INFINITY) > than;
  }
}

export interface Placed {
  readonly position: number;
}

/** Earliest lapse among the statements that decided something: of those that are held, and of those that are not. */
export interface Lapse {
  readonly heldFrom: number;
  readonly graceFrom: number;
}

/** Who belongs to a set, as of a generation and up to an instant. */
export interface KnownSet<T extends Placed> extends Lapse {
  readonly generation: number;
  readonly members: readonly T[];
  /** Earliest of the instants at which an asset may come in or leave. */
  readonly least: number;
  /** Up to here no reading that was asked ends; members and lapses are as they are. */
  readonly fresh: number;
  readonly holds: Uint8Array;
  readonly until: Float64Array;
  /** When a reading that was asked ends, by position. */
  readonly ends: Float64Array;
  /** Where a statement lapsed that decided it, by position. */
  readonly lapses: ReadonlyMap<number, Lapse>;
}

export interface Asked<T extends Placed> {
  readonly entities: readonly T[];
  /** Members beyond the assets; asked each time. */
  readonly others: readonly T[];
  readonly changes: Changes;
  readonly at: number;
  test(entity: T): { holds: boolean; until: number; end: number } & Lapse;
}

/** The set now. `known` must be of an earlier or the same instant, and of the same list of assets. */
export function setNow<T extends Placed>(known: KnownSet<T> | undefined, asked: Asked<T>): KnownSet<T> {
  const { entities, others, changes, at } = asked;
  const size = entities.length + others.length;
  const holds = sized(known?.holds, size, (length) => new Uint8Array(length));
  const until = sized(known?.until, size, (length) => new Float64Array(length));
  const ends = sized(known?.ends, size, (length) => new Float64Array(length));
  const lapses = new Map(known?.lapses);
  const members: T[] = [];
  let least = Number.POSITIVE_INFINITY;
  let fresh = Number.POSITIVE_INFINITY;
  const look = (entity: T, isKnown: boolean): void => {
    const { position } = entity;
    if (!isKnown) {
      const found = asked.test(entity);
      holds[position] = found.holds ? 1 : 0;
      until[position] = found.until;
      ends[position] = found.end;
      const { heldFrom, graceFrom } = found;
      lapses.delete(position);
      if (Number.isFinite(heldFrom) || Number.isFinite(graceFrom)) lapses.set(position, { heldFrom, graceFrom });
    }
    if (holds[position] === 1) members.push(entity);
    least = Math.min(least, until[position] ?? least);
    fresh = Math.min(fresh, ends[position] ?? fresh);
  };
  for (const entity of entities) {
    const { position } = entity;
    const isKnown = known !== undefined && !changes.isNewer(position, known.generation) && (ends[position] ?? at) > at;
    look(entity, isKnown);
  }
  for (const entity of others) look(entity, false);
  return {
    generation: changes.generation,
    members,
    least,
    fresh,
    holds,
    until,
    ends,
    lapses,
    ...firstOf(lapses.values()),
  };
}

export function firstOf(lapses: Iterable<Lapse>): Lapse {
  let heldFrom = Number.POSITIVE_INFINITY;
  let graceFrom = Number.POSITIVE_INFINITY;
  for (const lapse of lapses) {
    heldFrom = Math.min(heldFrom, lapse.heldFrom);
    graceFrom = Math.min(graceFrom, lapse.graceFrom);
  }
  return { heldFrom, graceFrom };
}

function sized<A extends Uint8Array | Float64Array>(known: A | undefined, size: number, make: (size: number) => A): A {
  const array = make(size);
  if (known !== undefined) array.set(known.subarray(0, Math.min(size, known.length)));
  return array;
}

import { describe, expect, it } from 'vitest';
import { Changes, firstOf, type KnownSet, type Placed, setNow } from '../../../rules/engine/asset-sets.ts';

const never = Number.POSITIVE_INFINITY;

interface Thing extends Placed {
  readonly holds: boolean;
  readonly until?: number;
  readonly end?: number;
  readonly heldFrom?: number;
  readonly graceFrom?: number;
}

/** `+` belongs to the set, `-` does not. */
function thingsOf(text: string, more: Partial<Record<number, Partial<Thing>>> = {}): Thing[] {
  return [...text].map((sign, position) => ({ position, holds: sign === '+', ...more[position] }));
}

/** The set as of an instant, and who was asked for it. */
function looked(
  known: KnownSet<Thing> | undefined,
  more: { things: Thing[]; others?: Thing[]; changes?: Changes; at?: number },
) {
  const asked: number[] = [];
  const { things, others = [], changes = Changes.first(things.length), at = 0 } = more;
  const set = setNow(known, {
    entities: things,
    others,
    changes,
    at,
    test: ({ position, holds, until = never, end = never, heldFrom = never, graceFrom = never }) => {
      asked.push(position);
      return { holds, until, end, heldFrom, graceFrom };
    },
  });
  return { set, asked, members: set.members.map(({ position }) => position) };
}

describe('changes', () => {
  it('tell who is newer than a generation', () => {
    const first = Changes.first(3);
    const second = first.next([1]);
    const third = second.next([]);
    const newer = (changes: Changes, than: number) => [0, 1, 2].filter((position) => changes.isNewer(position, than));
    expect([first, second, third].map(({ generation, newest }) => [generation, newest])).toEqual([
      [1, 1],
      [2, 2],
      [3, 2],
    ]);
    expect(newer(first, 0)).toEqual([0, 1, 2]);
    expect(newer(first, 1)).toEqual([]);
    expect(newer(second, 1)).toEqual([1]);
    expect(newer(third, 1)).toEqual([1]);
    expect(newer(third, 2)).toEqual([]);
    expect(third.isNewer(3, 99)).toBe(true);
  });
});

describe('a set of assets', () => {
  it('asks everybody the first time, and holds those who belong to it', () => {
    const things = thingsOf('+-+', { 0: { until: 7, end: 5 }, 1: { until: 6, end: 4 } });
    const { set, asked, members } = looked(undefined, { things });
    expect(asked).toEqual([0, 1, 2]);
    expect(members).toEqual([0, 2]);
    expect(set).toMatchObject({ generation: 1, least: 6, fresh: 4, heldFrom: never, graceFrom: never });
  });

  it('asks later only those that changed, and those of whom a reading has ended', () => {
    const things = thingsOf('+-+', { 0: { until: 9, end: 5 } });
    const first = looked(undefined, { things }).set;
    const changes = Changes.first(3).next([1]);
    const turned = [...things];
    turned[1] = { position: 1, holds: true };
    expect(looked(first, { things: turned, changes, at: 4 })).toMatchObject({
      asked: [1],
      members: [0, 1, 2],
      set: { generation: 2, least: 9, fresh: 5 },
    });
    expect(looked(first, { things, at: 5 }).asked).toEqual([0]);
    expect(looked(first, { things, at: 4 }).asked).toEqual([]);
  });

  it('gives up who left it, and takes the end of the new answer', () => {
    const first = looked(undefined, { things: thingsOf('++', { 0: { until: 3, end: 3, heldFrom: 1 } }) }).set;
    const later = looked(first, { things: thingsOf('-+', { 0: { until: 8, end: 7 } }), at: 3 });
    expect(later.members).toEqual([1]);
    expect(later.set).toMatchObject({ least: 8, fresh: 7, heldFrom: never });
    expect(first.members).toHaveLength(2);
    expect([...first.holds]).toEqual([1, 1]);
  });

  it('asks those beyond the assets each time, also where they became fewer or more', () => {
    const things = thingsOf('+');
    const beyond = (...positions: number[]) => positions.map((position) => ({ position, holds: true }));
    const first = looked(undefined, { things, others: beyond(1, 2) });
    expect(first.members).toEqual([0, 1, 2]);
    expect(looked(first.set, { things, others: beyond(1) })).toMatchObject({ asked: [1], members: [0, 1] });
    expect(looked(first.set, { things, others: beyond(1, 2, 3) })).toMatchObject({
      asked: [1, 2, 3],
      members: [0, 1, 2, 3],
    });
  });

  it('tells the earliest lapse of a statement that decided, of those held and of those not', () => {
    const things = thingsOf('+-+', { 0: { heldFrom: 8 }, 1: { heldFrom: 4, graceFrom: 9 }, 2: { graceFrom: 6 } });
    const { set } = looked(undefined, { things });
    expect(set).toMatchObject({ heldFrom: 4, graceFrom: 6 });
    expect([...set.lapses.keys()]).toEqual([0, 1, 2]);
    expect(looked(set, { things }).set).toMatchObject({ heldFrom: 4, graceFrom: 6 });
    expect([...looked(undefined, { things: thingsOf('++') }).set.lapses]).toEqual([]);
  });

  it('without anybody never changes', () => {
    expect(looked(undefined, { things: [] }).set).toMatchObject({ least: never, fresh: never, members: [] });
    expect(firstOf([])).toEqual({ heldFrom: never, graceFrom: never });
  });
});

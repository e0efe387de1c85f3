import { describe, expect, it } from 'vitest';
import { assess } from '../../../rules/engine/assess.ts';
import {
  both,
  changeOf,
  type Found,
  firstReason,
  insert,
  maxReplays,
  never,
  statusOf,
} from '../../../rules/engine/found.ts';
import { reasonBits, unseenFor } from '../../../rules/engine/value.ts';
import { inputOf, packOf, rowOf } from './support.ts';

describe('two conditions on one row', () => {
  const words = ['met', 'notMet', 'unknown'] as const;

  it('are met when both are, not met when one is known not to be', () => {
    const table = words.map((one) => words.map((other) => both(one, other)));
    expect(table).toEqual([
      ['met', 'notMet', 'unknown'],
      ['notMet', 'notMet', 'notMet'],
      ['unknown', 'notMet', 'unknown'],
    ]);
  });

  it('are met only by a plain yes', () => {
    expect([true, false, 'yes', unseenFor(reasonBits.stale)].map(statusOf)).toEqual([
      'met',
      'notMet',
      'notMet',
      'unknown',
    ]);
  });
});

describe('the reason that is told', () => {
  it('is the first of their order, those of members and those of the row alike', () => {
    const { conflict, stale, neverAsked } = reasonBits;
    expect(firstReason(['guard'], conflict | stale)).toBe('conflict');
    expect(firstReason(['restsOn', 'guard'], stale)).toBe('guard');
    expect(firstReason(['emptyPopulation', 'restsOn'], 0)).toBe('restsOn');
    expect(firstReason(['emptyPopulation'], neverAsked)).toBe('emptyPopulation');
    expect(firstReason([], stale | neverAsked)).toBe('stale');
    expect(firstReason(['notCovered'], 0)).toBe('notCovered');
  });

  it('is that nobody was asked where there is no other', () => {
    expect(firstReason([], 0)).toBe('neverAsked');
    expect(firstReason([], reasonBits.neverAsked)).toBe('neverAsked');
  });
});

describe('the instant at which a status changes', () => {
  /** What is said at each instant of a look, and the instants that were looked at. */
  function replayed(later: Record<number, [Found['status'], number]>, from = 1) {
    const looks: number[] = [];
    const found: Found = {
      status: 'met',
      mask: 0,
      until: from,
      replay: (at) => {
        looks.push(at);
        const [status = 'met', until = never] = later[at] ?? [];
        return { status, until };
      },
    };
    return { at: changeOf(found, 'met'), looks };
  }

  it('is the first at which it is another, not the first at which a reading ends', () => {
    expect(replayed({ 1: ['met', 5], 5: ['notMet', 9] })).toEqual({ at: 5, looks: [1, 5] });
    expect(replayed({ 1: ['unknown', 5] })).toEqual({ at: 1, looks: [1] });
  });

  it('is never where nothing more changes', () => {
    expect(replayed({ 1: ['met', 5], 5: ['met', never] })).toEqual({ at: never, looks: [1, 5] });
    expect(replayed({}, never)).toEqual({ at: never, looks: [] });
  });

  it('is never where time does not move on', () => {
    expect(replayed({ 1: ['met', 5], 5: ['met', 5] })).toEqual({ at: never, looks: [1, 5] });
    expect(replayed({ 5: ['met', 4] }, 5)).toEqual({ at: never, looks: [5] });
  });

  it('is given up after a bounded number of looks', () => {
    let looks = 0;
    const found: Found = { status: 'met', mask: 0, until: 1, replay: (at) => ({ status: 'met', until: at + ++looks }) };
    expect(changeOf(found, 'met')).toBe(never);
    expect(looks).toBe(maxReplays);
  });

  it('is the end of the readings where nothing is judged again, and never for what is unknown', () => {
    expect(changeOf({ status: 'met', mask: 0, until: 7 }, 'met')).toBe(7);
    expect(changeOf({ status: 'met', mask: 0 }, 'met')).toBe(never);
    expect(changeOf({ status: 'unknown', mask: 0, until: 7 }, 'unknown')).toBe(never);
    const replay = () => ({ status: 'met', until: never }) as const;
    expect(changeOf({ status: 'unknown', mask: 0, until: 7, replay }, 'unknown')).toBe(never);
  });
});

describe('a queue of what ends when', () => {
  it('takes each in its place, after those of the same instant, and nothing before where it stands', () => {
    const queue = [3, 1, 4, 1, 5, 9, 2, 6].reduce<{ at: number; index: number }[]>((all, at, index) => {
      insert(all, { at, index }, 0);
      return all;
    }, []);
    expect(queue.map(({ at, index }) => [at, index])).toEqual([
      [1, 1],
      [1, 3],
      [2, 6],
      [3, 0],
      [4, 2],
      [5, 4],
      [6, 7],
      [9, 5],
    ]);
    insert(queue, { at: 0, index: 8 }, 2);
    expect(queue[2]).toEqual({ at: 0, index: 8 });
    expect(queue).toHaveLength(9);
  });
});

it('shows an empty population as nobody of nobody', () => {
  const pack = packOf({ id: 'thm.l1.row', population: 'ALL', min: 1, good: 'firmware.supported == true' });
  expect(rowOf(assess(pack, inputOf({})), 'thm.l1.row')).toMatchObject({
    good: 0,
    bad: 0,
    unseen: 0,
    excepted: 0,
    of: 0,
  });
});

import { describe, expect, it } from 'vitest';
import { lasting } from '../../../rules/engine/lasting.ts';
import type { Moment } from '../../../rules/engine/readings.ts';

const never = Number.POSITIVE_INFINITY;
const start: Moment = { at: 0, grace: true, keeps: true };

/** An answer that is asked anew at each instant of the list, and is what the list says there. */
function answers(...steps: [number, boolean][]) {
  const asked: Moment[] = [];
  const answer = (moment: Moment) => {
    asked.push(moment);
    const next = steps.findIndex(([from]) => from > moment.at);
    const now = steps[(next === -1 ? steps.length : next) - 1];
    return { value: now?.[1] ?? false, until: steps[next]?.[0] ?? never };
  };
  return { asked, answer };
}

describe('an answer that only reads facts', () => {
  it.each<[string, [number, boolean][], boolean, number]>([
    ['never changes where nothing ends', [[0, true]], true, never],
    [
      'lasts until it is another',
      [
        [0, true],
        [5, false],
      ],
      true,
      5,
    ],
    [
      'lasts beyond the end of a reading where the next says the same',
      [
        [0, false],
        [5, false],
        [7, false],
        [9, true],
      ],
      false,
      9,
    ],
    [
      'lasts for ever where every later reading says the same',
      [
        [0, true],
        [5, true],
        [7, true],
      ],
      true,
      never,
    ],
  ])('%s', (_, steps, value, until) => {
    expect(lasting(start, answers(...steps).answer)).toEqual({ value, until });
  });

  it('is asked about later without keeping anything, with statements held as before', () => {
    const { asked, answer } = answers([0, true], [5, true], [7, false]);
    lasting(start, answer);
    expect(asked).toEqual([start, { at: 5, grace: true, keeps: false }, { at: 7, grace: true, keeps: false }]);
    const other = answers([0, true], [5, false]);
    lasting({ at: 0, grace: false, keeps: true }, other.answer);
    expect(other.asked.at(-1)).toEqual({ at: 5, grace: false, keeps: false });
  });

  it('is followed through twenty ends, and said to last until the first of more', () => {
    const same = (count: number): [number, boolean][] => Array.from({ length: count + 1 }, (_, at) => [at, true]);
    expect(lasting(start, answers(...same(19)).answer)).toEqual({ value: true, until: never });
    expect(lasting(start, answers(...same(19), [20, false]).answer)).toEqual({ value: true, until: 20 });
    expect(lasting(start, answers(...same(20), [21, false]).answer)).toEqual({ value: true, until: 1 });
  });
});

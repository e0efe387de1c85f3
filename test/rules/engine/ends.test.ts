/** What ends when. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ends } from '../../../rules/engine/ends.ts';

const never = Number.POSITIVE_INFINITY;

describe('what ends when', () => {
  it('gives the next end, and takes out what has ended by an instant, the instant included', () => {
    const ends = new Ends(Float64Array.from([3, 1, never, 1, 5]));
    expect(ends.next()).toBe(1);
    expect(ends.endedBy(0)).toEqual([]);
    expect(ends.endedBy(3).sort()).toEqual([0, 1, 3]);
    expect(ends.next()).toBe(5);
    expect(ends.endedBy(never)).toEqual([4]);
    expect(ends.next()).toBe(never);
  });

  it('takes back what ends later, and forgets what never ends', () => {
    const ends = new Ends(Float64Array.from([3, 1]));
    expect(ends.endedBy(1)).toEqual([1]);
    ends.add(1, 2);
    expect(ends.next()).toBe(2);
    expect(ends.endedBy(2)).toEqual([1]);
    ends.add(1, never);
    expect(ends.endedBy(never)).toEqual([0]);
    expect(ends.next()).toBe(never);
  });

  it('leaves the array of the caller as it was', () => {
    const given = Float64Array.from([2, 1]);
    const ends = new Ends(given);
    ends.endedBy(1);
    ends.add(1, 9);
    expect([...given]).toEqual([2, 1]);
  });

  it('says the same as a sorted list', () => {
    const instants = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(never));
    fc.assert(
      fc.property(fc.array(instants, { maxLength: 60 }), fc.array(instants, { maxLength: 20 }), (first, steps) => {
        const ends = new Ends(Float64Array.from(first));
        const left = new Map(first.entries());
        for (const at of [...steps].sort((one, other) => one - other)) {
          const due = [...left].filter(([, end]) => end <= at && end !== never).map(([index]) => index);
          expect(ends.endedBy(at).sort((one, other) => one - other)).toEqual(due);
          for (const index of due) {
            left.set(index, at + index + 1);
            ends.add(index, at + index + 1);
          }
          expect(ends.next()).toBe(Math.min(never, ...left.values()));
        }
      }),
    );
  });
});

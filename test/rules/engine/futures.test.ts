import { describe, expect, it } from 'vitest';
import { Futures } from '../../../rules/engine/futures.ts';
import { reasonBits } from '../../../rules/engine/value.ts';
import { member } from './outcomes.ts';

const judged = { ...member('bad'), until: 9 };

describe('what a member will be', () => {
  it('is known where it ends as it did when it was looked at', () => {
    const futures = new Futures(3);
    futures.note(1, 5, judged);
    expect(futures.at(1, 5)).toMatchObject({ verdict: 'bad', until: 9 });
    expect(futures.at(1, 6)).toBeUndefined();
    expect(futures.at(0, 5)).toBeUndefined();
    expect(futures.at(0, 0)).toBeUndefined();
  });

  it('is known in every state that it will have, one after the other', () => {
    const futures = new Futures(2);
    futures.note(0, 5, judged);
    futures.note(0, 9, { ...member('unseen'), mask: reasonBits.stale, until: 30 });
    futures.note(0, 30, { ...member('good'), until: Number.POSITIVE_INFINITY });
    expect([5, 9, 30].map((at) => futures.at(0, at)?.verdict)).toEqual(['bad', 'unseen', 'good']);
    expect(futures.at(0, 30)?.until).toBe(Number.POSITIVE_INFINITY);
  });

  it('counts as what was noted', () => {
    const one = { ...member('good'), weak: 4, strong: 0, banned: 'open', mustBeSeen: true, until: 9 } as const;
    const other = { ...member('unseen'), mask: 31, weak: -1, strong: 99, banned: 'yes', until: 9 } as const;
    for (const state of [one, other]) {
      const futures = new Futures(1);
      futures.note(0, 5, state);
      const { verdict, mask, weak, strong, banned, mustBeSeen, until } = state;
      expect(futures.at(0, 5)).toEqual({ verdict, mask, weak, strong, banned, mustBeSeen, until });
    }
  });

  it('is not kept where it ends at once', () => {
    const futures = new Futures(1);
    futures.note(0, 9, judged);
    expect(futures.at(0, 9)).toBeUndefined();
    futures.note(0, 8, judged);
    expect(futures.at(0, 8)).toBeDefined();
  });

  it('is forgotten of those that changed and once it has begun, and kept otherwise, also for more or fewer members', () => {
    const futures = new Futures(3);
    futures.note(0, 5, judged);
    futures.note(1, 6, judged);
    futures.note(1, 8, judged);
    futures.note(2, 7, judged);
    for (const size of [1, 2, 4]) {
      const next = Futures.after(futures, { size, at: 6, stays: (position) => position !== 2 });
      expect(next.at(0, 5), `${size}`).toBeUndefined();
      expect(next.at(1, 6), `${size}`).toBeUndefined();
      expect(next.at(1, 8) !== undefined, `${size}`).toBe(size > 1);
      expect(next.at(2, 7), `${size}`).toBeUndefined();
    }
    expect(futures.at(0, 5)).toBeDefined();
  });
});

import { describe, expect, it } from 'vitest';
import { Futures } from '../../../rules/engine/futures.ts';
import { member } from './outcomes.ts';

const judged = { ...member('bad'), until: 9 };

describe('what a member will be', () => {
  it('is known where it ends as it did when it was looked at', () => {
    const futures = new Futures(3);
    futures.note(1, 5, judged);
    expect(futures.after(1, 5)).toMatchObject({ verdict: 'bad', until: 9 });
    expect(futures.after(1, 6)).toBeUndefined();
    expect(futures.after(0, 5)).toBeUndefined();
    expect(futures.after(0, 0)).toBeUndefined();
  });

  it('is not kept where it ends at once', () => {
    const futures = new Futures(1);
    futures.note(0, 9, judged);
    expect(futures.after(0, 9)).toBeUndefined();
    futures.note(0, 8, judged);
    expect(futures.after(0, 8)).toBeDefined();
  });

  it('is forgotten of one, and kept of the others, also for more or fewer members', () => {
    const futures = new Futures(2);
    futures.note(0, 5, judged);
    futures.note(1, 6, judged);
    for (const size of [1, 2, 4]) {
      const next = new Futures(size, futures);
      expect(next.after(0, 5), `${size}`).toBeDefined();
      expect(next.after(1, 6) !== undefined, `${size}`).toBe(size > 1);
      next.clear(0);
      expect(next.after(0, 5)).toBeUndefined();
    }
    expect(futures.after(0, 5)).toBeDefined();
  });
});

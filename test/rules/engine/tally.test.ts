import { describe, expect, it } from 'vitest';
import type { MemberOutcome } from '../../../rules/engine/judging.ts';
import { Tally } from '../../../rules/engine/tally.ts';
import { noSupport, reasonBits } from '../../../rules/engine/value.ts';
import { member } from './outcomes.ts';

/** `g0` good by rank 0, `b4` bad by rank 4, `e2` excepted, `u` unseen, `n` not applicable. */
function tallyOf(text: string): Tally {
  const verdicts = { g: 'good', b: 'bad', e: 'excepted', u: 'unseen', n: 'notApplicable' } as const;
  const tally = new Tally();
  for (const [letter, rank] of text.split(' ')) {
    const verdict = verdicts[letter as keyof typeof verdicts];
    tally.add(member(verdict, { weak: rank === undefined ? noSupport.weak : Number(rank) }));
  }
  return tally;
}

function of(...members: MemberOutcome[]): Tally {
  const tally = new Tally();
  for (const each of members) tally.add(each);
  return tally;
}

describe('a tally', () => {
  it('counts an excepted member as good and tells it apart, and leaves out who is not applicable', () => {
    expect(tallyOf('g0 g0 e0 b0 b0 u n n').counts()).toEqual({ good: 3, bad: 2, unseen: 1, excepted: 1, of: 6 });
  });

  it('says met, notMet or unknown in these words', () => {
    expect(tallyOf('g0 g0').status(1, 0)).toBe('met');
    expect(tallyOf('g0 u').status(1, 0)).toBe('unknown');
    expect(tallyOf('g0 b0').status(0.5, 0)).toBe('notMet');
  });

  it('tolerates as many bad members as are named, and no more', () => {
    expect(tallyOf('g0 g0 g0 g0 b0').status(0.5, 1)).toBe('met');
    expect(tallyOf('g0 g0 g0 b0 b0').status(0.5, 1)).toBe('notMet');
    expect(tallyOf('g0 g0 g0 b0 b0').status(0.5, undefined)).toBe('met');
  });

  it('stays open while it is not known whether a bad member may be tolerated', () => {
    expect(of(member('good'), member('bad', { banned: 'open' })).status(0.5, 1)).toBe('unknown');
    expect(of(member('good'), member('bad', { banned: 'yes' })).status(0.5, 1)).toBe('notMet');
    expect(of(member('good'), member('bad')).status(0.5, 1)).toBe('met');
  });

  it('is as it was when a member is taken out again', () => {
    const extra = [
      member('good', { weak: 4 }),
      member('bad', { banned: 'open' }),
      member('bad', { banned: 'yes', weak: 0 }),
      member('excepted', { weak: 4 }),
      member('unseen', { mustBeSeen: true }),
    ];
    const tally = tallyOf('g2 g2 b4 u');
    const before = [tally.counts(), tally.status(0.5, 1), tally.weakestGood(0.5), tally.strongestBad()];
    for (const each of extra) tally.add(each);
    expect(tally.counts().of).toBe(9);
    for (const each of extra) tally.remove(each);
    expect([tally.counts(), tally.status(0.5, 1), tally.weakestGood(0.5), tally.strongestBad()]).toEqual(before);
    expect(tally.weakestSeen()).toBe(4);
  });

  it('counts the further good readings that would decide', () => {
    expect(tallyOf('g0 u u u').wouldDecide(0.75)).toBe(2);
    expect(of(member('good'), member('unseen', { mustBeSeen: true })).wouldDecide(0.5)).toBe(1);
    expect(tallyOf('g0 g0 u').wouldDecide(0.5)).toBe(0);
  });
});

describe('the evidence of a tally', () => {
  it('that is met is the weakest among the best members that are enough of all', () => {
    expect(tallyOf('g0 g0 g4 b0 u').weakestGood(0.5)).toBe(4);
    expect(tallyOf('g0 g0 g4 b0 u').weakestGood(0.4)).toBe(0);
    expect(tallyOf('g0 g0 g2 e4').weakestGood(0.75)).toBe(2);
    expect(tallyOf('g0 g0 g2 e4').weakestGood(1)).toBe(4);
  });

  it('is never better than what is there, where none is needed', () => {
    expect(tallyOf('g4 g4').weakestGood(0)).toBe(4);
  });

  it('that is not met is that of its best seen bad member', () => {
    expect(tallyOf('b4 b2 b4').strongestBad()).toBe(2);
    expect(tallyOf('g0 b4').strongestBad()).toBe(4);
    expect(tallyOf('g0').strongestBad()).toBe(noSupport.weak);
  });

  it('that is unknown is the weakest that was seen, good or bad', () => {
    expect(tallyOf('g0 b4 u').weakestSeen()).toBe(4);
    expect(tallyOf('g2 g0 b0 u').weakestSeen()).toBe(2);
    expect(tallyOf('u').weakestSeen()).toBe(noSupport.weak);
  });

  it('counts excepted members one by one', () => {
    expect(tallyOf('e0 e0 e4').weakestGood(0.6)).toBe(0);
    expect(tallyOf('e0 e0 e4').weakestGood(1)).toBe(4);
  });

  it('tells how many members more than attestations speak of', () => {
    const tally = of(
      member('good', { strong: 0 }),
      member('bad', { strong: 2 }),
      member('good', { strong: 3 }),
      member('unseen', { strong: 0 }),
    );
    expect(tally.examined).toBe(2);
    tally.remove(member('bad', { strong: 2 }));
    expect(tally.examined).toBe(1);
  });

  it('is none where a member rests on no reading at all', () => {
    expect(tallyOf('g').weakestGood(1)).toBe(noSupport.weak);
    expect(tallyOf('g0 g').weakestGood(0.5)).toBe(0);
    expect(tallyOf('g0 g').weakestGood(1)).toBe(noSupport.weak);
  });
});

describe('what was looked at', () => {
  it('is a tally with somebody seen, or a look that saw nothing', () => {
    expect(new Tally().lookedAt).toBe(false);
    expect(of(member('unseen', { mask: reasonBits.neverAsked })).lookedAt).toBe(false);
    expect(of(member('unseen', { mask: reasonBits.neverAsked }), member('good')).lookedAt).toBe(true);
    expect(of(member('bad')).lookedAt).toBe(true);
    for (const reason of ['notSeen', 'stale', 'conflict'] as const) {
      expect(of(member('unseen', { mask: reasonBits[reason] })).lookedAt).toBe(true);
    }
  });

  it('keeps every reason of the unseen, and of nobody else', () => {
    const { notSeen, stale, conflict } = reasonBits;
    const members = [member('unseen', { mask: notSeen }), member('unseen', { mask: stale })];
    expect(of(...members, member('good', { mask: conflict })).mask).toBe(notSeen | stale);
  });
});

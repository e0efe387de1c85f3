import { describe, expect, it } from 'vitest';
import type { Target } from '../../../rules/engine/input.ts';
import type { RowOutcome } from '../../../rules/engine/judging.ts';
import { standingOf } from '../../../rules/engine/level.ts';
import { indicatorResult, type PracticeFindings, practiceResult, scopeOf } from '../../../rules/engine/practice.ts';
import { outcome, unasked } from './outcomes.ts';
import { ago, day, nowMs } from './support.ts';

function practice(rows: readonly RowOutcome[], more: Partial<PracticeFindings> = {}) {
  const declined = more.declined ?? [];
  const standing = standingOf(rows, declined.length > 0);
  return practiceResult({ practice: 'ACC', rows, standing, target: undefined, declined, now: nowMs, ...more });
}

function target(level: Target['level'], scope: Target['scope'] = 'general'): { target: Target } {
  return { target: { level, scope } };
}

const all = [1, 2, 3, 4].map((level) => outcome(`acc.l${level}.a`));
const supporting = { core: false };

describe('a practice', () => {
  it('at level 4 has no next level and nothing that blocks it', () => {
    const result = practice(all);
    expect(result).toMatchObject({ level: 4, ceiling: 4, assessedTo: 4, blockers: [] });
    expect(result).not.toHaveProperty('next');
  });

  it('leaves out what is not known of it', () => {
    expect(Object.keys(practice(all)).sort()).toEqual([
      'assessedTo',
      'blockers',
      'ceiling',
      'confidence',
      'coverage',
      'fit',
      'indicators',
      'level',
      'practice',
      'scope',
      'technicalLevel',
    ]);
  });

  it('carries its target, when it drops, since when it is held and the strict level', () => {
    const held = { level: 2, lapsedSince: nowMs - day } as const;
    const more = { held, drop: { on: nowMs + day, to: null }, strictLevel: 0, ...target(3) } as const;
    expect(practice([outcome('acc.l1.a'), unasked('acc.l2.a')], more)).toMatchObject({
      level: 2,
      ceiling: 2,
      assessedTo: 2,
      target: { level: 3, scope: 'general' },
      lapsedSince: ago(1),
      dropsOn: ago(-1),
      dropsTo: null,
      strictLevel: 0,
      next: { level: 3 },
    });
  });
});

describe('an indicator', () => {
  it('leaves out what is not known of it', () => {
    expect(indicatorResult(unasked('acc.l1.a', { row: { method: 'hybrid' } }))).toStrictEqual({
      id: 'acc.l1.a',
      level: 1,
      core: true,
      method: 'hybrid',
      status: 'unknown',
      reason: 'neverAsked',
    });
    expect(Object.keys(indicatorResult(outcome('acc.l1.a')))).toEqual([
      'id',
      'level',
      'core',
      'method',
      'status',
      'evidence',
      'oldestAt',
    ]);
  });

  it('shows counts, evidence, the age of its oldest reading, when it changes and what compensates it', () => {
    const counts = { good: 3, bad: 1, unseen: 2, excepted: 1, of: 6 };
    const row = outcome('acc.l2.a', {
      ...{ status: 'notMet', counts, wouldDecide: 2, weak: 2, oldest: nowMs - 3 * day, changesAt: nowMs + day },
      ...{ compensatedBy: 'd-1', core: false },
    });
    expect(indicatorResult(row)).toStrictEqual({
      ...{ id: 'acc.l2.a', level: 2, core: false, method: 'automated', status: 'notMet', evidence: 'examined' },
      ...counts,
      ...{ wouldDecide: 2, oldestAt: ago(3), changesOn: ago(-1), compensatedBy: 'd-1' },
    });
  });
});

describe('the next level', () => {
  it('says how near it is and what it would cost to know', () => {
    const cost = (minutes: number, packets: number) => ({ row: { minutes, packets } });
    const counts = { good: 0, bad: 1, unseen: 3, excepted: 0, of: 4 };
    const rows = [
      outcome('acc.l1.a', cost(100, 100)),
      outcome('acc.l2.a', cost(100, 100)),
      outcome('acc.l2.b', { status: 'notMet', ...cost(100, 100) }),
      outcome('acc.l2.c', { status: 'notMet', compensatedBy: 'd-1', ...cost(100, 100) }),
      outcome('acc.l2.d', { status: 'notMet', ...cost(100, 100) }),
      unasked('acc.l2.e', { reason: 'stale', ...cost(5, 7) }),
      unasked('acc.l2.f', { counts, unseen: ['x', 'y', 'z'], ...cost(3, 2) }),
      unasked('acc.l2.g', { reason: 'notSeen', ...cost(1, 1) }),
      unasked('acc.l2.h', { core: false, ...cost(100, 100) }),
      unasked('acc.l3.a', cost(100, 100)),
    ];
    const next = { level: 2, met: 2, notMet: 2, unknown: 2, neverAsked: 1, minutes: 9, packets: 14 };
    expect(practice(rows).next).toEqual(next);
  });
});

describe('scope', () => {
  const industry = { scope: 'industry' } as const;

  it('is that of a met row at the level that is reached, the widest of them', () => {
    const rows = [outcome('acc.l1.a'), outcome('acc.l1.b', { row: industry })];
    expect(scopeOf(rows, 1)).toBe('industry');
    expect(scopeOf([...rows, outcome('acc.l1.c', { row: { scope: 'system' } })], 1)).toBe('system');
    expect(scopeOf(rows, 2)).toBe('general');
    expect(scopeOf(rows, null)).toBe('general');
  });

  it('is not that of a row that is not met, nor of another level', () => {
    expect(scopeOf([outcome('acc.l1.a'), outcome('acc.l1.b', { row: industry, status: 'notMet' })], 1)).toBe('general');
    expect(scopeOf([outcome('acc.l1.a'), outcome('acc.l2.b', { row: industry })], 1)).toBe('general');
  });
});

describe('fit', () => {
  const stated = { weak: 4, strong: 4 };

  it('is below where only a gate is missing, and open where a row is too', () => {
    const papers = [outcome('acc.l1.a', stated), outcome('acc.l2.a', stated)];
    expect(practice(papers, target(2)).fit).toBe('below');
    expect(practice([...papers, unasked('acc.l2.b')], target(2)).fit).toBe('unknown');
    expect(practice([outcome('acc.l1.a', stated), unasked('acc.l2.b')], target(2)).fit).toBe('unknown');
    expect(practice(all, { ...target(3), declined: ['x'] }).fit).toBe('below');
  });

  it('blames no compensated row, no supporting one, and none above the target', () => {
    const rows = (more: Partial<RowOutcome>) => [outcome('acc.l1.a'), unasked('acc.l2.a'), outcome('acc.l2.b', more)];
    expect(practice(rows({ status: 'notMet' }), target(2)).fit).toBe('below');
    expect(practice(rows({ status: 'notMet', compensatedBy: 'd-1' }), target(2)).fit).toBe('unknown');
    expect(practice(rows({ status: 'notMet', core: false }), target(2)).fit).toBe('unknown');
  });

  it('is open without a target, and for a target of 0 that nobody looked at', () => {
    expect(practice(all).fit).toBe('unknown');
    expect(practice([unasked('acc.l1.a')], target(0)).fit).toBe('unknown');
  });
});

describe('coverage', () => {
  const rows = [
    outcome('acc.l1.a'),
    unasked('acc.l1.b'),
    unasked('acc.l2.a'),
    outcome('acc.l2.b', { status: 'notApplicable' }),
    unasked('acc.l3.a'),
    unasked('acc.l4.a'),
    unasked('acc.l4.b'),
  ];

  it('is the share of applicable rows that were looked at, up to the target', () => {
    expect(practice(rows, target(1)).coverage).toBe(0.5);
    expect(practice(rows, target(2)).coverage).toBe(0.333);
    expect(practice(rows, target(4)).coverage).toBe(0.167);
  });

  it('takes every level where there is no target, or one of 0', () => {
    expect(practice(rows).coverage).toBe(0.167);
    expect(practice(rows, target(0)).coverage).toBe(0.167);
  });

  it('is 0 where no row applies', () => {
    expect(practice([]).coverage).toBe(0);
  });
});

describe('confidence', () => {
  const of = (...rows: RowOutcome[]) => practice(rows).confidence;
  const stated = { weak: 4, strong: 4 };

  it('names no weakest row where all are sure', () => {
    expect(of(outcome('acc.l1.a'))).toStrictEqual({ grade: 'high', value: 1 });
  });

  it('is that of the weakest core row up to the level, or to level 1', () => {
    expect(of(outcome('acc.l1.a'), outcome('acc.l2.a', stated))).toMatchObject({ value: 0.5, weakest: 'acc.l2.a' });
    expect(of(outcome('acc.l1.a'), unasked('acc.l2.a'))).toMatchObject({ value: 1 });
    expect(of(outcome('acc.l1.a', { status: 'notMet', ...stated }), outcome('acc.l2.a'))).toMatchObject({ value: 0.5 });
    expect(of(unasked('acc.l1.a'), outcome('acc.l2.a'))).toMatchObject({ value: 0, weakest: 'acc.l1.a' });
  });

  it('is none for what is unknown though something was seen, and for what rests on no reading', () => {
    expect(of(outcome('acc.l1.a', { status: 'unknown' }))).toMatchObject({ grade: 'low', value: 0 });
    expect(of(outcome('acc.l1.a', { weak: -1 }))).toEqual({ grade: 'low', value: 0, weakest: 'acc.l1.a' });
    expect(of()).toEqual({ grade: 'low', value: 0 });
  });

  it('counts whom it saw, good or bad', () => {
    const counts = { good: 4, bad: 2, unseen: 4, excepted: 0, of: 10 };
    expect(of(outcome('acc.l1.a', { counts }))).toMatchObject({ grade: 'fair', value: 0.6 });
  });

  it('loses up to a fifth by supporting rows that are open', () => {
    const open = unasked('acc.l1.s', supporting);
    expect(of(outcome('acc.l1.a'), open, outcome('acc.l1.t', supporting)).value).toBe(0.9);
    expect(of(outcome('acc.l1.a'), open, unasked('acc.l1.t', supporting)).value).toBe(0.8);
  });

  it('is high from 0.8 and fair from 0.5', () => {
    const share = (good: number) =>
      of(outcome('acc.l1.a', { counts: { good, bad: 0, unseen: 0, excepted: 0, of: 100 } }));
    expect([80, 79, 50, 49].map((good) => share(good).grade)).toEqual(['high', 'fair', 'fair', 'low']);
  });

  it('falls from 80 % of the age limit to half at the limit', () => {
    const aged = (days: number) => of(outcome('acc.l1.a', { oldest: nowMs - days * day })).value;
    expect([0, 80, 90, 100, 1000].map(aged)).toEqual([1, 1, 0.75, 0.5, 0.5]);
  });
});

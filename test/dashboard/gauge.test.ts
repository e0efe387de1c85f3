import { describe, expect, it } from 'vitest';
import { type CellKind, type GaugeInput, gaugeOf, ladder, row } from '../../dashboard/gauge/geometry.ts';

const plain: GaugeInput = { level: 2, ceiling: 2, assessedTo: 4, target: 2, confirmed: 2 };

describe('cells of the level gauge, first match wins', () => {
  const cases: readonly (readonly [string, Partial<GaugeInput>, readonly CellKind[]])[] = [
    ['never assessed: all dashed', { neverAssessed: true, level: null }, ['never', 'never', 'never', 'never']],
    ['past the target: pale', { level: 3, ceiling: 3 }, ['holds', 'holds', 'over', 'none']],
    [
      'past the target stays pale when the assessment is old',
      { level: 3, ceiling: 3, old: true },
      ['old', 'old', 'over', 'none'],
    ],
    ['old assessment: grey', { old: true }, ['old', 'old', 'none', 'none']],
    ['holds: water', {}, ['holds', 'holds', 'none', 'none']],
    ['above what was assessed: dashed', { assessedTo: 2, target: 4 }, ['holds', 'holds', 'notAssessed', 'notAssessed']],
    [
      'above what was assessed, but seen: owed',
      { assessedTo: 2, target: 4, lookedAt: [3] },
      ['holds', 'holds', 'owed', 'notAssessed'],
    ],
    [
      'up to the ceiling: could not see',
      { level: 1, ceiling: 3, target: 3 },
      ['holds', 'couldNotSee', 'couldNotSee', 'none'],
    ],
    ['unknown past the target', { ceiling: 3 }, ['holds', 'holds', 'couldNotSee', 'none']],
    ['owed up to the target', { level: 1, ceiling: 1, target: 3 }, ['holds', 'owed', 'owed', 'none']],
    ['below, part unknown', { level: 0, ceiling: 1, target: 3 }, ['couldNotSee', 'owed', 'owed', 'none']],
    ['no target: nothing owed', { level: 1, ceiling: 1, target: undefined }, ['holds', 'none', 'none', 'none']],
    [
      'not established counts as 0',
      { level: null, ceiling: 2, target: 3 },
      ['couldNotSee', 'couldNotSee', 'owed', 'none'],
    ],
    ['nothing could be seen', { level: 0, ceiling: 4 }, ['couldNotSee', 'couldNotSee', 'couldNotSee', 'couldNotSee']],
    ['level 0, all seen', { level: 0, ceiling: 0 }, ['owed', 'owed', 'none', 'none']],
    ['level 4 of 4', { level: 4, ceiling: 4, target: 4 }, ['holds', 'holds', 'holds', 'holds']],
  ];
  it.each(cases)('%s', (_name, change, cells) => {
    expect(gaugeOf({ ...plain, ...change }).cells).toEqual(cells);
  });
});

describe('mark, rail, keel and diamond', () => {
  it('fills the ring only where the level equals the target', () => {
    expect(gaugeOf(plain).mark).toEqual({ at: 2, filled: true });
    expect(gaugeOf({ ...plain, level: 1 }).mark).toEqual({ at: 2, filled: false });
    expect(gaugeOf({ ...plain, level: 3, ceiling: 3 }).mark).toEqual({ at: 2, filled: false });
    expect(gaugeOf({ ...plain, level: 0, target: 0 }).mark).toEqual({ at: 0, filled: true });
  });

  it('leaves the ring hollow where nothing is established, even at a target of 0', () => {
    expect(gaugeOf({ ...plain, level: null, target: 0 }).mark?.filled).toBe(false);
    expect(gaugeOf({ ...plain, neverAssessed: true }).mark?.filled).toBe(false);
  });

  it('draws no mark without a target', () => {
    expect(gaugeOf({ ...plain, target: undefined }).mark).toBeUndefined();
  });

  it('ends the rail at what was confirmed, and breaks it past what is supported', () => {
    expect(gaugeOf(plain).rail).toEqual({ solidTo: 2 });
    expect(gaugeOf({ ...plain, confirmed: 1 }).rail).toEqual({ solidTo: 1 });
    expect(gaugeOf({ ...plain, level: 0, ceiling: 1 }).rail).toEqual({ solidTo: 0, brokenTo: 2 });
    expect(gaugeOf({ ...plain, level: null }).rail).toEqual({ solidTo: 0, brokenTo: 2 });
    expect(gaugeOf({ ...plain, confirmed: undefined }).rail).toBeUndefined();
  });

  it.each([
    ['water', {}],
    ['old', { old: true }],
    ['never', { neverAssessed: true }],
    ['notEstablished', { level: null }],
  ] as const)('draws the keel as %s', (keel, change) => {
    expect(gaugeOf({ ...plain, ...change }).keel).toBe(keel);
  });

  it('fills the diamond of an auditor where it equals the confirmed level', () => {
    expect(gaugeOf({ ...plain, determined: 2 }).diamond).toEqual({ at: 2, filled: true });
    expect(gaugeOf({ ...plain, determined: 1 }).diamond).toEqual({ at: 1, filled: false });
    expect(gaugeOf(plain).diamond).toBeUndefined();
  });
});

describe('the name for screen readers', () => {
  it.each([
    ['Level 1, could be 2, target 3, confirmed 1', { level: 1, ceiling: 2, target: 3, confirmed: 1 }],
    [
      'Not established, could be up to 2, not assessed above',
      { level: null, ceiling: 2, assessedTo: 2, target: undefined, confirmed: undefined },
    ],
    ['Never assessed, target 2', { neverAssessed: true }],
    ['Level 2, target 2, confirmed 2, from an old assessment', { old: true }],
  ] as const)('%s', (name, change) => {
    expect(gaugeOf({ ...plain, ...change } as GaugeInput).name).toBe(name);
  });
});

describe('measures of the row and ladder forms', () => {
  it('puts cells at a pitch of 27, the mark in the gap after its level, the rail at the right edge', () => {
    expect([1, 2, 3, 4].map(row.cellX)).toEqual([4, 31, 58, 85]);
    expect([0, 1, 2, 3, 4].map(row.markX)).toEqual([3, 30, 57, 84, 111]);
    expect([0, 1, 2, 3, 4].map(row.edgeX)).toEqual([3, 29, 56, 83, 110]);
    expect(row.viewBox).toBe('-1 0 118 24');
  });

  it('stands level 4 on top of the ladder at a pitch of 44', () => {
    expect([4, 3, 2, 1].map(ladder.cellY)).toEqual([0, 44, 88, 132]);
    expect(ladder.markY(3)).toBe(43);
    expect(ladder.baseY).toBe(176);
  });
});

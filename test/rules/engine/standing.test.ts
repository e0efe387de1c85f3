import { describe, expect, it } from 'vitest';
import { blockersOf, missingGates, standingOf, technicalLevelOf } from '../../../rules/engine/level.ts';
import { practiceCodes } from '../../../rules/engine/model.ts';
import { outcome, unasked } from './outcomes.ts';

const supporting = { core: false };
const stated = { weak: 4, strong: 4 };
const nothing = { weak: -1, strong: 99 };

describe('the gate of level 2', () => {
  const gates = (...rows: Parameters<typeof missingGates>[0]) => missingGates(rows, 2, false);
  const papers = [outcome('acc.l1.a', stated), outcome('acc.l2.a', stated)];

  it('opens by a met row of levels 1 and 2 that a machine saw or somebody examined', () => {
    expect(gates(...papers)).toEqual(['examined']);
    expect(gates(...papers, outcome('acc.l2.b'))).toEqual([]);
    expect(gates(...papers, outcome('acc.l1.b', { weak: 2, strong: 2 }))).toEqual([]);
  });

  it('does not open by a row that is seen not to be met, nor by one of a higher level', () => {
    expect(gates(...papers, outcome('acc.l2.b', { status: 'notMet', ...supporting }))).toEqual(['examined']);
    expect(gates(...papers, outcome('acc.l3.b'))).toEqual(['examined']);
  });

  it('does not open by a row that is met without any reading', () => {
    expect(gates(...papers, outcome('acc.l2.b', nothing))).toEqual(['examined']);
  });

  it('is not asked for below level 2', () => {
    expect(missingGates([outcome('acc.l1.a', stated)], 1, true)).toEqual([]);
  });
});

describe('the gate of levels 3 and 4', () => {
  const gates = (...rows: Parameters<typeof missingGates>[0]) => missingGates([outcome('acc.l1.a'), ...rows], 3, false);

  it('opens by a met row of that very level on more than attestations, which our own activity is not', () => {
    expect(gates(outcome('acc.l3.a', stated))).toEqual(['operating']);
    expect(gates(outcome('acc.l3.a', { weak: 4, strong: 2 }))).toEqual([]);
    expect(gates(outcome('acc.l3.a', { row: { self: true } }))).toEqual(['operating']);
    expect(gates(outcome('acc.l4.a'), outcome('acc.l2.a'))).toEqual(['operating']);
  });

  it('does not open by a row that is not met, nor by one without any reading', () => {
    expect(gates(outcome('acc.l3.a', stated), outcome('acc.l3.b', { status: 'notMet' }))).toEqual(['operating']);
    expect(gates(outcome('acc.l3.a', nothing))).toEqual(['operating']);
  });

  it('stays shut where too many critical assets may not be examined', () => {
    expect(missingGates([outcome('acc.l3.a'), outcome('acc.l2.a')], 3, true)).toEqual(['declined']);
    expect(missingGates([outcome('acc.l3.a'), outcome('acc.l2.a')], 2, true)).toEqual([]);
  });
});

describe('the ceiling', () => {
  const one = outcome('acc.l1.a');

  it('is 2 at most where too many critical assets may not be examined, and not less for that', () => {
    const rows = [one, ...[2, 3].map((level) => unasked(`acc.l${level}.a`, { lookedAt: true, reason: 'notSeen' }))];
    expect(standingOf(rows, true)).toEqual({ level: 1, ceiling: 2, assessedTo: 3 });
    expect(standingOf(rows, false)).toEqual({ level: 1, ceiling: 3, assessedTo: 3 });
  });

  it('ends below the first level that is known not to hold, not before it', () => {
    const rows = [one, unasked('acc.l1.b', { lookedAt: true }), outcome('acc.l2.a', { status: 'notMet' })];
    expect(standingOf(rows, false)).toEqual({ level: null, ceiling: 1, assessedTo: 2 });
  });

  it('takes a row that is compensated for one that holds', () => {
    const rows = [
      unasked('acc.l1.b', { lookedAt: true }),
      outcome('acc.l1.a', { status: 'notMet', compensatedBy: 'd' }),
    ];
    expect(standingOf(rows, false)).toMatchObject({ level: null, ceiling: 1 });
  });

  it('ends below a level without core rows: empty never passes', () => {
    const rows = [one, outcome('acc.l2.a', supporting), outcome('acc.l3.a')];
    expect(standingOf(rows, false)).toEqual({ level: 1, ceiling: 1, assessedTo: 3 });
  });

  it('goes as far as half of the rows were looked at, and no further than there are rows', () => {
    expect(standingOf([unasked('acc.l1.a', { lookedAt: true }), unasked('acc.l1.b')], false)).toMatchObject({
      ceiling: 1,
      assessedTo: 1,
    });
    expect(standingOf([unasked('acc.l1.a'), unasked('acc.l1.b')], false)).toMatchObject({ ceiling: 0, assessedTo: 0 });
    expect(standingOf([one, outcome('acc.l3.a')], false)).toMatchObject({ ceiling: 1, assessedTo: 1 });
  });
});

describe('the technical level', () => {
  const of = (...rows: Parameters<typeof missingGates>[0]) => technicalLevelOf('ACC', rows);
  const attested = { row: { method: 'attested' as const } };
  const self = { row: { self: true } };

  it('is shown for these practices only', () => {
    const shown = practiceCodes.filter((code) => technicalLevelOf(code, [outcome('acc.l1.a')]) === 1);
    expect(shown).toEqual(['EMI', 'ACC', 'ACM', 'DPI', 'VAS', 'PAT', 'MON', 'RRC']);
  });

  it('looks at automated rows alone', () => {
    expect(of(outcome('acc.l1.a'), outcome('acc.l1.b', { ...attested, status: 'notMet' }))).toBe(1);
    expect(of(outcome('acc.l1.b', attested))).toBeNull();
  });

  it('may start at level 2 where level 1 has no automated row, but skips no other level', () => {
    expect(of(outcome('acc.l1.a', attested), outcome('acc.l2.a'))).toBe(2);
    expect(of(outcome('acc.l1.a'), outcome('acc.l3.a'))).toBe(1);
    expect(of(outcome('acc.l3.a'))).toBeNull();
  });

  it('needs a row that is not our own activity, and every one that is to be met too', () => {
    expect(of(outcome('acc.l1.a', self))).toBeNull();
    expect(of(outcome('acc.l1.a'), outcome('acc.l2.a', self))).toBe(1);
    expect(of(outcome('acc.l1.a'), outcome('acc.l2.a'), outcome('acc.l2.b', { ...self, status: 'notMet' }))).toBe(1);
  });

  it('leaves out what is not applicable', () => {
    expect(of(outcome('acc.l1.a'), outcome('acc.l1.b', { status: 'notApplicable' }))).toBe(1);
  });

  it('is 0 only when the first level to be measured is known not to hold', () => {
    expect(of(outcome('acc.l1.a', { status: 'notMet' }))).toBe(0);
    expect(of(unasked('acc.l1.a'))).toBeNull();
    expect(of(outcome('acc.l2.a', { status: 'notMet' }))).toBe(0);
    expect(of(outcome('acc.l3.a', { status: 'notMet' }))).toBeNull();
    expect(of(outcome('acc.l1.a', { ...self, status: 'notMet' }))).toBeNull();
  });
});

describe('blockers', () => {
  it('are the unmet core rows up to the level, each with whom to look at and the effort', () => {
    const rows = [
      outcome('acc.l1.a'),
      outcome('acc.l1.b', { status: 'notMet', bad: ['x'], unseen: ['y'], row: { effort: 'M' } }),
      unasked('acc.l2.a', { bad: ['x'], unseen: ['y', 'z'], reason: 'stale' }),
      outcome('acc.l2.b', { status: 'notApplicable' }),
      outcome('acc.l2.c', { status: 'notMet', compensatedBy: 'd-1' }),
      outcome('acc.l2.d', { status: 'notMet', ...supporting }),
      outcome('acc.l3.a', { status: 'notMet' }),
    ];
    expect(blockersOf(rows, 2, [])).toStrictEqual([
      { indicator: 'acc.l1.b', level: 1, status: 'notMet', assets: ['x'], effort: 'M' },
      { indicator: 'acc.l2.a', level: 2, status: 'unknown', reason: 'stale', assets: ['y', 'z'], effort: 'S' },
    ]);
  });

  it('are also the gates that are missing, with the assets that may not be examined', () => {
    const rows = [outcome('acc.l1.a', stated), outcome('acc.l3.a', stated)];
    expect(blockersOf(rows, 3, ['x', 'y'])).toStrictEqual([
      { gate: 'examined', level: 3 },
      { gate: 'operating', level: 3 },
      { gate: 'declined', level: 3, assets: ['x', 'y'] },
    ]);
  });
});

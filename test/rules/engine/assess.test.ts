import { describe, expect, it } from 'vitest';
import { assess } from '../../../rules/engine/assess.ts';
import { createAssessmentCache } from '../../../rules/engine/cache.ts';
import { practiceCodes } from '../../../rules/engine/model.ts';
import { ago, asset, decision, inputOf, now, packOf, practiceOf, said, seen } from './support.ts';

/** A statement of so many days ago that rows of 100 days read. */
function stated(
  fact: 'roster.deputy.named' | 'roster.operationsCovered' | 'audit.program.independent',
  days: number,
  value = true,
) {
  const about =
    fact === 'audit.program.independent'
      ? ({ kind: 'organisation', id: 'own' } as const)
      : ({ kind: 'system' } as const);
  return said({ [fact]: value }, { about, observedAt: ago(days), channel: fact });
}

const row = { freshnessDays: 100 };
const pack = packOf(
  { ...row, id: 'pat.l1.other', met: 'audit.program.independent' },
  { ...row, id: 'acc.l2.next', met: 'audit.program.independent == false' },
  { ...row, id: 'acc.l1.side', core: false, met: 'roster.operationsCovered' },
  { ...row, id: 'acc.l1.own', met: 'roster.deputy.named' },
);

describe('an assessment', () => {
  it('names system, instant and pack, and tells of all practices in their order', () => {
    const { practices, ...rest } = assess(pack, inputOf({}));
    expect(rest).toEqual({ system: 'line', now, pack: { id: 'test', version: '1.0.0', hash: 'sha256:0' } });
    expect(practices.map(({ practice }) => practice)).toEqual(practiceCodes);
  });

  it('lists rows by level and id, in whatever order the pack has them', () => {
    const ids = (...of: string[]) => {
      const mixed = packOf(...of.map((id) => ({ id, met: 'roster.deputy.named' })));
      return practiceOf(assess(mixed, inputOf({})), 'ACC').indicators.map(({ id }) => id);
    };
    const expected = ['acc.l1.a', 'acc.l1.b', 'acc.l2.a', 'acc.l3.a'];
    expect(ids('acc.l2.a', 'acc.l1.b', 'acc.l3.a', 'acc.l1.a')).toEqual(expected);
    expect(ids('acc.l1.a', 'acc.l1.b', 'acc.l3.a', 'acc.l2.a')).toEqual(expected);
  });

  it('says until when it holds: the first end of anything that it read', () => {
    const evidence = [stated('roster.deputy.named', 10), stated('roster.operationsCovered', 40)];
    expect(assess(pack, inputOf({ evidence })).changesOn).toBe(ago(-60));
    expect(assess(pack, inputOf({})).changesOn).toBeUndefined();
    const heavy = seen('a', { 'asset.criticality': 'critical' }, { observedAt: ago(1), validUntil: ago(-5) });
    const critical = packOf({ id: 'acc.l1.row', population: 'CRIT', min: 1, good: 'firmware.supported' });
    const plant = { assets: [asset('a', { criticality: 'normal' })], evidence: [heavy] };
    expect(assess(critical, inputOf(plant)).changesOn).toBe(ago(-5));
  });

  it('foretells the fall of a level, and none of one that is 0 or not established', () => {
    const drop = (...evidence: ReturnType<typeof stated>[]) => {
      const { level, dropsOn, dropsTo } = practiceOf(assess(pack, inputOf({ evidence })), 'ACC');
      return { level, dropsOn, dropsTo };
    };
    expect(drop(stated('roster.deputy.named', 10))).toEqual({ level: 1, dropsOn: expect.any(String), dropsTo: null });
    expect(drop(stated('roster.deputy.named', 10, false))).toEqual({ level: 0 });
    expect(drop()).toEqual({ level: null });
  });

  it('stands beside what would hold without loosened numbers, where one row of several has such', () => {
    const counted = { population: 'ALL', min: 1, good: 'auth.anonymous.accepted == false' };
    const two = packOf({ ...counted, id: 'acc.l1.a' }, { ...counted, id: 'acc.l1.b', min: 0.5 });
    const plant = {
      assets: [asset('a'), asset('b')],
      evidence: [seen('a', { 'auth.anonymous.accepted': false }), seen('b', { 'auth.anonymous.accepted': true })],
    };
    const decisions = [decision({ kind: 'deviation', indicator: 'acc.l1.a', parameter: 'min', value: 0.5 })];
    expect(practiceOf(assess(two, inputOf({ ...plant, decisions })), 'ACC')).toMatchObject({
      level: 1,
      strictLevel: null,
    });
    expect(practiceOf(assess(two, inputOf(plant)), 'ACC')).not.toHaveProperty('strictLevel');
  });
});

describe('a level of which only statements lapsed', () => {
  const held = (...evidence: ReturnType<typeof stated>[]) => {
    const { level, lapsedSince } = practiceOf(assess(pack, inputOf({ evidence })), 'ACC');
    return { level, lapsedSince };
  };

  it('is held for 30 days, since the first lapse of what it needs', () => {
    expect(held(stated('roster.deputy.named', 110))).toEqual({ level: 1, lapsedSince: ago(10) });
    expect(held(stated('roster.deputy.named', 129))).toEqual({ level: 1, lapsedSince: ago(29) });
    expect(held(stated('roster.deputy.named', 131))).toEqual({ level: null });
    expect(held(stated('roster.deputy.named', 99))).toEqual({ level: 1 });
  });

  it('is not said to have lapsed with rows beside, above it or of another practice', () => {
    const more = [stated('roster.operationsCovered', 120), stated('audit.program.independent', 125)];
    expect(held(stated('roster.deputy.named', 110), ...more)).toEqual({ level: 1, lapsedSince: ago(10) });
  });

  it('is not said to have lapsed where it holds without', () => {
    const more = [stated('roster.operationsCovered', 120), stated('audit.program.independent', 125)];
    expect(held(stated('roster.deputy.named', 10), ...more)).toEqual({ level: 1 });
  });

  it('is no finding: that is not known any more', () => {
    expect(held(stated('roster.deputy.named', 110, false))).toEqual({ level: null });
  });

  it('is said to have lapsed since what its rows rest on did', () => {
    const resting = packOf(
      { ...row, id: 'pat.l1.base', met: 'roster.deputy.named' },
      { id: 'acc.l1.own', met: 'isMet("pat.l1.base") && roster.operationsCovered', needs: ['pat.l1.base'] },
    );
    const evidence = [stated('roster.deputy.named', 110), stated('roster.operationsCovered', 1)];
    const { level, lapsedSince } = practiceOf(assess(resting, inputOf({ evidence })), 'ACC');
    expect({ level, lapsedSince }).toEqual({ level: 1, lapsedSince: ago(10) });
  });

  it('falls when the 30 days are over', () => {
    const evidence = [stated('roster.deputy.named', 110)];
    expect(practiceOf(assess(pack, inputOf({ evidence })), 'ACC')).toMatchObject({ dropsOn: ago(-20), dropsTo: null });
  });

  it('is the same with what the assessment before left, look after look', () => {
    const cache = createAssessmentCache();
    for (const days of [10, 99, 101, 110, 129, 131, 110]) {
      const input = inputOf({
        evidence: [stated('roster.deputy.named', days), stated('roster.operationsCovered', 120)],
      });
      expect(assess(pack, input, cache), `${days} days`).toEqual(assess(pack, input));
    }
  });
});

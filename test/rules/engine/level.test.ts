import { describe, expect, it } from 'vitest';
import { assess, assessWith } from '../../../rules/engine/assess.ts';
import type { AssessInput, Evidence } from '../../../rules/engine/input.ts';
import type { Forced } from '../../../rules/engine/judging.ts';
import type { Pack } from '../../../rules/engine/pack.ts';
import type { EvidenceWord, Status } from '../../../rules/engine/result.ts';
import { ago, asset, assets, inputOf, nowMs, packOf, practiceOf, said, seen } from './support.ts';

const question = { met: 'roster.deputy.named' } as const;

/** Core rows a and b and a supporting row s at each level. */
const acc = packOf(
  ...[1, 2, 3, 4].flatMap((level) => [
    { id: `acc.l${level}.a`, ...question },
    { id: `acc.l${level}.b`, ...question },
    { id: `acc.l${level}.s`, core: false, ...question },
  ]),
);

/** `acc.l1.a: met stated` */
function level(
  statuses: Record<string, string>,
  more: { pack?: Pack; input?: Partial<Parameters<typeof inputOf>[0]> } = {},
) {
  const forced = new Map(
    Object.entries(statuses).map(([id, text]): [string, Forced] => {
      const [status, evidence] = text.split(' ');
      return [`acc.${id}`, { status: status as Status, evidence: evidence as EvidenceWord | undefined }];
    }),
  );
  return practiceOf(assessWith(more.pack ?? acc, inputOf(more.input ?? {}), forced), 'ACC');
}

const one = { 'l1.a': 'met', 'l1.b': 'met' };
const two = { ...one, 'l2.a': 'met', 'l2.b': 'met' };
const three = { ...two, 'l3.a': 'met', 'l3.b': 'met' };

describe('level', () => {
  it('is not established for a new system, in every practice, and says what to ask first', () => {
    const practice = level({});
    expect(practice).toMatchObject({
      level: null,
      ceiling: 0,
      assessedTo: 0,
      fit: 'unknown',
      technicalLevel: null,
      coverage: 0,
    });
    expect(practice.next).toEqual({ level: 1, met: 0, notMet: 0, unknown: 0, neverAsked: 2, minutes: 10, packets: 4 });
    expect(assess(acc, inputOf({})).practices.map((each) => each.level)).toEqual(Array(18).fill(null));
  });

  it('is 0 only when a core row of level 1 is known not to hold', () => {
    expect(level({ 'l1.a': 'notMet' }).level).toBe(0);
    expect(level({ 'l1.a': 'met' }).level).toBeNull();
    expect(level({ 'l1.s': 'notMet' }).level).toBeNull();
    expect(level({ 'l2.a': 'notMet' }).level).toBeNull();
  });

  it('is the highest of which every core row holds, without a gap', () => {
    expect(level(one).level).toBe(1);
    expect(level(two).level).toBe(2);
    expect(level({ ...one, 'l3.a': 'met', 'l3.b': 'met' }).level).toBe(1);
    expect(level({ ...two, 'l2.b': 'notMet' }).level).toBe(1);
    expect(level({ ...two, 'l2.s': 'notMet' }).level).toBe(2);
  });

  it('does not hold where nothing is applicable: empty never passes', () => {
    expect(
      level({ ...one, 'l2.a': 'notApplicable', 'l2.b': 'notApplicable', 'l3.a': 'met', 'l3.b': 'met' }).level,
    ).toBe(1);
    expect(level({ ...one, 'l2.a': 'notApplicable', 'l2.b': 'met' }).level).toBe(2);
  });

  it('2 needs one row that a machine saw or an independent person examined', () => {
    const stated = Object.fromEntries(Object.keys(two).map((id) => [id, 'met stated']));
    const practice = level(stated, { input: { system: { targets: { ACC: { level: 2, scope: 'general' } } } } });
    expect(practice).toMatchObject({ level: 1, fit: 'below', blockers: [{ gate: 'examined', level: 2 }] });
    expect(level({ ...stated, 'l1.a': 'met examined' }).level).toBe(2);
    expect(level({ ...stated, 'l2.s': 'met imported' }).level).toBe(2);
    expect(level({ ...stated, 'l1.a': 'met document' }).level).toBe(1);
  });

  it('3 needs a row of that level on more than attestations, and not of our own activity', () => {
    expect(level({ ...three, 'l3.a': 'met stated', 'l3.b': 'met document' })).toMatchObject({
      level: 2,
      blockers: [{ gate: 'operating', level: 3 }],
    });
    expect(level({ ...three, 'l3.b': 'met stated' }).level).toBe(3);
    const own = packOf(...acc.rows.map((row) => ({ ...row, self: row.level === 3 })));
    expect(level(three, { pack: own }).level).toBe(2);
  });

  it('is capped at 2 when more than 5 % of the critical assets may not be examined and assets are counted', () => {
    const counting = packOf(
      ...acc.rows.map((row) =>
        row.id === 'acc.l3.s'
          ? { id: row.id, core: false, population: 'ALL', min: 1, good: 'firmware.supported' }
          : { ...row },
      ),
    );
    const plant = (declined: number) => assets(20).map((view, index) => ({ ...view, declined: index < declined }));
    expect(level(three, { pack: counting, input: { assets: plant(1) } }).level).toBe(3);
    expect(level(three, { pack: counting, input: { assets: plant(2) } })).toMatchObject({
      level: 2,
      ceiling: 2,
      blockers: [{ gate: 'declined', level: 3, assets: ['a-1', 'a-2'] }],
    });
    expect(level(three, { input: { assets: plant(2) } }).level).toBe(3);
  });
});

describe('ceiling', () => {
  it('takes every unknown as met, through levels of which half was looked at', () => {
    expect(level({ ...one, 'l2.a': 'met', 'l2.s': 'notMet' })).toMatchObject({ level: 1, ceiling: 2, assessedTo: 2 });
    expect(level({ ...one, 'l2.a': 'met' })).toMatchObject({ level: 1, ceiling: 1, assessedTo: 1 });
    expect(level({ ...two, 'l1.a': 'notMet', 'l1.s': 'met' })).toMatchObject({ level: 0, ceiling: 0, assessedTo: 2 });
  });
});

describe('fit', () => {
  const fitOf = (statuses: Record<string, string>, target: 0 | 1 | 2 | 3) =>
    level(statuses, { input: { system: { targets: { ACC: { level: target, scope: 'general' } } } } }).fit;

  it('compares the level with the target, and blames only what is known', () => {
    expect(fitOf(two, 1)).toBe('above');
    expect(fitOf(two, 2)).toBe('at');
    expect(fitOf({ ...two, 'l2.a': 'notMet' }, 2)).toBe('below');
    expect(fitOf(one, 2)).toBe('unknown');
    expect(fitOf({}, 1)).toBe('unknown');
    expect(fitOf({}, 0)).toBe('unknown');
    expect(fitOf({ 'l1.a': 'notMet' }, 0)).toBe('at');
    expect(fitOf({ ...one, 'l3.a': 'notMet' }, 2)).toBe('unknown');
  });

  it('asks an industry target for a row of an industry pack', () => {
    const target = { system: { targets: { ACC: { level: 1, scope: 'industry' } } } } as const;
    expect(level(one, { input: target }).fit).toBe('unknown');
    const industry = packOf(
      ...acc.rows.map((row) => ({ ...row, ...(row.id === 'acc.l1.b' ? { scope: 'industry' as const } : {}) })),
    );
    expect(level(one, { pack: industry, input: target })).toMatchObject({ fit: 'at', scope: 'industry' });
  });
});

describe('technical level', () => {
  it('counts consecutive levels of automated rows, and is no level where nothing was measured', () => {
    expect(level({ ...two, 'l1.s': 'met', 'l2.s': 'met' }).technicalLevel).toBe(2);
    expect(level(two).technicalLevel).toBeNull();
    expect(level({ ...one, 'l1.s': 'notMet' }).technicalLevel).toBe(0);
    const spm = packOf({ id: 'spm.l1.a', ...question });
    const evidence = [said({ 'roster.deputy.named': true })];
    expect(practiceOf(assess(spm, inputOf({ evidence })), 'SPM').technicalLevel).toBeNull();
  });
});

describe('confidence', () => {
  it('is that of the weakest core row, by kind, age and share seen', () => {
    expect(level({ 'l1.a': 'met measured', 'l1.b': 'met stated', 'l1.s': 'met' }).confidence).toEqual({
      grade: 'fair',
      value: 0.5,
      weakest: 'acc.l1.b',
    });
    expect(level({ ...one, 'l1.s': 'met' }).confidence).toEqual({ grade: 'high', value: 1 });
    expect(level(one).confidence).toEqual({ grade: 'high', value: 0.8 });
    const pack = packOf({
      id: 'acc.l1.a',
      freshnessDays: 100,
      population: 'ALL',
      min: 0.5,
      good: 'firmware.supported',
    });
    const grade = (days: number) =>
      practiceOf(
        assess(
          pack,
          inputOf({
            assets: assets(2),
            evidence: [seen('a-1', { 'firmware.supported': true }, { observedAt: ago(days) })],
          }),
        ),
        'ACC',
      ).confidence.value;
    expect([grade(0), grade(80), grade(90), grade(99.99)]).toEqual([0.5, 0.5, 0.375, 0.25]);
  });
});

describe('time', () => {
  const pack = packOf(
    {
      id: 'acc.l1.a',
      freshnessDays: 100,
      population: 'ALL',
      min: 0.5,
      good: 'firmware.supported == true',
      bad: 'firmware.supported == false',
    },
    {
      id: 'acc.l2.b',
      freshnessDays: 300,
      population: 'ALL',
      min: 1,
      maxBad: 0,
      good: 'remaining(tls.certificate.notAfter) > 0',
      bad: 'remaining(tls.certificate.notAfter) <= 0',
    },
  );
  const evidence = (age: number) => [
    seen('a', { 'firmware.supported': true }, { observedAt: ago(age) }),
    seen('b', { 'firmware.supported': true }, { channel: 'b', observedAt: ago(age + 20) }),
    ...['a', 'b'].map((id) => seen(id, { 'tls.certificate.notAfter': ago(-40) }, { channel: `tls ${id}` })),
  ];
  const at = (days: number, age = 0): AssessInput =>
    inputOf({ assets: [asset('a'), asset('b')], evidence: evidence(age), now: ago(-days) });

  it('says when a level drops by itself, to which, and each row when it turns', () => {
    const practice = practiceOf(assess(pack, at(0)), 'ACC');
    expect(practice).toMatchObject({ level: 2, dropsOn: ago(-40), dropsTo: 1 });
    expect(practice.indicators.map(({ changesOn }) => changesOn)).toEqual([ago(-100), ago(-40)]);
    // The promise is kept: an instant before it holds, then it does not.
    expect(
      practiceOf(assess(pack, { ...at(0), now: new Date(nowMs + 40 * 86_400_000 - 1).toISOString() }), 'ACC').level,
    ).toBe(2);
    expect(practiceOf(assess(pack, at(40)), 'ACC')).toMatchObject({ level: 1, dropsOn: ago(-100), dropsTo: null });
    expect(practiceOf(assess(pack, at(100)), 'ACC').level).toBeNull();
  });

  it('names the earliest instant at which anything is another', () => {
    expect(assess(pack, at(0)).changesOn).toBe(ago(-40));
    expect(assess(pack, at(41)).changesOn).toBe(ago(-80));
    expect(assess(pack, inputOf({})).changesOn).toBeUndefined();
  });
});

describe('lapsed statements', () => {
  const pack = packOf(
    {
      id: 'spm.l1.owner',
      freshnessDays: 365,
      parameters: { n: 365 },
      met: 'filled(program.owner.name) && age(program.owner.confirmedAt) <= days(p.n)',
    },
    { id: 'spm.l1.policy', freshnessDays: 365, met: 'policy.security.coversSystem == true' },
  );
  const facts: Evidence[] = [
    said({ 'program.owner.name': 'Ada', 'program.owner.confirmedAt': ago(0) }),
    said({ 'policy.security.coversSystem': true }, { channel: 'policy', observedAt: ago(-10) }),
  ];
  const later = (days: number, evidence = facts) =>
    practiceOf(assess(pack, inputOf({ evidence, now: ago(-days) })), 'SPM');

  it('hold the last level for 30 days, with the date since when, then it is not established and never 0', () => {
    expect(later(364)).toMatchObject({ level: 1, dropsOn: ago(-395), dropsTo: null });
    expect(later(364)).not.toHaveProperty('lapsedSince');
    expect(later(366)).toMatchObject({ level: 1, lapsedSince: ago(-365), dropsOn: ago(-395), dropsTo: null });
    expect(later(380)).toMatchObject({ level: 1, lapsedSince: ago(-365) });
    expect(later(394.9).level).toBe(1);
    expect(later(395).level).toBeNull();
    expect(later(2000).level).toBeNull();
  });

  it('hold nothing that a machine let lapse, and nothing against what is known', () => {
    const machine = facts.map((each) => ({ ...each, kind: 'observation' as const }));
    expect(later(366, machine).level).toBeNull();
    const refuted = [
      ...facts,
      said({ 'policy.security.coversSystem': false }, { channel: 'policy', observedAt: ago(-366) }),
    ];
    expect(later(366, refuted).level).toBe(0);
  });
});

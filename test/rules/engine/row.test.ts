import { describe, expect, it } from 'vitest';
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import { assess } from '../../../rules/engine/assess.ts';
import { explain } from '../../../rules/engine/explain.ts';
import type { AssetView, Decision, Evidence } from '../../../rules/engine/input.ts';
import type { RowSource } from '../../../rules/engine/pack.ts';
import { ago, assets, decision, inputOf, packOf, practiceOf, rowOf, said, seen } from './support.ts';

const open = 'auth.anonymous.accepted == true';
const closed = 'auth.anonymous.accepted == false';

/** `g` good, `b` bad, `u` unseen: one asset each. */
function plantOf(text: string, more: Partial<AssetView> = {}): { assets: AssetView[]; evidence: Evidence[] } {
  const plant = assets(text.length, more);
  const evidence = plant.flatMap(({ id }, index) =>
    text[index] === 'u' ? [] : [seen(id, { 'auth.anonymous.accepted': text[index] === 'b' })],
  );
  return { assets: plant, evidence };
}

function judged(text: string, source: Partial<RowSource>, more: { decisions?: Decision[]; assets?: AssetView[] } = {}) {
  const pack = packOf({ id: 'thm.l2.row', population: 'ALL', min: 0.8, good: closed, bad: open, ...source });
  return rowOf(assess(pack, inputOf({ ...plantOf(text), ...more })), 'thm.l2.row');
}

describe('thresholds', () => {
  const table: [string, number, number | undefined, string, number | undefined][] = [
    ['gggg', 0.8, 0, 'met', undefined],
    ['ggggu', 0.8, 0, 'met', undefined],
    ['gggu', 0.8, 0, 'unknown', 1],
    ['gguu', 1, 0, 'unknown', 2],
    ['ggggb', 0.8, undefined, 'met', undefined],
    ['ggggb', 0.8, 0, 'notMet', undefined],
    ['ggggb', 0.8, 1, 'met', undefined],
    ['gggbb', 0.8, 2, 'notMet', undefined],
    ['gggub', 0.8, undefined, 'unknown', 1],
    ['uuuu', 0.8, 0, 'unknown', 4],
    ['ub', 0.8, undefined, 'notMet', undefined],
    ['gggggggggb', 0.9, undefined, 'met', undefined],
    ['ggg', 1, 0, 'met', undefined],
  ];
  it.each(table)('%s at min %s and maxBad %s is %s', (text, min, maxBad, status, wouldDecide) => {
    const result = judged(text, { min, maxBad });
    expect(result.status).toBe(status);
    expect(result.wouldDecide).toBe(wouldDecide);
    expect(result.of).toBe(text.length);
  });

  it('tolerate no bad member in a banned set', () => {
    expect(judged('ggggggggggb', { noBad: 'CRIT' }).status).toBe('notMet');
    const normal = { assets: assets(11, { criticality: 'normal' }) };
    expect(judged('ggggggggggb', { noBad: 'CRIT' }, normal).status).toBe('met');
    expect(judged('ggggggggggb', { noBad: 'EXP' }, normal).status).toBe('met');
    expect(judged('ggggggggggb', { noBadWhere: 'known(auth.anonymous.accepted)' }, normal).status).toBe('notMet');
    expect(judged('ggggggggggb', { noBadWhere: 'firmware.supported == false' }, normal).status).toBe('unknown');
  });

  it('leave a row open while something is unseen where nothing may be', () => {
    expect(judged('gggggggggu', { noUnseen: 'CRIT' })).toMatchObject({ status: 'unknown', wouldDecide: 1 });
    expect(judged('gggggggggu', { noUnseen: 'CRIT' }, { assets: assets(10, { criticality: 'low' }) }).status).toBe(
      'met',
    );
  });

  it('count a bad element of unknown weight neither as tolerated nor as a failure', () => {
    const pack = packOf({
      id: 'dpm.l3.row',
      population: 'each flow.register',
      min: 0.5,
      good: 'filled(it.class)',
      bad: '!filled(it.class)',
      noBad: 'where personal or safetyRelated',
    });
    const status = (flag: { personal?: boolean; safetyRelated?: boolean }) =>
      rowOf(
        assess(
          pack,
          inputOf({
            evidence: [
              said({
                'flow.register': [
                  { id: 'a', class: 'x' },
                  { id: 'b', class: '', ...flag },
                ],
              }),
            ],
          }),
        ),
        'dpm.l3.row',
      ).status;
    expect(status({})).toBe('unknown');
    expect(status({ personal: false })).toBe('unknown');
    expect(status({ personal: true })).toBe('notMet');
    expect(status({ personal: false, safetyRelated: false })).toBe('met');
  });

  it('are joined by the further condition on the whole row', () => {
    const also = 'roster.deputy.named == true';
    expect(judged('gggg', { also })).toMatchObject({ status: 'unknown', reason: 'neverAsked' });
    expect(judged('gb', { also, maxBad: 0 }).status).toBe('notMet');
  });
});

describe('a member that is both good and bad', () => {
  it('is bad', () => {
    expect(judged('gg', { bad: 'known(auth.anonymous.accepted)' })).toMatchObject({ good: 0, bad: 2 });
  });

  it('and one that is neither is unseen, as looked at', () => {
    expect(judged('bb', { bad: 'firmware.supported == false', maxBad: 0 })).toMatchObject({
      unseen: 2,
      reason: 'neverAsked',
    });
    expect(judged('bb', { bad: 'auth.anonymous.accepted == false && auth.anonymous.accepted == true' })).toMatchObject({
      unseen: 2,
      reason: 'notSeen',
    });
  });
});

describe('decisions', () => {
  const bad = { min: 0.8, maxBad: 0 };

  it('except a bad member, which then counts as good and is told apart', () => {
    const decisions = [decision({ kind: 'exception', indicator: 'thm.l2.row', members: ['a-5'] })];
    expect(judged('ggggb', bad, { decisions })).toMatchObject({ status: 'met', good: 5, bad: 0, excepted: 1 });
  });

  it('by a fact stand for every row that reads it', () => {
    const decisions = [decision({ kind: 'exception', fact: 'auth.anonymous.accepted', members: ['a-5'] })];
    expect(judged('ggggb', bad, { decisions }).status).toBe('met');
    const other = [decision({ kind: 'exception', fact: 'firmware.supported', members: ['a-5'] })];
    expect(judged('ggggb', bad, { decisions: other }).status).toBe('notMet');
  });

  it.each<[string, Partial<Decision>]>([
    ['have ended', { until: ago(0.5) }],
    ['have not begun', { on: ago(-1) }],
    ['nobody approved', { approver: undefined as unknown as string }],
    ['their author approved', { approver: 'owner@example.com' }],
    ['name another member', { members: ['a-1'] }],
    ['name another row', { indicator: 'thm.l2.other' }],
  ])('do not count when they %s', (_, more) => {
    const decisions = [decision({ kind: 'exception', indicator: 'thm.l2.row', members: ['a-5'], ...more })];
    expect(judged('ggggb', bad, { decisions }).status).toBe('notMet');
  });

  it('except nothing that is only unseen', () => {
    const decisions = [decision({ kind: 'exception', indicator: 'thm.l2.row' })];
    expect(judged('gggu', { min: 1 }, { decisions })).toMatchObject({ status: 'unknown', excepted: 0 });
  });

  it('take a member or a whole row out, for at most a year', () => {
    const one = [decision({ kind: 'notApplicable', indicator: 'thm.l2.row', members: ['a-5'] })];
    expect(judged('ggggb', bad, { decisions: one })).toMatchObject({ status: 'met', of: 4 });
    const whole = [decision({ kind: 'notApplicable', indicator: 'thm.l2.row' })];
    expect(judged('ggggb', bad, { decisions: whole }).status).toBe('notApplicable');
    const old = [decision({ kind: 'notApplicable', indicator: 'thm.l2.row', on: ago(366), until: ago(-300) })];
    expect(judged('ggggb', bad, { decisions: old }).status).toBe('notMet');
  });

  it('keep meaning an asset that got a new name', () => {
    const decisions = [decision({ kind: 'exception', indicator: 'thm.l2.row', members: ['old-5'] })];
    const renamed = assets(5).map((view) => (view.id === 'a-5' ? { ...view, formerly: ['old-5'] } : view));
    expect(judged('ggggb', bad, { decisions, assets: renamed }).status).toBe('met');
  });

  it('compensate a row by one that is met, printed beside it', () => {
    const pack = packOf(
      { id: 'acc.l1.base', met: 'roster.deputy.named' },
      { id: 'acc.l1.row', met: 'roster.operationsCovered' },
    );
    const judge = (named: boolean, more: Partial<Decision> = {}) => {
      const decisions = [decision({ kind: 'compensation', indicator: 'acc.l1.row', boundTo: 'acc.l1.base', ...more })];
      const evidence = [said({ 'roster.deputy.named': named, 'roster.operationsCovered': false })];
      return practiceOf(assess(pack, inputOf({ evidence, decisions })), 'ACC');
    };
    expect(judge(true).level).toBe(1);
    expect(judge(true).indicators.find(({ id }) => id === 'acc.l1.row')).toMatchObject({
      status: 'notMet',
      compensatedBy: 'd-1',
    });
    expect(judge(false).level).toBe(0);
    expect(judge(true, { on: ago(366), until: ago(-60) }).level).toBe(0);
  });

  it('compensate also by a row that the pack judges later, and never in a circle', () => {
    const pack = packOf(
      { id: 'acc.l1.row', met: 'roster.operationsCovered' },
      { id: 'vas.l1.base', met: 'roster.deputy.named' },
    );
    const evidence = [said({ 'roster.deputy.named': true, 'roster.operationsCovered': false })];
    const bound = (indicator: string, boundTo: string) =>
      decision({ id: indicator, kind: 'compensation', indicator, boundTo });
    const judge = (...decisions: Decision[]) => practiceOf(assess(pack, inputOf({ evidence, decisions })), 'ACC').level;
    expect(judge(bound('acc.l1.row', 'vas.l1.base'))).toBe(1);
    expect(judge(bound('acc.l1.row', 'acc.l1.row'))).toBe(0);
    expect(judge(bound('acc.l1.row', 'vas.l1.base'), bound('vas.l1.base', 'acc.l1.row'))).toBe(1);
  });

  it('loosen a number, and the strict level stands beside', () => {
    const pack = packOf({ id: 'acc.l1.row', population: 'ALL', min: 1, good: closed, bad: open });
    const decisions = [decision({ kind: 'deviation', indicator: 'acc.l1.row', parameter: 'min', value: 0.5 })];
    const practice = practiceOf(assess(pack, inputOf({ ...plantOf('ggb'), decisions })), 'ACC');
    expect(practice).toMatchObject({ level: 1, strictLevel: 0 });
    expect(practiceOf(assess(pack, inputOf(plantOf('ggb'))), 'ACC')).not.toHaveProperty('strictLevel');
  });
});

describe('an empty population', () => {
  it('is unknown until a person states that it is empty', () => {
    expect(judged('', {})).toMatchObject({ status: 'unknown', reason: 'emptyPopulation' });
    const stated = (set: string) =>
      judged('', { population: 'CRIT & SVC' }, { decisions: [decision({ kind: 'emptySet', set })] }).status;
    expect(stated('SVC & CRIT')).toBe('notApplicable');
    expect(stated('SVC')).toBe('notApplicable');
    expect(stated('EXP')).toBe('unknown');
  });

  it('is not what was stated when it is not empty', () => {
    expect(judged('gg', {}, { decisions: [decision({ kind: 'emptySet', set: 'ALL' })] }).status).toBe('met');
  });

  it('is stated by a person’s empty list, not by a filter that leaves nothing', () => {
    const pack = packOf({ id: 'rat.l2.row', population: 'each risk.register', min: 1, good: 'filled(it.owner)' });
    const ask = (facts: FactsDraft, more: Partial<Evidence> = {}) =>
      rowOf(assess(pack, inputOf({ evidence: [said(facts, more)] })), 'rat.l2.row');
    expect(ask({ 'risk.register': [] }).status).toBe('notApplicable');
    expect(ask({ 'risk.register': [] }, { kind: 'imported' })).toMatchObject({
      status: 'unknown',
      reason: 'emptyPopulation',
    });
    expect(ask({}).reason).toBe('neverAsked');
  });

  it('comes to be when every member is not applicable for a positive reason', () => {
    expect(judged('gg', { memberNotApplicable: closed }).status).toBe('notApplicable');
    expect(judged('gu', { memberNotApplicable: closed })).toMatchObject({ status: 'unknown', of: 1 });
  });
});

describe('a row that is not applicable', () => {
  it('rests on a positive fact, never on silence', () => {
    const pack = packOf({
      id: 'emi.l2.row',
      met: 'leaver.disabledInTime.count == leaver.total',
      notApplicable: 'leaver.total == 0',
    });
    const about = { kind: 'organisation', id: 'own' } as const;
    const ask = (facts: FactsDraft) =>
      rowOf(assess(pack, inputOf({ evidence: [said(facts, { about })] })), 'emi.l2.row').status;
    expect(ask({ 'leaver.total': 0 })).toBe('notApplicable');
    expect(ask({})).toBe('unknown');
    expect(ask({ 'leaver.total': 1, 'leaver.disabledInTime.count': 1 })).toBe('met');
  });
});

describe('a row that rests on others', () => {
  const pack = packOf(
    {
      id: 'acm.l2.discovery-delta',
      practice: 'ACM',
      met: 'roster.deputy.named == true',
      notApplicable: 'roster.operationsCovered == true',
    },
    { id: 'vas.l2.base', met: 'roster.deputy.named == true', notApplicable: 'roster.operationsCovered == true' },
    { id: 'vas.l2.row', population: 'ALL', min: 1, good: closed, bad: open, maxBad: 0, needs: ['vas.l2.base'] },
    { id: 'vas.l3.wide', population: 'ALL', min: 1, good: closed, bad: open, maxBad: 0 },
    { id: 'sai.l3.wide', population: 'ALL', min: 1, good: closed, bad: open, maxBad: 0 },
  );
  const ask = (id: string, text: string, facts: FactsDraft) => {
    const { assets: plant, evidence } = plantOf(text);
    return rowOf(assess(pack, inputOf({ assets: plant, evidence: [...evidence, said(facts)] })), id);
  };

  it('is unknown while one of them is neither met nor not applicable, also when it would be notMet', () => {
    expect(ask('vas.l2.row', 'gg', { 'roster.deputy.named': true }).status).toBe('met');
    expect(ask('vas.l2.row', 'gg', { 'roster.deputy.named': false, 'roster.operationsCovered': false })).toMatchObject({
      status: 'unknown',
      reason: 'restsOn',
    });
    expect(ask('vas.l2.row', 'bb', { 'roster.deputy.named': false, 'roster.operationsCovered': false }).reason).toBe(
      'restsOn',
    );
    expect(ask('vas.l2.row', 'gg', { 'roster.operationsCovered': true }).status).toBe('met');
  });

  it('trusts no wide denominator from level 3 on before the inventory was checked', () => {
    expect(ask('vas.l3.wide', 'gg', { 'roster.deputy.named': true }).status).toBe('met');
    expect(ask('vas.l3.wide', 'gg', {})).toMatchObject({ status: 'unknown', reason: 'guard' });
    expect(ask('vas.l3.wide', 'gg', { 'roster.operationsCovered': true }).reason).toBe('guard');
    expect(ask('sai.l3.wide', 'gg', {}).status).toBe('met');
  });
});

describe('reasons', () => {
  it('are told in their order', () => {
    const stale = (id: string) => seen(id, { 'auth.anonymous.accepted': false }, { observedAt: ago(200) });
    const failed = (id: string) => seen(id, {}, { unseen: { 'auth.anonymous.accepted': 'denied' } });
    const pack = packOf({ id: 'thm.l1.row', population: 'ALL', min: 1, freshnessDays: 100, good: closed });
    const reason = (evidence: Evidence[]) =>
      rowOf(assess(pack, inputOf({ assets: assets(2), evidence })), 'thm.l1.row').reason;
    expect(reason([])).toBe('neverAsked');
    expect(reason([failed('a-1')])).toBe('notSeen');
    expect(reason([failed('a-1'), stale('a-2')])).toBe('stale');
  });

  it('say notCovered where the product has no path', () => {
    const pack = packOf({ id: 'thm.l1.row' });
    expect(rowOf(assess(pack, inputOf({})), 'thm.l1.row')).toMatchObject({ status: 'unknown', reason: 'notCovered' });
  });
});

describe('evidence of a row', () => {
  it('is the weakest among the best members that are enough', () => {
    const plant = plantOf('gggg');
    const evidence = [...plant.evidence, seen('a-5', { 'auth.anonymous.accepted': false }, { kind: 'stated' })];
    const pack = (min: number) => packOf({ id: 'thm.l1.row', population: 'ALL', min, good: closed, bad: open });
    const input = inputOf({ assets: assets(5), evidence });
    expect(rowOf(assess(pack(0.8), input), 'thm.l1.row').evidence).toBe('measured');
    expect(rowOf(assess(pack(1), input), 'thm.l1.row').evidence).toBe('stated');
  });

  it('is that of the side which decides an or', () => {
    const pack = packOf({ id: 'thm.l1.row', met: 'roster.deputy.named == true || roster.operationsCovered == true' });
    const evidence = [
      said({ 'roster.deputy.named': true }),
      said({ 'roster.operationsCovered': true }, { kind: 'imported', channel: 'x' }),
    ];
    expect(rowOf(assess(pack, inputOf({ evidence })), 'thm.l1.row').evidence).toBe('imported');
  });
});

describe('explain', () => {
  it('leads from the row to the readings, worst members first', () => {
    const plant = plantOf('gbu');
    const decisions = [decision({ kind: 'exception', indicator: 'thm.l2.other' })];
    const pack = packOf({ id: 'thm.l2.row', population: 'ALL', min: 0.8, good: closed, bad: open, parameters: {} });
    const trace = explain(pack, inputOf({ ...plant, decisions }), 'thm.l2.row');
    expect(trace.members.map(({ member, verdict }) => [member, verdict])).toEqual([
      ['a-2', 'bad'],
      ['a-3', 'unseen'],
      ['a-1', 'good'],
    ]);
    expect(trace.members[0]?.reads).toMatchObject([
      { fact: 'auth.anonymous.accepted', value: true, source: 'mqtt', evidence: 'measured', basis: 'authoritative' },
    ]);
    expect(trace.members[1]).toMatchObject({
      reason: 'neverAsked',
      reads: [{ fact: 'auth.anonymous.accepted', unseen: 'neverAsked' }],
    });
    expect(trace.result).toEqual(rowOf(assess(pack, inputOf({ ...plant, decisions })), 'thm.l2.row'));
  });

  it('says why a look saw nothing, and which reading is stale', () => {
    const pack = packOf({ id: 'thm.l2.row', population: 'ALL', min: 1, freshnessDays: 10, good: closed });
    const evidence = [
      seen('a-1', {}, { unseen: { 'auth.anonymous.accepted': 'denied' } }),
      seen('a-2', { 'auth.anonymous.accepted': false }, { observedAt: ago(11), ref: 'old' }),
    ];
    const { members } = explain(pack, inputOf({ assets: assets(2), evidence }), 'thm.l2.row');
    expect(members.map(({ reads }) => reads[0])).toMatchObject([
      { unseen: 'denied' },
      { unseen: 'stale', ref: 'old', observedAt: ago(11) },
    ]);
  });

  it('shows the element’s keys, the parameters and what the row rests on', () => {
    const pack = packOf(
      { id: 'thm.l1.base', met: 'roster.deputy.named' },
      {
        id: 'thm.l1.row',
        population: 'each risk.register',
        min: 1,
        good: 'age(it.estimatedAt) <= days(p.n)',
        parameters: { n: 10 },
        needs: ['thm.l1.base'],
        also: 'roster.operationsCovered',
      },
    );
    const evidence = [said({ 'risk.register': [{ id: 'r', estimatedAt: ago(1) }], 'roster.operationsCovered': true })];
    const trace = explain(pack, inputOf({ evidence }), 'thm.l1.row');
    expect(trace).toMatchObject({
      parameters: { n: 10 },
      needs: [{ id: 'thm.l1.base', status: 'unknown' }],
      also: [{ fact: 'roster.operationsCovered', value: true }],
      members: [
        { member: 'r', verdict: 'good', reads: [{ fact: 'risk.register', key: 'r.estimatedAt', value: ago(1) }] },
      ],
    });
  });

  it('refuses a row that the system’s role has no part in', () => {
    const pack = packOf({ id: 'thm.l1.row', role: 'supplier', met: 'roster.deputy.named' });
    expect(() => explain(pack, inputOf({}), 'thm.l1.row')).toThrow(RangeError);
    expect(practiceOf(assess(pack, inputOf({})), 'THM').indicators).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { type RowCase, rowCaseSchema } from '../../../rules/engine/case.ts';
import type { RowSource } from '../../../rules/engine/pack.ts';
import { runRowCase } from '../../../rules/engine/run-case.ts';
import { packOf } from './support.ts';

type Written = Partial<Record<keyof RowCase, unknown>>;

function told(source: Partial<RowSource>, written: Written): string[] {
  const pack = packOf({ id: 'thm.l2.row', min: 1, parameters: { two: 2, three: 3 }, ...source });
  const [row] = pack.rows;
  if (row === undefined) throw new Error('a pack of one row has one row');
  const each = rowCaseSchema.parse({ name: 'a case of the table', expect: {}, ...written });
  return runRowCase(pack, row, each).map(({ expected, found }) => `${expected}: ${found}`);
}

const good = 'auth.anonymous.accepted == false';
const closed = { facts: { 'auth.anonymous.accepted': false } };

describe('a member of which a case says nothing', () => {
  it.each([
    ['ALL', 'kind(server) & CRIT'],
    ['CRIT', 'kind(server)'],
    ['kind(plc)', 'CRIT & DEV'],
    ['CTRL', 'kind(plc) & CRIT'],
    ['DEV', 'kind(plc)'],
    ['GW', 'kind(gateway)'],
    ['HOST', 'kind(server)'],
    ['SAFE', 'kind(safety)'],
    ['kind(broker)', 'CRIT & SVC'],
    ['kind(hmi)', 'CRIT & HOST'],
    ['kind(switch)', 'CRIT'],
    ['kind(account)', 'kind(account) & CRIT'],
    ['kind(firewall)', 'CRIT'],
    ['kind(sensor)', 'CRIT & DEV'],
    ['kind(workstation)', 'CRIT & HOST'],
    ['EXP', 'kind(server) & CRIT'],
    ['CZONE', 'kind(server) & CRIT'],
    ['EXP & CZONE & kind(hmi)', 'CRIT'],
  ])('of %s belongs to it, as one of %s', (population, like) => {
    const also = `count("${population}") == 1 && count("${like}") == 1`;
    expect(told({ population, good, also }, { members: [closed], expect: { status: 'met', of: 1 } })).toEqual([]);
  });

  it.each(['EXP', 'CZONE', 'SAFE', 'GW', 'CTRL', 'kind(hmi)'])('is not in %s where ALL are counted', (set) => {
    const source = { population: 'ALL', good, also: `count("${set}") == 0` };
    expect(told(source, { members: [closed], expect: { status: 'met' } })).toEqual([]);
  });

  it('of a population that no plain asset is in, is one as soon as the case says what it is', () => {
    const source = { population: 'kind(robot) & CRIT', good };
    expect(told(source, { members: [closed], expect: { of: 0 } })).toEqual([]);
    expect(told(source, { members: [{ ...closed, kind: 'robot' }], expect: { status: 'met', of: 1 } })).toEqual([]);
  });

  it('of a row without a population is a critical controller', () => {
    const source = { min: undefined, met: 'count("CRIT & kind(plc)") == p.two && count("EXP") == 0' };
    expect(told(source, { members: [{ times: 2 }], expect: { status: 'met' } })).toEqual([]);
  });

  it('gets an id of its own, by which a decision may name it', () => {
    const decisions = (member: string) => [
      { kind: 'notApplicable', indicator: 'thm.l2.row', members: [member], approver: 'max@example.com' },
    ];
    const assets = { population: 'ALL', good };
    const members = [closed, {}];
    expect(told(assets, { members, decisions: decisions('asset-002'), expect: { status: 'met', of: 1 } })).toEqual([]);
    const parties = { population: 'SUPPLIER', good: 'supplier.vex.available == true' };
    expect(told(parties, { members: [{}, {}], decisions: decisions('party-002'), expect: { of: 1 } })).toEqual([]);
    const elements = { population: 'each risk.register', good: 'filled(it.owner)' };
    const risks = [{ facts: { owner: 'Ada' } }, {}];
    expect(
      told(elements, { members: risks, decisions: decisions('element-002'), expect: { status: 'met', of: 1 } }),
    ).toEqual([]);
  });
});

describe('what a case says of a member', () => {
  it('with an id of several, numbers them', () => {
    const decisions = [
      { kind: 'notApplicable', indicator: 'thm.l2.row', members: ['b-2', 'c'], approver: 'max@example.com' },
    ];
    const members = [
      { ...closed, id: 'b', times: 3 },
      { ...closed, id: 'c' },
    ];
    expect(told({ population: 'ALL', good }, { members, decisions, expect: { of: 2 } })).toEqual([]);
  });

  it.each([
    [{ kind: 'broker' }, 'kind(broker)'],
    [{ exposed: true }, 'EXP'],
    [{ exposed: 'unknown' }, 'EXP'],
    [{ zone: 'cell-9' }, 'CZONE'],
    [{ safetyFunction: true }, 'SAFE'],
    [{ kind: 'drive', protocols: ['mqtt'] }, 'SVC'],
    [{ kind: 'drive', capabilities: ['tls'] }, 'CAPABLE(tls)'],
    [{ vendor: 'Acme' }, 'SUPPLIER'],
  ])('puts one with %j into %s', (member, set) => {
    const source = { population: 'ALL', good, also: `count("${set}") == 1` };
    expect(told(source, { members: [{ ...closed, ...member }], expect: { status: 'met' } })).toEqual([]);
  });

  it.each([
    [{ kind: 'drive' }, 'SVC'],
    [{ kind: 'drive', capabilities: ['ssh'] }, 'CAPABLE(tls)'],
    [{ criticality: 'low' }, 'CRIT'],
    [{ exposed: false }, 'EXP'],
    [{}, 'SUPPLIER'],
  ])('keeps one with %j out of %s', (member, set) => {
    const source = { population: 'ALL', good, also: `count("${set}") == 0` };
    expect(told(source, { members: [{ ...closed, ...member }], expect: { status: 'met' } })).toEqual([]);
  });

  it('leaves one that is gone unseen, and one that is retired out', () => {
    const source = { population: 'ALL', good };
    expect(told(source, { members: [{ ...closed, state: 'gone' }], expect: { of: 1, unseen: 1 } })).toEqual([]);
    expect(told(source, { members: [{ ...closed, state: 'retired' }], expect: { of: 0 } })).toEqual([]);
  });
});

describe('organisations of a case', () => {
  const source = { population: 'SUPPLIER', good: 'supplier.vex.available == true' };
  const party = { facts: { 'supplier.vex.available': true } };

  it('are critical suppliers whose facts are stated, or partners where those are counted', () => {
    const suppliers = { ...source, also: 'count("SUPPLIER & CRIT") == 1 && count("PARTNER") == 0' };
    expect(told(suppliers, { members: [party], expect: { status: 'met', evidence: 'stated', of: 1 } })).toEqual([]);
    const partners = {
      ...source,
      population: 'PARTNER & CRIT',
      also: 'count("PARTNER") == 1 && count("SUPPLIER") == 0',
    };
    expect(told(partners, { members: [party], expect: { status: 'met', of: 1 } })).toEqual([]);
  });

  it('are what the case says', () => {
    const related = { ...party, relation: ['integrator'], criticality: 'normal' };
    const also = 'count("PARTNER") == 1 && count("SUPPLIER & CRIT") == 0';
    expect(told({ ...source, also }, { members: [related], expect: { status: 'met', of: 1 } })).toEqual([]);
  });
});

describe('elements of a case', () => {
  const source = { population: 'each risk.register', good: 'filled(it.owner)', bad: '!filled(it.owner)' };

  it('are listed side by side, each as its members say', () => {
    const members = [{ facts: { owner: 'Ada' } }, { facts: { owner: '' } }, {}];
    expect(told(source, { members, expect: { good: 1, bad: 1, unseen: 1, of: 3, evidence: 'stated' } })).toEqual([]);
    const imported = [{ facts: { owner: 'Ada' }, evidence: 'imported' }];
    expect(told(source, { members: imported, expect: { status: 'met', evidence: 'imported' } })).toEqual([]);
  });

  it('age', () => {
    const aged = { ...source, freshnessDays: 30 };
    const members = (ageDays: number) => [{ facts: { owner: 'Ada' }, ageDays }];
    expect(told(aged, { members: members(29), expect: { status: 'met' } })).toEqual([]);
    expect(told(aged, { members: members(31), expect: { status: 'unknown', reason: 'stale' } })).toEqual([]);
  });

  it('of one source replace each other', () => {
    const one = { id: 'r-1', facts: { owner: 'Ada' }, ageDays: 2, source: 'grc' };
    const other = { id: 'r-1', facts: { owner: '' } };
    expect(told(source, { members: [one, { ...other, source: 'grc' }], expect: { bad: 1, of: 1 } })).toEqual([]);
  });

  it('that are machine identities lie on one asset', () => {
    const machines = {
      population: 'MID',
      good: 'it.standby == true',
      also: 'count("ALL") == 1 && count("kind(plc)") == 1 && count("CRIT") == 0 && count("EXP") == 0',
    };
    const members = [{ facts: { standby: true } }, { facts: { standby: true } }];
    expect(told(machines, { members, expect: { status: 'met', of: 2 } })).toEqual([]);
  });

  it('that are zones hold an asset each, so that they count though no register knows them', () => {
    const zones = {
      population: 'each zone.register',
      good: 'it.modelBoundary == true',
      also: 'count("ALL") == p.two && count("kind(plc)") == p.two && count("CRIT") == 0',
    };
    const facts = { modelBoundary: true };
    const members = [
      { id: 'cell-1', facts },
      { id: 'cell-2', facts },
    ];
    expect(told(zones, { members, expect: { status: 'met', of: 2 } })).toEqual([]);
  });
});

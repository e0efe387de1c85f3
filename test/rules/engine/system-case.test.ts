import { describe, expect, it } from 'vitest';
import { type SystemCase, systemCaseSchema } from '../../../rules/engine/case.ts';
import { runSystemCase, systemInput } from '../../../rules/engine/run-case.ts';
import { packOf } from './support.ts';

type Written = Partial<Record<keyof SystemCase, unknown>>;

const now = '2026-11-23T10:00:00.000Z';

function caseOf(written: Written): SystemCase {
  return systemCaseSchema.parse({ name: 'a case of the table', expect: {}, ...written });
}

describe('the plant that a case of a whole system describes', () => {
  it('is empty where it says nothing', () => {
    expect(systemInput(caseOf({}))).toEqual({
      now,
      organisation: { id: 'own', name: 'Own' },
      site: { id: 'site', timeZone: 'UTC' },
      system: { id: 'system', name: 'System', role: 'owner', targets: {}, assets: [], organisations: [], zones: [] },
      evidence: [],
      decisions: [],
    });
  });

  it('has the instant, role, zones and targets that it says; a target of no practice is left out', () => {
    const input = systemInput(
      caseOf({
        now: '2026-01-02T00:00:00.000Z',
        role: 'supplier',
        zones: [{ id: 'cell-1', type: 'cell' }, { id: 'office' }],
        targets: { ACC: 3, XYZ: 2 },
      }),
    );
    expect(input.now).toBe('2026-01-02T00:00:00.000Z');
    expect(input.system.role).toBe('supplier');
    expect(input.system.zones).toStrictEqual([{ id: 'cell-1', type: 'cell' }, { id: 'office' }]);
    expect(input.system.targets).toEqual({ ACC: { level: 3, scope: 'general' } });
  });

  it('holds plain controllers where an asset says nothing, and what it says of the others', () => {
    const plain = {
      formerly: [],
      kind: 'plc',
      criticality: 'normal',
      exposed: false,
      safetyFunction: false,
      protocols: [],
      state: 'active',
    };
    const told = {
      kind: 'hmi',
      criticality: 'critical',
      exposed: true,
      zone: 'cell-1',
      type: 'panel',
      vendor: 'Acme',
      model: 'P-9',
      state: 'gone',
      declined: true,
      protocols: ['vnc'],
      safetyFunction: true,
    };
    const { assets } = systemInput(
      caseOf({
        assets: [{ times: 2 }, { id: 'b', name: 'Bay', times: 2 }, { exposed: 'unknown' }, { id: 'c', ...told }],
      }),
    ).system;
    const { exposed: _, ...unknown } = plain;
    expect(assets).toStrictEqual([
      { id: 'asset-001', name: 'asset-001', ...plain },
      { id: 'asset-002', name: 'asset-002', ...plain },
      { id: 'b-1', name: 'Bay', ...plain },
      { id: 'b-2', name: 'Bay', ...plain },
      { id: 'asset-005', name: 'asset-005', ...unknown },
      { id: 'c', name: 'c', formerly: [], ...told },
    ]);
  });

  it('holds critical suppliers where an organisation says nothing', () => {
    const { organisations } = systemInput(
      caseOf({ organisations: [{}, { id: 'x', name: 'X', criticality: 'low', relation: ['cloudProvider'] }] }),
    ).system;
    expect(organisations).toEqual([
      { id: 'party-001', name: 'party-001', relation: ['supplier'], critical: true },
      { id: 'x', name: 'X', relation: ['cloudProvider'], critical: false },
    ]);
  });

  const blank = { unseen: {}, basis: {} };

  it('brings what members say: capabilities from the inventory, facts of assets observed, of organisations stated', () => {
    const { evidence } = systemInput(
      caseOf({
        assets: [
          { id: 'a', capabilities: ['tls'], facts: { 'auth.anonymous.accepted': false }, ageDays: 2 },
          { id: 'b', unseen: { 'auth.anonymous.accepted': 'denied' }, evidence: 'imported', source: 'import:siem' },
          { id: 'c' },
        ],
        organisations: [{ id: 'x', facts: { 'supplier.vex.available': true } }],
      }),
    );
    expect(evidence).toStrictEqual([
      {
        ...blank,
        about: { kind: 'asset', id: 'a' },
        source: 'inventory',
        channel: 'inventory a',
        kind: 'stated',
        observedAt: now,
        facts: { 'device.capabilities': ['tls'] },
        ref: 'case:0',
      },
      {
        ...blank,
        about: { kind: 'asset', id: 'a' },
        source: 'probe',
        channel: 'probe a',
        kind: 'observation',
        observedAt: '2026-11-21T10:00:00.000Z',
        facts: { 'auth.anonymous.accepted': false },
        ref: 'case:1',
      },
      {
        ...blank,
        about: { kind: 'asset', id: 'b' },
        source: 'import:siem',
        channel: 'import:siem b',
        kind: 'imported',
        observedAt: now,
        facts: {},
        unseen: { 'auth.anonymous.accepted': 'denied' },
        ref: 'case:2',
      },
      {
        ...blank,
        about: { kind: 'organisation', id: 'x' },
        source: 'statement:stated',
        channel: 'statement:stated x',
        kind: 'stated',
        observedAt: now,
        facts: { 'supplier.vex.available': true },
        ref: 'case:3',
      },
    ]);
  });

  it('brings what is said of system and organisation, of one age and kind', () => {
    const { evidence } = systemInput(
      caseOf({
        system: { 'roster.deputy.named': true, 'exposure.listedAt': '-1d' },
        organisation: { 'leaver.total': 0 },
        ageDays: 1,
        evidence: 'examined',
      }),
    );
    const said = {
      ...blank,
      source: 'statement:examined',
      kind: 'examined',
      observedAt: '2026-11-22T10:00:00.000Z',
    };
    expect(evidence).toStrictEqual([
      {
        ...said,
        about: { kind: 'system' },
        channel: 'statement:examined system',
        facts: { 'roster.deputy.named': true, 'exposure.listedAt': '2026-11-22T10:00:00.000Z' },
        ref: 'case:0',
      },
      {
        ...said,
        about: { kind: 'organisation', id: 'own' },
        channel: 'statement:examined own',
        facts: { 'leaver.total': 0 },
        ref: 'case:1',
      },
    ]);
  });

  it('brings further readings about whatever they name', () => {
    const reading = { facts: {}, channel: 'x' };
    const { evidence } = systemInput(
      caseOf({
        assets: [{ id: 'a' }, { id: 'b' }],
        organisations: [{ id: 'x' }],
        readings: [
          {
            about: 'system',
            facts: { 'roster.deputy.named': true },
            unseen: { 'exposure.listedAt': 'denied' },
            ageDays: 10,
            evidence: 'document',
            source: 'statement:policy',
            channel: 'policy-7',
            by: 'ada@example.com',
            validForDays: 30,
          },
          { ...reading, about: 'organisation' },
          { ...reading, about: 'a' },
          { ...reading, about: 'x' },
        ],
      }),
    );
    expect(evidence[0]).toStrictEqual({
      about: { kind: 'system' },
      source: 'statement:policy',
      channel: 'policy-7',
      kind: 'document',
      observedAt: '2026-11-13T10:00:00.000Z',
      facts: { 'roster.deputy.named': true },
      unseen: { 'exposure.listedAt': 'denied' },
      basis: {},
      validUntil: '2026-12-13T10:00:00.000Z',
      by: 'ada@example.com',
      ref: 'case:0',
    });
    expect(evidence.slice(1).map(({ about }) => about)).toEqual([
      { kind: 'organisation', id: 'own' },
      { kind: 'asset', id: 'a' },
      { kind: 'organisation', id: 'x' },
    ]);
  });

  it('holds the decisions, from a day ago for sixty days unless they say otherwise', () => {
    const { decisions } = systemInput(
      caseOf({
        decisions: [
          { kind: 'emptySet', set: 'SVC' },
          {
            id: 'd',
            kind: 'deviation',
            indicator: 'acc.l1.row',
            parameter: 'min',
            value: 0.5,
            reason: 'old broker',
            approver: 'max@example.com',
            by: 'ada@example.com',
            agedDays: 3,
            forDays: 4,
          },
        ],
      }),
    );
    expect(decisions).toStrictEqual([
      {
        id: 'decision-1',
        kind: 'emptySet',
        set: 'SVC',
        reason: 'decided',
        by: 'owner@example.com',
        on: '2026-11-22T10:00:00.000Z',
        until: '2027-01-22T10:00:00.000Z',
      },
      {
        id: 'd',
        kind: 'deviation',
        indicator: 'acc.l1.row',
        parameter: 'min',
        value: 0.5,
        reason: 'old broker',
        approver: 'max@example.com',
        by: 'ada@example.com',
        on: '2026-11-20T10:00:00.000Z',
        until: '2026-11-27T10:00:00.000Z',
      },
    ]);
  });
});

describe('a case of a whole system', () => {
  const pack = packOf(
    { id: 'acc.l1.first', met: 'roster.deputy.named == true' },
    { id: 'acc.l1.second', met: 'roster.operationsCovered == true' },
    { id: 'acc.l2.third', population: 'ALL', min: 1, good: 'auth.anonymous.accepted == false' },
  );
  const told = (written: Written) =>
    runSystemCase(pack, caseOf(written)).map(({ expected, found }) => `${expected}: ${found}`);
  const system = { 'roster.deputy.named': true, 'roster.operationsCovered': false };

  it('holds where practices and rows are as it expects', () => {
    const practices = {
      ACC: {
        level: 0,
        ceiling: 0,
        blockers: ['acc.l1.second'],
        confidence: { grade: 'fair' },
        next: { level: 1, met: 1, notMet: 1 },
        target: null,
      },
    };
    const { target: _, ...found } = practices.ACC;
    const indicators = { 'acc.l1.first': { status: 'met' }, 'acc.l1.second': { status: 'notMet' } };
    expect(told({ system, expect: { practices: { ACC: found }, indicators } })).toEqual([]);
    expect(told({ system, expect: { practices } })).toEqual(['ACC target null: target nothing']);
  });

  it('fails by its name, with every practice and row that is not', () => {
    const expected = {
      practices: { ACC: { level: 1, ceiling: 0 }, XYZ: { level: 1 } },
      indicators: { 'acc.l1.first': { status: 'unknown' }, 'acc.l9.gone': { status: 'met' } },
    };
    expect(runSystemCase(pack, caseOf({ name: 'nobody is named', system, expect: expected }))).toEqual(
      [
        ['ACC level 1', 'level 0'],
        ['practice XYZ', 'none'],
        ['acc.l1.first status "unknown"', 'status "met"'],
        ['row acc.l9.gone', 'none'],
      ].map(([one, other]) => ({ indicator: 'cases', case: 'nobody is named', expected: one, found: other })),
    );
  });

  it.each([
    [{ blockers: [] }, 'ACC blockers []: blockers ["acc.l1.second"]'],
    [{ blockers: ['acc.l1.second', 'acc.l1.first'] }, expect.stringContaining('blockers')],
    [{ blockers: ['acc.l1.first'] }, expect.stringContaining('blockers')],
    [{ blockers: 'acc.l1.second' }, expect.stringContaining('blockers')],
    [{ level: [0] }, 'ACC level [0]: level 0'],
    [{ level: { is: 0 } }, expect.stringMatching(/: level 0$/)],
    [{ strictLevel: { is: 0 } }, expect.stringMatching(/: strictLevel nothing$/)],
    [{ confidence: { grade: 'high' } }, expect.stringContaining('confidence')],
    [{ next: { level: 1, met: 2 } }, expect.stringContaining('next')],
  ])('that expects %j of a practice fails', (expected, failure) => {
    expect(told({ system, expect: { practices: { ACC: expected } } })).toEqual([failure]);
  });

  it('fails where one of several blockers is another', () => {
    const blocked = (...blockers: string[]) => told({ expect: { practices: { ACC: { blockers } } } });
    expect(blocked('acc.l1.first', 'acc.l1.second')).toEqual([]);
    expect(blocked('acc.l1.first', 'acc.l2.third')).toHaveLength(1);
    expect(blocked('acc.l2.third', 'acc.l1.second')).toHaveLength(1);
  });

  it('tells a level that is not established from any other', () => {
    const level = (expected: unknown) => told({ expect: { practices: { ACC: { level: expected } } } });
    expect(level(null)).toEqual([]);
    expect(level(0)).toEqual(['ACC level 0: level null']);
    expect(level({ is: 0 })).toEqual(['ACC level {"is":0}: level null']);
    expect(level([])).toEqual(['ACC level []: level null']);
  });

  it('takes rows as given, with the evidence that it says', () => {
    const rows = { 'acc.l1.first': 'met', 'acc.l1.second': { status: 'met', evidence: 'examined' } };
    const indicators = { 'acc.l1.second': { status: 'met', evidence: 'examined' } };
    expect(told({ rows, expect: { practices: { ACC: { level: 1 } }, indicators } })).toEqual([]);
  });

  it('names a gate that blocks', () => {
    const stated = { status: 'met', evidence: 'stated' };
    const rows = { 'acc.l1.first': stated, 'acc.l1.second': stated, 'acc.l2.third': stated };
    expect(told({ rows, expect: { practices: { ACC: { level: 1, blockers: ['examined'] } } } })).toEqual([]);
  });

  it('tells facts that no collector could write, wherever they stand, and does not judge', () => {
    const wrong = { 'roster.deputy.nam': true };
    expect(
      told({
        system: wrong,
        organisation: { 'leaver.totl': 1 },
        readings: [{ about: 'system', facts: { 'alert.recipint': 'x' } }],
        assets: [{ facts: { 'auth.anonymos': true } }],
        expect: { practices: { XYZ: { level: 1 } } },
      }),
    ).toEqual([
      'facts of the vocabulary: no fact roster.deputy.nam',
      'facts of the vocabulary: no fact leaver.totl',
      'facts of the vocabulary: no fact alert.recipint',
      'facts of the vocabulary: no fact auth.anonymos',
    ]);
    expect(runSystemCase(pack, caseOf({ system: wrong }))).toEqual([
      {
        indicator: 'cases',
        case: 'a case of the table',
        expected: 'facts of the vocabulary',
        found: 'no fact roster.deputy.nam',
      },
    ]);
  });

  it('knows the maker of an asset by the name of its organisation', () => {
    const own = packOf({
      id: 'psc.l1.row',
      population: 'SUPPLIER',
      min: 1,
      good: 'supplier.vex.available == true',
    });
    const assets = [{ criticality: 'critical', vendor: 'Acme Foods' }];
    const organisations = [
      { id: 'x', name: 'Acme Foods', relation: ['customer'], facts: { 'supplier.vex.available': true } },
    ];
    const expected = { indicators: { 'psc.l1.row': { status: 'met', of: 1 } } };
    expect(runSystemCase(own, caseOf({ assets, organisations, expect: expected }))).toEqual([]);
  });
});

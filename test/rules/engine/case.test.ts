import { describe, expect, it } from 'vitest';
import { memberSchema, rowCaseSchema, systemCaseSchema } from '../../../rules/engine/case.ts';

const named = { name: 'a case of the table', expect: {} };

/** Where a case is refused: the paths of its issues, with the keys that are not known. */
function refusals(schema: typeof rowCaseSchema | typeof systemCaseSchema | typeof memberSchema, written: unknown) {
  const { error } = schema.safeParse(written);
  return (error?.issues ?? []).map((issue) =>
    [issue.path.join('.'), 'keys' in issue ? issue.keys : []].flat().join(' '),
  );
}

describe('what a case does not say', () => {
  it('is nothing, said by an owner today', () => {
    expect(rowCaseSchema.parse(named)).toEqual({
      ...named,
      members: [],
      zones: [],
      system: {},
      organisation: {},
      unseen: {},
      ageDays: 0,
      evidence: 'stated',
      needs: {},
      decisions: [],
    });
    expect(memberSchema.parse({})).toEqual({ times: 1, facts: {}, unseen: {}, ageDays: 0 });
    expect(systemCaseSchema.parse(named)).toEqual({
      ...named,
      role: 'owner',
      assets: [],
      organisations: [],
      zones: [],
      targets: {},
      system: {},
      organisation: {},
      ageDays: 0,
      evidence: 'stated',
      readings: [],
      decisions: [],
      rows: {},
      expect: { practices: {}, indicators: {} },
    });
    expect(systemCaseSchema.parse({ ...named, readings: [{ about: 'system' }] }).readings).toEqual([
      { about: 'system', facts: {}, unseen: {}, ageDays: 0, evidence: 'stated' },
    ]);
    expect(rowCaseSchema.parse({ ...named, decisions: [{ kind: 'emptySet' }] }).decisions).toEqual([
      { kind: 'emptySet', reason: 'decided', by: 'owner@example.com', agedDays: 1, forDays: 60 },
    ]);
  });
});

describe('what a case may say', () => {
  const every = {
    statuses: ['met', 'notMet', 'unknown', 'notApplicable'],
    kinds: ['observation', 'imported', 'examined', 'document', 'stated'],
    words: ['measured', 'imported', 'examined', 'document', 'stated'],
    decisions: ['notApplicable', 'exception', 'compensation', 'deviation', 'emptySet'],
  };

  it.each<[string, unknown]>([
    ...every.statuses.map((status): [string, unknown] => ['expect', { status }]),
    ...every.statuses.map((status): [string, unknown] => ['needs', { 'acc.l1.row': status }]),
    ...every.words.map((evidence): [string, unknown] => ['needs', { 'acc.l1.row': { status: 'met', evidence } }]),
    ...every.kinds.map((evidence): [string, unknown] => ['evidence', evidence]),
    ...every.decisions.map((kind): [string, unknown] => ['decisions', [{ kind }]]),
    ['expect', { reason: 'stale', evidence: 'stated', good: 1, bad: 0, unseen: 2, excepted: 0, of: 3, wouldDecide: 1 }],
    ['zones', [{ id: 'cell-1', type: 'cell' }]],
    ['ageDays', 0.5],
    ['unseen', { 'roster.deputy.named': 'denied' }],
    ['now', '2026-01-01T00:00:00.000Z'],
    [
      'decisions',
      [
        {
          id: 'd',
          kind: 'deviation',
          indicator: 'acc.l1.row',
          fact: 'roster.deputy.named',
          members: ['a'],
          set: 'ALL',
          approver: 'max@example.com',
          boundTo: 'acc.l1.other',
          parameter: 'min',
          value: 0.5,
        },
      ],
    ],
  ])('of a row: %s %j', (key, value) => {
    expect(rowCaseSchema.parse({ ...named, [key]: value })).toMatchObject({ [key]: value });
  });

  it.each<[string, unknown]>([
    ...['low', 'normal', 'critical'].map((word): [string, unknown] => ['criticality', word]),
    ...['active', 'gone', 'retired'].map((word): [string, unknown] => ['state', word]),
    ...[true, false, 'unknown'].map((word): [string, unknown] => ['exposed', word]),
    ...['id', 'name', 'kind', 'zone', 'type', 'vendor', 'model', 'source', 'by'].map((key): [string, unknown] => [
      key,
      'x',
    ]),
    ...['capabilities', 'protocols', 'relation'].map((key): [string, unknown] => [key, ['x', 'y']]),
    ['declined', true],
    ['safetyFunction', true],
    ['evidence', 'imported'],
    ['validForDays', -3],
    ['times', 1000],
  ])('of a member: %s %j', (key, value) => {
    expect(memberSchema.parse({ [key]: value })).toMatchObject({ [key]: value });
  });

  it.each<[string, unknown]>([
    ...['owner', 'supplier', 'serviceProvider'].map((role): [string, unknown] => ['role', role]),
    ['targets', { ACC: 0, PAT: 4 }],
    ['rows', { 'acc.l1.row': 'met' }],
    ['expect', { practices: { ACC: { level: null } }, indicators: { 'acc.l1.row': { status: 'met' } } }],
    ['readings', [{ about: 'asset-001', source: 'x', channel: 'y', by: 'ada@example.com', validForDays: 3 }]],
  ])('of a system: %s %j', (key, value) => {
    expect(systemCaseSchema.parse({ ...named, [key]: value })).toMatchObject({ [key]: value });
  });
});

describe('a case is refused', () => {
  it.each<[unknown, string[]]>([
    [{ name: 'short', expect: {} }, ['name']],
    [{ expect: {} }, ['name']],
    [{ name: named.name }, ['expect']],
    [{ ...named, membrs: [] }, [' membrs']],
    [{ ...named, expect: { statuss: 'met' } }, ['expect statuss']],
    [{ ...named, expect: { status: 'maybe', good: 0.5 } }, ['expect.status', 'expect.good']],
    [
      { ...named, expect: { bad: 0.5, unseen: 0.5, excepted: 0.5, of: 0.5, wouldDecide: 0.5 } },
      ['expect.bad', 'expect.unseen', 'expect.excepted', 'expect.of', 'expect.wouldDecide'],
    ],
    [{ ...named, members: [{ time: 2 }] }, ['members.0 time']],
    [
      { ...named, members: [{ times: 0 }, { times: 1001 }, { times: 1.5 }, { ageDays: -1 }] },
      ['members.0.times', 'members.1.times', 'members.2.times', 'members.3.ageDays'],
    ],
    [
      { ...named, members: [{ criticality: 'high' }, { exposed: 'maybe' }, { state: 'lost' }] },
      ['members.0.criticality', 'members.1.exposed', 'members.2.state'],
    ],
    [{ ...named, zones: [{}] }, ['zones.0.id']],
    [{ ...named, zones: [{ id: 'a', kind: 'cell' }] }, ['zones.0 kind']],
    [{ ...named, ageDays: -1, evidence: 'rumour' }, ['ageDays', 'evidence']],
    [{ ...named, needs: { 'acc.l1.row': 'maybe' } }, ['needs.acc.l1.row']],
    [{ ...named, needs: { 'acc.l1.row': { status: 'met', by: 'x' } } }, ['needs.acc.l1.row by']],
    [{ ...named, decisions: [{ kind: 'guess' }] }, ['decisions.0.kind']],
    [{ ...named, decisions: [{ kind: 'emptySet', untl: 3 }] }, ['decisions.0 untl']],
    [{ ...named, unseen: { 'firmware.version': 'notseen' } }, ['unseen.firmware.version']],
    [{ ...named, unseen: { 'firmware.verison': 'denied' } }, ['unseen.firmware.verison']],
    [{ ...named, members: [{ unseen: { 'firmware.version': 'lost' } }] }, ['members.0.unseen.firmware.version']],
  ])('of a row at its places: %j', (written, places) => {
    expect(refusals(rowCaseSchema, written)).toEqual(places);
  });

  it.each<[unknown, string[]]>([
    [{ name: 'short', expect: {} }, ['name']],
    [{ ...named, member: [] }, [' member']],
    [{ ...named, role: 'guest' }, ['role']],
    [{ ...named, targets: { ACC: 5, PAT: -1, MON: 1.5 } }, ['targets.ACC', 'targets.PAT', 'targets.MON']],
    [{ ...named, ageDays: -1 }, ['ageDays']],
    [{ ...named, expect: { practice: {} } }, ['expect practice']],
    [{ ...named, readings: [{ about: 'system', fact: {} }] }, ['readings.0 fact']],
    [{ ...named, readings: [{ about: 'x', unseen: { 'no.fact': 'denied' } }] }, ['readings.0.unseen.no.fact']],
    [{ ...named, readings: [{ facts: {} }, { about: 'x', ageDays: -1 }] }, ['readings.0.about', 'readings.1.ageDays']],
  ])('of a system at its places: %j', (written, places) => {
    expect(refusals(systemCaseSchema, written)).toEqual(places);
  });

  it('with a word on what its name should be', () => {
    const told = [rowCaseSchema, systemCaseSchema].map(
      (schema) => schema.safeParse({ name: 'short', expect: {} }).error,
    );
    expect(told.map((error) => error?.issues[0]?.message)).toEqual(['a sentence', 'a sentence']);
  });
});

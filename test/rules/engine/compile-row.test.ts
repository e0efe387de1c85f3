import { describe, expect, it } from 'vitest';
import { compileRow, type RowFault } from '../../../rules/engine/compile-row.ts';
import type { RowSource } from '../../../rules/engine/pack.ts';
import { parsePopulation } from '../../../rules/engine/population.ts';
import { plainRow } from './support.ts';

type Source = Partial<RowSource>;
const origin = { digest: 'd', scope: 'general', lists: new Set(['words']) } as const;
const counting = { population: 'ALL', min: 1, good: 'firmware.supported' } as const;
const flows = { population: 'each flow.register', min: 1, good: 'filled(it.class)' } as const;
const question = { met: 'roster.deputy.named' } as const;

function faultsOf(source: Source): readonly RowFault[] {
  const { row, faults } = compileRow({ ...plainRow, ...source }, origin);
  expect(row === undefined).toBe(faults.length > 0);
  return faults;
}

function rowOf(source: Source, more: Partial<Parameters<typeof compileRow>[1]> = {}) {
  const { row, faults } = compileRow({ ...plainRow, ...source }, { ...origin, ...more });
  if (row === undefined) throw new Error(JSON.stringify(faults));
  return row;
}

/** Where, expected, found, and the way out where there is one. */
type Told = readonly [key: string, expected: string, found: string, hint?: string];

function told(faults: readonly RowFault[]): Told[] {
  return faults.map(({ key, at, expected, found, hint }) => {
    const where = at === undefined ? key : `${key}.${at}`;
    return hint === undefined ? [where, expected, found] : [where, expected, found, hint];
  });
}

describe('a row that is refused says where, what was expected and what stands there', () => {
  const fact = 'a fact of the vocabulary';
  const supported = 'did you mean "firmware.supported"?';
  const sets = 'sets of assets or parties, or "where KEY"';
  const systemFacts = 'facts of the system or an organisation here';
  const where = 'facts of assets are read in good and bad of a row that counts assets, or inside allOf("SET", ...)';
  const overSets = 'allOf, anyOf and count in also, met and notApplicable only';
  const onlyBad = 'shown() in bad only: silence proves nothing good';

  it.each<[string, Source, Told[]]>([
    ['a population that cannot be read', { ...counting, population: 'CRIT &' }, [['population', 'a set', '"the end"']]],
    [
      'a filter on a fact that nobody knows',
      { ...counting, population: 'ALL where firmware.suported and qqqqqq' },
      [
        ['population', fact, '"firmware.suported"', supported],
        ['population', fact, '"qqqqqq"'],
      ],
    ],
    [
      'a register that nobody knows',
      { population: 'each zone.registr', min: 1, good: 'true' },
      [['population', 'a fact that is a list of records', '"zone.registr"', 'did you mean "zone.register"?']],
    ],
    [
      'a fact that is no register, for which only registers are proposed',
      { population: 'each service.listening', min: 1, good: 'true' },
      [['population', 'a fact that is a list of records', '"service.listening"', 'did you mean "service.listeners"?']],
    ],
    [
      'elements of what is no list',
      { population: 'each firmware.supported', min: 1, good: 'true' },
      [['population', 'a fact that is a list of records', '"firmware.supported"']],
    ],
    [
      'keys that the elements do not have',
      { population: 'each zone.register where critcal and owner = "x" and modelBoundary', min: 1, good: 'true' },
      [
        ['population', 'a key of zone.register', '"critcal"', 'did you mean "critical"?'],
        ['population', 'a key of zone.register', '"owner"'],
      ],
    ],
    [
      'a question beside a population',
      { ...counting, ...question },
      [['met', 'good and bad in a row that has a population', 'met without it']],
    ],
    [
      'a population without a threshold',
      { population: 'ALL', good: 'firmware.supported' },
      [['population', 'min, the least share of members proven good', 'none']],
    ],
    [
      'what only a population has, without one',
      {
        ...{ min: 1, maxBad: 0, good: 'roster.deputy.named', bad: '!roster.deputy.named' },
        ...{ noBad: 'CRIT', noBadWhere: 'true', noUnseen: 'CRIT', memberNotApplicable: 'true' },
      },
      ['min', 'maxBad', 'good', 'bad', 'noBad', 'noBadWhere', 'noUnseen', 'memberNotApplicable'].map((key) => [
        key,
        'a population beside it',
        `${key} without it`,
      ]),
    ],
    [
      'what only completes an answer, without the answer',
      {
        ...{ population: 'ALL', min: 1, bad: 'true', noBad: 'CRIT', noBadWhere: 'true', noUnseen: 'CRIT' },
        ...{ memberNotApplicable: 'true', also: 'true' },
      },
      ['bad', 'noBad', 'noBadWhere', 'noUnseen', 'memberNotApplicable', 'also'].map((key) => [
        key,
        'good or met beside it',
        `${key} without it`,
      ]),
    ],
    [
      'a row that rests on itself',
      { ...question, needs: ['acc.l1.other', 'acc.l1.row'] },
      [['needs', 'other rows', '"acc.l1.row"']],
    ],
    [
      'a fact of assets in a question',
      { ...question, notApplicable: 'firmware.supported' },
      [['notApplicable', systemFacts, '"firmware.supported"', where]],
    ],
    [
      'a fact of assets in the further condition',
      { ...counting, also: 'firmware.supported' },
      [['also', systemFacts, '"firmware.supported"', where]],
    ],
    [
      'a fact of assets where parties are counted',
      { ...counting, population: 'SUPPLIER' },
      [['good', systemFacts, '"firmware.supported"', where]],
    ],
    [
      'a look at all members from each of them',
      { ...counting, good: 'count("CRIT") > 0' },
      [['good', overSets, 'one in good']],
    ],
    [
      'a banned filter on a fact that nobody knows',
      { ...counting, noBad: 'where firmware.suported', noUnseen: 'where firmware.suported' },
      [
        ['noBad', fact, '"firmware.suported"', supported],
        ['noUnseen', fact, '"firmware.suported"', supported],
      ],
    ],
    [
      'a banned filter on a key that the elements do not have',
      { ...flows, noBad: 'where personl', noUnseen: 'where firmware.supported' },
      [
        ['noBad', 'a key of flow.register', '"personl"', 'did you mean "personal"?'],
        ['noUnseen', 'a key of flow.register', '"firmware.supported"'],
      ],
    ],
    [
      'a population that cannot be read, whatever its banned filter names',
      { ...flows, population: 'each flow.register &&', good: 'true', noBad: 'where personal' },
      [['population', 'a set', '"&"']],
    ],
    [
      'a banned filter that cannot be read',
      { ...counting, noBad: 'where (' },
      [['noBad', 'a key or a fact', '"the end"']],
    ],
    ['a banned set that cannot be read', { ...counting, noUnseen: 'CRIT &' }, [['noUnseen', 'a set', '"the end"']]],
    [
      'elements as a banned set',
      { ...counting, noBad: 'each zone.register', noUnseen: 'MID' },
      [
        ['noBad', sets, '"each zone.register"'],
        ['noUnseen', sets, '"MID"'],
      ],
    ],
    [
      'parameters that are read and not there, or there and not read',
      { met: 'silence.latencyP95 > p.limt && silence.latencyP95 > p.qqqqqqqq', parameters: { limit: 3, other: 2 } },
      [
        ['parameters', 'every p.NAME among the parameters', 'no "limt"', 'did you mean "limit"?'],
        ['parameters', 'every p.NAME among the parameters', 'no "qqqqqqqq"'],
        ['parameters.limit', 'only parameters that a condition reads', '"limit"'],
        ['parameters.other', 'only parameters that a condition reads', '"other"'],
      ],
    ],
    [
      'lists that the pack does not have',
      { met: 'alert.recipient in lists.word || alert.recipient in lists.qqqqqqqq || alert.recipient in lists.words' },
      [
        ['question', 'lists.NAME with a list of pack.yaml', '"word"', 'did you mean "words"?'],
        ['question', 'lists.NAME with a list of pack.yaml', '"qqqqqqqq"'],
      ],
    ],
    [
      'silence that would prove something good',
      { ...counting, good: 'shown (compensation.boundTo == "x")', bad: 'shown(compensation.boundTo == "x")' },
      [['good', onlyBad, 'shown()']],
    ],
    [
      'a condition that is wrong in itself, once',
      { met: 'roster.deputy.namd' },
      [['met', fact, '"roster.deputy.namd"', 'did you mean "roster.deputy.named"?']],
    ],
  ])('%s', (_, source, faults) => {
    expect(told(faultsOf(source))).toEqual(faults);
  });

  it('with the place in the text of a condition', () => {
    expect(faultsOf({ met: 'true && roster.deputy.namd' })).toMatchObject([{ key: 'met', offset: 8 }]);
  });

  it('all at once', () => {
    const source = { ...counting, min: undefined, good: 'firmware.suported', needs: ['acc.l1.row'], paths: [] };
    expect(told(faultsOf(source)).map(([key]) => key)).toEqual(['population', 'needs', 'good', 'paths']);
  });
});

describe('the ways to an answer', () => {
  const known = 'a collector, inventory, derived, feeds, import:KIND, statement:TYPE or examine';
  const silent = 'at least one path that the safety rules always allow (import, statement, examine, document)';

  it.each(['examine', 'inventory', 'derived', 'feeds', 'sbom', 'aws-iot', 'import:siem', 'statement:policy'])(
    'may be %s alone, which sends nothing to the plant',
    (path) => {
      expect(faultsOf({ ...question, paths: [path] })).toEqual([]);
      expect(faultsOf({ ...question, paths: ['mqtt', path] })).toEqual([]);
    },
  );

  it.each(['mqtt', 'ssh', 'tls', 'snmp'])('may not be %s alone, which a safety rule may forbid', (path) => {
    expect(told(faultsOf({ ...question, paths: [path] }))).toEqual([['paths', silent, path]]);
  });

  it('are at least one, each known', () => {
    expect(told(faultsOf({ ...question, paths: [] }))).toEqual([['paths', silent, 'none']]);
    expect(told(faultsOf({ ...question, paths: ['mqtt', 'snmpp', 'qqqqqqqq'] }))).toEqual([
      ['paths.1', known, '"snmpp"', 'did you mean "snmp"?'],
      ['paths.2', known, '"qqqqqqqq"'],
      ['paths', silent, 'mqtt, snmpp, qqqqqqqq'],
    ]);
    expect(told(faultsOf({ ...question, paths: ['import:nothing'] }))).toEqual([
      ['paths.0', known, '"import:nothing"'],
    ]);
  });
});

describe('a row that runs', () => {
  it('knows every fact that a decision may name to mean it', () => {
    const facts = (source: Source) => [...rowOf(source).facts].sort();
    const one = { ...counting, population: 'ALL where asset.safetyFunction', also: 'roster.deputy.named' };
    expect(facts(one)).toEqual(['asset.safetyFunction', 'firmware.supported', 'roster.deputy.named']);
    expect(facts({ ...flows, population: 'each flow.register where critical' })).toEqual(['flow.register']);
    expect(facts({ ...flows, good: 'roster.deputy.named' })).toEqual(['flow.register', 'roster.deputy.named']);
    expect(facts(question)).toEqual(['roster.deputy.named']);
  });

  it('unites what its conditions read', () => {
    const { reads } = rowOf({
      ...flows,
      good: 'filled(it.class) && isIn("CRIT") && silence.latencyP95 < p.a',
      bad: '!filled(it.class)',
      also: 'isMet("acc.l1.x") && count("SVC") > p.b && alert.recipient in lists.words',
      parameters: { a: 1, b: 2 },
    });
    expect(reads).toStrictEqual({
      facts: new Set(['flow.register', 'silence.latencyP95', 'alert.recipient']),
      assetFacts: new Set(),
      parameters: new Set(['a', 'b']),
      lists: new Set(['words']),
      sets: new Set(['CRIT', 'SVC']),
      rows: new Set(['acc.l1.x']),
      anyRow: false,
      usesElement: true,
      overSets: true,
    });
    expect(rowOf({ ...counting, bad: 'isMet(compensation.boundTo)' }).reads).toMatchObject({
      assetFacts: new Set(['firmware.supported', 'compensation.boundTo']),
      anyRow: true,
      usesElement: false,
      overSets: false,
    });
  });

  it('has a condition for each that is written, and counts what its population is made of', () => {
    const of = (source: Source) => {
      const { conditions, counts } = rowOf(source);
      return [Object.keys(conditions), counts?.of, counts?.register];
    };
    expect(of({ ...question, also: 'true', notApplicable: 'false' })).toEqual([
      ['also', 'met', 'notApplicable'],
      undefined,
      undefined,
    ]);
    expect(of({ ...counting, bad: 'true', noBadWhere: 'true', memberNotApplicable: 'true' })).toEqual([
      ['good', 'bad', 'noBadWhere', 'memberNotApplicable'],
      'asset',
      undefined,
    ]);
    expect(of({ population: 'PARTNER', min: 1, good: 'partner.agreement.onFile' })[1]).toBe('party');
    expect(
      of({ ...flows, noBadWhere: 'it.personal', bad: '!filled(it.class)', memberNotApplicable: 'it.critical' }),
    ).toEqual([['good', 'bad', 'noBadWhere', 'memberNotApplicable'], 'element', 'flow.register']);
    expect(of({ population: 'MID', min: 1, good: 'filled(it.owner)' })[2]).toBe('identity.machines');
    expect(rowOf(question)).not.toHaveProperty('counts');
  });

  it('bans sets and filters', () => {
    const { bans } = rowOf({ ...counting, noBad: 'where firmware.supported', noUnseen: 'CRIT & SVC' });
    expect(bans).toEqual({
      noBad: { op: 'where', filter: { op: 'is', key: 'firmware.supported', value: true } },
      noUnseen: { op: 'set', text: 'CRIT & SVC', population: parsePopulation('CRIT & SVC') },
    });
    expect(rowOf({ ...flows, noBad: 'where personal' }).bans).toMatchObject({ noBad: { op: 'where' } });
    expect(rowOf(counting).bans).toEqual({});
  });

  it('is covered where it says what is good or met', () => {
    expect(rowOf(counting).covered).toBe(true);
    expect(rowOf(question).covered).toBe(true);
    expect(rowOf({ population: 'ALL', min: 1 }).covered).toBe(false);
    expect(rowOf({}).covered).toBe(false);
  });

  it('is judged after the rows that it needs or asks for, and after the guard of wide ones', () => {
    const later = (source: Source) => rowOf(source).after;
    expect(later({ ...question, needs: ['a', 'b'] })).toEqual(['a', 'b']);
    expect(later({ met: 'isMet("c") && isMet("a")', needs: ['a'] })).toEqual(['a', 'c']);
    expect(later({ ...counting, level: 3, needs: ['a'] })).toEqual(['a', 'acm.l2.discovery-delta']);
    expect(later({ ...counting, level: 2 })).toEqual([]);
  });

  it('says where it is from', () => {
    expect(rowOf(question)).toMatchObject({ digest: 'd', scope: 'general' });
    expect(rowOf(question)).not.toHaveProperty('author');
    expect(rowOf(question, { digest: 'e', scope: 'industry', author: 'Ada' })).toMatchObject({
      ...{ digest: 'e', scope: 'industry', author: 'Ada' },
    });
  });
});

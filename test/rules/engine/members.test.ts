import { describe, expect, it } from 'vitest';
import type { AssetView, OrganisationView } from '../../../rules/engine/input.ts';
import type { RowSource } from '../../../rules/engine/pack.ts';
import { judgedRows } from './outcomes.ts';
import { ago, asset, day, inputOf, nowMs, packOf, said, seen } from './support.ts';

const id = 'thm.l1.row';

/** Ids of a population, of which nothing is known. */
function idsOf(
  population: string,
  input: Parameters<typeof inputOf>[0],
  more: Partial<RowSource> = { good: 'firmware.supported == true' },
): readonly string[] {
  const outcome = judgedRows(packOf({ id, population, min: 1, ...more }), inputOf(input))(id);
  expect(outcome.unseen).toHaveLength(outcome.counts?.of ?? 0);
  return outcome.unseen;
}

const plain = { criticality: 'normal' } as const;

describe('sets of assets', () => {
  const kinds = [
    ...['plc', 'rtu', 'drive', 'robot', 'safety', 'relay', 'sensor', 'actuator', 'camera', 'meter'],
    ...['gateway', 'edgehost', 'server', 'historian', 'hmi', 'workstation', 'laptop', 'broker', 'router'],
  ];
  const plant = { assets: kinds.map((kind) => asset(kind, { kind, ...plain })) };

  it.each([
    ['DEV', ['actuator', 'camera', 'drive', 'meter', 'plc', 'relay', 'robot', 'rtu', 'safety', 'sensor']],
    ['GW', ['edgehost', 'gateway']],
    ['CTRL', ['plc', 'relay', 'robot', 'rtu', 'safety']],
    ['HOST', ['historian', 'hmi', 'laptop', 'server', 'workstation']],
    ['SVC', ['broker', 'server']],
    ['SAFE', ['safety']],
    ['CRIT', []],
    ['kind(hmi, router)', ['hmi', 'router']],
    ['GW | kind(hmi)', ['edgehost', 'gateway', 'hmi']],
    ['DEV & CTRL & (kind(plc) | kind(rtu))', ['plc', 'rtu']],
  ])('%s are %s', (population, ids) => {
    expect(idsOf(population, plant)).toEqual(ids);
  });

  it('SAFE holds what is said or declared to have a safety function', () => {
    const assets = [asset('a', { safetyFunction: true }), asset('b'), asset('c'), asset('d')];
    const evidence = [seen('b', { 'asset.safetyFunction': true }), seen('c', { 'asset.safetyFunction': false })];
    expect(idsOf('SAFE', { assets, evidence })).toEqual(['a', 'b']);
  });

  it('CRIT holds what is critical by the plant file or by a statement', () => {
    const assets = [asset('a'), asset('b', plain), asset('c', plain)];
    const evidence = [seen('b', { 'asset.criticality': 'critical' }), seen('c', { 'asset.criticality': 'low' })];
    expect(idsOf('CRIT', { assets, evidence })).toEqual(['a', 'b']);
  });

  it('EXP holds what is exposed or may be, until somebody says that it is not', () => {
    const of = (more: Partial<AssetView>, exposed?: boolean) => {
      const { exposed: _, ...bare } = asset('a');
      const evidence = exposed === undefined ? [] : [seen('a', { 'asset.exposed': exposed })];
      return idsOf('EXP', { assets: [{ ...bare, ...more } as AssetView], evidence }).length;
    };
    expect([of({}), of({}, true), of({}, false)]).toEqual([1, 1, 0]);
    expect([of({ exposed: true }), of({ exposed: true }, false), of({ exposed: false })]).toEqual([1, 1, 0]);
    expect(of({ exposed: false }, true)).toBe(1);
  });

  it('CZONE holds all that shares a zone with something critical', () => {
    const assets = [
      asset('a', { zone: 'x' }),
      asset('b', { zone: 'x', ...plain }),
      asset('c', { zone: 'y', ...plain }),
      asset('d'),
      asset('e', plain),
    ];
    expect(idsOf('CZONE', { assets })).toEqual(['a', 'b']);
  });

  it.each(['mqtt', 'MQTTS', 'ws', 'wss', 'opcua', 'opc.tcp', 'http', 'https', 'tls', 'ssh', 'vnc', 'rfb'])(
    'SVC holds an asset that speaks %s beside other protocols, by plan or by what it declares',
    (protocol) => {
      const assets = [
        asset('a', { kind: 'plc', protocols: ['modbus', protocol] }),
        asset('b', { kind: 'plc', protocols: ['modbus'] }),
        asset('c', { kind: 'plc' }),
        asset('d', { kind: 'plc' }),
      ];
      const declared = (name: string, ...protocols: string[]) =>
        seen(name, { 'service.declared': protocols.map((each) => ({ id: each, protocol: each })) });
      const evidence = [declared('c', 'modbus', protocol), declared('d', 'modbus')];
      expect(idsOf('SVC', { assets, evidence })).toEqual(['a', 'c']);
    },
  );

  it('SVC and kind(account) count accounts, others never', () => {
    const assets = [asset('account', { kind: 'account' }), asset('b', { kind: 'plc' })];
    expect(idsOf('SVC', { assets })).toEqual(['account']);
    expect(idsOf('CRIT & kind(account)', { assets })).toEqual(['account']);
    expect(idsOf('CRIT & (SVC | DEV)', { assets })).toEqual(['account', 'b']);
    expect(idsOf('SVC where patch.applicable', { assets })).toEqual(['account']);
    expect(idsOf('ALL', { assets })).toEqual(['b']);
  });

  it('leave out who is known not to pass a filter, by every part of it', () => {
    const assets = ['a', 'b', 'c', 'd'].map((name) => asset(name));
    const facts = (name: string, supported: boolean, applicable?: boolean) =>
      seen(name, {
        'firmware.supported': supported,
        ...(applicable === undefined ? {} : { 'patch.applicable': applicable }),
      });
    const evidence = [facts('a', true, true), facts('b', true, false), facts('c', false)];
    const good = { good: 'device.vendor == "x"' };
    const filter = (text: string) => idsOf(`ALL where ${text}`, { assets, evidence }, good);
    expect(filter('firmware.supported and patch.applicable')).toEqual(['a', 'd']);
    expect(filter('firmware.supported or patch.applicable')).toEqual(['a', 'b', 'c', 'd']);
    expect(filter('firmware.supported = false or patch.applicable = false')).toEqual(['b', 'c', 'd']);
    expect(filter('firmware.supported = false')).toEqual(['c', 'd']);
  });
});

describe('log sources', () => {
  const quiet = (...names: string[]) => names.map((name) => seen(name, { 'device.capabilities': ['tls'] }));
  const sensor = (name: string, more: Partial<AssetView> = {}) =>
    asset(name, { kind: 'networksensor', zone: 'z', ...plain, ...more });

  it('are what can log, or may, and one sensor or firewall of each critical zone: the first by name', () => {
    const assets = [
      asset('a', { zone: 'z' }),
      asset('b', { zone: 'z', ...plain }),
      sensor('f2', { kind: 'firewall' }),
      sensor('f1'),
      sensor('g', { zone: 'y' }),
      sensor('h', { zone: undefined as never }),
    ];
    const evidence = [...quiet('a', 'f1', 'f2', 'g', 'h'), seen('b', { 'device.capabilities': ['logging'] })];
    expect(idsOf('LOGSRC', { assets, evidence })).toEqual(['b', 'f1']);
    expect(idsOf('LOGSRC & CRIT', { assets, evidence })).toEqual(['f1']);
    expect(idsOf('LOGSRC & ALL', { assets, evidence })).toEqual(['b', 'f1']);
    expect(idsOf('CRIT', { assets, evidence })).toEqual(['a']);
    expect(idsOf('LOGSRC & CRIT', { assets: assets.slice(0, 3), evidence })).toEqual(['f2']);
    expect(idsOf('LOGSRC', { assets: assets.slice(0, 1) })).toEqual(['a', 'zone:z']);
  });

  it('are the critical zones themselves where no sensor is known, in no other set', () => {
    const assets = [asset('a', { zone: 'z' }), asset('b', { zone: 'y' }), asset('c', plain), asset('d')];
    const evidence = quiet('a', 'b', 'c', 'd');
    expect(idsOf('LOGSRC', { assets, evidence })).toEqual(['zone:y', 'zone:z']);
    expect(idsOf('LOGSRC & CRIT & ALL', { assets, evidence })).toEqual(['zone:y', 'zone:z']);
    for (const other of ['EXP', 'SAFE', 'CZONE', 'SVC', 'HOST', 'kind(broker)', 'CAPABLE(tls)']) {
      expect(idsOf(`LOGSRC & ${other}`, { assets, evidence })).toEqual([]);
    }
  });

  it('are not taken for critical where a row counts something else', () => {
    const assets = [asset('a', { zone: 'z' }), sensor('f')];
    const asked = (population: string) =>
      judgedRows(
        packOf({ id, population, min: 1, good: 'isIn("CRIT")', bad: '!isIn("CRIT")' }),
        inputOf({ assets, evidence: quiet('a', 'f') }),
      )(id).bad;
    expect(asked('ALL')).toEqual(['f']);
    expect(asked('LOGSRC')).toEqual([]);
  });
});

describe('several rows over one plant', () => {
  it('count each its own population, by its own age limit, and mean the same sets by their own', () => {
    const good = 'firmware.supported == true';
    const asks = { good: 'isIn("CRIT")', bad: '!isIn("CRIT")', min: 1 };
    const pack = packOf(
      { id: 'thm.l1.a', population: 'HOST', min: 1, good },
      { id: 'thm.l1.b', population: 'GW', min: 1, good },
      { id: 'thm.l1.c', population: 'DEV where patch.applicable', min: 1, freshnessDays: 10, good },
      { id: 'thm.l1.d', population: 'DEV where patch.applicable', min: 1, freshnessDays: 300, good },
      { id: 'thm.l1.e', population: 'kind(firewall)', ...asks },
      { id: 'thm.l1.f', population: 'LOGSRC & kind(firewall)', ...asks },
      { id: 'thm.l1.g', population: 'GW | HOST', min: 1, good: 'isIn("GW")', bad: 'isIn("HOST")' },
    );
    const assets = [
      asset('d', { kind: 'plc' }),
      asset('f', { kind: 'firewall', zone: 'z', ...plain }),
      asset('g', { kind: 'gateway', zone: 'z' }),
      asset('h', { kind: 'hmi' }),
    ];
    const evidence = [seen('d', { 'patch.applicable': false }, { observedAt: ago(20) })];
    const of = judgedRows(pack, inputOf({ assets, evidence }));
    const ids = (name: string) => [of(`thm.l1.${name}`).unseen, of(`thm.l1.${name}`).bad];
    expect(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(ids)).toEqual([
      [['h'], []],
      [['g'], []],
      [['d'], []],
      [[], []],
      [[], ['f']],
      [[], []],
      [[], ['h']],
    ]);
  });

  it('keep a zone without sensor whatever a filter asks, also beside another set', () => {
    const assets = [asset('a', { zone: 'z' })];
    const evidence = [seen('a', { 'device.capabilities': ['tls'] })];
    expect(idsOf('LOGSRC where patch.applicable', { assets, evidence })).toEqual(['zone:z']);
    expect(idsOf('LOGSRC | GW', { assets, evidence })).toEqual(['zone:z']);
    expect(idsOf('(LOGSRC where patch.applicable) & CRIT', { assets, evidence })).toEqual(['zone:z']);
  });
});

describe('parties', () => {
  const good = { good: 'filled(supplier.advisory.url)' };
  const party = (name: string, more: Partial<OrganisationView> = {}): OrganisationView => ({
    id: name,
    name: `${name} Ltd`,
    relation: [],
    critical: false,
    ...more,
  });
  const of = (population: string, organisations: OrganisationView[], more: Parameters<typeof inputOf>[0] = {}) =>
    idsOf(population, { ...more, system: { organisations, assets: more.assets ?? [] } }, good);

  it('are suppliers and partners by what they are to the system', () => {
    const organisations = (['supplier', 'integrator', 'servicePartner', 'cloudProvider'] as const).map((relation) =>
      party(relation, { relation: [relation] }),
    );
    expect(of('SUPPLIER', [...organisations, party('none')])).toEqual(['integrator', 'supplier']);
    expect(of('PARTNER', [...organisations, party('none')])).toEqual(['cloudProvider', 'integrator', 'servicePartner']);
    expect(of('SUPPLIER | PARTNER', organisations)).toHaveLength(4);
    expect(of('SUPPLIER & PARTNER', organisations)).toEqual(['integrator']);
  });

  it('are what a statement says beside the plant file, and critical as the plant file says', () => {
    const about = { kind: 'organisation', id: 'b' } as const;
    const evidence = [seen('', { 'organisation.relation': ['supplier'] }, { about, kind: 'stated' })];
    const organisations = [party('c', { relation: ['supplier'], critical: true }), party('b'), party('a')];
    expect(of('SUPPLIER', organisations, { evidence })).toEqual(['b', 'c']);
    expect(of('CRIT & SUPPLIER', organisations, { evidence })).toEqual(['c']);
  });

  it('leave out who is known not to pass a filter', () => {
    const about = (name: string) => ({ about: { kind: 'organisation', id: name } as const, kind: 'stated' as const });
    const evidence = [
      seen('', { 'supplier.vex.available': false }, about('a')),
      seen('', { 'supplier.vex.available': true }, about('b')),
    ];
    const organisations = ['a', 'b', 'c'].map((name) => party(name, { relation: ['supplier'] }));
    expect(of('SUPPLIER where supplier.vex.available', organisations, { evidence })).toEqual(['b', 'c']);
    expect(of('PARTNER where supplier.vex.available', organisations, { evidence })).toEqual([]);
  });

  it('are asked for by sets of parties', () => {
    const organisations = [
      party('a', { relation: ['supplier'], critical: true }),
      party('b', { relation: ['supplier', 'cloudProvider'] }),
    ];
    const asks = (set: string) => {
      const pack = packOf({ id, population: 'SUPPLIER', min: 1, good: `isIn("${set}")`, bad: `!isIn("${set}")` });
      return judgedRows(pack, inputOf({ system: { organisations } }))(id).bad;
    };
    expect([asks('CRIT'), asks('PARTNER'), asks('SUPPLIER')]).toEqual([['b'], ['a'], []]);
    const counted = packOf({
      id,
      met: 'count("SUPPLIER") == p.two && count("PARTNER") == p.one',
      parameters: { one: 1, two: 2 },
    });
    expect(judgedRows(counted, inputOf({ system: { organisations } }))(id).status).toBe('met');
  });

  it('are also the makers of critical assets, by plant file or by what the asset says, under one name', () => {
    const assets = [
      asset('a', { vendor: 'Ácme  GmbH & Co.' }),
      asset('b'),
      asset('c', { vendor: ' -- ' }),
      asset('d', { vendor: 'Minor', ...plain }),
      asset('e', { vendor: 'Zeta' }),
    ];
    const evidence = [seen('b', { 'device.vendor': '--Beta!! Inc--' })];
    expect(of('CRIT & SUPPLIER', [], { assets, evidence })).toEqual(['a-cme-gmbh-co', 'beta-inc', 'zeta']);
    const known = [party('zeta', { name: 'Something else' }), party('x', { name: 'Beta Inc.' }), party('minor')];
    expect(of('CRIT & SUPPLIER', known, { assets, evidence })).toEqual(['a-cme-gmbh-co', 'x', 'zeta']);
    expect(of('SUPPLIER', known, { assets, evidence })).toEqual(['a-cme-gmbh-co', 'x', 'zeta']);
  });
});

describe('elements of a register', () => {
  const good = { good: 'it.modelBoundary == true' };
  const register = (...zones: { id: string; critical?: boolean; type?: 'process' | 'dmz' }[]) => ({
    evidence: [said({ 'zone.register': zones })],
  });

  it('leave out who is known not to pass every filter, by its keys or by its id', () => {
    const zones = register({ id: 'a', critical: true, type: 'process' }, { id: 'b', critical: false }, { id: 'c' });
    const of = (filter: string) => idsOf(`each zone.register where ${filter}`, zones, good);
    expect(of('critical')).toEqual(['a', 'c']);
    expect(of('critical and type = dmz')).toEqual(['c']);
    expect(of('critical = false or type = process')).toEqual(['a', 'b', 'c']);
    expect(of('id = b')).toEqual(['b']);
    expect(idsOf('(each zone.register where critical) where type = dmz', zones, good)).toEqual(['c']);
  });

  it('are the zones that hold assets, known or not; without assets, those of the register', () => {
    const zones = register({ id: 'z', critical: true }, { id: 'empty' });
    const assets = [asset('a', { zone: 'z' }), asset('b', { zone: 'm' }), asset('c')];
    expect(idsOf('each zone.register', { assets, ...zones }, good)).toEqual(['m', 'z']);
    expect(idsOf('each zone.register', { assets }, good)).toEqual(['m', 'z']);
    expect(idsOf('each zone.register', { assets: [asset('c')], ...zones }, good)).toEqual(['empty', 'z']);
    const risks = { evidence: [said({ 'risk.register': [{ id: 'r' }] })] };
    expect(idsOf('each risk.register', { assets, ...risks }, { good: 'filled(it.owner)' })).toEqual(['r']);
  });

  it('are unknown where the list is, with its reason', () => {
    const of = (input: Parameters<typeof inputOf>[0]) =>
      judgedRows(
        packOf({ id, population: 'each risk.register', min: 1, good: 'filled(it.owner)' }),
        inputOf(input),
      )(id);
    expect(of({})).toMatchObject({ status: 'unknown', reason: 'neverAsked', lookedAt: false });
    const stale = said({ 'risk.register': [{ id: 'r', owner: 'Ada' }] }, { observedAt: ago(4000) });
    expect(of({ evidence: [stale] })).toMatchObject({ reason: 'stale', unseen: ['r'] });
  });

  it('may be others once a key that a filter reads ends', () => {
    const evidence = [
      said({ 'zone.register': [{ id: 'a', critical: true, modelBoundary: true }] }, { validUntil: ago(-50) }),
      said(
        { 'zone.register': [{ id: 'a', critical: true }] },
        { channel: 'b', observedAt: ago(-0), validUntil: ago(-5) },
      ),
    ];
    const outcome = judgedRows(
      packOf({ id, population: 'each zone.register where critical', min: 1, freshnessDays: 400, ...good }),
      inputOf({ evidence }),
    )(id);
    expect(outcome).toMatchObject({ status: 'met', until: nowMs + 5 * day });
  });
});

import { describe, expect, it } from 'vitest';
import { type FactName, type FactsDraft, mayFill, problemWith } from '../../../collectors/contract/vocabulary.ts';
import { isPublic, isWithin, parseAddress, parseNetwork } from '../../../rules/derive/address.ts';
import { derive } from '../../../rules/derive/derive.ts';
import { derivedFacts } from '../../../rules/derive/derived-facts.ts';
import type { AssetView, Evidence, NetworkView, StationView } from '../../../rules/engine/input.ts';
import { ago, asset, inputOf, seen } from '../engine/support.ts';

describe('networks', () => {
  it.each([
    ['10.1.2.0/24', '10.1.2.255', true],
    ['10.1.2.0/24', '10.1.3.0', false],
    ['10.1.2.7', '10.1.2.7', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['fd00:1::/64', 'fd00:1::ffff', true],
    ['fd00:1::/64', 'fd00:1:0:1::1', false],
    ['fd00:1::/64', '10.1.2.3', false],
    ['::/0', '10.1.2.3', false],
  ])('%s holds %s: %s', (network, address, expected) => {
    const [range, at] = [parseNetwork(network), parseAddress(address)];
    expect(range !== undefined && at !== undefined && isWithin(at, range)).toBe(expected);
  });

  it.each(['10.1.2.3/24', '10.1.2.0/33', '10.1.2/24', '10.1.2.0/24/8', 'fd00::1::/64', '', 'x/1', '10.1.2.0/-1'])(
    '"%s" is none',
    (text) => expect(parseNetwork(text)).toBeUndefined(),
  );

  it.each([
    ['192.168.1.1', false],
    ['172.32.0.1', true],
    ['100.64.0.1', false],
    ['fd12::1', false],
    ['2a00::1', true],
  ])('%s is public: %s', (text, expected) => expect(isPublic(parseAddress(text) ?? 0)).toBe(expected));
});

interface Host {
  readonly id: string;
  readonly address?: string;
  readonly mac?: string;
  readonly name?: string;
  readonly local?: boolean;
}

/** What a sensor of `zone` brought back, yesterday unless said otherwise; hosts as addresses, flows as `from to port protocol`. */
function sight(
  of: {
    hosts: readonly (string | Host)[];
    flows?: readonly string[];
    format?: 'zeek' | 'capture' | 'neighbours' | 'leases' | 'firewall';
    zones?: readonly string[];
    days?: number;
    spanDays?: number;
    dropped?: number;
    droppedFlows?: number;
    tunnelled?: boolean;
    loss?: number;
  },
  more: Partial<Evidence> & { at?: string } = {},
): Evidence {
  const { days = 1, spanDays = 1, format = 'zeek' } = of;
  const hosts = of.hosts.map((host) => (typeof host === 'string' ? { id: host, address: host } : host));
  const flows = (of.flows ?? []).map((text) => {
    const [from = '', to = '', port = '502', protocol] = text.split(' ');
    return { from, to, port: Number(port), ...(protocol === undefined ? {} : { protocol }), id: text };
  });
  const facts: FactsDraft = {
    'sight.format': format,
    'sight.zones': of.zones ?? [],
    'sight.from': ago(days + spanDays),
    'sight.until': ago(days),
    'sight.whole': true,
    'sight.dropped.count': of.dropped ?? 0,
    'sight.flowsDropped.count': of.droppedFlows ?? 0,
    'sight.hosts': hosts.map(({ local = false, ...host }) => ({ ...host, local })),
    'sight.times': hosts.map(({ id }) => ({ id, firstSeenAt: ago(days + spanDays), lastSeenAt: ago(days) })),
    'sight.flows': flows.map((flow) => ({
      ...flow,
      transport: 'tcp' as const,
      answered: true,
      tunnelled: of.tunnelled ?? false,
    })),
    ...(of.loss === undefined ? {} : { 'sight.loss': of.loss }),
  };
  const { at = 'sensor', ...rest } = more;
  return seen(at, facts, {
    source: 'passive',
    channel: `${at}/${format}`,
    basis: { 'sight.hosts': 'inferred' },
    ...rest,
  });
}

const zones = (...each: (string | [string, string])[]): NetworkView['zones'] =>
  each.map((zone) => (typeof zone === 'string' ? { id: zone, networks: [] } : { id: zone[0], networks: [zone[1]] }));

interface Around {
  readonly zones?: NetworkView['zones'];
  readonly stations?: readonly StationView[];
  readonly conduits?: NetworkView['conduits'];
  readonly assets?: readonly AssetView[];
}

/** A sensor in cell-3, a controller at 10.1.2.7 there; the DMZ next door. Everything derived fits the vocabulary. */
function derived(
  evidence: readonly Evidence[],
  around: Around = {},
): { of(about: string): FactsDraft; all: Evidence[] } {
  const network: NetworkView = {
    zones: around.zones ?? zones(['cell-3', '10.1.2.0/24'], ['dmz', '10.9.0.0/24']),
    stations: around.stations ?? [
      { asset: 'plc-7', zone: 'cell-3', marks: ['10.1.2.7'] },
      { asset: 'historian', zone: 'dmz', marks: ['10.9.0.4'] },
    ],
    conduits: around.conduits ?? [],
  };
  const assets = around.assets ?? [
    asset('sensor', { zone: 'cell-3', kind: 'networksensor', criticality: 'normal' }),
    asset('plc-7', { zone: 'cell-3', kind: 'plc' }),
    asset('historian', { zone: 'dmz', criticality: 'normal' }),
  ];
  const used = network.zones.filter(({ id }) => assets.some(({ zone }) => zone === id));
  const all = derive(inputOf({ assets, evidence, system: { network, zones: used } }), {});
  for (const { facts, source } of all) {
    for (const [name, value] of Object.entries(facts)) {
      expect([name, mayFill(source, name as FactName)]).toEqual([name, true]);
      given.add(name);
      expect(problemWith(name as FactName, value)).toBeUndefined();
    }
  }
  const of = (about: string) => {
    const own = all.filter((each) => (each.about.kind === 'system' ? 'system' : each.about.id) === about);
    return Object.assign({}, ...own.filter(({ channel }) => channel !== 'derived:registers').map(({ facts }) => facts));
  };
  return { of, all };
}

const given = new Set<string>();

/** `state of zone/key` of the reconciliation, and the counts of a zone. */
const states = (facts: FactsDraft) =>
  (facts['inventory.reconciliation'] ?? []).map(({ id, state }) => `${state} ${id}`);
const zone = (facts: FactsDraft, id = 'cell-3') => facts['zone.register']?.find((each) => each.id === id);

describe('stations against the inventory', () => {
  it('are known, unknown or missing, and the zone was looked at', () => {
    const stations = [
      { asset: 'plc-7', zone: 'cell-3', marks: ['10.1.2.7'] },
      { asset: 'drive-1', zone: 'cell-3', marks: ['10.1.2.8'] },
    ];
    const assets = ['sensor', 'plc-7', 'drive-1'].map((id) => asset(id, { zone: 'cell-3' }));
    const { of } = derived([sight({ hosts: ['10.1.2.7', '10.1.2.99'] })], { stations, assets });
    expect(states(of('system'))).toEqual(['unknown cell-3/10.1.2.99', 'known cell-3/plc-7', 'missing cell-3/drive-1']);
    expect(zone(of('system'))).toEqual({
      ...{ id: 'cell-3', deltaAt: ago(1), deltaMethod: 'capture', seenAssets: 2, unknownAssets: 1 },
      sensorLastSeenAt: ago(1),
    });
    expect(of('plc-7')['asset.inventory.lastSeen']).toBe(ago(1));
    expect(of('drive-1')).toEqual({});
  });

  it('count as of the end of the records, however late they are read', () => {
    const { all, of } = derived([sight({ hosts: ['10.1.2.7'], days: 40 }, { observedAt: ago(0) })]);
    expect(all.find(({ channel }) => channel === 'derived:sight.lastSeen')?.observedAt).toBe(ago(40));
    expect(zone(of('system'))?.deltaAt).toBe(ago(40));
  });

  it('of two zones that use the same private addresses are never one', () => {
    const twins = zones('cell-3', 'cell-4');
    const stations = [{ asset: 'plc-7', zone: 'cell-3', marks: ['10.1.2.7'] }];
    const assets = [asset('sensor', { zone: 'cell-4' }), asset('plc-7', { zone: 'cell-3' })];
    const { of } = derived([sight({ hosts: ['10.1.2.7'] })], { zones: twins, stations, assets });
    expect(of('plc-7')).not.toHaveProperty('asset.inventory.lastSeen');
    expect(states(of('system'))).toEqual(['ambiguous cell-4/10.1.2.7']);
    expect(zone(of('system'), 'cell-4')).not.toHaveProperty('unknownAssets');

    const same = zones(['cell-3', '10.1.2.0/24'], ['cell-4', '10.1.2.0/24']);
    const told = derived([sight({ hosts: ['10.1.2.7'] })], { zones: same, stations, assets });
    expect(states(told.of('system'))).toEqual(['unknown cell-4/10.1.2.7']);
    expect(told.of('plc-7')).not.toHaveProperty('asset.inventory.lastSeen');
  });

  it('that a sensor of two such zones saw stay untold, and so do the counts of both', () => {
    const same = zones(['cell-3', '10.1.2.0/24'], ['cell-4', '10.1.2.0/24']);
    const assets = [asset('sensor', { zone: 'cell-3' }), asset('b', { zone: 'cell-4' })];
    const { of } = derived([sight({ hosts: ['10.1.2.50'], zones: ['cell-3', 'cell-4'] })], { zones: same, assets });
    expect(states(of('system'))).toEqual(['ambiguous cell-3/10.1.2.50', 'ambiguous cell-4/10.1.2.50']);
    expect(zone(of('system'))).not.toHaveProperty('seenAssets');
    expect(zone(of('system'), 'cell-4')).not.toHaveProperty('seenAssets');
  });

  it('on the link itself stand in its zone, even where that declares no network', () => {
    const open = {
      zones: zones('cell-3'),
      assets: [asset('sensor', { zone: 'cell-3' }), asset('plc-7', { zone: 'cell-3' })],
    };
    const host = { id: '10.1.2.99', address: '10.1.2.99', mac: '00:1b:1b:00:00:99', local: true };
    const leases = sight({ hosts: [host], format: 'leases' });
    expect(states(derived([leases], open).of('system'))).toEqual(['unknown cell-3/10.1.2.99']);
    expect(zone(derived([leases], open).of('system'))?.deltaMethod).toBe('dhcpLog');
    const routed = sight({ hosts: ['10.1.2.99', '10.1.2.7'] });
    expect(states(derived([routed], open).of('system'))).toEqual(['ambiguous cell-3/10.1.2.99', 'known cell-3/plc-7']);
  });

  it('are told by hardware address or name too, and a contradiction is left as one', () => {
    const stations = [
      { asset: 'plc-7', zone: 'cell-3', marks: ['00-1B-1B-00-00-07'] },
      { asset: 'hmi-1', zone: 'cell-3', marks: ['10.1.2.9', '00:1b:1b:00:00:09'] },
      { asset: 'cam-1', zone: 'cell-3', marks: ['cam-1.cell.example'] },
      { asset: 'far-1', zone: 'dmz', marks: ['00:1b:1b:00:00:0f'] },
    ];
    const assets = ['sensor', 'plc-7', 'hmi-1', 'cam-1'].map((id) => asset(id, { zone: 'cell-3' }));
    const host = (address: string, last: string, name?: string): Host => ({
      ...{ id: address, address, mac: `00:1b:1b:00:00:${last}`, local: true },
      ...(name === undefined ? {} : { name }),
    });
    const found = (hosts: readonly Host[]) =>
      states(derived([sight({ hosts, format: 'neighbours' })], { stations, assets }).of('system')).filter(
        (each) => !each.startsWith('missing'),
      );
    expect(found([host('10.1.2.50', '07')])).toEqual(['known cell-3/plc-7']);
    expect(found([host('10.1.2.51', '51', 'cam-1.cell.example')])).toEqual(['known cell-3/cam-1']);
    expect(found([host('10.1.2.9', '0a')])).toEqual(['ambiguous cell-3/10.1.2.9']);
    expect(found([host('10.1.2.9', '07')])).toEqual(['ambiguous cell-3/10.1.2.9']);
    expect(found([host('10.1.2.52', '0f')])).toEqual(['ambiguous cell-3/10.1.2.52']);
  });

  it('that DHCP ties to an asset are that asset in the log of the sensor beside it', () => {
    const stations = [{ asset: 'plc-7', zone: 'cell-3', marks: ['00:1b:1b:00:00:07'] }];
    const lease = { id: '10.1.2.50', address: '10.1.2.50', mac: '00:1b:1b:00:00:07', local: true };
    const both = [sight({ hosts: ['10.1.2.50'] }), sight({ hosts: [lease], format: 'leases' })];
    const { of } = derived(both, { stations });
    expect(states(of('system'))).toEqual(['known cell-3/plc-7']);
    expect(zone(of('system'))).toMatchObject({ seenAssets: 1, unknownAssets: 0 });
  });

  it('of other systems are known, and those beyond every zone count in none', () => {
    const assets = [asset('sensor', { zone: 'cell-3' })];
    const { of } = derived([sight({ hosts: ['10.1.2.7', '10.77.0.1', '203.0.113.9'] })], { assets });
    expect(states(of('system'))).toEqual(['known cell-3/plc-7']);
    expect(zone(of('system'))).toMatchObject({ seenAssets: 1, unknownAssets: 0 });
  });

  it('beyond what a run keeps leave no counts and nobody missing', () => {
    const { of } = derived([sight({ hosts: ['10.1.2.99'], dropped: 3 })]);
    expect(states(of('system'))).toEqual(['unknown cell-3/10.1.2.99']);
    expect(zone(of('system'))).toEqual({ id: 'cell-3', sensorLastSeenAt: ago(1) });
  });

  it('are missing only where a silence could have been heard', () => {
    for (const format of ['leases', 'firewall'] as const)
      expect(states(derived([sight({ hosts: [], format })]).of('system'))).toEqual([]);
    expect(states(derived([sight({ hosts: [] })]).of('system'))).toEqual(['missing cell-3/plc-7']);
  });

  it('next to a switch (LLDP) are seen; that the zone was looked at, they do not prove', () => {
    const neighbours = seen(
      'sensor',
      { 'network.neighbours': [{ id: '1.1', port: '1', neighbour: 'x-9', address: '10.1.2.99' }] },
      { source: 'snmp', channel: 'sensor/snmp' },
    );
    const { of } = derived([neighbours]);
    expect(states(of('system'))).toEqual(['unknown cell-3/10.1.2.99']);
    expect(of('system')).not.toHaveProperty('zone.register');
  });

  it('are counted for the whole system only when each of its zones was looked at', () => {
    const cell = sight({ hosts: ['10.1.2.7', '10.1.2.99'], spanDays: 20 });
    expect(derived([cell]).of('system')).not.toHaveProperty('inventory.seen.total');
    const dmz = sight({ hosts: ['10.9.0.4'], days: 3, spanDays: 20, zones: ['dmz'], format: 'neighbours' });
    expect(derived([cell, dmz]).of('system')).toMatchObject({
      'inventory.reconciledAt': ago(3),
      'inventory.seen.total': 3,
      'inventory.unknown.count': 1,
      'inventory.unknown.overdue.count': 1,
      'inventory.unknownCritical.overdue.count': 1,
    });
  });

  it('are overdue by the first sight of any earlier look, and nobody claims none is without looking that far back', () => {
    const all = ['cell-3', 'dmz'];
    const young = sight({ hosts: ['10.1.2.99'], days: 0, spanDays: 0.5, zones: all });
    expect(derived([young]).of('system')).not.toHaveProperty(['inventory.unknown.overdue.count']);
    const older = sight({ hosts: ['10.1.2.99'], days: 9, spanDays: 0.5, zones: all });
    expect(derived([older, young]).of('system')).toMatchObject({
      'inventory.unknown.overdue.count': 1,
      'inventory.unknownCritical.overdue.count': 1,
    });
    const without = sight({ hosts: ['10.1.2.7'], days: 9, spanDays: 0.5, zones: all });
    expect(derived([without, young]).of('system')).toMatchObject({
      'inventory.unknown.overdue.count': 0,
      'inventory.unknownCritical.overdue.count': 0,
    });
  });

  it('of a sight from the future are no evidence, nor is anything without a network', () => {
    expect(derived([sight({ hosts: ['10.1.2.7'], days: -1 })]).of('system')).not.toHaveProperty('zone.register');
    const input = inputOf({ assets: [asset('sensor', { zone: 'z' })], evidence: [sight({ hosts: ['10.1.2.7'] })] });
    expect(derive(input, {}).filter(({ channel }) => channel.startsWith('derived:sight'))).toEqual([]);
  });

  it('say what the sensor itself reports as lost', () => {
    expect(zone(derived([sight({ hosts: ['10.1.2.7'], loss: 0.02 })]).of('system'))?.sensorDropShare).toBe(0.02);
  });
});

describe('what crosses a border', () => {
  const modbus = '10.9.0.4 10.1.2.7 502 modbus';

  it('in the clear stands on both sides, with what the server serves', () => {
    const { of } = derived([sight({ hosts: ['10.9.0.4', '10.1.2.7'], flows: [modbus] })]);
    expect(of('plc-7')).toMatchObject({
      'service.cleartext.crossing': ['modbus'],
      'protocol.unauthenticated': ['modbus'],
      'service.listeners': [
        { id: 'tcp/502/10.1.2.7', port: 502, transport: 'tcp', protocol: 'modbus', boundTo: '10.1.2.7' },
      ],
    });
    expect(of('historian')['service.cleartext.crossing']).toEqual(['modbus']);
    expect(of('historian')).not.toHaveProperty('service.listeners');
  });

  it('must be certain: not inside a zone, not in a tunnel, not from a place that could be either side', () => {
    const crossing = (evidence: Evidence, around: Around = {}) =>
      derived([evidence], around).of('plc-7')['service.cleartext.crossing'];
    expect(
      crossing(sight({ hosts: ['10.1.2.5', '10.1.2.7'], flows: ['10.1.2.5 10.1.2.7 502 modbus'] })),
    ).toBeUndefined();
    expect(crossing(sight({ hosts: ['10.9.0.4', '10.1.2.7'], flows: [modbus], tunnelled: true }))).toBeUndefined();
    expect(crossing(sight({ hosts: ['10.9.0.4', '10.1.2.7'], flows: ['10.9.0.4 10.1.2.7 502'] }))).toBeUndefined();
    expect(crossing(sight({ hosts: ['10.9.0.4', '10.1.2.7'], flows: ['10.9.0.4 10.1.2.7 8883 tls'] }))).toBeUndefined();
    const open = zones('cell-3', 'dmz');
    expect(crossing(sight({ hosts: ['10.9.0.4', '10.1.2.7'], flows: [modbus] }), { zones: open })).toBeUndefined();
    expect(crossing(sight({ hosts: ['10.77.0.1', '10.1.2.7'], flows: ['10.77.0.1 10.1.2.7 502 modbus'] }))).toEqual([
      'modbus',
    ]);
    expect(
      crossing(sight({ hosts: ['198.51.100.4', '10.1.2.7'], flows: ['198.51.100.4 10.1.2.7 502 modbus'] })),
    ).toEqual(['modbus']);
  });

  it('is added to what declared ports say: a refusal of one does not hide another', () => {
    const declared = seen(
      'plc-7',
      {
        'service.declared': [
          { id: 'tcp/1883', port: 1883, transport: 'tcp', protocol: 'mqtt', cleartext: true, crossesZone: true },
          { id: 'tcp/502', port: 502, transport: 'tcp', protocol: 'modbus', crossesZone: false },
        ],
      },
      { source: 'inventory', channel: 'inventory', kind: 'stated' },
    );
    const refused = seen('plc-7', { 'service.listening': false }, { source: 'mqtt', channel: 'plc-7/mqtt' });
    expect(derived([declared, refused]).of('plc-7')['service.cleartext.crossing']).toEqual([]);
    const both = derived([declared, refused, sight({ hosts: ['10.9.0.4', '10.1.2.7'], flows: [modbus] })]);
    expect(both.of('plc-7')['service.cleartext.crossing']).toEqual(['modbus']);
    const more = sight({ hosts: ['10.1.2.5', '10.1.2.7'], flows: ['10.1.2.5 10.1.2.7 23 telnet'] });
    expect(derived([declared, more]).of('plc-7')).toMatchObject({
      'service.unexpected': ['tcp/23'],
      'service.legacy.enabled': ['telnet'],
    });
  });

  it('is held against declared services and conduits, and ways towards critical assets without one are counted', () => {
    const declared = seen(
      'plc-7',
      { 'service.declared': [{ id: 'tcp/502', port: 502, transport: 'tcp', protocol: 'modbus' }] },
      { source: 'inventory', channel: 'inventory', kind: 'stated' },
    );
    const hosts = ['10.9.0.4', '10.1.2.5', '10.1.2.7'];
    const flows = [modbus, '10.1.2.5 10.1.2.7 502 modbus', '10.1.2.5 10.1.2.7 80 http'];
    const evidence = [declared, sight({ hosts, flows })];
    const with_ = (conduits: NetworkView['conduits']) => derived(evidence, { conduits }).of('system');
    expect(with_([{ from: 'cell-3', to: 'dmz' }])).toMatchObject({
      'flow.observed.total': 3,
      'flow.declared.count': 2,
    });
    expect(with_([{ from: 'cell-3', to: 'dmz' }])).not.toHaveProperty(['conduit.unexpectedToCritical.count']);
    expect(with_([{ from: 'office', to: 'dmz' }])).toMatchObject({
      'flow.declared.count': 1,
      'conduit.unexpectedToCritical.count': 1,
    });
    expect(with_([])).not.toHaveProperty(['conduit.unexpectedToCritical.count']);
    const many = derived([declared, sight({ hosts, flows, droppedFlows: 1 })]).of('system');
    expect(many).not.toHaveProperty(['flow.observed.total']);
    expect(zone(many)?.seenAssets).toBe(2);
    const unclear = sight({ hosts, flows, zones: ['cell-3', 'dmz'] });
    const twins = zones(['cell-3', '10.1.2.0/24'], ['dmz', '10.1.2.0/24']);
    expect(derived([declared, unclear], { zones: twins }).of('system')).not.toHaveProperty(['flow.observed.total']);
  });

  it('between two assets stands in the register of flows, by an id that a statement can classify', () => {
    const flows = ['10.9.0.4 10.1.2.7 502 modbus', '10.9.0.4 10.1.2.7 4840', '10.1.2.99 10.1.2.7 502 modbus'];
    const { of } = derived([sight({ hosts: ['10.1.2.7', '10.9.0.4', '10.1.2.99'], flows })]);
    expect(of('system')['flow.register']).toEqual([
      { id: 'historian>plc-7/modbus', from: 'historian', to: 'plc-7', protocol: 'modbus', critical: true },
    ]);
  });

  it('of our own assets to public addresses is listed; nobody says yet whether that was declared', () => {
    const { of } = derived([sight({ hosts: ['10.1.2.7'], flows: ['10.1.2.7 198.51.100.9 443 tls'] })]);
    expect(of('system')['externalEndpoint.register']).toEqual([{ id: '198.51.100.9', lastSeenAt: ago(1) }]);
  });
});

it('gave every fact that sights are said to give', () => {
  const promised = [...derivedFacts].filter(([, sources]) => sources.some((source) => source.startsWith('sight.')));
  expect(promised.map(([name]) => name).filter((name) => !given.has(name))).toEqual([]);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factNames, isFactName, mayFill, problemWith } from '../../../collectors/contract/vocabulary.ts';
import type { AssetView, Evidence } from '../../../rules/engine/input.ts';
import { assessInput, assetView, type KnownEvidence } from '../../../server/plant/assess-input.ts';
import { loadFactImports } from '../../../server/plant/load-imports.ts';
import { loadStatements } from '../../../server/plant/load-statements.ts';
import type { Seen } from '../../../server/plant/observation-lines.ts';
import { aboutOf } from '../../../server/plant/subjects.ts';
import { load, now, plantFolder } from './plant-folder.ts';

const folder = plantFolder();
const plantText = `plimsoll: 1
organisation: {id: acme, name: Acme Foods}
site: {id: north, name: Plant North, timeZone: Europe/Berlin}
types: [{id: cell-plc, capabilities: [backup], supportEnds: 2030-12-31}]
zones: [{id: cell, type: process, exposed: false}, {id: dmz, type: dmz}, {id: empty}]
conduits: [{id: c-1, from: cell, to: dmz}]
systems:
  - id: line
    name: Line
    owners: {business: ada, technical: max, confirmed: 2026-09-01}
    targets: {ACC: 3, PAT: {level: 1, reason: old}}
    assets:
      - {id: plc-1, kind: plc, zone: cell, type: cell-plc, vendor: Siemens AG, model: S7, owner: max, formerly: [p1],
         interfaces: [{port: 102, protocol: s7, tls: false, crossesZone: false}]}
      - {id: broker-1, kind: broker, zone: dmz, criticality: normal, vendor: Eclipse,
         probes: [{collector: mqtt, url: "mqtts://10.0.0.1"}, {id: conf, collector: mqtt, url: "file:./m.conf"}]}
      - {id: hmi-1, kind: hmi}
      - {id: remote-help, name: Remote Help Ltd, kind: organisation, relation: [servicePartner]}
    retired: [{id: plc-9, on: 2026-06-01, reason: scrapped, by: ada, identitiesRevoked: true}]
  - id: other
    assets: [{ref: broker-1}, {id: gw-1, kind: gateway}]
statements: [./s.yaml]
imports: [{file: ./cmdb.csv, source: cmdb}]
`;

const plantFile = folder.write({
  'plant.yaml': plantText,
  's.yaml': `plimsoll: 1
statements:
  - {id: conf, kind: attestation, type: configuration, subject: {zone: cell}, facts: {device.capabilities: [backup, logging]}, by: max, on: 2026-11-01}
  - {id: owner, kind: attestation, type: interview, subject: {site: north}, facts: {program.owner.name: Ada}, by: ada, on: 2026-11-01}
  - {id: look, kind: examination, method: interview, of: [owner, conf], subject: {system: line}, by: eve, on: 2026-11-10}
  - {id: later, kind: attestation, type: interview, subject: {system: line}, facts: {program.owner.name: Bob}, by: ada, on: 2026-12-01}
  - {id: ex, kind: exception, indicator: acc.l2.no-anonymous, subject: {asset: broker-1}, reason: r, approver: max, by: ada, on: 2026-11-01}
  - {id: na, kind: notApplicable, fact: channel.encryption, subject: {type: cell-plc}, reason: r, approver: max, by: ada, on: 2026-11-01}
  - {id: none, kind: emptySet, set: PARTNER & CRIT, subject: {system: line}, reason: r, by: ada, on: 2026-11-01}
  - {id: elsewhere, kind: exception, indicator: acc.l2.no-anonymous, subject: {system: other}, reason: r, approver: max, by: ada, on: 2026-11-01}
`,
  'cmdb.csv': 'asset,fact,value,observedAt\np1,asset.owner,Max,2026-11-01\ngw-1,asset.owner,Max,2026-11-01\n',
});
const plant = load(plantFile);

describe('the plant as its network', () => {
  it('is the same for every system, with the addresses of all assets and no cloud region for a host', () => {
    const text = `plimsoll: 1
site: {id: north}
zones: [{id: cell, type: process, networks: [10.1.2.0/24]}, {id: dmz}]
conduits: [{id: c-1, from: cell, to: dmz}]
systems:
  - id: line
    assets:
      - {id: broker-1, kind: broker, zone: cell, host: 10.1.2.3, addresses: ["00:1B:1B:00:00:03"],
         probes: [{collector: mqtt, url: "mqtts://Broker.cell.example:8883"}, {id: conf, collector: mqtt, url: "file:./m.conf"}]}
      - {id: hmi-1, kind: hmi}
  - id: other
    assets: [{id: gw-1, kind: gateway, host: 10.9.0.1}]
`;
    const whole = load(folder.write({ 'network.yaml': text, 'm.conf': '' }));
    const evidence = { observations: [], statements: [], imports: [] };
    const [line, other] = ['line', 'other'].map((id) => assessInput(whole, id, { now, evidence }).system.network);
    expect(line).toBe(other);
    expect(line).toEqual({
      zones: [
        { id: 'cell', type: 'process', networks: ['10.1.2.0/24'] },
        { id: 'dmz', networks: [] },
      ],
      stations: [
        { asset: 'broker-1', zone: 'cell', marks: ['00:1b:1b:00:00:03', '10.1.2.3', 'broker.cell.example'] },
        { asset: 'gw-1', marks: ['10.9.0.1'] },
      ],
      conduits: [{ id: 'c-1', from: 'cell', to: 'dmz' }],
    });
  });
});
const statements = loadStatements(plant);
const imports = loadFactImports(plant);

const seen: Seen = {
  system: 'line',
  asset: 'broker-1',
  probe: 'mqtt',
  collector: 'mqtt',
  observedAt: '2026-11-22T10:00:00.000Z',
  outcome: 'observed',
  facts: { 'channel.encryption': 'encrypted', 'cloud.account.count': 1 },
  unseen: { 'auth.anonymous.accepted': 'blocked' },
  basis: { 'channel.encryption': 'authoritative' },
  volatile: { 'asset.inventory.lastSeen': '2026-11-22T10:00:00.000Z' },
  digest: 'sha256:1',
};
const evidence: KnownEvidence = { observations: [seen], statements, imports };

function input(over: Partial<Parameters<typeof assessInput>[2]> = {}, system = 'line') {
  return assessInput(plant, system, { now, evidence, ...over });
}

function from(source: string, list: readonly Evidence[] = input().evidence) {
  return list
    .filter((each) => each.source === source)
    .map(({ about, channel, kind, facts, ref }) => ({ about, channel, kind, facts, ref }));
}

describe('the input of an assessment', () => {
  it('shows the system as the plant file describes it', () => {
    const { system, organisation, site, now: at } = input();
    expect({ organisation, site, at }).toEqual({
      organisation: { id: 'acme', name: 'Acme Foods' },
      site: { id: 'north', timeZone: 'Europe/Berlin' },
      at: '2026-11-23T10:00:00.000Z',
    });
    expect(system.targets).toEqual({
      ACC: { level: 3, scope: 'general' },
      PAT: { level: 1, scope: 'general', reason: 'old' },
    });
    expect(system.zones).toEqual([
      { id: 'cell', type: 'process' },
      { id: 'dmz', type: 'dmz' },
    ]);
    expect(system.assets.map(({ id, state, protocols, exposed }) => ({ id, state, protocols, exposed }))).toEqual([
      { id: 'plc-1', state: 'active', protocols: ['s7'], exposed: false },
      { id: 'broker-1', state: 'active', protocols: ['mqtt'], exposed: undefined },
      { id: 'hmi-1', state: 'active', protocols: [], exposed: undefined },
      { id: 'plc-9', state: 'retired', protocols: [], exposed: undefined },
    ]);
  });

  it('counts the makers of critical assets among the critical suppliers', () => {
    expect(input().system.organisations).toEqual([
      { id: 'remote-help', name: 'Remote Help Ltd', relation: ['servicePartner'], critical: false },
      { id: 'siemens-ag', name: 'Siemens AG', relation: ['supplier'], critical: true },
    ]);
  });

  it('keeps assets that left the file without a record, and knows renamed and retired ones', () => {
    const known = plant.assets.map(assetView);
    const [plc] = known;
    const as = (id: string): AssetView => ({ ...(plc as AssetView), id, name: id.toUpperCase() });
    const { system } = input({ everSeenAssets: [as('plc-1'), as('p1'), as('plc-9'), as('plc-7')] });
    expect(system.assets.map(({ id, name, state }) => `${id} ${name} ${state}`)).toEqual([
      'plc-1 plc-1 active',
      'broker-1 broker-1 active',
      'hmi-1 hmi-1 active',
      'plc-7 PLC-7 gone',
      'plc-9 PLC-9 retired',
    ]);
  });

  it('gives an observation to the asset and its system, volatile facts and unseen ones included', () => {
    const told = input().evidence.filter(({ source }) => source === 'mqtt');
    expect(told).toEqual([
      {
        about: { kind: 'asset', id: 'broker-1' },
        source: 'mqtt',
        channel: 'broker-1/mqtt',
        kind: 'observation',
        observedAt: '2026-11-22T10:00:00.000Z',
        facts: { 'channel.encryption': 'encrypted', 'asset.inventory.lastSeen': '2026-11-22T10:00:00.000Z' },
        unseen: { 'auth.anonymous.accepted': 'blocked' },
        basis: { 'channel.encryption': 'authoritative' },
        ref: 'sha256:1',
      },
      expect.objectContaining({
        about: { kind: 'system' },
        channel: 'broker-1/mqtt',
        facts: { 'cloud.account.count': 1 },
      }),
    ]);
  });

  it('shares what was seen of an asset with each system that lists it', () => {
    expect(from('mqtt', input({}, 'other').evidence).map(({ about }) => about)).toEqual([
      { kind: 'asset', id: 'broker-1' },
    ]);
  });

  it('gives imports to present ids, and no system those of another', () => {
    expect(from('import:cmdb')).toEqual([
      {
        about: { kind: 'asset', id: 'plc-1' },
        channel: 'import:cmdb.csv',
        kind: 'imported',
        facts: { 'asset.owner': 'Max' },
        ref: expect.stringMatching(/^sha256:[0-9a-f]{64}#2$/),
      },
    ]);
  });

  it('gives a statement to every subject that it reaches', () => {
    expect(from('statement:configuration')).toEqual([
      {
        about: { kind: 'asset', id: 'plc-1' },
        channel: 'statement:conf',
        kind: 'stated',
        facts: { 'device.capabilities': ['backup', 'logging'] },
        ref: 'conf',
      },
    ]);
    expect(from('statement:interview').map(({ about, ref }) => ({ about, ref }))).toEqual([
      { about: { kind: 'system' }, ref: 'owner' },
    ]);
  });

  it('lets an examination vouch for what it examined, under the name of the examiner', () => {
    const told = input().evidence.filter(({ source }) => source === 'examine');
    expect(told.map(({ about, channel, kind, by, ref, facts }) => ({ about, channel, kind, by, ref, facts }))).toEqual([
      {
        about: { kind: 'asset', id: 'plc-1' },
        channel: 'statement:look/conf',
        kind: 'examined',
        by: 'eve',
        ref: 'look',
        facts: { 'device.capabilities': ['backup', 'logging'] },
      },
      {
        about: { kind: 'system' },
        channel: 'statement:look/owner',
        kind: 'examined',
        by: 'eve',
        ref: 'look',
        facts: { 'program.owner.name': 'Ada' },
      },
    ]);
  });

  it('takes the decisions of its own system, about the members that they name', () => {
    expect(input().decisions.map(({ id, kind, members, set }) => ({ id, kind, members, set }))).toEqual([
      { id: 'ex', kind: 'exception', members: ['broker-1'], set: undefined },
      { id: 'na', kind: 'notApplicable', members: ['plc-1'], set: undefined },
      { id: 'none', kind: 'emptySet', members: undefined, set: 'PARTNER & CRIT' },
    ]);
  });

  it('leaves out what lies after now', () => {
    const before = new Date('2026-10-01T00:00:00Z');
    const { evidence: told, decisions } = input({ now: before, plantSince: new Date('2026-09-01T00:00:00Z') });
    expect([...new Set(told.map(({ source }) => source))]).toEqual(['inventory']);
    expect(decisions).toEqual([]);
  });

  it('gives the same for the same', () => {
    expect(JSON.stringify(input())).toBe(JSON.stringify(input()));
  });
});

describe('the facts of a plant file', () => {
  const since = new Date('2026-11-01T00:00:00.000Z');
  const inventory = input({ plantSince: since }).evidence.filter(({ source }) => source === 'inventory');
  const about = (id: string) =>
    inventory.find(({ about: { kind, ...rest } }) => kind !== 'system' && 'id' in rest && rest.id === id)?.facts;

  it('are typed by the vocabulary, and only those that the inventory may fill', () => {
    for (const { about: subject, facts, kind, observedAt } of inventory) {
      expect([kind, observedAt]).toEqual(['stated', '2026-11-01T00:00:00.000Z']);
      for (const [name, value] of Object.entries(facts)) {
        expect(isFactName(name) && mayFill('inventory', name), name).toBe(true);
        if (!isFactName(name)) continue;
        expect(problemWith(name, value), name).toBeUndefined();
        expect(aboutOf(name)).toBe(subject.kind);
      }
    }
  });

  it('repeat what the file says of an asset', () => {
    expect(about('plc-1')).toEqual({
      'asset.inventory.known': true,
      'asset.safetyFunction': false,
      'asset.exposed': false,
      'asset.owner': 'max',
      'asset.location.zone': 'cell',
      'device.vendor': 'Siemens AG',
      'device.model': 'S7',
      'device.assetType': 'cell-plc',
      'device.capabilities': ['backup'],
      'service.declared': [
        { id: 'tcp/102', port: 102, transport: 'tcp', protocol: 's7', cleartext: true, crossesZone: false },
      ],
      'protocol.unauthenticated': ['s7'],
    });
    expect(about('plc-9')).toEqual({ 'asset.retiredAt': '2026-05-31T22:00:00.000Z' });
    expect(about('remote-help')).toEqual({ 'organisation.relation': ['servicePartner'] });
  });

  it('are absent where the file says nothing', () => {
    expect(about('hmi-1')).toEqual({
      'asset.inventory.known': true,
      'asset.safetyFunction': false,
      'device.assetType': 'hmi',
    });
  });

  it('repeat what the file says of the system', () => {
    expect(inventory.find(({ about: { kind } }) => kind === 'system')?.facts).toEqual({
      'program.owner.name': 'ada',
      'program.owner.confirmedAt': '2026-08-31T22:00:00.000Z',
      'target.practices.total': 2,
      'target.practices.rationale.count': 1,
      'program.practices.targeted.total': 1,
      'scope.declaredAt': '2026-11-01T00:00:00.000Z',
      'scope.groups.total': 4,
      'scope.groups.resolved.count': 3,
      'site.register': [{ id: 'north' }],
      'zone.register': [
        { id: 'cell', type: 'process', critical: true },
        { id: 'dmz', type: 'dmz', critical: false },
      ],
      'inventory.presence.zones.total': 1,
      'conduit.register': [{ id: 'c-1', from: 'cell', to: 'dmz', towardsCritical: true }],
      'conduit.total': 1,
      'retirement.register': [
        { id: 'plc-9', retiredAt: '2026-05-31T22:00:00.000Z', approver: 'ada', identitiesRevoked: true },
      ],
      'assetType.register': [
        { id: 'cell-plc', main: true, critical: true, supportEndsAt: '2030-12-31T23:00:00.000Z' },
        { id: 'eclipse-broker', main: true, critical: false },
        { id: 'hmi', main: true, critical: false },
      ],
    });
  });

  it('never lie after now, whatever the clock of the file says', () => {
    const told = input({ plantSince: new Date('2030-01-01T00:00:00Z') }).evidence;
    expect(told.filter(({ source }) => source === 'inventory').map(({ observedAt }) => observedAt)).toEqual(
      Array.from({ length: inventory.length }, () => '2026-11-23T10:00:00.000Z'),
    );
  });
});

describe('every fact', () => {
  it('is about an asset, a system or an organisation', () => {
    fc.assert(
      fc.property(fc.constantFrom(...factNames), (name) => ['asset', 'system', 'organisation'].includes(aboutOf(name))),
    );
  });
});

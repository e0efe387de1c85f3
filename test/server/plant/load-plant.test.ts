import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { practiceCodes } from '../../../rules/engine/model.ts';
import { plantFileSchema, plantJsonSchema, targetCodes } from '../../../server/contract/plant-file.ts';
import { loadPlant } from '../../../server/plant/load-plant.ts';
import { readYaml } from '../../../server/plant/yaml-source.ts';
import { collectors, load, now, plantFolder, problemsOf, told } from './plant-folder.ts';

const folder = plantFolder();
const plants = join(import.meta.dirname, 'plants');

function faults(yaml: string): string[] {
  return told(problemsOf(() => load(folder.write({ 'plant.yaml': yaml }))));
}

const head = 'plimsoll: 1\nsite: {id: north}\n';
/** A plant with one asset, at line 5. */
function asset(lines: string): string {
  return `${head}systems:\n  - assets:\n      - ${lines}\n    id: line\n`;
}

describe('a plant file', () => {
  it('loads from the least that works, and says every default that it assumed', () => {
    const plant = load(
      folder.write({
        'p.yaml': `${head}systems: [{id: line-1, assets: [{id: plc-1, kind: plc}, {id: m, kind: meter}]}]\n`,
      }),
    );
    expect(plant.assets.map(({ id, criticality, zone, type }) => ({ id, criticality, zone, type }))).toEqual([
      { id: 'plc-1', criticality: 'critical', zone: 'unzoned', type: 'plc' },
      { id: 'm', criticality: 'normal', zone: 'unzoned', type: 'meter' },
    ]);
    expect(plant.assets[0]).not.toHaveProperty('exposed');
    expect(plant.assumed.map(({ path, value }) => `${path}=${value}`)).toEqual([
      'site.timeZone=UTC',
      'site.name=north',
      'organisation.id=own',
      'organisation.name=own',
      'systems[0].name=line-1',
      'systems[0].role=owner',
      'systems[0].assets[0].zone=unzoned',
      'systems[0].assets[0].criticality=critical',
      'systems[0].assets[0].type=plc',
      'systems[0].assets[1].zone=unzoned',
      'systems[0].assets[1].criticality=normal',
      'systems[0].assets[1].type=meter',
    ]);
  });

  it('takes networks of zones and further addresses of assets, and refuses what is no network', () => {
    const zoned = (network: string) =>
      `${head}zones: [{id: cell, networks: [10.1.2.0/24, "${network}"]}]
systems: [{id: line, assets: [{id: p, kind: plc, zone: cell, addresses: [10.1.2.7, "00:1b:1b:00:00:07"]}]}]\n`;
    const plant = load(folder.write({ 'p.yaml': zoned('fd00:1::/64') }));
    expect(plant.zones[0]?.networks).toEqual(['10.1.2.0/24', 'fd00:1::/64']);
    expect(plant.assets[0]?.addresses).toEqual(['10.1.2.7', '00:1b:1b:00:00:07']);
    expect(faults(zoned('10.1.2.7/24'))).toEqual([expect.stringContaining('a network such as 10.1.2.0/24')]);
  });

  it('turns dates into instants of the site: a date begins at 00:00 there, an end date ends its day', () => {
    const plant = load(join(plants, 'two-lines.yaml'));
    expect(plant.validUntil).toBe('2027-06-30T22:00:00.000Z');
    expect(plant.retired[0]?.on).toBe('2026-05-31T22:00:00.000Z');
    expect(plant.consents.map(({ id, on, until }) => [id, on, until])).toEqual([
      ['line-3-consent-1', '2026-10-31T23:00:00.000Z', '2027-01-15T23:00:00.000Z'],
      ['line-3-consent-2', '2026-10-31T23:00:00.000Z', '2027-01-30T23:00:00.000Z'],
    ]);
  });

  it('takes person days by effort class, of some classes or none', () => {
    const costs = (line: string) => load(folder.write({ 'plant.yaml': `${head}systems: [{id: s}]\n${line}` })).costs;
    expect(costs('costs: {M: 4.5, XL: 60}')).toEqual({ M: 4.5, XL: 60 });
    expect(costs('')).toBeUndefined();
  });

  it('follows references, applies the default target and makes document paths absolute', () => {
    const plant = load(join(plants, 'two-lines.yaml'));
    expect(plant.systems.map(({ assets, organisations }) => ({ assets, organisations }))).toEqual([
      { assets: ['broker-1', 'shared-broker'], organisations: ['remote-help'] },
      { assets: ['shared-broker'], organisations: [] },
    ]);
    expect(plant.systems[0]?.targets).toMatchObject({ SPM: { level: 2 }, ACC: { level: 3, scope: 'general' } });
    expect(plant.systems[1]?.targets).toEqual({});
    expect(plant.assets[0]?.probes.map(({ url }) => url)).toEqual([
      'mqtts://10.1.2.3:8883',
      `file://${join(plants, 'mosquitto.conf')}`,
    ]);
    expect(plant.assets[0]?.probes[0]?.options).toEqual({ level: 1 });
  });

  it('names every problem at once, each with its line', () => {
    const yaml = [
      'plimsoll: 2',
      'site: {id: North, timezone: Europe/Berlin}',
      'zones:',
      '  - {id: cell, touch: reed}',
      '  - {id: cell, windows: [Tuesday]}',
      'systems:',
      '  - id: line',
      '    schedule: often',
      '    assets:',
      '      - {id: plc-1, kind: pcl, zone: cel}',
      '      - {id: plc-1, kind: plc, criticality: high}',
      '      - {ref: elsewhere}',
      '    consents: [{assets: [plc-2], tests: [mqtt.anonymus], by: a, reason: b, on: 2026-02-30}]',
      'colour: red',
    ].join('\n');
    expect(faults(yaml)).toEqual([
      '1 plimsoll: 1, found 2',
      '2 site.id: an id of at most 63 small letters, digits and hyphens, found "North"',
      '2 site.timezone: one of the keys id, name, timeZone, contact, fragile, clock, notices, found "timezone" (did you mean "timeZone"?)',
      '4 zones[0].touch: one of none, passive, identify, read, found "reed" (did you mean "read"?)',
      '5 zones[1].windows[0]: a weekly window such as "Tue 09:00-15:00", found "Tuesday"',
      `5 zones[1].id: each zone id once, found "cell" again (first at ${join(folder.path, 'plant.yaml')}:4)`,
      '8 systems[0].schedule: a cron expression of five fields, such as "0 10 * * 2", found "often"',
      expect.stringContaining(
        '10 systems[0].assets[0].kind: one of plc, rtu, drive, robot, relay, safety, sensor, actuator, meter, camera',
      ),
      '10 systems[0].assets[0].zone: the id of a zone of this file, found "cel" (did you mean "cell"?)',
      '11 systems[0].assets[1].criticality: one of low, normal, critical, found "high"',
      `11 systems[0].assets[1].id: each asset id once, found "plc-1" again (first at ${join(folder.path, 'plant.yaml')}:10)`,
      '12 systems[0].assets[2].ref: the id of an asset of another system, found "elsewhere"',
      '13 systems[0].consents[0].assets[0]: the id of an asset of line, found "plc-2" (did you mean "plc-1"?)',
      '13 systems[0].consents[0].tests[0]: one of mqtt.anonymous, mqtt.wildcard, found "mqtt.anonymus" (did you mean "mqtt.anonymous"?)',
      '13 systems[0].consents[0].on: a date of the calendar, found "2026-02-30"',
      '14 colour: one of the keys plimsoll, validUntil, organisation, site, trust, credentials, types, conduits, zones, systems, costs, statements, imports, found "colour"',
    ]);
  });

  it.each([
    [
      'a profile',
      `${head}systems: [{id: a, profile: food}]`,
      '3 systems[0].profile: no such key yet: profiles are not supported yet, found "food"',
    ],
    [
      'an agent of a zone',
      `${head}zones: [{id: a, agent: b}]\nsystems: [{id: a}]`,
      '3 zones[0].agent: no such key yet: agents per zone are not supported yet, found "b"',
    ],
  ])('refuses %s instead of ignoring it', (_what, yaml, expected) => {
    expect(faults(yaml)).toEqual([expected]);
  });

  it.each([
    [
      'an unknown collector',
      '{collector: mqt, url: "mqtt://h"}',
      'collector: one of mqtt, snmp, tls, found "mqt" (did you mean "mqtt"?)',
    ],
    [
      'a scheme of another collector',
      '{collector: tls, url: "mqtt://h"}',
      'url: a URL of tls: tls://, https://, found mqtt:',
    ],
    [
      'a password in the URL, without repeating it',
      '{collector: mqtt, url: "mqtt://me:hunter2@h"}',
      'url: a URL without user and password, found an @ in it (name a credential instead)',
    ],
    [
      'an address range',
      '{collector: tls, url: "tls://10.0.0.0/24"}',
      'url: the address of one device, found the range 10.0.0.0/24',
    ],
    [
      'a range in the last number',
      '{collector: tls, url: "tls://10.0.0.1-9:443"}',
      'url: the name or address of one device, found "10.0.0.1-9"',
    ],
    [
      'a pattern',
      '{collector: tls, url: "tls://10.0.0.*"}',
      'url: the name or address of one device, found "10.0.0.*"',
    ],
    [
      'a multicast address',
      '{collector: tls, url: "tls://224.0.0.1"}',
      'url: the name or address of one device, found 224.0.0.1, an address of none or many',
    ],
    ['several hosts', '{collector: tls, url: "tls://a,b:443"}', 'url: the name or address of one device, found "a,b"'],
    ['a port out of range', '{collector: tls, url: "tls://h:70000"}', 'url: a port from 1 to 65535, found 70000'],
    [
      'a credential that is not there',
      '{collector: mqtt, url: "mqtt://h", credential: x}',
      'credential: the name of a credential of this file, found "x"',
    ],
    [
      'a misspelt option',
      '{collector: mqtt, url: "mqtt://h", options: {lvel: 2}}',
      'options.lvel: one of the keys foreignTopic, level, found "lvel" (did you mean "level"?)',
    ],
    [
      'an option of the wrong type',
      '{collector: mqtt, url: "mqtt://h", options: {level: high}}',
      'options.level: a number, found "high"',
    ],
  ])('refuses a probe with %s', (_what, probe, expected) => {
    expect(faults(asset(`{id: a, kind: broker, probes: [${probe}]}`))).toEqual([
      `5 systems[0].assets[0].probes[0].${expected}`,
    ]);
  });

  it.each([
    [
      'a safety asset said to carry no safety function',
      '{id: a, kind: safety, safetyFunction: false}',
      'safetyFunction: true: kind safety always carries a safety function, found false',
    ],
    ['a number where a text belongs', '{id: a, kind: plc, model: 1.20}', 'model: a text, found 1.2 (put it in quotes)'],
    ['a kind that is missing', '{id: a}', 'kind: a kind such as plc, gateway or broker, found nothing'],
    [
      'an interface without port',
      '{id: a, kind: plc, interfaces: [{protocol: modbus}]}',
      'interfaces[0].port: a number, found nothing',
    ],
    ['an approval without end', '{id: a, kind: plc, approval: {by: maker}}', 'approval.until: a text, found nothing'],
    [
      'an approval for a collector that is none',
      '{id: a, kind: plc, approval: {by: maker, for: [tls, snmq], until: 2027-03-01}}',
      'approval.for[1]: one of mqtt, snmp, tls, found "snmq" (did you mean "snmp"?)',
    ],
    [
      'an approval for nothing',
      '{id: a, kind: plc, approval: {by: maker, for: [], until: 2027-03-01}}',
      'approval.for: at least one collector, found an empty list',
    ],
    [
      'an approval that ends before it begins',
      '{id: a, kind: plc, approval: {by: maker, on: 2027-03-02, until: 2027-03-01}}',
      'approval.until: a date after on, found "2027-03-01"',
    ],
    [
      'two probes of one id',
      '{id: a, kind: broker, probes: [{collector: tls, url: "tls://h"}, {collector: tls, url: "tls://h:1"}]}',
      /each probe id once, found "tls" again/,
    ],
  ])('refuses %s', (_what, text, expected) => {
    const found = faults(asset(text));
    expect(found).toHaveLength(1);
    if (typeof expected === 'string') expect(found[0]).toBe(`5 systems[0].assets[0].${expected}`);
    else expect(found[0]).toMatch(expected);
  });

  it.each([
    [
      'a zone that opens a protocol which knows a log-in',
      'zones: [{id: a, otIdentity: [modbus, opcua]}]\nsystems: [{id: s}]',
      '3 zones[0].otIdentity[1]: one of modbus, enip, bacnet, found "opcua"',
    ],
    [
      'a conduit to nowhere',
      'zones: [{id: a}]\nconduits: [{id: c, from: a, to: b}]\nsystems: [{id: s}]',
      '4 conduits[0].to: the id of a zone of this file, found "b"',
    ],
    [
      'a type that is not described',
      'types: [{id: big}]\nsystems: [{id: s, assets: [{id: x, kind: plc, type: bug}]}]',
      '4 systems[0].assets[0].type: the id of a type of this file, found "bug" (did you mean "big"?)',
    ],
    [
      'a retired asset that is still listed',
      'systems: [{id: s, assets: [{id: x, kind: plc}], retired: [{id: x, on: 2026-01-01, reason: r, by: b, identitiesRevoked: true}]}]',
      '3 systems[0].retired[0].id: an asset that is no longer listed, found "x", which still is',
    ],
    [
      'a retirement approved by the technical owner',
      'systems: [{id: s, owners: {technical: b}, retired: [{id: x, on: 2026-01-01, reason: r, by: b, identitiesRevoked: true}]}]',
      '3 systems[0].retired[0].by: somebody other than the technical owner, found "b"',
    ],
    [
      'a former id that another asset bears',
      'systems: [{id: s, assets: [{id: x, kind: plc, formerly: [y]}, {id: y, kind: plc}]}]',
      /systems\[0\]\.assets\[0\]\.formerly\[0\]: each asset id once, found "y" again/,
    ],
    [
      'a consent of more than 90 days',
      'systems: [{id: s, assets: [{id: x, kind: plc}], consents: [{assets: [x], tests: [mqtt.anonymous], by: b, reason: r, on: 2026-01-01, until: 2026-04-02}]}]',
      '3 systems[0].consents[0].until: at most 90 days after on, found "2026-04-02"',
    ],
    [
      'a target of 0 without a reason',
      'systems: [{id: s, targets: {ACC: 0}}]',
      '3 systems[0].targets.ACC: a reason beside level 0, found none',
    ],
    [
      'a target of an unknown practice',
      'systems: [{id: s, targets: {AAC: 2}}]',
      /targets\.AAC: one of the keys default, SPM.*did you mean "ACC"/,
    ],
    [
      'a target above 4',
      'systems: [{id: s, targets: {ACC: 5}}]',
      '3 systems[0].targets.ACC: a level from 0 to 4, found 5',
    ],
    ['a cost of less than nothing', 'systems: [{id: s}]\ncosts: {S: -1}', '4 costs.S: person days from 0, found -1'],
    ['a cost of an unknown class', 'systems: [{id: s}]\ncosts: {XXL: 100}', /costs\.XXL: one of the keys S, M, L, XL/],
    ['a schedule with seconds', 'systems: [{id: s, schedule: "* * * * * *"}]', /a cron expression of five fields/],
    [
      'a schedule that never comes',
      'systems: [{id: s, schedule: "0 0 30 2 *"}]',
      /a schedule that comes round|a cron expression/,
    ],
    ['no system', 'systems: []', '3 systems: at least one system, found an empty list'],
    [
      'an import of an unknown kind',
      'imports: [{file: ./plant.yaml, source: siam}]\nsystems: [{id: s}]',
      /imports\[0\]\.source: one of .*did you mean "siem"/,
    ],
    [
      'a statement file that is not there',
      'statements: [./none.yaml]\nsystems: [{id: s}]',
      /^3 statements\[0\]: a file, found no file .*none\.yaml$/,
    ],
    [
      'a folder of statements that is not there',
      'statements: [./none/*.yaml]\nsystems: [{id: s}]',
      /^3 statements\[0\]: files in a readable folder, found no folder .*none$/,
    ],
    [
      'an anchor that is not there',
      'trust: [./none.pem]\nsystems: [{id: s}]',
      '3 trust[0]: a readable PEM file, found no such file',
    ],
    [
      'a blackout that ends before it begins',
      'zones: [{id: a, blackouts: ["2026-12-24 00:00/2026-12-23 00:00"]}]\nsystems: [{id: s}]',
      /blackouts\[0\]: an interval/,
    ],
  ])('refuses %s', (_what, text, expected) => {
    const found = faults(head + text);
    expect(found).toHaveLength(1);
    if (typeof expected === 'string') expect(found[0]).toBe(expected);
    else expect(found[0]).toMatch(expected);
  });

  it('takes shifts, signals, budgets and gateways, paths absolute', () => {
    const zone =
      '{id: c, shifts: ["Mon 06:00-22:00"], link: satellite, bytesPerDay: 5000, holdFile: ./hold, heartbeat: {file: ./beat, min: 1}}';
    const assets =
      '{id: gw, kind: gateway, zone: c}, {id: d, kind: drive, zone: c, behind: gw, overLink: {by: ada, until: 2027-01-01}}';
    const yaml = `${head}types: [{id: gateway, fragile: bulletin 7}, {id: drive}]\nzones: [${zone}]\nsystems: [{id: s, assets: [${assets}]}]`;
    const plant = load(folder.write({ 'plant.yaml': yaml }));
    expect(plant.zones[0]).toMatchObject({
      shifts: ['Mon 06:00-22:00'],
      link: 'satellite',
      bytesPerDay: 5000,
      holdFile: expect.stringMatching(/^\/.*\/hold$/),
      heartbeat: { file: expect.stringMatching(/^\/.*\/beat$/), min: 1, maxAgeSeconds: 60 },
    });
    expect(plant.types[0]?.fragile).toBe('bulletin 7');
    expect(plant.assets[1]).toMatchObject({
      behind: 'gw',
      overLink: { by: 'ada', until: '2027-01-02T00:00:00.000Z' },
    });
  });

  it.each([
    ['a heartbeat without a band', 'heartbeat: {file: ./beat}', /zones\[0\]\.heartbeat: min, max or both/],
    ['a heartbeat that is never healthy', 'heartbeat: {file: ./beat, min: 3, max: 2}', /heartbeat\.max: at least min/],
    ['a shift that is no window', 'shifts: [always]', /shifts\[0\]: a weekly window/],
  ])('refuses %s', (_, keys, expected) => {
    expect(faults(`${head}zones: [{id: c, ${keys}}]\nsystems: [{id: s}]`).join('\n')).toMatch(expected);
  });

  it('refuses a gateway that is no asset, itself, or behind another', () => {
    const assets =
      '{id: a, kind: gateway, behind: nowhere}, {id: b, kind: drive, behind: b}, {id: c, kind: drive, behind: b}';
    const told = faults(`${head}systems: [{id: s, assets: [${assets}]}]`).join('\n');
    expect(told.match(/behind: /g)).toHaveLength(3);
  });

  it('refuses a time zone that is none', () => {
    expect(faults('plimsoll: 1\nsite: {id: a, timeZone: Europe/Berlon}\nsystems: [{id: s}]')).toEqual([
      '2 site.timeZone: an IANA time zone such as Europe/Berlin, found "Europe/Berlon"',
    ]);
  });

  it.each([
    ['nothing', '', ['1 : a map, found nothing']],
    ['a list', '- 1', ['1 : a map, found a list']],
    [
      'its version alone',
      'plimsoll: 1',
      ['1 site: a map, found nothing', '1 systems: a list of systems, found nothing'],
    ],
  ])('refuses a file that holds %s, and says each thing once', (_what, text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  it('refuses a file that is not there', () => {
    expect(told(problemsOf(() => load(join(folder.path, 'missing.yaml'))))).toEqual([
      '0 : a readable file, found no such file',
    ]);
  });

  it('takes anchors as PEM texts, and no private key among them', () => {
    const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
    folder.write({ 'ca.pem': certificate, 'both.pem': certificate + key, 'text.pem': 'hello' });
    const file = folder.write({ 'p.yaml': `${head}trust: [./ca.pem]\nsystems: [{id: s}]` });
    expect(load(file)).toMatchObject({ trust: [certificate], companions: [join(folder.path, 'ca.pem')] });
    expect(faults(`${head}trust: [./both.pem, ./text.pem]\nsystems: [{id: s}]`)).toEqual([
      '3 trust[0]: certificates only, found a private key',
      '3 trust[1]: a PEM file of certificates, found no certificate in it',
    ]);
  });

  it('takes a zone without description where the file describes none', () => {
    const plant = load(
      folder.write({ 'p.yaml': `${head}systems: [{id: s, assets: [{id: x, kind: plc, zone: cell-1}]}]` }),
    );
    expect(plant.zones).toEqual([{ id: 'cell-1', name: 'cell-1', windows: [], blackouts: [], link: 'ethernet' }]);
  });

  it('accepts a profile that a pack brings', () => {
    const file = folder.write({ 'p.yaml': `${head}systems: [{id: s, profile: food}]` });
    expect(loadPlant(file, { now, collectors, profiles: ['food'] }).systems[0]?.profile).toBe('food');
  });
});

describe('credentials of a plant file', () => {
  const secret = 'hunter2-very-secret';

  it.each([
    ['password', `{username: u, password: ${secret}}`, 'password'],
    ['community', `{community: ${secret}}`, 'community'],
    ['key', `{certificate: ./c.pem, key: ${secret}}`, 'key'],
    ['privKey', `{user: u, authProtocol: sha256, authKey: {env: A}, privProtocol: aes, privKey: ${secret}}`, 'privKey'],
    ['privateKey', `{username: u, privateKey: ${secret}}`, 'privateKey'],
    ['secretAccessKey', `{accessKeyId: A, secretAccessKey: ${secret}}`, 'secretAccessKey'],
  ])('refuse %s written out, and never repeat it', (_what, text, key) => {
    const found = faults(`${head}credentials:\n  a: ${text}\nsystems: [{id: s}]`);
    expect(found).toEqual([
      `4 credentials.a.${key}: {env: NAME} or {file: PATH}, never the secret itself, found a text written out`,
    ]);
    expect(found.join()).not.toContain(secret);
  });

  it('refuse a key that the kind does not have', () => {
    expect(faults(`${head}credentials: {a: {community: {env: C}, username: u}}\nsystems: [{id: s}]`)).toEqual([
      '3 credentials.a.username: one of the keys community, found "username"',
    ]);
  });

  it('refuse privacy without authentication', () => {
    const found = faults(
      `${head}credentials: {a: {user: u, privProtocol: aes, privKey: {env: P}}}\nsystems: [{id: s}]`,
    );
    expect(found).toEqual(['3 credentials.a.authKey: authentication under privacy, found nothing']);
  });

  it('must be of a kind that the collector takes', () => {
    const found = faults(
      `${head}credentials: {a: {community: {env: C}}}\nsystems: [{id: s, assets: [{id: x, kind: broker, probes: [{collector: mqtt, url: "mqtt://h", credential: a}]}]}]`,
    );
    expect(found).toEqual([
      '4 systems[0].assets[0].probes[0].credential: a credential that mqtt takes (password, certificate), found "a", a community',
    ]);
  });
});

describe('the schema for editors', () => {
  it('names every key of the file', () => {
    const schema = JSON.stringify(plantJsonSchema());
    for (const key of [
      'plimsoll',
      'redundancyGroup',
      'identitiesRevoked',
      'stopProcedure',
      'community',
      'columns',
      'ref',
    ]) {
      expect(schema).toContain(`"${key}"`);
    }
  });

  it('takes what the loader takes', () => {
    const { source } = readYaml(join(plants, 'two-lines.yaml'));
    expect(plantFileSchema.safeParse(source?.value).error).toBeUndefined();
  });

  it('knows the practices of the model and no others', () => {
    expect([...targetCodes]).toEqual(practiceCodes);
  });
});

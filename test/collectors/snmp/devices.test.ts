import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Credential } from '../../../collectors/contract/credential.ts';
import { Secret } from '../../../collectors/contract/credential.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { describeWith } from '../../support/program.ts';
import { type Row, type Snmpsim, simulatedUser, startSnmpsim } from '../../support/snmpsim.ts';
import { provenRun } from '../proof-suite.ts';

const entry = collectorOf('snmp');
if (entry === undefined) throw new Error('the snmp collector is not on the list');
const snmp = entry;

const hirschmann = '1.3.6.1.4.1.248.11';
const siemens = '1.3.6.1.4.1.4329.6.3.2.1.1';
const moxa = '1.3.6.1.4.1.8691.7.69';
const ifEntry = '1.3.6.1.2.1.2.2.1';
const lldp = '1.0.8802.1.1.2.1';
const ticksPerDay = 8_640_000;

function system(description: string, objectId: string, days: number): Row[] {
  return [
    ['1.3.6.1.2.1.1.1.0', '4', description],
    ['1.3.6.1.2.1.1.2.0', '6', objectId],
    ['1.3.6.1.2.1.1.3.0', '67', days * ticksPerDay],
    ['1.3.6.1.2.1.1.4.0', '4', ''],
    ['1.3.6.1.2.1.1.5.0', '4', 'hall-3'],
    ['1.3.6.1.2.1.1.6.0', '4', ''],
    ['1.3.6.1.2.1.11.4.0', '65', 0],
    ['1.3.6.1.2.1.11.5.0', '65', 0],
    ['1.3.6.1.6.3.15.1.1.3.0', '65', 0],
    ['1.3.6.1.6.3.15.1.1.5.0', '65', 0],
  ];
}

/** A switch with ports: [administratively up, link, ticks of the last change]. */
function ports(rows: readonly (readonly [admin: number, oper: number, changed: number])[]): Row[] {
  return [
    ['1.3.6.1.2.1.17.1.2.0', '2', rows.length],
    ...rows.flatMap(([admin, oper, changed], index): Row[] => [
      [`${ifEntry}.3.${index + 1}`, '2', 6],
      [`${ifEntry}.7.${index + 1}`, '2', admin],
      [`${ifEntry}.8.${index + 1}`, '2', oper],
      [`${ifEntry}.9.${index + 1}`, '67', changed],
    ]),
    // A virtual interface that is up and has no link is no open socket.
    [`${ifEntry}.3.99`, '2', 24],
    [`${ifEntry}.7.99`, '2', 1],
    [`${ifEntry}.8.99`, '2', 2],
    [`${ifEntry}.9.99`, '67', 0],
  ];
}

function services({ on }: { on: boolean }): Row[] {
  const value = on ? 1 : 2;
  return [
    [`${hirschmann}.25.1.1.1.0`, '2', value],
    [`${hirschmann}.25.1.1.2.0`, '2', value],
    [`${hirschmann}.25.1.2.1.0`, '2', value],
    [`${hirschmann}.25.1.3.1.0`, '2', value],
    [`${hirschmann}.23.1.5.1.0`, '2', on ? 2 : 1],
    [`${hirschmann}.10.1.3.1.2.0`, '2', value],
  ];
}

const hios: Row[] = [
  ...system('Hirschmann GREYHOUND Switch', `${hirschmann}.1.2`, 90),
  [`${hirschmann}.10.1.1.3.0`, '4', '942170001'],
  [`${hirschmann}.10.1.3.1.10.1.5.1.1`, '4', 'HiOS-2A-09.4.00 2024-02-01 12:00'],
  [`${lldp}.2.2.0`, '66', 1],
  [`${lldp}.3.7.1.3.5`, '4', 'Module: 1 Port: 5'],
  [`${lldp}.4.1.1.5.0.5.1`, '4x', '00065b112233'],
  [`${lldp}.4.1.1.7.0.5.1`, '4', 'eth0'],
  [`${lldp}.4.1.1.9.0.5.1`, '4', 'plc-\u001b[31m7'],
  [`${lldp}.4.2.1.3.0.5.1.1.4.10.1.2.9`, '2', 2],
];
const trees: Record<string, Row[]> = {
  'hios-good': [
    ...hios,
    ...services({ on: false }),
    ...ports([
      [1, 1, 5],
      [2, 2, 0],
    ]),
  ],
  'hios-bad': [
    ...hios,
    ...services({ on: true }),
    ...ports([
      [1, 1, 5],
      [1, 2, 0],
      [1, 2, 10 * ticksPerDay],
      [1, 2, 80 * ticksPerDay],
    ]),
  ],
  'hios-young': [...system('Hirschmann', `${hirschmann}.1.2`, 3), ...ports([[1, 2, 0]])],
  scalance: [
    ...system('Siemens, SIMATIC NET, SCALANCE X208, FW: Version V4.05.00', '1.3.6.1.4.1.4329.6.3.2.1', 2),
    [`${siemens}.2.0`, '4', '6GK5 208-0BA10-2AA3'],
    [`${siemens}.3.0`, '4', 'VPC8123456'],
    [`${siemens}.4.0`, '4', '3'],
    [`${siemens}.5.0`, '4', 'V04.05.00'],
  ],
  moxa: [
    ...system('MOXA EDS-510E', moxa, 400),
    [`${moxa}.1.2.0`, '4', 'EDS-510E-3GTXSFP'],
    [`${moxa}.1.4.0`, '4', 'V5.3 build 20052218'],
    ['1.3.6.1.2.1.197.1.2.1.0', '2', 6],
  ],
  entity: [
    ...system('Router', '1.3.6.1.4.1.9.1.1208', 400),
    ['1.3.6.1.2.1.47.1.1.1.1.5.1', '2', 3],
    ['1.3.6.1.2.1.47.1.1.1.1.5.2', '2', 9],
    ['1.3.6.1.2.1.47.1.1.1.1.8.1', '4', 'V02'],
    ['1.3.6.1.2.1.47.1.1.1.1.10.1', '4', '17.9.4a'],
    ['1.3.6.1.2.1.47.1.1.1.1.11.1', '4', 'FOC2345X0AB'],
    ['1.3.6.1.2.1.47.1.1.1.1.13.1', '4x', '4945ff33'],
    ['1.3.6.1.2.1.197.1.2.1.0', '2', 2],
  ],
  endless: [
    ...system('Listener', '1.3.6.1.4.1.99999', 1),
    ...Array.from({ length: 260 }, (_, port): Row => [`1.3.6.1.2.1.7.7.1.8.1.4.0.0.0.0.${port + 1}.0.0.0.1`, '66', 0]),
    ['1.3.6.1.2.1.6.20.1.4.1.4.0.0.0.0.23', '66', 0],
  ],
  'door-list': [
    ...system('Listener', '1.3.6.1.4.1.99999', 1),
    ['1.3.6.1.2.1.7.7.1.8.1.4.0.0.0.0.161.0.0.0.1', '66', 0],
    ['1.3.6.1.2.1.7.7.1.8.1.4.10.0.0.1.5000.1.4.10.0.0.2.123.1', '66', 0],
    ['1.3.6.1.2.1.6.20.1.4.1.4.0.0.0.0.23', '66', 0],
    ['1.3.6.1.2.1.6.20.1.4.2.16.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.80', '66', 0],
  ],
};

describeWith(['snmpsimd'], 'snmp against simulated devices', () => {
  let simulator: Snmpsim;
  beforeAll(async () => {
    simulator = await startSnmpsim(trees);
  });
  afterAll(() => simulator.stop());

  const url = () => `snmp://127.0.0.1:${simulator.port}`;
  const strong: Credential = {
    kind: 'usm',
    user: simulatedUser.user,
    authProtocol: 'sha256',
    authKey: new Secret(simulatedUser.authKey),
    privProtocol: 'aes',
    privKey: new Secret(simulatedUser.privKey),
  };
  async function look(name: string) {
    const result = await provenRun(snmp, url(), { tier: 'T3', secret: strong, options: { context: name } });
    expect(result.outcome).toBe('observed');
    return result;
  }

  it('sees a hardened Hirschmann switch', async () => {
    const { facts } = await look('hios-good');
    expect(facts).toMatchObject({
      'device.vendor': 'Hirschmann',
      'device.serial': '942170001',
      'firmware.version': 'HiOS-2A-09.4.00 2024-02-01 12:00',
      'firmware.signed.required': true,
      'snmp.legacy.enabled': false,
      'service.legacy.enabled': [],
      'logging.remote.enabled': true,
      'network.ports.unusedOpen.count': 0,
      'network.neighbours': [
        { id: '5.1', port: 'Module: 1 Port: 5', neighbour: 'plc-\u001b[31m7', address: '10.1.2.9' },
      ],
    });
  });

  it('sees old services, unsigned software and unused ports on the same switch', async () => {
    const { facts, unseen } = await look('hios-bad');
    expect(facts).toMatchObject({
      'firmware.signed.required': false,
      'snmp.legacy.enabled': true,
      'service.legacy.enabled': ['http', 'snmpv1', 'snmpv2c', 'telnet'],
      'network.ports.unusedOpen.count': 2,
    });
    // Syslog is off, but traps may go somewhere: the tables that say so are not there.
    expect(unseen['logging.remote.enabled']).toBe('ambiguous');
  });

  it('leaves open for how long a port was unused when the switch is young', async () => {
    expect((await look('hios-young')).unseen['network.ports.unusedOpen.count']).toBe('ambiguous');
  });

  it('sees a Siemens switch by its order number, and an owner that nobody entered as unseen', async () => {
    const { facts, unseen } = await look('scalance');
    expect(facts).toMatchObject({
      'device.vendor': 'Siemens',
      'device.orderNumber': '6GK5 208-0BA10-2AA3',
      'device.serial': 'VPC8123456',
      'device.hardwareRevision': '3',
      'firmware.version': 'V04.05.00',
    });
    expect(unseen['asset.owner']).toBe('ambiguous');
    expect(unseen['network.ports.unusedOpen.count']).toBe('ambiguous');
  });

  it('finds the objects that Moxa keeps below the device’s own identifier, and a synchronised clock', async () => {
    const { facts, volatile, basis } = await look('moxa');
    expect(facts).toMatchObject({
      'device.vendor': 'Moxa',
      'device.model': 'EDS-510E-3GTXSFP',
      'firmware.version': 'V5.3 build 20052218',
      'time.sync.state': 'synchronised',
    });
    expect(basis['firmware.version']).toBe('stated');
    expect(volatile['monitor.rejectedAccess.count']).toBe(0);
  });

  it('reads the chassis of the entity table, and writes bytes that are no text as hex', async () => {
    const { facts } = await look('entity');
    expect(facts).toMatchObject({
      'device.vendor': 'Cisco',
      'device.model': 'hex:4945ff33',
      'device.serial': 'FOC2345X0AB',
      'device.hardwareRevision': 'V02',
      'firmware.version': '17.9.4a',
      'time.sync.state': 'unsynchronised',
    });
  });

  it('lists what listens, and not what talks to one peer', async () => {
    const { facts, unseen } = await look('door-list');
    expect(facts['service.listeners']?.map(({ id }) => id)).toEqual([
      'tcp/23/*',
      'tcp/80/0:0:0:0:0:0:0:1',
      'udp/161/*',
    ]);
    // Whether old SNMP is on, nobody said: the list of old services would claim that it is off.
    expect(unseen['service.legacy.enabled']).toBe('ambiguous');
  });

  it('gives no list of listeners when a table is longer than it may read', async () => {
    const result = await look('endless');
    expect(result.unseen['service.listeners']).toBe('ambiguous');
    expect(result.ledgerKinds['snmp.bulk']).toBeLessThanOrEqual(60);
  });

  it('names the old services once version 2c itself has answered', async () => {
    const secret: Credential = { kind: 'community', community: new Secret('door-list') };
    const result = await provenRun(snmp, url(), { tier: 'T3', secret });
    expect(result.facts['service.legacy.enabled']).toEqual(['http', 'snmpv2c', 'telnet']);
    expect(result.basis['service.legacy.enabled']).toBe('inferred');
  });
});

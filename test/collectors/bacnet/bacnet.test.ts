import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../../../collectors/bacnet/facts.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { type BacnetDevice, type BacnetIdentity, bacnet, startBacnetDevice } from '../../support/bacnet-device.ts';
import type { RunOptions } from '../../support/bare-look.ts';
import { nmapScript } from '../../support/nmap.ts';
import { describeWith, until } from '../../support/program.ts';
import { type Script, type Scripted, scriptedUdp } from '../../support/scripted-server.ts';
import { freeUdpPort } from '../../support/snmpd.ts';
import { proveCollector, provenRun, type Scene, told } from '../proof-suite.ts';

const found = collectorOf('bacnet');
if (found === undefined) throw new Error('bacnet is not on the list');
const entry = found;

const [whoIs, readProperty] = [8, 12];
const rooftop: BacnetIdentity = {
  instance: 4711,
  vendor: 260,
  texts: { 121: 'Kestrel Controls', 70: 'BX-20', 44: '4.2.1', 12: 'App 7', 77: 'roof-unit', 372: 'KB-0815-42' },
};

const sceneOf = (device: BacnetDevice, run: RunOptions = {}): Scene => ({
  url: `bacnet://127.0.0.1:${device.port}`,
  run,
  writes: () => device.services().filter((service) => service !== whoIs && service !== readProperty).length,
  stop: () => device.stop(),
});

proveCollector({
  entry,
  transport: 'udp',
  good: {
    name: 'a device that says who it is',
    start: async () => sceneOf(await startBacnetDevice(rooftop)),
    facts: {
      'service.listening': true,
      'protocol.unauthenticated': ['bacnet'],
      'device.vendor': 'Kestrel Controls',
      'device.model': 'BX-20',
      'firmware.version': '4.2.1',
      'device.serial': 'KB-0815-42',
      'identity.deviceId': 'bacnet:4711',
    },
    also: ({ ledgerKinds, basis }) => {
      expect(ledgerKinds).toEqual({ 'bacnet.whoIs': 1, 'bacnet.read': 4 });
      expect(basis['firmware.version']).toBe('stated');
    },
  },
  flaws: [
    {
      name: 'a device without a firmware revision',
      start: async () =>
        sceneOf(await startBacnetDevice({ ...rooftop, texts: { 121: 'Kestrel', 70: 'BX-20', 44: '' } })),
      facts: { 'device.model': 'BX-20' },
      unseen: { 'firmware.version': 'unsupported', 'device.serial': 'unsupported' },
    },
    {
      name: 'a device that has none of the four texts',
      start: async () => sceneOf(await startBacnetDevice({ ...rooftop, texts: {} })),
      facts: { 'identity.deviceId': 'bacnet:4711', 'protocol.unauthenticated': ['bacnet'] },
      unseen: { 'device.vendor': 'unsupported', 'device.model': 'unsupported', 'firmware.version': 'unsupported' },
    },
    {
      name: 'a device by its instance, without Who-Is',
      start: async () => sceneOf(await startBacnetDevice(rooftop), { options: { instance: 4711 } }),
      facts: { 'device.vendor': 'Kestrel Controls', 'identity.deviceId': 'bacnet:4711' },
      also: ({ ledgerKinds }) => expect(ledgerKinds).toEqual({ 'bacnet.read': 4 }),
    },
    {
      name: 'whoever is there, without Who-Is',
      start: async () => sceneOf(await startBacnetDevice(rooftop), { options: { instance: 4_194_303 } }),
      facts: { 'device.vendor': 'Kestrel Controls', 'identity.deviceId': 'bacnet:4711' },
    },
    {
      name: 'that another device than the declared one is there',
      start: async () => sceneOf(await startBacnetDevice(rooftop), { options: { instance: 4712 } }),
      facts: { 'protocol.unauthenticated': ['bacnet'] },
      unseen: { 'device.vendor': 'unsupported', 'identity.deviceId': 'unsupported' },
    },
  ],
  denied: [],
  hostile: {
    url: (port) => `bacnet://127.0.0.1:${port}`,
    // Whatever is no answer is waited out.
    run: { deadlineMs: 700 },
    beginnings: [
      { name: 'a frame that promises a message', options: { prefix: Buffer.from('810a05dc01001000c4', 'hex') } },
    ],
    maxBytes: 3 * 1024 * 1024,
  },
});

describeWith(['nmap'], 'bacnet beside another client', () => {
  // nmap asks over UDP only as root.
  it.skipIf(process.getuid?.() !== 0)('says what nmap finds on the same device', async () => {
    const device = await startBacnetDevice(rooftop);
    try {
      const { facts } = await provenRun(entry, `bacnet://127.0.0.1:${device.port}`);
      const printed = await nmapScript('bacnet-info', device.port, 'udp');
      expect(printed).toContain(`Vendor Name: ${facts['device.vendor']}`);
      expect(printed).toContain(`Model Name: ${facts['device.model']}`);
      expect(printed).toContain(`Firmware: ${facts['firmware.version']}`);
      expect(`bacnet:${/Object-identifier: (\d+)/.exec(printed)?.[1]}`).toBe(facts['identity.deviceId']);
    } finally {
      await device.stop();
    }
  });
});

it('would be caught writing: the device of these tests counts what else it is asked for', async () => {
  const device = await startBacnetDevice(rooftop);
  const other = new bacnet.default({ port: await freeUdpPort(), interface: '127.0.0.1', apduTimeout: 200 });
  try {
    const object = { type: bacnet.ObjectType.ANALOG_VALUE, instance: 1 };
    const value = [{ type: bacnet.ApplicationTag.REAL, value: 1 }];
    const written = other.writeProperty({ address: `127.0.0.1:${device.port}` }, object, 85, value, {});
    await written.catch(() => {});
    await until(() => device.services().length > 0, 'the write');
    expect(sceneOf(device).writes?.()).toBe(1);
  } finally {
    other.close();
    await device.stop();
  }
});

describe('bacnet against devices that answer otherwise', () => {
  let server: Scripted;
  let script: Script;
  beforeAll(async () => {
    server = await scriptedUdp((request, index) => script(request, index));
  });
  afterAll(() => server.stop());

  async function lookAt(answers: Script, run: RunOptions = {}) {
    server.requests.length = 0;
    script = answers;
    const result = await provenRun(entry, `bacnet://127.0.0.1:${server.port}`, run);
    for (const request of server.requests)
      expect(request.toString('hex')).toMatch(/^810a00(0e01001008|1[12]010400050[1-4]0c)/);
    return result;
  }
  const iAm = Buffer.from('810a00140100' + '1000c4020000032201e091032163', 'hex');
  const refusing = (apdu: string) => (request: Buffer) => {
    const bytes = Buffer.concat([Buffer.from('810a00090100', 'hex'), Buffer.from(apdu, 'hex')]);
    return request.readUInt8(7) === 8 ? iAm : bytes;
  };

  it.each([
    ['rejects', '600109'],
    ['aborts', '710104'],
  ])('asks nothing more of a device that %s a read', async (_, apdu) => {
    const result = await lookAt(refusing(apdu));
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.ledgerKinds).toEqual({ 'bacnet.whoIs': 1, 'bacnet.read': 1 });
    expect(result.facts).toMatchObject({ 'identity.deviceId': 'bacnet:3' });
    expect(result.unseen).toMatchObject({ 'device.vendor': 'unsupported', 'device.model': 'notTried' });
  });

  it('keeps waiting when something comes that nobody asked for, and keeps what it saw when the rest stays silent', async () => {
    const result = await lookAt((request) => (request.readUInt8(7) === 8 ? [Buffer.from('81'), iAm, iAm] : undefined), {
      deadlineMs: 8000,
    });
    expect(result.outcome, told(result)).toBe('timedOut');
    expect(result.facts).toEqual({
      'service.listening': true,
      'protocol.unauthenticated': ['bacnet'],
      'identity.deviceId': 'bacnet:3',
    });
    expect(result.unseen).toMatchObject({ 'device.vendor': 'timedOut' });
  });

  it('says how to ask a device that may have answered by broadcast', async () => {
    const result = await lookAt(() => undefined);
    expect(result.outcome, told(result)).toBe('timedOut');
    expect(result.detail).toContain('instance');
    expect(result.facts).toEqual({});
  });
});

it('reads the character sets that devices use, and shows the bytes of others', () => {
  expect(textOf({ set: 0, bytes: Buffer.from('Köln \0') })).toBe('Köln');
  expect(textOf({ set: 4, bytes: Buffer.from('004b00f6', 'hex') })).toBe('Kö');
  expect(textOf({ set: 5, bytes: Buffer.from('4bf6', 'hex') })).toBe('Kö');
  expect(textOf({ set: 4, bytes: Buffer.from('004b00', 'hex') })).toBe('hex:004b00');
  expect(textOf({ set: 1, bytes: Buffer.from('0352', 'hex') })).toBe('hex:0352');
  expect(textOf({ set: 0, bytes: Buffer.alloc(0) })).toBeUndefined();
  expect(textOf(undefined)).toBeUndefined();
});

it('takes one instance and no range of them', () => {
  for (const instance of [-1, 4_194_304, 1.5, '1-5', [1, 2]]) {
    expect(entry.manifest.options.safeParse({ instance }).success, JSON.stringify(instance)).toBe(false);
  }
});

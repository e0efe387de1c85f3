import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { vendorName } from '../../../collectors/enip/vendors.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { type EnipIdentity, encapsulated, startEnipDevice } from '../../support/enip-device.ts';
import { nmapScript } from '../../support/nmap.ts';
import { describeWith, until } from '../../support/program.ts';
import { scriptedTcp } from '../../support/scripted-server.ts';
import { proveCollector, provenRun, type Scene, told } from '../proof-suite.ts';

const found = collectorOf('enip');
if (found === undefined) throw new Error('enip is not on the list');
const enip = found;

const listIdentity = 0x63;
const controller: EnipIdentity = {
  vendor: 1,
  deviceType: 14,
  productCode: 166,
  revision: [33, 11],
  serial: 0x00c0ffee,
  name: '5069-L306ER/A',
};

async function scene(more: Partial<EnipIdentity> = {}): Promise<Scene> {
  const device = await startEnipDevice({ ...controller, ...more });
  return {
    url: `enip://127.0.0.1:${device.port}`,
    writes: () => device.commands().filter((command) => command !== listIdentity).length + device.connections() - 1,
    stop: () => device.stop(),
  };
}

proveCollector({
  entry: enip,
  transport: 'tcp',
  good: {
    name: 'a controller',
    start: () => scene(),
    facts: {
      'service.listening': true,
      'protocol.unauthenticated': ['enip'],
      'device.vendor': 'Rockwell Automation',
      'device.model': '5069-L306ER/A',
      'device.serial': '00C0FFEE',
      'firmware.version': '33.11',
      'identity.deviceId': 'cip:1:00C0FFEE',
    },
    also: ({ ledgerKinds, basis, transcript }) => {
      expect(ledgerKinds).toEqual({ 'enip.connect': 1, 'enip.listIdentity': 1 });
      expect(basis['firmware.version']).toBe('stated');
      expect(transcript.join('\n')).toContain('says its address is 192.0.2.17:44818');
    },
  },
  flaws: [
    {
      name: 'a device of a maker that is not on the list',
      start: () => scene({ vendor: 65_000, serial: 0 }),
      facts: { 'device.model': '5069-L306ER/A' },
      unseen: {
        'device.vendor': 'unsupported',
        'device.serial': 'unsupported',
        'identity.deviceId': 'unsupported',
      },
    },
    {
      name: 'a device without a name',
      start: () => scene({ name: '' }),
      facts: { 'device.vendor': 'Rockwell Automation' },
      unseen: { 'device.model': 'unsupported' },
    },
  ],
  denied: [],
  hostile: {
    url: (port) => `enip://127.0.0.1:${port}`,
    beginnings: [
      { name: 'a header that promises a list', options: { prefix: Buffer.from(`6300ff0f${'00'.repeat(20)}`, 'hex') } },
      {
        name: 'a list that promises items',
        options: { prefix: Buffer.from(`6300ff0f${'00'.repeat(20)}ffff`, 'hex'), filling: Buffer.alloc(4096) },
      },
    ],
    maxBytes: 1024 * 1024,
  },
});

describeWith(['nmap'], 'enip beside another client', () => {
  it('says what nmap finds on the same server', async () => {
    const device = await startEnipDevice(controller);
    try {
      const { facts } = await provenRun(enip, `enip://127.0.0.1:${device.port}`);
      const printed = await nmapScript('enip-info', device.port);
      expect(printed).toContain(`productName: ${facts['device.model']}`);
      expect(printed).toContain(`revision: ${facts['firmware.version']}`);
      expect(printed.toLowerCase()).toContain(`serialnumber: 0x${facts['device.serial']?.toLowerCase()}`);
      expect(printed).toContain(`vendor: ${facts['device.vendor']}`);
    } finally {
      await device.stop();
    }
  });
});

describe('enip against devices that answer otherwise', () => {
  async function lookAt(answer: (request: Buffer) => Uint8Array) {
    const server = await scriptedTcp(answer);
    try {
      const result = await provenRun(enip, `enip://127.0.0.1:${server.port}`);
      expect(Buffer.concat(server.requests).toString('hex')).toBe(`6300${'00'.repeat(22)}`);
      expect(server.connections()).toBe(1);
      return result;
    } finally {
      await server.stop();
    }
  }

  it.each([
    ['refuses the command', (request: Buffer) => encapsulated(request, Buffer.alloc(0), 1)],
    ['lists nothing', (request: Buffer) => encapsulated(request, Buffer.from([0, 0]))],
  ])('sees that a device which %s speaks the protocol to whoever asks', async (_, answer) => {
    const result = await lookAt(answer);
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts).toEqual({ 'service.listening': true, 'protocol.unauthenticated': ['enip'] });
    expect(result.unseen).toMatchObject({ 'device.vendor': 'unsupported', 'firmware.version': 'unsupported' });
  });

  it('takes the answer of another server for none', async () => {
    const result = await lookAt(() => Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
    expect(result.outcome, told(result)).toBe('unsupported');
    expect(result.facts).toEqual({ 'service.listening': true });
  });
});

it('would be caught opening a session: the device of these tests counts what else it is asked for', async () => {
  const device = await startEnipDevice(controller);
  const socket = connect(device.port, '127.0.0.1');
  try {
    socket.write(Buffer.from(`65000400${'00'.repeat(20)}01000000`, 'hex'));
    await until(() => device.commands().length > 0, 'the command');
    expect(device.commands()).toEqual([0x65]);
  } finally {
    socket.destroy();
    await device.stop();
  }
});

it('knows makers under the names by which the plant file calls them', () => {
  expect([1, 47, 243, 1251].map(vendorName)).toEqual(['Rockwell Automation', 'Omron', 'Schneider Electric', 'Siemens']);
  expect(vendorName(64_999)).toBeUndefined();
});

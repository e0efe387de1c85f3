import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectorOf } from '../../../collectors/registry.ts';
import type { RunOptions } from '../../support/bare-look.ts';
import { nmapScript } from '../../support/nmap.ts';
import { describeWith } from '../../support/program.ts';
import { type Pymodbus, startPymodbus } from '../../support/pymodbus.ts';
import { type Script, type Scripted, scriptedTcp } from '../../support/scripted-server.ts';
import { proveCollector, provenRun, type Scene, told } from '../proof-suite.ts';
import { answerFrame, exceptionFrame, questionOf } from './device.ts';

const found = collectorOf('modbus');
if (found === undefined) throw new Error('modbus is not on the list');
const modbus = found;

const readIdentification = 43;
const names = { 0: 'Kestrel', 1: 'KX-410', 2: 'V2.7.1', 3: 'kestrel.example', 4: 'Filler', 5: 'KX-410/2', 6: 'line 3' };
const sceneOf = (server: Pymodbus): Scene => ({
  url: `modbus://127.0.0.1:${server.port}`,
  writes: () => server.functions().filter((code) => code !== readIdentification).length,
  stop: () => server.stop(),
});

describeWith(['pymodbus.server', 'nmap'], 'modbus against pymodbus', () => {
  proveCollector({
    entry: modbus,
    transport: 'tcp',
    good: {
      name: 'a device with all the regular names',
      start: async () => sceneOf(await startPymodbus(names)),
      facts: {
        'service.listening': true,
        'protocol.unauthenticated': ['modbus'],
        'device.vendor': 'Kestrel',
        'device.orderNumber': 'KX-410',
        'device.model': 'KX-410/2',
        'firmware.version': 'V2.7.1',
      },
      also: ({ basis, ledgerKinds }) => {
        expect(basis['device.vendor']).toBe('stated');
        expect(ledgerKinds).toEqual({ 'modbus.connect': 1, 'modbus.identify': 2 });
      },
    },
    flaws: [
      {
        name: 'a device that names its product by the code alone',
        start: async () => sceneOf(await startPymodbus({ 0: 'Kestrel', 1: 'KX-210' })),
        facts: { 'device.model': 'KX-210', 'device.orderNumber': 'KX-210' },
        unseen: { 'firmware.version': 'unsupported' },
        also: ({ basis }) => expect(basis['device.model']).toBe('inferred'),
      },
      {
        name: 'names that take more than one answer',
        start: async () => {
          const long = 'x'.repeat(120);
          return sceneOf(await startPymodbus({ 0: `Kestrel ${long}`, 1: `KX ${long}`, 2: 'V2', 5: 'KX-410/3' }));
        },
        facts: { 'device.model': 'KX-410/3', 'firmware.version': 'V2' },
        also: ({ ledgerKinds }) => expect(ledgerKinds['modbus.identify']).toBe(4),
      },
    ],
    denied: [],
    hostile: {
      url: (port) => `modbus://127.0.0.1:${port}`,
      beginnings: [
        { name: 'a header that promises a frame', options: { prefix: Buffer.from('0001000000f0ff', 'hex') } },
        {
          name: 'an answer that promises objects',
          options: { prefix: Buffer.from('0001000000f0ff2b0e01830000ff', 'hex'), filling: Buffer.alloc(4096) },
        },
      ],
      maxBytes: 1024 * 1024,
    },
  });

  it('says what another client, nmap, finds on the same server', async () => {
    const server = await startPymodbus(names);
    try {
      const result = await provenRun(modbus, `modbus://127.0.0.1:${server.port}`, { options: { unit: 1 } });
      const printed = await nmapScript('modbus-discover', server.port);
      const { 'device.vendor': vendor, 'device.orderNumber': code, 'firmware.version': version } = result.facts;
      expect(printed).toContain(`Device identification: ${vendor} ${code} ${version}`);
      expect(server.functions().slice(0, 2)).toEqual([readIdentification, readIdentification]);
      // nmap also asks for the server's id: what is not our function would be counted, and fail the suite above.
      expect(server.functions()).toContain(17);
    } finally {
      await server.stop();
    }
  });
});

describe('modbus against devices of our own writing', () => {
  let server: Scripted;
  let script: Script;
  beforeAll(async () => {
    server = await scriptedTcp((request, index) => script(request, index));
  });
  afterAll(() => server.stop());

  async function lookAt(answers: Script, run: RunOptions = {}) {
    server.requests.length = 0;
    const from = server.connections();
    let index = 0;
    script = (request) => answers(request, index++);
    const result = await provenRun(modbus, `modbus://127.0.0.1:${server.port}`, { deadlineMs: 8000, ...run });
    const requests = Buffer.concat(server.requests);
    // On the wire: nothing but the one request, whole, as often as the ledger says, on one connection.
    expect(requests.length).toBe(11 * (result.ledgerKinds['modbus.identify'] ?? 0));
    for (let at = 0; at < requests.length; at += 11) {
      expect([requests[at + 7], requests[at + 8]], `request at ${at}`).toEqual([readIdentification, 14]);
    }
    expect(server.connections() - from).toBe(1);
    return result;
  }

  it.each([1, 2, 3])('takes exception %i as an answer: it speaks Modbus and has no identification', async (code) => {
    const result = await lookAt((request) => exceptionFrame(questionOf(request), code));
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts).toEqual({ 'service.listening': true, 'protocol.unauthenticated': ['modbus'] });
    expect(result.unseen).toMatchObject({ 'device.vendor': 'unsupported', 'firmware.version': 'unsupported' });
    expect(result.ledgerKinds['modbus.identify']).toBe(1);
  });

  it.each([4, 5, 6])('leaves a device alone that answers exception %i', async (code) => {
    const result = await lookAt((request) => exceptionFrame(questionOf(request), code));
    expect(result.outcome, told(result)).toBe('aborted');
    expect(result.unseen).toMatchObject({ 'device.vendor': 'aborted' });
    expect(result.ledgerKinds['modbus.identify']).toBe(1);
  });

  it.each([
    [10, 'unreachable'],
    [11, 'timedOut'],
  ] as const)('says nothing of a unit whose gateway answers exception %i', async (code, outcome) => {
    const result = await lookAt((request) => exceptionFrame(questionOf(request), code), { options: { unit: 3 } });
    expect(result.outcome, told(result)).toBe(outcome);
    expect(result.facts).toEqual({ 'service.listening': true });
    expect(result.unseen).toMatchObject({ 'protocol.unauthenticated': outcome, 'device.vendor': outcome });
  });

  it('asks a device of the basic category no more than that', async () => {
    const result = await lookAt((request) => answerFrame(questionOf(request), { objects: { 0: 'Kestrel', 1: 'K' } }));
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.ledgerKinds['modbus.identify']).toBe(1);
  });

  it('asks for the basic category alone where the plant file says so', async () => {
    const result = await lookAt(
      (request) => answerFrame(questionOf(request), { objects: { 0: 'Kestrel', 1: 'K' }, conformity: 0x82 }),
      { options: { category: 'basic' } },
    );
    expect(result.ledgerKinds['modbus.identify']).toBe(1);
  });

  it('keeps the basic names when the regular category is refused', async () => {
    const result = await lookAt((request, index) =>
      index === 0
        ? answerFrame(questionOf(request), { objects: { 0: 'Kestrel', 1: 'K', 2: '1' }, conformity: 0x82 })
        : exceptionFrame(questionOf(request), 3),
    );
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts).toMatchObject({ 'device.vendor': 'Kestrel', 'firmware.version': '1' });
  });

  it('goes on no further than its bound with a list that never ends, and not at all with one that goes back', async () => {
    const endless = await lookAt((request) =>
      answerFrame(questionOf(request), {
        objects: { [request.readUInt8(10)]: 'a' },
        next: request.readUInt8(10) + 1,
        conformity: 0x83,
      }),
    );
    expect(endless.ledgerKinds['modbus.identify']).toBe(6);
    const circle = await lookAt((request) => answerFrame(questionOf(request), { objects: { 0: 'a' }, next: 0 }));
    expect(circle.ledgerKinds['modbus.identify']).toBe(1);
  });

  it('puts an answer in pieces together', async () => {
    const result = await lookAt((request) => {
      const frame = answerFrame(questionOf(request), { objects: { 0: 'Kestrel', 1: 'K', 2: '1' } });
      return [frame.subarray(0, 3), frame.subarray(3, 9), frame.subarray(9)];
    });
    expect(result.facts).toMatchObject({ 'device.vendor': 'Kestrel' });
  });

  it('takes blanks and NULs for filling, an empty name for none, and bytes that are no text as hex', async () => {
    const result = await lookAt((request) =>
      answerFrame(questionOf(request), { objects: { 0: ' Kestrel \0\0', 1: '\0\0', 2: Uint8Array.of(0xff, 0xfe) } }),
    );
    expect(result.facts).toMatchObject({ 'device.vendor': 'Kestrel', 'firmware.version': 'hex:fffe' });
    expect(result.unseen).toMatchObject({ 'device.orderNumber': 'unsupported', 'device.model': 'unsupported' });
  });

  it('takes the answer of another unit, or of another server, for none', async () => {
    const other = await lookAt((request) => answerFrame({ ...questionOf(request), unit: 9 }, { objects: { 0: 'a' } }));
    expect(other.outcome, told(other)).toBe('unsupported');
    const http = await lookAt(() => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(http.outcome, told(http)).toBe('unsupported');
    expect(http.facts).toEqual({ 'service.listening': true });
  });

  it('refuses unit 0, which is every station of a bus, and any list of units', () => {
    for (const unit of [0, 248, 254, 256, 1.5, [1, 2], '1-5']) {
      expect(modbus.manifest.options.safeParse({ unit }).success, JSON.stringify(unit)).toBe(false);
    }
  });
});

import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { collectOne, type HandProbe } from '../../agent/collect-one.ts';
import { volatileMemory } from '../../agent/governor/memory.ts';
import { pullStop } from '../../agent/governor/stop.ts';
import type { Look } from '../../collectors/contract/collector.ts';
import { Secret } from '../../collectors/contract/credential.ts';
import { collectors, type Registered } from '../../collectors/registry.ts';
import { BadInput } from '../../server/contract/problem.ts';
import type { SafetyMemory } from '../../server/contract/scanner.ts';
import { answerFrame, questionOf } from '../collectors/modbus/device.ts';
import { startBacnetDevice } from '../support/bacnet-device.ts';
import { startEnipDevice } from '../support/enip-device.ts';
import { temporaryFolder } from '../support/program.ts';
import { scriptedTcp } from '../support/scripted-server.ts';
import { type Fake, fakeCollector, infrastructure, listen, noon } from './bench.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const source = { kind: 'password', plain: {}, secret: {} } as const;

function byHand(
  asked: Partial<HandProbe>,
  fake: Fake | readonly Registered[] = {},
  memory: SafetyMemory = volatileMemory(),
) {
  const folder = temporaryFolder('hand');
  open.push({ close: async () => folder.remove() });
  return collectOne(
    { collector: 'tls', url: 'tls://127.0.0.1:1', by: 'ada', ...asked },
    {
      registry: Array.isArray(fake) ? fake : [fakeCollector(fake as Fake)],
      memory,
      credential: () => ({ kind: 'password', username: 'plimsoll', password: new Secret('correct-horse') }),
      folder: folder.path,
      now: () => noon,
      fault: () => {},
    },
  );
}

describe('one probe by hand', () => {
  it('asks EtherNet/IP and BACnet devices with the packets of the plan and no others', async () => {
    const drive = await infrastructure(() =>
      startEnipDevice({ vendor: 1, deviceType: 2, productCode: 9, revision: [7, 2], serial: 1, name: 'PowerFlex 525' }),
    );
    const roof = await infrastructure(() => startBacnetDevice({ instance: 9, vendor: 260, texts: { 121: 'Kestrel' } }));
    open.push({ close: () => drive.stop() }, { close: () => roof.stop() });

    const enip = await byHand({ collector: 'enip', url: `enip://127.0.0.1:${drive.port}` }, collectors);
    expect(enip).toMatchObject({
      outcome: 'observed',
      tier: 'T2',
      facts: { 'device.model': 'PowerFlex 525', 'firmware.version': '7.2' },
      ledger: { connections: 1, requests: 2, bytesSent: 24 },
    });
    expect(drive.commands()).toEqual([0x63]);

    const bacnet = await byHand({ collector: 'bacnet', url: `bacnet://127.0.0.1:${roof.port}` }, collectors);
    expect(bacnet).toMatchObject({
      outcome: 'observed',
      tier: 'T2',
      facts: { 'device.vendor': 'Kestrel', 'identity.deviceId': 'bacnet:9' },
      ledger: { requests: 5, bytesSent: 14 + 3 * 17 + 18 },
    });
    expect(roof.services()).toEqual([8, 12, 12, 12, 12]);
  });

  it('speaks a protocol without log-in to the one port that was typed', async () => {
    const device = await infrastructure(() =>
      scriptedTcp((request) => answerFrame(questionOf(request), { objects: { 0: 'Kestrel', 1: 'KX-410', 2: 'V2' } })),
    );
    open.push({ close: () => device.stop() });
    const url = `modbus://127.0.0.1:${device.port}`;
    const observation = await byHand({ collector: 'modbus', url, options: { unit: 7 } }, collectors);
    expect(observation).toMatchObject({
      outcome: 'observed',
      facts: { 'device.vendor': 'Kestrel', 'firmware.version': 'V2', 'protocol.unauthenticated': ['modbus'] },
      ledger: { requests: 2, connections: 1 },
    });
    expect(device.requests.map((request) => request.toString('hex'))).toEqual(['000100000005072b0e0100']);
  });

  it('looks at the one target that was named, and says what the contract says', async () => {
    const server = await infrastructure(() => listen());
    open.push(server);
    const observation = await byHand(
      { url: `tls://127.0.0.1:${server.port}` },
      {
        async collect(look, seen) {
          await look.request('tcp.connect');
          await new Promise((resolve) => {
            const socket = connect({ host: look.target.address, port: look.target.port }, () =>
              resolve(socket.destroy()),
            );
          });
          seen['service.listening'] = true;
        },
      },
    );
    expect(Object.keys(observation)).not.toContain('asset');
    expect(observation).toMatchObject({
      v: 1,
      collector: 'tls',
      probe: 'tls',
      target: `tls://127.0.0.1:${server.port}`,
      tier: 'T2',
      outcome: 'observed',
      observedAt: noon.toISOString(),
      ledger: { connections: 1, requests: 1 },
    });
  });

  it('T4 typed by hand is the consent of the person who typed it, and recorded as such', async () => {
    const fake: Fake = { facts: { 'auth.anonymous.accepted': 'T4' }, tests: ['tls.anonymous'] };
    expect(await byHand({ tier: 'T4' }, fake)).toMatchObject({
      tier: 'T4',
      outcome: 'observed',
      consent: 'typed by ada',
    });
    expect(await byHand({}, fake)).toMatchObject({ outcome: 'blocked', rule: 'SAF-09' });
  });

  it('goes no further than the tier that was typed', async () => {
    const looks: Look[] = [];
    const fake: Fake = { facts: { 'service.listening': 'T2' }, collect: async (look) => void looks.push(look) };
    await byHand({ credential: { name: 'reader', source } }, fake);
    await byHand({ credential: { name: 'reader', source }, tier: 'T2' }, fake);
    expect(looks.map(({ tier, secret }) => [tier, secret?.kind])).toEqual([
      ['T3', 'password'],
      ['T2', undefined],
    ]);
  });

  it('says everything that is wrong with what was typed, at once, and contacts nothing', async () => {
    const wrong = byHand(
      { url: 'tls://10.0.0.0/8', options: { hellos: 99, nope: 1 }, credential: { name: 'reader', source } },
      collectors,
    );
    await expect(wrong).rejects.toBeInstanceOf(BadInput);
    const error: unknown = await wrong.catch((thrown: unknown) => thrown);
    expect(error instanceof BadInput && error.problems.map(({ path }) => path)).toEqual([
      'url',
      'option.hellos',
      'option.nope',
      'credential',
    ]);
    await expect(byHand({ collector: 'modbus' })).rejects.toThrow('expected one of tls, found modbus');
  });

  it('SAF-12: obeys the kill switch', async () => {
    const memory = volatileMemory();
    await pullStop(memory, { since: noon.toISOString(), by: 'Max', reason: 'smoke' });
    expect(await byHand({}, {}, memory)).toMatchObject({ outcome: 'blocked', rule: 'SAF-12' });
  });

  it('SAF-02: a name that leads to many devices is refused', async () => {
    expect(await byHand({ url: 'tls://224.0.0.251:443' })).toMatchObject({ outcome: 'blocked', rule: 'SAF-02' });
  });
});

import { afterAll, describe, expect, it } from 'vitest';
import { collectOne, type HandProbe } from '../../agent/collect-one.ts';
import { startBroker } from '../../agent/demo/devices/broker.ts';
import { startSnmpAgent } from '../../agent/demo/devices/snmp-agent.ts';
import type { Fault } from '../../agent/governor/governor.ts';
import { volatileMemory } from '../../agent/governor/memory.ts';
import type { Credential } from '../../collectors/contract/credential.ts';
import { Secret } from '../../collectors/contract/credential.ts';
import { collectors } from '../../collectors/registry.ts';
import { makeCertificate, startOpcuaServer } from '../support/opcua-server.ts';
import { temporaryFolder } from '../support/program.ts';
import { infrastructure } from './bench.ts';

const folder = temporaryFolder('collectors');
const open: { stop(): Promise<void> }[] = [];
afterAll(async () => {
  for (const each of open) await each.stop();
  folder.remove();
});

/** One look with the real collector through the real governor; no fault of ours may come up. */
async function look(asked: Pick<HandProbe, 'collector' | 'url' | 'tier'>, credential?: Credential) {
  const faults: Fault[] = [];
  const observation = await collectOne(
    {
      ...asked,
      by: 'ada',
      ...(credential === undefined
        ? {}
        : { credential: { name: 'reader', source: { kind: credential.kind, plain: {}, secret: {} } } }),
    },
    {
      registry: collectors,
      memory: volatileMemory(),
      credential() {
        if (credential === undefined) throw new Error('no credential');
        return credential;
      },
      folder: folder.path,
      now: () => new Date(),
      fault: (fault) => faults.push(fault),
    },
  );
  expect(faults).toEqual([]);
  return observation;
}

describe('the governor lets through what the collectors’ libraries open, and counts it', () => {
  it('sessions of node-opcua', async () => {
    const users = { reader: 'reading-only' };
    const server = await infrastructure(() => startOpcuaServer({ modes: ['SignAndEncrypt'], trusting: true, users }));
    open.push(server);
    const password = new Secret(users.reader);
    const seen = await look(
      { collector: 'opcua', url: server.url },
      { kind: 'password', username: 'reader', password },
    );
    expect(seen).toMatchObject({ outcome: 'observed', tier: 'T3' });
    expect(seen.ledger.connections).toBeGreaterThan(1);
    expect(seen.ledger.bytesReceived).toBeGreaterThan(1000);
    expect(server.sessions()).toBe(0);
    expect(server.writes()).toBe(0);
  });

  it('datagrams of net-snmp', async () => {
    const agent = await infrastructure(() =>
      startSnmpAgent({
        engineId: '80001f8804aabbcc',
        user: 'plimsoll',
        authKey: 'authentication-key',
        privKey: 'privacy-key-secret',
        description: 'Acme switch',
        objectId: '1.3.6.1.4.1.32473.1.8',
        contact: 'nobody',
        name: 'switch-1',
        location: 'hall 3',
        scalars: {},
      }),
    );
    open.push(agent);
    const seen = await look({ collector: 'snmp', url: `snmp://127.0.0.1:${agent.port}` });
    expect(seen).toMatchObject({ outcome: 'observed', ledger: { connections: 0, kinds: { 'snmp.discover': 1 } } });
    expect(seen.ledger.bytesSent).toBeGreaterThan(0);
    expect(seen.ledger.bytesReceived).toBeGreaterThan(0);
  });

  it('connections of MQTT and of TLS hellos', async () => {
    const { pem: certificate, key } = await makeCertificate('urn:broker');
    const broker = await infrastructure(() =>
      startBroker({ pair: { certificate, key }, version: 'test 1.0', users: {}, own: {} }),
    );
    open.push(broker);
    const url = `mqtts://127.0.0.1:${broker.tlsPort}`;
    const consented = await look({ collector: 'mqtt', url, tier: 'T4' });
    expect(consented).toMatchObject({ outcome: 'observed', tier: 'T4', consent: 'typed by ada' });
    expect(consented.ledger.connections).toBeGreaterThan(2);
    const hellos = await look({ collector: 'tls', url: `tls://127.0.0.1:${broker.tlsPort}` });
    expect(hellos).toMatchObject({ outcome: 'observed', tier: 'T2' });
    expect(hellos.ledger.connections).toBe(hellos.ledger.requests);
  });
});

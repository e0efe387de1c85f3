import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Credential, Secret } from '../../../collectors/contract/credential.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { authority, type Issued, type Issuer, issue } from '../../support/certificates.ts';
import { type FaultServer, faults, noise, replay, tcpFault, tlsFault } from '../../support/fault-server.ts';
import { provenRun, told } from '../proof-suite.ts';

const found = collectorOf('mqtt');
if (found === undefined) throw new Error('mqtt is not on the list');
const entry = found;
const secret: Credential = { kind: 'password', username: 'reader', password: new Secret('correct horse 0815') };

let root: Issuer;
let issued: Issued;
let server: FaultServer | undefined;
beforeAll(async () => {
  root = await authority('Root');
  issued = await issue({ ip: ['127.0.0.1'] }, root);
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const strangers = { tier: 'T4', consents: ['mqtt.anonymous'], deadlineMs: 4000 } as const;
const connack = (code: number) => Uint8Array.of(0x20, 2, 0, code);

describe('mqtt with servers of its worst kind', () => {
  it.each(faults)('keeps what the handshake showed when MQTT over TLS is met with %s', async (fault) => {
    server = await tlsFault(fault, issued);
    const run = { ...strangers, tier: 'T3', secret, trust: [root.certificate] } as const;
    const result = await provenRun(entry, `mqtts://127.0.0.1:${server.port}`, run);
    expect(result.outcome, told(result)).not.toBe('failed');
    expect(result.facts).toMatchObject({ 'channel.encryption': 'encrypted', 'tls.certificate.trusted': true });
    expect(result.facts).not.toHaveProperty(['auth.anonymous.accepted']);
  });

  it.each(faults)('survives %s in place of a WebSocket upgrade', async (fault) => {
    server = await tcpFault(fault);
    const result = await provenRun(entry, `ws://127.0.0.1:${server.port}/mqtt`, strangers);
    expect(result.outcome, told(result)).not.toBe('failed');
    expect(result.facts).toEqual({ 'service.listening': true });
    expect(result.bytesReceived).toBeLessThan(2 * 1024 * 1024);
  });

  it('survives a flood of frames after the upgrade', async () => {
    const flood = createServer();
    flood.on('upgrade', (request, socket) => {
      socket.on('error', () => {});
      const accept = createHash('sha1')
        .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      const frame = Buffer.concat([Buffer.from([0x82, 126, 0x40, 0x00]), noise(0x4000)]);
      const pour = () => {
        while (!socket.destroyed && socket.write(frame));
        socket.once('drain', pour);
      };
      pour();
    });
    await new Promise<void>((resolve) => flood.listen(0, '127.0.0.1', resolve));
    const address = flood.address();
    try {
      const port = typeof address === 'object' && address ? address.port : 0;
      const result = await provenRun(entry, `ws://127.0.0.1:${port}/mqtt`, strangers);
      expect(result.outcome, told(result)).not.toBe('failed');
      expect(result.facts).not.toHaveProperty(['auth.anonymous.accepted']);
      expect(result.bytesReceived).toBeLessThan(2 * 1024 * 1024);
    } finally {
      flood.closeAllConnections();
      await new Promise((resolve) => flood.close(resolve));
    }
  });

  it('follows no redirect of a WebSocket upgrade', async () => {
    const elsewhere = await replay(() => new Uint8Array());
    server = await replay(() =>
      new TextEncoder().encode(
        `HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:${elsewhere.port}/mqtt\r\nContent-Length: 0\r\n\r\n`,
      ),
    );
    const result = await provenRun(entry, `ws://127.0.0.1:${server.port}/mqtt`, strangers);
    expect(result.outcome, told(result)).not.toBe('failed');
    expect(elsewhere.contacts()).toBe(0);
    await elsewhere.stop();
  });

  it.each([
    ['is busy', 3, 'ambiguous'],
    ['dislikes our client id', 2, 'ambiguous'],
  ])('does not take a broker that %s for one that asks strangers to log in', async (_, code, reason) => {
    server = await replay((request) => (request[8] === 5 ? connack(1) : connack(code)));
    const result = await provenRun(entry, `mqtt://127.0.0.1:${server.port}`, strangers);
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.unseen['auth.anonymous.accepted']).toBe(reason);
    expect(result.ledgerKinds).toEqual({ 'mqtt.connect': 2 });
  });

  it('falls back to MQTT 3.1.1 where 5 is met with a hang-up, and with another version only', async () => {
    server = await replay((request) => (request[8] === 5 ? new Uint8Array() : connack(5)));
    const result = await provenRun(entry, `mqtt://127.0.0.1:${server.port}`, strangers);
    expect(result.facts, told(result)).toMatchObject({
      'auth.anonymous.accepted': false,
      'auth.password.clearText': true,
    });
    await server.stop();
    server = await replay(() => connack(5));
    const direct = await provenRun(entry, `mqtt://127.0.0.1:${server.port}`, strangers);
    expect(direct.ledgerKinds).toEqual({ 'mqtt.connect': 1 });
  });
});

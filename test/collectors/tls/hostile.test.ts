import { X509Certificate } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { concat } from '../../../collectors/contract/tls-wire.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import type { RunOptions } from '../../support/bare-look.ts';
import { type Issued, issue } from '../../support/certificates.ts';
import { type FaultServer, replay, tlsFault } from '../../support/fault-server.ts';
import { provenRun, told } from '../proof-suite.ts';

const found = collectorOf('tls');
if (found === undefined) throw new Error('tls is not on the list');
const entry = found;

let issued: Issued;
let server: FaultServer | undefined;
beforeAll(async () => {
  issued = await issue({ ip: ['127.0.0.1'] });
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const look = (scheme = 'tls', run: RunOptions = {}) =>
  provenRun(entry, `${scheme}://127.0.0.1:${server?.port}`, { deadlineMs: 6000, ...run });
const u16 = (value: number) => Uint8Array.of(value >> 8, value & 0xff);
const u24 = (value: number) => Uint8Array.of(value >> 16, (value >> 8) & 0xff, value & 0xff);

/** The answer of an SSL 3 server as captured layouts have it: no installed library speaks it any more. */
function ssl3Answer(): Uint8Array {
  const der = new Uint8Array(new X509Certificate(issued.certificate).raw);
  const hello = concat([u16(0x0300), new Uint8Array(32).fill(5), Uint8Array.of(0), u16(0x0005), Uint8Array.of(0)]);
  const list = concat([u24(der.length), der]);
  const messages = [
    [2, hello],
    [11, concat([u24(list.length), list])],
    [14, new Uint8Array()],
  ] as const;
  const body = concat(messages.flatMap(([type, content]) => [Uint8Array.of(type), u24(content.length), content]));
  return concat([Uint8Array.of(22), u16(0x0300), u16(body.length), body]);
}

describe('tls with servers of its worst kind', () => {
  it('reads version, suite and certificate of a server that speaks nothing but SSL 3', async () => {
    server = await replay(ssl3Answer);
    const result = await look();
    expect(result.facts, told(result)).toMatchObject({
      'tls.version.min': 'ssl3',
      'tls.version.max': 'ssl3',
      'tls.cipher.accepted': ['TLS_RSA_WITH_RC4_128_SHA'],
      'tls.certificate.keyBits': 256,
    });
    expect(result.unseen['tls.cipher.negotiated']).toBe('unsupported');
  });

  it('takes a hang-up on an older hello for a sign only', async () => {
    const modern = await tlsFault('silence', issued);
    // Passes newer hellos on and hangs up on older ones, as some appliances do.
    const front = createServer((client) => {
      client.on('error', () => {});
      client.once('data', (first: Buffer) => {
        if (first[9] === 3 && (first[10] ?? 0) < 3) {
          client.destroy();
          return;
        }
        const back = connect(modern.port, '127.0.0.1');
        back.on('error', () => {});
        client.on('close', () => back.destroy());
        back.write(first);
        client.pipe(back).pipe(client);
      });
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const address = front.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      const result = await provenRun(entry, `tls://127.0.0.1:${port}`, { deadlineMs: 6000 });
      expect(result.facts, told(result)).toMatchObject({ 'tls.version.min': '1.2', 'tls.version.max': '1.3' });
      expect(result.basis['tls.version.min']).toBe('inferred');
    } finally {
      await new Promise((resolve) => front.close(resolve));
      await modern.stop();
    }
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'does not swallow a chain of ten megabytes (%s)',
    async (maxVersion) => {
      const count = Math.ceil((10 * 1024 * 1024) / new X509Certificate(issued.certificate).raw.length);
      server = await tlsFault(
        'silence',
        { ...issued, chain: issued.certificate + issued.certificate.repeat(count) },
        { maxVersion },
      );
      const result = await look();
      expect(result.outcome, told(result)).not.toBe('failed');
      expect(result.bytesReceived).toBeLessThan(3 * 1024 * 1024);
    },
    60_000,
  );

  it.each(['silence', 'reset', 'hangUp', 'garbage', 'oversize', 'endless', 'drip'] as const)(
    'keeps what the handshake showed when the page is met with %s',
    async (fault) => {
      server = await tlsFault(fault, issued);
      const result = await look('https', { options: { get: true } });
      expect(result.outcome, told(result)).not.toBe('failed');
      expect(result.facts).toMatchObject({ 'tls.version.max': '1.3', 'tls.certificate.selfSigned': true });
      expect(result.facts).not.toHaveProperty(['auth.anonymous.accepted']);
      expect(result.bytesReceived).toBeLessThan(3 * 1024 * 1024);
    },
  );

  it('follows no redirect', async () => {
    const elsewhere = await replay(() => new Uint8Array());
    const redirect = new TextEncoder().encode(
      `HTTP/1.1 301 Moved\r\nLocation: https://127.0.0.1:${elsewhere.port}/\r\nContent-Length: 0\r\n\r\n`,
    );
    server = await tlsFault('hangUp', issued, { prefix: redirect });
    const result = await look('https', { options: { get: true } });
    expect(result.transcript.join('\n')).toContain('status 301');
    expect(elsewhere.contacts()).toBe(0);
    await elsewhere.stop();
  });
});

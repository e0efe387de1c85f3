/**
 * Our handshakes, one after the other, as the collector makes them: `node handshake-loop.ts ADDRESS PORT SECONDS HOW`,
 * where HOW is `handshake` (the handshake alone) or `collector` (the whole tls collector, held to one connection).
 */
import { withLine } from '../../collectors/channel/connection.ts';
import { handshake } from '../../collectors/channel/handshake.ts';
import type { Look } from '../../collectors/contract/collector.ts';
import { tlsCollector } from '../../collectors/tls/collect.ts';
import { type TlsOptions, tlsOptions } from '../../collectors/tls/manifest.ts';

export interface Handshakes {
  readonly done: number;
  /** Every TLS version that was agreed on. */
  readonly versions: readonly string[];
  /** Every certificate that was shown, SHA-256. */
  readonly certificates: readonly string[];
  readonly factsEach: number;
}

const ways = { handshake: bare, collector: whole };

if (import.meta.main) {
  const [address = '', port = '', seconds = '', how = ''] = process.argv.slice(2);
  if (how !== 'handshake' && how !== 'collector') throw new Error(`expected handshake or collector, found ${how}`);
  const look = lookAt(address, Number(port));
  process.stdout.write(JSON.stringify(await loop(Number(seconds), () => ways[how](look))));
}

interface One {
  readonly version: string;
  readonly certificate: string;
  readonly facts: number;
}

async function loop(seconds: number, one: () => Promise<One>): Promise<Handshakes> {
  const versions = new Set<string>();
  const certificates = new Set<string>();
  let [done, facts] = [0, 0];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const made = await one();
    versions.add(made.version);
    if (made.certificate !== '') certificates.add(made.certificate);
    facts += made.facts;
    done += 1;
  }
  return { done, versions: [...versions], certificates: [...certificates], factsEach: facts / done };
}

function bare(look: Look): Promise<One> {
  return withLine(look, { kind: 'tls.handshake', connectMs: 5000 }, async (line) => {
    const { completed } = await handshake(line, {
      min: '1.0',
      max: '1.3',
      host: look.target.host,
      trust: look.trust,
      boundMs: 5000,
    });
    // As little as s_time: what was agreed, and no look at the certificate.
    return { version: completed?.version ?? 'none', certificate: '', facts: 0 };
  });
}

async function whole(look: Look<TlsOptions>): Promise<One> {
  const raw = tlsCollector.begin();
  await tlsCollector.collect(look, raw);
  const { facts } = tlsCollector.read(raw, look);
  return {
    version: facts['tls.version.max'] ?? 'none',
    certificate: facts['tls.certificates']?.[0]?.id ?? 'none',
    facts: Object.keys(facts).length,
  };
}

function lookAt(address: string, port: number): Look<TlsOptions> {
  return {
    scheme: 'tls',
    options: tlsOptions.parse({ hellos: 1 }),
    tier: 'T2',
    consents: new Set(),
    target: { url: `tls://${address}:${port}`, scheme: 'tls', host: address, address, port, path: '' },
    trust: [],
    identity: { clientId: 'plimsoll-bench', contact: 'bench@example.com' },
    folder: '',
    signal: new AbortController().signal,
    now: () => new Date(),
    request: async () => () => {},
    sent() {},
    received() {},
    note() {},
    identified() {},
    alarmed(what) {
      throw new Error(what);
    },
  };
}

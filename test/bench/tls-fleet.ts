/** One nginx with a TLS listener on each of many loopback addresses, each with a certificate of its own. */
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Issued, issue, writeIssued } from '../support/certificates.ts';
import { accepts, freePort, startProgram, temporaryFolder } from '../support/program.ts';

export interface TlsFleet {
  readonly port: number;
  /** Address -> SHA-256 of the certificate there, hexadecimal. Even ones are RSA-2048, odd ones P-256. */
  readonly fingerprints: ReadonlyMap<string, string>;
  readonly addresses: readonly string[];
  /** Connections that nginx has accepted so far, the one that asks included. */
  accepted(): Promise<number>;
  stop(): Promise<void>;
}

/** Making RSA keys takes longer than most benchmarks: a certificate is made once per process. */
const made: Promise<Issued>[] = [];
const atOnce = 8;

export async function startTlsFleet(count: number): Promise<TlsFleet> {
  const folder = temporaryFolder('bench-tls');
  try {
    const addresses = Array.from({ length: count }, (_, index) => addressOf(index));
    const port = await freePort(addressOf(0));
    const statusPort = await freePort();
    const fingerprints = new Map<string, string>();
    const blocks: string[] = [];
    for (const [index, address] of addresses.entries()) {
      const issued = await certificateAt(index, count);
      fingerprints.set(address, fingerprintOf(issued));
      const { cert, key } = writeIssued(folder.path, `endpoint-${index}`, issued);
      blocks.push(
        `server { listen ${address}:${port} ssl backlog=512; ssl_certificate ${cert}; ssl_certificate_key ${key}; return 200 "here\\n"; }`,
      );
    }
    const file = join(folder.path, 'nginx.conf');
    writeFileSync(file, configuration(folder.path, blocks, statusPort));
    const ports = [...addresses.map((host) => ({ host, port })), { host: '127.0.0.1', port: statusPort }];
    const nginx = await startProgram('nginx', ['-e', 'stderr', '-p', folder.path, '-c', file], {
      ready: async () => (await Promise.all(ports.map(({ host, port }) => accepts(port, host)))).every(Boolean),
      timeoutMs: 30_000,
    });
    return {
      port,
      fingerprints,
      addresses,
      accepted: () => acceptedBy(statusPort),
      async stop() {
        await nginx.stop();
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

/** 127.0.20.1 to 127.0.20.200, then 127.0.21.1 and so on. */
function addressOf(index: number): string {
  return `127.0.${20 + Math.floor(index / 200)}.${1 + (index % 200)}`;
}

async function certificateAt(index: number, count: number): Promise<Issued> {
  // A few ahead of the one that is waited for, so that all cores make keys.
  for (let next = made.length; next < Math.min(count, index + atOnce); next += 1) {
    const promised = issue({
      name: `endpoint-${next}.bench.example`,
      key: next % 2 === 0 ? 'rsa-2048' : 'p256',
      ip: [addressOf(next)],
    });
    promised.catch(() => {});
    made.push(promised);
  }
  const issued = made[index];
  if (issued === undefined) throw new Error(`no certificate ${index} of ${count}`);
  return issued;
}

export function fingerprintOf({ certificate }: Pick<Issued, 'certificate'>): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
}

function configuration(folder: string, blocks: readonly string[], statusPort: number): string {
  return `
    user root; daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit;
    worker_rlimit_nofile 8192;
    events { worker_connections 4096; }
    http {
      access_log off;
      ssl_protocols TLSv1.2 TLSv1.3;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      server { listen 127.0.0.1:${statusPort}; location = /status { stub_status; } }
      ${blocks.join('\n      ')}
    }`;
}

async function acceptedBy(port: number): Promise<number> {
  // Without an agent each question has a connection of its own, and can be counted.
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/status', agent: false }, resolve).once('error', reject);
  });
  const page = await text(answer);
  const accepted = /accepts handled requests\s+(\d+)/.exec(page)?.[1];
  if (accepted === undefined) throw new Error(`expected nginx's status page, found ${JSON.stringify(page)}`);
  return Number(accepted);
}

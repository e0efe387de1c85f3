/** Looks at a TLS endpoint, and over https at one page where that is asked for. */
import type { Line } from '../channel/connection.ts';
import type { Handshake } from '../channel/handshake.ts';
import { lookAtTls } from '../channel/tls-look.ts';
import { noSight } from '../channel/tls-sight.ts';
import type { Collector, Look } from '../contract/collector.ts';
import { readTls, type TlsRaw } from './facts.ts';
import { getRoot } from './http.ts';
import { asksHttp, furtherHellos, type TlsOptions, tlsManifest } from './manifest.ts';

export const tlsCollector: Collector<TlsOptions, TlsRaw> = {
  manifest: tlsManifest,
  begin: () => ({ sight: noSight(), pageAsked: false }),
  collect: (look, raw) =>
    lookAtTls(look, raw.sight, {
      host: look.options.serverName ?? look.target.host,
      hellos: look.options.hellos,
      alpn: look.options.alpn,
      everySuite: furtherHellos(look.options),
      afterwards: (line, result) => readPage(look, raw, { line, result }),
    }),
  read: readTls,
};

async function readPage(
  look: Look<TlsOptions>,
  raw: TlsRaw,
  { line, result }: { line: Line; result: Handshake },
): Promise<void> {
  const { tls } = result;
  if (tls === undefined || tls.destroyed || raw.pageAsked || !asksHttp(look)) return;
  raw.pageAsked = true;
  const sentAt = look.now();
  const answer = await getRoot(line, tls, look);
  if (answer === undefined) {
    look.note('GET /: no HTTP answer');
    return;
  }
  raw.http = { ...answer, sentAt, readAt: look.now() };
  look.note(`GET /: status ${answer.status}, headers ${Object.keys(answer.headers).sort().join(', ')}`);
}

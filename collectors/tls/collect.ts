/** Looks at a TLS endpoint, and over https at one page where that is asked for. */
import type { Line } from '../channel/connection.ts';
import type { Handshake } from '../channel/handshake.ts';
import { lookAtTls } from '../channel/tls-look.ts';
import { noSight } from '../channel/tls-sight.ts';
import type { Collector, Look } from '../contract/collector.ts';
import { Ended } from '../contract/collector.ts';
import { readTls, type TlsRaw } from './facts.ts';
import { getPage } from './http.ts';
import { clearStartOf, furtherHellos, pageOf, type TlsOptions, tlsManifest } from './manifest.ts';
import { showRevoked } from './revoked.ts';

export const tlsCollector: Collector<TlsOptions, TlsRaw> = {
  manifest: tlsManifest,
  begin: () => ({ sight: noSight(), pageAsked: false }),
  collect(look, raw) {
    const afterwards = (line: Line, result: Handshake) => readPage(look, raw, { line, result });
    if (look.options.testIdentity !== undefined && clearStartOf(look.target.scheme) !== undefined)
      throw new Ended('unsupported', 'a test identity is shown over tls:// and https:// only');
    if (look.options.testIdentity !== undefined) return showRevoked(look, raw, afterwards);
    return lookAtTls(look, raw.sight, {
      host: look.options.serverName ?? look.target.host,
      hellos: look.options.hellos,
      alpn: look.options.alpn,
      everySuite: furtherHellos(look.options),
      clearStart: clearStartOf(look.target.scheme),
      afterwards,
    });
  },
  read: readTls,
};

async function readPage(
  look: Look<TlsOptions>,
  raw: TlsRaw,
  { line, result }: { line: Line; result: Handshake },
): Promise<void> {
  const { tls } = result;
  const page = pageOf(look);
  if (tls === undefined || tls.destroyed || raw.pageAsked || page === undefined) return;
  raw.pageAsked = true;
  const sentAt = look.now();
  const answer = await getPage({ line, tls, look }, page);
  if (answer === undefined) {
    look.note(`GET ${page}: no HTTP answer`);
    return;
  }
  raw.http = { ...answer, sentAt, readAt: look.now() };
  look.note(`GET ${page}: status ${answer.status}, headers ${Object.keys(answer.headers).sort().join(', ')}`);
}

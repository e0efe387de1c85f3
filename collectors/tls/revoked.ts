/** Shows a server a certificate that was taken back, once, and listens to what it says. */
import { type Line, withLine } from '../channel/connection.ts';
import { type Handshake, handshake, verdictOnClient } from '../channel/handshake.ts';
import type { Look } from '../contract/collector.ts';
import { codeOf } from '../contract/collector.ts';
import type { TlsRaw } from './facts.ts';
import type { TlsOptions } from './manifest.ts';

/** `taken` is what TLS says; a web server may refuse in HTTP behind it. */
export type RevokedTest = 'notAsked' | 'taken' | 'unclear' | { readonly refusedWith: string };

const boundMs = 5000;
const lateMs = 2000;

export async function showRevoked(
  look: Look<TlsOptions>,
  raw: TlsRaw,
  afterwards: (line: Line, result: Handshake) => Promise<void>,
): Promise<void> {
  const { secret, target, options, trust } = look;
  const consented = look.consents.has('tls.testIdentity') && secret?.kind === 'certificate';
  const connected = () => {
    raw.sight.listening = true;
    raw.sight.at = look.now();
  };
  try {
    await withLine(look, { kind: 'tls.handshake', connectMs: boundMs, connected }, async (line) => {
      if (!consented || secret?.kind !== 'certificate') {
        return look.note('no certificate was shown: it takes the certificate and the consent tls.testIdentity');
      }
      const result = await handshake(line, {
        min: '1.0',
        max: '1.3',
        host: options.serverName ?? target.host,
        trust,
        boundMs,
        clientCertificate: { certificate: secret.certificate, key: secret.key.reveal() },
        ...(options.alpn === undefined ? {} : { alpn: options.alpn }),
      });
      raw.revoked = await verdictOn(line, result);
      look.note(`a revoked certificate, shown once: ${JSON.stringify(raw.revoked)}`);
      if (raw.revoked === 'taken') await afterwards(line, result);
    });
  } catch (error) {
    if (codeOf(error) === 'ECONNREFUSED') raw.sight.listening = false;
    throw error;
  }
}

async function verdictOn(line: Line, result: Handshake): Promise<RevokedTest> {
  const { certificateRequested, completed, failure, tls } = result;
  // Without having been asked we sent none, and nothing was tried.
  if (certificateRequested === false) return 'notAsked';
  if (failure !== undefined) return failure.kind === 'alert' ? { refusedWith: failure.text } : 'unclear';
  if (completed === undefined || tls === undefined || certificateRequested === undefined) return 'unclear';
  if (completed.version !== '1.3') return 'taken';
  let refusedWith = 'alert after the handshake';
  tls.once('error', (error) => {
    refusedWith = codeOf(error) ?? refusedWith;
  });
  // Servers of TLS 1.3 send a ticket or data to a client that they take (RFC 8446 section 4.6.1); silence says nothing.
  const verdict = await verdictOnClient(line, tls, lateMs);
  if (verdict === 'refused') return { refusedWith };
  return verdict === 'goesOn' ? 'taken' : 'unclear';
}

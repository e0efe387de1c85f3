/**
 * One TLS handshake as a client without a certificate of its own (or with one), and what can be told from it: also
 * from one that fails, since the bytes of both directions are kept.
 */
import { isIP } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, createSecureContext, type PeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import { certificatesIn, chainsTo, isOcspAnswer } from '../contract/certificate.ts';
import type { Basis } from '../contract/collector.ts';
import { codeOf } from '../contract/collector.ts';
import type { FirstFlight, TlsVersion } from '../contract/tls-wire.ts';
import { concat, encryptedBytes, finishedBytes, readFlight } from '../contract/tls-wire.ts';
import type { Line } from './connection.ts';

export interface HandshakeOptions {
  readonly min: Exclude<TlsVersion, 'ssl3'>;
  readonly max: Exclude<TlsVersion, 'ssl3'>;
  /** Host of the target: server name where it is one. */
  readonly host: string;
  readonly trust: readonly string[];
  readonly alpn?: readonly string[];
  readonly clientCertificate?: { readonly certificate: string; readonly key: string };
  readonly boundMs: number;
}

export interface Handshake {
  /** What crossed in clear; has the version whenever the server chose one. */
  readonly flight: FirstFlight;
  /** Only when the handshake was completed on our side. */
  readonly completed?: Completed;
  /** Why it was not: an alert of the server, a hang-up, or a limit of our own library. */
  readonly failure?: { readonly kind: 'alert' | 'hungUp' | 'ours'; readonly text: string };
  /** Whether the server asked for a client certificate; undefined where that could not be told. */
  readonly certificateRequested: boolean | undefined;
  /** Open while the caller's line is; only when completed. */
  readonly tls?: TLSSocket;
}

export interface Completed {
  readonly version: TlsVersion;
  /** IANA name. */
  readonly suite: string;
  /** DER, leaf first; an anchor that the plant declares is not repeated. */
  readonly chain: readonly Uint8Array[];
  /** Undefined when the plant declares no anchors. */
  readonly trusted: boolean | undefined;
  readonly trustBasis: Basis;
  /** The library's own strict verdict, dates included: what a password may be sent over. */
  readonly authorized: boolean;
  readonly ocspStapled: boolean;
}

/** Everything that the runtime's library still has, so that a refusal is the server's and not ours. */
const ciphers = [
  'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256',
  'TLS_AES_128_CCM_8_SHA256:ALL:!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0',
].join(':');

const nodeVersions = { '1.0': 'TLSv1', '1.1': 'TLSv1.1', '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' } as const;
/** More than a chain that any client accepts (OpenSSL stops at 100 kB). */
const mostHandshakeBytes = 256 * 1024;

export async function handshake(line: Line, options: HandshakeOptions): Promise<Handshake> {
  const tap = new Tap(line);
  let ocspStapled = false;
  const tls = connect({
    socket: tap,
    secureContext: contextFor(options),
    rejectUnauthorized: false,
    requestOCSP: true,
    // Names are compared where facts are made: here a wrong one would hide the verdict on the chain.
    checkServerIdentity: () => undefined,
    ...(isIP(options.host) === 0 ? { servername: options.host } : {}),
    ...(options.alpn === undefined ? {} : { ALPNProtocols: [...options.alpn] }),
  });
  tls.on('error', () => {});
  tls.on('OCSPResponse', (response: Buffer | null) => {
    ocspStapled = response !== null && isOcspAnswer(response);
  });
  line.socket.once('close', () => tls.destroy());

  let failed: unknown;
  try {
    await line.within(secured(tls), options.boundMs, 'end of the TLS handshake');
  } catch (error) {
    failed = error;
  }
  const flight = readFlight(tap.received());
  if (failed !== undefined) {
    tls.destroy();
    const failure = failureOf(failed, flight, tap.overrun);
    if (failure === undefined) throw failed;
    const certificateRequested = flight.done && flight.version !== '1.3' && flight.version !== undefined;
    return { flight, failure, certificateRequested: certificateRequested ? flight.certificateRequested : undefined };
  }
  const version = versionOfNode(tls.getProtocol()) ?? flight.version ?? options.max;
  const suite = tls.getCipher().standardName;
  const chain = version === '1.3' || flight.chain.length === 0 ? peerChain(tls, options.trust) : flight.chain;
  const certificateRequested = version === '1.3' ? await askedInSecret(tap, suite) : flight.certificateRequested;
  tap.keepNoMore();
  return {
    flight,
    completed: {
      version,
      suite,
      chain,
      ocspStapled,
      authorized: options.trust.length > 0 && tls.authorized,
      ...trustOf(tls, chain, options.trust),
    },
    certificateRequested,
    tls,
  };
}

/**
 * What the server says to a TLS 1.3 client after a handshake in which it asked for a certificate. The refusal arrives
 * after our side is done (RFC 8446 section 4.4.2.4): a ticket or data says that it goes on.
 */
export async function verdictOnClient(
  line: Line,
  tls: TLSSocket,
  boundMs: number,
): Promise<'refused' | 'goesOn' | 'hungUp' | 'silent'> {
  const sign = new Promise<'refused' | 'goesOn' | 'hungUp'>((resolve) => {
    tls.once('error', (error) => resolve(isAlert(error) ? 'refused' : 'hungUp'));
    tls.once('close', () => resolve('hungUp'));
    tls.once('session', () => resolve('goesOn'));
    tls.once('data', () => resolve('goesOn'));
  });
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<'silent'>((resolve) => {
    timer = setTimeout(() => resolve('silent'), boundMs);
  });
  try {
    return await line.within(Promise.race([sign, silence]), boundMs * 2, 'verdict on the client');
  } finally {
    clearTimeout(timer);
  }
}

/** By the anchors of a plant and the versions offered: making one costs a fifth of a handshake. */
const contexts = new WeakMap<readonly string[], Map<string, SecureContext>>();

/** One with a key in it is not kept: whoever brought the credential decides how long it lives. */
function contextFor({ min, max, trust, clientCertificate }: HandshakeOptions): SecureContext {
  const settings = {
    minVersion: nodeVersions[min],
    maxVersion: nodeVersions[max],
    ciphers,
    ca: [...trust],
    allowPartialTrustChain: true,
  };
  if (clientCertificate !== undefined) {
    return createSecureContext({ ...settings, cert: clientCertificate.certificate, key: clientCertificate.key });
  }
  const ofTrust = contexts.get(trust) ?? new Map<string, SecureContext>();
  contexts.set(trust, ofTrust);
  const versions = `${min} ${max}`;
  const context = ofTrust.get(versions) ?? createSecureContext(settings);
  ofTrust.set(versions, context);
  return context;
}

/** A stream between socket and TLS that keeps what passes, up to a bound. */
class Tap extends Duplex {
  readonly #line: Line;
  #inbound: Uint8Array[] = [];
  #outbound: Uint8Array[] = [];
  #keeping = true;
  #count = 0;
  overrun = false;

  constructor(line: Line) {
    super();
    this.#line = line;
    const { socket } = line;
    socket.on('data', (chunk: Buffer) => {
      line.answered();
      if (this.#keeping) {
        this.#inbound.push(chunk);
        this.#count += chunk.length;
        if (this.#count > mostHandshakeBytes) {
          this.overrun = true;
          socket.destroy();
          return;
        }
      }
      if (!this.push(chunk)) socket.pause();
    });
    socket.once('end', () => this.push(null));
    socket.once('error', (error) => this.destroy(error));
    socket.once('close', () => this.destroy());
  }

  received(): Uint8Array {
    return concat(this.#inbound);
  }

  sentEncrypted(): number {
    return encryptedBytes(concat(this.#outbound));
  }

  keepNoMore(): void {
    this.#keeping = false;
    this.#inbound = [];
    this.#outbound = [];
  }

  override _read(): void {
    this.#line.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#keeping) this.#outbound.push(Buffer.from(chunk));
    this.#line.socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#line.socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#line.socket.destroy();
    done(error);
  }
}

function secured(tls: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    tls.once('secureConnect', () => resolve());
    tls.once('error', reject);
    tls.once('close', () =>
      reject(Object.assign(new Error('closed during the TLS handshake'), { code: 'ECONNRESET' })),
    );
  });
}

function failureOf(error: unknown, flight: FirstFlight, overrun: boolean): Handshake['failure'] | undefined {
  const code = codeOf(error) ?? '';
  if (overrun) return { kind: 'ours', text: `more than ${mostHandshakeBytes} bytes of handshake` };
  if (flight.malformed !== undefined) return { kind: 'ours', text: flight.malformed };
  if (flight.alert !== undefined || isAlert(error)) return { kind: 'alert', text: code };
  if (code === 'ECONNRESET' || code === 'EPIPE') return { kind: 'hungUp', text: code };
  // ERR_SSL_...: OpenSSL, that is our side, would not go on.
  return code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') ? { kind: 'ours', text: code } : undefined;
}

function isAlert(error: unknown): boolean {
  return /_ALERT_/.test(codeOf(error) ?? '');
}

/** Waits a few turns until our own last flight has passed the tap. */
async function askedInSecret(tap: Tap, suite: string): Promise<boolean | undefined> {
  for (let turn = 0; turn < 20 && tap.sentEncrypted() === 0; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  const sent = tap.sentEncrypted();
  return sent === 0 ? undefined : sent > finishedBytes(suite);
}

function versionOfNode(protocol: string | null): TlsVersion | undefined {
  const found = Object.entries(nodeVersions).find(([, name]) => name === protocol);
  return found?.[0] as TlsVersion | undefined;
}

function peerChain(tls: TLSSocket, trust: readonly string[]): Uint8Array[] {
  const anchors = new Set(trust.flatMap(certificatesIn).map((anchor) => anchor.fingerprint256));
  const chain: Uint8Array[] = [];
  const seen = new Set<string>();
  let current: PeerCertificate | undefined = tls.getPeerCertificate(true);
  while (current?.raw !== undefined && !seen.has(current.fingerprint256)) {
    seen.add(current.fingerprint256);
    // The library adds the anchor that it found by itself; only the leaf counts as shown whatever it is.
    if (chain.length === 0 || !anchors.has(current.fingerprint256)) chain.push(current.raw);
    current = 'issuerCertificate' in current ? (current.issuerCertificate as PeerCertificate) : undefined;
  }
  return chain;
}

const aboutDates = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

function trustOf(
  tls: TLSSocket,
  chain: readonly Uint8Array[],
  trust: readonly string[],
): Pick<Completed, 'trusted' | 'trustBasis'> {
  if (trust.length === 0) return { trusted: undefined, trustBasis: 'authoritative' };
  const problem = String(tls.authorizationError ?? '');
  // OpenSSL reports one problem, dates last: behind it the chain may be good or bad. Validity is a fact of its own.
  if (aboutDates.has(problem)) return { trusted: chainsTo(chain, trust), trustBasis: 'inferred' };
  return { trusted: tls.authorized, trustBasis: 'authoritative' };
}

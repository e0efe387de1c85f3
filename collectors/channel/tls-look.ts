/**
 * Looks at one TLS endpoint with at most six connections: two real handshakes for certificates, hand-written hellos
 * for what our own library would not offer. Which connections follow depends on the answers.
 */
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClearStart } from '../contract/clear-start.ts';
import type { Look } from '../contract/collector.ts';
import { codeOf, Ended } from '../contract/collector.ts';
import type { FirstFlight, TlsVersion } from '../contract/tls-wire.ts';
import { alertName, protocolVersionAlert, tlsVersions, versionBelow } from '../contract/tls-wire.ts';
import { startInClear } from './clear-start.ts';
import { type Line, withLine } from './connection.ts';
import { type Handshake, handshake, verdictOnClient } from './handshake.ts';
import { sayHello } from './prober.ts';
import { askEverySuite } from './suite-census.ts';
import { codesOf, oldSuites, suiteName, tls13Suites, usualSuites } from './suites.ts';
import type { TlsSight } from './tls-sight.ts';

export interface TlsLook {
  /** Name for SNI and comparison, or an address. */
  readonly host: string;
  /** Most connections, handshakes included. */
  readonly hellos: number;
  readonly alpn?: readonly string[] | undefined;
  /** Ask for every suite of the registry, with at most so many connections beside `hellos`. Laboratories only. */
  readonly everySuite?: number | undefined;
  /** Each connection starts in clear, as this protocol does. */
  readonly clearStart?: ClearStart | undefined;
  /** What else is to be asked over the first completed handshake, while it is open. */
  afterwards?(line: Line, result: Handshake): Promise<void>;
}

const connectMs = 5000;
const handshakeMs = 5000;
const lateRefusalMs = 2000;
/** Old ones first: a server that follows the client's order then shows that it takes them. */
const everyOlderSuite = [...codesOf(oldSuites), ...codesOf(usualSuites)];

/** Fills the sight; throws `Ended` where the endpoint or the run ends it. */
export async function lookAtTls(look: Look, raw: TlsSight, options: TlsLook): Promise<void> {
  const run: Run = { look, raw, options, left: options.hellos };
  raw.host = options.host;
  raw.port = look.target.port;
  raw.anchors = look.trust;
  await newestVersion(run);
  if (raw.started?.tls === false) return;
  await olderVersions(run);
  await oldSuitesAlone(run);
  if (options.everySuite !== undefined) await everySuite({ ...run, left: options.everySuite });
}

interface Run {
  readonly look: Look;
  readonly raw: TlsSight;
  readonly options: TlsLook;
  /** Connections that may still be made. */
  left: number;
}

/** A real handshake that offers everything; where it fails before a version is chosen, a hello that offers more. */
async function newestVersion(run: Run): Promise<void> {
  const { look } = run;
  const first = await realHandshake(run, '1.3');
  if (first === undefined) return;
  if (first.flight.version !== undefined) return;
  if (first.failure?.kind === 'hungUp') throw new Ended('unsupported', 'hung up on a TLS hello');
  if (first.failure?.kind === 'ours') throw new Ended('unsupported', `did not answer with TLS: ${first.failure.text}`);
  if (run.left === 0) throw new Ended('unsupported', `refused: ${first.failure?.text ?? 'no reason given'}`);
  look.note('the offer of our library was refused; asking with everything that a hand-written hello can offer');
  const flight = await hello(run, '1.3', [...codesOf(tls13Suites), ...everyOlderSuite]);
  if (flight.version === undefined) {
    const strange = flight.malformed === undefined ? {} : { rule: 'SAF-16' };
    throw new Ended('unsupported', `no TLS session to be had: ${told(flight)}`, strange);
  }
}

/** Goes down from the newest version until one is refused. */
async function olderVersions(run: Run): Promise<void> {
  const { raw } = run;
  let floor = raw.newest;
  while (floor !== undefined && run.left > 0) {
    const asked: TlsVersion | undefined = versionBelow(floor);
    if (asked === undefined) {
      raw.oldest = { version: floor, basis: 'authoritative' };
      return;
    }
    const flight = await askOlder(run, asked);
    const answered = flight.version;
    if (answered === undefined) {
      if (flight.malformed !== undefined)
        throw new Ended('unsupported', `not TLS any more: ${flight.malformed}`, { rule: 'SAF-16' });
      // An alert is the server's word; a hang-up on an old hello, right after a good one, only a sign.
      raw.oldest = { version: floor, basis: flight.alert === undefined ? 'inferred' : 'authoritative' };
      return;
    }
    if (tlsVersions.indexOf(answered) > tlsVersions.indexOf(asked)) {
      throw new Ended('unsupported', `answered ${answered} to an offer of ${asked}`);
    }
    floor = answered;
  }
  if (floor === 'ssl3') raw.oldest = { version: floor, basis: 'authoritative' };
}

async function askOlder(run: Run, version: TlsVersion): Promise<FirstFlight> {
  if (version === '1.2') {
    const flight = (await realHandshake(run, '1.2'))?.flight ?? declinedLater();
    const settled = flight.version !== undefined || flight.alert?.code === protocolVersionAlert;
    // Refused for another reason: perhaps only for the suites that our library still has.
    if (settled || run.left === 0) return flight;
  }
  return hello(run, version, everyOlderSuite);
}

/** Offers nothing but old suites, at the newest version that still knows them, while connections are left. */
async function oldSuitesAlone(run: Run): Promise<void> {
  const { raw } = run;
  const version = raw.answers
    .map((answer) => answer.flight.version)
    .filter((one) => one !== '1.3')
    .sort((one, other) => tlsVersions.indexOf(other) - tlsVersions.indexOf(one))[0];
  if (version === undefined) {
    if (raw.oldest?.version === '1.3') raw.oldSuites = 'noSuchVersion';
    return;
  }
  const seen = new Set(raw.answers.map((answer) => answer.flight.suite));
  let suites = codesOf(oldSuites).filter((code) => !seen.has(code));
  run.look.note(`old suites to be asked for alone: ${suites.map(suiteName).join(' ')}`);
  while (run.left > 0) {
    const { version: answered, suite, alert } = await hello(run, version, suites);
    if (answered === undefined || suite === undefined) {
      if (alert !== undefined) raw.oldSuites = 'refused';
      return;
    }
    raw.oldSuites = 'accepted';
    suites = suites.filter((code) => code !== suite);
  }
}

/** Version by version, the newest first, down to the oldest that is spoken. */
async function everySuite(run: Run): Promise<void> {
  const { raw, look } = run;
  if (raw.newest === undefined) return;
  const [oldest, newest] = [raw.oldest?.version ?? 'ssl3', raw.newest].map((one) => tlsVersions.indexOf(one));
  let complete = true;
  for (const version of tlsVersions.slice(oldest, (newest ?? 0) + 1).toReversed()) {
    const of = raw.answers.filter(({ flight }) => flight.version === version);
    const accepted = new Set(of.map(({ flight }) => flight.suite));
    const offer = async (at: TlsVersion, suites: readonly number[]) =>
      run.left > 0 ? await hello(run, at, suites) : undefined;
    complete = (await askEverySuite(offer, version, accepted)) && complete;
  }
  look.note(`every suite of the registry was offered: ${complete ? 'yes' : 'no, or not refused by an alert'}`);
  if (!complete) return;
  const older = raw.answers.filter(({ flight }) => flight.version !== '1.3');
  if (older.length === 0) return;
  raw.oldSuites = older.some(({ flight }) => flight.suite in oldSuites) ? 'accepted' : 'refused';
}

async function realHandshake(run: Run, max: '1.2' | '1.3'): Promise<Handshake | undefined> {
  const { look, raw, options } = run;
  return contact(run, 'tls.handshake', async (line) => {
    const result = await handshake(line, {
      min: max === '1.2' ? '1.2' : '1.0',
      max,
      host: raw.host,
      trust: look.trust,
      boundMs: handshakeMs,
      ...(options.alpn === undefined ? {} : { alpn: options.alpn }),
    });
    const { flight, completed, failure } = result;
    keep(raw, flight, completed);
    look.note(
      `handshake, TLS up to ${max}: ${told(flight)}${failure === undefined ? '' : `, not completed: ${failure.text}`}`,
    );
    await readClientCertificate(run, line, result);
    await options.afterwards?.(line, result);
    return result;
  });
}

/** What the server asks of clients. */
async function readClientCertificate({ look, raw }: Run, line: Line, result: Handshake): Promise<void> {
  const { certificateRequested, completed, failure, tls } = result;
  if (certificateRequested === false) {
    weaken(raw, { value: 'none', basis: 'authoritative' });
  } else if (certificateRequested && failure?.kind === 'alert') {
    weaken(raw, { value: 'required', basis: 'authoritative' });
  } else if (certificateRequested && completed !== undefined && tls !== undefined) {
    weaken(
      raw,
      completed.version === '1.3' ? await lateDemand(line, tls) : { value: 'requested', basis: 'authoritative' },
    );
  }
  if (certificateRequested) look.note(`a client certificate is asked for: ${JSON.stringify(raw.clientCertificate)}`);
}

async function lateDemand(line: Line, tls: TLSSocket): Promise<NonNullable<TlsSight['clientCertificate']>> {
  switch (await verdictOnClient(line, tls, lateRefusalMs)) {
    case 'refused':
      return { value: 'required', basis: 'authoritative' };
    case 'goesOn':
      return { value: 'requested', basis: 'authoritative' };
    case 'silent':
      return { value: 'requested', basis: 'inferred' };
    case 'hungUp':
      // Without an alert it may as well be tired of a client that says nothing.
      return 'ambiguous';
  }
}

const demands = ['none', 'requested', 'required'] as const;

/** Of several handshakes the one that asks least counts: that is how a client without a certificate gets in. */
function weaken(raw: TlsSight, seen: NonNullable<TlsSight['clientCertificate']>): void {
  const known = raw.clientCertificate;
  if (known === undefined || known === 'ambiguous') raw.clientCertificate = seen;
  else if (seen !== 'ambiguous' && demands.indexOf(seen.value) < demands.indexOf(known.value)) {
    raw.clientCertificate = seen;
  }
}

async function hello(run: Run, version: TlsVersion, suites: readonly number[]): Promise<FirstFlight> {
  const { look, raw } = run;
  const serverName = isIP(raw.host) === 0 ? raw.host : undefined;
  const flight = await contact(run, 'tls.hello', async (line) => {
    const flight = await sayHello(line, { version, suites, serverName });
    keep(raw, flight);
    look.note(`hello, up to ${version}, ${suites.length} suites: ${told(flight)}`);
    return flight;
  });
  return flight ?? declinedLater();
}

function declinedLater(): never {
  throw new Ended('unsupported', 'the server agreed to TLS before and does not any more');
}

/** undefined: a server that starts in clear did not go on to TLS. */
async function contact<T>(run: Run, kind: string, body: (line: Line) => Promise<T>): Promise<T | undefined> {
  const { look, raw, options } = run;
  run.left -= 1;
  const connected = () => {
    raw.listening = true;
    raw.at = look.now();
  };
  try {
    return await withLine(look, { kind, connectMs, connected }, async (line) => {
      if (options.clearStart === undefined) return body(line);
      line.answered();
      const started = await startInClear(look, line, options.clearStart);
      raw.started ??= started;
      // The answer before was read with the socket held; who reads now has not asked for more yet.
      line.socket.resume();
      return started.tls ? body(line) : undefined;
    });
  } catch (error) {
    // Only the first connection says whether something listens: a later refusal is a limit on clients.
    if (raw.listening === undefined && codeOf(error) === 'ECONNREFUSED') raw.listening = false;
    throw error;
  }
}

function keep(raw: TlsSight, flight: FirstFlight, completed?: Handshake['completed']): void {
  const { version, suite } = flight;
  if (version === undefined || suite === undefined) return;
  // The first answer is to an offer of everything.
  raw.newest ??= version;
  raw.answers.push({
    flight: { ...flight, version, suite },
    suite: completed?.suite ?? suiteName(suite),
    ...(completed === undefined ? {} : { completed }),
  });
}

function told({ version, suite, chain, alert, malformed }: FirstFlight): string {
  if (version !== undefined && suite !== undefined) {
    return `answered ${version} with ${suiteName(suite)}${chain.length === 0 ? '' : `, ${chain.length} certificates`}`;
  }
  if (alert !== undefined) return `refused with ${alertName(alert.code)}`;
  return malformed ?? 'hung up';
}

/** What the answers of a TLS endpoint mean. Pure. */
import { type ChainSighting, certificateFacts, certificateId, chainsTo } from '../contract/certificate.ts';
import type { Basis, Reading, Setup, UnseenReason } from '../contract/collector.ts';
import type { FactName, FactsDraft } from '../contract/vocabulary.ts';
import type { HttpAnswer } from './http.ts';
import { asksHttp, type TlsOptions } from './manifest.ts';
import type { TlsRaw } from './raw.ts';

interface Draft {
  readonly facts: FactsDraft;
  readonly unseen: Partial<Record<FactName, UnseenReason>>;
  readonly basis: Partial<Record<FactName, Basis>>;
}

export function readTls(raw: TlsRaw, setup: Setup<TlsOptions>): Reading {
  const draft: Draft = { facts: {}, unseen: {}, basis: {} };
  if (raw.listening !== undefined) draft.facts['service.listening'] = raw.listening;
  if (raw.listening && raw.at !== undefined) draft.facts['asset.inventory.lastSeen'] = raw.at.toISOString();
  readVersions(raw, draft);
  readCertificates(raw, draft);
  readChannel(raw, draft);
  readClientCertificate(raw, setup, draft);
  if (asksHttp(setup) && raw.http !== undefined) readHttp(raw.http, draft);
  return draft;
}

function readVersions(raw: TlsRaw, { facts, basis }: Draft): void {
  const { answers, newest, oldest } = raw;
  if (answers.length === 0) return;
  if (newest !== undefined) facts['tls.version.max'] = newest;
  if (oldest !== undefined) {
    facts['tls.version.min'] = oldest.version;
    basis['tls.version.min'] = oldest.basis;
  }
  facts['tls.cipher.accepted'] = sorted(answers.map((answer) => answer.suite));
  const negotiated = answers.filter((answer) => answer.completed !== undefined);
  if (negotiated.length > 0) facts['tls.cipher.negotiated'] = sorted(negotiated.map((answer) => answer.suite));
  if (raw.at !== undefined) facts['crypto.inventory.lastAt'] = raw.at.toISOString();
}

function readCertificates(raw: TlsRaw, { facts, unseen, basis }: Draft): void {
  const completed = raw.answers.map((answer) => answer.completed).filter((one) => one !== undefined);
  const judged = new Set(completed.map(({ chain }) => leafId(chain)));
  // A leaf that the library judged needs no second opinion of ours.
  const inClear = raw.answers
    .filter(({ flight, completed: whole }) => whole === undefined && !judged.has(leafId(flight.chain)))
    .map(({ flight }) => seenInClear(flight.chain, raw.anchors));
  const sightings: ChainSighting[] = [...completed, ...inClear].filter(({ chain }) => chain.length > 0);
  Object.assign(facts, certificateFacts(sightings, { interface: `tcp/${raw.port}`, host: raw.host }));
  if (sightings.some(({ trustBasis }) => trustBasis === 'inferred')) basis['tls.certificate.trusted'] = 'inferred';
  const leaves = (facts['tls.certificates'] ?? []).filter(({ role }) => role === 'leaf');
  if (leaves.length > 0) {
    facts['identity.machines'] = leaves.map(({ id, notBefore, notAfter }) => ({
      id,
      kind: 'certificate',
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(notAfter === undefined ? {} : { notAfter }),
    }));
  }
  if (completed.length > 0) facts['tls.certificate.ocspStapled'] = completed.every((one) => one.ocspStapled);
  if (raw.answers.length === 0) return;
  // The server answered, and what is still missing our own side could not make it show or could not read.
  for (const name of certificateNames) {
    if (facts[name] === undefined && (name !== 'tls.certificate.trusted' || raw.anchors.length > 0)) {
      unseen[name] = 'unsupported';
    }
  }
}

const certificateNames = [
  'tls.cipher.negotiated',
  'tls.certificates',
  'tls.certificate.notAfter',
  'tls.certificate.notBefore',
  'tls.certificate.keyBits',
  'tls.certificate.keyType',
  'tls.certificate.signatureAlgorithm',
  'tls.certificate.selfSigned',
  'tls.certificate.trusted',
  'tls.certificate.subjectMatches',
  'tls.certificate.ocspStapled',
  'identity.machines',
] as const;

function leafId(chain: readonly Uint8Array[]): string {
  return chain[0] === undefined ? '' : certificateId(chain[0]);
}

function seenInClear(chain: readonly Uint8Array[], anchors: readonly string[]): ChainSighting {
  return { chain, trusted: anchors.length === 0 ? undefined : chainsTo(chain, anchors), trustBasis: 'inferred' };
}

/** A suite without encryption still signs (RFC 5246 section 6.2.3.1); any other encrypts. */
function readChannel(raw: TlsRaw, { facts, basis }: Draft): void {
  const suites = raw.answers.map((answer) => answer.suite);
  if (suites.length === 0) return;
  const plain = suites.filter((suite) => suite.includes('_NULL_'));
  facts['channel.strongestEncryption'] = plain.length === suites.length ? 'signed' : 'encrypted';
  facts['channel.encryption'] = plain.length > 0 ? 'signed' : 'encrypted';
  const settled = plain.length > 0 || raw.oldSuites === 'refused' || raw.oldSuites === 'noSuchVersion';
  // Without having asked for the suites that do not encrypt, that none is accepted is only likely.
  if (!settled) basis['channel.encryption'] = 'inferred';
}

/** Words with which widespread servers refuse a client without a certificate after the handshake. */
const wantsCertificate = /no required ssl certificate|client certificate (is )?required|certificate required/i;

function readClientCertificate(raw: TlsRaw, { scheme }: Setup, { facts, unseen, basis }: Draft): void {
  const seen = raw.clientCertificate;
  const name = 'auth.clientCertificate.required';
  if (seen === undefined) {
    if (raw.answers.length > 0) unseen[name] = 'unsupported';
    return;
  }
  if (seen === 'ambiguous') {
    unseen[name] = 'ambiguous';
    return;
  }
  facts[name] = seen.value;
  basis[name] = seen.basis;
  if (seen.value !== 'requested' || scheme !== 'https') return;
  // Web servers ask in the handshake and refuse in HTTP: without a page the two cannot be told apart.
  const { http } = raw;
  if (http !== undefined && http.status >= 400 && wantsCertificate.test(http.beginning)) {
    facts[name] = 'required';
    basis[name] = 'stated';
  } else if (http === undefined || http.status >= 400) {
    delete facts[name];
    delete basis[name];
    unseen[name] = 'ambiguous';
  }
}

const methodOfScheme: Readonly<Record<string, 'password' | 'token'>> = {
  basic: 'password',
  digest: 'password',
  bearer: 'token',
  dpop: 'token',
  negotiate: 'token',
};

function readHttp(http: HttpAnswer & { sentAt: Date; readAt: Date }, { facts, unseen, basis }: Draft): void {
  const clock = Date.parse(http.headers.date ?? '');
  if (Number.isFinite(clock)) {
    const middle = (http.sentAt.getTime() + http.readAt.getTime()) / 2;
    // The header has whole seconds (RFC 9110 section 6.6.1): its middle is the best guess.
    facts['time.offset'] = Math.round((clock + 500 - middle) / 1000);
    basis['time.offset'] = 'stated';
  } else {
    unseen['time.offset'] = 'unsupported';
  }
  if (http.status !== 401) {
    // A page without a question proves nothing about what lies behind it.
    for (const name of ['auth.anonymous.accepted', 'auth.methods', 'auth.password.clearText'] as const) {
      unseen[name] = 'ambiguous';
    }
    return;
  }
  facts['auth.anonymous.accepted'] = false;
  const schemes = challengesOf(http.headers['www-authenticate'] ?? '');
  const methods = sorted(schemes.map((scheme) => methodOfScheme[scheme]).filter((method) => method !== undefined));
  if (methods.length === 0) {
    unseen['auth.methods'] = 'unsupported';
    unseen['auth.password.clearText'] = 'unsupported';
    return;
  }
  facts['auth.methods'] = methods;
  const { 'channel.encryption': encryption } = facts;
  if (methods.includes('password') && encryption !== undefined) {
    facts['auth.password.clearText'] = encryption !== 'encrypted';
  } else {
    unseen['auth.password.clearText'] = 'ambiguous';
  }
}

/** Scheme names of a WWW-Authenticate header (RFC 9110 section 11.6.1), lower case. */
export function challengesOf(header: string): string[] {
  const bare = header.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return [...bare.matchAll(/(?:^|,)\s*([A-Za-z][\w-]*)(?=\s+[^\s=,]|\s*(?:,|$))/g)].map((match) =>
    (match[1] ?? '').toLowerCase(),
  );
}

function sorted<Word extends string>(words: readonly Word[]): Word[] {
  return [...new Set(words)].sort();
}

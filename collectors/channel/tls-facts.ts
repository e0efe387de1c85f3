/** What the answers of a TLS endpoint mean. Pure. */
import { type ChainSighting, certificateFacts, certificateId, chainsTo } from '../contract/certificate.ts';
import type { Basis, UnseenReason } from '../contract/collector.ts';
import type { FactName, FactsDraft } from '../contract/vocabulary.ts';
import type { TlsSight } from './tls-sight.ts';

/** A reading while it is being made. */
export interface Draft {
  readonly facts: FactsDraft;
  readonly unseen: Partial<Record<FactName, UnseenReason>>;
  readonly basis: Partial<Record<FactName, Basis>>;
}

/** Facts of the connection and of TLS itself. What the server answered but our side could not make use of is `unsupported`. */
export function readTlsSight(raw: TlsSight): Draft {
  const draft: Draft = { facts: {}, unseen: {}, basis: {} };
  if (raw.listening !== undefined) draft.facts['service.listening'] = raw.listening;
  if (raw.listening && raw.at !== undefined) draft.facts['asset.inventory.lastSeen'] = raw.at.toISOString();
  readVersions(raw, draft);
  readCertificates(raw, draft);
  readChannel(raw, draft);
  readClientCertificate(raw, draft);
  return draft;
}

function readVersions(raw: TlsSight, { facts, basis }: Draft): void {
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

function readCertificates(raw: TlsSight, { facts, unseen, basis }: Draft): void {
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
function readChannel(raw: TlsSight, { facts, unseen, basis }: Draft): void {
  if (raw.started?.tls === false) {
    facts['channel.strongestEncryption'] = 'none';
    facts['channel.encryption'] = 'none';
    return;
  }
  const suites = raw.answers.map((answer) => answer.suite);
  if (suites.length === 0) return;
  const plain = suites.filter((suite) => suite.includes('_NULL_'));
  facts['channel.strongestEncryption'] = plain.length === suites.length ? 'signed' : 'encrypted';
  if (raw.started !== undefined) {
    // Whether it would also serve without TLS shows only to who goes on in clear.
    unseen['channel.encryption'] = 'ambiguous';
    return;
  }
  facts['channel.encryption'] = plain.length > 0 ? 'signed' : 'encrypted';
  const settled = plain.length > 0 || raw.oldSuites === 'refused' || raw.oldSuites === 'noSuchVersion';
  // Without having asked for the suites that do not encrypt, that none is accepted is only likely.
  if (!settled) basis['channel.encryption'] = 'inferred';
}

function readClientCertificate(raw: TlsSight, { facts, unseen, basis }: Draft): void {
  const seen = raw.clientCertificate;
  if (seen === undefined) {
    if (raw.answers.length > 0) unseen['auth.clientCertificate.required'] = 'unsupported';
  } else if (seen === 'ambiguous') {
    unseen['auth.clientCertificate.required'] = 'ambiguous';
  } else {
    facts['auth.clientCertificate.required'] = seen.value;
    basis['auth.clientCertificate.required'] = seen.basis;
  }
}

function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

/** Certificates as facts. Pure: DER in, plain values out; used by every collector that meets certificates. */
import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Basis } from './collector.ts';
import type { Facts, FactsDraft, FactValue } from './vocabulary.ts';

export type KeyType = 'rsa' | 'ec' | 'ed25519' | 'other';

export interface CertificateReading {
  /** SHA-256 of the DER, lower-case hex. */
  readonly id: string;
  /** RFC 4514 order of the certificate, parts joined by ", ". */
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly keyType: KeyType;
  /** SHA-256 of the public key (SubjectPublicKeyInfo, DER), lower-case hex: two certificates may carry one key. */
  readonly keyId?: string;
  /** Absent where the key type has no one size that we know. */
  readonly keyBits?: number;
  readonly signatureAlgorithm?: string;
  readonly selfSigned: boolean;
  /** `DNS:name`, `IP:address`, `URI:urn`, ... */
  readonly sans: readonly string[];
}

/** A chain as one handshake or endpoint showed it. */
export interface ChainSighting {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  /** Whether it leads to a declared anchor; undefined when there is none to measure against. */
  readonly trusted?: boolean | undefined;
  /** `inferred` when signatures were followed by hand instead of by a TLS library. */
  readonly trustBasis?: Basis | undefined;
}

export type CertificateFacts = Pick<
  Facts,
  | 'tls.certificates'
  | 'tls.certificate.notAfter'
  | 'tls.certificate.notBefore'
  | 'tls.certificate.keyBits'
  | 'tls.certificate.keyType'
  | 'tls.certificate.signatureAlgorithm'
  | 'tls.certificate.selfSigned'
  | 'tls.certificate.trusted'
  | 'tls.certificate.subjectMatches'
>;

const longestText = 1000;
const mostNames = 200;

/** Reads one certificate, or undefined when the bytes are none. */
export function readCertificate(der: Uint8Array): CertificateReading | undefined {
  const certificate = parsed(der);
  if (certificate === undefined) return undefined;
  const key = keyOf(certificate);
  return {
    id: certificateId(der),
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    notBefore: certificate.validFromDate.toISOString(),
    notAfter: certificate.validToDate.toISOString(),
    ...keyFacts(key),
    ...(key === undefined ? {} : { keyId: keyId(key) }),
    ...(certificate.signatureAlgorithm ? { signatureAlgorithm: certificate.signatureAlgorithm } : {}),
    selfSigned: certificate.checkIssued(certificate) && key !== undefined && verifies(certificate, key),
    sans: alternativeNames(certificate.subjectAltName),
  };
}

export function certificateId(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex');
}

/** Whether the leaf is made out to the host: a DNS name by RFC 6125, an address by an IP entry. */
export function matchesHost(der: Uint8Array, host: string): boolean {
  const certificate = parsed(der);
  if (certificate === undefined) return false;
  return (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
}

/**
 * Whether signatures lead from the leaf to one of the anchors (PEM), or the leaf is one itself. Dates, name
 * constraints and key usage are not looked at: a TLS library's verdict is better where there is one.
 */
export function chainsTo(chain: readonly Uint8Array[], anchors: readonly string[]): boolean {
  const trusted = anchors.flatMap(certificatesIn);
  const sent = chain.map(parsed).filter((certificate) => certificate !== undefined);
  let current = sent[0];
  for (let depth = 0; current !== undefined && depth <= sent.length; depth += 1) {
    const subject: X509Certificate = current;
    const id = subject.fingerprint256;
    if (trusted.some((anchor) => anchor.fingerprint256 === id || isIssuedBy(subject, anchor))) return true;
    current = sent.find((issuer) => issuer.fingerprint256 !== id && isIssuedBy(subject, issuer));
  }
  return false;
}

/** Certificates in a PEM text, in order; text that is none is left out. */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => parsed(Buffer.from(block))).filter((certificate) => certificate !== undefined);
}

/** The `tls.certificate*` facts over all chains that an interface showed. Empty when none could be read. */
export function certificateFacts(
  sightings: readonly ChainSighting[],
  place: { readonly interface: string; readonly host: string },
): CertificateFacts {
  const records = new Map<string, FactValue<'tls.certificates'>[number]>();
  const leaves: (CertificateReading & { trusted: boolean | undefined; matches: boolean })[] = [];
  for (const { chain, trusted } of sightings) {
    chain.forEach((der, index) => {
      const reading = readCertificate(der);
      if (reading === undefined || records.has(reading.id)) return;
      const matches = index === 0 && matchesHost(der, place.host);
      records.set(reading.id, {
        ...reading,
        interface: place.interface,
        role: index === 0 ? 'leaf' : reading.selfSigned ? 'root' : 'intermediate',
        ...(index === 0 ? { subjectMatches: matches, ...(trusted === undefined ? {} : { trusted }) } : {}),
      });
      if (index === 0) leaves.push({ ...reading, trusted, matches });
    });
  }
  const weakest = leaves.toSorted((one, other) => strengthOf(one) - strengthOf(other))[0];
  if (weakest === undefined) return {};
  const facts: FactsDraft = {
    'tls.certificates': [...records.values()],
    'tls.certificate.notAfter': leaves.map((leaf) => leaf.notAfter).sort()[0] ?? weakest.notAfter,
    'tls.certificate.notBefore':
      leaves
        .map((leaf) => leaf.notBefore)
        .sort()
        .at(-1) ?? weakest.notBefore,
    'tls.certificate.keyType': weakest.keyType,
    'tls.certificate.selfSigned': leaves.some((leaf) => leaf.selfSigned),
    'tls.certificate.subjectMatches': leaves.every((leaf) => leaf.matches),
  };
  if (weakest.keyBits !== undefined) facts['tls.certificate.keyBits'] = weakest.keyBits;
  const { signatureAlgorithm } =
    leaves.find((leaf) => /md5|sha-?1(?!\d)/i.test(leaf.signatureAlgorithm ?? '')) ?? weakest;
  if (signatureAlgorithm !== undefined) facts['tls.certificate.signatureAlgorithm'] = signatureAlgorithm;
  const verdicts = leaves.map((leaf) => leaf.trusted);
  if (verdicts.every((trusted) => trusted !== undefined)) facts['tls.certificate.trusted'] = verdicts.every(Boolean);
  return facts;
}

/** Whether the bytes are an OCSP response that says something: status `successful` (RFC 6960 section 4.2.1). */
export function isOcspAnswer(der: Uint8Array): boolean {
  const lengthBytes = (der[1] ?? 0) < 0x80 ? 1 : 1 + ((der[1] ?? 0) & 0x7f);
  const status = der.subarray(1 + lengthBytes, 4 + lengthBytes);
  return der[0] === 0x30 && status[0] === 0x0a && status[1] === 1 && status[2] === 0;
}

function parsed(der: Uint8Array): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    return isWritable(certificate.validFromDate) && isWritable(certificate.validToDate) ? certificate : undefined;
  } catch {
    // A device may send anything in this place; the caller counts what could not be read.
    return undefined;
  }
}

/** A damaged or hostile certificate may pass the parser with dates that no timestamp can hold. */
function isWritable(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999;
}

function keyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    // A key type that this runtime cannot load (GOST, say): the certificate's other fields are still good.
    return undefined;
  }
}

function keyId(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

function verifies(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.verify(key);
  } catch {
    return false;
  }
}

function isIssuedBy(subject: X509Certificate, issuer: X509Certificate): boolean {
  const key = keyOf(issuer);
  return issuer.ca && subject.checkIssued(issuer) && key !== undefined && verifies(subject, key);
}

const curveBits: Readonly<Record<string, number>> = {
  prime192v1: 192,
  secp224r1: 224,
  prime256v1: 256,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
  brainpoolP256r1: 256,
  brainpoolP384r1: 384,
  brainpoolP512r1: 512,
};

function keyFacts(key: KeyObject | undefined): Pick<CertificateReading, 'keyType' | 'keyBits'> {
  switch (key?.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss': {
      const bits = key.asymmetricKeyDetails?.modulusLength;
      return { keyType: 'rsa', ...(bits === undefined ? {} : { keyBits: bits }) };
    }
    case 'ec': {
      const bits = curveBits[key.asymmetricKeyDetails?.namedCurve ?? ''];
      return { keyType: 'ec', ...(bits === undefined ? {} : { keyBits: bits }) };
    }
    case 'ed25519':
      return { keyType: 'ed25519', keyBits: 256 };
    default:
      return { keyType: 'other' };
  }
}

/** Comparable strength in bits (NIST SP 800-57 part 1, table 2, interpolated by steps); unknown counts as weakest. */
function strengthOf({ keyType, keyBits = 0 }: Pick<CertificateReading, 'keyType' | 'keyBits'>): number {
  if (keyType !== 'rsa') return keyBits / 2;
  const steps = [
    [15_360, 256],
    [7680, 192],
    [3072, 128],
    [2048, 112],
    [1024, 80],
  ] as const;
  return steps.find(([bits]) => keyBits >= bits)?.[1] ?? keyBits / 16;
}

/** Node prints one attribute per line. */
function nameText(name: string | undefined): string {
  return clipped((name ?? '').split('\n').join(', '));
}

/** Node joins entries by ", " and writes those with special characters as JSON strings. */
export function alternativeNames(text: string | undefined): string[] {
  const entries = (text ?? '').match(/[^:,]+:(?:"(?:[^"\\]|\\.)*"|[^,]*)/g) ?? [];
  return entries.slice(0, mostNames).map((entry) => {
    const colon = entry.indexOf(':');
    const kind = entry.slice(0, colon).trim();
    return clipped(`${kind === 'IP Address' ? 'IP' : kind}:${entry.slice(colon + 1)}`);
  });
}

function clipped(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 3)}...` : text;
}

/** Certificates for servers of tests: good ones, and ones with every flaw that a collector should see. */
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
} from '@peculiar/x509';

export type TestKey = 'rsa-1024' | 'rsa-2048' | 'rsa-3072' | 'p256' | 'p384' | 'ed25519';

export interface Issued {
  readonly certificate: string;
  readonly key: string;
  /** The certificate, and below it whatever a server sends along. */
  readonly chain: string;
}

export interface Issuer extends Issued {
  /** What its leaves send along: empty for a root, which the client has or does not trust. */
  readonly chain: string;
  readonly name: string;
  readonly signer: webcrypto.CryptoKey;
}

export interface CertificateSpec {
  /** Common name; default `localhost`. */
  readonly name?: string;
  readonly key?: TestKey;
  readonly hash?: 'SHA-1' | 'SHA-256' | 'SHA-384';
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly uri?: readonly string[];
  /** Days from now; default one day ago to a year ahead. */
  readonly fromDay?: number;
  readonly toDay?: number;
}

const day = 24 * 3600 * 1000;
const algorithms = {
  'rsa-1024': { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024 },
  'rsa-2048': { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048 },
  'rsa-3072': { name: 'RSASSA-PKCS1-v1_5', modulusLength: 3072 },
  p256: { name: 'ECDSA', namedCurve: 'P-256' },
  p384: { name: 'ECDSA', namedCurve: 'P-384' },
  ed25519: { name: 'Ed25519' },
} as const;

/** A certification authority: a root, or an intermediate below `parent`. */
export async function authority(name: string, parent?: Issuer, key: TestKey = 'p256'): Promise<Issuer> {
  const made = await make({ name, key, toDay: 3650 }, parent, [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ]);
  return { ...made, name: `CN=${name}`, chain: parent === undefined ? '' : made.chain };
}

/** A certificate below an authority, or a self-signed one without. */
export async function issue(spec: CertificateSpec = {}, issuer?: Issuer): Promise<Issued> {
  const names = [
    ...(spec.dns ?? (spec.ip === undefined ? ['localhost'] : [])).map((value) => ({ type: 'dns' as const, value })),
    ...(spec.ip ?? []).map((value) => ({ type: 'ip' as const, value })),
    ...(spec.uri ?? []).map((value) => ({ type: 'url' as const, value })),
  ];
  const { certificate, key, chain } = await make(spec, issuer, [new SubjectAlternativeNameExtension(names)]);
  return { certificate, key, chain };
}

/** What the authority has taken back, PEM. */
export async function revocationList(issuer: Issuer, revoked: readonly Issued[]): Promise<string> {
  const now = Date.now();
  const list = await X509CrlGenerator.create(
    {
      issuer: issuer.name,
      thisUpdate: new Date(now - day),
      nextUpdate: new Date(now + 30 * day),
      entries: revoked.map(({ certificate }) => ({
        serialNumber: new X509Certificate(certificate).serialNumber,
        revocationDate: new Date(now - day / 2),
      })),
      signingAlgorithm: signing(issuer.signer, 'SHA-256'),
      signingKey: issuer.signer,
    },
    webcrypto as unknown as Crypto,
  );
  // The library's own label is not the one of RFC 7468 section 6.
  return `${list.toString('pem').replaceAll(/(BEGIN|END) (X509 )?CRL/g, '$1 X509 CRL')}\n`;
}

/** Writes PEM files that servers can read, and says where they are. */
export function writeIssued(folder: string, name: string, issued: Issued): { cert: string; key: string } {
  mkdirSync(folder, { recursive: true });
  const cert = join(folder, `${name}.pem`);
  const key = join(folder, `${name}.key`);
  writeFileSync(cert, issued.chain);
  writeFileSync(key, issued.key, { mode: 0o644 });
  return { cert, key };
}

async function make(
  spec: CertificateSpec,
  issuer: Issuer | undefined,
  extensions: Extension[],
): Promise<Issued & { signer: webcrypto.CryptoKey }> {
  const hash = spec.hash ?? 'SHA-256';
  const algorithm = { ...algorithms[spec.key ?? 'p256'], hash, publicExponent: new Uint8Array([1, 0, 1]) };
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const now = Date.now();
  const subject = `CN=${spec.name ?? 'localhost'}`;
  const made = await X509CertificateGenerator.create(
    {
      serialNumber: `01${randomBytes(8).toString('hex')}`,
      subject,
      issuer: issuer?.name ?? subject,
      notBefore: new Date(now + (spec.fromDay ?? -1) * day),
      notAfter: new Date(now + (spec.toDay ?? 365) * day),
      signingAlgorithm: signing(issuer?.signer ?? keys.privateKey, hash),
      publicKey: keys.publicKey,
      signingKey: issuer?.signer ?? keys.privateKey,
      extensions: [...extensions, ...(await keyIdentifiers(keys.publicKey, issuer))],
    },
    webcrypto as unknown as Crypto,
  );
  const certificate = `${made.toString('pem')}\n`;
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const body = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n');
  return {
    certificate,
    key: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
    chain: certificate + (issuer?.chain ?? ''),
    signer: keys.privateKey,
  };
}

/** Some servers tell a certificate that signed itself from others by these alone. */
async function keyIdentifiers(own: webcrypto.CryptoKey, issuer: Issuer | undefined): Promise<Extension[]> {
  const crypto = webcrypto as unknown as Crypto;
  const mine = await SubjectKeyIdentifierExtension.create(own, false, crypto);
  if (issuer === undefined) return [mine];
  const { publicKey } = new X509Certificate(issuer.certificate);
  return [mine, await AuthorityKeyIdentifierExtension.create(publicKey, false, crypto)];
}

function signing(key: webcrypto.CryptoKey, hash: string) {
  return key.algorithm.name === 'ECDSA' ? { name: 'ECDSA', hash } : { name: key.algorithm.name, hash };
}

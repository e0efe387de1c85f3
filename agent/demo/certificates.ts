/** Certificates of the demo plant: one authority, and leaves that are sound or flawed on purpose. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as Crypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 86_400_000;

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority extends KeyPair {
  issue(name: string, leaf: Leaf): Promise<KeyPair>;
}

export interface Leaf {
  readonly hosts: readonly string[];
  /** Days from now; negative lies in the past. */
  readonly from?: number;
  readonly until?: number;
}

/** The plant's own authority, made once per folder. Leaves are kept too, so that a restart changes no device. */
export async function openAuthority(folder: string): Promise<Authority> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const held = readPair(folder, 'authority');
  const pair = held ?? (await makeAuthority());
  if (!held) keepPair(folder, 'authority', pair);
  return {
    ...pair,
    async issue(name, leaf) {
      const known = readPair(folder, name);
      if (known && stillRight(known, leaf)) return known;
      const made = await issueLeaf(pair, name, leaf);
      keepPair(folder, name, made);
      return made;
    },
  };
}

async function makeAuthority(): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Plant North demo authority, O=Acme Foods',
    serialNumber: '01',
    notBefore: new Date(Date.now() - 30 * day),
    notAfter: new Date(Date.now() + 3650 * day),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
}

async function issueLeaf(authority: KeyPair, name: string, leaf: Leaf): Promise<KeyPair> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decode(authority.key)[0] ?? new ArrayBuffer(0),
    algorithm,
    false,
    ['sign'],
  );
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}, O=Acme Foods`,
    issuer: issuer.subject,
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8)))
      .toString('hex')
      .replace(/^[89a-f]/, '7'),
    notBefore: new Date(Date.now() + (leaf.from ?? -20) * day),
    notAfter: new Date(Date.now() + (leaf.until ?? 340) * day),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension(
        leaf.hosts.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
}

async function pemOf(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** A kept leaf is used again unless its dates no longer say what the demo wants of it. */
function stillRight(pair: KeyPair, leaf: Leaf): boolean {
  const { notAfter } = new x509.X509Certificate(pair.certificate);
  return (leaf.until ?? 1) < 0 ? notAfter.getTime() < Date.now() : notAfter.getTime() > Date.now() + 60 * day;
}

function readPair(folder: string, name: string): KeyPair | undefined {
  const path = join(folder, `${name}.pem`);
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  const at = text.indexOf('-----BEGIN PRIVATE KEY-----');
  return at < 0 ? undefined : { certificate: text.slice(0, at), key: text.slice(at) };
}

function keepPair(folder: string, name: string, pair: KeyPair): void {
  writeFileSync(join(folder, `${name}.pem`), `${pair.certificate}\n${pair.key}\n`, { mode: 0o600 });
}

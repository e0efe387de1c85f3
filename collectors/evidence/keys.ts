/** Ed25519 keys and their fingerprints. Files and folders are the caller's business. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** `ed25519:` and the hex SHA-256 of the public key's SPKI bytes. */
export type Fingerprint = `ed25519:${string}`;

const fingerprintShape = /^ed25519:[0-9a-f]{64}$/;

export function isFingerprint(text: string): text is Fingerprint {
  return fingerprintShape.test(text);
}

/** What can sign. The private key stays inside; a signer may as well stand on another machine. */
export interface Signer {
  readonly fingerprint: Fingerprint;
  /** SPKI, base64. */
  readonly publicKey: string;
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** A new private key as PKCS #8 PEM. */
export function newPrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** @throws {TypeError} when the text is no Ed25519 private key; the message never repeats it. */
export function signerOf(privateKeyPem: string): Signer {
  const privateKey = parsed(() => createPrivateKey(privateKeyPem), 'private');
  const publicKey = createPublicKey(privateKey);
  return {
    fingerprint: fingerprintOf(publicKey),
    publicKey: spkiOf(publicKey).toString('base64'),
    sign: (bytes) => sign(null, bytes, privateKey),
  };
}

/**
 * A public key from PEM or base64 SPKI.
 * @throws {TypeError} when the text is neither.
 */
export function publicKeyOf(text: string): KeyObject {
  const trimmed = text.trim();
  return parsed(
    () =>
      trimmed.startsWith('-----')
        ? createPublicKey(trimmed)
        : createPublicKey({ key: Buffer.from(trimmed, 'base64'), format: 'der', type: 'spki' }),
    'public',
  );
}

export function fingerprintOf(publicKey: KeyObject): Fingerprint {
  return `ed25519:${createHash('sha256').update(spkiOf(publicKey)).digest('hex')}`;
}

/** Fingerprint of whatever names a key: a fingerprint, a PEM text or base64 SPKI. */
export function fingerprintFrom(text: string): Fingerprint {
  const trimmed = text.trim();
  return isFingerprint(trimmed) ? trimmed : fingerprintOf(publicKeyOf(trimmed));
}

function spkiOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' });
}

function parsed(parse: () => KeyObject, kind: 'private' | 'public'): KeyObject {
  let key: KeyObject;
  try {
    key = parse();
  } catch (error) {
    throw new TypeError(`expected an Ed25519 ${kind} key (PEM or base64 SPKI), found something else`, { cause: error });
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new TypeError(`expected an Ed25519 ${kind} key, found ${key.asymmetricKeyType ?? key.type}`);
  return key;
}

/** Verifies what `ssh-keygen -Y sign` writes (OpenSSH PROTOCOL.sshsig). Pure; Ed25519, ECDSA and RSA with SHA-2. */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

export interface SshSignature {
  /** The public key as OpenSSH writes it in base64. */
  readonly key: string;
  /** `SHA256:...`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  readonly namespace: string;
  /** Whether it is the key's signature of these bytes. */
  signs(message: Uint8Array): boolean;
}

const armour = /^-----BEGIN SSH SIGNATURE-----\s([A-Za-z0-9+/=\s]+)-----END SSH SIGNATURE-----\s*$/;
const magic = Buffer.from('SSHSIG');
const curves: Readonly<Record<string, { readonly name: string; readonly hash: string; readonly bytes: number }>> = {
  nistp256: { name: 'P-256', hash: 'sha256', bytes: 32 },
  nistp384: { name: 'P-384', hash: 'sha384', bytes: 48 },
  nistp521: { name: 'P-521', hash: 'sha512', bytes: 66 },
};

/** @throws {SyntaxError} saying what it is instead: no such signature, cut short, or of a kind that is not read. */
export function readSshSignature(text: string): SshSignature {
  const body = armour.exec(text)?.[1];
  if (body === undefined) throw new SyntaxError('no SSH signature');
  const fields = new Fields(Buffer.from(body, 'base64'));
  if (!fields.take(magic.length).equals(magic) || fields.number() !== 1) throw new SyntaxError('no SSH signature');
  const key = fields.string();
  const [namespace, reserved, hash] = [fields.string(), fields.string(), fields.string()];
  const signature = new Fields(fields.string());
  const algorithm = signature.text();
  const value = signature.string();
  fields.end();
  signature.end();
  const hashName = hash.toString('latin1');
  if (hashName !== 'sha512' && hashName !== 'sha256') throw new SyntaxError(`an SSH signature over ${hashName}`);
  const { publicKey, kind, curve } = readKey(key);
  return {
    key: key.toString('base64'),
    fingerprint: fingerprintOf(key),
    namespace: namespace.toString('utf8'),
    signs(message) {
      const digest = createHash(hashName).update(message).digest();
      const signed = Buffer.concat([magic, packed(namespace), packed(reserved), packed(hash), packed(digest)]);
      if (kind === 'ssh-ed25519') return algorithm === kind && verify(null, signed, publicKey, value);
      if (kind === 'ssh-rsa') {
        const sha = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' }[algorithm];
        return sha !== undefined && verify(sha, signed, publicKey, value);
      }
      if (curve === undefined || algorithm !== kind) return false;
      const parts = new Fields(value);
      const raw = Buffer.concat([padded(parts.string(), curve.bytes), padded(parts.string(), curve.bytes)]);
      return verify(curve.hash, signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw);
    },
  };
}

function fingerprintOf(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

interface PublicKey {
  readonly publicKey: KeyObject;
  readonly kind: string;
  readonly curve?: (typeof curves)[string];
}

function readKey(blob: Buffer): PublicKey {
  const fields = new Fields(blob);
  const kind = fields.text();
  const url = (bytes: Buffer) => bytes.toString('base64url');
  if (kind === 'ssh-ed25519') {
    const x = url(fields.string());
    return { kind, publicKey: keyFrom({ kty: 'OKP', crv: 'Ed25519', x }) };
  }
  if (kind === 'ssh-rsa') {
    const e = url(fields.string());
    const publicKey = keyFrom({ kty: 'RSA', e, n: url(fields.string()) });
    if ((publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
      throw new SyntaxError('an RSA key below 2048 bits');
    return { kind, publicKey };
  }
  const curve = kind.startsWith('ecdsa-sha2-') ? curves[fields.text()] : undefined;
  if (curve === undefined) throw new SyntaxError(`a signature by a key of the kind ${JSON.stringify(kind)}`);
  const point = fields.string();
  if (point.length !== 1 + 2 * curve.bytes || point[0] !== 4) throw new SyntaxError('a point that is none');
  const [x, y] = [url(point.subarray(1, 1 + curve.bytes)), url(point.subarray(1 + curve.bytes))];
  return { kind, curve, publicKey: keyFrom({ kty: 'EC', crv: curve.name, x, y }) };
}

function keyFrom(key: Readonly<Record<string, string>>): KeyObject {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch (cause) {
    throw new SyntaxError('a public key that is none', { cause });
  }
}

function packed(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** An mpint without its sign byte, as wide as the curve. */
function padded(number: Buffer, bytes: number): Buffer {
  const bare = number[0] === 0 ? number.subarray(1) : number;
  if (bare.length > bytes) throw new SyntaxError('a number beyond its curve');
  return Buffer.concat([Buffer.alloc(bytes - bare.length), bare]);
}

class Fields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new SyntaxError('an SSH signature that is cut short');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  number(): number {
    return this.take(4).readUInt32BE();
  }

  string(): Buffer {
    return this.take(this.number());
  }

  text(): string {
    return this.string().toString('latin1');
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new SyntaxError('an SSH signature with something behind it');
  }
}

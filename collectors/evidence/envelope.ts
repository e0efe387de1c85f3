/**
 * DSSE envelopes (protocol version 1.0.2) around in-toto statements (v1). What is signed is the pre-authentication
 * encoding of type and payload, so that no signature can be read as one over another kind of thing.
 */
import { verify } from 'node:crypto';
import { z } from 'zod';
import type { Digest } from './canonical.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import { type Fingerprint, fingerprintOf, publicKeyOf, type Signer } from './keys.ts';

export const payloadType = 'application/vnd.in-toto+json';
export const statementType = 'https://in-toto.io/Statement/v1';

/** in-toto statement v1: what the predicate says, about which subjects. */
export interface Statement<Predicate = unknown> {
  readonly _type: typeof statementType;
  readonly subject: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[];
  readonly predicateType: string;
  readonly predicate: Predicate;
}

export const signatureSchema = z.strictObject({ keyid: z.string(), sig: z.string() });
export type Signature = z.infer<typeof signatureSchema>;

export const envelopeSchema = z.strictObject({
  payloadType: z.literal(payloadType),
  /** Base64 of the payload's bytes. */
  payload: z.string(),
  signatures: z.array(signatureSchema).min(1),
});
export type Envelope = z.infer<typeof envelopeSchema>;

export const statementSchema = z.strictObject({
  _type: z.literal(statementType),
  subject: z.array(z.strictObject({ name: z.string(), digest: z.record(z.string(), z.string()) })).min(1),
  predicateType: z.string(),
  predicate: z.unknown(),
});

/** A signed statement with its payload readable; `hash` is the digest of the payload's bytes and its address in chains. */
export interface Sealed {
  readonly hash: Digest;
  readonly payload: string;
  readonly signatures: readonly Signature[];
}

/** Signs the statement's canonical JSON with every signer, in their order. */
export async function seal(statement: Statement, signers: readonly Signer[]): Promise<Sealed> {
  const payload = canonicalJson(statement);
  const bytes = preAuthentication(payload);
  const signatures: Signature[] = [];
  for (const signer of signers)
    signatures.push({
      keyid: signer.fingerprint,
      sig: Buffer.from(await signer.sign(bytes)).toString('base64'),
    });
  return { hash: sha256(payload), payload, signatures };
}

/** The envelope as other DSSE tools read it. */
export function envelopeOf(sealed: Pick<Sealed, 'payload' | 'signatures'>): Envelope {
  return {
    payloadType,
    payload: Buffer.from(sealed.payload, 'utf8').toString('base64'),
    signatures: [...sealed.signatures],
  };
}

/** The sealed statement inside an envelope. Signatures are not checked here. */
export function sealedOf(envelope: Envelope): Sealed {
  const payload = Buffer.from(envelope.payload, 'base64').toString('utf8');
  return { hash: sha256(payload), payload, signatures: envelope.signatures };
}

/** Public keys by fingerprint, SPKI in base64. */
export type PublicKeys = ReadonlyMap<string, string>;

export type SignatureCheck =
  | { readonly holds: true; readonly signers: readonly Fingerprint[] }
  | { readonly holds: false; readonly keyid: string; readonly because: 'unknownKey' | 'badSignature' | 'unsigned' };

/** Checks every signature; one that does not hold breaks the envelope, whatever the others say. */
export function verifyEnvelope(sealed: Pick<Sealed, 'payload' | 'signatures'>, keys: PublicKeys): SignatureCheck {
  const bytes = preAuthentication(sealed.payload);
  const signers: Fingerprint[] = [];
  for (const { keyid, sig } of sealed.signatures) {
    const spki = keys.get(keyid);
    if (spki === undefined) return { holds: false, keyid, because: 'unknownKey' };
    const key = publicKeyOf(spki);
    const signature = Buffer.from(sig, 'base64');
    // Base64 has spellings that decode alike: only the one that we write holds, or a changed byte could hide in it.
    if (fingerprintOf(key) !== keyid || signature.toString('base64') !== sig || !verify(null, bytes, key, signature))
      return { holds: false, keyid, because: 'badSignature' };
    signers.push(fingerprintOf(key));
  }
  return signers.length > 0 ? { holds: true, signers } : { holds: false, keyid: '', because: 'unsigned' };
}

/** DSSE's PAE: `DSSEv1 LEN(type) type LEN(payload) payload`, lengths in bytes. */
export function preAuthentication(payload: string, type = payloadType): Buffer {
  const [typeBytes, payloadBytes] = [Buffer.from(type, 'utf8'), Buffer.from(payload, 'utf8')];
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${typeBytes.length} `),
    typeBytes,
    Buffer.from(` ${payloadBytes.length} `),
    payloadBytes,
  ]);
}

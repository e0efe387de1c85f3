import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../collectors/evidence/canonical.ts';
import {
  envelopeOf,
  envelopeSchema,
  preAuthentication,
  type Sealed,
  seal,
  sealedOf,
  verifyEnvelope,
} from '../../../collectors/evidence/envelope.ts';
import {
  fingerprintFrom,
  newPrivateKey,
  publicKeyOf,
  type Signer,
  signerOf,
} from '../../../collectors/evidence/keys.ts';
import { type Said, saidBy, statementOf } from '../../../collectors/evidence/manifest.ts';

const said: Said = {
  kind: 'audit',
  link: { v: 1, chain: 'audit', seq: 1, previous: null, recordedAt: '2026-11-23T10:00:00.000Z' },
  body: { at: '2026-11-23T10:00:00.000Z', actor: 'ada@example.com', action: 'scan.start' },
};

async function sealed(signer: Signer): Promise<Sealed> {
  return seal(statementOf(said), [signer]);
}

function keysOf(...signers: Signer[]): Map<string, string> {
  return new Map(signers.map((signer) => [signer.fingerprint, signer.publicKey]));
}

describe('an envelope', () => {
  it('signs the pre-authentication encoding of the DSSE protocol', () => {
    expect(preAuthentication('hello world', 'http://example.com/HelloWorld').toString()).toBe(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    );
    expect(preAuthentication('Grüße', 't').toString()).toBe('DSSEv1 1 t 7 Grüße');
  });

  it('holds under the key that signed it, also after a journey as DSSE JSON', async () => {
    const signer = signerOf(newPrivateKey());
    const travelled = sealedOf(envelopeSchema.parse(JSON.parse(JSON.stringify(envelopeOf(await sealed(signer))))));
    expect(verifyEnvelope(travelled, keysOf(signer))).toEqual({ holds: true, signers: [signer.fingerprint] });
    expect(travelled.hash).toBe(sha256(travelled.payload));
  });

  it('breaks with any changed byte of payload or signature', async () => {
    const signer = signerOf(newPrivateKey());
    const whole = await sealed(signer);
    for (let at = 0; at < whole.payload.length; at += 7) {
      const payload = `${whole.payload.slice(0, at)}~${whole.payload.slice(at + 1)}`;
      expect(verifyEnvelope({ ...whole, payload }, keysOf(signer))).toMatchObject({ holds: false });
    }
    const sig = whole.signatures[0]?.sig ?? '';
    for (let at = 0; at < sig.length; at += 1) {
      const turned = `${sig.slice(0, at)}${sig[at] === 'A' ? 'B' : 'A'}${sig.slice(at + 1)}`;
      const check = verifyEnvelope(
        { ...whole, signatures: [{ keyid: signer.fingerprint, sig: turned }] },
        keysOf(signer),
      );
      expect(check).toMatchObject({ holds: false, because: 'badSignature' });
    }
  });

  it('breaks when one of two signatures does not hold', async () => {
    const [one, other] = [signerOf(newPrivateKey()), signerOf(newPrivateKey())];
    const both = await seal(statementOf(said), [one, other]);
    expect(verifyEnvelope(both, keysOf(one, other))).toMatchObject({ holds: true });
    expect(verifyEnvelope(both, keysOf(one))).toEqual({
      holds: false,
      keyid: other.fingerprint,
      because: 'unknownKey',
    });
  });

  it('does not take another key under the same fingerprint', async () => {
    const [one, other] = [signerOf(newPrivateKey()), signerOf(newPrivateKey())];
    const check = verifyEnvelope(await sealed(one), new Map([[one.fingerprint, other.publicKey]]));
    expect(check).toMatchObject({ holds: false, because: 'badSignature' });
  });

  it('without a signature does not hold', () => {
    expect(verifyEnvelope({ payload: '{}', signatures: [] }, new Map())).toMatchObject({ because: 'unsigned' });
  });
});

describe('keys', () => {
  it('have one fingerprint, from PEM, from SPKI and from itself', () => {
    const signer = signerOf(newPrivateKey());
    const pem = publicKeyOf(signer.publicKey).export({ format: 'pem', type: 'spki' }).toString();
    expect(signer.fingerprint).toMatch(/^ed25519:[0-9a-f]{64}$/);
    for (const text of [pem, signer.publicKey, signer.fingerprint, ` ${signer.fingerprint}\n`])
      expect(fingerprintFrom(text)).toBe(signer.fingerprint);
  });

  it('of another kind are refused without repeating them', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    expect(() => signerOf(pem)).toThrow('expected an Ed25519 private key, found ec');
    expect(() => signerOf('hunter2')).toThrow(/^(?!.*hunter2).*Ed25519 private key/);
    expect(() => fingerprintFrom('hunter2')).toThrow(/public key/);
  });
});

describe('a statement', () => {
  it('is read back as what was said', () => {
    expect(saidBy(statementOf(said))).toEqual(said);
  });

  it('is refused when subject, chain or shape do not fit', () => {
    const statement = statementOf(said);
    expect(() => saidBy({ ...statement, subject: [{ name: 'x', digest: {} }] })).toThrow(/subject/);
    expect(() => saidBy({ ...statement, predicateType: 'urn:other' })).toThrow(/urn:other/);
    expect(() => saidBy(statementOf({ ...said, link: { ...said.link, chain: 'key' } }))).toThrow(/chain/);
    expect(() => saidBy({ ...statement, predicate: { v: 1 } })).toThrow(/audit statement/);
  });

  it("about a key is refused when its fingerprint is another key's", () => {
    const [one, other] = [signerOf(newPrivateKey()), signerOf(newPrivateKey())];
    const key: Said = {
      kind: 'key',
      link: { ...said.link, chain: 'key' },
      body: { owner: 'server', fingerprint: one.fingerprint, publicKey: other.publicKey, replaces: null },
    };
    expect(() => saidBy(statementOf(key))).toThrow(/fingerprint/);
  });
});

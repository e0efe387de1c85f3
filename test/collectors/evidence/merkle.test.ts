import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Digest, sha256 } from '../../../collectors/evidence/canonical.ts';
import { includes, inclusionProof, merkleRoot } from '../../../collectors/evidence/merkle.ts';

const digests = fc
  .uniqueArray(fc.integer({ min: 0, max: 100_000 }), { maxLength: 40 })
  .map((numbers) => numbers.map((number) => sha256(`${number}`)));

function hash(...parts: (Buffer | number[])[]): Buffer {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(Buffer.from(part));
  return sum.digest();
}

describe('the Merkle root', () => {
  it('is built as RFC 6962 says, leaves and nodes under different first bytes', () => {
    const [a, b, c] = [sha256('a'), sha256('b'), sha256('c')].sort() as [Digest, Digest, Digest];
    const leaf = (digest: Digest) => hash([0], Buffer.from(digest.slice(7), 'hex'));
    const node = (left: Buffer, right: Buffer) => hash([1], left, right);
    expect(merkleRoot([])).toBe(sha256(''));
    expect(merkleRoot([a])).toBe(`sha256:${leaf(a).toString('hex')}`);
    expect(merkleRoot([a, b, c])).toBe(`sha256:${node(node(leaf(a), leaf(b)), leaf(c)).toString('hex')}`);
  });

  it('is the same whatever the order, and however often a digest is named', () => {
    fc.assert(
      fc.property(digests, (set) => {
        expect(merkleRoot([...set].reverse())).toBe(merkleRoot(set));
        expect(merkleRoot([...set, ...set])).toBe(merkleRoot(set));
      }),
    );
  });

  it('moves when one digest is left out, added or changed', () => {
    fc.assert(
      fc.property(digests, (set) => {
        fc.pre(set.length > 0);
        expect(merkleRoot(set.slice(1))).not.toBe(merkleRoot(set));
        expect(merkleRoot([...set, sha256('other')])).not.toBe(merkleRoot(set));
      }),
    );
  });

  it('refuses what is no digest', () => {
    expect(() => merkleRoot(['sha256:00' as Digest])).toThrow(/64 hex digits/);
  });
});

describe('an inclusion proof', () => {
  it('holds for every digest of the set and for no other', () => {
    fc.assert(
      fc.property(digests, (set) => {
        const root = merkleRoot(set);
        for (const digest of set) {
          const proof = inclusionProof(set, digest);
          if (proof === undefined) throw new Error('no proof');
          expect(includes(root, digest, proof)).toBe(true);
          expect(includes(root, sha256('other'), proof)).toBe(false);
          expect(includes(root, digest, { ...proof, size: proof.size + 1 }) && proof.path.length === 0).toBe(false);
          expect(includes(root, digest, { ...proof, path: [...proof.path, '00'.repeat(32)] })).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('does not exist for a digest outside the set', () => {
    expect(inclusionProof([sha256('a')], sha256('b'))).toBeUndefined();
  });
});

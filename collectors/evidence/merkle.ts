/**
 * Merkle tree over digests as in RFC 6962, section 2.1: leaves and nodes are hashed under different first bytes, so
 * that no node can be passed off as a leaf. Digests are sorted first: a set of observations has one root.
 */
import { createHash } from 'node:crypto';
import type { Digest } from './canonical.ts';
import { isDigest } from './canonical.ts';

/** Shows that one digest is among those under a root, without the others. */
export interface InclusionProof {
  readonly index: number;
  readonly size: number;
  /** Sibling hashes from the leaf upwards, hex. */
  readonly path: readonly string[];
}

/** Root over the set of digests; over none it is the digest of no bytes. */
export function merkleRoot(digests: readonly Digest[]): Digest {
  return `sha256:${rootOf(leavesOf(digests)).toString('hex')}`;
}

/** The proof for one digest, or undefined when it is not in the set. */
export function inclusionProof(digests: readonly Digest[], digest: Digest): InclusionProof | undefined {
  const sorted = sortedSet(digests);
  const index = sorted.indexOf(digest);
  if (index < 0) return undefined;
  return { index, size: sorted.length, path: pathOf(sorted.map(leafOf), index).map((hash) => hash.toString('hex')) };
}

/** Whether the proof leads from the digest to the root (RFC 9162, section 2.1.3.2). */
export function includes(root: Digest, digest: Digest, proof: InclusionProof): boolean {
  if (proof.index < 0 || proof.index >= proof.size) return false;
  let position = proof.index;
  let last = proof.size - 1;
  let hash = leafOf(digest);
  for (const step of proof.path) {
    if (last === 0) return false;
    const sibling = Buffer.from(step, 'hex');
    if (position % 2 === 1 || position === last) {
      hash = nodeOf(sibling, hash);
      while (position % 2 === 0 && position !== 0) {
        position = Math.floor(position / 2);
        last = Math.floor(last / 2);
      }
    } else hash = nodeOf(hash, sibling);
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && `sha256:${hash.toString('hex')}` === root;
}

/** Sorted by their hex digits, each once. */
export function sortedSet(digests: readonly Digest[]): Digest[] {
  return [...new Set(digests)].sort();
}

function leavesOf(digests: readonly Digest[]): Buffer[] {
  return sortedSet(digests).map(leafOf);
}

function leafOf(digest: Digest): Buffer {
  if (!isDigest(digest)) throw new TypeError(`expected sha256 and 64 hex digits, found ${JSON.stringify(digest)}`);
  return createHash('sha256')
    .update(Buffer.from([0]))
    .update(Buffer.from(digest.slice(7), 'hex'))
    .digest();
}

function nodeOf(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256')
    .update(Buffer.from([1]))
    .update(left)
    .update(right)
    .digest();
}

function rootOf(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return createHash('sha256').digest();
  if (leaves.length === 1) return first;
  const split = splitOf(leaves.length);
  return nodeOf(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

function pathOf(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split ? [...pathOf(left, index), rootOf(right)] : [...pathOf(right, index - split), rootOf(left)];
}

/** Largest power of two below the size. */
function splitOf(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1));
}

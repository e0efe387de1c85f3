/**
 * Recomputes everything that is claimed of the evidence: every digest, link, Merkle root and signature. Needs no
 * server and changes nothing; the first thing that does not hold is named.
 */

import { statSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Sealed, verifyEnvelope } from '../../collectors/evidence/envelope.ts';
import { type Fingerprint, fingerprintFrom } from '../../collectors/evidence/keys.ts';
import { BadInput } from '../contract/problem.ts';
import { isPostgres } from './append-only.ts';
import { inSnapshot, readStatement } from './ledger.ts';
import { openForReading, type Store } from './open.ts';
import { openPackage } from './package.ts';
import type { Database } from './tables.ts';
import { Broken, type BrokenLink, checkRow } from './verify/broken.ts';
import { verifyContents } from './verify/contents.ts';
import type { KeyBook } from './verify/key-book.ts';
import { verifyLedger } from './verify/ledger.ts';
import { verifyObservations } from './verify/observations.ts';
import { verifyReferences } from './verify/references.ts';

export interface VerifyOptions {
  /** Public keys (PEM, base64 SPKI) or fingerprints that the caller got by another way. */
  readonly trust?: readonly string[];
}

export interface VerifyReport {
  readonly ok: boolean;
  /** Whether every signer is one of the trusted keys or vouched for by one. Without `trust` always false. */
  readonly pinned: boolean;
  /** Fingerprints of every key that signed something. */
  readonly signers: readonly string[];
  readonly firstBroken: BrokenLink | null;
  /** How many of each were checked; `unsealed` observations belong to scans that still run. */
  readonly checked: Readonly<Record<string, number>>;
}

/**
 * Verifies a data folder, also one in use, or an open store.
 * @throws {BadInput} when there is nothing to verify, or `trust` holds no key.
 */
export async function verifyFolder(where: string | Store, options: VerifyOptions = {}): Promise<VerifyReport> {
  if (typeof where !== 'string' && where.engine === 'postgres') return verifySnapshot(where.db, options);
  // A connection of its own: the store's own one goes on writing meanwhile.
  const db = await openForReading(typeof where === 'string' ? where : where.folder);
  try {
    return await verifySnapshot(db, options);
  } finally {
    await db.destroy();
  }
}

/** Verifies an exported package. @throws {BadInput} when the file is none. */
export async function verifyPackage(file: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const { db, heads } = await openPackage(file);
  try {
    return await verify(db, { ...options, derived: false, export: heads });
  } finally {
    await db.destroy();
  }
}

/** Verifies whichever of the two stands at the path. */
export function verifyPath(path: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? verifyPackage(path, options) : verifyFolder(path, options);
}

function verifySnapshot(db: Database, options: VerifyOptions): Promise<VerifyReport> {
  return inSnapshot(db, (tx) => verify(tx, { ...options, derived: true }));
}

interface Extent extends VerifyOptions {
  /** Whether the current state is there to be checked. */
  readonly derived: boolean;
  /** The signed ends of the chains, in a package. */
  readonly export?: Sealed;
}

async function verify(db: Database, options: Extent): Promise<VerifyReport> {
  const trust = trustedKeys(options);
  const progress = { checked: {} as Record<string, number>, signers: new Set<string>(), breathe };
  let pinned = false;
  try {
    if (!isPostgres(db)) await verifyFile(db);
    await verifyContents(db, progress);
    const statements = await verifyLedger(db, progress);
    if (options.export !== undefined) verifyExport(options.export, statements.keys);
    const wrongState = await verifyObservations(db, progress, options);
    await verifyReferences(db, progress, statements);
    if (wrongState !== undefined) throw wrongState;
    pinned = trust.length > 0 && statements.vouched(trust);
    if (trust.length > 0 && !pinned)
      throw new Broken('ledger', statements.firstUnvouched(trust), 'signed by a key that no trusted key vouches for');
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return reportOf(progress, { pinned: false, firstBroken: error.link });
  }
  return reportOf(progress, { pinned, firstBroken: null });
}

function trustedKeys({ trust = [] }: VerifyOptions): readonly Fingerprint[] {
  return trust.map((text) => {
    try {
      return fingerprintFrom(text);
    } catch {
      const expected = 'an Ed25519 public key (PEM, base64 SPKI) or its fingerprint (ed25519:...)';
      throw new BadInput([{ file: '--trust', line: 0, path: '', expected, found: JSON.stringify(text.slice(0, 40)) }]);
    }
  });
}

function reportOf(
  progress: { checked: Record<string, number>; signers: ReadonlySet<string> },
  end: Pick<VerifyReport, 'pinned' | 'firstBroken'>,
): VerifyReport {
  return {
    ok: end.firstBroken === null,
    pinned: end.pinned,
    signers: [...progress.signers].sort(),
    firstBroken: end.firstBroken,
    checked: progress.checked,
  };
}

function verifyExport(heads: Sealed, keys: KeyBook): void {
  checkRow('export', heads.hash, () => {
    const check = verifyEnvelope(heads, keys.publicKeys);
    if (!check.holds) throw new Broken('export', heads.hash, `signature ${check.keyid}: ${check.because}`);
    keys.refuseUnlessEntitled(readStatement(heads, 'export'), check.signers);
  });
}

async function verifyFile(db: Database): Promise<void> {
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(1)`.execute(db);
  const found = rows[0]?.quick_check;
  if (found !== 'ok') throw new Broken('file', 'plimsoll.db', found ?? 'no answer from the integrity check');
}

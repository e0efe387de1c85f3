/**
 * The keys that sign: one of the server, one per agent, each a file of the data folder that only its owner can read.
 * Which key is in force, and who vouches for it, stands in the ledger; the private keys never leave the folder.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPrivateKey, type Signer, signerOf } from '../../collectors/evidence/keys.ts';
import { BadInput } from '../contract/problem.ts';
import { appendStatement, inTransaction, newestStatement, readStatement } from './ledger.ts';
import type { Database } from './tables.ts';

/** `server`, or `agent/ID`. */
export type KeyOwner = 'server' | `agent/${string}`;

export interface Keyring {
  readonly folder: string;
  readonly server: Signer;
  /** Keys of agents that were used since start, by agent id. */
  readonly agents: Map<string, Signer>;
}

/**
 * Loads the server's key, or creates it where the database has never seen one.
 * @throws {BadInput} when the database was signed with a key that the folder does not hold.
 */
export async function openKeyring(db: Database, folder: string, at: Date): Promise<Keyring> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const server = await keyInForce(db, folder, { owner: 'server', at });
  return { folder, server, agents: new Map() };
}

/** The agent's signer; a new agent's key is registered in the ledger, vouched for by the server. */
export async function agentSigner(db: Database, keyring: Keyring, agent: string): Promise<Signer> {
  const known = keyring.agents.get(agent);
  if (known !== undefined) return known;
  const owner: KeyOwner = `agent/${agent}`;
  const signer = await keyInForce(db, keyring.folder, { owner, at: new Date(), voucher: keyring.server });
  // A transaction may still be rolled back, and with it the registration.
  if (!db.isTransaction) keyring.agents.set(agent, signer);
  return signer;
}

/** Replaces an owner's key. The record is signed by the new key and by the old one, which vouches for it. */
export async function rotateKey(db: Database, keyring: Keyring, owner: KeyOwner): Promise<Keyring> {
  const old = owner === 'server' ? keyring.server : await agentSigner(db, keyring, owner.slice('agent/'.length));
  const pem = newPrivateKey();
  const signer = signerOf(pem);
  const path = keyPath(keyring.folder, owner);
  // The new key waits beside the old one until the record stands: a crash in between loses neither.
  writePrivate(`${path}.next`, pem);
  await registerKey(db, signer, { owner, at: new Date(), replaces: old, voucher: keyring.server });
  renameSync(`${path}.next`, path);
  if (owner === 'server') return { ...keyring, server: signer };
  keyring.agents.set(owner.slice('agent/'.length), signer);
  return keyring;
}

interface KeyUse {
  readonly owner: KeyOwner;
  readonly at: Date;
  readonly voucher?: Signer;
}

async function keyInForce(db: Database, folder: string, use: KeyUse): Promise<Signer> {
  const path = keyPath(folder, use.owner);
  const row = await newestStatement(db, 'key', { system: '', subject: use.owner });
  const registered = row === undefined ? undefined : readStatement(row, 'key').body.fingerprint;
  for (const candidate of [path, `${path}.next`]) {
    if (!existsSync(candidate)) continue;
    const signer = readKey(candidate);
    if (registered === undefined && candidate === path) {
      await registerKey(db, signer, use);
      return signer;
    }
    if (signer.fingerprint !== registered) continue;
    // A rotation that was cut off after its record: the new key moves into its place.
    if (candidate !== path) renameSync(candidate, path);
    return signer;
  }
  if (registered !== undefined)
    throw new BadInput([
      {
        file: path,
        line: 0,
        path: '',
        expected: `the private key of ${registered}, which signed this database`,
        found: existsSync(path) ? `the key of ${readKey(path).fingerprint}` : 'no such file',
        hint: 'bring the keys folder back from the backup; without it nothing new can join the chain',
      },
    ]);
  const pem = newPrivateKey();
  writePrivate(path, pem);
  const signer = signerOf(pem);
  await registerKey(db, signer, use);
  return signer;
}

async function registerKey(db: Database, signer: Signer, use: KeyUse & { readonly replaces?: Signer }): Promise<void> {
  const { owner, at, replaces, voucher } = use;
  const vouching = [signer, ...(replaces === undefined ? [] : [replaces]), ...(voucher === undefined ? [] : [voucher])];
  await inTransaction(db, (tx) =>
    appendStatement(tx, [...new Map(vouching.map((each) => [each.fingerprint, each])).values()], {
      kind: 'key',
      recordedAt: at.toISOString(),
      body: {
        owner,
        fingerprint: signer.fingerprint,
        publicKey: signer.publicKey,
        replaces: replaces?.fingerprint ?? null,
      },
    }),
  );
}

function readKey(path: string): Signer {
  try {
    return signerOf(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new BadInput([
      {
        file: path,
        line: 0,
        path: '',
        expected: 'a readable Ed25519 private key (PKCS #8 PEM)',
        found: error instanceof TypeError ? 'something else' : 'a file that cannot be read',
        hint: 'bring the keys folder back from the backup',
      },
    ]);
  }
}

function writePrivate(path: string, pem: string): void {
  writeFileSync(path, pem, { mode: 0o600, flush: true });
  // The mode above holds for new files only.
  chmodSync(path, 0o600);
}

function keyPath(folder: string, owner: KeyOwner): string {
  return join(folder, `${owner.replace('/', '-')}.key`);
}

/** The signed chains: appending to one, and reading what stands in it. */
import { z } from 'zod';
import type { Digest } from '../../collectors/evidence/canonical.ts';
import { type Sealed, seal, signatureSchema, statementSchema } from '../../collectors/evidence/envelope.ts';
import type { Signer } from '../../collectors/evidence/keys.ts';
import {
  type BodyOf,
  chainNameOf,
  type Kind,
  type Said,
  saidBy,
  statementOf,
} from '../../collectors/evidence/manifest.ts';
import type { Database, LedgerRow } from './tables.ts';

export type NewStatement = {
  [K in Kind]: { readonly kind: K; readonly recordedAt: string; readonly body: BodyOf<K> };
}[Kind];

/** Runs in the transaction that is there, or in one of its own. */
export function inTransaction<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

/** Reads one state of the database, whatever is written meanwhile. */
export function inSnapshot<T>(db: Database, read: (tx: Database) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').execute(read);
}

/** Signs a statement and puts it at the end of its chain. Returns the row as stored. */
export function appendStatement(db: Database, signers: readonly Signer[], said: NewStatement): Promise<LedgerRow> {
  return inTransaction(db, async (tx) => {
    const chain = chainNameOf(said);
    const head = await takeHead(tx, chain);
    const link = { v: 1, chain, seq: head.seq + 1, previous: head.hash, recordedAt: said.recordedAt } as const;
    const whole = { kind: said.kind, link, body: said.body } as Said;
    const row = rowOf(whole, await seal(statementOf(whole), signers));
    await tx.insertInto('ledger').values(row).execute();
    await tx.updateTable('chains').set({ seq: row.seq, hash: row.hash }).where('name', '=', chain).execute();
    return row;
  });
}

/** Newest statement of a kind, about a system or subject where they are given. */
export async function newestStatement(
  db: Database,
  kind: Kind,
  about: { readonly system?: string; readonly subject?: string; readonly until?: number },
): Promise<LedgerRow | undefined> {
  let query = db.selectFrom('ledger').selectAll().where('kind', '=', kind);
  if (about.system !== undefined) query = query.where('system', '=', about.system);
  if (about.subject !== undefined) query = query.where('subject', '=', about.subject);
  if (about.until !== undefined) query = query.where('at', '<=', about.until);
  return query.orderBy('at', 'desc').orderBy('seq', 'desc').limit(1).executeTakeFirst();
}

/** What a row says, of the kind expected. @throws {TypeError} when the row does not hold such a statement. */
export function readStatement<K extends Kind>(
  row: Pick<LedgerRow, 'payload'>,
  kind: K,
): Extract<Said, { readonly kind: K }> {
  const said = saidBy(statementSchema.parse(JSON.parse(row.payload)));
  if (said.kind !== kind) throw new TypeError(`expected a ${kind} statement, found ${said.kind}`);
  return said as Extract<Said, { readonly kind: K }>;
}

const signaturesSchema = z.array(signatureSchema);

export function sealedRow(row: LedgerRow): Sealed {
  return { hash: row.hash, payload: row.payload, signatures: signaturesSchema.parse(JSON.parse(row.signatures)) };
}

/** The row of a sealed statement: what the other columns must be, given the payload. */
export function rowOf(said: Said, sealed: Sealed): LedgerRow {
  const { system, subject, at } = columnsOf(said);
  return {
    hash: sealed.hash,
    chain: said.link.chain,
    seq: said.link.seq,
    kind: said.kind,
    system,
    subject,
    at: Date.parse(at),
    recorded_at: Date.parse(said.link.recordedAt),
    payload: sealed.payload,
    signatures: JSON.stringify(sealed.signatures),
  };
}

function columnsOf(said: Said): { system: string; subject: string; at: string } {
  switch (said.kind) {
    case 'manifest':
      return { system: said.body.system, subject: said.body.scan, at: said.body.finishedAt };
    case 'assessment':
      return { system: said.body.system, subject: said.body.id, at: said.body.now };
    case 'decision':
      return { system: said.body.system, subject: said.body.practice, at: said.body.at };
    case 'input':
      return { system: '', subject: `${said.body.kind}/${said.body.name}`, at: said.body.effectiveAt };
    case 'population':
      return { system: said.body.system, subject: '', at: said.body.since };
    case 'audit':
      return { system: said.body.system ?? '', subject: said.body.action, at: said.body.at };
    case 'export':
      return { system: '', subject: 'evidence', at: said.body.at };
    case 'key':
      return { system: '', subject: said.body.owner, at: said.link.recordedAt };
  }
}

// The update locks the chain's row until the transaction ends: two servers cannot append at the same place.
async function takeHead(tx: Database, chain: string): Promise<{ seq: number; hash: Digest | null }> {
  await tx
    .insertInto('chains')
    .values({ name: chain, seq: 0, hash: null })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  return tx
    .updateTable('chains')
    .set((column) => ({ seq: column.ref('seq') }))
    .where('name', '=', chain)
    .returning(['seq', 'hash'])
    .executeTakeFirstOrThrow();
}

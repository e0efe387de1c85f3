import type { Digest } from '../../../collectors/evidence/canonical.ts';
import { statementSchema, verifyEnvelope } from '../../../collectors/evidence/envelope.ts';
import { type Kind, type Said, saidBy } from '../../../collectors/evidence/manifest.ts';
import { rowOf, sealedRow } from '../ledger.ts';
import type { Database, LedgerRow } from '../tables.ts';
import { Broken, checkRow, count, type Progress, portion } from './broken.ts';
import { KeyBook } from './key-book.ts';

/** What the ledger proved, for the checks that follow. */
export interface Statements {
  readonly keys: KeyBook;
  /** Kind of each statement by hash. */
  readonly kinds: ReadonlyMap<Digest, Kind>;
  vouched(trust: readonly string[]): boolean;
  /** Hash of the first statement that no trusted key stands behind. */
  firstUnvouched(trust: readonly string[]): string;
}

/** Every statement is what was signed, by a key that may, at its place in its chain. */
export async function verifyLedger(db: Database, progress: Progress): Promise<Statements> {
  const kinds = new Map<Digest, Kind>();
  const signedBy = new Map<string, Digest>();
  const keys = new KeyBook();
  const chains = await chainNames(db);
  // Keys first: everything else is signed with them.
  for (const chain of ['key', ...chains.filter((name) => name !== 'key')]) {
    const head = await verifyChain(db, progress, {
      chain,
      keys,
      note(row, said, signers) {
        kinds.set(row.hash, said.kind);
        for (const signer of signers) {
          progress.signers.add(signer);
          if (!signedBy.has(signer)) signedBy.set(signer, row.hash);
        }
      },
    });
    await verifyHead(db, chain, head);
  }
  return {
    keys,
    kinds,
    vouched: (trust) => [...progress.signers].every((signer) => keys.vouchedBy(trust).has(signer)),
    firstUnvouched: (trust) =>
      [...signedBy].find(([signer]) => !keys.vouchedBy(trust).has(signer))?.[1] ?? 'nothing is signed',
  };
}

interface Walk {
  readonly chain: string;
  readonly keys: KeyBook;
  note(row: LedgerRow, said: Said, signers: readonly string[]): void;
}

/** Returns the chain's last row. */
async function verifyChain(db: Database, progress: Progress, walk: Walk): Promise<LedgerRow | undefined> {
  const { chain, keys } = walk;
  let before: LedgerRow | undefined;
  for (;;) {
    const rows = await db
      .selectFrom('ledger')
      .selectAll()
      .where('chain', '=', chain)
      .where('seq', '>', before?.seq ?? 0)
      .orderBy('seq')
      .limit(portion)
      .execute();
    for (const row of rows) {
      const place = `${chain} ${row.seq}`;
      checkRow('ledger', place, () => {
        const said = saidIn(row, place);
        const { seq, previous } = said.link;
        if (seq !== (before?.seq ?? 0) + 1)
          throw new Broken('ledger', place, `expected place ${(before?.seq ?? 0) + 1} in the chain, found ${seq}`);
        if (previous !== (before?.hash ?? null))
          throw new Broken('ledger', place, `expected ${before?.hash ?? 'nothing'} before it, found ${previous}`);
        if (said.kind === 'key') keys.announce(said.body);
        const check = verifyEnvelope(sealedRow(row), keys.publicKeys);
        if (!check.holds) throw new Broken('ledger', place, `signature ${check.keyid}: ${check.because}`);
        keys.refuseUnlessEntitled(said, check.signers);
        walk.note(row, said, check.signers);
        count(progress, said.kind);
      });
      before = row;
    }
    if (rows.length < portion) return before;
    await progress.breathe();
  }
}

/** Rebuilds the row from its payload: a change of any column shows. */
function saidIn(row: LedgerRow, place: string): Said {
  const sealed = sealedRow(row);
  const said = saidBy(statementSchema.parse(JSON.parse(row.payload)));
  const expected = rowOf(said, { ...sealed, hash: row.hash });
  for (const column of Object.keys(expected) as (keyof LedgerRow)[])
    if (row[column] !== expected[column])
      throw new Broken('ledger', place, `${column}: expected ${expected[column]}, found ${row[column]}`);
  return said;
}

/** Also those that should be there: a chain of which every statement was deleted is missed too. */
async function chainNames(db: Database): Promise<readonly string[]> {
  const there = await db.selectFrom('ledger').select('chain as name').distinct().execute();
  const expected = await db.selectFrom('chains').select('name').where('seq', '>', 0).execute();
  return [...new Set([...there, ...expected].map((row) => row.name))].sort();
}

async function verifyHead(db: Database, chain: string, last: LedgerRow | undefined): Promise<void> {
  const head = await db.selectFrom('chains').selectAll().where('name', '=', chain).executeTakeFirst();
  const [expected, found] = [head?.seq ?? 0, last?.seq ?? 0];
  if (expected !== found || (head?.hash ?? null) !== (last?.hash ?? null))
    throw new Broken('ledger', `${chain} ${found}`, `expected the chain to end at place ${expected}, found ${found}`);
}

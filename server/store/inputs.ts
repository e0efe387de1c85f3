/** What people supply, by content: plant files, statements, imports, overlays and packs, each from the instant it took effect. */
import { type Digest, sha256 } from '../../collectors/evidence/canonical.ts';
import type { InputKind } from '../../collectors/evidence/manifest.ts';
import { instantOf } from '../../collectors/evidence/record.ts';
import type { Keyring } from './keyring.ts';
import { appendStatement, inTransaction, newestStatement, readStatement } from './ledger.ts';
import type { Database, LedgerRow } from './tables.ts';

export interface NewInput {
  readonly kind: InputKind;
  /** File name, pack id: what a later content of the same thing replaces. */
  readonly name: string;
  /** Text or bytes, as they are; null when the thing is no longer in force. */
  readonly body: string | Uint8Array | null;
  readonly effectiveAt: string;
  readonly recordedAt: string;
  readonly by?: string;
}

export interface StoredInput {
  readonly kind: InputKind;
  readonly name: string;
  /** SHA-256 of the bytes. */
  readonly content: Digest;
  readonly body: Uint8Array;
  readonly effectiveAt: string;
  readonly by?: string;
}

/** Records a content that took effect. The same content as before adds nothing. Returns its digest, null for a removal. */
export function recordInput(db: Database, keyring: Keyring, input: NewInput): Promise<Digest | null> {
  return inTransaction(db, async (tx) => {
    const content = input.body === null ? null : await storeContent(tx, input.body);
    const effectiveAt = instantOf(input.effectiveAt);
    const subject = `${input.kind}/${input.name}`;
    const before = await newestStatement(tx, 'input', { system: '', subject, until: Date.parse(effectiveAt) });
    const inForce = before === undefined ? null : readStatement(before, 'input').body.content;
    if (inForce === content) return content;
    await appendStatement(tx, [keyring.server], {
      kind: 'input',
      recordedAt: instantOf(input.recordedAt),
      body: {
        ...{ kind: input.kind, name: input.name, content, effectiveAt },
        ...(input.by === undefined ? {} : { by: input.by }),
      },
    });
    return content;
  });
}

/** The content in force at an instant, or undefined. */
export async function inputAsOf(
  db: Database,
  of: { readonly kind: InputKind; readonly name: string },
  instant: string,
): Promise<StoredInput | undefined> {
  const subject = `${of.kind}/${of.name}`;
  const row = await newestStatement(db, 'input', { system: '', subject, until: Date.parse(instant) });
  return row === undefined ? undefined : inputOf(db, row);
}

/** Every content of a kind in force at an instant, by name. */
export async function inputsAsOf(db: Database, kind: InputKind, instant: string): Promise<readonly StoredInput[]> {
  const rows = await db
    .selectFrom('ledger')
    .selectAll()
    .where('kind', '=', 'input')
    .where('system', '=', '')
    .where('at', '<=', Date.parse(instant))
    .orderBy('at')
    .orderBy('seq')
    .execute();
  const newest = new Map<string, LedgerRow>();
  for (const row of rows) if (row.subject.startsWith(`${kind}/`)) newest.set(row.subject, row);
  const inputs: StoredInput[] = [];
  for (const subject of [...newest.keys()].sort()) {
    const row = newest.get(subject);
    const input = row === undefined ? undefined : await inputOf(db, row);
    if (input !== undefined) inputs.push(input);
  }
  return inputs;
}

/** The bytes under a digest, or undefined. */
export async function contentByHash(db: Database, hash: Digest): Promise<Uint8Array | undefined> {
  const row = await db.selectFrom('contents').selectAll().where('hash', '=', hash).executeTakeFirst();
  return row === undefined ? undefined : bytesOf(row);
}

export function bytesOf(row: { encoding: 'text' | 'base64'; body: string }): Uint8Array {
  return Buffer.from(row.body, row.encoding === 'text' ? 'utf8' : 'base64');
}

async function inputOf(db: Database, row: LedgerRow): Promise<StoredInput | undefined> {
  const { kind, name, content, effectiveAt, by } = readStatement(row, 'input').body;
  if (content === null) return undefined;
  const body = await contentByHash(db, content);
  if (body === undefined) throw new Error(`the content ${content} of ${kind} ${name} is not in the store`);
  return { kind, name, content, body, effectiveAt, ...(by === undefined ? {} : { by }) };
}

async function storeContent(tx: Database, body: string | Uint8Array): Promise<Digest> {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : Buffer.from(body);
  const hash = sha256(bytes);
  const text = bytes.toString('utf8');
  // What is text stays readable in the database; NUL and bytes that are no UTF-8 would not survive there.
  const readable = !text.includes('\0') && Buffer.from(text, 'utf8').equals(bytes);
  await tx
    .insertInto('contents')
    .values({
      hash,
      encoding: readable ? 'text' : 'base64',
      body: readable ? text : bytes.toString('base64'),
    })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
  return hash;
}

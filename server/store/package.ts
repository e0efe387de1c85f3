/** An exported package: all evidence as lines of JSON in one file, verified like a data folder. */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { envelopeOf, envelopeSchema, type Sealed, seal, sealedOf } from '../../collectors/evidence/envelope.ts';
import type { Signer } from '../../collectors/evidence/keys.ts';
import { statementOf } from '../../collectors/evidence/manifest.ts';
import { BadInput } from '../contract/problem.ts';
import { inSnapshot, readStatement } from './ledger.ts';
import { openForReading, openInMemory, type Store } from './open.ts';
import type { Database } from './tables.ts';

// In this order: a line speaks only of what came before it.
const tables = [
  'documents',
  'transcripts',
  'results',
  'contents',
  'observations',
  'ledger',
  'asset_versions',
  'practice_levels',
] as const;

const headSchema = z.strictObject({ plimsoll: z.literal('evidence'), v: z.literal(1), heads: envelopeSchema });
const lineSchema = z.strictObject({
  table: z.enum(tables),
  row: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});

/**
 * Writes everything that is sealed into a new file; observations of scans that still run are left out.
 * @throws {BadInput} when the file exists.
 */
export async function writePackage(store: Store, file: string, at: Date): Promise<void> {
  if (existsSync(file))
    throw new BadInput([
      { file, line: 0, path: '', expected: 'a file that does not exist yet', found: 'one that does' },
    ]);
  if (store.engine === 'postgres') return inSnapshot(store.db, (tx) => write(tx, store.keyring.server, { file, at }));
  // A connection of its own: the store's own one goes on writing meanwhile.
  const db = await openForReading(store.folder);
  try {
    await inSnapshot(db, (tx) => write(tx, store.keyring.server, { file, at }));
  } finally {
    await db.destroy();
  }
}

/** A package as a database in memory, and the signed ends of its chains. @throws {BadInput} with the line that does not fit. */
export async function openPackage(file: string): Promise<{ db: Database; heads: Sealed }> {
  const db = await openInMemory();
  try {
    let line = 0;
    let heads: Sealed | undefined;
    const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const text of lines) {
      line += 1;
      if (line === 1) heads = headsIn(text, { file, line });
      else await takeLine(db, text, { file, line });
    }
    if (heads === undefined) throw notAPackage({ file, line: 0 }, 'an empty file');
    const { body } = readStatement(heads, 'export');
    for (const [name, head] of Object.entries(body.heads))
      await db
        .insertInto('chains')
        .values({ name, ...head })
        .execute();
    return { db, heads };
  } catch (error) {
    await db.destroy();
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES'))
      throw notAPackage({ file, line: 0 }, 'no file that can be read');
    throw error;
  }
}

function write(db: Database, server: Signer, to: { file: string; at: Date }): Promise<void> {
  const lines = Readable.from(packageLines(db, server, to.at));
  return pipeline(lines, createWriteStream(to.file, { flags: 'wx', mode: 0o600 }));
}

async function* packageLines(db: Database, server: Signer, at: Date): AsyncGenerator<string> {
  yield `${JSON.stringify({ plimsoll: 'evidence', v: 1, heads: envelopeOf(await sealedHeads(db, server, at)) })}\n`;
  const open = await db.selectFrom('scans').select('id').where('state', 'in', ['waiting', 'running']).execute();
  const running = new Set(open.map((row) => row.id));
  for (const table of tables) {
    let offset = 0;
    for (;;) {
      const rows = await portionOf(db, table, offset);
      for (const row of rows)
        if (!('scan' in row && running.has(row.scan))) yield `${JSON.stringify({ table, row })}\n`;
      if (rows.length < portionSize) break;
      offset += rows.length;
    }
  }
}

async function sealedHeads(db: Database, server: Signer, at: Date): Promise<Sealed> {
  const chains = await db.selectFrom('chains').selectAll().where('seq', '>', 0).execute();
  const heads = Object.fromEntries(
    chains.flatMap(({ name, seq, hash }) => (hash === null ? [] : [[name, { seq, hash }]])),
  );
  const recordedAt = at.toISOString();
  const link = { v: 1, chain: 'export', seq: 1, previous: null, recordedAt } as const;
  return seal(statementOf({ kind: 'export', link, body: { at: recordedAt, heads } }), [server]);
}

function headsIn(text: string, at: { file: string; line: number }): Sealed {
  const parsed = headSchema.safeParse(parseLine(text, at));
  if (!parsed.success) throw notAPackage(at, 'another first line');
  const sealed = sealedOf(parsed.data.heads);
  try {
    readStatement(sealed, 'export');
  } catch (error) {
    throw notAPackage(at, error instanceof Error ? error.message : 'another statement');
  }
  return sealed;
}

const portionSize = 500;

function portionOf(db: Database, table: (typeof tables)[number], offset: number) {
  const order = { asset_versions: 'since', practice_levels: 'at', observations: 'digest' } as const;
  const column = table in order ? order[table as keyof typeof order] : 'hash';
  // Beyond the first column the order only has to be the same each time.
  const further =
    table === 'asset_versions'
      ? ['system', 'asset']
      : table === 'practice_levels'
        ? ['system', 'practice', 'assessment']
        : [];
  let query = db
    .selectFrom(table)
    .selectAll()
    .orderBy(column as never);
  for (const each of further) query = query.orderBy(each as never);
  return query.limit(portionSize).offset(offset).execute();
}

async function takeLine(db: Database, text: string, at: { file: string; line: number }): Promise<void> {
  const value = parseLine(text, at);
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) throw notAPackage(at, 'another kind of line');
  const { table, row } = parsed.data;
  try {
    await db
      .insertInto(table)
      .values(row as never)
      .execute();
  } catch (error) {
    throw notAPackage(at, error instanceof Error ? error.message : 'a row that does not fit');
  }
}

function parseLine(text: string, at: { file: string; line: number }): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notAPackage(at, 'something that is not JSON');
  }
}

function notAPackage(at: { file: string; line: number }, found: string): BadInput {
  return new BadInput([{ ...at, path: '', expected: 'an evidence package of this program', found }]);
}

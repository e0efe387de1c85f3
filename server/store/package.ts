/** An exported package: all evidence as lines of JSON in one file, verified like a data folder. */
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { BadInput } from '../contract/problem.ts';
import { openInMemory } from './open.ts';
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

const headSchema = z.strictObject({ plimsoll: z.literal('evidence'), v: z.literal(1) });
const lineSchema = z.strictObject({
  table: z.enum(tables),
  row: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});

/** Writes everything that is sealed; observations of scans that still run are left out. */
export async function writePackage(db: Database, file: string): Promise<void> {
  await pipeline(Readable.from(packageLines(db)), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
}

/** The package's lines, each with its line break. */
export async function* packageLines(db: Database): AsyncGenerator<string> {
  yield `${JSON.stringify({ plimsoll: 'evidence', v: 1 })}\n`;
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

/** A package as a database in memory. @throws {BadInput} with the line that does not fit. */
export async function openPackage(file: string): Promise<Database> {
  const db = await openInMemory();
  try {
    let line = 0;
    const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const text of lines) {
      line += 1;
      await takeLine(db, text, { file, line });
    }
    if (line === 0) throw notAPackage({ file, line }, 'an empty file');
    return db;
  } catch (error) {
    await db.destroy();
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES'))
      throw notAPackage({ file, line: 0 }, 'no file that can be read');
    throw error;
  }
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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notAPackage(at, 'something that is not JSON');
  }
  if (at.line === 1) {
    if (!headSchema.safeParse(value).success) throw notAPackage(at, 'another first line');
    return;
  }
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

function notAPackage(at: { file: string; line: number }, found: string): BadInput {
  return new BadInput([{ ...at, path: '', expected: 'an evidence package of this program', found }]);
}

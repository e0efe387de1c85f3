/** Opens the store: the embedded database of a data folder, or PostgreSQL by its address. */
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, TypeOverrides } from 'pg';
import { codeOf } from '../../collectors/contract/collector.ts';
import { printable } from '../../collectors/evidence/text.ts';
import { BadInput } from '../contract/problem.ts';
import { type Keyring, openKeyring } from './keyring.ts';
import { type Engine, migrate, schemaState } from './migrations.ts';
import { NodeSqliteDialect, openSqlite } from './sqlite.ts';
import type { Database, Tables } from './tables.ts';

export interface StoreOptions {
  /** Data folder: the keys, and the database unless it is elsewhere. Created when missing. One process owns it. */
  readonly folder: string;
  /** `postgres://...`: PostgreSQL instead of the embedded database. */
  readonly url?: string;
}

export interface Store {
  readonly db: Database;
  readonly engine: Engine;
  readonly folder: string;
  /** Replaced by a rotation of the server's key. */
  keyring: Keyring;
  /** Lets go of the folder. Closing again does nothing. */
  close(): Promise<void>;
}

export const databaseFile = 'plimsoll.db';
const lockFile = 'lock.db';
/** "Plim" in the file's header, so that another program's database is not taken for ours. */
const applicationId = 0x506c696d;
const fromBackup = 'bring it back from the backup; it was left as it is';

/**
 * Opens and, where needed, creates or upgrades the store.
 * @throws {BadInput} when the folder is in use or not writable, the database is damaged, of another program or of a
 * newer version, or the signing key is missing. Nothing is overwritten then.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  prepareFolder(options.folder);
  const lock = lockFolder(options.folder);
  let db: Database | undefined;
  try {
    const engine: Engine = options.url === undefined ? 'sqlite' : 'postgres';
    db = options.url === undefined ? openFile(join(options.folder, databaseFile)) : openServer(options.url);
    const where = options.url === undefined ? join(options.folder, databaseFile) : withoutPassword(options.url);
    await upgrade(db, where);
    const keyring = await openKeyring(db, join(options.folder, 'keys'), new Date());
    const opened = db;
    return {
      db,
      engine,
      folder: options.folder,
      keyring,
      async close() {
        await opened.destroy();
        if (lock.isOpen) lock.close();
      },
    };
  } catch (error) {
    await db?.destroy();
    lock.close();
    throw error;
  }
}

/**
 * Opens the database of a data folder for reading only, beside a running server or on a medium that cannot be written.
 * @throws {BadInput} as `openStore`, and when its schema is older than this version.
 */
export async function openForReading(folder: string): Promise<Database> {
  const file = join(folder, databaseFile);
  if (!existsSync(file)) throw refusal(file, 'the database of a data folder', 'no such file');
  const db = openFile(file, true);
  try {
    const { newer, missing } = await readSchema(db, file);
    refuseNewer(file, newer);
    if (missing.length > 0)
      throw refusal(file, 'the schema of this version', 'an older one', 'start this version on the folder once');
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** A database in memory with the same schema, for checking packages. */
export async function openInMemory(): Promise<Database> {
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(openSqlite(':memory:')) });
  await migrate(db);
  return db;
}

function prepareFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!statSync(folder).isDirectory()) throw refusal(folder, 'a folder', 'a file');
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof BadInput) throw error;
    throw refusal(folder, 'a data folder that can be written', codeFrom(error), 'choose another one with --data');
  }
}

/** Held by an open transaction: the operating system lets go of it when the process ends, however it ends. */
function lockFolder(folder: string): DatabaseSync {
  const file = join(folder, lockFile);
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock?.close();
    if (sqliteCode(error) === 5)
      throw refusal(
        folder,
        'a data folder that no other process uses',
        'one in use',
        'stop the other process, or choose another folder with --data',
      );
    throw refusal(file, 'a lock file that can be written', codeFrom(error));
  }
}

function openFile(file: string, readOnly = false): Database {
  try {
    if (!existsSync(file) || statSync(file).size === 0) markAsOurs(file);
    else refuseForeign(file);
    return new Kysely<Tables>({
      dialect: new NodeSqliteDialect(openSqlite(readOnly ? readOnlyAddress(file) : file, { readOnly }), { readOnly }),
    });
  } catch (error) {
    throw damageIn(file, error);
  }
}

// Before the journal mode changes, so that the mark lies in the file itself from the first byte on.
function markAsOurs(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(`pragma application_id = ${applicationId}`);
  database.close();
}

/** Reads the header (SQLite file format, section 1.3) without SQLite, which would already touch the file. */
function refuseForeign(file: string): void {
  const header = Buffer.alloc(100);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0')
    throw refusal(file, 'an intact database', 'a damaged one, or another kind of file', fromBackup);
  if (header.readUInt32BE(68) !== applicationId)
    throw refusal(file, 'a database of this program', "a damaged one, or another program's", fromBackup);
}

/** A folder that cannot be written takes no journal files: then the file is read as it lies. */
function readOnlyAddress(file: string): string | URL {
  try {
    accessSync(join(file, '..'), constants.W_OK);
    return file;
  } catch {
    const address = new URL(`file://${encodeURI(file)}`);
    if (!existsSync(`${file}-wal`)) address.searchParams.set('immutable', '1');
    return address;
  }
}

function openServer(url: string): Database {
  const types = new TypeOverrides();
  // bigint: every one of ours is an instant or a place in a chain, and fits a double exactly.
  types.setTypeParser(20, (text) => Number(text));
  const pool = new Pool({ connectionString: url, types });
  // A connection that dies while idle must not end the process: the next query reports what is wrong.
  pool.on('error', () => undefined);
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

async function upgrade(db: Database, where: string): Promise<void> {
  const { newer } = await readSchema(db, where);
  refuseNewer(where, newer);
  await migrate(db);
}

async function readSchema(db: Database, where: string): ReturnType<typeof schemaState> {
  try {
    return await schemaState(db);
  } catch (error) {
    throw damageIn(where, error);
  }
}

function refuseNewer(where: string, newer: readonly string[]): void {
  if (newer.length > 0)
    throw refusal(
      where,
      'a schema that this version knows',
      `a newer one (${newer.join(', ')})`,
      'start the newer version of Plimsoll; nothing was changed',
    );
}

/** SQLITE_CORRUPT and SQLITE_NOTADB become a message that people understand; the rest keeps its own. */
function damageIn(where: string, error: unknown): unknown {
  if (error instanceof BadInput) return error;
  const code = sqliteCode(error);
  if (code === 11 || code === 26)
    return refusal(where, 'an intact database', 'a damaged one, or another kind of file', fromBackup);
  if (code === undefined && !(error instanceof Error && 'code' in error)) return error;
  return refusal(where, 'a database that can be opened', codeFrom(error));
}

function sqliteCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;
}

function codeFrom(error: unknown): string {
  return error instanceof Error ? printable(error.message || (codeOf(error) ?? error.name)) : 'an unknown fault';
}

function withoutPassword(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'the database address' : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}

function refusal(file: string, expected: string, found: string, hint?: string): BadInput {
  return new BadInput([{ file, line: 0, path: '', expected, found, ...(hint === undefined ? {} : { hint }) }]);
}

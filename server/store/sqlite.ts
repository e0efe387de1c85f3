/** Kysely on the runtime's own SQLite. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';

export interface SqliteOptions {
  /** For checking: neither locks nor writes, not even a journal. */
  readonly readOnly?: boolean;
}

/** Opens the file with the settings that durable, append-only evidence needs. */
export function openSqlite(file: string | URL, options: SqliteOptions = {}): DatabaseSync {
  const database = new DatabaseSync(file, {
    readOnly: options.readOnly ?? false,
    timeout: 5000,
    enableForeignKeyConstraints: true,
  });
  try {
    if (!options.readOnly) database.exec('pragma journal_mode = wal; pragma synchronous = full;');
    // Without it INSERT OR REPLACE deletes rows behind the back of the append-only triggers.
    database.exec('pragma recursive_triggers = on; pragma trusted_schema = off;');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Dialect over an open database; closing the Kysely instance closes it. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #config: { database: ReturnType<typeof asExpected> };
  readonly #begin: string;

  constructor(database: DatabaseSync, options: SqliteOptions = {}) {
    const config = { database: asExpected(database) };
    super(config);
    this.#config = config;
    // A transaction that reads first and writes later would fail with SQLITE_BUSY where an immediate one waits its turn.
    this.#begin = options.readOnly ? 'begin' : 'begin immediate';
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter();
  }

  override createDriver(): Driver {
    return new BeginningDriver(this.#config, this.#begin);
  }
}

class TransactionalAdapter extends SqliteAdapter {
  // SQLite rolls back schema changes too: a killed migration leaves the schema as it was.
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class BeginningDriver extends SqliteDriver {
  readonly #begin: string;

  constructor(config: SqliteDialectConfig, begin: string) {
    super(config);
    this.#begin = begin;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(this.#begin));
  }
}

const keptStatements = 200;

/** The shape of better-sqlite3, which Kysely's driver expects. */
function asExpected(database: DatabaseSync) {
  const statements = new Map<string, StatementSync>();
  function prepared(sql: string): StatementSync {
    const kept = statements.get(sql);
    if (kept !== undefined) return kept;
    const statement = database.prepare(sql);
    if (statements.size >= keptStatements) statements.clear();
    statements.set(sql, statement);
    return statement;
  }
  return {
    close: () => database.close(),
    prepare(sql: string) {
      const statement = prepared(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters: readonly unknown[]) => statement.run(...(parameters as SQLInputValue[])),
        // Not the kept statement: it may run again while this one is half read.
        iterate: (parameters: readonly unknown[]) =>
          database.prepare(sql).iterate(...(parameters as SQLInputValue[])) as IterableIterator<unknown>,
      };
    },
  };
}

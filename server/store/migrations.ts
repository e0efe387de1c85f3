/**
 * Numbered changes of the schema, the same on both engines. To add one: a new file `migrations/NNNN-what.ts`, one line
 * here, the types in `tables.ts`. A migration that has been released is never edited.
 */
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { evidence } from './migrations/0001-evidence.ts';
import { turns } from './migrations/0002-turns.ts';
import type { Database } from './tables.ts';

const migrations: Readonly<Record<string, Migration>> = {
  '0001-evidence': evidence,
  '0002-turns': turns,
};

export type Engine = 'sqlite' | 'postgres';

/** Applies what is missing. Calls from several servers at once wait for each other. */
export async function migrate(db: Database): Promise<void> {
  const { error } = await migratorOf(db).migrateToLatest();
  if (error !== undefined) throw error;
}

/** Names of applied migrations that this version does not know, and of known ones that are not applied. */
export async function schemaState(db: Database): Promise<{ newer: readonly string[]; missing: readonly string[] }> {
  const applied = await appliedMigrations(db);
  const known = Object.keys(migrations);
  return {
    newer: applied.filter((name) => !known.includes(name)),
    missing: known.filter((name) => !applied.includes(name)),
  };
}

async function appliedMigrations(db: Database): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map((row) => row.name).sort();
}

function migratorOf(db: Kysely<never> | Database): Migrator {
  return new Migrator({
    db: db as Database,
    provider: { getMigrations: async () => ({ ...migrations }) },
  });
}

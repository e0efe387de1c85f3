/**
 * Evidence is added, never changed. Triggers prevent slips; what proves is the signed chain, since whoever owns the
 * database can drop a trigger.
 */
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import { appendOnlyTables } from './tables.ts';

/** Creates the triggers on every append-only table. */
export async function refuseChanges(db: Kysely<unknown>): Promise<void> {
  if (isPostgres(db))
    await sql`
      create function plimsoll_refuse_change() returns trigger language plpgsql as $$
      begin raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation'; end $$
    `.execute(db);
  for (const table of appendOnlyTables) await refuseChangesOf(db, table);
}

/** Whether the database is PostgreSQL, told by the dialect. */
export function isPostgres(db: Pick<Kysely<unknown>, 'getExecutor'>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

async function refuseChangesOf(db: Kysely<unknown>, table: (typeof appendOnlyTables)[number]): Promise<void> {
  if (isPostgres(db)) {
    await sql`
      create trigger ${sql.ref(`${table}_row`)} before update or delete on ${sql.table(table)}
      for each row execute function plimsoll_refuse_change()
    `.execute(db);
    await sql`
      create trigger ${sql.ref(`${table}_all`)} before truncate on ${sql.table(table)}
      for each statement execute function plimsoll_refuse_change()
    `.execute(db);
    return;
  }
  for (const change of ['update', 'delete'])
    await sql`
      create trigger ${sql.ref(`${table}_${change}`)} before ${sql.raw(change)} on ${sql.table(table)}
      begin select raise(abort, ${sql.lit(`${table} is append-only`)}); end
    `.execute(db);
}

/** Named values that the server remembers, as JSON. */
import type { z } from 'zod';
import type { Database } from './tables.ts';

/** The value under a key, or undefined when there is none. @throws when it does not fit the schema. */
export async function readSetting<T>(db: Database, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst();
  return row === undefined ? undefined : schema.parse(JSON.parse(row.value));
}

/** undefined removes it. */
export async function writeSetting(db: Database, key: string, value: unknown): Promise<void> {
  if (value === undefined) {
    await db.deleteFrom('settings').where('key', '=', key).execute();
    return;
  }
  const text = JSON.stringify(value);
  await db
    .insertInto('settings')
    .values({ key, value: text })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text }))
    .execute();
}

/** The safety rules' shared state, in the database so that no restart and no second agent multiplies a budget. */
import type { SafetyMemory } from '../contract/scanner.ts';
import type { Database } from './tables.ts';

export function safetyMemory(db: Database): SafetyMemory {
  return {
    async read(key) {
      const row = await db.selectFrom('safety').select('value').where('key', '=', key).executeTakeFirst();
      return row?.value;
    },
    swap: (key, expected, next) => swap(db, key, { expected, next }),
    async keys(prefix) {
      // By range and not by LIKE, whose case rules differ between the engines.
      const rows = await db.selectFrom('safety').select('key').execute();
      return rows
        .map((row) => row.key)
        .filter((key) => key.startsWith(prefix))
        .sort();
    },
  };
}

// One statement each: the database decides who was first.
async function swap(
  db: Database,
  key: string,
  { expected, next }: { expected: string | undefined; next: string | undefined },
): Promise<boolean> {
  if (expected === undefined) {
    if (next === undefined)
      return (await db.selectFrom('safety').select('key').where('key', '=', key).execute()).length === 0;
    const rows = await db
      .insertInto('safety')
      .values({ key, value: next })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('key')
      .execute();
    return rows.length === 1;
  }
  if (next === undefined) {
    const rows = await db
      .deleteFrom('safety')
      .where('key', '=', key)
      .where('value', '=', expected)
      .returning('key')
      .execute();
    return rows.length === 1;
  }
  const rows = await db
    .updateTable('safety')
    .set({ value: next })
    .where('key', '=', key)
    .where('value', '=', expected)
    .returning('key')
    .execute();
  return rows.length === 1;
}

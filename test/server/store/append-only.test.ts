import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { notePlantAssets } from '../../../server/store/assets.ts';
import { appendOnlyTables } from '../../../server/store/tables.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { assessmentAt, scanWith } from './evidence.ts';

describeOnDatabases('evidence', (databases) => {
  it('can be added and neither changed, deleted, emptied nor replaced', async () => {
    const { db, engine, keyring } = await databases.open();
    const store = { db, engine, keyring, folder: '', close: async () => undefined };
    await scanWith(store, '2026-11-01T10:00:00.000Z', [{}]);
    await assessmentAt(store, '2026-11-01T10:01:00.000Z');
    const assets = new Map([['broker-1', { kind: 'broker' }]]);
    await notePlantAssets(db, keyring, { system: 'line-3', assets, at: '2026-11-01T10:00:00.000Z' });
    for (const table of appendOnlyTables) {
      const before = await sql`select * from ${sql.table(table)}`.execute(db);
      expect(before.rows.length, table).toBeGreaterThan(0);
      const [column] = Object.keys(before.rows[0] as object);
      if (column === undefined) throw new Error(`${table} has no columns`);
      const attempts = [
        sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.ref(column)}`,
        sql`delete from ${sql.table(table)}`,
        engine === 'postgres'
          ? sql`truncate ${sql.table(table)} cascade`
          : sql`insert or replace into ${sql.table(table)} select * from ${sql.table(table)} where true`,
      ];
      for (const attempt of attempts)
        await expect(attempt.execute(db), `${table}: ${attempt.compile(db).sql}`).rejects.toThrow(/is append-only/);
      expect((await sql`select * from ${sql.table(table)}`.execute(db)).rows).toEqual(before.rows);
    }
  });
});

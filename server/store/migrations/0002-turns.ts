import type { ColumnDefinitionBuilder, Kysely } from 'kysely';
import type { Database } from '../tables.ts';
import { rebuildTurns } from '../turns.ts';

const required = (column: ColumnDefinitionBuilder) => column.notNull();

export const turns = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('turns')
      .addColumn('system', 'text', required)
      .addColumn('asset', 'text', required)
      .addColumn('probe', 'text', required)
      .addColumn('fact', 'text', required)
      .addColumn('after_at', 'bigint', required)
      .addColumn('after_digest', 'text', required)
      .addColumn('before_at', 'bigint')
      .addColumn('before_digest', 'text', required)
      .addColumn('recorded_at', 'bigint', required)
      .addColumn('replaced_at', 'bigint')
      .addPrimaryKeyConstraint('turns_key', ['system', 'asset', 'probe', 'fact', 'after_digest', 'before_digest'])
      .execute();
    // State that follows from the evidence: of a store that has some it is computed once.
    await rebuildTurns(db as Database);
  },
};

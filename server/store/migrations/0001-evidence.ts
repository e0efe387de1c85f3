import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import { refuseChanges } from '../append-only.ts';

type Column = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
const required: Column = (column) => column.notNull();
const key: Column = (column) => column.primaryKey().notNull();

export const evidence = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const table of ['documents', 'transcripts', 'results'])
      await db.schema.createTable(table).addColumn('hash', 'text', key).addColumn('body', 'text', required).execute();
    await db.schema
      .createTable('contents')
      .addColumn('hash', 'text', key)
      .addColumn('encoding', 'text', required)
      .addColumn('body', 'text', required)
      .execute();

    await db.schema
      .createTable('observations')
      .addColumn('digest', 'text', key)
      .addColumn('scan', 'text', required)
      .addColumn('agent', 'text', required)
      .addColumn('system', 'text', required)
      .addColumn('asset', 'text', required)
      .addColumn('probe', 'text', required)
      .addColumn('outcome', 'text', required)
      .addColumn('observed_at', 'bigint', required)
      .addColumn('recorded_at', 'bigint', required)
      .addColumn('document', 'text', (column) => column.notNull().references('documents.hash'))
      .addColumn('transcript', 'text', (column) => column.notNull().references('transcripts.hash'))
      .addColumn('rest', 'text', required)
      .addUniqueConstraint('observations_once_per_scan', ['scan', 'asset', 'probe'])
      .execute();
    await db.schema
      .createIndex('observations_by_channel')
      .on('observations')
      .columns(['system', 'asset', 'probe', 'observed_at'])
      .execute();

    await db.schema
      .createTable('ledger')
      .addColumn('hash', 'text', key)
      .addColumn('chain', 'text', required)
      .addColumn('seq', 'bigint', required)
      .addColumn('kind', 'text', required)
      .addColumn('system', 'text', required)
      .addColumn('subject', 'text', required)
      .addColumn('at', 'bigint', required)
      .addColumn('recorded_at', 'bigint', required)
      .addColumn('payload', 'text', required)
      .addColumn('signatures', 'text', required)
      .addUniqueConstraint('ledger_one_chain', ['chain', 'seq'])
      .execute();
    await db.schema
      .createIndex('ledger_by_subject')
      .on('ledger')
      .columns(['kind', 'system', 'subject', 'at'])
      .execute();
    await db.schema.createIndex('ledger_by_time').on('ledger').columns(['kind', 'system', 'at']).execute();

    await db.schema
      .createTable('asset_versions')
      .addColumn('system', 'text', required)
      .addColumn('asset', 'text', required)
      .addColumn('since', 'bigint', required)
      .addColumn('present', 'integer', required)
      .addColumn('view', 'text', required)
      .addPrimaryKeyConstraint('asset_versions_key', ['system', 'asset', 'since'])
      .execute();

    await db.schema
      .createTable('practice_levels')
      .addColumn('assessment', 'text', (column) => column.notNull().references('ledger.hash'))
      .addColumn('system', 'text', required)
      .addColumn('practice', 'text', required)
      .addColumn('at', 'bigint', required)
      .addColumn('level', 'integer')
      .addColumn('ceiling', 'integer', required)
      .addColumn('assessed_to', 'integer', required)
      .addColumn('technical', 'integer')
      .addColumn('fit', 'text', required)
      .addColumn('pack', 'text', required)
      .addPrimaryKeyConstraint('practice_levels_key', ['system', 'practice', 'at', 'assessment'])
      .execute();

    await state(db);
    await refuseChanges(db);
  },
};

/** What may change: run state, and what can be rebuilt from the evidence. */
async function state(db: Kysely<unknown>): Promise<void> {
  await db.schema.createTable('plans').addColumn('hash', 'text', key).addColumn('body', 'text', required).execute();
  await db.schema
    .createTable('scans')
    .addColumn('id', 'text', key)
    .addColumn('system', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('asked_by', 'text', required)
    .addColumn('plant', 'text', required)
    .addColumn('plan', 'text', (column) => column.notNull().references('plans.hash'))
    .addColumn('probes', 'integer', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addColumn('reason', 'text')
    .execute();
  await db.schema.createIndex('scans_by_system').on('scans').columns(['system', 'created_at', 'id']).execute();
  // Few scans run at once; what runs must be found without reading years of finished ones.
  await sql`create index scans_open on scans (state) where state in ('waiting', 'running')`.execute(db);
  await db.schema
    .createTable('running_probes')
    .addColumn('scan', 'text', required)
    .addColumn('asset', 'text', required)
    .addColumn('probe', 'text', required)
    .addPrimaryKeyConstraint('running_probes_key', ['scan', 'asset', 'probe'])
    .execute();

  await db.schema
    .createTable('chains')
    .addColumn('name', 'text', key)
    .addColumn('seq', 'bigint', required)
    .addColumn('hash', 'text')
    .execute();

  await db.schema
    .createTable('channels')
    .addColumn('system', 'text', required)
    .addColumn('asset', 'text', required)
    .addColumn('probe', 'text', required)
    .addColumn('digest', 'text', required)
    .addColumn('outcome', 'text', required)
    .addColumn('observed_at', 'bigint', required)
    .addColumn('recorded_at', 'bigint', required)
    .addPrimaryKeyConstraint('channels_key', ['system', 'asset', 'probe'])
    .execute();
  await db.schema
    .createTable('current_readings')
    .addColumn('system', 'text', required)
    .addColumn('asset', 'text', required)
    .addColumn('probe', 'text', required)
    .addColumn('digest', 'text', required)
    .addPrimaryKeyConstraint('current_readings_key', ['system', 'asset', 'probe', 'digest'])
    .execute();
  await db.schema
    .createTable('spans')
    .addColumn('system', 'text', required)
    .addColumn('asset', 'text', required)
    .addColumn('probe', 'text', required)
    .addColumn('document', 'text', required)
    .addColumn('first_recorded_at', 'bigint', required)
    .addColumn('last_recorded_at', 'bigint', required)
    .addColumn('observed_at', 'bigint', required)
    .addColumn('digest', 'text', required)
    .addPrimaryKeyConstraint('spans_key', ['system', 'asset', 'probe', 'document'])
    .execute();

  for (const table of ['settings', 'safety'])
    await db.schema.createTable(table).addColumn('key', 'text', key).addColumn('value', 'text', required).execute();
}

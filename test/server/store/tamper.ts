/** Changes evidence behind the store's back, as somebody would who owns the database. */
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Client, TypeOverrides } from 'pg';
import type { StoreOptions } from '../../../server/store/open.ts';
import { appendOnlyTables } from '../../../server/store/tables.ts';

export interface Tamperer {
  /** `?` stands for a parameter on both engines. */
  run(text: string, parameters?: readonly (string | number | null)[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** A connection without triggers and without foreign keys. */
export async function tamperWith(options: StoreOptions): Promise<Tamperer> {
  if (options.url === undefined) {
    const database = new DatabaseSync(join(options.folder, 'plimsoll.db'), {
      enableForeignKeyConstraints: false,
      timeout: 5000,
    });
    for (const table of appendOnlyTables)
      for (const change of ['update', 'delete']) database.exec(`drop trigger if exists ${table}_${change}`);
    return {
      run: async (text, parameters = []) => {
        const statement = database.prepare(text);
        // A statement without columns gives no rows here, and runs all the same.
        return statement.all(...(parameters as SQLInputValue[]));
      },
      close: async () => database.close(),
    };
  }
  const types = new TypeOverrides();
  types.setTypeParser(20, Number);
  const client = new Client({ connectionString: options.url, types });
  await client.connect();
  await client.query('set session_replication_role = replica');
  return {
    run: async (text, parameters = []) => {
      let place = 0;
      const { rows } = await client.query<Record<string, unknown>>(
        text.replace(/\?/g, () => `$${++place}`),
        [...parameters],
      );
      return rows;
    },
    close: () => client.end(),
  };
}

/** The same text with one character changed, at the share of its length. */
export function nudged(value: unknown, share: number): string | number {
  if (typeof value !== 'string') return Number(value ?? 0) + 1;
  if (value === '') return 'x';
  const at = Math.min(value.length - 1, Math.floor(value.length * share));
  return `${value.slice(0, at)}${value[at] === 'x' ? 'y' : 'x'}${value.slice(at + 1)}`;
}

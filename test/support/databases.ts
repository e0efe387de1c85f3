/** Runs a suite on both engines: the embedded database always, PostgreSQL wherever one can be started. */
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { openStore, type Store, type StoreOptions } from '../../server/store/open.ts';
import { type Postgres, postgresMissing, startPostgres } from './postgres.ts';
import { temporaryFolder } from './program.ts';

export interface Databases {
  readonly engine: 'sqlite' | 'postgres';
  /** Options of a store that does not exist yet. */
  options(): Promise<StoreOptions>;
  /** An open, empty store; closed after the test. */
  open(): Promise<Store>;
  /** Opens a store again or beside another; closed after the test. */
  openWith(options: StoreOptions): Promise<Store>;
}

export function describeOnDatabases(title: string, suite: (databases: Databases) => void): void {
  describe(`${title} on sqlite`, () => suite(databasesOn('sqlite')));
  const missing = postgresMissing();
  if (missing === undefined) {
    describe(`${title} on postgres`, () => suite(databasesOn('postgres')));
    return;
  }
  if (process.env['PLIMSOLL_SERVICES'] === 'required') throw new Error(`${title}: ${missing}`);
  console.warn(`skipped: ${title} on postgres (${missing})`);
  describe.skip(`${title} on postgres`, () => suite(databasesOn('postgres')));
}

function databasesOn(engine: 'sqlite' | 'postgres'): Databases {
  let server: Postgres | undefined;
  const folders: { remove: () => void }[] = [];
  const stores: Store[] = [];

  beforeAll(async () => {
    if (engine === 'postgres') server = await startPostgres();
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const folder of folders.splice(0)) folder.remove();
  });
  afterAll(async () => {
    await server?.stop();
  });

  async function openWith(options: StoreOptions): Promise<Store> {
    const store = await openStore(options);
    stores.push(store);
    return store;
  }
  async function options(): Promise<StoreOptions> {
    const folder = temporaryFolder('store');
    folders.push(folder);
    return server === undefined ? { folder: folder.path } : { folder: folder.path, url: await server.createDatabase() };
  }
  return { engine, options, openWith, open: async () => openWith(await options()) };
}

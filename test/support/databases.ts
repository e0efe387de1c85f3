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

/** One server for all suites of a file: it stops with the last of them. */
let server: Promise<Postgres> | undefined;
let suitesOnPostgres = 0;

function databasesOn(engine: 'sqlite' | 'postgres'): Databases {
  const folders: { remove: () => void }[] = [];
  const stores: Store[] = [];

  if (engine === 'postgres') suitesOnPostgres += 1;
  beforeAll(async () => {
    if (engine === 'sqlite') return;
    server ??= startPostgres();
    await server;
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const folder of folders.splice(0)) folder.remove();
  });
  afterAll(async () => {
    if (engine === 'sqlite') return;
    suitesOnPostgres -= 1;
    if (suitesOnPostgres === 0) await (await server)?.stop();
  });

  async function openWith(options: StoreOptions): Promise<Store> {
    const store = await openStore(options);
    stores.push(store);
    return store;
  }
  async function options(): Promise<StoreOptions> {
    const folder = temporaryFolder('store');
    folders.push(folder);
    if (engine === 'sqlite') return { folder: folder.path };
    const started = await server;
    if (started === undefined) throw new Error('PostgreSQL was not started');
    return { folder: folder.path, url: await started.createDatabase() };
  }
  return { engine, options, openWith, open: async () => openWith(await options()) };
}

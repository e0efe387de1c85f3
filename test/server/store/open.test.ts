import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { newPrivateKey } from '../../../collectors/evidence/keys.ts';
import { BadInput } from '../../../server/contract/problem.ts';
import { agentSigner, rotateKey } from '../../../server/store/keyring.ts';
import { openStore, type Store } from '../../../server/store/open.ts';
import { verifyFolder } from '../../../server/store/verify.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { temporaryFolder } from '../../support/program.ts';
import { scanWith } from './evidence.ts';

const at = '2026-11-01T10:00:00.000Z';
const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function folder(): string {
  const made = temporaryFolder('open');
  cleanups.push(made.remove);
  return made.path;
}

async function opened(path: string): Promise<Store> {
  const store = await openStore({ folder: path });
  cleanups.push(() => store.close());
  return store;
}

async function refusal(path: string): Promise<string> {
  const error = await openStore({ folder: path }).then(
    async (store) => {
      await store.close();
      return undefined;
    },
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BadInput);
  return (error as BadInput).message;
}

/** A folder with some evidence in it, closed. */
async function used(): Promise<string> {
  const path = folder();
  const store = await openStore({ folder: path });
  await scanWith(store, at, [{}]);
  await store.close();
  return path;
}

function contentsOf(path: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(path)
      .filter((name) => !name.startsWith('lock') && name !== 'keys')
      .map((name) => [name, readFileSync(join(path, name)).toString('hex')]),
  );
}

describe('a data folder', () => {
  it('is made where it is missing, for its owner only', async () => {
    const path = join(folder(), 'a', 'b');
    const store = await opened(path);
    await agentSigner(store.db, store.keyring, 'local');
    expect(statSync(path).mode & 0o777).toBe(0o700);
    for (const name of ['server.key', 'agent-local.key'])
      expect(statSync(join(path, 'keys', name)).mode & 0o777).toBe(0o600);
  });

  it('belongs to one process at a time', async () => {
    const path = await used();
    const store = await openStore({ folder: path });
    expect(await refusal(path)).toMatch(/no other process uses, found one in use/);
    // Looking is allowed meanwhile.
    expect(await verifyFolder(path)).toMatchObject({ ok: true });
    await store.close();
    await opened(path);
  });

  it('is free again after its process was killed', async () => {
    const path = await used();
    const script = `
      import { openStore } from ${JSON.stringify(new URL('../../../server/store/open.ts', import.meta.url).pathname)};
      await openStore({ folder: ${JSON.stringify(path)} });
      console.log('open');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(await refusal(path)).toMatch(/in use/);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    await opened(path);
    expect(await verifyFolder(path)).toMatchObject({ ok: true });
  });

  it.runIf(process.getuid?.() === 0)(
    'that cannot be written is refused, and can be verified all the same',
    async () => {
      const path = await used();
      const before = contentsOf(path);
      for (const name of readdirSync(path)) chmodSync(join(path, name), 0o444);
      chmodSync(path, 0o555);
      const [open, verify] = ['open.ts', 'verify.ts'].map((name) =>
        JSON.stringify(new URL(`../../../server/store/${name}`, import.meta.url).pathname),
      );
      const script = `
      import { openStore } from ${open};
      import { verifyFolder } from ${verify};
      process.setgid(65534); process.setuid(65534);
      const refused = await openStore({ folder: ${JSON.stringify(path)} }).catch((error) => error.message);
      console.log(JSON.stringify({ refused, report: await verifyFolder(${JSON.stringify(path)}) }));`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let printed = '';
      for await (const chunk of child.stdout) printed += String(chunk);
      const { refused, report } = JSON.parse(printed) as { refused: string; report: unknown };
      expect(refused).toMatch(/a data folder that can be written, found EACCES/);
      expect(report).toMatchObject({ ok: true });
      chmodSync(path, 0o755);
      expect(contentsOf(path)).toEqual(before);
    },
  );

  it('that is a file is refused', async () => {
    const path = join(folder(), 'file');
    writeFileSync(path, 'x');
    expect(await refusal(path)).toMatch(/expected a data folder|expected a folder/);
  });

  it('with a damaged database is refused and left as it is', async () => {
    const damages: readonly [string, (file: string) => void][] = [
      ['overwritten start', (file) => overwrite(file, 0)],
      ['overwritten schema', (file) => overwrite(file, 100)],
      ['cut off', (file) => truncateSync(file, 8192)],
      ['text', (file) => writeFileSync(file, 'not a database, but longer than a header is '.repeat(10))],
    ];
    for (const [name, damage] of damages) {
      const path = await used();
      damage(join(path, 'plimsoll.db'));
      const before = contentsOf(path);
      expect(await refusal(path), name).toMatch(/damaged/);
      expect(contentsOf(path), name).toEqual(before);
      await expect(verifyFolder(path), name).rejects.toThrow(BadInput);
    }
  });

  it("with another program's database is refused and left as it is", async () => {
    const path = folder();
    const other = new DatabaseSync(join(path, 'plimsoll.db'));
    other.exec('create table theirs (x)');
    other.close();
    const before = contentsOf(path);
    expect(await refusal(path)).toMatch(/another program's/);
    expect(contentsOf(path)).toEqual(before);
  });

  it('is verified only when there is one', async () => {
    await expect(verifyFolder(folder())).rejects.toThrow(/expected the database of a data folder, found no such file/);
  });

  it('whose signing key is gone or another one is refused, with the way out', async () => {
    const path = await used();
    const key = join(path, 'keys', 'server.key');
    renameSync(key, `${key}.away`);
    expect(await refusal(path)).toMatch(/the private key of ed25519:.*found no such file \(bring the keys folder back/);
    writeFileSync(key, newPrivateKey());
    expect(await refusal(path)).toMatch(/found the key of ed25519:/);
    writeFileSync(key, 'hunter2');
    expect(await refusal(path)).toMatch(/^(?!.*hunter2).*readable Ed25519 private key/);
    rmSync(key);
    renameSync(`${key}.away`, key);
    await opened(path);
  });
});

describeOnDatabases('a store', (databases) => {
  it('keeps what it held when it is opened again', async () => {
    const options = await databases.options();
    const first = await databases.openWith(options);
    const { scan } = await scanWith(first, at, [{}]);
    const { fingerprint } = first.keyring.server;
    await first.close();
    const again = await openStore(options);
    cleanups.push(() => again.close());
    expect(again.keyring.server.fingerprint).toBe(fingerprint);
    expect(await again.db.selectFrom('scans').select('id').execute()).toEqual([{ id: scan }]);
  });

  it('of a newer version is refused and left as it is', async () => {
    const options = await databases.options();
    const store = await openStore(options);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', 'x')`.execute(store.db);
    await store.close();
    const error = await openStore(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BadInput);
    expect(String(error)).toMatch(/a schema that this version knows, found a newer one \(9999-later\)/);
    if (options.url !== undefined) expect(String(error)).toContain(new URL(options.url).host);
  });

  it('rotates its keys, also when the process dies between record and file', async () => {
    const options = await databases.options();
    const store = await openStore(options);
    const old = readFileSync(join(options.folder, 'keys', 'server.key'));
    const { server } = await rotateKey(store.db, store.keyring, 'server');
    await store.close();
    // As a kill would have left it: the record stands, the new key still waits beside the old one.
    const key = join(options.folder, 'keys', 'server.key');
    renameSync(key, `${key}.next`);
    writeFileSync(key, old);
    const again = await databases.openWith(options);
    expect(again.keyring.server.fingerprint).toBe(server.fingerprint);
    expect(existsSync(`${key}.next`)).toBe(false);
    expect(statSync(key).mode & 0o777).toBe(0o600);
    await scanWith(again, at, [{}]);
    expect(await verifyFolder(again)).toMatchObject({ ok: true, checked: { key: 3 } });
  });

  it('answers inside a transaction only through the transaction, so nothing waits for ever', async () => {
    const store = await databases.open();
    const written = store.db.transaction().execute(async (tx) => {
      await tx.insertInto('settings').values({ key: 'a', value: '1' }).execute();
      return tx.selectFrom('settings').selectAll().execute();
    });
    expect(await Promise.race([written, lateAfter(5000)])).toEqual([{ key: 'a', value: '1' }]);
  });
});

describe('an address of a server', () => {
  it('that does not answer is refused without its password', async () => {
    const path = folder();
    mkdirSync(path, { recursive: true });
    chownSync(path, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
    const error = await openStore({ folder: path, url: 'postgres://ada:hunter2@127.0.0.1:1/plant' }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(BadInput);
    expect(String(error)).toMatch(/postgres:\/\/127\.0\.0\.1:1\/plant expected a database that can be opened/);
    expect(String(error)).not.toContain('hunter2');
  });
});

function overwrite(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0xa5, offset, offset + 2000);
  // The mark in the header stays: it is the rest that is damaged.
  writeFileSync(file, bytes);
}

function lateAfter(ms: number): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms).unref());
}

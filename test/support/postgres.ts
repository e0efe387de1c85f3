/** A PostgreSQL of the tests' own: in a container where Docker answers, else the installed one in a temporary folder. */
import { execFile, execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { describe } from 'vitest';
import { freePort, programPath, startProgram, temporaryFolder } from './program.ts';

export interface Postgres {
  /** Address of a new, empty database. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Whether `startPostgres` can work here; says what is missing when it cannot. */
export function postgresMissing(): string | undefined {
  if (dockerAnswers() || installedFolder() !== undefined) return undefined;
  return 'neither Docker nor an installed PostgreSQL';
}

/** The suite needs the installed one; where it is missing it is skipped and says so, at the gate that is a failure. */
export function describeWithPostgres(title: string, suite: () => void): void {
  if (installedFolder() !== undefined) return void describe(title, suite);
  if (process.env['PLIMSOLL_SERVICES'] === 'required') throw new Error(`${title}: not installed: postgresql`);
  console.warn(`skipped: ${title} (not installed: postgresql)`);
  describe.skip(title, suite);
}

export async function startPostgres(): Promise<Postgres> {
  const server = dockerAnswers() ? await startContainer() : await startInstalled();
  let databases = 0;
  return {
    async createDatabase() {
      databases += 1;
      const name = `test_${databases}`;
      const client = new Client({ connectionString: server.url('postgres') });
      await client.connect();
      try {
        await client.query(`create database ${name}`);
      } finally {
        await client.end();
      }
      return server.url(name);
    },
    stop: server.stop,
  };
}

export interface Server {
  url(database: string): string;
  stop(): Promise<void>;
}

const user = 'plimsoll';

/** With a certificate it takes TLS from who asks for it. The installed one only. */
export async function startInstalled(tls?: { readonly certificate: string; readonly key: string }): Promise<Server> {
  const binaries = installedFolder();
  if (binaries === undefined) throw new Error('PostgreSQL is not installed');
  const folder = temporaryFolder('postgres');
  const account = process.getuid?.() === 0 ? serverAccount() : undefined;
  if (account !== undefined) chownSync(folder.path, account.uid, account.gid);
  const data = join(folder.path, 'data');
  // Linguistic collation, as most servers have it: an order that only holds for bytes would show.
  const locale = ['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US'];
  await promisify(execFile)(
    join(binaries, 'initdb'),
    ['-D', data, '-U', user, '--auth=trust', '--encoding=UTF8', '--no-sync', ...locale],
    { cwd: folder.path, ...account },
  );
  const port = await freePort();
  const settings = [
    'fsync=off',
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${folder.path}`,
  ];
  if (tls !== undefined) {
    const [certificate, key] = ['server.pem', 'server.key'].map((name) => join(folder.path, name)) as [string, string];
    writeFileSync(certificate, tls.certificate);
    // It takes a key only from its own account or from root, and closed to others.
    writeFileSync(key, tls.key, { mode: 0o600 });
    if (account !== undefined) chownSync(key, account.uid, account.gid);
    settings.push('ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`);
  }
  const command = [join(binaries, 'postgres'), '-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const url = (database: string) => `postgres://${user}@127.0.0.1:${port}/${database}`;
  // It refuses to run as root: root drops to another account first.
  const running =
    account === undefined
      ? await startProgram('env', command, { ready: () => answers(url('postgres')) })
      : await startProgram(
          'setpriv',
          [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', '--', ...command],
          { ready: () => answers(url('postgres')), cwd: folder.path },
        );
  return {
    url,
    async stop() {
      await running.stop();
      folder.remove();
    },
  };
}

async function startContainer(): Promise<Server> {
  const { GenericContainer } = await import('testcontainers');
  const container = await new GenericContainer('postgres:15-alpine')
    .withEnvironment({ POSTGRES_USER: user, POSTGRES_HOST_AUTH_METHOD: 'trust', POSTGRES_DB: 'postgres' })
    .withExposedPorts(5432)
    .start();
  const url = (database: string) =>
    `postgres://${user}@${container.getHost()}:${container.getMappedPort(5432)}/${database}`;
  const end = Date.now() + 30_000;
  while (!(await answers(url('postgres'))))
    if (Date.now() > end) throw new Error('the PostgreSQL container did not get ready');
  return {
    url,
    async stop() {
      await container.stop();
    },
  };
}

let docker: boolean | undefined;

function dockerAnswers(): boolean {
  docker ??= (() => {
    if (programPath('docker') === undefined) return false;
    try {
      execFileSync('docker', ['info'], { stdio: 'ignore', timeout: 5000 });
      return true;
    } catch {
      return false;
    }
  })();
  return docker;
}

/** Debian keeps the server programs out of PATH, one folder per version. */
function installedFolder(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = versions.map((version) => join(root, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

function serverAccount(): { uid: number; gid: number } {
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })));
  if (uid === undefined || gid === undefined) throw new Error('there is no account postgres');
  return { uid, gid };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

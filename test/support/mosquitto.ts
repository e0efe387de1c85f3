/** One mosquitto with any number of listeners, each with its own security settings. */
import { execFile } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Issued, writeIssued } from './certificates.ts';
import { accepts, freePort, programPath, type Running, startProgram, temporaryFolder } from './program.ts';

export interface MosquittoListener {
  readonly anonymous?: boolean;
  /** User names and passwords. */
  readonly users?: Readonly<Record<string, string>>;
  /** Text of the access list. */
  readonly acl?: string;
  readonly issued?: Issued;
  /** Issuer of clients, PEM; with it a certificate is required. */
  readonly clientIssuer?: string;
  /** What the issuer has taken back, PEM. */
  readonly revoked?: string;
  /** Accounts of the dynamic security plug-in, which decides when it is asked; one listener of a broker may have them. */
  readonly decided?: readonly DecidedAccount[];
  readonly websockets?: boolean;
  /** Further lines of the listener. */
  readonly lines?: readonly string[];
}

export interface DecidedAccount {
  readonly user: string;
  readonly password: string;
  /** Filters that the account may subscribe to, by their letters; `prefix/#` stands for all below. */
  readonly subscribes: readonly string[];
}

export interface Mosquitto<Name extends string> {
  readonly ports: Readonly<Record<Name, number>>;
  readonly running: Running;
  stop(): Promise<void>;
}

/** The first listener must not be a WebSocket one: mosquitto 2.0.11 does not start with those alone. */
export async function startMosquitto<Name extends string>(
  listeners: Readonly<Record<Name, MosquittoListener>>,
): Promise<Mosquitto<Name>> {
  const folder = temporaryFolder('mosquitto');
  const ports = {} as Record<Name, number>;
  const lines = ['per_listener_settings true', 'persistence false', 'sys_interval 1', 'user root', 'log_type all'];
  for (const name of Object.keys(listeners) as Name[]) {
    ports[name] = await freePort();
    lines.push(...(await listenerLines(join(folder.path, name), ports[name], listeners[name])));
  }
  const path = join(folder.path, 'mosquitto.conf');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const all = Object.values<number>(ports);
  const running = await startProgram('mosquitto', ['-c', path], {
    ready: async () => (await Promise.all(all.map((port) => accepts(port)))).every(Boolean),
  });
  return {
    ports,
    running,
    async stop() {
      await running.stop();
      folder.remove();
    },
  };
}

async function listenerLines(folder: string, port: number, listener: MosquittoListener): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const lines = [`listener ${port} 127.0.0.1`, `allow_anonymous ${listener.anonymous ?? false}`];
  if (listener.websockets) lines.push('protocol websockets');
  if (listener.users !== undefined) {
    const path = join(folder, 'passwords');
    writeFileSync(path, '');
    for (const [user, password] of Object.entries(listener.users)) {
      await promisify(execFile)(programPath('mosquitto_passwd') ?? 'mosquitto_passwd', ['-b', path, user, password]);
    }
    lines.push(`password_file ${path}`);
  }
  if (listener.acl !== undefined) {
    const path = join(folder, 'acl');
    writeFileSync(path, listener.acl);
    lines.push(`acl_file ${path}`);
  }
  if (listener.issued !== undefined) {
    const { cert, key } = writeIssued(folder, 'server', listener.issued);
    lines.push(`certfile ${cert}`, `keyfile ${key}`);
  }
  if (listener.clientIssuer !== undefined) {
    const path = join(folder, 'clients.pem');
    writeFileSync(path, listener.clientIssuer);
    lines.push(`cafile ${path}`, 'require_certificate true', 'use_identity_as_username true');
  }
  if (listener.revoked !== undefined) {
    const path = join(folder, 'revoked.pem');
    writeFileSync(path, listener.revoked);
    lines.push(`crlfile ${path}`);
  }
  if (listener.decided !== undefined) {
    const path = join(folder, 'decided.json');
    writeFileSync(path, JSON.stringify(await decidedBy(folder, listener.decided)), { mode: 0o600 });
    lines.push(`plugin ${dynamicSecurity()}`, `plugin_opt_config_file ${path}`);
  }
  return [...lines, ...(listener.lines ?? [])];
}

/** The plug-in of mosquitto's own package that answers subscriptions with a decision. */
function dynamicSecurity(): string {
  const [path] = globSync('/usr/lib/*/mosquitto_dynamic_security.so');
  if (path === undefined) throw new Error('mosquitto_dynamic_security.so, of the package mosquitto, is not installed');
  return path;
}

/** Its own tool hashes the passwords; the roles are the test's. */
async function decidedBy(folder: string, accounts: readonly DecidedAccount[]): Promise<object> {
  const clients: object[] = [];
  for (const { user, password } of accounts) {
    const path = join(folder, `${user}.json`);
    await promisify(execFile)(programPath('mosquitto_ctrl') ?? 'mosquitto_ctrl', [
      'dynsec',
      'init',
      path,
      user,
      password,
    ]);
    const made: { clients: object[] } = JSON.parse(readFileSync(path, 'utf8'));
    clients.push({ ...made.clients[0], roles: [{ rolename: user }] });
  }
  return {
    clients,
    roles: accounts.map(({ user, subscribes }) => ({
      rolename: user,
      acls: subscribes.map((topic) => ({ acltype: 'subscribeLiteral', topic, allow: true })),
    })),
    defaultACLAccess: { publishClientSend: false, publishClientReceive: true, subscribe: false, unsubscribe: true },
  };
}

/** One mosquitto with any number of listeners, each with its own security settings. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
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
  readonly websockets?: boolean;
  /** Further lines of the listener. */
  readonly lines?: readonly string[];
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
  return [...lines, ...(listener.lines ?? [])];
}

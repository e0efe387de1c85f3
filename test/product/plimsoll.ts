/** Runs the product as its users do: the command line under the runtime that npm installs, in processes of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { vi } from 'vitest';
import { freePort, until } from '../support/program.ts';

// A test starts several processes, each of which takes seconds on a machine that is busy.
vi.setConfig({ testTimeout: 120_000 });

const root = new URL('../..', import.meta.url).pathname;
const node = `${root}node_modules/.bin/node`;
const cli = `${root}agent/cli.ts`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one JSON value on stdout; throws where there is anything else. */
  json<T>(): T;
}

/** Runs one command to its end; one that does not end by itself within a minute is a failure. */
export async function plimsoll(...args: readonly string[]): Promise<Ended> {
  const child = spawn(node, [cli, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    printed.stdout += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed.stderr += chunk.toString('utf8');
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`plimsoll ${args.join(' ')} did not end; it printed:\n${printed.stdout}\n${printed.stderr}`));
    }, 60_000);
    child.once('close', (ended) => {
      clearTimeout(timer);
      resolve(ended);
    });
  });
  return { code, ...printed, json: <T>() => JSON.parse(printed.stdout) as T };
}

export interface Served {
  readonly port: number;
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Lines of the log, parsed. */
  log(): { level: number; msg: string }[];
  request(path: string, init?: RequestInit): Promise<Response>;
  get<T>(path: string): Promise<T>;
  /** Ends it with SIGTERM; resolves with exit code and duration, and fails after 15 s. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; tookMs: number }>;
}

/** Starts `demo` or `up` with the given arguments on a free port and waits until /healthz answers. */
export async function serve(command: 'demo' | 'up', args: readonly string[]): Promise<Served> {
  const port = await freePort();
  const child = spawn(node, [cli, command, '--port', String(port), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    printed.stdout += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed.stderr += chunk.toString('utf8');
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  async function request(path: string, init?: RequestInit): Promise<Response> {
    try {
      return await fetch(`http://127.0.0.1:${port}${path}`, init);
    } catch (cause) {
      const state = `exit code ${child.exitCode}, signal ${child.signalCode}`;
      throw new Error(`${command} does not answer ${path} (${state}); it printed:\n${printed.stderr}`, { cause });
    }
  }
  const served: Served = {
    port,
    child,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    log: () =>
      printed.stderr
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as { level: number; msg: string }),
    request,
    async get<T>(path: string) {
      const response = await request(path);
      if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    async stop(signal = 'SIGTERM') {
      const began = Date.now();
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      const code = await ended;
      clearTimeout(timer);
      return { code, tookMs: Date.now() - began };
    },
  };
  const healthy = async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${printed.stderr}`);
    return (await request('/healthz').catch(() => undefined))?.ok ?? false;
  };
  try {
    await until(healthy, `${command} answers on port ${port}`, 60_000);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return served;
}

/** A listener that counts who comes: what must not be contacted is pointed at it. */
export async function countingServer(): Promise<{ port: number; contacts: () => number; stop: () => Promise<void> }> {
  let contacts = 0;
  const server = createServer((socket) => {
    contacts += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    contacts: () => contacts,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

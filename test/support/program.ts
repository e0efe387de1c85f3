/** Starts servers that nobody here wrote, on ports of their own, and stops them again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/usr/bin'];

/** Absolute path of an installed program, or undefined. */
export function programPath(name: string): string | undefined {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next folder may have it.
    }
  }
  return undefined;
}

/**
 * A suite that needs installed servers. Where one is missing the suite is skipped and says so; with
 * PLIMSOLL_SERVICES=required (the gate) that is a failure.
 */
export function describeWith(programs: readonly string[], title: string, suite: () => void): void {
  const missing = programs.filter((program) => programPath(program) === undefined);
  if (missing.length === 0) return void describe(title, suite);
  if (process.env['PLIMSOLL_SERVICES'] === 'required')
    throw new Error(`${title}: not installed: ${missing.join(', ')}`);
  console.warn(`skipped: ${title} (not installed: ${missing.join(', ')})`);
  describe.skip(title, suite);
}

export interface Running {
  readonly child: ChildProcess;
  /** What it printed so far, both streams. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts a program and waits, bounded, until `ready` says so. */
export async function startProgram(
  name: string,
  args: readonly string[],
  options: {
    ready: (running: Running) => Promise<boolean>;
    env?: Record<string, string>;
    cwd?: string;
    timeoutMs?: number;
  },
): Promise<Running> {
  const path = name.startsWith('/') ? name : programPath(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  const child = spawn(path, args, {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed = (printed + chunk.toString('utf8')).slice(-100_000);
    });
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const running: Running = {
    child,
    output: () => printed,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(timer);
    },
  };
  const until = Date.now() + (options.timeoutMs ?? 15_000);
  while (!(await options.ready(running))) {
    if (child.exitCode !== null || Date.now() > until) {
      await running.stop();
      throw new Error(`${name} did not get ready; it printed:\n${printed}`);
    }
    await pause(25);
  }
  return running;
}

/** A TCP port that was free a moment ago. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = await unusedPort(host);
    // A port is free until its server has started: two servers must not be told the same one.
    if (!given.has(port)) {
      given.add(port);
      return port;
    }
  }
}

const given = new Set<number>();

function unusedPort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Whether something accepts on the port. */
export function accepts(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Waits on a condition with a bound; never on time alone. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 10_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await pause(10);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function temporaryFolder(name: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `plimsoll-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

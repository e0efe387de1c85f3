/**
 * Runs a collector as the agent does, without the governor: for tests of collectors. Sockets and timers that the run
 * opened are followed, so that a test can ask whether any is left.
 */
import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import type { Socket as UdpSocket } from 'node:dgram';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { format } from 'node:util';
import type { Look, Outcome, Reading, Setup, Target, Tier } from '../../collectors/contract/collector.ts';
import { Ended } from '../../collectors/contract/collector.ts';
import { type Completed, complete, endOfRun } from '../../collectors/contract/complete.ts';
import type { Credential } from '../../collectors/contract/credential.ts';
import type { Registered } from '../../collectors/registry.ts';
import { pause, temporaryFolder } from './program.ts';

export interface RunOptions {
  readonly options?: unknown;
  /** Default T2. */
  readonly tier?: Tier;
  readonly consents?: readonly string[];
  readonly secret?: Credential;
  readonly trust?: readonly string[];
  /** Aborts the run as a safety stop does. */
  readonly signal?: AbortSignal;
  /** Default: the manifest's. */
  readonly deadlineMs?: number;
  /** Where the URL's host name points; default the host itself, or loopback for `localhost`. */
  readonly address?: string;
  readonly now?: () => Date;
}

export interface RunResult extends Completed {
  readonly outcome: Outcome;
  readonly detail: string | undefined;
  /** What `collect` threw, for messages of failed tests. */
  readonly thrown: unknown;
  readonly reading: Reading;
  readonly setup: Setup;
  readonly ledgerKinds: Readonly<Record<string, number>>;
  readonly transcript: readonly string[];
  /** What the run wrote to the console. */
  readonly printed: string;
  readonly bytesReceived: number;
  readonly elapsedMs: number;
  /** Sockets and timers that were still open two seconds after the end. */
  readonly leftOpen: readonly string[];
}

export function targetOf(url: string, entry: Registered, address?: string): Target {
  const parsed = new URL(url);
  const scheme = parsed.protocol.slice(0, -1);
  if (scheme === 'file') {
    return { url, scheme, host: '', address: '', port: 0, path: decodeURIComponent(parsed.pathname) };
  }
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    url,
    scheme,
    host,
    address: address ?? (host === 'localhost' ? '127.0.0.1' : host),
    port: parsed.port === '' ? (entry.manifest.defaultPort[scheme] ?? 0) : Number(parsed.port),
    path: parsed.pathname,
  };
}

export function setupOf(entry: Registered, scheme: string, run: RunOptions = {}): Setup {
  return {
    scheme,
    options: entry.manifest.options.parse(run.options ?? {}),
    tier: run.tier ?? 'T2',
    consents: new Set(run.consents),
    ...(run.secret === undefined ? {} : { credential: run.secret.kind }),
  };
}

export async function runCollector(entry: Registered, url: string, run: RunOptions = {}): Promise<RunResult> {
  const target = targetOf(url, entry, run.address);
  const setup = setupOf(entry, target.scheme, run);
  const collector = await entry.load();
  const folder = temporaryFolder('look');
  const stop = new AbortController();
  const transcript: string[] = [];
  const ledgerKinds: Record<string, number> = {};
  let datagramBytes = 0;
  const look: Look = {
    ...setup,
    target,
    ...(run.secret === undefined ? {} : { secret: run.secret }),
    trust: run.trust ?? [],
    identity: { clientId: 'plimsoll-test-3f9c', contact: 'ot-desk@example.com' },
    folder: folder.path,
    signal: stop.signal,
    now: run.now ?? (() => new Date()),
    async request(kind) {
      stop.signal.throwIfAborted();
      ledgerKinds[kind] = (ledgerKinds[kind] ?? 0) + 1;
      return () => {};
    },
    sent() {},
    received(bytes) {
      datagramBytes += bytes;
    },
    note(text) {
      transcript.push(text);
    },
    identified() {},
    alarmed(what) {
      throw new Ended('aborted', what, { rule: 'SAF-16' });
    },
  };

  const raw = collector.begin();
  const watch = watchHandles();
  const console = captureConsole();
  const deadlineMs = run.deadlineMs ?? entry.manifest.deadlineMs;
  const deadline = setTimeout(() => stop.abort(new Ended('timedOut', `no end within ${deadlineMs} ms`)), deadlineMs);
  const safetyStop = () => stop.abort(new Ended('aborted', 'safety stop'));
  run.signal?.addEventListener('abort', safetyStop);
  const startedAt = performance.now();
  let thrown: unknown;
  try {
    await watch.inside(() => collector.collect(look, raw));
  } catch (error) {
    thrown = error ?? new Error('threw nothing');
  }
  const elapsedMs = performance.now() - startedAt;
  clearTimeout(deadline);
  run.signal?.removeEventListener('abort', safetyStop);
  const { outcome, detail } = endOfRun(thrown, stop.signal);
  const leftOpen = await watch.leftOpen();
  const printed = console.restore();
  folder.remove();

  const reading = collector.read(raw, setup);
  return {
    ...complete({ manifest: entry.manifest, setup, reading, outcome }),
    outcome,
    detail,
    thrown,
    reading,
    setup,
    ledgerKinds,
    transcript,
    printed,
    bytesReceived: datagramBytes + watch.bytesReceived(),
    elapsedMs,
    leftOpen,
  };
}

/** Follows sockets and timers that start inside one asynchronous context, libraries' own included. */
function watchHandles() {
  const context = new AsyncLocalStorage<symbol>();
  const me = Symbol('run');
  const inside = () => context.getStore() === me;
  const tcp = new Set<Socket>();
  const udp = new Map<UdpSocket, boolean>();
  const timers = new Map<number, { hasRef?: () => boolean }>();

  const onTcp = (message: unknown) => {
    const socket = field(message, 'socket');
    if (inside() && socket instanceof Socket) tcp.add(socket);
  };
  const onUdp = (message: unknown) => {
    const socket = field(message, 'socket') as UdpSocket;
    if (!inside()) return;
    udp.set(socket, true);
    socket.once('close', () => udp.set(socket, false));
  };
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (type === 'Timeout' && inside()) timers.set(id, resource);
    },
    destroy(id) {
      timers.delete(id);
    },
  });
  subscribe('net.client.socket', onTcp);
  subscribe('udp.socket', onUdp);
  hook.enable();

  const open = () => [
    ...[...tcp].filter((socket) => !socket.destroyed).map((socket) => `tcp socket to ${socket.remotePort}`),
    ...[...udp].filter(([, isOpen]) => isOpen).map(() => 'udp socket'),
    ...[...timers.values()].filter((timer) => timer.hasRef?.() ?? true).map(() => 'timer'),
  ];
  return {
    inside: <T>(body: () => Promise<T>) => context.run(me, body),
    bytesReceived: () => [...tcp].reduce((sum, socket) => sum + socket.bytesRead, 0),
    async leftOpen() {
      const end = performance.now() + 2000;
      while (open().length > 0 && performance.now() < end) await pause(10);
      hook.disable();
      unsubscribe('net.client.socket', onTcp);
      unsubscribe('udp.socket', onUdp);
      return open();
    },
  };
}

function field(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined;
}

/** Keeps what libraries print out of the test output, and lets a test search it for secrets. */
function captureConsole() {
  const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
  const originals = methods.map((method) => console[method]);
  const lines: string[] = [];
  for (const method of methods) console[method] = (...args: unknown[]) => void lines.push(format(...args));
  return {
    restore() {
      methods.forEach((method, index) => {
        const original = originals[index];
        if (original !== undefined) console[method] = original;
      });
      return lines.join('\n');
    },
  };
}

/**
 * One TCP connection to the address that the run was planned for, and no other. Asks leave, counts, follows the abort
 * signal, and closes the socket whatever happens.
 */
import { connect, type Socket } from 'node:net';
import type { Look } from '../contract/collector.ts';
import { Ended } from '../contract/collector.ts';

export interface Line {
  readonly socket: Socket;
  /** To be called at the first byte of the answer: until then the latency counts. The end of the line calls it too. */
  answered(): void;
  /**
   * Waits for the promise, at most `ms`. Rejects with `Ended('timedOut')` after that, and with the abort reason when
   * the run is stopped.
   */
  within<T>(promise: Promise<T>, ms: number, what: string): Promise<T>;
}

export interface LineOptions {
  /** Kind of request in the ledger. */
  readonly kind: string;
  readonly connectMs: number;
  /** Called once the TCP connection stands. */
  connected?(): void;
}

/** Connects, runs `body` with the line and destroys the socket when `body` ends. */
export async function withLine<T>(look: Look, options: LineOptions, body: (line: Line) => Promise<T>): Promise<T> {
  const answered = once(await look.request(options.kind));
  look.signal.throwIfAborted();
  const socket = connect({ host: look.target.address, port: look.target.port, autoSelectFamily: false });
  // Errors reach `body` through its own listeners; one that comes later must not end the process.
  socket.on('error', () => {});
  const destroy = () => socket.destroy();
  look.signal.addEventListener('abort', destroy, { once: true });
  const line: Line = { socket, answered, within: (promise, ms, what) => within(look.signal, promise, { ms, what }) };
  try {
    await line.within(opened(socket), options.connectMs, 'connection');
    options.connected?.();
    return await body(line);
  } finally {
    look.signal.removeEventListener('abort', destroy);
    socket.destroy();
    answered();
    // The next connection to a host begins when this one is gone, not when it is about to go.
    if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  }
}

function once(release: () => void): () => void {
  let open = true;
  return () => {
    if (open) release();
    open = false;
  };
}

/** Rejects when `socket` fails or closes first. */
function opened(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(new Ended('unreachable', 'closed before it was open')));
  });
}

async function within<T>(
  signal: AbortSignal,
  promise: Promise<T>,
  bound: { readonly ms: number; readonly what: string },
): Promise<T> {
  let stop = () => {};
  const cut = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Ended('timedOut', `no ${bound.what} within ${bound.ms} ms`)), bound.ms);
    const aborted = () => reject(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    };
    if (signal.aborted) aborted();
  });
  try {
    return await Promise.race([promise, cut]);
  } finally {
    stop();
  }
}

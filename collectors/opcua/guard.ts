/** The sockets of one run, and the reasons that may end it before the library notices. */
import { connect, type Socket } from 'node:net';
import type { Look } from '../contract/collector.ts';
import { Ended, endedBy } from '../contract/collector.ts';

export type ConnectedSocket = Socket & { readonly remoteAddress: string; readonly remotePort: number };

export interface Guard {
  /** Opens one connection to the pinned address; the library never opens any. */
  open(): Promise<ConnectedSocket>;
  /** Waits for a step of the library, no longer than `ms`, and names the end in our own words. */
  step<T>(what: string, work: Promise<T>, ms?: number): Promise<T>;
  closeAll(): void;
}

const connectMs = 5000;
export const stepMs = 5000;
/** Endpoint lists with long chains take tens of kilobytes; a whole sample less than a megabyte. */
const mostBytes = 4 * 1024 * 1024;

export function guardOf(look: Look, connected: (open: boolean) => void): Guard {
  const sockets = new Set<Socket>();
  let ended: Ended | undefined;
  let received = 0;
  const waiting = new Set<(end: Ended) => void>();
  const end = (reason: Ended) => {
    ended ??= reason;
    for (const reject of waiting) reject(ended);
  };
  const closeAll = () => {
    look.signal.removeEventListener('abort', onAbort);
    for (const socket of sockets) socket.destroy();
  };
  function onAbort() {
    const reason: unknown = look.signal.reason;
    end(reason instanceof Ended ? reason : new Ended('aborted', 'the run was stopped'));
    closeAll();
  }
  look.signal.addEventListener('abort', onAbort);
  if (look.signal.aborted) onAbort();

  /** Rejects as soon as the run must end, whatever the work does meanwhile. */
  async function bounded<T>(what: string, work: Promise<T>, ms: number): Promise<T> {
    work.catch(() => {});
    if (ended !== undefined) throw ended;
    let timer: NodeJS.Timeout | undefined;
    let reject: (end: Ended) => void = () => {};
    try {
      return await Promise.race([
        work,
        new Promise<never>((_, fail) => {
          reject = fail;
          waiting.add(fail);
          timer = setTimeout(() => fail(new Ended('timedOut', `${what}: no answer within ${ms} ms`)), ms);
        }),
      ]);
    } finally {
      clearTimeout(timer);
      waiting.delete(reject);
    }
  }

  return {
    async open() {
      const answered = await look.request('tcp.connect');
      if (ended !== undefined) throw ended;
      const { address, port } = look.target;
      const socket = connect({ host: address, port, autoSelectFamily: false });
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      try {
        await bounded(
          'TCP connection',
          new Promise<void>((resolve, reject) => {
            socket.once('connect', () => resolve());
            socket.once('error', reject);
          }),
          connectMs,
        );
      } catch (error) {
        socket.destroy();
        const known = endedBy(error) ?? new Ended('unreachable', 'the connection failed');
        if (known.message === 'ECONNREFUSED') connected(false);
        end(known);
        throw known;
      } finally {
        answered();
      }
      connected(true);
      // Held back until the library listens.
      socket.pause();
      catchThrows(socket, () =>
        end(new Ended('unsupported', 'answered with something that is no OPC UA', { rule: 'SAF-16' })),
      );
      socket.on('error', (error) => {
        const known = endedBy(error);
        if (known !== undefined) end(known);
      });
      socket.on('data', (bytes: Buffer) => {
        received += bytes.length;
        if (received <= mostBytes) return;
        end(new Ended('unsupported', `it sends more than ${mostBytes} bytes`, { rule: 'SAF-16' }));
        socket.destroy();
      });
      if (!isConnected(socket)) throw new Ended('unreachable', 'closed as soon as it was open');
      return socket;
    },
    async step(what, work, ms = stepMs) {
      try {
        return await bounded(what, work, ms);
      } catch (error) {
        // A reset reaches the library and us; ours tells more.
        if (ended !== undefined) throw ended;
        throw endedBy(error) ?? error;
      }
    },
    closeAll,
  };
}

/**
 * The library throws out of its socket listeners when a chunk is malformed, which would end the process; here it ends
 * the connection.
 */
function catchThrows(socket: Socket, thrown: () => void): void {
  const emit = socket.emit;
  Object.assign(socket, {
    emit(...event: unknown[]): boolean {
      try {
        return Reflect.apply(emit, socket, event) === true;
      } catch {
        thrown();
        socket.destroy();
        return true;
      }
    },
  });
}

function isConnected(socket: Socket): socket is ConnectedSocket {
  return socket.remoteAddress !== undefined && socket.remotePort !== undefined;
}

/** Name of the status code that a library error carries; its text may hold anything else and is not passed on. */
export function statusOf(error: unknown): string | undefined {
  return error instanceof Error ? /\bBad[A-Z][A-Za-z]{2,60}/.exec(error.message)?.[0] : undefined;
}

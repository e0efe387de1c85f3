/** The one UDP socket of a run: connected to the pinned address, counted, and closed the moment the run must end. */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Look } from '../contract/collector.ts';
import { Ended, endedBy } from '../contract/collector.ts';

export interface Peer {
  send(bytes: Buffer): void;
  /** Who gets the next datagrams; undefined drops them. */
  listen(listener: ((bytes: Buffer) => void) | undefined): void;
  /**
   * Runs one exchange. Rejects when the socket fails (a refused datagram is `ECONNREFUSED`), when the run is stopped,
   * or when the exchange itself calls `fail`.
   */
  exchange<T>(body: (done: (value: T) => void, fail: (error: unknown) => void) => void): Promise<T>;
  close(): void;
}

/** Enough for a whole run of 200-row tables; whatever sends more is not answering us. */
const mostDatagrams = 500;
const mostBytes = 2 * 1024 * 1024;

export async function openPeer(look: Look): Promise<Peer> {
  const socket = createSocket({ type: isIPv6(look.target.address) ? 'udp6' : 'udp4' });
  let listener: ((bytes: Buffer) => void) | undefined;
  let failCurrent: ((error: unknown) => void) | undefined;
  let failure: { error: unknown } | undefined;
  let closed = false;
  let datagrams = 0;
  let volume = 0;

  const fail = (error: unknown) => {
    failure ??= { error };
    failCurrent?.(failure.error);
  };
  const onAbort = () => {
    const reason: unknown = look.signal.reason;
    fail(reason instanceof Ended ? reason : new Ended('aborted', 'the run was stopped'));
    close();
  };
  function close() {
    if (closed) return;
    closed = true;
    look.signal.removeEventListener('abort', onAbort);
    socket.close();
  }

  socket.on('error', (error) => fail(endedBy(error) ?? error));
  socket.on('message', (bytes) => {
    if (closed) return;
    look.received(bytes.length);
    datagrams += 1;
    volume += bytes.length;
    if (datagrams > mostDatagrams || volume > mostBytes) {
      fail(new Ended('unsupported', 'it sends without end what nobody asked for', { rule: 'SAF-16' }));
      return close();
    }
    listener?.(bytes);
  });
  if (look.signal.aborted) onAbort();
  look.signal.addEventListener('abort', onAbort);

  const peer: Peer = {
    send(bytes) {
      if (closed) return;
      look.sent(bytes.length);
      socket.send(bytes, (error) => {
        if (error !== null && error !== undefined) fail(endedBy(error) ?? error);
      });
    },
    listen(next) {
      listener = next;
    },
    async exchange<T>(body: (done: (value: T) => void, fail: (error: unknown) => void) => void): Promise<T> {
      if (failure !== undefined) throw failure.error;
      try {
        return await new Promise<T>((resolve, reject) => {
          failCurrent = reject;
          body(resolve, reject);
        });
      } finally {
        failCurrent = undefined;
      }
    },
    close,
  };
  // A connected socket takes datagrams from the pinned address only, and learns when the port is closed (ICMP).
  await peer.exchange<void>((done) => socket.connect(look.target.port, look.target.address, done));
  return peer;
}

/** Servers that misbehave on purpose, over TCP and UDP, on loopback. */
import { createSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';

export type Fault = 'silence' | 'reset' | 'hangUp' | 'garbage' | 'oversize' | 'endless' | 'drip';
export const faults: readonly Fault[] = ['silence', 'reset', 'hangUp', 'garbage', 'oversize', 'endless', 'drip'];

export interface FaultServer {
  readonly port: number;
  /** Connections accepted, or datagrams received. */
  contacts(): number;
  stop(): Promise<void>;
}

export interface FaultOptions {
  /** Bytes sent first, such as a valid header that promises more; default none. */
  readonly prefix?: Uint8Array;
  /** What is sent over and over afterwards; default pseudo-random bytes. */
  readonly filling?: Uint8Array;
}

const oversizeBytes = 10 * 1024 * 1024;

/** Accepts TCP connections and then does what the fault says, whatever the client sends. */
export async function tcpFault(fault: Fault, options: FaultOptions = {}): Promise<FaultServer> {
  const filling = options.filling ?? noise(16 * 1024);
  const open = new Set<Socket>();
  let contacts = 0;
  const server = createServer((socket) => {
    contacts += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.resume();
    if (options.prefix) socket.write(options.prefix);
    misbehave(socket, fault, filling);
  });
  return listening(server, open, () => contacts);
}

/** Answers datagrams with what the fault says; `reset` and `hangUp` have no meaning here and stay silent. */
export async function udpFault(fault: Fault, options: FaultOptions = {}): Promise<FaultServer> {
  const socket = createSocket('udp4');
  let contacts = 0;
  const timers = new Set<NodeJS.Timeout>();
  const start = Buffer.from(options.prefix ?? []);
  const answer = (size: number) => Buffer.concat([start, options.filling ?? noise(size)]);
  socket.on('message', (_, peer) => {
    contacts += 1;
    const reply = (bytes: Uint8Array) => socket.send(bytes, peer.port, peer.address, () => {});
    if (fault === 'garbage') reply(answer(400));
    if (fault === 'oversize') reply(answer(65_000 - start.length));
    if (fault === 'drip') timers.add(setInterval(() => reply(answer(1)), 50));
    if (fault === 'endless') {
      timers.add(
        setInterval(() => {
          for (let count = 0; count < 50; count += 1) reply(answer(1200));
        }, 5),
      );
    }
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    contacts: () => contacts,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await new Promise<void>((resolve) => socket.close(resolve));
    },
  };
}

/** Pseudo-random bytes, the same each time. */
export function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 0x9e3779b9;
  for (let index = 0; index < length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state & 0xff;
  }
  return bytes;
}

function misbehave(socket: Socket, fault: Fault, filling: Uint8Array): void {
  switch (fault) {
    case 'silence':
      return;
    case 'reset':
      // After the first byte, so that the client has connected.
      socket.once('data', () => (socket instanceof TLSSocket ? socket.destroy() : socket.resetAndDestroy()));
      return;
    case 'hangUp':
      socket.once('data', () => socket.end());
      return;
    case 'garbage':
      socket.write(filling);
      return;
    case 'oversize':
      pour(socket, filling, oversizeBytes);
      return;
    case 'endless':
      pour(socket, filling, Number.POSITIVE_INFINITY);
      return;
    case 'drip': {
      let next = 0;
      const timer = setInterval(() => {
        socket.write(filling.subarray(next, next + 1));
        next = (next + 1) % filling.length;
      }, 50);
      socket.once('close', () => clearInterval(timer));
    }
  }
}

function pour(socket: Socket, filling: Uint8Array, total: number): void {
  let left = total;
  const more = () => {
    while (left > 0 && !socket.destroyed) {
      left -= filling.length;
      if (!socket.write(filling)) {
        socket.once('drain', more);
        return;
      }
    }
  };
  more();
}

/** Completes TLS handshakes properly and misbehaves afterwards. */
export async function tlsFault(
  fault: Fault,
  issued: { readonly chain: string; readonly key: string },
  options: FaultOptions & { readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3' } = {},
): Promise<FaultServer> {
  const filling = options.filling ?? noise(16 * 1024);
  const open = new Set<Socket>();
  let contacts = 0;
  const server = createTlsServer(
    {
      cert: issued.chain,
      key: issued.key,
      ...(options.maxVersion === undefined ? {} : { maxVersion: options.maxVersion }),
    },
    (socket) => {
      contacts += 1;
      socket.on('error', () => {});
      socket.resume();
      if (options.prefix) socket.write(options.prefix);
      misbehave(socket, fault, filling);
    },
  );
  server.on('tlsClientError', () => {});
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  return listening(server, open, () => contacts);
}

/** Answers each connection with the same bytes once the client has spoken, then closes. */
export async function replay(answer: (request: Uint8Array) => Uint8Array): Promise<FaultServer> {
  const open = new Set<Socket>();
  let contacts = 0;
  const server = createServer((socket) => {
    contacts += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.once('data', (request: Buffer) => socket.end(answer(request)));
  });
  return listening(server, open, () => contacts);
}

async function listening(server: Server, open: Set<Socket>, contacts: () => number): Promise<FaultServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    contacts,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The sockets of one run and the bytes they moved: what crossed the wire, not what a collector says it sent. */
import type { Socket as UdpSocket } from 'node:dgram';
import { Socket } from 'node:net';

export interface Traffic {
  readonly connections: number;
  readonly datagrams: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** Follows sockets until they close; keeps the totals of those that are gone. */
export class Sockets {
  readonly #tcp = new Map<Socket, { sent: number; received: number; since: number }>();
  readonly #udp = new Set<UdpSocket>();
  #connections = 0;
  #datagrams = 0;
  #sent = 0;
  #received = 0;

  adopt(socket: Socket): void {
    const counted = { sent: 0, received: 0, since: performance.now() };
    this.#tcp.set(socket, counted);
    this.#connections += 1;
    const count = () => Object.assign(counted, bytesOf(socket, counted));
    // The handle with its counters is gone once the socket is destroyed: count just before.
    const destroy = socket.destroy;
    socket.destroy = function destroyCounted(error?: Error) {
      count();
      return destroy.call(socket, error);
    };
    socket.once('close', () => {
      if (!this.#tcp.delete(socket)) return;
      this.#sent += counted.sent;
      this.#received += counted.received;
    });
  }

  adoptUdp(socket: UdpSocket): void {
    if (this.#udp.has(socket)) return;
    this.#udp.add(socket);
    socket.on('message', (message) => {
      this.#received += message.length;
    });
    socket.once('close', () => this.#udp.delete(socket));
  }

  datagram(bytes: number): void {
    this.#datagrams += 1;
    this.#sent += bytes;
  }

  totals(): Traffic {
    let [bytesSent, bytesReceived] = [this.#sent, this.#received];
    for (const [socket, counted] of this.#tcp) {
      Object.assign(counted, bytesOf(socket, counted));
      bytesSent += counted.sent;
      bytesReceived += counted.received;
    }
    return { connections: this.#connections, datagrams: this.#datagrams, bytesSent, bytesReceived };
  }

  /** Sockets in use; those that only wait for the other side to close are hung up instead. */
  inUse(): Socket[] {
    const open: Socket[] = [];
    for (const socket of this.#tcp.keys()) {
      if (socket.destroyed) continue;
      if (socket.writableEnded || socket.writableFinished) socket.destroy();
      else open.push(socket);
    }
    return open;
  }

  udpInUse(): readonly UdpSocket[] {
    return [...this.#udp];
  }

  /** Age of the oldest open connection in milliseconds. */
  oldestMs(): number {
    const now = performance.now();
    return Math.max(0, ...[...this.#tcp].filter(([socket]) => !socket.destroyed).map(([, { since }]) => now - since));
  }

  destroyAll(): void {
    for (const socket of this.#tcp.keys()) socket.destroy();
    for (const socket of this.#udp) {
      try {
        socket.close();
      } catch {
        // Already closed by its owner, who has not been told yet.
      }
    }
    this.#udp.clear();
  }
}

/** A TLS socket's own counters leave the handshake out; those of the TCP handle below it do not. */
function bytesOf(socket: Socket, before: { sent: number; received: number }): { sent: number; received: number } {
  const handle = part(socket, '_handle');
  const lower = part(handle, '_parent') ?? handle;
  const sent = numberOf(part(lower, 'bytesWritten')) ?? socket.bytesWritten;
  const received = numberOf(part(lower, 'bytesRead')) ?? socket.bytesRead;
  return { sent: Math.max(sent, before.sent), received: Math.max(received, before.received) };
}

function part(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function isSocket(value: unknown): value is Socket {
  return value instanceof Socket;
}

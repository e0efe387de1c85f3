/** Servers whose answers a test writes itself, and that keep every request: over TCP and UDP, on loopback. */
import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';

export interface Scripted {
  readonly port: number;
  /** What arrived so far, one entry per chunk or datagram. */
  readonly requests: Buffer[];
  /** Connections accepted; 0 over UDP. */
  connections(): number;
  stop(): Promise<void>;
}

/** Answer to one request: bytes, several pieces one after the other, or nothing. */
export type Script = (request: Buffer, index: number) => Uint8Array | readonly Uint8Array[] | undefined;

export async function scriptedTcp(script: Script): Promise<Scripted> {
  const requests: Buffer[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.on('data', (request: Buffer) => {
      for (const piece of piecesOf(script(request, requests.push(request) - 1))) socket.write(piece);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    requests,
    connections: () => connections,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export async function scriptedUdp(script: Script): Promise<Scripted> {
  const requests: Buffer[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (request, peer) => {
    for (const piece of piecesOf(script(request, requests.push(request) - 1))) {
      socket.send(piece, peer.port, peer.address, () => {});
    }
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    requests,
    connections: () => 0,
    stop: () => new Promise<void>((resolve) => socket.close(resolve)),
  };
}

function piecesOf(answer: ReturnType<Script>): readonly Uint8Array[] {
  if (answer === undefined) return [];
  return answer instanceof Uint8Array ? [answer] : answer;
}

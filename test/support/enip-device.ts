/**
 * An EtherNet/IP device as far as its identity goes. Stands for somebody else's system: it takes requests apart by itself,
 * in whatever pieces they come, and counts every command that is not ListIdentity.
 */
import { createServer, type Socket } from 'node:net';

export interface EnipIdentity {
  readonly vendor: number;
  readonly deviceType: number;
  readonly productCode: number;
  readonly revision: readonly [major: number, minor: number];
  readonly serial: number;
  readonly name: string;
  /** Status word of the Identity object; default: running, no fault. */
  readonly status?: number;
}

export interface EnipDevice {
  readonly port: number;
  /** Commands asked for so far, in their order. */
  commands(): readonly number[];
  connections(): number;
  stop(): Promise<void>;
}

export async function startEnipDevice(identity: EnipIdentity): Promise<EnipDevice> {
  const commands: number[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    let waiting = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 24 && waiting.length >= 24 + waiting.readUInt16LE(2)) {
        const request = waiting.subarray(0, 24 + waiting.readUInt16LE(2));
        waiting = waiting.subarray(request.length);
        commands.push(request.readUInt16LE(0));
        socket.write(answerTo(request, identity));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    commands: () => commands,
    connections: () => connections,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The header comes back with the sender's context; a command that is not known has status 1. */
function answerTo(request: Buffer, identity: EnipIdentity): Buffer {
  const known = request.readUInt16LE(0) === 0x63;
  const body = known ? identityList([identityItem(identity)]) : Buffer.alloc(0);
  return encapsulated(request.subarray(0, 24), body, known ? 0 : 1);
}

export function encapsulated(request: Buffer, body: Uint8Array, status = 0): Buffer {
  const header = Buffer.from(request.subarray(0, 24));
  header.writeUInt16LE(body.length, 2);
  header.writeUInt32LE(status, 8);
  return Buffer.concat([header, body]);
}

export function identityList(items: readonly Uint8Array[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeUInt16LE(items.length, 0);
  return Buffer.concat([count, ...items]);
}

export function identityItem(identity: EnipIdentity): Buffer {
  const name = Buffer.from(identity.name);
  const fixed = Buffer.alloc(33);
  fixed.writeUInt16LE(1, 0);
  fixed.writeUInt16BE(2, 2);
  fixed.writeUInt16BE(44818, 4);
  fixed.set([192, 0, 2, 17], 6);
  fixed.writeUInt16LE(identity.vendor, 18);
  fixed.writeUInt16LE(identity.deviceType, 20);
  fixed.writeUInt16LE(identity.productCode, 22);
  fixed.writeUInt8(identity.revision[0], 24);
  fixed.writeUInt8(identity.revision[1], 25);
  fixed.writeUInt16LE(identity.status ?? 0x30, 26);
  fixed.writeUInt32LE(identity.serial, 28);
  fixed.writeUInt8(name.length, 32);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(0x0c, 0);
  head.writeUInt16LE(fixed.length + name.length + 1, 2);
  return Buffer.concat([head, fixed, name, Buffer.of(3)]);
}

/** A drive that speaks Modbus and says who it is: function 43, type 14. Every other function is refused. */
import { createServer, type Socket } from 'node:net';
import { type Device, listening } from './device.ts';

export async function startModbus(names: {
  vendor: string;
  product: string;
  revision: string;
  model: string;
}): Promise<Device> {
  const { vendor, product, revision, model } = names;
  const basic = objects([vendor, product, revision], 0);
  const regular = Buffer.concat([basic, objects([model], 5)]);
  const open = new Set<Socket>();
  function answer(pdu: Buffer): Buffer {
    const [code, type, category] = pdu;
    if (code === 0x2b && type === 0x0e && (category === 1 || category === 2)) {
      const head = Buffer.of(0x2b, 0x0e, category, 0x82, 0, 0, category === 1 ? 3 : 4);
      return Buffer.concat([head, category === 1 ? basic : regular]);
    }
    return Buffer.of((code ?? 0) | 0x80, 1);
  }
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    let waiting = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 8 && waiting.length >= 6 + waiting.readUInt16BE(4)) {
        const frame = waiting.subarray(0, 6 + waiting.readUInt16BE(4));
        waiting = waiting.subarray(frame.length);
        const header = Buffer.from(frame.subarray(0, 7));
        const pdu = answer(frame.subarray(7));
        header.writeUInt16BE(pdu.length + 1, 4);
        socket.write(Buffer.concat([header, pdu]));
      }
    });
  });
  const port = await listening(server);
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

function objects(texts: readonly string[], from: number): Buffer {
  return Buffer.concat(
    texts.map((text, index) => Buffer.concat([Buffer.of(from + index, Buffer.byteLength(text)), Buffer.from(text)])),
  );
}

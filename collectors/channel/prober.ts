/** Sends one hand-written ClientHello and reads the first flight of the answer; never goes on from there. */
import { randomBytes } from 'node:crypto';
import { Ended } from '../contract/collector.ts';
import type { FirstFlight, TlsVersion } from '../contract/tls-wire.ts';
import { concat, readFlight } from '../contract/tls-wire.ts';
import type { Line } from './connection.ts';
import { encodeHello } from './hello.ts';

const answerMs = 5000;
/** A first flight is a few kilobytes; whatever is longer is not read to its end. */
const mostBytes = 128 * 1024;

export async function sayHello(
  line: Line,
  ask: { readonly version: TlsVersion; readonly suites: readonly number[]; readonly serverName?: string | undefined },
): Promise<FirstFlight> {
  line.socket.write(encodeHello({ ...ask, random: randomBytes(96) }));
  return line.within(firstFlight(line), answerMs, 'answer to a TLS hello');
}

function firstFlight({ socket, answered }: Line): Promise<FirstFlight> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    let count = 0;
    const soFar = () => readFlight(concat(parts));
    socket.on('data', (chunk: Buffer) => {
      answered();
      parts.push(chunk);
      count += chunk.length;
      const flight = soFar();
      if (flight.done) return resolve(flight);
      if (count > mostBytes)
        reject(new Ended('unsupported', `more than ${mostBytes} bytes in answer to a TLS hello`, { rule: 'SAF-16' }));
    });
    // A hang-up is an answer: some servers refuse an old version that way.
    socket.once('end', () => resolve(soFar()));
    socket.once('close', () => resolve(soFar()));
  });
}

/** One question on an open connection and one answer of a bounded size: for protocols of fixed requests. */
import type { Look } from '../contract/collector.ts';
import { Ended } from '../contract/collector.ts';
import type { Line } from './connection.ts';

/** What came: the answer with its meaning, something that is none, or undefined while more has to come. */
export type Answered<T> = { readonly answer: T } | { readonly malformed: string } | undefined;

export interface Question<T> {
  /** Kind of request in the ledger. */
  readonly kind: string;
  readonly bytes: Uint8Array;
  /** Reads all that has come so far. Never throws. */
  read(bytes: Buffer): Answered<T>;
  /** Longest answer that the protocol knows; whatever is longer is none. */
  readonly mostBytes: number;
  readonly ms: number;
  readonly what: string;
}

/**
 * Asks leave, sends the bytes once and waits for the answer.
 * @throws {Ended} `timedOut`, `unreachable` when the device hangs up, `unsupported` when what comes is no answer.
 */
export async function ask<T>(look: Look, line: Line, question: Question<T>): Promise<T> {
  const answered = await look.request(question.kind);
  look.signal.throwIfAborted();
  const reply = listen(line, question);
  try {
    line.socket.write(question.bytes);
    return await line.within(reply.promise, question.ms, question.what);
  } finally {
    reply.stop();
    answered();
  }
}

function listen<T>({ socket }: Line, question: Question<T>): { promise: Promise<T>; stop(): void } {
  let stop = () => {};
  const promise = new Promise<T>((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const take = (chunk: Buffer) => {
      const room = question.mostBytes + 1 - bytes.length;
      bytes = Buffer.concat([bytes, chunk.subarray(0, Math.max(0, room))]);
      const long = bytes.length > question.mostBytes || chunk.length > room;
      const found = long ? { malformed: `more than ${question.mostBytes} bytes` } : question.read(bytes);
      if (found === undefined) return;
      // Nothing that follows is wanted, and a device that pours must not fill our memory.
      socket.pause();
      if ('answer' in found) return resolve(found.answer);
      socket.destroy();
      reject(new Ended('unsupported', `not the ${question.what}: ${found.malformed}`, { rule: 'SAF-16' }));
    };
    const gone = () => reject(new Ended('unreachable', `hung up before the ${question.what}`));
    socket.on('data', take);
    socket.once('error', reject);
    socket.once('close', gone);
    stop = () => {
      socket.off('data', take);
      socket.off('error', reject);
      socket.off('close', gone);
    };
    if (socket.destroyed) gone();
    socket.resume();
  });
  // The wait may end first (deadline, abort): a later failure of the socket is then nobody's.
  promise.catch(() => {});
  return { promise, stop };
}

/** Reads a text file of any size line by line: bounded, without holding it, packed or not. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { codeOf, Ended } from '../contract/collector.ts';

export interface LineReading {
  /** Bytes at most, unpacked. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
  line(text: string, number: number): void;
  /** A line longer than any record: skipped, not kept. */
  tooLong(number: number): void;
}

export interface Extent {
  readonly bytes: number;
  readonly lines: number;
  readonly packed: boolean;
  /** Why not all of it was read. */
  readonly cut?: 'start' | 'end' | 'damaged';
}

export const longestLine = 64 * 1024;
const headBytes = 64 * 1024;

export interface Head {
  readonly bytes: Buffer;
  readonly size: number;
  readonly changed: Date;
  readonly packed: boolean;
}

/** The beginning of a file, unpacked. Only regular files: a pipe or a device would never end. */
export async function headOf(path: string): Promise<Head> {
  try {
    const { size, mtime, ...file } = await stat(path).then((found) => ({
      size: found.size,
      mtime: found.mtime,
      regular: found.isFile(),
    }));
    if (!file.regular) throw new Ended('unsupported', `${basename(path)} is no regular file`);
    const raw = await start(createReadStream(path, { start: 0, end: headBytes - 1 }), headBytes);
    const packed = raw[0] === 0x1f && raw[1] === 0x8b;
    const bytes = packed ? await start(unpacked(path), headBytes) : raw;
    return { bytes, size, changed: mtime, packed };
  } catch (error) {
    throw endOf(error, path);
  }
}

/**
 * Calls `line` for every line. Of a plain file longer than the bound the newest part is read, after the lines of its
 * beginning that start with `#`; of a packed one the oldest. What is damaged ends the reading and is said.
 */
export async function readLines(path: string, head: Head, reading: LineReading): Promise<Extent> {
  const { mostBytes } = reading;
  const skipped = !head.packed && head.size > mostBytes ? head.size - mostBytes : 0;
  const feed = feeder(reading);
  if (skipped > 0) {
    const text = head.bytes.toString('utf8');
    for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n'))
      if (line.startsWith('#')) feed.whole(line);
    feed.skipFirst();
  }
  const stream = head.packed ? unpacked(path) : createReadStream(path, { start: skipped });
  let bytes = 0;
  let cut: Extent['cut'] = skipped > 0 ? 'start' : undefined;
  try {
    for await (const chunk of stream) {
      reading.signal.throwIfAborted();
      const part: Buffer = chunk;
      const room = mostBytes - bytes;
      feed.bytes(part.length > room ? part.subarray(0, room) : part);
      bytes += Math.min(part.length, room);
      if (part.length > room) {
        cut = 'end';
        break;
      }
    }
  } catch (error) {
    if (!isDamage(error)) throw endOf(error, path);
    cut = 'damaged';
  } finally {
    stream.destroy();
  }
  feed.end(cut === undefined || cut === 'start');
  return { bytes, lines: feed.lines(), packed: head.packed, ...(cut === undefined ? {} : { cut }) };
}

/** Cuts a stream of bytes into lines; holds at most one line and one chunk. */
function feeder(reading: LineReading) {
  let rest: Buffer[] = [];
  let held = 0;
  let number = 0;
  let overlong = false;
  let skipping = false;

  function finish(last: Buffer) {
    number++;
    if (skipping) skipping = false;
    else if (overlong || held + last.length > longestLine) reading.tooLong(number);
    else {
      const bytes = held === 0 ? last : Buffer.concat([...rest, last]);
      const text = bytes.toString('utf8');
      reading.line(text.endsWith('\r') ? text.slice(0, -1) : text, number);
    }
    rest = [];
    held = 0;
    overlong = false;
  }

  return {
    bytes(chunk: Buffer) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        finish(chunk.subarray(from, at));
        from = at + 1;
      }
      const tail = chunk.subarray(from);
      if (overlong || held + tail.length > longestLine) {
        overlong = true;
        rest = [];
        held = 0;
      } else if (tail.length > 0) {
        rest.push(tail);
        held += tail.length;
      }
    },
    whole(line: string) {
      number++;
      reading.line(line, number);
    },
    skipFirst() {
      skipping = true;
    },
    /** The last line without a line end counts only where the file ends there. */
    end(complete: boolean) {
      if (complete && (held > 0 || overlong)) finish(Buffer.alloc(0));
    },
    lines: () => number,
  };
}

function unpacked(path: string): Readable {
  const source = createReadStream(path);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => source.destroy());
  return source.pipe(gunzip);
}

async function start(stream: Readable, most: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      const part: Buffer = chunk;
      parts.push(part);
      length += part.length;
      if (length >= most) break;
    }
  } catch (error) {
    // A damaged archive may still have a beginning.
    if (!isDamage(error) || length === 0) throw error;
  } finally {
    stream.destroy();
  }
  return Buffer.concat(parts).subarray(0, most);
}

function isDamage(error: unknown): boolean {
  return codeOf(error)?.startsWith('Z_') === true;
}

function endOf(error: unknown, path: string): unknown {
  const name = basename(path);
  const code = codeOf(error);
  if (code === 'ENOENT') return new Ended('unreachable', `${name} is not there`, { cause: error });
  if (code === 'EACCES' || code === 'EPERM') return new Ended('denied', `${name} may not be read`, { cause: error });
  if (code?.startsWith('Z_') === true) return new Ended('unsupported', `${name} cannot be unpacked`, { cause: error });
  return error;
}

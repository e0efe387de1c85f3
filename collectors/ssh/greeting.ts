/** The greeting of one connection: what our side says first, and what the server says before any key is exchanged. */
import type { Line } from '../channel/connection.ts';
import type { Look } from '../contract/collector.ts';
import { Ended } from '../contract/collector.ts';
import type { SshRaw } from './raw.ts';
import { longestGreeting, readGreeting } from './wire.ts';

const greetingMs = 8000;

export interface GreetingWatch {
  /** Resolves when both parts stood in the record; rejects when the server sends something else or hangs up. */
  readonly complete: Promise<void>;
}

/** Follows the bytes of the connection, beside whoever else reads them. */
export function watchGreeting(line: Line, look: Look, raw: SshRaw): GreetingWatch {
  const { socket } = line;
  const complete = new Promise<void>((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const take = (chunk: Buffer) => {
      line.answered();
      bytes = Buffer.concat([bytes, chunk.subarray(0, longestGreeting + 1 - bytes.length)]);
      raw.greeting = readGreeting(bytes);
      const { algorithms, malformed } = raw.greeting;
      if (algorithms === undefined && malformed === undefined && bytes.length <= longestGreeting) return;
      socket.off('data', take);
      noteGreeting(look, raw);
      if (algorithms !== undefined) return resolve();
      socket.destroy();
      reject(new Ended('unsupported', `not a greeting of SSH 2: ${malformed ?? 'too long'}`, { rule: 'SAF-16' }));
    };
    socket.on('data', take);
    socket.once('error', reject);
    socket.once('close', () => {
      if (raw.greeting?.algorithms === undefined && raw.greeting !== undefined) noteGreeting(look, raw);
      reject(new Ended('unreachable', 'the server closed the connection before its greeting was complete'));
    });
  });
  // Where a session runs, it is the session that fails: this must not count as unhandled.
  complete.catch(() => {});
  return { complete };
}

/** Says who we are, waits for both parts of the answer, and leaves. No key is exchanged, nothing is asked. */
export async function greet(line: Line, look: Look, watch: GreetingWatch): Promise<void> {
  line.socket.write(`SSH-2.0-${identityOf(look)}\r\n`);
  await line.within(watch.complete, greetingMs, 'complete greeting');
}

/** Software and comment of our own identification line: operators find us by it in the server's log. */
export function identityOf({ identity }: Pick<Look, 'identity'>): string {
  const software = identity.clientId.replace(/[^!-,.-~]/g, '_').slice(0, 64);
  return `${software} ${identity.contact.replace(/[^ -~]/g, '.').slice(0, 100)}`;
}

function noteGreeting(look: Look, { greeting }: SshRaw): void {
  if (greeting === undefined) return;
  for (const text of greeting.lines) look.note(`before its identification the server says ${JSON.stringify(text)}`);
  const { identification, algorithms, malformed } = greeting;
  if (identification !== undefined) {
    const { protocol, software, comment } = identification;
    look.note(`identification: protocol ${protocol}, software ${software}${comment ? `, comment ${comment}` : ''}`);
  }
  for (const [kind, names] of Object.entries(algorithms ?? {})) look.note(`offers ${kind}: ${names.join(' ')}`);
  if (malformed !== undefined) look.note(`cannot be read: ${malformed}`);
}

/**
 * What a client says in clear before TLS begins, where a protocol starts that way: PostgreSQL (frontend/backend
 * protocol 3.0, SSLRequest) and SMTP (RFC 5321, RFC 3207). Fixed bytes; nobody logs in and nothing is delivered.
 */
import type { ClearStart } from '../contract/clear-start.ts';
import type { Look } from '../contract/collector.ts';
import { Ended } from '../contract/collector.ts';
import { type Answered, ask } from './ask.ts';
import type { Line } from './connection.ts';

export interface Started {
  /** The server agreed to go on in TLS; otherwise it goes on in clear or not at all. */
  readonly tls: boolean;
  /** SMTP: it takes a password before TLS. undefined where the protocol does not say so beforehand. */
  readonly passwordInClear?: boolean;
}

const answerMs = 5000;
const mostReply = 8 * 1024;
const sslRequest = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);

/**
 * Asks the server to go on in TLS.
 * @throws {Ended} `unsupported` for another protocol, and for bytes slipped in behind the answer, which a client would
 * otherwise take for part of the secured session.
 */
export function startInClear(look: Look, line: Line, protocol: ClearStart): Promise<Started> {
  return protocol === 'postgresql' ? startPostgres(look, line) : startSmtp(look, line);
}

async function startPostgres(look: Look, line: Line): Promise<Started> {
  const tls = await ask<boolean>(look, line, {
    kind: 'postgresql.sslRequest',
    bytes: sslRequest,
    read: readSslAnswer,
    mostBytes: mostReply,
    ms: answerMs,
    what: 'answer to a request for TLS',
  });
  look.note(`asked in clear for TLS: ${tls ? 'agreed' : 'the server has none'}`);
  return { tls };
}

/** One byte: S agrees, N declines. Versions before 7.0 answer with an error, as other protocols may. */
export function readSslAnswer(bytes: Buffer): Answered<boolean> {
  const [first] = bytes;
  if (first === undefined) return undefined;
  if (first !== 0x53 && first !== 0x4e) return { malformed: 'neither S nor N came: no PostgreSQL' };
  return bytes.length > 1 ? { malformed: 'more came than the one byte of the answer' } : { answer: first === 0x53 };
}

async function startSmtp(look: Look, line: Line): Promise<Started> {
  const say = (kind: string, text: string) =>
    ask<SmtpReply>(look, line, {
      kind,
      bytes: new TextEncoder().encode(text),
      read: readSmtpReply,
      mostBytes: mostReply,
      ms: answerMs,
      what: 'SMTP reply',
    });
  const greeting = await say('smtp.greeting', '');
  if (greeting.code !== 220) throw new Ended('unsupported', `the mail server greets with ${greeting.code}`);
  const name = look.identity.clientId.toLowerCase().replace(/[^a-z0-9.-]/g, '-');
  const hello = await say('smtp.ehlo', `EHLO ${name}\r\n`);
  if (hello.code !== 250) throw new Ended('unsupported', `the mail server answers EHLO with ${hello.code}`);
  const words = hello.lines.map((each) => each.toUpperCase().split(/[ =]/));
  const passwordInClear = words.some(
    ([verb, ...mechanisms]) => verb === 'AUTH' && mechanisms.some((each) => each === 'PLAIN' || each === 'LOGIN'),
  );
  if (!words.some(([verb]) => verb === 'STARTTLS')) {
    look.note('the mail server offers no STARTTLS');
    await say('smtp.quit', 'QUIT\r\n');
    return { tls: false, passwordInClear };
  }
  const ready = await say('smtp.starttls', 'STARTTLS\r\n');
  look.note(`asked in clear for TLS: ${ready.code === 220 ? 'agreed' : `refused with ${ready.code}`}`);
  return { tls: ready.code === 220, passwordInClear };
}

export interface SmtpReply {
  readonly code: number;
  /** Text of each line, without its code. */
  readonly lines: readonly string[];
}

/** A whole reply (RFC 5321 section 4.2) and nothing behind it. */
export function readSmtpReply(bytes: Buffer): Answered<SmtpReply> {
  const text = bytes.toString('latin1');
  const rows = text.split('\r\n');
  const lines: string[] = [];
  for (const [index, row] of rows.slice(0, -1).entries()) {
    const [, code, mark, rest = ''] = /^([2-5]\d\d)([ -])?(.*)$/.exec(row) ?? [];
    if (code === undefined || (mark === undefined && rest !== '')) return { malformed: 'a line is no reply of SMTP' };
    lines.push(rest);
    if (mark === '-') continue;
    const whole = index === rows.length - 2 && rows.at(-1) === '';
    return whole ? { answer: { code: Number(code), lines } } : { malformed: 'more came than one reply' };
  }
  return undefined;
}

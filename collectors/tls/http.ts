/** One GET of a page over an open TLS connection, and what its answer says. The parser is pure. */
import type { TLSSocket } from 'node:tls';
import type { Line } from '../channel/connection.ts';
import type { Look } from '../contract/collector.ts';

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body: the words with which servers refuse, or all of a short page. */
  readonly beginning: string;
  /** The body was longer than we take. */
  readonly cut: boolean;
}

const mostBytes = 16 * 1024;
const mostBody = 12 * 1024;
const answerMs = 3000;

/** Undefined when what came back is no HTTP. Redirects are never followed. */
export async function getPage(
  { line, tls, look }: { line: Line; tls: TLSSocket; look: Look },
  path: string,
): Promise<HttpAnswer | undefined> {
  const answered = await look.request('http.get');
  const host = look.target.host.includes(':') ? `[${look.target.host}]` : look.target.host;
  const agent = `${look.identity.clientId} (${look.identity.contact})`.replace(/[^\x20-\x7e]/g, '');
  tls.write(
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${agent}\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
  );
  try {
    return await line.within(readAnswer(tls), answerMs, `answer to GET ${path}`);
  } finally {
    answered();
  }
}

/** Reads status line and headers (RFC 9112) once they are complete. */
export function parseHttp(text: string): HttpAnswer | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = /^HTTP\/1\.[01] ([1-5]\d\d)( |$)/.exec(first)?.[1];
  if (status === undefined) return undefined;
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const raw = text.slice(end + 4);
  const body = /\bchunked\b/i.test(headers['transfer-encoding'] ?? '') ? withoutChunks(raw) : raw;
  const cut = body.length > mostBody || text.length > mostBytes;
  return { status: Number(status), headers: { ...headers }, beginning: body.slice(0, mostBody), cut };
}

/** The chunked coding of RFC 9112 section 7.1; what is no chunk any more is left out. */
function withoutChunks(text: string): string {
  let body = '';
  for (let at = 0; at < text.length; ) {
    const head = /^([0-9a-f]{1,6})[^\r\n]{0,100}\r\n/i.exec(text.slice(at, at + 120));
    const length = head?.[1] === undefined ? 0 : Number.parseInt(head[1], 16);
    if (head === null || length === 0) break;
    at += head[0].length;
    body += text.slice(at, at + length);
    at += length + 2;
  }
  return body;
}

function readAnswer(tls: TLSSocket): Promise<HttpAnswer | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const finish = () => resolve(parseHttp(text));
    tls.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.length > mostBytes) finish();
    });
    tls.once('end', finish).once('error', finish).once('close', finish);
  });
}

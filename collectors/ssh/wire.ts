/**
 * The first bytes of an SSH server: its identification line and SSH_MSG_KEXINIT (RFC 4253 sections 4.2 and 7.1), both
 * in clear. Pure and bounded: bytes of a stranger in, plain values out.
 */

export interface Identification {
  /** `2.0`, or `1.99` where the server also speaks SSH 1. */
  readonly protocol: string;
  /** Name and version of the software, as the server spells it. */
  readonly software: string;
  readonly comment?: string;
}

export interface AlgorithmLists {
  readonly kex: readonly string[];
  readonly hostKey: readonly string[];
  /** Both directions together, as are the two below. */
  readonly cipher: readonly string[];
  readonly mac: readonly string[];
  readonly compression: readonly string[];
}

export interface Greeting {
  /** Lines that the server sent before its identification: "Exceeded MaxStartups", notices. */
  readonly lines: readonly string[];
  readonly identification?: Identification;
  readonly algorithms?: AlgorithmLists;
  /** What is wrong with the bytes; nothing after them is of use. */
  readonly malformed?: string;
}

const mostLines = 20;
const longestLine = 255;
/** RFC 4253 section 6.1: what every implementation must be able to take. */
const longestPacket = 35_000;
const mostNames = 300;
/** RFC 4251 section 6. Some makers exceed it a little. */
const longestName = 128;

/** Most bytes that a greeting within these bounds can have. */
export const longestGreeting = (mostLines + 1) * (longestLine + 2) + longestPacket + 4;

/** Reads what came so far. Complete when `algorithms` or `malformed` stands in it. */
export function readGreeting(bytes: Uint8Array): Greeting {
  const lines: string[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, at);
    if (end === -1 || end - at > longestLine) {
      const malformed = bytes.length - at > longestLine ? 'a line longer than 255 bytes' : undefined;
      return malformed === undefined ? { lines } : { lines, malformed };
    }
    const line = textOf(bytes.subarray(at, end));
    at = end + 1;
    if (line.startsWith('SSH-')) {
      const identification = identificationOf(line);
      if (identification === undefined) return { lines, malformed: 'an identification that is none of SSH 2' };
      return { lines, identification, ...readKeyExchange(bytes.subarray(at)) };
    }
    if (lines.length === mostLines) return { lines, malformed: 'more than 20 lines before the identification' };
    lines.push(line);
  }
}

/** `SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3`; undefined for anything that does not speak version 2. */
export function identificationOf(line: string): Identification | undefined {
  const match = /^SSH-(2\.0|1\.99)-([!-~]+)(?: (.*))?$/.exec(line);
  const [, protocol, software, comment] = match ?? [];
  if (protocol === undefined || software === undefined) return undefined;
  return { protocol, software, ...(comment === undefined || comment === '' ? {} : { comment }) };
}

function readKeyExchange(bytes: Uint8Array): Pick<Greeting, 'algorithms' | 'malformed'> {
  if (bytes.length < 6) return {};
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0);
  const padding = view.getUint8(4);
  if (length > longestPacket || length < padding + 2) return { malformed: `a first packet of ${length} bytes` };
  if (view.getUint8(5) !== 20) return { malformed: `a first message of type ${view.getUint8(5)}, expected 20` };
  if (bytes.length < length + 4) return {};
  return readLists(bytes.subarray(5, 4 + length - padding));
}

function readLists(payload: Uint8Array): Pick<Greeting, 'algorithms' | 'malformed'> {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const lists: string[][] = [];
  // Message type and cookie come first; two lists of languages come last and say nothing.
  let at = 17;
  while (lists.length < 10) {
    const end = at + 4 <= payload.length ? at + 4 + view.getUint32(at) : Number.POSITIVE_INFINITY;
    if (end > payload.length) return { malformed: 'a list of names longer than its message' };
    const names = namesOf(payload.subarray(at + 4, end));
    if (names === undefined) return { malformed: 'a list that holds no names' };
    lists.push(names);
    at = end;
  }
  const [kex = [], hostKey = [], cipherIn = [], cipherOut = [], macIn = [], macOut = [], packIn = [], packOut = []] =
    lists;
  return {
    algorithms: {
      kex,
      hostKey,
      cipher: [...new Set([...cipherIn, ...cipherOut])],
      mac: [...new Set([...macIn, ...macOut])],
      compression: [...new Set([...packIn, ...packOut])],
    },
  };
}

function namesOf(bytes: Uint8Array): string[] | undefined {
  if (bytes.length === 0) return [];
  const names = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').split(',');
  const fit = names.length <= mostNames && names.every((name) => /^[!-~]+$/.test(name) && name.length <= longestName);
  return fit ? names : undefined;
}

/** A line without its end; bytes that do not print become dots, so that a transcript cannot be made to lie. */
function textOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.replace(/\r$/, '').replace(/[^ -~]/g, '.');
}

/** A strict reader and writer of the few BER shapes that SNMP messages consist of (X.690; RFC 3417 section 8). */

export interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

/** Splits the content of a constructed element; undefined when lengths do not add up. */
export function elementsOf(bytes: Buffer): Element[] | undefined {
  const found: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const one = elementAt(bytes, at);
    if (one === undefined) return undefined;
    found.push(one.element);
    at = one.end;
  }
  return found;
}

/** The integer of an element (at most 5 octets: a 32-bit value with its sign octet). */
export function integerOf(element: Element | undefined): number | undefined {
  if (element === undefined || element.content.length === 0 || element.content.length > 5) return undefined;
  return element.content.readIntBE(0, element.content.length);
}

/** Dotted form of an OBJECT IDENTIFIER's content. */
export function oidOf(content: Buffer): string | undefined {
  if (content.length === 0 || content.length > 512) return undefined;
  const arcs: number[] = [];
  let arc = 0;
  for (const [index, octet] of content.entries()) {
    arc = arc * 128 + (octet & 0x7f);
    if (arc > 0xffffffff) return undefined;
    if (octet & 0x80) {
      if (index === content.length - 1) return undefined;
      continue;
    }
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(arc / 40));
      arcs.push(first, arc - first * 40);
    } else arcs.push(arc);
    arc = 0;
  }
  return arcs.join('.');
}

export function encode(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

/** A non-negative integer below 2^31. */
export function encodeInteger(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  let from = 0;
  while (from < 3 && bytes[from] === 0 && ((bytes[from + 1] ?? 0) & 0x80) === 0) from++;
  return encode(0x02, bytes.subarray(from));
}

function elementAt(bytes: Buffer, at: number): { element: Element; end: number } | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    // Indefinite length is forbidden here (RFC 3417 section 8), and no datagram needs more than four octets.
    if (octets === 0 || octets > 4 || start + octets > bytes.length) return undefined;
    length = bytes.readUIntBE(start, octets);
    start += octets;
  }
  const end = start + length;
  return end > bytes.length ? undefined : { element: { tag, content: bytes.subarray(start, end) }, end };
}

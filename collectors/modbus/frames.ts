/**
 * The one Modbus request that this product can make, and its answer. Pure.
 *
 * Function 43 with MEI type 14, "read device identification" (Modbus Application Protocol V1.1b3, section 6.21), in
 * the frame of Modbus on TCP (Messaging on TCP/IP Implementation Guide V1.0b, section 3.1). The shape of the request is
 * fixed: who calls chooses the unit, one of two categories and where a list goes on, and nothing else can be said.
 */
import type { Answered } from '../channel/ask.ts';

/** 1: vendor, product code, revision. 2: those and the regular names. */
export const categories = { basic: 0x01, regular: 0x02 } as const;
export type Category = keyof typeof categories;

export interface Question {
  readonly transaction: number;
  readonly unit: number;
  readonly category: Category;
  /** First object wanted: 0, or where the last answer said that more follows. */
  readonly object: number;
}

export type Conformity = 1 | 2 | 3;

export type Identification =
  | {
      readonly kind: 'objects';
      /** Highest category that the device knows; undefined where it names none of the three. */
      readonly conformity?: Conformity;
      readonly objects: ReadonlyMap<number, Buffer>;
      /** Where the list goes on, when more follows. */
      readonly next?: number;
    }
  | { readonly kind: 'exception'; readonly code: number };

/** A frame is at most 260 bytes: the header of 7 and a PDU of 253. */
export const longestFrame = 260;
const headerLength = 7;
const encapsulatedInterface = 0x2b;
const readIdentification = 0x0e;

export function identificationRequest({ transaction, unit, category, object }: Question): Buffer {
  const frame = Buffer.from([0, 0, 0, 0, 0, 5, 0, encapsulatedInterface, readIdentification, categories[category], 0]);
  frame.writeUInt16BE(transaction, 0);
  frame.writeUInt8(unit, 6);
  frame.writeUInt8(object, 10);
  return frame;
}

/** Reads what came after the question: undefined while the frame is not complete. */
export function readIdentificationAnswer(bytes: Buffer, asked: Question): Answered<Identification> {
  if (bytes.length < headerLength) return undefined;
  if (bytes.readUInt16BE(2) !== 0) return { malformed: 'another protocol than Modbus' };
  const length = bytes.readUInt16BE(4);
  if (length < 3 || length > longestFrame - 6) return { malformed: `a length of ${length}` };
  if (bytes.length < 6 + length) return undefined;
  if (bytes.length > 6 + length) return { malformed: 'bytes after the end of the answer' };
  if (bytes.readUInt16BE(0) !== asked.transaction) return { malformed: 'the answer to another question' };
  if (bytes.readUInt8(6) !== asked.unit) return { malformed: 'the answer of another unit' };
  return readPdu(bytes.subarray(headerLength));
}

function readPdu(pdu: Buffer): Answered<Identification> {
  const code = pdu.readUInt8(0);
  if (code === (encapsulatedInterface | 0x80)) {
    return pdu.length === 2 ? { answer: { kind: 'exception', code: pdu.readUInt8(1) } } : { malformed: 'an exception' };
  }
  if (code !== encapsulatedInterface || pdu.length < 7 || pdu.readUInt8(1) !== readIdentification) {
    return { malformed: `function ${code}` };
  }
  const objects = readObjects(pdu.subarray(7), pdu.readUInt8(6));
  if (objects === undefined) return { malformed: 'a list of objects that does not fit its frame' };
  const conformity = ([1, 2, 3] as const).find((level) => level === (pdu.readUInt8(3) & 0x7f));
  const known = conformity === undefined ? {} : { conformity };
  const next = pdu.readUInt8(4) === 0xff ? { next: pdu.readUInt8(5) } : {};
  return { answer: { kind: 'objects', ...known, objects, ...next } };
}

function readObjects(bytes: Buffer, count: number): Map<number, Buffer> | undefined {
  const objects = new Map<number, Buffer>();
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 2 > bytes.length) return undefined;
    const [id, length] = [bytes.readUInt8(at), bytes.readUInt8(at + 1)];
    at += 2;
    if (at + length > bytes.length) return undefined;
    if (!objects.has(id)) objects.set(id, Buffer.from(bytes.subarray(at, at + length)));
    at += length;
  }
  return at === bytes.length ? objects : undefined;
}

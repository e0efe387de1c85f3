/**
 * The two BACnet/IP requests that this product can make, and their answers. Pure.
 *
 * Who-Is to one address, and ReadProperty of four properties of the Device object (ANSI/ASHRAE 135: clauses 16.10 and
 * 15.5, encoding in clauses 6, 20 and annex J). The shapes are fixed: who calls chooses the device's instance, one of
 * the four properties and the number of the question, and nothing else can be said.
 */

/** Properties of the Device object that are read. */
export const properties = { vendorName: 0x79, modelName: 0x46, firmwareRevision: 0x2c, serialNumber: 0x174 } as const;
export type PropertyName = keyof typeof properties;

/** Instance by which a device answers that does not know its own, or that is asked as "whoever you are". */
export const anyInstance = 4_194_303;

export interface Read {
  readonly instance: number;
  readonly property: PropertyName;
  /** Comes back with the answer. */
  readonly invoke: number;
}

export interface Text {
  /** Character set of clause 20.2.9. */
  readonly set: number;
  readonly bytes: Buffer;
}

export type Message =
  | { readonly kind: 'iAm'; readonly instance: number; readonly vendor: number }
  | {
      readonly kind: 'value';
      readonly invoke: number;
      readonly property: number;
      readonly instance: number;
      readonly text?: Text;
    }
  | {
      readonly kind: 'refused';
      readonly invoke: number;
      readonly how: 'error' | 'reject' | 'abort';
      readonly codes: readonly number[];
    };

const bacnetIp = 0x81;
const unicast = 0x0a;
const broadcast = 0x0b;
const version = 0x01;
const expectsReply = 0x04;
const deviceObject = 0x08;
const readProperty = 0x0c;

/** Who-Is for every instance that a device can have (0 to 4194302). */
export function whoIsRequest(): Buffer {
  return framed(0x00, [0x10, 0x08, 0x09, 0x00, 0x1b, 0x3f, 0xff, 0xfe]);
}

/** Confirmed request without segments, answers of at most 1476 octets. */
export function readRequest({ instance, property, invoke }: Read): Buffer {
  const object = Buffer.alloc(4);
  object.writeUInt32BE(deviceObject * 0x400000 + instance);
  const number = properties[property];
  // Numbers above 255 take two octets (clause 20.2.11), and their tag says so.
  const asked = number < 256 ? [0x19, number] : [0x1a, number >> 8, number & 0xff];
  return framed(expectsReply, [0x00, 0x05, invoke, readProperty, 0x0c, ...object, ...asked]);
}

/** What one datagram says, or undefined when it is nothing that an asked device would say. Never throws. */
export function readMessage(datagram: Buffer): Message | undefined {
  const apdu = apduOf(datagram);
  if (apdu === undefined || apdu.length < 3) return undefined;
  const type = apdu.readUInt8(0);
  const second = apdu.readUInt8(1);
  if (type === 0x10 && second === 0x00) return readIAm(apdu.subarray(2));
  if (type === 0x30 && apdu.readUInt8(2) === readProperty) return readValue(second, apdu.subarray(3));
  if (type === 0x50 && apdu.readUInt8(2) === readProperty) {
    return { kind: 'refused', invoke: second, how: 'error', codes: enumeratedIn(apdu.subarray(3)) };
  }
  if (type === 0x60) return { kind: 'refused', invoke: second, how: 'reject', codes: [apdu.readUInt8(2)] };
  if (type === 0x71) return { kind: 'refused', invoke: second, how: 'abort', codes: [apdu.readUInt8(2)] };
  return undefined;
}

function framed(control: number, apdu: readonly number[]): Buffer {
  const datagram = Buffer.from([bacnetIp, unicast, 0, 0, version, control, ...apdu]);
  datagram.writeUInt16BE(datagram.length, 2);
  return datagram;
}

/**
 * The application part of a datagram. One that names a source network comes from a device behind a router, which is not
 * the one that was asked, and one of the network layer says nothing about a device.
 */
function apduOf(datagram: Buffer): Buffer | undefined {
  if (datagram.length < 7 || datagram.readUInt8(0) !== bacnetIp) return undefined;
  const function_ = datagram.readUInt8(1);
  if ((function_ !== unicast && function_ !== broadcast) || datagram.readUInt16BE(2) !== datagram.length)
    return undefined;
  const control = datagram.readUInt8(5);
  if (datagram.readUInt8(4) !== version || (control & 0x88) !== 0) return undefined;
  if ((control & 0x20) === 0) return datagram.subarray(6);
  // A destination network: number, address and, at the end, the hop count.
  if (datagram.length < 10) return undefined;
  return datagram.subarray(10 + datagram.readUInt8(8));
}

interface Tagged {
  readonly number: number;
  readonly context: boolean;
  /** Opening (6) or closing (7) tag of a construction, which has no content. */
  readonly bracket?: 'open' | 'close';
  readonly content: Buffer;
  readonly end: number;
}

/** One tag of clause 20.2.1 with its content, or undefined where the bytes end before it does. */
function tagAt(bytes: Buffer, at: number): Tagged | undefined {
  if (at >= bytes.length) return undefined;
  const first = bytes.readUInt8(at);
  const number = first >> 4;
  const context = (first & 0x08) !== 0;
  const short = first & 0x07;
  // Tag numbers above 14 take another octet; nothing that is read here has one.
  if (number === 15) return undefined;
  if (context && short >= 6) {
    return { number, context, bracket: short === 6 ? 'open' : 'close', content: Buffer.alloc(0), end: at + 1 };
  }
  const size = sizeOf(bytes, at + 1, short);
  if (size === undefined || size.from + size.length > bytes.length) return undefined;
  const end = size.from + size.length;
  return { number, context, content: bytes.subarray(size.from, end), end };
}

function sizeOf(bytes: Buffer, at: number, short: number): { length: number; from: number } | undefined {
  if (short < 5) return { length: short, from: at };
  if (short !== 5 || at >= bytes.length) return undefined;
  const long = bytes.readUInt8(at);
  if (long < 0xfe) return { length: long, from: at + 1 };
  // 65536 octets and more do not fit a datagram of ours.
  if (long === 0xff || at + 3 > bytes.length) return undefined;
  return { length: bytes.readUInt16BE(at + 1), from: at + 3 };
}

/** Object identifier, largest APDU, segmentation, vendor number: application tags 12, 2, 9, 2. */
function readIAm(bytes: Buffer): Message | undefined {
  const object = tagAt(bytes, 0);
  const size = tagAt(bytes, object?.end ?? bytes.length);
  const segmentation = tagAt(bytes, size?.end ?? bytes.length);
  const vendor = tagAt(bytes, segmentation?.end ?? bytes.length);
  const numbers = [object, size, segmentation, vendor].map((tag) => (tag?.context === false ? tag.number : -1));
  if (numbers.join(' ') !== '12 2 9 2') return undefined;
  const instance = instanceOf(object?.content);
  const number = unsigned(vendor?.content);
  return instance === undefined || number === undefined ? undefined : { kind: 'iAm', instance, vendor: number };
}

/** Object [0], property [1], value in [3]; a value that is no character string is read as none. */
function readValue(invoke: number, bytes: Buffer): Message | undefined {
  const object = tagAt(bytes, 0);
  const property = tagAt(bytes, object?.end ?? bytes.length);
  const open = tagAt(bytes, property?.end ?? bytes.length);
  if (object?.context !== true || object.number !== 0 || property?.context !== true || property.number !== 1)
    return undefined;
  if (open?.context !== true || open.number !== 3 || open.bracket !== 'open') return undefined;
  const [instance, number] = [instanceOf(object.content), unsigned(property.content)];
  if (instance === undefined || number === undefined) return undefined;
  const value = tagAt(bytes, open.end);
  const close = tagAt(bytes, value?.end ?? bytes.length);
  if (value === undefined || close?.number !== 3 || close.bracket !== 'close' || close.end !== bytes.length)
    return undefined;
  const isText = !value.context && value.number === 7 && value.content.length > 0;
  const text = isText ? { set: value.content.readUInt8(0), bytes: Buffer.from(value.content.subarray(1)) } : undefined;
  return { kind: 'value', invoke, property: number, instance, ...(text === undefined ? {} : { text }) };
}

function instanceOf(content: Buffer | undefined): number | undefined {
  if (content?.length !== 4) return undefined;
  const object = content.readUInt32BE(0);
  return object >>> 22 === deviceObject ? object & anyInstance : undefined;
}

function unsigned(content: Buffer | undefined): number | undefined {
  return content === undefined || content.length < 1 || content.length > 4
    ? undefined
    : content.readUIntBE(0, content.length);
}

/** Error class and code. */
function enumeratedIn(bytes: Buffer): number[] {
  const first = tagAt(bytes, 0);
  const second = tagAt(bytes, first?.end ?? bytes.length);
  return [unsigned(first?.content), unsigned(second?.content)].filter((code) => code !== undefined);
}

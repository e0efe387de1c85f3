/**
 * The one EtherNet/IP request that this product can make, and its answer. Pure.
 *
 * ListIdentity, encapsulation command 63 hex (CIP Networks Library volume 2, sections 2-3 and 2-4.2): a header and
 * nothing else. It opens no session, so that no CIP service can follow it. The request is a constant.
 */
import type { Answered } from '../channel/ask.ts';

const headerLength = 24;
const listIdentity = 0x63;
const identityItem = 0x0c;

export interface Identity {
  readonly vendor: number;
  readonly deviceType: number;
  readonly productCode: number;
  readonly major: number;
  readonly minor: number;
  readonly status: number;
  readonly serial: number;
  readonly name: Buffer;
  /** Address and port that the device says it has; recorded, never contacted. */
  readonly socket: string;
}

export type ListIdentityAnswer =
  | { readonly kind: 'identity'; readonly identity: Identity }
  /** It lists nothing about itself. */
  | { readonly kind: 'nothing' }
  /** Status of the encapsulation: the command is not known, or not now. */
  | { readonly kind: 'refused'; readonly status: number };

/** One item is at most 294 bytes; devices that speak for others list several. */
export const longestAnswer = 4096;

/** Little-endian throughout. Session, status, sender context and options are 0. */
export function listIdentityRequest(): Buffer {
  const request = Buffer.alloc(headerLength);
  request.writeUInt16LE(listIdentity, 0);
  return request;
}

/** Reads what came after the request: undefined while it is not complete. */
export function readListIdentity(bytes: Buffer): Answered<ListIdentityAnswer> {
  if (bytes.length < headerLength) return undefined;
  const command = bytes.readUInt16LE(0);
  if (command !== listIdentity) return { malformed: `command ${command}` };
  const length = bytes.readUInt16LE(2);
  if (length > longestAnswer - headerLength) return { malformed: `a length of ${length}` };
  if (bytes.length < headerLength + length) return undefined;
  if (bytes.length > headerLength + length) return { malformed: 'bytes after the end of the answer' };
  const status = bytes.readUInt32LE(8);
  if (status !== 0) return { answer: { kind: 'refused', status } };
  return readItems(bytes.subarray(headerLength));
}

/** The first identity counts: a device lists itself first. Items of other types are passed over. */
function readItems(bytes: Buffer): Answered<ListIdentityAnswer> {
  if (bytes.length === 0) return { answer: { kind: 'nothing' } };
  if (bytes.length < 2) return { malformed: 'a list without its count' };
  const count = bytes.readUInt16LE(0);
  let at = 2;
  let found: Identity | undefined;
  for (let index = 0; index < count; index += 1) {
    if (at + 4 > bytes.length) return { malformed: 'fewer items than its list counts' };
    const [type, length] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
    at += 4;
    if (at + length > bytes.length) return { malformed: 'an item longer than the answer' };
    if (type === identityItem && found === undefined) {
      found = readIdentity(bytes.subarray(at, at + length));
      if (found === undefined) return { malformed: 'an identity that does not fit its item' };
    }
    at += length;
  }
  if (at !== bytes.length) return { malformed: 'more than the items that its list counts' };
  return { answer: found === undefined ? { kind: 'nothing' } : { kind: 'identity', identity: found } };
}

/** Table 2-4.4: protocol version, socket address (big-endian), the Identity object's attributes 1 to 7, state. */
function readIdentity(item: Buffer): Identity | undefined {
  const nameAt = 33;
  if (item.length < nameAt) return undefined;
  const end = nameAt + item.readUInt8(nameAt - 1);
  // Some devices leave the state out.
  if (end !== item.length && end + 1 !== item.length) return undefined;
  const address = [...item.subarray(6, 10)].join('.');
  return {
    socket: `${address}:${item.readUInt16BE(4)}`,
    vendor: item.readUInt16LE(18),
    deviceType: item.readUInt16LE(20),
    productCode: item.readUInt16LE(22),
    major: item.readUInt8(24),
    minor: item.readUInt8(25),
    status: item.readUInt16LE(26),
    serial: item.readUInt32LE(28),
    name: Buffer.from(item.subarray(nameAt, end)),
  };
}

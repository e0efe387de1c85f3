/**
 * SNMPv3 engine discovery: the one message that every version-3 agent answers to a stranger (RFC 3414 section 4).
 * It names no user and asks for nothing; the agent answers with a report that carries its engine id.
 */
import { type Element, elementsOf, encode, encodeInteger, integerOf, oidOf } from './ber.ts';

export interface V3Message {
  readonly messageId: number;
  /** Bit 0 authenticated, bit 1 encrypted, bit 2 reportable. */
  readonly flags: number;
  readonly engineId: Buffer;
  readonly boots: number;
  readonly time: number;
  /** Object of a report that is not encrypted: which of the usmStats counters went up. */
  readonly report?: string;
}

export interface EngineIdParts {
  readonly hex: string;
  /** IANA enterprise number of whoever made the agent. */
  readonly enterprise: number;
  /** MAC or IP address or text inside the id, where its format says so (RFC 3411 section 5). */
  readonly inner?: string;
}

const sequence = 0x30;
const octets = 0x04;
const getRequest = 0xa0;
const reportPdu = 0xa8;
const reportable = 0x04;
const userSecurityModel = 3;
const largestMessage = 65_507;

/** usmStats counters that a report names (RFC 3414 section 5). */
export const usmStats = {
  '1.3.6.1.6.3.15.1.1.1.0': 'unsupportedSecLevels',
  '1.3.6.1.6.3.15.1.1.2.0': 'notInTimeWindows',
  '1.3.6.1.6.3.15.1.1.3.0': 'unknownUserNames',
  '1.3.6.1.6.3.15.1.1.4.0': 'unknownEngineIDs',
  '1.3.6.1.6.3.15.1.1.5.0': 'wrongDigests',
  '1.3.6.1.6.3.15.1.1.6.0': 'decryptionErrors',
} as const;
export type UsmStat = (typeof usmStats)[keyof typeof usmStats];

export function usmStatOf(oid: string | undefined): UsmStat | undefined {
  return oid !== undefined && Object.hasOwn(usmStats, oid) ? usmStats[oid as keyof typeof usmStats] : undefined;
}

export function discoveryMessage(messageId: number): Buffer {
  const empty = encode(octets);
  const header = encode(
    sequence,
    encodeInteger(messageId),
    encodeInteger(largestMessage),
    encode(octets, Buffer.from([reportable])),
    encodeInteger(userSecurityModel),
  );
  const security = encode(octets, encode(sequence, empty, encodeInteger(0), encodeInteger(0), empty, empty, empty));
  const pdu = encode(getRequest, encodeInteger(messageId), encodeInteger(0), encodeInteger(0), encode(sequence));
  return encode(sequence, encodeInteger(3), header, security, encode(sequence, empty, empty, pdu));
}

/** Reads the outer layers of a version-3 message; undefined for anything that is none. */
export function parseV3(bytes: Buffer): V3Message | undefined {
  const [outer] = elementsOf(bytes) ?? [];
  if (outer?.tag !== sequence) return undefined;
  const [version, header, security, data] = elementsOf(outer.content) ?? [];
  if (version?.tag !== 0x02 || integerOf(version) !== 3 || header?.tag !== sequence || security?.tag !== octets) {
    return undefined;
  }
  const [id, , flags, model] = elementsOf(header.content) ?? [];
  const messageId = integerOf(id);
  if (messageId === undefined || flags?.content.length !== 1 || integerOf(model) !== userSecurityModel) {
    return undefined;
  }
  const [parameters] = elementsOf(security.content) ?? [];
  const [engine, boots, time] = elementsOf(parameters?.content ?? Buffer.alloc(0)) ?? [];
  const bootCount = integerOf(boots);
  const seconds = integerOf(time);
  if (engine?.tag !== octets || bootCount === undefined || seconds === undefined) return undefined;
  const report = reportedObject(data);
  return {
    messageId,
    flags: flags.content.readUInt8(0),
    engineId: Buffer.from(engine.content),
    boots: bootCount,
    time: seconds,
    ...(report === undefined ? {} : { report }),
  };
}

/** Enterprise and address inside an engine id; undefined when it is too short or too long to be one (5-32 octets). */
export function engineIdParts(id: Buffer): EngineIdParts | undefined {
  if (id.length < 5 || id.length > 32) return undefined;
  const base = { hex: id.toString('hex'), enterprise: id.readUInt32BE(0) & 0x7fffffff };
  const inner = (id.readUInt8(0) & 0x80) === 0 ? undefined : innerOf(id.readUInt8(4), id.subarray(5));
  return inner === undefined ? base : { ...base, inner };
}

function innerOf(format: number, rest: Buffer): string | undefined {
  if (format === 1 && rest.length === 4) return [...rest].join('.');
  if (format === 2 && rest.length === 16) return rest.toString('hex').replace(/(.{4})(?=.)/g, '$1:');
  if (format === 3 && rest.length === 6) return rest.toString('hex').replace(/(..)(?=.)/g, '$1:');
  if (format === 4 && rest.every((octet) => octet >= 0x20 && octet < 0x7f)) return rest.toString('latin1');
  return undefined;
}

function reportedObject(data: Element | undefined): string | undefined {
  if (data?.tag !== sequence) return undefined;
  const pdu = elementsOf(data.content)?.[2];
  if (pdu?.tag !== reportPdu) return undefined;
  const [varbind] = elementsOf(elementsOf(pdu.content)?.[3]?.content ?? Buffer.alloc(0)) ?? [];
  const [name] = elementsOf(varbind?.content ?? Buffer.alloc(0)) ?? [];
  return name?.tag === 0x06 ? oidOf(name.content) : undefined;
}

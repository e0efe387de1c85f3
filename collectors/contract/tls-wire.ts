/**
 * What a TLS server sends before anything is encrypted: records, handshake messages and alerts (RFC 8446 sections 4
 * to 6, RFC 5246 section 7, RFC 6101). Pure, and total: hostile bytes give `malformed`, never an exception.
 */
export const tlsVersions = ['ssl3', '1.0', '1.1', '1.2', '1.3'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

export const versionCodes: Readonly<Record<TlsVersion, number>> = {
  ssl3: 0x0300,
  '1.0': 0x0301,
  '1.1': 0x0302,
  '1.2': 0x0303,
  '1.3': 0x0304,
};

export function versionOf(code: number): TlsVersion | undefined {
  return tlsVersions.find((version) => versionCodes[version] === code);
}

/** The next older version, or undefined below SSL 3. */
export function versionBelow(version: TlsVersion): TlsVersion | undefined {
  return tlsVersions[tlsVersions.indexOf(version) - 1];
}

export interface Alert {
  readonly fatal: boolean;
  readonly code: number;
}

/** What can be read of a server's answer up to where encryption begins. */
export interface FirstFlight {
  readonly version?: TlsVersion;
  /** Code of the chosen cipher suite. */
  readonly suite?: number;
  /** DER, leaf first; only in TLS 1.2 and older, where it crosses in clear. */
  readonly chain: readonly Uint8Array[];
  /** Message 13 was sent. Meaningful in TLS 1.2 and older once `done`. */
  readonly certificateRequested: boolean;
  readonly alert?: Alert;
  /** Nothing more is to be read: the flight is complete, refused, or goes on encrypted. */
  readonly done: boolean;
  /** Why the bytes are no TLS. */
  readonly malformed?: string;
}

const contentTypes = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;
const messageTypes = { serverHello: 2, certificate: 11, certificateRequest: 13, serverHelloDone: 14 } as const;
const knownMessages: ReadonlySet<number> = new Set([0, 2, 4, 8, 11, 12, 13, 14, 15, 20, 22, 24]);
/** RFC 8446 section 5.2: 2^14 bytes and at most 256 of expansion; older versions allow 2048. */
const longestRecord = 16_384 + 2048;

/** RFC 8446 section 6: the version that was offered is known, and not spoken. */
export const protocolVersionAlert = 70;

/** Reads all that has arrived so far; call it again with more when it is not `done`. */
export function readFlight(bytes: Uint8Array): FirstFlight {
  const { records, malformed } = splitRecords(bytes);
  const flight: { -readonly [K in keyof FirstFlight]: FirstFlight[K] } = {
    chain: [],
    certificateRequested: false,
    done: false,
  };
  const clear: Uint8Array[] = [];
  for (const record of records) {
    if (record.type === contentTypes.handshake) {
      clear.push(record.body);
      continue;
    }
    if (record.type === contentTypes.alert) {
      const [level, code] = record.body;
      // A warning (unrecognised name, say) is followed by the answer proper.
      if (level === 1 && code !== 0) continue;
      if (level !== undefined && code !== undefined) flight.alert = { fatal: level === 2, code };
    }
    flight.done = true;
    break;
  }
  if (malformed !== undefined && !flight.done) return refused(flight, malformed);
  for (const message of splitMessages(concat(clear))) {
    if (!knownMessages.has(message.type)) return refused(flight, `unknown handshake message ${message.type}`);
    switch (message.type) {
      case messageTypes.serverHello: {
        const hello = readServerHello(message.body);
        if (hello === undefined) return refused(flight, 'a ServerHello that cannot be read');
        Object.assign(flight, hello);
        // From here on TLS 1.3 is encrypted.
        if (hello.version === '1.3') flight.done = true;
        break;
      }
      case messageTypes.certificate: {
        const chain = readCertificates(message.body);
        if (chain === undefined) return refused(flight, 'a Certificate message that cannot be read');
        flight.chain = chain;
        break;
      }
      case messageTypes.certificateRequest:
        flight.certificateRequested = true;
        break;
      case messageTypes.serverHelloDone:
        flight.done = true;
    }
  }
  return flight;
}

export interface TlsRecord {
  readonly type: number;
  readonly body: Uint8Array;
}

/** Complete records at the beginning of a stream. */
export function splitRecords(bytes: Uint8Array): { records: TlsRecord[]; malformed?: string } {
  const records: TlsRecord[] = [];
  let at = 0;
  while (at + 5 <= bytes.length) {
    const type = bytes[at] ?? 0;
    const length = numberAt(bytes, at + 3, 2);
    if (type < 20 || type > 23 || bytes[at + 1] !== 3) return { records, malformed: 'bytes that are no TLS record' };
    if (length > longestRecord) return { records, malformed: `a record of ${length} bytes` };
    if (at + 5 + length > bytes.length) break;
    records.push({ type, body: bytes.subarray(at + 5, at + 5 + length) });
    at += 5 + length;
  }
  // Less than a header is enough to tell that something is no TLS at all.
  const first = bytes[0];
  if (at === 0 && first !== undefined && (first < 20 || first > 23))
    return { records, malformed: 'bytes that are no TLS record' };
  return { records };
}

/**
 * Bytes that a client sent encrypted in its handshake. In TLS 1.3 that is one Finished message, and before it a
 * Certificate message only if the server asked for one: the only trace of the request that is not encrypted.
 */
export function encryptedBytes(sent: Uint8Array): number {
  return splitRecords(sent)
    .records.filter((record) => record.type === contentTypes.applicationData)
    .reduce((sum, record) => sum + record.body.length, 0);
}

/** Size of a lone TLS 1.3 Finished message as encrypted (RFC 8446 sections 4.4.4 and 5.2), by cipher suite. */
export function finishedBytes(suiteName: string): number {
  const hash = suiteName.endsWith('SHA384') ? 48 : 32;
  const tag = suiteName.includes('CCM_8') ? 8 : 16;
  return 4 + hash + 1 + tag;
}

/** Names of alerts that servers refuse with (RFC 8446 section 6 and older). */
const alertNames: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  20: 'bad_record_mac',
  40: 'handshake_failure',
  41: 'no_certificate',
  42: 'bad_certificate',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  109: 'missing_extension',
  110: 'unsupported_extension',
  112: 'unrecognized_name',
  116: 'certificate_required',
  120: 'no_application_protocol',
};

export function alertName(code: number): string {
  return alertNames[code] === undefined ? `alert ${code}` : `${alertNames[code]} (${code})`;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function refused(flight: FirstFlight, malformed: string): FirstFlight {
  return { ...flight, done: true, malformed };
}

function* splitMessages(bytes: Uint8Array): Generator<TlsRecord> {
  let at = 0;
  while (at + 4 <= bytes.length) {
    const length = numberAt(bytes, at + 1, 3);
    const type = bytes[at] ?? 0;
    if (at + 4 + length > bytes.length) {
      // Not here yet. An unknown type is reported at once: its length may promise 16 MB.
      if (!knownMessages.has(type)) yield { type, body: new Uint8Array() };
      return;
    }
    yield { type, body: bytes.subarray(at + 4, at + 4 + length) };
    at += 4 + length;
  }
}

function readServerHello(body: Uint8Array): { version: TlsVersion; suite: number } | undefined {
  const sessionLength = body[34];
  if (sessionLength === undefined || body.length < 38 + sessionLength) return undefined;
  const suite = numberAt(body, 35 + sessionLength, 2);
  let code = numberAt(body, 0, 2);
  let at = 40 + sessionLength;
  while (at + 4 <= body.length) {
    const length = numberAt(body, at + 2, 2);
    // supported_versions carries the real version of TLS 1.3 (RFC 8446 section 4.2.1).
    if (numberAt(body, at, 2) === 43 && length === 2 && at + 6 <= body.length) code = numberAt(body, at + 4, 2);
    at += 4 + length;
  }
  const version = versionOf(code);
  return version === undefined ? undefined : { version, suite };
}

function readCertificates(body: Uint8Array): Uint8Array[] | undefined {
  if (body.length < 3 || numberAt(body, 0, 3) !== body.length - 3) return undefined;
  const chain: Uint8Array[] = [];
  let at = 3;
  while (at < body.length) {
    const length = numberAt(body, at, 3);
    if (at + 3 > body.length || at + 3 + length > body.length) return undefined;
    chain.push(body.subarray(at + 3, at + 3 + length));
    at += 3 + length;
  }
  return chain;
}

function numberAt(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = at; index < at + width; index += 1) value = value * 256 + (bytes[index] ?? 0);
  return value;
}

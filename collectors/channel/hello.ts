/**
 * Encodes a ClientHello that may offer what no current library offers. Pure. One fixed shape per version; nothing
 * that a device or a user writes enters it but the server name.
 */
import { concat, type TlsVersion, tlsVersions, versionCodes } from '../contract/tls-wire.ts';

export interface HelloRequest {
  /** Highest version offered. */
  readonly version: TlsVersion;
  /** Cipher suite codes, in order of preference. */
  readonly suites: readonly number[];
  /** DNS name for server_name (RFC 6066); left out for addresses. */
  readonly serverName?: string | undefined;
  /** 32 bytes for the random field, 32 for the session id, 32 for the key share. */
  readonly random: Uint8Array;
}

const renegotiationInfo = 0x00ff;
const groups = [0x001d, 0x0017, 0x0018, 0x0019, 0x001e, 0x0100];
const signatureAlgorithms = [
  0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601,
  0x0203, 0x0201, 0x0202, 0x0402,
];

/** One TLS record with the hello in it. */
export function encodeHello(request: HelloRequest): Uint8Array {
  const { version, suites, random } = request;
  const legacyVersion = version === '1.3' ? versionCodes['1.2'] : versionCodes[version];
  const sessionId = version === '1.3' ? random.subarray(32, 64) : new Uint8Array();
  const body = concat([
    u16(legacyVersion),
    random.subarray(0, 32),
    vector(1, sessionId),
    vector(2, concat([...suites, renegotiationInfo].map(u16))),
    vector(1, Uint8Array.of(0)),
    // SSL 3 knows no extensions, and some servers of that age refuse a hello that has them.
    ...(version === 'ssl3' ? [] : [vector(2, extensionsOf(request))]),
  ]);
  const message = concat([Uint8Array.of(1), number(3, body.length), body]);
  const recordVersion = version === 'ssl3' ? versionCodes.ssl3 : versionCodes['1.0'];
  return concat([Uint8Array.of(22), u16(recordVersion), vector(2, message)]);
}

function extensionsOf({ version, serverName, random }: HelloRequest): Uint8Array {
  const extensions: Uint8Array[] = [];
  if (serverName !== undefined) {
    extensions.push(
      extension(0, vector(2, concat([Uint8Array.of(0), vector(2, new TextEncoder().encode(serverName))]))),
    );
  }
  extensions.push(
    extension(10, vector(2, concat(groups.map(u16)))),
    extension(11, vector(1, Uint8Array.of(0))),
    // Without it a TLS 1.2 server may assume SHA-1 and refuse for that alone (RFC 5246 section 7.4.1.4.1).
    extension(13, vector(2, concat(signatureAlgorithms.map(u16)))),
  );
  if (version === '1.3') {
    const offered = tlsVersions.filter((one) => one !== 'ssl3').toReversed();
    const share = concat([u16(0x001d), vector(2, random.subarray(64, 96))]);
    extensions.push(
      extension(43, vector(1, concat(offered.map((one) => u16(versionCodes[one]))))),
      extension(45, vector(1, Uint8Array.of(1))),
      extension(51, vector(2, share)),
    );
  }
  return concat(extensions);
}

function extension(type: number, content: Uint8Array): Uint8Array {
  return concat([u16(type), vector(2, content)]);
}

function vector(width: number, content: Uint8Array): Uint8Array {
  return concat([number(width, content.length), content]);
}

function u16(value: number): Uint8Array {
  return number(2, value);
}

function number(width: number, value: number): Uint8Array {
  return Uint8Array.from({ length: width }, (_, index) => Math.floor(value / 256 ** (width - 1 - index)) & 0xff);
}

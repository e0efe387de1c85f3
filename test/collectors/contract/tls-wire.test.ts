import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alertName,
  concat,
  encryptedBytes,
  finishedBytes,
  readFlight,
  versionBelow,
} from '../../../collectors/contract/tls-wire.ts';

const u16 = (value: number) => Uint8Array.of(value >> 8, value & 0xff);
const u24 = (value: number) => Uint8Array.of(value >> 16, (value >> 8) & 0xff, value & 0xff);
const record = (type: number, body: Uint8Array, version = 0x0303) =>
  concat([Uint8Array.of(type), u16(version), u16(body.length), body]);
const message = (type: number, body: Uint8Array) => concat([Uint8Array.of(type), u24(body.length), body]);

function serverHello(version: number, suite: number, extensions: Uint8Array = new Uint8Array()): Uint8Array {
  const tail = extensions.length === 0 ? [] : [u16(extensions.length), extensions];
  return message(
    2,
    concat([u16(version), new Uint8Array(32).fill(7), Uint8Array.of(0), u16(suite), Uint8Array.of(0), ...tail]),
  );
}

const supported13 = concat([u16(43), u16(2), u16(0x0304)]);
const certificate = (...ders: Uint8Array[]) => {
  const list = concat(ders.map((der) => concat([u24(der.length), der])));
  return message(11, concat([u24(list.length), list]));
};
const request = message(13, Uint8Array.of(1, 1, 0, 0, 0, 0));
const helloDone = message(14, new Uint8Array());
const der = Uint8Array.of(0x30, 1, 0);

describe('the first flight of a TLS server', () => {
  it.each([
    ['SSL 3', 0x0300, 'ssl3'],
    ['TLS 1.0', 0x0301, '1.0'],
    ['TLS 1.1', 0x0302, '1.1'],
    ['TLS 1.2', 0x0303, '1.2'],
  ])('shows that %s was chosen', (_, code, version) => {
    const flight = readFlight(record(22, concat([serverHello(code, 0x0005), certificate(der), helloDone]), code));
    expect(flight).toEqual({ version, suite: 5, chain: [der], certificateRequested: false, done: true });
  });

  it('reads TLS 1.3 from its extension and stops where encryption begins', () => {
    const bytes = concat([
      record(22, serverHello(0x0303, 0x1301, supported13)),
      record(20, Uint8Array.of(1)),
      record(23, new Uint8Array(400).fill(9)),
    ]);
    expect(readFlight(bytes)).toMatchObject({ version: '1.3', suite: 0x1301, done: true, chain: [] });
  });

  it('sees the request for a client certificate', () => {
    const flight = readFlight(record(22, concat([serverHello(0x0303, 0xc02f), certificate(der), request, helloDone])));
    expect(flight.certificateRequested).toBe(true);
  });

  it('reads messages that are spread over records, and records that arrive byte by byte', () => {
    const clear = concat([serverHello(0x0303, 0xc02f), certificate(der, der), helloDone]);
    const bytes = concat(Array.from(clear, (_, index) => record(22, clear.subarray(index, index + 1))));
    expect(readFlight(bytes)).toMatchObject({ version: '1.2', chain: [der, der], done: true });
    for (let length = 1; length < bytes.length; length += 1) {
      expect(readFlight(bytes.subarray(0, length)).malformed).toBeUndefined();
      expect(readFlight(bytes.subarray(0, length)).done).toBe(false);
    }
  });

  it('reads a refusal, and passes over a warning before the answer', () => {
    expect(readFlight(record(21, Uint8Array.of(2, 70)))).toMatchObject({
      alert: { fatal: true, code: 70 },
      done: true,
    });
    const warned = concat([record(21, Uint8Array.of(1, 112)), record(22, concat([serverHello(0x0303, 1), helloDone]))]);
    expect(readFlight(warned)).toMatchObject({ version: '1.2', done: true });
    expect(readFlight(warned).alert).toBeUndefined();
  });

  it.each([
    ['HTTP', new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n'), 'bytes that are no TLS record'],
    ['one byte of SSH', Uint8Array.of(0x53), 'bytes that are no TLS record'],
    ['a record that is too long', Uint8Array.of(22, 3, 3, 0xff, 0xff), 'a record of 65535 bytes'],
    ['an unknown message', record(22, Uint8Array.of(99, 0xff, 0xff, 0xff)), 'unknown handshake message 99'],
    ['a ServerHello without a body', record(22, message(2, Uint8Array.of(3, 3))), 'a ServerHello that cannot be read'],
    ['an unknown version', record(22, serverHello(0x0909, 1)), 'a ServerHello that cannot be read'],
    [
      'a chain whose lengths lie',
      record(22, message(11, concat([u24(7), u24(900), Uint8Array.of(1, 2, 3, 4)]))),
      'a Certificate message that cannot be read',
    ],
  ])('calls %s by its name', (_, bytes, malformed) => {
    expect(readFlight(bytes)).toMatchObject({ malformed, done: true });
  });

  it('never throws, whatever arrives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(20, 21, 22, 23, 0), (bytes, type) => {
        readFlight(bytes);
        readFlight(record(type, bytes));
      }),
    );
  });
});

describe('what our own flight betrays', () => {
  it.each([
    ['TLS_AES_128_GCM_SHA256', 53],
    ['TLS_AES_256_GCM_SHA384', 69],
    ['TLS_AES_128_CCM_8_SHA256', 45],
  ])('a lone Finished with %s has %i bytes', (suite, bytes) => {
    expect(finishedBytes(suite)).toBe(bytes);
  });

  it('counts only what was sent encrypted', () => {
    const sent = concat([
      record(22, new Uint8Array(300)),
      record(20, Uint8Array.of(1)),
      record(23, new Uint8Array(69)),
    ]);
    expect(encryptedBytes(sent)).toBe(69);
  });
});

describe('names', () => {
  it('goes down the versions', () => {
    expect([versionBelow('1.3'), versionBelow('1.0'), versionBelow('ssl3')]).toEqual(['1.2', 'ssl3', undefined]);
  });

  it('keeps the number of an alert', () => {
    expect([alertName(70), alertName(200)]).toEqual(['protocol_version (70)', 'alert 200']);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type PropertyName,
  properties,
  readMessage,
  readRequest,
  whoIsRequest,
} from '../../../collectors/bacnet/frames.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');
/** A datagram around an application part. */
const datagram = (apdu: Uint8Array, npdu = '0100') => {
  const bytes = Buffer.concat([hex('810a0000'), hex(npdu), apdu]);
  bytes.writeUInt16BE(bytes.length, 2);
  return bytes;
};

describe('the requests', () => {
  it('are Who-Is for every instance, and ReadProperty of one property of the Device object', () => {
    expect(whoIsRequest().toString('hex')).toBe('810a000e' + '0100' + '1008' + '0900' + '1b3ffffe');
    expect(readRequest({ instance: 4711, property: 'modelName', invoke: 2 })).toEqual(
      hex('810a0011 0104 0005020c 0c 02001267 19 46'),
    );
  });

  it('ask for the property that nmap asks for in the same words, up to the size it accepts', () => {
    // nmap 7.93, bacnet-info: vendor name of device 4194303.
    const theirs = hex('810a001101040005010c0c023fffff1979');
    expect(readRequest({ instance: 4_194_303, property: 'vendorName', invoke: 1 })).toEqual(theirs);
  });

  it('number the serial number in two octets, as its number takes them', () => {
    expect(readRequest({ instance: 4711, property: 'serialNumber', invoke: 4 })).toEqual(
      hex('810a0012 0104 0005040c 0c 02001267 1a 0174'),
    );
  });

  it('are confirmed reads of four properties, whatever they are made from', () => {
    const read = fc.record({
      instance: fc.integer({ min: 0, max: 4_194_303 }),
      property: fc.constantFrom(...(Object.keys(properties) as PropertyName[])),
      invoke: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(read, (each) => {
        const bytes = readRequest(each);
        const long = each.property === 'serialNumber';
        expect(bytes.subarray(0, 8)).toEqual(hex(long ? '810a001201040005' : '810a001101040005'));
        expect([bytes.length, bytes[8], bytes[9], bytes[10]]).toEqual([long ? 18 : 17, each.invoke, 0x0c, 0x0c]);
        expect(bytes.readUInt32BE(11) >>> 22).toBe(8);
        expect(bytes.subarray(15)).toEqual(long ? hex('1a0174') : Buffer.of(0x19, properties[each.property]));
      }),
    );
  });
});

describe('a message', () => {
  it('is read as the standard writes it (135, annex F: I-Am of device 3, vendor 99)', () => {
    expect(readMessage(datagram(hex('1000 c402000003 2201e0 9103 2163')))).toEqual({
      kind: 'iAm',
      instance: 3,
      vendor: 99,
    });
  });

  it('may be addressed to everybody, and may be broadcast', () => {
    const toAll = datagram(hex('1000 c402000003 2201e0 9103 2163'), '0120ffff00ff');
    expect(readMessage(toAll)).toMatchObject({ kind: 'iAm', instance: 3 });
    toAll.writeUInt8(0x0b, 1);
    expect(readMessage(toAll)).toMatchObject({ kind: 'iAm', instance: 3 });
  });

  it('of a device behind a router is not that of the device that was asked', () => {
    expect(readMessage(datagram(hex('1000 c402000003 2201e0 9103 2163'), '0108 0005 01 0a'))).toBeUndefined();
  });

  const value = (tagged: string) => datagram(hex(`30 07 0c 0c 02000003 19 79 3e ${tagged} 3f`));

  it('carries a text, short or long, with its character set', () => {
    const named = (set: number, bytes: Uint8Array) => ({
      kind: 'value',
      invoke: 7,
      property: 0x79,
      instance: 3,
      text: { set, bytes: Buffer.from(bytes) },
    });
    expect(readMessage(value('7400414243'))).toEqual(named(0, Buffer.from('ABC')));
    expect(readMessage(value('7508004142434445 4647'))).toEqual(named(0, Buffer.from('ABCDEFG')));
    const long = Buffer.alloc(300, 'x');
    expect(readMessage(value(`75fe012d00${long.toString('hex')}`))).toEqual(named(0, long));
  });

  it('may hold something that is no text', () => {
    expect(readMessage(value('2163'))).toEqual({ kind: 'value', invoke: 7, property: 0x79, instance: 3 });
  });

  it.each([
    ['error', '50 07 0c 9102 9120', { kind: 'refused', invoke: 7, how: 'error', codes: [2, 32] }],
    ['reject', '60 07 09', { kind: 'refused', invoke: 7, how: 'reject', codes: [9] }],
    ['abort', '71 07 04', { kind: 'refused', invoke: 7, how: 'abort', codes: [4] }],
  ])('may be a refusal: %s', (_, apdu, message) => {
    expect(readMessage(datagram(hex(apdu)))).toEqual(message);
  });

  it.each([
    ['of another object than a device', datagram(hex('30 07 0c 0c 00000003 19 79 3e 7400414243 3f'))],
    ['of another service', datagram(hex('30 07 0e 0c 02000003 19 79 3e 7400414243 3f'))],
    ['in segments', datagram(hex('38 07 00 01 0c 0c 02000003 19 79 3e 7400414243 3f'))],
    ['without its end', datagram(hex('30 07 0c 0c 02000003 19 79 3e 7400414243'))],
    ['with something behind its end', datagram(hex('30 07 0c 0c 02000003 19 79 3e 7400414243 3f 00'))],
    ['with a text longer than itself', value('75ff0001000000414243')],
    ['that is a request', datagram(hex('00 05 07 0f 0c 02000003 19 79 3e 7400414243 3f'))],
    ['of the network layer', datagram(hex('00 0001'), '0180')],
    ['of another length than it says', Buffer.concat([value('7400414243'), Buffer.of(0)])],
    ['of another protocol', hex('3082010a0201')],
    ['of nothing', Buffer.alloc(0)],
  ])('is not read %s', (_, bytes) => {
    expect(readMessage(bytes)).toBeUndefined();
  });

  it('never breaks the reader and never yields more than came, whatever bytes come', () => {
    const apdus = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 60 }).map((rest) => Buffer.concat([hex('1000 c402000003'), rest])),
      fc.uint8Array({ maxLength: 60 }).map((rest) => Buffer.concat([hex('30 07 0c 0c 02000003 19 79 3e'), rest])),
      fc
        .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 40 }))
        .map(([tag, rest]) => Buffer.concat([hex('30 07 0c 0c 02000003 19 79 3e'), Buffer.of(tag), rest, hex('3f')])),
    );
    const datagrams = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(apdus, fc.constantFrom('0100', '0120ffff00ff', '0120000106', '01a8', '0108000500'))
        .map(([apdu, npdu]) => datagram(apdu, npdu)),
    );
    fc.assert(
      fc.property(datagrams, (bytes) => {
        const found = readMessage(bytes);
        if (found?.kind === 'value') expect(found.text?.bytes.length ?? 0).toBeLessThan(bytes.length);
        if (found?.kind === 'refused') expect(found.codes.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 3000 },
    );
  });
});

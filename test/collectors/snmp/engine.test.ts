import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementsOf, encodeInteger, oidOf } from '../../../collectors/snmp/ber.ts';
import { discoveryMessage, engineIdParts, parseV3, usmStatOf } from '../../../collectors/snmp/engine.ts';

const bytes = (hex: string) => Buffer.from(hex.replace(/\s/g, ''), 'hex');

/** The report of unknownEngineIDs that snmpd 5.9.3 sent to the message with id 0x6fa1. */
const report = bytes(`
  306d020103300f02026fa1020300ffe30401000201030421301f041180001f88805d85616d72b9056b000000000201010201
  000400040004003034041180001f88805d85616d72b9056b000000000400a81d02026fa10201000201003011300f060a2b06
  0106030f01010400410102`);

describe('the discovery message', () => {
  it('names no user and asks for no object', () => {
    expect(discoveryMessage(0x6fa1).toString('hex')).toBe(
      bytes(`303a 020103 300f 02026fa1 020300ffe3 040104 020103
        0410 300e 0400 020100 020100 0400 0400 0400
        3012 0400 0400 a00c 02026fa1 020100 020100 3000`).toString('hex'),
    );
  });

  it.each([
    [0, '020100'],
    [127, '02017f'],
    [128, '02020080'],
    [65_507, '020300ffe3'],
    [0x7fffffff, '02047fffffff'],
  ])('writes the integer %i in as few octets as its sign allows', (value, hex) => {
    expect(encodeInteger(value).toString('hex')).toBe(hex);
  });
});

describe('reading version-3 messages', () => {
  it('reads what a report tells', () => {
    const found = parseV3(report);
    expect(found).toMatchObject({ messageId: 0x6fa1, flags: 0, boots: 1 });
    expect(found?.engineId.toString('hex')).toBe('80001f88805d85616d72b9056b00000000');
    expect(usmStatOf(found?.report)).toBe('unknownEngineIDs');
  });

  it('reads what it writes itself', () => {
    expect(parseV3(discoveryMessage(9))).toMatchObject({ messageId: 9, flags: 4, boots: 0, time: 0 });
    expect(parseV3(discoveryMessage(9))).not.toHaveProperty('report');
  });

  it('takes every shortened message for none', () => {
    const whole = discoveryMessage(70_000);
    for (let length = 0; length < whole.length; length += 1) {
      expect(parseV3(whole.subarray(0, length))).toBeUndefined();
    }
  });

  it('never throws, whatever arrives', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => void parseV3(Buffer.from(noise))));
    const whole = discoveryMessage(70_000);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (at, octet) => {
        const damaged = Buffer.from(whole);
        damaged[at] = octet;
        parseV3(damaged);
      }),
    );
  });

  it.each(['3080', '30', '3084ffffffff', '1f0100', '308501000000000000'])('refuses the length %s', (hex) => {
    expect(elementsOf(bytes(hex))).toBeUndefined();
  });

  it.each([
    ['2b06010201', '1.3.6.1.2.1'],
    ['88370301', '2.999.3.1'],
    ['2b060104018fffffff7f', '1.3.6.1.4.1.4294967295'],
    ['2b86', undefined],
    ['', undefined],
    ['2bffffffffff7f', undefined],
  ])('reads the object identifier %s as %s', (hex, dotted) => {
    const found = oidOf(bytes(hex));
    expect(found).toBe(dotted);
  });
});

describe('engine ids', () => {
  it.each([
    ['800000f801c0a80105', 248, '192.168.1.5'],
    ['800010e90300a0450b1122', 4329, '00:a0:45:0b:11:22'],
    [`800021f304${Buffer.from('pump-7').toString('hex')}`, 8691, 'pump-7'],
    ['80001f888062bcec2824af056b00000000', 8072, undefined],
    ['000000090300a0450b1122aabb', 9, undefined],
    ['80000009020102030405060708090a0b0c0d0e0f10', 9, '0102:0304:0506:0708:090a:0b0c:0d0e:0f10'],
  ])('takes %s apart', (hex, enterprise, inner) => {
    const found = engineIdParts(bytes(hex));
    expect(found).toEqual({ hex, enterprise, ...(inner === undefined ? {} : { inner }) });
  });

  it.each(['', '80000009', '80'.repeat(33)])('takes %s for none', (hex) => {
    expect(engineIdParts(bytes(hex))).toBeUndefined();
  });
});

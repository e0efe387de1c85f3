import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listIdentityRequest, longestAnswer, readListIdentity } from '../../../collectors/enip/frames.ts';
import { encapsulated, identityItem, identityList } from '../../support/enip-device.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');
const request = listIdentityRequest();
const device = {
  vendor: 1,
  deviceType: 14,
  productCode: 166,
  revision: [33, 11],
  serial: 0x00c0ffee,
  name: '5069-L306ER/A',
} as const;

describe('the request', () => {
  it('is the command and nothing else', () => {
    expect(request).toEqual(hex(`63 00${' 00'.repeat(22)}`));
  });
});

describe('the answer', () => {
  it('of an OpENer adapter is read as its makers expect it (their test of the encapsulation)', () => {
    const answer = hex(`
      6300 3100 00000000 00000000 d7dd000000000000 00000000
      0100 0c00 2b00 0100 0002af12c0a838650000000000000000
      0100 0c00 e9fd 0201 0000 15cd5b07 09 4f70454e6572205043 ff`);
    expect(readListIdentity(answer)).toEqual({
      answer: {
        kind: 'identity',
        identity: {
          socket: '192.168.56.101:44818',
          vendor: 1,
          deviceType: 12,
          productCode: 65001,
          major: 2,
          minor: 1,
          status: 0,
          serial: 123456789,
          name: Buffer.from('OpENer PC'),
        },
      },
    });
  });

  it('of a robot controller is read too (test data that an EtherNet/IP client publishes, address family in the wrong order)', () => {
    const body = hex(
      '01000c00340001000200af12c0a80149000000000000000064010c0004000301340021d720f41246414e554320526f626f742052333069422bff',
    );
    expect(readListIdentity(encapsulated(request, body))).toMatchObject({
      answer: {
        identity: { vendor: 356, productCode: 4, major: 3, minor: 1, status: 0x34, serial: 0xf420d721 },
      },
    });
    expect(readListIdentity(encapsulated(request, body))).toMatchObject({
      answer: { identity: { name: Buffer.from('FANUC Robot R30iB+') } },
    });
  });

  it('may leave the state out, list other things first, and list others after itself', () => {
    const item = identityItem(device);
    const short = Buffer.from(item.subarray(0, -1));
    short.writeUInt16LE(short.length - 4, 2);
    const other = hex('8600 0200 0000');
    const neighbour = identityItem({ ...device, serial: 7, name: 'behind it' });
    const body = identityList([other, short, neighbour]);
    expect(readListIdentity(encapsulated(request, body))).toMatchObject({
      answer: { identity: { serial: 0x00c0ffee } },
    });
  });

  it('may list nothing, and may be a refusal', () => {
    expect(readListIdentity(encapsulated(request, Buffer.alloc(0)))).toEqual({ answer: { kind: 'nothing' } });
    expect(readListIdentity(encapsulated(request, identityList([])))).toEqual({ answer: { kind: 'nothing' } });
    expect(readListIdentity(encapsulated(request, Buffer.alloc(0), 1))).toEqual({
      answer: { kind: 'refused', status: 1 },
    });
  });

  const good = encapsulated(request, identityList([identityItem(device)]));

  it('is waited for until it is complete', () => {
    for (let length = 0; length < good.length; length += 1) {
      expect(readListIdentity(good.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
    expect(readListIdentity(good)).toMatchObject({ answer: { kind: 'identity' } });
  });

  const changed = (at: number, value: number) => Buffer.from(good.map((byte, index) => (index === at ? value : byte)));

  it.each([
    ['another command', changed(0, 0x65)],
    ['a length beyond what an identity needs', changed(3, 0xff)],
    ['more items than there are', changed(24, 2)],
    ['fewer items than there are', changed(24, 0)],
    ['an item longer than the answer', changed(28, 0xff)],
    ['a name longer than its item', changed(62, 200)],
    ['a name shorter than its item', changed(62, 1)],
    ['something behind its end', Buffer.concat([good, Buffer.of(0)])],
    ['half a count', encapsulated(request, Buffer.of(1))],
  ])('is refused with %s', (_, bytes) => {
    expect(readListIdentity(bytes)).toHaveProperty('malformed');
  });

  it('never throws and never hands out more than came, whatever bytes come', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.uint8Array({ maxLength: 400 }).map((body) => encapsulated(request, body)),
      fc
        .tuple(
          fc.nat(3),
          fc.array(fc.tuple(fc.constantFrom(0x0c, 0x86), fc.uint8Array({ maxLength: 80 })), { maxLength: 3 }),
        )
        .map(([count, items]) => {
          const list = items.map(([type, body]) => Buffer.concat([Buffer.of(type, 0, body.length, 0), body]));
          return encapsulated(request, Buffer.concat([Buffer.of(count, 0), ...list]));
        }),
    );
    fc.assert(
      fc.property(bytes, (each) => {
        const found = readListIdentity(Buffer.from(each));
        if (found === undefined || 'malformed' in found || found.answer.kind !== 'identity') return;
        expect(found.answer.identity.name.length).toBeLessThanOrEqual(each.length);
      }),
      { numRuns: 2000 },
    );
    expect(readListIdentity(Buffer.concat([hex('6300ffff'), Buffer.alloc(longestAnswer)]))).toHaveProperty('malformed');
  });
});

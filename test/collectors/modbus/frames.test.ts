import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  categories,
  identificationRequest,
  longestFrame,
  type Question,
  readIdentificationAnswer,
} from '../../../collectors/modbus/frames.ts';
import { answerFrame, exceptionFrame } from './device.ts';

const asked: Question = { transaction: 1, unit: 255, category: 'basic', object: 0 };

describe('the request', () => {
  it('is the one of the specification, in the frame of Modbus on TCP', () => {
    expect(identificationRequest(asked).toString('hex')).toBe('00010000' + '0005' + 'ff' + '2b0e0100');
    const next = identificationRequest({ transaction: 2, unit: 17, category: 'regular', object: 4 });
    expect(next.toString('hex')).toBe('00020000' + '0005' + '11' + '2b0e0204');
  });

  it('says function 43, type 14 and one of two categories, whatever it is made from', () => {
    const question = fc.record({
      transaction: fc.integer({ min: 0, max: 0xffff }),
      unit: fc.integer({ min: 0, max: 255 }),
      category: fc.constantFrom('basic' as const, 'regular' as const),
      object: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(question, (each) => {
        const bytes = identificationRequest(each);
        expect(bytes.length).toBe(11);
        expect([...bytes.subarray(2, 6)]).toEqual([0, 0, 0, 5]);
        expect([bytes[7], bytes[8], bytes[9]]).toEqual([0x2b, 0x0e, categories[each.category]]);
      }),
    );
  });
});

describe('the answer', () => {
  it('is read as the example of the specification has it', () => {
    // Section 6.21: "Company identification", "Product code XX", "V2.11", conformity 1, nothing follows.
    const pdu = Buffer.concat([
      Buffer.from('2b0e010100000300' + '16', 'hex'),
      Buffer.from('Company identification'),
      Buffer.from('010f', 'hex'),
      Buffer.from('Product code XX'),
      Buffer.from('0205', 'hex'),
      Buffer.from('V2.11'),
    ]);
    const header = Buffer.from([0, 1, 0, 0, 0, pdu.length + 1, 255]);
    const found = readIdentificationAnswer(Buffer.concat([header, pdu]), asked);
    expect(found).toEqual({
      answer: {
        kind: 'objects',
        conformity: 1,
        objects: new Map([
          [0, Buffer.from('Company identification')],
          [1, Buffer.from('Product code XX')],
          [2, Buffer.from('V2.11')],
        ]),
      },
    });
  });

  it('says where the list goes on', () => {
    const frame = answerFrame(asked, { objects: { 0: 'a' }, next: 1, conformity: 0x83 });
    expect(readIdentificationAnswer(frame, asked)).toMatchObject({ answer: { next: 1, conformity: 3 } });
  });

  it('is an exception where the device does not know the function', () => {
    expect(readIdentificationAnswer(exceptionFrame(asked, 1), asked)).toEqual({
      answer: { kind: 'exception', code: 1 },
    });
  });

  it('is waited for until it is complete', () => {
    const frame = answerFrame(asked, { objects: { 0: 'Kestrel', 1: 'KX', 2: '1' } });
    for (let length = 0; length < frame.length; length += 1) {
      expect(readIdentificationAnswer(frame.subarray(0, length), asked), `${length} bytes`).toBeUndefined();
    }
    expect(readIdentificationAnswer(frame, asked)).toMatchObject({ answer: { kind: 'objects' } });
  });

  const good = answerFrame(asked, { objects: { 0: 'Kestrel', 1: 'KX' } });
  const changed = (at: number, value: number) => Buffer.from(good.map((byte, index) => (index === at ? value : byte)));

  it.each([
    ['another transaction', changed(1, 9)],
    ['another protocol', changed(3, 1)],
    ['another unit', changed(6, 3)],
    ['a write function', changed(7, 0x10)],
    ['a read function', changed(7, 0x03)],
    ['another encapsulated type', changed(8, 0x0d)],
    ['more objects than there are', changed(13, 9)],
    ['fewer objects than there are', changed(13, 1)],
    ['an object longer than its frame', changed(15, 200)],
    ['a length of nothing', Buffer.from('000100000000ff', 'hex')],
    ['a length beyond the longest frame', Buffer.from('0001000000ffff', 'hex')],
    ['something behind its end', Buffer.concat([good, Buffer.of(0)])],
    ['an exception with more to say', Buffer.concat([Buffer.from('000100000004ffab0101', 'hex')])],
  ])('is refused with %s', (_, frame) => {
    expect(readIdentificationAnswer(frame, asked)).toHaveProperty('malformed');
  });

  it('never throws and never hands out more than came, whatever bytes come', () => {
    const frames = fc.oneof(
      fc.uint8Array({ maxLength: longestFrame + 4 }),
      // A right header, so that the reader gets to the objects.
      fc.uint8Array({ minLength: 2, maxLength: 253 }).map((pdu) => {
        const header = [0, 1, 0, 0, 0, Math.min(255, pdu.length + 1), 255];
        return Uint8Array.from([...header, ...pdu]);
      }),
      fc.uint8Array({ maxLength: 246 }).map((rest) => {
        const pdu = [0x2b, 0x0e, 1, 0x83, 0xff, rest.length & 7, rest.length % 5, ...rest];
        return Uint8Array.from([0, 1, 0, 0, 0, pdu.length + 1, 255, ...pdu]);
      }),
    );
    fc.assert(
      fc.property(frames, (bytes) => {
        const found = readIdentificationAnswer(Buffer.from(bytes), asked);
        if (found === undefined || 'malformed' in found || found.answer.kind === 'exception') return;
        const size = [...found.answer.objects.values()].reduce((sum, value) => sum + value.length, 0);
        expect(size).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });
});

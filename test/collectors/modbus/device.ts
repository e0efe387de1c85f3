/** Frames as a Modbus device writes them, for tests that need an answer which no server would give. */
import type { Question } from '../../../collectors/modbus/frames.ts';

export interface Answer {
  readonly objects: Readonly<Record<number, string | Uint8Array>>;
  readonly next?: number;
  readonly conformity?: number;
}

export function answerFrame(asked: Pick<Question, 'transaction' | 'unit'>, answer: Answer): Buffer {
  const objects = Object.entries(answer.objects).map(([id, value]) => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.of(Number(id), bytes.length), bytes]);
  });
  const more = answer.next === undefined ? [0, 0] : [0xff, answer.next];
  const head = Buffer.of(0x2b, 0x0e, 1, answer.conformity ?? 0x01, ...more, objects.length);
  return framed(asked, Buffer.concat([head, ...objects]));
}

export function exceptionFrame(asked: Pick<Question, 'transaction' | 'unit'>, code: number): Buffer {
  return framed(asked, Buffer.of(0xab, code));
}

/** The transaction and unit that a request names. */
export function questionOf(request: Buffer): Pick<Question, 'transaction' | 'unit'> {
  return { transaction: request.readUInt16BE(0), unit: request.readUInt8(6) };
}

function framed({ transaction, unit }: Pick<Question, 'transaction' | 'unit'>, pdu: Buffer): Buffer {
  const header = Buffer.alloc(7);
  header.writeUInt16BE(transaction, 0);
  header.writeUInt16BE(pdu.length + 1, 4);
  header.writeUInt8(unit, 6);
  return Buffer.concat([header, pdu]);
}

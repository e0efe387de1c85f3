import { describe, expect, it } from 'vitest';
import { type Answer, answerFrom, type Reading } from '../../../../server/contract/interview/answer.ts';

const today = '2026-11-24';

const cases: readonly [text: string, type: Reading['type'], answer: Answer | 'refused'][] = [
  ['Y', 'boolean', { value: true }],
  ['no', 'boolean', { value: false }],
  ['1', 'boolean', 'refused'],
  ['12', 'integer', { value: 12 }],
  ['1.5', 'integer', 'refused'],
  ['-1', 'integer', 'refused'],
  ['15 min', 'duration', { value: 900 }],
  ['15', 'duration', 'refused'],
  ['-30d', 'timestamp', { value: '2026-10-25' }],
  ['2026-02-30', 'timestamp', 'refused'],
  ['2026-11-25', 'timestamp', 'refused'],
  ['never', 'timestamp', { value: '1970-01-01T00:00:00.000Z' }],
  ['nobody', 'string', { value: '' }],
  ['a, b; a', 'string[]', { value: ['a', 'b'] }],
  ['none', 'string[]', { value: [] }],
  ['2', ['open', 'closed'], { value: 'closed' }],
  ['Open', ['open', 'closed'], { value: 'open' }],
  ['3', ['open', 'closed'], 'refused'],
];

describe('what a person types', () => {
  it.each(cases)('reads %j as %j', (text, type, answer) => {
    const found = answerFrom(text, { type, today });
    if (answer === 'refused') expect(found).toHaveProperty('problem');
    else expect(found).toEqual(answer);
  });

  it('takes a day that lies ahead where the date is an end', () => {
    expect(answerFrom('2027-01-01', { type: 'timestamp', today, ahead: true })).toEqual({ value: '2027-01-01' });
  });

  it('holds every word of a list against its closed set', () => {
    const reading = { type: 'string[]', words: ['maker', 'authority'], today } as const;
    expect(answerFrom('maker, 2', reading)).toEqual({ value: ['maker', 'authority'] });
    expect(answerFrom('maker, police', reading)).toHaveProperty('problem');
  });
});

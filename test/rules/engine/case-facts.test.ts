import { describe, expect, it } from 'vitest';
import { factsFrom, troubleWith } from '../../../rules/engine/case-facts.ts';

const now = Date.parse('2026-11-23T10:00:00.000Z');

describe('a date of a case', () => {
  it.each([
    ['-90d', '2026-08-25T10:00:00.000Z'],
    ['2d', '2026-11-25T10:00:00.000Z'],
    ['+2d', '2026-11-25T10:00:00.000Z'],
    ['-1.5d', '2026-11-21T22:00:00.000Z'],
    ['12h', '2026-11-23T22:00:00.000Z'],
    ['-12.25h', '2026-11-22T21:45:00.000Z'],
    ['-30m', '2026-11-23T09:30:00.000Z'],
    ['-45s', '2026-11-23T09:59:15.000Z'],
    ['0d', '2026-11-23T10:00:00.000Z'],
    ['never', '1970-01-01T00:00:00.000Z'],
    ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ])('written %s is %s', (written, at) => {
    expect(factsFrom({ 'exposure.listedAt': written }, now)).toEqual({ 'exposure.listedAt': at });
    expect(troubleWith({ 'exposure.listedAt': written }, now)).toEqual([]);
  });

  it.each(['soon', '2w', 'in 2d', '2d ago', '-d', '2.d', '--2d'])('written %s is no date, and told', (written) => {
    expect(factsFrom({ 'exposure.listedAt': written }, now)).toEqual({ 'exposure.listedAt': written });
    expect(troubleWith({ 'exposure.listedAt': written }, now)).toHaveLength(1);
  });
});

describe('a duration of a case', () => {
  it.each([
    ['15m', 900],
    ['1.25h', 4500],
    ['2d', 172_800],
    ['45s', 45],
    [60, 60],
  ])('written %s is %s seconds', (written, seconds) => {
    expect(factsFrom({ 'feed.kev.age': written }, now)).toEqual({ 'feed.kev.age': seconds });
    expect(troubleWith({ 'feed.kev.age': written }, now)).toEqual([]);
  });

  it.each(['-15m', 'about 15m', '15m or so', 'never', '1.m'])('written %s is none, and told', (written) => {
    expect(factsFrom({ 'feed.kev.age': written }, now)).toEqual({ 'feed.kev.age': written });
    expect(troubleWith({ 'feed.kev.age': written }, now)).toHaveLength(1);
  });
});

describe('elements of a case', () => {
  it('have dates like other facts, and keep what is no date', () => {
    const written = [
      { id: 'r', owner: '-2d', acceptedUntil: '2d' },
      { id: 's', acceptedUntil: 'never' },
    ];
    expect(factsFrom({ 'risk.register': written }, now)).toEqual({
      'risk.register': [
        { id: 'r', owner: '-2d', acceptedUntil: '2026-11-25T10:00:00.000Z' },
        { id: 's', acceptedUntil: '1970-01-01T00:00:00.000Z' },
      ],
    });
  });

  it.each([['2d'], [['2d']], [[null]], [[{ id: 'r', ownr: 'Ada' }]], [[{ id: 'r', toString: '2d' }]]])(
    'written as %j are left as they are, and told',
    (written) => {
      expect(factsFrom({ 'risk.register': written }, now)).toEqual({ 'risk.register': written });
      expect(troubleWith({ 'risk.register': written }, now)).toEqual([expect.stringMatching(/^risk\.register: /)]);
    },
  );
});

describe('facts of a case', () => {
  it('of other types stay as they are written', () => {
    const written = { 'roster.deputy.named': true, 'alert.recipient': '-2d', 'leaver.total': 3 };
    expect(factsFrom(written, now)).toEqual(written);
    expect(troubleWith(written, now)).toEqual([]);
  });

  it('tell everything that is wrong with them, each by its name', () => {
    expect(troubleWith({ 'roster.deputy.nam': true, 'leaver.total': 'three', 'alert.recipient': 'x' }, now)).toEqual([
      'no fact roster.deputy.nam',
      expect.stringMatching(/^leaver\.total: /),
    ]);
  });
});

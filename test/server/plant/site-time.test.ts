import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endAfter, endOf, instantOf, isTimeZone, startOf } from '../../../server/plant/site-time.ts';

describe('a date of a site', () => {
  it.each([
    ['2026-11-30', 'Europe/Berlin', '2026-11-29T23:00:00.000Z'],
    ['2026-07-01', 'Europe/Berlin', '2026-06-30T22:00:00.000Z'],
    ['2026-07-01', 'UTC', '2026-07-01T00:00:00.000Z'],
    ['2026-07-01', 'Asia/Kathmandu', '2026-06-30T18:15:00.000Z'],
    // Clocks in Santiago skip midnight: the day begins at 01:00.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
    // Clocks in Havana go back at 01:00, so midnight comes twice: the first counts.
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
  ])('%s in %s begins at %s', (day, zone, instant) => {
    expect(startOf(day, zone)).toBe(instant);
  });

  it('ends where the next one begins', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1990-01-02'), max: new Date('2090-01-01'), noInvalidDate: true }),
        fc.constantFrom('Europe/Berlin', 'America/Santiago', 'America/Havana', 'Asia/Kathmandu', 'Pacific/Apia'),
        (date, zone) => {
          const day = date.toISOString().slice(0, 10);
          const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
          expect(endOf(day, zone)).toBe(startOf(next, zone));
          expect(Date.parse(endOf(day, zone) ?? '')).toBeGreaterThanOrEqual(Date.parse(startOf(day, zone) ?? ''));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('keeps an instant as it is written', () => {
    expect(endOf('2026-11-30T08:00:00+01:00', 'Asia/Tokyo')).toBe('2026-11-30T07:00:00.000Z');
    expect(instantOf('2026-11-30T08:00Z')).toBe('2026-11-30T08:00:00.000Z');
  });

  it.each([
    '2026-02-30',
    '2026-13-01',
    '2026-1-1',
    'tomorrow',
    '2026-02-30T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01T00:00:00',
  ])('is not %s', (text) => expect(startOf(text, 'UTC')).toBeUndefined());

  it('counts calendar days, whatever the clocks do in between', () => {
    expect(endAfter('2026-10-20T22:00:00.000Z', 7, 'Europe/Berlin')).toBe('2026-10-28T23:00:00.000Z');
  });

  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Europe/Berlon', false],
    ['+02:00', false],
    ['', false],
  ])('takes %j as a time zone: %s', (name, known) => expect(isTimeZone(name)).toBe(known));
});

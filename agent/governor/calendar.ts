/** When something may run in a zone: windows and blackouts of the plant file, at the site's wall clock (SAF-10, SAF-11). */
import type { Zone } from '../../server/contract/plant.ts';
import {
  type Interval,
  parseBlackout,
  parseWindow,
  type WeeklyWindow,
  weekdays,
} from '../../server/contract/windows.ts';

export interface Forbidden {
  readonly rule: string;
  readonly because: string;
}

/** The blackout that holds at `now`. It overrides everything; an entry that cannot be read holds always. */
export function blackoutAt(zone: Zone, timeZone: string, now: Date): Forbidden | undefined {
  const local = localTime(now, timeZone);
  for (const text of zone.blackouts) {
    const blackout = parseBlackout(text);
    if (blackout === undefined) return { rule: 'SAF-11', because: `the blackout "${text}" cannot be read` };
    if ('weekday' in blackout ? within(blackout, local) : covers(blackout, local))
      return { rule: 'SAF-11', because: `zone ${zone.id} has a blackout: ${text} (${timeZone})` };
  }
  return undefined;
}

/** Refusal when the zone has windows and `now` lies in none of them. */
export function outsideWindows(zone: Zone, timeZone: string, now: Date): Forbidden | undefined {
  if (zone.windows.length === 0) return undefined;
  const local = localTime(now, timeZone);
  const open = zone.windows.map(parseWindow).some((window) => window !== undefined && within(window, local));
  if (open) return undefined;
  return {
    rule: 'SAF-10',
    because: `outside the windows of zone ${zone.id}: ${zone.windows.join(', ')} (${timeZone})`,
  };
}

/** Refusal when the zone names its shifts and nobody is there at `now` (SAF-36). */
export function nobodyThere(zone: Zone, timeZone: string, now: Date): Forbidden | undefined {
  if (zone.shifts === undefined) return undefined;
  const local = localTime(now, timeZone);
  const there = zone.shifts.map(parseWindow).some((shift) => shift !== undefined && within(shift, local));
  if (there) return undefined;
  return {
    rule: 'SAF-36',
    because: `nobody who can react is in zone ${zone.id} now: shifts are ${zone.shifts.join(', ')} (${timeZone})`,
  };
}

interface LocalTime {
  readonly weekday: string;
  readonly minutes: number;
  /** `2026-12-24 00:00` */
  readonly stamp: string;
}

function within(window: WeeklyWindow, local: LocalTime): boolean {
  return window.weekday === local.weekday && window.from <= local.minutes && local.minutes < window.to;
}

function covers(interval: Interval, { stamp }: LocalTime): boolean {
  return interval.from <= stamp && stamp < interval.to;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(now: Date, timeZone: string): LocalTime {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(timeZone, format);
  }
  // Swedish writes ISO: 2026-12-24 00:00.
  const stamp = format.format(now);
  const [hours = 0, minutes = 0] = stamp.slice(11).split(':').map(Number);
  const day = (new Date(`${stamp.slice(0, 10)}T00:00:00Z`).getUTCDay() + 6) % 7;
  return { weekday: weekdays[day] ?? 'Mon', minutes: hours * 60 + minutes, stamp };
}

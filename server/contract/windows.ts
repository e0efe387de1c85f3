/** Times of a zone in which something may run, or may not: how the plant file writes them. Always site time. */

export const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** `Tue 09:00-15:00`: minutes of that day, the end excluded; 24:00 is 1440. */
export interface WeeklyWindow {
  readonly weekday: Weekday;
  readonly from: number;
  readonly to: number;
}

/** `2026-12-24 00:00/2027-01-02 00:00`: local wall-clock times at the site, the end excluded. */
export interface Interval {
  readonly from: string;
  readonly to: string;
}

export const windowSyntax = 'a weekly window such as "Tue 09:00-15:00"';
export const blackoutSyntax = 'an interval such as "2026-12-24 00:00/2027-01-02 00:00", or a weekly window';

/** undefined when it is no weekly window, or ends before it begins. */
export function parseWindow(text: string): WeeklyWindow | undefined {
  const match = /^([A-Z][a-z]{2}) (\d{2}):(\d{2})-(\d{2}):(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const weekday = weekdays.find((each) => each === match[1]);
  const from = minutesOf(match[2], match[3]);
  const to = minutesOf(match[4], match[5]);
  return weekday === undefined || from === undefined || to === undefined || from >= to
    ? undefined
    : { weekday, from, to };
}

/** A weekly window or an interval; undefined when it is neither, or ends before it begins. */
export function parseBlackout(text: string): WeeklyWindow | Interval | undefined {
  const match = /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2})\/(\d{4}-\d{2}-\d{2} \d{2}:\d{2})$/.exec(text);
  if (match === null) return parseWindow(text);
  const [, from = '', to = ''] = match;
  return isWallClock(from) && isWallClock(to) && from < to ? { from, to } : undefined;
}

function minutesOf(hours: string | undefined, minutes: string | undefined): number | undefined {
  const total = Number(hours) * 60 + Number(minutes);
  return Number(minutes) > 59 || total > 1440 ? undefined : total;
}

function isWallClock(text: string): boolean {
  const ms = Date.parse(`${text.replace(' ', 'T')}:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 16).replace('T', ' ') === text;
}

/** Dates of a site as UTC instants. A date is 00:00 site time; an end date ends its day, at the next 00:00. */

const formats = new Map<string, Intl.DateTimeFormat>();
const dateShape = /^(\d{4})-(\d{2})-(\d{2})$/;
const dayMs = 86_400_000;

/** Whether the runtime knows the zone by its IANA name; a bare offset (`+02:00`) is no zone: it knows no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The first instant of a date at the site, or the instant as it is written; undefined for no such date. */
export function startOf(day: string, timeZone: string): string | undefined {
  const date = dateOf(day);
  return date === undefined ? instantOf(day) : midnight(date, timeZone);
}

/** The instant at which a date ends at the site, or the instant as it is written; undefined for no such date. */
export function endOf(day: string, timeZone: string): string | undefined {
  const date = dateOf(day);
  return date === undefined ? instantOf(day) : midnight(date + dayMs, timeZone);
}

/** Start of the date that lies `days` calendar days after the instant's own date at the site, end of day. */
export function endAfter(instant: string, days: number, timeZone: string): string {
  return midnight(localDate(Date.parse(instant), timeZone) + (days + 1) * dayMs, timeZone);
}

/** RFC 3339 in UTC with milliseconds, or undefined when it is no instant. */
export function instantOf(text: string): string | undefined {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/.exec(text) ?? undefined;
  if (match === undefined || dateOf(text.slice(0, 10)) === undefined) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** UTC milliseconds of the date's 00:00 as if the site lay in UTC; undefined for 30 February and its like. */
function dateOf(text: string): number | undefined {
  const match = dateShape.exec(text);
  if (match === null) return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text ? undefined : ms;
}

const midnights = new Map<string, string>();
const mostMidnights = 10_000;

function midnight(date: number, timeZone: string): string {
  const key = `${date} ${timeZone}`;
  const known = midnights.get(key);
  if (known !== undefined) return known;
  // Tables repeat their dates, and asking the calendar is slow.
  if (midnights.size >= mostMidnights) midnights.clear();
  const found = firstInstant(date, timeZone);
  midnights.set(key, found);
  return found;
}

function firstInstant(date: number, timeZone: string): string {
  // Clocks may change in between, even at midnight itself, so both offsets near the date are tried. Of two midnights
  // the first counts; where the clock skips midnight, the day begins when it lands.
  const candidates = [date - dayMs, date + dayMs].map((near) => date - offsetAt(near, timeZone)).sort((a, b) => a - b);
  const first = candidates.find((each) => localDate(each, timeZone) === date) ?? candidates[0] ?? date;
  return new Date(first).toISOString();
}

function localDate(ms: number, timeZone: string): number {
  const local = ms + offsetAt(ms, timeZone);
  return Math.floor(local / dayMs) * dayMs;
}

function offsetAt(ms: number, timeZone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(ms)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

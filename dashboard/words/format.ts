/** Instants, ages, counts and hashes as people read them. Pure: the time zone and the present are given. */

const thin = '\u2009';

/** `24 Nov 2026, 03:00` in the site's zone. */
export function dateTimeOf(instant: string, timeZone: string): string {
  return `${dateOf(instant, timeZone)}, ${timeOf(instant, timeZone)}`;
}

/** `24 Nov 2026` */
export function dateOf(instant: string, timeZone: string): string {
  const { day, month, year } = partsOf(instant, timeZone);
  return `${day} ${month} ${year}`;
}

/** `24 Nov`, with the year once it lies a year or more away. */
export function shortDateOf(instant: string, at: { timeZone: string; now: number }): string {
  const { day, month, year } = partsOf(instant, at.timeZone);
  const away = Math.abs(Date.parse(instant) - at.now);
  return away < 360 * dayMs ? `${day} ${month}` : `${day} ${month} ${year}`;
}

/** `Nov 2027` */
export function monthOf(instant: string, timeZone: string): string {
  const { month, year } = partsOf(instant, timeZone);
  return `${month} ${year}`;
}

/** `24 Nov, 03:00` */
export function shortDateTimeOf(instant: string, at: { timeZone: string; now: number }): string {
  return `${shortDateOf(instant, at)}, ${timeOf(instant, at.timeZone)}`;
}

export function timeOf(instant: string, timeZone: string, seconds = false): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
  }).format(new Date(instant));
}

/** The exact instant with its zone, for hover and focus. */
export function exactOf(instant: string, timeZone: string): string {
  return `${dateOf(instant, timeZone)}, ${timeOf(instant, timeZone, true)} ${timeZone}`;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `8 min`, `6 h`, `41 d`; below a minute `now`. */
export function ageOf(instant: string, now: number): string {
  const age = Math.max(0, now - Date.parse(instant));
  if (age < minuteMs) return 'now';
  if (age < 100 * minuteMs) return `${Math.round(age / minuteMs)} min`;
  if (age < 48 * hourMs) return `${Math.round(age / hourMs)} h`;
  return `${Math.round(age / dayMs)} d`;
}

export function daysUntil(instant: string, now: number): number {
  return Math.ceil((Date.parse(instant) - now) / dayMs);
}

/** From 80 % of its limit a reading is about to lapse. */
export function isAgeing(from: string | undefined, limit: string | undefined, now: number): boolean {
  if (from === undefined || limit === undefined) return false;
  const span = Date.parse(limit) - Date.parse(from);
  return span > 0 && now - Date.parse(from) >= 0.8 * span;
}

export function durationOf(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function latencyOf(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** `1 412` with a thin space. */
export function numberOf(value: number): string {
  const [whole = '0', rest] = String(value).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, thin);
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

export function bytesOf(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 1_000_000) return `${(value / 1000).toFixed(value < 9950 ? 1 : 0)} kB`;
  return `${(value / 1_000_000).toFixed(1)} MB`;
}

/** First 8 and last 4 of a digest with its algorithm before it; inside a sentence first 4 and last 4. */
export function hashOf(digest: string, place: 'alone' | 'sentence' = 'alone'): string {
  const [, algorithm, rest] = /^([a-z][a-z0-9-]*):(.{17,})$/.exec(digest) ?? [];
  const hex = rest ?? digest;
  if (hex.length <= 16) return digest;
  if (place === 'sentence') return `${hex.slice(0, 4)}…${hex.slice(-4)}`;
  const short = `${hex.slice(0, 4)} ${hex.slice(4, 8)}…${hex.slice(-4)}`;
  return algorithm === undefined ? short : `${algorithm} ${short}`;
}

export function percentOf(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** A fact's value as the evidence holds it, in JSON, with what could disturb a screen made visible. */
export function factValueOf(value: unknown): string {
  return harmless(typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? ''));
}

/**
 * Text from a device. React escapes markup; left over are characters that would move, hide or reverse other text:
 * controls, bidirectional overrides (Unicode TR 36), zero-width and line separators. They are shown by their number.
 */
export function harmless(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function partsOf(instant: string, timeZone: string): { day: string; month: string; year: string } {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short', year: 'numeric' });
  const found: Record<string, string> = {};
  for (const part of parts.formatToParts(new Date(instant))) found[part.type] = part.value;
  return { day: found['day'] ?? '', month: (found['month'] ?? '').slice(0, 3), year: found['year'] ?? '' };
}

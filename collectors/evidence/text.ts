/**
 * What devices say is data, however hostile. Stored text loses nothing: only what no database and no canonical JSON
 * can carry (NUL, lone surrogates) is escaped, reversibly. Control characters, bidirectional marks and markup stay as
 * they came and are made harmless where they are shown: `printable` for terminals and logs, React's own escaping on pages.
 */

// A backslash is escaped only where the text would otherwise read as one of our escapes, so that paths stay readable.
const unstorable = /\0|\p{Surrogate}|\\(?=u(?:0000|005c|d[89a-f][0-9a-f]{2}))/gu;
const escaped = /\\u(0000|005c|d[89a-f][0-9a-f]{2})/g;

/** Escapes NUL and lone surrogates as `\u0000`, `\ud800`. Apply once, at the border; `unescapeDeviceText` undoes it. */
export function escapeDeviceText(text: string): string {
  return text.replace(unstorable, (unit) => `\\u${hexOf(unit)}`);
}

/** The text as the device sent it. */
export function unescapeDeviceText(text: string): string {
  return text.replace(escaped, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The text itself when a database can hold it, else escaped. For texts that may or may not have passed the border. */
export function storableText(text: string): string {
  return text.isWellFormed() && !text.includes('\0') ? text : escapeDeviceText(text);
}

/** Escapes every string and key inside arrays and plain objects; everything else stays as it is. */
export function escapeDeep<T>(value: T): T {
  return escapeInside(value) as T;
}

function escapeInside(value: unknown): unknown {
  if (typeof value === 'string') return escapeDeviceText(value);
  if (Array.isArray(value)) return value.map(escapeInside);
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of a class are left alone: canonical JSON refuses them with their path.
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [escapeDeviceText(key), escapeInside(held)]));
}

/** Text of bytes: UTF-8 where they are, else `hex:...`. NUL stays for `escapeDeviceText` to escape. */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `hex:${Buffer.from(bytes).toString('hex')}`;
  }
}

// C0 without tab, DEL, C1, zero-width and bidirectional marks, line separators: what moves a cursor or reorders text.
const unprintable =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/** One line that is safe in a terminal or log: what would move the cursor or reorder text is shown as `\u001b`. */
export function printable(text: string): string {
  return text.replace(unprintable, (unit) => `\\u${hexOf(unit)}`);
}

function hexOf(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, '0');
}

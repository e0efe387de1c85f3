/** From SNMP values to plain ones. Device strings stay what they are; bytes that are not UTF-8 become `hex:...`. */
import type { ColumnName } from './objects.ts';
import type { Column, SnmpRaw, Value } from './raw.ts';

const longestText = 1024;

/** Trimmed text of an OCTET STRING; undefined when it is empty, no string, or far too long to be a name. */
export function textOf(value: Value | undefined): string | undefined {
  if (!Buffer.isBuffer(value) || value.length > longestText) return undefined;
  return readable(value).trim() || undefined;
}

export function readable(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `hex:${bytes.toString('hex')}`;
  }
}

export function numberOf(value: Value | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A column that was walked to its end and shows at least one row; an empty one may be hidden by a view. */
export function wholeColumn(raw: SnmpRaw, name: ColumnName): Column['rows'] | undefined {
  const column = raw.columns.get(name);
  return column?.end === 'complete' && column.rows.size > 0 ? column.rows : undefined;
}

/** Whether the column was walked to its end, rows or none. */
export function walked(raw: SnmpRaw, name: ColumnName): boolean {
  return raw.columns.get(name)?.end === 'complete';
}

export function cell(raw: SnmpRaw, name: ColumnName, index: string): Value | undefined {
  return raw.columns.get(name)?.rows.get(index);
}

/** Octets that an index spells as arcs with their count before them, and the arcs that follow. */
export function countedOctets(arcs: readonly number[]): { octets: Buffer; rest: readonly number[] } | undefined {
  const [length, ...others] = arcs;
  if (length === undefined || !Number.isInteger(length) || length < 0 || length > others.length) return undefined;
  const octets = others.slice(0, length);
  if (!octets.every((octet) => Number.isInteger(octet) && octet >= 0 && octet <= 255)) return undefined;
  return { octets: Buffer.from(octets), rest: others.slice(length) };
}

/** Instant of a DateAndTime with a time zone (RFC 2579), in milliseconds; without a zone nobody knows the instant. */
export function instantOf(value: Value | undefined): number | undefined {
  if (!Buffer.isBuffer(value) || value.length !== 11) return undefined;
  const at = (index: number) => value.readUInt8(index);
  const local = Date.UTC(value.readUInt16BE(0), at(2) - 1, at(3), at(4), at(5), at(6), at(7) * 100);
  const sign = { '+': 1, '-': -1 }[String.fromCharCode(at(8))];
  if (sign === undefined || at(2) < 1 || at(2) > 12 || at(3) < 1 || at(3) > 31 || at(4) > 23 || at(5) > 59) {
    return undefined;
  }
  return at(9) > 14 ? undefined : local - sign * (at(9) * 60 + at(10)) * 60_000;
}

/** Printed form of an address of 4 or 16 octets; `*` when it stands for all addresses. */
export function addressOf(octets: Buffer): string | undefined {
  if (octets.length === 0 || octets.every((octet) => octet === 0)) return '*';
  if (octets.length === 4) return [...octets].join('.');
  if (octets.length !== 16 && octets.length !== 20) return undefined;
  const groups = octets.subarray(0, 16).toString('hex').match(/.{4}/g) ?? [];
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}

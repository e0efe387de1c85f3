/** Walks the columns of tables side by side, within limits that hold whatever the agent answers. */
import type { Look } from '../contract/collector.ts';
import { type ColumnName, columns } from './objects.ts';
import type { Column, SnmpRaw } from './raw.ts';
import type { Reader } from './session.ts';

export const mostRows = 200;
export const mostBulks = 60;

/** GETBULK requests left for the whole run. */
export interface Allowance {
  bulks: number;
}

/** Adds the columns to the record. Rows that came before an error stay. */
export async function walk(
  { look, reader, allowance }: { look: Look; reader: Reader; allowance: Allowance },
  names: readonly ColumnName[],
  raw: SnmpRaw,
): Promise<void> {
  const walks = names.map((name) => {
    const column: Column = { rows: new Map(), end: 'stuck' };
    raw.columns.set(name, column);
    return { column, prefix: `${columns[name]}.`, last: columns[name] as string, open: true };
  });
  let rows = 0;
  for (;;) {
    const open = walks.filter((one) => one.open);
    if (open.length === 0) break;
    if (allowance.bulks === 0) {
      for (const one of open) one.column.end = 'capped';
      break;
    }
    allowance.bulks -= 1;
    const answers = await reader.next(open.map((one) => one.last));
    for (const [index, one] of open.entries()) one.open = takeRows(one, answers?.[index] ?? []);
    const sum = walks.reduce((count, one) => count + one.column.rows.size, 0);
    // An answer may be cut short, so a column may wait for the next one; but some column has to get on.
    if (sum === rows) break;
    rows = sum;
  }
  const ends = [...new Set(walks.map((one) => one.column.end))].join(', ');
  look.note(`walked ${names.join(', ')}: ${rows} values (${ends})`);
}

/** Whether the walk of this column goes on. */
function takeRows(
  one: { column: Column; prefix: string; last: string },
  answers: readonly { oid: string; value: unknown }[],
): boolean {
  const { column, prefix } = one;
  for (const { oid, value } of answers) {
    if (!oid.startsWith(prefix) || value === undefined) {
      column.end = 'complete';
      return false;
    }
    // An agent that goes round in circles would keep us for ever (RFC 3416 section 4.2.3 wants growing names).
    if (!follows(oid, one.last)) return false;
    if (column.rows.size >= mostRows) {
      column.end = 'capped';
      return false;
    }
    if (typeof value === 'number' || typeof value === 'string' || Buffer.isBuffer(value)) {
      column.rows.set(oid.slice(prefix.length), value);
    }
    one.last = oid;
  }
  return true;
}

/** Whether `oid` stands after `before` in the order of object identifiers. */
export function follows(oid: string, before: string): boolean {
  const a = oid.split('.').map(Number);
  const b = before.split('.').map(Number);
  for (let index = 0; index < a.length; index++) {
    const left = a[index] ?? -1;
    const right = b[index] ?? -1;
    if (left !== right) return left > right;
  }
  return false;
}

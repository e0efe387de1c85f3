/** The order in which rows are judged: what a row rests on comes before it. A circle does not load. */

import { nearest } from '../engine/language.ts';
import { guardRow, type Row } from '../engine/pack.ts';
import type { Entry } from './load.ts';
import type { Problem } from './problem.ts';
import { at } from './yaml.ts';

export function orderOf(rows: readonly Row[], entries: ReadonlyMap<string, Entry>, problems: Problem[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const entry of entries.values()) {
    unknownRows(entry, 'needs', entries, problems);
    unknownRows(entry, 'sharedWith', entries, problems);
  }
  for (const row of rows) {
    for (const id of row.reads.rows) {
      if (!entries.has(id)) tell(entries.get(row.id), { problems, key: 'id', id, known: entries.keys() });
    }
  }
  const ordered: Row[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (row: Row, trail: readonly string[]): void => {
    if (state.get(row.id) === 'done') return;
    if (state.get(row.id) === 'open') {
      const entry = entries.get(row.id);
      const circle = [...trail.slice(trail.indexOf(row.id)), row.id].join(' -> ');
      if (entry)
        problems.push({ ...at(entry.file, ['needs']), expected: 'rows that do not rest on themselves', found: circle });
      return;
    }
    state.set(row.id, 'open');
    for (const id of row.after) {
      const before = byId.get(id);
      if (before !== undefined && !(id === guardRow && before.id === row.id)) visit(before, [...trail, row.id]);
    }
    state.set(row.id, 'done');
    ordered.push(row);
  };
  // Rows that ask for a row which only a fact names come last: by then every other one is judged.
  const sorted = [...rows].sort((one, other) => (one.id < other.id ? -1 : 1));
  for (const row of sorted) if (!row.reads.anyRow) visit(row, []);
  for (const row of sorted) visit(row, []);
  return ordered;
}

function unknownRows(
  entry: Entry,
  key: 'needs' | 'sharedWith',
  entries: ReadonlyMap<string, Entry>,
  problems: Problem[],
): void {
  for (const id of entry.row[key]) if (!entries.has(id)) tell(entry, { problems, key, id, known: entries.keys() });
}

function tell(
  entry: Entry | undefined,
  what: { problems: Problem[]; key: string; id: string; known: Iterable<string> },
): void {
  if (entry === undefined) return;
  const near = nearest(what.id, what.known);
  what.problems.push({
    ...at(entry.file, [what.key]),
    expected: 'a row of the pack',
    found: JSON.stringify(what.id),
    ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
  });
}

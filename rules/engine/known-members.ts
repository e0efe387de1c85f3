/** What an earlier look at a row knows of its members, without those that changed since. */
import { Columns } from './columns.ts';
import { Futures } from './futures.ts';
import type { Judging } from './judging.ts';
import { Sites } from './over-sets.ts';
import type { RowMemory } from './row-memory.ts';

/** The very columns of before where no asset changed. */
export function columnsFrom(judging: Judging, known: RowMemory | undefined, before: Columns | undefined): Columns {
  const { size } = judging.populations;
  if (known === undefined || before === undefined) return new Columns(size);
  const changed = changedSince(judging, known);
  if (changed.length === 0 && before.size === size) return before;
  const columns = new Columns(size, before);
  for (const position of changed) columns.clear(position);
  return columns;
}

export function futuresFrom({ moment, populations }: Judging, known: RowMemory | undefined): Futures {
  const { changes, size } = populations;
  if (known?.futures === undefined) return new Futures(size);
  const { generation } = known.basis;
  const stays = (position: number) => !changes.isNewer(position, generation);
  return Futures.after(known.futures, { size, at: moment.at, stays });
}

export function sitesFrom(judging: Judging, known: RowMemory | undefined): Sites {
  const { moment, populations } = judging;
  const { changes, size } = populations;
  const generation = known?.basis.generation ?? 0;
  return new Sites(
    known?.sites,
    size,
    (columns, position) =>
      columns.has(position) && moment.at < (columns.until[position] ?? 0) && !changes.isNewer(position, generation),
  );
}

function changedSince({ populations }: Judging, { basis }: RowMemory): number[] {
  const { changes, size } = populations;
  if (changes.newest <= basis.generation) return [];
  const changed: number[] = [];
  for (let at = 0; at < size; at++) if (changes.isNewer(at, basis.generation)) changed.push(at);
  return changed;
}

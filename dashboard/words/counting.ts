/** Levels and numbers in words: what the texts are built from. */
import type { Level } from '../../server/contract/assessment.ts';

export const levelNames: Record<Level, string> = {
  0: 'None',
  1: 'Minimum',
  2: 'Ad hoc',
  3: 'Consistent',
  4: 'Formalized',
};

/** `2 Ad hoc`, or `not established`. */
export function levelWord(level: Level | null): string {
  return level === null ? 'not established' : `${level} ${levelNames[level]}`;
}

/** `2`, or `not established`, for the middle of a sentence. */
export function levelShort(level: Level | null): string {
  return level === null ? 'not established' : String(level);
}

export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** `Cell broker`, `Cell broker and SCADA server`, `Cell broker, SCADA server and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : [...names];
  const last = shown.pop();
  return last === undefined ? '' : shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

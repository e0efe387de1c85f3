/** Which rows take part and in which order: what a row rests on comes before it, by the pack and by decisions. */
import type { AssessInput } from './input.ts';
import type { Pack, Row } from './pack.ts';

export interface Sequence {
  readonly rows: readonly Row[];
  /** Rows that must be judged before this one. */
  after(row: Row): readonly string[];
}

/**
 * Rows that the system's role selects. A compensation makes its row rest on the one it is bound to; where that would be
 * a circle the bound row is judged later, and the compensation does not count.
 */
export function sequenceOf(pack: Pack, input: AssessInput): Sequence {
  const rows = pack.rows.filter(({ role }) => role === 'all' || role === input.system.role);
  const bound = input.decisions.filter(({ kind, boundTo }) => kind === 'compensation' && boundTo !== undefined);
  const after = (row: Row): readonly string[] => {
    const own = bound.filter(
      ({ indicator, fact }) =>
        indicator === row.id || (indicator === undefined && fact !== undefined && row.facts.has(fact)),
    );
    return own.length === 0 ? row.after : [...row.after, ...own.flatMap(({ boundTo }) => boundTo ?? [])];
  };
  return { rows: bound.length === 0 ? rows : sorted(rows, after), after };
}

/** Some rows and every row that they rest on, in their order. */
export function withFoundations(sequence: Sequence, isWanted: (row: Row) => boolean): Row[] {
  const { rows } = sequence;
  const own = rows.filter(isWanted);
  // A row that asks for whichever row a fact names may rest on any.
  if (own.some((row) => row.reads.anyRow)) return [...rows];
  const wanted = new Set<Row>();
  visitAll({ from: own, among: rows, after: sequence.after }, (row) => wanted.add(row));
  return rows.filter((row) => wanted.has(row));
}

function sorted(rows: readonly Row[], after: Sequence['after']): Row[] {
  const ordered: Row[] = [];
  visitAll({ from: rows, among: rows, after }, (row) => ordered.push(row));
  return ordered;
}

/** Each row once, those that it rests on first. */
function visitAll(
  walk: { from: readonly Row[]; among: readonly Row[]; after: Sequence['after'] },
  done: (row: Row) => void,
): void {
  const byId = new Map(walk.among.map((row) => [row.id, row]));
  const seen = new Set<Row>();
  const visit = (row: Row): void => {
    if (seen.has(row)) return;
    seen.add(row);
    for (const id of walk.after(row)) {
      const before = byId.get(id);
      if (before !== undefined) visit(before);
    }
    done(row);
  };
  for (const row of walk.from) visit(row);
}

/** Two packs on the same evidence: which practices move, and which rows are why. */
import { withDerived } from '../derive/with-derived.ts';
import { assess, assessWith } from '../engine/assess.ts';
import type { AssessInput, Level } from '../engine/input.ts';
import type { Forced } from '../engine/judging.ts';
import type { PracticeCode } from '../engine/model.ts';
import type { Pack, Row } from '../engine/pack.ts';
import type { Assessment, IndicatorResult, Status } from '../engine/result.ts';
import { movesBetween, type Standing } from './what-if.ts';

export interface RowChange {
  readonly row: string;
  /** What the new pack did to it; `unchanged` where only what it rests on, or a word list, is another. */
  readonly edit: 'added' | 'removed' | 'changed' | 'unchanged';
  readonly from?: Status;
  readonly to?: Status;
}

export interface PracticeImpact {
  readonly practice: PracticeCode;
  readonly from: Standing;
  readonly to: Standing;
  /** Rows that alone would take the level, or the highest possible one, back to what it was. */
  readonly why: readonly RowChange[];
  /** Other rows of the practice that changed, in the pack or in their status. */
  readonly also: readonly RowChange[];
}

export interface Impact {
  readonly from: PackName;
  readonly to: PackName;
  readonly practices: readonly PracticeImpact[];
  /** Rows that have another status in practices that do not move. */
  readonly elsewhere: readonly RowChange[];
  readonly edits: { readonly added: number; readonly removed: number; readonly changed: number };
}

interface PackName {
  readonly id: string;
  readonly version: string;
  readonly hash: string;
}

/** `input` without or with derived facts: they are derived anew by each pack's word lists. */
export function impact(packA: Pack, packB: Pack, input: AssessInput): Impact {
  const before = assess(packA, withDerived(packA, input));
  const inputB = withDerived(packB, input);
  const after = assess(packB, inputB);
  const changes = changesBetween({ pack: packA, result: before }, { pack: packB, result: after });
  const practices = movesBetween(before, after).map(({ practice, from, to }): PracticeImpact => {
    const own = changes.filter(({ row }) => row.startsWith(`${practice.toLowerCase()}.`));
    const single = (change: RowChange) => undoes(change, { pack: packB, input: inputB, practice, from, to });
    const alone = own.filter(single);
    const why = alone.length > 0 ? alone : own.filter((change) => isWeighty(change, { packA, packB, from, to }));
    return { practice, from, to, why, also: own.filter((change) => !why.includes(change)) };
  });
  const moved = new Set(practices.flatMap(({ why, also }) => [...why, ...also]));
  const count = (edit: RowChange['edit']) =>
    [...editsBetween(packA, packB).values()].filter((each) => each === edit).length;
  return {
    from: nameOf(packA),
    to: nameOf(packB),
    practices,
    elsewhere: changes.filter((change) => !moved.has(change) && change.from !== change.to),
    edits: { added: count('added'), removed: count('removed'), changed: count('changed') },
  };
}

function editsBetween(packA: Pack, packB: Pack): ReadonlyMap<string, RowChange['edit']> {
  const edits = new Map<string, RowChange['edit']>();
  for (const row of packA.rows) {
    const now = packB.byId.get(row.id);
    if (now === undefined) edits.set(row.id, 'removed');
    else if (now.digest !== row.digest) edits.set(row.id, 'changed');
  }
  for (const row of packB.rows) if (!packA.byId.has(row.id)) edits.set(row.id, 'added');
  return edits;
}

interface Side {
  readonly pack: Pack;
  readonly result: Assessment;
}

function changesBetween(before: Side, after: Side): RowChange[] {
  const edits = editsBetween(before.pack, after.pack);
  const was = resultsOf(before.result);
  const is = resultsOf(after.result);
  const ids = [...new Set([...was.keys(), ...is.keys()])].sort();
  return ids.flatMap((row): RowChange[] => {
    const edit = edits.get(row) ?? 'unchanged';
    const from = was.get(row)?.status;
    const to = is.get(row)?.status;
    if (edit === 'unchanged' && from === to) return [];
    return [{ row, edit, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
}

function resultsOf(assessment: Assessment): ReadonlyMap<string, IndicatorResult> {
  return new Map(assessment.practices.flatMap(({ indicators }) => indicators.map((each) => [each.id, each])));
}

/** With this row alone as it was, the practice stands where it stood. A row that is gone cannot be tried. */
function undoes(
  change: RowChange,
  at: { pack: Pack; input: AssessInput; practice: PracticeCode; from: Standing; to: Standing },
): boolean {
  const { row, from: was, to: is } = change;
  if (was === is || is === undefined) return false;
  const forced = new Map<string, Forced>([[row, { status: was ?? 'notApplicable', evidence: 'measured' }]]);
  const then = assessWith(at.pack, at.input, forced).practices.find(({ practice }) => practice === at.practice);
  if (at.from.level !== at.to.level) return then?.level === at.from.level;
  return at.from.ceiling !== at.to.ceiling ? then?.ceiling === at.from.ceiling : then?.fit === at.from.fit;
}

/** Where no row alone explains it: the core rows on the way between the two levels that changed. */
function isWeighty(change: RowChange, at: { packA: Pack; packB: Pack; from: Standing; to: Standing }): boolean {
  const rows = [at.packA.byId.get(change.row), at.packB.byId.get(change.row)].filter(
    (row): row is Row => row !== undefined,
  );
  const low = Math.min(at.from.level ?? 0, at.to.level ?? 0);
  const high = Math.max(at.from.level ?? 0, at.to.level ?? 0, at.from.ceiling, at.to.ceiling) as Level;
  return rows.some(({ core, level }) => core && level > low && level <= Math.max(high, low + 1));
}

function nameOf({ id, version, hash }: Pack): PackName {
  return { id, version, hash };
}

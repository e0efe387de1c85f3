/** Which rows, beside the core ones, open the gates of a level: each combination is a set of its own. */
import type { Level } from '../engine/input.ts';
import type { RowOutcome } from '../engine/judging.ts';
import type { Gate } from '../engine/level.ts';
import { type PracticeCode, type Scope, scopes } from '../engine/model.ts';
import type { Row } from '../engine/pack.ts';
import { gatesOpen, type Outlook, rowsHold, type Supposed, type Supposition } from './suppose.ts';
import { byCost, type Cost, isExamination, strongestWay } from './ways.ts';

export interface GateQuestion {
  readonly practice: PracticeCode;
  readonly aim: { readonly level: Level; readonly scope: Scope };
  /** The rows that are needed anyway, with the best evidence they could have. */
  readonly needed: Supposed;
  readonly collectors: ReadonlySet<string>;
  costOf(row: Row): Cost;
}

export interface GateChoices {
  /** Rows to be added, one list per way of opening all gates; one empty list where none is closed. */
  readonly sets: readonly (readonly Row[])[];
  readonly more: boolean;
  /** Gates that nothing opens. */
  readonly closed: readonly { gate: Gate | 'scope'; level: Level }[];
}

interface OpenGate {
  readonly gate: Gate | 'scope';
  readonly level: Level;
}

const mostPerGate = 4;
const mostTried = 64;

export function choicesFor(base: Supposition, question: GateQuestion): GateChoices {
  const outlook = base.look(question.practice, question.needed);
  const gates: OpenGate[] = [...gatesOpen(outlook, question.aim.level)];
  if (!hasScope(outlook, question)) gates.push({ gate: 'scope', level: question.aim.level });
  if (gates.length === 0) return { sets: [[]], more: false, closed: [] };
  const rows = gates.map((gate) => rowsThatOpen(base, { gate, outlook, question }));
  const closed = gates.filter((_, index) => rows[index]?.length === 0);
  if (closed.length > 0) return { sets: [], more: false, closed };
  const tried = combinationsOf(rows.map((each) => each.slice(0, mostPerGate))).slice(0, mostTried);
  const opening = tried.filter((extra) => opens(base, question, extra));
  const sets = opening.filter((set) => !opening.some((other) => other !== set && isPart(other, set)));
  if (sets.length === 0) return { sets, more: false, closed: gates };
  return { sets, more: rows.some((each) => each.length > mostPerGate), closed: [] };
}

function hasScope(outlook: Outlook, { aim }: GateQuestion): boolean {
  return reachesScope(outlook.own, aim);
}

/** A met row of the scope that is asked for, at the level itself. */
function reachesScope(own: readonly RowOutcome[], aim: GateQuestion['aim']): boolean {
  if (aim.scope === 'general') return true;
  const least = scopes.indexOf(aim.scope);
  return own.some(
    ({ row, status }) => status === 'met' && row.level === aim.level && scopes.indexOf(row.scope) >= least,
  );
}

/** Cheapest first. Rows whose own needs are open are left out: they would bring a chain of their own. */
function rowsThatOpen(base: Supposition, of: { gate: OpenGate; outlook: Outlook; question: GateQuestion }): Row[] {
  const { gate, outlook, question } = of;
  return outlook.own
    .filter(({ row, status }) => status !== 'notApplicable' && row.covered && !question.needed.has(row.id))
    .map(({ row }) => row)
    .filter((row) => fits(row, gate, question))
    .filter((row) => base.unmetNeedsOf(row, outlook.all).length === 0)
    .sort((one, other) => byCost(question.costOf(one), question.costOf(other)) || (one.id < other.id ? -1 : 1));
}

function fits(row: Row, { gate, level }: OpenGate, { collectors, aim }: GateQuestion): boolean {
  const way = strongestWay(row, collectors);
  if (way === undefined) return false;
  switch (gate) {
    case 'examined':
      return row.level <= 2 && isExamination(way.evidence);
    case 'operating':
      return row.level === level && !row.self && isExamination(way.evidence);
    case 'scope':
      return row.level === level && scopes.indexOf(row.scope) >= scopes.indexOf(aim.scope);
    case 'declined':
      return false;
  }
}

function opens(base: Supposition, question: GateQuestion, extra: readonly Row[]): boolean {
  const supposed = new Map(question.needed);
  for (const row of extra) {
    const evidence = strongestWay(row, question.collectors)?.evidence;
    supposed.set(row.id, { status: 'met', evidence });
  }
  const outlook = base.look(question.practice, supposed);
  const { level } = question.aim;
  return rowsHold(outlook, level) && gatesOpen(outlook, level).length === 0 && reachesScope(outlook.own, question.aim);
}

/** One row of each list, in the order of the lists; the same rows only once. */
function combinationsOf(lists: readonly (readonly Row[])[]): Row[][] {
  let sets: Row[][] = [[]];
  for (const list of lists) {
    sets = sets.flatMap((set) => list.map((row) => (set.includes(row) ? set : [...set, row])));
  }
  const known = new Set<string>();
  return sets.filter((set) => {
    const key = set
      .map(({ id }) => id)
      .sort()
      .join(' ');
    return !known.has(key) && known.add(key) !== undefined;
  });
}

function isPart(part: readonly Row[], whole: readonly Row[]): boolean {
  return part.length < whole.length && part.every((row) => whole.includes(row));
}

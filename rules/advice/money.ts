/**
 * From budget to targets reached, and where money would be wasted: neither too little security nor too much is the
 * purpose of a maturity target.
 */
import { assessWith } from '../engine/assess.ts';
import type { AssessInput, Level } from '../engine/input.ts';
import type { Forced } from '../engine/judging.ts';
import { type PracticeCode, practiceCodes } from '../engine/model.ts';
import { guardRow, isGuarded, type Pack, type Row } from '../engine/pack.ts';
import type { PracticeResult } from '../engine/result.ts';
import { type Obstacle, type Offer, type Quote, quoteFrom, type Step } from './raise.ts';
import { Supposition } from './suppose.ts';
import { type Cost, type Costs, defaultCosts } from './ways.ts';

export interface MoneyOptions {
  readonly collectors: ReadonlySet<string>;
  /** Person days by effort class; those not given are 1, 5, 20 and 80. */
  readonly costs?: Partial<Costs>;
  /**
   * What a row costs that nobody has looked at yet: as much as if it were missing (default), or nothing, as if it
   * turned out to be met. The two curves enclose the truth; measuring first narrows them.
   */
  readonly unknown?: 'missing' | 'holds';
}

/** One purchase, and where all of them so far lead. */
export interface CurvePoint {
  /** Person days so far. */
  readonly budget: number;
  readonly minutes: number;
  /** For which target this step is taken. */
  readonly practice: PracticeCode;
  readonly level: Level;
  readonly steps: readonly Step[];
  readonly cost: Cost;
  /** All targets that are reached then, in the model's order. */
  readonly reached: readonly PracticeCode[];
}

export interface BudgetCurve {
  readonly costs: Costs;
  readonly targets: number;
  /** Reached without spending anything. */
  readonly reached: readonly PracticeCode[];
  readonly points: readonly CurvePoint[];
  /** Targets that no money reaches, and why. */
  readonly unreachable: readonly { readonly practice: PracticeCode; readonly obstacles: readonly Obstacle[] }[];
  readonly doNotSpend: readonly DoNotSpend[];
  readonly clashes: readonly Clash[];
}

export interface DoNotSpend {
  readonly practice: PracticeCode;
  readonly level: Level | null;
  readonly target?: Level;
  /** The target is met; nothing is owed; or more is there than this and any other target asks for. */
  readonly why: 'met' | 'noTarget' | 'overSpend';
}

/** A target that rests on a row of another practice above that one's own target. */
export interface Clash {
  readonly practice: PracticeCode;
  readonly level: Level;
  readonly restsOn: string;
  readonly in: PracticeCode;
  readonly rowLevel: Level;
  /** Absent: it has no target. */
  readonly itsTarget?: Level;
}

/**
 * Greedy: the cheapest target that is open comes next, priced without what was bought before. Budget and targets
 * reached never fall along the curve; every point is assessed by the engine.
 */
export function budgetCurve(pack: Pack, input: AssessInput, options: MoneyOptions): BudgetCurve {
  const run = budgetCurveInParts(pack, input, options);
  for (;;) {
    const { done, value } = run.next();
    if (done === true) return value;
  }
}

/** The same in parts of some hundred milliseconds, so that a server can see to others in between. */
export function* budgetCurveInParts(
  pack: Pack,
  input: AssessInput,
  options: MoneyOptions,
): Generator<undefined, BudgetCurve> {
  const costs = { ...defaultCosts, ...options.costs };
  const assessed = new Supposition(pack, input).today();
  const today = assessed.practices;
  const open = new Set(today.filter(isOpen).map(({ practice }) => practice));
  const bought = new Map<string, Forced>();
  const points: CurvePoint[] = [];
  const quotes = new Map<PracticeCode, Quote>();
  let budget = 0;
  let minutes = 0;
  for (;;) {
    const base = new Supposition(pack, input, { given: new Map(bought), today: assessed });
    for (const practice of open) {
      if (quotes.has(practice)) continue;
      quotes.set(practice, quoteFrom(base, practice, { to: 'target', collectors: options.collectors, costs }));
      yield;
    }
    const best = cheapest(open, quotes, priceIn(options));
    if (best === undefined) break;
    const { practice, set } = best;
    for (const { row, becomes, evidence } of set.steps) bought.set(row, { status: becomes, evidence });
    const after = assessWith(pack, input, bought).practices;
    for (const each of after) if (!isOpen(each)) open.delete(each.practice);
    open.delete(practice);
    budget += priceIn(options)(set.cost);
    minutes += set.cost.minutes;
    const rows = new Set(set.steps.map(({ row }) => row));
    for (const [code, quote] of quotes)
      if (!open.has(code) || mayChange(pack, code, { quote, rows })) quotes.delete(code);
    yield;
    const level = input.system.targets[practice]?.level ?? 0;
    const reached = after.filter((each) => each.target !== undefined && !isOpen(each)).map((each) => each.practice);
    points.push({ budget, minutes, practice, level, steps: set.steps, cost: set.cost, reached });
  }
  const unreachable = [...open].map((practice) => ({ practice, obstacles: quotes.get(practice)?.obstacles ?? [] }));
  return {
    costs,
    targets: today.filter(({ target }) => target !== undefined).length,
    reached: today.filter((each) => each.target !== undefined && !isOpen(each)).map(({ practice }) => practice),
    points,
    unreachable: unreachable.sort((one, other) => orderOf(one.practice) - orderOf(other.practice)),
    doNotSpend: doNotSpend(pack, input, today),
    clashes: clashesIn(pack, input),
  };
}

/** Targets that do not fit together, whatever the evidence says. */
export function clashesIn(pack: Pack, input: Pick<AssessInput, 'system'>): Clash[] {
  const { targets } = input.system;
  return practiceCodes.flatMap((practice) => {
    const target = targets[practice];
    if (target === undefined) return [];
    return [...requiredRows(pack, practice, target.level)]
      .filter((row) => row.practice !== practice && row.level > (targets[row.practice]?.level ?? 0))
      .sort((one, other) => (one.id < other.id ? -1 : 1))
      .map((row): Clash => {
        const its = targets[row.practice]?.level;
        return {
          practice,
          level: target.level,
          restsOn: row.id,
          in: row.practice,
          rowLevel: row.level,
          ...(its === undefined ? {} : { itsTarget: its }),
        };
      });
  });
}

/** The core rows of a practice up to a level, and all that they need; not what they merely read. */
function requiredRows(pack: Pack, practice: PracticeCode, level: Level): ReadonlySet<Row> {
  const required = new Set<Row>();
  const add = (row: Row | undefined): void => {
    if (row === undefined || required.has(row)) return;
    required.add(row);
    for (const id of row.needs) add(pack.byId.get(id));
    if (isGuarded(row)) add(pack.byId.get(guardRow));
  };
  for (const row of pack.rows) if (row.practice === practice && row.core && row.level <= level) add(row);
  return required;
}

function doNotSpend(pack: Pack, input: AssessInput, today: readonly PracticeResult[]): DoNotSpend[] {
  return today.flatMap((result): DoNotSpend[] => {
    const { practice, level, target } = result;
    if (target === undefined) return [{ practice, level, why: 'noTarget' }];
    if (isOpen(result)) return [];
    const above =
      level !== null && level > target.level && !isNeededAbove(pack, input, { practice, level: target.level });
    return [{ practice, level, target: target.level, why: above ? 'overSpend' : 'met' }];
  });
}

/** Whether another target rests on a row of this practice above this level. */
function isNeededAbove(pack: Pack, input: AssessInput, of: { practice: PracticeCode; level: Level }): boolean {
  return practiceCodes.some((practice) => {
    const target = input.system.targets[practice];
    if (practice === of.practice || target === undefined) return false;
    return [...requiredRows(pack, practice, target.level)].some(
      (row) => row.practice === of.practice && row.level > of.level,
    );
  });
}

function isOpen({ target, fit }: Pick<PracticeResult, 'target' | 'fit'>): boolean {
  return target !== undefined && target.level > 0 && fit !== 'at' && fit !== 'above';
}

function priceIn({ unknown = 'missing' }: MoneyOptions): (cost: Cost) => number {
  return unknown === 'missing' ? ({ daysAtMost }) => daysAtMost : ({ days }) => days;
}

function cheapest(
  open: ReadonlySet<PracticeCode>,
  quotes: ReadonlyMap<PracticeCode, Quote>,
  price: (cost: Cost) => number,
): { practice: PracticeCode; set: Offer } | undefined {
  const offers = practiceCodes.flatMap((practice) => {
    if (!open.has(practice)) return [];
    return (quotes.get(practice)?.sets ?? []).map((set) => ({ practice, set }));
  });
  return offers.sort(
    (one, other) =>
      price(one.set.cost) - price(other.set.cost) ||
      one.set.cost.minutes - other.set.cost.minutes ||
      orderOf(one.practice) - orderOf(other.practice),
  )[0];
}

/** A quote stays as it is unless one of its steps, or a row that one of them reads, was bought. */
function mayChange(pack: Pack, practice: PracticeCode, by: { quote: Quote; rows: ReadonlySet<string> }): boolean {
  const { quote, rows } = by;
  if (quote.sets.some(({ steps }) => steps.some(({ row }) => rows.has(row)))) return true;
  return pack.rows.some(
    (row) => row.practice === practice && (rows.has(row.id) || row.after.some((id) => rows.has(id))),
  );
}

function orderOf(practice: PracticeCode): number {
  return practiceCodes.indexOf(practice);
}

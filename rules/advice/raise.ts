/**
 * What it takes to reach a level: the smallest sets of rows, cheapest first. Every set is assessed by the engine with
 * its rows supposed met, and none of its parts alone suffices.
 */
import { assessWith } from '../engine/assess.ts';
import type { AssessInput, Level } from '../engine/input.ts';
import type { Forced, RowOutcome } from '../engine/judging.ts';
import { coreHolds, type Gate } from '../engine/level.ts';
import { type PracticeCode, type Scope, scopes } from '../engine/model.ts';
import type { Pack, Row } from '../engine/pack.ts';
import type { Effort, EvidenceWord, Status, UnknownReason } from '../engine/result.ts';
import { choicesFor } from './gates.ts';
import { gatesOpen, isSettled, levelsTo, type Outlook, rowsHold, type Supposed, Supposition } from './suppose.ts';
import {
  byCost,
  type Cost,
  type Costs,
  costOf,
  defaultCosts,
  isExamination,
  plainWay,
  type StepKind,
  strongestWay,
  sumOf,
  type Way,
  wayFrom,
} from './ways.ts';

export interface RaiseOptions {
  readonly to: 'next' | 'target' | Level;
  /** Ids of installed collectors: a row that only they could see needs another way where they are missing. */
  readonly collectors: ReadonlySet<string>;
  readonly costs?: Costs;
}

export interface Step {
  readonly row: string;
  readonly practice: PracticeCode;
  readonly level: Level;
  readonly core: boolean;
  readonly kind: StepKind;
  /** Path of the row that is taken: `mqtt`, `import:siem`, `statement:policy`, `examine`. */
  readonly path: string;
  readonly evidence: EvidenceWord;
  /** As it stands today. */
  readonly status: Status;
  readonly reason?: UnknownReason;
  /** A population that is empty is stated to be so: the row then no longer applies. */
  readonly becomes: 'met' | 'notApplicable';
  /** Why it is in the set: a core row of a level on the way, needed by another row, or for a gate. */
  readonly because: 'core' | 'needed' | Gate | 'scope';
  readonly effort: Effort;
  readonly cost: Cost;
  /** Members that are bad, or unseen where the row is unknown. */
  readonly members: readonly string[];
  /** Rows of the set that come first. */
  readonly after: readonly string[];
  /** Days for which a reading of it counts. */
  readonly lastsDays?: number;
}

export interface RaiseSet {
  /** In an order in which they can be taken. */
  readonly steps: readonly Step[];
  readonly cost: Cost;
  readonly reaches: Level;
  /** Other practices that reach a higher level by the same steps. */
  readonly alsoRaises: readonly { practice: PracticeCode; from: Level | null; to: Level }[];
  /** When evidence that is there today lapses and takes the reached level away again, and the row that it is about. */
  readonly holdsUntil?: string;
  readonly firstToLapse?: string;
}

export type Obstacle =
  /** No core row of this level applies: an empty level never holds. */
  | { readonly kind: 'emptyLevel'; readonly level: Level }
  /** A row rests on one that cannot be met here. */
  | { readonly kind: 'restsOn'; readonly row: string; readonly needs: readonly string[] }
  /** The installed product has no way to this row. */
  | { readonly kind: 'notCovered'; readonly row: string; readonly level: Level }
  /** Nothing in the pack or among the rows' paths can open this gate. */
  | { readonly kind: 'gate'; readonly gate: Gate | 'scope'; readonly level: Level };

export interface Raise {
  readonly practice: PracticeCode;
  readonly from: Level | null;
  /** Absent where there is nothing to reach: no target, or level 4. */
  readonly to?: { readonly level: Level; readonly scope: Scope };
  readonly reached: boolean;
  readonly sets: readonly RaiseSet[];
  /** Further sets exist beyond the ones given. */
  readonly more: boolean;
  readonly obstacles: readonly Obstacle[];
}

/** At most this many sets are given. */
export const mostSets = 3;

/**
 * Pure; the same input gives the same bytes. Bounded: one judging of the practice's rows per row that is open, and at
 * most 64 combinations of rows that open gates.
 */
export function raise(pack: Pack, input: AssessInput, practice: PracticeCode, options: RaiseOptions): Raise {
  return raiseFrom(new Supposition(pack, input), practice, options);
}

/** The same on what is supposed already. */
export function raiseFrom(base: Supposition, practice: PracticeCode, options: RaiseOptions): Raise {
  return new Search(base, practice, options).result();
}

/** Steps and price of a set; where it leads is left to whoever buys it. */
export type Offer = Pick<RaiseSet, 'steps' | 'cost'>;
export type Quote = Omit<Raise, 'sets'> & { readonly sets: readonly Offer[] };

/** As `raiseFrom`, but no set is assessed: for many practices, of which one is bought. */
export function quoteFrom(base: Supposition, practice: PracticeCode, options: RaiseOptions): Quote {
  return new Search(base, practice, options).quote();
}

interface Aim {
  readonly level: Level;
  readonly scope: Scope;
}

class Search {
  private readonly base: Supposition;
  private readonly practice: PracticeCode;
  private readonly options: RaiseOptions;
  private readonly costs: Costs;
  private readonly now: Outlook;

  constructor(base: Supposition, practice: PracticeCode, options: RaiseOptions) {
    this.base = base;
    this.practice = practice;
    this.options = options;
    this.costs = options.costs ?? defaultCosts;
    this.now = base.look(practice);
  }

  result(): Raise {
    const quote = this.quote();
    return { ...quote, sets: quote.sets.map((offer) => ({ ...offer, ...this.effectOf(offer) })) };
  }

  quote(): Quote {
    const from = this.levelNow();
    const aim = this.aim(from);
    const plain = { practice: this.practice, from, sets: [], more: false, obstacles: [] };
    if (aim === undefined) return { ...plain, reached: false };
    if (this.isReached(from, aim)) return { ...plain, to: aim, reached: true };
    const candidates = this.candidates(aim.level);
    const blocked = this.obstaclesTo(aim, candidates);
    if (blocked.length > 0) return { ...plain, to: aim, reached: false, obstacles: blocked };
    const needed = this.reduced(candidates, aim.level);
    const obstacles = this.withoutWay(needed);
    if (obstacles.length > 0) return { ...plain, to: aim, reached: false, obstacles };
    const choices = choicesFor(this.base, {
      practice: this.practice,
      aim,
      needed: this.supposing(needed),
      collectors: this.options.collectors,
      costOf: (row) => this.costFor(row, this.strong(row)),
    });
    if (choices.closed.length > 0) {
      const closed = choices.closed.map((each) => ({ kind: 'gate' as const, ...each }));
      return { ...plain, to: aim, reached: false, obstacles: closed };
    }
    const sets = choices.sets.map((extra) => this.offerOf({ needed, extra, aim })).sort(byOffer);
    return {
      ...plain,
      to: aim,
      reached: false,
      sets: sets.slice(0, mostSets),
      more: sets.length > mostSets || choices.more,
    };
  }

  private levelNow(): Level | null {
    if (this.base.given.size > 0) return this.now.level;
    const today = this.base.today().practices.find(({ practice }) => practice === this.practice);
    return today?.level ?? null;
  }

  private aim(from: Level | null): Aim | undefined {
    const { to } = this.options;
    if (to === 'target') return this.base.input.system.targets[this.practice];
    if (to !== 'next') return { level: to, scope: 'general' };
    const level = levelsTo(4).find((each) => each === (from ?? 0) + 1);
    return level === undefined ? undefined : { level, scope: 'general' };
  }

  private isReached(from: Level | null, aim: Aim): boolean {
    if (aim.level === 0) return true;
    if (from === null || from < aim.level) return false;
    return scopes.indexOf(this.now.scope) >= scopes.indexOf(aim.scope);
  }

  /** What stands in the way even when every open row were met. */
  private obstaclesTo(aim: Aim, rows: readonly Row[]): Obstacle[] {
    const supposed = this.supposing(rows);
    const outlook = this.base.look(this.practice, supposed);
    const obstacles: Obstacle[] = this.base
      .unfounded(supposed, outlook.all)
      .map(({ row, needs }) => ({ kind: 'restsOn', row, needs }));
    for (const level of levelsTo(aim.level)) {
      if (coreHolds(outlook.own, level)) continue;
      obstacles.push({ kind: 'emptyLevel', level });
    }
    return obstacles;
  }

  private withoutWay(rows: readonly Row[]): Obstacle[] {
    return rows
      .filter((row) => !row.covered || strongestWay(row, this.options.collectors) === undefined)
      .map(({ id, level }) => ({ kind: 'notCovered', row: id, level }));
  }

  /** Open core rows up to the level, and every open row that one of them rests on. */
  private candidates(level: Level): Row[] {
    const wanted = new Set<string>();
    const add = (row: Row): void => {
      if (wanted.has(row.id)) return;
      wanted.add(row.id);
      for (const id of row.after) {
        const before = this.now.all.get(id);
        if (before !== undefined && !isSettled(before)) add(before.row);
      }
    };
    for (const { row, core, status, compensatedBy } of this.now.own) {
      if (!core || row.level > level || compensatedBy !== undefined) continue;
      if (status === 'notMet' || status === 'unknown') add(row);
    }
    return this.base.rows.filter(({ id }) => wanted.has(id));
  }

  /** Leaves out, one by one, what is not needed: what comes last in the order of judging is tried first. */
  private reduced(rows: readonly Row[], level: Level): Row[] {
    let kept = [...rows];
    for (let before = -1; before !== kept.length; ) {
      before = kept.length;
      for (const row of kept.toReversed()) {
        const without = kept.filter((each) => each !== row);
        const supposed = this.supposing(without);
        const outlook = this.base.look(this.practice, supposed);
        if (rowsHold(outlook, level) && this.base.unfounded(supposed, outlook.all).length === 0) kept = without;
      }
    }
    return kept;
  }

  private supposing(rows: readonly Row[]): Supposed {
    return new Map(rows.map((row) => [row.id, this.forced(row, this.strong(row))]));
  }

  private forced(row: Row, way: Way): Forced {
    return { status: this.becomes(row), evidence: way.evidence };
  }

  private becomes(row: Row): 'met' | 'notApplicable' {
    const empty = this.outcomeOf(row)?.reason === 'emptyPopulation' && row.counts?.register === undefined;
    return empty ? 'notApplicable' : 'met';
  }

  private strong(row: Row): Way {
    return this.seen(row, strongestWay(row, this.options.collectors));
  }

  private plain(row: Row): Way {
    return this.seen(row, plainWay(row, this.options.collectors));
  }

  private seen(row: Row, way: Way | undefined): Way {
    return wayFrom(way ?? { kind: 'ask', path: 'none', evidence: 'stated' }, this.outcomeOf(row));
  }

  private outcomeOf(row: Row): RowOutcome | undefined {
    return this.now.all.get(row.id);
  }

  private costFor(row: Row, way: Way): Cost {
    return costOf(row, { way, outcome: this.outcomeOf(row), costs: this.costs });
  }

  private offerOf(of: { needed: readonly Row[]; extra: readonly Row[]; aim: Aim }): Offer {
    const chosen = new Set([...of.needed, ...of.extra]);
    const rows = this.base.rows.filter((row) => chosen.has(row));
    const ways = this.plainest(rows, of.aim);
    const steps = rows.map((row) =>
      this.stepOf(row, { way: ways.get(row) ?? this.strong(row), rows, extra: of.extra }),
    );
    return { steps, cost: sumOf(steps.map(({ cost }) => cost)) };
  }

  /** What the engine says once all steps are done. */
  private effectOf({ steps }: Offer): Omit<RaiseSet, keyof Offer> {
    const forced = new Map([
      ...this.base.given,
      ...steps.map(({ row, becomes, evidence }) => [row, { status: becomes, evidence }] as const),
    ]);
    const after = assessWith(this.base.pack, this.base.input, forced);
    const own = after.practices.find(({ practice }) => practice === this.practice);
    const reaches = own?.level ?? 0;
    const before = new Map(this.base.today().practices.map(({ practice, level }) => [practice, level]));
    const lapsing = own?.indicators
      .filter(({ changesOn, core, level }) => core && level <= reaches && changesOn !== undefined)
      .filter(({ changesOn }) => own.dropsOn !== undefined && (changesOn ?? '') <= own.dropsOn)
      .map(({ id }) => id);
    return {
      reaches,
      alsoRaises: after.practices.flatMap(({ practice, level }) => {
        const was = before.get(practice) ?? null;
        const rises = practice !== this.practice && level !== null && level > (was ?? 0);
        return rises ? [{ practice, from: was, to: level }] : [];
      }),
      ...(own?.dropsOn === undefined ? {} : { holdsUntil: own.dropsOn }),
      ...(lapsing?.[0] === undefined ? {} : { firstToLapse: lapsing[0] }),
    };
  }

  /** Statements wherever they suffice; examinations stay where a gate asks for one, on the rows that take least time. */
  private plainest(rows: readonly Row[], aim: Aim): ReadonlyMap<Row, Way> {
    const ways = new Map(rows.map((row) => [row, this.strong(row)]));
    const costliest = [...rows].sort((one, other) => other.minutes - one.minutes || (one.id < other.id ? 1 : -1));
    for (const row of costliest) {
      const strong = this.strong(row);
      const plain = this.plain(row);
      if (plain.evidence === strong.evidence && plain.path === strong.path) continue;
      ways.set(row, plain);
      const supposed = new Map([...ways].map(([each, way]) => [each.id, this.forced(each, way)]));
      const outlook = this.base.look(this.practice, supposed);
      if (!rowsHold(outlook, aim.level) || gatesOpen(outlook, aim.level).length > 0) ways.set(row, strong);
    }
    return ways;
  }

  private stepOf(row: Row, at: { way: Way; rows: readonly Row[]; extra: readonly Row[] }): Step {
    const { way, rows, extra } = at;
    const outcome = this.outcomeOf(row);
    const inSet = new Set(rows.map(({ id }) => id));
    const because = extra.includes(row) ? this.gateFor(row, way) : this.isCore(row) ? 'core' : 'needed';
    return {
      row: row.id,
      practice: row.practice,
      level: row.level,
      core: outcome?.core ?? row.core,
      kind: way.kind,
      path: way.path,
      evidence: way.evidence,
      status: outcome?.status ?? 'unknown',
      ...(outcome?.reason === undefined ? {} : { reason: outcome.reason }),
      becomes: this.becomes(row),
      because,
      effort: row.effort,
      cost: this.costFor(row, way),
      members: outcome?.status === 'notMet' ? outcome.bad : (outcome?.unseen ?? []),
      after: row.after.filter((id) => inSet.has(id)),
      ...(row.freshnessDays === undefined ? {} : { lastsDays: row.freshnessDays }),
    };
  }

  private isCore(row: Row): boolean {
    return row.practice === this.practice && (this.outcomeOf(row)?.core ?? row.core);
  }

  private gateFor(row: Row, way: Way): Step['because'] {
    if (row.scope !== 'general') return 'scope';
    return row.level >= 3 && isExamination(way.evidence) ? 'operating' : 'examined';
  }
}

function byOffer(one: Offer, other: Offer): number {
  const ids = (set: Offer) => set.steps.map(({ row }) => row).join(' ');
  return byCost(one.cost, other.cost) || one.steps.length - other.steps.length || (ids(one) < ids(other) ? -1 : 1);
}

/** What all rows of one pass over the pack share. */
import { type EvidenceIndex, isApproved, type TimedDecision } from './evidence-index.ts';
import type { Member, Members } from './members.ts';
import { Populations } from './members.ts';
import type { PracticeCode } from './model.ts';
import { guardRow, isGuarded, type Pack, type Row } from './pack.ts';
import { canonicalPopulation, type Population, PopulationError, parsePopulation } from './population.ts';
import type { Moment } from './readings.ts';
import type { EvidenceWord, Status, UnknownReason, Verdict } from './result.ts';
import { basisOf, isSameBasis, isStillSo, type RowMemory } from './row-memory.ts';
import type { Answer, Surroundings, World } from './scope.ts';

/** One member of a row's population, judged. */
export interface MemberOutcome {
  readonly member: Member;
  readonly verdict: Verdict;
  /** Why it is unseen. */
  readonly mask: number;
  readonly weak: number;
  readonly strong: number;
  readonly oldest: number;
  readonly until: number;
  readonly decision?: string;
  /** A bad member that no tolerance covers; `open` when it is not known whether it is one. */
  readonly banned: 'no' | 'yes' | 'open';
  /** Unseen where nothing may be unseen. */
  readonly mustBeSeen: boolean;
}

export interface Counts {
  readonly good: number;
  readonly bad: number;
  readonly unseen: number;
  readonly excepted: number;
  readonly of: number;
}

/** A row, judged. Ranks are indexes of `evidenceKinds`. */
export interface RowOutcome {
  readonly row: Row;
  readonly core: boolean;
  readonly status: Status;
  readonly reason?: UnknownReason;
  readonly counts?: Counts;
  readonly wouldDecide?: number;
  readonly weak: number;
  readonly strong: number;
  readonly oldest: number;
  /** Age limit in days that its readings had. */
  readonly limitDays: number;
  /** First instant at which anything that was read changes. */
  readonly until: number;
  /** First instant at which its status changes if nobody looks again. */
  readonly changesAt: number;
  /** Until then what levels ask of it stays, as long as the rows that it rests on stay as they are. */
  readonly steadyUntil: number;
  readonly bad: readonly string[];
  readonly unseen: readonly string[];
  readonly lookedAt: boolean;
  readonly heldFrom: number;
  readonly graceFrom: number;
  readonly decision?: string;
  readonly compensatedBy?: string;
  /** A number of it was loosened for this plant. */
  readonly adapted: boolean;
}

export interface Forced {
  readonly status: Status;
  readonly evidence?: EvidenceWord | undefined;
}

export interface JudgingOptions {
  readonly at: number;
  /** Also takes statements that lapsed within the last 30 days. */
  readonly grace?: boolean;
  /** Applies deviations; without them the strict numbers count. */
  readonly adapted?: boolean;
  readonly keeps?: boolean;
  /** Rows taken as given (cases). */
  readonly forced?: ReadonlyMap<string, Forced>;
  /** Leaves out when statuses change by themselves. */
  readonly quick?: boolean;
  /** Rows judged so far, where a pass begins with those of another. */
  readonly outcomes?: Map<string, RowOutcome>;
  /** How often the same rows were already looked at again as of later. */
  readonly looks?: number;
}

/** More than this share of declined critical assets caps the practices that count assets. */
const declinedLimit = 0.05;
/** A row is looked at again as of so many later instants, each time with all its members. */
const maxLooks = 6;

export class Judging {
  readonly pack: Pack;
  readonly index: EvidenceIndex;
  readonly moment: Moment;
  readonly options: JudgingOptions;
  readonly populations: Populations;
  readonly outcomes: Map<string, RowOutcome>;
  private kept: Judging | undefined;
  private readonly sets = new Map<string, Population>();
  private readonly assets = new Map<string, Answer<readonly Member[]>>();
  private readonly byIndicator: ReadonlyMap<string | undefined, readonly TimedDecision[]>;
  private readonly byFact: ReadonlyMap<string | undefined, readonly TimedDecision[]>;
  private readonly statedEmpty: readonly { readonly text: string; readonly decision: TimedDecision }[];
  /** Statements that something is empty. */
  readonly emptySets: readonly TimedDecision[];
  private readonly memories: Map<string, RowMemory>;
  private looked: { readonly row: Row; readonly basis: RowMemory['basis'] } | undefined;

  /** `before`: an earlier look with the same options on the same pack; what still holds of it is not asked again. */
  constructor(pack: Pack, index: EvidenceIndex, options: JudgingOptions, before?: Judging) {
    this.pack = pack;
    this.index = index;
    this.options = options;
    this.outcomes = options.outcomes ?? new Map();
    this.moment = { at: options.at, grace: options.grace === true, keeps: options.keeps !== false };
    this.populations = new Populations(index, this.moment, before?.populations);
    this.memories = new Map(this.populations.continues ? before?.memories : []);
    const open = index.decisions.filter((decision) => options.at < decision.untilMs);
    this.byIndicator = Map.groupBy(open, (decision) => decision.indicator);
    this.byFact = Map.groupBy(open, (decision) => (decision.indicator === undefined ? decision.fact : undefined));
    this.statedEmpty = open
      .filter((decision) => decision.kind === 'emptySet' && decision.set !== undefined)
      .map((decision) => ({ text: canonicalSet(decision.set ?? ''), decision }));
    this.emptySets = this.statedEmpty.map(({ decision }) => decision);
  }

  /** The same rows as of later, those that are judged already as they are now; undefined after too many such looks. */
  later(at: number): Judging | undefined {
    const looks = (this.options.looks ?? 0) + 1;
    if (looks > maxLooks) return undefined;
    if (this.kept?.moment.at !== at) {
      this.kept = new Judging(this.pack, this.index, { ...this.options, at, looks, outcomes: this.outcomes }, this);
    }
    return this.kept;
  }

  surroundingsFor(row: Row): Surroundings {
    return {
      moment: this.moment,
      system: this.index.system,
      organisation: this.index.organisation,
      lists: this.pack.lists,
      world: this.worldFor(row),
    };
  }

  /** Decisions about this row, by its id or by a fact that it reads; exceptions and the like only when approved. */
  decisionsFor(row: Row): readonly TimedDecision[] {
    const found = [...(this.byIndicator.get(row.id) ?? [])];
    for (const fact of row.facts) found.push(...(this.byFact.get(fact) ?? []));
    return found
      .filter((decision) => decision.kind !== 'emptySet' && isApproved(decision))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** What an earlier look left of a row, where what the row reads beside its members is the same. */
  knownOf(row: Row): RowMemory | undefined {
    const known = this.memories.get(row.id);
    if (known === undefined) return undefined;
    return isSameBasis(known.basis, this.basisFor(row)) ? known : undefined;
  }

  /** The outcome that an earlier look had, where it still holds. */
  stillSo(row: Row): RowOutcome | undefined {
    const known = this.knownOf(row);
    if (known === undefined) return undefined;
    const basis = this.basisFor(row);
    if (!isStillSo(known, row, { basis, newest: this.populations.changes.newest })) return undefined;
    // Members were not brought up to date: they are as of the generation of the look that judged them.
    const { generation, quick } = known.basis;
    this.memories.set(row.id, { ...known, basis: { ...basis, generation, quick } });
    return known.outcome;
  }

  /** A later look at a row starts from what the earlier one knows of it. */
  follow(before: Judging, row: Row): void {
    const known = before.memories.get(row.id);
    if (known !== undefined && this.populations.continues) this.memories.set(row.id, known);
  }

  /** Asks every set of a row, judged or known: what decided who counts is told of all of them alike. */
  touch({ id, counts, bans, reads }: Row): void {
    if (counts !== undefined) this.populations.of(counts.population, this.memories.get(id)?.limitDays);
    for (const ban of [bans.noBad, bans.noUnseen])
      if (ban?.op === 'set') this.populations.idsOf(ban.population, counts?.population);
    for (const set of reads.sets) {
      this.populations.idsOf(this.setOf(set), counts?.population);
      if (reads.overSets) this.membersOf(set);
    }
  }

  remember(row: Row, found: Omit<RowMemory, 'basis'>): void {
    this.memories.set(row.id, { ...found, basis: this.basisFor(row) });
  }

  /** The statement that one of these sets is empty. */
  emptyStatement(sets: readonly string[]): TimedDecision | undefined {
    return this.statedEmpty.find(({ text }) => sets.includes(text))?.decision;
  }

  isSettled(id: string): boolean {
    const status = this.outcomes.get(id)?.status;
    return status === 'met' || status === 'notApplicable';
  }

  isGuarding(row: Row): boolean {
    return isGuarded(row) && this.pack.byId.has(guardRow) && this.outcomes.get(guardRow)?.status !== 'met';
  }

  membersOf(text: string): Members {
    return this.populations.of(this.setOf(text), undefined);
  }

  /** Rows are judged one after the other, each on the outcomes before it. */
  private basisFor(row: Row): RowMemory['basis'] {
    if (this.looked?.row !== row) this.looked = { row, basis: basisOf(this, row, this.memories.get(row.id)) };
    return this.looked.basis;
  }

  private worldFor(row: Row): World {
    return {
      isIn: (set, member) => {
        const ids = this.populations.idsOf(this.setOf(set), row.counts?.population);
        return { value: ids.has(member), until: ids.untilOf(member) };
      },
      count: (set) => {
        const { members, until } = this.membersOf(set);
        return { value: members.length, until };
      },
      membersOf: (set) => this.assetsIn(set),
      statusOf: (id) => this.outcomes.get(id)?.status,
    };
  }

  private assetsIn(set: string): Answer<readonly Member[]> {
    const known = this.assets.get(set);
    if (known !== undefined) return known;
    const { members, until } = this.membersOf(set);
    const found = { value: members.filter(({ asset }) => asset !== undefined), until };
    this.assets.set(set, found);
    return found;
  }

  private setOf(text: string): Population {
    const known = this.sets.get(text);
    if (known !== undefined) return known;
    const population = parsePopulation(text);
    this.sets.set(text, population);
    return population;
  }
}

/** A set as people write it, in the one spelling; a register or `zone:ID` stays as it is. */
export function canonicalSet(text: string): string {
  try {
    return canonicalPopulation(parsePopulation(text));
  } catch (error) {
    if (error instanceof PopulationError) return text.trim();
    throw error;
  }
}

export function outcomesOf(judging: Judging, practice: PracticeCode): RowOutcome[] {
  return [...judging.outcomes.values()].filter(({ row }) => row.practice === practice);
}

/** Whether too many critical assets may not be examined for what these rows count. */
export function isDeclined(judging: Judging, outcomes: readonly RowOutcome[]): boolean {
  return outcomes.some(({ row }) => row.counts?.of === 'asset') && judging.populations.declinedShare() > declinedLimit;
}

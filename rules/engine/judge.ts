/** Judges one row: members by its conditions, the population by its numbers, and what goes before both. */
import { Columns } from './columns.ts';
import { Ends } from './ends.ts';
import type { TimedDecision } from './evidence-index.ts';
import {
  type Asked,
  both,
  type Found,
  firstReason,
  lowest,
  maskOf,
  maxReplays,
  never,
  noCounts,
  outcomeWith,
  type Replayed,
  stateOf,
  statusOf,
  supportOf,
  type Turns,
  turnsOf,
  unsupported,
} from './found.ts';
import type { Futures, State } from './futures.ts';
import { JudgedMembers } from './judged-members.ts';
import type { Forced, Judging, MemberOutcome, RowOutcome } from './judging.ts';
import { columnsFrom, futuresFrom, sitesFrom } from './known-members.ts';
import type { Run } from './logic.ts';
import type { Member } from './members.ts';
import { type Numbers, numbersOf } from './numbers.ts';
import type { Ban, Row } from './pack.ts';
import { supersetsOf } from './population.ts';
import { resolve } from './readings.ts';
import { evidenceWords, type Status, type UnknownReason } from './result.ts';
import { RowDecisions } from './row-decisions.ts';
import type { RowMemory } from './row-memory.ts';
import { type Lookup, Scope } from './scope.ts';
import { noSupport, reasonBits, Unseen, wasLookedAt } from './value.ts';

export interface Traced {
  readonly members: readonly (MemberOutcome & { readonly lookups: readonly Lookup[] })[];
  readonly also: readonly Lookup[];
  readonly parameters: Readonly<Record<string, number>>;
}

/** Judges rows in their order; later ones see the outcomes of earlier ones. */
export function judgeRows(judging: Judging, rows: readonly Row[]): Judging {
  for (const row of rows) {
    judging.outcomes.set(row.id, judging.stillSo(row) ?? new RowJudge(judging, row).outcome());
    judging.touch(row);
  }
  return judging;
}

export class RowJudge {
  private readonly judging: Judging;
  private readonly row: Row;
  private readonly decisions: readonly TimedDecision[];
  private readonly decided: RowDecisions;
  private readonly numbers: Numbers;
  private readonly scope: Scope;
  /** What an earlier look left, as far as it holds. */
  private readonly known: RowMemory | undefined;
  private columns: Columns | undefined;
  private futures: Futures | undefined;
  private until = never;
  private heldFrom = never;
  private graceFrom = never;
  private readonly traced: Traced['members'][number][] = [];
  private alsoLookups: Lookup[] = [];

  constructor(judging: Judging, row: Row) {
    this.judging = judging;
    this.row = row;
    this.decisions = judging.decisionsFor(row);
    this.decided = new RowDecisions(judging, row, this.decisions);
    this.numbers = numbersOf(row, judging.options.adapted === false ? [] : this.decisions);
    const { parameters, limitDays, until } = this.numbers;
    this.until = until;
    this.scope = new Scope(judging.surroundingsFor(row), { id: row.id, parameters, limitDays });
    this.known = judging.knownOf(row);
    if (row.reads.overSets) this.scope.sites = sitesFrom(judging, this.known);
  }

  outcome(): RowOutcome {
    const outcome = this.judge();
    this.remember(outcome);
    return outcome;
  }

  private judge(): RowOutcome {
    const forced = this.judging.options.forced?.get(this.row.id);
    if (forced !== undefined) return this.given(forced);
    if (!this.row.covered) return this.notCovered();
    return this.notApplicable() ?? this.judged();
  }

  /** The outcome with every reading that was looked at. */
  trace(): { outcome: RowOutcome; traced: Traced } {
    this.scope.lookups = [];
    const outcome = this.outcome();
    return { outcome, traced: { members: this.traced, also: this.alsoLookups, parameters: this.numbers.parameters } };
  }

  private notApplicable(): RowOutcome | undefined {
    const decided = this.decisions.find(({ kind, members }) => kind === 'notApplicable' && members === undefined);
    if (decided !== undefined) {
      return this.finish({ status: 'notApplicable', decision: decided.id, until: decided.untilMs, mask: 0 });
    }
    const condition = this.row.conditions.notApplicable;
    if (condition === undefined) return undefined;
    const { value, weak, strong, oldest, until } = this.ask(condition);
    this.until = Math.min(this.until, until);
    if (value !== true) return undefined;
    return this.finish({ status: 'notApplicable', weak, strong, oldest, until, mask: 0 });
  }

  private judged(): RowOutcome {
    const { counts, conditions } = this.row;
    if (counts !== undefined) return this.population(counts);
    return conditions.met === undefined ? this.notCovered() : this.question(conditions.met);
  }

  private notCovered(): RowOutcome {
    return this.finish({ status: 'unknown', reasons: ['notCovered'], mask: 0 });
  }

  private question(met: Run): RowOutcome {
    const main = this.ask(met);
    if (this.scope.lookups) {
      const { value, ...support } = main;
      const outcome: MemberOutcome = {
        member: { id: this.judging.index.input.system.id },
        verdict: value === true ? 'good' : value instanceof Unseen ? 'unseen' : 'bad',
        mask: maskOf(value),
        ...support,
        banned: 'no',
        mustBeSeen: false,
      };
      this.traced.push({ ...outcome, lookups: this.taken() });
    }
    const also = this.also();
    return this.finish({
      ...this.answered(main, also),
      mask: maskOf(main.value) | maskOf(also.value),
      replay: (at) => {
        this.moveTo(at);
        return this.answered(this.ask(met), this.also());
      },
    });
  }

  private answered(main: Asked, also: Asked): Replayed & { weak: number; strong: number; oldest: number } {
    const status = both(statusOf(main.value), statusOf(also.value));
    const deciding = [main, also].filter(({ value }) => status !== 'notMet' || value === false);
    const weak = Math.max(...deciding.map((part) => part.weak));
    const strong = Math.min(...deciding.map((part) => part.strong));
    const oldest = Math.min(...deciding.map((part) => part.oldest));
    return {
      status,
      state: stateOf(status, weak, strong),
      until: Math.min(main.until, also.until),
      weak,
      strong,
      oldest,
    };
  }

  private population(counts: NonNullable<Row['counts']>): RowOutcome {
    const { members, unknown, until } = this.judging.populations.of(counts.population, this.numbers.limitDays);
    this.until = Math.min(this.until, until);
    const stated = members.length === 0 ? this.judging.emptyStatement(supersetsOf(counts.population)) : undefined;
    if (stated !== undefined) {
      return this.finish({ status: 'notApplicable', decision: stated.id, until: stated.untilMs, mask: 0 });
    }
    if (unknown !== undefined) return this.finish({ status: 'unknown', mask: unknown });
    if (members.length === 0) {
      // An empty list of findings is worth what the search is worth that it rests on.
      const looked = this.row.needs.every((id) => this.judging.isSettled(id));
      if (this.saidEmpty() && looked) return this.finish({ status: 'notApplicable', mask: 0 });
      return this.finish({ status: 'unknown', reasons: ['emptyPopulation'], mask: 0, counts: noCounts });
    }
    const judged = this.judgeMembers(members);
    const { tally, until: ends } = judged;
    if (tally.counts().of === 0) return this.finish({ status: 'notApplicable', mask: 0, until: ends });
    return this.counted(judged);
  }

  /** Members of whom an earlier look still holds are not asked again. */
  private judgeMembers(members: readonly Member[]): JudgedMembers {
    const { known, row, judging } = this;
    const isAsset = row.counts?.of === 'asset';
    const before = isAsset && this.scope.lookups === undefined ? known?.columns : undefined;
    const { size } = judging.populations;
    let columns = isAsset ? columnsFrom(judging, known, before) : new Columns(members.length);
    const judged = new JudgedMembers(members, isAsset);
    for (const [index, member] of members.entries()) {
      const at = judged.placeOf(index);
      const holds = before !== undefined && columns.has(at) && judging.moment.at < (columns.until[at] ?? 0);
      if (holds && member.emptyZone !== true) {
        this.lapses(columns.heldFrom(at), columns.graceFrom(at));
        continue;
      }
      if (columns === before) columns = new Columns(size, before);
      columns.set(at, this.judgeMember(member), this.scope);
    }
    judged.count(columns);
    if (isAsset) this.columns = columns;
    return judged;
  }

  private counted(judged: JudgedMembers): RowOutcome {
    const { tally } = judged;
    const { min, maxBad } = this.numbers;
    const own = tally.status(min, maxBad);
    const also = this.also();
    const status = both(own, statusOf(also.value));
    const byAlso = status === 'notMet' && own !== 'notMet';
    const deciding = status === 'notMet' ? judged.bad : judged.seen;
    const weak = {
      met: () => tally.weakestGood(min),
      notMet: () => tally.strongestBad(),
      unknown: () => tally.weakestSeen(),
    };
    const needed = tally.wouldDecide(min);
    return this.finish({
      status,
      mask: tally.mask | maskOf(also.value),
      lookedAt: tally.lookedAt,
      counts: tally.counts(),
      ...(needed > 0 ? { wouldDecide: needed } : {}),
      weak: byAlso ? also.weak : Math.max(weak[status](), status === 'met' ? also.weak : noSupport.weak),
      strong: byAlso ? also.strong : Math.min(also.strong, deciding.strong),
      oldest: byAlso ? also.oldest : Math.min(also.oldest, deciding.oldest),
      until: Math.min(also.until, judged.until),
      members: judged,
      replay: this.replayOf(judged, also),
    });
  }

  /** The status at later instants, members moving one by one as their readings end. */
  private replayOf(judged: JudgedMembers, also: Asked): (at: number) => Replayed {
    const { tally } = judged;
    const { min, maxBad } = this.numbers;
    let ends: Ends | undefined;
    const moved = new Map<number, State>();
    let alsoNow = also;
    let replays = 0;
    return (at) => {
      this.moveTo(at);
      ends ??= new Ends(judged.ends());
      let isOutdated = false;
      for (const index of ends.endedBy(at)) {
        const member = judged.members[index];
        if (member === undefined) continue;
        const after = this.memberAt(member, at);
        replays++;
        tally.remove(moved.get(index) ?? judged.at(index));
        tally.add(after);
        moved.set(index, after);
        isOutdated ||= after.until <= at;
        ends.add(index, after.until);
      }
      if (alsoNow.until <= at) alsoNow = this.also();
      const status =
        tally.counts().of === 0 ? 'notApplicable' : both(tally.status(min, maxBad), statusOf(alsoNow.value));
      const weak = Math.max(tally.weakestGood(min), alsoNow.weak);
      const strong = tally.examined > 0 ? 0 : alsoNow.strong;
      const until = Math.min(alsoNow.until, ends.next());
      return { status, state: stateOf(status, weak, strong), until: isOutdated || replays > maxReplays ? at : until };
    };
  }

  /** What a member is from an instant on at which it is another. */
  private memberAt(member: Member, at: number): State {
    const { position } = member;
    if (this.columns === undefined || member.emptyZone || position === undefined) return this.judgeMember(member);
    this.futures ??= futuresFrom(this.judging, this.known);
    const known = this.futures.at(position, at);
    if (known !== undefined) return known;
    const judged = this.judgeMember(member);
    this.futures.note(position, at, judged);
    return judged;
  }

  private judgeMember(member: Member): MemberOutcome {
    const { scope, row } = this;
    const { at } = scope.moment;
    scope.begin();
    scope.member = member.id;
    scope.asset = member.asset;
    scope.party = member.party;
    scope.element = member.element;
    const judged = this.verdictOf(member);
    const decided = this.decided.on(member.id, judged.verdict, at);
    const verdict =
      decided === undefined ? judged.verdict : decided.kind === 'notApplicable' ? 'notApplicable' : 'excepted';
    const banned = verdict === 'bad' ? this.isBanned(member) : 'no';
    const mustBeSeen =
      verdict === 'unseen' && row.bans.noUnseen !== undefined && this.isUnder(row.bans.noUnseen, member) !== false;
    const outcome: MemberOutcome = {
      member,
      ...judged,
      verdict,
      until: Math.min(scope.until, decided === undefined ? never : this.decided.endOf(decided)),
      ...(decided === undefined ? {} : { decision: decided.id }),
      banned,
      mustBeSeen,
    };
    if (scope.moment === this.judging.moment) this.collect(outcome);
    return outcome;
  }

  private verdictOf(member: Member): Pick<MemberOutcome, 'verdict' | 'mask' | 'weak' | 'strong' | 'oldest'> {
    const { scope, row } = this;
    const { good, bad, memberNotApplicable } = row.conditions;
    if (member.emptyZone) return this.emptyZone(member);
    if (member.asset?.gone) return { verdict: 'unseen', mask: reasonBits.notSeen, ...unsupported };
    if (memberNotApplicable?.(scope) === true) return { verdict: 'notApplicable', mask: 0, ...supportOf(scope) };
    scope.windowMissed = false;
    const isGood = good?.(scope) ?? false;
    const { windowMissed } = scope;
    const goodSupport = supportOf(scope);
    const isBad = bad?.(scope) ?? false;
    if (isBad === true) return { verdict: 'bad', mask: 0, ...supportOf(scope) };
    if (isGood === true) return { verdict: 'good', mask: 0, ...goodSupport };
    if (isGood === false && windowMissed && bad !== undefined) return { verdict: 'bad', mask: 0, ...goodSupport };
    const mask = maskOf(isGood) | maskOf(isBad);
    return { verdict: 'unseen', mask: mask === 0 ? reasonBits.notSeen : mask, ...unsupported };
  }

  /** A critical zone that is not known to hold a sensor or firewall; bad once somebody states that it holds none. */
  private emptyZone(member: Member): Pick<MemberOutcome, 'verdict' | 'mask' | 'weak' | 'strong' | 'oldest'> {
    const stated = this.judging.emptyStatement([member.id]);
    if (stated === undefined || this.row.conditions.bad === undefined) {
      return { verdict: 'unseen', mask: reasonBits.neverAsked, ...unsupported };
    }
    this.scope.until = Math.min(this.scope.until, stated.untilMs);
    return { verdict: 'bad', mask: 0, weak: 4, strong: 4, oldest: stated.fromMs };
  }

  private isBanned(member: Member): MemberOutcome['banned'] {
    const { bans, conditions } = this.row;
    const bySet = bans.noBad === undefined ? false : this.isUnder(bans.noBad, member);
    const byCondition = conditions.noBadWhere?.(this.scope) ?? false;
    if (bySet === true || byCondition === true) return 'yes';
    return bySet instanceof Unseen || byCondition instanceof Unseen ? 'open' : 'no';
  }

  private isUnder(ban: Ban, member: Member): boolean | Unseen {
    const { populations } = this.judging;
    if (ban.op === 'where') return populations.passes(ban.filter, member, this.scope);
    const ids = populations.idsOf(ban.population, this.row.counts?.population);
    return this.scope.told({ value: ids.has(member.id), until: ids.untilOf(member.id) });
  }

  /** A person's empty list is a statement that the register is empty. */
  private saidEmpty(): boolean {
    const register = this.row.counts?.register;
    if (register === undefined) return false;
    const found = resolve(this.judging.index.system, register, this.numbers.limitDays, this.scope.moment);
    const { elements, weak, until } = found;
    this.until = Math.min(this.until, until);
    return elements !== undefined && elements.length === 0 && weak >= 2;
  }

  private also(): Asked {
    const { also } = this.row.conditions;
    if (also === undefined) return { value: true, ...unsupported, until: never };
    const asked = this.ask(also);
    if (this.scope.lookups) this.alsoLookups = this.taken();
    return asked;
  }

  private ask(condition: Run): Asked {
    const { scope } = this;
    scope.begin();
    scope.asset = undefined;
    scope.party = undefined;
    scope.element = undefined;
    const value = condition(scope);
    if (scope.moment === this.judging.moment) this.lapses(scope.heldFrom, scope.graceFrom);
    return { value, ...supportOf(scope), until: scope.until };
  }

  /** Without an outcome: what is known of the members, for looks ahead that are part of the outcome. */
  private remember(outcome?: RowOutcome): void {
    const { judging, row, columns, scope } = this;
    if (scope.lookups !== undefined) return;
    // Not looked into this time: what was known of members that did not change holds.
    if (columns !== undefined && this.known?.futures !== undefined) this.futures ??= futuresFrom(judging, this.known);
    const { futures } = this;
    judging.remember(row, {
      outcome,
      columns,
      futures,
      limitDays: this.numbers.limitDays,
      sites: scope.sites?.found() ?? new Map(),
    });
  }

  private lapses(heldFrom: number, graceFrom: number): void {
    this.heldFrom = Math.min(this.heldFrom, heldFrom);
    this.graceFrom = Math.min(this.graceFrom, graceFrom);
  }

  private collect(outcome: MemberOutcome): void {
    this.lapses(this.scope.heldFrom, this.scope.graceFrom);
    if (this.scope.lookups) this.traced.push({ ...outcome, lookups: this.taken() });
  }

  private taken(): Lookup[] {
    const taken = this.scope.lookups ?? [];
    this.scope.lookups = [];
    return taken;
  }

  private moveTo(at: number): void {
    this.scope.lookups = undefined;
    this.scope.moment = { at, grace: this.judging.moment.grace, keeps: false };
  }

  private given(forced: Forced): RowOutcome {
    const rank = forced.evidence === undefined ? 0 : evidenceWords.indexOf(forced.evidence);
    const known = forced.status !== 'unknown';
    return this.finish({ status: forced.status, mask: 0, ...(known ? { weak: rank, strong: rank } : {}) });
  }

  private finish(found: Found): RowOutcome {
    const { row, judging } = this;
    const given = judging.options.forced?.has(row.id) === true;
    const mayHold = !given && found.status !== 'notApplicable' && found.reasons?.[0] !== 'notCovered';
    const reasons: UnknownReason[] = [...(found.reasons ?? [])];
    if (mayHold && judging.isGuarding(row)) reasons.push('guard');
    if (mayHold && !row.needs.every((id) => judging.isSettled(id))) reasons.push('restsOn');
    const status: Status = reasons.length > 0 ? 'unknown' : found.status;
    const compensation = status === 'notMet' ? this.decided.compensation() : undefined;
    const until = Math.min(this.until, found.until ?? never, compensation?.until ?? never);
    const isFollowed = judging.options.quick !== true && status !== 'unknown';
    if (isFollowed) this.remember();
    const own = isFollowed ? this.turns(found, status) : { at: never, steadyUntil: until };
    const rests = isFollowed ? lowest(row.after, (id) => judging.outcomes.get(id)?.changesAt ?? never) : [never];
    const outcome = {
      row,
      core: this.numbers.core,
      status,
      ...(status === 'unknown' ? { reason: firstReason(reasons, found.mask) } : {}),
      ...(found.counts === undefined ? {} : { counts: found.counts }),
      ...(status === 'unknown' && found.wouldDecide !== undefined ? { wouldDecide: found.wouldDecide } : {}),
      weak: found.weak ?? noSupport.weak,
      strong: found.strong ?? noSupport.strong,
      oldest: found.oldest ?? noSupport.at,
      limitDays: this.numbers.limitDays ?? this.shortestLimit(),
      until,
      changesAt: Math.min(own.at, ...rests, compensation?.until ?? never),
      steadyUntil: Math.min(own.steadyUntil, compensation?.until ?? never),
      lookedAt: found.status !== 'unknown' || found.lookedAt === true || wasLookedAt(found.mask),
      heldFrom: this.heldFrom,
      graceFrom: this.graceFrom,
      ...(found.decision === undefined ? {} : { decision: found.decision }),
      ...(compensation === undefined ? {} : { compensatedBy: compensation.id }),
      adapted: this.numbers.adapted,
    };
    return outcomeWith(outcome, found.members);
  }

  /** Where its members alone do not tell, the row is judged anew as of then, while the rows that it rests on stay. */
  private turns(found: Found, status: Status): Omit<Turns, 'open'> {
    const turns = turnsOf(found, this.until);
    const later = turns.open ? this.judging.later(turns.at) : undefined;
    if (later === undefined) return turns;
    later.follow(this.judging, this.row);
    const then = new RowJudge(later, this.row).outcome();
    if (then.status !== status) return turns;
    if (turns.steadyUntil < turns.at) return { at: then.changesAt, steadyUntil: turns.steadyUntil };
    // A deviation that ends may make the row core again.
    const isSame =
      then.core === this.numbers.core &&
      stateOf(then.status, then.weak, then.strong) === stateOf(status, found.weak ?? -1, found.strong ?? 99);
    return { at: then.changesAt, steadyUntil: isSame ? then.steadyUntil : turns.at };
  }

  private shortestLimit(): number {
    const { index } = this.judging;
    const days = [...this.row.facts].map((fact) => index.system.slots.get(fact)?.definition.days ?? 365);
    return Math.min(365, ...days);
  }
}

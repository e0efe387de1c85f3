/**
 * `allOf` and `anyOf`: one condition on every asset of a set. Each asset's answer is kept until it ends, so that a later
 * instant costs what changed by then and not the whole set.
 */
import { Columns, type Judged } from './columns.ts';
import { Ends } from './ends.ts';
import type { Run } from './logic.ts';
import type { Member } from './members.ts';
import type { Scope } from './scope.ts';
import { noSupport, reasonBits, Unseen, unseenFor, type Value } from './value.ts';

/** One `allOf` or `anyOf` of a condition. */
export interface Site {
  readonly set: string;
  readonly condition: Run;
  /** The answer that decides: false for `allOf`, true for `anyOf`. */
  readonly decisive: boolean;
  /** The condition reads nothing but the asset and what holds for the whole row. */
  readonly keeps: boolean;
}

/** The condition on every asset of a set; an empty set answers nothing. */
export function overSubjects(site: Site): Run {
  return (scope) => {
    const members = scope.told(scope.surroundings.world.membersOf(site.set));
    const { asset, member } = scope;
    const known = site.keeps && scope.lookups === undefined ? scope.sites : undefined;
    const value =
      scope.moment === scope.surroundings.moment
        ? answerNow(scope, site, { members, columns: known?.columnsOf(site, members) })
        : (known?.laterAt(site, members)?.answerAt(scope) ?? answerNow(scope, site, { members, columns: undefined }));
    scope.asset = asset;
    scope.member = member;
    return value;
  };
}

/** What the sites of one row know, as of its moment. */
export class Sites {
  readonly known: ReadonlyMap<Site, Columns>;
  private readonly size: number;
  private readonly stillKnown: (columns: Columns, position: number) => boolean;
  private readonly columns = new Map<Site, Columns>();
  private readonly later = new Map<Site, Later>();

  /** `stillKnown`: whether what an earlier look found of an asset holds. */
  constructor(
    known: ReadonlyMap<Site, Columns> | undefined,
    size: number,
    stillKnown: (columns: Columns, position: number) => boolean,
  ) {
    this.known = known ?? new Map();
    this.size = size;
    this.stillKnown = stillKnown;
  }

  /** Answers of the moment; of those that are not known any more there are none. */
  columnsOf(site: Site, members: readonly Member[]): Columns {
    const own = this.columns.get(site);
    if (own !== undefined) return own;
    const before = this.known.get(site);
    const columns = new Columns(this.size);
    if (before !== undefined) {
      for (const { position } of members) {
        if (position === undefined || !this.stillKnown(before, position)) continue;
        columns.set(position, before.get(position), {
          heldFrom: before.heldFrom(position),
          graceFrom: before.graceFrom(position),
        });
      }
    }
    this.columns.set(site, columns);
    return columns;
  }

  laterAt(site: Site, members: readonly Member[]): Later | undefined {
    const begun = this.later.get(site);
    const columns = this.columns.get(site);
    if (begun !== undefined || columns === undefined) return begun;
    const later = new Later(site, members, columns);
    this.later.set(site, later);
    return later;
  }

  /** For the next look. */
  found(): ReadonlyMap<Site, Columns> {
    return this.columns;
  }
}

function answerNow(
  scope: Scope,
  site: Site,
  among: { members: readonly Member[]; columns: Columns | undefined },
): Value {
  const { members, columns } = among;
  let weak: number = noSupport.weak;
  let strong: number = noSupport.strong;
  let oldest: number = noSupport.at;
  let mask = members.length === 0 ? reasonBits.notSeen : 0;
  let decided = false;
  for (const member of members) {
    const found = answerOf(scope, site, { member, columns });
    if (found.verdict === 'bad') {
      weak = decided ? Math.min(weak, found.weak) : found.weak;
      strong = found.strong;
      oldest = found.oldest;
      decided = true;
    } else if (found.verdict === 'unseen') mask |= found.mask;
    else if (!decided) {
      weak = Math.max(weak, found.weak);
      strong = Math.min(strong, found.strong);
      oldest = Math.min(oldest, found.oldest);
    }
  }
  scope.weak = weak;
  scope.strong = strong;
  scope.oldest = oldest;
  return decided ? site.decisive : mask === 0 ? !site.decisive : unseenFor(mask);
}

function answerOf(scope: Scope, site: Site, of: { member: Member; columns: Columns | undefined }): Judged {
  const { member, columns } = of;
  const { position } = member;
  if (columns === undefined || position === undefined) return ask(scope, site, member);
  if (columns.has(position)) {
    const found = columns.get(position);
    scope.until = Math.min(scope.until, found.until);
    scope.heldFrom = Math.min(scope.heldFrom, columns.heldFrom(position));
    scope.graceFrom = Math.min(scope.graceFrom, columns.graceFrom(position));
    return found;
  }
  const { until, heldFrom, graceFrom } = scope;
  scope.until = Number.POSITIVE_INFINITY;
  scope.heldFrom = Number.POSITIVE_INFINITY;
  scope.graceFrom = Number.POSITIVE_INFINITY;
  const found = ask(scope, site, member);
  columns.set(position, found, scope);
  scope.until = Math.min(until, scope.until);
  scope.heldFrom = Math.min(heldFrom, scope.heldFrom);
  scope.graceFrom = Math.min(graceFrom, scope.graceFrom);
  return found;
}

/** Told as verdicts: bad decides, good does not. */
function ask(scope: Scope, site: Site, member: Member): Judged {
  scope.asset = member.asset;
  scope.member = member.id;
  const value = site.condition(scope);
  const isUnseen = value instanceof Unseen;
  return {
    verdict: value === site.decisive ? 'bad' : isUnseen ? 'unseen' : 'good',
    mask: isUnseen ? value.mask : 0,
    weak: scope.weak,
    strong: scope.strong,
    oldest: scope.oldest,
    until: scope.until,
    banned: 'no',
    mustBeSeen: false,
  };
}

/** The answer at later and later instants, counted. */
class Later {
  private readonly site: Site;
  private readonly members: ReadonlyMap<number, Member>;
  /** Last of the list first. */
  private readonly backwards: readonly number[];
  private readonly columns: Columns;
  private readonly ends: Ends;
  private readonly unseen = new Map<number, number>();
  private readonly decisiveByWeak = new Map<number, number>();
  private readonly otherByWeak = new Map<number, number>();
  private readonly otherByStrong = new Map<number, number>();

  constructor(site: Site, members: readonly Member[], columns: Columns) {
    this.site = site;
    this.members = new Map(members.map((member) => [member.position ?? -1, member]));
    this.backwards = [...this.members.keys()].reverse();
    this.columns = new Columns(columns.size, columns);
    this.ends = new Ends(
      columns.until.map((until, position) => (this.members.has(position) ? until : Number.POSITIVE_INFINITY)),
    );
    for (const position of this.members.keys()) this.count(position, 1);
  }

  answerAt(scope: Scope): Value {
    const { site, columns, ends } = this;
    const outer = scope.until;
    for (const position of ends.endedBy(scope.moment.at)) {
      const member = this.members.get(position);
      if (member === undefined) continue;
      this.count(position, -1);
      scope.until = Number.POSITIVE_INFINITY;
      const found = ask(scope, site, member);
      columns.set(position, found, scope);
      this.count(position, 1);
      ends.add(position, found.until);
    }
    scope.until = Math.min(outer, ends.next());
    scope.unsupported();
    const decisive = keysOf(this.decisiveByWeak);
    if (decisive.length > 0) {
      const last = this.backwards.find((position) => columns.is(position, 'bad'));
      scope.weak = Math.min(...decisive);
      scope.strong = last === undefined ? noSupport.strong : columns.get(last).strong;
      return site.decisive;
    }
    scope.weak = Math.max(noSupport.weak, ...keysOf(this.otherByWeak));
    scope.strong = Math.min(noSupport.strong, ...keysOf(this.otherByStrong));
    let mask = this.members.size === 0 ? reasonBits.notSeen : 0;
    for (const own of keysOf(this.unseen)) mask |= own;
    return mask === 0 ? !site.decisive : unseenFor(mask);
  }

  private count(position: number, by: 1 | -1): void {
    const { verdict, mask, weak, strong } = this.columns.peek(position);
    if (verdict === 'bad') add(this.decisiveByWeak, weak, by);
    else if (verdict === 'unseen') add(this.unseen, mask, by);
    else {
      add(this.otherByWeak, weak, by);
      add(this.otherByStrong, strong, by);
    }
  }
}

function add(counts: Map<number, number>, key: number, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function keysOf(counts: ReadonlyMap<number, number>): number[] {
  return [...counts.keys()];
}

/** What a condition sees while it runs: subject, element, parameters; and what it leaves behind: support and time. */
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import type { Member } from './members.ts';
import type { Sites } from './over-sets.ts';
import { type Moment, resolve, type Slot, type Subject } from './readings.ts';
import type { Status } from './result.ts';
import { type Element, noSupport, type Resolved } from './value.ts';

/** What the rest of the assessment says, and the first instant at which it may say something else. */
export interface Answer<T> {
  readonly value: T;
  readonly until: number;
}

/** The rest of the assessment, as conditions may ask for it. */
export interface World {
  /** Whether a member belongs to a set, by the set's text. */
  isIn(set: string, member: string): Answer<boolean>;
  count(set: string): Answer<number>;
  /** Assets of a set. */
  membersOf(set: string): Answer<readonly Member[]>;
  /** Status of another row; undefined while it is not known yet or there is no such row. */
  statusOf(row: string): Status | undefined;
}

/** One fact or key that was looked up, for the trace. */
export interface Lookup {
  readonly fact: FactName;
  readonly key?: string;
  readonly resolved: Resolved;
  /** All that is known of the fact, where it was looked for; undefined: nothing. */
  readonly slot: Slot | undefined;
}

export interface Surroundings {
  readonly moment: Moment;
  readonly system: Subject;
  readonly organisation: Subject;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly world: World;
}

/** One per row, reused from member to member. */
export class Scope {
  readonly surroundings: Surroundings;
  moment: Moment;
  readonly parameters: Readonly<Record<string, number>>;
  readonly limitDays: number | undefined;
  /** Row whose conditions run. */
  readonly row: string;

  /** Id of the member, for `isIn`. */
  member = '';
  asset: Subject | undefined;
  party: Subject | undefined;
  element: Element | undefined;
  /** Variables of `all`, `exists` and `filter`, by depth. */
  readonly variables: unknown[] = [];

  /** Support of the value that was computed last. */
  weak: number = noSupport.weak;
  strong: number = noSupport.strong;
  oldest: number = noSupport.at;

  /** First instant at which something that was read changes. */
  until = Number.POSITIVE_INFINITY;
  /** A date that is no date of a look lies outside its window. */
  windowMissed = false;
  /** Earliest lapse among the statements that were held, and among those that lapsed lately. */
  heldFrom = Number.POSITIVE_INFINITY;
  graceFrom = Number.POSITIVE_INFINITY;
  /** The instant against which dates are compared: the lapse of a held statement, else the moment. */
  clock: number;
  /** A date was compared with the lapse of a held statement, which does not move. */
  frozen = false;
  lookups: Lookup[] | undefined;
  /** What `allOf` and `anyOf` of the row know of each asset. */
  sites: Sites | undefined;

  constructor(
    surroundings: Surroundings,
    row: { id: string; parameters: Readonly<Record<string, number>>; limitDays: number | undefined },
  ) {
    this.surroundings = surroundings;
    this.moment = surroundings.moment;
    this.parameters = row.parameters;
    this.limitDays = row.limitDays;
    this.row = row.id;
    this.clock = surroundings.moment.at;
  }

  /** For another member or question: what was read before has no end here. */
  begin(): void {
    this.until = Number.POSITIVE_INFINITY;
    this.heldFrom = Number.POSITIVE_INFINITY;
    this.graceFrom = Number.POSITIVE_INFINITY;
  }

  unsupported(): void {
    this.weak = noSupport.weak;
    this.strong = noSupport.strong;
    this.oldest = noSupport.at;
  }

  read(subject: Subject, name: FactName): Resolved {
    const resolved = resolve(subject, name, this.limitDays, this.moment);
    this.note(resolved);
    this.lookups?.push({ fact: name, resolved, slot: subject.slots.get(name) });
    return resolved;
  }

  /** A key of an element, which does not say whose register it is in. */
  noteKey(register: FactName, key: string, resolved: Resolved): void {
    const { asset, surroundings } = this;
    const slot = [asset, surroundings.system, surroundings.organisation].map((each) => each?.slots.get(register));
    this.lookups?.push({ fact: register, key, resolved, slot: slot.find((each) => each !== undefined) });
  }

  /** What the rest of the assessment answered, which rests on no reading of its own. */
  told<T>({ value, until }: Answer<T>): T {
    this.until = Math.min(this.until, until);
    return value;
  }

  note(resolved: Resolved): void {
    this.weak = resolved.weak;
    this.strong = resolved.strong;
    this.oldest = resolved.at;
    this.until = Math.min(this.until, resolved.until);
    if (resolved.lapsedAt !== undefined) {
      this.clock = resolved.lapsedAt - 1;
      this.heldFrom = Math.min(this.heldFrom, resolved.lapsedAt);
    }
    if (resolved.graceFrom !== undefined) this.graceFrom = Math.min(this.graceFrom, resolved.graceFrom);
  }
}

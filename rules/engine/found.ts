/** What was found of a row, on its way to an outcome. */
import type { JudgedMembers } from './judged-members.ts';
import type { Counts, RowOutcome } from './judging.ts';
import type { Status, UnknownReason } from './result.ts';
import type { Scope } from './scope.ts';
import { isAttested, noSupport, reasonOf, Unseen, type Value } from './value.ts';

export const never = Number.POSITIVE_INFINITY;
export const maxReplays = 20_000;

export interface Asked {
  readonly value: Value;
  readonly weak: number;
  readonly strong: number;
  readonly oldest: number;
  readonly until: number;
}

export interface Replayed {
  readonly status: Status;
  /** What levels ask of the row, `stateOf`. */
  readonly state: string;
  /** Not later than the instant itself: a replay cannot tell, the row must be judged anew. */
  readonly until: number;
}

/** What time does to a row while nobody looks again and the rows that it rests on stay as they are. */
export interface Turns {
  /** First instant at which its status is another. */
  readonly at: number;
  /** Until then everything that levels ask of it is the same. */
  readonly steadyUntil: number;
  /** The row must be judged anew at `at` to know. */
  readonly open: boolean;
}

export interface Found {
  readonly status: Status;
  /** Reasons beyond those of the unseen members. */
  readonly reasons?: readonly UnknownReason[];
  readonly mask: number;
  readonly counts?: Counts;
  readonly wouldDecide?: number;
  readonly weak?: number;
  readonly strong?: number;
  readonly oldest?: number;
  readonly until?: number;
  readonly members?: JudgedMembers;
  readonly lookedAt?: boolean;
  readonly decision?: string;
  readonly replay?: (at: number) => Replayed;
}

export const noCounts: Counts = { good: 0, bad: 0, unseen: 0, excepted: 0, of: 0 };
export const unsupported = { weak: noSupport.weak, strong: noSupport.strong, oldest: noSupport.at };

export function supportOf(scope: Scope): { weak: number; strong: number; oldest: number } {
  return { weak: scope.weak, strong: scope.strong, oldest: scope.oldest };
}

export function maskOf(value: Value): number {
  return value instanceof Unseen ? value.mask : 0;
}

export function statusOf(value: Value): 'met' | 'notMet' | 'unknown' {
  return value instanceof Unseen ? 'unknown' : value === true ? 'met' : 'notMet';
}

export function both(
  one: 'met' | 'notMet' | 'unknown',
  other: 'met' | 'notMet' | 'unknown',
): 'met' | 'notMet' | 'unknown' {
  if (one === 'notMet' || other === 'notMet') return 'notMet';
  return one === 'unknown' || other === 'unknown' ? 'unknown' : 'met';
}

const reasonOrder: readonly UnknownReason[] = [
  'conflict',
  'guard',
  'restsOn',
  'emptyPopulation',
  'stale',
  'notSeen',
  'neverAsked',
  'notCovered',
];

export function firstReason(reasons: readonly UnknownReason[], mask: number): UnknownReason {
  const all = mask === 0 ? reasons : [...reasons, reasonOf(mask)];
  return reasonOrder.find((reason) => all.includes(reason)) ?? 'neverAsked';
}

/** What levels ask of a row: its status, and of a met one whether more than attestations stand behind it. */
export function stateOf(status: Status, weak: number, strong: number): string {
  if (status !== 'met') return status;
  return `met ${weak !== noSupport.weak && !isAttested(weak)} ${strong !== noSupport.strong && !isAttested(strong)}`;
}

/** Follows a row through its members' ends; what it read beyond them ends at `barrier`. */
export function turnsOf(found: Found, barrier: number): Turns {
  const state = stateOf(found.status, found.weak ?? noSupport.weak, found.strong ?? noSupport.strong);
  let steadyUntil: number | undefined;
  let at = Math.min(found.until ?? never, barrier);
  for (let look = 0; look < maxReplays && at !== never; look++) {
    const later = at < barrier ? found.replay?.(at) : undefined;
    if (later === undefined || later.until <= at) break;
    if (later.state !== state) steadyUntil ??= at;
    if (later.status !== found.status) return { at, steadyUntil: steadyUntil ?? at, open: false };
    at = Math.min(later.until, barrier);
  }
  return { at, steadyUntil: steadyUntil ?? at, open: at !== never };
}

/** A list of at most one: the least value, so that nothing is spread over thousands of arguments. */
export function lowest<T>(items: readonly T[], value: (item: T) => number): number[] {
  let least = never;
  for (const item of items) least = Math.min(least, value(item));
  return [least];
}

/** Thousands of ids are listed only where somebody asks; nothing else of the look at the row is held on to. */
export function outcomeWith(
  outcome: Omit<RowOutcome, 'bad' | 'unseen'>,
  members: JudgedMembers | undefined,
): RowOutcome {
  return {
    ...outcome,
    get bad() {
      return members?.idsOf('bad') ?? [];
    },
    get unseen() {
      return members?.idsOf('unseen') ?? [];
    },
  };
}

/** What was found of a row, on its way to an outcome. */
import type { Counts } from './judging.ts';
import type { Status, UnknownReason } from './result.ts';
import type { Scope } from './scope.ts';
import { noSupport, reasonOf, Unseen, type Value } from './value.ts';

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
  readonly until: number;
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
  readonly bad?: readonly string[];
  readonly unseen?: readonly string[];
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

/** The first instant at which the status is another. */
export function changeOf(found: Found, status: Status): number {
  if (status === 'unknown') return never;
  let at = found.until ?? never;
  if (found.replay === undefined) return at;
  for (let look = 0; look < maxReplays && at !== never; look++) {
    const later = found.replay(at);
    if (later.status !== status) return at;
    if (later.until <= at) return never;
    at = later.until;
  }
  return never;
}

/** A list of at most one: the least value, so that nothing is spread over thousands of arguments. */
export function lowest<T>(items: readonly T[], value: (item: T) => number): number[] {
  let least = never;
  for (const item of items) least = Math.min(least, value(item));
  return [least];
}

export function insert(
  queue: { at: number; index: number }[],
  item: { at: number; index: number },
  from: number,
): void {
  let low = from;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((queue[middle]?.at ?? 0) <= item.at) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, item);
}

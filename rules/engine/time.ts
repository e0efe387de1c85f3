/** Comparisons that time decides: what they say now, and when they say something else. */
import type { Part } from './evaluate.ts';
import { merge, type Run } from './logic.ts';
import type { Scope } from './scope.ts';
import { reasonBits, Unseen, unseenFor } from './value.ts';

export type Order = '<' | '<=' | '>' | '>=';

/**
 * A comparison that time makes false is a window: `age(t) <= days(90)`, `remaining(t) > 0`. Outside its window a date
 * is bad, unless it is the date of a look (a volatile fact): then nobody has looked lately, and nothing is known.
 */
export function comparison(order: Order, left: Part, right: Part): Run {
  const moves = left.slope !== undefined || right.slope !== undefined;
  const volatile = left.volatile === true || right.volatile === true;
  return (scope) => {
    scope.frozen = false;
    const one = left.run(scope);
    const { weak, strong, oldest } = scope;
    const other = right.run(scope);
    merge(scope, weak, strong, oldest);
    if (one instanceof Unseen) return other instanceof Unseen ? unseenFor(one.mask | other.mask) : one;
    if (other instanceof Unseen) return other;
    const difference = Number(one) - Number(other);
    if (!moves) return compare(order, difference);
    const holds = compare(order, rounded(difference));
    return moving(scope, { order, difference, holds, volatile }, slopeOf(scope, left) - slopeOf(scope, right));
  };
}

interface Moving {
  readonly order: Order;
  readonly difference: number;
  readonly holds: boolean;
  readonly volatile: boolean;
}

function moving(scope: Scope, at: Moving, slope: number): boolean | Unseen {
  if (slope === 0) return at.holds;
  if (!scope.frozen) noteCrossing(scope, at, slope);
  const isWindow = at.order === '<' || at.order === '<=' ? slope > 0 : slope < 0;
  if (!isWindow || at.holds) return at.holds;
  if (at.volatile) return unseenFor(reasonBits.stale);
  scope.windowMissed = true;
  return false;
}

/** Notes the first millisecond at which the comparison turns. */
function noteCrossing(scope: Scope, at: Moving, slope: number): void {
  const wait = (-at.difference / slope) * 1000;
  if (wait < -1 || !Number.isFinite(wait)) return;
  const now = scope.moment.at;
  const near = now + Math.round(wait);
  for (const instant of [near - 1, near, near + 1]) {
    const then = at.difference + (slope * (instant - now)) / 1000;
    if (instant > now && compare(at.order, rounded(then)) !== at.holds) {
      if (instant < scope.until) scope.until = instant;
      return;
    }
  }
}

/** Seconds to the millisecond: what is nearer is the rounding of fractions, and no time at all. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000);
}

function slopeOf(scope: Scope, part: Part): number {
  if (part.slope === undefined) return 0;
  // Slopes read the same facts again: leave the support of the comparison as it is.
  const { weak, strong, oldest } = scope;
  const slope = part.slope(scope);
  scope.weak = weak;
  scope.strong = strong;
  scope.oldest = oldest;
  return slope;
}

function compare(order: Order, difference: number): boolean {
  switch (order) {
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
  }
}

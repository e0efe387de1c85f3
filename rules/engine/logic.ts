/** Three-valued connectives: what is not seen leaves a question open unless the rest already answers it. */
import type { Scope } from './scope.ts';
import { noSupport, Unseen, unseenFor, type Value } from './value.ts';

export type Run = (scope: Scope) => Value;

/** `&&` for decisive false, `||` for decisive true. Both sides always run: what was read must not depend on order. */
export function connective(left: Run, right: Run, decisive: boolean): Run {
  return (scope) => {
    const one = left(scope);
    const { weak, strong, oldest } = scope;
    const other = right(scope);
    if (one === decisive) {
      // Either side alone decides: the better supported one counts.
      if (other !== decisive || weak <= scope.weak) support(scope, weak, strong, oldest);
      return decisive;
    }
    if (other === decisive) return decisive;
    merge(scope, weak, strong, oldest);
    if (one instanceof Unseen) return other instanceof Unseen ? unseenFor(one.mask | other.mask) : one;
    return other instanceof Unseen ? other : !decisive;
  };
}

/** `all` for decisive false, `exists` for decisive true. */
export function quantifier(items: Run, body: Run, bound: { depth: number; decisive: boolean }): Run {
  const { depth, decisive } = bound;
  return (scope) => {
    const of = items(scope);
    if (of instanceof Unseen) return of;
    const list = { weak: scope.weak, strong: scope.strong, oldest: scope.oldest };
    let { weak, strong, oldest } = list;
    let mask = 0;
    let decided = false;
    let decidedWeak = 0;
    let decidedStrong = 0;
    let decidedOldest = 0;
    for (const item of of as readonly unknown[]) {
      scope.variables[depth] = item;
      const value = body(scope);
      if (value === decisive) {
        if (!decided || scope.weak < decidedWeak) {
          // A word that decides rests on nothing of its own: on the list that holds it.
          const own = scope.weak === noSupport.weak ? list : scope;
          decidedWeak = Math.max(list.weak, own.weak);
          decidedStrong = own.strong;
          decidedOldest = own.oldest;
        }
        decided = true;
      } else if (value instanceof Unseen) mask |= value.mask;
      else {
        weak = Math.max(weak, scope.weak);
        strong = Math.min(strong, scope.strong);
        oldest = Math.min(oldest, scope.oldest);
      }
    }
    if (decided) {
      support(scope, decidedWeak, decidedStrong, decidedOldest);
      return decisive;
    }
    support(scope, weak, strong, oldest);
    return mask === 0 ? !decisive : unseenFor(mask);
  };
}

/** Any strict operation: unseen when one side is. */
export function strict(left: Run, right: Run, apply: (one: Value, other: Value) => Value): Run {
  return (scope) => {
    const one = left(scope);
    const { weak, strong, oldest } = scope;
    const other = right(scope);
    merge(scope, weak, strong, oldest);
    if (one instanceof Unseen) return other instanceof Unseen ? unseenFor(one.mask | other.mask) : one;
    return other instanceof Unseen ? other : apply(one, other);
  };
}

export function support(scope: Scope, weak: number, strong: number, oldest: number): void {
  scope.weak = weak;
  scope.strong = strong;
  scope.oldest = oldest;
}

export function merge(scope: Scope, weak: number, strong: number, oldest: number): void {
  if (weak > scope.weak) scope.weak = weak;
  if (strong < scope.strong) scope.strong = strong;
  if (oldest < scope.oldest) scope.oldest = oldest;
}

/** A reading while it is being made. */
import type { Basis, UnseenReason } from '../contract/collector.ts';
import type { FactName, FactsDraft, FactValue } from '../contract/vocabulary.ts';

export interface Draft {
  readonly facts: FactsDraft;
  readonly unseen: Partial<Record<FactName, UnseenReason>>;
  readonly basis: Partial<Record<FactName, Basis>>;
}

/** What a reader found: a value with what it rests on, or the reason why there is none. */
export type Found<T> = { readonly value: T; readonly basis: Basis } | { readonly unseen: UnseenReason };

export function emptyDraft(): Draft {
  return { facts: {}, unseen: {}, basis: {} };
}

export function put<N extends FactName>(draft: Draft, name: N, found: Found<FactValue<N>> | undefined): void {
  if (found === undefined) return;
  if ('unseen' in found) {
    draft.unseen[name] = found.unseen;
    return;
  }
  Object.assign(draft.facts, { [name]: found.value });
  draft.basis[name] = found.basis;
}

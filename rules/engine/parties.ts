/** Suppliers and partners. */
import type { Member } from './members.ts';
import { isSameList } from './same.ts';

export interface Party extends Member {
  readonly relation: ReadonlySet<string>;
  readonly critical: boolean;
}

/** Makers that nobody listed have no evidence of their own. */
export function isSameParty(one: Party, other: Party | undefined): boolean {
  if (other === undefined || one.id !== other.id || one.critical !== other.critical) return false;
  const isSubject = one.party === other.party || (one.party?.slots.size === 0 && other.party?.slots.size === 0);
  return isSubject && isSameList([...one.relation].sort(), [...other.relation].sort());
}

/** Suppliers and partners. */
import type { OrganisationView } from './input.ts';
import type { Member } from './members.ts';
import { type Subject, subjectOf } from './readings.ts';

export interface Party extends Member {
  readonly relation: ReadonlySet<string>;
  readonly critical: boolean;
}

interface Listed {
  readonly view: OrganisationView;
  readonly subject: Subject;
  /** What is said of its relation beside the plant file. */
  readonly said: readonly string[];
}

/** Organisations of the plant file, and the makers of critical assets, whether somebody listed them or not. */
export function partiesFrom(organisations: readonly Listed[], critical: ReadonlySet<string>): Party[] {
  const makers = new Set(critical);
  const listed = organisations.map(({ view, subject, said }): Party => {
    const maker = [view.id, slugOf(view.name)].find((name) => makers.has(name));
    if (maker !== undefined) makers.delete(maker);
    const relation = new Set([...view.relation, ...said]);
    if (maker !== undefined) relation.add('supplier');
    return { id: view.id, party: subject, relation, critical: view.critical || maker !== undefined };
  });
  const implied = [...makers].map((id): Party => {
    return { id, party: subjectOf(id), relation: new Set(['supplier']), critical: true };
  });
  return [...listed, ...implied].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** Whether two lists made from the same organisations say the same; makers that nobody listed have nothing to differ in. */
export function areSameParties(some: readonly Party[], others: readonly Party[]): boolean {
  return some.length === others.length && some.every((one, at) => isSameParty(one, others[at]));
}

function isSameParty(one: Party, other: Party | undefined): boolean {
  if (other === undefined || one.id !== other.id || one.critical !== other.critical) return false;
  const isSameSubject = one.party === other.party || (one.party?.slots.size === 0 && other.party?.slots.size === 0);
  const { relation } = other;
  return isSameSubject && one.relation.size === relation.size && [...one.relation].every((each) => relation.has(each));
}

/** `Acme Foods GmbH` as an id. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

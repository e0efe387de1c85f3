/** What a row does not know: which facts, of whom, and who could say them. */
import { type FactName, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { belongsToParty } from '../engine/evaluate.ts';
import type { Traced } from '../engine/judge.ts';
import { conditionKeys, type Row } from '../engine/pack.ts';
import { Unseen } from '../engine/value.ts';

export interface Lack {
  readonly fact: FactName;
  readonly about: 'system' | 'organisation' | 'asset' | 'party' | 'register';
  /** Assets, parties or elements of whom it is not known; empty for system and organisation, and for an unknown list. */
  readonly members: readonly string[];
  /** Keys of a register's elements that the row reads. */
  readonly keys: readonly string[];
  /** Types of statement that may fill it. */
  readonly types: readonly string[];
}

/** Facts of a row that are not seen, in the order in which its condition reads them. */
export function lacksOf(row: Row, traced: Traced): Lack[] {
  const register = row.counts?.register;
  const unseen = new Map<FactName, Set<string>>();
  const seen = new Set<FactName>();
  const note = (fact: FactName, member: string) => unseen.set(fact, (unseen.get(fact) ?? new Set()).add(member));
  for (const { member, verdict, lookups } of traced.members) {
    if (verdict !== 'unseen') continue;
    for (const { fact, key, resolved } of lookups) {
      if (resolved.value instanceof Unseen) note(fact, key === undefined ? member.id : (key.split('.')[0] ?? ''));
      else if (key === undefined) seen.add(fact);
    }
  }
  for (const { fact, resolved } of traced.also) {
    if (resolved.value instanceof Unseen) note(fact, '');
    else seen.add(fact);
  }
  if (register !== undefined && traced.members.length === 0) note(register, '');
  return [...unseen].map(([fact, members]): Lack => {
    const about = aboutOf(row, fact);
    return {
      fact,
      about,
      members: about === 'system' || about === 'organisation' ? [] : [...members].filter((id) => id !== '').sort(),
      keys: keysRead(row, fact),
      types: typesFor(fact),
    };
  });
}

function aboutOf(row: Row, fact: FactName): Lack['about'] {
  const { subject, type } = vocabulary[fact];
  if (subject === 'system') return type === 'object[]' ? 'register' : 'system';
  if (subject !== 'organisation') return 'asset';
  return row.counts?.of === 'party' && belongsToParty(fact) ? 'party' : 'organisation';
}

/** Keys of the elements that the row's conditions and filters name. */
function keysRead(row: Row, fact: FactName): string[] {
  const definition = vocabulary[fact];
  if (definition.type !== 'object[]') return [];
  const conditions = conditionKeys.flatMap((key) => row[key] ?? []).join(' ');
  const filters = [row.population ?? '', row.noBad ?? '', row.noUnseen ?? ''].join(' ');
  return Object.keys(definition.keys).filter(
    (key) => key !== 'id' && (isNamed(conditions, `[a-z]+\\.${key}`) || isNamed(filters, key)),
  );
}

function isNamed(text: string, pattern: string): boolean {
  return new RegExp(`(?<![\\w.])${pattern}(?![\\w.])`).test(text);
}

function typesFor(fact: FactName): string[] {
  return vocabulary[fact].from.flatMap((source) =>
    source.startsWith('statement:') ? [source.slice('statement:'.length)] : [],
  );
}

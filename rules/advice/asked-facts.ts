/** Which facts rows read of which asset, and how fresh the strictest of them asks a fact to be. Pure. */
import { type FactName, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { derivedFacts } from '../derive/derived-facts.ts';
import { indexEvidence } from '../engine/evidence-index.ts';
import type { AssessInput } from '../engine/input.ts';
import { Populations } from '../engine/members.ts';
import type { Pack } from '../engine/pack.ts';
import { sequenceOf } from '../engine/sequence.ts';

/** Fact -> age in days at which the first of its readers calls it stale. */
export type AskedFacts = ReadonlyMap<FactName, number>;

/**
 * Rows of one population ask its members; all others may ask anybody. A fact that something asked is derived from is
 * asked itself, with its own freshness.
 */
export function askedFacts(pack: Pack, input: AssessInput): (asset: string) => AskedFacts {
  const index = indexEvidence(input);
  const populations = new Populations(index, { at: index.now, grace: false, keeps: true });
  const everybody = new Map<FactName, number>();
  const byAsset = new Map<string, Map<FactName, number>>(
    index.assets.map(({ view }) => [view.id, new Map<FactName, number>()]),
  );
  for (const row of sequenceOf(pack, input).rows) {
    const { counts } = row;
    const some = counts?.of === 'asset' ? populations.of(counts.population, row.freshnessDays).members : undefined;
    const readers = some === undefined ? [everybody] : some.flatMap(({ id }) => byAsset.get(id) ?? []);
    for (const asked of readers) for (const fact of row.facts) ask(asked, fact, row.freshnessDays);
  }
  return (asset) => {
    const own = new Map(everybody);
    for (const [fact, days] of byAsset.get(asset) ?? []) ask(own, fact, days);
    return own;
  };
}

/** Facts from which a fact is derived, over as many steps as it takes. */
export function sourcesOf(fact: FactName, seen: Set<FactName> = new Set()): ReadonlySet<FactName> {
  for (const source of derivedFacts.get(fact) ?? []) {
    if (seen.has(source)) continue;
    seen.add(source);
    sourcesOf(source, seen);
  }
  return seen;
}

function ask(asked: Map<FactName, number>, fact: FactName, limitDays: number | undefined): void {
  const days = limitDays ?? vocabulary[fact].days;
  asked.set(fact, Math.min(days, asked.get(fact) ?? days));
}

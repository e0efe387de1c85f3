/** SAF-08: what is freshly known without contact is not asked of a device again. */
import { withinTier } from '../collectors/contract/collector.ts';
import type { FactName } from '../collectors/contract/vocabulary.ts';
import type { HeldEvidence, PassiveKnowledge, PassiveSource } from '../server/contract/scanner.ts';
import type { Forbidden } from './governor/calendar.ts';
import type { Permit } from './permit.ts';

/**
 * What is known of the facts that a look is for: those that it would fill and that some row reads. A consented test is
 * a person's wish to see for themselves, whatever is known. undefined: nothing is known, or nothing would be contacted.
 */
export function knownWithout(permit: Permit, held: HeldEvidence): PassiveKnowledge | undefined {
  const { planned, registered, setup } = permit;
  if (planned.address === '' || registered === undefined || withinTier(planned.tier, 'T1')) return undefined;
  const { id: asset } = permit.asset;
  const known = held.known(asset);
  const groups = new Map<string, PassiveSource & { facts: FactName[] }>();
  const open: FactName[] = [];
  for (const [name, tier] of Object.entries(registered.manifest.facts(setup)) as [
    FactName,
    (typeof planned)['tier'],
  ][]) {
    const consented = tier === 'T4' && planned.consents.length > 0;
    if (!consented && !(withinTier(tier, planned.tier) && held.wants(asset, name))) continue;
    const reading = consented ? undefined : known.get(name);
    if (reading === undefined) {
      open.push(name);
      continue;
    }
    const key = `${reading.source} ${reading.observedAt}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ...reading, facts: [name] });
    else {
      const until = reading.until < group.until ? reading.until : group.until;
      groups.set(key, { ...group, until, facts: [...group.facts, name] });
    }
  }
  return groups.size === 0 ? undefined : { known: [...groups.values()], open };
}

/** Not sent when all of it is known; says by what. */
export function notNeeded({ known, open }: PassiveKnowledge): Forbidden | undefined {
  if (open.length > 0) return undefined;
  const facts = known.reduce((sum, each) => sum + each.facts.length, 0);
  const until = known.map((each) => each.until).toSorted()[0];
  const which = facts === 1 ? 'the one fact that rows read of it is' : `all ${facts} facts that rows read of it are`;
  return { rule: 'SAF-08', because: `${which} known without contact until ${until}: ${known.map(said).join('; ')}` };
}

/** `2 of 5 facts are known without it: ...`, for plans and transcripts; nothing where the look is not needed at all. */
export function partlyKnown({ known, open }: PassiveKnowledge): string | undefined {
  if (open.length === 0) return undefined;
  const facts = known.reduce((sum, each) => sum + each.facts.length, 0);
  return `${facts} of ${facts + open.length} facts are known without it: ${known.map(said).join('; ')}`;
}

const mostNamed = 4;

function said({ source, observedAt, facts }: PassiveSource): string {
  const named = facts.slice(0, mostNamed).join(', ');
  const more = facts.length > mostNamed ? ` and ${facts.length - mostNamed} more` : '';
  return `${named}${more} (${source}, ${observedAt.slice(0, 10)})`;
}

/**
 * Facts that no single look can see: computed from several observations, from history, or from the plant itself.
 * Pure. A derived fact has the weakest kind of evidence of its sources and is as old as the oldest of them; nothing is
 * ever derived from silence. Words that say what is weak or outdated are lists of the pack.
 */
import { type Basis, bases } from '../../collectors/contract/collector.ts';
import type { FactName, FactsDraft } from '../../collectors/contract/vocabulary.ts';
import { indexEvidence } from '../engine/evidence-index.ts';
import { type About, type AssessInput, type AssetView, type Evidence, evidenceKinds } from '../engine/input.ts';
import type { Subject } from '../engine/readings.ts';
import { dayMs, type Reading } from '../engine/value.ts';
import { deriveCrypto } from './crypto.ts';
import { deriveFirewalls } from './firewalls.ts';
import { deriveHistory } from './history.ts';
import { deriveIdentities } from './identity.ts';
import { deriveReconciliation } from './reconcile.ts';
import { deriveServices } from './services.ts';
import { sightingsOf } from './sight.ts';
import { deriveSighted, sightsByAsset } from './sighted.ts';
import { deriveSupport } from './support.ts';
import { deriveSystem } from './system.ts';

export interface Lists {
  readonly [name: string]: readonly string[] | undefined;
}

/** What derivations look at. Readings older than a year are no source of anything. */
export interface Plant {
  readonly input: AssessInput;
  readonly now: number;
  readonly lists: Lists;
  readonly system: Subject;
  readonly organisation: Subject;
  readonly assets: readonly { readonly view: AssetView; readonly subject: Subject; readonly critical: boolean }[];
}

/** One derivation: what it says, of whom, and the readings it stands on. */
export interface Derivation {
  /** Which derivation, and for interface facts of which probe: `tls.cipher.weak` of `mqtt`. */
  readonly name: string;
  readonly about: About;
  readonly facts: FactsDraft;
  readonly sources: readonly Reading[];
  /** Earlier looks that it was compared from, to be found again: they make it neither older nor weaker. */
  readonly also?: readonly string[];
}

/** Evidence to be added to an input before it is assessed. What was derived before is not a source. */
export function derive(input: AssessInput, lists: Lists): Evidence[] {
  const seen = { ...input, evidence: input.evidence.filter(({ source }) => source !== 'derived') };
  const index = indexEvidence(seen);
  const assets = index.assets
    .filter(({ subject }) => !subject.gone)
    .map(({ view, subject }) => ({ view, subject, critical: isCritical(view, subject) }));
  const plant: Plant = {
    input: seen,
    now: index.now,
    lists,
    system: index.system,
    organisation: index.organisation,
    assets,
  };
  const sightings = sightingsOf(plant);
  const sights = sightsByAsset(sightings);
  return [
    ...deriveSighted(sights),
    ...deriveReconciliation(plant, sightings),
    ...deriveFirewalls(plant, sightings),
    ...deriveCrypto(plant),
    ...deriveIdentities(plant),
    ...deriveServices(plant, sights),
    ...deriveHistory(plant),
    ...deriveSupport(plant),
    ...deriveSystem(plant),
  ]
    .filter(({ facts }) => Object.keys(facts).length > 0)
    .map((derivation) => evidenceFrom(derivation));
}

const oldestSource = 365 * dayMs;

/** Newest readings of a fact, one per source, that are young enough to derive from. */
export function readingsOf(subject: Subject, fact: FactName, now: number): readonly Reading[] {
  const seen = subject.slots.get(fact)?.seen ?? [];
  return seen.filter((reading) => now - reading.at < oldestSource && now < reading.end);
}

/** The reading that counts where sources may differ: the best basis, then the strongest kind, then the newest. */
export function bestOf(readings: readonly Reading[]): Reading | undefined {
  return [...readings].sort(
    (one, other) =>
      one.basis - other.basis || one.kind - other.kind || other.at - one.at || (one.channel < other.channel ? -1 : 1),
  )[0];
}

/** The plant file and its targets as a source: what the owner wrote. */
export function written(now: number, what: string): Reading {
  return {
    value: true,
    raw: true,
    at: now,
    end: Number.POSITIVE_INFINITY,
    kind: evidenceKinds.indexOf('stated'),
    basis: bases.indexOf('stated'),
    source: 'inventory',
    channel: 'inventory',
    ref: what,
  };
}

const shownRefs = 8;

function evidenceFrom({ name, about, facts, sources, also = [] }: Derivation): Evidence {
  const kind = evidenceKinds[Math.max(0, ...sources.map((source) => source.kind))] ?? 'stated';
  const basis: Basis = bases[Math.max(0, ...sources.map((source) => source.basis))] ?? 'stated';
  const refs = [...new Set([...also, ...sources.map(({ ref }) => ref).sort()])];
  const more = refs.length > shownRefs ? ` and ${refs.length - shownRefs} more` : '';
  const end = Math.min(...sources.map((source) => source.end));
  return {
    about,
    source: 'derived',
    channel: `derived:${name}`,
    kind,
    observedAt: new Date(Math.min(...sources.map(({ at }) => at))).toISOString(),
    facts,
    unseen: {},
    basis: Object.fromEntries(Object.keys(facts).map((fact) => [fact, basis])),
    ...(Number.isFinite(end) ? { validUntil: new Date(end).toISOString() } : {}),
    ref: `${refs.slice(0, shownRefs).join(' ')}${more}`,
  };
}

function isCritical(view: AssetView, subject: Subject): boolean {
  return (
    view.criticality === 'critical' ||
    subject.slots.get('asset.criticality')?.seen.some(({ value }) => value === 'critical') === true
  );
}

/**
 * What is known of each asset without contacting it, as passive-first planning reads it (SAF-08). Documents, passive
 * listening and imported tables count, as long as the strictest row that reads the fact calls them fresh; looks of T2
 * and above never do, nor does what people stated, nor a reading that another fresh one contradicts.
 */
import { withinTier } from '../collectors/contract/collector.ts';
import { type FactName, isFactName, vocabulary } from '../collectors/contract/vocabulary.ts';
import { type AskedFacts, askedFacts, sourcesOf } from '../rules/advice/asked-facts.ts';
import type { Asset, Plant } from './contract/plant.ts';
import type { HeldEvidence, PassiveSource } from './contract/scanner.ts';
import { type KnownAt, knownInput } from './known-input.ts';
import { observationsAsOf } from './store/readings.ts';
import type { StoredObservation } from './store/rows.ts';
import type { Database } from './store/tables.ts';

type Known = Omit<PassiveSource, 'facts'>;

/** One reading of a fact; `passive` ones may spare a look, the others may contradict them. */
interface Reading {
  readonly source: string;
  readonly at: number;
  readonly value: unknown;
  readonly passive: boolean;
}

type Readings = ReadonlyMap<string, ReadonlyMap<FactName, readonly Reading[]>>;

const dayMs = 86_400_000;
const nothing: HeldEvidence = { known: () => new Map(), wants: () => true };

/** Costs one reading of the store, and as much again as an assessment reads where something passive is held. */
export async function heldEvidence(db: Database, system: string, known: KnownAt): Promise<HeldEvidence> {
  const { plant, instant, pack } = known;
  const probed = probedAssets(plant, system);
  if (probed.size === 0) return nothing;
  const systems = plant.systems.map(({ id }) => id);
  const observations = await observationsAsOf(db, { systems, assets: [...probed.keys()] }, instant);
  const readings = readingsOf(observations, known, probed);
  const somethingPassive = [...readings.values()].some((facts) =>
    [...facts.values()].flat().some(({ passive }) => passive),
  );
  if (!somethingPassive) return nothing;
  const asked = askedFacts(pack, await knownInput(db, system, known));
  return heldFrom({ readings, asked, now: Date.parse(instant) });
}

/** Assets of the system with a probe that connects. */
function probedAssets(plant: Plant, system: string): ReadonlyMap<string, Asset> {
  const members = new Set(plant.systems.find(({ id }) => id === system)?.assets);
  const assets = plant.assets.filter(({ id, probes }) => members.has(id) && probes.some(({ url }) => connects(url)));
  return new Map(assets.map((asset) => [asset.id, asset]));
}

function connects(url: string): boolean {
  return !url.startsWith('file:');
}

function readingsOf(
  observations: readonly StoredObservation[],
  { imports, instant }: Pick<KnownAt, 'imports' | 'instant'>,
  probed: ReadonlyMap<string, Asset>,
): Readings {
  const now = Date.parse(instant);
  const found = new Map<string, Map<FactName, Reading[]>>();
  function add(id: string, facts: object, from: Omit<Reading, 'value'>) {
    const asset = probed.get(id);
    if (asset === undefined || from.at > now) return;
    const byFact = found.get(id) ?? new Map<FactName, Reading[]>();
    found.set(id, byFact);
    for (const [name, value] of Object.entries(facts)) {
      if (!isFactName(name)) continue;
      // A document names no port: what it says of a service is about this one only where the asset has no other.
      const passive = from.passive && (vocabulary[name].subject !== 'interface' || hasOneService(asset));
      byFact.set(name, [...(byFact.get(name) ?? []), { ...from, passive, value }]);
    }
  }
  for (const { asset, collector, observedAt, tier, facts, volatile } of observations) {
    const passive = withinTier(tier, 'T1');
    add(asset, { ...facts, ...volatile }, { source: collector, at: Date.parse(observedAt), passive });
  }
  for (const { about, source, observedAt, facts } of imports) {
    if (about.kind !== 'asset') continue;
    add(about.id, facts, { source: `import:${source}`, at: Date.parse(observedAt), passive: true });
  }
  return found;
}

function hasOneService({ probes, interfaces }: Asset): boolean {
  const urls = probes
    .filter(({ url }) => connects(url))
    .map(({ url }) => (URL.canParse(url) ? new URL(url).host : url));
  return new Set(urls).size <= 1 && interfaces.length <= 1;
}

interface Held {
  readonly readings: Readings;
  readonly now: number;
  asked(asset: string): AskedFacts;
}

function heldFrom({ readings, asked, now }: Held): HeldEvidence {
  const views = new Map<string, { known: ReadonlyMap<FactName, Known>; wanted: ReadonlySet<FactName> }>();
  function viewOf(asset: string) {
    const held = views.get(asset);
    if (held !== undefined) return held;
    const asks = asked(asset);
    const known = new Map<FactName, Known>();
    for (const [name, seen] of readings.get(asset) ?? []) {
      const reading = standing(name, seen, { days: asks.get(name) ?? vocabulary[name].days, now });
      if (reading !== undefined) known.set(name, reading);
    }
    const wanted = new Set<FactName>();
    for (const name of asks.keys()) {
      wanted.add(name);
      if (!known.has(name)) for (const source of sourcesOf(name)) wanted.add(source);
    }
    const view = { known, wanted };
    views.set(asset, view);
    return view;
  }
  return { known: (asset) => viewOf(asset).known, wants: (asset, fact) => viewOf(asset).wanted.has(fact) };
}

/** The newest passive reading that is fresh, unless a fresh reading of any tier says otherwise. */
function standing(name: FactName, seen: readonly Reading[], at: { days: number; now: number }): Known | undefined {
  const age = at.days * dayMs;
  const fresh = seen.filter((reading) => at.now < reading.at + age);
  const newest = fresh.filter(({ passive }) => passive).toSorted((one, other) => other.at - one.at)[0];
  if (newest === undefined) return undefined;
  const disputed =
    !vocabulary[name].volatile && fresh.some(({ value }) => JSON.stringify(value) !== JSON.stringify(newest.value));
  if (disputed) return undefined;
  return {
    source: newest.source,
    observedAt: new Date(newest.at).toISOString(),
    until: new Date(newest.at + age).toISOString(),
  };
}

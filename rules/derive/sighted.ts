/** What sights say of single assets: seen when, serving what, speaking what in the clear across a border. */
import { type FactName, type FactsDraft, vocabulary } from '../../collectors/contract/vocabulary.ts';
import type { Reading } from '../engine/value.ts';
import type { Derivation } from './derive.ts';
import type { Place } from './place.ts';
import type { FlowSeen, Sighting } from './sight.ts';

type Listener = NonNullable<FactsDraft['service.listeners']>[number];
type CrossingWord = NonNullable<FactsDraft['service.cleartext.crossing']>[number];

export interface AssetSight {
  lastSeen?: { readonly at: number; readonly source: Reading };
  readonly listeners: Map<string, Listener>;
  readonly serving: Set<string>;
  /** Protocols in the clear that crossed the border of its zone, whichever side it was on. */
  readonly crossing: Set<CrossingWord>;
  readonly listenerSources: Set<Reading>;
  readonly crossingSources: Set<Reading>;
}

/** By id of the asset, of any system; the sources of each are seen as one symptom. */
export function sightsByAsset(sightings: readonly Sighting[]): ReadonlyMap<string, AssetSight> {
  const sights = new Map<string, AssetSight>();
  const sightOf = (asset: string) => {
    const sight = sights.get(asset) ?? noSight();
    sights.set(asset, sight);
    return sight;
  };
  for (const sighting of sightings) {
    for (const place of sighting.places) {
      const last = sighting.times.get(place.station.id)?.last;
      if (place.state !== 'known' || last === undefined) continue;
      const sight = sightOf(place.asset);
      if (sight.lastSeen === undefined || last > sight.lastSeen.at)
        sight.lastSeen = { at: last, source: sighting.source };
    }
    for (const flow of sighting.flows) takeFlow(flow, sighting, sightOf);
  }
  return sights;
}

function noSight(): AssetSight {
  return {
    listeners: new Map(),
    serving: new Set(),
    crossing: new Set(),
    listenerSources: new Set(),
    crossingSources: new Set(),
  };
}

export function deriveSighted(sights: ReadonlyMap<string, AssetSight>): Derivation[] {
  return [...sights].flatMap(([id, sight]): Derivation[] => {
    const about = { kind: 'asset', id } as const;
    const found: Derivation[] = [];
    if (sight.lastSeen !== undefined) {
      const facts = { 'asset.inventory.lastSeen': new Date(sight.lastSeen.at).toISOString() };
      found.push({ name: 'sight.lastSeen', about, facts, sources: [sight.lastSeen.source] });
    }
    if (sight.listeners.size > 0) {
      const facts: FactsDraft = { 'service.listeners': listenersOf(sight) };
      // Only what is there: that nothing else listens, nobody who listens in can know.
      const open = wordsOf('protocol.unauthenticated').filter((word) => sight.serving.has(word));
      const old = wordsOf('service.legacy.enabled').filter((word) => sight.serving.has(word));
      if (open.length > 0) Object.assign(facts, { 'protocol.unauthenticated': open });
      if (old.length > 0) Object.assign(facts, { 'service.legacy.enabled': old });
      found.push({ name: 'sight.services', about, facts, sources: [...sight.listenerSources] });
    }
    return found;
  });
}

export function listenersOf({ listeners }: AssetSight): Listener[] {
  return [...listeners.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

function takeFlow(flow: FlowSeen, sighting: Sighting, sightOf: (asset: string) => AssetSight): void {
  const [from, to] = [sighting.placeOf.get(flow.from), sighting.placeOf.get(flow.to)];
  const { protocol, transport, port } = flow;
  if (protocol === undefined || to === undefined) return;
  // A connection met in its middle may be told the wrong way round: only a recognised protocol says who serves.
  if (to.state === 'known' && flow.answered && transport !== 'other') {
    const server = sightOf(to.asset);
    const boundTo = to.station.address;
    const id = `${transport}/${port}/${boundTo ?? '*'}`;
    const over = transport === 'udp' ? 'udp' : 'tcp';
    const tls = protocol === 'tls' ? { tls: true } : {};
    server.listeners.set(id, {
      id,
      port,
      transport: over,
      protocol,
      ...(boundTo === undefined ? {} : { boundTo }),
      ...tls,
    });
    server.serving.add(protocol);
    server.listenerSources.add(sighting.source);
  }
  const word = wordsOf('service.cleartext.crossing').find((each) => each === protocol);
  if (word === undefined || flow.tunnelled || from === undefined || !crosses(from, to)) return;
  for (const place of [from, to]) {
    if (place.state !== 'known') continue;
    const sight = sightOf(place.asset);
    sight.crossing.add(word as CrossingWord);
    sight.crossingSources.add(sighting.source);
  }
}

/** Certainly in two zones, or one of them in none of those that are declared. */
export function crosses(one: Place, other: Place): boolean {
  const borders = [one, other].map((place) =>
    place.state === 'outside' || place.state === 'elsewhere' ? `(${place.state})` : certainZone(place),
  );
  return borders.every((zone) => zone !== undefined) && borders[0] !== borders[1];
}

export function certainZone(place: Place): string | undefined {
  const isCertain = place.state === 'known' || place.state === 'unknown';
  return isCertain && place.zone !== '' ? place.zone : undefined;
}

function wordsOf(fact: FactName): readonly string[] {
  const definition = vocabulary[fact];
  return definition.type === 'string[]' ? (definition.values ?? []) : [];
}

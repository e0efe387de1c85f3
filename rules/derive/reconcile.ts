/**
 * The inventory against what was seen, zone by zone: known, unknown, missing. Counts are given only where every station
 * of the zone could be told; what could not stands in the list as ambiguous, and the zone's counts are then not seen.
 */
import type { FactsDraft } from '../../collectors/contract/vocabulary.ts';
import { dayMs } from '../engine/value.ts';
import { type Derivation, type Plant, readingsOf } from './derive.ts';
import { flowFacts } from './flows.ts';
import type { Place } from './place.ts';
import type { Sighting } from './sight.ts';
import { certainZone } from './sighted.ts';

type Entry = NonNullable<FactsDraft['inventory.reconciliation']>[number];
type ZoneElement = NonNullable<FactsDraft['zone.register']>[number];

/** Sights this much older than the newest of a zone still belong to the same comparison. */
const windowMs = 30 * dayMs;
const mostEntries = 5000;

export function deriveReconciliation(plant: Plant, sightings: readonly Sighting[]): Derivation[] {
  if (sightings.length === 0) return [];
  const zones = plant.input.system.zones.map(({ id }) => zonePicture(plant, sightings, id));
  const seen = zones.filter((zone) => zone.sightings.length > 0);
  if (seen.length === 0) return [];
  const sources = [...new Set(seen.flatMap((zone) => zone.sightings.map(({ source }) => source)))];
  const about = { kind: 'system' } as const;
  const elements = seen.flatMap((zone) => zoneElement(zone) ?? []);
  const entries = seen.flatMap((zone) => zone.entries).slice(0, mostEntries);
  const counted = zones.length > 0 && zones.every(({ delta }) => delta !== undefined);
  return [
    { name: 'sight.zones', about, facts: elements.length === 0 ? {} : { 'zone.register': elements }, sources },
    { name: 'sight.reconciliation', about, facts: { 'inventory.reconciliation': entries }, sources },
    { name: 'sight.inventory', about, facts: counted ? inventoryFacts(plant, zones) : {}, sources },
    { name: 'sight.flows', about, facts: flowFacts(plant, sightings), sources },
  ];
}

interface ZonePicture {
  readonly id: string;
  readonly critical: boolean;
  readonly sightings: readonly Sighting[];
  readonly entries: readonly Entry[];
  readonly knownAssets: ReadonlySet<string>;
  readonly unknown: readonly Entry[];
  readonly delta?: { readonly at: number; readonly method: NonNullable<ZoneElement['deltaMethod']> };
}

/** Which look a format is; an LLDP table names some of the stations only, so it is none. */
const methods: Readonly<Record<string, NonNullable<ZoneElement['deltaMethod']>>> = {
  zeek: 'capture',
  capture: 'capture',
  neighbours: 'switchTable',
  leases: 'dhcpLog',
  firewall: 'firewallLog',
};
/** Formats in which a station that was there would have shown itself sooner or later. */
const tellsSilence = new Set(['zeek', 'capture', 'neighbours']);

function zonePicture(plant: Plant, all: readonly Sighting[], id: string): ZonePicture {
  const critical = plant.assets.some((asset) => asset.critical && asset.view.zone === id);
  const watching = all.filter(({ watched }) => watched.has(id));
  const newest = watching
    .filter(({ format, complete }) => complete && methods[format] !== undefined)
    .toSorted((one, other) => other.until - one.until)[0];
  const limit = (newest?.until ?? Number.NEGATIVE_INFINITY) - windowMs;
  const sightings = watching.filter(({ until }) => newest === undefined || until >= limit);
  const { entries, knownAssets, ambiguous } = entriesOf(id, sightings);
  const unknown = entries.filter(({ state }) => state === 'unknown');
  const missing = missingIn(plant, id, { sightings, knownAssets, ambiguous });
  const method = newest === undefined ? undefined : methods[newest.format];
  const countable = newest !== undefined && method !== undefined && ambiguous.length === 0;
  return {
    id,
    critical,
    sightings,
    entries: [...entries, ...missing],
    knownAssets,
    unknown,
    ...(countable ? { delta: { at: newest.until, method } } : {}),
  };
}

function entriesOf(zone: string, sightings: readonly Sighting[]) {
  const mine = sightings.flatMap((sighting) =>
    sighting.places
      .filter((place) => (place.state === 'ambiguous' ? (place.zone ?? zone) === zone : certainZone(place) === zone))
      .map((place) => ({ place, sighting })),
  );
  const { addressOfMac, assetAt } = tiesIn(mine.map(({ place }) => place));
  const entries = new Map<string, Entry>();
  const knownAssets = new Set<string>();
  const ambiguous: Place[] = [];
  for (const { place, sighting } of mine) {
    if (place.state === 'ambiguous') ambiguous.push(place);
    const { station } = place;
    const address = station.address ?? addressOfMac.get(station.mac ?? '');
    // Told by its hardware address elsewhere, here by the address that this hardware had.
    const tied = place.state === 'unknown' && address !== undefined ? assetAt.get(address) : undefined;
    const told: Place = tied === undefined ? place : { station, zone, state: 'known', asset: tied };
    if (told.state === 'known') knownAssets.add(told.asset);
    const id = `${zone}/${told.state === 'known' ? told.asset : (address ?? station.id)}`;
    entries.set(id, united(entries.get(id), entryOf({ id, zone, place: told, sighting })));
  }
  return { entries: [...entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), knownAssets, ambiguous };
}

/** What the stations of one zone say of each other: the address of a hardware address, the asset at an address. */
function tiesIn(places: readonly Place[]) {
  const addressOfMac = new Map<string, string>();
  const assetAt = new Map<string, string>();
  const disputed = new Set<string>();
  for (const place of places) {
    const { mac, address } = place.station;
    if (mac !== undefined && address !== undefined) addressOfMac.set(mac, address);
    if (place.state !== 'known' || address === undefined) continue;
    if ((assetAt.get(address) ?? place.asset) !== place.asset) disputed.add(address);
    assetAt.set(address, place.asset);
  }
  for (const address of disputed) assetAt.delete(address);
  return { addressOfMac, assetAt };
}

function entryOf(of: { id: string; zone: string; place: Place; sighting: Sighting }): Entry {
  const { id, zone, place, sighting } = of;
  const { station, state } = place;
  const times = sighting.times.get(station.id);
  return {
    ...{ id, zone },
    state: state === 'known' || state === 'ambiguous' ? state : 'unknown',
    ...(place.state === 'known' ? { asset: place.asset } : {}),
    ...(station.address === undefined ? {} : { address: station.address }),
    ...(station.mac === undefined ? {} : { mac: station.mac }),
    ...(station.name === undefined ? {} : { name: station.name }),
    ...(times === undefined ? {} : { firstSeenAt: instant(times.first), lastSeenAt: instant(times.last) }),
  };
}

/** One station that several places saw: known goes before ambiguous, and ambiguous before unknown. */
function united(one: Entry | undefined, other: Entry): Entry {
  if (one === undefined) return other;
  const states = ['known', 'ambiguous', 'unknown'] as const;
  const first = [one.firstSeenAt, other.firstSeenAt].filter((each) => each !== undefined).sort()[0];
  const last = [one.lastSeenAt, other.lastSeenAt]
    .filter((each) => each !== undefined)
    .sort()
    .at(-1);
  return {
    ...other,
    ...one,
    state: states.find((state) => one.state === state || other.state === state) ?? 'unknown',
    ...(first === undefined ? {} : { firstSeenAt: first }),
    ...(last === undefined ? {} : { lastSeenAt: last }),
  };
}

/** Assets of the system that have an address in a zone that was listened to, and that nobody saw there. */
function missingIn(
  plant: Plant,
  zone: string,
  seen: { sightings: readonly Sighting[]; knownAssets: ReadonlySet<string>; ambiguous: readonly Place[] },
): Entry[] {
  const listened = seen.sightings.some(({ format, complete }) => complete && tellsSilence.has(format));
  if (!listened) return [];
  const unclear = new Set(seen.ambiguous.flatMap(({ station }) => [station.address, station.mac, station.name]));
  const own = new Set(plant.assets.filter(({ view }) => view.zone === zone).map(({ view }) => view.id));
  return (plant.input.system.network?.stations ?? [])
    .filter(({ asset, zone: at, marks }) => at === zone && own.has(asset) && !marks.some((mark) => unclear.has(mark)))
    .filter(({ asset }) => !seen.knownAssets.has(asset))
    .map(({ asset }) => ({ id: `${zone}/${asset}`, zone, state: 'missing', asset }));
}

function zoneElement({ id, delta, knownAssets, unknown, sightings }: ZonePicture): ZoneElement | undefined {
  const sensors = sightings.filter(({ format }) => format === 'zeek').toSorted((one, other) => other.until - one.until);
  const [sensor] = sensors;
  const losses = sensors.flatMap(({ loss }) => loss ?? []);
  if (delta === undefined && sensor === undefined) return undefined;
  return {
    id,
    ...(delta === undefined
      ? {}
      : {
          ...{ deltaAt: instant(delta.at), deltaMethod: delta.method },
          ...{ seenAssets: knownAssets.size + unknown.length, unknownAssets: unknown.length },
        }),
    ...(sensor === undefined ? {} : { sensorLastSeenAt: instant(sensor.until) }),
    ...(losses.length === 0 ? {} : { sensorDropShare: Math.max(...losses) }),
  };
}

function inventoryFacts(plant: Plant, zones: readonly ZonePicture[]): FactsDraft {
  const unknown = zones.flatMap((zone) => zone.unknown);
  const known = new Set(zones.flatMap((zone) => [...zone.knownAssets]));
  for (const { view, subject } of plant.assets) {
    if (readingsOf(subject, 'asset.inventory.lastSeen', plant.now).some(({ at }) => plant.now - at < windowMs))
      known.add(view.id);
  }
  const oldest = Math.min(...zones.map(({ delta }) => delta?.at ?? plant.now));
  return {
    'inventory.reconciledAt': instant(oldest),
    'inventory.seen.total': known.size + unknown.length,
    'inventory.unknown.count': unknown.length,
    ...overdue(plant, zones),
  };
}

/** How long a station has been unknown is known only as far back as anybody looked. */
function overdue(plant: Plant, zones: readonly ZonePicture[]): FactsDraft {
  const firsts = firstSights(plant, zones);
  const firstOf = ({ address, mac, firstSeenAt }: Entry, { sightings }: ZonePicture) =>
    Math.min(
      ...(firstSeenAt === undefined ? [] : [Date.parse(firstSeenAt)]),
      ...sightings.flatMap(({ channel }) =>
        [address, mac].flatMap((id) => (id === undefined ? [] : (firsts.get(`${channel} ${id}`) ?? []))),
      ),
    );
  const count = (of: readonly ZonePicture[], longest: number): number | undefined => {
    const ages = of.flatMap((zone) => zone.unknown.map((entry) => plant.now - firstOf(entry, zone)));
    const late = ages.filter((age) => age > longest).length;
    const looked = of.every(({ sightings }) =>
      sightings.some((each) => lookedSince(plant, each) <= plant.now - longest),
    );
    return late > 0 || (looked && ages.every(Number.isFinite)) ? late : undefined;
  };
  const all = count(zones, dayMs);
  const critical = count(
    zones.filter((zone) => zone.critical),
    7 * dayMs,
  );
  return {
    ...(all === undefined ? {} : { 'inventory.unknown.overdue.count': all }),
    ...(critical === undefined ? {} : { 'inventory.unknownCritical.overdue.count': critical }),
  };
}

/** Earlier observations of the same place may have seen a station before: logs are rotated. */
function firstSights({ input }: Plant, zones: readonly ZonePicture[]): ReadonlyMap<string, number> {
  const channels = new Set(zones.flatMap(({ sightings }) => sightings.map(({ channel }) => channel)));
  const firsts = new Map<string, number>();
  for (const { channel, facts } of input.evidence) {
    if (!channels.has(channel)) continue;
    for (const { id, firstSeenAt } of facts['sight.times'] ?? []) {
      if (firstSeenAt === undefined) continue;
      const at = Date.parse(firstSeenAt);
      firsts.set(`${channel} ${id}`, Math.min(firsts.get(`${channel} ${id}`) ?? at, at));
    }
  }
  return firsts;
}

function lookedSince({ input }: Plant, { channel, from }: Sighting): number {
  const starts = input.evidence
    .filter((each) => each.channel === channel)
    .flatMap(({ facts }) => facts['sight.from'] ?? []);
  return Math.min(from, ...starts.map((start) => Date.parse(start)));
}

function instant(at: number): string {
  return new Date(at).toISOString();
}

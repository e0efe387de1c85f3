/**
 * Which asset a station is that somebody saw, and in which zone it stands. What could be two things is neither: a
 * private address may be used again in the next cell, so an address counts only where its zone is certain.
 */
import type { NetworkView } from '../engine/input.ts';
import { type Address, isPublic, isWithin, type Network, parseAddress, parseNetwork } from './address.ts';

export interface StationSeen {
  readonly id: string;
  readonly address?: string;
  readonly mac?: string;
  readonly name?: string;
  /** Seen on the link itself: no router lies between. */
  readonly local: boolean;
}

/**
 * known: this asset. unknown: certainly in this zone, and no asset of the plant carries its marks. ambiguous: zone or
 * asset cannot be told. elsewhere: certainly in none of the zones that were listened to, and in none that declares its
 * networks. outside: a public address that no zone declares.
 */
export type Place = { readonly station: StationSeen; readonly zone?: string } & (
  | { readonly state: 'known'; readonly asset: string }
  | { readonly state: 'unknown' | 'ambiguous' | 'elsewhere' | 'outside' }
);

export interface Atlas {
  readonly zones: readonly ZoneRange[];
  /** Zone, then mark, then the assets that carry it; the zone of assets without one is "". */
  readonly marks: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** Every zone in which a mark is carried. */
  readonly zonesOfMark: ReadonlyMap<string, ReadonlySet<string>>;
  /** Hardware addresses that the inventory holds of an asset. */
  readonly macsOf: ReadonlyMap<string, ReadonlySet<string>>;
}

interface ZoneRange {
  readonly id: string;
  readonly networks: readonly Network[];
}

/** `watched`: the zones that the place listens to. */
export function placesOf(seen: readonly StationSeen[], watched: ReadonlySet<string>, atlas: Atlas): readonly Place[] {
  return seen.map((station) => {
    const zone = zoneOf(station, watched, atlas);
    if (typeof zone === 'object') return { station, state: zone.no };
    return assetIn(station, zone, atlas);
  });
}

export function atlasOf(network: NetworkView): Atlas {
  const marks = new Map<string, Map<string, string[]>>();
  const zonesOfMark = new Map<string, Set<string>>();
  const macsOf = new Map<string, Set<string>>();
  for (const { asset, zone = '', marks: carried } of network.stations) {
    const inZone = marks.get(zone) ?? new Map<string, string[]>();
    marks.set(zone, inZone);
    for (const text of carried) {
      const mark = markOf(text);
      inZone.set(mark, [...(inZone.get(mark) ?? []), asset]);
      zonesOfMark.set(mark, (zonesOfMark.get(mark) ?? new Set<string>()).add(zone));
      if (isHardware(mark)) macsOf.set(asset, (macsOf.get(asset) ?? new Set<string>()).add(mark));
    }
  }
  const zones = network.zones.map(({ id, networks }) => ({
    id,
    networks: networks.flatMap((each) => parseNetwork(each) ?? []),
  }));
  return { zones, marks, zonesOfMark, macsOf };
}

type Unplaced = { readonly no: 'ambiguous' | 'elsewhere' | 'outside' };

function zoneOf(station: StationSeen, watched: ReadonlySet<string>, atlas: Atlas): string | Unplaced {
  const address = station.address === undefined ? undefined : parseAddress(station.address);
  const holding = address === undefined ? [] : zonesHolding(address, atlas);
  const own = holding.filter((id) => watched.has(id));
  if (own.length > 0) return own.length === 1 ? (own[0] ?? '') : { no: 'ambiguous' };
  if (station.local) {
    // On the one link that is listened to; an address of another zone there is a contradiction, and left as one.
    const [only] = watched;
    return watched.size === 1 && only !== undefined && holding.length === 0 ? only : { no: 'ambiguous' };
  }
  if (address === undefined) return { no: 'ambiguous' };
  const open = [...watched].filter((id) => (atlas.zones.find((zone) => zone.id === id)?.networks.length ?? 0) === 0);
  if (open.length > 0) {
    // A zone that does not declare its networks: only an asset that it declares at this address places it there.
    const carrying = open.filter((id) => atlas.marks.get(id)?.has(markOf(station.address ?? '')) === true);
    if (carrying.length === 1 && holding.length === 0) return carrying[0] ?? '';
    if (holding.length === 0 && isPublic(address)) return publicZone(station, atlas);
    return { no: 'ambiguous' };
  }
  if (holding.length > 0) return holding.length === 1 ? (holding[0] ?? '') : { no: 'ambiguous' };
  return isPublic(address) ? publicZone(station, atlas) : { no: 'elsewhere' };
}

/** A public address means one station in the world. */
function publicZone(station: StationSeen, atlas: Atlas): string | Unplaced {
  const zones = [...(atlas.zonesOfMark.get(markOf(station.address ?? '')) ?? [])];
  return zones.length === 1 ? (zones[0] ?? '') : { no: zones.length === 0 ? 'outside' : 'ambiguous' };
}

function zonesHolding(address: Address, { zones }: Atlas): string[] {
  return zones.filter(({ networks }) => networks.some((network) => isWithin(address, network))).map(({ id }) => id);
}

function assetIn(station: StationSeen, zone: string, atlas: Atlas): Place {
  const carriers = (mark: string | undefined) =>
    mark === undefined ? [] : (atlas.marks.get(zone)?.get(markOf(mark)) ?? []);
  const marked = new Set([...carriers(station.address), ...carriers(station.mac)]);
  const matched = marked.size > 0 ? marked : new Set(carriers(station.name));
  const [asset] = matched;
  if (asset === undefined) {
    // Its hardware stands in the inventory under another zone: moved, or copied.
    const moved = station.mac !== undefined && atlas.zonesOfMark.has(markOf(station.mac));
    return { station, zone, state: moved ? 'ambiguous' : 'unknown' };
  }
  const macs = atlas.macsOf.get(asset);
  const other = station.mac !== undefined && macs !== undefined && !macs.has(markOf(station.mac));
  if (matched.size > 1 || other) return { station, zone, state: 'ambiguous' };
  return { station, zone, state: 'known', asset };
}

/** One spelling for each address; names as they are. */
function markOf(text: string): string {
  const address = parseAddress(text);
  if (address !== undefined) return `${typeof address === 'number' ? 4 : 6}:${address}`;
  const mac = /^([0-9a-f]{1,2}[:-]){5}[0-9a-f]{1,2}$/i.test(text)
    ? text.split(/[:-]/).map((part) => part.padStart(2, '0'))
    : undefined;
  return mac === undefined ? text.toLowerCase() : mac.join(':').toLowerCase();
}

function isHardware(mark: string): boolean {
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mark);
}

/**
 * What places that listen saw, joined with the plant: each station with its zone and asset. A sight counts as of the
 * end of the span that its records cover, however late they were read.
 */
import type { NetworkView } from '../engine/input.ts';
import type { Subject } from '../engine/readings.ts';
import type { Reading } from '../engine/value.ts';
import { recordsOf } from './crypto.ts';
import { type Plant, readingsOf } from './derive.ts';
import { type Atlas, atlasOf, type Place, placesOf, type StationSeen } from './place.ts';

export interface Sighting {
  readonly format: string;
  /** Zones that were listened to. */
  readonly watched: ReadonlySet<string>;
  readonly from: number;
  readonly until: number;
  readonly places: readonly Place[];
  readonly placeOf: ReadonlyMap<string, Place>;
  readonly flows: readonly FlowSeen[];
  /** First and last sight of a station or flow, where the source says when. */
  readonly times: ReadonlyMap<string, { readonly first: number; readonly last: number }>;
  /** No station, and no flow, was left out within the span. */
  readonly complete: boolean;
  readonly flowsComplete: boolean;
  readonly loss?: number;
  readonly channel: string;
  readonly source: Reading;
}

export interface FlowSeen {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly transport: string;
  readonly port: number;
  readonly protocol?: string;
  readonly answered: boolean;
  readonly tunnelled: boolean;
}

/** Newest sight of each place that listens. */
export function sightingsOf(plant: Plant): Sighting[] {
  const { network } = plant.input.system;
  if (network === undefined) return [];
  return plant.assets.flatMap(({ view, subject }) => {
    const listened = { own: view.zone, network, now: plant.now };
    return [
      ...readingsOf(subject, 'sight.hosts', plant.now).flatMap((hosts) => recorded(subject, hosts, listened) ?? []),
      ...readingsOf(subject, 'network.neighbours', plant.now).flatMap((seen) => neighbouring(seen, listened) ?? []),
    ];
  });
}

interface Listened {
  readonly own: string | undefined;
  readonly network: NetworkView;
  readonly now: number;
}

function recorded(subject: Subject, hosts: Reading, { own, network, now }: Listened): Sighting | undefined {
  // Facts of one document belong together: the same observation, or none.
  const beside = (name: Parameters<typeof readingsOf>[1]) =>
    readingsOf(subject, name, now).find(({ channel, ref }) => channel === hosts.channel && ref === hosts.ref)?.value;
  const from = beside('sight.from');
  const until = beside('sight.until');
  if (typeof from !== 'number' || typeof until !== 'number' || until > now) return undefined;
  const named = beside('sight.zones') as readonly string[] | undefined;
  const watched = new Set(named !== undefined && named.length > 0 ? named : own === undefined ? [] : [own]);
  const places = placed(hosts, watched, network);
  const flows = ((beside('sight.flows') ?? []) as readonly Record<string, unknown>[]).map(flowFrom);
  const loss = beside('sight.loss');
  return {
    format: String(beside('sight.format')),
    watched,
    from,
    until,
    places,
    placeOf: withEndpoints(places, flows, { watched, network }),
    flows,
    times: timesFrom((beside('sight.times') ?? []) as readonly Record<string, unknown>[]),
    complete: beside('sight.dropped.count') === 0,
    flowsComplete: beside('sight.dropped.count') === 0 && beside('sight.flowsDropped.count') === 0,
    ...(typeof loss === 'number' ? { loss } : {}),
    channel: hosts.channel,
    source: { ...hosts, at: Math.min(hosts.at, until) },
  };
}

/** Whoever was only talked to is no station that was seen, but it stands somewhere. */
function withEndpoints(
  places: readonly Place[],
  flows: readonly FlowSeen[],
  { watched, network }: { watched: ReadonlySet<string>; network: NetworkView },
): ReadonlyMap<string, Place> {
  const placeOf = new Map(places.map((place) => [place.station.id, place]));
  const ends = new Set(flows.flatMap(({ from, to }) => [from, to]).filter((id) => !placeOf.has(id)));
  const stations = [...ends].map((id) => ({ id, address: id, local: false }));
  for (const place of placesOf(stations, watched, atlasFor(network))) placeOf.set(place.station.id, place);
  return placeOf;
}

/** LLDP neighbours of a switch: stations on its links, never all of them. */
function neighbouring(seen: Reading, { own, network }: Listened): Sighting | undefined {
  if (own === undefined) return undefined;
  const watched = new Set([own]);
  const stations = (recordsOf(seen) ?? []).flatMap(({ neighbour, address }): StationSeen[] => {
    const name = typeof neighbour === 'string' && neighbour !== '' ? neighbour.toLowerCase() : undefined;
    const isHardware = name !== undefined && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(name);
    const at = typeof address === 'string' ? address : undefined;
    const id = at ?? name;
    if (id === undefined) return [];
    const marks = { ...(at === undefined ? {} : { address: at }), ...(isHardware ? { mac: name } : {}) };
    return [{ id, ...marks, ...(name === undefined || isHardware ? {} : { name }), local: true }];
  });
  const places = placesOf(stations, watched, atlasFor(network));
  return {
    format: 'lldp',
    watched,
    from: seen.at,
    until: seen.at,
    places,
    placeOf: new Map(places.map((place) => [place.station.id, place])),
    flows: [],
    times: new Map(stations.map(({ id }) => [id, { first: seen.at, last: seen.at }])),
    complete: false,
    flowsComplete: true,
    channel: seen.channel,
    source: seen,
  };
}

const atlases = new WeakMap<NetworkView, Atlas>();
/** Assessments of one plant, and the what-ifs beside them, look at the same lists again and again. */
const known = new WeakMap<NetworkView, WeakMap<object, { watched: string; places: readonly Place[] }>>();

function placed(hosts: Reading, watched: ReadonlySet<string>, network: NetworkView): readonly Place[] {
  const records = recordsOf(hosts) ?? [];
  const kept = known.get(network) ?? new WeakMap<object, { watched: string; places: readonly Place[] }>();
  known.set(network, kept);
  const key = [...watched].sort().join(' ');
  const before = kept.get(records);
  if (before?.watched === key) return before.places;
  const places = placesOf(records.map(stationFrom), watched, atlasFor(network));
  kept.set(records, { watched: key, places });
  return places;
}

function atlasFor(network: NetworkView): Atlas {
  const atlas = atlases.get(network) ?? atlasOf(network);
  atlases.set(network, atlas);
  return atlas;
}

function stationFrom(record: Record<string, unknown>): StationSeen {
  const { id, address, mac, name, local } = record;
  return {
    id: String(id),
    ...(typeof address === 'string' ? { address } : {}),
    ...(typeof mac === 'string' ? { mac } : {}),
    ...(typeof name === 'string' ? { name } : {}),
    local: local === true,
  };
}

function flowFrom(record: Record<string, unknown>): FlowSeen {
  const { id, from, to, transport, port, protocol, answered, tunnelled } = record;
  return {
    ...{ id: String(id), from: String(from), to: String(to), transport: String(transport), port: Number(port) },
    ...(typeof protocol === 'string' ? { protocol } : {}),
    ...{ answered: answered === true, tunnelled: tunnelled === true },
  };
}

function timesFrom(records: readonly Record<string, unknown>[]): Sighting['times'] {
  return new Map(
    records.map(({ id, firstSeenAt, lastSeenAt }) => [
      String(id),
      { first: Date.parse(String(firstSeenAt)), last: Date.parse(String(lastSeenAt)) },
    ]),
  );
}

/** Ways between stations that somebody saw, against what the plant file declares: the service, and across a border the conduit. */
import type { FactsDraft } from '../../collectors/contract/vocabulary.ts';
import { dayMs } from '../engine/value.ts';
import { recordsOf } from './crypto.ts';
import { bestOf, type Plant, readingsOf } from './derive.ts';
import type { Place } from './place.ts';
import type { FlowSeen, Sighting } from './sight.ts';
import { certainZone, crosses } from './sighted.ts';

const windowMs = 30 * dayMs;
const mostEndpoints = 1000;
/** Of more flows than people can classify, none is a better list than the first thousand. */
const mostFlows = 1000;

interface Way {
  readonly id: string;
  /** Between two assets, in words that were recognised. */
  readonly between?: {
    readonly from: string;
    readonly to: string;
    readonly protocol: string;
    readonly critical: boolean;
  };
  readonly declared: boolean;
  /** `dmz>cell-3`: leads to a critical asset of another zone, and no conduit joins the two. */
  readonly unexpected?: string;
}

/** Ways that were seen within the last month; `whole`: none of them is left out. */
interface Ways {
  readonly recent: readonly Sighting[];
  readonly ways: ReadonlyMap<string, Way>;
  readonly whole: boolean;
}

function waysOf(plant: Plant, sightings: readonly Sighting[]): Ways {
  const recent = sightings.filter(({ until }) => plant.now - until < windowMs);
  const seen = recent.flatMap((sighting) => sighting.flows.map((flow) => ({ flow, ...endsOf(flow, sighting) })));
  const told = seen.flatMap(({ flow, from, to }) =>
    from === undefined || to === undefined ? [] : [{ flow, from, to }],
  );
  const isClear = ({ from, to }: { from: Place; to: Place }) => from.state !== 'ambiguous' && to.state !== 'ambiguous';
  const declares = declarationsOf(plant);
  const ways = new Map(
    told
      .filter(isClear)
      .flatMap((each) => declares(each) ?? [])
      .map((way) => [way.id, way]),
  );
  // A way that nobody could tell would stand in no count: then there is none.
  const whole =
    told.length === seen.length && told.every(isClear) && recent.every(({ flowsComplete }) => flowsComplete);
  return { recent, ways, whole };
}

/** `business>cell-3`: seen ways to critical assets that no conduit declares, and the records that show them. */
export function unexpectedSeen(plant: Plant, sightings: readonly Sighting[]) {
  const { recent, ways } = waysOf(plant, sightings);
  const pairs = new Set([...ways.values()].flatMap((way) => way.unexpected ?? []));
  return { pairs, sources: recent.filter(({ flows }) => flows.length > 0).map(({ source }) => source) };
}

export function flowFacts(plant: Plant, sightings: readonly Sighting[]): FactsDraft {
  const { recent, ways, whole } = waysOf(plant, sightings);
  const flows = registerOf(ways);
  const endpoints = outsideOf(plant, recent);
  return {
    ...(whole && ways.size > 0
      ? {
          'flow.observed.total': ways.size,
          'flow.declared.count': [...ways.values()].filter(({ declared }) => declared).length,
        }
      : {}),
    ...(endpoints.length > 0 ? { 'externalEndpoint.register': endpoints } : {}),
    ...(flows.length > 0 && flows.length <= mostFlows ? { 'flow.register': flows } : {}),
  };
}

/** `hmi-1>plc-7/modbus`: the same id in a statement says its class. */
function registerOf(ways: ReadonlyMap<string, Way>) {
  const flows = [...ways.values()].flatMap(({ between }) => {
    if (between === undefined) return [];
    const { from, to, protocol, critical } = between;
    return [{ id: `${from}>${to}/${protocol}`, from, to, protocol, critical }];
  });
  const byId = new Map(flows.map((flow) => [flow.id, flow]));
  return [...byId.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

function endsOf(flow: FlowSeen, { placeOf }: Sighting) {
  return { from: placeOf.get(flow.from), to: placeOf.get(flow.to) };
}

/** Judges ways that end in a zone of this system; those to assets of other systems are declared there. */
function declarationsOf({ assets, input, now }: Plant) {
  const { network, zones } = input.system;
  const conduits = network?.conduits ?? [];
  const own = new Set(zones.map(({ id }) => id));
  const byId = new Map(assets.map((asset) => [asset.view.id, asset]));
  const joined = (one: string | undefined, other: string) =>
    one === other || conduits.some(({ from, to }) => (from === one && to === other) || (from === other && to === one));

  return ({ flow, from, to }: { flow: FlowSeen; from: Place; to: Place }): Way | undefined => {
    const zone = certainZone(to);
    const server = to.state === 'known' ? byId.get(to.asset) : undefined;
    if (zone === undefined || !own.has(zone) || (to.state === 'known' && server === undefined)) return undefined;
    const services = server === undefined ? undefined : bestOf(readingsOf(server.subject, 'service.declared', now));
    const listed = (recordsOf(services) ?? []).some(
      ({ transport = 'tcp', port }) => transport === flow.transport && port === flow.port,
    );
    const origin = certainZone(from);
    const way = joined(origin, zone);
    // Without a single conduit in the plant file nobody has declared ways yet.
    const unexpected = server?.critical === true && conduits.length > 0 && !way && crosses(from, to);
    const known = from.state === 'known' && to.state === 'known' && from.asset !== to.asset;
    const critical = known && (server?.critical === true || byId.get(from.asset)?.critical === true);
    return {
      id: `${nameOf(from)}>${nameOf(to)}/${flow.transport}/${flow.port}`,
      declared: listed && way,
      ...(known && flow.answered && flow.protocol !== undefined
        ? { between: { from: from.asset, to: to.asset, protocol: flow.protocol, critical } }
        : {}),
      ...(unexpected ? { unexpected: `${origin ?? from.state}>${zone}` } : {}),
    };
  };
}

/** Public addresses that no zone declares, and that assets of this system talked to. */
function outsideOf({ assets }: Plant, sightings: readonly Sighting[]) {
  const own = new Set(assets.map(({ view }) => view.id));
  const last = new Map<string, number>();
  for (const sighting of sightings) {
    for (const flow of sighting.flows) {
      const { from, to } = endsOf(flow, sighting);
      if (to?.state !== 'outside' || from?.state !== 'known' || !own.has(from.asset)) continue;
      const at = sighting.times.get(flow.id)?.last ?? sighting.until;
      last.set(flow.to, Math.max(last.get(flow.to) ?? at, at));
    }
  }
  return [...last]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .slice(0, mostEndpoints)
    .map(([id, at]) => ({ id, lastSeenAt: new Date(at).toISOString() }));
}

function nameOf(place: Place): string {
  return place.state === 'known' ? place.asset : `${place.zone ?? ''}/${place.station.id}`;
}

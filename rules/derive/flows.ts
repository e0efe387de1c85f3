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

interface Way {
  readonly id: string;
  readonly declared: boolean;
  /** `dmz>cell-3`: leads to a critical asset of another zone, and no conduit joins the two. */
  readonly unexpected?: string;
}

export function flowFacts(plant: Plant, sightings: readonly Sighting[]): FactsDraft {
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
  const unexpected = new Set([...ways.values()].flatMap((way) => way.unexpected ?? []));
  const endpoints = outsideOf(plant, recent);
  return {
    ...(whole && ways.size > 0
      ? {
          'flow.observed.total': ways.size,
          'flow.declared.count': [...ways.values()].filter(({ declared }) => declared).length,
        }
      : {}),
    // That there are none, only the rules of the firewall can say.
    ...(unexpected.size > 0 ? { 'conduit.unexpectedToCritical.count': unexpected.size } : {}),
    ...(endpoints.length > 0 ? { 'externalEndpoint.register': endpoints } : {}),
  };
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
    return {
      id: `${nameOf(from)}>${nameOf(to)}/${flow.transport}/${flow.port}`,
      declared: listed && way,
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

/**
 * What the rule sets of firewalls let through from zone to zone, against the conduits that are declared. Only zones of
 * which people say that every way in and out leads through the device (`firewall.guards`) can be judged; what a rule
 * set leaves unclear is left open.
 */
import type { FactsDraft } from '../../collectors/contract/vocabulary.ts';
import type { NetworkView } from '../engine/input.ts';
import type { Reading } from '../engine/value.ts';
import { isWithin, type Network, parseAddress, parseNetwork } from './address.ts';
import { recordsOf } from './crypto.ts';
import { bestOf, type Derivation, type Plant, readingsOf } from './derive.ts';
import { unexpectedSeen } from './flows.ts';
import type { Sighting } from './sight.ts';

/** Whether something gets through: certainly, certainly not, or nobody can tell. */
type Way = 'open' | 'closed' | 'unclear';

interface Pass {
  readonly from: readonly Network[] | undefined;
  readonly to: readonly Network[] | undefined;
  readonly fromZones: readonly string[];
  readonly toZones: readonly string[];
  readonly transport: string;
  readonly ports: readonly string[];
  readonly certain: boolean;
}

interface Firewall {
  readonly guards: ReadonlySet<string>;
  readonly passes: readonly Pass[];
  /** Every place of the rule set was followed. */
  readonly whole: boolean;
  readonly source: Reading;
}

interface Zone {
  readonly id: string;
  readonly networks: readonly Network[];
}

export function deriveFirewalls(plant: Plant, sightings: readonly Sighting[]): Derivation[] {
  const { network } = plant.input.system;
  if (network === undefined) return [];
  const firewalls = plant.assets.flatMap(({ subject }) =>
    readingsOf(subject, 'firewall.passes', plant.now).flatMap((reading) => {
      const beside = (name: Parameters<typeof readingsOf>[1]) =>
        readingsOf(subject, name, plant.now).find(
          ({ channel, ref }) => channel === reading.channel && ref === reading.ref,
        );
      const guards = beside('firewall.guards')?.value;
      if (!Array.isArray(guards)) return [];
      const whole = beside('firewall.open.count')?.value === 0;
      return [
        {
          guards: new Set(guards.map(String)),
          passes: (recordsOf(reading) ?? []).map(passFrom),
          whole,
          source: reading,
        },
      ];
    }),
  );
  const zones = network.zones.map(({ id, networks }) => ({
    id,
    networks: networks.flatMap((each) => parseNetwork(each) ?? []),
  }));
  const borders: Borders = { zones, firewalls };
  const seen = unexpectedSeen(plant, sightings);
  return [
    ...reachable(plant, network, borders),
    ...conduits(plant, network, borders),
    ...unexpected(plant, network, { borders, seen }),
  ];
}

interface Borders {
  readonly zones: readonly Zone[];
  readonly firewalls: readonly Firewall[];
}

/** Devices that everything between the two must pass. */
function between({ firewalls }: Borders, one: string, other: string): readonly Firewall[] {
  return firewalls.filter(({ guards }) => guards.has(one) || guards.has(other));
}

/** Through every device between: one that lets nothing through closes the way. Undefined: none is known. */
function wayBetween(borders: Borders, from: Zone, to: Zone, at?: Network): Way | undefined {
  const ways = between(borders, from.id, to.id).map((firewall) => wayThrough(firewall, borders, { from, to, at }));
  if (ways.length === 0) return undefined;
  if (ways.includes('closed')) return 'closed';
  return ways.every((way) => way === 'open') ? 'open' : 'unclear';
}

interface Ends {
  readonly from: Zone;
  readonly to: Zone;
  /** One station of `to`. */
  readonly at?: Network | undefined;
}

function wayThrough({ passes, whole }: Firewall, { zones }: Borders, ends: Ends): Way {
  let unclear = !whole;
  for (const pass of passes) {
    const meets = meetsBoth(pass, zones, ends);
    if (meets === 'no') continue;
    if (meets === 'yes' && pass.certain) return 'open';
    unclear = true;
  }
  return unclear ? 'unclear' : 'closed';
}

type Meets = 'yes' | 'no' | 'perhaps';

function meetsBoth(pass: Pass, zones: readonly Zone[], { from, to, at }: Ends): Meets {
  const one = meetsZone({ networks: pass.from, byInterface: pass.fromZones }, from, zones);
  const other =
    at === undefined
      ? meetsZone({ networks: pass.to, byInterface: pass.toZones }, to, zones)
      : pass.toZones.length > 0 && !pass.toZones.includes(to.id)
        ? 'no'
        : pass.to === undefined || pass.to.some((network) => overlap(network, at))
          ? 'yes'
          : 'no';
  if (one === 'no' || other === 'no') return 'no';
  return one === 'yes' && other === 'yes' ? 'yes' : 'perhaps';
}

function meetsZone(
  side: { networks: readonly Network[] | undefined; byInterface: readonly string[] },
  zone: Zone,
  zones: readonly Zone[],
): Meets {
  if (side.byInterface.length > 0 && !side.byInterface.includes(zone.id)) return 'no';
  const { networks } = side;
  if (networks === undefined) return 'yes';
  if (zone.networks.length > 0)
    return networks.some((one) => zone.networks.some((own) => overlap(one, own))) ? 'yes' : 'no';
  // A zone that does not say its networks holds none of what others declare as theirs.
  const others = zones.filter(({ id }) => id !== zone.id).flatMap((other) => other.networks);
  const elsewhere = networks.every((one) => others.some((own) => isInside(one, own)));
  return elsewhere ? 'no' : 'perhaps';
}

function overlap(one: Network, other: Network): boolean {
  return isWithin(one.first, other) || isWithin(other.first, one);
}

function isInside(inner: Network, outer: Network): boolean {
  return isWithin(inner.first, outer) && isWithin(inner.last, outer);
}

function isGuarded({ firewalls }: Borders, zone: string): boolean {
  return firewalls.some(({ guards }) => guards.has(zone));
}

/** Zones that reach an asset of a guarded zone; left out where one of them cannot be told. */
function reachable({ assets }: Plant, network: NetworkView, borders: Borders): Derivation[] {
  const stations = new Map(network.stations.map((station) => [station.asset, station]));
  return assets.flatMap(({ view }): Derivation[] => {
    const to = borders.zones.find(({ id }) => id === view.zone);
    if (to === undefined || !isGuarded(borders, to.id)) return [];
    const hosts = (stations.get(view.id)?.marks ?? []).flatMap((mark) =>
      parseAddress(mark) === undefined ? [] : (parseNetwork(mark) ?? []),
    );
    const from = borders.zones.filter(({ id }) => id !== to.id);
    const ways = from.map((zone) => ({
      zone,
      way: strongest(
        hosts.length === 0 ? [wayBetween(borders, zone, to)] : hosts.map((host) => wayBetween(borders, zone, to, host)),
      ),
    }));
    if (ways.some(({ way }) => way === 'unclear')) return [];
    const zones = ways.filter(({ way }) => way === 'open').map(({ zone }) => zone.id);
    const facts = { 'network.reachableFrom': zones.sort() };
    return [
      {
        name: 'firewall.reachable',
        about: { kind: 'asset', id: view.id },
        facts,
        sources: sourcesFor(borders, [to.id]),
      },
    ];
  });
}

/** Of several addresses of one asset, the one that is reached; an unclear one leaves it open. */
function strongest(ways: readonly (Way | undefined)[]): Way {
  if (ways.includes('open')) return 'open';
  return ways.every((way) => way === 'closed') ? 'closed' : 'unclear';
}

interface Measured {
  readonly element: NonNullable<FactsDraft['conduit.register']>[number];
  readonly sources: readonly Reading[];
}

/** As declared: something gets through, and only to services that are declared. */
function conduits(plant: Plant, network: NetworkView, borders: Borders): Derivation[] {
  const measured = network.conduits.flatMap((conduit): Measured[] => {
    const [one, other] = [conduit.from, conduit.to].map((id) => borders.zones.find((zone) => zone.id === id));
    const id = conduit.id;
    if (id === undefined || one === undefined || other === undefined) return [];
    const devices = between(borders, one.id, other.id);
    const [device] = devices;
    const ways = [wayBetween(borders, one, other), wayBetween(borders, other, one)];
    if (device === undefined || ways.includes('unclear')) return [];
    const sources = devices.map(({ source }) => source);
    const measuredAt = new Date(Math.min(...sources.map(({ at }) => at))).toISOString();
    if (ways.every((way) => way === 'closed')) return [{ element: { id, measured: 'less', measuredAt }, sources }];
    // What two devices let through together, their rules do not say one by one.
    if (devices.length > 1) return [];
    const fits = [
      fitOf(plant, network, { device, borders, from: one, to: other }),
      fitOf(plant, network, { device, borders, from: other, to: one }),
    ];
    if (fits.includes('more')) return [{ element: { id, measured: 'more', measuredAt }, sources }];
    return fits.includes('unknown') ? [] : [{ element: { id, measured: 'asDeclared', measuredAt }, sources }];
  });
  if (measured.length === 0) return [];
  const facts: FactsDraft = { 'conduit.register': measured.map(({ element }) => element) };
  const sources = [...new Set(measured.flatMap((each) => each.sources))];
  return [{ name: 'firewall.conduits', about: { kind: 'system' }, facts, sources }];
}

/** Whether every way in one direction ends at services that are declared. Tests of reachability (ICMP) are no service. */
function fitOf(
  plant: Plant,
  network: NetworkView,
  at: { device: Firewall; borders: Borders; from: Zone; to: Zone },
): 'declared' | 'more' | 'unknown' {
  const { device, borders, from, to } = at;
  let fit: 'declared' | 'unknown' = 'declared';
  for (const pass of device.passes) {
    if (pass.transport === 'icmp' || meetsBoth(pass, borders.zones, { from, to }) !== 'yes') continue;
    const hosts = pass.to?.filter((one) => to.networks.length === 0 || to.networks.some((own) => overlap(one, own)));
    if (hosts === undefined || pass.ports.length === 0 || hosts.some(({ first, last }) => first !== last))
      return 'more';
    for (const { first } of hosts) {
      const station = network.stations.find(
        ({ zone, marks }) => zone === to.id && marks.some((mark) => parseAddress(mark) === first),
      );
      const asset = plant.assets.find(({ view }) => view.id === station?.asset);
      // Another system's asset: its services are declared there.
      if (station !== undefined && asset === undefined) fit = 'unknown';
      const services =
        asset === undefined ? undefined : bestOf(readingsOf(asset.subject, 'service.declared', plant.now));
      if (asset !== undefined && services === undefined) fit = 'unknown';
      const declared = new Set(
        (recordsOf(services) ?? []).map(({ transport = 'tcp', port }) => `${transport}/${port}`),
      );
      const listed = pass.ports.every((port) => declared.has(`${pass.transport}/${port}`));
      if (!listed && fit === 'declared') return 'more';
    }
  }
  return fit;
}

/**
 * Pairs of zones from which critical assets are reached without a conduit, by rules or by what was seen. That there are
 * none, only the rules can say, and only where they guard all of them.
 */
function unexpected(
  plant: Plant,
  network: NetworkView,
  { borders, seen }: { borders: Borders; seen: ReturnType<typeof unexpectedSeen> },
): Derivation[] {
  if (network.conduits.length === 0) return [];
  const joined = (one: string, other: string) =>
    network.conduits.some(({ from, to }) => (from === one && to === other) || (from === other && to === one));
  const critical = new Set(plant.assets.flatMap(({ critical: is, view }) => (is ? (view.zone ?? '') : [])));
  const targets = borders.zones.filter(({ id }) => critical.has(id));
  const pairs = targets.flatMap((to) =>
    borders.zones
      .filter((from) => from.id !== to.id && !joined(from.id, to.id))
      .map((from) => ({ id: `${from.id}>${to.id}`, way: wayBetween(borders, from, to) })),
  );
  const open = new Set([...pairs.filter(({ way }) => way === 'open').map(({ id }) => id), ...seen.pairs]);
  const guarded =
    targets.length > 0 && targets.length === critical.size && targets.every(({ id }) => isGuarded(borders, id));
  const all = guarded && !pairs.some(({ way }) => way === 'unclear');
  if (open.size === 0 && !all) return [];
  const facts = { 'conduit.unexpectedToCritical.count': open.size };
  const byRules = sourcesFor(
    borders,
    targets.map(({ id }) => id),
  );
  const sources = [...byRules, ...(seen.pairs.size > 0 ? seen.sources : [])];
  return [{ name: 'firewall.unexpected', about: { kind: 'system' }, facts, sources }];
}

function sourcesFor({ firewalls }: Borders, zones: readonly string[]): Reading[] {
  const used = firewalls.filter(({ guards }) => zones.some((zone) => guards.has(zone)));
  return used.map(({ source }) => source);
}

function passFrom(record: Record<string, unknown>): Pass {
  const { from, to, fromZones, toZones, transport, ports, certain } = record;
  const networks = (given: unknown) => {
    const words = wordsOf(given);
    const read = words.flatMap((word) => parseNetwork(word) ?? []);
    // A network that cannot be read: this side stands for anything, and nothing is certain.
    return words.length === 0 || read.length < words.length ? undefined : read;
  };
  const unread = [from, to].some((given) => wordsOf(given).some((word) => parseNetwork(word) === undefined));
  return {
    ...{ from: networks(from), to: networks(to), fromZones: wordsOf(fromZones), toZones: wordsOf(toZones) },
    ...{ transport: String(transport ?? 'any'), ports: wordsOf(ports), certain: certain === true && !unread },
  };
}

function wordsOf(given: unknown): string[] {
  return Array.isArray(given) ? given.map(String) : [];
}

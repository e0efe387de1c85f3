/**
 * What the plant file says, as facts of source `inventory`. It repeats what the owner wrote and weighs the same. What
 * the file does not say is absent: an assumed criticality is no statement, no listed account is not "no accounts".
 */
import type { FactName, Facts, FactsDraft } from '../../collectors/contract/vocabulary.ts';
import { isFactName } from '../../collectors/contract/vocabulary.ts';
import type { About } from '../../rules/engine/input.ts';
import type { Asset, Plant, PlantSystem } from '../contract/plant.ts';
import { cellValue } from './fact-text.ts';
import { present } from './present.ts';

export interface Stated {
  readonly about: About;
  readonly facts: Facts;
}

/** `since` is the instant at which this plant file took effect. */
export function plantFacts(plant: Plant, system: PlantSystem, since: string): Stated[] {
  const members = new Set(system.assets);
  const assets = plant.assets.filter(({ id }) => members.has(id));
  const retired = plant.retired.filter((each) => each.system === system.id && each.identitiesRevoked);
  const organisations = plant.organisations.filter(({ id }) => system.organisations.includes(id));
  return [
    ...assets.map((asset): Stated => ({ about: { kind: 'asset', id: asset.id }, facts: assetFacts(plant, asset) })),
    ...retired.map(({ id, on }): Stated => ({ about: { kind: 'asset', id }, facts: { 'asset.retiredAt': on } })),
    ...organisations.map(({ id, relation }): Stated => {
      const facts = { 'organisation.relation': relation } as Facts;
      return { about: { kind: 'organisation', id }, facts };
    }),
    { about: { kind: 'organisation', id: plant.organisation.id }, facts: { 'organisation.relation': ['own'] } },
    { about: { kind: 'system' }, facts: systemFacts(plant, system, { assets, since }) },
  ];
}

/** Facts that a plant file can state by its own keys; an inventory table adds the columns of `tableFacts`. */
export const plantFileFacts: readonly FactName[] = [
  'asset.inventory.known',
  'asset.criticality',
  'asset.safetyFunction',
  'asset.exposed',
  'asset.owner',
  'asset.location.zone',
  'asset.retiredAt',
  'device.vendor',
  'device.model',
  'device.assetType',
  'device.capabilities',
  'identity.deviceId',
  'service.declared',
  'protocol.unauthenticated',
  'organisation.relation',
  'program.owner.name',
  'program.owner.confirmedAt',
  'program.deputy.name',
  'target.practices.total',
  'target.practices.rationale.count',
  'program.practices.targeted.total',
  'scope.declaredAt',
  'scope.groups.total',
  'scope.groups.resolved.count',
  'site.register',
  'zone.register',
  'inventory.presence.zones.total',
  'conduit.register',
  'conduit.total',
  'retirement.register',
  'assetType.register',
  'cloud.account.count',
];

function assetFacts(plant: Plant, asset: Asset): Facts {
  const type = plant.types.find(({ id }) => id === asset.type);
  const services = declaredServices(asset);
  const open = unauthenticatedProtocols(asset);
  const serial = asset.stated['device.serial'];
  const facts = present({
    'asset.inventory.known': true,
    'asset.criticality': asset.criticalityStated === true ? asset.criticality : undefined,
    'asset.safetyFunction': asset.safetyFunction,
    'asset.exposed': asset.exposed,
    'asset.owner': asset.owner,
    'asset.location.zone': asset.zone === 'unzoned' ? undefined : asset.zone,
    'device.vendor': asset.vendor,
    'device.model': asset.model,
    'device.assetType': asset.type,
    'device.capabilities': type?.capabilities,
    'identity.deviceId': serial,
    'service.declared': services.length === 0 ? undefined : services,
    'protocol.unauthenticated': open.length === 0 ? undefined : open,
  });
  const stated: Record<string, unknown> = {};
  for (const [name, cell] of Object.entries(asset.stated)) {
    if (!isFactName(name)) continue;
    const parsed = cellValue(name, cell, plant.site.timeZone);
    if ('value' in parsed) stated[name] = parsed.value;
  }
  // Names and types are those of the vocabulary: cells were checked when the table was read.
  return { ...facts, ...stated } as Facts;
}

type Service = NonNullable<FactsDraft['service.declared']>[number];

/** Declared interfaces, and each probe's own: whoever probes a port has declared it. */
export function declaredServices(asset: Asset): Service[] {
  const services = new Map<string, Service>();
  for (const { url } of asset.probes) {
    const service = serviceOf(url);
    if (service !== undefined) services.set(service.id, service);
  }
  for (const { transport, port, protocol, tls, crossesZone } of asset.interfaces) {
    const id = `${transport}/${port}`;
    const cleartext = tls === undefined ? undefined : !tls && !encrypted.includes(protocol);
    services.set(id, { ...services.get(id), ...present({ id, port, transport, protocol, cleartext, crossesZone }) });
  }
  return [...services.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Encrypted without TLS. */
const encrypted: readonly string[] = ['ssh', 'sftp', 'wireguard', 'ipsec'];

interface Scheme {
  readonly protocol: string;
  readonly transport: 'tcp' | 'udp';
  readonly port: number;
  /** undefined: the scheme alone does not say. */
  readonly cleartext?: boolean;
}

const schemes: Readonly<Record<string, Scheme>> = {
  tls: { protocol: 'tls', transport: 'tcp', port: 443, cleartext: false },
  https: { protocol: 'https', transport: 'tcp', port: 443, cleartext: false },
  http: { protocol: 'http', transport: 'tcp', port: 80, cleartext: true },
  mqtt: { protocol: 'mqtt', transport: 'tcp', port: 1883, cleartext: true },
  mqtts: { protocol: 'mqtt', transport: 'tcp', port: 8883, cleartext: false },
  ws: { protocol: 'mqtt', transport: 'tcp', port: 80, cleartext: true },
  wss: { protocol: 'mqtt', transport: 'tcp', port: 443, cleartext: false },
  'opc.tcp': { protocol: 'opcua', transport: 'tcp', port: 4840 },
  snmp: { protocol: 'snmp', transport: 'udp', port: 161 },
  ssh: { protocol: 'ssh', transport: 'tcp', port: 22, cleartext: false },
  modbus: { protocol: 'modbus', transport: 'tcp', port: 502, cleartext: true },
  enip: { protocol: 'enip', transport: 'tcp', port: 44818 },
  bacnet: { protocol: 'bacnet', transport: 'udp', port: 47808 },
};

/** Protocol that a probe's URL speaks, in small letters; undefined for documents and cloud accounts. */
export function schemeOf(url: string): Scheme | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(url)?.[1] ?? '';
  return Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
}

function serviceOf(url: string): Service | undefined {
  const scheme = schemeOf(url);
  if (scheme === undefined) return undefined;
  const stated = /^[a-z0-9+.-]+:\/\/(?:\[[^\]]*\]|[^:/?#]*):(\d+)/.exec(url)?.[1];
  const port = stated === undefined ? scheme.port : Number(stated);
  const { protocol, transport, cleartext } = scheme;
  return { id: `${transport}/${port}`, port, transport, protocol, ...present({ cleartext }) };
}

/** `mqtt`, `opcua`, `ssh` ...: declared, probed, or read from the service's own document. */
export function protocolsOf(asset: Asset): string[] {
  const probed = asset.probes.flatMap(({ url, collector }) =>
    url.startsWith('file:') ? (byDocument[collector] ?? []) : (schemeOf(url)?.protocol ?? []),
  );
  return [...new Set([...asset.interfaces.map(({ protocol }) => protocol), ...probed])].sort();
}

/** A configuration of this kind is one of a service of this protocol. */
const byDocument: Readonly<Record<string, string>> = { mqtt: 'mqtt', opcua: 'opcua', ssh: 'ssh', snmp: 'snmp' };

const withoutLogin = ['modbus', 's7', 'enip', 'dnp3', 'bacnet', 'iec104', 'profinet', 'knx'] as const;

function unauthenticatedProtocols(asset: Asset) {
  const spoken = protocolsOf(asset);
  return withoutLogin.filter((word) => spoken.includes(word));
}

function systemFacts(plant: Plant, system: PlantSystem, from: { assets: readonly Asset[]; since: string }): Facts {
  const { assets, since } = from;
  const used = new Set(assets.map(({ zone }) => zone));
  const critical = new Set(assets.filter((asset) => asset.criticality === 'critical').map(({ zone }) => zone));
  const zones = plant.zones.filter(({ id }) => used.has(id));
  const conduits = plant.conduits.filter((conduit) => used.has(conduit.from) || used.has(conduit.to));
  const retired = plant.retired.filter((each) => each.system === system.id);
  const accounts = assets.filter(({ kind }) => kind === 'account').length;
  return present({
    ...programFacts(system),
    ...scopeFacts(plant, { used, since }),
    'site.register': [{ id: plant.site.id }],
    'zone.register': listed(zones.map(({ id, type }) => ({ id, ...present({ type }), critical: critical.has(id) }))),
    'inventory.presence.zones.total':
      zones.length === 0 ? undefined : zones.filter(({ id }) => critical.has(id)).length,
    'conduit.register': listed(
      conduits.map(({ id, from: one, to }) => ({
        id,
        from: one,
        to,
        towardsCritical: critical.has(one) || critical.has(to),
      })),
    ),
    'conduit.total': conduits.length === 0 ? undefined : conduits.length,
    'retirement.register': listed(
      retired.map(({ id, on, by, identitiesRevoked }) => ({ id, retiredAt: on, approver: by, identitiesRevoked })),
    ),
    'assetType.register': listed(typeRegister(plant, assets)),
    'cloud.account.count': accounts === 0 ? undefined : accounts,
  });
}

function programFacts(system: PlantSystem) {
  const targets = Object.values(system.targets);
  const some = (count: number) => (targets.length === 0 ? undefined : count);
  const { business, technical, deputy, confirmed } = system.owners;
  return {
    'program.owner.name': business ?? technical,
    'program.owner.confirmedAt': confirmed,
    'program.deputy.name': deputy,
    'target.practices.total': some(targets.length),
    'target.practices.rationale.count': some(targets.filter(({ reason }) => reason !== undefined).length),
    'program.practices.targeted.total': some(targets.filter(({ level }) => level >= 2).length),
  };
}

/** The file declares the boundary: its site and its zones, without those that only other systems use. */
function scopeFacts(plant: Plant, of: { used: ReadonlySet<string>; since: string }) {
  const elsewhere = new Set(plant.assets.map(({ zone }) => zone).filter((zone) => !of.used.has(zone)));
  const zones = plant.zones.filter(({ id }) => !elsewhere.has(id));
  const held = zones.filter(({ id }) => of.used.has(id)).length;
  return {
    'scope.declaredAt': of.since,
    'scope.groups.total': 1 + zones.length,
    'scope.groups.resolved.count': (of.used.size > 0 ? 1 : 0) + held,
  };
}

const mainShare = 0.05;

function typeRegister(plant: Plant, assets: readonly Asset[]) {
  const byType = new Map<string, Asset[]>();
  for (const asset of assets) {
    const members = byType.get(asset.type);
    if (members === undefined) byType.set(asset.type, [asset]);
    else members.push(asset);
  }
  return [...byType].map(([id, members]) => {
    const critical = members.some((asset) => asset.criticality === 'critical');
    const supportEndsAt = plant.types.find((type) => type.id === id)?.supportEnds;
    const main = critical || members.length >= mainShare * assets.length;
    return { id, main, critical, ...present({ supportEndsAt }) };
  });
}

/** A register that the file does not fill is absent: whether it is empty is for a person to say. */
function listed<T extends { readonly id: string }>(elements: readonly T[]): readonly T[] | undefined {
  return elements.length === 0 ? undefined : [...elements].sort((a, b) => (a.id < b.id ? -1 : 1));
}

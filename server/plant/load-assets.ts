/** Assets and organisations of one system: the list, the tables, and both merged by id. */
import { z } from 'zod';
import type { Asset, AssetKind, Interface, Organisation, Zone } from '../contract/plant.ts';
import {
  approvalSchema,
  assetSchema,
  interfaceSchema,
  overLinkSchema,
  partnerSchema,
  refSchema,
  tableSchema,
} from '../contract/plant-file.ts';
import { idFrom, readAssetTable } from './asset-table.ts';
import { type Credentials, loadProbes } from './load-probes.ts';
import { type Described, noteUnknown } from './load-site.ts';
import { beside, endInstant, type Loading, noteCompanion, orAssume, startInstant } from './loading.ts';
import { present } from './present.ts';
import { isRecord, nearest, type Path, type Reader, readerOf } from './reader.ts';

/** Parts that are read one by one, so that one mistake hides no other. */
const entrySchema = assetSchema.partial({ kind: true }).extend({
  probes: z.array(z.unknown(), 'a list').optional(),
  interfaces: z.array(z.unknown(), 'a list').optional(),
  approval: z.unknown().optional(),
  overLink: z.unknown().optional(),
});
type EntryFields = Partial<z.output<typeof entrySchema>>;

/** An asset as found: what the table says and what the list says over it. */
export interface AssetEntry {
  readonly id: string;
  readonly fields: EntryFields;
  readonly reader: Reader;
  readonly path: Path;
  readonly stated: Readonly<Record<string, string>>;
}

export interface OrganisationEntry {
  readonly id: string;
  readonly path: Path;
  readonly fields: Omit<Partial<z.output<typeof partnerSchema>>, 'id'>;
}

export interface Member {
  readonly id: string;
  readonly reader: Reader;
  readonly path: Path;
}

export interface SystemEntries {
  readonly assets: readonly AssetEntry[];
  readonly organisations: readonly OrganisationEntry[];
  readonly refs: readonly Member[];
  /** Every id in the order of the file, where it stands. */
  readonly declared: readonly Member[];
}

export function readEntries(loading: Loading, path: Path): SystemEntries {
  const listed: AssetEntry[] = [];
  const fromTables: AssetEntry[] = [];
  const organisations: OrganisationEntry[] = [];
  const refs: Member[] = [];
  const declared: Member[] = [];
  const { reader } = loading;

  function read(at: Path) {
    const held = reader.at(at);
    if (!isRecord(held)) return reader.note(at, 'an asset: a map with id and kind');
    if ('from' in held) {
      for (const entry of tableEntries(loading, at)) fromTables.push(entry);
      return;
    }
    if ('ref' in held) {
      const { ref } = reader.fields(refSchema, at);
      if (ref !== undefined) refs.push({ id: ref, reader, path: [...at, 'ref'] });
    } else if (held['kind'] === 'organisation') {
      const organisation = readOrganisation(loading, at);
      if (organisation === undefined) return undefined;
      organisations.push(organisation);
      declared.push({ id: organisation.id, reader, path: [...at, 'id'] });
    } else {
      const fields = reader.fields(entrySchema, at);
      if (fields.id === undefined) return undefined;
      listed.push({ id: fields.id, fields, reader, path: at, stated: {} });
      declared.push({ id: fields.id, reader, path: [...at, 'id'] });
    }
    return undefined;
  }

  if (isRecord(reader.at(path))) read(path);
  else for (let index = 0; index < reader.length(path); index += 1) read([...path, index]);

  const byId = new Map(fromTables.map((entry) => [entry.id, entry]));
  const merged = listed.map((entry) => {
    const row = byId.get(entry.id);
    return row === undefined ? entry : { ...entry, fields: { ...row.fields, ...entry.fields }, stated: row.stated };
  });
  const listedIds = new Set(listed.map((entry) => entry.id));
  const alone = fromTables.filter((entry) => !listedIds.has(entry.id));
  for (const { id, reader: table, path: at } of fromTables) {
    if (!listedIds.has(id)) declared.push({ id, reader: table, path: [...at, 'id'] });
  }
  return { assets: [...merged, ...alone], organisations, refs, declared };
}

export interface Surroundings {
  readonly zones: ReadonlyMap<string, Zone>;
  readonly describedZones: Described;
  readonly describedTypes: Described;
  readonly credentials: Credentials;
}

/** Undefined when its kind is not known; what else is wrong is noted. */
export function toAsset(loading: Loading, entry: AssetEntry, around: Surroundings): Asset | undefined {
  const { fields, reader, path, id } = entry;
  const local = { ...loading, reader };
  if (fields.kind === undefined && reader.at([...path, 'kind']) === undefined) {
    reader.note([...path, 'kind'], 'a kind such as plc, gateway or broker', 'nothing');
  }
  noteUnknown(local, around.describedZones, { path: [...path, 'zone'], id: fields.zone, what: 'zone' });
  noteUnknown(local, around.describedTypes, { path: [...path, 'type'], id: fields.type, what: 'type' });
  const probes = loadProbes(loading, around.credentials, { reader, path });
  const interfaces = readInterfaces(local, path);
  const approval = readApproval(local, [...path, 'approval']);
  const expires = endInstant(loading, reader, [...path, 'expires']);
  if (fields.kind === undefined) return undefined;

  const kind = fields.kind;
  if (kind === 'safety' && fields.safetyFunction === false) {
    reader.note([...path, 'safetyFunction'], 'true: kind safety always carries a safety function');
  }
  const safetyFunction = fields.safetyFunction === true || kind === 'safety';
  const zone = fields.zone === undefined ? undefined : around.zones.get(fields.zone);
  const assume = <T>(key: string, held: T | undefined, value: T) =>
    orAssume(local, held, { path: [...path, key], value });
  return {
    ...present({
      exposed: fields.exposed ?? zone?.exposed,
      vendor: fields.vendor,
      model: fields.model,
      owner: fields.owner,
      host: fields.host,
      addresses: fields.addresses,
      redundancyGroup: fields.redundancyGroup,
      behind: fields.behind,
      overLink: readOverLink(local, [...path, 'overLink']),
      approval,
      expires,
    }),
    id,
    name: fields.name ?? id,
    formerly: fields.formerly ?? [],
    kind,
    zone: assume('zone', fields.zone, 'unzoned'),
    criticality: assume('criticality', fields.criticality, criticalityOf(kind, safetyFunction, zone)),
    criticalityStated: fields.criticality !== undefined,
    safetyFunction,
    type: assume('type', fields.type, idFrom([fields.vendor, fields.model, kind].filter(Boolean).join('-'))),
    interfaces,
    maxTier: fields.maxTier ?? 'T4',
    lab: fields.lab ?? false,
    probes,
    stated: entry.stated,
    at: `${reader.file}:${reader.line(path)}`,
  };
}

const criticalKinds: readonly AssetKind[] = [
  'plc',
  'rtu',
  'safety',
  'relay',
  'robot',
  'broker',
  'gateway',
  'edgehost',
  'modem',
];

/** Controllers, brokers, gateways, safety functions and remote access are critical unless somebody decides otherwise. */
function criticalityOf(kind: AssetKind, safetyFunction: boolean, zone: Zone | undefined): 'normal' | 'critical' {
  const remote = zone?.type === 'remote' || zone?.type === 'vendor';
  return safetyFunction || remote || criticalKinds.includes(kind) ? 'critical' : 'normal';
}

function tableEntries(loading: Loading, path: Path): AssetEntry[] {
  const { from, columns } = loading.reader.fields(tableSchema, path);
  if (from === undefined) return [];
  const { rows, problems, bytes } = readAssetTable(
    beside(loading, from),
    columns === undefined ? { timeZone: loading.timeZone } : { columns, timeZone: loading.timeZone },
  );
  loading.problems.push(...problems);
  noteCompanion(loading, beside(loading, from), bytes);
  return rows.flatMap(({ source, stated }) => {
    const reader = readerOf(source, loading.problems);
    const fields = reader.fields(entrySchema, []);
    return fields.id === undefined ? [] : [{ id: fields.id, fields, reader, path: [], stated }];
  });
}

function readOrganisation(loading: Loading, path: Path): OrganisationEntry | undefined {
  const { id, ...fields } = loading.reader.fields(partnerSchema, path);
  return id === undefined ? undefined : { id, path, fields };
}

/** The maker of a critical asset is a critical supplier until somebody decides otherwise. */
export function toOrganisation(loading: Loading, entry: OrganisationEntry, assets: readonly Asset[]): Organisation {
  const { id, path, fields } = entry;
  const name = orAssume(loading, fields.name, { path: [...path, 'name'], value: id });
  const made = assets.filter(({ vendor }) => vendor !== undefined && [id, idFrom(name)].includes(idFrom(vendor)));
  const value = made.some(({ criticality }) => criticality === 'critical')
    ? ('critical' as const)
    : ('normal' as const);
  const criticality = orAssume(loading, fields.criticality, { path: [...path, 'criticality'], value });
  return { id, name, relation: fields.relation ?? [], criticality };
}

function readApproval(loading: Loading, path: Path): Asset['approval'] {
  if (loading.reader.at(path) === undefined) return undefined;
  const { reader } = loading;
  const { by, contract, for: named } = reader.fields(approvalSchema, path);
  const known = [...loading.collectors.keys()].sort();
  for (const [index, collector] of (named ?? []).entries()) {
    if (loading.collectors.has(collector)) continue;
    reader.note([...path, 'for', index], `one of ${known.join(', ')}`, undefined, nearest(collector, known));
  }
  const on = startInstant(loading, reader, [...path, 'on']);
  const until = endInstant(loading, reader, [...path, 'until']);
  if (on !== undefined && until !== undefined && on >= until) reader.note([...path, 'until'], 'a date after on');
  return by === undefined || until === undefined ? undefined : present({ by, contract, on, for: named, until });
}

function readOverLink(loading: Loading, path: Path): Asset['overLink'] {
  if (loading.reader.at(path) === undefined) return undefined;
  const { by } = loading.reader.fields(overLinkSchema, path);
  const until = endInstant(loading, loading.reader, [...path, 'until']);
  return by === undefined || until === undefined ? undefined : { by, until };
}

const overUdp: readonly string[] = ['snmp', 'bacnet', 'coap', 'ntp', 'dns', 'dhcp', 'tftp', 'knx', 'syslog'];

function readInterfaces(loading: Loading, path: Path): Interface[] {
  const { reader } = loading;
  const interfaces: Interface[] = [];
  for (let index = 0; index < reader.length([...path, 'interfaces']); index += 1) {
    const at = [...path, 'interfaces', index];
    const { port, transport, protocol, tls, crossesZone } = reader.fields(interfaceSchema, at);
    if (port === undefined || protocol === undefined) continue;
    const value = overUdp.includes(protocol) ? ('udp' as const) : ('tcp' as const);
    const over = orAssume(loading, transport, { path: [...at, 'transport'], value });
    if (interfaces.some((each) => each.port === port && each.transport === over)) {
      reader.note(at, 'each transport and port once', `${over}/${port} again`);
    }
    interfaces.push(present({ port, transport: over, protocol, tls, crossesZone }));
  }
  return interfaces;
}

/** From a plant file to the plant: everything checked, every default named, every problem told at once. */
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import type { Manifest } from '../../collectors/contract/collector.ts';
import type { Asset, Organisation, Plant, PlantSystem, Problem, Zone } from '../contract/plant.ts';
import {
  costsSchema,
  importEntrySchema,
  organisationSchema,
  plantFileSchema,
  siteSchema,
} from '../contract/plant-file.ts';
import { type AssetEntry, type Member, type Surroundings, toAsset, toOrganisation } from './load-assets.ts';
import { loadCredentials } from './load-credentials.ts';
import { loadFragile } from './load-fragile.ts';
import { type Described, loadConduits, loadTypes, loadZones } from './load-site.ts';
import { type LoadedSystem, loadConsents, loadRetired, loadSystem } from './load-systems.ts';
import { beside, digest, endInstant, type Loading, noteCompanion, noteTwice, orAssume } from './loading.ts';
import { present } from './present.ts';
import { isRecord, nearest, type Path, readerOf, throwProblems } from './reader.ts';
import { manifestOf, signerOf } from './signed-list.ts';
import { isTimeZone } from './site-time.ts';
import { readText, readYaml, shownPath } from './yaml-source.ts';

export interface PlantOptions {
  readonly now: Date;
  /** Manifests of the installed collectors. */
  readonly collectors: readonly Manifest[];
  /** Profiles that the rule packs bring; a system may name no other. */
  readonly profiles?: readonly string[];
  /** OpenSSH's file of allowed signers; with it the target list must be signed by one of them (SAF-01). */
  readonly signers?: string;
  /** Filled with path and digest of each table and anchor that is read. */
  readonly companions?: Map<string, string>;
}

const list = z.unknown().optional();
const headSchema = plantFileSchema.extend({
  organisation: list,
  site: list,
  credentials: list,
  types: list,
  conduits: list,
  zones: list,
  systems: list,
  costs: list,
  imports: list,
});

const trustLimitBytes = 1024 * 1024;

/**
 * Reads and checks a plant file with all that it names: inventory tables, anchors, statement and import files (those
 * are only looked for; `loadStatements` and `loadFactImports` read them). Contacts nothing and reads no secret.
 * Throws `BadInput` with every problem.
 */
export function loadPlant(path: string, options: PlantOptions): Plant {
  const loaded = readYaml(path);
  const problems: Problem[] = [...loaded.problems];
  if (loaded.source === undefined || loaded.bytes === undefined) return raise(problems);
  const reader = readerOf(loaded.source, problems);
  const head = reader.fields(headSchema, []);
  if (!isRecord(loaded.source.value)) return raise(problems);
  const site = reader.fields(siteSchema, ['site']);
  const assumed: { path: string; value: string }[] = [];
  if (site.timeZone !== undefined && !isTimeZone(site.timeZone)) {
    reader.note(['site', 'timeZone'], 'an IANA time zone such as Europe/Berlin');
    return raise(problems);
  }
  const loading: Loading = {
    reader,
    problems,
    assumed,
    file: loaded.path,
    timeZone: site.timeZone ?? 'UTC',
    now: options.now,
    collectors: new Map(options.collectors.map((manifest) => [manifest.id, manifest])),
    profiles: options.profiles ?? [],
    companions: options.companions ?? new Map(),
  };
  orAssume(loading, site.timeZone, { path: ['site', 'timeZone'], value: 'UTC' });
  const siteId = site.id ?? '';
  const siteName = orAssume(loading, site.name, { path: ['site', 'name'], value: siteId });
  const organisation = loadOrganisation(loading);
  const parts = loadParts(loading);
  const plant: Plant = {
    ...present({ validUntil: endInstant(loading, reader, ['validUntil']) }),
    file: loaded.path,
    hash: digest(loaded.bytes),
    organisation,
    site: present({
      id: siteId,
      name: siteName,
      timeZone: loading.timeZone,
      contact: site.contact,
      fragile: site.fragile === undefined ? undefined : loadFragile(loading, site.fragile),
      clock: vouched(site.clock),
      notices: noticesOf(loading, site.notices, parts.credentials),
    }),
    trust: loadTrust(loading, head.trust ?? []),
    ...parts,
    ...present({ costs: loadCosts(loading) }),
    statements: (head.statements ?? []).flatMap((each, index) => matches(loading, each, ['statements', index])),
    imports: loadImports(loading),
    companions: [...loading.companions.keys()],
    assumed,
  };
  const signedBy = signed(loading, plant, options);
  throwProblems(problems);
  return { ...plant, ...present({ signedBy }) };
}

/** Where signers are named, nothing goes on without the signature of one of them and an end of the list (SAF-01). */
function signed(loading: Loading, plant: Plant, { signers, now }: PlantOptions): Plant['signedBy'] {
  if (signers === undefined) return undefined;
  if (plant.validUntil === undefined)
    loading.reader.note(['validUntil'], 'the date on which a signed target list ends', 'none');
  const read = { file: plant.file, hash: plant.hash, companions: loading.companions };
  return signerOf(read, { signers, now }, loading.problems);
}

/** What a person signs who signs the target list: every file that says what is contacted, with its digest. */
export function targetManifest(path: string, options: PlantOptions): string {
  const companions = new Map<string, string>();
  const plant = loadPlant(path, { ...options, companions });
  return manifestOf({ file: plant.file, hash: plant.hash, companions });
}

function vouched(clock: z.output<typeof siteSchema>['clock']): Plant['site']['clock'] {
  return clock?.vouchedBy === undefined ? undefined : { vouchedBy: clock.vouchedBy };
}

function noticesOf(
  loading: Loading,
  stated: z.output<typeof siteSchema>['notices'],
  credentials: Plant['credentials'],
): Plant['site']['notices'] {
  return stated?.map(({ required = true, ...where }, index) => {
    if ('file' in where) return { required, file: beside(loading, where.file) };
    if ('webhook' in where) return { required, webhook: where.webhook };
    const { credential, ...mail } = where.mail;
    const at = ['site', 'notices', index, 'mail'];
    // The address is not repeated: what is wrong with it may be a password.
    if (mail.server.includes('@'))
      loading.reader.note([...at, 'server'], 'a server without account', 'an @ in it', 'name a credential instead');
    if (credential === undefined) return { required, mail };
    const source = Object.hasOwn(credentials, credential) ? credentials[credential] : undefined;
    if (source?.kind !== 'password') {
      const expected = 'the name of a credential of this file with user name and password';
      loading.reader.note([...at, 'credential'], expected, credential);
    }
    return { required, mail: { ...mail, credential } };
  });
}

function raise(problems: readonly Problem[]): never {
  throwProblems(problems);
  throw new Error('a source that did not load named no problem');
}

function loadOrganisation(loading: Loading): Plant['organisation'] {
  const path = ['organisation'];
  const stated = loading.reader.at(path) === undefined ? {} : loading.reader.fields(organisationSchema, path);
  const id = orAssume(loading, stated.id, { path: ['organisation', 'id'], value: 'own' });
  return { id, name: orAssume(loading, stated.name, { path: ['organisation', 'name'], value: id }) };
}

function loadCosts(loading: Loading): Plant['costs'] {
  const path = ['costs'];
  return loading.reader.at(path) === undefined ? undefined : present(loading.reader.fields(costsSchema, path));
}

function loadParts(loading: Loading) {
  const { reader } = loading;
  const credentials = loadCredentials(reader, ['credentials']);
  const types = loadTypes(loading);
  const zones = loadZones(loading);
  const systems: LoadedSystem[] = [];
  const count = reader.length(['systems']);
  if (count === 0 && Array.isArray(reader.at(['systems']))) reader.note(['systems'], 'at least one system');
  if (reader.at(['systems']) === undefined) reader.note(['systems'], 'a list of systems', 'nothing');
  for (let index = 0; index < count; index += 1) {
    const system = loadSystem(loading, ['systems', index]);
    if (system !== undefined) systems.push(system);
  }
  noteTwice(
    systems.map(({ head, path }) => ({ id: head.id, reader, path: [...path, 'id'] })),
    'system',
  );
  const entries = systems.flatMap((system) => system.entries.assets);
  const allZones = [...zones, ...impliedZones(loading, entries, zones)];
  const describedZones: Described = { ids: idsOf(zones), declared: reader.at(['zones']) !== undefined };
  const around: Surroundings = {
    zones: new Map(allZones.map((zone) => [zone.id, zone])),
    describedZones,
    describedTypes: { ids: idsOf(types), declared: reader.at(['types']) !== undefined },
    credentials,
  };
  const assets = entries.flatMap((entry) => toAsset(loading, entry, around) ?? []);
  const organisations = systems.flatMap(({ entries: { organisations: held } }) =>
    held.map((entry) => toOrganisation(loading, entry, assets)),
  );
  checkIds(loading, systems);
  checkBehind(systems, assets);
  const conduits = loadConduits(loading, describedZones);
  const finished = systems.map((system) => finish(loading, system, systems));
  const retired = systems.flatMap((system) => loadRetired(loading, system));
  checkRetired(
    loading,
    retired.map(({ id }) => id),
    systems,
  );
  const consents = systems.flatMap((system, index) => loadConsents(loading, system, finished[index]?.assets ?? []));
  return {
    credentials,
    types,
    zones: allZones,
    conduits,
    systems: finished,
    assets: unique(assets),
    organisations: unique<Organisation>(organisations),
    retired,
    consents,
  };
}

/** Zones that assets name in a file without zones: known by their ids, described by nothing. */
function impliedZones(loading: Loading, entries: readonly AssetEntry[], zones: readonly Zone[]): Zone[] {
  if (loading.reader.at(['zones']) !== undefined) return [];
  const named = new Set(entries.flatMap(({ fields }) => fields.zone ?? []));
  return [...named]
    .filter((id) => !zones.some((zone) => zone.id === id))
    .map((id) => {
      loading.assumed.push({ path: `zones.${id}.touch`, value: 'passive, on loopback read' });
      return { id, name: id, windows: [], blackouts: [], link: 'ethernet' as const };
    });
}

/** Ids of assets and organisations are unique per site, former ones included. */
function checkIds(loading: Loading, systems: readonly LoadedSystem[]): void {
  const declared = systems.flatMap((system) => system.entries.declared);
  const former = systems.flatMap((system) =>
    system.entries.assets.flatMap(({ fields, reader, path }) =>
      (fields.formerly ?? []).map((id, index): Member => ({ id, reader, path: [...path, 'formerly', index] })),
    ),
  );
  noteTwice([...declared, ...former], 'asset');
  const own = loading.reader.at(['organisation', 'id']) ?? 'own';
  for (const { id, reader, path } of declared) {
    if (id === own) reader.note(path, 'another id than that of the own organisation', `"${id}"`);
  }
}

/** A gateway is an asset of the file, and stands behind nothing itself. */
function checkBehind(systems: readonly LoadedSystem[], assets: readonly Asset[]): void {
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  for (const { fields, reader, path, id } of systems.flatMap((system) => system.entries.assets)) {
    if (fields.behind === undefined) continue;
    const gateway = byId.get(fields.behind);
    const at = [...path, 'behind'];
    if (gateway === undefined)
      reader.note(
        at,
        'the id of an asset of this file',
        `"${fields.behind}"`,
        nearest(fields.behind, [...byId.keys()]),
      );
    else if (fields.behind === id || gateway.behind !== undefined)
      reader.note(at, 'a gateway that stands behind no other', `"${fields.behind}"`);
  }
}

function checkRetired(loading: Loading, retired: readonly string[], systems: readonly LoadedSystem[]): void {
  const active = new Set(systems.flatMap((system) => system.entries.declared.map(({ id }) => id)));
  const seen = new Set<string>();
  for (const { path } of systems) {
    for (let index = 0; index < loading.reader.length([...path, 'retired']); index += 1) {
      const at: Path = [...path, 'retired', index, 'id'];
      const id = loading.reader.at(at);
      if (typeof id !== 'string' || !retired.includes(id)) continue;
      if (active.has(id)) loading.reader.note(at, 'an asset that is no longer listed', `"${id}", which still is`);
      if (seen.has(id)) loading.reader.note(at, 'each retired id once', `"${id}" again`);
      seen.add(id);
    }
  }
}

/** The system with its references followed. */
function finish(loading: Loading, system: LoadedSystem, all: readonly LoadedSystem[]): PlantSystem {
  const others = all.filter((each) => each !== system);
  const assets = system.entries.assets.map(({ id }) => id);
  const organisations = system.entries.organisations.map(({ id }) => id);
  const known = others.flatMap(({ entries }) => entries.declared.map(({ id }) => id));
  for (const { id, path } of system.entries.refs) {
    if (assets.includes(id) || organisations.includes(id)) {
      loading.reader.note(path, 'an asset that this system does not list already', `"${id}"`);
    } else if (others.some(({ entries }) => entries.assets.some((asset) => asset.id === id))) assets.push(id);
    else if (others.some(({ entries }) => entries.organisations.some((each) => each.id === id))) organisations.push(id);
    else loading.reader.note(path, 'the id of an asset of another system', `"${id}"`, nearest(id, known));
  }
  return { ...system.head, assets: [...new Set(assets)], organisations };
}

function loadTrust(loading: Loading, paths: readonly string[]): string[] {
  return paths.flatMap((path, index) => {
    const { text, bytes, problems } = readText(beside(loading, path), trustLimitBytes);
    if (text === undefined) loading.reader.note(['trust', index], 'a readable PEM file', problems[0]?.found);
    else if (text.includes('PRIVATE KEY-----'))
      loading.reader.note(['trust', index], 'certificates only', 'a private key');
    else if (!text.includes('-----BEGIN CERTIFICATE-----')) {
      loading.reader.note(['trust', index], 'a PEM file of certificates', 'no certificate in it');
    } else {
      noteCompanion(loading, beside(loading, path), bytes);
      return [text];
    }
    return [];
  });
}

function loadImports(loading: Loading): Plant['imports'] {
  const imports: { file: string; source: string }[] = [];
  for (let index = 0; index < loading.reader.length(['imports']); index += 1) {
    const path: Path = ['imports', index];
    const { file, source } = loading.reader.fields(importEntrySchema, path);
    const [found] = file === undefined ? [] : matches(loading, file, [...path, 'file']);
    if (found !== undefined && source !== undefined) imports.push({ file: found, source });
  }
  return imports;
}

/** Files that a path names; `*` stands for any part of a name, in the last place only. */
function matches(loading: Loading, path: string, at: Path): string[] {
  const absolute = beside(loading, path);
  const folder = dirname(absolute);
  const pattern = basename(absolute);
  if (folder.includes('*')) {
    loading.reader.note(at, 'a * in the name of the file only');
    return [];
  }
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    // Whatever the reason, the reader of the message needs the folder.
    loading.reader.note(at, 'files in a readable folder', `no folder ${shownPath(folder)}`);
    return [];
  }
  if (!pattern.includes('*')) {
    if (!names.includes(pattern)) loading.reader.note(at, 'a file', `no file ${shownPath(absolute)}`);
    return names.includes(pattern) ? [absolute] : [];
  }
  const found = names.filter((name) => fits(name, pattern.split('*'))).sort();
  if (found.length === 0) loading.assumed.push({ path: `${at.join('.')} ${path}`, value: 'no file yet' });
  return found.map((name) => `${folder}/${name}`);
}

/** Whether a name is these parts with anything in between; linear, unlike a pattern. */
function fits(name: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  if (name.startsWith('.') || !name.startsWith(first) || name.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return name.endsWith(last) && from <= name.length - last.length;
}

function idsOf(items: readonly { readonly id: string }[]): Set<string> {
  return new Set(items.map(({ id }) => id));
}

/** Each id once; a second one was noted already. */
function unique<T extends Asset | Organisation>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

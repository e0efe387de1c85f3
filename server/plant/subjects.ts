/** Who and what a plant holds, by the ids that statements, imports and observations use. */
import type { Subject } from '../../collectors/contract/fact.ts';
import { type FactName, vocabulary } from '../../collectors/contract/vocabulary.ts';
import type { Asset, Organisation, Plant } from '../contract/plant.ts';
import type { SubjectKind } from '../contract/statement.ts';
import { idFrom } from './asset-table.ts';

/** What a fact is about, seen from the engine: an asset, a system or an organisation. */
export type About = 'asset' | 'system' | 'organisation';

export function aboutOf(fact: FactName): About {
  return aboutBySubject[vocabulary[fact].subject];
}

const aboutBySubject: Readonly<Record<Subject, About>> = {
  asset: 'asset',
  interface: 'asset',
  instance: 'asset',
  system: 'system',
  organisation: 'organisation',
};

/** Of whom a fact may be said: of one subject or of a larger one that stands for its members. */
export const subjectsFor: Readonly<Record<About, readonly SubjectKind[]>> = {
  asset: ['asset', 'type', 'zone', 'system', 'site'],
  system: ['system', 'site'],
  organisation: ['organisation', 'system', 'site'],
};

interface Index {
  /** Present, former and retired ids, each with the present one. */
  readonly assets: ReadonlyMap<string, string>;
  readonly ids: Map<SubjectKind, ReadonlySet<string>>;
}

/** A plant never changes, and an import asks once per row. */
const indexes = new WeakMap<Plant, Index>();

function indexOf(plant: Plant): Index {
  const known = indexes.get(plant);
  if (known !== undefined) return known;
  const retired = plant.retired.map(({ id }) => [id, id] as const);
  const present = plant.assets.flatMap(({ id, formerly }) => [id, ...formerly].map((each) => [each, id] as const));
  const index = { assets: new Map([...retired, ...present]), ids: new Map<SubjectKind, ReadonlySet<string>>() };
  indexes.set(plant, index);
  return index;
}

/** The present id of an asset, by its own, a former or a retired one. */
export function assetIdOf(plant: Plant, id: string): string | undefined {
  return indexOf(plant).assets.get(id);
}

/** Former, retired and present ids of a system's assets, each with the present one. */
export function assetIdsOf(plant: Plant, system: string): ReadonlyMap<string, string> {
  const members = new Set(plant.systems.find(({ id }) => id === system)?.assets);
  const ids = new Map<string, string>();
  for (const { id } of plant.retired.filter((each) => each.system === system)) ids.set(id, id);
  for (const { id, formerly } of plant.assets.filter((each) => members.has(each.id))) {
    for (const each of [id, ...formerly]) ids.set(each, id);
  }
  return ids;
}

/** Makers of critical assets are suppliers whether or not the file lists them. */
export function impliedSuppliers(plant: Plant, assets: readonly Asset[]): Organisation[] {
  const listed = new Set(plant.organisations.flatMap(({ id, name }) => [id, idFrom(name)]));
  const implied = new Map<string, Organisation>();
  for (const { vendor, criticality } of assets) {
    const id = vendor === undefined || criticality !== 'critical' ? '' : idFrom(vendor);
    if (vendor === undefined || id === '' || listed.has(id) || id === plant.organisation.id) continue;
    if (!implied.has(id)) implied.set(id, { id, name: vendor, relation: ['supplier'], criticality: 'critical' });
  }
  return [...implied.values()];
}

/** Every id that a subject of this kind may have. */
export function idsOfKind(plant: Plant, kind: SubjectKind): ReadonlySet<string> {
  const { ids } = indexOf(plant);
  const known = ids.get(kind);
  if (known !== undefined) return known;
  const found = new Set(listIds(plant, kind));
  ids.set(kind, found);
  return found;
}

function listIds(plant: Plant, kind: SubjectKind): readonly string[] {
  switch (kind) {
    case 'organisation':
      return [plant.organisation, ...plant.organisations, ...impliedSuppliers(plant, plant.assets)].map(({ id }) => id);
    case 'site':
      return [plant.site.id];
    case 'zone':
      return [...plant.zones.map(({ id }) => id), ...plant.assets.map(({ zone }) => zone)];
    case 'system':
      return plant.systems.map(({ id }) => id);
    case 'type':
      return [...plant.types.map(({ id }) => id), ...plant.assets.map(({ type }) => type)];
    case 'asset':
      return [...indexOf(plant).assets.keys()];
  }
}

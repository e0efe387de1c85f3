/** Facts about the system that follow from the plant file, its targets, capabilities and what was looked at. */
import type { FactsDraft } from '../../collectors/contract/vocabulary.ts';
import { vocabulary } from '../../collectors/contract/vocabulary.ts';
import { isApproved } from '../engine/evidence-index.ts';
import { type PracticeCode, practiceCodes } from '../engine/model.ts';
import type { Reading } from '../engine/value.ts';
import { bestOf, type Derivation, type Plant, readingsOf, written } from './derive.ts';

export function deriveSystem(plant: Plant): Derivation[] {
  return [
    ...scope(plant),
    ...programme(plant),
    ...training(plant),
    ...gaps(plant),
    ...registers(plant),
    ...coverage(plant),
  ];
}

const about = { kind: 'system' } as const;

/** Groups are the site and its declared zones; one that holds an asset is resolved. */
function scope({ input, now }: Plant): Derivation[] {
  const { zones, assets } = input.system;
  const held = new Set(assets.filter(({ state }) => state === 'active').flatMap(({ zone }) => zone ?? []));
  if (zones.length === 0) return [];
  const resolved = zones.filter(({ id }) => held.has(id)).length + (held.size > 0 ? 1 : 0);
  return [
    {
      name: 'scope.groups.resolved',
      about,
      facts: { 'scope.groups.resolved.count': resolved },
      sources: [written(now, 'plant')],
    },
  ];
}

/** What is derived from the levels of the assessment before: not seen where there was none. */
export const factsFromLevels = ['program.practices.belowTarget.total'] as const;

function programme({ input, now }: Plant): Derivation[] {
  const { targets } = input.system;
  const targeted = practiceCodes.filter((code) => (targets[code]?.level ?? 0) >= 2);
  const withTarget = practiceCodes.filter((code) => targets[code] !== undefined);
  if (withTarget.length === 0) return [];
  const facts: FactsDraft = { 'program.practices.targeted.total': targeted.length };
  const levels = input.previousLevels;
  if (levels !== undefined) {
    const isBelow = (code: PracticeCode) => (levels[code] ?? -1) < (targets[code]?.level ?? 0);
    facts['program.practices.belowTarget.total'] = withTarget.filter(isBelow).length;
  }
  return [{ name: 'program.practices', about, facts, sources: [written(now, 'targets')] }];
}

/** Trained of all, in key roles. */
function training({ organisation, now, input }: Plant): Derivation[] {
  const total = bestOf(readingsOf(organisation, 'training.keyRoles.total', now));
  const trained = bestOf(readingsOf(organisation, 'training.keyRoles.trained.count', now));
  if (total === undefined || trained === undefined || Number(total.value) <= 0) return [];
  const facts: FactsDraft = { 'training.coverage': Number(trained.value) / Number(total.value) };
  const own = { kind: 'organisation', id: input.organisation.id } as const;
  return [{ name: 'training.coverage', about: own, facts, sources: [total, trained] }];
}

const compensationRow = 'acc.l3.segmentation-measured';

/** Per capability: assets stated unable, and of these the ones that no compensation in force names. */
function gaps(plant: Plant): Derivation[] {
  const { assets, now, input } = plant;
  const definition = vocabulary['device.capabilities'];
  const words = definition.type === 'string[]' ? (definition.values ?? []) : [];
  const stated = assets.flatMap(({ view, subject }) => {
    const reading = bestOf(readingsOf(subject, 'device.capabilities', now));
    return reading === undefined ? [] : [{ id: view.id, can: reading.value as readonly string[], reading }];
  });
  if (assets.length === 0) return [];
  const named = new Set(
    input.decisions
      .filter(
        ({ kind, boundTo, on, until }) =>
          kind === 'compensation' && boundTo === compensationRow && Date.parse(on) <= now && now < Date.parse(until),
      )
      .filter(isApproved)
      .flatMap(({ members }) => members ?? []),
  );
  const elements = words.map((word) => {
    const unable = stated.filter(({ can }) => !can.includes(word));
    return { id: word, incapable: unable.length, unlisted: unable.filter(({ id }) => !named.has(id)).length };
  });
  const sources = stated.length === 0 ? [written(now, 'types')] : stated.map(({ reading }) => reading);
  return [{ name: 'capability.gaps', about, facts: { 'capability.gaps': elements }, sources }];
}

/** A type is main when it is critical or makes up this share of the assets. */
const mainShare = 0.05;

/** Zones and types that hold assets are elements of their registers, whether somebody listed them or not. */
function registers({ assets, input, now }: Plant): Derivation[] {
  const critical = new Set(
    assets.flatMap((asset) => (asset.critical && asset.view.zone !== undefined ? [asset.view.zone] : [])),
  );
  const zones = [...input.system.zones]
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .map(({ id, type }) => ({ id, ...(isZoneType(type) ? { type } : {}), critical: critical.has(id) }));
  const byType = Map.groupBy(
    assets.filter(({ view }) => view.type !== undefined),
    ({ view }) => view.type ?? '',
  );
  const types = [...byType]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, own]) => {
      const isCritical = own.some((asset) => asset.critical);
      return { id, critical: isCritical, main: isCritical || own.length >= mainShare * assets.length };
    });
  const facts: FactsDraft = {
    ...(zones.length === 0 ? {} : { 'zone.register': zones }),
    ...(types.length === 0 ? {} : { 'assetType.register': types }),
  };
  return [{ name: 'registers', about, facts, sources: [written(now, 'plant')] }];
}

type ZoneType = NonNullable<NonNullable<FactsDraft['zone.register']>[number]['type']>;

function isZoneType(type: string | undefined): type is ZoneType {
  const definition = vocabulary['zone.register'];
  const words = definition.type === 'object[]' ? definition.keys.type : undefined;
  return type !== undefined && Array.isArray(words) && words.includes(type);
}

/** Facts seen of the facts that sources promised, and how old the newest evidence is. */
function coverage({ assets, now }: Plant): Derivation[] {
  let seen = 0;
  let missed = 0;
  let newest: Reading | undefined;
  for (const { subject } of assets) {
    for (const slot of subject.slots.values()) {
      if (slot.seen.length > 0) seen++;
      else missed++;
      for (const reading of slot.seen) if (newest === undefined || reading.at > newest.at) newest = reading;
    }
  }
  if (newest === undefined) return [];
  const facts: FactsDraft = {
    'assess.coverage': seen / (seen + missed),
    'assess.freshness': (now - newest.at) / 1000,
  };
  return [{ name: 'assess', about, facts, sources: [newest] }];
}

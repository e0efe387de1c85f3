/** What every set of assets starts from: which are critical, exposed, or a safety function, and where. */
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import { Changes, firstOf, type Lapse } from './asset-sets.ts';
import type { EvidenceIndex, IndexedAsset } from './evidence-index.ts';
import type { AssetView } from './input.ts';
import { lasting } from './lasting.ts';
import type { Member } from './members.ts';
import { type Moment, resolve } from './readings.ts';
import type { Value } from './value.ts';

export interface Entity extends Member {
  readonly position: number;
  readonly view: AssetView | undefined;
  readonly kind: string;
  readonly zone: string | undefined;
  readonly critical: boolean;
  readonly exposed: boolean;
  readonly safety: boolean;
}

/** Never changed once it is made: the next look makes its own from it. */
export interface Standings extends Lapse {
  readonly index: EvidenceIndex;
  readonly moment: Moment;
  readonly entities: readonly Entity[];
  /** When each asset's weight or exposure may be another, and the earliest of these. */
  readonly ends: Float64Array;
  readonly until: number;
  /** When a reading that was asked ends, and the earliest of these. */
  readonly readingEnds: Float64Array;
  readonly fresh: number;
  /** Where a statement lapsed that decided it, by position. */
  readonly lapses: ReadonlyMap<number, Lapse>;
  readonly criticalZones: ReadonlySet<string>;
  /** One network sensor or firewall of each critical zone, critical wherever LOGSRC is counted. */
  readonly sensors: ReadonlySet<string>;
  /** Critical zones without one. */
  readonly zoneMembers: readonly Entity[];
  /** Places of both in one list, by id. */
  readonly positions: ReadonlyMap<string, number>;
  /** Which assets are others than they were in the standings before. */
  readonly changes: Changes;
  /** Made from earlier ones of the same assets. */
  readonly continues: boolean;
}

export function standingsAt(index: EvidenceIndex, moment: Moment, before: Standings | undefined): Standings {
  const known = before !== undefined && isContinued(before, index, moment) ? before : undefined;
  if (known !== undefined && known.index === index && moment.at < known.fresh)
    return { ...known, moment, continues: true };
  const ends = new Float64Array(index.assets.length);
  const readingEnds = new Float64Array(index.assets.length);
  const lapses = new Map<number, Lapse>();
  const changed = new Set<number>();
  const entities = index.assets.map((asset, position) => {
    const last = known?.entities[position];
    const isSame = last !== undefined && last.view === asset.view && last.asset === asset.subject;
    const end = known?.readingEnds[position];
    if (isSame && end !== undefined && moment.at < end) {
      ends[position] = known?.ends[position] ?? end;
      readingEnds[position] = end;
      const lapse = known?.lapses.get(position);
      if (lapse !== undefined) lapses.set(position, lapse);
      return last;
    }
    const { entity, until, end: nextEnd, lapse } = entityOf(asset, position, moment);
    ends[position] = until;
    readingEnds[position] = nextEnd;
    if (Number.isFinite(lapse.heldFrom) || Number.isFinite(lapse.graceFrom)) lapses.set(position, lapse);
    if (isSame && stands(last, entity)) return last;
    changed.add(position);
    return entity;
  });
  const first = (of: Float64Array) => of.reduce((least, end) => Math.min(least, end), Number.POSITIVE_INFINITY);
  const found = { ends, until: first(ends), readingEnds, fresh: first(readingEnds), lapses };
  const own = { index, moment, entities, ...found, ...firstOf(lapses.values()) };
  if (known !== undefined && changed.size === 0) return { ...known, ...own, continues: true };
  const places = placesOf(entities);
  if (known === undefined) return { ...own, ...places, changes: Changes.first(entities.length), continues: false };
  const isOther = (set: 'criticalZones' | 'sensors', id: string) => known[set].has(id) !== places[set].has(id);
  for (const { id, zone, position } of entities) {
    if (isOther('sensors', id) || (zone !== undefined && isOther('criticalZones', zone))) changed.add(position);
  }
  return { ...own, ...places, changes: known.changes.next(changed), continues: true };
}

/** The same assets in the same order, at the same instant or later. */
function isContinued(before: Standings, index: EvidenceIndex, moment: Moment): boolean {
  if (before.moment.grace !== moment.grace || before.moment.at > moment.at) return false;
  if (before.index === index) return true;
  const { entities } = before;
  return entities.length === index.assets.length && index.assets.every(({ view }, at) => view.id === entities[at]?.id);
}

function stands(one: Entity, other: Entity): boolean {
  return one.critical === other.critical && one.exposed === other.exposed && one.safety === other.safety;
}

function entityOf({ view, subject }: IndexedAsset, position: number, moment: Moment) {
  let until = Number.POSITIVE_INFINITY;
  let end = Number.POSITIVE_INFINITY;
  let heldFrom = Number.POSITIVE_INFINITY;
  let graceFrom = Number.POSITIVE_INFINITY;
  const holds = (name: FactName, test: (value: Value) => boolean): boolean => {
    const answer = lasting(moment, (at) => {
      const resolved = resolve(subject, name, undefined, at);
      end = Math.min(end, resolved.until);
      if (at.keeps) {
        heldFrom = Math.min(heldFrom, resolved.lapsedAt ?? heldFrom);
        graceFrom = Math.min(graceFrom, resolved.graceFrom ?? graceFrom);
      }
      return { value: test(resolved.value), until: resolved.until };
    });
    until = Math.min(until, answer.until);
    return answer.value;
  };
  const isExposed = (exposed: Value) => exposed === true || (view.exposed === undefined && exposed !== false);
  const entity: Entity = {
    id: view.id,
    position,
    asset: subject,
    view,
    kind: view.kind,
    zone: view.zone,
    critical: view.criticality === 'critical' || holds('asset.criticality', (value) => value === 'critical'),
    exposed: view.exposed === true || holds('asset.exposed', isExposed),
    safety: view.safetyFunction || view.kind === 'safety' || holds('asset.safetyFunction', (value) => value === true),
  };
  return { entity, until, end, lapse: { heldFrom, graceFrom } };
}

const sensorKinds = ['networksensor', 'firewall'];

function placesOf(entities: readonly Entity[]) {
  const criticalZones = new Set(entities.flatMap(({ critical, zone }) => (critical && zone !== undefined ? zone : [])));
  const sensors = new Map<string, string>();
  for (const { id, kind, zone } of entities) {
    if (zone === undefined || !sensorKinds.includes(kind) || sensors.has(zone)) continue;
    if (criticalZones.has(zone)) sensors.set(zone, id);
  }
  const zoneMembers = [...criticalZones]
    .filter((zone) => !sensors.has(zone))
    .sort()
    .map((zone, place) => emptyZone(zone, entities.length + place));
  const positions = new Map([...entities, ...zoneMembers].map(({ id, position }) => [id, position]));
  return { criticalZones, sensors: new Set(sensors.values()), zoneMembers, positions };
}

function emptyZone(zone: string, position: number): Entity {
  return {
    id: `zone:${zone}`,
    position,
    emptyZone: true,
    view: undefined,
    kind: 'zone',
    zone,
    critical: true,
    exposed: false,
    safety: false,
  };
}

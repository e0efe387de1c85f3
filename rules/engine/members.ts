/** Who belongs to which population. What nobody knows makes a population larger, never smaller. */
import { type FactName, isFactName } from '../../collectors/contract/vocabulary.ts';
import { isEqual } from './evaluate.ts';
import type { EvidenceIndex } from './evidence-index.ts';
import type { AssetView } from './input.ts';
import {
  type AssetSet,
  canonicalPopulation,
  type Filter,
  memberTypeOf,
  namesAccounts,
  type PartySet,
  type Population,
  registerOf,
} from './population.ts';
import { type Moment, resolve, type Subject, subjectOf } from './readings.ts';
import { type Element, type Resolved, reasonBits, Unseen, unseenFor, type Value } from './value.ts';

export interface Member {
  readonly id: string;
  readonly asset?: Subject;
  readonly party?: Subject;
  readonly element?: Element;
  /** A critical zone without a known sensor or firewall: unseen, and bad once somebody states that there is none. */
  readonly emptyZone?: true;
}

/** Who asks, with which age limit and as of when; `until` is lowered to when the answer may be another. */
export interface Asker extends Look {
  until: number;
}

interface Look {
  readonly moment: Moment;
  readonly limitDays: number | undefined;
}

export interface MemberIds {
  readonly ids: ReadonlySet<string>;
  /** First instant at which the set may be another. */
  readonly until: number;
}

export interface Members {
  readonly members: readonly Member[];
  /** Nobody knows the list itself; then there are no members, and why. */
  readonly unknown?: number;
  /** First instant at which the population may be another. */
  readonly until: number;
}

interface Entity extends Member {
  readonly view: AssetView | undefined;
  readonly kind: string;
  readonly zone: string | undefined;
  readonly critical: boolean;
  readonly exposed: boolean;
  readonly safety: boolean;
}

interface Party extends Member {
  readonly relation: ReadonlySet<string>;
  readonly critical: boolean;
}

const kinds = {
  DEV: ['plc', 'rtu', 'drive', 'robot', 'safety', 'relay', 'sensor', 'actuator', 'camera', 'meter'],
  GW: ['gateway', 'edgehost'],
  CTRL: ['plc', 'rtu', 'safety', 'relay', 'robot'],
  HOST: ['server', 'historian', 'hmi', 'workstation', 'laptop'],
} as const satisfies Partial<Record<AssetSet, readonly string[]>>;
const serviceKinds = ['broker', 'server', 'account'];
const serviceProtocols = new Set([
  'mqtt',
  'mqtts',
  'ws',
  'wss',
  'opcua',
  'opc.tcp',
  'http',
  'https',
  'tls',
  'ssh',
  'vnc',
  'rfb',
]);
const relations: Readonly<Record<PartySet, readonly string[]>> = {
  SUPPLIER: ['supplier', 'integrator'],
  PARTNER: ['servicePartner', 'integrator', 'cloudProvider'],
};
const sensorKinds = ['networksensor', 'firewall'];
/** Ends of readings that are followed to find when an answer is another. */
const maxLooks = 20;

export class Populations {
  private readonly index: EvidenceIndex;
  private moment: Moment;
  private readonly entities: readonly Entity[];
  private readonly zoneMembers: readonly Entity[];
  /** One network sensor or firewall of each critical zone, critical wherever LOGSRC is counted. */
  private readonly sensors: ReadonlySet<string>;
  private readonly criticalZones: ReadonlySet<string>;
  private parties: readonly Party[] | undefined;
  private partiesUntil = Number.POSITIVE_INFINITY;
  private readonly kept = new Map<string, Members>();
  private readonly ids = new Map<string, MemberIds>();
  private until = Number.POSITIVE_INFINITY;
  /** First instant at which an asset's weight or exposure may be another. */
  readonly baseUntil: number;
  /** Earliest lapse among the statements that decided who counts: of those that are held, and of those that are not. */
  heldFrom = Number.POSITIVE_INFINITY;
  graceFrom = Number.POSITIVE_INFINITY;

  constructor(index: EvidenceIndex, moment: Moment) {
    this.index = index;
    this.moment = moment;
    this.entities = index.assets.map(({ view, subject }) => this.entityOf(view, subject));
    this.baseUntil = this.until;
    this.criticalZones = new Set(
      this.entities.flatMap(({ critical, zone }) => (critical && zone !== undefined ? [zone] : [])),
    );
    const sensors = new Map<string, string>();
    for (const { id, kind, zone } of [...this.entities].sort((one, other) => (one.id < other.id ? -1 : 1))) {
      if (zone === undefined || !sensorKinds.includes(kind) || sensors.has(zone)) continue;
      if (this.criticalZones.has(zone)) sensors.set(zone, id);
    }
    this.sensors = new Set(sensors.values());
    this.zoneMembers = [...this.criticalZones]
      .filter((zone) => !sensors.has(zone))
      .sort()
      .map(emptyZone);
  }

  of(population: Population, limitDays: number | undefined): Members {
    const key = `${limitDays ?? ''} ${canonicalPopulation(population)}`;
    const kept = this.kept.get(key);
    if (kept !== undefined) return kept;
    this.until = this.baseUntil;
    const found = this.find(population, limitDays);
    this.kept.set(key, found);
    return found;
  }

  /** Ids of a set; `like` is the row's own population, which decides what LOGSRC and accounts mean. */
  idsOf(population: Population, like?: Population): MemberIds {
    const base = like === undefined ? population : ({ op: 'and', parts: [population, like] } as const);
    const key = `${canonicalPopulation(population)} ${namesAccounts(base)} ${mentions(base, 'LOGSRC')}`;
    const kept = this.ids.get(key);
    if (kept !== undefined) return kept;
    const context = { accounts: namesAccounts(base), sources: mentions(base, 'LOGSRC'), limitDays: undefined };
    this.until = this.baseUntil;
    const members =
      memberTypeOf(population) === 'party' || (like !== undefined && memberTypeOf(like) === 'party')
        ? this.partyList().filter((party) => this.lasting(() => this.partyIn(population, party, undefined)))
        : this.candidates(context).filter((entity) => this.lasting(() => this.entityIn(population, entity, context)));
    const found = { ids: new Set(members.map((member) => member.id)), until: this.until };
    this.ids.set(key, found);
    return found;
  }

  /** Whether a member passes a filter: what is unseen is `Unseen`. */
  passes(filter: Filter, member: Member, asker: Asker): boolean | Unseen {
    this.until = asker.until;
    const answer = this.filtered(filter, (key) => this.keyOf(member, key, asker));
    asker.until = this.until;
    return answer;
  }

  /** Whether the examination of some asset was declined. */
  get someDeclined(): boolean {
    return this.entities.some(({ view }) => view?.declined === true);
  }

  declinedShare(): number {
    const critical = this.entities.filter((entity) => entity.critical);
    return critical.length === 0 ? 0 : this.declinedIds().length / critical.length;
  }

  /** Critical assets whose examination was declined. */
  declinedIds(): readonly string[] {
    return this.entities.flatMap(({ critical, view }) => (critical && view?.declined === true ? [view.id] : [])).sort();
  }

  private find(population: Population, limitDays: number | undefined): Members {
    switch (memberTypeOf(population)) {
      case 'asset': {
        const context = { accounts: namesAccounts(population), sources: mentions(population, 'LOGSRC'), limitDays };
        const members = this.candidates(context).filter((entity) =>
          this.lasting(() => this.entityIn(population, entity, context)),
        );
        return { members, until: this.until };
      }
      case 'party': {
        const members = this.partyList().filter((party) =>
          this.lasting(() => this.partyIn(population, party, limitDays)),
        );
        return { members, until: this.until };
      }
      case 'element':
        return this.elementsOf(population, limitDays);
    }
  }

  private candidates(context: { accounts: boolean; sources: boolean }): readonly Entity[] {
    const assets = context.accounts ? this.entities : this.entities.filter(({ kind }) => kind !== 'account');
    return context.sources ? [...assets, ...this.zoneMembers] : assets;
  }

  private entityIn(
    population: Population,
    entity: Entity,
    context: { sources: boolean; limitDays: number | undefined },
  ): boolean {
    switch (population.op) {
      case 'set':
        return this.inSet(population.name as AssetSet, entity, context.sources);
      case 'kind':
        return population.kinds.includes(entity.kind);
      case 'capable':
        return this.isCapable(entity, population.word);
      case 'and':
        return population.parts.every((part) => this.entityIn(part, entity, context));
      case 'or':
        return population.parts.some((part) => this.entityIn(part, entity, context));
      case 'where':
        return (
          this.entityIn(population.of, entity, context) && this.isKept(population.filter, entity, context.limitDays)
        );
      case 'each':
        return false;
    }
  }

  private inSet(name: AssetSet, entity: Entity, sources: boolean): boolean {
    if (entity.emptyZone) return name === 'LOGSRC' || name === 'CRIT' || name === 'ALL';
    switch (name) {
      case 'ALL':
        return true;
      case 'CRIT':
        return entity.critical || (sources && this.sensors.has(entity.id));
      case 'EXP':
        return entity.exposed;
      case 'SAFE':
        return entity.safety;
      case 'CZONE':
        return entity.zone !== undefined && this.criticalZones.has(entity.zone);
      case 'SVC':
        return serviceKinds.includes(entity.kind) || this.offersService(entity);
      case 'LOGSRC':
        return this.isCapable(entity, 'logging') || this.sensors.has(entity.id);
      case 'DEV':
      case 'GW':
      case 'CTRL':
      case 'HOST':
        return kinds[name].some((kind) => kind === entity.kind);
    }
  }

  private offersService({ view, asset }: Entity): boolean {
    if (view?.protocols.some((protocol) => serviceProtocols.has(protocol.toLowerCase()))) return true;
    const declared = asset === undefined ? undefined : this.read(asset, 'service.declared').elements;
    return (
      declared?.some(({ cells }) => serviceProtocols.has(String(cells.get('protocol')?.value).toLowerCase())) === true
    );
  }

  private isCapable({ asset }: Entity, word: string): boolean {
    if (asset === undefined) return false;
    const { value } = this.read(asset, 'device.capabilities');
    return value instanceof Unseen || (value as readonly string[]).includes(word);
  }

  private entityOf(view: AssetView, subject: Subject): Entity {
    const read = (name: FactName) => this.read(subject, name).value;
    const isExposed = () => {
      const exposed = read('asset.exposed');
      return exposed === true || (view.exposed === undefined && exposed !== false);
    };
    return {
      id: view.id,
      asset: subject,
      view,
      kind: view.kind,
      zone: view.zone,
      critical: view.criticality === 'critical' || this.lasting(() => read('asset.criticality') === 'critical'),
      exposed: view.exposed === true || this.lasting(isExposed),
      safety:
        view.safetyFunction || view.kind === 'safety' || this.lasting(() => read('asset.safetyFunction') === true),
    };
  }

  /** An answer that only reads facts. `until` is when it is another, which the end of a reading alone is not. */
  private lasting<T extends boolean | string | undefined>(answer: () => T): T {
    const { moment, until } = this;
    this.until = Number.POSITIVE_INFINITY;
    const first = answer();
    let at = this.until;
    for (let look = 0; look < maxLooks && at !== Number.POSITIVE_INFINITY; look++) {
      this.moment = { at, grace: moment.grace, keeps: false };
      this.until = Number.POSITIVE_INFINITY;
      if (answer() !== first) break;
      at = this.until;
    }
    this.moment = moment;
    this.until = Math.min(until, at);
    return first;
  }

  private partyList(): readonly Party[] {
    const before = this.until;
    if (this.parties === undefined) {
      this.until = this.baseUntil;
      this.parties = this.findParties();
      this.partiesUntil = this.until;
    }
    this.until = Math.min(before, this.partiesUntil);
    return this.parties;
  }

  /** The makers of critical assets are critical suppliers, whether somebody listed them or not. */
  private findParties(): Party[] {
    const makers = new Set<string>();
    for (const { critical, view, asset } of this.entities) {
      if (!critical || asset === undefined) continue;
      const stated = this.lasting(() => {
        const { value } = this.read(asset, 'device.vendor');
        return typeof value === 'string' ? value : undefined;
      });
      for (const name of [view?.vendor, stated])
        if (typeof name === 'string' && slugOf(name) !== '') makers.add(slugOf(name));
    }
    const listed = this.index.parties.map(({ view, subject }): Party => {
      const said = this.read(subject, 'organisation.relation').value;
      const maker = [view.id, slugOf(view.name)].find((name) => makers.has(name));
      if (maker !== undefined) makers.delete(maker);
      const relation = new Set([...view.relation, ...(said instanceof Unseen ? [] : (said as readonly string[]))]);
      if (maker !== undefined) relation.add('supplier');
      return { id: view.id, party: subject, relation, critical: view.critical || maker !== undefined };
    });
    const implied = [...makers].map((id): Party => {
      return { id, party: subjectOf(id), relation: new Set(['supplier']), critical: true };
    });
    return [...listed, ...implied].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  private partyIn(population: Population, party: Party, limitDays: number | undefined): boolean {
    switch (population.op) {
      case 'set':
        if (population.name === 'CRIT') return party.critical;
        if (population.name === 'SUPPLIER' || population.name === 'PARTNER') {
          return relations[population.name].some((relation) => party.relation.has(relation));
        }
        return false;
      case 'and':
        return population.parts.every((part) => this.partyIn(part, party, limitDays));
      case 'or':
        return population.parts.some((part) => this.partyIn(part, party, limitDays));
      case 'where':
        return this.partyIn(population.of, party, limitDays) && this.isKept(population.filter, party, limitDays);
      default:
        return false;
    }
  }

  private elementsOf(population: Population, limitDays: number | undefined): Members {
    const register = registerOf(population);
    if (register === undefined || !isFactName(register))
      return { members: [], unknown: reasonBits.neverAsked, until: this.until };
    const machines = register === 'identity.machines';
    const resolved = resolve(machines ? this.index.machines : this.index.system, register, limitDays, this.moment);
    const elements = register === 'zone.register' ? this.zonesOf(resolved) : (resolved.elements ?? []);
    const { value, until } = resolved;
    if (elements.length === 0 && value instanceof Unseen) return { members: [], unknown: value.mask, until };
    const filters = filtersOf(population);
    const members = elements
      .map((element): Member => ({ id: element.id, element }))
      .filter((member) => filters.every((filter) => this.isKept(filter, member, limitDays)));
    return { members, until: Math.min(until, this.until) };
  }

  /** Zones that hold assets of the system, whether the register knows them or not. */
  private zonesOf(resolved: Resolved): readonly Element[] {
    const held = new Set(this.entities.flatMap(({ zone }) => (zone === undefined ? [] : [zone])));
    if (held.size === 0) return resolved.elements ?? [];
    const known = new Map((resolved.elements ?? []).map((element) => [element.id, element]));
    return [...held].sort().map((id) => known.get(id) ?? { id, cells: new Map() });
  }

  private keyOf(member: Member, key: string, look: Look): Value {
    if (member.element !== undefined) {
      if (key === 'id') return member.id;
      const cell = member.element.cells.get(key);
      if (cell !== undefined && cell.until < this.until) this.until = cell.until;
      return cell?.value ?? unseenFor(reasonBits.neverAsked);
    }
    const subject = member.asset ?? member.party;
    if (subject === undefined || !isFactName(key)) return unseenFor(reasonBits.neverAsked);
    return this.read(subject, key, look).value;
  }

  private filtered(filter: Filter, look: (key: string) => Value): boolean | Unseen {
    if (filter.op === 'is') {
      const value = look(filter.key);
      return value instanceof Unseen ? value : isEqual(value, filter.value);
    }
    const decisive = filter.op === 'or';
    let mask = 0;
    for (const part of filter.parts) {
      const value = this.filtered(part, look);
      if (value === decisive) return decisive;
      if (value instanceof Unseen) mask |= value.mask;
    }
    return mask === 0 ? !decisive : unseenFor(mask);
  }

  /** Nobody's silence makes a population smaller. */
  private isKept(filter: Filter, member: Member, limitDays: number | undefined): boolean {
    const look = { limitDays, moment: this.moment };
    return this.filtered(filter, (key) => this.keyOf(member, key, look)) !== false;
  }

  private read(subject: Subject, name: FactName, look?: Look): Resolved {
    const moment = look?.moment ?? this.moment;
    const resolved = resolve(subject, name, look?.limitDays, moment);
    if (resolved.until < this.until) this.until = resolved.until;
    if (moment.keeps) {
      this.heldFrom = Math.min(this.heldFrom, resolved.lapsedAt ?? this.heldFrom);
      this.graceFrom = Math.min(this.graceFrom, resolved.graceFrom ?? this.graceFrom);
    }
    return resolved;
  }
}

/** `Acme Foods GmbH` as an id. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

export function mentions(population: Population, name: AssetSet | PartySet): boolean {
  switch (population.op) {
    case 'set':
      return population.name === name;
    case 'where':
      return mentions(population.of, name);
    case 'and':
    case 'or':
      return population.parts.some((part) => mentions(part, name));
    default:
      return false;
  }
}

function filtersOf(population: Population): Filter[] {
  return population.op === 'where' ? [population.filter, ...filtersOf(population.of)] : [];
}

function emptyZone(zone: string): Entity {
  return {
    id: `zone:${zone}`,
    emptyZone: true,
    view: undefined,
    kind: 'zone',
    zone,
    critical: true,
    exposed: false,
    safety: false,
  };
}

/** Who belongs to which population. What nobody knows makes a population larger, never smaller. */
import { type FactName, isFactName } from '../../collectors/contract/vocabulary.ts';
import { type Changes, type KnownSet, type Lapse, setNow } from './asset-sets.ts';
import { isEqual } from './evaluate.ts';
import type { EvidenceIndex } from './evidence-index.ts';
import { lasting } from './lasting.ts';
import { type KnownMakers, makersNow } from './makers.ts';
import { areSameParties, type Party, partiesFrom, slugOf } from './parties.ts';
import {
  type AssetSet,
  canonicalPopulation,
  type Filter,
  filtersOf,
  memberTypeOf,
  mentions,
  namesAccounts,
  type Population,
  registerOf,
} from './population.ts';
import { type Moment, resolve, type Subject } from './readings.ts';
import { areIdentical } from './same.ts';
import { kinds, relations, serviceKinds, serviceProtocols } from './set-words.ts';
import { type Entity, type Standings, standingsAt } from './standings.ts';
import { type Element, type Resolved, reasonBits, Unseen, unseenFor, type Value } from './value.ts';

export interface Member {
  readonly id: string;
  readonly asset?: Subject;
  readonly party?: Subject;
  readonly element?: Element;
  /** A critical zone without a known sensor or firewall: unseen, and bad once somebody states that there is none. */
  readonly emptyZone?: true;
  /** Place among the assets of the system; empty zones come after them. */
  readonly position?: number;
}

/** Who asks, with which age limit and as of when; `until` is lowered to when the answer may be another. */
export interface Asker extends Look {
  until: number;
  heldFrom: number;
  graceFrom: number;
}

interface Look {
  readonly moment: Moment;
  readonly limitDays: number | undefined;
}

export interface MemberIds {
  has(id: string): boolean;
  /** First instant at which this one may come in or leave. */
  untilOf(id: string): number;
}

export interface Members {
  readonly members: readonly Member[];
  /** Nobody knows the list itself; then there are no members, and why. */
  readonly unknown?: number;
  /** First instant at which the population may be another. */
  readonly until: number;
}

interface Context {
  readonly accounts: boolean;
  readonly sources: boolean;
  readonly limitDays: number | undefined;
}

const never = Number.POSITIVE_INFINITY;

export class Populations {
  private readonly index: EvidenceIndex;
  private moment: Moment;
  private readonly assets: Standings;
  private parties: readonly Party[] | undefined;
  /** Those of an earlier look at the same organisations: the very same list is taken while it says the same as long. */
  private partiesBefore: { readonly list: readonly Party[]; readonly until: number } | undefined;
  private makers: KnownMakers | undefined;
  private partiesUntil = Number.POSITIVE_INFINITY;
  private partiesEnd = Number.POSITIVE_INFINITY;
  private partiesLapse: Lapse = { heldFrom: Number.POSITIVE_INFINITY, graceFrom: Number.POSITIVE_INFINITY };
  private partiesOf: Changes | undefined;
  private readonly kept = new Map<string, Members>();
  private readonly sets: Map<string, KnownSet<Entity>>;
  private readonly ids = new Map<Population, Map<Population | undefined, MemberIds>>();
  private readonly slugs: Map<string, string>;
  private until = Number.POSITIVE_INFINITY;
  /** Of the readings themselves, whatever is answered. */
  private end = Number.POSITIVE_INFINITY;
  /** Which assets are others than they were for the populations before. */
  readonly changes: Changes;
  /** These populations were brought up to date from earlier ones of the same assets. */
  readonly continues: boolean;
  /** First instant at which an asset's weight or exposure may be another. */
  readonly baseUntil: number;
  /** Earliest lapse among the statements that decided who counts: of those that are held, and of those that are not. */
  heldFrom = Number.POSITIVE_INFINITY;
  graceFrom = Number.POSITIVE_INFINITY;

  /** `before`: the populations of an earlier look, of which everything is kept that is still so. */
  constructor(index: EvidenceIndex, moment: Moment, before?: Populations) {
    this.index = index;
    this.moment = moment;
    this.assets = standingsAt(index, moment, before?.assets);
    this.continues = before !== undefined && this.assets.continues;
    this.changes = this.assets.changes;
    this.baseUntil = this.assets.until;
    this.sets = new Map(this.continues ? before?.sets : []);
    this.slugs = before?.slugs ?? new Map();
    this.lapses(this.assets);
    if (before !== undefined && this.continues) this.keepParties(before);
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
    const byLike = this.ids.get(population) ?? new Map<Population | undefined, MemberIds>();
    this.ids.set(population, byLike);
    const kept = byLike.get(like);
    if (kept !== undefined) return kept;
    const found = this.findIds(population, like);
    byLike.set(like, found);
    return found;
  }

  private findIds(population: Population, like?: Population): MemberIds {
    this.until = this.baseUntil;
    if (memberTypeOf(population) === 'party' || (like !== undefined && memberTypeOf(like) === 'party')) {
      const parties = this.partyList().filter((party) =>
        this.lasting(() => this.partyIn(population, party, undefined)),
      );
      const ids = new Set(parties.map(({ id }) => id));
      const { until } = this;
      return { has: (id) => ids.has(id), untilOf: () => until };
    }
    const base = like === undefined ? population : ({ op: 'and', parts: [population, like] } as const);
    const context = { accounts: namesAccounts(base), sources: mentions(base, 'LOGSRC'), limitDays: undefined };
    const { holds, until } = this.setOf(population, context);
    const { positions, ends } = this.assets;
    const endAt = (position: number) => Math.min(until[position] ?? never, ends[position] ?? never);
    return {
      has: (id) => holds[positions.get(id) ?? -1] === 1,
      untilOf: (id) => endAt(positions.get(id) ?? -1),
    };
  }

  /** Assets and empty zones, each of which has a position below it. */
  get size(): number {
    return this.assets.entities.length + this.assets.zoneMembers.length;
  }

  /** The list of suppliers and partners: the very same one as long as nothing about it changed. */
  partiesNow(): { readonly list: readonly unknown[]; readonly until: number } {
    return { list: this.partyList(), until: this.partiesUntil };
  }

  /** Whether a member passes a filter: what is unseen is `Unseen`. */
  passes(filter: Filter, member: Member, asker: Asker): boolean | Unseen {
    const { heldFrom, graceFrom } = this;
    this.until = asker.until;
    this.heldFrom = never;
    this.graceFrom = never;
    const answer = this.filtered(filter, (key) => this.keyOf(member, key, asker));
    asker.until = this.until;
    asker.heldFrom = Math.min(asker.heldFrom, this.heldFrom);
    asker.graceFrom = Math.min(asker.graceFrom, this.graceFrom);
    this.heldFrom = heldFrom;
    this.graceFrom = graceFrom;
    return answer;
  }

  /** Whether the examination of some asset was declined. */
  get someDeclined(): boolean {
    return this.assets.entities.some(({ view }) => view?.declined === true);
  }

  declinedShare(): number {
    const critical = this.assets.entities.filter((entity) => entity.critical);
    return critical.length === 0 ? 0 : this.declinedIds().length / critical.length;
  }

  /** Critical assets whose examination was declined. */
  declinedIds(): readonly string[] {
    return this.assets.entities
      .flatMap(({ critical, view }) => (critical && view?.declined === true ? [view.id] : []))
      .sort();
  }

  private find(population: Population, limitDays: number | undefined): Members {
    switch (memberTypeOf(population)) {
      case 'asset': {
        const context = { accounts: namesAccounts(population), sources: mentions(population, 'LOGSRC'), limitDays };
        const { members, least } = this.setOf(population, context);
        return { members, until: Math.min(this.baseUntil, least) };
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

  private lapses({ heldFrom, graceFrom }: Lapse): void {
    this.heldFrom = Math.min(this.heldFrom, heldFrom);
    this.graceFrom = Math.min(this.graceFrom, graceFrom);
  }

  private setOf(population: Population, context: Context): KnownSet<Entity> {
    const { accounts, sources, limitDays } = context;
    const key = `${limitDays ?? ''} ${canonicalPopulation(population)} ${accounts} ${sources}`;
    const known = this.sets.get(key);
    const { at } = this.moment;
    if (known !== undefined && known.generation === this.changes.generation && at < known.fresh) {
      this.lapses(known);
      return known;
    }
    const found = setNow(known, {
      entities: this.assets.entities,
      others: sources ? this.assets.zoneMembers : [],
      changes: this.changes,
      at,
      test: (entity) => {
        const outer = { heldFrom: this.heldFrom, graceFrom: this.graceFrom };
        this.until = never;
        this.end = never;
        this.heldFrom = never;
        this.graceFrom = never;
        const holds =
          (accounts || entity.kind !== 'account') && this.lasting(() => this.entityIn(population, entity, context));
        const { until, heldFrom, graceFrom } = this;
        this.heldFrom = outer.heldFrom;
        this.graceFrom = outer.graceFrom;
        return { holds, until, end: this.end, heldFrom, graceFrom };
      },
    });
    this.sets.set(key, found);
    this.lapses(found);
    return found;
  }

  private keepParties(known: Populations): void {
    this.makers = known.makers;
    if (!areIdentical(known.index.parties, this.index.parties)) return;
    const { parties: list, partiesUntil: until } = known;
    this.partiesBefore = list === undefined ? known.partiesBefore : { list, until };
    if (known.parties === undefined || this.moment.at >= known.partiesEnd || known.partiesOf !== this.changes) return;
    this.parties = known.parties;
    this.partiesUntil = known.partiesUntil;
    this.partiesLapse = known.partiesLapse;
    this.partiesEnd = known.partiesEnd;
    this.partiesOf = known.partiesOf;
  }

  private entityIn(population: Population, entity: Entity, context: Context): boolean {
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
        return entity.critical || (sources && this.assets.sensors.has(entity.id));
      case 'EXP':
        return entity.exposed;
      case 'SAFE':
        return entity.safety;
      case 'CZONE':
        return entity.zone !== undefined && this.assets.criticalZones.has(entity.zone);
      case 'SVC':
        return serviceKinds.includes(entity.kind) || this.offersService(entity);
      case 'LOGSRC':
        return this.isCapable(entity, 'logging') || this.assets.sensors.has(entity.id);
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

  /** An answer that only reads facts. `until` is when it is another, which the end of a reading alone is not. */
  private lasting<T extends boolean | string | undefined>(answer: () => T): T {
    const { moment, until } = this;
    const found = lasting(moment, (at) => {
      this.moment = at;
      this.until = never;
      const value = answer();
      return { value, until: this.until };
    });
    this.moment = moment;
    this.until = Math.min(until, found.until);
    return found.value;
  }

  private partyList(): readonly Party[] {
    const before = this.until;
    if (this.parties === undefined) {
      const { heldFrom, graceFrom } = this;
      this.until = this.baseUntil;
      this.end = this.baseUntil;
      this.heldFrom = never;
      this.graceFrom = never;
      this.parties = this.findParties();
      this.partiesUntil = this.until;
      this.partiesEnd = this.end;
      this.partiesLapse = { heldFrom: this.heldFrom, graceFrom: this.graceFrom };
      this.partiesOf = this.changes;
      this.heldFrom = heldFrom;
      this.graceFrom = graceFrom;
    }
    this.lapses(this.partiesLapse);
    this.until = Math.min(before, this.partiesUntil);
    return this.parties;
  }

  /** The makers of critical assets are critical suppliers, whether somebody listed them or not. */
  private findParties(): readonly Party[] {
    this.makers = makersNow(this.makers, {
      entities: this.assets.entities,
      changes: this.changes,
      at: this.moment.at,
      stated: ({ asset }) => this.statedMaker(asset),
      idOf: (name) => this.makerOf(name),
    });
    const { ids, least, fresh } = this.makers;
    this.until = Math.min(this.until, least);
    this.end = Math.min(this.end, fresh);
    this.lapses(this.makers);
    const listed = this.index.parties.map(({ view, subject }) => {
      const said = this.read(subject, 'organisation.relation').value;
      return { view, subject, said: said instanceof Unseen ? [] : (said as readonly string[]) };
    });
    const found = partiesFrom(listed, ids);
    const { partiesBefore } = this;
    const isSame = partiesBefore?.until === this.until && areSameParties(partiesBefore.list, found);
    return isSame ? partiesBefore.list : found;
  }

  private statedMaker(asset: Subject | undefined) {
    const outer = { until: this.until, end: this.end, heldFrom: this.heldFrom, graceFrom: this.graceFrom };
    this.until = never;
    this.end = never;
    this.heldFrom = never;
    this.graceFrom = never;
    const name = this.lasting(() => {
      const value = asset === undefined ? undefined : this.read(asset, 'device.vendor').value;
      return typeof value === 'string' ? value : undefined;
    });
    const { until, end, heldFrom, graceFrom } = this;
    this.until = outer.until;
    this.end = outer.end;
    this.heldFrom = outer.heldFrom;
    this.graceFrom = outer.graceFrom;
    return { name, until, end, heldFrom, graceFrom };
  }

  /** Thousands of assets have a few dozen makers. */
  private makerOf(name: string): string {
    const known = this.slugs.get(name);
    if (known !== undefined) return known;
    const slug = slugOf(name);
    this.slugs.set(name, slug);
    return slug;
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
    const held = new Set(this.assets.entities.flatMap(({ zone }) => (zone === undefined ? [] : [zone])));
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
    if (resolved.until < this.end) this.end = resolved.until;
    if (moment.keeps) {
      this.heldFrom = Math.min(this.heldFrom, resolved.lapsedAt ?? this.heldFrom);
      this.graceFrom = Math.min(this.graceFrom, resolved.graceFrom ?? this.graceFrom);
    }
    return resolved;
  }
}

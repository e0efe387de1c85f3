/** From a plant and all that is known of it to what `assess()` reads. Pure: the same input gives the same output. */
import type { Bases, Unseen } from '../../collectors/contract/collector.ts';
import type { FactName, Facts } from '../../collectors/contract/vocabulary.ts';
import { historyOf } from '../../rules/derive/history.ts';
import { lookFrom } from '../../rules/derive/turns.ts';
import type {
  About,
  AssessInput,
  AssetView,
  Decision,
  Evidence,
  EvidenceKind,
  History,
  OrganisationView,
  SystemView,
} from '../../rules/engine/input.ts';
import type { Asset, Plant, PlantSystem } from '../contract/plant.ts';
import type { Statement } from '../contract/statement.ts';
import { declinedAssets } from './declined.ts';
import type { Imported } from './load-imports.ts';
import { networkView } from './network-view.ts';
import type { Seen } from './observation-lines.ts';
import { plantFacts, protocolsOf } from './plant-facts.ts';
import { present } from './present.ts';
import { aboutOf, assetIdsOf, impliedSuppliers } from './subjects.ts';

export interface KnownEvidence {
  readonly observations: readonly Seen[];
  readonly statements: readonly Statement[];
  readonly imports: readonly Imported[];
  /** What turned between looks; absent where `observations` holds all of them. */
  readonly turns?: readonly SeenTurn[];
}

/** As the store keeps it: two looks of a probe, or with no look before it the first sight of a version. */
export interface SeenTurn {
  readonly asset: string;
  readonly probe: string;
  readonly fact: FactName;
  readonly before?: { readonly at: string; readonly ref: string };
  readonly after: { readonly at: string; readonly ref: string };
}

export interface AssessOptions {
  readonly now: Date;
  readonly evidence: KnownEvidence;
  /** When this plant file took effect; default now. */
  readonly plantSince?: Date;
  readonly previousLevels?: AssessInput['previousLevels'];
  /** Assets that the system has ever had, as last known. Those that left without a record stay as `gone`. */
  readonly everSeenAssets?: readonly AssetView[];
}

/** Throws when the plant has no such system. What lies after `now` is left out. */
export function assessInput(plant: Plant, systemId: string, options: AssessOptions): AssessInput {
  const system = plant.systems.find(({ id }) => id === systemId);
  if (system === undefined) throw new Error(`no system ${JSON.stringify(systemId)} in ${plant.file}`);
  const now = options.now.toISOString();
  const view = systemView(plant, system, options.everSeenAssets ?? []);
  const scope: Scope = {
    plant,
    system,
    active: activeAssets(plant, system),
    assets: new Set(view.assets.map(({ id }) => id)),
    ids: assetIdsOf(plant, systemId),
    organisations: new Set([plant.organisation.id, ...view.organisations.map(({ id }) => id)]),
  };
  const { observations, statements, imports } = options.evidence;
  const said = statements.filter(({ on }) => on <= now);
  const since = options.plantSince?.toISOString() ?? now;
  const evidence = [
    ...inventory(scope, since < now ? since : now),
    ...observations.filter(({ observedAt }) => observedAt <= now).flatMap((each) => observed(scope, each)),
    ...imports.filter(({ observedAt }) => observedAt <= now).flatMap((each) => imported(scope, each)),
    ...said.flatMap((each) => stated(scope, each, said)),
  ];
  const declined = declinedAssets({ zones: plant.zones, assets: scope.active, evidence, now: options.now });
  return present({
    now,
    organisation: plant.organisation,
    site: { id: plant.site.id, timeZone: plant.site.timeZone },
    system: {
      ...view,
      assets: view.assets.map((asset) => (declined.has(asset.id) ? { ...asset, declined: true } : asset)),
    },
    evidence,
    history: historyFrom(scope, options.evidence, now),
    decisions: said.flatMap((each) => decided(scope, each) ?? []),
    previousLevels: options.previousLevels,
  });
}

interface Scope {
  readonly plant: Plant;
  readonly system: PlantSystem;
  readonly active: readonly Asset[];
  /** Ids of the view's assets: active, gone and retired ones. */
  readonly assets: ReadonlySet<string>;
  /** Former and present ids, each with the present one. */
  readonly ids: ReadonlyMap<string, string>;
  readonly organisations: ReadonlySet<string>;
}

export function systemView(plant: Plant, system: PlantSystem, ever: readonly AssetView[]): SystemView {
  const active = activeAssets(plant, system);
  const known = assetIdsOf(plant, system.id);
  const last = new Map(ever.map((asset) => [asset.id, asset]));
  const retired = plant.retired.filter((each) => each.system === system.id);
  const gone = ever.filter(({ id }) => !known.has(id));
  const used = new Set(active.map(({ zone }) => zone));
  return {
    id: system.id,
    name: system.name,
    role: system.role,
    targets: system.targets,
    assets: [
      ...active.map(assetView),
      ...gone.map((asset): AssetView => ({ ...asset, state: 'gone' })),
      ...retired.map(({ id }): AssetView => ({ ...(last.get(id) ?? unknownAsset(id)), state: 'retired' })),
    ],
    organisations: organisationViews(plant, system, active),
    zones: plant.zones.filter(({ id }) => used.has(id)).map(({ id, type }) => present({ id, type })),
    network: networkView(plant),
  };
}

function activeAssets(plant: Plant, system: PlantSystem): Asset[] {
  const members = new Set(system.assets);
  return plant.assets.filter(({ id }) => members.has(id));
}

/** An asset as the engine sees it; the store keeps it for the day on which the asset is gone. */
export function assetView(asset: Asset): AssetView {
  const { id, name, formerly, kind, zone, type, criticality, exposed, safetyFunction, vendor, model } = asset;
  return {
    ...present({ exposed, vendor, model, zone: zone === 'unzoned' ? undefined : zone }),
    id,
    name,
    formerly,
    kind,
    type,
    criticality,
    safetyFunction,
    protocols: protocolsOf(asset),
    state: 'active',
  };
}

/** Retired before we ever saw it. */
function unknownAsset(id: string): Omit<AssetView, 'state'> {
  return { id, name: id, formerly: [], kind: 'unknown', criticality: 'normal', safetyFunction: false, protocols: [] };
}

function organisationViews(plant: Plant, system: PlantSystem, active: readonly Asset[]): OrganisationView[] {
  const listed = plant.organisations.filter(({ id }) => system.organisations.includes(id));
  return [...listed, ...impliedSuppliers(plant, active)].map(({ id, name, relation, criticality }) => ({
    id,
    name,
    relation,
    critical: criticality === 'critical',
  }));
}

function inventory({ plant, system }: Scope, since: string): Evidence[] {
  return plantFacts(plant, system, since).map(({ about, facts }) => ({
    about,
    source: 'inventory',
    channel: 'inventory',
    kind: 'stated',
    observedAt: since,
    facts,
    unseen: {},
    basis: {},
    ref: plant.hash,
  }));
}

/** A cloud account's observation may speak of the system and the organisation too. */
function observed(scope: Scope, seen: Seen): Evidence[] {
  const facts: Facts = { ...seen.facts, ...seen.volatile };
  const own = seen.system === scope.system.id;
  const asset = scope.ids.get(seen.asset) ?? seen.asset;
  const subjects: (About | undefined)[] = [
    scope.assets.has(asset) ? { kind: 'asset', id: asset } : undefined,
    own ? { kind: 'system' } : undefined,
    own ? { kind: 'organisation', id: scope.plant.organisation.id } : undefined,
  ];
  return subjects.flatMap((about) => {
    if (about === undefined) return [];
    const part = partAbout(about, { facts, unseen: seen.unseen, basis: seen.basis });
    if (about.kind !== 'asset' && isEmpty(part.facts) && isEmpty(part.unseen)) return [];
    const source = seen.collector;
    const kind = kindOf(source);
    const channel = `${asset}/${seen.probe}`;
    return [{ about, source, channel, kind, observedAt: seen.observedAt, ...part, ref: seen.digest }];
  });
}

function historyFrom(scope: Scope, { turns, observations }: KnownEvidence, now: string): History {
  const idOf = (asset: string) => scope.ids.get(asset) ?? asset;
  if (turns === undefined) {
    const looks = observations
      .filter(({ asset, collector, observedAt }) => {
        return observedAt <= now && kindOf(collector) === 'observation' && scope.assets.has(idOf(asset));
      })
      .map(({ asset, probe, system: by, observedAt: at, digest: ref, ...seen }) => {
        const id = idOf(asset);
        return { ...lookFrom(seen), asset: id, channel: `${id}/${probe}`, by, at, ref };
      });
    return historyOf(looks);
  }
  const known = turns
    .map((turn) => ({ ...turn, asset: idOf(turn.asset) }))
    .filter(({ asset }) => scope.assets.has(asset));
  return {
    turns: known.flatMap(({ asset, probe, fact, before, after }) =>
      before === undefined ? [] : [{ asset, channel: `${asset}/${probe}`, fact, before, after }],
    ),
    firsts: known.flatMap(({ asset, probe, before, after }) =>
      before === undefined ? [{ asset, channel: `${asset}/${probe}`, at: after.at }] : [],
    ),
  };
}

/** A line of a file may carry what was imported or stated elsewhere; it weighs as what it is. */
function kindOf(source: string): EvidenceKind {
  if (source.startsWith('import:')) return 'imported';
  return source === 'inventory' || source.startsWith('statement:') ? 'stated' : 'observation';
}

interface Part {
  readonly facts: Facts;
  readonly unseen: Unseen;
  readonly basis: Bases;
}

function partAbout(about: About, { facts, unseen, basis }: Part): Part {
  // The keys of each map are fact names; Object.entries widens them.
  const pick = <T extends object>(map: T): T =>
    Object.fromEntries(Object.entries(map).filter(([name]) => aboutOf(name as FactName) === about.kind)) as T;
  return { facts: pick(facts), unseen: pick(unseen), basis: pick(basis) };
}

function isEmpty(map: object): boolean {
  return Object.keys(map).length === 0;
}

function imported(scope: Scope, each: Imported): Evidence[] {
  const about = scopedAbout(scope, each.about);
  if (about === undefined) return [];
  const source = `import:${each.source}`;
  const { observedAt, facts, ref } = each;
  return [
    { about, source, channel: `import:${each.file}`, kind: 'imported', observedAt, facts, unseen: {}, basis: {}, ref },
  ];
}

function scopedAbout(scope: Scope, about: Imported['about']): About | undefined {
  switch (about.kind) {
    case 'asset':
      return scope.assets.has(about.id) ? { kind: 'asset', id: about.id } : undefined;
    case 'system':
      return about.id === scope.system.id ? { kind: 'system' } : undefined;
    case 'organisation':
      return scope.organisations.has(about.id) ? { kind: 'organisation', id: about.id } : undefined;
  }
}

/** One piece of evidence per subject that the statement reaches in this system. */
function stated(scope: Scope, statement: Statement, all: readonly Statement[]): Evidence[] {
  const examination = statement.kind === 'examination';
  if (!examination && statement.kind !== 'attestation') return [];
  const kind = examination ? 'examined' : statement.document === undefined ? 'stated' : 'document';
  const source = examination ? 'examine' : `statement:${statement.type ?? 'interview'}`;
  // An examination without facts of its own vouches for those of the statements that it examined.
  const examined = examination && isEmpty(statement.facts) ? all.filter(({ id }) => statement.of.includes(id)) : [];
  const { on, validUntil, by, reviewer, id } = statement;
  const said = {
    source,
    kind,
    observedAt: on,
    validUntil,
    by,
    unseen: {},
    basis: {},
    ref: id,
    ...present({ reviewer }),
  } as const;
  return (examined.length === 0 ? [statement] : examined).flatMap((origin) => {
    const channel = origin === statement ? `statement:${id}` : `statement:${id}/${origin.id}`;
    return reached(scope, origin).flatMap((about): Evidence[] => {
      const { facts } = partAbout(about, { facts: origin.facts, unseen: {}, basis: {} });
      return isEmpty(facts) ? [] : [{ about, channel, facts, ...said }];
    });
  });
}

/** Every asset, the system and every organisation of whom the statement may say something. */
function reached(scope: Scope, { subject }: Statement): About[] {
  const whole =
    (subject.kind === 'system' && subject.ids.includes(scope.system.id)) ||
    (subject.kind === 'site' && subject.ids.includes(scope.plant.site.id));
  const organisations =
    subject.kind === 'organisation'
      ? subject.ids.filter((id) => scope.organisations.has(id))
      : whole
        ? [scope.plant.organisation.id]
        : [];
  return [
    ...membersOf(scope, { subject, whole }).map((id): About => ({ kind: 'asset', id })),
    ...(whole ? [{ kind: 'system' } as const] : []),
    ...organisations.map((id): About => ({ kind: 'organisation', id })),
  ];
}

function membersOf(scope: Scope, of: { subject: Statement['subject']; whole: boolean }): string[] {
  const { kind, ids } = of.subject;
  const { active } = scope;
  if (of.whole) return active.map(({ id }) => id);
  if (kind === 'asset') return ids.filter((id) => scope.assets.has(id));
  if (kind === 'zone') return active.filter(({ zone }) => ids.includes(zone)).map(({ id }) => id);
  return kind === 'type' ? active.filter(({ type }) => ids.includes(type)).map(({ id }) => id) : [];
}

/** A decision counts where its subject lies in the system; said of assets it is about these members. */
function decided(scope: Scope, statement: Statement): Decision | undefined {
  const { kind, subject } = statement;
  if (kind === 'attestation' || kind === 'examination') return undefined;
  const whole =
    (subject.kind === 'system' && subject.ids.includes(scope.system.id)) ||
    subject.kind === 'site' ||
    (subject.kind === 'organisation' && subject.ids.includes(scope.plant.organisation.id));
  const parties = subject.kind === 'organisation' ? subject.ids.filter((id) => scope.organisations.has(id)) : [];
  const reachedMembers = whole ? undefined : [...membersOf(scope, { subject, whole }), ...parties];
  if (reachedMembers?.length === 0) return undefined;
  const { id, indicator, fact, set, approver, boundTo, parameter, value, by, on, validUntil } = statement;
  const members = statement.members ?? reachedMembers;
  const reason = statement.reason ?? '';
  return {
    ...present({ indicator, fact, members, set, approver, boundTo, parameter, value }),
    id,
    kind,
    reason,
    by,
    on,
    until: validUntil,
  };
}

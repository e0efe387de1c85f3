/**
 * What a scan may do, decided before anything is contacted: each probe allowed, or refused with the rule, the sentence
 * and the line of the plant file that would allow it. Names are resolved here, once; nothing else leaves the process.
 */
import { setImmediate } from 'node:timers/promises';
import { withinTier } from '../collectors/contract/collector.ts';
import type { Registered } from '../collectors/registry.ts';
import type { Asset, Plant } from '../server/contract/plant.ts';
import type { ClockReading, HeldEvidence, PlannedProbe, SafetyMemory, ScanPlan } from '../server/contract/scanner.ts';
import { clockHold } from './governor/clock.ts';
import { budgetHold } from './governor/day-budget.ts';
import { findingHold } from './governor/findings.ts';
import { plannedHold, standingHold, touchedOf, zoneState } from './governor/holds.ts';
import { signalHold } from './governor/signals.ts';
import { readStop, stopSentence } from './governor/stop.ts';
import { knownWithout, notNeeded } from './passive-first.ts';
import { type Permit, type PermitContext, permitProbe, zoneOf } from './permit.ts';
import { touchOf } from './reach.ts';
import { type Survey, surveyHosts } from './survey.ts';
import type { Resolve } from './target.ts';

export interface PlanOptions {
  readonly now: Date;
  readonly registry: readonly Registered[];
  readonly memory: SafetyMemory;
  readonly resolve: Resolve;
  /** Name of this agent, for zones that say who looks at them. */
  readonly agent?: string;
  /** Reads the machine's clock (SAF-10); without it nothing is said about it. */
  clock?(): ClockReading;
  /** Only a target list that a named signer signed may be planned (SAF-01). */
  readonly signed?: boolean;
  /** What is held about the system's assets at this instant; without it nothing counts as known (SAF-08). */
  evidence?(plant: Plant, system: string, now: Date): Promise<HeldEvidence>;
  /** One target that a person named by hand: no first look, no turn to wait for (SAF-24, SAF-26, SAF-27). */
  readonly byHand?: boolean;
}

const minuteMs = 60_000;
/** How long the first device of a model is left alone before the others follow (SAF-27). */
export const canaryRestMs = 86_400_000;
/** Probes planned before others get their turn: a thousand at once would hold sockets and pages up. */
const withoutPause = 20;

export async function planScan(plant: Plant, system: string, options: PlanOptions): Promise<ScanPlan> {
  const permits = await planPermits(plant, system, options);
  return {
    system,
    plantHash: plant.hash,
    at: options.now.toISOString(),
    ...(plant.signedBy === undefined ? {} : { signedBy: plant.signedBy }),
    ...clockOf(plant, options),
    probes: permits.map(({ planned }) => planned),
  };
}

function clockOf({ site }: Plant, { clock }: PlanOptions): Pick<ScanPlan, 'clock'> {
  return clock === undefined ? {} : { clock: { state: clock().state, ...site.clock } };
}

/** The same with all that the runner needs. @throws when the plant has no such system. */
export async function planPermits(
  plant: Plant,
  system: string,
  options: PlanOptions & { readonly survey?: Survey },
): Promise<Permit[]> {
  const assets = assetsOf(plant, system);
  const survey = options.survey ?? (await surveyFor(plant, system, options));
  const context: PermitContext = contextOf(plant, survey, options);
  const permits: Permit[] = [];
  const evidence = await options.evidence?.(plant, system, options.now);
  const scan: ScanState = { canaries: new Map(), groups: new Map() };
  for (const asset of assets) {
    for (const probe of asset.probes) {
      if (permits.length % withoutPause === withoutPause - 1) await setImmediate();
      const permit = permitProbe(context, asset, probe);
      permits.push(await held(permit, { plant, options, scan, assets, evidence }));
    }
  }
  return permits;
}

/** Resolves the names that the scan needs, once. */
export function surveyFor(plant: Plant, system: string, options: PlanOptions): Promise<Survey> {
  return surveyHosts(plant, wantedHosts(plant, assetsOf(plant, system)), options);
}

export function contextOf(
  plant: Plant,
  survey: Survey,
  options: Omit<PlanOptions, 'memory' | 'resolve' | 'evidence'>,
): PermitContext {
  return {
    plant,
    registry: options.registry,
    survey,
    now: options.now,
    signed: options.signed === true,
    ...(options.agent === undefined ? {} : { agent: options.agent }),
  };
}

/** The kill switch and the holds that a run obeys at its very start, whatever its plan said. */
export async function standingRefusal(
  plant: Plant,
  permit: Permit,
  options: Pick<PlanOptions, 'memory' | 'now' | 'clock'>,
) {
  const stop = await readStop(options.memory);
  if (stop !== undefined) return { rule: 'SAF-12', because: stopSentence(stop) };
  if (permit.key === '') return undefined;
  const found = await findingHold(options.memory, { key: permit.key, credential: permit.credential });
  if (found !== undefined) return found;
  const place = { site: plant.site.id, zone: permit.zone };
  const signal = await signalHold(options.memory, place, options.now);
  if (signal !== undefined || permit.planned.loopback) return signal;
  const clock = options.clock !== undefined && withinTier('T2', permit.planned.tier) ? options.clock() : undefined;
  const untimely =
    clock && (await clockHold(options.memory, clock, { controller: permit.controller, ...plant.site.clock }));
  if (untimely !== undefined) return untimely;
  const spent = await budgetHold(options.memory, place, options.now);
  if (spent !== undefined) return spent;
  return standingHold(options.memory, { site: plant.site.id, zone: permit.zone.id, key: permit.key }, options.now);
}

export function refusing(permit: Permit, why: { rule: string; because: string; remedy?: string }): Permit {
  const { rule, because, remedy } = why;
  const planned: PlannedProbe = {
    ...permit.planned,
    allowed: false,
    rule,
    because,
    ...(remedy === undefined ? {} : { remedy }),
    // The first scan of a zone shows all that the next ones would send.
    ...(rule === 'SAF-26' || rule === 'SAF-27' ? {} : { requests: [], consents: [] }),
  };
  return { ...permit, planned };
}

/** Assets of a system in the order of the file. */
function assetsOf(plant: Plant, system: string): Asset[] {
  const found = plant.systems.find(({ id }) => id === system);
  if (found === undefined)
    throw new Error(`expected one of the systems ${plant.systems.map(({ id }) => id).join(', ')}, found ${system}`);
  const byId = new Map(plant.assets.map((asset) => [asset.id, asset]));
  return found.assets.map((id) => byId.get(id)).filter((asset) => asset !== undefined);
}

/** Hosts of probes, without those of zones in which nothing at all is touched: not even their names are asked for. */
function wantedHosts(plant: Plant, assets: readonly Asset[]): string[] {
  return assets
    .filter((asset) => touchOf(zoneOf(plant, asset.zone), false) !== 'none')
    .flatMap(({ probes }) => probes)
    .flatMap(({ url }) => (URL.canParse(url) && !url.startsWith('file:') ? [new URL(url).hostname] : []))
    .map((host) => host.replace(/^\[|\]$/g, ''))
    .filter((host) => host !== '');
}

interface ScanState {
  /** Zone and model -> the asset that goes first in this scan. */
  readonly canaries: Map<string, string>;
  /** Redundancy group -> the asset whose turn it is. */
  readonly groups: Map<string, string>;
}

interface Scan {
  readonly plant: Plant;
  readonly options: PlanOptions;
  readonly scan: ScanState;
  readonly assets: readonly Asset[];
  readonly evidence: HeldEvidence | undefined;
}

/** The permit, or its refusal by what earlier runs and the rest of the scan mean for it. */
async function held(permit: Permit, scan: Scan): Promise<Permit> {
  if (!permit.planned.allowed) return permit;
  const { plant, options, evidence } = scan;
  const passive = evidence === undefined ? undefined : knownWithout(permit, evidence);
  const found = passive === undefined ? permit : { ...permit, planned: { ...permit.planned, passive } };
  const refusal =
    (await standingRefusal(plant, permit, options)) ??
    // Before it takes the turn of another device: what is not needed is no first look and no member's turn.
    (passive === undefined ? undefined : notNeeded(passive)) ??
    (permit.key === '' || permit.planned.loopback ? undefined : await heldOnPlant(permit, scan));
  return refusal === undefined ? found : refusing(found, refusal);
}

async function heldOnPlant(permit: Permit, scan: Scan) {
  const { memory, now } = scan.options;
  const { key, credential } = permit;
  const hold = await plannedHold(memory, { key, ...(credential === undefined ? {} : { credential }) }, now);
  if (hold !== undefined || scan.options.byHand === true) return hold;
  return (await firstLook(permit, scan)) ?? (await notItsTurn(permit, scan));
}

/** SAF-26 and SAF-27: the first scan of a zone only prints, the second looks at one device per model. */
async function firstLook(permit: Permit, { plant, options, scan }: Scan) {
  const { zone, asset } = permit;
  const state = await zoneState(options.memory, plant.site.id, zone.id);
  if (state.dryRunAt === undefined)
    return {
      rule: 'SAF-26',
      because: `nobody has looked at zone ${zone.id} before: the first scan prints its plan and sends nothing`,
      remedy: 'read the plan and scan again',
    };
  if (state.widened !== undefined) return undefined;
  const model = modelOf(asset);
  const known = state.canaries[model];
  const first = known?.asset ?? scan.canaries.get(`${zone.id} ${model}`) ?? asset.id;
  scan.canaries.set(`${zone.id} ${model}`, first);
  if (first === asset.id) return undefined;
  // After a day in which the canary was well and nobody stopped us, the rest follows.
  if (known !== undefined && options.now.getTime() - known.at >= canaryRestMs) return undefined;
  return {
    rule: 'SAF-27',
    because: `${first} goes first for the model ${model} in zone ${zone.id}; the others follow 24 hours later`,
    remedy: 'wait, or confirm that the first device is well',
  };
}

export function modelOf(asset: Asset): string {
  return asset.type;
}

/** SAF-24: of a redundancy group one asset per scan, the one that was left alone for longest; ten minutes between two. */
async function notItsTurn({ asset }: Permit, { plant, options, scan, assets }: Scan) {
  const group = asset.redundancyGroup;
  if (group === undefined) return undefined;
  const touched = await touchedOf(options.memory, plant.site.id, group);
  let turn = scan.groups.get(group);
  if (turn === undefined) {
    const members = assets.filter((each) => each.redundancyGroup === group && each.probes.length > 0);
    turn = members.toSorted((a, b) => (touched[a.id] ?? 0) - (touched[b.id] ?? 0))[0]?.id ?? asset.id;
    scan.groups.set(group, turn);
  }
  if (turn !== asset.id)
    return { rule: 'SAF-24', because: `${turn} of the redundancy group ${group} is looked at in this scan` };
  const other = Object.entries(touched).find(
    ([id, at]) => id !== asset.id && options.now.getTime() - at < 10 * minuteMs,
  );
  if (other === undefined) return undefined;
  return {
    rule: 'SAF-24',
    because: `${other[0]} of the redundancy group ${group} was looked at less than ten minutes ago`,
  };
}

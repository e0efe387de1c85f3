/** Runs what a plan allows: several hosts at a time, one probe per host, every probe at most once, every refusal kept. */
import type { Registered } from '../collectors/registry.ts';
import type { Plant } from '../server/contract/plant.ts';
import type {
  ClockReading,
  PlannedProbe,
  SafetyMemory,
  ScanHooks,
  Scanner,
  ScanPlan,
} from '../server/contract/scanner.ts';
import { liftClock, noteClock, readClock } from './governor/clock.ts';
import { liftFindings } from './governor/findings.ts';
import { createGovernor, type Fault, type Governor } from './governor/governor.ts';
import { liftHolds, recordDryRun, widenZone } from './governor/holds.ts';
import { ownMemory } from './governor/memory.ts';
import { liftSignals } from './governor/signals.ts';
import { infrastructure } from './governor/sockets.ts';
import { type Delivery, incidentNotice, noticeOf, tell } from './notices.ts';
import { type Permit, permitProbe } from './permit.ts';
import { contextOf, type PlanOptions, planPermits, planScan, refusing, standingRefusal, surveyFor } from './plan.ts';
import { type RunnerOptions, runProbe } from './runner.ts';
import { stepsOf } from './steps.ts';
import type { Resolve } from './target.ts';
import { systemResolve } from './target.ts';

export interface ScannerOptions {
  readonly registry: readonly Registered[];
  readonly memory: SafetyMemory;
  /** Reads a credential of the plant at the moment of use. */
  readonly credential: RunnerOptions['credential'];
  /** The agent's own folder, for key pairs that protocols need. */
  readonly folder: string;
  now(): Date;
  readonly resolve?: Resolve;
  /** Reads the machine's clock (SAF-10); default: what systemd-timesyncd says of it. */
  clock?(): ClockReading;
  /** Only a target list that a named signer signed may be planned (SAF-01). */
  readonly signed?: boolean;
  /** Name of this agent, for zones that say who looks at them. */
  readonly agent?: string;
  /** What is held about a system's assets: spares looks at what is known without contact (SAF-08). */
  readonly evidence?: PlanOptions['evidence'];
  /** Different hosts at a time. */
  readonly hosts?: number;
  /** Rest between the answers of a baseline in milliseconds; default ten seconds (SAF-13). */
  readonly restMs?: number;
  /** Hears of bugs of ours that the governor stopped; default: a warning of the process. */
  fault?(fault: Fault): void;
}

export interface GovernedScanner extends Scanner {
  readonly governor: Governor;
  /** The plan was printed and read: zones that were never looked at count as introduced (SAF-26). */
  printed(plant: Plant, plan: ScanPlan): Promise<void>;
  /** Ends what runs and takes the guard off the process's sockets. */
  close(): Promise<void>;
}

export function createScanner(options: ScannerOptions): GovernedScanner {
  const memory = ownMemory(options.memory);
  const governor = createGovernor({ memory, now: options.now, fault: options.fault ?? warn });
  const resolve: Resolve = (host) => infrastructure(async () => (options.resolve ?? systemResolve)(host));

  const clock = options.clock ?? (() => readClock(options.now));

  function planning(now: Date): PlanOptions {
    const { registry, agent, evidence, signed = false } = options;
    const held: PlanOptions['evidence'] = evidence && ((...of) => infrastructure(() => evidence(...of)));
    return {
      ...{ now, registry, memory, resolve, signed, clock },
      ...(agent === undefined ? {} : { agent }),
      ...(held === undefined ? {} : { evidence: held }),
    };
  }

  async function introduce(plant: Plant, plan: ScanPlan) {
    const zones = new Set(plan.probes.filter(({ rule }) => rule === 'SAF-26').map(({ zone }) => zone));
    for (const zone of zones) await recordDryRun(memory, { site: plant.site.id, zone }, options.now());
  }

  return {
    governor,
    async plan(plant, system, now) {
      const plan = await planScan(plant, system, planning(now));
      await noteClock(memory, clock());
      return plan;
    },
    async run(plant, plan, hooks, signal) {
      const scan = await prepare(plant, plan, { ...planning(options.now()), resolve: pinnedBy(plan, resolve) });
      const told = await announce(plant, scan, options);
      const outcomes: Record<string, number> = {};
      const counted: ScanHooks = {
        ...hooks,
        observed: async (probe, observation) => {
          outcomes[observation.outcome] = (outcomes[observation.outcome] ?? 0) + 1;
          await hooks.observed(probe, observation);
        },
      };
      try {
        await runAll(told.scan, { ...options, clock, memory, governor, plant, hooks: outside(counted), signal });
      } finally {
        if (told.probes.length > 0) {
          const end = noticeOf(plant, { system: plan.system, probes: told.probes, at: options.now() }, { outcomes });
          report(await tell(plant, end), options);
        }
      }
      await introduce(plant, plan);
    },
    stopAll: (by, reason) => governor.stopAll(by, reason),
    async resume(by) {
      await governor.resume(by);
      await liftHolds(memory);
      await liftFindings(memory);
      await liftSignals(memory);
      await liftClock(memory);
    },
    stopped: () => governor.stopped(),
    live: () =>
      governor.live().map((run) => ({
        asset: run.allowance.asset,
        probe: run.allowance.probe,
        ledger: run.ledger(),
      })),
    printed: introduce,
    steps: (plant, system, now) => stepsOf(plant, system, { memory, now }),
    widen: (plant, zone, by) => widenZone(memory, { site: plant.site.id, zone }, { by, now: options.now() }),
    close: () => governor.close(),
  };
}

/** Operations hear of it first, or nothing is sent (SAF-50). Documents send nothing, so nobody needs to be told of them. */
async function announce(plant: Plant, scan: PreparedScan, options: ScannerOptions) {
  const none: readonly PlannedProbe[] = [];
  const probes = scan.permits.map(({ planned }) => planned).filter(({ allowed, address }) => allowed && address !== '');
  if ((plant.site.notices ?? []).length === 0 || probes.length === 0) return { scan, probes: none };
  const { refused, missed } = await tell(plant, noticeOf(plant, { system: scan.system, probes, at: options.now() }));
  report({ refused: [], missed }, options);
  if (refused.length === 0) return { scan, probes };
  const because = `operations could not be told before the first packet (${refused.join('; ')})`;
  const permits = scan.permits.map((permit) =>
    permit.planned.allowed && permit.planned.address !== '' ? refusing(permit, { rule: 'SAF-50', because }) : permit,
  );
  return { scan: { ...scan, permits }, probes: none };
}

function report({ refused, missed }: Delivery, { fault = warn }: Pick<ScannerOptions, 'fault'>) {
  for (const message of [...refused, ...missed]) fault({ message: `notice not delivered: ${message}` });
}

interface PreparedScan {
  readonly system: string;
  readonly permits: readonly Permit[];
  /** The permit as it would be given at this instant. */
  again(permit: Permit, now: Date): Permit;
}

/** The plan's probes with what their runs need. What a plan says is binding, and checked: it may have come a long way. */
async function prepare(plant: Plant, plan: ScanPlan, planning: PlanOptions): Promise<PreparedScan> {
  if (plan.plantHash !== plant.hash)
    throw new Error(`expected a plan for the plant file ${plant.hash}, found one for ${plan.plantHash}: plan again`);
  const survey = await surveyFor(plant, plan.system, planning);
  const known = new Map(
    (await planPermits(plant, plan.system, { ...planning, survey })).map((each) => [nameOf(each.planned), each]),
  );
  const permits = plan.probes.flatMap((planned) => {
    const permit = known.get(nameOf(planned));
    known.delete(nameOf(planned));
    if (permit === undefined) throw new Error(`${nameOf(planned)}: expected a probe of the plant file, once`);
    return [binding(permit, planned)];
  });
  return {
    system: plan.system,
    permits,
    again: (permit, now) =>
      binding(permitProbe(contextOf(plant, survey, { ...planning, now }), permit.asset, permit.probe), permit.planned),
  };
}

/** What both the plan and the present allow. */
function binding(permit: Permit, planned: PlannedProbe): Permit {
  if (!planned.allowed) return { ...permit, planned };
  if (!permit.planned.allowed) return permit;
  const same = (each: PlannedProbe) =>
    JSON.stringify([each.address, each.url, each.collector, each.tier, each.reach, each.requests, each.consents]);
  if (same(permit.planned) === same(planned)) {
    const { passive } = planned;
    return passive === undefined ? permit : { ...permit, planned: { ...permit.planned, passive } };
  }
  return refusing(permit, {
    rule: 'SAF-01',
    because: 'what may be asked of this target has changed since the scan was planned',
    remedy: 'scan again',
  });
}

interface Running extends RunnerOptions {
  readonly plant: Plant;
  clock(): ClockReading;
  readonly hooks: ScanHooks;
  readonly signal: AbortSignal;
  readonly hosts?: number;
  fault?(fault: Fault): void;
}

const defaultHosts = 8;

async function runAll(scan: PreparedScan, running: Running): Promise<void> {
  const waiting = [...scan.permits];
  const busy = new Set<string>();
  const silent = new Set<string>();
  const refused = new Set<string>();
  const failed = new AbortController();
  const signal = AbortSignal.any([running.signal, failed.signal]);
  const active = new Set<Promise<void>>();
  const limit = running.hosts ?? defaultHosts;

  async function one(permit: Permit) {
    try {
      await runOne(permit, { scan, running, signal, silent, refused });
    } catch (error) {
      // A fault of ours, such as a full disk: nothing more is contacted for a scan that cannot be kept.
      failed.abort(error);
    } finally {
      for (const key of keysOf(permit)) busy.delete(key);
    }
  }

  while (waiting.length > 0 || active.size > 0) {
    const at = active.size >= limit ? -1 : waiting.findIndex((each) => !keysOf(each).some((key) => busy.has(key)));
    const [permit] = at < 0 ? [] : waiting.splice(at, 1);
    if (permit === undefined) {
      await Promise.race(active);
      continue;
    }
    if (failed.signal.aborted) continue;
    for (const key of keysOf(permit)) busy.add(key);
    const work: Promise<void> = one(permit).finally(() => active.delete(work));
    active.add(work);
  }
  if (failed.signal.aborted) throw failed.signal.reason;
}

function keysOf({ key, shared }: Permit): string[] {
  return key === '' ? [] : [key, ...(shared === undefined ? [] : [shared])];
}

interface Turn {
  readonly scan: PreparedScan;
  readonly running: Running;
  readonly signal: AbortSignal;
  /** Hosts of controllers that fell silent in this scan. */
  readonly silent: Set<string>;
  /** Host and credential that it refused in this scan: two probes may carry the same identity (SAF-31). */
  readonly refused: Set<string>;
}

async function runOne(permit: Permit, { scan, running, signal, silent, refused }: Turn): Promise<void> {
  const { plant, hooks } = running;
  const now = running.now();
  let current = permit.planned.allowed ? scan.again(permit, now) : permit;
  if (current.planned.allowed) {
    const quiet = silent.has(current.key)
      ? { rule: 'SAF-15', because: 'an earlier probe of the scan got no good answer from this controller' }
      : undefined;
    const again = refused.has(identityAt(current))
      ? { rule: 'SAF-31', because: 'an earlier probe of the scan was refused with the same credential' }
      : undefined;
    const refusal =
      quiet ?? again ?? (await standingRefusal(plant, current, { memory: running.memory, now, clock: running.clock }));
    if (refusal !== undefined) current = refusing(current, refusal);
  }
  if (current.planned.allowed) hooks.started(permit.planned);
  const observation = await runProbe(
    { plant, system: scan.system, permit: current, signal, line: (line) => hooks.line(permit.planned, line) },
    running,
  );
  const { outcome, event } = observation;
  if (current.controller && (outcome === 'timedOut' || outcome === 'aborted' || event !== undefined))
    silent.add(current.key);
  if (current.credential !== undefined && outcome === 'denied') refused.add(identityAt(current));
  await hooks.observed(permit.planned, observation);
  // It is on record first: who is woken by it finds it there.
  if (event !== undefined)
    report(await tell(plant, incidentNotice(plant, permit.planned, { ...observation, event })), running);
  if (observation.ledger.requests > 0) await noteClock(running.memory, running.clock());
}

function identityAt({ key, credential }: Permit): string {
  return credential === undefined ? '' : `${key} ${credential}`;
}

/** Names lead where the plan pinned them; only hosts that it does not contact are asked for again. */
function pinnedBy(plan: ScanPlan, resolve: Resolve): Resolve {
  const pins = new Map<string, string>();
  for (const { url, address } of plan.probes) {
    if (!url.startsWith('file:') && URL.canParse(url)) pins.set(new URL(url).hostname, address);
  }
  return async (host) => {
    const address = pins.get(host);
    if (address === undefined) return resolve(host);
    return address === '' ? [] : [address];
  };
}

/** Hooks belong to the server: their sockets (a database, an open dashboard) are no collector's. */
function outside(hooks: ScanHooks): ScanHooks {
  return {
    started: (probe) => infrastructure(() => hooks.started(probe)),
    line: (probe, line) => infrastructure(() => hooks.line(probe, line)),
    observed: (probe, observation) => infrastructure(() => hooks.observed(probe, observation)),
  };
}

function nameOf({ asset, probe }: Pick<PlannedProbe, 'asset' | 'probe'>): string {
  return `${asset}/${probe}`;
}

export function warn({ message, asset, probe, stack }: Fault): void {
  const where = asset === undefined ? '' : `${asset}/${probe}: `;
  process.emitWarning(`${where}${message}`, {
    type: 'GovernorFault',
    ...(stack === undefined ? {} : { detail: stack }),
  });
}

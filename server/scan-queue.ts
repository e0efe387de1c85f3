/**
 * Scans of this process: one per system at a time, run state in the database, so that a killed process loses nothing
 * that was finished. A missed schedule is recorded as skipped and never caught up.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { Assessing } from './assessing.ts';
import type { ScanProbe, ScanSummary } from './contract/api.ts';
import type { PlannedProbe, Scanner } from './contract/scanner.ts';
import type { Live } from './live.ts';
import { Refusal } from './refusal.ts';
import { recordObservation } from './store/observations.ts';
import type { Store } from './store/open.ts';
import {
  beginScan,
  endedProbe,
  finishScan,
  passiveCopy,
  probeStarted,
  recordSkippedScan,
  scanById,
} from './store/scans.ts';
import type { Supplies } from './supplies.ts';

export interface ScanQueue {
  /** Starts a scan and resolves as soon as its plan is written down. */
  start(system: string, askedBy: string): Promise<ScanSummary>;
  /** Starts a scan of every system; one that runs already is followed by another. */
  again(askedBy: string): Promise<void>;
  stop(scan: string, by: string): Promise<void>;
  skipped(system: string, reason: string): Promise<void>;
  running(system: string): string | undefined;
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface QueueParts {
  readonly store: Store;
  readonly scanner: Scanner;
  readonly supplies: Supplies;
  readonly assessing: Assessing;
  readonly live: Live;
  readonly log: FastifyBaseLogger;
  /** Names the agent in observations and manifests. */
  readonly agent: string;
  readonly now: () => Date;
  /** Assess as of this instant instead of the end of the scan. */
  readonly assessAt?: Date;
}

interface Current {
  readonly scan: string;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  stoppedBy?: string;
}

export function createScanQueue(parts: QueueParts): ScanQueue {
  const { store, scanner, supplies, live, log, now } = parts;
  const current = new Map<string, Current>();
  const starting = new Set<string>();
  const followUps = new Map<string, string>();
  let closing = false;

  async function start(system: string, askedBy: string): Promise<ScanSummary> {
    if (closing) throw new Refusal(503, 'Stopping', 'the server is stopping');
    const runs = current.get(system)?.scan;
    if (runs !== undefined || starting.has(system)) {
      throw new Refusal(
        409,
        'A scan runs already',
        `expected no running scan of ${system}, found ${runs ?? 'one that starts'}`,
      );
    }
    if ((await scanner.stopped()) !== undefined) {
      throw new Refusal(
        409,
        'All probes are stopped',
        'let them run again first: "Resume probes", or plimsoll stop --resume',
      );
    }
    starting.add(system);
    try {
      return await begin(system, askedBy);
    } finally {
      starting.delete(system);
    }
  }

  async function begin(system: string, askedBy: string): Promise<ScanSummary> {
    const supplied = await supplies.refresh();
    const plan = await scanner.plan(supplied.plant, system, now());
    const scan = await beginScan(store.db, { plan, askedBy, at: now().toISOString() });
    const stop = new AbortController();
    const entry: Current = { scan, stop, ended: Promise.resolve() };
    current.set(system, Object.assign(entry, { ended: run(system, entry, plan) }));
    const summary = await scanById(store.db, scan);
    if (summary === undefined) throw new Error(`the scan ${scan} that was just begun is not in the store`);
    live.tell({ kind: 'scan', scan: summary });
    return summary;
  }

  async function run(system: string, entry: Current, plan: Awaited<ReturnType<Scanner['plan']>>): Promise<void> {
    const { scan } = entry;
    let fault: unknown;
    try {
      await scanner.run(
        supplies.current().plant,
        plan,
        {
          started: (probe) => {
            void probeStarted(store.db, scan, probe).catch((err: unknown) =>
              log.error({ err, scan }, 'run state not written'),
            );
            live.tellScan(scan, { kind: 'probe', probe: shown(probe, 'running') });
          },
          line: (probe, line) => live.tellScan(scan, { kind: 'line', asset: probe.asset, probe: probe.probe, line }),
          observed: async (probe, observation) => {
            await recordObservation(store.db, observation, {
              scan,
              agent: parts.agent,
              recordedAt: now().toISOString(),
            });
            const state = await endedProbe(store.db, scan, probe);
            if (state !== undefined)
              live.tellScan(scan, { kind: 'probe', probe: { ...state, assetName: nameOf(state.asset) } });
          },
        },
        entry.stop.signal,
      );
    } catch (error) {
      fault = error;
      log.error({ err: error, scan }, 'scan failed');
    }
    const stopped =
      entry.stoppedBy !== undefined || entry.stop.signal.aborted || (await scanner.stopped()) !== undefined;
    const state = fault !== undefined ? 'interrupted' : stopped ? 'stopped' : 'finished';
    const reason =
      fault !== undefined
        ? 'a fault of ours ended it; the log has more'
        : stopped
          ? `stopped by ${entry.stoppedBy ?? 'the kill switch'}`
          : undefined;
    try {
      const summary = await finishScan(store.db, store.keyring, {
        scan,
        at: now().toISOString(),
        state,
        ...(reason === undefined ? {} : { reason }),
      });
      const { id } = await parts.assessing.assess(system, {
        scan,
        ...(parts.assessAt === undefined ? {} : { at: parts.assessAt }),
      });
      live.tellScan(scan, { kind: 'scan', scan: summary });
      live.tellScan(scan, { kind: 'assessed', system, assessment: id });
      live.tell({ kind: 'scan', scan: summary });
    } catch (error) {
      log.error({ err: error, scan }, 'scan not concluded');
    } finally {
      live.scanEnded(scan);
      current.delete(system);
    }
    const next = followUps.get(system);
    followUps.delete(system);
    if (next !== undefined && !closing)
      await start(system, next).catch((err: unknown) => log.warn({ err, system }, 'follow-up scan not started'));
  }

  function nameOf(asset: string): string {
    return supplies.current().plant.assets.find((each) => each.id === asset)?.name ?? asset;
  }

  function shown(probe: PlannedProbe, state: ScanProbe['state']): ScanProbe {
    const { asset, zone, collector, url, tier } = probe;
    return {
      ...{ asset, zone, collector, tier, state, probe: probe.probe, target: url, assetName: nameOf(asset) },
      planned: probe.requests.map(({ kind, max }) => ({ kind, max })),
      ...(probe.passive === undefined ? {} : { passive: passiveCopy(probe.passive) }),
    };
  }

  async function idle(): Promise<void> {
    while (current.size > 0) await Promise.all([...current.values()].map((each) => each.ended));
  }

  return {
    start,
    async again(askedBy) {
      for (const { id } of supplies.current().plant.systems) {
        if (current.has(id) || starting.has(id)) followUps.set(id, askedBy);
        else await start(id, askedBy);
      }
    },
    async stop(scan, by) {
      const entry = [...current.values()].find((each) => each.scan === scan);
      if (entry === undefined) throw new Refusal(409, 'Not running', `expected a running scan, found ${scan} ended`);
      entry.stoppedBy = by;
      entry.stop.abort();
      await entry.ended;
    },
    async skipped(system, reason) {
      await recordSkippedScan(store.db, {
        system,
        plant: supplies.current().plant.hash,
        at: now().toISOString(),
        reason,
      });
    },
    running: (system) => current.get(system)?.scan,
    idle,
    async close() {
      closing = true;
      for (const entry of current.values()) {
        entry.stoppedBy ??= 'the end of the server';
        entry.stop.abort();
      }
      await idle();
    },
  };
}

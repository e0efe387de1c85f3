/**
 * Our side of a comparison, as a process of its own: the agent's scanner under its governor, with all its rules.
 * `node agent.ts PLANT HOSTS` scans once and prints what it observed; with an IPC channel it stays, as the product
 * does, and scans at each message.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { volatileMemory } from '../../agent/governor/memory.ts';
import { createScanner } from '../../agent/scanner.ts';
import type { AssetObservation } from '../../collectors/contract/observation.ts';
import { collectors } from '../../collectors/registry.ts';
import { readCredential } from '../../server/contract/credentials.ts';
import { loadPlant } from '../../server/plant/load-plant.ts';

/** One scan, planned, run and turned into observations; neither the start of the process nor the plant file. */
export interface Scan {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
  /** The most that was ever resident in this process. */
  readonly peakMb: number;
  /** How late a timer came while the scan ran, in milliseconds. */
  readonly stall: { readonly longestMs: number; readonly p99Ms: number };
  readonly observations: readonly AssetObservation[];
}

const timerMs = 10;

/** What the event loop's histogram says, in nanoseconds and with the wait itself, as milliseconds too late. */
export function stallMs(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - timerMs);
}

if (import.meta.main) {
  const [file = '', hosts = ''] = process.argv.slice(2);
  const agent = openAgent(file, Number(hosts));
  if (process.send === undefined) {
    process.stdout.write(JSON.stringify(await agent.scan()));
    await agent.close();
  } else {
    process.on('message', async () => process.send?.(await agent.scan()));
    process.once('disconnect', () => void agent.close());
    process.send('ready');
  }
}

function openAgent(file: string, hosts: number) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-agent-'));
  const plant = loadPlant(file, { now: new Date(), collectors: collectors.map(({ manifest }) => manifest) });
  const [system] = plant.systems;
  if (system === undefined) throw new Error(`${file}: expected a system`);
  const scanner = createScanner({
    registry: collectors,
    memory: volatileMemory(),
    credential(of, name) {
      const source = of.credentials[name];
      if (source === undefined) throw new Error(`no credential ${name}`);
      return readCredential(source, { folder: dirname(of.file) });
    },
    folder,
    now: () => new Date(),
    hosts,
  });
  return {
    async scan(): Promise<Scan> {
      const observations: AssetObservation[] = [];
      const delay = monitorEventLoopDelay({ resolution: timerMs });
      delay.enable();
      // What happens before its first timer comes, it does not see.
      await setTimeout(3 * timerMs);
      const [began, cpu] = [performance.now(), process.cpuUsage()];
      const hooks = {
        started() {},
        line() {},
        async observed(_: unknown, observation: AssetObservation) {
          observations.push(observation);
        },
      };
      const plan = await scanner.plan(plant, system.id, new Date());
      await scanner.run(plant, plan, hooks, new AbortController().signal);
      const used = process.cpuUsage(cpu);
      const wallMs = performance.now() - began;
      delay.disable();
      return {
        wallMs,
        cpuMs: (used.user + used.system) / 1000,
        rssMb: process.memoryUsage.rss() / 1024 / 1024,
        peakMb: process.resourceUsage().maxRSS / 1024,
        stall: { longestMs: stallMs(delay.max), p99Ms: stallMs(delay.percentile(99)) },
        observations,
      };
    },
    async close() {
      await scanner.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

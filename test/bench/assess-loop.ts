/**
 * One process that assesses a plant of the given size: cold, after one asset in a hundred changed, and after only the
 * clock moved past the next expiry. Prints one JSON object. `node --cpu-prof test/bench/assess-loop.ts 10000` profiles.
 */
import { performance } from 'node:perf_hooks';
import { assess } from '../../rules/engine/assess.ts';
import type { AssessInput } from '../../rules/engine/input.ts';
import { loadPack } from '../../rules/loader/load.ts';
import { fleetInput, withNewReadings } from './assess-fleet.ts';

const { pack } = loadPack({ folder: new URL('../../rules/packs/smm', import.meta.url).pathname });
const input = fleetInput(pack, Number(process.argv[2] ?? 10_000));
const cold = timed(input);
const changed = timed(withNewReadings(input, 1));
const clock = timed({ ...input, now: cold.changesOn ?? input.now });
const { heapUsed } = process.memoryUsage();
const figures = {
  rows: pack.rows.length,
  coldMs: cold.ms,
  coldCpuMs: cold.cpuMs,
  changedMs: changed.ms,
  clockMs: clock.ms,
  heapMb: heapUsed / 1e6,
  peakRssMb: process.resourceUsage().maxRSS / 1000,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);

function timed(at: AssessInput): { ms: number; cpuMs: number; changesOn: string | undefined } {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const { changesOn } = assess(pack, at);
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000, changesOn };
}

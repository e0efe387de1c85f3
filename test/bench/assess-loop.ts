/**
 * One process that assesses a plant of the given size: cold, after one asset in a hundred changed, and after only the
 * clock moved past the next expiry, each with what the assessment before left. Prints one JSON object, after it has
 * shown that assessments from nothing say the same. `node --cpu-prof test/bench/assess-loop.ts 10000` profiles.
 */
import { performance } from 'node:perf_hooks';
import { canonicalJson } from '../../collectors/evidence/canonical.ts';
import { assess } from '../../rules/engine/assess.ts';
import { createAssessmentCache } from '../../rules/engine/cache.ts';
import type { AssessInput } from '../../rules/engine/input.ts';
import type { Assessment } from '../../rules/engine/result.ts';
import { loadPack } from '../../rules/loader/load.ts';
import { fleetInput, withNewReadings } from './assess-fleet.ts';

const turns = [1, 2, 3];

const { pack } = loadPack({ folder: new URL('../../rules/packs/smm', import.meta.url).pathname });
const cache = createAssessmentCache();
let input = fleetInput(pack, Number(process.argv[2] ?? 10_000));
const beforeRssMb = process.memoryUsage().rss / 1e6;
const cold = timed(input);
const peakRssMb = process.resourceUsage().maxRSS / 1000;
let last = cold.result;
const changed = turns.map((turn) => {
  input = withNewReadings(input, turn);
  const again = timed(input);
  last = again.result;
  return again;
});
const changedResult = last;
const changedInput = input;
const clock = turns.map(() => {
  input = { ...input, now: last.changesOn ?? input.now };
  const again = timed(input);
  last = again.result;
  return again;
});
const figures = {
  rows: pack.rows.length,
  coldMs: cold.ms,
  coldCpuMs: cold.cpuMs,
  changedMs: middle(changed.map(({ ms }) => ms)),
  changedCpuMs: middle(changed.map(({ cpuMs }) => cpuMs)),
  clockMs: middle(clock.map(({ ms }) => ms)),
  clockCpuMs: middle(clock.map(({ cpuMs }) => cpuMs)),
  beforeRssMb,
  peakRssMb,
};
expectSame('1 % changed', changedResult, changedInput);
expectSame('clock moved', last, input);
process.stdout.write(`${JSON.stringify(figures)}\n`);

function timed(at: AssessInput): { ms: number; cpuMs: number; result: Assessment } {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = assess(pack, at, cache);
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000, result };
}

function middle(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

function expectSame(name: string, found: Assessment, of: AssessInput): void {
  if (canonicalJson(found) !== canonicalJson(assess(pack, of))) throw new Error(`${name}: not what it is from nothing`);
}

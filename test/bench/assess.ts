/** What an assessment costs: a large plant under all rows of the pack, in a fresh process each. */
import { z } from 'zod';
import { loadPack } from '../../rules/loader/load.ts';
import { compareEngines } from './assess-engines.ts';
import type { Bench, BenchRun } from './bench.ts';
import { type Figures, spread } from './compare.ts';
import { timed } from './timed.ts';

const sizes = [1000, 10_000] as const;
const loop = new URL('./assess-loop.ts', import.meta.url).pathname;
const packFolder = new URL('../../rules/packs/smm', import.meta.url).pathname;

export const assessing: Bench = {
  id: 'assess',
  programs: [],
  async run(bench) {
    const { pack } = loadPack({ folder: packFolder });
    return [await sizesOf(bench), await compareEngines(bench, pack)];
  },
};

const figuresShape = z.object({
  coldMs: z.number(),
  coldCpuMs: z.number(),
  changedMs: z.number(),
  changedCpuMs: z.number(),
  clockMs: z.number(),
  clockCpuMs: z.number(),
  beforeRssMb: z.number(),
  peakRssMb: z.number(),
});

async function sizesOf(bench: BenchRun): Promise<Figures> {
  const runs = new Map<number, z.infer<typeof figuresShape>[]>(sizes.map((size) => [size, []]));
  for (let round = 0; round < bench.rounds; round++) {
    for (const size of sizes) {
      bench.note(`  ${size} assets`);
      const { output } = await timed(process.execPath, [loop, `${size}`], { signal: bench.signal });
      runs.get(size)?.push(figuresShape.parse(JSON.parse(output)));
    }
  }
  const exponents = (runs.get(sizes[0]) ?? []).map((small, round) => {
    const large = runs.get(sizes[1])?.[round];
    return Math.log10((large?.coldCpuMs ?? Number.NaN) / small.coldCpuMs) / Math.log10(sizes[1] / sizes[0]);
  });
  const exponent = spread(exponents);
  return {
    title: 'One assessment, 30 facts of four sources per asset, all rows of the pack, a fresh process each',
    rounds: bench.rounds,
    columns: [
      'cold ms',
      'cold CPU ms',
      '1 % changed CPU ms',
      'clock moved CPU ms',
      'cold/changed CPU',
      'cold/clock CPU',
      'RSS before MB',
      'peak RSS MB',
    ],
    rows: sizes.map((size) => {
      const of = runs.get(size) ?? [];
      const cell = (value: (run: z.infer<typeof figuresShape>) => number) => spread(of.map(value));
      return {
        name: `${size} assets`,
        cells: [
          cell(({ coldMs }) => coldMs),
          cell(({ coldCpuMs }) => coldCpuMs),
          cell(({ changedCpuMs }) => changedCpuMs),
          cell(({ clockCpuMs }) => clockCpuMs),
          cell(({ coldCpuMs, changedCpuMs }) => coldCpuMs / changedCpuMs),
          cell(({ coldCpuMs, clockCpuMs }) => coldCpuMs / clockCpuMs),
          cell(({ beforeRssMb }) => beforeRssMb),
          cell(({ peakRssMb }) => peakRssMb),
        ],
      };
    }),
    remarks: [
      `CPU time grows with the number of assets to the power ${exponent.median.toFixed(2)}.`,
      'Aims at 10000 assets: cold under 5000 ms, changed a twentieth of it, under 400 MB. Peak RSS is that of the cold',
      'one, with runtime, pack and evidence (RSS before). Warm ones are held against assessments from nothing first.',
    ],
  };
}

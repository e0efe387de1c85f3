import { defineConfig } from 'vitest/config';

/** Long properties on random plants: what they cost is paid for every mutant. */
const long = ['properties', 'time', 'cache'];
/** With `PROPERTIES=1` the one that holds what is remembered against what is judged anew takes part, on few plants and one seed. */
const judging = process.env.PROPERTIES === '1' ? ['cache'] : [];

/** The engine's tables alone: no servers, no dashboard, no cases of the pack. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/rules/engine/*.test.ts'],
    exclude: long.filter((name) => !judging.includes(name)).map((name) => `test/rules/engine/${name}.test.ts`),
    env: judging.length === 0 ? {} : { RUNS: '10', SEED: '1', PACK: '0' },
    // A slow run on a busy machine is no mutant that was noticed.
    testTimeout: 60_000,
    setupFiles: ['test/mutation/seed.ts'],
    // One worker for all files: starting one for each costs more than the tests.
    isolate: false,
  },
});

import { defineConfig } from 'vitest/config';

/**
 * The engine's tables alone: no servers, no dashboard, no pack of rows. The long properties on random plants stay out:
 * what they cost is paid for every mutant.
 */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/rules/engine/*.test.ts'],
    exclude: ['properties', 'time', 'cache', 'ends'].map((name) => `test/rules/engine/${name}.test.ts`),
    setupFiles: ['test/mutation/seed.ts'],
    // One worker for all files: starting one for each costs more than the tests.
    isolate: false,
  },
});

import { defineConfig } from 'vitest/config';

/**
 * The engine's tables alone: no servers, no dashboard, no pack of rows. The properties draw new inputs on every run, so
 * that what they kill today may live tomorrow: they stay out of the score.
 */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    isolate: false,
    include: ['test/rules/engine/*.test.ts'],
    exclude: ['test/rules/engine/properties.test.ts'],
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['./test/support/built-dashboard.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
    // Real servers share two cores: few files at once, and room for a slow start.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

// @ts-check
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['rules/engine/*.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // A mutant that loops for ever is stopped after this; on a busy machine less would call a slow run a kill.
  timeoutMS: 20_000,
  incremental: true,
  incrementalFile: 'test/mutation/results/incremental.json',
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'test/mutation/results/report.json' },
  htmlReporter: { fileName: 'test/mutation/results/report.html' },
  // The copy that is mutated lies outside the repository, so that no check and no test run ever meets it.
  tempDirName: join(tmpdir(), 'plimsoll-mutation'),
  // Stryker would rewrite a tsconfig that it finds, and TypeScript 7 has no API for that. Node and Vite strip types without one.
  tsconfigFile: 'none.json',
  disableTypeChecks: false,
  ignorePatterns: ['/*', '!/rules', '!/collectors', '!/test', '!/package.json'],
};

import type { Reporter, TestCase } from 'vitest/node';

/** Ends the output with one line that people and scripts can read: `N passed, N failed, N skipped`. */
export default class SummaryReporter implements Reporter {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result();
    if (state === 'passed') this.#passed += 1;
    else if (state === 'failed') this.#failed += 1;
    else this.#skipped += 1;
  }

  onTestRunEnd(_modules: unknown, unhandled: readonly unknown[], reason: string): void {
    // A file that could not be collected, or an error outside a test, must not read as success.
    const failed = this.#failed + unhandled.length + (reason === 'failed' && this.#failed === 0 ? 1 : 0);
    process.on('exit', () => {
      process.stdout.write(`\n${this.#passed} passed, ${failed} failed, ${this.#skipped} skipped\n`);
    });
  }
}

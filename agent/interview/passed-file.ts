/** Keeps what an interview passed over, so that the next one does not begin with it: one line at a time, at once. */
import { appendFileSync } from 'node:fs';
import { type Passed, passedFileOf } from '../../server/contract/interview/passed.ts';

export function notePassed(statementFile: string, passed: Passed): void {
  appendFileSync(passedFileOf(statementFile), `${JSON.stringify(passed)}\n`);
}

import type { Problem } from './plant.ts';

/** Bad input: every problem of every file at once. Commands print them and exit 2. */
export class BadInput extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(sentenceFor).join('\n'));
    this.name = 'BadInput';
    this.problems = problems;
  }
}

/** What a loader gives, or undefined with its problems added to the others: so that people hear of every file at once. */
export function gatherProblems<T>(problems: Problem[], load: () => T): T | undefined {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** `plant.yaml:12 systems[0].assets[1].kind: expected one of plc, rtu ..., found "pcl" (did you mean "plc"?)` */
export function sentenceFor(problem: Problem): string {
  const where = problem.line > 0 ? `${problem.file}:${problem.line}` : problem.file;
  const path = problem.path === '' ? '' : ` ${problem.path}:`;
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
  return `${where}${path} expected ${problem.expected}, found ${problem.found}${hint}`;
}

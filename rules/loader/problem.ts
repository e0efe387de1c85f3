/** What is wrong with a pack, all of it at once; the same shape as every other bad input has. */
export interface Problem {
  readonly file: string;
  /** From 1; 0 where a file has no lines. */
  readonly line: number;
  /** `parameters.maxAgeDays` */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  readonly hint?: string;
}

/** A pack that does not load: nothing starts on it. */
export class BadPack extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(sentenceFor).join('\n'));
    this.name = 'BadPack';
    this.problems = problems;
  }
}

function sentenceFor(problem: Problem): string {
  const where = problem.line > 0 ? `${problem.file}:${problem.line}` : problem.file;
  const path = problem.path === '' ? '' : ` ${problem.path}:`;
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
  return `${where}${path} expected ${problem.expected}, found ${problem.found}${hint}`;
}

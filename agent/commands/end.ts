/** How a command ends when it cannot go on: what happened, what to do, and an exit code. */

/** Something the person at the keyboard can mend: exit 2, no stack. */
export class UserError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UserError';
  }
}

interface Problems {
  readonly problems: readonly unknown[];
}

export function explainEnd(error: unknown): number {
  if (error instanceof Error && hasProblems(error)) {
    const count = error.problems.length;
    process.stderr.write(
      `${error.message}\n\n${count} ${count === 1 ? 'problem' : 'problems'}. Nothing was contacted, nothing was written.\n`,
    );
    return 2;
  }
  if (error instanceof Error && (error.name === 'UserError' || error.name === 'StoreError')) {
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  process.stderr.write(
    `A fault of ours, not of your input:\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return 70;
}

function hasProblems(error: Error): error is Error & Problems {
  return 'problems' in error && Array.isArray(error.problems);
}

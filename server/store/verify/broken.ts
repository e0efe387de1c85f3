/** What does not hold. */
export interface BrokenLink {
  /** Table, or `file`. */
  readonly table: string;
  /** Hash, digest or place of the row. */
  readonly id: string;
  /** What was expected and found, in a sentence. */
  readonly says: string;
}

export class Broken extends Error {
  readonly link: BrokenLink;

  constructor(table: string, id: string, says: string) {
    super(`${table} ${id}: ${says}`);
    this.name = 'Broken';
    this.link = { table, id, says };
  }
}

/** What the parts of a verification share. */
export interface Progress {
  readonly checked: Record<string, number>;
  readonly signers: Set<string>;
  /** Lets the process do something else between portions. */
  breathe(): Promise<void>;
}

export function count(progress: Progress, what: string, more = 1): void {
  progress.checked[what] = (progress.checked[what] ?? 0) + more;
}

/** Runs a check of one row: whatever it throws means that the row is not what was written. */
export function checkRow<T>(table: string, id: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof Broken) throw error;
    throw new Broken(table, id, error instanceof Error ? error.message : 'cannot be read');
  }
}

export const portion = 500;

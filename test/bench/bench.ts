/** What a benchmark is, and what it is given. */
import type { Comparison, Figures } from './compare.ts';

export interface BenchRun {
  /** Times that every side runs, in turn. */
  readonly rounds: number;
  /** Aborts at the bound of the whole run and at a signal to the process: stop what was started, then end. */
  readonly signal: AbortSignal;
  /** Progress, for people who wait. */
  note(text: string): void;
}

export interface Bench {
  /** Also the name of its file. */
  readonly id: string;
  /** Programs of the system that it needs. */
  readonly programs: readonly string[];
  run(bench: BenchRun): Promise<(Comparison | Figures)[]>;
}

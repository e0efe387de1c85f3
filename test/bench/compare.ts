/** Runs the sides of a comparison in turn, and turns what they cost into ratios. */
import type { Cost } from './timed.ts';

/** How one job may be done. The first side of a comparison is the one that the others are compared with. */
export interface Side {
  readonly name: string;
  /** Does the job once; throws `Different` when what it found is not what the servers hold. */
  run(): Promise<Measured>;
}

export interface Measured extends Cost {
  /** What was done in one run where the sides do not do equally much, such as handshakes. Default 1: the whole job. */
  readonly done?: number;
  /** Facts or values that it brought back from one endpoint. */
  readonly factsEach: number;
}

/** The sides do not say the same, so their speed may not be compared. */
export class Different extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Different';
  }
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface SideResult {
  readonly name: string;
  readonly wallMs: Spread;
  readonly cpuMs: Spread;
  readonly done: Spread;
  readonly factsEach: number;
  /** How many times faster than the first side, per unit of work; computed round by round. */
  readonly wallRatio: Spread;
  readonly cpuRatio: Spread;
}

export interface Comparison {
  readonly title: string;
  readonly rounds: number;
  readonly sides: readonly SideResult[];
  /** What else the reader must know. */
  readonly remarks: readonly string[];
  /** What the product claims: this side is at least so many times faster than the first. */
  readonly aim?: { readonly side: string; readonly wallRatio: number };
}

/** Figures of ours that no other tool has, as a table. */
export interface Figures {
  readonly title: string;
  readonly rounds: number;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly Spread[] }[];
  readonly remarks: readonly string[];
}

export interface CompareOptions {
  readonly title: string;
  readonly rounds: number;
  readonly sides: readonly Side[];
  readonly remarks?: readonly string[];
  readonly aim?: Comparison['aim'];
}

/**
 * A B A B: each round runs every side once, so that whatever else the machine does meets all of them alike. Before it
 * counts, a round shows that all sides find the same.
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { sides, rounds } = options;
  for (const side of sides) await side.run();
  const measured = sides.map((): Measured[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, side] of sides.entries()) measured[index]?.push(await side.run());
  }
  const [reference = []] = measured;
  return {
    title: options.title,
    rounds,
    remarks: options.remarks ?? [],
    ...(options.aim === undefined ? {} : { aim: options.aim }),
    sides: sides.map(({ name }, index) => resultOf(name, measured[index] ?? [], reference)),
  };
}

function resultOf(name: string, runs: readonly Measured[], reference: readonly Measured[]): SideResult {
  const times = (of: (run: Measured) => number) =>
    spread(
      runs.map((run, round) => {
        const other = reference[round];
        if (other === undefined) throw new Error(`${name}: a round without its reference`);
        return of(other) / (other.done ?? 1) / (of(run) / (run.done ?? 1));
      }),
    );
  return {
    name,
    wallMs: spread(runs.map(({ wallMs }) => wallMs)),
    cpuMs: spread(runs.map(({ cpuMs }) => cpuMs)),
    done: spread(runs.map(({ done }) => done ?? 1)),
    factsEach: spread(runs.map(({ factsEach }) => factsEach)).median,
    wallRatio: times(({ wallMs }) => wallMs),
    cpuRatio: times(({ cpuMs }) => cpuMs),
  };
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @throws Different with the first few keys whose values differ. */
export function expectSame(
  side: string,
  found: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
): void {
  const wrong = [...new Set([...expected.keys(), ...found.keys()])].filter(
    (key) => found.get(key) !== expected.get(key),
  );
  if (wrong.length === 0) return;
  const shown = wrong.slice(0, 3).map((key) => {
    const nothing = 'nothing';
    return `${key}: expected ${expected.get(key) ?? nothing}, found ${found.get(key) ?? nothing}`;
  });
  throw new Different(`${side}: ${wrong.length} of ${expected.size} differ; ${shown.join('; ')}`);
}

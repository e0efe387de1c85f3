/** The numbers of a row, and what deviations make of them. */
import type { TimedDecision } from './evidence-index.ts';
import type { Row } from './pack.ts';

/** A row's numbers, as deviations leave them. */
export interface Numbers {
  readonly parameters: Readonly<Record<string, number>>;
  readonly min: number;
  readonly maxBad: number | undefined;
  readonly limitDays: number | undefined;
  readonly core: boolean;
  readonly adapted: boolean;
  /** First instant at which a deviation ends. */
  readonly until: number;
}

/** Longest life of a substitute by level: 365 days at levels 1 and 2, 180 at 3, 90 at 4. */
export const compensationDays: Readonly<Record<Row['level'], number>> = { 1: 365, 2: 365, 3: 180, 4: 90 };

export function numbersOf(row: Row, decisions: readonly TimedDecision[]): Numbers {
  const changed = new Map<string, number>();
  let until = Number.POSITIVE_INFINITY;
  for (const { kind, indicator, parameter, value, untilMs } of decisions) {
    if (kind !== 'deviation' || indicator !== row.id || parameter === undefined || value === undefined) continue;
    changed.set(parameter, value);
    until = Math.min(until, untilMs);
  }
  const parameters = Object.fromEntries(
    Object.entries(row.parameters).map(([name, value]) => [name, changed.get(name) ?? value]),
  );
  return {
    parameters,
    min: changed.get('min') ?? row.min ?? 1,
    maxBad: changed.get('maxBad') ?? row.maxBad,
    limitDays: changed.get('freshnessDays') ?? row.freshnessDays,
    core: row.core && changed.get('core') !== 0,
    adapted: changed.size > 0,
    until,
  };
}

/** What `rules check`, `rules test` and `rules explain` print. */
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import { conditionKeys, type Row } from '../engine/pack.ts';
import { type FailedCase, runRowCase, runSystemCase } from '../engine/run-case.ts';
import { examinePack, type LoadedPack, type Sources } from './load.ts';

export interface CheckReport {
  readonly ok: boolean;
  readonly pack: string;
  readonly version: string;
  /** Empty when the pack does not load. */
  readonly hash: string;
  readonly indicators: readonly string[];
  readonly errors: readonly CheckError[];
}

export interface CheckError {
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  readonly hint?: string;
}

export function checkPack(sources: Sources | string): CheckReport {
  const report = examinePack(typeof sources === 'string' ? { folder: sources } : sources);
  return {
    ok: report.loaded !== undefined,
    pack: report.id,
    version: report.version,
    hash: report.loaded?.pack.hash ?? '',
    indicators: (report.loaded?.pack.rows ?? []).map(({ id }) => id).sort(),
    errors: report.problems,
  };
}

export interface CaseReport {
  readonly ok: boolean;
  readonly cases: number;
  readonly failed: readonly FailedCase[];
}

export function runCases(loaded: LoadedPack): CaseReport {
  const { pack } = loaded;
  let cases = 0;
  const failed: FailedCase[] = [];
  for (const { row: id, cases: own } of loaded.cases) {
    const row = pack.byId.get(id);
    for (const each of row === undefined ? [] : own) {
      cases++;
      if (row !== undefined) failed.push(...runRowCase(pack, row, each));
    }
  }
  for (const each of loaded.systemCases) {
    cases++;
    failed.push(...runSystemCase(pack, each));
  }
  return { ok: failed.length === 0, cases, failed };
}

export interface RowExplanation {
  readonly id: string;
  readonly practice: string;
  readonly level: number;
  readonly core: boolean;
  readonly role: string;
  readonly method: string;
  readonly self: boolean;
  readonly question: string;
  readonly population?: string;
  readonly min?: number;
  readonly maxBad?: number;
  readonly freshnessDays?: number;
  readonly parameters: Readonly<Record<string, number>>;
  readonly conditions: Readonly<Record<string, string>>;
  readonly facts: readonly FactName[];
  readonly paths: readonly string[];
  readonly needs: readonly string[];
  readonly sharedWith: readonly string[];
  readonly minutes: number;
  readonly packets: number;
  readonly effort: string;
  readonly why: string;
  readonly fix?: string;
  readonly references: readonly string[];
  /** The installed product has a path to an answer. */
  readonly covered: boolean;
}

/** Everything about one row, or undefined when the pack has none of that id. */
export function explainRow({ pack }: LoadedPack, id: string): RowExplanation | undefined {
  const row = pack.byId.get(id);
  return row === undefined ? undefined : explanationOf(row);
}

function explanationOf(row: Row): RowExplanation {
  const {
    id,
    practice,
    level,
    core,
    role,
    method,
    self,
    question,
    population,
    min,
    maxBad,
    freshnessDays,
    parameters,
    paths,
  } = row;
  const texts = [...conditionKeys, 'noBad', 'noUnseen'] as const;
  const conditions = Object.fromEntries(texts.flatMap((key) => (row[key] === undefined ? [] : [[key, row[key]]])));
  const given = { population, min, maxBad, freshnessDays, fix: row.fix };
  return {
    id,
    practice,
    level,
    core,
    role,
    method,
    self,
    question,
    parameters,
    conditions,
    facts: [...row.facts].sort(),
    paths,
    needs: row.needs,
    sharedWith: row.sharedWith,
    minutes: row.minutes,
    packets: row.packets,
    effort: row.effort,
    why: row.why,
    references: row.references,
    covered: row.covered,
    ...(Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ) as Partial<RowExplanation>),
  };
}

/** One practice as screens and `--json` show it. */
import type { Level, Target } from './input.ts';
import type { RowOutcome } from './judging.ts';
import { allLevels, applicable, blockersOf, coreHolds, holds, type Standing, technicalLevelOf } from './level.ts';
import { type PracticeCode, type Scope, scopes } from './model.ts';
import type { Fit, IndicatorResult, PracticeResult } from './result.ts';
import { dayMs, kindWeights, wordOf } from './value.ts';

export interface PracticeFindings {
  readonly practice: PracticeCode;
  readonly rows: readonly RowOutcome[];
  readonly standing: Standing;
  /** The level that is held although statements lapsed. */
  readonly held?: { readonly level: Level; readonly lapsedSince: number };
  readonly target: Target | undefined;
  /** Critical assets whose examination was declined, where they are so many that they cap the practice. */
  readonly declined: readonly string[];
  readonly now: number;
  readonly drop?: { readonly on: number; readonly to: Level | null } | undefined;
  /** Only where a number was loosened. */
  readonly strictLevel?: Level | null;
}

export function practiceResult(findings: PracticeFindings): PracticeResult {
  const { practice, rows, standing, held, target, declined, drop, strictLevel } = findings;
  const level = held?.level ?? standing.level;
  const ceiling = Math.max(level ?? 0, standing.ceiling) as Level;
  const assessedTo = Math.max(level ?? 0, standing.assessedTo) as Level;
  const next = nextOf(rows, level);
  const scope = scopeOf(rows, level);
  return {
    practice,
    level,
    ceiling,
    assessedTo,
    technicalLevel: technicalLevelOf(practice, rows),
    scope,
    ...(target === undefined ? {} : { target }),
    fit: fitOf({ rows, level, scope, target }),
    coverage: coverageOf(rows, target),
    confidence: confidenceOf(rows, level, findings.now),
    blockers: next === undefined ? [] : blockersOf(rows, next.level, declined),
    ...(next === undefined ? {} : { next }),
    ...(drop === undefined ? {} : { dropsOn: instant(drop.on), dropsTo: drop.to }),
    ...(held === undefined ? {} : { lapsedSince: instant(held.lapsedSince) }),
    ...(strictLevel === undefined ? {} : { strictLevel }),
    indicators: rows.map(indicatorResult),
  };
}

export function indicatorResult(outcome: RowOutcome): IndicatorResult {
  const { row, core, status, reason, counts, wouldDecide, weak, oldest, changesAt, compensatedBy } = outcome;
  const evidence = wordOf(weak);
  return {
    id: row.id,
    level: row.level,
    core,
    method: row.method,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(evidence === undefined ? {} : { evidence }),
    ...counts,
    ...(wouldDecide === undefined ? {} : { wouldDecide }),
    ...(Number.isFinite(oldest) ? { oldestAt: instant(oldest) } : {}),
    ...(Number.isFinite(changesAt) ? { changesOn: instant(changesAt) } : {}),
    ...(compensatedBy === undefined ? {} : { compensatedBy }),
  };
}

export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

export function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function nextOf(rows: readonly RowOutcome[], level: Level | null): PracticeResult['next'] {
  const next = allLevels.find((each) => each === (level ?? 0) + 1);
  if (next === undefined) return undefined;
  const core = applicable(rows).filter((outcome) => outcome.core && outcome.row.level === next);
  const unknown = core.filter(({ status }) => status === 'unknown');
  const neverAsked = unknown.filter(({ reason }) => reason === 'neverAsked').length;
  const packetsFor = ({ row, counts, unseen }: RowOutcome) => row.packets * (counts === undefined ? 1 : unseen.length);
  return {
    level: next,
    met: core.filter(holds).length,
    notMet: core.filter((outcome) => outcome.status === 'notMet' && !holds(outcome)).length,
    unknown: unknown.length - neverAsked,
    neverAsked,
    minutes: unknown.reduce((sum, { row }) => sum + row.minutes, 0),
    packets: unknown.reduce((sum, outcome) => sum + packetsFor(outcome), 0),
  };
}

/** Above general needs a met row of an industry or system pack at the level that is reached. */
export function scopeOf(rows: readonly RowOutcome[], level: Level | null): Scope {
  const reached = rows.filter(({ row, status }) => status === 'met' && row.level === level);
  return scopes.findLast((scope) => reached.some(({ row }) => row.scope === scope)) ?? 'general';
}

function fitOf(at: {
  rows: readonly RowOutcome[];
  level: Level | null;
  scope: Scope;
  target: Target | undefined;
}): Fit {
  const { rows, level, scope, target } = at;
  if (target === undefined) return 'unknown';
  if (level !== null && level >= target.level) {
    if (scopes.indexOf(scope) < scopes.indexOf(target.scope)) return 'unknown';
    return level > target.level ? 'above' : 'at';
  }
  const open = applicable(rows).filter(({ core, row }) => core && row.level <= target.level);
  if (open.some((outcome) => outcome.status === 'notMet' && !holds(outcome))) return 'below';
  const levels = allLevels.filter((each) => each <= target.level);
  // Where every row holds and the level does not, a gate is missing.
  return levels.length > 0 && levels.every((each) => coreHolds(rows, each)) ? 'below' : 'unknown';
}

function coverageOf(rows: readonly RowOutcome[], target: Target | undefined): number {
  const upTo = target === undefined || target.level === 0 ? 4 : target.level;
  const own = applicable(rows).filter(({ row }) => row.level <= upTo);
  return own.length === 0 ? 0 : round3(own.filter(({ lookedAt }) => lookedAt).length / own.length);
}

/** Open supporting rows cost up to this share of the confidence. */
const supportingShare = 0.2;

function confidenceOf(rows: readonly RowOutcome[], level: Level | null, now: number): PracticeResult['confidence'] {
  const upTo = Math.max(1, level ?? 0);
  const own = applicable(rows).filter(({ row }) => row.level <= upTo);
  let least = 1;
  let weakest: string | undefined;
  const core = own.filter((outcome) => outcome.core);
  for (const outcome of core) {
    const value = certaintyOf(outcome, now);
    if (value < least) {
      least = value;
      weakest = outcome.row.id;
    }
  }
  const supporting = own.filter((outcome) => !outcome.core);
  const open = supporting.filter((outcome) => !holds(outcome)).length;
  const cost = supporting.length === 0 ? 1 : 1 - (supportingShare * open) / supporting.length;
  const value = round3(core.length === 0 ? 0 : least * cost);
  const grade = value >= 0.8 ? 'high' : value >= 0.5 ? 'fair' : 'low';
  return { grade, value, ...(weakest === undefined ? {} : { weakest }) };
}

/** Method weight x freshness x share seen. */
function certaintyOf({ weak, oldest, limitDays, counts, status }: RowOutcome, now: number): number {
  const weight = kindWeights[weak as 0 | 1 | 2 | 3 | 4];
  if (weight === undefined || status === 'unknown') return 0;
  const seen = counts === undefined ? 1 : (counts.good + counts.bad) / counts.of;
  return weight * freshness((now - oldest) / (limitDays * dayMs)) * seen;
}

/** 1 up to 80 % of the age limit, falling to 0.5 at it. */
function freshness(age: number): number {
  if (!(age > 0.8)) return 1;
  return Math.max(0.5, 1 - ((age - 0.8) / 0.2) * 0.5);
}

/** The rows of the system overview, from assessments alone: pure. */

import { practices } from '../../rules/engine/model.ts';
import { statuses } from '../../rules/engine/result.ts';
import { characteristics, type TrustworthinessTags } from '../../rules/engine/trustworthiness.ts';
import type { OverviewRow, PracticeDecision, WaitsFor } from '../contract/api.ts';
import type { PracticeResult } from '../contract/assessment.ts';

export interface AssessmentRecord {
  readonly id: string;
  readonly hash: string;
  readonly at: string;
  /** `smm 1.0.0` */
  readonly pack: string;
  readonly practices: readonly PracticeResult[];
}

export interface OverviewInput {
  /** Undefined: never assessed. */
  readonly current: AssessmentRecord | undefined;
  /** The assessment of the scan before. */
  readonly before: AssessmentRecord | undefined;
  /** Levels of the last 90 days by practice, oldest first. */
  readonly trend: (practice: string) => OverviewRow['trend'];
  readonly confirmed: (practice: string) => PracticeDecision | undefined;
  readonly targets: Readonly<Record<string, PracticeResult['target']>>;
  readonly tags: TrustworthinessTags;
  /** Names of assets by id, for sentences. */
  readonly nameOf: (asset: string) => string;
}

export function overviewRows(input: OverviewInput): OverviewRow[] {
  return practices.map(({ code, name, domain, subDomain }) => {
    const found = input.current?.practices.find((each) => each.practice === code);
    const before = input.before?.practices.find((each) => each.practice === code);
    const confirmed = input.confirmed(code);
    const full = found ?? neverAssessed(code, input.targets[code]);
    const { indicators, ...result } = full;
    const change = found && before ? changeOf(found, before, input) : undefined;
    const waitsFor = found ? waitsForOf(found, confirmed) : undefined;
    return {
      practice: code,
      name,
      domain,
      subDomain,
      result,
      neverAssessed: indicators.every((row) => !lookedAt(row)),
      ...(confirmed === undefined ? {} : { confirmed: confirmed.level }),
      trend: input.trend(code),
      ...(change === undefined ? {} : { change }),
      ...(waitsFor === undefined ? {} : { waitsFor }),
      sides: sidesOf(indicators, input.tags),
    };
  });
}

function sidesOf(rows: PracticeResult['indicators'], tags: TrustworthinessTags): OverviewRow['sides'] {
  return Object.fromEntries(
    characteristics.flatMap((side) => {
      const own = rows.filter(({ id }) => tags.get(id)?.includes(side));
      const count = (status: (typeof statuses)[number]) => own.filter((row) => row.status === status).length;
      return own.length === 0
        ? []
        : [[side, Object.fromEntries(statuses.map((status) => [status, count(status)]))] as const];
    }),
  );
}

export function lookedAt(row: PracticeResult['indicators'][number]): boolean {
  if (row.status !== 'unknown') return true;
  return (row.good ?? 0) + (row.bad ?? 0) > 0 || ['notSeen', 'stale', 'conflict'].includes(row.reason ?? '');
}

/** A practice of which nothing is known yet; its target stands all the same. */
export function neverAssessed(practice: string, target: PracticeResult['target']): PracticeResult {
  return {
    practice,
    level: null,
    ceiling: 0,
    assessedTo: 0,
    technicalLevel: null,
    scope: 'general',
    ...(target === undefined ? {} : { target }),
    fit: 'unknown',
    coverage: 0,
    confidence: { grade: 'low', value: 0 },
    blockers: [],
    indicators: [],
  };
}

function changeOf(now: PracticeResult, before: PracticeResult, input: OverviewInput): OverviewRow['change'] {
  const because = becauseOf(now, before, input.nameOf);
  if (input.current?.pack !== input.before?.pack && now.level !== before.level) {
    return { kind: 'pack', from: before.level };
  }
  const [old, fresh] = [before.level ?? -1, now.level ?? -1];
  if (fresh !== old) return { kind: fresh < old ? 'fell' : 'rose', from: before.level, ...because };
  if (now.ceiling !== before.ceiling) return { kind: 'range', ...because };
  const moved = movedRows(now, before).length;
  return moved === 0 ? undefined : { kind: 'facts', facts: moved, ...because };
}

function movedRows(now: PracticeResult, before: PracticeResult) {
  return now.indicators.flatMap((row) => {
    const old = before.indicators.find((each) => each.id === row.id);
    const same =
      old !== undefined &&
      old.status === row.status &&
      old.reason === row.reason &&
      old.good === row.good &&
      old.bad === row.bad &&
      old.unseen === row.unseen;
    return same ? [] : [{ row, old }];
  });
}

/** The row behind a change and the assets that stand in its way: core rows of low levels first. */
function becauseOf(now: PracticeResult, before: PracticeResult, nameOf: (asset: string) => string) {
  const moved = movedRows(now, before).filter(({ row, old }) => row.status !== old?.status || row.bad !== old?.bad);
  // A row that turned says more than one whose counts moved.
  const turned = ({ row, old }: (typeof moved)[number]) => Number(row.status !== old?.status);
  moved.sort((a, b) => turned(b) - turned(a) || Number(b.row.core) - Number(a.row.core) || a.row.level - b.row.level);
  const first = moved[0];
  if (first === undefined) return {};
  const blocker = now.blockers.find((each) => 'indicator' in each && each.indicator === first.row.id);
  const names = blocker ? (blocker.assets ?? []).slice(0, 3).map(nameOf).join(', ') : '';
  return { because: sentenceOf(first.row, names) };
}

function sentenceOf({ id, status, reason }: PracticeResult['indicators'][number], names: string): string {
  switch (status) {
    case 'met':
      return `${id} is met now`;
    case 'notApplicable':
      return `${id} no longer applies`;
    case 'notMet':
      return names === '' ? `${id} is not met` : `${names}: not good for ${id}`;
    case 'unknown':
      return names === ''
        ? `${id} is unknown${reason === undefined ? '' : ` (${reason})`}`
        : `${names}: unknown for ${id}`;
  }
}

/** A proposal to confirm first, then what people could say, then what probes could not see. */
export function waitsForOf(result: PracticeResult, confirmed: PracticeDecision | undefined): WaitsFor | undefined {
  if (result.level !== null && confirmed?.level !== result.level) return 'confirm';
  if (result.fit === 'at' || result.fit === 'above') return undefined;
  const upTo = result.target?.level ?? 1;
  const open = result.indicators.filter((row) => row.core && row.level <= upTo && row.status === 'unknown');
  if (open.some((row) => row.reason === 'neverAsked' && row.method !== 'automated')) return 'attest';
  return open.length > 0 ? 'evidence' : undefined;
}

export function fitCounts(rows: readonly Pick<PracticeResult, 'fit' | 'target'>[]) {
  const count = (fit: PracticeResult['fit']) =>
    rows.filter((row) => row.target !== undefined && row.fit === fit).length;
  return {
    below: count('below'),
    at: count('at'),
    above: count('above'),
    unknown: count('unknown'),
    none: rows.filter((row) => row.target === undefined).length,
  };
}

/** The same engine on supposed rows and facts: which practices would move. */

import type { FactName, Facts } from '../../collectors/contract/vocabulary.ts';
import { problemWith } from '../../collectors/contract/vocabulary.ts';
import { withDerived } from '../derive/with-derived.ts';
import { assess, assessWith } from '../engine/assess.ts';
import type { About, AssessInput, Evidence, EvidenceKind, Level } from '../engine/input.ts';
import type { Forced } from '../engine/judging.ts';
import type { PracticeCode } from '../engine/model.ts';
import type { Pack } from '../engine/pack.ts';
import type { Assessment, Fit, PracticeResult, Status } from '../engine/result.ts';
import { Supposition } from './suppose.ts';
import { strongestWay } from './ways.ts';

export interface SupposedFacts {
  readonly about: About;
  readonly facts: Facts;
  /** Default: observation. */
  readonly kind?: EvidenceKind;
}

export interface Suppose {
  /** Ids of rows that are supposed met. */
  readonly rows?: readonly string[];
  /** Readings that take the place of what is known of the same facts of the same subject. */
  readonly facts?: readonly SupposedFacts[];
  readonly collectors?: ReadonlySet<string>;
}

export interface Standing {
  readonly level: Level | null;
  readonly ceiling: Level;
  readonly assessedTo: Level;
  readonly fit: Fit;
}

export interface Move {
  readonly practice: PracticeCode;
  readonly from: Standing;
  readonly to: Standing;
  /** Rows whose status is another one. */
  readonly rows: readonly { readonly row: string; readonly from?: Status; readonly to?: Status }[];
}

export interface WhatIf {
  readonly moved: readonly Move[];
  /** Supposed rows that could not be met alone: what they need is not met. */
  readonly unfounded: readonly { readonly row: string; readonly needs: readonly string[] }[];
}

/**
 * Supposed rows count as known by the strongest of their paths.
 *
 * @throws {RangeError} for a row that the pack does not have for this role, or a value that does not fit its fact.
 */
export function whatIf(pack: Pack, input: AssessInput, suppose: Suppose): WhatIf {
  const today = assess(pack, input);
  const supposed = withFacts(pack, input, suppose.facts ?? []);
  const base = new Supposition(pack, supposed);
  const known = new Map(base.rows.map((row) => [row.id, row]));
  const forced = new Map<string, Forced>();
  for (const id of suppose.rows ?? []) {
    const row = known.get(id);
    if (row === undefined)
      throw new RangeError(`expected a row of pack ${pack.id} for the role ${input.system.role}, found ${id}`);
    const evidence = strongestWay(row, suppose.collectors ?? new Set())?.evidence ?? 'stated';
    forced.set(id, { status: 'met', evidence });
  }
  const after = assessWith(pack, supposed, forced);
  const statuses = statusesOf(after);
  const unfounded = [...forced.keys()].sort().flatMap((id) => {
    const row = known.get(id);
    const needs = row === undefined ? [] : base.openNeedsOf(row, (each) => statuses.get(each));
    return needs.length === 0 ? [] : [{ row: id, needs }];
  });
  return { moved: movesBetween(today, after), unfounded };
}

/** Practices whose level, ceiling or fit is another one, with the rows that changed. */
export function movesBetween(before: Assessment, after: Assessment): Move[] {
  return after.practices.flatMap((now) => {
    const was = before.practices.find(({ practice }) => practice === now.practice);
    if (was === undefined) return [];
    const from = standing(was);
    const to = standing(now);
    if (from.level === to.level && from.ceiling === to.ceiling && from.fit === to.fit) return [];
    return [{ practice: now.practice, from, to, rows: changedRows(was, now) }];
  });
}

export function changedRows(was: PracticeResult, now: PracticeResult): Move['rows'] {
  const before = new Map(was.indicators.map(({ id, status }) => [id, status]));
  const after = new Map(now.indicators.map(({ id, status }) => [id, status]));
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((row) => {
    const from = before.get(row);
    const to = after.get(row);
    if (from === to) return [];
    return [{ row, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
}

export function statusesOf(assessment: Assessment): ReadonlyMap<string, Status> {
  return new Map(assessment.practices.flatMap(({ indicators }) => indicators.map(({ id, status }) => [id, status])));
}

export function standing({ level, ceiling, assessedTo, fit }: PracticeResult): Standing {
  return { level, ceiling, assessedTo, fit };
}

/** Supposed readings instead of the known ones; what is derived from readings is derived again. */
function withFacts(pack: Pack, input: AssessInput, supposed: readonly SupposedFacts[]): AssessInput {
  if (supposed.length === 0) return input;
  const problems = supposed.flatMap(({ facts }) =>
    Object.entries(facts).flatMap(([name, value]) => {
      const problem = problemWith(name as FactName, value);
      return problem === undefined ? [] : [`${name}: ${problem}`];
    }),
  );
  if (problems.length > 0) throw new RangeError(problems.join('\n'));
  const kept = input.evidence.map((each) => {
    const same = supposed.filter(({ about }) => isSame(about, each.about));
    return same.length === 0 ? each : without(each, new Set(same.flatMap(({ facts }) => Object.keys(facts))));
  });
  const added = supposed.map(
    ({ about, facts, kind = 'observation' }, index): Evidence => ({
      about,
      source: 'supposed',
      channel: `supposed ${index + 1}`,
      kind,
      observedAt: input.now,
      facts,
      unseen: {},
      basis: {},
      ref: `supposed ${index + 1}`,
    }),
  );
  return withDerived(pack, { ...input, evidence: [...kept, ...added] });
}

function isSame(one: About, other: About): boolean {
  const idOf = (about: About) => ('id' in about ? about.id : '');
  return one.kind === other.kind && idOf(one) === idOf(other);
}

function without(evidence: Evidence, names: ReadonlySet<string>): Evidence {
  const left = <T extends object>(record: T): T =>
    Object.fromEntries(Object.entries(record).filter(([name]) => !names.has(name))) as T;
  return { ...evidence, facts: left(evidence.facts), unseen: left(evidence.unseen), basis: left(evidence.basis) };
}

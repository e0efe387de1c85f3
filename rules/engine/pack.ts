/** A rule pack as the engine runs it. `rules/loader` reads it from files; `compileRow` checks one row. */
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import type { Level } from './input.ts';
import type { Reads } from './inspect.ts';
import type { Run } from './logic.ts';
import type { PracticeCode, Role, Scope } from './model.ts';
import type { Filter, MemberType, Population } from './population.ts';
import type { Effort } from './result.ts';

/** A row as its file writes it, defaults filled in. */
export interface RowSource {
  readonly id: string;
  readonly practice: PracticeCode;
  readonly level: 1 | 2 | 3 | 4;
  readonly core: boolean;
  readonly role: Role | 'all';
  readonly method: 'automated' | 'hybrid' | 'attested';
  readonly self: boolean;
  readonly population?: string | undefined;
  readonly min?: number | undefined;
  readonly maxBad?: number | undefined;
  readonly needs: readonly string[];
  readonly freshnessDays?: number | undefined;
  readonly question: string;
  readonly good?: string | undefined;
  readonly bad?: string | undefined;
  readonly noBad?: string | undefined;
  readonly noBadWhere?: string | undefined;
  readonly noUnseen?: string | undefined;
  readonly also?: string | undefined;
  readonly met?: string | undefined;
  readonly notApplicable?: string | undefined;
  readonly memberNotApplicable?: string | undefined;
  readonly parameters: Readonly<Record<string, number>>;
  readonly paths: readonly string[];
  readonly minutes: number;
  readonly packets: number;
  readonly effort: Effort;
  readonly sharedWith: readonly string[];
  readonly why: string;
  readonly fix?: string | undefined;
  readonly references: readonly string[];
}

export const conditionKeys = [
  'good',
  'bad',
  'noBadWhere',
  'also',
  'met',
  'notApplicable',
  'memberNotApplicable',
] as const;
export type ConditionKey = (typeof conditionKeys)[number];

/** What a bad member must not be: in a set, or such that a filter or condition holds. */
export type Ban =
  | { readonly op: 'set'; readonly text: string; readonly population: Population }
  | { readonly op: 'where'; readonly filter: Filter };

export interface Row extends RowSource {
  readonly conditions: { readonly [K in ConditionKey]?: Run };
  readonly reads: Reads;
  /** Every fact that a decision may name to mean this row: conditions and filters. */
  readonly facts: ReadonlySet<FactName>;
  readonly counts?: { readonly population: Population; readonly of: MemberType; readonly register?: FactName };
  readonly bans: { readonly noBad?: Ban; readonly noUnseen?: Ban };
  /** Neither good nor met: the installed product has no path to an answer. */
  readonly covered: boolean;
  /** Rows that must be judged before this one. */
  readonly after: readonly string[];
  /** Names its content: equal digests, equal rows. */
  readonly digest: string;
  readonly scope: Scope;
  /** Who wrote an industry or system row. */
  readonly author?: string;
}

export interface Pack {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly hash: string;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** In the order in which they are judged. */
  readonly rows: readonly Row[];
  readonly byId: ReadonlyMap<string, Row>;
}

/** The practices whose wide rows of levels 3 and 4 trust no denominator before the inventory was checked. */
export const guardedPractices: ReadonlySet<PracticeCode> = new Set(['EMI', 'ACC', 'DPI', 'VAS', 'PAT', 'MON', 'RRC']);
export const guardRow = 'acm.l2.discovery-delta';

export function isGuarded(row: { practice: PracticeCode; level: Level; population?: string | undefined }): boolean {
  return row.population !== undefined && row.level >= 3 && guardedPractices.has(row.practice);
}

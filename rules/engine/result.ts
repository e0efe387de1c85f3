/** What `assess()` and `explain()` give back: plain data, JSON as it stands, absent values left out. */
import type { Basis, UnseenReason } from '../../collectors/contract/collector.ts';
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import type { Level, Target } from './input.ts';
import type { PracticeCode, Scope } from './model.ts';

export const statuses = ['met', 'notMet', 'unknown', 'notApplicable'] as const;
export type Status = (typeof statuses)[number];

/** Why a row is unknown; where several hold, the first. */
export const unknownReasons = [
  'conflict',
  'guard',
  'restsOn',
  'emptyPopulation',
  'stale',
  'notSeen',
  'neverAsked',
  'notCovered',
] as const;
export type UnknownReason = (typeof unknownReasons)[number];

/** How we know, strongest first. */
export const evidenceWords = ['measured', 'imported', 'examined', 'document', 'stated'] as const;
export type EvidenceWord = (typeof evidenceWords)[number];

export type Fit = 'above' | 'at' | 'below' | 'unknown';
export type Effort = 'S' | 'M' | 'L' | 'XL';

export interface IndicatorResult {
  readonly id: string;
  readonly level: Level;
  readonly core: boolean;
  readonly method: 'automated' | 'hybrid' | 'attested';
  readonly status: Status;
  /** Only with status unknown. */
  readonly reason?: UnknownReason;
  /** Weakest kind of evidence among what decided it; absent when nothing was seen. */
  readonly evidence?: EvidenceWord;
  /** Members of the population by verdict; only on population rows. excepted members also count in good. */
  readonly good?: number;
  readonly bad?: number;
  readonly unseen?: number;
  readonly excepted?: number;
  readonly of?: number;
  /** Further readings that would decide an unknown population row. */
  readonly wouldDecide?: number;
  /** Instant of the oldest reading that the row rests on. */
  readonly oldestAt?: string;
  /** When the row stops being what it is if nobody looks again. */
  readonly changesOn?: string;
  /** Id of the approved substitute that covers a row that is not met. */
  readonly compensatedBy?: string;
}

export type Blocker =
  | {
      readonly indicator: string;
      readonly level: Level;
      readonly status: 'notMet' | 'unknown';
      readonly reason?: UnknownReason;
      /** Bad members, by id; for an unknown row the unseen ones. */
      readonly assets: readonly string[];
      readonly effort: Effort;
    }
  /** `examined`: from level 2, one row measured or examined; `operating`: from level 3, one row on more than attestations. */
  | {
      readonly gate: 'examined' | 'operating' | 'declined';
      readonly level: Level;
      /** Of `declined`: the critical assets that nobody may examine. */
      readonly assets?: readonly string[];
    };

export interface PracticeResult {
  readonly practice: PracticeCode;
  /** null: not established. */
  readonly level: Level | null;
  readonly ceiling: Level;
  readonly assessedTo: Level;
  /** null: not published for this practice, or not established. */
  readonly technicalLevel: Level | null;
  readonly scope: Scope;
  readonly target?: Target;
  readonly fit: Fit;
  /** Share of applicable rows up to the target that were looked at; of all rows where there is no target. */
  readonly coverage: number;
  readonly confidence: { readonly grade: 'high' | 'fair' | 'low'; readonly value: number; readonly weakest?: string };
  readonly blockers: readonly Blocker[];
  readonly next?: {
    readonly level: Level;
    readonly met: number;
    readonly notMet: number;
    readonly unknown: number;
    readonly neverAsked: number;
    readonly minutes: number;
    readonly packets: number;
  };
  /** Instant at which the level falls by itself, and the level it falls to. */
  readonly dropsOn?: string;
  readonly dropsTo?: Level | null;
  /** Only statements lapsed: the level is held until 30 days after this instant. */
  readonly lapsedSince?: string;
  /** Level that would hold without loosened numbers; only beside an adapted one. */
  readonly strictLevel?: Level | null;
  readonly indicators: readonly IndicatorResult[];
}

export interface Assessment {
  readonly system: string;
  readonly now: string;
  readonly pack: { readonly id: string; readonly version: string; readonly hash: string };
  readonly practices: readonly PracticeResult[];
  /** Until this instant the same evidence gives the same result; only the confidence ages. */
  readonly changesOn?: string;
}

/** One reading that a row looked at. */
export interface FactRead {
  readonly fact: FactName;
  /** Key of the register element, where the row reads one. */
  readonly key?: string;
  readonly value?: unknown;
  /** Absent value: why. `stale` when a reading exists and is too old; `neverAsked` when no source was ever set up. */
  readonly unseen?: UnseenReason | 'stale' | 'conflict' | 'neverAsked';
  readonly source?: string;
  readonly channel?: string;
  readonly evidence?: EvidenceWord;
  readonly basis?: Basis;
  readonly observedAt?: string;
  /** First instant at which it no longer counts as it stands, if nobody looks again. */
  readonly until?: string;
  /** Digest of the observation or id of the statement. */
  readonly ref?: string;
}

export const verdicts = ['good', 'bad', 'unseen', 'excepted', 'notApplicable'] as const;
export type Verdict = (typeof verdicts)[number];

export interface MemberTrace {
  /** Asset, organisation or register element. */
  readonly member: string;
  readonly verdict: Verdict;
  readonly reason?: UnknownReason;
  readonly reads: readonly FactRead[];
  /** Id of the exception or notApplicable decision. */
  readonly decision?: string;
}

/** From a row down to the readings: worst members first. A row without a population has one member, the system. */
export interface Trace {
  readonly result: IndicatorResult;
  readonly practice: PracticeCode;
  readonly parameters: Readonly<Record<string, number>>;
  readonly members: readonly MemberTrace[];
  /** Readings of the further condition on the whole row. */
  readonly also: readonly FactRead[];
  /** Rows that this one needs, with their status. */
  readonly needs: readonly { readonly id: string; readonly status: Status }[];
}

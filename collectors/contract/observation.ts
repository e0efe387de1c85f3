/** What one run of one probe brought back, as files, API and store carry it. */
import { z } from 'zod';
import type { Bases, Outcome, Tier, Unseen } from './collector.ts';
import { bases, outcomes, tiers, unseenReasons } from './collector.ts';
import type { Facts } from './vocabulary.ts';

export interface Ledger {
  readonly connections: number;
  readonly requests: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly maxLatencyMs: number;
  /** Requests by kind: a subset of the plan. */
  readonly kinds?: Readonly<Record<string, number>>;
}

export interface TranscriptLine {
  readonly atMs: number;
  readonly text: string;
}

/**
 * What a person has to look into after a look: the device slowed down, fell silent, answered what nobody expects, said
 * that it is not well, or is another than declared. Stands with who looked, at what and when, in the observation.
 */
export interface SafetyEvent {
  /** Safety rule that saw it, such as `SAF-17`. */
  readonly rule: string;
  readonly because: string;
  readonly at: string;
  /** Answer times before the look, and under or after it; absent where none were taken. */
  readonly beforeMs?: readonly number[];
  readonly afterMs?: readonly number[];
}

/** The part of an observation that is hashed: stored once however often it is seen again. */
export interface FactsDocument {
  readonly v: 1;
  readonly facts: Facts;
  readonly unseen: Unseen;
  readonly basis: Bases;
  readonly redacted: readonly string[];
}

export interface Observation extends FactsDocument {
  readonly collector: string;
  readonly collectorVersion: string;
  /** Digest of the fact vocabulary that the collector spoke. */
  readonly vocabulary: string;
  readonly probe: string;
  readonly target: string;
  readonly tier: Tier;
  readonly outcome: Outcome;
  /** Why the run ended as it did, one line without secrets; absent for a plain `observed`. */
  readonly detail?: string;
  readonly observedAt: string;
  /** Facts that move by themselves (clocks, counters); outside the document. */
  readonly volatile: Facts;
  readonly documentHash: string;
  readonly ledger: Ledger;
  readonly transcript: readonly TranscriptLine[];
  /** Consent under which a negative test ran, or `typed` with the person who typed `--tier T4`. */
  readonly consent?: string;
  /** Safety rule that forbade the run (`SAF-07`); only with outcome `blocked`. */
  readonly rule?: string;
  /** Absent after a look that did no harm and found none. */
  readonly event?: SafetyEvent;
}

/** An observation with the system and asset it is about: one line of `scan --save`. */
export interface AssetObservation extends Observation {
  readonly system: string;
  readonly asset: string;
}

export const outcomeSchema = z.enum(outcomes);
export const tierSchema = z.enum(tiers);
export const unseenReasonSchema = z.enum(unseenReasons);
export const basisSchema = z.enum(bases);

export const ledgerSchema = z.strictObject({
  connections: z.int().nonnegative(),
  requests: z.int().nonnegative(),
  bytesSent: z.int().nonnegative(),
  bytesReceived: z.int().nonnegative(),
  maxLatencyMs: z.number().nonnegative(),
  kinds: z.record(z.string(), z.int().nonnegative()).optional(),
});

export const safetyEventSchema = z.strictObject({
  rule: z.string(),
  because: z.string(),
  at: z.string(),
  beforeMs: z.array(z.number()).exactOptional(),
  afterMs: z.array(z.number()).exactOptional(),
});

export const transcriptLineSchema = z.strictObject({ atMs: z.number().nonnegative(), text: z.string() });

/** Values as conditions see them: three-valued, with the reasons of what is not seen. */
import type { EvidenceKind } from './input.ts';
import type { EvidenceWord, UnknownReason } from './result.ts';

/** Why something is not seen; several reasons may meet in one value. */
export const reasonBits = { conflict: 1, restsOn: 2, stale: 4, notSeen: 8, neverAsked: 16 } as const;

/** Not seen. One instance per set of reasons, so that telling them apart costs nothing. */
export class Unseen {
  readonly mask: number;

  constructor(mask: number) {
    this.mask = mask;
  }
}

const unseenByMask: readonly Unseen[] = Array.from({ length: 32 }, (_, mask) => new Unseen(mask));

export function unseenFor(mask: number): Unseen {
  return unseenByMask[mask] ?? new Unseen(mask);
}

export const neverAsked = unseenFor(reasonBits.neverAsked);

/** Timestamps are milliseconds, durations seconds. */
export type Value = boolean | number | string | readonly string[] | readonly Element[] | Unseen;

/** A value and what it rests on. */
export interface Resolved {
  readonly value: Value;
  /** Weakest and strongest kind of evidence, as index of `evidenceKinds`. */
  readonly weak: number;
  readonly strong: number;
  /** Instant of the oldest reading it rests on; Infinity for none. */
  readonly at: number;
  /** First instant at which it is another, if nobody looks again. */
  readonly until: number;
  /** The reading itself, where it is one. */
  readonly reading?: Reading;
  /** Set when a lapsed statement is still held: the instant at which it lapsed. */
  readonly lapsedAt?: number;
  /** A statement lapsed not long ago: the earliest such instant. */
  readonly graceFrom?: number;
  /** Elements of a register, also those known from stale documents only. */
  readonly elements?: readonly Element[];
}

export interface Element {
  readonly id: string;
  readonly cells: ReadonlyMap<string, Resolved>;
}

/** One value that one source said at one instant. */
export interface Reading {
  readonly value: Value | readonly Record<string, unknown>[];
  /** As the source wrote it. */
  readonly raw: unknown;
  readonly at: number;
  /** End of validity that the source names; Infinity for none. */
  readonly end: number;
  /** Index of `evidenceKinds`. */
  readonly kind: number;
  /** Index of `bases`. */
  readonly basis: number;
  readonly source: string;
  readonly channel: string;
  readonly ref: string;
}

export const noSupport = { weak: -1, strong: 99, at: Number.POSITIVE_INFINITY } as const;

export const kindWeights = [1, 1, 0.85, 0.7, 0.5] as const;

const words: Readonly<Record<EvidenceKind, EvidenceWord>> = {
  observation: 'measured',
  imported: 'imported',
  examined: 'examined',
  document: 'document',
  stated: 'stated',
};
const wordByRank: readonly EvidenceWord[] = [
  words.observation,
  words.imported,
  words.examined,
  words.document,
  words.stated,
];

export function wordOf(rank: number): EvidenceWord | undefined {
  return wordByRank[rank];
}

/** Attestations, with a document or without. */
export function isAttested(rank: number): boolean {
  return rank >= 3;
}

/** The first reason of a set, in the order in which they are told. */
export function reasonOf(mask: number): UnknownReason {
  if (mask & reasonBits.conflict) return 'conflict';
  if (mask & reasonBits.restsOn) return 'restsOn';
  if (mask & reasonBits.stale) return 'stale';
  if (mask & reasonBits.notSeen) return 'notSeen';
  return 'neverAsked';
}

/** Whether somebody looked: neverAsked alone is no look. */
export function wasLookedAt(mask: number): boolean {
  return (mask & (reasonBits.conflict | reasonBits.stale | reasonBits.notSeen)) !== 0;
}

export const dayMs = 86_400_000;
/** Lapsed statements hold a level for this long. */
export const graceMs = 30 * dayMs;

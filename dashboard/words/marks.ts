/** The closed sets in words. Exhaustive: a new member does not compile until it has its word. */

import type { ScanProbe, WaitsFor } from '../../server/contract/api.ts';
import type { FactRead, IndicatorResult, PracticeResult, Trace } from '../../server/contract/assessment.ts';

export type Status = IndicatorResult['status'];
export type UnknownReason = NonNullable<IndicatorResult['reason']>;
export type EvidenceWord = NonNullable<IndicatorResult['evidence']>;
export type Outcome = NonNullable<ScanProbe['outcome']>;
export type Verdict = Trace['members'][number]['verdict'];
export type Unseen = NonNullable<FactRead['unseen']>;
export type Fit = PracticeResult['fit'];

/** What a row shows: its status, or the two words that say more than the status does. */
export type StatusMark = Status | 'excepted' | 'stale';

export const statusWords: Record<StatusMark, string> = {
  met: 'Met',
  notMet: 'Not met',
  unknown: 'Unknown',
  notApplicable: 'Not applicable',
  excepted: 'Excepted',
  stale: 'Stale',
};

export const reasonWords: Record<UnknownReason, string> = {
  conflict: 'conflicting',
  guard: 'inventory not trusted',
  restsOn: 'rests on an open row',
  emptyPopulation: 'nothing to count',
  stale: 'stale',
  notSeen: 'could not see',
  neverAsked: 'never asked',
  notCovered: 'not covered by Plimsoll',
};

/** What helps, one short sentence per reason. */
export const remedyWords: Record<UnknownReason, string> = {
  conflict: 'Two sources contradict each other: a person decides which one holds',
  guard: 'Complete the inventory: until then this share has no trusted denominator',
  restsOn: 'Settle the row that it rests on',
  emptyPopulation: 'State that there is none, with a reason',
  stale: 'Look again, or renew the statement',
  notSeen: 'Look again; the observation says why it failed',
  neverAsked: 'Ask, or set up a probe',
  notCovered: 'Nothing on your side: this is a limit of Plimsoll',
};

export const evidenceWords: Record<EvidenceWord, string> = {
  measured: 'Measured',
  imported: 'Imported',
  examined: 'Examined',
  document: 'Document',
  stated: 'Attested',
};

export const outcomeWords: Record<Outcome | 'running' | 'waiting', string> = {
  observed: 'Observed',
  unreachable: 'Unreachable',
  timedOut: 'Timed out',
  denied: 'Denied',
  unsupported: 'Unsupported',
  blocked: 'Blocked by policy',
  aborted: 'Aborted for safety',
  failed: 'Failed, our fault',
  running: 'Running',
  waiting: 'Waiting',
};

export const unseenWords: Record<Unseen, string> = {
  notTried: 'not tried',
  unreachable: 'unreachable',
  timedOut: 'timed out',
  denied: 'denied',
  unsupported: 'unsupported',
  blocked: 'blocked by policy',
  aborted: 'aborted for safety',
  failed: 'failed, our fault',
  ambiguous: 'ambiguous',
  redacted: 'redacted',
  stale: 'stale',
  conflict: 'conflicting',
  neverAsked: 'never asked',
};

export const verdictWords: Record<Verdict, string> = {
  good: 'Met',
  bad: 'Not met',
  unseen: 'Unknown',
  excepted: 'Excepted',
  notApplicable: 'Not applicable',
};

export const waitsForWords: Record<WaitsFor, string> = { confirm: 'Confirm', attest: 'Attest', evidence: 'Evidence' };

/** The mark of a row: an unknown because of age reads Stale, a met row held up by an exception reads Excepted. */
export function markOf(result: IndicatorResult): StatusMark {
  if (result.status === 'unknown' && result.reason === 'stale') return 'stale';
  const excepted = result.excepted ?? 0;
  if (result.status === 'met' && excepted > 0) return 'excepted';
  return result.status;
}

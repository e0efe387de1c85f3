/** The closed sets as sentences of a text. Exhaustive: a new member does not compile until it has its words. */
import type { UnseenReason } from '../../collectors/contract/collector.ts';
import type { EvidenceWord, FactRead, Status, UnknownReason } from '../engine/result.ts';

export const statusWords: Readonly<Record<Status, string>> = {
  met: 'met',
  notMet: 'not met',
  unknown: 'unknown',
  notApplicable: 'not applicable',
};

/** Why a row is unknown, and what helps. */
export const reasonWords: Readonly<Record<UnknownReason, { readonly is: string; readonly helps: string }>> = {
  neverAsked: { is: 'nobody was asked and nothing was looked at', helps: 'ask, or set up a probe' },
  notSeen: { is: 'looked, and could not see', helps: 'look again; the observation says why it failed' },
  stale: { is: 'last seen too long ago', helps: 'look again, or renew the statement' },
  conflict: { is: 'sources contradict each other', helps: 'a person decides which one holds' },
  guard: { is: 'nobody has checked the inventory that it counts', helps: 'meet acm.l2.discovery-delta first' },
  restsOn: { is: 'it rests on a row that is neither met nor not applicable', helps: 'settle that row first' },
  emptyPopulation: { is: 'there is nothing to count', helps: 'state that this is right, or add what is missing' },
  notCovered: { is: 'this installation has no way to see it', helps: 'nothing on your side: a limit of Plimsoll' },
};

export const unseenWords: Readonly<Record<NonNullable<FactRead['unseen']>, string>> = {
  notTried: 'not tried',
  unreachable: 'unreachable',
  timedOut: 'no answer in time',
  denied: 'our credential was refused',
  unsupported: 'the device does not offer it',
  blocked: 'a safety rule forbids the look',
  aborted: 'the look was ended for safety',
  failed: 'the look failed, a fault of ours',
  ambiguous: 'the answer can be read in two ways',
  redacted: 'removed because it could be a secret',
  stale: 'seen too long ago',
  conflict: 'contradicted by another source',
  neverAsked: 'never asked',
} satisfies Record<UnseenReason | 'stale' | 'conflict' | 'neverAsked', string>;

export const evidenceWords: Readonly<Record<EvidenceWord, string>> = {
  measured: 'measured',
  imported: 'imported',
  examined: 'examined',
  document: 'stated with a document',
  stated: 'stated',
};

export const gateWords = {
  examined: 'no row of levels 1 and 2 was measured, imported or examined by somebody other than its author',
  operating: 'no row of this level rests on more than statements, or only on what Plimsoll itself did',
  declined: 'more than 5 % of the critical assets may not be examined',
} as const;

/** `statement:policy`, `import:siem`, `mqtt` ... as what somebody would do. */
export function wayIn(path: string): string {
  const [kind = '', detail = ''] = path.split(':');
  if (kind === 'statement') return `a person states it (${detail})`;
  if (kind === 'import') return `an import (${detail})`;
  if (kind === 'examine') return 'an auditor examines it';
  if (kind === 'inventory') return 'the plant file or inventory says it';
  if (kind === 'derived') return 'it follows from other facts';
  return `a look by ${kind}`;
}

/** Owners' decisions on proposals, each tied to the assessment it was made on. */
import type { Digest } from '../../collectors/evidence/canonical.ts';
import { instantOf } from '../../collectors/evidence/record.ts';
import type { NewDecision, PracticeDecision } from '../contract/api.ts';
import { newId } from './id.ts';
import type { Keyring } from './keyring.ts';
import { appendStatement, inTransaction, newestStatement, readStatement } from './ledger.ts';
import type { Database, LedgerRow } from './tables.ts';

/** The decision was made on an assessment that is no longer the newest: the person has not seen what is proposed now. */
export class SupersededAssessment extends Error {
  readonly newest: string | undefined;

  constructor(found: string, newest: string | undefined) {
    super(`expected a decision on the newest assessment (${newest ?? 'there is none'}), found one on ${found}`);
    this.name = 'SupersededAssessment';
    this.newest = newest;
  }
}

/** @throws {SupersededAssessment} when another assessment has been made since. */
export function recordDecision(
  db: Database,
  keyring: Keyring,
  made: { readonly system: string; readonly decision: NewDecision; readonly at: string; readonly signed?: boolean },
): Promise<PracticeDecision> {
  return inTransaction(db, async (tx) => {
    const newest = await newestStatement(tx, 'assessment', { system: made.system });
    const { decision } = made;
    if (newest === undefined || ![newest.subject, newest.hash].includes(decision.assessment as Digest))
      throw new SupersededAssessment(decision.assessment, newest?.subject);
    const at = instantOf(made.at);
    const row = await appendStatement(tx, [keyring.server], {
      kind: 'decision',
      recordedAt: at,
      body: {
        ...withoutUndefined(decision),
        id: newId(at),
        system: made.system,
        assessment: newest.subject,
        assessmentHash: newest.hash,
        signed: made.signed ?? false,
        at,
      },
    });
    return decisionOf(row);
  });
}

/** Newest first. */
export async function decisionsFor(
  db: Database,
  of: { readonly system: string; readonly practice?: string; readonly until?: string },
): Promise<readonly PracticeDecision[]> {
  let query = db.selectFrom('ledger').selectAll().where('kind', '=', 'decision').where('system', '=', of.system);
  if (of.practice !== undefined) query = query.where('subject', '=', of.practice);
  if (of.until !== undefined) query = query.where('at', '<=', Date.parse(of.until));
  return (await query.orderBy('at', 'desc').orderBy('seq', 'desc').execute()).map(decisionOf);
}

function decisionOf(row: LedgerRow): PracticeDecision {
  const { system: _, assessmentHash: __, level, ...rest } = readStatement(row, 'decision').body;
  return { ...rest, level: level as PracticeDecision['level'] };
}

function withoutUndefined(decision: NewDecision): NewDecision {
  return Object.fromEntries(Object.entries(decision).filter(([, value]) => value !== undefined)) as NewDecision;
}

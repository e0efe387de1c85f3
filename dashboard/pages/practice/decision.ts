/** What can be decided on a proposal, and what a decision still lacks. Pure. */

import type { NewDecision, PracticePage } from '../../../server/contract/api.ts';
import type { Level } from '../../../server/contract/assessment.ts';
import { words } from '../../words/catalogue.ts';

export type Choice = NewDecision['kind'] | 'wait';

export interface Draft {
  readonly choice: Choice;
  readonly level: Level | null;
  readonly by: string;
  readonly reason: string;
  readonly evidence: string;
  /** `2027-01-31`, as the date field gives it. */
  readonly until: string;
  readonly comment: string;
}

export interface Offer {
  readonly choice: Choice;
  /** Levels to pick from; one: nothing to pick. */
  readonly levels: readonly Level[];
  /** Why the choice is off. */
  readonly off?: string;
}

const everyLevel: readonly Level[] = [0, 1, 2, 3, 4];

/** Choices in their order. Lowering is absent at 0; what is off stays and says why. */
export function offersOf(page: Pick<PracticePage, 'result' | 'neverAssessed' | 'assessment'>, past: boolean): Offer[] {
  const { level } = page.result;
  const says = words.decision.off;
  const blocked = past ? says.asOf : page.neverAssessed || page.assessment === undefined ? says.never : undefined;
  const higher = everyLevel.filter((each) => each > (level ?? -1));
  const lower = everyLevel.filter((each) => each < (level ?? 0));
  const why = (own: string | undefined) => ((blocked ?? own) === undefined ? {} : { off: blocked ?? own ?? '' });
  return [
    {
      choice: 'confirm',
      levels: level === null ? [] : [level],
      ...why(level === null ? says.notEstablished : undefined),
    },
    ...(lower.length === 0 ? [] : [{ choice: 'lower' as const, levels: lower, ...why(undefined) }]),
    { choice: 'override', levels: higher, ...why(higher.length === 0 ? says.topLevel : undefined) },
    { choice: 'wait', levels: [], ...(past ? { off: says.asOf } : {}) },
  ];
}

/** Level that a choice begins with: the confirmed one where it is kept as an override, else the nearest. */
export function firstLevel(offer: Offer, confirmed: Level | null | undefined): Level | null {
  if (offer.choice === 'override' && confirmed !== null && confirmed !== undefined && offer.levels.includes(confirmed))
    return confirmed;
  return (offer.choice === 'lower' ? offer.levels.at(-1) : offer.levels[0]) ?? null;
}

/** Names of the fields that are still empty. */
export function missingOf(draft: Draft): string[] {
  const says = words.decision;
  if (draft.choice === 'wait') return [];
  const asked: readonly (readonly [boolean, string, string])[] = [
    [true, draft.by, says.by],
    [draft.choice !== 'confirm', draft.reason, says.reason],
    [draft.choice === 'override', draft.evidence, says.evidence],
    [draft.choice === 'override', draft.until, says.until],
  ];
  return asked.flatMap(([needed, value, name]) => (needed && value.trim() === '' ? [name.toLowerCase()] : []));
}

export function decisionOf(draft: Draft, page: Pick<PracticePage, 'practice'>, assessment: string): NewDecision {
  const given = (key: 'reason' | 'evidence' | 'comment') =>
    draft[key].trim() === '' ? {} : { [key]: draft[key].trim() };
  const kind = draft.choice === 'wait' ? 'confirm' : draft.choice;
  return {
    practice: page.practice.code,
    kind,
    level: draft.level,
    assessment,
    by: draft.by.trim(),
    ...(kind === 'confirm' ? {} : given('reason')),
    ...(kind === 'override' ? given('evidence') : {}),
    ...(kind === 'override' && draft.until !== '' ? { until: new Date(`${draft.until}T00:00:00Z`).toISOString() } : {}),
    ...given('comment'),
  };
}

/** Counts of a population, kept up to date while members change. */
import type { Counts, MemberOutcome } from './judging.ts';

type Counted = Pick<MemberOutcome, 'verdict' | 'mask' | 'weak' | 'strong' | 'banned' | 'mustBeSeen'>;

import type { Status } from './result.ts';
import { isAttested, noSupport, wasLookedAt } from './value.ts';

const tolerance = 1e-9;

export class Tally {
  good = 0;
  bad = 0;
  unseen = 0;
  excepted = 0;
  banned = 0;
  open = 0;
  mustBeSeen = 0;
  mask = 0;
  lookedAt = false;
  /** Members that a machine or an examiner saw. */
  examined = 0;
  private readonly goodByRank = [0, 0, 0, 0, 0, 0];
  private readonly badByRank = [0, 0, 0, 0, 0, 0];

  add(outcome: Counted): void {
    this.count(outcome, 1);
    if (outcome.verdict === 'unseen') this.mask |= outcome.mask;
    if (outcome.verdict !== 'unseen' || wasLookedAt(outcome.mask)) this.lookedAt = true;
  }

  remove(outcome: Counted): void {
    this.count(outcome, -1);
  }

  counts(): Counts {
    const { good, bad, unseen, excepted } = this;
    return { good, bad, unseen, excepted, of: good + bad + unseen };
  }

  /**
   * Tolerance is for the unseen, not for the seen-bad: met when enough are proven good and no more than tolerated are
   * proven bad, notMet when either can no longer be.
   */
  status(min: number, maxBad: number | undefined): Exclude<Status, 'notApplicable'> {
    const of = this.good + this.bad + this.unseen;
    const limit = maxBad ?? of;
    if (this.banned > 0 || this.bad > limit || of - this.bad < min * of - tolerance) return 'notMet';
    const enough = this.good >= min * of - tolerance;
    return enough && this.open === 0 && this.mustBeSeen === 0 ? 'met' : 'unknown';
  }

  /** Further good readings that would make it met. */
  wouldDecide(min: number): number {
    const of = this.good + this.bad + this.unseen;
    return Math.max(Math.ceil(min * of - tolerance) - this.good, this.mustBeSeen);
  }

  /** The weakest evidence among the best members that are enough. */
  weakestGood(min: number): number {
    const of = this.good + this.bad + this.unseen;
    return rankAt(this.goodByRank, Math.ceil(min * of - tolerance));
  }

  strongestBad(): number {
    return rankAt(this.badByRank, 1);
  }

  weakestSeen(): number {
    return Math.max(rankAt(this.goodByRank, this.good), rankAt(this.badByRank, this.bad));
  }

  private count(outcome: Counted, by: 1 | -1): void {
    const rank = outcome.weak < 0 ? 5 : outcome.weak;
    if (outcome.verdict !== 'unseen' && !isAttested(outcome.strong)) this.examined += by;
    switch (outcome.verdict) {
      case 'good':
        this.good += by;
        this.goodByRank[rank] = (this.goodByRank[rank] ?? 0) + by;
        break;
      case 'excepted':
        this.good += by;
        this.excepted += by;
        this.goodByRank[rank] = (this.goodByRank[rank] ?? 0) + by;
        break;
      case 'bad':
        this.bad += by;
        this.badByRank[rank] = (this.badByRank[rank] ?? 0) + by;
        break;
      case 'unseen':
        this.unseen += by;
        break;
      case 'notApplicable':
        return;
    }
    if (outcome.banned === 'yes') this.banned += by;
    if (outcome.banned === 'open') this.open += by;
    if (outcome.mustBeSeen) this.mustBeSeen += by;
  }
}

/** Rank of the n-th best; what rests on no reading at all (index 5) is no evidence. */
function rankAt(ranks: readonly number[], wanted: number): number {
  let seen = 0;
  for (const [rank, count] of ranks.entries()) {
    seen += count;
    if (seen >= wanted && count > 0) return rank === 5 ? noSupport.weak : rank;
  }
  return noSupport.weak;
}

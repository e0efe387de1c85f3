/** What people decided about a row and its members, while it counts. */
import type { TimedDecision } from './evidence-index.ts';
import type { Judging, MemberOutcome } from './judging.ts';
import { compensationDays } from './numbers.ts';
import type { Row } from './pack.ts';
import { dayMs } from './value.ts';

export class RowDecisions {
  private readonly judging: Judging;
  private readonly row: Row;
  private readonly decisions: readonly TimedDecision[];

  constructor(judging: Judging, row: Row, decisions: readonly TimedDecision[]) {
    this.judging = judging;
    this.row = row;
    this.decisions = decisions;
  }

  /** The decision that takes a member out, or covers that it is bad. */
  on(member: string, verdict: MemberOutcome['verdict'], at: number): TimedDecision | undefined {
    return this.decisions.find(({ kind, members, fromMs, untilMs, boundTo }) => {
      if (at >= untilMs || (members !== undefined && !members.includes(member))) return false;
      if (kind === 'notApplicable') return true;
      if (verdict !== 'bad') return false;
      if (kind === 'exception') return true;
      return (
        kind === 'compensation' && members !== undefined && this.isBound(boundTo) && at < this.compensationEnd(fromMs)
      );
    });
  }

  endOf({ kind, fromMs, untilMs }: TimedDecision): number {
    return kind === 'compensation' ? Math.min(untilMs, this.compensationEnd(fromMs)) : untilMs;
  }

  /** What covers the whole row. */
  compensation(): { id: string; until: number } | undefined {
    const { at } = this.judging.moment;
    for (const decision of this.decisions) {
      const { id, kind, members, boundTo } = decision;
      const until = this.endOf(decision);
      if (kind === 'compensation' && members === undefined && this.isBound(boundTo) && at < until) return { id, until };
    }
    return undefined;
  }

  private isBound(boundTo: string | undefined): boolean {
    return boundTo !== undefined && this.judging.outcomes.get(boundTo)?.status === 'met';
  }

  private compensationEnd(fromMs: number): number {
    return fromMs + compensationDays[this.row.level] * dayMs;
  }
}

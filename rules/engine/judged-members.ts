/** The members of one row and what was found of them, counted. */
import type { Columns, Judged } from './columns.ts';
import { never } from './found.ts';
import type { Member } from './members.ts';
import { Tally } from './tally.ts';
import { noSupport } from './value.ts';

/** The strongest and the oldest evidence among some members. */
export interface Extremes {
  strong: number;
  oldest: number;
}

export class JudgedMembers {
  readonly members: readonly Member[];
  readonly tally = new Tally();
  readonly bad: Extremes = { strong: noSupport.strong, oldest: never };
  /** Members of whom something is known. */
  readonly seen: Extremes = { strong: noSupport.strong, oldest: never };
  /** First instant at which one of them is another. */
  until = never;
  private readonly byPosition: boolean;
  private columns: Columns | undefined;

  /** `byPosition`: columns are by the assets' positions, otherwise in the order of members. */
  constructor(members: readonly Member[], byPosition: boolean) {
    this.members = members;
    this.byPosition = byPosition;
  }

  placeOf(index: number): number {
    return this.byPosition ? (this.members[index]?.position ?? -1) : index;
  }

  count(columns: Columns): void {
    this.columns = columns;
    for (let index = 0; index < this.members.length; index++) {
      const at = this.placeOf(index);
      const judged = columns.peek(at);
      this.tally.add(judged);
      this.until = Math.min(this.until, columns.until[at] ?? never);
      if (judged.verdict === 'bad') extend(this.bad, judged);
      if (judged.verdict !== 'unseen') extend(this.seen, judged);
    }
  }

  at(index: number): Pick<Judged, 'verdict' | 'mask' | 'weak' | 'strong' | 'banned' | 'mustBeSeen'> {
    if (this.columns === undefined) throw new Error('members are counted before they are looked at');
    return this.columns.peek(this.placeOf(index));
  }

  /** When each of them is another, in the order of members. */
  ends(): Float64Array {
    return Float64Array.from(this.members, (_, index) => this.columns?.until[this.placeOf(index)] ?? never);
  }

  idsOf(verdict: 'bad' | 'unseen'): string[] {
    const { columns } = this;
    return columns === undefined
      ? []
      : this.members.filter((_, index) => columns.is(this.placeOf(index), verdict)).map(({ id }) => id);
  }
}

function extend(extremes: Extremes, { strong, oldest }: Pick<Judged, 'strong' | 'oldest'>): void {
  extremes.strong = Math.min(extremes.strong, strong);
  extremes.oldest = Math.min(extremes.oldest, oldest);
}

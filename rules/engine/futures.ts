/** What the members of a row will be once they are another: found once, kept as long as it will be so. */
import { Columns, type Judged } from './columns.ts';

export class Futures {
  private readonly columns: Columns;
  /** The end after which a member is so, by position. */
  private readonly from: Float64Array;

  constructor(size: number, before?: Futures) {
    this.columns = new Columns(size, before?.columns);
    this.from = new Float64Array(size);
    if (before !== undefined) this.from.set(before.from.subarray(0, Math.min(size, before.from.length)));
  }

  clear(position: number): void {
    this.columns.clear(position);
  }

  /** Where the member ends as it did when it was looked at. */
  after(position: number, end: number): Judged | undefined {
    return this.columns.has(position) && this.from[position] === end ? this.columns.get(position) : undefined;
  }

  /** Only what does not end at once: that would rest on sets that are others by then. */
  note(position: number, end: number, judged: Judged): void {
    if (judged.until <= end) return;
    this.columns.set(position, judged, { heldFrom: Number.POSITIVE_INFINITY, graceFrom: Number.POSITIVE_INFINITY });
    this.from[position] = end;
  }
}

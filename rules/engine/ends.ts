/** Things that end, next one first: the instants at which members of a row, or assets of a set, are another. */
export class Ends {
  private readonly ends: Float64Array;
  private readonly heap: Int32Array;
  private size = 0;

  /** `ends` by index; what never ends is left out. The array is the caller's and is not changed. */
  constructor(ends: Float64Array) {
    this.ends = ends.slice();
    this.heap = new Int32Array(ends.length);
    for (const [index, end] of this.ends.entries())
      if (end !== Number.POSITIVE_INFINITY) this.heap[this.size++] = index;
    for (let at = (this.size >> 1) - 1; at >= 0; at--) this.sink(at);
  }

  /** Infinity when nothing ends any more. */
  next(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.endAt(0);
  }

  /** Takes out what has ended by then. */
  endedBy(instant: number): number[] {
    const ended: number[] = [];
    while (this.size > 0 && this.endAt(0) <= instant) {
      ended.push(this.heap[0] ?? 0);
      this.size--;
      this.heap[0] = this.heap[this.size] ?? 0;
      this.sink(0);
    }
    return ended;
  }

  /** Puts back what was taken out. */
  add(index: number, end: number): void {
    if (end === Number.POSITIVE_INFINITY) return;
    this.ends[index] = end;
    let at = this.size++;
    this.heap[at] = index;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.endAt(parent) <= end) break;
      this.swap(at, parent);
      at = parent;
    }
  }

  private sink(from: number): void {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) return;
      if (child + 1 < this.size && this.endAt(child + 1) < this.endAt(child)) child++;
      if (this.endAt(at) <= this.endAt(child)) return;
      this.swap(at, child);
      at = child;
    }
  }

  private swap(one: number, other: number): void {
    const held = this.heap[one] ?? 0;
    this.heap[one] = this.heap[other] ?? 0;
    this.heap[other] = held;
  }

  private endAt(at: number): number {
    return this.ends[this.heap[at] ?? 0] ?? Number.POSITIVE_INFINITY;
  }
}

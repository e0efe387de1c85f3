/** What the members of a row will be, one state after the other: found once, kept as long as it will be so. */
import type { Judged } from './columns.ts';
import { verdicts } from './result.ts';
import { noSupport } from './value.ts';

/** What a count needs to know of a member, and until when it is so. */
export type State = Pick<Judged, 'verdict' | 'mask' | 'weak' | 'strong' | 'banned' | 'mustBeSeen' | 'until'>;

const bans = ['no', 'yes', 'open'] as const satisfies readonly Judged['banned'][];
/** Stands for no support, where ranks are 0 to 4. */
const noRank = 7;

export class Futures {
  /** One more than the place of a member's newest state, by position; 0 for none. */
  private readonly newest: Int32Array;
  private count = 0;
  private from = new Float64Array(0);
  private until = new Float64Array(0);
  private code = new Uint32Array(0);
  /** The state of the same member that was noted before: one more than its place. */
  private next = new Int32Array(0);

  constructor(size: number) {
    this.newest = new Int32Array(size);
  }

  /** Those of before that begin after an instant, of members that are the same. */
  static after(before: Futures, of: { size: number; at: number; stays: (position: number) => boolean }): Futures {
    const { size, at, stays } = of;
    const futures = new Futures(size);
    futures.grow(before.count);
    for (let position = 0; position < Math.min(size, before.newest.length); position++) {
      if (before.newest[position] === 0 || !stays(position)) continue;
      for (let node = (before.newest[position] ?? 0) - 1; node >= 0; node = (before.next[node] ?? 0) - 1) {
        const from = before.from[node] ?? 0;
        if (from > at) futures.add(position, { from, until: before.until[node] ?? 0, code: before.code[node] ?? 0 });
      }
    }
    return futures;
  }

  /** What the member is from the instant on at which it ends as what it was. */
  at(position: number, instant: number): State | undefined {
    for (let node = (this.newest[position] ?? 0) - 1; node >= 0; node = (this.next[node] ?? 0) - 1) {
      if (this.from[node] === instant) return stateFrom(this.code[node] ?? 0, this.until[node] ?? 0);
    }
    return undefined;
  }

  /** Only what does not end at once: that would rest on sets that are others by then. */
  note(position: number, from: number, state: State): void {
    if (state.until > from) this.add(position, { from, until: state.until, code: codeOf(state) });
  }

  private add(position: number, node: { from: number; until: number; code: number }): void {
    if (this.count === this.from.length) this.grow(Math.max(64, 2 * this.count));
    const place = this.count++;
    this.from[place] = node.from;
    this.until[place] = node.until;
    this.code[place] = node.code;
    this.next[place] = this.newest[position] ?? 0;
    this.newest[position] = place + 1;
  }

  private grow(size: number): void {
    const { from, until, code, next } = this;
    this.from = new Float64Array(size);
    this.until = new Float64Array(size);
    this.code = new Uint32Array(size);
    this.next = new Int32Array(size);
    this.from.set(from);
    this.until.set(until);
    this.code.set(code);
    this.next.set(next);
  }
}

function codeOf({ verdict, mask, weak, strong, banned, mustBeSeen }: State): number {
  const ranks = ((weak + 1) << 8) | ((strong === noSupport.strong ? noRank : strong) << 11);
  return verdicts.indexOf(verdict) | (mask << 3) | ranks | (bans.indexOf(banned) << 14) | (mustBeSeen ? 1 << 16 : 0);
}

function stateFrom(code: number, until: number): State {
  const strong = (code >> 11) & 7;
  return {
    verdict: verdicts[code & 7] ?? 'unseen',
    mask: (code >> 3) & 31,
    weak: ((code >> 8) & 7) - 1,
    strong: strong === noRank ? noSupport.strong : strong,
    banned: bans[(code >> 14) & 3] ?? 'no',
    mustBeSeen: code >> 16 === 1,
    until,
  };
}

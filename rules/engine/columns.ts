/** What was found of the members of one row, a column per property: a large plant has half a million of them. */
import type { MemberOutcome } from './judging.ts';
import { type Verdict, verdicts } from './result.ts';

export type Judged = Omit<MemberOutcome, 'member'>;

const bans = ['no', 'yes', 'open'] as const satisfies readonly MemberOutcome['banned'][];

/** Two numbers of 8 bytes and six of one. */
const bytesEach = 22;

export class Columns {
  readonly size: number;
  private readonly bytes: ArrayBuffer;
  /** 0 for nobody, else one more than the index of the verdict. */
  private readonly verdict: Uint8Array;
  private readonly mask: Uint8Array;
  private readonly weak: Int8Array;
  private readonly strong: Int8Array;
  private readonly banned: Uint8Array;
  private readonly mustBeSeen: Uint8Array;
  private readonly oldest: Float64Array;
  readonly until: Float64Array;
  private readonly decisions: Map<number, string>;
  private readonly held: Map<number, number>;
  private readonly lapsing: Map<number, number>;
  private readonly shown = {
    verdict: 'unseen' as Verdict,
    mask: 0,
    weak: 0,
    strong: 0,
    oldest: 0,
    banned: 'no' as Judged['banned'],
    mustBeSeen: false,
  };

  constructor(size: number, from?: Columns) {
    this.size = size;
    // One piece of memory, so that a copy is one copy.
    const same = from?.size === size;
    this.bytes = same ? from.bytes.slice(0) : new ArrayBuffer(size * bytesEach);
    const bytes = (place: number): [ArrayBuffer, number, number] => [this.bytes, size * place, size];
    this.oldest = new Float64Array(...bytes(0));
    this.until = new Float64Array(...bytes(8));
    this.verdict = new Uint8Array(...bytes(16));
    this.mask = new Uint8Array(...bytes(17));
    this.weak = new Int8Array(...bytes(18));
    this.strong = new Int8Array(...bytes(19));
    this.banned = new Uint8Array(...bytes(20));
    this.mustBeSeen = new Uint8Array(...bytes(21));
    this.decisions = new Map(from?.decisions);
    this.held = new Map(from?.held);
    this.lapsing = new Map(from?.lapsing);
    if (from === undefined || same) return;
    const kept = Math.min(size, from.size);
    this.oldest.set(from.oldest.subarray(0, kept));
    this.until.set(from.until.subarray(0, kept));
    this.verdict.set(from.verdict.subarray(0, kept));
    this.mask.set(from.mask.subarray(0, kept));
    this.weak.set(from.weak.subarray(0, kept));
    this.strong.set(from.strong.subarray(0, kept));
    this.banned.set(from.banned.subarray(0, kept));
    this.mustBeSeen.set(from.mustBeSeen.subarray(0, kept));
  }

  has(at: number): boolean {
    return this.verdict[at] !== 0 && at < this.size;
  }

  clear(at: number): void {
    this.verdict[at] = 0;
    this.decisions.delete(at);
    this.held.delete(at);
    this.lapsing.delete(at);
  }

  set(at: number, judged: Judged, lapse: { heldFrom: number; graceFrom: number }): void {
    this.verdict[at] = verdicts.indexOf(judged.verdict) + 1;
    this.mask[at] = judged.mask;
    this.weak[at] = judged.weak;
    this.strong[at] = judged.strong;
    this.banned[at] = bans.indexOf(judged.banned);
    this.mustBeSeen[at] = judged.mustBeSeen ? 1 : 0;
    this.oldest[at] = judged.oldest;
    this.until[at] = judged.until;
    note(this.decisions, at, judged.decision);
    note(this.held, at, finite(lapse.heldFrom));
    note(this.lapsing, at, finite(lapse.graceFrom));
  }

  get(at: number): Judged {
    const decision = this.decisions.get(at);
    return {
      verdict: verdicts[(this.verdict[at] ?? 0) - 1] ?? 'unseen',
      mask: this.mask[at] ?? 0,
      weak: this.weak[at] ?? 0,
      strong: this.strong[at] ?? 0,
      oldest: this.oldest[at] ?? 0,
      until: this.until[at] ?? 0,
      banned: bans[this.banned[at] ?? 0] ?? 'no',
      mustBeSeen: this.mustBeSeen[at] === 1,
      ...(decision === undefined ? {} : { decision }),
    };
  }

  /** The same without a new object: what it gives back is another at the next call. */
  peek(at: number): Pick<Judged, 'verdict' | 'mask' | 'weak' | 'strong' | 'oldest' | 'banned' | 'mustBeSeen'> {
    const { shown } = this;
    shown.verdict = verdicts[(this.verdict[at] ?? 0) - 1] ?? 'unseen';
    shown.mask = this.mask[at] ?? 0;
    shown.weak = this.weak[at] ?? 0;
    shown.strong = this.strong[at] ?? 0;
    shown.oldest = this.oldest[at] ?? 0;
    shown.banned = bans[this.banned[at] ?? 0] ?? 'no';
    shown.mustBeSeen = this.mustBeSeen[at] === 1;
    return shown;
  }

  is(at: number, verdict: Verdict): boolean {
    return this.verdict[at] === verdicts.indexOf(verdict) + 1;
  }

  heldFrom(at: number): number {
    return this.held.size === 0 ? Number.POSITIVE_INFINITY : (this.held.get(at) ?? Number.POSITIVE_INFINITY);
  }

  graceFrom(at: number): number {
    return this.lapsing.size === 0 ? Number.POSITIVE_INFINITY : (this.lapsing.get(at) ?? Number.POSITIVE_INFINITY);
  }
}

function finite(instant: number): number | undefined {
  return Number.isFinite(instant) ? instant : undefined;
}

function note<T>(map: Map<number, T>, at: number, value: T | undefined): void {
  if (value !== undefined) map.set(at, value);
  else if (map.size > 0) map.delete(at);
}

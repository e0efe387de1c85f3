/**
 * Watches how long answers take (SAF-14): a device that slows down under us is left alone before it stops. Baselines
 * are medians per kind of request, from stored history or from the first three answers of the run.
 */
import { z } from 'zod';

export const baselineSchema = z.record(z.string(), z.array(z.number()));
/** Latest answer times in milliseconds by kind of request. */
export type Baselines = Readonly<z.infer<typeof baselineSchema>>;

/** Answer times in milliseconds, before the look and under or after it. */
export interface Timings {
  readonly beforeMs: readonly number[];
  readonly afterMs: readonly number[];
}
export type Slow = Timings & { readonly because: string };

export interface LatencyWatch {
  /** Why the run must stop, once two answers were too slow, with what was usual and what was seen. */
  seen(kind: string, ms: number): Slow | undefined;
  readonly maxMs: number;
  /** History to keep: what was known before and the answers of this run that were not too slow. */
  kept(): Baselines;
}

/** Answers that make a baseline. */
export const needed = 3;
const most = 20;

export function watchLatency(before: Baselines): LatencyWatch {
  const history = new Map(Object.entries(before).map(([kind, times]) => [kind, [...times]]));
  const slow: number[] = [];
  let maxMs = 0;
  return {
    get maxMs() {
      return maxMs;
    },
    seen(kind, ms) {
      maxMs = Math.max(maxMs, ms);
      const times = history.get(kind) ?? [];
      history.set(kind, times);
      const baseline = times.length >= needed ? median(times) : undefined;
      if (baseline !== undefined && tooSlow(ms, baseline)) {
        slow.push(tenths(ms));
        if (slow.length < 2) return undefined;
        const because = `two answers were slow: the last took ${Math.round(ms)} ms, usual are ${Math.round(baseline)} ms`;
        return { because, beforeMs: [...times], afterMs: [...slow] };
      }
      times.push(tenths(ms));
      if (times.length > most) times.shift();
      return undefined;
    },
    kept: () => Object.fromEntries(history),
  };
}

export function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** Three times as long, and half a second longer (SAF-14). */
export function tooSlow(ms: number, baseline: number): boolean {
  return ms > Math.max(3 * baseline, baseline + 500);
}

export function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Geometry of coverage bars and step lines. Pure. */
import type { Level } from '../../server/contract/assessment.ts';

export interface Coverage {
  readonly good: number;
  readonly unseen: number;
  readonly bad: number;
  readonly of: number;
}

export interface Stretch {
  readonly kind: 'good' | 'unseen' | 'bad';
  readonly x: number;
  readonly width: number;
}

/** Solid met, hatched unseen, outlined not met, in this order over the whole population. */
export function stretchesOf(coverage: Coverage, width: number): Stretch[] {
  if (coverage.of <= 0) return [];
  const parts = [
    { kind: 'good', share: coverage.good },
    { kind: 'unseen', share: coverage.unseen },
    { kind: 'bad', share: coverage.bad },
  ] as const;
  let x = 0;
  return parts.flatMap(({ kind, share }): Stretch[] => {
    if (share <= 0) return [];
    const stretch = { kind, x, width: (share / coverage.of) * width };
    x += stretch.width;
    return [stretch];
  });
}

export interface TrendStep {
  readonly at: string;
  readonly level: Level | null;
}

/**
 * The path of a step line over the last 90 days: levels are steps, never slopes, and where nothing was established
 * there is a gap. Level 0 lies at the bottom, level 4 at the top.
 */
export function trendPath(steps: readonly TrendStep[], box: { now: number; width: number; height: number }): string {
  const span = 90 * 86_400_000;
  const from = box.now - span;
  const xOf = (at: number) => Math.round(Math.min(1, Math.max(0, (at - from) / span)) * box.width * 10) / 10;
  const path: string[] = [];
  let drawing = false;
  steps.forEach((step, index) => {
    const next = steps[index + 1];
    const end = next === undefined ? box.now : Date.parse(next.at);
    if (step.level === null || end <= from) {
      drawing = false;
      return;
    }
    const y = trendY(step.level, box.height);
    const x = xOf(Date.parse(step.at));
    path.push(drawing ? `V${y}` : `M${x} ${y}`, `H${xOf(end)}`);
    drawing = true;
  });
  return path.join('');
}

export function trendY(level: number, height: number): number {
  return Math.round((height - 2 - (level / 4) * (height - 4)) * 10) / 10;
}

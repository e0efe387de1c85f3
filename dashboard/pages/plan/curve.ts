/** From budgets to a drawing: steps of two curves, axes and the labels that have room. Pure. */
import type { PlanPage, PlanPoint } from '../../../server/contract/advice.ts';
import { numberOf } from '../../words/format.ts';

export interface CurveShape {
  readonly width: number;
  readonly height: number;
  /** Left and right end of the x axis, and its height. */
  readonly axis: { readonly from: number; readonly to: number; readonly y: number };
  /** Closed, for filling, and the line on top: reached even if all that is unknown is missing. */
  readonly surely: { readonly area: string; readonly line: string };
  /** The same if all that is unknown is in place. */
  readonly perhaps: { readonly area: string; readonly line: string };
  readonly all: { readonly y: number };
  readonly x: readonly { readonly at: number; readonly label: string }[];
  readonly y: readonly { readonly at: number; readonly label: string }[];
  /** Codes below the steps of the dearest case that are wide and high enough. */
  readonly labels: readonly { readonly x: number; readonly y: number; readonly text: string }[];
}

const margin = { left: 34, right: 22, top: 28, bottom: 40 };
const labelWidth = 32;

type Plan = Pick<PlanPage, 'targets' | 'reached' | 'curves'>;

export function curveShape(plan: Plan, size: { width: number; height: number }): CurveShape {
  const { missing, holds } = plan.curves;
  const dearest = Math.max(lastBudget(missing.points), lastBudget(holds.points));
  const ticks = ticksTo(dearest === 0 ? 1 : dearest, size.width < 480 ? 4 : 8);
  const most = Math.max(ticks.at(-1) ?? 1, dearest);
  const left = margin.left;
  const right = size.width - margin.right;
  const bottom = size.height - margin.bottom;
  const xOf = (budget: number) => left + ((right - left) * budget) / most;
  const yOf = (n: number) => bottom - ((bottom - margin.top) * n) / Math.max(1, plan.targets);
  const draw = (points: readonly PlanPoint[]) => {
    const steps = points.map((point) => `H${round(xOf(point.budget))}V${round(yOf(point.reached.length))}`).join('');
    const line = `M${round(left)} ${round(yOf(plan.reached.length))}${steps}H${round(right)}`;
    return { line, area: `${line}V${round(bottom)}H${round(left)}Z` };
  };
  return {
    ...size,
    axis: { from: left, to: right, y: bottom },
    surely: draw(missing.points),
    perhaps: draw(holds.points),
    all: { y: yOf(plan.targets) },
    x: ticks.map((tick) => ({ at: xOf(tick), label: numberOf(tick) })),
    y: countsTo(plan.targets).map((n) => ({ at: yOf(n), label: String(n) })),
    labels: missing.points.flatMap((point, index) => {
      const x = xOf(point.budget);
      const end = xOf(missing.points[index + 1]?.budget ?? most);
      const y = yOf(point.reached.length) + 13;
      return end - x < labelWidth || y > bottom - 2 ? [] : [{ x: x + 4, y, text: point.practice }];
    }),
  };
}

/** 0 and multiples of 1, 2 or 5 times a power of ten, at most `count` of them, the last at or above the end. */
export function ticksTo(end: number, count: number): number[] {
  const rough = end / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? 10 * power;
  return Array.from({ length: Math.ceil(end / step - 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

function countsTo(targets: number): number[] {
  const step = targets <= 6 ? 1 : targets <= 12 ? 2 : 3;
  return Array.from({ length: Math.floor(targets / step) + 1 }, (_, index) => index * step);
}

function lastBudget(points: readonly PlanPoint[]): number {
  return points.at(-1)?.budget ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

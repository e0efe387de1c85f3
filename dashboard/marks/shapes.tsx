/** Coverage of a population, and the step line of the last 90 days. */
import { words } from '../words/catalogue.ts';
import { levelShort } from '../words/counting.ts';
import classes from './marks.module.css';
import { type Coverage, stretchesOf, type TrendStep, trendPath, trendY } from './shape-geometry.ts';

const barWidth = 78;

/** Stands beside the counts in words, which say the same. */
export function CoverageBar({ coverage, min }: { coverage: Coverage; min?: number | undefined }) {
  const threshold = min === undefined ? undefined : Math.min(barWidth, min * barWidth);
  return (
    <svg width={barWidth + 4} height="14" aria-hidden="true">
      <g transform="translate(1 3)">
        {stretchesOf(coverage, barWidth).map(({ kind, x, width }) => {
          const inset = kind === 'good' ? 0 : kind === 'unseen' ? 0.5 : 0.75;
          return (
            <rect
              key={kind}
              className={classes[kind]}
              x={x + inset}
              y={inset}
              width={Math.max(0.5, width - 2 * inset)}
              height={8 - 2 * inset}
            />
          );
        })}
        {threshold !== undefined && (
          <>
            <line className={classes.thresholdHalo} x1={threshold} x2={threshold} y1="-3" y2="11" />
            <line className={classes.threshold} x1={threshold} x2={threshold} y1="-3" y2="11" />
          </>
        )}
      </g>
    </svg>
  );
}

const trendWidth = 62;
const trendHeight = 18;

export function StepLine({
  steps,
  target,
  now,
}: {
  steps: readonly TrendStep[];
  target?: number | undefined;
  now: number;
}) {
  const last = steps.at(-1);
  if (last === undefined) return null;
  const levels = steps.map((each) => levelShort(each.level)).join(', ');
  return (
    <svg width={trendWidth + 6} height={trendHeight} role="img" aria-label={words.overview.trendSays(levels)}>
      {target !== undefined && (
        <line
          className={classes.trendTarget}
          x1="0"
          x2={trendWidth}
          y1={trendY(target, trendHeight)}
          y2={trendY(target, trendHeight)}
        />
      )}
      <path className={classes.trend} d={trendPath(steps, { now, width: trendWidth, height: trendHeight })} />
      {last.level !== null && (
        <circle className={classes.trendEnd} cx={trendWidth} cy={trendY(last.level, trendHeight)} r="2" />
      )}
    </svg>
  );
}

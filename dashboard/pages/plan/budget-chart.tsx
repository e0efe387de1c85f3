/** From person days to targets: solid is reached in any case, hatched perhaps, the line on top is all targets. */
import { useElementSize } from '@mantine/hooks';
import type { PlanPage } from '../../../server/contract/advice.ts';
import { daysText } from '../../words/advice.ts';
import { words } from '../../words/catalogue.ts';
import { type CurveShape, curveShape } from './curve.ts';
import classes from './plan.module.css';

const says = words.plan;
const height = 260;

export function BudgetChart({ plan }: { plan: PlanPage }) {
  const { ref, width } = useElementSize();
  return (
    <figure className={classes.chart} ref={ref}>
      {width > 0 && <Drawing shape={curveShape(plan, { width, height })} name={nameOf(plan)} />}
      <figcaption className={classes.key}>
        <KeyEntry kind="surely" />
        <KeyEntry kind="perhaps" />
        <KeyEntry kind="all" />
      </figcaption>
    </figure>
  );
}

function Drawing({ shape, name }: { shape: CurveShape; name: string }) {
  const { axis, all } = shape;
  return (
    <svg
      viewBox={`0 0 ${shape.width} ${shape.height}`}
      width={shape.width}
      height={shape.height}
      role="img"
      aria-label={name}
      className={classes.drawing}
    >
      {shape.y.map((tick) => (
        <g key={tick.label}>
          <line x1={axis.from} x2={axis.to} y1={tick.at} y2={tick.at} className={classes.grid} />
          <text x={axis.from - 8} y={tick.at + 4} className={classes.yTick}>
            {tick.label}
          </text>
        </g>
      ))}
      <path d={shape.perhaps.area} className={classes.perhaps} />
      <path d={shape.surely.area} className={classes.ground} />
      <path d={shape.surely.area} className={classes.surely} />
      <path d={shape.perhaps.line} className={classes.perhapsLine} />
      <path d={shape.surely.line} className={classes.surelyLine} />
      <line x1={axis.from} x2={axis.to} y1={all.y} y2={all.y} className={classes.all} />
      <circle cx={axis.to} cy={all.y} r="4" className={classes.ring} />
      <line x1={axis.from} x2={axis.to} y1={axis.y} y2={axis.y} className={classes.axis} />
      {shape.x.map((tick) => (
        <g key={tick.label}>
          <line x1={tick.at} x2={tick.at} y1={axis.y} y2={axis.y + 4} className={classes.axis} />
          <text x={tick.at} y={axis.y + 17} className={classes.xTick}>
            {tick.label}
          </text>
        </g>
      ))}
      <text x={axis.from} y={shape.height - 4} className={classes.axisName}>
        {says.axis.x}
      </text>
      <text x={0} y={10} className={classes.axisName}>
        {says.axis.y}
      </text>
      {shape.labels.map((label) => (
        <text key={label.text} x={label.x} y={label.y} className={classes.label}>
          {label.text}
        </text>
      ))}
    </svg>
  );
}

function KeyEntry({ kind }: { kind: keyof typeof says.key }) {
  return (
    <span>
      <svg width="26" height="10" viewBox="0 0 26 10" aria-hidden="true">
        {kind === 'all' ? (
          <line x1="0" x2="26" y1="5" y2="5" className={classes.all} />
        ) : (
          <rect x="0.5" y="0.5" width="25" height="9" className={`${classes[kind]} ${classes[`${kind}Line`]}`} />
        )}
      </svg>
      {says.key[kind]}
    </span>
  );
}

function nameOf({ targets, reached, curves }: PlanPage): string {
  const end = (points: PlanPage['curves']['missing']['points']) => {
    const last = points.at(-1);
    const days = last?.budget ?? 0;
    return [last?.reached.length ?? reached.length, daysText({ days, daysAtMost: days })] as const;
  };
  return says.chartSays(
    targets,
    says.endMissing(...end(curves.missing.points)),
    says.endHolds(...end(curves.holds.points)),
  );
}

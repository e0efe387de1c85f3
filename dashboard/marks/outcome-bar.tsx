/** Outcomes of a scan in two textures: seen, and could not see. What has not ended is a line. */
import type { ScanSummary } from '../../server/contract/api.ts';
import classes from './marks.module.css';

export function OutcomeBar({
  outcomes,
  of,
  width = 226,
}: {
  outcomes: ScanSummary['outcomes'];
  of: number;
  width?: number;
}) {
  const seen = outcomes.observed ?? 0;
  const ended = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
  const unit = of === 0 ? 0 : width / of;
  const solid = seen * unit;
  const hatched = (ended - seen) * unit;
  return (
    <svg
      width="100%"
      height="6"
      viewBox={`0 0 ${width} 6`}
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ display: 'block', margin: '6px 0 4px' }}
    >
      {solid > 0 && <rect className={classes.good} x="0" y="0" width={solid} height="6" />}
      {hatched > 0 && (
        <rect
          className={classes.unseen}
          x={solid + (solid > 0 ? 1.5 : 0.5)}
          y="0.5"
          width={Math.max(1, hatched - 2)}
          height="5"
        />
      )}
      {ended < of && <line className={classes.rest} x1={solid + hatched} x2={width} y1="3" y2="3" />}
    </svg>
  );
}

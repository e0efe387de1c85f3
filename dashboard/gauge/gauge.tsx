/** The level gauge in row form, and the pieces of drawing that its other forms share. */
import type { ReactElement, SVGProps } from 'react';
import { words } from '../words/catalogue.ts';
import classes from './gauge.module.css';
import { type CellKind, type Gauge, type GaugeInput, gaugeOf, row } from './geometry.ts';

/** Row form at 118 x 24; larger by `scale`. Always stands beside the level word. */
export function LevelGauge({ input, scale = 1 }: { input: GaugeInput; scale?: number }) {
  const gauge = gaugeOf(input);
  return (
    <svg
      className={classes.gauge}
      viewBox={row.viewBox}
      width={row.width * scale}
      height={row.height * scale}
      role="img"
      aria-label={gauge.name}
    >
      <Keel kind={gauge.keel} {...row.keel} />
      {gauge.cells.map((kind, index) => (
        <Cell
          // The four cells never change place.
          // biome-ignore lint/suspicious/noArrayIndexKey: fixed order
          key={index}
          kind={kind}
          x={row.cellX(index + 1)}
          y={row.cell.y}
          width={row.cell.width}
          height={row.cell.height}
        />
      ))}
      <Rail gauge={gauge} />
      <Mark gauge={gauge} />
      <Diamond gauge={gauge} />
    </svg>
  );
}

/** Hatching, once per page: could not see. */
export function HatchDefinition() {
  return (
    <svg width="0" height="0" aria-hidden="true" focusable="false" className="hidden">
      <defs>
        <pattern id="pl-hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="4" height="4" className={classes.hatchGround} />
          <line x1="2" y1="0" x2="2" y2="4" className={classes.hatchLine} />
        </pattern>
      </defs>
    </svg>
  );
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One cell; `upright` puts the hairline of a cell that is not owed along the ladder. */
export function Cell({ kind, upright = false, ...box }: Box & { kind: CellKind; upright?: boolean }): ReactElement {
  const { x, y, width, height } = box;
  const filled: SVGProps<SVGRectElement> = { x, y, width, height, rx: row.cell.radius };
  // Outlines are drawn inside the box, so that a cell keeps its size whatever it means.
  const inside = (stroke: number): SVGProps<SVGRectElement> => ({
    x: x + stroke / 2,
    y: y + stroke / 2,
    width: width - stroke,
    height: height - stroke,
    rx: row.cell.radius,
  });
  const drawing: Record<CellKind, () => ReactElement> = {
    never: () => <rect {...inside(1)} className={classes.dashed} />,
    over: () => <rect {...inside(1)} className={classes.over} />,
    old: () => <rect {...inside(1)} className={classes.old} />,
    holds: () => <rect {...filled} className={classes.water} />,
    notAssessed: () => <rect {...inside(1)} className={classes.dashed} />,
    couldNotSee: () => <rect {...inside(1)} className={classes.unknown} />,
    owed: () => <rect {...inside(1.5)} className={classes.owed} />,
    none: () =>
      upright ? (
        <line x1={x + width / 2} x2={x + width / 2} y1={y} y2={y + height} className={classes.hair} />
      ) : (
        <line x1={x} x2={x + width} y1={y + height / 2} y2={y + height / 2} className={classes.hair} />
      ),
  };
  return drawing[kind]();
}

export function Keel({ kind, x, y, width, height }: Box & { kind: Gauge['keel'] }) {
  switch (kind) {
    case 'water':
      return <rect x={x} y={y} width={width} height={height} className={classes.water} />;
    case 'old':
    case 'never':
      return <rect x={x} y={y} width={width} height={height} className={classes.oldKeel} />;
    case 'notEstablished': {
      const lying = width > height;
      return (
        <line
          x1={lying ? x : x + width / 2}
          x2={lying ? x + width : x + width / 2}
          y1={lying ? y + height / 2 : y}
          y2={lying ? y + height / 2 : y + height}
          className={classes.dashedKeel}
        />
      );
    }
  }
}

function Rail({ gauge }: { gauge: Gauge }) {
  if (gauge.rail === undefined) return null;
  const { y, height, tickWidth, tickHeight } = row.rail;
  const solidEnd = row.edgeX(gauge.rail.solidTo);
  const { brokenTo } = gauge.rail;
  const tickY = y + height - tickHeight;
  if (brokenTo === undefined)
    return (
      <g className={classes.rail}>
        <rect x={0} y={y} width={solidEnd} height={height} />
        <rect x={solidEnd - tickWidth} y={tickY} width={tickWidth} height={tickHeight} />
      </g>
    );
  const brokenEnd = row.edgeX(brokenTo);
  return (
    <g>
      <rect x={0} y={y} width={solidEnd} height={height} className={classes.rail} />
      <line
        x1={solidEnd + 1}
        x2={brokenEnd - tickWidth}
        y1={y + height / 2}
        y2={y + height / 2}
        strokeWidth={height}
        className={classes.broken}
      />
      <rect x={brokenEnd - tickWidth} y={tickY} width={tickWidth} height={tickHeight} className={classes.brokenTick} />
    </g>
  );
}

function Mark({ gauge }: { gauge: Gauge }) {
  if (gauge.mark === undefined) return null;
  const { top, bottom, ringY, radius, haloRadius, haloWidth } = row.mark;
  const x = row.markX(gauge.mark.at);
  return (
    <g>
      <line x1={x} x2={x} y1={top} y2={bottom} strokeWidth={haloWidth} className={classes.haloLine} />
      <circle cx={x} cy={ringY} r={haloRadius} className={classes.halo} />
      <line x1={x} x2={x} y1={top} y2={bottom} className={classes.mark} />
      <circle cx={x} cy={ringY} r={radius} className={gauge.mark.filled ? classes.markFilled : classes.mark} />
      {gauge.mark.filled && <line x1={x} x2={x} y1={ringY - radius} y2={ringY + radius} className={classes.through} />}
    </g>
  );
}

function Diamond({ gauge }: { gauge: Gauge }) {
  if (gauge.diamond === undefined) return null;
  const x = row.edgeX(gauge.diamond.at);
  const y = row.rail.y + row.rail.height / 2;
  return (
    <rect
      x={x - 2.5}
      y={y - 2.5}
      width={5}
      height={5}
      transform={`rotate(45 ${x} ${y})`}
      className={gauge.diamond.filled ? classes.diamondFilled : classes.diamond}
    />
  );
}

const keyed = ['holds', 'couldNotSee', 'owed', 'over', 'notAssessed'] as const satisfies readonly CellKind[];

/** The key at the foot of the overview. */
export function GaugeKey() {
  const says = words.gauge.key;
  return (
    <ul className={classes.key}>
      {keyed.map((kind) => (
        <li key={kind}>
          <svg width="18" height="10" aria-hidden="true">
            <Cell kind={kind} x={0} y={0.5} width={18} height={9} />
          </svg>
          {says[kind]}
        </li>
      ))}
      <li>
        <svg width="12" height="16" viewBox="0 0 12 16" aria-hidden="true">
          <line x1="6" x2="6" y1="0" y2="16" className={classes.mark} />
          <circle cx="6" cy="8" r="4" className={classes.mark} />
        </svg>
        {says.target}
      </li>
      <li>
        <svg width="18" height="5" viewBox="0 0 18 5" aria-hidden="true" className={classes.rail}>
          <rect x="0" y="3" width="18" height="2" />
          <rect x="16" y="1" width="2" height="4" />
        </svg>
        {says.confirmed}
      </li>
    </ul>
  );
}

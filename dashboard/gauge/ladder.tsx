/** The gauge upright, each level with its name and one word. */
import type { Level } from '../../server/contract/assessment.ts';
import { words } from '../words/catalogue.ts';
import { levelNames } from '../words/counting.ts';
import classes from './gauge.module.css';
import { Cell, Keel } from './gauge.tsx';
import { type CellKind, type Gauge, type GaugeInput, gaugeOf, ladder } from './geometry.ts';

const topDown: readonly Level[] = [4, 3, 2, 1];

export function LevelLadder({ input }: { input: GaugeInput }) {
  const gauge = gaugeOf(input);
  const { cell, cellY, baseY } = ladder;
  return (
    <div className={classes.ladder} role="img" aria-label={gauge.name}>
      <svg width="190" height="216" aria-hidden="true">
        <g transform="translate(0 20)">
          {topDown.map((n) => (
            <Cell
              key={n}
              kind={kindOf(gauge, n)}
              upright
              x={cell.x}
              y={cellY(n)}
              width={cell.width}
              height={cell.height}
            />
          ))}
          <Keel kind={gauge.keel} x={cell.x} y={baseY} width={cell.width} height={3} />
          <LadderRail gauge={gauge} />
          <LadderMark gauge={gauge} />
        </g>
      </svg>
      {topDown.map((n) => {
        const kind = kindOf(gauge, n);
        const word = wordOf(gauge, n, input);
        const tone =
          kind === 'owed' || wasConfirmed(gauge, n) ? classes.red : kind === 'couldNotSee' ? classes.violet : '';
        return (
          <div key={n} className={classes.step} style={{ top: 20 + cellY(n) }}>
            <span className={classes.stepNumber}>{n}</span>
            <span className={`${classes.stepName} ${kind === 'none' ? classes.stepOff : ''}`}>
              {levelNames[n]}
              {word !== '' && <small className={tone}>{word}</small>}
            </span>
          </div>
        );
      })}
      <div className={classes.step} style={{ top: 20 + baseY - 20 }}>
        <span className={classes.stepNumber}>0</span>
        <span className={classes.stepName}>
          {levelNames[0]}
          {input.level === 0 && <span className="quiet small"> {words.gauge.ladder.proposed}</span>}
        </span>
      </div>
      {gauge.mark !== undefined && (
        <span className={classes.targetName} style={{ top: 20 + ladder.markY(gauge.mark.at) - 8 }}>
          {words.gauge.target(gauge.mark.at)}
        </span>
      )}
    </div>
  );
}

function kindOf(gauge: Gauge, n: Level): CellKind {
  return gauge.cells[n - 1] ?? 'none';
}

function wasConfirmed(gauge: Gauge, n: Level): boolean {
  return gauge.rail?.brokenTo === n;
}

function wordOf(gauge: Gauge, n: Level, input: GaugeInput): string {
  const says = words.gauge.ladder;
  if (wasConfirmed(gauge, n)) return says.wasConfirmed;
  if (gauge.rail?.solidTo === n) return says.confirmed;
  const kind = kindOf(gauge, n);
  if (kind === 'over') return says.over;
  if (kind === 'holds' && input.level === n) return says.proposed;
  return says[kind];
}

function LadderRail({ gauge }: { gauge: Gauge }) {
  if (gauge.rail === undefined) return null;
  const x = ladder.cell.x + ladder.cell.width + 6;
  const foot = ladder.baseY + 3;
  const topOf = (n: Level) => (n === 0 ? ladder.baseY : ladder.cellY(n));
  const { solidTo, brokenTo } = gauge.rail;
  const solidTop = topOf(solidTo);
  if (brokenTo === undefined)
    return (
      <g className={classes.rail}>
        <rect x={x} y={solidTop} width={2} height={foot - solidTop} />
        <rect x={x - 3} y={solidTop} width={5} height={2} />
      </g>
    );
  const top = topOf(brokenTo);
  return (
    <g>
      <rect x={x} y={solidTop} width={2} height={foot - solidTop} className={classes.rail} />
      <line x1={x + 1} x2={x + 1} y1={top + 2} y2={solidTop - 1} strokeWidth={2} className={classes.broken} />
      <rect x={x - 3} y={top} width={5} height={2} className={classes.brokenTick} />
    </g>
  );
}

function LadderMark({ gauge }: { gauge: Gauge }) {
  if (gauge.mark === undefined) return null;
  const y = ladder.markY(gauge.mark.at);
  const x = ladder.cell.x + ladder.cell.width / 2;
  const { ringRadius } = ladder;
  return (
    <g>
      <line x1={x - 28} x2={x + 88} y1={y} y2={y} strokeWidth={6} className={classes.haloLine} />
      <circle cx={x} cy={y} r={ringRadius + 2} className={classes.halo} />
      <line x1={x - 28} x2={x + 88} y1={y} y2={y} className={classes.mark} />
      <circle cx={x} cy={y} r={ringRadius} className={gauge.mark.filled ? classes.markFilled : classes.mark} />
      {gauge.mark.filled && <line x1={x - ringRadius} x2={x + ringRadius} y1={y} y2={y} className={classes.through} />}
    </g>
  );
}

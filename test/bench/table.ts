/** A comparison as a table for people. Pure. */
import type { Comparison, SideResult, Spread } from './compare.ts';

export function tableOf(comparison: Comparison): string {
  const { title, rounds, sides, remarks, aim } = comparison;
  const head = ['', 'wall s', 'CPU s', 'done', 'facts each', 'faster (wall)', 'less CPU'];
  const rows = sides.map((side, index) => [
    side.name,
    seconds(side.wallMs),
    seconds(side.cpuMs),
    side.done.max === 1 ? '1' : spreadText(side.done, 0),
    side.factsEach.toFixed(1).replace(/\.0$/, ''),
    index === 0 ? '1 (compared with)' : `${spreadText(side.wallRatio, 2)}x`,
    index === 0 ? '1' : `${spreadText(side.cpuRatio, 2)}x`,
  ]);
  const widths = head.map((text, at) => Math.max(text.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')}`;
  return [
    `${title} (${rounds} rounds; median, min to max)`,
    line(head).trimEnd(),
    ...rows.map(line),
    ...remarks.map((remark) => `  ${remark}`),
    ...(aim === undefined ? [] : [`  ${aimText(aim, sides)}`]),
  ].join('\n');
}

function aimText(aim: NonNullable<Comparison['aim']>, sides: readonly SideResult[]): string {
  const found = sides.find(({ name }) => name === aim.side)?.wallRatio.median ?? Number.NaN;
  const verdict = found >= aim.wallRatio ? 'reached' : 'missed';
  return `Aim: at least ${aim.wallRatio}x faster (wall) for "${aim.side}": ${verdict}, ${found.toFixed(2)}x.`;
}

function seconds({ median, min, max }: Spread): string {
  return spreadText({ median: median / 1000, min: min / 1000, max: max / 1000 }, 2);
}

function spreadText({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}

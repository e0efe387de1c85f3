/** A comparison as a table for people. Pure. */
import type { Comparison, Figures, SideResult, Spread } from './compare.ts';

export function tableOf(result: Comparison | Figures): string {
  return 'sides' in result ? comparisonTable(result) : figuresTable(result);
}

function comparisonTable({ title, rounds, sides, remarks, aim }: Comparison): string {
  const each = sides.some(({ factsEach }) => factsEach > 0);
  const counted = sides.some(({ done }) => done.max !== 1);
  const rows = sides.map((side, index) => [
    side.name,
    seconds(side.wallMs),
    seconds(side.cpuMs),
    ...(counted ? [spreadText(side.done, 0)] : []),
    ...(each ? [side.factsEach.toFixed(1).replace(/\.0$/, '')] : []),
    index === 0 ? 'compared with' : `${spreadText(side.wallRatio, 2)}x`,
    index === 0 ? 'compared with' : `${spreadText(side.cpuRatio, 2)}x`,
  ]);
  const columns = ['wall s', 'CPU s', ...(counted ? ['done'] : []), ...(each ? ['facts each'] : [])];
  const notes = aim === undefined ? remarks : [...remarks, aimText(aim, sides)];
  return layout({ title, rounds, head: ['', ...columns, 'faster (wall)', 'less CPU'], rows, notes });
}

function figuresTable({ title, rounds, columns, rows, remarks }: Figures): string {
  const lines = rows.map(({ name, cells }) => [name, ...cells.map((cell) => spreadText(cell, 1))]);
  return layout({ title, rounds, head: ['', ...columns], rows: lines, notes: remarks });
}

function layout(table: {
  readonly title: string;
  readonly rounds: number;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}): string {
  const { title, rounds, head, rows, notes } = table;
  const widths = head.map((text, at) => Math.max(text.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')}`;
  return [
    `${title} (${rounds} rounds; median, min to max)`,
    line(head),
    ...rows.map(line),
    ...notes.map((remark) => `  ${remark}`),
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

/** Output of commands: JSON for machines, tables for people. Device strings are made harmless before they are printed. */
import { printable } from '../../collectors/evidence/text.ts';
import { levelNames, practices } from '../../rules/engine/model.ts';
import type { PracticeResult } from '../../server/contract/assessment.ts';

/** The only thing a command with `--json` writes on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function say(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}

/** Progress and notes: stderr, so that stdout stays clean. */
export function note(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** Columns padded to their widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, (row[column] ?? '').length), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** What the table needs of a practice: the engine's results and the API's both have it. */
type Shown = Pick<PracticeResult, 'practice' | 'level' | 'ceiling' | 'fit'> & {
  readonly target?: { readonly level: number } | undefined;
  readonly blockers: readonly (
    | {
        readonly indicator: string;
        readonly status: string;
        readonly reason?: string | undefined;
        readonly assets: readonly string[];
      }
    | { readonly gate: string }
  )[];
};

/** The 18 practices as people read them: level, target, fit and what holds it there. */
export function practicesTable(results: readonly Shown[]): string[] {
  const rows = results.map((result) => {
    const name = practices.find((each) => each.code === result.practice)?.name ?? '';
    return [
      result.practice,
      name,
      levelWord(result),
      result.target === undefined ? '' : String(result.target.level),
      fitWord(result),
      holdsIt(result),
    ];
  });
  return table([['', 'Practice', 'Proposed', 'Target', 'Fit', 'What holds it there'], ...rows]);
}

export function levelWord({ level, ceiling }: Pick<PracticeResult, 'level' | 'ceiling'>): string {
  const word = level === null ? 'not established' : `${level} ${levelNames[level]}`;
  return ceiling > (level ?? 0) ? `${word}, could be ${ceiling}` : word;
}

function fitWord(result: Shown): string {
  const gap = (result.target?.level ?? 0) - (result.level ?? 0);
  switch (result.fit) {
    case 'below':
      return `${gap} below`;
    case 'above':
      return `${-gap} above`;
    case 'at':
      return 'at target';
    case 'unknown':
      return result.target === undefined ? '' : 'unknown';
  }
}

function holdsIt({ blockers }: Shown): string {
  const said = blockers.slice(0, 2).map((blocker) => {
    if ('gate' in blocker) return `gate: ${blocker.gate}`;
    const assets = blocker.assets.slice(0, 2).join(', ');
    const state = blocker.status === 'notMet' ? 'not met' : `unknown, ${blocker.reason ?? ''}`;
    return `${blocker.indicator} (${state}${assets === '' ? '' : `: ${assets}`})`;
  });
  return said.join('; ') + (blockers.length > 2 ? ` and ${blockers.length - 2} more` : '');
}

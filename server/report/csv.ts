/** The work lists as a table for spreadsheets and ticket systems. */
import type { Report } from './report.ts';

const head = [
  'system',
  'asset',
  'name',
  'kind',
  'zone',
  'practice',
  'level',
  'indicator',
  'state',
  'why',
  'question',
  'fix',
  'effort',
];

/** RFC 4180; a cell that a spreadsheet would compute is led by an apostrophe. */
export function workCsv(reports: readonly Report[]): string {
  const rows = reports.flatMap(({ system, work }) =>
    work.flatMap(({ asset, name, kind, zone, items }) =>
      items.map(({ practice, level, indicator, state, reason, question, fix, effort }) => [
        system,
        asset,
        name,
        kind,
        zone,
        practice,
        String(level),
        indicator,
        state,
        reason ?? '',
        question,
        fix,
        effort,
      ]),
    ),
  );
  return [head, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Reads a table of comma, semicolon or tab separated values, as spreadsheets write it. */
import { CsvError, parse } from 'csv-parse/sync';
import type { Problem } from '../contract/plant.ts';
import { mostProblems } from './reader.ts';
import { readText, shownPath } from './yaml-source.ts';

export interface Row {
  readonly line: number;
  /** By heading, trimmed; empty cells are absent. */
  readonly cells: Readonly<Record<string, string>>;
}

export interface Table {
  /** As read, where it was read from a file. */
  readonly bytes?: Uint8Array;
  readonly file: string;
  readonly headings: readonly string[];
  readonly rows: readonly Row[];
  readonly problems: readonly Problem[];
}

export const tableLimitBytes = 16 * 1024 * 1024;
export const tableLimitRows = 200_000;
/** Every row is laid under every heading. */
export const tableLimitHeadings = 500;

export function readTable(path: string): Table {
  const file = shownPath(path);
  const loaded = readText(path, tableLimitBytes);
  if (loaded.text === undefined) return { file, headings: [], rows: [], problems: loaded.problems };
  return { ...parseTable(loaded.text, file), ...(loaded.bytes === undefined ? {} : { bytes: loaded.bytes }) };
}

export function parseTable(text: string, file: string): Table {
  const problems: Problem[] = [];
  const rows: Row[] = [];
  const [first, ...rest] = records(text, file, problems);
  const headings = (first?.record ?? []).map((heading) => heading.trim());
  if (headings.length > tableLimitHeadings) {
    const found = `${headings.length}`;
    problems.push({ file, line: 1, path: '', expected: `at most ${tableLimitHeadings} headings`, found });
    return { file, headings: [], rows, problems };
  }
  if (rest.length > tableLimitRows) {
    const { line = 0 } = rest[tableLimitRows] ?? {};
    problems.push({
      file,
      line,
      path: '',
      expected: `at most ${tableLimitRows} rows`,
      found: 'more',
      hint: 'split the file',
    });
    return { file, headings, rows, problems };
  }
  if (problems.length === 0 && first === undefined) {
    problems.push({ file, line: 1, path: '', expected: 'a line of headings', found: 'an empty file' });
  }
  for (const [index, heading] of headings.entries()) {
    if (heading !== '' && headings.indexOf(heading) !== index) {
      problems.push({ file, line: 1, path: heading, expected: 'each heading once', found: `"${heading}" again` });
    }
  }
  for (const { record, line } of rest) {
    if (problems.length > mostProblems) break;
    if (record.length > headings.length) {
      const [expected, found] = [`${headings.length} cells`, `${record.length}`];
      problems.push({
        file,
        line,
        path: '',
        expected,
        found,
        hint: 'put quotes round a cell that holds the separator',
      });
    }
    const cells = headings.map((heading, index) => [heading, (record[index] ?? '').trim()] as const);
    rows.push({ line, cells: Object.fromEntries(cells.filter(([heading, cell]) => heading !== '' && cell !== '')) });
  }
  return { file, headings, rows, problems };
}

function records(text: string, file: string, problems: Problem[]): { record: string[]; line: number }[] {
  try {
    const parsed: unknown = parse(text, {
      bom: true,
      info: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 100_000,
      // One row more than may be shows that there are too many.
      to: tableLimitRows + 2,
    });
    return (parsed as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      record,
      line: info.lines,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error['lines'] ?? 0);
    problems.push({
      file,
      line,
      path: '',
      expected: 'comma separated values',
      found: csvWords[error.code] ?? error.code,
    });
    return [];
  }
}

const csvWords: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that is never closed',
  INVALID_OPENING_QUOTE: 'a quote in the middle of a cell',
  CSV_INVALID_CLOSING_QUOTE: 'text after a closing quote',
  CSV_MAX_RECORD_SIZE: 'a row of more than 100000 characters',
};

/** The separator that the heading line uses most. */
function delimiterOf(text: string): string {
  const heading = text.slice(0, text.search(/[\r\n]|$/));
  const count = (mark: string) => heading.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

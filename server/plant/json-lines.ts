/** Files of one JSON object per line. */
import type { Problem } from '../contract/plant.ts';
import { isRecord, mostProblems } from './reader.ts';
import { type Loaded, readText, shownPath } from './yaml-source.ts';

export interface JsonLine {
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
}

export const linesLimitBytes = 256 * 1024 * 1024;
export const linesLimit = 1_000_000;

export function readJsonLines(path: string): {
  file: string;
  lines: readonly JsonLine[];
  problems: readonly Problem[];
  bytes?: Buffer;
} {
  const file = shownPath(path);
  const loaded: Loaded = readText(path, linesLimitBytes);
  if (loaded.text === undefined) return { file, lines: [], problems: loaded.problems };
  return { file, ...parseJsonLines(loaded.text, file), ...(loaded.bytes === undefined ? {} : { bytes: loaded.bytes }) };
}

export function parseJsonLines(
  text: string,
  file: string,
): { lines: readonly JsonLine[]; problems: readonly Problem[] } {
  const lines: JsonLine[] = [];
  const problems: Problem[] = [];
  let line = 0;
  for (let from = text.startsWith('\ufeff') ? 1 : 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    const raw = text.slice(from, end < 0 ? text.length : end);
    from = end < 0 ? text.length : end + 1;
    line += 1;
    if (problems.length > mostProblems) break;
    if (raw.trim() === '') continue;
    if (lines.length >= linesLimit) {
      problems.push({
        file,
        line,
        path: '',
        expected: `at most ${linesLimit} lines`,
        found: 'more',
        hint: 'split the file',
      });
      break;
    }
    const value = parse(raw);
    const key = value === undefined ? undefined : pollutingKey(raw, value);
    if (key !== undefined) problems.push({ file, line, path: key, expected: 'another key', found: `the key "${key}"` });
    else if (isRecord(value)) lines.push({ line, value });
    else {
      const found = value === undefined ? 'no JSON' : 'JSON of another kind';
      problems.push({ file, line, path: '', expected: 'one JSON object', found });
    }
  }
  return { lines, problems };
}

/** `__proto__` as a key, anywhere: schemas pass over it in silence. */
function pollutingKey(raw: string, value: unknown): string | undefined {
  if (!/__proto__|\\u005f/i.test(raw)) return undefined;
  const open: unknown[] = [value];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (typeof each !== 'object' || each === null) continue;
    if (Object.hasOwn(each, '__proto__')) return '__proto__';
    for (const held of Object.values(each)) if (held !== undefined && held !== null) open.push(held);
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The caller says which line.
    return undefined;
  }
}

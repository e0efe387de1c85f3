/** Files of one JSON object per line. */
import type { Problem } from '../contract/plant.ts';
import { isRecord } from './reader.ts';
import { type Loaded, readText, shownPath } from './yaml-source.ts';

export interface JsonLine {
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
}

export const linesLimitBytes = 256 * 1024 * 1024;

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
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    if (raw.trim() === '') continue;
    const value = parse(raw);
    if (isRecord(value)) lines.push({ line: index + 1, value });
    else {
      const found = value === undefined ? 'no JSON' : 'JSON of another kind';
      problems.push({ file, line: index + 1, path: '', expected: 'one JSON object', found });
    }
  }
  return { lines, problems };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The caller says which line.
    return undefined;
  }
}

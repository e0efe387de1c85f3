/** One YAML file with the line of every value, read within bounds: a pack may come from anywhere. */
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { nearest } from '../engine/language.ts';
import type { Problem } from './problem.ts';

export const maxFileBytes = 64 * 1024;
const maxDepth = 24;

export type Path = readonly (string | number)[];

export interface YamlFile {
  readonly name: string;
  readonly value: unknown;
  /** Line of the value at a path, or of the nearest thing above it that stands in the file. */
  lineOf(path: Path, offset?: number): number;
}

/** Reads the text; what is wrong with it goes to `problems`, and the result is then undefined. */
export function readYaml(name: string, text: string, problems: Problem[]): YamlFile | undefined {
  const trouble = boundTrouble(text);
  if (trouble !== undefined) {
    problems.push({ file: name, line: trouble.line, path: '', expected: trouble.expected, found: trouble.found });
    return undefined;
  }
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: true,
    maxAliasCount: 0,
  } as never);
  for (const error of [...document.errors, ...document.warnings]) {
    const { line } = counter.linePos(error.pos[0]);
    problems.push({ file: name, line, path: '', expected: 'YAML', found: error.message });
  }
  // Schemas pass over this key in silence.
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '__proto__') return;
      const { line } = counter.linePos(key.range?.[0] ?? 0);
      problems.push({ file: name, line, path: '', expected: 'another key', found: '"__proto__"' });
    },
  });
  if (document.errors.length > 0) return undefined;
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    problems.push({ file: name, line: 1, path: '', expected: 'YAML without aliases', found: String(error) });
    return undefined;
  }
  return {
    name,
    value,
    lineOf: (path, offset) => lineIn(document.contents, { path, offset: offset ?? 0, text, counter }),
  };
}

/** Everything that a schema refuses, with lines; a misspelt key with the nearest known one. */
export function problemsOf(file: YamlFile, error: z.ZodError, knownKeys: readonly string[] = []): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const near = nearest(key, knownKeys);
        return {
          ...at(file, [...path, key]),
          expected: 'known keys only',
          found: JSON.stringify(key),
          ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
        };
      });
    }
    return [{ ...at(file, path), expected: expectedBy(issue), found: shown(valueAt(file.value, path)) }];
  });
}

export function at(file: YamlFile, path: Path, offset?: number): Pick<Problem, 'file' | 'line' | 'path'> {
  return { file: file.name, line: file.lineOf(path, offset), path: path.join('.') };
}

function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'record' || issue.expected === 'object' ? 'a map' : `a value of type ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    default:
      return issue.message.replace(/^Invalid input: expected /, '');
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function valueAt(value: unknown, path: Path): unknown {
  let now = value;
  for (const part of path) {
    if (typeof now !== 'object' || now === null) return undefined;
    now = (now as Record<string | number, unknown>)[part];
  }
  return now;
}

interface Wanted {
  readonly path: Path;
  readonly offset: number;
  readonly text: string;
  readonly counter: LineCounter;
}

function lineIn(contents: unknown, wanted: Wanted): number {
  const { path, offset, text, counter } = wanted;
  for (let length = path.length; length >= 0; length--) {
    const node = nodeAt(contents, path.slice(0, length));
    if (!isNode(node) || !node.range) continue;
    const start = counter.linePos(node.range[0]).line;
    if (length < path.length || !isScalar(node) || offset === 0) return start;
    // A block text starts on the line after its mark, and keeps its line breaks when it is literal.
    const block = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
    const before = String(node.value).slice(0, offset).split('\n').length - 1;
    return start + (block ? 1 : 0) + before;
  }
  return text === '' ? 0 : 1;
}

function nodeAt(contents: unknown, path: Path): unknown {
  let node = contents;
  for (const [index, part] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === part);
      // An unknown or empty key points at itself.
      if (index === path.length - 1 && pair && !pair.value) return pair.key;
      node = pair?.value;
    } else if (typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)) {
      node = node.items[Number(part)];
    } else return undefined;
  }
  return node;
}

/** Size and nesting are checked on the bytes, before any parser walks them. */
function boundTrouble(text: string): { line: number; expected: string; found: string } | undefined {
  if (Buffer.byteLength(text) > maxFileBytes) {
    return { line: 0, expected: `at most ${maxFileBytes} bytes`, found: `${Buffer.byteLength(text)}` };
  }
  let line = 1;
  let depth = 0;
  let indent = 0;
  let atStart = true;
  for (const char of text) {
    if (char === '\n') {
      line++;
      indent = 0;
      atStart = true;
      continue;
    }
    if (atStart && (char === ' ' || char === '-')) indent++;
    else atStart = false;
    if (char === '[' || char === '{') depth++;
    if (char === ']' || char === '}') depth = Math.max(0, depth - 1);
    if (depth > maxDepth || (atStart && indent > 4 * maxDepth)) {
      return { line, expected: `at most ${maxDepth} levels of nesting`, found: 'more' };
    }
  }
  return undefined;
}

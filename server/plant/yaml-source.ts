/**
 * Reads a YAML file into plain values that remember their lines. What has no place in a file that people review is
 * refused with its line: aliases (one line can stand for a million), tags, duplicate keys, several documents.
 */
import { readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Problem } from '../contract/plant.ts';

/** Where a value stands, and where its key does. */
export interface Place {
  readonly line: number;
  readonly keyLine: number;
  readonly children: ReadonlyMap<string | number, Place>;
}

export interface Source {
  /** As messages name it. */
  readonly file: string;
  readonly value: unknown;
  readonly place: Place;
}

/** The worst megabyte takes the parser about 6 s; 5000 probed assets need less than one. */
export const yamlLimitBytes = 4 * 1024 * 1024;
/** Commas and line ends: a parsed value costs a hundred times its bytes. 10,000 assets on lines of their own need a third. */
export const yamlLimitMarks = 400_000;
const reportedSyntaxErrors = 20;

export interface Loaded {
  readonly path: string;
  readonly text?: string;
  readonly bytes?: Buffer;
  readonly problems: readonly Problem[];
}

/** Reads a text file of bounded size, strictly as UTF-8. */
export function readText(path: string, limitBytes: number): Loaded {
  const absolute = resolve(path);
  const file = shownPath(path);
  const refuse = (expected: string, found: string): Loaded => ({
    path: absolute,
    problems: [{ file, line: 0, path: '', expected, found }],
  });
  try {
    const stat = statSync(absolute);
    if (!stat.isFile()) return refuse('a file', stat.isDirectory() ? 'a folder' : 'something else');
    if (stat.size > limitBytes) return refuse(`at most ${limitBytes} bytes`, `${stat.size} bytes`);
    const bytes = readFileSync(absolute);
    if (bytes.length > limitBytes) return refuse(`at most ${limitBytes} bytes`, `${bytes.length} bytes`);
    return { path: absolute, bytes, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), problems: [] };
  } catch (error) {
    if (error instanceof TypeError) return refuse('UTF-8 text', 'bytes that are none');
    return refuse('a readable file', systemWord(error));
  }
}

export function readYaml(path: string): Loaded & { readonly source?: Source } {
  const loaded = readText(path, yamlLimitBytes);
  if (loaded.text === undefined) return loaded;
  const { source, problems } = parseYaml(loaded.text, shownPath(path));
  return { ...loaded, problems, ...(source === undefined ? {} : { source }) };
}

export function parseYaml(text: string, file: string): { source?: Source; problems: readonly Problem[] } {
  const trouble = tooManyMarks(text);
  if (trouble !== undefined) return { problems: [{ file, ...trouble }] };
  const lines = new LineCounter();
  // The library compares every key with every other (quadratic) and prints source lines (secrets): both are ours here.
  const document = parseDocument(text, { version: '1.2', uniqueKeys: false, prettyErrors: false, lineCounter: lines });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const told = faults.slice(0, reportedSyntaxErrors).map((fault) => syntaxProblem(file, fault, lines));
    return { problems: told };
  }
  const problems: Problem[] = [];
  const built = build(document.contents, { file, lines, problems, keyLine: 1, path: '' });
  return problems.length > 0 ? { problems } : { source: { file, value: built.value, place: built.place }, problems };
}

function tooManyMarks(text: string): Omit<Problem, 'file'> | undefined {
  if (text.length < yamlLimitMarks) return undefined;
  let marks = 0;
  let line = 1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code !== 10 && code !== 44) continue;
    marks += 1;
    if (marks > yamlLimitMarks) {
      const hint = 'split the file, or keep assets in a table: assets: {from: inventory.csv}';
      return { line, path: '', expected: `at most ${yamlLimitMarks} commas and lines`, found: 'more', hint };
    }
    if (code === 10) line += 1;
  }
  return undefined;
}

/** How messages name a file: as seen from where we were started, when it lies below. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), resolve(path));
  return near.startsWith('..') ? resolve(path) : near;
}

function syntaxProblem(
  file: string,
  fault: { code: string; message: string; pos: [number, number] },
  lines: LineCounter,
) {
  const line = lines.linePos(fault.pos[0]).line;
  const found = faultWords[fault.code] ?? withoutSource(fault.message);
  return { file, line, path: '', expected: 'YAML 1.2', found };
}

/** The library's sentence up to where it quotes the file: that may be a secret. */
function withoutSource(message: string): string {
  return message.replace(/[:\n].*$/s, '');
}

const faultWords: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab as indentation (use spaces)',
  MULTIPLE_DOCS: 'a second document (---)',
  RESOURCE_EXHAUSTION: 'values nested too deeply',
  TAG_RESOLVE_FAILED: 'a tag (!...)',
  MULTIPLE_ANCHORS: 'an anchor (&...)',
  MULTIPLE_TAGS: 'a tag (!...)',
  BAD_ALIAS: 'an alias (*...)',
};

interface Building {
  readonly file: string;
  readonly lines: LineCounter;
  readonly problems: Problem[];
  readonly keyLine: number;
  readonly path: string;
}

function build(node: unknown, at: Building): { value: unknown; place: Place } {
  const offset = rangeOf(node);
  const line = offset === undefined ? at.keyLine : at.lines.linePos(offset).line;
  const children = new Map<string | number, Place>();
  const place = { line, keyLine: at.keyLine, children };
  const refuse = (expected: string, found: string, where = line) =>
    at.problems.push({ file: at.file, line: where, path: at.path, expected, found });

  if (isAlias(node)) refuse('the value written out', `the alias *${node.source}`);
  else if (isSeq(node)) {
    const value = node.items.map((item, index) => {
      const child = build(item, { ...at, keyLine: line, path: `${at.path}[${index}]` });
      children.set(index, child.place);
      return child.value;
    });
    return { value, place };
  } else if (isMap(node)) {
    const value: Record<string, unknown> = {};
    for (const { key, value: held } of node.items) {
      const keyOffset = rangeOf(key);
      const keyLine = keyOffset === undefined ? line : at.lines.linePos(keyOffset).line;
      const name = isScalar(key) ? (typeof key.value === 'string' ? key.value : key.source) : undefined;
      if (name === undefined || name === '<<') refuse('a plain key', name ?? 'a key that is no text', keyLine);
      else if (name === '__proto__') refuse('another key', 'the key "__proto__"', keyLine);
      else if (children.has(name)) refuse('each key once', `the key ${shown(name)} again`, keyLine);
      else {
        const child = build(held, { ...at, keyLine, path: at.path === '' ? name : `${at.path}.${name}` });
        children.set(name, child.place);
        value[name] = child.value;
      }
    }
    return { value, place };
  }
  return { value: isScalar(node) ? node.value : undefined, place };
}

function rangeOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

function systemWord(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === 'ENOENT' ? 'no such file' : code === 'EACCES' ? 'no permission to read it' : code || 'an error';
}

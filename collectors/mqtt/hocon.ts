/**
 * Reads HOCON as EMQX writes and takes it (lightbend/config, HOCON.md): objects, lists, dotted keys, both kinds of
 * comments, quoted and bare text, `include`, references. Pure and bounded: nothing is expanded that nobody asks for.
 * Problems name what kind of thing was found and never quote values: passwords stand in such files.
 */
export interface HoconProblem {
  readonly file: string;
  readonly line: number;
  readonly expected: string;
  readonly found: string;
}

interface Where {
  readonly file: string;
  readonly line: number;
}
export type HoconObject = Where & { readonly kind: 'object'; readonly entries: Map<string, HoconValue> };
export type HoconValue =
  | HoconObject
  | (Where & { readonly kind: 'list'; readonly items: HoconValue[] })
  | (Where & { readonly kind: 'text'; readonly text: string })
  | (Where & { readonly kind: 'parts'; readonly parts: readonly (HoconValue | Reference)[] });

export interface Reference {
  readonly kind: 'reference';
  readonly path: readonly string[];
}

export interface HoconSource {
  readonly name: string;
  readonly text: string;
}

export interface HoconDocument {
  readonly root: HoconObject;
  readonly problems: readonly HoconProblem[];
  /** Files that are included and were not handed over. */
  readonly wanted: readonly string[];
}

const deepest = 64;
const mostIncluded = 8;
const mostCharacters = 8 * 1024 * 1024;

/** Later sources win over earlier ones, key by key. `files`: what `include` may name. */
export function readHocon(sources: readonly HoconSource[], files: ReadonlyMap<string, string>): HoconDocument {
  const root: HoconObject = { kind: 'object', entries: new Map(), file: '', line: 1 };
  const reading: Reading = { files, problems: [], wanted: new Set(), characters: 0, includes: [] };
  for (const source of sources) readSource(source, root, reading);
  return { root, problems: reading.problems, wanted: [...reading.wanted] };
}

interface Reading {
  readonly files: ReadonlyMap<string, string>;
  readonly problems: HoconProblem[];
  readonly wanted: Set<string>;
  characters: number;
  readonly includes: string[];
}

class SyntaxFault extends Error {
  readonly problem: HoconProblem;
  constructor(problem: HoconProblem) {
    super(problem.expected);
    this.problem = problem;
  }
}

/** What stands behind a syntax error cannot be told: each file gives its first one. */
function readSource(source: HoconSource, into: HoconObject, reading: Reading): void {
  reading.characters += source.text.length;
  try {
    if (reading.characters > mostCharacters)
      throw new SyntaxFault({ file: source.name, line: 1, expected: 'less than 8 MiB in all', found: 'more' });
    readMembers(cursorOf(source), into, reading);
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    reading.problems.push(error.problem);
  }
}

interface Cursor {
  readonly file: string;
  readonly text: string;
  at: number;
  line: number;
  depth: number;
}

function cursorOf({ name, text }: HoconSource): Cursor {
  return { file: name, text: text.replace(/^\ufeff/, ''), at: 0, line: 1, depth: 0 };
}

function readMembers(cursor: Cursor, root: HoconObject, reading: Reading): void {
  skip(cursor, 'lines');
  const braced = cursor.text[cursor.at] === '{';
  if (braced) cursor.at++;
  members(cursor, root, { reading, end: braced ? '}' : '' });
  skip(cursor, 'lines');
  if (cursor.at < cursor.text.length) throw fault(cursor, 'nothing after the last brace');
}

function members(cursor: Cursor, into: HoconObject, of: { reading: Reading; end: '}' | '' }): void {
  for (;;) {
    skip(cursor, 'members');
    const next = cursor.text[cursor.at];
    if (next === undefined) {
      if (of.end === '') return;
      throw fault(cursor, `a closing brace for line ${into.line}`);
    }
    if (next === '}' && of.end === '}') {
      cursor.at++;
      return;
    }
    if (/^include[ \t]+["fr]/.test(cursor.text.slice(cursor.at, cursor.at + 20))) {
      included(cursor, into, of.reading);
      continue;
    }
    const line = cursor.line;
    const path = keyPath(cursor);
    skip(cursor, 'blanks');
    if (cursor.text[cursor.at] !== '{') {
      const sign = /^(\+?=|:)/.exec(cursor.text.slice(cursor.at, cursor.at + 2))?.[0];
      if (sign === undefined) throw fault(cursor, 'an equals sign or an opening brace after the name of a setting');
      cursor.at += sign.length;
      if (sign === '+=') throw fault(cursor, 'a whole list (EMQX takes no +=)');
      skip(cursor, 'lines');
    }
    set(into, path, value(cursor, of.reading, line));
  }
}

function included(cursor: Cursor, into: HoconObject, reading: Reading): void {
  const told = /^include[ \t]+((?:required\()?(?:file\()?)"([^"\n]{1,500})"(\)*)/.exec(
    cursor.text.slice(cursor.at, cursor.at + 600),
  );
  const [whole, opening = '', name, closing = ''] = told ?? [];
  if (whole === undefined || name === undefined || (opening.match(/\(/g) ?? []).length !== closing.length)
    throw fault(cursor, 'the name of a file after include');
  cursor.at += whole.length;
  const text = reading.files.get(name);
  if (text === undefined) {
    reading.wanted.add(name);
    return;
  }
  if (reading.includes.length >= mostIncluded || reading.includes.includes(name))
    throw fault(cursor, 'no file that includes itself');
  reading.includes.push(name);
  readSource({ name, text }, into, reading);
  reading.includes.pop();
}

function keyPath(cursor: Cursor): string[] {
  const path: string[] = [];
  for (;;) {
    if (cursor.text[cursor.at] === '"') path.push(quoted(cursor));
    else {
      const word = /^[^\s"{}[\]:=,+#`^?!@*&\\.$/()]+/.exec(cursor.text.slice(cursor.at, cursor.at + 256))?.[0];
      if (word === undefined) throw fault(cursor, 'the name of a setting');
      cursor.at += word.length;
      path.push(word);
    }
    if (path.length > deepest) throw fault(cursor, `no more than ${deepest} names in a path`);
    if (cursor.text[cursor.at] !== '.') return path;
    cursor.at++;
  }
}

/** A value may be put together of parts, up to the end of its line. */
function value(cursor: Cursor, reading: Reading, line: number): HoconValue {
  if (++cursor.depth > deepest) throw fault(cursor, `no more than ${deepest} levels`);
  const { file } = cursor;
  const parts: (HoconValue | Reference)[] = [];
  let bare = '';
  const keep = () => {
    if (bare.trim() !== '') parts.push({ kind: 'text', text: parts.length === 0 ? bare.trim() : bare, file, line });
    bare = '';
  };
  for (;;) {
    const next = cursor.text[cursor.at];
    if (next === undefined || next === '\n' || next === ',' || next === '}' || next === ']' || isComment(cursor)) break;
    if (next === '{' || next === '[' || next === '"' || (next === '$' && cursor.text[cursor.at + 1] === '{')) keep();
    if (next === '{') {
      const object: HoconObject = { kind: 'object', entries: new Map(), file, line: cursor.line };
      cursor.at++;
      members(cursor, object, { reading, end: '}' });
      parts.push(object);
    } else if (next === '[') parts.push(list(cursor, reading));
    else if (next === '"') parts.push({ kind: 'text', text: quoted(cursor), file, line });
    else if (next === '$' && cursor.text[cursor.at + 1] === '{') parts.push(reference(cursor));
    else {
      bare += next;
      cursor.at++;
    }
  }
  keep();
  cursor.depth--;
  const [only] = parts;
  if (only === undefined) throw fault(cursor, 'a value');
  return parts.length === 1 && only.kind !== 'reference' ? only : { kind: 'parts', parts, file, line };
}

function list(cursor: Cursor, reading: Reading): HoconValue {
  const { file, line } = cursor;
  const items: HoconValue[] = [];
  cursor.at++;
  for (;;) {
    skip(cursor, 'members');
    if (cursor.text[cursor.at] === ']') {
      cursor.at++;
      return { kind: 'list', items, file, line };
    }
    if (cursor.at >= cursor.text.length) throw fault(cursor, `a closing bracket for line ${line}`);
    items.push(value(cursor, reading, cursor.line));
  }
}

function reference(cursor: Cursor): Reference {
  const told = /^\$\{\??([A-Za-z0-9_.-]{1,200})\}/.exec(cursor.text.slice(cursor.at, cursor.at + 210));
  if (told === null) throw fault(cursor, 'the path of a setting in the braces of a reference');
  cursor.at += told[0].length;
  return { kind: 'reference', path: (told[1] ?? '').split('.') };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function quoted(cursor: Cursor): string {
  const { line } = cursor;
  if (cursor.text.startsWith('"""', cursor.at)) {
    let end = cursor.text.indexOf('"""', cursor.at + 3);
    if (end < 0) throw fault({ ...cursor, line, at: cursor.text.length }, 'three closing quotation marks');
    // Further marks before the last three belong to the text.
    while (cursor.text[end + 3] === '"') end++;
    const text = cursor.text.slice(cursor.at + 3, end);
    cursor.line += text.split('\n').length - 1;
    cursor.at = end + 3;
    return text.startsWith('~') ? text.slice(1) : text;
  }
  let text = '';
  for (let at = cursor.at + 1; ; at++) {
    const next = cursor.text[at];
    if (next === undefined || next === '\n') throw fault({ ...cursor, line, at }, 'a closing quotation mark');
    if (next === '"') {
      cursor.at = at + 1;
      return text;
    }
    if (next !== '\\') {
      text += next;
      continue;
    }
    at++;
    const code = /^u([0-9a-f]{4})/i.exec(cursor.text.slice(at, at + 5))?.[1];
    if (code !== undefined) at += 4;
    const escaped = cursor.text[code === undefined ? at : at - 4] ?? '';
    text += code === undefined ? (escapes[escaped] ?? escaped) : String.fromCharCode(Number.parseInt(code, 16));
  }
}

/** `blanks`: within a line; `lines`: over line ends; `members`: over commas too. Comments always. */
function skip(cursor: Cursor, over: 'blanks' | 'lines' | 'members'): void {
  for (;;) {
    const next = cursor.text[cursor.at];
    if (next === '\n' && over !== 'blanks') cursor.line++;
    else if (next === ',' && over === 'members') {
    } else if (next !== ' ' && next !== '\t' && next !== '\r') {
      if (over === 'blanks' || !isComment(cursor)) return;
      const end = cursor.text.indexOf('\n', cursor.at);
      cursor.at = end < 0 ? cursor.text.length : end;
      continue;
    }
    cursor.at++;
  }
}

/** `//` begins a comment only where a word could begin: addresses of web pages stand unquoted too. */
function isComment({ text, at }: Cursor): boolean {
  if (text[at] === '#') return true;
  return text[at] === '/' && text[at + 1] === '/' && (at === 0 || /[\s,{[]/.test(text[at - 1] ?? ''));
}

function fault({ file, line, text, at }: Cursor, expected: string): SyntaxFault {
  const next = text[at];
  const found =
    next === undefined
      ? 'the end of the file'
      : next === '\n'
        ? 'the end of the line'
        : /[{}[\]:=,+#$"]/.test(next)
          ? JSON.stringify(next)
          : 'other text';
  return new SyntaxFault({ file, line, expected, found });
}

/** Objects unite; an object whose names are numbers changes single items of a list; anything else replaces. */
export function set(into: HoconObject, path: readonly string[], given: HoconValue): void {
  const [name = '', ...rest] = path;
  const { file, line } = given;
  const next: HoconValue = rest.length === 0 ? given : { kind: 'object', entries: new Map(), file, line };
  if (rest.length > 0 && next.kind === 'object') set(next, rest, given);
  into.entries.set(name, united(into.entries.get(name), next));
}

function united(before: HoconValue | undefined, next: HoconValue): HoconValue {
  if (before === undefined || next.kind !== 'object') return next;
  if (before.kind === 'object') {
    // In place: a copy for every line of a long file would cost its square.
    for (const [name, each] of next.entries) before.entries.set(name, united(before.entries.get(name), each));
    return before;
  }
  if (before.kind === 'list' && [...next.entries.keys()].every((name) => /^[1-9]\d{0,3}$/.test(name))) {
    const { items } = before;
    for (const [name, each] of next.entries) {
      const index = Math.min(Number(name) - 1, items.length);
      items[index] = united(items[index], each);
    }
    return before;
  }
  return next;
}

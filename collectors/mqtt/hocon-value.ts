/** Asks a HOCON document for settings, following references. Pure. What cannot be followed is a problem with its line. */
import type { HoconObject, HoconProblem, HoconValue, Reference } from './hocon.ts';

export interface Settings {
  /** The names below a path; an empty list where it is not set. */
  names(path: readonly string[]): readonly string[];
  /** A word, number or text; undefined where it is not set. */
  word(path: readonly string[]): string | undefined;
  /** true or false. */
  flag(path: readonly string[], otherwise: boolean): boolean;
  /** Words of a list, or of a text with commas. */
  words(path: readonly string[]): readonly string[] | undefined;
  /** The path of every element of a list; the path itself for a single object; undefined where it is not set. */
  elements(path: readonly string[]): readonly (readonly string[])[] | undefined;
  has(path: readonly string[]): boolean;
  isWord(path: readonly string[]): boolean;
  isObject(path: readonly string[]): boolean;
  /** Where a setting stands, for problems. */
  problem(path: readonly string[], expected: string, found: string): void;
}

const deepest = 16;
const longest = 64 * 1024;
/** References that one document may ask to be followed: each may name many others. */
const mostSteps = 20_000;

export function settingsOf(root: HoconObject, problems: HoconProblem[]): Settings {
  let steps = 0;

  function resolved(given: HoconValue | Reference | undefined, depth = 0): HoconValue | undefined {
    if (given === undefined) return undefined;
    if (depth > deepest || ++steps > mostSteps) return undefined;
    if (given.kind === 'reference') return find(root, given.path, depth + 1);
    if (given.kind !== 'parts') return isNull(given) ? undefined : given;
    const parts = given.parts.map((part) => resolved(part, depth + 1));
    const [first] = parts;
    if (parts.length === 1) return first ?? missing(given);
    if (parts.every((part) => part?.kind === 'text')) {
      const text = parts.map((part) => (part?.kind === 'text' ? part.text : '')).join('');
      return text.length > longest ? missing(given) : { ...given, kind: 'text', text };
    }
    if (parts.every((part) => part?.kind === 'object')) {
      const entries = new Map<string, HoconValue>();
      for (const part of parts)
        if (part?.kind === 'object') for (const [name, each] of part.entries) entries.set(name, each);
      return { ...given, kind: 'object', entries };
    }
    return missing(given);
  }

  function missing({ file, line }: HoconValue): undefined {
    problems.push({ file, line, expected: 'a reference to a setting of these files', found: 'one that leads nowhere' });
    return undefined;
  }

  function find(from: HoconValue | undefined, path: readonly string[], depth = 0): HoconValue | undefined {
    let at = from;
    for (const name of path) {
      at = resolved(at, depth);
      if (at?.kind === 'object') at = at.entries.get(name);
      else if (at?.kind === 'list') at = at.items[Number(name)];
      else return undefined;
    }
    return resolved(at, depth);
  }

  function problem(path: readonly string[], expected: string, found: string): void {
    const known = path
      .map((_, index) => find(root, path.slice(0, path.length - index)))
      .find((each) => each !== undefined);
    const { file, line } = known ?? root;
    problems.push({ file, line, expected: `${expected} after ${path.join('.')}`, found });
  }

  function word(path: readonly string[]): string | undefined {
    const held = find(root, path);
    if (held === undefined) return undefined;
    if (held.kind === 'text') return held.text;
    problem(path, 'one word', held.kind === 'list' ? 'a list' : 'an object');
    return undefined;
  }

  return {
    names(path) {
      const held = find(root, path);
      if (held === undefined) return [];
      if (held.kind === 'object') return [...held.entries.keys()];
      problem(path, 'an object', held.kind === 'list' ? 'a list' : 'a word');
      return [];
    },
    word,
    flag(path, otherwise) {
      const held = word(path);
      if (held === undefined) return otherwise;
      if (held !== 'true' && held !== 'false') problem(path, 'true or false', 'another word');
      return held === 'true';
    },
    words(path) {
      const held = find(root, path);
      if (held === undefined) return undefined;
      if (held.kind === 'text')
        return held.text
          .split(',')
          .map((each) => each.trim())
          .filter((each) => each !== '');
      const items = held.kind === 'list' ? held.items.map((item) => resolved(item)) : [];
      const texts = items.flatMap((item) => (item?.kind === 'text' ? item.text : []));
      if (held.kind !== 'list' || texts.length < items.length) problem(path, 'a list of words', 'something else');
      return texts;
    },
    elements(path) {
      const held = find(root, path);
      if (held === undefined) return undefined;
      if (held.kind === 'text') problem(path, 'a list', 'a word');
      return held.kind === 'list' ? held.items.map((_, index) => [...path, `${index}`]) : [path];
    },
    has: (path) => find(root, path) !== undefined,
    isWord: (path) => find(root, path)?.kind === 'text',
    isObject: (path) => find(root, path)?.kind === 'object',
    problem,
  };
}

function isNull(given: HoconValue): boolean {
  return given.kind === 'text' && given.text === 'null';
}

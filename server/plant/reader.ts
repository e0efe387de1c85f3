/** Reads parts of a source by their schemas and collects what is wrong, so that one mistake never hides another. */
import type { z } from 'zod';
import type { Problem } from '../contract/plant.ts';
import { BadInput } from '../contract/problem.ts';
import type { Place, Source } from './yaml-source.ts';

export type Path = readonly (string | number)[];

export interface Reader {
  readonly file: string;
  /** The value at a path; undefined where there is none. */
  at(path: Path): unknown;
  line(path: Path): number;
  /** A whole value, or undefined with its problems noted. */
  value<T>(schema: z.ZodType<T>, path: Path): T | undefined;
  /** Every key that fits; what does not is noted and left out, and so is each unknown key. */
  fields<S extends z.ZodRawShape>(schema: z.ZodObject<S>, path: Path): Partial<z.output<z.ZodObject<S>>>;
  /** Length of a list, 0 where there is none; anything else is noted. */
  length(path: Path): number;
  note(path: Path, expected: string, found?: string, hint?: string): void;
}

/** Nobody reads more; a reader of many rows may stop when it has as many. */
export const mostProblems = 1000;
/** Nobody reads hints beyond these, and nearness costs time. */
export const mostHints = 200;

export function readerOf(source: Source, problems: Problem[]): Reader {
  const at = (path: Path) => path.reduce<unknown>((value, key) => childOf(value, key), source.value);
  const line = (path: Path) => lineOf(source.place, path);

  function note(path: Path, expected: string, found?: string, hint?: string) {
    const told = found ?? describe(at(path), path);
    const problem = { file: source.file, line: line(path), path: pathText(path), expected, found: told };
    problems.push(hint === undefined ? problem : { ...problem, hint });
  }

  function noteIssues(issues: readonly z.core.$ZodIssue[], base: Path) {
    for (const issue of issues) {
      const path = [...base, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
      if (issue.code === 'unrecognized_keys') {
        const known = knownKeys.get(issue) ?? [];
        for (const key of issue.keys) {
          const hint = problems.length < mostHints ? nearest(key, known) : undefined;
          note(
            [...path, key],
            known.length === 0 ? 'no such key' : `one of the keys ${known.join(', ')}`,
            quoted(key),
            hint,
          );
        }
      } else noteIssue(issue, path);
    }
  }

  function noteIssue(issue: z.core.$ZodIssue, path: Path) {
    const value = at(path);
    if (issue.code === 'invalid_union' && issue.message === 'Invalid input') {
      return noteIssues(bestBranch(issue.errors), path);
    }
    const expected = expectedBy(issue);
    const hint = hintFor(issue, value);
    note(path, expected, undefined, hint);
  }

  function value<T>(schema: z.ZodType<T>, path: Path): T | undefined {
    const parsed = schema.safeParse(at(path));
    if (parsed.success) return parsed.data;
    noteIssues(withKeys(parsed.error.issues, schema), path);
    return undefined;
  }

  return {
    file: source.file,
    at,
    line,
    value,
    note,
    fields(schema, path) {
      const held = at(path);
      const parsed = schema.safeParse(held);
      if (parsed.success) return parsed.data;
      noteIssues(withKeys(parsed.error.issues, schema), path);
      if (!isRecord(held)) return {};
      const bad = new Set(
        parsed.error.issues.flatMap((issue) =>
          'keys' in issue && issue.path.length === 0 ? issue.keys : [issue.path[0]],
        ),
      );
      const rest = Object.fromEntries(Object.entries(held).filter(([key]) => !bad.has(key)));
      const again = schema.partial().safeParse(rest);
      // A key of the rest fits by itself, so a second refusal would be a fault of the schema.
      return again.success ? (again.data as Partial<z.output<typeof schema>>) : {};
    },
    length(path) {
      const held = at(path);
      if (held === undefined || Array.isArray(held)) return held?.length ?? 0;
      note(path, 'a list');
      return 0;
    },
  };
}

/** Throws what was found, if anything, in the order of the lines; more than a thousand problems are counted instead of listed. */
export function throwProblems(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const files = [...new Set(problems.map(({ file }) => file))];
  const sorted = [...problems].sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line);
  const told = sorted.slice(0, mostProblems);
  const rest = problems.length - told.length;
  const last = told.at(-1);
  if (rest > 0 && last !== undefined) {
    told.push({ file: last.file, line: 0, path: '', expected: 'fewer problems', found: `${rest} more` });
  }
  throw new BadInput(told);
}

/** `did you mean "broker"?` when one of the names is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (name.length > 64) return undefined;
  const bound = Math.floor(name.length / 3);
  let best: string | undefined;
  let least = bound + 1;
  for (const each of names) {
    const distance =
      Math.abs(each.length - name.length) > bound ? least : editDistance(name.toLowerCase(), each.toLowerCase());
    if (distance < least) [best, least] = [each, distance];
  }
  return best === undefined ? undefined : `did you mean "${best}"?`;
}

/** What stands there, for a message: never a value from where secrets may be written. */
export function describe(value: unknown, path: Path = []): string {
  const secretive = path[0] === 'credentials' || path.some((key) => typeof key === 'string' && secretName.test(key));
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  switch (typeof value) {
    case 'string':
      return secretive ? 'a text written out' : quoted(value);
    case 'number':
    case 'boolean':
      return secretive ? `a ${typeof value}` : String(value);
    case 'object':
      return 'a map';
    default:
      return typeof value;
  }
}

const secretName = /pass|secret|token|community|privkey|authkey|privatekey/i;

export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function childOf(value: unknown, key: string | number): unknown {
  if (typeof key === 'number') return Array.isArray(value) ? value[key] : undefined;
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function lineOf(place: Place, path: Path): number {
  let here = place;
  let line = place.line;
  for (const key of path) {
    const child = here.children.get(key);
    if (child === undefined) break;
    here = child;
    line = typeof key === 'number' ? child.line : child.keyLine;
  }
  return line;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(', ')}`;
    default:
      return issue.message;
  }
}

function hintFor(issue: z.core.$ZodIssue, value: unknown): string | undefined {
  if (issue.code === 'invalid_value' && typeof value === 'string') return nearest(value, issue.values.map(String));
  if (
    issue.code === 'invalid_type' &&
    issue.expected === 'string' &&
    (typeof value === 'number' || typeof value === 'boolean')
  ) {
    return 'put it in quotes';
  }
  return undefined;
}

/** Of several shapes that a value may have, the one it comes nearest to. */
function bestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const weight = (issues: readonly z.core.$ZodIssue[]) =>
    issues.reduce((sum, issue) => sum + (issue.path.length === 0 && issue.code === 'invalid_type' ? 100 : 1), 0);
  return [...branches].sort((a, b) => weight(a) - weight(b))[0] ?? [];
}

const knownKeys = new WeakMap<z.core.$ZodIssue, readonly string[]>();

/** Remembers, for each issue about unknown keys, which keys the schema knows there. */
function withKeys(issues: readonly z.core.$ZodIssue[], schema: z.ZodType): readonly z.core.$ZodIssue[] {
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') knownKeys.set(issue, keysAt(schema, issue.path));
  }
  return issues;
}

function keysAt(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  const definition =
    isRecord(schema) || typeof schema === 'object' ? childOf(childOf(schema as object, '_zod'), 'def') : undefined;
  const inner = childOf(definition, 'innerType');
  if (inner !== undefined) return keysAt(inner, path);
  const [first, ...rest] = path;
  const shape = childOf(definition, 'shape');
  if (first === undefined) return isRecord(shape) ? Object.keys(shape) : [];
  if (typeof first === 'number') return keysAt(childOf(definition, 'element'), rest);
  return keysAt(isRecord(shape) ? shape[String(first)] : childOf(definition, 'valueType'), rest);
}

function editDistance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + swap));
    }
    before = row;
  }
  return before[b.length] ?? 0;
}

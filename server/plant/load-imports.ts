/** Facts that another system knows: tables and JSON lines of (subject, fact, value, observedAt). Zero packets. */
import { createHash } from 'node:crypto';
import { dirname, extname, relative, sep } from 'node:path';
import type { KeyType } from '../../collectors/contract/fact.ts';
import {
  type FactName,
  type Facts,
  factNames,
  isFactName,
  mayFill,
  vocabulary,
} from '../../collectors/contract/vocabulary.ts';
import type { Plant, Problem } from '../contract/plant.ts';
import { importSources, isImportSource } from '../contract/plant-file.ts';
import { readTable, tableLimitBytes } from './csv-table.ts';
import { cellKey, cellValue, type Parsed, typedKey, typedValue } from './fact-text.ts';
import { readJsonLines } from './json-lines.ts';
import { describe, mostHints, mostProblems, nearest, throwProblems } from './reader.ts';
import { startOf } from './site-time.ts';
import { type About, aboutOf, assetIdOf, idsOfKind } from './subjects.ts';
import { readText, shownPath } from './yaml-source.ts';

/** What one file says about one subject as of one instant. */
export interface Imported {
  readonly about: { readonly kind: About; readonly id: string };
  /** `siem`, `cmdb` ... */
  readonly source: string;
  /** Relative to the plant file, so that it is the same on every machine. */
  readonly file: string;
  readonly observedAt: string;
  readonly facts: Facts;
  /** Digest of the file, and the first of the lines. */
  readonly ref: string;
}

export interface ImportFile {
  readonly file: string;
  readonly source: string;
}

/** Reads import files against a plant. Throws `BadInput` with every problem of every file. */
export function loadFactImports(plant: Plant, files: readonly ImportFile[] = plant.imports): Imported[] {
  const problems: Problem[] = [];
  const imported = files.flatMap((file) => loadFile(plant, file, problems));
  throwProblems(problems);
  return imported;
}

const columns = ['asset', 'system', 'organisation', 'fact', 'value', 'observedAt', 'instance', 'key'] as const;
type Column = (typeof columns)[number];

interface Row {
  readonly line: number;
  readonly values: Readonly<Partial<Record<Column, unknown>>>;
  /** Whether the file knows types, or has only the text of cells. */
  readonly typed: boolean;
}

/** One reading as a row says it. */
interface Said {
  readonly line: number;
  readonly about: { readonly kind: About; readonly id: string };
  readonly fact: FactName;
  readonly observedAt: string;
  readonly instance?: string;
  readonly key?: string;
  readonly value: unknown;
}

function loadFile(plant: Plant, { file, source }: ImportFile, problems: Problem[]): Imported[] {
  const shown = shownPath(file);
  if (!isImportSource(source)) {
    const hint = nearest(source, importSources);
    const expected = `a source: one of ${importSources.join(', ')}`;
    problems.push({
      file: shown,
      line: 0,
      path: '',
      expected,
      found: JSON.stringify(source),
      ...(hint ? { hint } : {}),
    });
    return [];
  }
  const { rows, hash } = readRows(file, problems);
  const said: Said[] = [];
  for (const row of rows) {
    if (problems.length > mostProblems) break;
    const one = readRow(row, { plant, source, file: shown, problems });
    if (one !== undefined) said.push(one);
  }
  const place = relative(dirname(plant.file), file).split(sep).join('/');
  const groups = new Map<string, Said[]>();
  for (const each of said) {
    const key = JSON.stringify([each.about.kind, each.about.id, each.observedAt]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const facts = unite(group, shown, problems);
    const ref = `${hash}#${first.line}`;
    return [{ about: first.about, source, file: place, observedAt: first.observedAt, facts, ref }];
  });
}

function readRows(file: string, problems: Problem[]): { rows: Row[]; hash: string } {
  const shown = shownPath(file);
  const digest = (bytes: Buffer | undefined) =>
    `sha256:${createHash('sha256')
      .update(bytes ?? '')
      .digest('hex')}`;
  if (['.jsonl', '.ndjson'].includes(extname(file))) {
    const { lines, problems: faults, bytes } = readJsonLines(file);
    problems.push(...faults);
    for (const { line, value } of lines) checkColumns(Object.keys(value), { file: shown, line, problems });
    return { rows: lines.map(({ line, value }) => ({ line, values: value, typed: true })), hash: digest(bytes) };
  }
  const table = readTable(file);
  problems.push(...table.problems);
  const headings = table.headings.filter((heading) => heading !== '');
  if (headings.length > 0) checkColumns(headings, { file: shown, line: 1, problems });
  const lacking =
    headings.length === 0 ? [] : ['fact', 'value', 'observedAt'].filter((each) => !headings.includes(each));
  for (const needed of lacking) {
    problems.push({ file: shown, line: 1, path: needed, expected: `a column ${needed}`, found: 'none' });
  }
  const { bytes } = readText(file, tableLimitBytes);
  // Every row would repeat that a column is missing.
  const rows = lacking.length > 0 ? [] : table.rows;
  return { rows: rows.map(({ line, cells }) => ({ line, values: cells, typed: false })), hash: digest(bytes) };
}

function checkColumns(names: readonly string[], at: { file: string; line: number; problems: Problem[] }): void {
  if (at.problems.length > mostProblems) return;
  for (const name of names) {
    if (columns.some((each) => each === name)) continue;
    const hint = nearest(name, columns);
    const problem = {
      file: at.file,
      line: at.line,
      path: name,
      expected: `one of ${columns.join(', ')}`,
      found: JSON.stringify(name),
    };
    at.problems.push(hint === undefined ? problem : { ...problem, hint });
  }
}

interface Around {
  readonly plant: Plant;
  readonly source: string;
  readonly file: string;
  readonly problems: Problem[];
}

function readRow(row: Row, around: Around): Said | undefined {
  const { plant, problems, file } = around;
  const before = problems.length;
  function note(path: Column, expected: string, found = describe(row.values[path]), hint?: string) {
    const problem = { file, line: row.line, path, expected, found };
    problems.push(hint === undefined ? problem : { ...problem, hint });
  }
  const name = row.values.fact;
  if (typeof name !== 'string' || !isFactName(name)) {
    note(
      'fact',
      'the name of a fact',
      undefined,
      typeof name === 'string' && problems.length < mostHints ? nearest(name, factNames) : undefined,
    );
    return undefined;
  }
  if (!mayFill(`import:${around.source}`, name)) {
    const from = vocabulary[name].from.filter((each) => each.startsWith('import:')).map((each) => each.slice(7));
    const may = from.length === 0 ? 'no import may' : `sources that may: ${from.join(', ')}`;
    note('fact', `a fact that ${around.source} may fill`, undefined, may);
  }
  const about = subjectOf(row, name, { plant, note });
  const observedAt = instantOf(row.values.observedAt, plant.site.timeZone);
  if (observedAt === undefined) note('observedAt', 'an instant such as 2026-11-23T10:00:00Z, or a date');
  const { instance, key } = row.values;
  for (const column of ['instance', 'key'] as const) {
    const held = row.values[column];
    if (held !== undefined && typeof held !== 'string') note(column, 'a text');
  }
  const parsed = rowValue(row, name, plant.site.timeZone);
  if (!('value' in parsed)) note(parsed.column ?? 'value', parsed.expected, parsed.found);
  if (problems.length > before || about === undefined || observedAt === undefined || !('value' in parsed))
    return undefined;
  return {
    line: row.line,
    about,
    fact: name,
    observedAt,
    value: parsed.value,
    ...(typeof instance === 'string' ? { instance } : {}),
    ...(typeof key === 'string' ? { key } : {}),
  };
}

type Note = (path: Column, expected: string, found?: string, hint?: string) => void;

/** Nearness to thousands of ids costs more than the hint is worth. */
const mostHinted = 2000;

function subjectOf(row: Row, fact: FactName, at: { plant: Plant; note: Note }): Said['about'] | undefined {
  const { plant, note } = at;
  const kinds = (['asset', 'system', 'organisation'] as const).filter((kind) => row.values[kind] !== undefined);
  const [kind] = kinds;
  const wanted = aboutOf(fact);
  const accepted: readonly About[] = wanted === 'organisation' ? ['organisation', 'system'] : [wanted];
  if (kind === undefined || kinds.length > 1) {
    note(
      kind ?? wanted,
      'exactly one of asset, system, organisation',
      kinds.length === 0 ? 'none' : kinds.join(' and '),
    );
    return undefined;
  }
  if (!accepted.includes(kind)) {
    note(kind, `a value in column ${accepted.join(' or ')}: ${fact} is about that`);
    return undefined;
  }
  const id = row.values[kind];
  const known = idsOfKind(plant, kind);
  if (typeof id !== 'string' || !known.has(id)) {
    note(
      kind,
      `the id of a known ${kind}`,
      undefined,
      typeof id === 'string' && plant.assets.length < mostHinted ? nearest(id, [...known]) : undefined,
    );
    return undefined;
  }
  if (kind === 'asset') return { kind, id: assetIdOf(plant, id) ?? id };
  // What a system says of the organisation is said of the own one.
  return wanted === 'organisation' && kind === 'system' ? { kind: wanted, id: plant.organisation.id } : { kind, id };
}

type Valued =
  | { readonly value: unknown }
  | { readonly expected: string; readonly found?: string; readonly column?: Column };

function rowValue(row: Row, fact: FactName, timeZone: string): Valued {
  const { value, instance, key } = row.values;
  const definition = vocabulary[fact];
  if (instance === undefined && key === undefined) {
    if (value === undefined) return { expected: 'a value (an empty one as JSON line)', found: 'nothing' };
    return row.typed ? typedValue(fact, value, timeZone) : cellValue(fact, String(value), timeZone);
  }
  if (definition.type !== 'object[]') {
    return {
      expected: `no instance and key: ${fact} is no register`,
      column: instance === undefined ? 'key' : 'instance',
    };
  }
  if (instance === undefined) return { expected: 'the id of an element', found: 'nothing', column: 'instance' };
  const id = typedKey(definition.keys.id, instance, timeZone);
  if (!('value' in id)) return { ...id, column: 'instance' };
  if (key === undefined)
    return value === undefined
      ? { value: undefined }
      : { expected: 'a key for the value', found: 'none', column: 'key' };
  const type = typeof key === 'string' && Object.hasOwn(definition.keys, key) ? definition.keys[key] : undefined;
  if (type === undefined || key === 'id') {
    const keys = Object.keys(definition.keys).filter((each) => each !== 'id');
    return { expected: `one of the keys ${keys.join(', ')}`, column: 'key' };
  }
  return keyValue(row, type, timeZone);
}

function keyValue(row: Row, type: KeyType, timeZone: string): Parsed {
  const { value } = row.values;
  if (value === undefined) return { expected: 'a value', found: 'nothing' };
  return row.typed ? typedKey(type, value, timeZone) : cellKey(type, String(value), timeZone);
}

/** Facts of one subject at one instant; keys of one element come together. Equal rows count once. */
function unite(group: readonly Said[], file: string, problems: Problem[]): Facts {
  const values = new Map<FactName, unknown>();
  const elements = new Map<FactName, Map<string, Record<string, unknown>>>();
  const seen = new Map<string, string>();
  for (const { line, fact, instance, key, value } of group) {
    const slot = JSON.stringify([fact, instance, key]);
    const text = JSON.stringify(value) ?? '';
    const earlier = seen.get(slot);
    if (earlier !== undefined && earlier !== text) {
      problems.push({
        file,
        line,
        path: 'value',
        expected: 'one value per subject, fact and instant',
        found: 'another one',
      });
    }
    seen.set(slot, text);
    if (instance === undefined) values.set(fact, value);
    else {
      const list = elements.get(fact) ?? new Map<string, Record<string, unknown>>();
      const element = list.get(instance) ?? { id: instance };
      if (key !== undefined) element[key] = value;
      list.set(instance, element);
      elements.set(fact, list);
    }
  }
  for (const [fact, list] of elements) {
    if (values.has(fact)) {
      const line = group.find((each) => each.fact === fact)?.line ?? 0;
      problems.push({ file, line, path: 'instance', expected: 'a whole register or its elements', found: 'both' });
    }
    values.set(fact, [...list.values()]);
  }
  // Each value and key was held against its type when its row was read.
  return Object.fromEntries(values) as Facts;
}

function instantOf(held: unknown, timeZone: string): string | undefined {
  return typeof held === 'string' ? startOf(held, timeZone) : undefined;
}

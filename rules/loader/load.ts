/** Reads a pack and its overlays from folders. Everything that is wrong is told at once; then nothing loads. */
import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import canonicalize from 'canonicalize';
import { type RowCase, rowCaseSchema, type SystemCase, systemCaseSchema } from '../engine/case.ts';
import { compileRow, type RowFault } from '../engine/compile-row.ts';
import type { Pack, Row } from '../engine/pack.ts';
import { type Bounds, codeOf, readPackFile } from './file.ts';
import { orderOf } from './order.ts';
import { tightened } from './overlay.ts';
import { BadPack, type Problem } from './problem.ts';
import { type PackFile, packSchema, type RowFile, rowSchema, tightenSchema } from './schema.ts';
import { at, problemsOf, type YamlFile } from './yaml.ts';

export interface Sources {
  /** Folder with pack.yaml. */
  readonly folder: string;
  /** Folders that add rows or make them stricter, in this order. */
  readonly overlays?: readonly string[];
}

export interface LoadedPack {
  readonly pack: Pack;
  readonly cases: readonly { readonly row: string; readonly cases: readonly RowCase[] }[];
  readonly systemCases: readonly SystemCase[];
}

export interface PackReport {
  readonly loaded?: LoadedPack;
  readonly id: string;
  readonly version: string;
  readonly problems: readonly Problem[];
}

/** @throws {BadPack} with every problem. */
export function loadPack(sources: Sources): LoadedPack {
  const { loaded, problems } = examinePack(sources);
  if (loaded === undefined) throw new BadPack(problems);
  return loaded;
}

/** The same without throwing: the pack, or everything that is wrong with it. */
export function examinePack(sources: Sources): PackReport {
  const problems: Problem[] = [];
  const head = readHead(sources.folder, problems);
  const entries = new Map<string, Entry>();
  const systemCases: SystemCase[] = [];
  const lists = { ...head?.lists };
  const base = { head, folder: sources.folder, lists };
  readRows(base, entries, { problems, systemCases });
  for (const folder of sources.overlays ?? []) {
    const overlay = readHead(folder, problems, true);
    Object.assign(lists, overlay?.lists);
    readRows({ head: overlay, folder, lists }, entries, { problems, systemCases });
  }
  const { id = '', version = '' } = head ?? {};
  if (problems.length > 0 && entries.size === 0) return { id, version, problems };
  const rows = compileAll(entries, new Set(Object.keys(lists)), problems);
  const ordered = orderOf(rows, entries, problems);
  if (problems.length > 0 || head === undefined) return { id, version, problems: sorted(problems) };
  const hash = digest({ id, lists, rows: [...entries.values()].map(contentOf).sort(byId) });
  const pack: Pack = {
    id,
    version,
    title: head.title,
    hash,
    lists,
    rows: ordered,
    byId: new Map(ordered.map((row) => [row.id, row])),
  };
  const cases = [...entries.values()].map((entry) => ({ row: entry.row.id, cases: entry.cases }));
  return { loaded: { pack, cases, systemCases }, id, version, problems };
}

/** A row before it is compiled, with the file it stands in. */
export interface Entry {
  readonly file: YamlFile;
  readonly row: RowFile;
  readonly cases: readonly RowCase[];
  readonly scope: Row['scope'];
  readonly author?: string | undefined;
}

interface Layer {
  readonly head: PackFile | undefined;
  readonly folder: string;
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

interface Findings {
  readonly problems: Problem[];
  readonly systemCases: SystemCase[];
}

const maxFiles = 2000;

function readHead(folder: string, problems: Problem[], overlay = false): PackFile | undefined {
  const file = readPackFile(join(folder, 'pack.yaml'), join(basename(folder), 'pack.yaml'), boundsOf(folder, problems));
  if (file === undefined) return undefined;
  const parsed = packSchema.safeParse(file.value);
  if (!parsed.success) {
    problems.push(...problemsOf(file, parsed.error, Object.keys(packSchema.shape)));
    return undefined;
  }
  if (overlay && (parsed.data.scope === undefined || parsed.data.author === undefined)) {
    problems.push({ ...at(file, []), expected: 'scope and author in the pack.yaml of an overlay', found: 'none' });
  }
  return parsed.data;
}

function readRows(layer: Layer, entries: Map<string, Entry>, findings: Findings): void {
  const { problems } = findings;
  const bounds = boundsOf(layer.folder, problems);
  for (const path of filesIn(layer.folder, problems)) {
    const file = readPackFile(path, join(basename(layer.folder), relative(layer.folder, path)), bounds);
    if (file === undefined) continue;
    if (relative(layer.folder, path).startsWith('cases')) readSystemCase(file, findings);
    else if (isTightening(file.value)) tighten(file, layer, { entries, problems });
    else readRow(file, layer, { entries, problems });
  }
}

function boundsOf(root: string, problems: Problem[]): Bounds {
  return { root, problems, read: { bytes: 0 } };
}

function readRow(file: YamlFile, layer: Layer, into: { entries: Map<string, Entry>; problems: Problem[] }): void {
  const { entries, problems } = into;
  const parsed = rowSchema.safeParse(file.value);
  if (!parsed.success) {
    problems.push(...problemsOf(file, parsed.error, Object.keys(rowSchema.shape)));
    return;
  }
  const row = parsed.data;
  const known = entries.get(row.id);
  if (known !== undefined) {
    problems.push({ ...at(file, ['id']), expected: 'every id once', found: `${row.id}, also in ${known.file.name}` });
    return;
  }
  const fits = `${row.practice.toLowerCase()}.l${row.level}.`;
  if (!row.id.startsWith(fits)) {
    problems.push({ ...at(file, ['id']), expected: `an id that begins with ${fits}`, found: JSON.stringify(row.id) });
  }
  if (basename(file.name) !== `${row.id}.yaml`) {
    problems.push({ ...at(file, ['id']), expected: 'the id as the name of the file', found: JSON.stringify(row.id) });
  }
  const cases: RowCase[] = [];
  row.cases.forEach((each, index) => {
    const one = rowCaseSchema.safeParse(each);
    if (one.success) cases.push(one.data);
    else {
      problems.push(
        ...problemsOf(file, one.error, Object.keys(rowCaseSchema.shape)).map((problem) => {
          const path = [
            'cases',
            index,
            ...problem.path
              .split('.')
              .filter((part) => part !== '')
              .map(asKey),
          ];
          return { ...problem, ...at(file, path) };
        }),
      );
    }
  });
  entries.set(row.id, { file, row, cases, scope: layer.head?.scope ?? 'general', author: layer.head?.author });
}

function asKey(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}

function readSystemCase(file: YamlFile, findings: Findings): void {
  const parsed = systemCaseSchema.safeParse(file.value);
  if (parsed.success) findings.systemCases.push(parsed.data);
  else findings.problems.push(...problemsOf(file, parsed.error, Object.keys(systemCaseSchema.shape)));
}

function isTightening(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'tighten' in value;
}

function tighten(file: YamlFile, layer: Layer, into: { entries: Map<string, Entry>; problems: Problem[] }): void {
  const parsed = tightenSchema.safeParse(file.value);
  if (!parsed.success) {
    into.problems.push(...problemsOf(file, parsed.error, Object.keys(tightenSchema.shape)));
    return;
  }
  const below = into.entries.get(parsed.data.tighten);
  if (below === undefined) {
    into.problems.push({
      ...at(file, ['tighten']),
      expected: 'a row of the pack',
      found: JSON.stringify(parsed.data.tighten),
    });
    return;
  }
  const row = tightened(below.row, parsed.data, { file, problems: into.problems });
  into.entries.set(row.id, { ...below, row, author: layer.head?.author ?? below.author });
}

function compileAll(entries: ReadonlyMap<string, Entry>, lists: ReadonlySet<string>, problems: Problem[]): Row[] {
  const rows: Row[] = [];
  for (const entry of entries.values()) {
    const { cases: _, ...source } = entry.row;
    const { row, faults } = compileRow(source, {
      digest: digest(contentOf(entry)),
      scope: entry.scope,
      author: entry.author,
      lists,
    });
    problems.push(...faults.map((fault) => problemFor(entry.file, fault)));
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

function problemFor(file: YamlFile, fault: RowFault): Problem {
  const path = fault.at === undefined ? [fault.key] : [fault.key, fault.at];
  const { expected, found, hint } = fault;
  return { ...at(file, path, fault.offset), expected, found, ...(hint === undefined ? {} : { hint }) };
}

function contentOf(entry: Entry): Record<string, unknown> & { id: string } {
  const { cases: _, ...content } = entry.row;
  return { ...content, scope: entry.scope, ...(entry.author === undefined ? {} : { author: entry.author }) };
}

function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : 1;
}

function digest(value: unknown): string {
  return `sha256:${createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex')}`;
}

/** What lies beside the rows and has a loader of its own. */
const apart = new Set(['pack.yaml', 'profile.yaml', 'trustworthiness.yaml', 'guide']);

/** YAML files of the folder and one level below, in the order of their names. */
function filesIn(folder: string, problems: Problem[]): string[] {
  const found: string[] = [];
  for (const entry of entriesOf(folder, folder, problems)) {
    const path = join(folder, entry.name);
    if (apart.has(entry.name)) continue;
    if (entry.isDirectory()) {
      for (const below of entriesOf(path, folder, problems)) {
        if (isRowFile(below)) found.push(join(path, below.name));
      }
    } else if (isRowFile(entry)) found.push(path);
    else if (entry.isSymbolicLink() && isFolder(path)) problems.push(linkedFolder(path, folder));
  }
  if (found.length <= maxFiles) return found;
  problems.push({
    file: basename(folder),
    line: 0,
    path: '',
    expected: `at most ${maxFiles} files`,
    found: `${found.length}`,
  });
  return [];
}

/** Links and other things too, so that whoever reads them says what is wrong: what is passed over in silence is not seen. */
function isRowFile(entry: Dirent): boolean {
  return !entry.isDirectory() && entry.name.endsWith('.yaml');
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function linkedFolder(path: string, root: string): Problem {
  const file = join(basename(root), relative(root, path));
  return { file, line: 0, path: '', expected: 'a folder', found: 'a link to one' };
}

function entriesOf(folder: string, root: string, problems: Problem[]): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    problems.push({
      file: relative(root, folder) || folder,
      line: 0,
      path: '',
      expected: 'a folder',
      found: codeOf(error),
    });
    return [];
  }
}

function sorted(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((one, other) =>
    one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1,
  );
}

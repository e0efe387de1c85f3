/** From a row as written to a row that runs, or to everything that is wrong with it. */
import { type FactName, factNames, isFactName, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { compile } from './evaluate.ts';
import { type Fault, inspect, type Reads } from './inspect.ts';
import { nearest } from './language.ts';
import type { Run } from './logic.ts';
import { type Ban, type ConditionKey, conditionKeys, guardRow, isGuarded, type Row, type RowSource } from './pack.ts';
import {
  filterKeys,
  keysOf,
  memberTypeOf,
  type Population,
  PopulationError,
  parseFilter,
  parsePopulation,
  registerOf,
} from './population.ts';

/** A fault and the key of the row at which it stands. */
export interface RowFault extends Omit<Fault, 'offset'> {
  readonly key: string;
  /** Second part of the path: a parameter's name, an index. */
  readonly at?: string | number;
  readonly offset?: number;
}

export interface Origin {
  readonly digest: string;
  readonly scope: Row['scope'];
  readonly author?: string | undefined;
  readonly lists: ReadonlySet<string>;
}

export function compileRow(source: RowSource, origin: Origin): { row?: Row; faults: RowFault[] } {
  const faults: RowFault[] = [];
  const counts = countsOf(source, faults);
  // A population that cannot be read: which facts its members have is not known, so nothing is said about them.
  const isUnread = counts === undefined && source.population !== undefined;
  shapeFaults(source, faults);
  const conditions: { [K in ConditionKey]?: Run } = {};
  const reads: Reads[] = [];
  for (const key of conditionKeys) {
    const text = source[key];
    if (text === undefined) continue;
    const onMember = key === 'good' || key === 'bad' || key === 'noBadWhere' || key === 'memberNotApplicable';
    const register = onMember ? counts?.register : undefined;
    const checked = inspect(text, register);
    faults.push(...checked.faults.map((fault) => ({ key, ...fault })));
    if (!(onMember && isUnread)) faults.push(...scopeFaults(key, checked.reads, onMember ? counts?.of : undefined));
    if (key !== 'bad' && /\bshown\s*\(/.test(text)) {
      faults.push({ key, expected: 'shown() in bad only: silence proves nothing good', found: 'shown()' });
    }
    reads.push(checked.reads);
    if (checked.tree !== undefined) conditions[key] = compile(checked.tree, register);
  }
  const bans = {
    ...banOf(source, { key: 'noBad', counts }, faults),
    ...banOf(source, { key: 'noUnseen', counts }, faults),
  };
  const all = union(reads);
  parameterFaults(source, { used: all.parameters, lists: all.lists, known: origin.lists }, faults);
  pathFaults(source, faults);
  if (faults.length > 0) return { faults };
  const facts = new Set(all.facts);
  for (const key of counts === undefined ? [] : filterKeys(counts.population)) if (isFactName(key)) facts.add(key);
  if (counts?.register !== undefined) facts.add(counts.register);
  const row: Row = {
    ...source,
    conditions,
    reads: all,
    facts,
    ...(counts === undefined ? {} : { counts }),
    bans,
    covered: source.good !== undefined || source.met !== undefined,
    after: [...new Set([...source.needs, ...all.rows, ...(isGuarded(source) ? [guardRow] : [])])],
    digest: origin.digest,
    scope: origin.scope,
    ...(origin.author === undefined ? {} : { author: origin.author }),
  };
  return { row, faults };
}

function countsOf(source: RowSource, faults: RowFault[]): Row['counts'] {
  if (source.population === undefined) return undefined;
  const population = attempt(() => parsePopulation(source.population ?? ''), 'population', faults);
  if (population === undefined) return undefined;
  const register = registerOf(population);
  if (register === undefined) {
    factFaults('population', filterKeys(population), faults);
    return { population, of: memberTypeOf(population) };
  }
  if (!isFactName(register) || vocabulary[register].type !== 'object[]') {
    faults.push({ ...unknownFact('population', register, isRegister), expected: 'a fact that is a list of records' });
    return undefined;
  }
  elementKeyFaults('population', register, filterKeys(population), faults);
  return { population, of: 'element', register };
}

function factFaults(key: string, names: readonly string[], faults: RowFault[]): void {
  for (const name of names) if (!isFactName(name)) faults.push(unknownFact(key, name));
}

function elementKeyFaults(key: string, register: FactName, names: readonly string[], faults: RowFault[]): void {
  const definition = vocabulary[register];
  const keys = definition.type === 'object[]' ? Object.keys(definition.keys) : [];
  for (const name of names) {
    if (keys.includes(name)) continue;
    const near = nearest(name, keys);
    faults.push({
      key,
      expected: `a key of ${register}`,
      found: JSON.stringify(name),
      ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
    });
  }
}

/** What a filter may name is known only where the population is; without one the row has a fault already. */
function banOf(
  source: RowSource,
  of: { key: 'noBad' | 'noUnseen'; counts: Row['counts'] },
  faults: RowFault[],
): { [K in typeof of.key]?: Ban } {
  const { key, counts } = of;
  const text = source[key];
  if (text === undefined) return {};
  if (text.startsWith('where ')) {
    const filter = attempt(() => parseFilter(text), key, faults);
    if (filter === undefined) return {};
    if (counts?.register !== undefined) elementKeyFaults(key, counts.register, keysOf(filter), faults);
    else if (counts !== undefined) factFaults(key, keysOf(filter), faults);
    return { [key]: { op: 'where', filter } };
  }
  const population: Population | undefined = attempt(() => parsePopulation(text), key, faults);
  if (population === undefined) return {};
  if (registerOf(population) !== undefined) {
    faults.push({ key, expected: 'sets of assets or parties, or "where KEY"', found: JSON.stringify(text) });
  }
  return { [key]: { op: 'set', text, population } };
}

function shapeFaults(source: RowSource, faults: RowFault[]): void {
  const counted = source.population !== undefined;
  if (counted && source.met !== undefined) faults.push(misplaced('met', 'good and bad in a row that has a population'));
  if (counted && source.min === undefined) {
    faults.push({ key: 'population', expected: 'min, the least share of members proven good', found: 'none' });
  }
  const onlyCounted = [
    'min',
    'maxBad',
    'good',
    'bad',
    'noBad',
    'noBadWhere',
    'noUnseen',
    'memberNotApplicable',
  ] as const;
  for (const key of onlyCounted) {
    if (!counted && source[key] !== undefined) faults.push(misplaced(key, 'a population beside it'));
  }
  for (const key of ['bad', 'noBad', 'noBadWhere', 'noUnseen', 'memberNotApplicable', 'also'] as const) {
    if (source[key] !== undefined && source.good === undefined && source.met === undefined) {
      faults.push(misplaced(key, 'good or met beside it'));
    }
  }
  if (source.needs.includes(source.id))
    faults.push({ key: 'needs', expected: 'other rows', found: JSON.stringify(source.id) });
}

function scopeFaults(key: ConditionKey, reads: Reads, of: 'asset' | 'party' | 'element' | undefined): RowFault[] {
  const faults: RowFault[] = [];
  const [assetFact] = reads.assetFacts;
  if (assetFact !== undefined && of !== 'asset') {
    faults.push({
      key,
      expected: 'facts of the system or an organisation here',
      found: JSON.stringify(assetFact),
      hint: 'facts of assets are read in good and bad of a row that counts assets, or inside allOf("SET", ...)',
    });
  }
  if (of !== undefined && reads.overSets) {
    faults.push({
      key,
      expected: 'allOf, anyOf and count in also, met and notApplicable only',
      found: `one in ${key}`,
    });
  }
  return faults;
}

function parameterFaults(
  source: RowSource,
  names: { used: ReadonlySet<string>; lists: ReadonlySet<string>; known: ReadonlySet<string> },
  faults: RowFault[],
): void {
  const declared = Object.keys(source.parameters);
  for (const name of names.used) {
    if (Object.hasOwn(source.parameters, name)) continue;
    const near = nearest(name, declared);
    faults.push({
      key: 'parameters',
      expected: 'every p.NAME among the parameters',
      found: `no ${JSON.stringify(name)}`,
      ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
    });
  }
  for (const name of declared) {
    if (names.used.has(name)) continue;
    faults.push({
      key: 'parameters',
      at: name,
      expected: 'only parameters that a condition reads',
      found: JSON.stringify(name),
    });
  }
  for (const name of names.lists) {
    if (names.known.has(name)) continue;
    const near = nearest(name, names.known);
    const hint = near === undefined ? {} : { hint: `did you mean "${near}"?` };
    faults.push({
      key: 'question',
      expected: 'lists.NAME with a list of pack.yaml',
      found: JSON.stringify(name),
      ...hint,
    });
  }
}

const pathWords = new Set(['examine', ...factNames.flatMap((name) => vocabulary[name].from)]);
/** Paths that send nothing to the plant, so that no safety rule can forbid them. */
const silent = new Set(['examine', 'inventory', 'derived', 'feeds', 'sbom', 'aws-iot']);

function pathFaults(source: RowSource, faults: RowFault[]): void {
  source.paths.forEach((path, index) => {
    if (pathWords.has(path)) return;
    const near = nearest(path, pathWords);
    faults.push({
      key: 'paths',
      at: index,
      expected: 'a collector, inventory, derived, feeds, import:KIND, statement:TYPE or examine',
      found: JSON.stringify(path),
      ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
    });
  });
  if (source.paths.some((path) => silent.has(path) || path.startsWith('import:') || path.startsWith('statement:')))
    return;
  faults.push({
    key: 'paths',
    expected: 'at least one path that the safety rules always allow (import, statement, examine, document)',
    found: source.paths.join(', ') || 'none',
  });
}

function isRegister(name: FactName): boolean {
  return vocabulary[name].type === 'object[]';
}

function unknownFact(key: string, name: string, fits: (name: FactName) => boolean = () => true): RowFault {
  const near = nearest(name, factNames.filter(fits));
  const hint = near === undefined ? {} : { hint: `did you mean "${near}"?` };
  return { key, expected: 'a fact of the vocabulary', found: JSON.stringify(name), ...hint };
}

function misplaced(key: string, expected: string): RowFault {
  return { key, expected, found: `${key} without it` };
}

function attempt<T>(parse: () => T, key: string, faults: RowFault[]): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof PopulationError)) throw error;
    faults.push({ key, expected: error.expected, found: error.found });
    return undefined;
  }
}

function union(reads: readonly Reads[]): Reads {
  return {
    facts: new Set(reads.flatMap((each) => [...each.facts])),
    assetFacts: new Set(reads.flatMap((each) => [...each.assetFacts])),
    parameters: new Set(reads.flatMap((each) => [...each.parameters])),
    lists: new Set(reads.flatMap((each) => [...each.lists])),
    sets: new Set(reads.flatMap((each) => [...each.sets])),
    rows: new Set(reads.flatMap((each) => [...each.rows])),
    anyRow: reads.some((each) => each.anyRow),
    usesElement: reads.some((each) => each.usesElement),
    overSets: reads.some((each) => each.overSets),
  };
}

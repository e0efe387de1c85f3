/**
 * Per row and per fact, the best way in which the installed product can come to know it. What collectors fill is what
 * their manifests promise, what derivations fill is what they give, what the plant file fills is what its loader reads:
 * that the vocabulary names a source is not enough.
 */
import type { Manifest, Setup } from '../../collectors/contract/collector.ts';
import { type FactName, factNames, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { derivedFacts, underivedFacts } from '../derive/derived-facts.ts';
import { type PracticeCode, practices } from '../engine/model.ts';
import type { Pack, Row } from '../engine/pack.ts';

/**
 * measured: installed collectors fill every fact of the condition. imported: they do with the help of imports. examined:
 * an auditor sees for himself. attested: a person says so. Best first.
 */
export const coverageKinds = ['measured', 'imported', 'examined', 'attested', 'notCovered'] as const;
export type CoverageKind = (typeof coverageKinds)[number];

export interface RowCoverage {
  readonly row: string;
  readonly practice: PracticeCode;
  readonly level: number;
  readonly core: boolean;
  readonly method: Row['method'];
  readonly best: CoverageKind;
  /** Every way there is, best first. */
  readonly ways: readonly CoverageKind[];
  /** Installed collectors that fill facts of it. */
  readonly by: readonly string[];
  /** Facts of the condition that no installed collector fills: what keeps the row from being measured. */
  readonly unmeasured: readonly FactName[];
}

export interface FactCoverage {
  readonly fact: FactName;
  readonly best: CoverageKind;
  readonly ways: readonly CoverageKind[];
  /** Installed collectors that fill it. */
  readonly by: readonly string[];
  readonly derived: boolean;
  /** Said by the plant file or an inventory table. */
  readonly inventory: boolean;
  /** Sources that the vocabulary names and that do not fill it here: not installed, or installed and silent. */
  readonly silent: readonly string[];
  /** Why the product does not derive what the vocabulary calls derived. */
  readonly underived?: string;
  readonly rows: readonly string[];
}

export interface Coverage {
  readonly pack: { readonly id: string; readonly version: string; readonly hash: string };
  readonly collectors: readonly string[];
  readonly rows: readonly RowCoverage[];
  readonly facts: readonly FactCoverage[];
  readonly practices: readonly ({ readonly practice: PracticeCode; readonly rows: number } & Totals)[];
  readonly total: { readonly rows: number } & Totals;
}

export type Totals = Readonly<Record<CoverageKind, number>>;

/** A collector as installed; its manifest says under which options it looks at more. */
export interface Installed {
  readonly manifest: Manifest;
}

/** Facts that each collector can fill, with every credential, consent, tier and variant of options, and what follows. */
export function fillableBy(installed: readonly Installed[]): ReadonlyMap<string, ReadonlySet<FactName>> {
  return new Map(installed.map((each) => [each.manifest.id, fillable(each)]));
}

/** `inventory`: facts that the plant file and inventory tables can state. */
export function coverageOf(
  pack: Pack,
  collectors: readonly Installed[],
  inventory: ReadonlySet<FactName> = new Set(),
): Coverage {
  const filled = fillableBy(collectors);
  const product: Product = { filled, inventory };
  const place = new Map(practices.map(({ code }, index) => [code, index]));
  const rows = pack.rows
    .map((row) => rowCoverage(row, product))
    .sort(
      (one, other) =>
        (place.get(one.practice) ?? 0) - (place.get(other.practice) ?? 0) ||
        one.level - other.level ||
        (one.row < other.row ? -1 : 1),
    );
  const { id, version, hash } = pack;
  return {
    pack: { id, version, hash },
    collectors: [...filled.keys()].sort(),
    rows,
    facts: factNames.map((fact) => factCoverage(fact, { ...product, pack })),
    practices: practices.map(({ code }) => ({
      practice: code,
      ...totalsOf(rows.filter((row) => row.practice === code)),
    })),
    total: totalsOf(rows),
  };
}

/** As a page of the repository; kept current by a test. */
export function coveragePage({ pack, collectors, practices: each, rows, total }: Coverage): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const counts = (totals: Totals & { rows: number }) => [totals.rows, ...coverageKinds.map((kind) => totals[kind])];
  const heading = ['rows', ...coverageKinds];
  return `${[
    '# What the installed product can see',
    '',
    `Pack ${pack.id} ${pack.version}, collectors ${collectors.join(', ')}. Written by \`plimsoll rules coverage --markdown\`.`,
    'Measured: installed collectors fill every fact of the condition, given access and, for negative tests, a consent.',
    'Imported: with the help of what other systems know. Examined: an auditor sees for himself. Attested: a person says so.',
    'Nearly every row can be examined or attested too; the table names the best way.',
    '',
    line(['practice', ...heading]),
    line(['practice', ...heading].map(() => '---')),
    ...each.map((totals) => line([totals.practice, ...counts(totals)])),
    line(['all', ...counts(total)]),
    '',
    line(['row', 'best way', 'collectors', 'also']),
    line(['---', '---', '---', '---']),
    ...rows.map(({ row, best, by, ways }) => line([row, best, by.join(', '), ways.slice(1).join(', ')])),
  ].join('\n')}\n`;
}

/** The same for facts: what nothing fills, what is derived and what not, then every fact. */
export function factsPage({ pack, collectors, facts }: Coverage): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const count = (kind: CoverageKind) => facts.filter(({ best }) => best === kind).length;
  const nothing = facts.filter(({ best }) => best === 'notCovered');
  const onlyPeople = facts.filter(({ ways, silent }) => !ways.includes('measured') && silent.length > 0);
  const underived = facts.filter((each) => each.underived !== undefined);
  return `${[
    '# What fills the facts',
    '',
    `Pack ${pack.id} ${pack.version}, collectors ${collectors.join(', ')}. Written by \`plimsoll rules coverage --facts --markdown\`.`,
    'Measured: a collector fills it, or it is derived from what collectors fill. Imported: a table of another system does.',
    'Examined: an auditor can look at it. Attested: a person, the plant file or a derivation from these says so.',
    `${facts.length} facts: ${coverageKinds.map((kind) => `${kind} ${count(kind)}`).join(', ')}.`,
    '',
    '## Nothing fills these yet',
    '',
    ...nothing.map(
      ({ fact, silent, underived: why }) => `- \`${fact}\` (${silent.join(', ')})${why ? `: ${why}` : ''}`,
    ),
    '',
    '## Only people and imports fill these, though the vocabulary names a machine',
    '',
    line(['fact', 'named and silent', 'filled by', 'read by']),
    line(['---', '---', '---', '---']),
    ...onlyPeople
      .filter(({ best }) => best !== 'notCovered')
      .map(({ fact, silent, ways, rows }) => line([fact, silent.join(', '), ways.join(', '), rows.join(', ')])),
    '',
    '## Called derived by the vocabulary, and not derived',
    '',
    ...underived.map(({ fact, underived: why }) => `- \`${fact}\`: ${why}`),
    '',
    '## All facts',
    '',
    line(['fact', 'best way', 'collectors', 'also']),
    line(['---', '---', '---', '---']),
    ...facts.map(({ fact, best, by, derived, ways }) =>
      line([fact, best, [...by, ...(derived ? ['derived'] : [])].join(', '), ways.slice(1).join(', ')]),
    ),
  ].join('\n')}\n`;
}

function fillable({ manifest }: Installed): ReadonlySet<FactName> {
  const found = new Set<FactName>(manifest.leadsTo);
  for (const setup of fullSetups(manifest)) {
    const promised = manifest.facts(setup);
    for (const name of factNames) if (promised[name] !== undefined) found.add(name);
  }
  return found;
}

function fullSetups(manifest: Manifest): Setup[] {
  const allowed = { tier: 'T4', consents: new Set(manifest.tests) } as const;
  return [manifest.options.parse({}), ...(manifest.variants ?? [])].flatMap((options) =>
    manifest.schemes.flatMap((scheme) => [
      { ...allowed, options, scheme },
      ...manifest.credentials.map((credential) => ({ ...allowed, options, scheme, credential })),
    ]),
  );
}

/** Who may fill a fact beside collectors. */
const filling: Readonly<Record<'imported' | 'attested', (source: string) => boolean>> = {
  imported: (source) => source.startsWith('import:'),
  attested: (source) => source.startsWith('statement:') || source === 'inventory',
};

interface Product {
  readonly filled: ReadonlyMap<string, ReadonlySet<FactName>>;
  readonly inventory: ReadonlySet<FactName>;
}

function rowCoverage(row: Row, product: Product): RowCoverage {
  const { filled } = product;
  const installed = row.paths.filter((path) => filled.has(path));
  const measuredBy = (fact: FactName) => installed.filter((id) => filled.get(id)?.has(fact) === true);
  // What follows from other facts, and what the plant file says, is there without a look.
  const needed = [...row.facts].filter((fact) => !isGiven(fact, product)).sort();
  const unmeasured = needed.filter((fact) => measuredBy(fact).length === 0);
  const may = (fact: FactName, kind: 'imported' | 'attested') => vocabulary[fact].from.some(filling[kind]);
  const has = (test: (path: string) => boolean) => row.paths.some(test);
  const possible: Readonly<Record<Exclude<CoverageKind, 'notCovered'>, boolean>> = {
    measured: installed.length > 0 && unmeasured.length === 0,
    imported: has(filling.imported) && unmeasured.every((fact) => may(fact, 'imported')),
    examined: has((path) => path === 'examine'),
    attested:
      has((path) => filling.attested(path) || path === 'derived') && unmeasured.every((fact) => may(fact, 'attested')),
  };
  const ways = coverageKinds.filter((kind) => kind !== 'notCovered' && row.covered && possible[kind]);
  const { id, practice, level, core, method } = row;
  const best = ways[0] ?? 'notCovered';
  const by = installed.filter((path) => needed.length === 0 || needed.some((fact) => filled.get(path)?.has(fact)));
  return { row: id, practice, level, core, method, best, ways, by, unmeasured };
}

/**
 * Given without a look of a collector's own: what the plant file says, and what derivations give from it or from facts
 * that a collector fills. Elements of a register are not: what the plant file or a derivation says of one leaves its
 * other keys open.
 */
function isGiven(fact: FactName, { filled, inventory }: Product): boolean {
  if (vocabulary[fact].type === 'object[]') return false;
  if (inventory.has(fact)) return true;
  const sources = derivedFacts.get(fact);
  if (sources === undefined) return false;
  return sources.length === 0 || sources.some((source) => inventory.has(source) || isFilled(source, filled));
}

function isFilled(fact: FactName, filled: Product['filled']): boolean {
  return [...filled.values()].some((facts) => facts.has(fact));
}

function factCoverage(fact: FactName, { filled, inventory, pack }: Product & { pack: Pack }): FactCoverage {
  const { from } = vocabulary[fact];
  const by = [...filled].filter(([, facts]) => facts.has(fact)).map(([id]) => id);
  const sources = derivedFacts.get(fact);
  const measuredSource = sources?.some((source) => source !== fact && isFilled(source, filled)) ?? false;
  const told = from.some(filling.imported) || from.some((source) => source.startsWith('statement:'));
  const possible: Readonly<Record<Exclude<CoverageKind, 'notCovered'>, boolean>> = {
    measured: by.length > 0 || measuredSource,
    imported: from.some(filling.imported),
    examined: told || inventory.has(fact),
    attested: from.some((source) => source.startsWith('statement:')) || inventory.has(fact) || sources !== undefined,
  };
  const ways = coverageKinds.filter((kind) => kind !== 'notCovered' && possible[kind]);
  const fills = new Set([...by, ...(inventory.has(fact) ? ['inventory'] : []), ...(sources ? ['derived'] : [])]);
  const silent = from.filter(
    (source) => !fills.has(source) && !source.startsWith('import:') && !source.startsWith('statement:'),
  );
  const underived = underivedFacts[fact];
  return {
    fact,
    best: ways[0] ?? 'notCovered',
    ways,
    by: by.sort(),
    derived: sources !== undefined,
    inventory: inventory.has(fact),
    silent,
    ...(underived === undefined ? {} : { underived }),
    rows: pack.rows.filter((row) => row.facts.has(fact)).map(({ id }) => id),
  };
}

function totalsOf(rows: readonly RowCoverage[]): { rows: number } & Totals {
  const count = (kind: CoverageKind) => rows.filter(({ best }) => best === kind).length;
  return {
    rows: rows.length,
    measured: count('measured'),
    imported: count('imported'),
    examined: count('examined'),
    attested: count('attested'),
    notCovered: count('notCovered'),
  };
}

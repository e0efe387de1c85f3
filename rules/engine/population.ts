/**
 * The language of populations: `(CRIT | EXP) & SVC`, `kind(hmi, workstation)`, `CAPABLE(tls)`,
 * `each zone.register where critical and type = process`. `&` binds before `|`, `and` before `or`, and `where`
 * holds for everything to its left.
 */
export const assetSets = ['ALL', 'CRIT', 'EXP', 'DEV', 'GW', 'SVC', 'CTRL', 'HOST', 'SAFE', 'CZONE', 'LOGSRC'] as const;
export type AssetSet = (typeof assetSets)[number];
export const partySets = ['SUPPLIER', 'PARTNER'] as const;
export type PartySet = (typeof partySets)[number];

export type Population =
  | { readonly op: 'set'; readonly name: AssetSet | PartySet | 'MID' }
  | { readonly op: 'kind'; readonly kinds: readonly string[] }
  | { readonly op: 'capable'; readonly word: string }
  | { readonly op: 'each'; readonly fact: string }
  | { readonly op: 'and' | 'or'; readonly parts: readonly Population[] }
  | { readonly op: 'where'; readonly of: Population; readonly filter: Filter };

export type Filter =
  | { readonly op: 'is'; readonly key: string; readonly value: string | number | boolean }
  | { readonly op: 'and' | 'or'; readonly parts: readonly Filter[] };

/** What a population is made of; a row mixes none of them. */
export type MemberType = 'asset' | 'party' | 'element';

export class PopulationError extends Error {
  readonly expected: string;
  readonly found: string;

  constructor(expected: string, found: string) {
    super(`expected ${expected}, found ${found}`);
    this.name = 'PopulationError';
    this.expected = expected;
    this.found = found;
  }
}

const maxLength = 400;
const maxDepth = 20;
const tokenShape = /\s*(?:([A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9]+)*)|(-?\d+(?:\.\d+)?)|"([^"]*)"|([&|(),=]))/y;

interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'sign' | 'end';
  readonly text: string;
}

/** Throws `PopulationError`. */
export function parsePopulation(text: string): Population {
  const reader = new Reader(tokensOf(text));
  const population = reader.population();
  reader.end();
  memberTypeOf(population);
  return population;
}

/** `where critical and personal`: a filter alone, as `noBad` may name one. */
export function parseFilter(text: string): Filter {
  const reader = new Reader(tokensOf(text));
  reader.word('where');
  const filter = reader.filter();
  reader.end();
  return filter;
}

/** One spelling for equal expressions: operands sorted and said once. */
export function canonicalPopulation(population: Population): string {
  switch (population.op) {
    case 'set':
      return population.name;
    case 'kind':
      return `kind(${[...new Set(population.kinds)].sort().join(', ')})`;
    case 'capable':
      return `CAPABLE(${population.word})`;
    case 'each':
      return `each ${population.fact}`;
    case 'where':
      return `${wrapped(population.of)} where ${canonicalFilter(population.filter)}`;
    case 'and':
    case 'or': {
      const parts = [...new Set(population.parts.map(wrapped))].sort();
      return parts.join(population.op === 'and' ? ' & ' : ' | ');
    }
  }
}

/** The sets of which each alone, being empty, makes the whole population empty. */
export function supersetsOf(population: Population): string[] {
  const own = canonicalPopulation(population);
  if (population.op === 'and') return [own, ...population.parts.flatMap(supersetsOf)];
  if (population.op === 'where') return [own, ...supersetsOf(population.of)];
  if (population.op === 'each') return [own, population.fact];
  return [own];
}

export function memberTypeOf(population: Population): MemberType {
  switch (population.op) {
    case 'each':
      return 'element';
    case 'set':
      if (population.name === 'MID') return 'element';
      return partySets.some((each) => each === population.name) ? 'party' : 'asset';
    case 'kind':
    case 'capable':
      return 'asset';
    case 'where':
      return memberTypeOf(population.of);
    case 'and':
    case 'or':
      return sharedType(population.parts);
  }
}

/** The register whose elements are counted, or undefined when assets or parties are. */
export function registerOf(population: Population): string | undefined {
  switch (population.op) {
    case 'each':
      return population.fact;
    case 'set':
      return population.name === 'MID' ? 'identity.machines' : undefined;
    case 'where':
      return registerOf(population.of);
    default:
      return undefined;
  }
}

/** Keys and facts that its filters read. */
export function filterKeys(population: Population): string[] {
  switch (population.op) {
    case 'where':
      return [...keysOf(population.filter), ...filterKeys(population.of)];
    case 'and':
    case 'or':
      return population.parts.flatMap(filterKeys);
    default:
      return [];
  }
}

export function keysOf(filter: Filter): string[] {
  return filter.op === 'is' ? [filter.key] : filter.parts.flatMap(keysOf);
}

/** Whether accounts are meant: they count only where SVC, LOGSRC or kind(account) is named. */
export function namesAccounts(population: Population): boolean {
  switch (population.op) {
    case 'set':
      return population.name === 'SVC' || population.name === 'LOGSRC';
    case 'kind':
      return population.kinds.includes('account');
    case 'where':
      return namesAccounts(population.of);
    case 'and':
    case 'or':
      return population.parts.some(namesAccounts);
    default:
      return false;
  }
}

export function mentions(population: Population, name: AssetSet | PartySet): boolean {
  switch (population.op) {
    case 'set':
      return population.name === name;
    case 'where':
      return mentions(population.of, name);
    case 'and':
    case 'or':
      return population.parts.some((part) => mentions(part, name));
    default:
      return false;
  }
}

/** All filters of a population, outermost first. */
export function filtersOf(population: Population): Filter[] {
  return population.op === 'where' ? [population.filter, ...filtersOf(population.of)] : [];
}

/** CRIT may stand beside assets and beside parties; otherwise sets of different sorts do not mix. */
function sharedType(parts: readonly Population[]): MemberType {
  const types = new Set<MemberType>();
  for (const part of parts) if (part.op !== 'set' || part.name !== 'CRIT') types.add(memberTypeOf(part));
  const [first, second] = [...types];
  if (first === undefined) return 'asset';
  if (second !== undefined || first === 'element') {
    throw new PopulationError(
      'sets of one sort (assets, or SUPPLIER and PARTNER)',
      `${first} beside ${second ?? first}`,
    );
  }
  return first;
}

function wrapped(population: Population): string {
  const text = canonicalPopulation(population);
  return population.op === 'and' || population.op === 'or' || population.op === 'where' ? `(${text})` : text;
}

function canonicalFilter(filter: Filter): string {
  if (filter.op === 'is') return filter.value === true ? filter.key : `${filter.key} = ${String(filter.value)}`;
  const parts = [
    ...new Set(filter.parts.map((part) => (part.op === 'is' ? canonicalFilter(part) : `(${canonicalFilter(part)})`))),
  ];
  return parts.sort().join(` ${filter.op} `);
}

function tokensOf(text: string): Token[] {
  if (text.length > maxLength) throw new PopulationError(`at most ${maxLength} characters`, `${text.length}`);
  const tokens: Token[] = [];
  tokenShape.lastIndex = 0;
  let at = 0;
  while (text.slice(at).trim() !== '') {
    tokenShape.lastIndex = at;
    const match = tokenShape.exec(text);
    if (!match) throw new PopulationError('sets joined by & and |', JSON.stringify(text.slice(at).trim().slice(0, 20)));
    at = tokenShape.lastIndex;
    const [, word, number, quoted, sign] = match;
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
  }
  return tokens;
}

const endToken: Token = { kind: 'end', text: 'the end' };

class Reader {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  population(): Population {
    if (++this.depth > maxDepth) throw new PopulationError(`at most ${maxDepth} parentheses deep`, 'more');
    let result = this.joined('|', 'or', () => this.joined('&', 'and', () => this.atom()));
    if (this.takes('where')) result = { op: 'where', of: result, filter: this.filter() };
    this.depth--;
    return result;
  }

  filter(): Filter {
    return this.joined('or', 'or', () => this.joined('and', 'and', () => this.comparison()));
  }

  word(text: string): void {
    if (!this.takes(text)) throw new PopulationError(`"${text}"`, this.shown());
  }

  end(): void {
    if (this.peek().kind !== 'end') throw new PopulationError('the end', this.shown());
  }

  private joined<T>(sign: string, op: 'and' | 'or', next: () => T): T {
    const parts = [next()];
    while (this.takes(sign)) parts.push(next());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : ({ op, parts } as T);
  }

  private atom(): Population {
    if (this.takes('(')) {
      const inner = this.population();
      this.word(')');
      return inner;
    }
    const token = this.next();
    if (token.kind !== 'word') throw new PopulationError('a set', JSON.stringify(token.text));
    if (token.text === 'each') return { op: 'each', fact: this.name('the name of a register') };
    if (token.text === 'kind') return { op: 'kind', kinds: this.arguments() };
    if (token.text === 'CAPABLE') {
      const [word, ...more] = this.arguments();
      if (word === undefined || more.length > 0) throw new PopulationError('one word', `${more.length + 1}`);
      return { op: 'capable', word };
    }
    const name = [...assetSets, ...partySets, 'MID' as const].find((each) => each === token.text);
    if (name === undefined) {
      const known = [...assetSets, ...partySets, 'MID', 'kind(...)', 'CAPABLE(...)', 'each FACT'].join(', ');
      throw new PopulationError(`one of ${known}`, JSON.stringify(token.text));
    }
    return { op: 'set', name };
  }

  private comparison(): Filter {
    if (this.takes('(')) {
      if (++this.depth > maxDepth) throw new PopulationError(`at most ${maxDepth} parentheses deep`, 'more');
      const inner = this.filter();
      this.word(')');
      this.depth--;
      return inner;
    }
    const key = this.name('a key or a fact');
    return { op: 'is', key, value: this.takes('=') ? this.value() : true };
  }

  private value(): string | number | boolean {
    const token = this.next();
    if (token.kind === 'number') return Number(token.text);
    if (token.kind === 'text') return token.text;
    if (token.kind !== 'word') throw new PopulationError('a value', JSON.stringify(token.text));
    return token.text === 'true' ? true : token.text === 'false' ? false : token.text;
  }

  private arguments(): string[] {
    this.word('(');
    const names = [this.name('a word')];
    while (this.takes(',')) names.push(this.name('a word'));
    this.word(')');
    return names;
  }

  private name(expected: string): string {
    const token = this.next();
    if (token.kind !== 'word') throw new PopulationError(expected, JSON.stringify(token.text));
    return token.text;
  }

  private takes(text: string): boolean {
    if (this.peek().text !== text || this.peek().kind === 'text') return false;
    this.at++;
    return true;
  }

  private next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.at++;
    return token;
  }

  private peek(): Token {
    return this.tokens[this.at] ?? endToken;
  }

  private shown(): string {
    const token = this.peek();
    return token.kind === 'end' ? 'the end' : JSON.stringify(token.text);
  }
}

import { describe, expect, it } from 'vitest';
import {
  canonicalPopulation,
  filterKeys,
  keysOf,
  memberTypeOf,
  namesAccounts,
  PopulationError,
  parseFilter,
  parsePopulation,
  registerOf,
  supersetsOf,
} from '../../../rules/engine/population.ts';

const parse = parsePopulation;

function problemOf(read: () => unknown): { expected: string; found: string } {
  try {
    read();
  } catch (error) {
    if (error instanceof PopulationError) {
      expect(error.name).toBe('PopulationError');
      expect(error.message).toBe(`expected ${error.expected}, found ${error.found}`);
      return { expected: error.expected, found: error.found };
    }
    throw error;
  }
  throw new Error('expected a PopulationError');
}

describe('a filter', () => {
  it('compares with words, numbers, texts, yes and no', () => {
    const values = ['process', '12', '-3.25', '"two words"', '""', '"true"', 'true', 'false'].map((text) => {
      const filter = parseFilter(`where key = ${text}`);
      return filter.op === 'is' ? filter.value : filter;
    });
    expect(values).toEqual(['process', 12, -3.25, 'two words', '', 'true', true, false]);
    expect(parseFilter('where a.b')).toEqual({ op: 'is', key: 'a.b', value: true });
  });

  it('binds and before or, and parentheses before both', () => {
    const is = (key: string) => ({ op: 'is', key, value: true });
    const and = (...parts: unknown[]) => ({ op: 'and', parts });
    const or = (...parts: unknown[]) => ({ op: 'or', parts });
    expect(parseFilter('where a and b or c')).toEqual(or(and(is('a'), is('b')), is('c')));
    expect(parseFilter('where a and (b or c)')).toEqual(and(is('a'), or(is('b'), is('c'))));
    expect(keysOf(parseFilter('where a and (b or c = 1)'))).toEqual(['a', 'b', 'c']);
  });

  it('has one spelling: parts sorted and said once', () => {
    const spelt = (text: string) => canonicalPopulation(parse(`ALL where ${text}`));
    expect(spelt('b or a or b')).toBe('ALL where a or b');
    expect(spelt('c and (b = 2 or a)')).toBe('ALL where (a or b = 2) and c');
    expect(spelt('a = true')).toBe('ALL where a');
    expect(spelt('a = false')).toBe('ALL where a = false');
  });

  it('says what is wrong with it', () => {
    expect(problemOf(() => parseFilter('a'))).toEqual({ expected: '"where"', found: '"a"' });
    expect(problemOf(() => parseFilter('where a b'))).toEqual({ expected: 'the end', found: '"b"' });
    expect(problemOf(() => parseFilter('where'))).toEqual({ expected: 'a key or a fact', found: '"the end"' });
    expect(problemOf(() => parseFilter('where 3'))).toEqual({ expected: 'a key or a fact', found: '"3"' });
    expect(problemOf(() => parseFilter('where a = ('))).toEqual({ expected: 'a value', found: '"("' });
    expect(problemOf(() => parseFilter('where (a'))).toEqual({ expected: '")"', found: 'the end' });
    const deep = (depth: number) => `where ${'('.repeat(depth)}a${')'.repeat(depth)}`;
    expect(parseFilter(deep(20))).toEqual({ op: 'is', key: 'a', value: true });
    expect(problemOf(() => parseFilter(deep(21)))).toEqual({ expected: 'at most 20 parentheses deep', found: 'more' });
    expect(keysOf(parseFilter(`where ${Array(25).fill('(a)').join(' or ')}`))).toHaveLength(25);
  });
});

describe('an expression', () => {
  it('has one spelling', () => {
    expect(canonicalPopulation(parse('  CAPABLE( tls )  '))).toBe('CAPABLE(tls)');
    expect(canonicalPopulation(parse('(CRIT where a) & SVC'))).toBe('(CRIT where a) & SVC');
    expect(canonicalPopulation(parse('(CRIT where a) where b'))).toBe('(CRIT where a) where b');
    expect(canonicalPopulation(parse('(SVC | GW) where b'))).toBe('(GW | SVC) where b');
    expect(canonicalPopulation(parse('EXP | CRIT | EXP'))).toBe('CRIT | EXP');
  });

  it('says what is wrong with it', () => {
    expect(problemOf(() => parse('SVC)'))).toEqual({ expected: 'the end', found: '")"' });
    expect(problemOf(() => parse(''))).toEqual({ expected: 'a set', found: '"the end"' });
    expect(problemOf(() => parse('SVC & "CRIT"'))).toEqual({ expected: 'a set', found: '"CRIT"' });
    expect(problemOf(() => parse('(SVC "'))).toEqual({
      expected: 'sets joined by & and |',
      found: JSON.stringify('"'),
    });
    expect(problemOf(() => parse('SVC "where" a')).expected).toBe('the end');
    expect(problemOf(() => parse('kind(')).expected).toBe('a word');
    expect(problemOf(() => parse('kind(a, 3)'))).toEqual({ expected: 'a word', found: '"3"' });
    expect(problemOf(() => parse('kind'))).toEqual({ expected: '"("', found: 'the end' });
    expect(problemOf(() => parse('each &'))).toEqual({ expected: 'the name of a register', found: '"&"' });
    expect(problemOf(() => parse('CAPABLE(a, b, c)'))).toEqual({ expected: 'one word', found: '3' });
    expect(problemOf(() => parse(`SVC ?${'x'.repeat(40)}`)).found).toBe(JSON.stringify(`?${'x'.repeat(19)}`));
    expect(problemOf(() => parse('NONE'))).toEqual({
      expected:
        'one of ALL, CRIT, EXP, DEV, GW, SVC, CTRL, HOST, SAFE, CZONE, LOGSRC, SUPPLIER, PARTNER, MID, kind(...), CAPABLE(...), each FACT',
      found: '"NONE"',
    });
  });

  it('is not endless: 400 characters and 20 parentheses', () => {
    const long = (length: number) => `SVC${' '.repeat(length - 3)}`;
    expect(parse(long(400))).toEqual({ op: 'set', name: 'SVC' });
    expect(problemOf(() => parse(long(401)))).toEqual({ expected: 'at most 400 characters', found: '401' });
    const deep = (depth: number) => `${'('.repeat(depth)}SVC${')'.repeat(depth)}`;
    expect(parse(deep(19))).toEqual({ op: 'set', name: 'SVC' });
    expect(problemOf(() => parse(deep(20)))).toEqual({ expected: 'at most 20 parentheses deep', found: 'more' });
    expect(canonicalPopulation(parse(Array(25).fill('(SVC)').join(' | ')))).toBe('SVC');
  });

  it('mixes no assets, parties and elements', () => {
    const found = (text: string) => problemOf(() => parse(text)).found;
    expect(found('SVC & SUPPLIER')).toBe('asset beside party');
    expect(found('MID | each zone.register')).toBe('element beside element');
    expect(found('kind(CRIT) & SUPPLIER')).toBe('asset beside party');
  });

  it('says what it counts', () => {
    expect(memberTypeOf(parse('CRIT | CRIT'))).toBe('asset');
    expect(memberTypeOf(parse('CRIT & (SUPPLIER | PARTNER)'))).toBe('party');
    expect(memberTypeOf(parse('MID where critical'))).toBe('element');
    expect(registerOf(parse('each zone.register where critical'))).toBe('zone.register');
    expect(registerOf(parse('MID'))).toBe('identity.machines');
    expect([registerOf(parse('SVC')), registerOf(parse('SVC | GW'))]).toEqual([undefined, undefined]);
  });

  it('says which keys its filters read, and whether accounts are meant', () => {
    expect(filterKeys(parse('(CRIT where a) & (SVC | (GW where b = 1 or c))'))).toEqual(['a', 'b', 'c']);
    expect(filterKeys(parse('kind(hmi)'))).toEqual([]);
    const accounts = ['SVC', 'LOGSRC where a', 'CRIT & (GW | SVC)', 'kind(account, hmi)'].map(parse);
    expect(accounts.map(namesAccounts)).toEqual([true, true, true, true]);
    expect(['CRIT', 'kind(hmi)', 'CAPABLE(tls)', 'each zone.register'].map(parse).map(namesAccounts)).toEqual(
      Array(4).fill(false),
    );
  });

  it('is empty when a set that it narrows is', () => {
    expect(supersetsOf(parse('(CRIT & GW) where a'))).toEqual(['(CRIT & GW) where a', 'CRIT & GW', 'CRIT', 'GW']);
    expect(supersetsOf(parse('CRIT | GW'))).toEqual(['CRIT | GW']);
  });
});

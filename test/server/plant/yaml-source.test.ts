import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { BadInput } from '../../../server/contract/problem.ts';
import { loadStatements } from '../../../server/plant/load-statements.ts';
import { parseYaml, yamlLimitBytes } from '../../../server/plant/yaml-source.ts';
import { load, plantFolder, problemsOf, told } from './plant-folder.ts';

const folder = plantFolder();

function faults(text: string): string[] {
  return told(parseYaml(text, 'plant.yaml').problems);
}

describe('a YAML file', () => {
  it.each([
    ['a tab', 'a:\n\tb: 1\n', '2 : YAML 1.2, found a tab as indentation (use spaces)'],
    ['an alias', 'a: &x 1\nb: *x\n', '2 b: the value written out, found the alias *x'],
    ['a merge key', 'a: {<<: {b: 1}}\n', '1 a: a plain key, found <<'],
    ['a key twice', 'a: 1\nb:\n  c: 1\n  c: 2\n', '4 b: each key once, found the key "c" again'],
    ['a second document', 'a: 1\n---\nb: 1\n', '2 : YAML 1.2, found a second document (---)'],
    ['a tag', 'a: !secret x\n', '1 : YAML 1.2, found a tag (!...)'],
    ['a key that pollutes', '{"__proto__": {x: 1}}\n', '1 : another key, found the key "__proto__"'],
    ['a map as a key', '? {a: 1}\n: 2\n', '1 : a plain key, found a key that is no text'],
    ['an open quote', 'a: "hunter2', '1 : YAML 1.2, found Missing closing "quote'],
  ])('is refused with %s', (_what, text, expected) => {
    expect(faults(text)).toEqual([expected]);
  });

  it('is refused when values are nested too deeply', () => {
    for (const text of ['['.repeat(20_000), '- '.repeat(20_000), '{a: '.repeat(20_000)]) {
      expect(faults(text).join()).toContain('values nested too deeply');
      expect(faults(text).length).toBeLessThanOrEqual(20);
    }
  });

  it('is refused above its size without being parsed, and with bytes that are no text', () => {
    const large = folder.write({ 'large.yaml': `a: ${'x'.repeat(yamlLimitBytes)}` });
    expect(told(problemsOf(() => load(large)))).toEqual([
      `0 : at most ${yamlLimitBytes} bytes, found ${yamlLimitBytes + 3} bytes`,
    ]);
    expect(told(problemsOf(() => load(folder.path)))).toEqual(['0 : a file, found a folder']);
  });

  it('never repeats the line of a syntax error, which may hold a secret', () => {
    for (const text of ['a: hunter2 }\n}', 'a: {password: hunter2', '"hunter2', 'a: b: hunter2', '- hunter2\nb']) {
      expect(faults(text).join()).not.toContain('hunter2');
    }
  });

  it('with a bomb of aliases is refused in the line of the first', () => {
    const bomb = ['a: &a [x, x]', 'b: &b [*a, *a]', 'c: [*b, *b]'].join('\n');
    expect(faults(bomb)[0]).toBe('2 b[0]: the value written out, found the alias *a');
  });
});

const word = fc.constantFrom(
  'plimsoll',
  'site',
  'systems',
  'assets',
  'id',
  'kind',
  'zone',
  'zones',
  'probes',
  'collector',
  'url',
  'credentials',
  'a',
  'plc',
  'broker',
  'mqtt',
  'mqtt://h',
  'organisation',
  'ref',
  'from',
  'targets',
  'ACC',
  'consents',
  'retired',
  'statements',
  'imports',
  'types',
  'trust',
  'conduits',
  '2026-02-30',
  'windows',
  'options',
  'schedule',
  'owners',
  'interfaces',
  'columns',
  'community',
  'password',
  'env',
  '__proto__',
  'constructor',
  'toString',
);
const leaf = fc.oneof(
  word,
  fc.integer({ min: -1, max: 5 }),
  fc.boolean(),
  fc.constant(null),
  fc.string({ maxLength: 8 }),
);
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(word, tie('node'), { maxKeys: 5 }),
  ),
})).node;

function onlyBadInput(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
  }
}

describe('whatever stands in the file', () => {
  it('the loader of plants says what is wrong, and never breaks', () => {
    fc.assert(
      fc.property(fc.dictionary(word, tree, { maxKeys: 8 }), (value) => {
        const text = stringify({ plimsoll: 1, site: { id: 'n' }, ...value }, { aliasDuplicateObjects: false });
        onlyBadInput(() => load(folder.write({ 'random.yaml': text })));
      }),
      { numRuns: 300 },
    );
  });

  it('the same holds for text that is hardly YAML', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60, unit: fc.constantFrom(...'ab:-{}[]"\'\n\t &*!|>#%@,?1') }), (text) => {
        onlyBadInput(() => load(folder.write({ 'random.yaml': text })));
      }),
      { numRuns: 300 },
    );
  });

  it('and for statements', () => {
    const plant = load(
      folder.write({ 'plant.yaml': 'plimsoll: 1\nsite: {id: n}\nsystems: [{id: s, assets: [{id: a, kind: plc}]}]\n' }),
    );
    const key = fc.constantFrom(
      'id',
      'kind',
      'type',
      'subject',
      'facts',
      'by',
      'on',
      'of',
      'document',
      'sample',
      'members',
      'fact',
      'indicator',
    );
    const some = fc.oneof(
      tree,
      fc.constantFrom(
        'attestation',
        'examination',
        'exception',
        'policy',
        '2026-11-01',
        'a',
        { asset: 'a' },
        { system: ['s'] },
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.dictionary(key, some), { maxLength: 3 }), (list) => {
        folder.write({ 's.yaml': stringify({ plimsoll: 1, statements: list }, { aliasDuplicateObjects: false }) });
        onlyBadInput(() => loadStatements({ ...plant, statements: [join(folder.path, 's.yaml')] }));
      }),
      { numRuns: 300 },
    );
  });
});

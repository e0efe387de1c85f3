import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { practiceCodes } from '../../../rules/engine/model.ts';
import { guideFor, loadGuide, verticals } from '../../../rules/loader/guide.ts';
import { folderOf, guideFolder, pack, refusedBy, rowIds } from './shipped.ts';

describe('the shipped level guide', () => {
  const guide = loadGuide(guideFolder, rowIds);

  it('tells of all 18 practices at all four levels', () => {
    expect(guide.practices.map(({ practice }) => practice)).toEqual(practiceCodes);
    const levels = practiceCodes.flatMap((code) => [1, 2, 3, 4].map((level) => guideFor(guide, code, level)));
    expect(levels.filter((each) => each === undefined)).toEqual([]);
  });

  it('leads to every row of the pack exactly once', () => {
    const named = guide.practices.flatMap(({ levels }) =>
      levels.flatMap(({ indicators }) => indicators.flatMap(({ rows }) => rows)),
    );
    expect([...named].sort()).toEqual(pack.rows.map(({ id }) => id).sort());
  });

  it('gives each practice an example that says it is one, from every vertical at least once', () => {
    const examples = guide.practices.map(({ practice, levels }) => ({
      practice,
      examples: levels.flatMap(({ example }) => example ?? []),
    }));
    expect(examples.filter((each) => each.examples.length === 0)).toEqual([]);
    expect(examples.flatMap((each) => each.examples).every(({ illustration }) => illustration)).toBe(true);
    expect(new Set(examples.flatMap((each) => each.examples.map(({ vertical }) => vertical)))).toEqual(
      new Set(verticals),
    );
  });

  it('says nothing twice', () => {
    const texts = guide.practices.flatMap(({ levels }) =>
      levels.flatMap((level) => [level.objective, ...level.do, ...level.indicators.map(({ text }) => text)]),
    );
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
  });
});

describe('reading a guide', () => {
  it('tells everything that is wrong at once, with file and line', () => {
    const files = Object.fromEntries(
      readdirSync(guideFolder).map((name) => [name, readFileSync(join(guideFolder, name), 'utf8')]),
    );
    const acc = (files['acc.yaml'] ?? '')
      .replace('acc.l1.anonymous-refused', 'acc.l1.no-such-row')
      .replace('acc.l2.no-anonymous', 'dpi.l2.tls-version')
      .replace('The main doors are closed to strangers.', `${'Very '.repeat(60)}long. Then another.`);
    const emi = (files['emi.yaml'] ?? '').replace('purpose:', 'porpoise:');
    const { 'rrc.yaml': _, ...rest } = files;
    const folder = folderOf({ ...rest, 'acc.yaml': acc, 'emi.yaml': emi });
    const problems = refusedBy(() => loadGuide(folder, rowIds));
    expect(problems.map(({ file, expected }) => `${file.split('/').at(-1)}: ${expected}`)).toEqual([
      'acc.yaml: sentences of at most 240 characters',
      'acc.yaml: one sentence',
      'acc.yaml: a row of the pack',
      'acc.yaml: a row that begins with acc.l2.',
      'emi.yaml: a value of type string',
      'emi.yaml: known keys only',
      'rrc.yaml: a guide to RRC',
    ]);
    const line = acc.split('\n').findIndex((text) => text.includes('acc.l1.no-such-row')) + 1;
    expect(problems.find(({ found }) => found === 'acc.l1.no-such-row')?.line).toBe(line);
    expect(problems.find(({ expected }) => expected === 'known keys only')?.hint).toBe('did you mean "purpose"?');
  });

  it('refuses a level that is missing, an example that is not marked, and a guide without examples', () => {
    const text = readFileSync(join(guideFolder, 'sai.yaml'), 'utf8');
    const folder = folderOf({
      'sai.yaml': text.replace('level: 3', 'level: 2'),
      'rat.yaml': readFileSync(join(guideFolder, 'rat.yaml'), 'utf8').replace(
        'illustration: true',
        'illustration: false',
      ),
      'mon.yaml': readFileSync(join(guideFolder, 'mon.yaml'), 'utf8').replace(/ {4}example:\n(?: {6}.*\n)+/, ''),
    });
    const problems = refusedBy(() => loadGuide(folder)).filter(({ expected }) => !expected.startsWith('a guide to'));
    expect(problems.map(({ file, expected }) => `${file.split('/').at(-1)}: ${expected}`)).toEqual(
      expect.arrayContaining([
        'sai.yaml: levels 1, 2, 3, 4 in this order',
        'rat.yaml: one of true',
        'mon.yaml: an example at one level at least',
      ]),
    );
  });

  it('never takes a folder that is not there for an empty guide', () => {
    expect(refusedBy(() => loadGuide('/no/such/folder'))[0]).toMatchObject({ expected: 'a folder', found: 'ENOENT' });
  });
});

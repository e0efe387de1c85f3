import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isFactName, mayFill } from '../../../collectors/contract/vocabulary.ts';
import { practiceCodes } from '../../../rules/engine/model.ts';
import { columns, listOf, type Row, readCatalogue } from './catalogue.ts';

const root = new URL('../../../rules/packs/smm/', import.meta.url).pathname;
const catalogue = readCatalogue();
const files = globSync('*/*.yaml', { cwd: root }).filter((file) => !file.startsWith('cases/'));
const pack = new Map(files.map((file) => [file, parse(readFileSync(`${root}${file}`, 'utf8')) as Written]));

type Written = Readonly<Record<string, unknown>>;

const compared = columns.filter((column) => column !== 'criterion' && column !== 'facts');

describe('the pack smm', () => {
  test('holds every row of the catalogue and no other, each in the folder of its practice', () => {
    expect(files.toSorted()).toEqual(catalogue.map((row) => `${row.practice.toLowerCase()}/${row.id}.yaml`).toSorted());
  });

  test.each(catalogue)('says of $id what the catalogue says', (row) => {
    expect(written(row)).toEqual(Object.fromEntries(compared.map((column) => [column, row[column]])));
  });
});

describe('the catalogue', () => {
  test('names every id once, after its practice and level', () => {
    expect(new Set(catalogue.map((row) => row.id)).size).toBe(catalogue.length);
    for (const row of catalogue)
      expect(row.id).toMatch(new RegExp(`^${row.practice.toLowerCase()}\\.l${row.level}\\.`));
  });

  test('has a core row at each level of each practice', () => {
    for (const practice of practiceCodes)
      for (const level of ['1', '2', '3', '4'])
        expect(
          catalogue.some((row) => row.practice === practice && row.level === level && row.core === 'core'),
          `${practice} level ${level}`,
        ).toBe(true);
  });

  test.each(catalogue)('$id reads facts of the vocabulary, and some path of the row can fill each of them', (row) => {
    const paths = listOf(row.paths);
    for (const fact of listOf(row.facts)) {
      expect(isFactName(fact), fact).toBe(true);
      if (isFactName(fact))
        expect(
          paths.some((path) => mayFill(path, fact)),
          `${fact} by ${row.paths}`,
        ).toBe(true);
    }
  });
});

/** The YAML row in the catalogue's own spelling. */
function written(row: Row) {
  const found = pack.get(`${row.practice.toLowerCase()}/${row.id}.yaml`) ?? {};
  const spelled = (value: unknown): string =>
    value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value);
  return Object.fromEntries(
    compared.map((column) => {
      if (column === 'core') return [column, found.core === true ? 'core' : 'supporting'];
      if (column === 'self') return [column, found.self === true ? 'self' : ''];
      return [column, spelled(found[column])];
    }),
  );
}

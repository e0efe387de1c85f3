import { describe, expect, test } from 'vitest';
import { isFactName, mayFill } from '../../../collectors/contract/vocabulary.ts';
import { practiceCodes } from '../../../rules/engine/model.ts';
import { loadPack } from '../../../rules/loader/load.ts';
import { columns, listOf, numbersOf, type Row, readCatalogue } from './catalogue.ts';

const catalogue = readCatalogue();
const { pack } = loadPack({ folder: new URL('../../../rules/packs/smm', import.meta.url).pathname });

const compared = columns.filter((column) => column !== 'criterion' && column !== 'facts');

describe('the pack smm', () => {
  test('holds every row of the catalogue and no other', () => {
    expect([...pack.byId.keys()].toSorted()).toEqual(catalogue.map((row) => row.id).toSorted());
  });

  test('answers every row: none is listed without a condition', () => {
    expect(pack.rows.filter((row) => !row.covered).map((row) => row.id)).toEqual([]);
  });

  test.each(catalogue)('says of $id what the catalogue says', (row) => {
    expect(written(row)).toEqual(Object.fromEntries(compared.map((column) => [column, row[column]])));
  });

  test.each(catalogue)('reads for $id the facts that the catalogue names', (row) => {
    const read = [...(pack.byId.get(row.id)?.facts ?? [])];
    expect(read.toSorted()).toEqual(factsOf(row).toSorted());
  });

  test.each(catalogue)('names every number in the criterion of $id', (row) => {
    const parameters = Object.values(pack.byId.get(row.id)?.parameters ?? {});
    const unnamed = numbersOf(row.criterion).filter((number) => !parameters.includes(number));
    expect(unnamed).toEqual(windows[row.id] ?? []);
  });

  test.each(catalogue)('tells for $id how to mend it, and cites standards by their own ids', (row) => {
    const found = pack.byId.get(row.id);
    expect(found?.fix ?? '').toMatch(/\S{3,}.{30,}/);
    for (const reference of found?.references ?? []) {
      expect(reference).toMatch(
        /^(IEC 62443-3-3 SR \d\.\d+|IEC 62443-4-2 (CR|EDR) \d\.\d+|NIST CSF 2\.0 [A-Z]{2}\.[A-Z]{2}-\d\d|ETSI EN 303 645 (5\.\d+-\d+|6\.\d))$/,
      );
    }
  });
});

describe('the catalogue', () => {
  test('names every id once, after its practice and level', () => {
    expect(new Set(catalogue.map((row) => row.id)).size).toBe(catalogue.length);
    for (const row of catalogue) {
      expect(row.id).toMatch(new RegExp(`^${row.practice.toLowerCase()}\\.l${row.level}\\.`));
    }
  });

  test('has a core row at each level of each practice', () => {
    for (const practice of practiceCodes) {
      for (const level of ['1', '2', '3', '4']) {
        const core = catalogue.filter((row) => row.practice === practice && row.level === level && row.core === 'core');
        expect(core.length, `${practice} level ${level}`).toBeGreaterThan(0);
      }
    }
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

/** Numbers that say over which time a fact counts, so that whoever fills the fact heeds them and no condition can. */
const windows: Readonly<Record<string, readonly number[]>> = {
  'pat.l4.anti-rollback': [365],
  'sai.l3.operating-picture': [12],
};

/** Facts from which others of the same row are derived, so that the condition reads them only by way of those. */
const sourcesOfDerived: Readonly<Record<string, readonly string[]>> = {
  'emi.l2.cert-inventory': ['tls.certificates'],
  'dpi.l2.no-cleartext-exposed': ['service.listening', 'service.listeners'],
  'pat.l3.trusted-updates': ['firmware.signed.required'],
};

function factsOf(row: Row): string[] {
  const byTheWay = sourcesOfDerived[row.id] ?? [];
  // CAPABLE and LOGSRC read the capabilities of a member to know whether it is one.
  const ofPopulation = /CAPABLE|LOGSRC/.test(row.population) ? ['device.capabilities'] : [];
  return listOf(row.facts).filter((fact) => ![...byTheWay, ...ofPopulation].includes(fact));
}

/** Where the catalogue asks for the import of a passive sensor, the product's own reader of captures does the same. */
function readsCaptures(paths: readonly string[]): boolean {
  return paths.includes('import:passive');
}

/** The row of the pack in the catalogue's own spelling. */
function written(row: Row): Record<string, string> {
  const found = pack.byId.get(row.id);
  if (found === undefined) return {};
  return {
    id: found.id,
    practice: found.practice,
    level: String(found.level),
    core: found.core ? 'core' : 'supporting',
    role: found.role,
    method: found.method,
    self: found.self ? 'self' : '',
    population: found.population ?? '',
    min: String(found.min ?? ''),
    maxBad: String(found.maxBad ?? ''),
    needs: found.needs.join(', '),
    freshnessDays: String(found.freshnessDays ?? ''),
    question: found.question,
    paths: found.paths.filter((path) => path !== 'passive' || !readsCaptures(found.paths)).join(', '),
    minutes: String(found.minutes),
    packets: String(found.packets),
    effort: found.effort,
    sharedWith: found.sharedWith.join(', '),
    why: found.why,
  };
}

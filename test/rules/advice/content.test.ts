import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedCoverage } from '../../../agent/commands/rule-content.ts';
import { type FactName, factNames, vocabulary } from '../../../collectors/contract/vocabulary.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { derivedFacts, underivedFacts } from '../../../rules/derive/derived-facts.ts';
import { runCases } from '../../../rules/loader/check.ts';
import { coverageOf, coveragePage, factsPage } from '../../../rules/loader/coverage.ts';
import { loadPack } from '../../../rules/loader/load.ts';
import { retiredIds, writeNewRow } from '../../../rules/loader/new-row.ts';
import { packOf } from '../engine/support.ts';

const root = new URL('../../..', import.meta.url).pathname;
const folder = join(root, 'rules/packs/smm');
const { pack } = loadPack({ folder });

describe('coverage', () => {
  it('stands in rules/coverage.md as it is computed ("plimsoll rules coverage --markdown")', () => {
    expect(readFileSync(join(root, 'rules/coverage.md'), 'utf8')).toBe(coveragePage(installedCoverage()));
  });

  it('stands in rules/coverage-facts.md for facts ("plimsoll rules coverage --facts --markdown")', () => {
    expect(readFileSync(join(root, 'rules/coverage-facts.md'), 'utf8')).toBe(factsPage(installedCoverage()));
  });

  it('counts every row once', () => {
    const { rows, total, practices } = installedCoverage();
    expect(rows.map(({ row }) => row).sort()).toEqual([...pack.byId.keys()].sort());
    expect(practices.reduce((sum, each) => sum + each.rows, 0)).toBe(total.rows);
    const { rows: all, ...kinds } = total;
    expect(Object.values(kinds).reduce((sum, each) => sum + each, 0)).toBe(all);
  });

  it('calls a row measured only where an installed collector fills what it reads', () => {
    const manifest = collectorOf('mqtt')?.manifest;
    if (manifest === undefined) throw new Error('mqtt is not installed');
    const own = packOf({
      id: 'acc.l1.a',
      population: 'CRIT',
      min: 1,
      good: 'auth.anonymous.accepted == false',
      paths: ['mqtt', 'import:config', 'statement:configuration', 'examine'],
    });
    const kinds = (installed: Parameters<typeof coverageOf>[1]) => coverageOf(own, installed).rows[0]?.ways;
    expect(kinds([{ manifest }])).toEqual(['measured', 'imported', 'examined', 'attested']);
    expect(kinds([])).toEqual(['imported', 'examined', 'attested']);
    const other = packOf({ id: 'acc.l1.a', met: 'roster.deputy.named == true', paths: ['mqtt', 'examine'] });
    expect(coverageOf(other, [{ manifest }]).rows[0]).toMatchObject({
      best: 'examined',
      by: [],
      unmeasured: ['roster.deputy.named'],
    });
  });

  it('does not call a fact derived because the vocabulary does, nor filled because a collector is named', () => {
    const manifest = collectorOf('tls')?.manifest;
    if (manifest === undefined) throw new Error('tls is not installed');
    const { facts } = coverageOf(pack, [{ manifest }]);
    const of = (name: FactName) => facts.find(({ fact }) => fact === name);
    expect(of('tls.version.min')).toMatchObject({ best: 'measured', by: ['tls'], silent: ['mqtt', 'aws-iot', 'ssh'] });
    expect(of('tls.cipher.weak')).toMatchObject({ best: 'measured', derived: true, by: [] });
    expect(of('vuln.known.count')).toMatchObject({ best: 'imported', derived: false });
    expect(of('vuln.overdue.count')).toMatchObject({ best: 'notCovered', silent: ['derived'] });
    const row = packOf({
      id: 'vas.l1.a',
      population: 'CRIT',
      min: 1,
      good: 'vuln.overdue.count == 0 && tls.version.min == "1.3"',
      paths: ['tls', 'examine'],
    });
    expect(coverageOf(row, [{ manifest }]).rows[0]).toMatchObject({
      best: 'examined',
      unmeasured: ['vuln.overdue.count'],
    });
  });

  it('says of every fact that the vocabulary calls derived whether it is, or why not', () => {
    const called = factNames.filter((name) => vocabulary[name].from.includes('derived'));
    const answered = [...derivedFacts.keys(), ...Object.keys(underivedFacts)];
    expect(answered.sort()).toEqual(called);
  });

  it('calls a row without a condition not covered, whatever its paths', () => {
    expect(coverageOf(packOf({ id: 'acc.l1.a' }), []).rows[0]).toMatchObject({ best: 'notCovered', ways: [] });
  });
});

describe('a new row', () => {
  let own = '';
  beforeEach(() => {
    own = mkdtempSync(join(tmpdir(), 'rows-'));
    writeFileSync(join(own, 'pack.yaml'), 'id: own\nversion: 1.0.0\ntitle: Own\nscope: system\nauthor: Us\n');
  });
  afterEach(() => rmSync(own, { recursive: true }));

  it('loads, and its cases hold, whatever fact it begins with', () => {
    const facts: (FactName | undefined)[] = [
      undefined,
      ...factNames.filter((name) => vocabulary[name].type !== 'object[]'),
    ];
    facts.forEach((fact, index) => {
      writeNewRow({ id: `acc.l2.own-${index}`, folder: own, packs: [pack], ...(fact === undefined ? {} : { fact }) });
    });
    const loaded = loadPack({ folder, overlays: [own] });
    const cases = loaded.cases.filter(({ row }) => row.startsWith('acc.l2.own-'));
    expect(cases).toHaveLength(facts.length);
    expect(runCases({ ...loaded, cases, systemCases: [] })).toMatchObject({ ok: true, failed: [] });
  });

  it.each([
    ['an id that is taken', 'acc.l2.no-anonymous', 'taken'],
    ['an id that is retired', 'std.l2.cloud-baseline', 'retired'],
    ['an id of no practice', 'zzz.l2.thing', 'code of a practice'],
    ['an id of no level', 'acc.l7.thing', 'acc.l2.no-anonymous'],
  ])('is refused for %s, and nothing is written', (_, id, why) => {
    expect(() => writeNewRow({ id, folder: own, packs: [pack] })).toThrow(why);
    expect(existsSync(join(own, id.split('.')[0] ?? ''))).toBe(false);
  });

  it('is refused where a file of that name lies, which stays as it is', () => {
    const path = writeNewRow({ id: 'acc.l2.own', folder: own, packs: [pack] });
    writeFileSync(path, 'mine');
    expect(() => writeNewRow({ id: 'acc.l2.own', folder: own, packs: [pack] })).toThrow('not there yet');
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('knows the retired ids that the catalogue names', () => {
    const head = readFileSync(join(root, 'test/rules/packs/catalogue.tsv'), 'utf8').split('\n');
    const line = head.find((each) => each.startsWith('# Retired ids')) ?? '';
    for (const id of retiredIds) expect(line).toContain(`${id} (now`);
    expect(line.match(/\(now/g)).toHaveLength(retiredIds.length);
  });
});

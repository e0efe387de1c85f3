import { describe, expect, it } from 'vitest';
import { assess } from '../../../rules/engine/assess.ts';
import type { AssetView } from '../../../rules/engine/input.ts';
import {
  canonicalPopulation,
  PopulationError,
  parsePopulation,
  supersetsOf,
} from '../../../rules/engine/population.ts';
import { asset, decision, inputOf, packOf, rowOf, said, seen } from './support.ts';

describe('the language of populations', () => {
  it.each([
    ['CRIT & SVC | GW', '(CRIT & SVC) | GW'],
    ['(SVC & CRIT) & CRIT', '(CRIT & SVC) & CRIT'],
    ['kind(hmi, broker, hmi)', 'kind(broker, hmi)'],
    ['each zone.register where critical and type = process', 'each zone.register where critical and type = process'],
    ['CRIT where patch.applicable = false', 'CRIT where patch.applicable = false'],
    ['MID where kind = certificate and critical', 'MID where critical and kind = certificate'],
    ['CRIT & (SUPPLIER | PARTNER)', '(PARTNER | SUPPLIER) & CRIT'],
  ])('reads %s', (text, canonical) => {
    expect(canonicalPopulation(parsePopulation(text))).toBe(canonical);
  });

  it.each([
    ['CRITT', 'one of ALL'],
    ['CRIT &', 'a set'],
    ['CRIT SVC', 'the end'],
    ['(CRIT', '")"'],
    ['MID & CRIT', 'sets of one sort'],
    ['SVC | SUPPLIER', 'sets of one sort'],
    ['CAPABLE(a, b)', 'one word'],
    [`${'('.repeat(60)}CRIT${')'.repeat(60)}`, 'parentheses'],
    ['$', 'sets joined'],
  ])('refuses %s', (text, expected) => {
    expect(() => parsePopulation(text)).toThrow(PopulationError);
    expect(() => parsePopulation(text)).toThrow(expected);
  });

  it('knows which sets, being empty, empty the whole', () => {
    expect(supersetsOf(parsePopulation('CRIT & PARTNER'))).toEqual(['CRIT & PARTNER', 'CRIT', 'PARTNER']);
    expect(supersetsOf(parsePopulation('each site.register where main'))).toContain('site.register');
  });
});

describe('who is counted', () => {
  function count(
    population: string,
    plant: AssetView[],
    evidence = [] as ReturnType<typeof seen>[],
  ): number | undefined {
    const pack = packOf({ id: 'thm.l1.row', population, min: 1, good: 'firmware.supported == true' });
    return rowOf(assess(pack, inputOf({ assets: plant, evidence })), 'thm.l1.row').of;
  }

  it('counts an asset of unknown exposure as exposed', () => {
    const { exposed: _, ...unknown } = asset('b');
    expect(count('EXP', [asset('a'), unknown as AssetView])).toBe(1);
  });

  it('takes a measured exposure into account, and never lets one source alone hide another', () => {
    const exposed = seen('a', { 'asset.exposed': true });
    expect(count('EXP', [asset('a')], [exposed])).toBe(1);
    const hidden = seen('a', { 'asset.exposed': false });
    expect(count('EXP', [asset('a', { exposed: true })], [hidden])).toBe(1);
  });

  it('counts a type without a capability statement as capable', () => {
    const stated = seen('b', { 'device.capabilities': ['tls'] });
    expect(count('CAPABLE(clock)', [asset('a'), asset('b')], [stated])).toBe(1);
  });

  it('counts accounts only where a set of theirs is named', () => {
    const plant = [asset('a'), asset('account', { kind: 'account' })];
    expect(count('CRIT', plant)).toBe(1);
    expect(count('CRIT & SVC', plant)).toBe(2);
    expect(count('kind(account)', plant)).toBe(1);
  });

  it('counts an asset with a declared log-in service among the services, Modbus alone not', () => {
    const plant = [
      asset('a', { kind: 'plc', protocols: ['opcua'] }),
      asset('b', { kind: 'plc', protocols: ['modbus'] }),
    ];
    expect(count('SVC', plant)).toBe(1);
  });

  it('keeps a member whose filter fact is unseen', () => {
    const evidence = [seen('a', { 'patch.applicable': true }), seen('b', { 'patch.applicable': false })];
    expect(count('CRIT where patch.applicable = false', [asset('a'), asset('b'), asset('c')], evidence)).toBe(2);
  });

  it('lets retired assets go and keeps those that are gone', () => {
    expect(count('ALL', [asset('a'), asset('b', { state: 'gone' }), asset('c', { state: 'retired' })])).toBe(2);
  });

  it('adds a sensor per critical zone to the log sources, or the zone itself', () => {
    const blind = seen('a', { 'device.capabilities': [] });
    expect(count('LOGSRC', [asset('a', { zone: 'z' })], [blind])).toBe(1);
    const sensor = asset('s', { kind: 'networksensor', zone: 'z', criticality: 'normal' });
    expect(count('LOGSRC & CRIT', [asset('a', { zone: 'z' }), sensor], [blind])).toBe(1);
  });

  it('finds a critical zone without sensor bad only once somebody states it', () => {
    const pack = packOf({
      id: 'mon.l1.row',
      population: 'LOGSRC & CRIT',
      min: 0.5,
      maxBad: 0,
      good: 'logging.local.enabled == true',
      bad: 'logging.local.enabled == false',
    });
    const plant = [asset('a', { zone: 'z' })];
    const evidence = [seen('a', { 'logging.local.enabled': true })];
    expect(rowOf(assess(pack, inputOf({ assets: plant, evidence })), 'mon.l1.row')).toMatchObject({
      status: 'met',
      unseen: 1,
    });
    const decisions = [decision({ kind: 'emptySet', set: 'zone:z' })];
    expect(rowOf(assess(pack, inputOf({ assets: plant, evidence, decisions })), 'mon.l1.row').status).toBe('notMet');
  });

  it('makes the maker of a critical asset a critical supplier', () => {
    const pack = packOf({
      id: 'psc.l1.row',
      population: 'CRIT & SUPPLIER',
      min: 1,
      good: 'filled(supplier.advisory.url)',
    });
    const plant = [
      asset('a', { vendor: 'Acme GmbH' }),
      asset('b', { vendor: 'ACME gmbh' }),
      asset('c', { vendor: 'Other', criticality: 'low' }),
    ];
    expect(rowOf(assess(pack, inputOf({ assets: plant })), 'psc.l1.row').of).toBe(1);
    const organisations = [{ id: 'acme', name: 'Acme GmbH', relation: [], critical: false }];
    const about = { kind: 'organisation', id: 'acme' } as const;
    const evidence = [seen('', { 'supplier.advisory.url': 'https://example.com' }, { about, kind: 'stated' })];
    const known = inputOf({ assets: plant, evidence, system: { organisations, assets: plant } });
    expect(rowOf(assess(pack, known), 'psc.l1.row')).toMatchObject({ status: 'met', of: 1 });
  });

  it('unites a certificate that two assets carry', () => {
    const pack = packOf({ id: 'emi.l2.row', population: 'MID', min: 1, good: 'filled(it.owner)' });
    const machine = { id: 'c-1', kind: 'certificate' as const };
    const evidence = [seen('a', { 'identity.machines': [machine] }), seen('b', { 'identity.machines': [machine] })];
    expect(rowOf(assess(pack, inputOf({ assets: [asset('a'), asset('b')], evidence })), 'emi.l2.row').of).toBe(1);
  });

  it('counts a zone that holds assets though no register names it', () => {
    const pack = packOf({
      id: 'rat.l3.row',
      population: 'each zone.register',
      min: 1,
      good: 'it.modelBoundary == true',
    });
    const evidence = [
      said({
        'zone.register': [
          { id: 'z1', modelBoundary: true },
          { id: 'empty', modelBoundary: true },
        ],
      }),
    ];
    const plant = [asset('a', { zone: 'z1' }), asset('b', { zone: 'z2' })];
    expect(rowOf(assess(pack, inputOf({ assets: plant, evidence })), 'rat.l3.row')).toMatchObject({
      good: 1,
      unseen: 1,
      of: 2,
    });
  });
});

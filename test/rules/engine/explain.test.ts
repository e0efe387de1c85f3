import { describe, expect, it } from 'vitest';
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import { explain, explainRows } from '../../../rules/engine/explain.ts';
import type { Evidence } from '../../../rules/engine/input.ts';
import type { RowSource } from '../../../rules/engine/pack.ts';
import type { FactRead } from '../../../rules/engine/result.ts';
import { ago, asset, assets, inputOf, packOf, said, seen } from './support.ts';

const id = 'thm.l2.row';

function trace(source: Partial<RowSource>, input: Parameters<typeof inputOf>[0]) {
  return explain(packOf({ id, ...source }), inputOf(input), id);
}

/** Readings of the one member of a question. */
function reads(met: string, evidence: readonly Evidence[], more: Partial<RowSource> = {}): readonly FactRead[] {
  const { members } = trace({ met, freshnessDays: 100, ...more }, { evidence });
  expect(members.map(({ member }) => member)).toEqual(['line']);
  return members[0]?.reads ?? [];
}

const supported = { population: 'ALL', min: 1, good: 'firmware.supported', freshnessDays: 100 } as const;
const miss = (channel: string, days: number, unseen: Evidence['unseen']) =>
  seen('a', {}, { channel, unseen, observedAt: ago(days) });

describe('a reading', () => {
  it('is told whole: what, by whom, how, when, until when and where it is kept', () => {
    const facts: FactsDraft = { 'roster.deputy.named': true };
    const more = { ref: 'r', channel: 'c', source: 'statement:interview', observedAt: ago(3) };
    expect(reads('roster.deputy.named', [said(facts, more)])).toStrictEqual([
      {
        ...{ fact: 'roster.deputy.named', value: true, evidence: 'stated', source: 'statement:interview' },
        ...{ channel: 'c', basis: 'stated', observedAt: ago(3), until: ago(-97), ref: 'r' },
      },
    ]);
  });

  it('is told as its source wrote it, a register by its size', () => {
    const facts: FactsDraft = { 'exposure.listedAt': ago(3), 'alert.rules.enabled': ['malware', 'newDevice'] };
    const [at, words] = reads('known(exposure.listedAt) && "malware" in alert.rules.enabled', [said(facts)]);
    expect(at?.value).toBe(ago(3));
    expect(words?.value).toEqual(['malware', 'newDevice']);
    const services = said({ 'exposure.services': [{ id: 'a', inModel: true }, { id: 'b' }] });
    const all = reads('exposure.services.all(s, s.inModel)', [services]);
    expect(all.map(({ fact, key, value, unseen }) => [fact, key, value, unseen])).toEqual([
      ['exposure.services', undefined, { elements: 2 }, undefined],
      ['exposure.services', 'a.inModel', true, undefined],
      ['exposure.services', 'b.inModel', undefined, 'neverAsked'],
    ]);
    expect(all[0]).toStrictEqual({
      ...{ fact: 'exposure.services', value: { elements: 2 }, evidence: 'stated', until: ago(-100) },
    });
  });

  it('is told once, however often it is read', () => {
    const evidence = [said({ 'roster.deputy.named': true })];
    expect(reads('roster.deputy.named || !roster.deputy.named', evidence)).toHaveLength(1);
    expect(reads('roster.deputy.named == roster.operationsCovered', evidence)).toHaveLength(2);
    const again = [
      said({ 'roster.operationsCovered': true }, { ref: 'first' }),
      said({ 'roster.deputy.named': true }, { ref: 'second' }),
    ];
    const named = 'roster.operationsCovered && roster.deputy.named && roster.operationsCovered';
    expect(reads(named, again).map(({ ref }) => ref)).toEqual(['first', 'second']);
  });

  it('has two sides in a conflict, each with its evidence', () => {
    const evidence = [
      seen('a', { 'firmware.supported': true }, { channel: 'x', ref: 'x' }),
      seen('a', { 'firmware.supported': false }, { channel: 'y', ref: 'y', kind: 'imported', source: 'import:cmdb' }),
    ];
    const side = { fact: 'firmware.supported', unseen: 'conflict', basis: 'authoritative', observedAt: ago(0) };
    const sides = [
      { ...side, value: true, evidence: 'measured', source: 'mqtt', channel: 'x', ref: 'x' },
      { ...side, value: false, evidence: 'imported', source: 'import:cmdb', channel: 'y', ref: 'y' },
    ];
    expect(trace(supported, { assets: [asset('a')], evidence }).members[0]?.reads).toStrictEqual(sides);
    expect(
      trace({ met: 'allOf("ALL", firmware.supported)' }, { assets: [asset('a')], evidence }).members,
    ).toMatchObject([{ verdict: 'unseen', reason: 'conflict', reads: sides }]);
  });
});

describe('what was not seen', () => {
  const of = (evidence: readonly Evidence[], source: Partial<RowSource> = supported) =>
    trace(source, { assets: [asset('a')], evidence }).members[0]?.reads;

  it('is told by the newest look that failed', () => {
    const unseen = { 'firmware.supported': 'denied' } as const;
    const told = [{ fact: 'firmware.supported', unseen: 'denied', channel: 'y', observedAt: ago(1) }];
    const looks = [miss('x', 2, { 'firmware.supported': 'timedOut' }), miss('y', 1, unseen)];
    expect(of(looks)).toStrictEqual(told);
    expect(of(looks.toReversed())).toStrictEqual(told);
    const sameDay = [miss('z', 1, { 'firmware.supported': 'timedOut' }), ...looks];
    expect(of(sameDay)).toStrictEqual(told);
    expect(of(sameDay.toReversed())).toStrictEqual(told);
  });

  it('is told by the newest reading that is too old, though a later look failed', () => {
    const old = (channel: string, days: number) =>
      seen('a', { 'firmware.supported': true }, { channel, ref: channel, observedAt: ago(days) });
    const evidence = [old('x', 300), old('y', 200), old('z', 400), miss('z', 1, { 'firmware.supported': 'denied' })];
    const told = [
      { fact: 'firmware.supported', unseen: 'stale', source: 'mqtt', channel: 'y', observedAt: ago(200), ref: 'y' },
    ];
    expect(of(evidence)).toStrictEqual(told);
    expect(of(evidence.toReversed())).toStrictEqual(told);
  });

  it('is told of the other assets that a row looks at too', () => {
    const evidence = [miss('x', 2, { 'firmware.supported': 'timedOut' })];
    const told = [{ fact: 'firmware.supported', unseen: 'timedOut', channel: 'x', observedAt: ago(2) }];
    expect(of(evidence, { met: 'allOf("ALL", firmware.supported)' })).toStrictEqual(told);
    const also = trace({ met: 'true', also: 'anyOf("ALL", firmware.supported)' }, { assets: [asset('a')], evidence });
    expect(also.also).toStrictEqual(told);
  });

  it('is told of parties, system and organisation', () => {
    const organisations = [{ id: 'maker', name: 'Maker', relation: ['supplier'], critical: true }];
    const unseen = { 'supplier.vex.available': 'timedOut' } as const;
    const about = { kind: 'organisation', id: 'maker' } as const;
    const party = trace(
      { population: 'SUPPLIER', min: 1, good: 'supplier.vex.available' },
      { system: { organisations }, evidence: [said({}, { about, unseen, channel: 'x' })] },
    );
    expect(party.members).toMatchObject([{ member: 'maker', reads: [{ unseen: 'timedOut', channel: 'x' }] }]);
    const system = said({}, { unseen: { 'roster.deputy.named': 'denied' }, channel: 'x' });
    expect(reads('roster.deputy.named', [system])).toMatchObject([{ unseen: 'denied' }]);
    const own = said({}, { about: { kind: 'organisation', id: 'own' }, unseen: { 'leaver.total': 'denied' } });
    expect(reads('leaver.total == 0', [own])).toMatchObject([{ unseen: 'denied' }]);
  });

  it('is ambiguous where somebody looked and no look failed, and never asked where nobody did', () => {
    const gone = { assets: [asset('a', { state: 'gone' })], evidence: [seen('a', { 'firmware.supported': true })] };
    expect(trace({ met: 'anyOf("ALL", firmware.supported)' }, gone).members).toMatchObject([
      { reads: [{ fact: 'firmware.supported', unseen: 'ambiguous' }] },
    ]);
    expect(of([])).toStrictEqual([{ fact: 'firmware.supported', unseen: 'neverAsked' }]);
  });

  it('is told of the keys of elements, by the document that is too old', () => {
    const register = said({ 'risk.register': [{ id: 'r', owner: 'Ada' }] }, { observedAt: ago(200), ref: 'old' });
    const newer = said({ 'risk.register': [{ id: 's' }] }, { channel: 'new' });
    const each = { population: 'each risk.register', min: 1, good: 'filled(it.owner)', freshnessDays: 100 } as const;
    const told = trace(each, { evidence: [register, newer] }).members;
    expect(told.map(({ member, reads: [first] }) => [member, first?.key, first?.unseen])).toEqual([
      ['r', 'r.owner', 'stale'],
      ['s', 's.owner', 'neverAsked'],
    ]);
    const certificate = { 'tls.certificates': [{ id: 'c' }] } as const;
    const keys = trace(
      { ...supported, good: 'tls.certificates.all(c, c.keyBits > p.n)', parameters: { n: 2 } },
      { assets: [asset('a')], evidence: [seen('a', certificate), miss('y', 1, { 'tls.certificates': 'denied' })] },
    );
    expect(keys.members[0]?.reads[1]).toMatchObject({ key: 'c.keyBits', unseen: 'denied', channel: 'y' });
    const zones = [
      said({ 'zone.register': [{ id: 'z' }] }),
      said({}, { unseen: { 'zone.register': 'denied' }, channel: 'y' }),
    ];
    const ofSystem = trace(
      { ...supported, good: 'zone.register.all(z, z.critical)' },
      { assets: [asset('a')], evidence: zones },
    );
    expect(ofSystem.members[0]?.reads[1]).toMatchObject({ key: 'z.critical', unseen: 'denied', channel: 'y' });
  });
});

describe('a trace', () => {
  it('has the worst members first, and equal ones by name', () => {
    const plant = assets(11);
    const evidence = plant.slice(1, 5).map(({ id: name }) => seen(name, { 'firmware.supported': name !== 'a-3' }));
    const { members } = trace({ ...supported, bad: '!firmware.supported' }, { assets: plant, evidence });
    expect(members.map(({ member }) => member).join(' ')).toBe('a-3 a-1 a-10 a-11 a-6 a-7 a-8 a-9 a-2 a-4 a-5');
    expect(members[0]).not.toHaveProperty('reason');
    expect(members.at(-1)).not.toHaveProperty('reason');
    expect(members[1]?.reason).toBe('neverAsked');
  });

  it('tells the status of the rows that it needs, unknown where the system has no part in them', () => {
    const pack = packOf(
      { id: 'thm.l1.base', met: 'roster.deputy.named' },
      { id: 'thm.l1.other', met: 'roster.operationsCovered' },
      { id: 'thm.l1.foreign', role: 'supplier', met: 'roster.deputy.named' },
      { id, met: 'true', needs: ['thm.l1.base', 'thm.l1.other', 'thm.l1.foreign'] },
    );
    const evidence = [said({ 'roster.deputy.named': true, 'roster.operationsCovered': false })];
    expect(explain(pack, inputOf({ evidence }), id).needs).toEqual([
      { id: 'thm.l1.base', status: 'met' },
      { id: 'thm.l1.other', status: 'notMet' },
      { id: 'thm.l1.foreign', status: 'unknown' },
    ]);
  });

  it('is refused for a row that is not there or was not asked for, by name', () => {
    const pack = packOf({ id, met: 'true' }, { id: 'thm.l1.other', met: 'true' });
    expect(() => explainRows(pack, inputOf({}), [id, 'thm.l1.none'])).toThrow(
      new RangeError('expected a row of pack test for the role owner, found thm.l1.none'),
    );
    const of = explainRows(pack, inputOf({}), [id]);
    expect(of(id).result.status).toBe('met');
    expect(() => of('thm.l1.other')).toThrow(
      new RangeError('expected one of the rows that were judged, found thm.l1.other'),
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import { derive } from '../../../rules/derive/derive.ts';
import type { AssetView, Evidence, History } from '../../../rules/engine/input.ts';
import { ago, asset, inputOf, seen } from '../engine/support.ts';

interface Given {
  readonly assets?: readonly AssetView[];
  readonly history?: History;
}

function factsOf(about: string, evidence: readonly Evidence[], { assets = [asset('a')], history }: Given = {}) {
  const input = inputOf({ assets: [...assets], evidence: [...evidence] });
  const found = derive(history === undefined ? input : { ...input, history }, {});
  const own = found.filter((each) => (each.about.kind === 'system' ? 'system' : each.about.id) === about);
  return Object.assign({}, ...own.map(({ facts }) => facts)) as FactsDraft;
}

const version = (text: string, days: number, channel = 'snmp', id = 'a') =>
  seen(id, { 'firmware.version': text }, { observedAt: ago(days), channel });
const legacy = (value: boolean, days: number, channel = 'snmp', id = 'a') =>
  seen(id, { 'snmp.legacy.enabled': value }, { observedAt: ago(days), channel });
const total = (evidence: readonly Evidence[], given?: Given) =>
  factsOf('system', evidence, given)['change.observed.total'];

describe('changes that were seen', () => {
  it('count once where several probes, or several settings, tell of the same one', () => {
    const twice = [version('1', 20), version('1', 19.9, 'ssh'), version('2', 10), version('2.0', 9.9, 'ssh')];
    expect(total(twice)).toBe(1);
    const both = [version('1', 20), legacy(true, 20), version('2', 10), legacy(false, 10)];
    expect(total(both)).toBe(1);
    expect(total([...both, version('3', 5)])).toBe(2);
  });

  it('are those of versions and settings within the quarter, of versions alone within the year', () => {
    const looks = [version('1', 200), version('2', 150), version('2', 80), legacy(true, 80), legacy(false, 70)];
    const facts = factsOf('system', [...looks, version('2', 1)]);
    expect(facts).toMatchObject({ 'change.observed.total': 1, 'patch.changes.observed.total': 1 });
  });

  it('are not counted as none where an asset was looked at once, or twice within a day', () => {
    expect(total([version('1', 1)])).toBeUndefined();
    expect(total([version('1', 1.2), version('1', 0.5)])).toBeUndefined();
    expect(total([version('1', 0.9), version('1', 0.5, 'ssh')])).toBeUndefined();
    expect(total([version('1', 3), version('1', 0.5)])).toBe(0);
  });

  it('are not counted where looks lie further apart than the quarter, since the change may lie before it', () => {
    expect(total([version('1', 200), version('2', 10)])).toBeUndefined();
    expect(total([version('1', 200), version('1', 10)])).toBe(0);
  });

  it('are not counted while critical assets that left without a record are more than a fifth', () => {
    const looks = [version('1', 20), version('2', 10)];
    expect(total(looks)).toBe(1);
    expect(total(looks, { assets: [asset('a'), asset('b', { state: 'gone' })] })).toBeUndefined();
  });
});

describe('the last change of a configuration', () => {
  const lastChange = (kind: string) =>
    factsOf('a', [legacy(true, 9), legacy(false, 5)], { assets: [asset('a', { kind })] })['config.lastChange'];

  it('is derived where settings tell of it, and of no controller or drive: its logic is no setting', () => {
    expect(lastChange('server')).toBe(ago(5));
    for (const kind of ['plc', 'rtu', 'safety', 'relay', 'robot', 'drive']) expect(lastChange(kind)).toBeUndefined();
  });

  it('is no other order of the same words', () => {
    const methods = (words: ('key' | 'password')[], days: number) =>
      seen('a', { 'auth.methods': words }, { observedAt: ago(days) });
    const facts = factsOf('a', [methods(['key', 'password'], 3), methods(['password', 'key'], 1)]);
    expect(facts).not.toHaveProperty('config.lastChange');
  });
});

describe('a history that is handed over', () => {
  const turn = { asset: 'a', channel: 'snmp', fact: 'firmware.version' } as const;
  const history: History = {
    turns: [{ ...turn, before: { at: ago(12), ref: 'one' }, after: { at: ago(10), ref: 'two' } }],
    firsts: [{ asset: 'a', channel: 'snmp', at: ago(40) }],
  };

  it('is believed of probes, whatever older looks the evidence still holds of them', () => {
    const evidence = [version('0', 90), version('2', 1)];
    const facts = factsOf('a', evidence, { history });
    expect(facts['firmware.lastChange']).toBe(ago(10));
    expect(total(evidence, { history })).toBe(1);
    expect(total(evidence, { history: { ...history, turns: [] } })).toBe(0);
  });

  it('says nothing of turns after the instant, or older than a year', () => {
    const later = { ...turn, before: { at: ago(1), ref: 'one' }, after: { at: ago(-1), ref: 'two' } };
    const old = { ...turn, before: { at: ago(370), ref: 'one' }, after: { at: ago(366), ref: 'two' } };
    const facts = factsOf('a', [version('2', 1)], { history: { ...history, turns: [later, old] } });
    expect(facts).not.toHaveProperty('firmware.lastChange');
  });

  it('leaves imports to their own rows', () => {
    const imported = (text: string, days: number) =>
      seen('a', { 'firmware.version': text }, { observedAt: ago(days), channel: 'import:cmdb', kind: 'imported' });
    const empty: History = { turns: [], firsts: [] };
    expect(total([imported('1', 20), imported('2', 10)], { history: empty })).toBe(1);
  });
});

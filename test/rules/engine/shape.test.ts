import { describe, expect, it } from 'vitest';
import type { FactName, FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import { assess } from '../../../rules/engine/assess.ts';
import { inspect } from '../../../rules/engine/inspect.ts';
import { inputOf, packOf, rowOf, said } from './support.ts';

function wrong(text: string, register?: FactName): string[] {
  return inspect(text, register).faults.map(({ found }) => found);
}

describe('a word that its closed set does not hold', () => {
  it.each<[string, string]>([
    ['tls.version.min == "1.9"', '"1.9"'],
    ['"1.9" != tls.version.min', '"1.9"'],
    ['tls.version.min in ["1.2", "1.9"]', '"1.9"'],
    ['"malwear" in alert.rules.enabled', '"malwear"'],
    ['containsAll(alert.rules.enabled, ["malware", "malwear"])', '"malwear"'],
    ['exposure.services.all(s, s.from == "intrnet")', '"intrnet"'],
    ['exposure.services.filter(s, s.inModel).exists(t, t.from == "intrnet")', '"intrnet"'],
    ['exposure.services.all(s, zone.register.exists(z, z.type == "intrnet" && s.from == "internet"))', '"intrnet"'],
    ['exposure.services.all(s, zone.register.exists(z, z.type == "process" && s.from == "process"))', '"process"'],
    ['exposure.services.all(s, zone.register.exists(s, s.type == "process" && s.type == "remot"))', '"remot"'],
  ])('is refused in %s', (text, word) => {
    expect(wrong(text)).toEqual([word]);
  });

  it('is refused in the keys of the element that a row counts', () => {
    expect(wrong('it.type == "proces"', 'zone.register')).toEqual(['"proces"']);
    expect(wrong('it.type == "process"', 'zone.register')).toEqual([]);
    expect(wrong('it.from == "proces"', 'exposure.services')).toEqual(['"proces"']);
  });

  it.each([
    'tls.version.min == "1.2"',
    'alert.recipient == "anybody"',
    'device.assetType in ["x"]',
    'crypto.offPolicy == ["x"]',
    'exposure.services.all(s, s.from == "internet" && s.protocol == "mqtt")',
    'alert.rules.enabled.all(w, w != "malware")',
    'exposure.services.all(s, exposure.internet.controlServices.all(s, s == "x"))',
  ])('is none of the words in %s', (text) => {
    expect(wrong(text)).toEqual([]);
  });

  it('is looked for in the keys that a register declares, not in what every object has', () => {
    expect(wrong('it.constructor == "x"', 'zone.register').join()).toContain('constructor');
    expect(wrong('it.toString == "x"', 'zone.register').join()).toContain('toString');
    expect(wrong('it == "x"', 'zone.register').join()).toContain('no such overload');
    expect(wrong('it.type == "x"')[0]).toBe('it.type');
  });
});

describe('an element of a list', () => {
  const asked = (met: string, facts: FactsDraft) =>
    rowOf(assess(packOf({ id: 'spm.l1.row', met }), inputOf({ evidence: [said(facts)] })), 'spm.l1.row').status;
  const services: FactsDraft = {
    'exposure.services': [
      { id: 'a', inModel: true, inThreatList: true },
      { id: 'b', inModel: false, inThreatList: false },
    ],
    'zone.register': [{ id: 'a', type: 'process', critical: true }],
  };

  it('keeps its keys where the list was filtered before', () => {
    expect(asked('exposure.services.filter(s, s.inModel).all(t, t.inThreatList)', services)).toBe('met');
    expect(asked('exposure.services.filter(s, !s.inModel).all(t, t.inThreatList)', services)).toBe('notMet');
    expect(asked('exposure.services.filter(s, s.inModel).filter(s, s.inThreatList).size() == 1', services)).toBe('met');
    expect(asked('exposure.services.filter(s, s.inModel).all(t, !t.inModel)', services)).toBe('notMet');
  });

  it('is told from the elements of another list around it, and hides those of the same name', () => {
    const both = (body: string) => asked(`exposure.services.exists(s, zone.register.exists(z, ${body}))`, services);
    expect(both('s.id == z.id && s.inModel')).toBe('met');
    expect(both('s.id == z.id && !s.inModel')).toBe('notMet');
    expect(asked('exposure.services.all(s, zone.register.all(s, s.critical))', services)).toBe('met');
  });

  it('may be a word', () => {
    const facts: FactsDraft = { 'alert.rules.enabled': ['malware', 'newDevice'] };
    expect(asked('alert.rules.enabled.exists(w, w == "newDevice")', facts)).toBe('met');
    expect(asked('alert.rules.enabled.filter(w, w != "newDevice").all(w, w == "malware")', facts)).toBe('met');
  });

  it('is filled by a date other than never, as a fact is', () => {
    const facts = (at: string): FactsDraft => ({ 'zone.register': [{ id: 'z', lastRiskAssessmentAt: at }] });
    const condition = 'zone.register.all(z, filled(z.lastRiskAssessmentAt))';
    expect(asked(condition, facts('2026-01-01T00:00:00.000Z'))).toBe('met');
    expect(asked(condition, facts('1970-01-01T00:00:00.000Z'))).toBe('notMet');
    expect(
      asked('zone.register.all(z, filled(z.modelThreatCount))', {
        'zone.register': [{ id: 'z', modelThreatCount: 0 }],
      }),
    ).toBe('met');
  });
});

import { describe, expect, it } from 'vitest';
import type { FactName, FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import { vocabulary } from '../../../collectors/contract/vocabulary.ts';
import { combineValues } from '../../../rules/engine/combine.ts';
import type { Evidence } from '../../../rules/engine/input.ts';
import { addEvidence, resolve, subjectOf } from '../../../rules/engine/readings.ts';
import { graceMs, reasonBits, unseenFor } from '../../../rules/engine/value.ts';
import { ago, day, nowMs, seen } from './support.ts';

const limit = 100;
const on = (days: number) => nowMs + days * day;

function resolved(name: FactName, evidence: readonly Evidence[], grace = false) {
  const subject = subjectOf('a');
  for (const each of evidence) addEvidence(subject, each, Date.parse(each.observedAt));
  return resolve(subject, name, limit, { at: nowMs, grace, keeps: true });
}

const probe = (channel: string, facts: FactsDraft, more: Partial<Evidence> = {}) =>
  seen('a', facts, { channel, ...more });
const blind = (channel: string, name: FactName) => seen('a', {}, { channel, unseen: { [name]: 'timedOut' } });
const person = (facts: FactsDraft, more: Partial<Evidence> = {}) =>
  seen('a', facts, { channel: 'person', kind: 'stated', source: 'statement:interview', ...more });
const anonymous = 'auth.anonymous.accepted';

describe('values of several probes', () => {
  const of = (name: FactName, values: Parameters<typeof combineValues>[1], isBlind = false) =>
    combineValues(vocabulary[name], values, isBlind);

  it('are any, all, the weakest, the strongest, the earliest, the latest, their union or sum, as the fact says', () => {
    expect(of(anonymous, [false, true])).toBe(true);
    expect(of(anonymous, [false, false])).toBe(false);
    expect(of('tls.certificate.trusted', [true, false])).toBe(false);
    expect(of('tls.certificate.trusted', [true, true])).toBe(true);
    expect(of('channel.encryption', ['encrypted', 'none', 'signed'])).toBe('none');
    expect(of('tls.certificate.keyBits', [4096, 2048, 3072])).toBe(2048);
    expect(of('channel.strongestEncryption', ['signed', 'encrypted', 'none'])).toBe('encrypted');
    expect(of('tls.version.max', ['1.3', '1.1', '1.2'])).toBe('1.3');
    expect(of('tls.certificate.notAfter', [30, 10, 20])).toBe(10);
    expect(of('tls.certificate.notBefore', [10, 30, 20])).toBe(30);
    expect(
      of('auth.methods', [
        ['b', 'a'],
        ['c', 'a'],
      ]),
    ).toEqual(['a', 'b', 'c']);
    expect(of('authorization.writable.count', [2, 3])).toBe(5);
  });

  it('are open while a probe is blind, unless the others decide', () => {
    expect(of(anonymous, [true], true)).toBe(true);
    expect(of(anonymous, [false], true)).toBeUndefined();
    expect(of('tls.certificate.trusted', [false], true)).toBe(false);
    expect(of('tls.certificate.trusted', [true], true)).toBeUndefined();
    expect(of('channel.encryption', ['none'], true)).toBe('none');
    expect(of('channel.encryption', ['signed'], true)).toBeUndefined();
    expect(of('tls.version.max', ['1.3'], true)).toBe('1.3');
    expect(of('tls.version.max', ['ssl3'], true)).toBeUndefined();
    expect(of('channel.strongestEncryption', ['signed'], true)).toBeUndefined();
    expect(of('tls.certificate.keyBits', [1], true)).toBeUndefined();
    for (const name of [
      'tls.certificate.notAfter',
      'tls.certificate.notBefore',
      'authorization.writable.count',
    ] as const)
      expect(of(name, [1], true)).toBeUndefined();
    expect(of('auth.methods', [['a']], true)).toBeUndefined();
  });

  it('rank digests by what is broken, and equal ones by name', () => {
    const weakest = (...names: string[]) => of('tls.certificate.signatureAlgorithm', names);
    expect(weakest('sha256WithRSA', 'md5WithRSA', 'sha1WithRSA')).toBe('md5WithRSA');
    expect(weakest('sha256WithRSA', 'SHA-1', 'sha384')).toBe('SHA-1');
    expect(weakest('sha1WithRSA', 'sha512')).toBe('sha1WithRSA');
    expect(weakest('sha512', 'sha128', 'sha256')).toBe('sha128');
    expect(weakest('sha256', 'MD2', 'md4')).toBe('MD2');
    expect(weakest('zz', 'md6', 'sha1')).toBe('sha1');
    expect(weakest('ecdsa-sha256', 'sha1WithRSA')).toBe('sha1WithRSA');
    expect(of('tls.certificate.keyBits', [2048, 512])).toBe(512);
  });
});

describe('what a combined value rests on', () => {
  it('is every probe, and it stands until the first of them ends', () => {
    const evidence = [
      probe('x', { [anonymous]: false }, { observedAt: ago(5), kind: 'imported', validUntil: ago(-40) }),
      probe('y', { [anonymous]: false }, { observedAt: ago(3), validUntil: ago(-20) }),
    ];
    expect(resolved(anonymous, evidence)).toMatchObject({
      value: false,
      weak: 1,
      strong: 0,
      at: on(-5),
      until: on(20),
    });
    expect(resolved(anonymous, evidence).reading).toMatchObject({ channel: 'y' });
    expect(resolved(anonymous, evidence.toReversed()).reading).toMatchObject({ channel: 'y' });
    expect(resolved(anonymous, evidence.slice(0, 1))).toMatchObject({ reading: { channel: 'x' }, weak: 1, strong: 1 });
    expect(resolved(anonymous, evidence)).not.toHaveProperty('lapsedAt');
  });

  it('is a person too, who stands in for a blind probe', () => {
    const evidence = [
      probe('x', { [anonymous]: false }, { observedAt: ago(3) }),
      blind('y', anonymous),
      person({ [anonymous]: false }, { observedAt: ago(9), validUntil: ago(-7) }),
    ];
    expect(resolved(anonymous, evidence)).toMatchObject({ value: false, weak: 4, strong: 0, at: on(-9), until: on(7) });
    const alone = [blind('y', anonymous), person({ [anonymous]: true })];
    expect(resolved(anonymous, alone)).toMatchObject({ value: true, weak: 4, reading: { channel: 'person' } });
    expect(resolved(anonymous, [person({ [anonymous]: true })])).toMatchObject({ value: true, weak: 4 });
  });

  it('is no person where every probe saw it, imports being probes', () => {
    for (const kind of ['observation', 'imported'] as const) {
      const evidence = [probe('x', { [anonymous]: false }, { kind }), person({ [anonymous]: true })];
      expect(resolved(anonymous, evidence)).toMatchObject({ value: false });
    }
    const examined = [person({ [anonymous]: true }, { kind: 'examined' }), probe('x', { [anonymous]: false })];
    expect(resolved(anonymous, examined)).toMatchObject({ value: false, weak: 0 });
  });

  it('is open for every reason there is where a probe is blind', () => {
    const { notSeen, stale, neverAsked } = reasonBits;
    const seenBy = (channel: string, days: number) => probe(channel, { [anonymous]: false }, { observedAt: ago(days) });
    const reason = (...evidence: Evidence[]) => resolved(anonymous, evidence).value;
    expect(reason(seenBy('x', 1), blind('y', anonymous))).toBe(unseenFor(notSeen));
    expect(reason(seenBy('x', 1), seenBy('y', 101))).toBe(unseenFor(stale));
    expect(reason(seenBy('x', 101), blind('y', anonymous))).toBe(unseenFor(stale | notSeen));
    expect(reason(blind('y', anonymous))).toBe(unseenFor(notSeen));
    expect(reason()).toBe(unseenFor(neverAsked));
    expect(resolved(anonymous, [seenBy('x', 1), blind('y', anonymous)]).until).toBe(on(99));
  });

  it('is open by a blind probe beside an import as beside a look, and by an import that is stale', () => {
    const imported = (days: number) => probe('i', { [anonymous]: false }, { kind: 'imported', observedAt: ago(days) });
    expect(resolved(anonymous, [imported(1), blind('y', anonymous)]).value).toBe(unseenFor(reasonBits.notSeen));
    expect(resolved(anonymous, [imported(101), probe('x', { [anonymous]: false })]).value).toBe(
      unseenFor(reasonBits.stale),
    );
  });

  it('is held by a lapsed statement only where the probes leave it open', () => {
    const lapsed = (value: boolean) => person({ [anonymous]: value }, { observedAt: ago(20), validUntil: ago(10) });
    const held = (value: boolean) =>
      resolved(anonymous, [probe('x', { [anonymous]: value }), blind('y', anonymous), lapsed(value)], true);
    expect(held(false)).toMatchObject({ value: false, weak: 4, lapsedAt: on(-10) });
    expect(held(true)).toMatchObject({ value: true, weak: 0 });
    expect(held(true)).not.toHaveProperty('lapsedAt');
  });

  it('is not opened by a probe that saw it before and failed since, nor by a person who could not say', () => {
    const failedSince = [probe('x', { [anonymous]: false }, { observedAt: ago(5) }), blind('x', anonymous)];
    expect(resolved(anonymous, failedSince)).toMatchObject({ value: false });
    const unsure = [probe('x', { [anonymous]: false }), person({ [anonymous]: false }), blind('person', anonymous)];
    expect(resolved(anonymous, unsure)).toMatchObject({ value: false, weak: 0 });
  });

  it('is held for a while where only the person’s statement lapsed', () => {
    const evidence = [
      blind('y', anonymous),
      person({ [anonymous]: false }, { observedAt: ago(20), validUntil: ago(10) }),
    ];
    expect(resolved(anonymous, evidence, true)).toMatchObject({ value: false, lapsedAt: on(-10), until: on(20) });
    expect(resolved(anonymous, evidence)).toMatchObject({ graceFrom: on(-10), until: on(-10) + graceMs });
  });
});

describe('a list about the asset of which each source knows a part', () => {
  const name = 'protocol.unauthenticated';

  it('names what all of them saw, whichever looked last', () => {
    const modbus = probe('modbus', { [name]: ['modbus'] }, { observedAt: ago(3) });
    const enip = probe('enip', { [name]: ['enip'] }, { observedAt: ago(1) });
    const inventory = person({ [name]: ['s7', 'modbus'] });
    expect(resolved(name, [modbus, enip]).value).toEqual(['enip', 'modbus']);
    expect(resolved(name, [enip, modbus]).value).toEqual(['enip', 'modbus']);
    const all = resolved(name, [modbus, enip, inventory]);
    expect(all.value).toEqual(['enip', 'modbus', 's7']);
    // As strong as the weakest that it rests on, and until the first of them ends.
    expect(all.weak).toBe(4);
    expect(all.until).toBe(Date.parse(ago(3)) + limit * day);
  });

  it('loses nothing by a probe that saw nothing, and forgets what is too old', () => {
    const modbus = probe('modbus', { [name]: ['modbus'] }, { observedAt: ago(3) });
    expect(resolved(name, [modbus, blind('enip', name)]).value).toEqual(['modbus']);
    const old = probe('enip', { [name]: ['enip'] }, { observedAt: ago(limit + 1) });
    expect(resolved(name, [modbus, old]).value).toEqual(['modbus']);
    const legacy = 'service.legacy.enabled';
    expect(resolved(legacy, [probe('ssh', { [legacy]: [] }), probe('snmp', { [legacy]: ['snmpv2c'] })]).value).toEqual([
      'snmpv2c',
    ]);
  });
});

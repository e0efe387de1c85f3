import { describe, expect, it } from 'vitest';
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import type { Evidence } from '../../../rules/engine/input.ts';
import { addEvidence, resolve, subjectOf } from '../../../rules/engine/readings.ts';
import { graceMs, reasonBits, unseenFor } from '../../../rules/engine/value.ts';
import { ago, day, nowMs, said } from './support.ts';

const on = (days: number) => nowMs + days * day;
type Zone = NonNullable<FactsDraft['zone.register']>[number];

function register(evidence: readonly Evidence[], grace = false) {
  const subject = subjectOf('line');
  for (const each of evidence) addEvidence(subject, each, Date.parse(each.observedAt));
  const found = resolve(subject, 'zone.register', 100, { at: nowMs, grace, keeps: true });
  const cell = (id: string, key: string) => found.elements?.find((each) => each.id === id)?.cells.get(key);
  return { ...found, ids: found.elements?.map(({ id }) => id), cell };
}

function listed(channel: string, days: number, zones: readonly Zone[], more: Partial<Evidence> = {}): Evidence {
  return said({ 'zone.register': zones }, { channel, observedAt: ago(days), ...more });
}

describe('a list of several documents', () => {
  it('has its elements in the order of their ids, whoever named them', () => {
    const evidence = [listed('x', 1, [{ id: 'c' }, { id: 'a' }]), listed('y', 2, [{ id: 'b' }, { id: 'a' }])];
    expect(register(evidence).ids).toEqual(['a', 'b', 'c']);
    expect(register(evidence.toReversed()).ids).toEqual(['a', 'b', 'c']);
  });

  it('rests on every valid document, and stands until the first of them ends', () => {
    const evidence = [
      listed('x', 1, [{ id: 'a' }], { kind: 'imported', validUntil: ago(-9) }),
      listed('y', 5, [{ id: 'b' }], { validUntil: ago(-4) }),
      listed('z', 200, [{ id: 'c' }], { kind: 'observation' }),
    ];
    for (const each of [evidence, evidence.toReversed()]) {
      expect(register(each)).toMatchObject({ weak: 4, strong: 1, at: on(-5), until: on(4), ids: ['a', 'b', 'c'] });
      expect(register(each)).not.toHaveProperty('lapsedAt');
    }
    const machine = [listed('x', 1, [{ id: 'a' }], { kind: 'observation' })];
    expect(register(machine)).toMatchObject({ weak: 0, strong: 0, value: [{ id: 'a' }] });
  });

  it('is unseen where every document is stale, and its elements stay', () => {
    const stale = register([listed('x', 200, [{ id: 'a', critical: true }])]);
    expect(stale).toMatchObject({ value: unseenFor(reasonBits.stale), weak: -1, ids: ['a'] });
    expect(stale.cell('a', 'critical')?.value).toBe(unseenFor(reasonBits.stale));
    expect(stale).not.toHaveProperty('graceFrom', on(-100));
    expect(register([]).value).toBe(unseenFor(reasonBits.neverAsked));
    const failed = said({}, { channel: 'x', unseen: { 'zone.register': 'denied' } });
    expect(register([failed]).value).toBe(unseenFor(reasonBits.notSeen));
  });

  it('is held for a while where only statements lapsed, from the first that did', () => {
    const evidence = [
      listed('x', 20, [{ id: 'a', critical: true }], { validUntil: ago(4) }),
      listed('y', 30, [{ id: 'b', critical: true }], { validUntil: ago(9) }),
    ];
    const held = register(evidence, true);
    expect(held).toMatchObject({ weak: 4, lapsedAt: on(-9), until: on(-9) + graceMs, ids: ['a', 'b'], at: on(-30) });
    expect(held.cell('a', 'critical')).toMatchObject({ value: true, lapsedAt: on(-4) });
    const lapsing = register(evidence);
    expect(lapsing).toMatchObject({ weak: -1, graceFrom: on(-9), until: on(-9) + graceMs });
    expect(lapsing.cell('a', 'critical')).toMatchObject({ graceFrom: on(-4), until: on(-4) + graceMs, weak: -1 });
    expect(register([listed('x', 200, [{ id: 'a' }], { kind: 'observation' })], true)).not.toHaveProperty('graceFrom');
  });

  it('is not held by a lapsed document where another is valid', () => {
    const evidence = [
      listed('x', 1, [{ id: 'a' }], { validUntil: ago(-50) }),
      listed('y', 30, [{ id: 'b', critical: true }], { validUntil: ago(9) }),
    ];
    const found = register(evidence, true);
    expect(found).toMatchObject({ until: on(50), at: on(-1), ids: ['a', 'b'] });
    expect(found).not.toHaveProperty('lapsedAt');
  });
});

describe('a key of an element', () => {
  it('is that of the newest valid document that names it, and dates are instants', () => {
    const evidence = [
      listed('x', 1, [{ id: 'a', critical: true }]),
      listed('y', 2, [{ id: 'a', critical: false, pictureAt: ago(7) }]),
    ];
    const { cell } = register(evidence);
    expect(cell('a', 'critical')).toMatchObject({ value: true, at: on(-1), until: on(99) });
    expect(cell('a', 'pictureAt')).toMatchObject({ value: on(-7), at: on(-2) });
    expect(cell('a', 'type')).toBeUndefined();
    const machine = [
      listed('x', 1, [{ id: 'a', critical: true }], { kind: 'observation' }),
      listed('y', 2, [{ id: 'a', critical: false }], { kind: 'observation' }),
    ];
    expect(register(machine).cell('a', 'critical')).toMatchObject({ value: true, at: on(-1) });
  });

  it('is an older document’s where the newer one ended', () => {
    const ended = (more: Partial<Evidence>) => [
      listed('x', 1, [{ id: 'a', critical: true }], { validUntil: ago(0.5), ...more }),
      listed('y', 2, [{ id: 'a', critical: false }]),
    ];
    expect(register(ended({})).cell('a', 'critical')).toMatchObject({ value: false, weak: 4 });
    expect(register(ended({}), true).cell('a', 'critical')).toMatchObject({ value: false, weak: 4 });
    expect(register(ended({ kind: 'observation' })).cell('a', 'critical')).toMatchObject({ value: false });
  });

  it('is held where no valid document names it, one that still lapses before one that is stale', () => {
    const evidence = [
      listed('x', 150, [{ id: 'a', critical: true }], { kind: 'observation' }),
      listed('y', 160, [{ id: 'a', critical: false }], { validUntil: ago(9) }),
    ];
    const late = [evidence[0] as Evidence, listed('y', 90, [{ id: 'a', critical: false }], { validUntil: ago(9) })];
    expect(register(late, true).cell('a', 'critical')).toMatchObject({ value: false, lapsedAt: on(-9) });
    expect(register(late).cell('a', 'critical')).toMatchObject({ graceFrom: on(-9) });
    expect(register(late, true).lapsedAt).toBe(on(-9));
    expect(register(evidence).cell('a', 'critical')?.value).toBe(unseenFor(reasonBits.stale));
    const staleFirst = [
      listed('x', 1, [{ id: 'a', critical: true }], { kind: 'observation', validUntil: ago(0.5) }),
      listed('y', 20, [{ id: 'a', critical: false }], { validUntil: ago(9) }),
    ];
    expect(register(staleFirst).cell('a', 'critical')).toMatchObject({ graceFrom: on(-9) });
    const bothHeld = [
      listed('x', 20, [{ id: 'a', critical: true }], { validUntil: ago(9) }),
      listed('y', 30, [{ id: 'a', critical: false }], { validUntil: ago(4) }),
    ];
    expect(register(bothHeld, true).cell('a', 'critical')).toMatchObject({ value: true, lapsedAt: on(-9) });
    const staleOnly = register(evidence.slice(0, 1)).cell('a', 'critical');
    expect(staleOnly).toMatchObject({ weak: -1, until: Number.POSITIVE_INFINITY });
    expect(staleOnly).not.toHaveProperty('graceFrom');
  });
});

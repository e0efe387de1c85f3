import { describe, expect, it } from 'vitest';
import type { FactName, FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import { vocabulary } from '../../../collectors/contract/vocabulary.ts';
import type { Evidence } from '../../../rules/engine/input.ts';
import {
  addEvidence,
  isBetter,
  isNewer,
  type Moment,
  missing,
  resolve,
  type Subject,
  slotFor,
  subjectOf,
} from '../../../rules/engine/readings.ts';
import { graceMs, neverAsked, type Reading, reasonBits, unseenFor } from '../../../rules/engine/value.ts';
import { ago, day, nowMs, seen } from './support.ts';

const on = (days: number) => nowMs + days * day;
const today: Moment = { at: nowMs, grace: false, keeps: true };
const graced: Moment = { ...today, grace: true };
const supported = 'firmware.supported';

function subject(evidence: readonly Evidence[], gone = false): Subject {
  const made = subjectOf('a', gone);
  for (const each of evidence) addEvidence(made, each, Date.parse(each.observedAt));
  return made;
}

/** What is read is the same in whichever order it came. */
function read(name: FactName, evidence: readonly Evidence[], moment = today) {
  const found = resolve(subject(evidence), name, 100, moment);
  expect(resolve(subject(evidence.toReversed()), name, 100, moment)).toStrictEqual(found);
  return found;
}

const from = (channel: string, facts: FactsDraft, more: Partial<Evidence> = {}) =>
  seen('a', facts, { channel, ref: channel, ...more });

const reading: Reading = {
  ...{ value: 5, raw: 5, at: nowMs, end: on(9), kind: 2, basis: 1, source: 'm', channel: 'm', ref: 'm' },
};

describe('of two readings', () => {
  const later: [keyof Reading, unknown, unknown][] = [
    ['at', nowMs + 1, nowMs - 1],
    ['kind', 1, 3],
    ['channel', 'a', 'z'],
    ['ref', 'a', 'z'],
    ['end', on(10), on(8)],
    ['source', 'a', 'z'],
    ['raw', 4, 6],
  ];

  it.each(later.map(([key, first, last], index) => [key, first, last, index] as const))(
    'the one with the better %s goes first, whatever else is worse',
    (key, first, last, index) => {
      const worse = Object.fromEntries(later.slice(index + 1).map(([name, , value]) => [name, value]));
      const better = Object.fromEntries(later.slice(index + 1).map(([name, value]) => [name, value]));
      expect(isNewer({ ...reading, ...worse, [key]: first }, reading)).toBe(true);
      expect(isNewer(reading, { ...reading, ...worse, [key]: first })).toBe(false);
      expect(isNewer({ ...reading, ...better, [key]: last }, reading)).toBe(false);
      expect(isNewer(reading, { ...reading, ...better, [key]: last })).toBe(true);
    },
  );

  it('neither goes before one that says the very same', () => {
    expect(isNewer(reading, { ...reading })).toBe(false);
    expect(isBetter(reading, { ...reading })).toBe(false);
  });

  it('the better basis holds, then the stronger kind, then the newer', () => {
    const of = (one: Partial<Reading>) => [
      isBetter({ ...reading, ...one }, reading),
      isBetter(reading, { ...reading, ...one }),
    ];
    expect(of({ basis: 0, kind: 4, at: nowMs - 1 })).toEqual([true, false]);
    expect(of({ basis: 2, kind: 0, at: nowMs + 1 })).toEqual([false, true]);
    expect(of({ kind: 1, at: nowMs - 1 })).toEqual([true, false]);
    expect(of({ kind: 3, at: nowMs + 1 })).toEqual([false, true]);
    expect(of({ at: nowMs + 1 })).toEqual([true, false]);
  });

  it('of one source at one instant the one of the smaller digest holds', () => {
    const two = [
      from('x', { 'firmware.version': '1' }, { ref: 'b' }),
      from('x', { 'firmware.version': '2' }, { ref: 'a' }),
    ];
    expect(read('firmware.version', two).value).toBe('2');
  });
});

describe('a look that failed', () => {
  const missed = (...misses: [channel: string, days: number, reason: 'timedOut' | 'denied' | 'notTried'][]) => {
    const evidence = misses.map(([channel, days, reason]) =>
      from(channel, {}, { unseen: { [supported]: reason }, observedAt: ago(days) }),
    );
    const of = (list: readonly Evidence[]) =>
      [...(subject(list).slots.get(supported)?.missed ?? [])].sort((one, other) =>
        one.channel < other.channel ? -1 : 1,
      );
    expect(of(evidence.toReversed())).toEqual(of(evidence));
    return of(evidence).map(({ channel, at, reason }) => [channel, (at - nowMs) / day, reason]);
  };

  it('is the newest of each source, and of one instant always the same', () => {
    expect(missed(['x', 2, 'timedOut'], ['x', 1, 'denied'])).toEqual([['x', -1, 'denied']]);
    expect(missed(['x', 1, 'timedOut'], ['x', 2, 'denied'])).toEqual([['x', -1, 'timedOut']]);
    expect(missed(['x', 1, 'timedOut'], ['x', 1, 'denied'])).toEqual([['x', -1, 'denied']]);
    expect(missed(['x', 2, 'timedOut'], ['y', 3, 'denied'], ['x', 1, 'notTried'], ['z', 4, 'denied'])).toEqual([
      ['x', -1, 'notTried'],
      ['y', -3, 'denied'],
      ['z', -4, 'denied'],
    ]);
  });

  it('gives every reason there is', () => {
    const { slots } = subject([from('x', {}, { unseen: { [supported]: 'notTried' } })]);
    const slot = slots.get(supported);
    if (slot === undefined) throw new Error('a miss makes a slot');
    expect(missing(slot, false).value).toBe(neverAsked);
    expect(missing(slot, true).value).toBe(unseenFor(reasonBits.stale | reasonBits.neverAsked));
    expect(missing(slotFor(vocabulary[supported], [], []), false).value).toBe(neverAsked);
  });
});

describe('evidence', () => {
  it('says nothing of facts that nobody knows, nor by a value that is not there', () => {
    const odd = { 'no.such.fact': true, [supported]: undefined } as unknown as FactsDraft;
    const unseen = { 'no.such.fact': 'denied', 'firmware.version': undefined } as unknown as Evidence['unseen'];
    expect([...subject([from('x', odd, { unseen })]).slots]).toEqual([]);
  });

  it('of a document is stated, beside what was measured', () => {
    const both = (kind: Evidence['kind']) => [
      from('x', { [supported]: true }),
      from('y', { [supported]: false }, { kind }),
    ];
    expect(read(supported, both('document')).value).toBe(true);
    expect(read(supported, both('stated')).value).toBe(true);
    for (const kind of ['examined', 'imported', 'observation'] as const)
      expect(read(supported, both(kind)).value).toBe(unseenFor(reasonBits.conflict));
  });

  it('of what left without a record counts no more', () => {
    const gone = resolve(subject([from('x', { [supported]: true })], true), supported, 100, today);
    expect(gone).toMatchObject({
      value: unseenFor(reasonBits.notSeen),
      weak: -1,
      strong: 99,
      until: Number.POSITIVE_INFINITY,
    });
  });

  it('conflicts on booleans, integers and choices, until the first side ends', () => {
    const of = (one: FactsDraft, other: FactsDraft) => {
      const [name] = Object.keys(one) as FactName[];
      return read(name ?? supported, [
        from('x', one, { observedAt: ago(5) }),
        from('y', other, { observedAt: ago(3) }),
      ]);
    };
    const conflict = { value: unseenFor(reasonBits.conflict), until: on(95) };
    expect(of({ [supported]: true }, { [supported]: false })).toMatchObject(conflict);
    expect(of({ 'account.orphan.count': 1 }, { 'account.orphan.count': 2 })).toMatchObject(conflict);
    expect(of({ 'asset.criticality': 'low' }, { 'asset.criticality': 'critical' })).toMatchObject(conflict);
    expect(of({ 'firmware.version': '1' }, { 'firmware.version': '2' })).toMatchObject({ value: '2' });
    expect(of({ 'monitor.rejectedAccess.count': 1 }, { 'monitor.rejectedAccess.count': 2 })).toMatchObject({
      value: 2,
    });
  });
});

describe('a statement that lapsed', () => {
  const lapsed = (kind: Evidence['kind'], facts: FactsDraft, days = 10) =>
    from('old', facts, { kind, observedAt: ago(50), validUntil: ago(days) });

  it.each(['examined', 'document', 'stated'] as const)('by %s evidence is held for 30 days', (kind) => {
    const evidence = [lapsed(kind, { [supported]: true })];
    expect(read(supported, evidence, graced)).toMatchObject({
      value: true,
      lapsedAt: on(-10),
      until: on(-10) + graceMs,
    });
    expect(read(supported, evidence)).toMatchObject({ graceFrom: on(-10), until: on(-10) + graceMs });
    expect(read(supported, [lapsed(kind, { [supported]: true }, 30)], graced).value).toBe(unseenFor(reasonBits.stale));
  });

  it.each(['observation', 'imported'] as const)('is none where it is a look (%s)', (kind) => {
    const evidence = [lapsed(kind, { [supported]: true })];
    expect(read(supported, evidence, graced).value).toBe(unseenFor(reasonBits.stale));
    expect(read(supported, evidence)).not.toHaveProperty('graceFrom');
  });

  it('never argues with what is known today', () => {
    const valid = from('new', { [supported]: false }, { kind: 'stated', observedAt: ago(70) });
    const found = read(supported, [lapsed('stated', { [supported]: true }), valid], graced);
    expect(found).toMatchObject({ value: false, at: on(-70), until: on(30) });
    expect(found).not.toHaveProperty('lapsedAt');
    const more = from('more', { [supported]: false }, { kind: 'stated', observedAt: ago(1) });
    expect(read(supported, [valid, lapsed('stated', { [supported]: true }), more], graced).value).toBe(false);
  });

  it('is held as long as another that says the same, and conflicts with one that does not', () => {
    const other = (value: boolean) =>
      from('other', { [supported]: value }, { kind: 'stated', observedAt: ago(60), validUntil: ago(20) });
    expect(read(supported, [lapsed('stated', { [supported]: true }), other(true)], graced).value).toBe(true);
    expect(read(supported, [lapsed('stated', { [supported]: true }), other(false)], graced)).toMatchObject({
      value: unseenFor(reasonBits.conflict),
      until: on(-20) + graceMs,
    });
    expect(read(supported, [lapsed('stated', { [supported]: true }), other(true)])).toMatchObject({
      graceFrom: on(-20),
    });
  });
});

describe('what was resolved', () => {
  const evidence = [
    from('x', { [supported]: true }, { observedAt: ago(50), kind: 'stated', validUntil: ago(-20) }),
    from('y', { [supported]: true }, { observedAt: ago(60), kind: 'stated' }),
  ];
  const later = (days: number, grace = false): Moment => ({ at: on(days), grace, keeps: false });
  const looks: [limit: number | undefined, moment: Moment][] = [
    [100, today],
    [100, graced],
    [70, today],
    [undefined, today],
    [100, later(10)],
    [100, later(15)],
    [55, later(5)],
    [100, later(15, true)],
    [100, later(20)],
    [100, later(40)],
    [100, later(49)],
    [100, later(50)],
    [100, later(51, true)],
    [100, later(79, true)],
    [100, later(80, true)],
    [100, later(30)],
    [100, later(-1)],
    [55, later(60)],
    [100, later(0)],
    [100, today],
  ];

  it('is the same whatever was asked before, at whichever instant and limit', () => {
    const kept = subject(evidence);
    for (const order of [looks, looks.toReversed(), looks.filter(([, { keeps }]) => !keeps)]) {
      for (const [limit, moment] of order) {
        expect(resolve(kept, supported, limit, moment)).toEqual(resolve(subject(evidence), supported, limit, moment));
      }
    }
  });

  it('is resolved once until it ends', () => {
    const kept = subject(evidence);
    const first = resolve(kept, supported, 100, today);
    expect(resolve(kept, supported, 100, today)).toBe(first);
    expect(resolve(kept, supported, 100, later(10))).toBe(first);
    const second = resolve(kept, supported, 100, later(20));
    expect(second).not.toBe(first);
    expect(resolve(kept, supported, 100, later(30))).toBe(second);
    expect(resolve(kept, supported, 100, later(20))).toBe(second);
    const alone = subject(evidence);
    const own = resolve(alone, supported, 100, later(1));
    expect(resolve(alone, supported, 100, later(2))).toBe(own);
    expect(resolve(alone, supported, 100, later(2, true))).not.toBe(own);
  });
});

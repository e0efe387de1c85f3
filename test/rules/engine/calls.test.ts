import { describe, expect, it } from 'vitest';
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import { assess } from '../../../rules/engine/assess.ts';
import type { Evidence } from '../../../rules/engine/input.ts';
import { judgedRows } from './outcomes.ts';
import { ago, asset, assets, day, inputOf, nowMs, packOf, rowOf, said, seen } from './support.ts';

const id = 'spm.l1.row';
const never = Number.POSITIVE_INFINITY;
const parameters = { a: 1, b: 2, n: 10, half: 0.5, zero: 0 };

function judged(met: string, evidence: readonly Evidence[] = [], more: Parameters<typeof inputOf>[0] = {}) {
  const pack = packOf({ id: 'acc.l1.base', met: 'restore.person.named' }, { id, met, parameters, freshnessDays: 100 });
  return judgedRows(pack, inputOf({ evidence, ...more }))(id);
}

const asked = (met: string, facts: FactsDraft) => judged(met, [said(facts)]).status;

describe('filled', () => {
  it.each<[string, FactsDraft, string]>([
    ['alert.recipient', { 'alert.recipient': 'ada' }, 'met'],
    ['alert.recipient', { 'alert.recipient': '  ' }, 'notMet'],
    ['alert.recipient + ""', { 'alert.recipient': 'ada' }, 'met'],
    ['exposure.listedAt', { 'exposure.listedAt': ago(1) }, 'met'],
    ['exposure.listedAt', { 'exposure.listedAt': '1970-01-01T00:00:00.000Z' }, 'notMet'],
    ['alert.rules.enabled', { 'alert.rules.enabled': [] }, 'notMet'],
    ['alert.rules.enabled', { 'alert.rules.enabled': ['malware'] }, 'met'],
    ['exposure.services', { 'exposure.services': [] }, 'notMet'],
    ['silence.latencyP95', { 'silence.latencyP95': 0 }, 'met'],
    ['roster.deputy.named', { 'roster.deputy.named': false }, 'met'],
  ])('%s, being %j, is %s', (what, facts, status) => {
    expect(asked(`filled(${what})`, facts)).toBe(status);
  });
});

describe('share', () => {
  const of = (genuine: number, total: number) => ({ 'alert.high.genuine.count': genuine, 'alert.high.total': total });
  const share = 'share(alert.high.genuine.count, alert.high.total)';

  it('is a part of the whole, and of nothing not seen', () => {
    expect(asked(`${share} == p.half`, of(2, 4))).toBe('met');
    expect(asked(`${share} < p.half`, of(1, 4))).toBe('met');
    expect(asked(`${share} >= 1`, of(4, 4))).toBe('met');
    expect(judged(`${share} >= 0`, [said(of(0, 0))])).toMatchObject({ status: 'unknown', reason: 'notSeen' });
  });
});

describe('a share that contradicts itself', () => {
  const share = 'share(alert.high.genuine.count, alert.high.total) >= p.half';

  it.each([
    [5, 4],
    [1, 0],
    [-1, 4],
  ])('%i of %i is no share: unknown, whatever it would pass', (genuine, total) => {
    const facts = { 'alert.high.genuine.count': genuine, 'alert.high.total': total };
    expect(judged(share, [said(facts)])).toMatchObject({ status: 'unknown', reason: 'conflict' });
  });
});

describe('age', () => {
  const young = 'age(exposure.listedAt) <= days(p.n)';
  const listed = (days: number) => [said({ 'exposure.listedAt': ago(days) })];

  it('has none of a date ahead: what has not happened contradicts the clock until a day before it', () => {
    expect(judged(young, listed(-3))).toMatchObject({
      ...{ status: 'unknown', reason: 'conflict', until: nowMs + 2 * day },
    });
    expect(judged(`!(${young})`, listed(-3)).status).toBe('unknown');
  });

  it('takes a date within the next day for today: it began earlier elsewhere, and clocks differ', () => {
    expect(judged(young, listed(-1))).toMatchObject({ status: 'met', changesAt: nowMs + 11 * day + 1 });
    expect(judged(young, listed(-1 - 1 / 86_400_000)).status).toBe('unknown');
  });

  it('leaves dates that may lie ahead to remaining()', () => {
    expect(asked('remaining(exposure.listedAt) >= days(p.a)', { 'exposure.listedAt': ago(-3) })).toBe('met');
  });
});

describe('readAge', () => {
  const words = (days: number, kind: Evidence['kind'] = 'observation') =>
    said({ 'alert.rules.enabled': ['malware'] }, { kind, observedAt: ago(days) });
  const read = 'readAge(alert.rules.enabled) <= days(p.n)';

  it('is how long ago it was read, and ends by itself', () => {
    expect(judged(read, [words(4)])).toMatchObject({ status: 'met', changesAt: nowMs + 6 * day + 1 });
    expect(judged('readAge(alert.rules.enabled) >= days(p.n)', [words(10)]).status).toBe('met');
    expect(judged('readAge(alert.rules.enabled) >= days(p.n)', [words(9)]).status).toBe('notMet');
  });

  it('is the age of a look: what was read long ago is not bad, nobody looked again', () => {
    expect(judged(read, [words(11)])).toMatchObject({ status: 'unknown', reason: 'stale' });
  });

  it('is not known of what nobody looked at, nor of a word that was never read by itself', () => {
    const missed = said({}, { unseen: { 'alert.rules.enabled': 'denied' } });
    expect(judged(read, [missed])).toMatchObject({ status: 'unknown', reason: 'notSeen' });
    expect(judged('alert.rules.enabled.all(w, readAge(w) <= days(p.n))', [words(1)])).toMatchObject({
      ...{ status: 'unknown', reason: 'neverAsked' },
    });
  });
});

describe('what an answer of the rest of the assessment rests on', () => {
  const refuted = said({ 'roster.deputy.named': false }, { channel: 'x' });
  const person = said({ 'restore.person.named': true }, { channel: 'y' });
  const support = (met: string) => {
    const { status, weak, strong, oldest } = judged(met, [refuted, person], { assets: [asset('a')] });
    return [status, weak, strong, oldest];
  };

  it.each(['count("ALL") == p.a', 'isMet("acc.l1.base")', 'roster.deputy.named || count("ALL") == p.a'])(
    'is no reading of its own: %s',
    (met) => {
      expect(support(met)).toEqual(['met', -1, 99, never]);
    },
  );

  it.each(['count("ALL") == p.a', 'isMet("acc.l1.base")'])('is not what was read before: %s', (answer) => {
    expect(support(`roster.deputy.named || ${answer}`)).toEqual(['met', -1, 99, never]);
  });

  it('is nothing where what was to be shown is not shown', () => {
    const row = {
      ...{ id, population: 'ALL', min: 1, good: 'false' },
      bad: '!firmware.supported && !shown(compensation.boundTo == "x")',
    };
    const evidence = [seen('a', { 'firmware.supported': false }, { observedAt: ago(3) })];
    const { status, weak, strong, oldest } = judgedRows(packOf(row), inputOf({ assets: [asset('a')], evidence }))(id);
    expect([status, weak, strong, oldest]).toEqual(['notMet', 0, 0, nowMs - 3 * day]);
  });
});

describe('isMet', () => {
  it('rests on a row that is neither met nor not met, and on the fact that names it', () => {
    expect(judged('isMet("acc.l1.base")')).toMatchObject({ status: 'unknown', reason: 'restsOn' });
    expect(judged('isMet("acc.l1.nowhere")')).toMatchObject({ status: 'unknown', reason: 'restsOn' });
    expect(judged('isMet(alert.recipient)')).toMatchObject({ status: 'unknown', reason: 'neverAsked' });
    const unsure = said({}, { unseen: { 'alert.recipient': 'denied' } });
    expect(judged('isMet(alert.recipient)', [unsure])).toMatchObject({ status: 'unknown', reason: 'notSeen' });
    const person = (named: boolean) => [said({ 'restore.person.named': named })];
    expect(judged('isMet("acc.l1.base")', person(true)).status).toBe('met');
    expect(judged('isMet("acc.l1.base")', person(false)).status).toBe('notMet');
  });
});

describe('allOf and anyOf', () => {
  it('ask anew for every element around them', () => {
    const evidence = [
      said({ 'exposure.services': ['x', 'y', 'z'].map((name) => ({ id: name, protocol: name })) }),
      seen('a-1', { 'device.assetType': 'x' }),
      seen('a-2', { 'device.assetType': 'y' }),
    ];
    const plant = { assets: assets(2) };
    const some = 'anyOf("ALL", device.assetType == s.protocol)';
    expect(judged(`exposure.services.exists(s, ${some})`, evidence, plant).status).toBe('met');
    expect(judged(`exposure.services.all(s, ${some})`, evidence, plant).status).toBe('notMet');
    expect(judged(`exposure.services.filter(s, ${some}).size() == p.b`, evidence, plant).status).toBe('met');
  });

  it('rest on who was asked, and say nothing of an empty set', () => {
    const evidence = [
      seen('a-1', { 'firmware.supported': true }),
      seen('a-2', { 'firmware.supported': true }, { kind: 'stated', observedAt: ago(5) }),
    ];
    const all = judged('allOf("ALL", firmware.supported)', evidence, { assets: assets(2) });
    expect(all).toMatchObject({ status: 'met', weak: 4, strong: 0, oldest: nowMs - 5 * day });
    expect(judged('allOf("ALL", firmware.supported)', [])).toMatchObject({ status: 'unknown', reason: 'notSeen' });
  });
});

it.each([
  ['observation', 'measured'],
  ['imported', 'imported'],
  ['examined', 'examined'],
  ['document', 'document'],
  ['stated', 'stated'],
] as const)('a row that rests on evidence of kind %s says %s', (kind, word) => {
  const evidence = [said({ 'roster.deputy.named': true }, { kind })];
  const pack = packOf({ id, met: 'roster.deputy.named' });
  expect(rowOf(assess(pack, inputOf({ evidence })), id)).toMatchObject({ status: 'met', evidence: word });
});

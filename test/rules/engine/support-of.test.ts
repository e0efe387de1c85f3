import { describe, expect, it } from 'vitest';
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import type { Evidence } from '../../../rules/engine/input.ts';
import { judgedRows } from './outcomes.ts';
import { ago, asset, day, inputOf, nowMs, packOf, said, seen } from './support.ts';

const id = 'spm.l1.row';
const deputy = 'roster.deputy.named == true';
const covered = 'roster.operationsCovered == true';
const on = (days: number) => nowMs + days * day;

function judged(met: string, evidence: readonly Evidence[], parameters: Record<string, number> = {}) {
  return judgedRows(packOf({ id, met, parameters, freshnessDays: 400 }), inputOf({ evidence }))(id);
}

function by(kind: Evidence['kind'], days: number, facts: FactsDraft): Evidence {
  return said(facts, { kind, observedAt: ago(days), channel: Object.keys(facts).join() });
}

describe('what an answer rests on', () => {
  const of = (
    met: string,
    named: boolean | undefined,
    operations: boolean | undefined,
    kinds = ['observation', 'stated'],
  ) => {
    const [one, other] = kinds as Evidence['kind'][];
    const evidence = [
      ...(named === undefined ? [] : [by(one ?? 'stated', 3, { 'roster.deputy.named': named })]),
      ...(operations === undefined ? [] : [by(other ?? 'stated', 5, { 'roster.operationsCovered': operations })]),
    ];
    const { status, weak, strong, oldest } = judged(met, evidence);
    return [status, weak, strong, oldest];
  };
  const one = [0, 0, on(-3)];
  const other = [4, 4, on(-5)];
  const both = [4, 0, on(-5)];

  it('is both sides where both are needed', () => {
    for (const [a, b] of [
      [deputy, covered],
      [covered, deputy],
    ]) {
      expect(of(`${a} && ${b}`, true, true)).toEqual(['met', ...both]);
      expect(of(`${a} || ${b}`, false, false)).toEqual(['notMet', ...both]);
    }
    expect(of('roster.deputy.named == roster.operationsCovered', true, true)).toEqual(['met', ...both]);
    expect(of('roster.operationsCovered == roster.deputy.named', true, true)).toEqual(['met', ...both]);
  });

  it('is the side that decides, the better supported one where either does', () => {
    for (const [a, b] of [
      [deputy, covered],
      [covered, deputy],
    ]) {
      expect(of(`${a} || ${b}`, true, false)).toEqual(['met', ...one]);
      expect(of(`${a} || ${b}`, false, true)).toEqual(['met', ...other]);
      expect(of(`${a} || ${b}`, true, true)).toEqual(['met', ...one]);
      expect(of(`${a} && ${b}`, false, true)).toEqual(['notMet', ...one]);
      expect(of(`${a} && ${b}`, true, false)).toEqual(['notMet', ...other]);
      expect(of(`${a} && ${b}`, false, false)).toEqual(['notMet', ...one]);
    }
    expect(of(`${deputy} || ${covered}`, true, true, ['stated', 'stated'])).toEqual(['met', 4, 4, on(-3)]);
    expect(of(`${covered} || ${deputy}`, true, true, ['stated', 'stated'])).toEqual(['met', 4, 4, on(-5)]);
  });

  it('is nothing where a side is open', () => {
    expect(of(`${deputy} && ${covered}`, true, undefined)[0]).toBe('unknown');
    expect(of(`${covered} && ${deputy}`, true, undefined)[0]).toBe('unknown');
    expect(of('roster.deputy.named == roster.operationsCovered', true, undefined)[0]).toBe('unknown');
    expect(of('roster.operationsCovered == roster.deputy.named', true, undefined)[0]).toBe('unknown');
  });
});

describe('what an answer over a list rests on', () => {
  const list = (
    kind: Evidence['kind'],
    days: number,
    ...services: { id: string; inModel?: boolean; inThreatList?: boolean }[]
  ) => said({ 'exposure.services': services }, { kind, observedAt: ago(days), channel: `${kind} ${days}` });
  const of = (met: string, ...evidence: Evidence[]) => {
    const { status, weak, strong, oldest } = judged(met, evidence);
    return [status, weak, strong, oldest];
  };
  const all = 'exposure.services.all(s, s.inModel == true)';
  const some = 'exposure.services.exists(s, s.inModel == true)';

  it('is every element where every one is needed', () => {
    const evidence = [
      list('observation', 3, { id: 'a', inModel: true }),
      list('stated', 5, { id: 'b', inModel: true }),
    ];
    expect(of(all, ...evidence)).toEqual(['met', 4, 0, on(-5)]);
    expect(
      of(some, list('observation', 3, { id: 'a', inModel: false }), list('stated', 5, { id: 'b', inModel: false })),
    ).toEqual([...['notMet', 4, 0, on(-5)]]);
  });

  it('is the best element where one decides, not better than the list', () => {
    const decides = [
      list('observation', 3, { id: 'a', inModel: true }),
      list('observation', 4, { id: 'b', inModel: true }),
    ];
    expect(of(some, ...decides)).toEqual(['met', 0, 0, on(-3)]);
    expect(of(some, list('stated', 9, { id: 'a', inModel: true }))).toEqual(['met', 4, 4, on(-9)]);
    expect(of(all, list('imported', 9, { id: 'a', inModel: false }, { id: 'b', inModel: true }))).toEqual([
      ...['notMet', 1, 1, on(-9)],
    ]);
  });

  it('takes the better of two elements that decide, in whichever order, and what the elements are compared with', () => {
    const stated = list('stated', 5, { id: 'a', inModel: true });
    const measured = list('observation', 3, { id: 'b', inModel: true });
    expect(of(some, stated, measured)).toEqual(['met', 4, 0, on(-3)]);
    const compared = 'exposure.services.all(s, s.inModel == roster.deputy.named)';
    expect(of(compared, measured, by('stated', 7, { 'roster.deputy.named': true }))).toEqual(['met', 4, 0, on(-7)]);
  });

  it('stays open by an element that is not seen, unless another decides', () => {
    expect(of(all, list('stated', 1, { id: 'a', inModel: true }, { id: 'b' }))[0]).toBe('unknown');
    expect(of(all, list('stated', 1, { id: 'a', inModel: false }, { id: 'b' }))[0]).toBe('notMet');
    expect(of(all, list('stated', 1))[0]).toBe('met');
    expect(of(some, list('stated', 1))[0]).toBe('notMet');
  });
});

describe('a comparison that time decides', () => {
  const listed = (days: number, kind: Evidence['kind'] = 'stated') => by(kind, 1, { 'exposure.listedAt': ago(days) });
  const of = (met: string, days: number, parameters: Record<string, number> = { n: 10 }) => {
    const { status, changesAt } = judged(met, [listed(days)], parameters);
    return [status, changesAt];
  };

  it('turns at the first millisecond at which it says something else', () => {
    expect(of('age(exposure.listedAt) <= days(p.n)', 4)).toEqual(['met', on(6) + 1]);
    expect(of('age(exposure.listedAt) < days(p.n)', 4)).toEqual(['met', on(6)]);
    expect(of('days(p.n) >= age(exposure.listedAt)', 4)).toEqual(['met', on(6) + 1]);
    expect(of('remaining(exposure.listedAt) > days(p.n)', -30)).toEqual(['met', on(20)]);
    expect(of('remaining(exposure.listedAt) >= days(p.n)', -30)).toEqual(['met', on(20) + 1]);
    expect(of('age(exposure.listedAt) > days(p.n)', 4)).toEqual(['notMet', on(6) + 1]);
    expect(of('age(exposure.listedAt) >= days(p.n)', 4)).toEqual(['notMet', on(6)]);
  });

  it('says at its very border what its sign says', () => {
    expect(of('age(exposure.listedAt) <= days(p.n)', 10)).toEqual(['met', nowMs + 1]);
    expect(of('age(exposure.listedAt) < days(p.n)', 10)).toEqual(['notMet', on(399)]);
    expect(of('age(exposure.listedAt) >= days(p.n)', 10)[0]).toBe('met');
    expect(of('age(exposure.listedAt) > days(p.n)', 10)).toEqual(['notMet', nowMs + 1]);
  });

  it('never turns back, and rests on its readings alone then', () => {
    expect(of('age(exposure.listedAt) >= days(p.n)', 20)).toEqual(['met', on(399)]);
    expect(of('remaining(exposure.listedAt) < days(p.n)', 20)).toEqual(['met', on(399)]);
  });

  it('stands still where both sides move alike', () => {
    const evidence = [listed(4), by('stated', 1, { 'exposure.confirmedAt': ago(2) })];
    const { status, changesAt } = judged('age(exposure.listedAt) >= age(exposure.confirmedAt)', evidence);
    expect([status, changesAt]).toEqual(['met', on(399)]);
    const against = judged('age(exposure.listedAt) <= remaining(exposure.confirmedAt)', [
      listed(4),
      by('stated', 1, { 'exposure.confirmedAt': ago(-10) }),
    ]);
    expect([against.status, against.changesAt]).toEqual(['met', on(3) + 1]);
  });

  it('rests on both sides, and is open where one is', () => {
    const evidence = [listed(4, 'observation'), by('stated', 7, { 'exposure.confirmedAt': ago(2) })];
    for (const met of [
      'age(exposure.listedAt) >= age(exposure.confirmedAt)',
      'age(exposure.confirmedAt) <= age(exposure.listedAt)',
    ]) {
      expect(judged(met, evidence)).toMatchObject({ status: 'met', weak: 4, strong: 0, oldest: on(-7) });
      expect(judged(met, evidence.slice(0, 1)).status).toBe('unknown');
      expect(judged(met, evidence.slice(1)).status).toBe('unknown');
    }
  });

  it('is read again when the first of several turns', () => {
    const evidence = [listed(4), by('stated', 1, { 'exposure.confirmedAt': ago(-10) })];
    const [one, other] = ['age(exposure.listedAt) <= days(p.n)', 'age(exposure.confirmedAt) <= days(p.n)'];
    expect(judged(`${one} && ${other}`, evidence, { n: 10 }).until).toBe(on(6) + 1);
    expect(judged(`${other} && ${one}`, evidence, { n: 10 }).until).toBe(on(6) + 1);
  });
});

describe('a date outside its window', () => {
  const verdict = (good: string, facts: FactsDraft) => {
    const row = { id: 'thm.l1.row', population: 'ALL', min: 1, parameters: { n: 10 }, freshnessDays: 400 };
    const input = inputOf({ assets: [asset('a')], evidence: [seen('a', facts)] });
    const { bad, reason } = judgedRows(
      packOf({ ...row, good, bad: 'firmware.supported == false' }),
      input,
    )('thm.l1.row');
    return bad.length > 0 ? 'bad' : reason;
  };
  const old = { 'tls.certificate.notBefore': ago(20), 'tls.certificate.notAfter': ago(-5) };

  it.each([
    ['age(tls.certificate.notBefore) <= days(p.n)', 'bad'],
    ['age(tls.certificate.notBefore) < days(p.n)', 'bad'],
    ['days(p.n) >= age(tls.certificate.notBefore)', 'bad'],
    ['days(p.n) > age(tls.certificate.notBefore)', 'bad'],
    ['remaining(tls.certificate.notAfter) >= days(p.n)', 'bad'],
    ['remaining(tls.certificate.notAfter) > days(p.n)', 'bad'],
    ['days(p.n) < remaining(tls.certificate.notAfter)', 'bad'],
    ['age(tls.certificate.notAfter) > days(p.n)', 'conflict'],
    ['age(tls.certificate.notAfter) >= days(p.n)', 'conflict'],
    ['remaining(tls.certificate.notBefore) > days(p.n)', 'bad'],
    ['remaining(tls.certificate.notAfter) < days(p.n) && firmware.supported', 'neverAsked'],
    ['age(tls.certificate.notBefore) <= age(tls.certificate.notAfter)', 'conflict'],
  ])('makes %s %s', (good, word) => {
    expect(verdict(good, old)).toBe(word);
  });

  it('is no finding where it is the date of a look: nobody looked again', () => {
    const looked = { 'asset.inventory.lastSeen': ago(20) };
    expect(verdict('age(asset.inventory.lastSeen) <= days(p.n)', looked)).toBe('stale');
    expect(verdict('days(p.n) >= age(asset.inventory.lastSeen)', looked)).toBe('stale');
  });
});

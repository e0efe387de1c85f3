import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { impact } from '../../../rules/advice/impact.ts';
import { budgetCurve, clashesIn } from '../../../rules/advice/money.ts';
import { whatIf } from '../../../rules/advice/what-if.ts';
import type { AssessInput } from '../../../rules/engine/input.ts';
import { asset, inputOf, packOf, said, seen } from '../engine/support.ts';

const collectors = new Set(['mqtt']);
const named = { met: 'roster.deputy.named == true', paths: ['statement:interview', 'examine'] };
const covered = { met: 'roster.operationsCovered == true', paths: ['statement:interview', 'examine'] };
const closed = {
  population: 'CRIT',
  min: 1,
  good: 'auth.anonymous.accepted == false',
  bad: 'auth.anonymous.accepted == true',
  paths: ['mqtt', 'examine'],
};
const general = (level: 0 | 1 | 2 | 3 | 4) => ({ level, scope: 'general' }) as const;

describe('supposing', () => {
  const pack = packOf({ id: 'acc.l1.a', ...closed }, { id: 'thm.l1.b', ...covered, needs: ['acc.l1.a'] });
  const input = inputOf({
    assets: [asset('one')],
    evidence: [seen('one', { 'auth.anonymous.accepted': true }), said({ 'roster.operationsCovered': true })],
  });

  it('a row to be met moves its practice and the one that rests on it', () => {
    const { moved, unfounded } = whatIf(pack, input, { rows: ['acc.l1.a'] });
    expect(unfounded).toEqual([]);
    expect(moved.map(({ practice, from, to }) => [practice, from.level, to.level])).toEqual([
      ['THM', null, 1],
      ['ACC', 0, 1],
    ]);
  });

  it('a fact takes the place of what was seen, instead of contradicting it', () => {
    const facts = [{ about: { kind: 'asset', id: 'one' } as const, facts: { 'auth.anonymous.accepted': false } }];
    const { moved } = whatIf(pack, input, { facts });
    expect(moved.find(({ practice }) => practice === 'ACC')).toMatchObject({
      to: { level: 1 },
      rows: [{ row: 'acc.l1.a', from: 'notMet', to: 'met' }],
    });
  });

  it('a row without what it needs is said to be unfounded', () => {
    const { unfounded } = whatIf(pack, input, { rows: ['thm.l1.b'] });
    expect(unfounded).toEqual([{ row: 'thm.l1.b', needs: ['acc.l1.a'] }]);
  });

  it('an unknown row or a value that does not fit is refused', () => {
    expect(() => whatIf(pack, input, { rows: ['acc.l1.none'] })).toThrow('acc.l1.none');
    const facts = [{ about: { kind: 'system' } as const, facts: { 'roster.deputy.named': 'yes' } as never }];
    expect(() => whatIf(pack, input, { facts })).toThrow('roster.deputy.named');
  });

  it('nothing moves nothing', () => {
    expect(whatIf(pack, input, {})).toEqual({ moved: [], unfounded: [] });
  });
});

describe('the budget curve', () => {
  const pack = packOf(
    { id: 'acm.l2.discovery-delta', ...covered, effort: 'M' },
    { id: 'acc.l1.a', ...closed, effort: 'L' },
    { id: 'thm.l1.b', ...named, effort: 'S' },
    { id: 'emi.l1.c', ...named, effort: 'S' },
  );
  function plantWith(targets: AssessInput['system']['targets'], evidence: AssessInput['evidence'] = []): AssessInput {
    return inputOf({ assets: [asset('one')], evidence, system: { targets } });
  }

  it('buys the cheapest target first and adds up', () => {
    const input = plantWith({ ACC: general(1), THM: general(1) }, [seen('one', { 'auth.anonymous.accepted': true })]);
    const { points, reached, targets, unreachable } = budgetCurve(pack, input, { collectors });
    expect([targets, reached, unreachable]).toEqual([2, [], []]);
    expect(points.map(({ budget, practice, reached: now }) => [budget, practice, now])).toEqual([
      [1, 'THM', ['THM']],
      [21, 'ACC', ['THM', 'ACC']],
    ]);
  });

  it('takes other prices, and counts what nobody has looked at as one likes', () => {
    const input = plantWith({ THM: general(1), ACC: general(1) });
    const priced = budgetCurve(pack, input, { collectors, costs: { L: 7 } });
    expect(priced.costs).toEqual({ S: 1, M: 5, L: 7, XL: 80 });
    expect(priced.points.map(({ budget }) => budget)).toEqual([1, 8]);
    const hopeful = budgetCurve(pack, input, { collectors, unknown: 'holds' });
    expect(hopeful.points.map(({ budget }) => budget)).toEqual([0, 0]);
  });

  it('says where nothing is owed, where the need is met, and where more is there than any target asks for', () => {
    const told = [said({ 'roster.deputy.named': true })];
    const found = budgetCurve(pack, plantWith({ THM: general(0), EMI: general(1) }, told), { collectors });
    const why = Object.fromEntries(found.doNotSpend.map((each) => [each.practice, each.why]));
    expect(why).toMatchObject({ THM: 'overSpend', EMI: 'met', ACC: 'noTarget' });
  });

  it('calls no spending too much on which another target rests', () => {
    const resting = packOf({ id: 'thm.l1.b', ...named }, { id: 'emi.l1.c', ...named, needs: ['thm.l1.b'] });
    const told = [said({ 'roster.deputy.named': true })];
    const input = inputOf({ evidence: told, system: { targets: { THM: general(0), EMI: general(1) } } });
    const { doNotSpend } = budgetCurve(resting, input, { collectors });
    expect(doNotSpend.find(({ practice }) => practice === 'THM')?.why).toBe('met');
  });

  it('points out EMI 3 beside ACM 1: it rests on the checked inventory of level 2', () => {
    const guarded = packOf({ id: 'acm.l2.discovery-delta', ...covered }, { id: 'emi.l3.x', ...closed, core: true });
    const clash = (acm: 1 | 2) => clashesIn(guarded, plantWith({ EMI: general(3), ACM: general(acm) }));
    expect(clash(1)).toEqual([
      { practice: 'EMI', level: 3, restsOn: 'acm.l2.discovery-delta', in: 'ACM', rowLevel: 2, itsTarget: 1 },
    ]);
    expect(clash(2)).toEqual([]);
  });

  it('names a target that no money reaches', () => {
    const { unreachable } = budgetCurve(pack, plantWith({ THM: general(2) }), { collectors });
    expect(unreachable).toEqual([{ practice: 'THM', obstacles: [{ kind: 'emptyLevel', level: 2 }] }]);
  });

  it('never falls, neither in budget nor in targets, and is the same however the evidence is ordered', () => {
    const facts = fc.array(
      fc.constantFrom(
        said({ 'roster.deputy.named': false }),
        said({ 'roster.operationsCovered': true }, { channel: 'x' }),
        seen('one', { 'auth.anonymous.accepted': true }),
      ),
      { maxLength: 3 },
    );
    const level = fc.constantFrom(0, 1, 2, 3).map((each) => general(each as 0 | 1 | 2 | 3));
    fc.assert(
      fc.property(facts, fc.record({ ACC: level, THM: level, EMI: level, ACM: level }), (evidence, targets) => {
        const input = plantWith(targets, evidence);
        const curve = budgetCurve(pack, input, { collectors });
        let before = { budget: 0, reached: curve.reached };
        for (const point of curve.points) {
          expect(point.budget).toBeGreaterThanOrEqual(before.budget);
          expect(point.reached).toEqual(expect.arrayContaining([...before.reached]));
          expect(point.reached).toContain(point.practice);
          before = point;
        }
        const turned = { ...input, evidence: evidence.toReversed() };
        expect(canonicalize(budgetCurve(pack, turned, { collectors }))).toBe(canonicalize(curve));
      }),
      { numRuns: 100 },
    );
  });
});

describe('the impact of another pack', () => {
  const before = packOf({ id: 'acc.l1.a', ...closed, maxBad: 1, min: 0.5 }, { id: 'thm.l1.b', ...named });
  const input = inputOf({
    assets: [asset('one'), asset('two')],
    evidence: [
      seen('one', { 'auth.anonymous.accepted': true }),
      seen('two', { 'auth.anonymous.accepted': false }),
      said({ 'roster.deputy.named': true }),
    ],
  });
  const renamed = (pack: typeof before, id: string) => {
    const rows = pack.rows.map((row) => (row.id === id ? { ...row, digest: 'another' } : row));
    return { ...pack, rows, byId: new Map(rows.map((row) => [row.id, row])) };
  };

  it('is none where the packs are the same', () => {
    expect(impact(before, before, input)).toMatchObject({
      practices: [],
      elsewhere: [],
      edits: { added: 0, removed: 0, changed: 0 },
    });
  });

  it('names the practice that moves and the row that takes it there', () => {
    const after = renamed(packOf({ id: 'acc.l1.a', ...closed }, { id: 'thm.l1.b', ...named }), 'acc.l1.a');
    const found = impact(before, after, input);
    expect(found.edits).toEqual({ added: 0, removed: 0, changed: 1 });
    expect(found.practices).toMatchObject([
      {
        practice: 'ACC',
        from: { level: 1 },
        to: { level: 0 },
        why: [{ row: 'acc.l1.a', edit: 'changed', from: 'met', to: 'notMet' }],
        also: [],
      },
    ]);
  });

  it('tells a row that came from one that decides', () => {
    const after = packOf(
      { id: 'acc.l1.a', ...closed, maxBad: 1, min: 0.5 },
      { id: 'thm.l1.b', ...named },
      { id: 'thm.l1.core', ...covered },
      { id: 'thm.l1.extra', ...covered, core: false },
    );
    const [moved, ...others] = impact(before, after, input).practices;
    expect(others).toEqual([]);
    expect(moved).toMatchObject({ practice: 'THM', from: { level: 1 }, to: { level: null } });
    expect(moved?.why).toEqual([{ row: 'thm.l1.core', edit: 'added', to: 'unknown' }]);
    expect(moved?.also).toEqual([{ row: 'thm.l1.extra', edit: 'added', to: 'unknown' }]);
  });

  it('names the row that went when its practice falls for want of it', () => {
    const after = packOf({ id: 'acc.l1.a', ...closed, maxBad: 1, min: 0.5 });
    const [moved] = impact(before, after, input).practices;
    expect(moved).toMatchObject({ practice: 'THM', why: [{ row: 'thm.l1.b', edit: 'removed', from: 'met' }] });
  });
});

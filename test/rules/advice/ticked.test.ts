import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { raise } from '../../../rules/advice/raise.ts';
import { type TickedStep, tick } from '../../../rules/advice/ticked.ts';
import { loadPack } from '../../../rules/loader/load.ts';
import { asset, assets, inputOf, packOf, said, seen } from '../engine/support.ts';

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

describe('ticked steps', () => {
  const pack = packOf(
    { id: 'acc.l1.a', ...closed },
    { id: 'acc.l2.b', ...named },
    { id: 'acc.l2.c', ...named },
    { id: 'thm.l1.d', ...covered, needs: ['acc.l1.a'] },
  );
  const input = inputOf({
    assets: [asset('one')],
    evidence: [seen('one', { 'auth.anonymous.accepted': true }), said({ 'roster.operationsCovered': true })],
  });
  const ticked = (...steps: TickedStep[]) => {
    const { ticked: found, problems } = tick(pack, input, { steps, collectors });
    expect(problems).toBeUndefined();
    return found;
  };

  it('say how the practice moves, what is still open above, and which other practices move with it', () => {
    expect(ticked({ row: 'acc.l1.a' })).toEqual({
      practices: [
        {
          practice: 'THM',
          from: { level: null, ceiling: 1, assessedTo: 1, fit: 'unknown' },
          to: { level: 1, ceiling: 1, assessedTo: 1, fit: 'unknown' },
          rows: [{ row: 'thm.l1.d', from: 'unknown', to: 'met' }],
          next: { level: 2, notMet: 0, unknown: 0 },
          gates: ['examined'],
        },
        {
          practice: 'ACC',
          from: { level: 0, ceiling: 0, assessedTo: 1, fit: 'unknown' },
          to: { level: 1, ceiling: 1, assessedTo: 1, fit: 'unknown' },
          rows: [{ row: 'acc.l1.a', from: 'notMet', to: 'met' }],
          next: { level: 2, notMet: 0, unknown: 2 },
          gates: [],
        },
      ],
      unfounded: [],
    });
  });

  it('count for nothing while what they rest on is open, and are named with it', () => {
    const found = ticked({ row: 'thm.l1.d' });
    expect(found?.unfounded).toEqual([{ row: 'thm.l1.d', needs: ['acc.l1.a'] }]);
    expect(found?.practices).toMatchObject([{ practice: 'THM', to: { level: null }, rows: [] }]);
  });

  it('say of a practice that stays where it is what its next level still lacks', () => {
    const [acc] = ticked({ row: 'acc.l2.b' })?.practices ?? [];
    expect(acc).toMatchObject({ from: { level: 0 }, to: { level: 0 }, next: { level: 1, notMet: 1, unknown: 0 } });
  });

  it('rest on what the step says, so that a statement opens no gate that asks for a look', () => {
    const own = packOf({ id: 'thm.l1.x', ...named }, { id: 'thm.l2.y', ...named });
    const level = (evidence: 'stated' | 'examined') =>
      tick(own, inputOf({}), {
        steps: [
          { row: 'thm.l1.x', evidence: 'stated' },
          { row: 'thm.l2.y', evidence },
        ],
        collectors,
      }).ticked?.practices[0];
    expect(level('stated')).toMatchObject({ to: { level: 1 }, gates: ['examined'] });
    expect(level('examined')).toMatchObject({ to: { level: 2 } });
  });

  it('are refused all at once: unknown, twice, by evidence that no path gives, or no longer applicable', () => {
    const { problems } = tick(pack, input, {
      steps: [
        { row: 'acc.l9.none' },
        { row: 'acc.l1.a', evidence: 'stated' },
        { row: 'acc.l1.a' },
        { row: 'acc.l2.b', becomes: 'notApplicable' },
      ],
      collectors,
    });
    expect(problems?.map(({ index, key, found }) => [index, key, found])).toEqual([
      [0, 'row', 'acc.l9.none'],
      [1, 'evidence', 'stated'],
      [2, 'row', 'acc.l1.a again'],
      [3, 'becomes', 'notApplicable'],
    ]);
  });

  it('reach exactly what the set that they make up promises, for every practice of the shipped pack', () => {
    const { pack: shipped } = loadPack({ folder: new URL('../../../rules/packs/smm', import.meta.url).pathname });
    const plant = inputOf({ assets: assets(3) });
    for (const practice of ['SPM', 'EMI', 'ACC', 'ACM', 'MON', 'RRC'] as const) {
      const { sets } = raise(shipped, plant, practice, { to: 2, collectors });
      for (const { steps, reaches, alsoRaises } of sets) {
        const found = tick(shipped, plant, { steps, collectors });
        const moved = found.ticked?.practices.filter(({ from, to }) => (to.level ?? 0) > (from.level ?? 0)) ?? [];
        expect(moved.find((each) => each.practice === practice)?.to.level, practice).toBe(reaches);
        expect(moved.flatMap((each) => (each.practice === practice ? [] : [each.practice])).sort()).toEqual(
          alsoRaises.map((each) => each.practice).sort(),
        );
        expect(found.ticked?.unfounded).toEqual([]);
      }
    }
  });

  it('never lower a level, and mean the same in whichever order they are ticked', () => {
    const ids = fc.subarray(['acc.l1.a', 'acc.l2.b', 'acc.l2.c', 'thm.l1.d'], { minLength: 1 });
    fc.assert(
      fc.property(ids, (rows) => {
        const steps = rows.map((row) => ({ row }));
        const found = tick(pack, input, { steps, collectors });
        for (const { from, to } of found.ticked?.practices ?? [])
          expect(to.level ?? -1).toBeGreaterThanOrEqual(from.level ?? -1);
        const turned = tick(pack, input, { steps: steps.toReversed(), collectors });
        expect(canonicalize(turned)).toBe(canonicalize(found));
      }),
    );
  });
});

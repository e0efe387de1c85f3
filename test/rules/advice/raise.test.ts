import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { raise } from '../../../rules/advice/raise.ts';
import { gatesOpen, rowsHold, Supposition } from '../../../rules/advice/suppose.ts';
import { strongestWay } from '../../../rules/advice/ways.ts';
import { assessWith } from '../../../rules/engine/assess.ts';
import type { Level } from '../../../rules/engine/input.ts';
import type { Forced } from '../../../rules/engine/judging.ts';
import type { Pack, RowSource } from '../../../rules/engine/pack.ts';
import { ago, asset, inputOf, packOf, said, seen } from '../engine/support.ts';

const collectors = new Set(['mqtt']);
const closed = { good: 'auth.anonymous.accepted == false', bad: 'auth.anonymous.accepted == true' };
const named = { met: 'roster.deputy.named == true', paths: ['statement:interview', 'examine'] };
const covered = { met: 'roster.operationsCovered == true', paths: ['statement:interview', 'examine'] };

function idsOf(result: ReturnType<typeof raise>): string[][] {
  return result.sets.map(({ steps }) => steps.map(({ row }) => row));
}

describe('raising a practice', () => {
  it('names the one open row that keeps it from the next level, and what it takes', () => {
    const pack = packOf(
      { id: 'acc.l1.a', ...named },
      {
        id: 'acc.l2.b',
        population: 'CRIT',
        min: 1,
        ...closed,
        paths: ['mqtt', 'examine'],
        minutes: 7,
        packets: 2,
        effort: 'M',
      },
    );
    const input = inputOf({
      assets: [asset('one'), asset('two')],
      evidence: [said({ 'roster.deputy.named': true }), seen('one', { 'auth.anonymous.accepted': true })],
    });
    const found = raise(pack, input, 'ACC', { to: 'next', collectors });
    expect(found).toMatchObject({ from: 1, to: { level: 2 }, reached: false, more: false, obstacles: [] });
    expect(found.sets).toHaveLength(1);
    expect(found.sets[0]).toMatchObject({
      reaches: 2,
      cost: { days: 5, daysAtMost: 5, minutes: 7, packets: 2 },
      steps: [
        { row: 'acc.l2.b', kind: 'fix', status: 'notMet', because: 'core', members: ['one'], evidence: 'measured' },
      ],
    });
  });

  it('asks where nobody was asked, at no cost but time until the answer says otherwise', () => {
    const pack = packOf({ id: 'acc.l1.a', ...named, effort: 'L', minutes: 4 });
    const [set] = raise(pack, inputOf({}), 'ACC', { to: 'next', collectors }).sets;
    expect(set).toMatchObject({
      cost: { days: 0, daysAtMost: 20, minutes: 4, packets: 0 },
      steps: [
        { kind: 'ask', path: 'statement:interview', evidence: 'stated', status: 'unknown', reason: 'neverAsked' },
      ],
    });
  });

  it('brings what a row needs first, also from another practice, and leaves out a row that then holds by itself', () => {
    const pack = packOf(
      { id: 'acm.l2.discovery-delta', ...covered },
      { id: 'acc.l1.a', ...named },
      { id: 'acc.l2.b', ...named, paths: ['examine'] },
      { id: 'acc.l3.c', population: 'CRIT', min: 1, ...closed, paths: ['mqtt', 'examine'] },
    );
    const input = inputOf({
      assets: [asset('one')],
      evidence: [
        said({ 'roster.deputy.named': true }, { kind: 'examined' }),
        seen('one', { 'auth.anonymous.accepted': false }),
      ],
    });
    const found = raise(pack, input, 'ACC', { to: 'next', collectors });
    expect(idsOf(found)).toEqual([['acm.l2.discovery-delta']]);
    expect(found.sets[0]?.steps[0]).toMatchObject({ because: 'needed', practice: 'ACM' });
  });

  it('orders the steps so that what comes first is named first', () => {
    const pack = packOf({ id: 'acc.l1.z', ...named }, { id: 'acc.l1.b', ...covered, needs: ['acc.l1.z'] });
    const [set] = raise(pack, inputOf({}), 'ACC', { to: 'next', collectors }).sets;
    expect(set?.steps.map(({ row, after }) => [row, after])).toEqual([
      ['acc.l1.z', []],
      ['acc.l1.b', ['acc.l1.z']],
    ]);
  });

  it('has one of several rows examined where a level rests on statements alone, the quickest first', () => {
    const pack = packOf({ id: 'acc.l1.a', ...named, minutes: 30 }, { id: 'acc.l2.b', ...covered, minutes: 10 });
    const input = inputOf({ evidence: [said({ 'roster.deputy.named': true, 'roster.operationsCovered': true })] });
    const found = raise(pack, input, 'ACC', { to: 'next', collectors });
    expect(idsOf(found)).toEqual([['acc.l2.b'], ['acc.l1.a']]);
    expect(found.sets[0]?.steps[0]).toMatchObject({ kind: 'examine', because: 'examined', status: 'met' });
  });

  it('opens two gates with one row where one suffices: a row of the industry that is also seen at work', () => {
    const told = { ...named, paths: ['statement:interview'] };
    const pack = packOf(
      { id: 'acc.l1.a', ...named },
      { id: 'acc.l2.b', ...named },
      { id: 'acc.l3.c', ...told },
      { id: 'acc.l3.general', ...covered, core: false, minutes: 1 },
      { id: 'acc.l3.industry', ...covered, core: false, minutes: 20, scope: 'industry' },
    );
    const targets = { ACC: { level: 3, scope: 'industry' } } as const;
    const evidence = [said({ 'roster.deputy.named': true }, { kind: 'document' })];
    const found = raise(pack, inputOf({ evidence, system: { targets } }), 'ACC', { to: 'target', collectors });
    expect(idsOf(found).every((ids) => !ids.includes('acc.l3.general'))).toBe(true);
    expect(found.sets[0]?.steps.find(({ row }) => row === 'acc.l3.industry')).toMatchObject({ kind: 'examine' });
    expect(found.sets[0]?.reaches).toBe(3);
  });

  it('asks for statements and has only the quickest of its rows examined', () => {
    const pack = packOf({ id: 'acc.l1.a', ...named, minutes: 30 }, { id: 'acc.l2.b', ...covered, minutes: 10 });
    const [set] = raise(pack, inputOf({}), 'ACC', { to: 2, collectors }).sets;
    expect(set?.steps.map(({ row, kind }) => [row, kind])).toEqual([
      ['acc.l1.a', 'ask'],
      ['acc.l2.b', 'examine'],
    ]);
  });

  it('says when what is there today lapses and takes the new level away again', () => {
    const pack = packOf({ id: 'acc.l1.a', ...named, freshnessDays: 100 }, { id: 'acc.l2.b', ...covered });
    const input = inputOf({
      evidence: [said({ 'roster.deputy.named': true }, { kind: 'examined', observedAt: ago(90) })],
    });
    const [set] = raise(pack, input, 'ACC', { to: 'next', collectors }).sets;
    expect(set).toMatchObject({ reaches: 2, firstToLapse: 'acc.l1.a' });
    expect((set?.holdsUntil ?? '') > ago(-10)).toBe(true);
  });

  it('tells which other practices rise by the same steps', () => {
    const pack = packOf({ id: 'acc.l1.a', ...named, needs: ['acm.l1.x'] }, { id: 'acm.l1.x', ...covered });
    const ordered: Pack = { ...pack, rows: pack.rows.toReversed() };
    const [set] = raise(ordered, inputOf({}), 'ACC', { to: 'next', collectors }).sets;
    expect(set?.alsoRaises).toEqual([{ practice: 'ACM', from: null, to: 1 }]);
  });

  it('names what no step gets past: an empty level, a row without a way, a gate that nothing opens', () => {
    const empty = packOf({ id: 'acc.l1.a', ...named }, { id: 'acc.l3.b', ...covered });
    expect(raise(empty, inputOf({}), 'ACC', { to: 3, collectors }).obstacles).toEqual([
      { kind: 'emptyLevel', level: 2 },
    ]);
    const unseen = packOf({ id: 'acc.l1.a', population: 'CRIT', min: 1, paths: ['examine'] });
    const input = inputOf({ assets: [asset('one')] });
    expect(raise(unseen, input, 'ACC', { to: 1, collectors }).obstacles).toEqual([
      { kind: 'notCovered', row: 'acc.l1.a', level: 1 },
    ]);
    const stated = packOf(
      { id: 'acc.l1.a', ...named, paths: ['statement:interview'] },
      { id: 'acc.l2.b', ...covered, paths: ['statement:interview'] },
    );
    expect(raise(stated, inputOf({}), 'ACC', { to: 2, collectors }).obstacles).toEqual([
      { kind: 'gate', gate: 'examined', level: 2 },
    ]);
  });

  it('has nothing to do at the target, and nothing to reach without one or above level 4', () => {
    const pack = packOf({ id: 'acc.l1.a', ...named });
    const evidence = [said({ 'roster.deputy.named': true })];
    const targets = { ACC: { level: 1, scope: 'general' } } as const;
    const there = raise(pack, inputOf({ evidence, system: { targets } }), 'ACC', { to: 'target', collectors });
    expect(there).toMatchObject({ reached: true, sets: [] });
    const none = raise(pack, inputOf({ evidence }), 'ACC', { to: 'target', collectors });
    expect(none.to).toBeUndefined();
    expect(none.sets).toEqual([]);
  });

  it('asks for a statement that a set is empty instead of meeting a row that has nothing to count', () => {
    const pack = packOf(
      { id: 'acc.l1.a', ...named },
      { id: 'acc.l1.b', population: 'CRIT', min: 1, ...closed, paths: ['mqtt', 'examine'] },
    );
    const [set] = raise(pack, inputOf({}), 'ACC', { to: 'next', collectors }).sets;
    expect(set?.steps.find(({ row }) => row === 'acc.l1.b')).toMatchObject({ kind: 'ask', becomes: 'notApplicable' });
  });
});

const facts = ['roster.deputy.named', 'roster.operationsCovered', 'site.locked', 'exposure.watched'] as const;
const pathLists = [
  ['statement:interview'],
  ['statement:interview', 'examine'],
  ['examine'],
  ['import:siem', 'examine'],
];

/** Packs of up to ten rows of three levels; rows may need rows that come before, some in another practice. */
const packs = fc
  .array(
    fc.record({
      level: fc.constantFrom(1, 1, 2, 3),
      other: fc.boolean(),
      core: fc.boolean(),
      fact: fc.nat(1),
      paths: fc.constantFrom(...pathLists),
      minutes: fc.nat(30),
      effort: fc.constantFrom('S' as const, 'M' as const, 'L' as const),
      needs: fc.array(fc.nat(9), { maxLength: 2 }),
      wide: fc.boolean(),
    }),
    { minLength: 4, maxLength: 10 },
  )
  .map((drafts) => {
    const ids = drafts.map(({ level, other }, index) => `${other ? 'thm' : 'acc'}.l${level}.r${index}`);
    const sources = drafts.map(
      ({ fact, needs, wide, other: _, ...rest }, index): Partial<RowSource> & { id: string } => ({
        ...rest,
        level: rest.level as 1 | 2 | 3,
        id: ids[index] ?? '',
        needs: [...new Set(needs.filter((each) => each < index).map((each) => ids[each] ?? ''))],
        ...(wide ? { population: 'CRIT', min: 1, ...closed } : { met: `${facts[fact] ?? facts[0]} == true` }),
      }),
    );
    return packOf({ id: 'acm.l2.discovery-delta', ...covered }, ...sources);
  });
const evidence = fc
  .record({
    named: fc.option(fc.boolean(), { nil: undefined }),
    covered: fc.option(fc.boolean(), { nil: undefined }),
    open: fc.option(fc.boolean(), { nil: undefined }),
    kind: fc.constantFrom('stated' as const, 'examined' as const),
  })
  .map(({ named, covered, open, kind }) => [
    said(
      {
        ...(named === undefined ? {} : { 'roster.deputy.named': named }),
        ...(covered === undefined ? {} : { 'roster.operationsCovered': covered }),
      },
      { kind },
    ),
    ...(open === undefined ? [] : [seen('one', { 'auth.anonymous.accepted': open })]),
  ]);

describe('every set', () => {
  const runs = { numRuns: 300 };
  const aims = fc.constantFrom<Level>(1, 2, 3);

  it('reaches the level when the engine takes its rows as met, with nothing resting on what is open', () => {
    fc.assert(
      fc.property(packs, evidence, aims, (pack, all, level) => {
        const input = inputOf({ assets: [asset('one')], evidence: all });
        for (const { steps, reaches } of raise(pack, input, 'ACC', { to: level, collectors }).sets) {
          const forced = new Map(
            steps.map(({ row, becomes, evidence }): [string, Forced] => [row, { status: becomes, evidence }]),
          );
          const own = assessWith(pack, input, forced).practices.find(({ practice }) => practice === 'ACC');
          expect(own?.level).toBe(reaches);
          expect(reaches).toBeGreaterThanOrEqual(level);
          const base = new Supposition(pack, input);
          expect(base.unfounded(forced, base.look('ACC', forced).all)).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('is minimal: no part of it suffices, whatever evidence its rows had', () => {
    fc.assert(
      fc.property(packs, evidence, aims, (pack, all, level) => {
        const input = inputOf({ assets: [asset('one')], evidence: all });
        const base = new Supposition(pack, input);
        for (const { steps } of raise(pack, input, 'ACC', { to: level, collectors }).sets) {
          for (const part of partsOf(steps)) {
            const forced = new Map(
              part.map(({ row, becomes }): [string, Forced] => {
                const evidence = strongestWay(pack.byId.get(row) ?? { paths: [] }, collectors)?.evidence;
                return [row, { status: becomes, evidence }];
              }),
            );
            const outlook = base.look('ACC', forced);
            const founded = base.unfounded(forced, outlook.all).length === 0;
            expect(founded && rowsHold(outlook, level) && gatesOpen(outlook, level).length === 0).toBe(false);
          }
        }
      }),
      runs,
    );
  });

  it('is there, or an obstacle is named, or the level is reached', () => {
    fc.assert(
      fc.property(packs, evidence, aims, (pack, all, level) => {
        const input = inputOf({ assets: [asset('one')], evidence: all });
        const { sets, obstacles, reached } = raise(pack, input, 'ACC', { to: level, collectors });
        expect([sets.length > 0, obstacles.length > 0, reached].filter(Boolean)).toHaveLength(1);
      }),
      runs,
    );
  });

  it('costs no less than the one before it, and does not depend on the order of the evidence', () => {
    fc.assert(
      fc.property(packs, evidence, aims, (pack, all, level) => {
        const input = inputOf({ assets: [asset('one')], evidence: all });
        const found = raise(pack, input, 'ACC', { to: level, collectors });
        const days = found.sets.map(({ cost }) => cost.days);
        expect(days).toEqual([...days].sort((one, other) => one - other));
        const turned = { ...input, evidence: input.evidence.toReversed() };
        expect(canonicalize(raise(pack, turned, 'ACC', { to: level, collectors }))).toBe(canonicalize(found));
      }),
      runs,
    );
  });
});

function partsOf<T>(steps: readonly T[]): T[][] {
  if (steps.length > 8) return steps.map((_, index) => steps.filter((_, other) => other !== index));
  const all = Array.from({ length: 2 ** steps.length - 1 }, (_, mask) => steps.filter((_, bit) => (mask >> bit) & 1));
  return all.filter((part) => part.length < steps.length);
}

import { describe, expect, it } from 'vitest';
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import { assess } from '../../../rules/engine/assess.ts';
import type { Evidence } from '../../../rules/engine/input.ts';
import type { Pack, RowSource } from '../../../rules/engine/pack.ts';
import { ago, asset, inputOf, packOf, practiceOf, said, seen } from './support.ts';

/** What a directory says, which ends in so many days and is not held after. */
function until(days: number, facts: FactsDraft, more: Partial<Evidence> = {}): Evidence {
  return said(facts, { kind: 'imported', channel: Object.keys(facts).join(), validUntil: ago(-days), ...more });
}

function row(id: string, met: string, more: Partial<RowSource> = {}) {
  return { id, met, freshnessDays: 400, ...more };
}

function fallOf(pack: Pack, ...evidence: Evidence[]) {
  const { level, dropsOn, dropsTo } = practiceOf(assess(pack, inputOf({ evidence })), 'ACC');
  return { level, dropsOn, dropsTo };
}

const deputy = 'roster.deputy.named == true';
const covered = 'roster.operationsCovered == true';
const restored = 'restore.person.named == true';
const named = (days: number, more?: Partial<Evidence>) => until(days, { 'roster.deputy.named': true }, more);
const operated = (days: number, more?: Partial<Evidence>) => until(days, { 'roster.operationsCovered': true }, more);
const restorer = (days: number, more?: Partial<Evidence>) => until(days, { 'restore.person.named': true }, more);

describe('a level falls', () => {
  it('with the first of its core rows, to the level that is left', () => {
    const pack = packOf(row('acc.l1.a', deputy), row('acc.l2.a', covered), row('acc.l3.a', restored));
    const fall = (...days: [number, number, number]) =>
      fallOf(pack, named(days[0]), operated(days[1]), restorer(days[2]));
    expect(fall(30, 20, 10)).toEqual({ level: 3, dropsOn: ago(-10), dropsTo: 2 });
    expect(fall(30, 10, 20)).toEqual({ level: 3, dropsOn: ago(-10), dropsTo: 1 });
    expect(fall(10, 20, 30)).toEqual({ level: 3, dropsOn: ago(-10), dropsTo: null });
  });

  it('not with a row above it, nor with one that supports nothing', () => {
    const rows = [row('acc.l1.a', deputy), row('acc.l1.s', covered, { core: false }), row('acc.l3.a', restored)];
    expect(fallOf(packOf(...rows), named(30), operated(10), restorer(5))).toEqual({
      ...{ level: 1, dropsOn: ago(-30), dropsTo: null },
    });
  });

  it('with the supporting row that alone was seen by a machine', () => {
    const stated = { kind: 'stated' } as const;
    const pack = packOf(row('acc.l1.a', deputy), row('acc.l2.a', covered), row('acc.l2.s', restored, { core: false }));
    expect(fallOf(pack, named(90, stated), operated(80, stated), restorer(10))).toEqual({
      ...{ level: 2, dropsOn: ago(-10), dropsTo: 1 },
    });
  });

  it('not when a reading ends that another one stands in for', () => {
    const pack = packOf(row('acc.l1.a', `${deputy} || ${covered}`));
    expect(fallOf(pack, named(10), operated(20))).toEqual({ level: 1, dropsOn: ago(-20), dropsTo: null });
  });

  it('with a row of another practice that it rests on, and with no other', () => {
    const base = row('vas.l1.base', covered);
    const other = row('vas.l1.other', restored);
    const needing = packOf(base, other, row('acc.l1.a', deputy, { needs: ['vas.l1.base'] }));
    expect(fallOf(needing, named(30), operated(20), restorer(5))).toEqual({
      ...{ level: 1, dropsOn: ago(-20), dropsTo: null },
    });
    const asking = packOf(base, other, row('acc.l1.a', `${deputy} && isMet("vas.l1.base")`));
    expect(fallOf(asking, named(30), operated(20), restorer(5)).dropsOn).toBe(ago(-20));
    const chain = packOf(
      base,
      { ...other, needs: ['vas.l1.base'] },
      row('acc.l1.a', deputy, { needs: ['vas.l1.other'] }),
    );
    expect(fallOf(chain, named(30), operated(7), restorer(25)).dropsOn).toBe(ago(-7));
    const either = packOf(base, other, row('acc.l1.a', 'isMet("vas.l1.base") || isMet("vas.l1.other")'));
    expect(fallOf(either, operated(20), restorer(5)).dropsOn).toBe(ago(-20));
  });

  it('to 0 when a date turns it into a finding', () => {
    const pack = packOf(row('acc.l1.a', 'age(exposure.listedAt) < days(p.n)', { parameters: { n: 10 } }));
    expect(fallOf(pack, until(90, { 'exposure.listedAt': ago(4) }))).toEqual({
      ...{ level: 1, dropsOn: ago(-6), dropsTo: 0 },
    });
  });

  it('never where nothing ends', () => {
    const pack = packOf(row('acc.l1.a', 'true || roster.deputy.named'));
    expect(fallOf(pack)).toEqual({ level: 1, dropsOn: undefined, dropsTo: undefined });
  });

  it('with the statements that are held, 30 days after the first of them lapsed, to what is left then', () => {
    const stated = { kind: 'stated' } as const;
    const pack = packOf(row('acc.l1.a', deputy), row('acc.l2.a', covered), row('acc.l2.b', restored));
    const fall = (one: number, other: number) =>
      fallOf(pack, named(one, stated), operated(90), restorer(other, stated));
    expect(fall(60, 10)).toEqual({ level: 2, dropsOn: ago(-40), dropsTo: 1 });
    expect(fall(60, -10)).toEqual({ level: 2, dropsOn: ago(-20), dropsTo: 1 });
    expect(fall(10, 60)).toEqual({ level: 2, dropsOn: ago(-40), dropsTo: null });
  });
});

describe('a level that counts assets falls', () => {
  const counting = (more: Partial<RowSource>) =>
    packOf({
      ...{ id: 'acc.l1.a', population: 'ALL', min: 0.5, freshnessDays: 400 },
      ...{ good: 'firmware.supported == true', bad: 'firmware.supported == false' },
      ...more,
    });
  const ends = (name: string, days: number, facts: FactsDraft = { 'firmware.supported': true }) =>
    seen(name, facts, { validUntil: ago(-days), channel: `${name} ${Object.keys(facts)}` });

  it('when too few of them are known to be good', () => {
    const input = inputOf({
      assets: ['a', 'b', 'c', 'd'].map((name) => asset(name)),
      evidence: [ends('a', 10), ends('b', 20), ends('c', 30)],
    });
    expect(practiceOf(assess(counting({}), input), 'ACC')).toMatchObject({
      level: 1,
      dropsOn: ago(-20),
      dropsTo: null,
    });
  });

  it('when a statement that kept one out of the population ends', () => {
    const { exposed: _, ...bare } = asset('b');
    const input = inputOf({
      assets: [asset('a', { exposed: true }), bare as ReturnType<typeof asset>],
      evidence: [ends('a', 50), ends('b', 9, { 'asset.exposed': false })],
    });
    const pack = counting({ population: 'EXP', min: 1 });
    expect(practiceOf(assess(pack, input), 'ACC')).toMatchObject({ level: 1, dropsOn: ago(-9), dropsTo: null });
  });
});

import { describe, expect, it } from 'vitest';
import { areIdentical, isSame, isSameList } from '../../../rules/engine/same.ts';

const shared = { a: 1 };

describe('two pieces of plain data', () => {
  it.each<[unknown, unknown]>([
    [1, 1],
    [Number.NaN, Number.NaN],
    ['a', 'a'],
    [null, null],
    [undefined, undefined],
    [shared, shared],
    [{}, {}],
    [[], []],
    [
      { a: 1, b: { c: [1, 2] } },
      { b: { c: [1, 2] }, a: 1 },
    ],
    [[{ a: null }], [{ a: null }]],
  ])('%j and %j say the same', (one, other) => {
    expect([isSame(one, other), isSame(other, one)]).toEqual([true, true]);
  });

  it.each<[unknown, unknown]>([
    [1, 2],
    [0, -0],
    [1, '1'],
    [null, undefined],
    [null, {}],
    [null, 0],
    [{}, 1],
    [{}, []],
    [[], {}],
    [{ length: 0 }, []],
    [{ 0: 'a' }, ['a']],
    [{ a: 1 }, {}],
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: undefined }, { b: undefined }],
    [
      { a: 1, b: 2 },
      { a: 1, b: 3 },
    ],
    [{ a: { b: 1 } }, { a: { b: 2 } }],
    [{ a: null }, { a: {} }],
    [[1, 2], [1]],
    [
      [1, 2],
      [2, 1],
    ],
    [
      [1, 2],
      [1, 3],
    ],
  ])('%j and %j do not', (one, other) => {
    expect([isSame(one, other), isSame(other, one)]).toEqual([false, false]);
  });

  it('inherit nothing that they are compared by', () => {
    expect(isSame({ toString: Object.prototype.toString }, { a: 1 })).toBe(false);
  });
});

describe('lists', () => {
  const list = [shared];

  it('say the same where their items do, one by one', () => {
    expect(isSameList(list, list)).toBe(true);
    expect(isSameList(list, [{ a: 1 }])).toBe(true);
    expect(isSameList(list, [{ a: 2 }])).toBe(false);
    expect(isSameList(list, [shared, shared])).toBe(false);
    expect(isSameList([1, 2], [1, 3])).toBe(false);
  });

  it('are identical only where their items are the very same ones', () => {
    expect(areIdentical(list, list)).toBe(true);
    expect(areIdentical(list, [shared])).toBe(true);
    expect(areIdentical(list, [{ a: 1 }])).toBe(false);
    expect(areIdentical(list, [])).toBe(false);
    expect(areIdentical(list, [shared, shared])).toBe(false);
    expect(areIdentical([1, 2], [1, 3])).toBe(false);
    expect(areIdentical([Number.NaN], [Number.NaN])).toBe(false);
  });
});

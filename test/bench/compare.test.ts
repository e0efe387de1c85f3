import { describe, expect, it } from 'vitest';
import { compare, Different, expectSame, type Measured, type Side, spread } from './compare.ts';
import { tableOf } from './table.ts';

function sideOf(name: string, runs: readonly Partial<Measured>[], order: string[] = []): Side {
  let next = 0;
  return {
    name,
    async run() {
      order.push(name);
      const run = runs[next % runs.length] ?? {};
      next += 1;
      return { wallMs: 1000, cpuMs: 500, factsEach: 1, ...run };
    },
  };
}

describe('a comparison', () => {
  it('runs the sides in turn, after one round that does not count', async () => {
    const order: string[] = [];
    await compare({ title: '', rounds: 2, sides: [sideOf('a', [{}], order), sideOf('b', [{}], order)] });
    expect(order.join(' ')).toBe('a b a b a b');
  });

  it('takes ratios within a round, never between rounds', async () => {
    const sides = [
      sideOf('tool', [{}, { wallMs: 100 }, { wallMs: 3000 }]),
      sideOf('ours', [{}, { wallMs: 50 }, { wallMs: 1000 }]),
    ];
    const { sides: results } = await compare({ title: '', rounds: 2, sides });
    expect(results[1]?.wallRatio).toEqual({ median: 2.5, min: 2, max: 3 });
  });

  it('compares per unit of work where one side did more', async () => {
    const sides = [sideOf('tool', [{ done: 100 }]), sideOf('ours', [{ done: 50 }])];
    const { sides: results } = await compare({ title: '', rounds: 1, sides });
    expect(results[1]?.cpuRatio.median).toBe(0.5);
  });

  it('ends without a ratio when a side found something else than the servers hold', async () => {
    const wrong: Side = {
      name: 'ours',
      run: async () => expectSame('ours', new Map([['a', '1']]), new Map([['a', '2']])) as never,
    };
    await expect(compare({ title: '', rounds: 1, sides: [sideOf('tool', [{}]), wrong] })).rejects.toThrow(Different);
  });

  it('says in its table that an aim was missed', async () => {
    const sides = [sideOf('tool', [{ wallMs: 1000 }]), sideOf('ours', [{ wallMs: 800 }])];
    const text = tableOf(await compare({ title: 't', rounds: 1, sides, aim: { side: 'ours', wallRatio: 2 } }));
    expect(text).toContain('missed, 1.25x');
  });
});

describe('what the sides found', () => {
  const expected = new Map([
    ['a', '1'],
    ['b', '2'],
  ]);
  it.each([
    [
      'a value that differs',
      new Map([
        ['a', '1'],
        ['b', '3'],
      ]),
      'b: expected 2, found 3',
    ],
    ['a value that is missing', new Map([['a', '1']]), 'b: expected 2, found nothing'],
    ['a value too many', new Map([...expected, ['c', '4']]), 'c: expected nothing, found 4'],
  ])('is refused for %s', (_, found, message) => {
    expect(() => expectSame('ours', found, expected)).toThrow(message);
  });

  it('passes when it is the same', () => {
    expect(() => expectSame('ours', new Map(expected), expected)).not.toThrow();
  });
});

describe('a spread', () => {
  it('has the middle of an odd number of values, and the mean of the two middles of an even one', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(spread([4, 1, 2, 3]).median).toBe(2.5);
  });
});

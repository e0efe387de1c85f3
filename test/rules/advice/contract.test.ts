import { expect, expectTypeOf, it } from 'vitest';
import type * as advice from '../../../rules/advice/raise.ts';
import { raise } from '../../../rules/advice/raise.ts';
import { practiceCodes } from '../../../rules/engine/model.ts';
import { loadPack } from '../../../rules/loader/load.ts';
import { type Raise, type RaiseStep, raiseSchema } from '../../../server/contract/advice.ts';
import { assets, inputOf } from '../engine/support.ts';

it('the API speaks of raising a practice exactly as the advice does', () => {
  expectTypeOf<keyof advice.Raise>().toEqualTypeOf<keyof Raise>();
  expectTypeOf<keyof advice.RaiseSet>().toEqualTypeOf<keyof Raise['sets'][number]>();
  expectTypeOf<keyof advice.Step>().toEqualTypeOf<keyof RaiseStep>();
  expectTypeOf<advice.Obstacle['kind']>().toEqualTypeOf<Raise['obstacles'][number]['kind']>();
  const { pack } = loadPack({ folder: new URL('../../../rules/packs/smm', import.meta.url).pathname });
  const input = inputOf({ assets: assets(3) });
  for (const practice of practiceCodes) {
    const found = raise(pack, input, practice, { to: 4, collectors: new Set(['mqtt']) });
    expect(found.sets.length + found.obstacles.length).toBeGreaterThan(0);
    expect(raiseSchema.parse(found)).toEqual(found);
  }
});

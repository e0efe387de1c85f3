import { expect, expectTypeOf, it } from 'vitest';
import type * as money from '../../../rules/advice/money.ts';
import { budgetCurve } from '../../../rules/advice/money.ts';
import type * as advice from '../../../rules/advice/raise.ts';
import { raise } from '../../../rules/advice/raise.ts';
import type * as ticks from '../../../rules/advice/ticked.ts';
import { practiceCodes } from '../../../rules/engine/model.ts';
import { loadPack } from '../../../rules/loader/load.ts';
import {
  type PlanPage,
  type PlanPoint,
  planPageSchema,
  type Raise,
  type RaiseStep,
  raiseSchema,
  type WhatIfPage,
} from '../../../server/contract/advice.ts';
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

it('the API speaks of ticked steps and of money exactly as the advice does', () => {
  expectTypeOf<keyof ticks.TickedPractice>().toEqualTypeOf<keyof WhatIfPage['practices'][number]>();
  expectTypeOf<keyof money.CurvePoint>().toEqualTypeOf<keyof PlanPoint>();
  expectTypeOf<keyof money.DoNotSpend>().toEqualTypeOf<keyof PlanPage['doNotSpend'][number]>();
  expectTypeOf<keyof money.Clash>().toEqualTypeOf<keyof PlanPage['clashes'][number]>();
  const { pack } = loadPack({ folder: new URL('../../../rules/packs/smm', import.meta.url).pathname });
  const targets = { ACC: { level: 2, scope: 'general' }, SPM: { level: 1, scope: 'general' } } as const;
  const curve = budgetCurve(pack, inputOf({ assets: assets(2), system: { targets } }), { collectors: new Set() });
  const { points, unreachable } = curve;
  expect(points.length + unreachable.length).toBe(2);
  const { curves } = planPageSchema.shape;
  expect(curves.shape.missing.parse({ points, unreachable })).toEqual({ points, unreachable });
});

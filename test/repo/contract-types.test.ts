import { expect, expectTypeOf, it } from 'vitest';
import { practiceCodes } from '../../rules/engine/model.ts';
import type * as engine from '../../rules/engine/result.ts';
import type * as contract from '../../server/contract/assessment.ts';

// Compiled by `npm run check`: a field that one side has and the other lacks does not compile.
type Loose<T> = { -readonly [K in keyof T]: T[K] };

it('the API speaks of assessments exactly as the engine does', () => {
  expectTypeOf<keyof engine.IndicatorResult>().toEqualTypeOf<keyof contract.IndicatorResult>();
  expectTypeOf<keyof engine.PracticeResult>().toEqualTypeOf<keyof contract.PracticeResult>();
  expectTypeOf<keyof engine.Trace>().toEqualTypeOf<keyof contract.Trace>();
  expectTypeOf<Loose<engine.IndicatorResult>['status']>().toEqualTypeOf<contract.IndicatorResult['status']>();
  expectTypeOf<engine.PracticeResult['level']>().toEqualTypeOf<contract.PracticeResult['level']>();
  expect(practiceCodes).toHaveLength(18);
});

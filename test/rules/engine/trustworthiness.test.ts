import { expect, it } from 'vitest';
import type { Status } from '../../../rules/engine/result.ts';
import { characteristics, type TrustworthinessTags, trustworthinessOf } from '../../../rules/engine/trustworthiness.ts';

const tags: TrustworthinessTags = new Map([
  ['a', ['safety', 'resilience']],
  ['b', ['safety']],
  ['c', ['reliability']],
  ['d', ['privacy', 'safety']],
  ['gone', ['privacy']],
]);

it('rows stand by side and status, untagged and unassessed ones nowhere', () => {
  const assessed = new Map<string, Status>([
    ['a', 'met'],
    ['b', 'unknown'],
    ['c', 'notMet'],
    ['d', 'notApplicable'],
    ['untagged', 'met'],
  ]);
  const none = { met: [], notMet: [], unknown: [], notApplicable: [] };
  expect(trustworthinessOf(tags, assessed)).toEqual({
    safety: { met: ['a'], notMet: [], unknown: ['b'], notApplicable: ['d'] },
    reliability: { ...none, notMet: ['c'] },
    resilience: { ...none, met: ['a'] },
    privacy: { ...none, notApplicable: ['d'] },
  });
});

it('the view has the sides that a tag may name', () => {
  expect(Object.keys(trustworthinessOf(tags, new Map()))).toEqual([...characteristics]);
});

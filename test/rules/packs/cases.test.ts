import { describe, expect, test } from 'vitest';
import { runRowCase, runSystemCase } from '../../../rules/engine/run-case.ts';
import { loadPack } from '../../../rules/loader/load.ts';

const { pack, cases, systemCases } = loadPack({
  folder: new URL('../../../rules/packs/smm', import.meta.url).pathname,
});

describe('cases of the pack smm', () => {
  test.each(cases)('$row does what its cases say', ({ row: id, cases: own }) => {
    const row = pack.byId.get(id);
    expect(row && own.flatMap((each) => runRowCase(pack, row, each))).toEqual([]);
  });

  test.each(systemCases)('$name', (each) => {
    expect(runSystemCase(pack, each)).toEqual([]);
  });

  test.each(cases)('$row is met by one of its cases, refuted by another and left open by a third', ({ cases: own }) => {
    const statuses = own.map((each) => each.expect.status);
    expect(statuses).toEqual(expect.arrayContaining(['met', 'notMet', 'unknown']));
  });

  test.each(cases)('$row names each of its cases once', ({ cases: own }) => {
    expect(new Set(own.map((each) => each.name)).size).toBe(own.length);
  });

  test.each([
    'One anonymous cell broker among forty critical services',
    '100 critical assets, 60 unreadable, the other 40 current, no findings on them',
    'Security programme on statements by one signer in one afternoon',
    'A new system, nothing asked yet',
    'Everything was known, then all statements lapse',
  ])('works the example "%s"', (example) => {
    expect(systemCases.filter((each) => each.name.startsWith(example))).not.toEqual([]);
  });
});

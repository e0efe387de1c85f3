import { expect, it } from 'vitest';
import { checkPack, runCases } from '../../../rules/loader/check.ts';
import { loadPack } from '../../../rules/loader/load.ts';

const folder = new URL('../../../rules/packs/smm', import.meta.url).pathname;

it('the shipped pack loads without a fault, the same from load to load', () => {
  const report = checkPack(folder);
  expect(report.errors).toEqual([]);
  expect(report).toMatchObject({ ok: true, pack: 'smm' });
  expect(checkPack(folder).hash).toBe(report.hash);
  expect(report.indicators.length).toBeGreaterThan(260);
});

it('every case of the shipped pack comes out as it is written', () => {
  const { cases, failed } = runCases(loadPack({ folder }));
  expect(failed).toEqual([]);
  expect(cases).toBeGreaterThan(1000);
});

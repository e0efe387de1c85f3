import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { characteristics, trustworthinessOf } from '../../../rules/engine/trustworthiness.ts';
import { loadTrustworthiness } from '../../../rules/loader/trustworthiness.ts';
import { folderOf, pack, refusedBy, rowIds, smmFolder } from './shipped.ts';

const file = join(smmFolder, 'trustworthiness.yaml');
const tags = loadTrustworthiness(file, rowIds);

describe('the shipped tags of trustworthiness', () => {
  it('stand on rows of the pack, of all four sides', () => {
    expect([...tags.keys()].filter((id) => !pack.byId.has(id))).toEqual([]);
    expect(new Set([...tags.values()].flat())).toEqual(new Set(characteristics));
  });

  it('carry no level of their own', () => {
    expect(readFileSync(file, 'utf8')).not.toMatch(/^\s*level:/m);
    const folder = folderOf({ 'trustworthiness.yaml': 'notice: x\nlevels: {safety: 2}\nrows: {}\n' });
    const problems = refusedBy(() => loadTrustworthiness(join(folder, 'trustworthiness.yaml')));
    expect(problems).toMatchObject([{ line: 2, expected: 'known keys only', found: '"levels"' }]);
  });
});

describe('the view of trustworthiness', () => {
  it('groups assessed rows by side and status, and leaves out what was not assessed', () => {
    const own = new Map([
      ['a', ['safety', 'resilience']],
      ['b', ['safety']],
      ['c', ['privacy']],
    ] as const);
    const view = trustworthinessOf(own, new Map([['a', 'met'] as const, ['b', 'unknown'] as const]));
    expect(view.safety).toEqual({ met: ['a'], notMet: [], unknown: ['b'], notApplicable: [] });
    expect(view.resilience.met).toEqual(['a']);
    expect(Object.values(view.privacy).flat()).toEqual([]);
  });

  it('refuses tags on rows that the pack does not have, unknown sides and a tag twice, at once', () => {
    const folder = folderOf({
      'a.yaml': 'notice: x\nrows:\n  acc.l9.gone: [safety]\n  acc.l2.no-anonymous: [safety, safety]\n',
      'b.yaml': 'notice: x\nrows:\n  acc.l2.no-anonymous: [beauty]\n',
    });
    expect(refusedBy(() => loadTrustworthiness(join(folder, 'a.yaml'), rowIds))).toMatchObject([
      { line: 3, expected: 'a row of the pack' },
      { line: 4, expected: 'every tag once' },
    ]);
    expect(refusedBy(() => loadTrustworthiness(join(folder, 'b.yaml')))).toMatchObject([
      { expected: 'one of safety, reliability, resilience, privacy', found: '"beauty"' },
    ]);
  });
});

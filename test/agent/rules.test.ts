import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rulesTable, safetyRules } from '../../agent/governor/rules.ts';

const root = new URL('../..', import.meta.url).pathname;

function testNames(): string {
  const folders = ['test/agent', 'test/repo'].map((folder) => join(root, folder));
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return files
    .filter((path) => path.endsWith('.test.ts'))
    .flatMap((path) => readFileSync(path, 'utf8').match(/^\s*(?:it|describe|\])[^\n]*SAF-\d\d[^\n]*/gm) ?? [])
    .concat(
      // A parametrised title stands on the line after the table.
      files
        .filter((path) => path.endsWith('.test.ts'))
        .flatMap((path) => readFileSync(path, 'utf8').match(/\]\)\(\s*'SAF-\d\d[^\n]*/g) ?? []),
    )
    .join('\n');
}

describe('the safety rules', () => {
  it('are 52, each once', () => {
    const ids = Array.from({ length: 52 }, (_, index) => `SAF-${String(index + 1).padStart(2, '0')}`);
    expect(safetyRules.map(({ id }) => id)).toEqual(ids);
  });

  it('that are called enforced have a test named after them', () => {
    const names = testNames();
    const unproven = safetyRules.filter(({ id, state }) => state === 'enforced' && !names.includes(id));
    expect(unproven.map(({ id }) => id)).toEqual([]);
  });

  it('stand in the README as they stand in the code', () => {
    expect(readFileSync(join(root, 'agent/governor/README.md'), 'utf8')).toContain(rulesTable());
  });

  it('SAF-40: the README says that probing is optional', () => {
    expect(readFileSync(join(root, 'agent/README.md'), 'utf8')).toContain('Probing is optional');
  });

  it('that are partly held say what is missing', () => {
    for (const { state, how } of safetyRules) if (state !== 'planned') expect(how).not.toBe('');
  });
});

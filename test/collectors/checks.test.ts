import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

/** How many questions there are of each kind. */
const sizes = { MQ: 18, OU: 20, SN: 18, SV: 13, TL: 6, TH: 9, SH: 1, LX: 20, OT: 6 } as const;

interface Check {
  readonly id: string;
  readonly tier: string;
  readonly state: string;
  readonly text: string;
}

const checks: readonly Check[] = readFileSync(join(root, 'collectors/checks.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-Z]{2}-/.test(line))
  .map((line) => {
    const [, id = '', , tier = '', state = '', text = ''] = line.split('|').map((cell) => cell.trim());
    return { id, tier, state, text };
  });

const sources = ['collectors', 'rules/derive'].flatMap((folder) =>
  readdirSync(join(root, 'test', folder), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.ts') && path !== 'checks.test.ts')
    .map((path) => readFileSync(join(root, 'test', folder, path), 'utf8')),
);

/** A title stands in quotes of one kind or another; names of files and options in backticks hold a dot or a slash. */
function isTitle(words: string): boolean {
  return sources.some((text) => ["'", '`', '"'].some((quote) => text.includes(`${quote}${words}${quote}`)));
}

const quoted = ({ text }: Check) => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');

describe('the list of checks', () => {
  it('holds every question once, in order', () => {
    const expected = Object.entries(sizes).flatMap(([kind, size]) =>
      Array.from({ length: size }, (_, index) => `${kind}-${String(index + 1).padStart(2, '0')}`),
    );
    expect(checks.map(({ id }) => id)).toEqual(expected);
  });

  it.each(checks)('$id is $state, with what proves it or why not', (check) => {
    expect(['done', 'part', 'left']).toContain(check.state);
    expect(check.tier).toMatch(/^(T[0-4]|derived|-)$/);
    expect(check.text.length).toBeGreaterThan(5);
    if (check.state === 'done') expect(quoted(check).filter(isTitle), check.text).not.toEqual([]);
    // What begins with a title must be one.
    const first = /^`([^`]+)`/.exec(check.text)?.[1];
    if (first !== undefined) expect(isTitle(first), first).toBe(true);
    if (check.state !== 'done') expect(check.text.replace(/^`[^`]+`;?/, '').trim()).not.toBe('');
  });

  it('would miss a title that is nowhere', () => {
    expect(isTitle('a test that was never written')).toBe(false);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { factsPage, promisedBy, unfilledBy } from '../../agent/commands/facts-page.ts';
import { derived, unfilled } from '../../collectors/contract/unfilled.ts';
import { collectors } from '../../collectors/registry.ts';
import { derivedFacts } from '../../rules/derive/derived-facts.ts';

const root = new URL('../..', import.meta.url).pathname;

describe('the page of facts and collectors', () => {
  it('is what the manifests say', () => {
    expect(readFileSync(join(root, 'collectors/facts.md'), 'utf8')).toBe(factsPage());
  });

  it.each(collectors.map(({ manifest }) => [manifest.id, manifest] as const))(
    '%s: every fact that the vocabulary lets it fill is promised, or the reason why not is given, and no other',
    (id, manifest) => {
      expect(promisedBy(manifest).size).toBeGreaterThan(0);
      expect(Object.keys(unfilled[id] ?? {}).sort()).toEqual([...unfilledBy(manifest)].sort());
    },
  );

  it('calls derived only what is derived', () => {
    const called = Object.values(unfilled).flatMap((reasons) =>
      Object.entries(reasons).flatMap(([fact, why]) => (why === derived ? [fact] : [])),
    );
    const known = new Set<string>(derivedFacts.keys());
    expect(called.filter((fact) => !known.has(fact))).toEqual([]);
  });
});

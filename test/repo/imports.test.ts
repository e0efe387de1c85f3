import { describe, expect, it } from 'vitest';
import { importsOf, sourceFiles } from './files.ts';

/** What each part of the tree may import of ours. A manifest is the one file of a collector that the server reads. */
const allowed: [from: RegExp, may: RegExp[]][] = [
  [/^collectors\/contract\//, [/^collectors\/contract\//]],
  [/^collectors\/evidence\//, [/^collectors\/(contract|evidence)\//]],
  [/^collectors\/channel\//, [/^collectors\/(channel|contract)\//]],
  [/^collectors\/registry\.ts$/, [/^collectors\//]],
  [/^rules\//, [/^rules\//, /^collectors\/contract\//]],
  [/^server\/contract\//, [/^server\/contract\//, /^collectors\/contract\//]],
  [/^server\//, [/^server\//, /^rules\//, /^collectors\/(contract|evidence)\//, /^collectors\/[a-z-]+\/manifest\.ts$/]],
  [/^agent\/(cli\.ts|commands\/|demo\/)/, [/^(agent|collectors|rules|server)\//]],
  [/^agent\//, [/^agent\//, /^collectors\//, /^server\/contract\//]],
  [/^dashboard\//, [/^dashboard\//]],
  [/^test\//, [/.*/]],
];

/** Folders of `collectors/` that are no collectors: types, evidence, and connecting code that several of them need. */
const shared: (string | undefined)[] = ['contract', 'evidence', 'channel'];

describe('who may import whom', () => {
  it('holds for every file', () => {
    const broken = sourceFiles().flatMap((path) => {
      const rule = rulesFor(path);
      return importsOf(path)
        .filter(({ target, type }) => !permitted(path, rule, { target, type }))
        .map(({ target }) => `${path} imports ${target}`);
    });
    expect(broken).toEqual([]);
  });

  it('keeps collectors apart from each other', () => {
    const folder = (path: string) => /^collectors\/([a-z0-9-]+)\//.exec(path)?.[1];
    const broken = sourceFiles()
      .filter((path) => folder(path) !== undefined && !shared.includes(folder(path) ?? ''))
      .flatMap((path) =>
        importsOf(path)
          .filter(({ target }) => ![folder(path), ...shared].includes(folder(target)))
          .map(({ target }) => `${path} imports ${target}`),
      );
    expect(broken).toEqual([]);
  });

  it('keeps manifests light: zod and the contract, so that a passive run loads no protocol library', () => {
    const heavy = sourceFiles()
      .filter((path) => /^collectors\/(?!evidence\/)[a-z-]+\/manifest\.ts$/.test(path))
      .flatMap((path) =>
        importsOf(path).filter(({ target }) => !/^collectors\/(contract\/|[a-z-]+\/(manifest|options))/.test(target)),
      )
      .map(({ target }) => target);
    expect(heavy).toEqual([]);
  });
});

function rulesFor(path: string): RegExp[] {
  return allowed.find(([from]) => from.test(path))?.[1] ?? [/^collectors\/(contract|channel|[a-z-]+)\//];
}

function permitted(path: string, rule: RegExp[], { target, type }: { target: string; type: boolean }): boolean {
  // The dashboard takes types of the contract and nothing that exists at run time.
  if (path.startsWith('dashboard/') && type && target.startsWith('server/contract/')) return true;
  return rule.some((may) => may.test(target));
}

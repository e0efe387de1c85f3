import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryFiles, root, sourceFiles, textOf } from './files.ts';

const files = repositoryFiles();

describe('the repository', () => {
  it('has the top level that its README names and nothing else', () => {
    const top = [...new Set(files.map((path) => path.split('/')[0] ?? ''))].sort();
    expect(top).toEqual(
      [
        '.ci',
        '.gitignore',
        '.npmrc',
        'LICENSE',
        'README.md',
        'agent',
        'biome.json',
        'collectors',
        'dashboard',
        'docker-compose.yml',
        'package-lock.json',
        'package.json',
        'rules',
        'server',
        'test',
        'tsconfig.json',
      ].sort(),
    );
  });

  it('has a README of at most 120 lines in each top-level folder', () => {
    for (const folder of ['agent', 'collectors', 'dashboard', 'rules', 'server', 'test']) {
      expect(files, folder).toContain(`${folder}/README.md`);
    }
    const long = files
      .filter((path) => /^[a-z]+\/README\.md$/.test(path) && path !== 'rules/README.md')
      .filter((path) => textOf(path).split('\n').length > 121);
    expect(long).toEqual([]);
  });

  it('names files in kebab-case and components in PascalCase', () => {
    const odd = sourceFiles().filter(
      (path) =>
        !/^([a-z0-9]+(-[a-z0-9]+)*|[A-Z][A-Za-z0-9]*)(\.(test|bench|d|config))?\.tsx?$/.test(
          path.split('/').at(-1) ?? '',
        ),
    );
    expect(odd).toEqual([]);
  });

  it('has no barrels and no folders of odds and ends', () => {
    const odd = sourceFiles().filter((path) =>
      /(^|\/)(index\.tsx?|utils?|helpers?|common|misc|lib)(\/|$|\.ts$)/.test(path),
    );
    expect(odd).toEqual([]);
  });

  it('keeps every source file under 500 lines', () => {
    const long = sourceFiles().filter((path) => textOf(path).split('\n').length > 500);
    expect(long).toEqual([]);
  });

  it('has no any, no suppressed type errors, no skipped or focused tests', () => {
    const broken = sourceFiles()
      .filter((path) => path !== 'test/repo/conventions.test.ts')
      .flatMap((path) =>
        [
          /\bas any\b|: any\b|<any>/,
          /@ts-(ignore|expect-error|nocheck)/,
          /\b(it|test|describe)\.(only|todo)\b/,
          /\bTODO\b|\bFIXME\b/,
        ]
          .filter((pattern) => pattern.test(textOf(path)))
          .map((pattern) => `${path}: ${pattern}`),
      );
    expect(broken).toEqual([]);
  });

  it('locks packages without download addresses', () => {
    expect(textOf('package-lock.json')).not.toContain('"resolved"');
  });

  it('pins every package to one version', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(textOf('package.json'));
    const loose = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)),
    );
    expect(loose).toEqual([]);
  });

  it('speaks of itself alone: no machine paths, no registry hosts', () => {
    const pattern = /\/work\/|\/root\/|registry\.(npmjs|yarnpkg)|deb\.debian\.org/;
    const broken = files.filter(
      (path) =>
        /\.(ts|tsx|md|json|ya?ml|css|html|tsv)$/.test(path) &&
        path !== 'test/repo/conventions.test.ts' &&
        pattern.test(textOf(path)),
    );
    expect(broken).toEqual([]);
  });

  it('starts its command line with the runtime that npm installs', () => {
    const node = join(root, 'node_modules', '.bin', 'node');
    const output = execFileSync(node, ['agent/cli.ts', '--help'], { cwd: root, encoding: 'utf8' });
    for (const command of [
      'demo',
      'up',
      'scan',
      'collect',
      'assess',
      'verify',
      'import',
      'rules',
      'plant',
      'facts',
      'stop',
    ]) {
      expect(output).toMatch(new RegExp(`^  ${command}`, 'm'));
    }
  });
});

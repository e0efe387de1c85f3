import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectors } from '../../collectors/registry.ts';
import { loadPlant } from '../../server/plant/load-plant.ts';
import { repositoryFiles, textOf } from './files.ts';

const readme = textOf('README.md');

describe('the README', () => {
  it('shows a plant file that loads', () => {
    const block = /\n( {7}plimsoll: 1\n(?: {7}.*\n|\n)+)/.exec(readme)?.[1];
    const text = (block ?? '').replaceAll(/^ {7}/gm, '');
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-readme-'));
    try {
      const file = join(folder, 'plant.yaml');
      writeFileSync(file, text);

      const plant = loadPlant(file, { now: new Date(), collectors: collectors.map((entry) => entry.manifest) });

      expect(plant.assets.map((asset) => asset.id)).toEqual(['broker-1']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('names only files and folders that are there', () => {
    const files = repositoryFiles();
    const named = [...readme.matchAll(/`([a-z]+\/[a-zA-Z0-9/._-]*)`|\]\(([a-z]+\/[^)]+)\)/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    const missing = named.filter(
      (path) => !files.some((file) => file === path || file.startsWith(path.endsWith('/') ? path : `${path}/`)),
    );
    expect(missing).toEqual([]);
  });

  it('names only scripts and commands that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json'));
    const run = [...readme.matchAll(/npm run (?:-s )?([a-z]+)/g)].map((match) => match[1]);
    expect(run.filter((name) => scripts[name ?? ''] === undefined)).toEqual([]);
    const cli = textOf('agent/cli.ts');
    const commands = [...readme.matchAll(/(?:plimsoll --|`plimsoll) ([a-z]+)/g)].map((match) => match[1]);
    expect(commands.filter((name) => !new RegExp(`command\\('${name}'\\)`).test(cli))).toEqual([]);
  });

  it('is not behind the list of collectors, nor is the command line', () => {
    const ids = collectors.map(({ manifest }) => manifest.id).join(', ');
    expect(textOf('agent/cli.ts')).toContain(`.argument('<collector>', '${ids}')`);
    const folders = repositoryFiles().filter((path) => /^collectors\/[a-z-]+\/README\.md$/.test(path));
    expect(folders.map((path) => path.split('/')[1]).sort()).toEqual(
      collectors.map(({ manifest }) => manifest.id).sort(),
    );
  });
});

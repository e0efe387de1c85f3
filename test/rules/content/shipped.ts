/** The shipped content, read once per test file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadPack } from '../../../rules/loader/load.ts';
import { BadPack, type Problem } from '../../../rules/loader/problem.ts';

const packs = new URL('../../../rules/packs/', import.meta.url).pathname;

export const smmFolder = join(packs, 'smm');
export const guideFolder = join(packs, 'smm/guide');
export const crosswalkFolder = join(packs, 'crosswalks');
export const incidentFolder = join(packs, 'incidents');
export const profileFolder = join(packs, 'profiles');

export const { pack } = loadPack({ folder: smmFolder });
export const rowIds: ReadonlySet<string> = new Set(pack.byId.keys());

/** A folder of its own with these files, gone after the test. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-content-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** What a loader refuses; fails when it refuses nothing. */
export function refusedBy(load: () => unknown): readonly Problem[] {
  try {
    load();
  } catch (error) {
    if (error instanceof BadPack) return error.problems;
    throw error;
  }
  throw new Error('expected a refusal, and it loaded');
}

/** What an assessment was made from, out of the store alone: the contents that its signed statement names. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Manifest } from '../collectors/contract/collector.ts';
import { type Digest, sha256 } from '../collectors/evidence/canonical.ts';
import { digestSchema } from '../collectors/evidence/manifest.ts';
import type { Pack } from '../rules/engine/pack.ts';
import { targetsFrom } from '../rules/engine/profile.ts';
import type { Plant } from './contract/plant.ts';
import { BadInput } from './contract/problem.ts';
import type { Statement } from './contract/statement.ts';
import { packFrom, type RecordedPack, rowIdsIn } from './pack-content.ts';
import type { Packs } from './packs.ts';
import { type Imported, loadFactImports } from './plant/load-imports.ts';
import { loadPlant } from './plant/load-plant.ts';
import { loadStatements } from './plant/load-statements.ts';
import type { AssessmentHead } from './store/assessments.ts';
import { contentByHash, inputsAsOf } from './store/inputs.ts';
import type { Database } from './store/tables.ts';

export interface RecordedState {
  readonly plant: Plant;
  readonly statements: readonly Statement[];
  readonly imports: readonly Imported[];
  readonly pack: Pack;
}

export interface Installed {
  readonly collectors: readonly Manifest[];
  /** Only for the targets of profiles where the recorded pack does not hold them yet. */
  readonly packs: Packs;
  /** Recorded packs that were read before, where several assessments are made again. */
  readonly read?: Map<Digest, RecordedPack>;
}

const listSchema = z.array(z.object({ name: z.string(), content: digestSchema.nullable() }));

/**
 * Lays the files out as they were and reads them again, whatever lies on the disk today.
 * @throws {BadInput} when a content is missing or is not what its digest says, or when the files do not read any more.
 */
export async function recordedState(db: Database, head: AssessmentHead, installed: Installed): Promise<RecordedState> {
  const recorded = installed.read?.get(head.pack) ?? (await recordedPack(db, head.pack));
  installed.read?.set(head.pack, recorded);
  const list = listSchema.parse(JSON.parse(Buffer.from(await contentOf(db, head.statements)).toString('utf8')));
  const rows = new Set(recorded.pack.rows.map(({ id }) => id));
  // Statements may name rows of the packs of other systems.
  for (const { body, content } of await inputsAsOf(db, 'pack', head.now))
    for (const id of content === head.pack ? [] : rowIdsIn(body)) rows.add(id);
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-as-of-'));
  // So deep that names which lead up from the plant's folder stay below the root.
  const folder = join(root, 'a', 'b', 'c', 'd', 'e', 'f');
  try {
    const lay = (name: string, body: Uint8Array) => {
      const path = resolve(folder, name);
      if (!path.startsWith(`${root}/`)) return;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, body);
    };
    lay('plant.yaml', await contentOf(db, head.plant));
    for (const { name, content } of list) {
      if (content === null) continue;
      const body = await contentOf(db, content);
      lay(name, body);
      // Import files are listed as SOURCE:NAME.
      const colon = name.indexOf(':');
      if (colon > 0) lay(name.slice(colon + 1), body);
    }
    const now = new Date(head.now);
    const file = join(folder, 'plant.yaml');
    const loaded = loadPlant(file, { now, collectors: installed.collectors, profiles: installed.packs.profiles });
    const plant = withTargets(loaded, head.system, { recorded, packs: installed.packs });
    const statements = loadStatements(plant, { indicators: rows, documents: 'recorded' });
    return { plant, statements, imports: loadFactImports(plant), pack: recorded.pack };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** @throws {BadInput} when it is missing, or not what its digest says. */
async function recordedPack(db: Database, digest: Digest): Promise<RecordedPack> {
  const body = await contentOf(db, digest);
  try {
    return packFrom(body);
  } catch (error) {
    throw unreadable(digest, 'a rule pack that this release can read', messageOf(error));
  }
}

function withTargets(plant: Plant, assessed: string, by: { recorded: RecordedPack; packs: Packs }): Plant {
  const { profile } = by.recorded;
  if (profile === undefined) return by.packs.withTargets(plant);
  return {
    ...plant,
    systems: plant.systems.map((system) =>
      system.id === assessed ? { ...system, targets: present(targetsFrom(profile, system.targets)) } : system,
    ),
  };
}

function present<T>(targets: Readonly<Partial<Record<string, T>>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(targets).flatMap(([code, target]) => (target ? [[code, target]] : [])));
}

async function contentOf(db: Database, digest: Digest): Promise<Uint8Array> {
  const body = await contentByHash(db, digest);
  if (body === undefined) throw unreadable(digest, 'its content in the store', 'none');
  const found = sha256(body);
  if (found !== digest) throw unreadable(digest, `content with the digest ${digest}`, found);
  return body;
}

function unreadable(digest: Digest, expected: string, found: string): BadInput {
  return new BadInput([{ file: digest, line: 0, path: '', expected, found }]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 400) : 'an unknown fault';
}

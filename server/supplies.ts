/**
 * What people supply: plant file, statements, imports, rule pack. Read from files, recorded by content from the
 * instant it takes effect. A file that has become wrong changes nothing: the last good state stays in force, and the
 * problems are told.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Manifest } from '../collectors/contract/collector.ts';
import { canonicalJson, type Digest, sha256 } from '../collectors/evidence/canonical.ts';
import { checkCredentials } from './contract/credentials.ts';
import type { Plant, Problem } from './contract/plant.ts';
import { BadInput, gatherProblems } from './contract/problem.ts';
import type { Statement } from './contract/statement.ts';
import { packBody } from './pack-content.ts';
import type { Packs } from './packs.ts';
import { assetView } from './plant/assess-input.ts';
import { type Imported, loadFactImports } from './plant/load-imports.ts';
import { loadPlant } from './plant/load-plant.ts';
import { loadStatements } from './plant/load-statements.ts';
import { type RecordedState, recordedState } from './recorded-state.ts';
import type { AssessmentHead } from './store/assessments.ts';
import { notePlantAssets } from './store/assets.ts';
import { recordInput } from './store/inputs.ts';
import type { Store } from './store/open.ts';

export interface Supplied {
  readonly plant: Plant;
  readonly statements: readonly Statement[];
  readonly imports: readonly Imported[];
  /** Since when the plant file stands as it does. */
  readonly effectiveAt: string;
  readonly contents: {
    readonly plant: Digest;
    readonly statements: Digest;
    /** By system: with its profile's rows. */
    readonly packs: ReadonlyMap<string, Digest>;
  };
}

export interface Supplies {
  current(): Supplied;
  /** Reads the files again where they changed. Keeps what is in force when they are wrong. */
  refresh(): Promise<Supplied>;
  /** What is wrong with the files as they lie there now; empty when they are in force. */
  problems(): readonly Problem[];
  /** As things stood when an assessment was made, by the contents that it names. @throws {BadInput} */
  asOf(assessment: AssessmentHead): Promise<RecordedState>;
}

interface SuppliesParts {
  readonly store: Store;
  readonly packs: Packs;
  readonly plantFile: string;
  readonly collectors: readonly Manifest[];
  /** File of allowed signers; with it a plant file that none of them signed is refused (SAF-01). */
  readonly signers?: string;
  readonly now: () => Date;
}

/** Reads everything and records nothing, before a data folder is opened. @throws {BadInput} with every problem. */
export function checkSupplies(parts: Omit<SuppliesParts, 'store'>): void {
  const problems: Problem[] = [];
  const read = gatherProblems(problems, () => readSupplied(parts, parts.plantFile));
  if (read !== undefined) problems.push(...checkCredentials(read.plant));
  if (problems.length > 0) throw new BadInput(problems);
}

/** Loads and records everything. @throws {BadInput} with every problem of every file. */
export async function openSupplies(parts: SuppliesParts): Promise<Supplies> {
  let supplied = await take(parts, readSupplied(parts, parts.plantFile));
  let marks = marksOf(supplied.plant);
  let problems: readonly Problem[] = [];
  return {
    current: () => supplied,
    problems: () => problems,
    async refresh() {
      try {
        const fresh = readSupplied(parts, parts.plantFile);
        const now = marksOf(fresh.plant);
        if (now !== marks) {
          supplied = await take(parts, fresh);
          marks = now;
        }
        problems = [];
      } catch (error) {
        if (!(error instanceof BadInput)) throw error;
        problems = error.problems;
      }
      return supplied;
    },
    async asOf(assessment) {
      const { plant, statements, packs: contents } = supplied.contents;
      const isSame = assessment.plant === plant && assessment.statements === statements;
      if (!isSame || assessment.pack !== contents.get(assessment.system))
        return recordedState(parts.store.db, assessment, parts);
      const system = supplied.plant.systems.find(({ id }) => id === assessment.system);
      return { ...supplied, pack: parts.packs.of(system ?? {}) };
    },
  };
}

type Read = Pick<Supplied, 'plant' | 'statements' | 'imports'>;

function readSupplied(parts: Pick<SuppliesParts, 'collectors' | 'packs' | 'now' | 'signers'>, file: string): Read {
  const now = parts.now();
  const { packs, collectors, signers } = parts;
  const asked = { now, collectors, profiles: packs.profiles, ...(signers === undefined ? {} : { signers }) };
  const plant = packs.withTargets(loadPlant(file, asked));
  const problems: Problem[] = [];
  const statements = gatherProblems(problems, () =>
    loadStatements(plant, {
      indicators: new Set(plant.systems.flatMap((system) => [...packs.of(system).byId.keys()])),
    }),
  );
  const imports = gatherProblems(problems, () => loadFactImports(plant));
  if (statements === undefined || imports === undefined) throw new BadInput(problems);
  return { plant, statements, imports };
}

/** Records what takes effect now. */
async function take({ store, packs, now }: SuppliesParts, read: Read): Promise<Supplied> {
  const { plant } = read;
  const at = now().toISOString();
  const base = dirname(plant.file);
  const record = (kind: 'plant' | 'statements' | 'imports' | 'pack', name: string, body: string | Uint8Array) =>
    recordInput(store.db, store.keyring, { kind, name, body, effectiveAt: at, recordedAt: at });
  const plantContent = await record('plant', 'plant.yaml', readFileSync(plant.file));
  const names: { name: string; content: Digest | null }[] = [];
  for (const file of supplementsOf(plant)) {
    const name = relative(base, file);
    names.push({ name, content: await record('statements', name, readFileSync(file)) });
  }
  for (const { file, source } of plant.imports) {
    const name = relative(base, file);
    names.push({ name: `${source}:${name}`, content: await record('imports', name, readFileSync(file)) });
  }
  const statements = await record('statements', '#list', canonicalJson(names));
  const packContents = new Map<string, Digest>();
  for (const system of plant.systems) {
    const content = await record('pack', packs.nameOf(system), packBody(packs.of(system), packs.profileOf(system)));
    if (content !== null) packContents.set(system.id, content);
  }
  for (const system of plant.systems) {
    const assets = plant.assets.filter((asset) => system.assets.includes(asset.id));
    const views = assets.map((asset) => [asset.id, assetView(asset)] as const);
    await notePlantAssets(store.db, store.keyring, { system: system.id, assets: new Map(views), at });
  }
  if (plantContent === null || statements === null) throw new Error('a content was recorded as removed');
  const since = new Date(Math.min(statSync(plant.file).mtimeMs, Date.parse(at))).toISOString();
  return { ...read, effectiveAt: since, contents: { plant: plantContent, statements, packs: packContents } };
}

/** Files beside the plant file that it reads at load time: statements, anchors and inventory tables. */
function supplementsOf(plant: Plant): readonly string[] {
  return [...plant.statements, ...(plant.companions ?? [])];
}

/** A mark that changes whenever any of the files does. */
function marksOf(plant: Plant): string {
  const files = [...supplementsOf(plant), ...plant.imports.map(({ file }) => file)];
  return canonicalJson([plant.hash, ...files.map((file) => sha256(readFileSync(file)))]);
}

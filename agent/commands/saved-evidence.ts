/**
 * What an assessment away from a running server is made from: plant file, statements and imports, and either saved
 * observations or a data folder, which is only read. Contacts and stores nothing.
 */
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { collectors } from '../../collectors/registry.ts';
import { factsFromLevels } from '../../rules/derive/system.ts';
import type { AssessInput } from '../../rules/engine/input.ts';
import { isPracticeCode } from '../../rules/engine/model.ts';
import type { Pack } from '../../rules/engine/pack.ts';
import type { PracticeDecision } from '../../server/contract/api.ts';
import { levelSchema } from '../../server/contract/assessment.ts';
import type { Plant, PlantSystem } from '../../server/contract/plant.ts';
import { BadInput, gatherProblems } from '../../server/contract/problem.ts';
import type { Statement } from '../../server/contract/statement.ts';
import { type KnownAt, knownInput } from '../../server/known-input.ts';
import { leavesOpen } from '../../server/observation-line.ts';
import { openPacks, type Packs } from '../../server/packs.ts';
import { assessInput } from '../../server/plant/assess-input.ts';
import { type Imported, loadFactImports } from '../../server/plant/load-imports.ts';
import { loadStatements } from '../../server/plant/load-statements.ts';
import { type ObservationFile, readObservations } from '../../server/plant/observation-lines.ts';
import { withPromises } from '../../server/plant/promised.ts';
import { decisionsFor } from '../../server/store/decisions.ts';
import { openForReading } from '../../server/store/open.ts';
import { UserError } from './end.ts';
import { note } from './print.ts';
import { indicatorsOf, packsFolder, readPlant } from './product.ts';

export interface SavedEvidence {
  /** JSON lines as `scan --save` writes them. */
  readonly observations?: string;
  /** Or the data folder of a server, running or not. */
  readonly data?: string;
  /** What `scan --json` or `assess --json` printed the time before; a data folder knows it by itself. */
  readonly previous?: string;
  readonly now?: Date;
  /** Default: those that ship. */
  readonly packs?: Packs;
  /** Ids that statements may name; default: the packs'. */
  readonly indicators?: ReadonlySet<string>;
  /** Only this system; default all. */
  readonly system?: string;
  /** What people said is enough: without observations and data folder nothing was observed. */
  readonly saidIsEnough?: boolean;
}

export interface SavedSystem {
  readonly id: string;
  readonly name: string;
  /** What is derived may not be in it yet. */
  readonly input: AssessInput;
  /** With the rows of the system's profile. */
  readonly pack: Pack;
  /** Owners' decisions until then, newest first; only a data folder holds any. */
  readonly decisions: readonly PracticeDecision[];
}

export interface SavedInputs {
  readonly inputs: readonly SavedSystem[];
  /** A planned probe was not observed, and not because its facts are known without it. */
  readonly incomplete: boolean;
  /** Person days by effort class, as far as the plant file states them. */
  readonly costs: Plant['costs'];
}

type Known = Pick<KnownAt, 'plant' | 'statements' | 'imports'>;
type PreviousLevels = NonNullable<AssessInput['previousLevels']>;

/** @throws {BadInput} with every problem of plant, statements, imports and observations. */
export async function openInputs(plantFile: string, options: SavedEvidence): Promise<SavedInputs> {
  const { observations, data, previous } = options;
  refuseUnclear(options);
  const now = options.now ?? new Date();
  const packs = options.packs ?? openPacks(packsFolder);
  const plant = readPlant(plantFile, packs, now);
  const systems = systemsOf(plant, options.system);
  const problems: BadInput['problems'][number][] = [];
  const statements = gatherProblems(problems, () =>
    loadStatements(plant, { indicators: options.indicators ?? indicatorsOf(packs, plant) }),
  );
  const imports = gatherProblems(problems, () => loadFactImports(plant));
  const before = previous === undefined ? new Map() : gatherProblems(problems, () => readPrevious(previous));
  const file = gatherProblems(problems, () =>
    observations === undefined ? nothingObserved : readObservations(observations, plant, now),
  );
  if (statements === undefined || imports === undefined || before === undefined || file === undefined)
    throw new BadInput(problems);
  const known: Known = { plant, statements, imports };
  const of = { ...known, systems, packs, now };
  if (data !== undefined) return { inputs: await fromFolder(data, of), incomplete: false, costs: plant.costs };
  if (file.later > 0) note(`${file.later} lines are later than ${now.toISOString()} and were left out.`);
  const inputs = fromLines(file, { ...of, before });
  return { inputs, incomplete: file.seen.some(leavesOpen), costs: plant.costs };
}

const nothingObserved: ObservationFile = { seen: [], later: 0 };

interface Opened extends Known {
  readonly systems: readonly PlantSystem[];
  readonly packs: Packs;
  readonly now: Date;
}

function fromLines(file: ObservationFile, of: Opened & { before: ReadonlyMap<string, PreviousLevels> }): SavedSystem[] {
  const { plant, now, packs, before } = of;
  const manifests = collectors.map((entry) => entry.manifest);
  const evidence = { ...evidenceOf(of), observations: withPromises(file.seen, plant, manifests) };
  return of.systems.map((system) => {
    const { id, name } = system;
    const levels = before.get(id);
    const input = assessInput(plant, id, {
      now,
      evidence,
      ...(levels === undefined ? {} : { previousLevels: levels }),
    });
    return { id, name, input, pack: packs.of(system), decisions: [] };
  });
}

function evidenceOf({ statements, imports }: { statements: readonly Statement[]; imports: readonly Imported[] }) {
  return { statements, imports };
}

/** As the server of that folder assesses it at this instant, with this plant file. */
async function fromFolder(data: string, of: Opened): Promise<SavedSystem[]> {
  const { plant, now, packs } = of;
  const instant = now.toISOString();
  const plantSince = new Date(Math.min(statSync(plant.file).mtimeMs, now.getTime()));
  const db = await openForReading(data);
  try {
    const found: SavedSystem[] = [];
    for (const system of of.systems) {
      const { id, name } = system;
      const pack = packs.of(system);
      const input = await knownInput(db, id, { ...evidenceOf(of), plant, pack, instant, plantSince });
      found.push({ id, name, input, pack, decisions: await decisionsFor(db, { system: id, until: instant }) });
    }
    return found;
  } finally {
    await db.destroy();
  }
}

/**
 * Rows that read the levels of the assessment before, where no such levels are known: a second scan into the same data
 * folder knows them, an assessment of saved lines does not unless it is told.
 */
export function tellUnknownLevels(systems: readonly Pick<SavedSystem, 'name' | 'input' | 'pack'>[]): void {
  for (const { name, input, pack } of systems) {
    if (input.previousLevels !== undefined || Object.keys(input.system.targets).length === 0) continue;
    const reading = pack.rows.filter(
      ({ role, facts }) =>
        (role === 'all' || role === input.system.role) && factsFromLevels.some((fact) => facts.has(fact)),
    );
    if (reading.length === 0) continue;
    const ids = reading.map(({ id }) => id).join(', ');
    note(`${name}: no earlier levels are known, which ${ids} would read. --previous FILE or --data FOLDER has them.`);
  }
}

function refuseUnclear({ observations, data, previous, saidIsEnough }: SavedEvidence): void {
  if (observations !== undefined && data !== undefined)
    throw new UserError('expected either --observations or --data, found both');
  if (observations === undefined && data === undefined && saidIsEnough !== true)
    throw new UserError('expected --observations FILE or --data FOLDER, found neither');
  if (previous !== undefined && data !== undefined)
    throw new UserError('expected either --previous or --data, found both: a data folder knows the levels before');
}

function systemsOf(plant: Plant, wanted: string | undefined): readonly PlantSystem[] {
  const systems = plant.systems.filter(({ id }) => wanted === undefined || id === wanted);
  const ids = plant.systems.map(({ id }) => id).join(', ');
  if (systems.length === 0) throw new UserError(`expected --system with one of ${ids}, found ${wanted ?? 'none'}`);
  return systems;
}

const previousSchema = z.looseObject({
  systems: z.array(
    z.looseObject({
      system: z.string(),
      practices: z.array(z.looseObject({ practice: z.string(), level: levelSchema.nullable() })),
    }),
  ),
});

/** @throws {BadInput} when the file is not what `scan --json` or `assess --json` prints. */
function readPrevious(file: string): ReadonlyMap<string, PreviousLevels> {
  const expected = 'what "plimsoll scan --json" or "assess --json" printed';
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const found = error instanceof Error ? error.message : 'an unknown fault';
    throw new BadInput([{ file, line: 0, path: '', expected, found }]);
  }
  const parsed = previousSchema.safeParse(read);
  if (!parsed.success) {
    throw new BadInput(
      parsed.error.issues.map(({ path, message }) => ({
        ...{ file, line: 0, path: path.join('.'), expected },
        found: message,
      })),
    );
  }
  return new Map(
    parsed.data.systems.map(({ system, practices }) => [
      system,
      Object.fromEntries(
        practices.filter(({ practice }) => isPracticeCode(practice)).map(({ practice, level }) => [practice, level]),
      ),
    ]),
  );
}

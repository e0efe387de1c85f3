import { collectors } from '../../collectors/registry.ts';
import { withDerived } from '../../rules/derive/with-derived.ts';
import { assess } from '../../rules/engine/assess.ts';
import type { AssessInput } from '../../rules/engine/input.ts';
import type { Pack } from '../../rules/engine/pack.ts';
import { BadInput } from '../../server/contract/problem.ts';
import { openPacks, type Packs } from '../../server/packs.ts';
import { assessInput } from '../../server/plant/assess-input.ts';
import { loadFactImports } from '../../server/plant/load-imports.ts';
import { loadStatements } from '../../server/plant/load-statements.ts';
import { readObservations } from '../../server/plant/observation-lines.ts';
import { withPromises } from '../../server/plant/promised.ts';
import { note, practicesTable, printJson, say } from './print.ts';
import { indicatorsOf, packsFolder, readPlant, shippedPack } from './product.ts';

interface AssessOptions {
  readonly observations: string;
  readonly now?: Date;
  readonly rules?: string;
  readonly overlay?: string;
  readonly json?: boolean;
}

/** Contacts and stores nothing: plant file, statements, imports and saved observations in, proposals out. */
export async function assessFile(plantFile: string, options: AssessOptions): Promise<number> {
  const overlays = options.overlay === undefined ? [] : [options.overlay];
  const packs = openPacks(packsFolder, options.rules ?? shippedPack, overlays);
  const { inputs, incomplete } = openInputs(plantFile, { ...options, packs });
  const systems = inputs.map(({ id, name, input, pack }) => {
    return { id, name, practices: assess(pack, withDerived(pack, input)).practices };
  });
  if (options.json) printJson({ systems: systems.map(({ id, practices }) => ({ system: id, practices })) });
  else {
    for (const { name, practices } of systems) {
      say(name);
      for (const line of practicesTable(practices)) say(line);
    }
  }
  const all = systems.flatMap(({ practices }) => practices);
  return all.some(({ fit }) => fit === 'below') ? 1 : incomplete ? 3 : 0;
}

interface SavedEvidence {
  readonly observations: string;
  readonly now?: Date;
  /** Default: those that ship. */
  readonly packs?: Packs;
  /** Ids that statements may name; default: the packs'. */
  readonly indicators?: ReadonlySet<string>;
}

interface SavedInputs {
  /** Per system of the plant; what is derived is not in it yet. */
  readonly inputs: readonly {
    readonly id: string;
    readonly name: string;
    readonly input: AssessInput;
    /** With the rows of the system's profile. */
    readonly pack: Pack;
  }[];
  /** A planned probe was not observed. */
  readonly incomplete: boolean;
}

/** @throws {BadInput} with every problem of plant, statements, imports and observations. */
export function openInputs(plantFile: string, options: SavedEvidence): SavedInputs {
  const now = options.now ?? new Date();
  const manifests = collectors.map((entry) => entry.manifest);
  const packs = options.packs ?? openPacks(packsFolder);
  const plant = readPlant(plantFile, packs, now);
  const problems: BadInput['problems'][number][] = [];
  const gather = <T>(load: () => T): T | undefined => {
    try {
      return load();
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const statements = gather(() =>
    loadStatements(plant, { indicators: options.indicators ?? indicatorsOf(packs, plant) }),
  );
  const imports = gather(() => loadFactImports(plant));
  const file = gather(() => readObservations(options.observations, plant, now));
  if (statements === undefined || imports === undefined || file === undefined) throw new BadInput(problems);
  if (file.later > 0) note(`${file.later} lines are later than ${now.toISOString()} and were left out.`);
  const observations = withPromises(file.seen, plant, manifests);
  const inputs = plant.systems.map((system) => {
    const { id, name } = system;
    const input = assessInput(plant, id, { now, evidence: { observations, statements, imports } });
    return { id, name, input, pack: packs.of(system) };
  });
  return { inputs, incomplete: file.seen.some(({ outcome }) => outcome !== 'observed') };
}

import { collectors } from '../../collectors/registry.ts';
import { withDerived } from '../../rules/derive/with-derived.ts';
import { assess } from '../../rules/engine/assess.ts';
import { BadInput } from '../../server/contract/problem.ts';
import { assessInput } from '../../server/plant/assess-input.ts';
import { loadFactImports } from '../../server/plant/load-imports.ts';
import { loadPlant } from '../../server/plant/load-plant.ts';
import { loadStatements } from '../../server/plant/load-statements.ts';
import { readObservations } from '../../server/plant/observation-lines.ts';
import { withPromises } from '../../server/plant/promised.ts';
import { note, practicesTable, printJson, say } from './print.ts';
import { openPack, shippedPack } from './product.ts';

interface AssessOptions {
  readonly observations: string;
  readonly now?: Date;
  readonly rules?: string;
  readonly overlay?: string;
  readonly json?: boolean;
}

/** Contacts and stores nothing: plant file, statements, imports and saved observations in, proposals out. */
export async function assessFile(plantFile: string, options: AssessOptions): Promise<number> {
  const now = options.now ?? new Date();
  const pack = openPack(options.rules ?? shippedPack, options.overlay === undefined ? [] : [options.overlay]);
  const manifests = collectors.map((entry) => entry.manifest);
  const plant = loadPlant(plantFile, { now, collectors: manifests });
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
  const statements = gather(() => loadStatements(plant, { indicators: new Set(pack.byId.keys()) }));
  const imports = gather(() => loadFactImports(plant));
  const file = gather(() => readObservations(options.observations, plant, now));
  if (statements === undefined || imports === undefined || file === undefined) throw new BadInput(problems);
  if (file.later > 0) note(`${file.later} lines are later than ${now.toISOString()} and were left out.`);
  const observations = withPromises(file.seen, plant, manifests);
  const systems = plant.systems.map(({ id, name }) => {
    const input = assessInput(plant, id, { now, evidence: { observations, statements, imports } });
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
  const incomplete = file.seen.some(({ outcome }) => outcome !== 'observed');
  return all.some(({ fit }) => fit === 'below') ? 1 : incomplete ? 3 : 0;
}

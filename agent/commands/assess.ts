import { withDerived } from '../../rules/derive/with-derived.ts';
import { assess } from '../../rules/engine/assess.ts';
import { openPacks } from '../../server/packs.ts';
import { practicesTable, printJson, say } from './print.ts';
import { packsFolder, shippedPack } from './product.ts';
import { openInputs, tellUnknownLevels } from './saved-evidence.ts';

interface AssessOptions {
  readonly observations?: string;
  readonly data?: string;
  readonly previous?: string;
  readonly now?: Date;
  readonly rules?: string;
  readonly overlay?: string;
  readonly json?: boolean;
}

/** Contacts and stores nothing: plant file, statements, imports and saved observations in, proposals out. */
export async function assessFile(plantFile: string, options: AssessOptions): Promise<number> {
  const overlays = options.overlay === undefined ? [] : [options.overlay];
  const packs = openPacks(packsFolder, options.rules ?? shippedPack, overlays);
  const { inputs, incomplete } = await openInputs(plantFile, { ...options, packs });
  tellUnknownLevels(inputs);
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

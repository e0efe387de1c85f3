import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openPacks } from '../../server/packs.ts';
import { proposeInventory } from '../../server/plant/inventory-proposal.ts';
import { loadFactImports } from '../../server/plant/load-imports.ts';
import { printJson, say, table } from './print.ts';
import { packsFolder, readPlant } from './product.ts';

/** Checks a table of facts against vocabulary and plant. To keep it, list the file under `imports` in the plant file. */
export async function importFacts(
  file: string,
  options: { source: string; plant: string; json?: boolean },
): Promise<number> {
  const plant = plantAt(options.plant);
  const imported = loadFactImports(plant, [{ file: resolve(file), source: options.source }]);
  const facts = imported.reduce((sum, each) => sum + Object.keys(each.facts).length, 0);
  const listed = plant.imports.some((each) => each.file === resolve(file) && each.source === options.source);
  const line = `- {file: ${file}, source: ${options.source}}`;
  if (options.json) {
    printJson({ ok: true, source: options.source, subjects: imported.length, facts, listed, evidence: imported });
    return 0;
  }
  say(
    `${facts} facts about ${new Set(imported.map(({ about }) => `${about.kind} ${about.id}`)).size} subjects, all in the vocabulary.`,
  );
  for (const row of table(
    imported.map(({ about, observedAt, facts: held }) => [
      `  ${about.kind} ${about.id}`,
      observedAt,
      Object.keys(held).join(', '),
    ]),
  ))
    say(row);
  say(
    listed
      ? 'The plant file lists this file: its facts are evidence from the next assessment on.'
      : `To use it as evidence, add to the plant file under imports:\n  ${line}`,
  );
  return 0;
}

/** Shows which assets a table would add or change; writes only the file named by --write. */
export async function importInventory(
  file: string,
  options: { plant: string; write?: string; json?: boolean },
): Promise<number> {
  const proposal = proposeInventory(plantAt(options.plant), resolve(file));
  const { add, change, missing, unchanged, yaml } = proposal;
  if (options.write !== undefined) writeFileSync(options.write, yaml, { flag: 'wx' });
  if (options.json) {
    printJson(proposal);
    return 0;
  }
  say(
    `${add.length} to add, ${change.length} values that differ, ${unchanged} unchanged, ${missing.length} of the plant file that the table does not know.`,
  );
  for (const { id, line } of add) say(`  + ${id} (line ${line})`);
  for (const { id, field, from, to, line } of change)
    say(`  ~ ${id}.${field}: ${JSON.stringify(from) ?? 'nothing'} -> ${JSON.stringify(to)} (line ${line})`);
  for (const id of missing) say(`  ? ${id}: look for it, or retire it with a record`);
  if (options.write !== undefined) say(`Written: ${options.write}, a list for a system's assets.`);
  else if (yaml !== '')
    say('Nothing was written. With --write FILE the new assets are written as a list for the plant file.');
  return 0;
}

function plantAt(file: string) {
  return readPlant(file, openPacks(packsFolder), new Date());
}

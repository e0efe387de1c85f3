import { collectors } from '../../collectors/registry.ts';
import { checkCredentials } from '../../server/contract/credentials.ts';
import { plantJsonSchema } from '../../server/contract/plant-file.ts';
import { BadInput, gatherProblems } from '../../server/contract/problem.ts';
import { openPacks } from '../../server/packs.ts';
import { declinedAssets } from '../../server/plant/declined.ts';
import { loadFactImports } from '../../server/plant/load-imports.ts';
import { targetManifest } from '../../server/plant/load-plant.ts';
import { loadStatements } from '../../server/plant/load-statements.ts';
import { volatileMemory } from '../governor/memory.ts';
import { planScan } from '../plan.ts';
import { printJson, say, table } from './print.ts';
import { indicatorsOf, packsFolder, readPlant, signedWords, signersNamed } from './product.ts';

export async function schema(): Promise<number> {
  process.stdout.write(`${JSON.stringify(plantJsonSchema(), null, 2)}\n`);
  return 0;
}

export async function check(file: string, options: { json?: boolean }): Promise<number> {
  const now = new Date();
  const packs = openPacks(packsFolder);
  const plant = readPlant(file, packs, now);
  const indicators = indicatorsOf(packs, plant);
  const problems = [...checkCredentials(plant)];
  const statements = gatherProblems(problems, () => loadStatements(plant, { indicators }));
  const imports = gatherProblems(problems, () => loadFactImports(plant));
  if (problems.length > 0) throw new BadInput(problems);
  const plans = [];
  for (const system of plant.systems)
    plans.push(
      await planScan(plant, system.id, {
        now,
        registry: collectors,
        signed: signersNamed().signers !== undefined,
        memory: volatileMemory(),
        resolve: resolveNothing,
      }),
    );
  const refused = plans.flatMap((plan) => plan.probes.filter((probe) => !probe.allowed));
  const allowed = plans.flatMap((plan) => plan.probes).length - refused.length;
  const closed = [...declinedAssets({ zones: plant.zones, assets: plant.assets, evidence: [], now })];
  if (options.json) {
    printJson({
      ok: true,
      signedBy: plant.signedBy ?? null,
      systems: plant.systems.map(({ id }) => id),
      assets: plant.assets.length,
      statements: statements?.length ?? 0,
      imports: imports?.length ?? 0,
      assumed: plant.assumed,
      declined: closed,
      probes: {
        allowed,
        refused: refused.map(({ asset, probe, rule, because, remedy }) => ({ asset, probe, rule, because, remedy })),
      },
    });
    return 0;
  }
  say(
    `${plant.site.name}: ${plant.systems.length} systems, ${plant.assets.length} assets, ${statements?.length ?? 0} statements. Sound.`,
  );
  say(`Target list: ${signedWords(plant)}.`);
  if (plant.assumed.length > 0) {
    say('Assumed:');
    for (const line of table(plant.assumed.map(({ path, value }) => [`  ${path}`, value]))) say(line);
  }
  say(`${allowed} probes may run, ${refused.length} may not.`);
  for (const { asset, probe, because, rule, remedy } of refused) {
    say(
      `  ${asset}/${probe}: ${because ?? ''} (${rule ?? ''})${remedy === undefined ? '' : `. To allow it: ${remedy}`}`,
    );
  }
  if (closed.length > 0) {
    say(
      `Nobody may look at ${closed.join(', ')} (touch: none, or maxTier: T0). Where no document, import or examination takes the place of that look, more than 5 % of the critical assets cap every practice that counts assets at level 2.`,
    );
  }
  return 0;
}

/** Prints what a signer of the target list signs. */
export async function manifest(file: string): Promise<number> {
  const manifests = collectors.map((entry) => entry.manifest);
  const { profiles } = openPacks(packsFolder);
  process.stdout.write(targetManifest(file, { now: new Date(), collectors: manifests, profiles }));
  return 0;
}

/** Checking contacts nothing, not even a name server: addresses that are names stay names. */
async function resolveNothing(host: string): Promise<readonly string[]> {
  return [host];
}

import { collectors } from '../../collectors/registry.ts';
import type { Plant } from '../../server/contract/plant.ts';
import { BadInput } from '../../server/contract/problem.ts';
import type { HeldEvidence } from '../../server/contract/scanner.ts';
import type { Packs } from '../../server/packs.ts';
import { heldEvidence } from '../../server/passive-evidence.ts';
import { loadFactImports } from '../../server/plant/load-imports.ts';
import { loadStatements } from '../../server/plant/load-statements.ts';
import { openForReading, openStore, type Store } from '../../server/store/open.ts';
import { safetyMemory } from '../../server/store/safety-memory.ts';
import type { Database } from '../../server/store/tables.ts';
import { volatileMemory } from '../governor/memory.ts';
import { createScanner } from '../scanner.ts';
import { note } from './print.ts';
import { credentialOf, indicatorsOf, signersNamed } from './product.ts';

/**
 * With the safety rules' memory of the data folder, or without one while a running server holds it. With `packs` what
 * the folder holds spares looks (SAF-08); a running server's folder is only read for that.
 */
export async function plannerFor(data: string, packs?: Packs) {
  let store: Store | undefined;
  try {
    store = await openStore({ folder: data });
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    note(`${error.message}\nPlanning without its memory.`);
  }
  const memory = store === undefined ? volatileMemory() : safetyMemory(store.db);
  const held = packs === undefined ? undefined : (store?.db ?? (await readable(data)));
  const evidence = packs === undefined || held === undefined ? {} : { evidence: evidenceIn(held, packs) };
  const scanner = createScanner({
    registry: collectors,
    memory,
    credential: credentialOf,
    folder: data,
    now: () => new Date(),
    signed: signersNamed().signers !== undefined,
    ...evidence,
  });
  return {
    scanner,
    /** False while a running server holds the folder. */
    remembers: store !== undefined,
    async close() {
      await scanner.close();
      if (store === undefined) await held?.destroy();
      await store?.close();
    },
  };
}

async function readable(data: string): Promise<Database | undefined> {
  try {
    return await openForReading(data);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    note('Planning without what is known: every look is planned, also those that documents make unnecessary.');
    return undefined;
  }
}

function evidenceIn(db: Database, packs: Packs) {
  return (plant: Plant, system: string, now: Date): Promise<HeldEvidence> => {
    const statements = loadStatements(plant, { indicators: indicatorsOf(packs, plant) });
    const pack = packs.of(plant.systems.find(({ id }) => id === system) ?? {});
    const imports = loadFactImports(plant);
    return heldEvidence(db, system, { plant, statements, imports, pack, instant: now.toISOString() });
  };
}

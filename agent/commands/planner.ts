import { collectors } from '../../collectors/registry.ts';
import { BadInput } from '../../server/contract/problem.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import { safetyMemory } from '../../server/store/safety-memory.ts';
import { volatileMemory } from '../governor/memory.ts';
import { createScanner } from '../scanner.ts';
import { note } from './print.ts';
import { credentialOf } from './product.ts';

/** With the safety rules' memory of the data folder, or without one while a running server holds it. */
export async function plannerFor(data: string) {
  let store: Store | undefined;
  try {
    store = await openStore({ folder: data });
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    note(`${error.message}\nPlanning without its memory.`);
  }
  const memory = store === undefined ? volatileMemory() : safetyMemory(store.db);
  const scanner = createScanner({
    registry: collectors,
    memory,
    credential: credentialOf,
    folder: data,
    now: () => new Date(),
  });
  return {
    scanner,
    /** False while a running server holds the folder. */
    remembers: store !== undefined,
    async close() {
      await scanner.close();
      await store?.close();
    },
  };
}

import { openStore } from '../../server/store/open.ts';
import { writePackage } from '../../server/store/package.ts';
import { say } from './print.ts';

export async function exportPackage(file: string, options: { data: string }): Promise<number> {
  const store = await openStore({ folder: options.data });
  try {
    await writePackage(store, file, new Date());
  } finally {
    await store.close();
  }
  say(`Written: ${file}. Anybody can check it: plimsoll verify ${file}`);
  return 0;
}

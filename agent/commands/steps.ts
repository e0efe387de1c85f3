import type { ZoneStep } from '../../server/contract/scanner.ts';
import { openPacks } from '../../server/packs.ts';
import { infrastructure } from '../governor/sockets.ts';
import { UserError } from './end.ts';
import { plannerFor } from './planner.ts';
import { printJson, say, table } from './print.ts';
import { packsFolder, readPlant } from './product.ts';

const words: Readonly<Record<ZoneStep['step'], string>> = {
  documents: 'documents only',
  loopback: 'loopback: no steps',
  untouched: 'not touched',
  planned: '1 planned',
  printed: '2 plan printed',
  canary: '3 first devices',
  widened: '4 all devices',
};

interface StepsOptions {
  readonly data: string;
  readonly widen?: string;
  readonly by?: string;
  readonly json?: boolean;
}

/** Prints how far each zone has come; with `--widen`, takes a person's word that its first devices are well. */
export async function steps(plantFile: string, options: StepsOptions): Promise<number> {
  return infrastructure(() => printed(plantFile, options));
}

async function printed(plantFile: string, options: StepsOptions): Promise<number> {
  const now = new Date();
  const plant = readPlant(plantFile, openPacks(packsFolder), now);
  const { scanner, remembers, close } = await plannerFor(options.data);
  try {
    if (!remembers)
      throw new UserError(
        `the server that runs with ${options.data} knows the steps: see its page "Scans", or stop it`,
      );
    if (options.widen !== undefined) {
      if (options.by === undefined) throw new UserError('expected --by: who has seen that the first devices are well');
      await widen(options.widen, options.by);
    }
    const systems = [];
    for (const { id, name } of plant.systems)
      systems.push({ system: id, name, zones: await scanner.steps(plant, id, now) });
    if (options.json) {
      printJson({ systems: systems.map(({ system, zones }) => ({ system, zones })) });
      return 0;
    }
    for (const { name, zones } of systems) {
      say(`${name}:`);
      const rows = zones.map((zone) => [
        zone.zone,
        words[zone.step],
        waits(zone),
        zone.held === undefined ? '' : `closed now: ${zone.held.because} (${zone.held.rule})`,
      ]);
      for (const line of table([['Zone', 'Step', '', ''], ...rows])) say(line);
    }
    return 0;
  } finally {
    await close();
  }

  async function widen(zone: string, by: string): Promise<void> {
    const all = [];
    for (const { id } of plant.systems) all.push(...(await scanner.steps(plant, id, now)));
    const found = all.find((each) => each.zone === zone);
    if (found?.step !== 'canary')
      throw new UserError(
        `expected a zone whose first devices were looked at, found ${zone}${found === undefined ? ', which is no zone with assets' : ` at the step "${words[found.step]}"`}`,
      );
    await scanner.widen(plant, zone, by);
  }
}

function waits({ waitsFor, waitsUntil }: ZoneStep): string {
  if (waitsFor === undefined) return '';
  return `waits for ${waitsUntil === undefined ? '' : `${waitsUntil}, or `}${waitsFor}`;
}

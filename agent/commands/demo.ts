import { resolve } from 'node:path';
import { z } from 'zod';
import { demoFlawSchema, listOf } from '../../server/contract/api.ts';
import { startDemoDevices } from '../demo/devices.ts';
import { UserError } from './end.ts';
import { note, say, table } from './print.ts';
import { ask } from './stop.ts';
import { serve } from './up.ts';

export async function demo(options: { port: number; data: string }): Promise<number> {
  const folder = resolve(options.data);
  note('Starting the demo plant: real protocol servers on loopback ...');
  const devices = await startDemoDevices(resolve(folder, 'plant'));
  try {
    await serve({
      plantFile: devices.plantFile,
      data: resolve(folder, 'store'),
      port: options.port,
      demo: {
        flaws: devices.flaws,
        set: devices.set,
      },
      ready: async (product, address) => {
        say(`Plimsoll watches Packaging line 3 at ${address}`);
        say('Break something:  npm run -s plimsoll -- demo break cell-broker-anonymous');
        say('Mend it again:    npm run -s plimsoll -- demo mend cell-broker-anonymous');
        await product.scans.again('the start of the demo');
      },
    });
    const touched = await devices.touchedSafety();
    if (touched > 0) throw new Error(`the safety controller was contacted ${touched} times: that must never happen`);
  } finally {
    await devices.stop();
  }
  return 0;
}

const flaws = listOf(demoFlawSchema);

export async function setFlaw(
  name: string | undefined,
  act: 'break' | 'mend',
  options: { port: number },
): Promise<number> {
  const response =
    name === undefined
      ? await ask(options.port, '/api/v1/demo', { method: 'GET' })
      : await ask(options.port, `/api/v1/demo/${encodeURIComponent(name)}/${act}`, { method: 'POST' });
  const body: unknown = await response.json();
  if (!response.ok) {
    const { detail } = z.looseObject({ detail: z.string().default('no reason given') }).parse(body);
    throw new UserError(detail);
  }
  const { items } = flaws.parse(body);
  if (name !== undefined)
    say(
      `${act === 'break' ? 'Broken' : 'Mended'}: ${items.find((each) => each.name === name)?.title ?? name}. A scan has started.`,
    );
  else
    for (const line of table([
      ['Name', 'State', 'What'],
      ...items.map((each) => [each.name, each.broken ? 'broken' : 'sound', each.title]),
    ]))
      say(line);
  return 0;
}

/** Starts the demo plant's process and speaks with it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

const flawSchema = z.object({
  name: z.string(),
  title: z.string(),
  asset: z.string(),
  practices: z.array(z.string()),
  broken: z.boolean(),
});
const startedSchema = z.object({ answer: z.literal('started'), plantFile: z.string(), flaws: z.array(flawSchema) });
const stateSchema = z.object({
  answer: z.literal('state'),
  id: z.number(),
  known: z.boolean(),
  flaws: z.array(flawSchema),
  touched: z.number(),
});

export interface DemoDevices {
  readonly plantFile: string;
  flaws(): z.infer<typeof flawSchema>[];
  /** Resolves when the device behaves the other way; false when no flaw has that name. */
  set(name: string, broken: boolean): Promise<boolean>;
  /** Connections that reached the safety controller: none, ever. */
  touchedSafety(): Promise<number>;
  stop(): Promise<void>;
}

export async function startDemoDevices(folder: string): Promise<DemoDevices> {
  const child = fork(new URL('./devices-process.ts', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (state: z.infer<typeof stateSchema>) => void>();
  let orders = 0;
  const ended = once(child, 'exit');
  child.send({ order: 'start', folder });
  const first = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  if (first === undefined) throw new Error('the demo plant did not start; what it printed stands above');
  const started = startedSchema.parse(first[0]);
  let { flaws } = started;
  child.on('message', (message) => {
    const state = stateSchema.parse(message);
    flaws = state.flaws;
    waiting.get(state.id)?.(state);
    waiting.delete(state.id);
  });
  function ask(order: object): Promise<z.infer<typeof stateSchema>> {
    orders += 1;
    const id = orders;
    return new Promise((resolve, reject) => {
      waiting.set(id, resolve);
      child.send({ ...order, id }, (error) => error && reject(error));
    });
  }
  return {
    plantFile: started.plantFile,
    flaws: () => flaws,
    set: async (name, broken) => (await ask({ order: 'set', name, broken })).known,
    touchedSafety: async () => (await ask({ order: 'state' })).touched,
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

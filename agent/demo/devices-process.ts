/**
 * The process in which the demo plant's servers run, apart from the product that looks at them: libraries that both
 * use share no state, and the governor sees only the product's sockets. Talks to its parent by messages.
 */
import { z } from 'zod';
import { startDemoPlant } from './run.ts';

const orderSchema = z.discriminatedUnion('order', [
  z.object({ order: z.literal('start'), folder: z.string() }),
  z.object({ order: z.literal('set'), id: z.number(), name: z.string(), broken: z.boolean() }),
  z.object({ order: z.literal('state'), id: z.number() }),
]);

let plant: Awaited<ReturnType<typeof startDemoPlant>> | undefined;

process.on('message', (message) => {
  obey(message).catch((error: unknown) => {
    process.stderr.write(`demo plant: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
});
// The product is gone: so are its devices.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);

async function obey(message: unknown): Promise<void> {
  const order = orderSchema.parse(message);
  switch (order.order) {
    case 'start':
      plant = await startDemoPlant(order.folder);
      process.send?.({ answer: 'started', plantFile: plant.plantFile, flaws: plant.flaws() });
      return;
    case 'set': {
      const known = (await plant?.set(order.name, order.broken)) ?? false;
      process.send?.({
        answer: 'state',
        id: order.id,
        known,
        flaws: plant?.flaws() ?? [],
        touched: plant?.touchedSafety() ?? 0,
      });
      return;
    }
    case 'state':
      process.send?.({
        answer: 'state',
        id: order.id,
        known: true,
        flaws: plant?.flaws() ?? [],
        touched: plant?.touchedSafety() ?? 0,
      });
  }
}

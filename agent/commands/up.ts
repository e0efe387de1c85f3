import { resolve } from 'node:path';
import { buildApp } from '../../server/app.ts';
import { builtDashboard } from '../dashboard-build.ts';
import { infrastructure } from '../governor/sockets.ts';
import { UserError } from './end.ts';
import { note, say } from './print.ts';
import { openProduct, type Product, type ProductOptions } from './product.ts';

export interface UpOptions {
  readonly plant: string;
  readonly data: string;
  readonly port: number;
  readonly database?: string;
}

export async function up(options: UpOptions): Promise<number> {
  const database = options.database ?? process.env.PLIMSOLL_DATABASE;
  await serve({
    plantFile: resolve(options.plant),
    data: resolve(options.data),
    port: options.port,
    ...(database === undefined ? {} : { database }),
    ready: async (_product, address) => say(`Plimsoll answers at ${address}`),
  });
  return 0;
}

type ServeOptions = ProductOptions & {
  readonly port: number;
  ready(product: Product, address: string): Promise<void>;
};

/** Serves until a signal ends it: SIGINT and SIGTERM close every socket; a second one ends at once. */
export function serve(options: ServeOptions): Promise<void> {
  // Whatever opens a socket from here on, but for the collectors' runs, is our own machinery: database, server.
  return infrastructure(() => serveUntilSignal(options));
}

async function serveUntilSignal(options: ServeOptions): Promise<void> {
  const dashboard = await builtDashboard(note);
  const product = await openProduct({ ...options, log: true });
  try {
    const app = await buildApp(product, { dashboard });
    const address = await listen(app, options.port);
    const { systems, site } = product.supplies.current().plant;
    for (const { id, schedule } of systems)
      if (schedule !== undefined) await product.scheduler.set(id, schedule, site.timeZone);
    for (const { id } of systems) {
      // Statements and imports say something before the first packet, and levels that rows read exist from then on.
      if ((await product.assessing.recordAsOf(id, undefined)) === undefined) await product.assessing.assess(id, {});
      product.keepAssessed(id);
    }
    await options.ready(product, address);
    await ended();
    note('Stopping: closing sockets ...');
    product.live.close();
    await app.close();
  } finally {
    await product.close();
  }
}

async function listen(app: Awaited<ReturnType<typeof buildApp>>, port: number): Promise<string> {
  try {
    await app.listen({ host: '127.0.0.1', port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new UserError(
        `port ${port} on 127.0.0.1: expected it to be free, found another process. Choose one with --port.`,
      );
    }
    throw error;
  }
  const address = app.server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
}

function ended(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(130));
        done();
      });
    }
  });
}

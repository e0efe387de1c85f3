import { z } from 'zod';
import { stopStateSchema } from '../contract/api.ts';
import type { Running } from '../running.ts';
import type { Routes } from './routes.ts';

const by = z.strictObject({ by: z.string().min(1).max(200).default('somebody at the dashboard') });

export function stopRoutes(routes: Routes, running: Running): void {
  const { scanner, live } = running;
  async function state() {
    const held = await scanner.stopped();
    return held === undefined ? { stopped: false } : { stopped: true, since: held.since, by: held.by };
  }
  routes.get(
    '/stop',
    { schema: { summary: 'Whether all probes are stopped', tags: ['safety'], response: { 200: stopStateSchema } } },
    state,
  );
  routes.post(
    '/stop',
    {
      schema: {
        summary: 'Kill switch: closes every socket within 5 s; nothing starts until resumed',
        tags: ['safety'],
        body: by,
        response: { 200: stopStateSchema },
      },
    },
    async (request) => {
      await scanner.stopAll(request.body.by, 'kill switch');
      await running.audit('probes.stop', request.body.by);
      live.tell({ kind: 'stop', stopped: true });
      return state();
    },
  );
  routes.delete(
    '/stop',
    { schema: { summary: 'Let probes run again', tags: ['safety'], body: by, response: { 200: stopStateSchema } } },
    async (request) => {
      await scanner.resume(request.body.by);
      await running.audit('probes.resume', request.body.by);
      live.tell({ kind: 'stop', stopped: false });
      return state();
    },
  );
}

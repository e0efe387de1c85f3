import { z } from 'zod';
import { demoFlawSchema, listOf } from '../contract/api.ts';
import { Refusal } from '../refusal.ts';
import type { Running } from '../running.ts';
import type { Routes } from './routes.ts';

/** Breaking and mending the demo plant's devices. Elsewhere there is nothing to break: an empty list, and 404 to acts. */
export function demoRoutes(routes: Routes, running: Running): void {
  function demo() {
    if (running.demo === undefined)
      throw new Refusal(404, 'No demo', 'the demo plant is not running: this is a plant of its own');
    return running.demo;
  }
  routes.get(
    '/demo',
    {
      schema: {
        summary: 'What can be broken in the demo plant',
        tags: ['demo'],
        response: { 200: listOf(demoFlawSchema) },
      },
    },
    async () => ({
      items: running.demo?.flaws() ?? [],
      next: null,
    }),
  );
  routes.post(
    '/demo/:flaw/:act',
    {
      schema: {
        summary: 'Break or mend a device, and look again at once',
        tags: ['demo'],
        params: z.object({ flaw: z.string(), act: z.enum(['break', 'mend']) }),
        response: { 200: listOf(demoFlawSchema) },
      },
    },
    async (request) => {
      const { flaw, act } = request.params;
      const known = await demo().set(flaw, act === 'break');
      if (!known) {
        const names = demo()
          .flaws()
          .map((each) => each.name);
        throw new Refusal(404, 'No such flaw', `expected one of ${names.join(', ')}, found "${flaw.slice(0, 80)}"`);
      }
      await running.scans.again(`demo ${act} ${flaw}`);
      return { items: demo().flaws(), next: null };
    },
  );
}

import { z } from 'zod';
import { zoneStepSchema } from '../contract/api.ts';
import { Refusal } from '../refusal.ts';
import type { Running } from '../running.ts';
import type { Routes } from './routes.ts';

const ofSystem = z.object({ system: z.string() });
const ofZone = z.object({ system: z.string(), zone: z.string() });
const answer = z.object({ items: z.array(zoneStepSchema), next: z.null() });
const by = z.strictObject({ by: z.string().min(1).max(200).default('somebody at the dashboard') });

/** How far the looks at each zone have come, and a person's word that the first devices are well. */
export function zoneRoutes(routes: Routes, running: Running): void {
  const { scanner, supplies } = running;

  async function steps(system: string) {
    const { plant } = supplies.current();
    if (!plant.systems.some(({ id }) => id === system))
      throw new Refusal(404, 'No such system', `expected a system of the plant file, found "${system.slice(0, 80)}"`);
    const items = await scanner.steps(plant, system, running.now());
    return { items: items.map((each) => ({ ...each, canaries: [...each.canaries] })), next: null };
  }

  routes.get(
    '/systems/:system/zones',
    {
      schema: {
        summary: 'Step of each zone (planned, printed, first devices, all), and what it waits for',
        tags: ['safety'],
        params: ofSystem,
        response: { 200: answer },
      },
    },
    (request) => steps(request.params.system),
  );
  routes.post(
    '/systems/:system/zones/:zone/widen',
    {
      schema: {
        summary: 'A person has seen that the first devices of the zone are well: the others may be looked at',
        tags: ['safety'],
        params: ofZone,
        body: by,
        response: { 200: answer },
      },
    },
    async (request) => {
      const { system, zone } = request.params;
      const found = (await steps(system)).items.find((each) => each.zone === zone);
      if (found === undefined)
        throw new Refusal(404, 'No such zone', `expected a zone of ${system}, found "${zone.slice(0, 80)}"`);
      if (found.step !== 'canary')
        throw new Refusal(
          409,
          'Nothing to confirm',
          `expected a zone whose first devices were looked at, found ${zone} at the step "${found.step}"`,
        );
      await scanner.widen(supplies.current().plant, zone, request.body.by);
      await running.audit('zone.widen', request.body.by, { system, subject: zone });
      return steps(system);
    },
  );
}

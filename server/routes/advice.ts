import { z } from 'zod';
import { type Raise, raise } from '../../rules/advice/raise.ts';
import { isPracticeCode, practiceCodes } from '../../rules/engine/model.ts';
import { type RaisePage, raisePageSchema, raiseSchema } from '../contract/advice.ts';
import { Refusal } from '../refusal.ts';
import type { Running } from '../running.ts';
import type { Routes } from './routes.ts';
import { asOfQuery, nameOf, systemOf } from './systems.ts';

/** Answers kept: one assessment gives the same answer every time. */
const kept = 72;

export function adviceRoutes(routes: Routes, running: Running): void {
  const { assessing, collectors } = running;
  const answers = new Map<string, Raise>();
  routes.get(
    '/systems/:system/practices/:code/raise',
    {
      schema: {
        summary: 'The smallest sets of rows that raise a practice to its next level or its target, cheapest first',
        tags: ['practices'],
        params: z.object({ system: z.string(), code: z.string() }),
        querystring: asOfQuery.extend({ to: z.enum(['next', 'target']).default('next') }),
        response: { 200: raisePageSchema },
      },
    },
    async (request): Promise<RaisePage> => {
      const system = systemOf(running, request.params.system);
      const { code } = request.params;
      const { to, asOf } = request.query;
      if (!isPracticeCode(code)) {
        const expected = `expected one of ${practiceCodes.join(', ')}, found "${code.slice(0, 20)}"`;
        throw new Refusal(404, 'No such practice', expected);
      }
      const { input, pack, assessment } = await assessing.inputOf(system.id, asOf);
      const key = [assessment ?? input.now, system.id, code, to].join(' ');
      const found = answers.get(key) ?? raise(pack, input, code, { to, collectors });
      answers.set(key, found);
      if (answers.size > kept) answers.delete(answers.keys().next().value ?? '');
      const steps = found.sets.flatMap((set) => set.steps);
      return {
        ...(assessment === undefined ? {} : { assessment }),
        at: input.now,
        raise: raiseSchema.parse(found),
        rows: Object.fromEntries(
          steps.map(({ row }) => {
            const { question = '', fix } = pack.byId.get(row) ?? {};
            return [row, { question, ...(fix === undefined ? {} : { fix }) }];
          }),
        ),
        assets: Object.fromEntries(
          steps.flatMap(({ members }) => members.map((member) => [member, nameOf(running, member)])),
        ),
      };
    },
  );
}

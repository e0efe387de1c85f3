/** What would raise a level, where ticked steps would lead, and what to spend: the engine on supposed rows. */
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { type BudgetCurve, budgetCurveInParts } from '../../rules/advice/money.ts';
import { type Raise, raise } from '../../rules/advice/raise.ts';
import { tick } from '../../rules/advice/ticked.ts';
import { type Costs, defaultCosts } from '../../rules/advice/ways.ts';
import { assess } from '../../rules/engine/assess.ts';
import { practices } from '../../rules/engine/model.ts';
import type { Pack } from '../../rules/engine/pack.ts';
import type { Assessment } from '../../rules/engine/result.ts';
import {
  type Costs as CostsView,
  newWhatIfSchema,
  type PlanPage,
  planPageSchema,
  type RaisePage,
  raisePageSchema,
  raiseSchema,
  type WhatIfPage,
  whatIfPageSchema,
} from '../contract/advice.ts';
import { BadInput } from '../contract/problem.ts';
import type { Running } from '../running.ts';
import { practiceCodeOf } from './practices.ts';
import type { Routes } from './routes.ts';
import { asOfQuery, nameOf, systemOf } from './systems.ts';

/** Answers kept: one assessment gives the same answer every time. */
const kept = 72;

export function adviceRoutes(routes: Routes, running: Running): void {
  const { assessing, collectors } = running;
  const raises = keeping<Raise>();
  const todays = keeping<Assessment>();
  const plans = keeping<Promise<Plan>>();
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
      const code = practiceCodeOf(request.params.code);
      const { to, asOf } = request.query;
      const { input, pack, assessment } = await assessing.inputOf(system.id, asOf);
      const costs = costsOf(running);
      const found = raises([assessment ?? input.now, system.id, code, to, JSON.stringify(costs)], () =>
        raise(pack, input, code, { to, collectors, costs: costs.days }),
      );
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
        assets: namesIn(running, steps),
        owners: ownersIn(running, steps),
        costs,
      };
    },
  );
  routes.post(
    '/systems/:system/what-if',
    {
      schema: {
        summary: 'Where practices would stand if these steps were done and seen; computed, never stored',
        tags: ['practices'],
        params: z.object({ system: z.string() }),
        querystring: asOfQuery,
        body: newWhatIfSchema,
        response: { 200: whatIfPageSchema },
      },
    },
    async (request): Promise<WhatIfPage> => {
      const system = systemOf(running, request.params.system);
      const { input, pack, assessment } = await assessing.inputOf(system.id, request.query.asOf);
      const today = todays([assessment ?? input.now, system.id], () => assess(pack, input));
      const { ticked, problems } = tick(pack, input, { steps: request.body.steps, collectors, today });
      if (problems !== undefined)
        throw new BadInput(
          problems.map(({ index, key, expected, found }) => ({
            ...{ file: 'request', line: 0, path: `steps[${index}].${key}`, expected, found },
          })),
        );
      return whatIfPageSchema.parse({
        ...(assessment === undefined ? {} : { assessment }),
        at: input.now,
        ...ticked,
        rows: questionsOf(
          pack,
          ticked.unfounded.flatMap(({ row, needs }) => [row, ...needs]),
        ),
      });
    },
  );
  routes.get(
    '/systems/:system/plan',
    {
      schema: {
        summary: 'From person days to targets reached, what no money reaches, and where not to spend',
        tags: ['systems'],
        params: z.object({ system: z.string() }),
        querystring: asOfQuery,
        response: { 200: planPageSchema },
      },
    },
    async (request): Promise<PlanPage> => {
      const system = systemOf(running, request.params.system);
      const { input, pack, assessment } = await assessing.inputOf(system.id, request.query.asOf);
      const costs = costsOf(running);
      const found = await plans([assessment ?? input.now, system.id, JSON.stringify(costs)], async () => {
        const curveFor = (unknown: 'missing' | 'holds') =>
          inParts(budgetCurveInParts(pack, input, { collectors, unknown, costs: costs.days }));
        return planOf(running, pack, { missing: await curveFor('missing'), holds: await curveFor('holds') });
      });
      return { ...(assessment === undefined ? {} : { assessment }), at: input.now, costs, ...found };
    },
  );
}

type Plan = Omit<PlanPage, 'assessment' | 'at' | 'costs'>;

/** A curve takes seconds of computing: between its parts the server answers others, and scans keep their time. */
async function inParts<T>(parts: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const { done, value } = parts.next();
    if (done === true) return value;
    await setImmediate();
  }
}

function planOf(running: Running, pack: Pack, curves: { missing: BudgetCurve; holds: BudgetCurve }): Plan {
  const both = [curves.missing, curves.holds];
  const steps = both.flatMap(({ points }) => points.flatMap((point) => point.steps));
  const named = [
    ...steps.map(({ row }) => row),
    ...curves.missing.clashes.map(({ restsOn }) => restsOn),
    ...both.flatMap(({ unreachable }) =>
      unreachable.flatMap(({ obstacles }) =>
        obstacles.flatMap((each) => ('row' in each ? [each.row, ...('needs' in each ? each.needs : [])] : [])),
      ),
    ),
  ];
  const { targets, reached, doNotSpend, clashes } = curves.missing;
  return planPageSchema.omit({ assessment: true, at: true, costs: true }).parse({
    ...{ targets, reached, doNotSpend, clashes, curves },
    rows: questionsOf(pack, named),
    practices: Object.fromEntries(practices.map(({ code, name }) => [code, name])),
    assets: namesIn(running, steps),
  });
}

/** Prices are the plant file's of now, also for the past: they are no evidence. */
function costsOf(running: Running): CostsView & { days: Costs } {
  const { costs = {} } = running.supplies.current().plant;
  return {
    days: { ...defaultCosts, ...costs },
    stated: (['S', 'M', 'L', 'XL'] as const).filter((each) => each in costs),
  };
}

interface Named {
  readonly members: readonly string[];
}

function namesIn(running: Running, steps: readonly Named[]): Record<string, string> {
  return Object.fromEntries(
    steps.flatMap(({ members }) => members.map((member) => [member, nameOf(running, member)] as const)),
  );
}

function ownersIn(running: Running, steps: readonly Named[]): Record<string, string> {
  const named = new Set(steps.flatMap(({ members }) => members));
  const { assets } = running.supplies.current().plant;
  return Object.fromEntries(
    assets.flatMap(({ id, owner }) => (named.has(id) && owner !== undefined ? [[id, owner] as const] : [])),
  );
}

function questionsOf(pack: Pack, rows: readonly string[]): Record<string, string> {
  return Object.fromEntries([...new Set(rows)].map((row) => [row, pack.byId.get(row)?.question ?? row]));
}

/** Remembers the newest answers by what they are about. */
function keeping<T>(): (about: readonly string[], answer: () => T) => T {
  const answers = new Map<string, T>();
  return (about, answer) => {
    const key = about.join(' ');
    const found = answers.get(key) ?? answer();
    answers.set(key, found);
    if (answers.size > kept) answers.delete(answers.keys().next().value ?? '');
    return found;
  };
}

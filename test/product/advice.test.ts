import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { mostTicked, planPageSchema, raisePageSchema, whatIfPageSchema } from '../../server/contract/advice.ts';
import {
  practicePageSchema,
  problemSchema,
  scanSummarySchema,
  systemSummarySchema,
} from '../../server/contract/api.ts';
import { until } from '../support/program.ts';
import { type Served, serve } from './plimsoll.ts';
import { type SmallPlant, smallPlant } from './small-plant.ts';

let plant: SmallPlant;
let server: Served;
const system = '/api/v1/systems/line-1';

beforeAll(async () => {
  plant = await smallPlant();
  plant.write({ costs: { M: 4 } });
  server = await serve('up', ['--plant', plant.file, '--data', join(plant.folder, 'data')]);
  const started = await server.request(`${system}/scans`, { method: 'POST' });
  scanSummarySchema.parse(await started.json());
  await until(
    async () => {
      const { lastScan, runningScan } = await read(system, systemSummarySchema);
      return lastScan !== undefined && runningScan === undefined;
    },
    'the scan ends and is assessed',
    30_000,
  );
}, 90_000);
afterAll(async () => {
  await server?.stop();
  await plant?.stop();
});

async function read<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
  return schema.parse(await server.get(path));
}

function ask(steps: unknown): Promise<Response> {
  return server.request(`${system}/what-if`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ steps }),
  });
}

describe('raising a practice', () => {
  it('prices steps by the plant file where it states costs, and names who answers for the assets', async () => {
    const { costs, raise, rows } = await read(`${system}/practices/SPM/raise`, raisePageSchema);
    expect(costs).toEqual({ days: { S: 1, M: 4, L: 20, XL: 80 }, stated: ['M'] });
    const [set] = raise.sets;
    expect(set?.steps.length).toBeGreaterThan(0);
    for (const { row, effort, cost } of set?.steps ?? []) {
      expect(rows[row]?.question).toMatch(/\?$/);
      expect([0, costs.days[effort]]).toContain(cost.daysAtMost);
    }
  });

  it('shows by ticked steps the level that the set promises, and stores nothing of it', async () => {
    const before = await read(`${system}/practices/SPM`, practicePageSchema);
    const { assessment, raise } = await read(`${system}/practices/SPM/raise`, raisePageSchema);
    const [set] = raise.sets;
    const steps = (set?.steps ?? []).map(({ row, becomes, evidence }) => ({ row, becomes, evidence }));
    const answer = await ask(steps);
    expect(answer.status).toBe(200);
    const found = whatIfPageSchema.parse(await answer.json());
    expect(found.assessment).toBe(assessment);
    expect(found.practices.find(({ practice }) => practice === 'SPM')).toMatchObject({
      from: { level: before.result.level },
      to: { level: set?.reaches },
    });
    const after = await read(`${system}/practices/SPM`, practicePageSchema);
    expect(after.result).toEqual(before.result);
    expect(after.assessment).toEqual(before.assessment);
    expect(after.history).toEqual(before.history);
  });

  it('refuses steps that are no rows, each with its place, and lists that are empty, too long or strange', async () => {
    const refused = await ask([{ row: 'spm.l9.none' }, { row: 'spm.l1.owner', evidence: 'measured' }]);
    expect(refused.status).toBe(422);
    const { errors } = problemSchema.parse(await refused.json());
    expect(errors?.map(({ path }) => path)).toEqual(['steps[0].row', 'steps[1].row']);
    const many = Array.from({ length: mostTicked + 1 }, () => ({ row: 'acc.l1.anonymous-refused' }));
    for (const steps of [
      [],
      many,
      [{ row: 'acc.l1.anonymous-refused', level: 4 }],
      [{ row: 'x'.repeat(101) }],
      'all',
    ]) {
      const answer = await ask(steps);
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(problemSchema.parse(await answer.json()).errors?.length).toBeGreaterThan(0);
    }
    const nowhere = await server.request('/api/v1/systems/nowhere/what-if', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ steps: [{ row: 'acc.l1.anonymous-refused' }] }),
    });
    expect(nowhere.status).toBe(404);
  });
});

describe('the plan of a system', () => {
  it('leads from person days to targets, dearest and cheapest case, and says where not to spend', async () => {
    const plan = await read(`${system}/plan`, planPageSchema);
    expect(plan.targets).toBe(18);
    for (const { points, unreachable } of [plan.curves.missing, plan.curves.holds]) {
      let before = { budget: 0, reached: plan.reached };
      for (const point of points) {
        expect(point.budget).toBeGreaterThanOrEqual(before.budget);
        expect(point.reached).toEqual(expect.arrayContaining(before.reached));
        for (const { row } of point.steps) expect(plan.rows[row]).toMatch(/\?$/);
        before = point;
      }
      expect(before.reached.length + unreachable.length).toBe(18);
    }
    expect(plan.curves.missing.points.at(-1)?.budget).toBeGreaterThan(plan.curves.holds.points.at(-1)?.budget ?? 0);
    expect(plan.doNotSpend.map(({ practice }) => practice)).toEqual(plan.reached);
  });

  it('keeps answering others while it is worked out', async () => {
    plant.write({ costs: { M: 6 } });
    await server.request(`${system}/scans`, { method: 'POST' });
    await until(
      async () => (await read(system, systemSummarySchema)).runningScan === undefined,
      'the second scan ends',
      30_000,
    );
    let done = false;
    const plan = read(`${system}/plan`, planPageSchema).finally(() => {
      done = true;
    });
    let answered = 0;
    while (!done && answered < 3) if ((await server.request('/healthz')).ok && !done) answered += 1;
    expect(answered).toBe(3);
    expect((await plan).costs.days.M).toBe(6);
  });
});

describe('the dashboard’s files', () => {
  it('are kept by browsers for ever where their name holds their hash, and asked for each time where it does not', async () => {
    const page = await server.request('/');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const [script = ''] = /\/assets\/[^"]+\.js/.exec(await page.text()) ?? [];
    expect((await server.request(script)).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await server.request('/systems/line-1/plan')).headers.get('cache-control')).toBe('no-cache');
    // A file of an older build is not there, and is not the page either.
    expect((await server.request('/assets/gone-1234.js')).status).toBe(404);
    expect((await server.request('/index.html')).headers.get('cache-control')).toBe('no-cache');
  });
});

describe('the sides of trustworthiness', () => {
  it('stand on the rows that serve them and on no level', async () => {
    const { indicators, result } = await read(`${system}/practices/ACC`, practicePageSchema);
    const serving = indicators.filter(({ serves }) => serves.includes('safety')).map(({ id }) => id);
    expect(serving).toContain('acc.l1.anonymous-refused');
    expect(serving.length).toBeLessThan(indicators.length);
    expect(Object.keys(result)).not.toContain('safety');
  });
});

import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  assetSummarySchema,
  evidencePageSchema,
  healthSchema,
  indicatorPageSchema,
  listOf,
  liveEventSchema,
  overviewSchema,
  practiceDecisionSchema,
  practicePageSchema,
  problemSchema,
  scanEventSchema,
  scanPageSchema,
  scanSummarySchema,
  stopStateSchema,
  systemSummarySchema,
  zoneStepSchema,
} from '../../server/contract/api.ts';
import { practiceResultSchema } from '../../server/contract/assessment.ts';
import { tcpFault } from '../support/fault-server.ts';
import { until } from '../support/program.ts';
import { plimsoll, type Served, serve } from './plimsoll.ts';
import { day, type SmallPlant, smallPlant } from './small-plant.ts';

let plant: SmallPlant;
let server: Served;
const system = '/api/v1/systems/line-1';

beforeAll(async () => {
  plant = await smallPlant();
  server = await serve('up', ['--plant', plant.file, '--data', join(plant.folder, 'data')]);
}, 90_000);
afterAll(async () => {
  const end = await server.stop();
  expect(end.code).toBe(0);
  // A healthy run logs no error: what the tests provoke is refused, not failed.
  expect(server.log().filter((line) => line.level >= 50)).toEqual([]);
  await plant.stop();
});

async function read<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
  return schema.parse(await server.get(path));
}

function send(path: string, method: string, body?: object): Promise<Response> {
  return server.request(path, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
}

async function problem(response: Response): Promise<z.infer<typeof problemSchema>> {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const body = problemSchema.parse(await response.json());
  expect(body.status).toBe(response.status);
  return body;
}

async function scanned(): Promise<z.infer<typeof scanPageSchema>> {
  const started = await send(`${system}/scans`, 'POST', { by: 'max@example.com' });
  expect(started.status).toBe(202);
  const { id } = scanSummarySchema.parse(await started.json());
  const page = () => read(`/api/v1/scans/${id}`, scanPageSchema);
  await until(async () => (await page()).scan.state === 'finished', 'the scan ends', 30_000);
  await until(async () => (await read(system, systemSummarySchema)).runningScan === undefined, 'it is assessed');
  return page();
}

/** Reads a stream of events until one of the wanted kind has come. */
async function events(path: string, last: string, act: () => Promise<unknown>): Promise<unknown[]> {
  const stop = new AbortController();
  const response = await server.request(path, { signal: stop.signal });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const timer = setTimeout(() => stop.abort(), 30_000);
  const seen: unknown[] = [];
  let text = '';
  await act();
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) seen.push(JSON.parse(data));
    }
    if (seen.some((event) => z.looseObject({ kind: z.string() }).parse(event).kind === last)) break;
  }
  clearTimeout(timer);
  stop.abort();
  return seen;
}

describe('every GET', () => {
  it('answers its schema before anything was scanned, with eighteen times "not established" and no level', async () => {
    const overview = await read(`${system}/overview`, overviewSchema);
    expect(overview.rows).toHaveLength(18);
    expect(overview.rows.map((row) => row.result.level)).toEqual(Array(18).fill(null));
    expect((await read('/api/v1/systems', listOf(systemSummarySchema))).items).toHaveLength(1);
  });

  it('answers its schema after a scan, from the systems down to one observation', async () => {
    const page = await scanned();
    expect(page.probes.map((probe) => probe.outcome)).toEqual(['observed', 'observed']);
    const { items } = await read(`${system}/practices`, listOf(practiceResultSchema));
    expect(items).toHaveLength(18);
    await read(`${system}/practices/ACC`, practicePageSchema);
    const indicator = await read(`${system}/indicators/acc.l1.anonymous-refused`, indicatorPageSchema);
    expect(indicator.trace.members.find((each) => each.member === 'broker-1')?.verdict).toBe('good');
    const assets = await read(`${system}/assets`, listOf(assetSummarySchema));
    const digest = assets.items.find((each) => each.id === 'broker-1')?.probes[0]?.last?.digest;
    const evidence = await read(`/api/v1/observations/${digest}`, evidencePageSchema);
    expect(evidence.chain.map((step) => step.check)).toEqual(['holds', 'holds', 'holds', 'holds']);
    await read(`${system}/scans`, listOf(scanSummarySchema));
    await read('/api/v1/stop', stopStateSchema);
    await read('/healthz', healthSchema);
    await read('/readyz', healthSchema);
  });

  it('tells the step of each zone, and refuses a confirmation of what nobody has looked at', async () => {
    const { items } = await read(`${system}/zones`, listOf(zoneStepSchema));
    expect(items.map(({ step }) => step)).toEqual(items.map(() => 'loopback'));
    expect(items.length).toBeGreaterThan(0);
    const refused = await problem(await send(`${system}/zones/${items[0]?.zone}/widen`, 'POST', { by: 'ada' }));
    expect(refused).toMatchObject({ status: 409, title: 'Nothing to confirm' });
    expect(await problem(await send(`${system}/zones/nowhere/widen`, 'POST', {}))).toMatchObject({ status: 404 });
  });

  it('answers 404 with a problem for what does not exist', async () => {
    const paths = [
      '/api/v1/systems/nowhere',
      `${system}/practices/XXX`,
      `${system}/indicators/acc.l9.nonsense`,
      '/api/v1/scans/none',
      `/api/v1/observations/sha256:${'0'.repeat(64)}`,
      '/api/v1/nothing',
    ];
    const titles = await Promise.all(paths.map(async (path) => (await problem(await server.request(path))).status));
    expect(titles).toEqual(paths.map(() => 404));
    expect(await server.get('/api/v1/demo')).toEqual({ items: [], next: null });
    expect(await problem(await send('/api/v1/demo/any/break', 'POST'))).toMatchObject({ status: 404 });
  });
});

describe('the description of the API', () => {
  it('is OpenAPI 3.1 and lists every route of the contract', async () => {
    const described = await read(
      '/api/openapi.json',
      z.object({
        openapi: z.string(),
        info: z.object({ title: z.string() }),
        paths: z.record(z.string(), z.looseObject({})),
      }),
    );
    expect(described.openapi).toBe('3.1.0');
    const routes = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    for (const route of [
      'GET /api/v1/systems',
      'GET /api/v1/systems/{system}',
      'GET /api/v1/systems/{system}/overview',
      'GET /api/v1/systems/{system}/practices',
      'GET /api/v1/systems/{system}/practices/{code}',
      'GET /api/v1/systems/{system}/practices/{code}/explain',
      'GET /api/v1/systems/{system}/indicators/{indicator}',
      'GET /api/v1/systems/{system}/practices/{code}/raise',
      'POST /api/v1/systems/{system}/what-if',
      'GET /api/v1/systems/{system}/plan',
      'GET /api/v1/systems/{system}/questions',
      'POST /api/v1/systems/{system}/decisions',
      'GET /api/v1/systems/{system}/assets',
      'GET /api/v1/systems/{system}/scans',
      'POST /api/v1/systems/{system}/scans',
      'GET /api/v1/scans/{scan}',
      'GET /api/v1/scans/{scan}/events',
      'POST /api/v1/scans/{scan}/stop',
      'GET /api/v1/observations/{digest}',
      'GET /api/v1/events',
      'GET /api/v1/stop',
      'POST /api/v1/stop',
      'DELETE /api/v1/stop',
      'GET /api/v1/demo',
      'POST /api/v1/demo/{flaw}/{act}',
    ])
      expect(routes).toContain(route);
  });
});

describe('decisions', () => {
  it('are kept when they are founded, name all that is missing, and are refused on an older assessment', async () => {
    const page = await read(`${system}/practices/SPM`, practicePageSchema);
    const proposed = page.result.level;
    const decide = (body: object) =>
      send(`${system}/decisions`, 'POST', {
        ...{ practice: 'SPM', level: proposed, assessment: page.assessment?.id, by: 'ada@example.com' },
        ...body,
      });
    const incomplete = await problem(await decide({ kind: 'override', level: 0 }));
    expect(incomplete.status).toBe(422);
    expect(incomplete.detail).toMatch(/a reason.*evidence.*an end date/);
    expect((await problem(await decide({ kind: 'lower', level: 4 }))).status).toBe(422);
    const wrong = await problem(await decide({ kind: 'confirm', level: 7, colour: 'red' }));
    expect(wrong.status).toBe(400);
    expect(wrong.errors?.length).toBeGreaterThan(1);
    const confirmed = await decide({ kind: 'confirm' });
    expect(confirmed.status).toBe(201);
    expect(practiceDecisionSchema.parse(await confirmed.json()).signed).toBe(false);
    const until = new Date(`${day(60)}T00:00:00Z`).toISOString();
    const raised = await decide({ kind: 'override', level: 2, reason: 'shown on site', evidence: 'photo 12', until });
    expect(raised.status).toBe(201);
    await scanned();
    const stale = await problem(await decide({ kind: 'confirm' }));
    expect(stale.status).toBe(409);
    expect((await read(`${system}/practices/SPM`, practicePageSchema)).decisions).toHaveLength(2);
  });
});

describe('live events', () => {
  it('tell every page of scans, and the page of a scan of its probes, lines and assessment', async () => {
    const slow = await tcpFault('silence');
    plant.write({ assets: [silent('silent-1', slow.port)] });
    try {
      let id = '';
      const everywhere = await events('/api/v1/events', 'scan', async () => {
        id = scanSummarySchema.parse(await (await send(`${system}/scans`, 'POST', {})).json()).id;
      });
      expect(everywhere.map((event) => liveEventSchema.parse(event).kind)).toContain('scan');
      // One scan of a system at a time.
      expect((await problem(await send(`${system}/scans`, 'POST', {}))).status).toBe(409);
      const own = await events(`/api/v1/scans/${id}/events`, 'assessed', async () => undefined);
      const kinds = new Set(own.map((event) => scanEventSchema.parse(event).kind));
      expect([...kinds].sort()).toEqual(expect.arrayContaining(['assessed', 'probe', 'scan']));
    } finally {
      plant.write();
      await slow.stop();
    }
  });
});

describe('the kill switch', () => {
  it('ends a running scan at once, lets none begin, and lets them run again', async () => {
    const slow = await tcpFault('silence');
    plant.write({ assets: [silent('silent-2', slow.port)] });
    try {
      await send(`${system}/scans`, 'POST', {});
      await until(() => slow.contacts() > 0, 'the silent device is asked');
      expect((await plimsoll('stop', '--port', String(server.port), '--by', 'max')).code).toBe(0);
      await until(
        async () => (await read(system, systemSummarySchema)).runningScan === undefined,
        'the scan has ended',
        5000,
      );
      expect((await read(system, systemSummarySchema)).lastScan?.state).toBe('stopped');
      expect(await read('/api/v1/stop', stopStateSchema)).toMatchObject({ stopped: true, by: 'max' });
      expect((await problem(await send(`${system}/scans`, 'POST', {}))).status).toBe(409);
      expect((await plimsoll('stop', '--resume', '--port', String(server.port))).code).toBe(0);
      plant.write();
      expect((await scanned()).scan.state).toBe('finished');
    } finally {
      plant.write();
      await slow.stop();
    }
  });
});

describe('as of an earlier instant', () => {
  it('the older result and its explanation stand, also after people changed their files', async () => {
    const first = await read(`${system}/overview`, overviewSchema);
    const asOf = first.assessment?.at ?? '';
    const before = await read(`${system}/indicators/spm.l1.accountable-owner?asOf=${asOf}`, indicatorPageSchema);
    writeFileSync(join(plant.folder, 'statements', 'own.yaml'), 'plimsoll: 1\nstatements: []\n');
    plant.write({ name: 'Line 1, renamed' });
    plant.broker.letStrangersIn(true);
    await scanned();
    const now = await read(`${system}/practices/ACC`, practicePageSchema);
    expect(now.result.indicators.find((row) => row.id === 'acc.l1.anonymous-refused')?.status).toBe('notMet');
    const then = await read(`${system}/practices/ACC?asOf=${asOf}`, practicePageSchema);
    expect(then.assessment).toEqual(first.assessment);
    expect(then.result.indicators.find((row) => row.id === 'acc.l1.anonymous-refused')?.status).toBe('met');
    const trace = await read(`${system}/indicators/spm.l1.accountable-owner?asOf=${asOf}`, indicatorPageSchema);
    expect(trace.trace).toEqual(before.trace);
    expect(trace.trace.result.status).toBe('met');
    // A new process knows nothing but the data folder: it lays the files out as they were.
    await server.stop();
    server = await serve('up', ['--plant', plant.file, '--data', join(plant.folder, 'data')]);
    const again = await read(`${system}/indicators/spm.l1.accountable-owner?asOf=${asOf}`, indicatorPageSchema);
    expect(again.trace).toEqual(before.trace);
  });
});

describe('the border', () => {
  it('refuses a foreign host and acts from a foreign origin', async () => {
    const foreignHost = await new Promise<number | undefined>((resolve, reject) => {
      httpRequest(
        { port: server.port, host: '127.0.0.1', path: '/api/v1/systems', headers: { host: 'evil.example' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(foreignHost).toBe(403);
    const foreignOrigin = await server.request(`${system}/scans`, {
      method: 'POST',
      headers: { origin: 'http://evil.example', 'content-type': 'application/json' },
      body: '{}',
    });
    expect((await problem(foreignOrigin)).status).toBe(403);
  });

  it('serves the dashboard compressed, under a policy that lets nothing in from elsewhere', async () => {
    const page = await server.request('/');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
    const script = /src="(\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? '';
    const bytes = await new Promise<{ encoding: string | undefined; body: Buffer }>((resolve, reject) => {
      const headers = { 'accept-encoding': 'gzip' };
      httpRequest({ port: server.port, host: '127.0.0.1', path: script, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(parts) }),
        );
      })
        .on('error', reject)
        .end();
    });
    expect(bytes.encoding).toBe('gzip');
    expect(gunzipSync(bytes.body).length).toBeGreaterThan(bytes.body.length);
  });

  it('gives Prometheus lines that it can read', async () => {
    const text = await (await server.request('/metrics')).text();
    const lines = text.trim().split('\n');
    for (const line of lines)
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.e+-]+)$/);
    expect(lines).toContainEqual(
      expect.stringMatching(/^plimsoll_scan_probes\{system="line-1",outcome="observed"\} 2$/),
    );
  });
});

function silent(id: string, port: number): object {
  const probes = [{ id: 'tls', collector: 'tls', url: `tls://127.0.0.1:${port}` }];
  return { id, name: id, kind: 'server', host: '127.0.0.1', exposed: false, probes };
}

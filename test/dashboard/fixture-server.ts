/**
 * A server in the shapes of the API contract, with a rich plant, for the dashboard's tests: real HTTP and real
 * server-sent events, the built files, and a policy as strict as the product's. It keeps what it is told.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import type { NewWhatIf } from '../../server/contract/advice.ts';
import type {
  AssetSummary,
  DemoFlaw,
  LiveEvent,
  NewDecision,
  Overview,
  PracticeDecision,
  Problem,
  ScanSummary,
  StopState,
  SystemSummary,
  ZoneStep,
} from '../../server/contract/api.ts';
import { planPage, raisePage, whatIf } from './fixture/advice.ts';
import { crosswalk, guidePage, incidents } from './fixture/knowledge.ts';
import { evidencePage, indicatorPage, practicePage } from './fixture/pages.ts';
import { assets, digestOf, observationOf, zones } from './fixture/plant.ts';
import { at, neverAssessedRows, overviewRows } from './fixture/practices.ts';
import { questions } from './fixture/questions.ts';
import { ScanRun } from './fixture/scan-run.ts';

export interface FixtureOptions {
  /** `none`: no system at all; `new`: systems, nothing assessed. */
  readonly plant?: 'full' | 'none' | 'new';
  readonly silent?: boolean;
  readonly demo?: boolean;
  readonly port?: number;
}

export interface Fixture {
  readonly url: string;
  /** Paths that were asked for under the API, with their method. */
  readonly asked: string[];
  readonly decisions: PracticeDecision[];
  /** The scan that runs, if one does. */
  running(): ScanRun | undefined;
  startScan(): ScanRun;
  /** A newer assessment arrives. */
  reassess(): void;
  /** Answers that a request gets instead of the usual one, by `METHOD path`. */
  readonly refuse: Map<string, Problem>;
  stop(): Promise<void>;
}

const dist = new URL('../../dashboard/dist/', import.meta.url).pathname;
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export async function startFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const world = new World(options);
  const server = createServer((request, response) => {
    answer(world, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the fixture server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked: world.asked,
    decisions: world.decisions,
    running: () => (world.scans[0]?.summary.state === 'running' ? world.scans[0] : undefined),
    startScan: () => world.startScan('a test'),
    reassess: () => world.reassess(),
    refuse: world.refuse,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class World {
  readonly now = Date.now();
  readonly asked: string[] = [];
  readonly refuse = new Map<string, Problem>();
  readonly scans: ScanRun[] = [];
  readonly live = new Set<(event: LiveEvent) => void>();
  readonly decisions: PracticeDecision[] = [];
  readonly options: FixtureOptions;
  stopState: StopState = { stopped: false };
  zones: ZoneStep[] = [
    {
      zone: 'cell-3',
      name: 'Cell 3',
      step: 'canary',
      canaries: [{ model: 'x-200', asset: 'cell-broker', at: '2026-11-24T09:10:00.000Z' }],
      waitsUntil: '2026-11-25T09:10:00.000Z',
      waitsFor: 'a person who has seen that the first devices are well',
      probes: 9,
    },
    {
      zone: 'control',
      name: 'Control room',
      step: 'planned',
      canaries: [],
      waitsFor: 'a first scan or --dry-run, which prints its plan and sends nothing',
      held: { rule: 'SAF-10', because: 'outside the windows of zone control: Tue 09:00-15:00 (Europe/Berlin)' },
      probes: 4,
    },
    {
      zone: 'dmz',
      name: 'Edge',
      step: 'untouched',
      canaries: [],
      waitsFor: 'touch: identify or read, in the plant file; it is passive',
      probes: 2,
    },
  ];
  assessment = 42;
  flaws: DemoFlaw[] = [
    {
      name: 'anonymous-broker',
      title: 'Cell broker accepts anonymous clients',
      asset: 'broker-1',
      practices: ['ACC'],
      broken: true,
    },
    {
      name: 'expired-certificate',
      title: 'Pick robot shows an expired certificate',
      asset: 'robot-pick',
      practices: ['EMI', 'DPI'],
      broken: false,
    },
  ];

  constructor(options: FixtureOptions) {
    this.options = options;
    const last = new ScanRun('scan-41', 'schedule');
    last.summary = { ...last.summary, startedAt: at(this.now, -0.009) };
    last.runToEnd();
    last.summary = { ...last.summary, finishedAt: at(this.now, -0.006) };
    if (options.plant !== 'new') this.scans.push(last);
    for (const row of overviewRows(this.now))
      if (typeof row.confirmed === 'number')
        this.decisions.push({
          id: `decision-${row.practice}`,
          practice: row.practice,
          kind: row.practice === 'SAI' ? 'override' : 'confirm',
          level: row.confirmed,
          assessment: 'assessment-30',
          by: 'max@example.com',
          at: at(this.now, -12),
          signed: false,
          ...(row.practice === 'SAI' ? { reason: 'Exchange runs through the group', until: at(this.now, 90) } : {}),
        });
  }

  tell(event: LiveEvent): void {
    for (const listener of this.live) listener(event);
  }

  startScan(askedBy: string): ScanRun {
    const run = new ScanRun(`scan-${42 + this.scans.length}`, askedBy);
    run.listeners.add((event) => {
      if (event.kind === 'scan' || event.kind === 'assessed') this.tell(event);
    });
    this.scans.unshift(run);
    this.tell({ kind: 'scan', scan: run.summary });
    return run;
  }

  reassess(): void {
    this.assessment += 1;
    this.tell({ kind: 'assessed', system: 'line-3', assessment: `assessment-${this.assessment}` });
  }

  systems(): SystemSummary[] {
    if (this.options.plant === 'none') return [];
    const running = this.scans.find((each) => each.summary.state === 'running')?.summary;
    const last = this.scans.find((each) => each.summary.state !== 'running')?.summary;
    return [
      {
        id: 'line-3',
        name: 'Packaging line 3',
        site: { id: 'north', name: 'Plant North', timeZone: 'Europe/Berlin' },
        role: 'owner',
        profile: 'discrete-manufacturing',
        owners: { business: 'ada@example.com', technical: 'max@example.com' },
        assets: assets.length,
        zones: zones.length,
        ...(last === undefined ? {} : { lastScan: last }),
        ...(running === undefined ? {} : { runningScan: running }),
        nextScanAt: at(this.now, 0.8),
        fits: { below: 5, at: 6, above: 2, unknown: 4, none: 1 },
        ...(this.options.silent === true ? { silentSince: at(this.now, -0.3) } : {}),
      },
      {
        id: 'filling-1',
        name: 'Filling line 1',
        site: { id: 'north', name: 'Plant North', timeZone: 'Europe/Berlin' },
        role: 'owner',
        owners: {},
        assets: 6,
        zones: 2,
        fits: { below: 0, at: 0, above: 0, unknown: 18, none: 0 },
      },
    ];
  }

  overview(id: string, asOf: string | undefined): Overview | undefined {
    const system = this.systems().find((each) => each.id === id);
    if (system === undefined) return undefined;
    const fresh = id !== 'line-3' || this.options.plant === 'new';
    const rows = fresh ? neverAssessedRows() : this.rows();
    const assessment = this.tied();
    return { system, ...(fresh ? {} : { assessment }), ...(asOf === undefined ? {} : { asOf }), rows };
  }

  rows() {
    return overviewRows(this.now).map((row) => {
      const decided = this.decisions.find((each) => each.practice === row.practice);
      return decided === undefined ? row : { ...row, confirmed: decided.level };
    });
  }

  tied() {
    const id = `assessment-${this.assessment}`;
    return { id, hash: digestOf(id), at: at(this.now, -0.0055), pack: 'smm 1.0.0' };
  }
}

async function answer(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fixture');
  if (!url.pathname.startsWith('/api/v1/')) return file(url.pathname, response);
  const path = decodeURIComponent(url.pathname.slice('/api/v1'.length));
  const method = request.method ?? 'GET';
  world.asked.push(`${method} ${path}${url.search}`);
  const refused = world.refuse.get(`${method} ${path}`);
  if (refused !== undefined) return problem(response, refused);
  if (path === '/events') return stream(response, world.live);
  const scan = /^\/scans\/([^/]+)\/events$/.exec(path);
  const run = world.scans.find((each) => each.summary.id === scan?.[1]);
  if (run !== undefined) return stream(response, run.listeners);
  const found = await reply(world, {
    method,
    path,
    asOf: url.searchParams.get('asOf') ?? undefined,
    to: url.searchParams.get('to') ?? 'next',
    body: await bodyOf(request),
  });
  if (found === undefined)
    return problem(response, {
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      detail: `Nothing is known at ${path}.`,
    });
  if (isProblem(found)) return problem(response, found);
  response.writeHead(method === 'POST' && path.endsWith('/scans') ? 202 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(found));
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly asOf: string | undefined;
  /** What to raise a practice to. */
  readonly to: string;
  readonly body: unknown;
}

async function reply(world: World, { method, path, asOf, to, body }: Asked): Promise<unknown> {
  const [, first = '', second = '', third = '', fourth = '', fifth = ''] = path.split('/');
  if (first === 'stop') {
    if (method !== 'GET') {
      world.stopState = method === 'POST' ? { stopped: true, since: new Date().toISOString() } : { stopped: false };
      if (method === 'POST') for (const each of world.scans) each.stop();
      world.tell({ kind: 'stop', stopped: world.stopState.stopped });
    }
    return world.stopState;
  }
  if (first === 'demo') {
    if (world.options.demo !== true) return method === 'GET' ? list([]) : undefined;
    if (method === 'POST')
      world.flaws = world.flaws.map((each) => (each.name === second ? { ...each, broken: third === 'break' } : each));
    return list(world.flaws);
  }
  if (first === 'observations') return evidencePage(second, world.now);
  if (first === 'scans') {
    const run = world.scans.find((each) => each.summary.id === second);
    if (third === 'stop') run?.stop();
    if (third === 'safety') return run?.safety();
    return run?.page(world.stopState.stopped);
  }
  if (first === 'practices') {
    if (third === 'guide') return guidePage(second);
    return third === 'crosswalk' ? list(second === 'ACC' ? crosswalk : []) : undefined;
  }
  if (first !== 'systems') return undefined;
  if (second === '') return list(world.systems());
  const overview = world.overview(second, asOf);
  if (overview === undefined) return undefined;
  if (third === '') return overview.system;
  if (third === 'overview') return overview;
  if (third === 'what-if' && method === 'POST') return whatIf(body as NewWhatIf, world.now);
  if (third === 'plan')
    return planPage(world.now, second === 'filling-1' ? 'noTargets' : world.options.plant === 'new' ? 'new' : 'full');
  if (third === 'practices' && fifth === 'raise') return raisePage(fourth, to, world.now);
  if (third === 'practices')
    return practicePage({
      rows: overview.rows,
      code: fourth,
      now: world.now,
      assessment: overview.assessment,
      decisions: world.decisions,
    });
  if (third === 'indicators') return indicatorPage(overview.rows, fourth, world.now);
  if (third === 'incidents') return list(incidents);
  if (third === 'questions') return list(second === 'line-3' ? questions : []);
  if (third === 'zones') {
    if (method === 'POST')
      world.zones = world.zones.map(({ waitsFor, waitsUntil, ...each }) =>
        each.zone !== fourth
          ? {
              ...each,
              ...(waitsFor === undefined ? {} : { waitsFor }),
              ...(waitsUntil === undefined ? {} : { waitsUntil }),
            }
          : { ...each, step: 'widened', widened: { by: 'somebody at the dashboard', at: at(world.now, 0) } },
      );
    return list(world.zones);
  }
  if (third === 'assets') return list(assetSummaries(world.now));
  if (third === 'scans' && method === 'POST') {
    if (world.stopState.stopped)
      return { type: 'about:blank', title: 'All probes are stopped', status: 409, detail: 'Let them run again first.' };
    return world.startScan('nobody signed in').summary;
  }
  if (third === 'scans') return list(second === 'line-3' ? world.scans.map((each): ScanSummary => each.summary) : []);
  if (third === 'decisions' && method === 'POST') return decide(world, body as NewDecision);
  return undefined;
}

function decide(world: World, decision: NewDecision): PracticeDecision | Problem {
  if (decision.assessment !== `assessment-${world.assessment}`)
    return {
      type: 'about:blank',
      title: 'A newer assessment exists',
      status: 409,
      detail: 'The levels were assessed again since.',
    };
  const made = { ...decision, id: `decision-${world.decisions.length}`, at: new Date().toISOString(), signed: false };
  world.decisions.unshift(made);
  world.tell({ kind: 'decision', system: 'line-3', practice: decision.practice });
  return made;
}

function assetSummaries(now: number): AssetSummary[] {
  return assets.map((each) => ({
    id: each.id,
    name: each.name,
    kind: each.kind,
    zone: each.zone,
    ...zoneNameOf(each.zone),
    criticality: each.criticality,
    exposed: each.exposed,
    safetyFunction: each.safety === true,
    state: each.state ?? 'active',
    probes: each.probes.map((probe) => ({
      id: probe.id,
      collector: probe.collector,
      target: probe.target,
      last: { digest: observationOf(each.id, probe.id), outcome: probe.outcome, observedAt: at(now, -0.006) },
    })),
  }));
}

function zoneNameOf(id: string): { zoneName?: string } {
  const zone = zones.find((each) => each.id === id);
  return zone === undefined ? {} : { zoneName: zone.name };
}

function list<T>(items: readonly T[]): { items: readonly T[]; next: null } {
  return { items, next: null };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'status' in value && 'title' in value;
}

function problem(response: ServerResponse, given: Problem): void {
  response.writeHead(given.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(given));
}

function stream<E>(response: ServerResponse, listeners: Set<(event: E) => void>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': open\n\n');
  const send = (event: E) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  listeners.add(send);
  response.on('close', () => listeners.delete(send));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

async function file(path: string, response: ServerResponse): Promise<void> {
  const known = extname(path) in types ? path : '/index.html';
  const headers = { 'content-security-policy': policy, 'x-content-type-options': 'nosniff' };
  try {
    const content = await readFile(join(dist, normalize(known)));
    response.writeHead(200, { ...headers, 'content-type': types[extname(known)] ?? 'text/plain' }).end(content);
  } catch {
    response.writeHead(404, headers).end();
  }
}

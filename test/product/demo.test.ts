import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectors } from '../../collectors/registry.ts';
import { assess } from '../../rules/engine/assess.ts';
import { practiceCodes } from '../../rules/engine/model.ts';
import type { EvidencePage, ScanPage, ScanSummary } from '../../server/contract/api.ts';
import type { PracticeResult } from '../../server/contract/assessment.ts';
import { knownInput } from '../../server/known-input.ts';
import { openPacks } from '../../server/packs.ts';
import { recordedState } from '../../server/recorded-state.ts';
import { latestAssessment } from '../../server/store/assessments.ts';
import { openForReading } from '../../server/store/open.ts';
import { temporaryFolder, until } from '../support/program.ts';
import { plimsoll, type Served, serve } from './plimsoll.ts';

interface List<T> {
  items: T[];
  next: string | null;
}

const folder = temporaryFolder('demo');
const packsFolder = new URL('../../rules/packs', import.meta.url).pathname;
const installed = { collectors: collectors.map(({ manifest }) => manifest), packs: openPacks(packsFolder) };
let demo: Served;

beforeAll(async () => {
  demo = await serve('demo', ['--data', folder.path]);
}, 90_000);

afterAll(async () => {
  await demo.stop();
  folder.remove();
});

async function practices(): Promise<PracticeResult[]> {
  return (await demo.get<List<PracticeResult>>('/api/v1/systems/line-3/practices')).items;
}

async function practice(code: string): Promise<PracticeResult> {
  const found = (await practices()).find((each) => each.practice === code);
  if (found === undefined) throw new Error(`no ${code}`);
  return found;
}

async function scans(): Promise<ScanSummary[]> {
  return (await demo.get<List<ScanSummary>>('/api/v1/systems/line-3/scans')).items;
}

async function scanPage(): Promise<ScanPage> {
  const ended = (await scans()).find((each) => each.state === 'finished');
  return demo.get<ScanPage>(`/api/v1/scans/${ended?.id}`);
}

describe('the demo plant', () => {
  it('is scanned within a minute and shows 18 practices in the order of the model', async () => {
    await until(async () => (await practice('ACC')).level !== null, 'levels are proposed from what was seen', 60_000);
    expect((await practices()).map((each) => each.practice)).toEqual(practiceCodes);
  });

  it('is read everywhere but at the safety controller, which the plan refuses by its rule', async () => {
    const { probes } = await scanPage();
    const safety = probes.filter((probe) => probe.asset === 'sis-1');
    expect(safety.map(({ outcome, rule, tier }) => ({ outcome, rule, tier }))).toEqual([
      { outcome: 'blocked', rule: 'SAF-41', tier: 'T0' },
    ]);
    const others = probes.filter((probe) => probe.asset !== 'sis-1');
    expect(others.filter((probe) => probe.outcome !== 'observed')).toEqual([]);
  });

  it('asks the drive on Modbus who it is, which its zone and its maker allow by name', async () => {
    const probe = (await scanPage()).probes.find(({ asset }) => asset === 'drive-1');
    expect(probe).toMatchObject({ collector: 'modbus', outcome: 'observed', tier: 'T2' });
  });

  it('starts with access control on target and a gateway that holds data protection down', async () => {
    expect(await practice('ACC')).toMatchObject({ level: 2, fit: 'at' });
    const dpi = await practice('DPI');
    expect(dpi.fit).toBe('below');
    expect(dpi.blockers).toContainEqual(
      expect.objectContaining({ indicator: 'dpi.l2.tls-version', status: 'notMet', assets: ['edge-gateway'] }),
    );
  });

  it('says in a text why data protection stands where it does, down to an observation that opens', async () => {
    const text = await (await demo.request('/api/v1/systems/line-3/practices/DPI/explain')).text();
    expect(text).toMatch(/^DPI .*level 1 \(Minimum\) is proposed$/m);
    expect(text).toMatch(/^Why level 1: /m);
    expect(text).toMatch(/dpi\.l2\.tls-version: not met, \d+ of \d+ good, 1 bad; measured/);
    expect(text).toMatch(/bad \(1\): edge-gateway/);
    const [, digest] = /tls\.version\.min is 1\.0; measured by tls .*, (sha256:[0-9a-f]{64})$/m.exec(text) ?? [];
    expect((await demo.get<EvidencePage>(`/api/v1/observations/${digest}`)).asset).toBe('edge-gateway');
    const unknown = await demo.request('/api/v1/systems/line-3/practices/XXX/explain');
    expect(unknown.status).toBe(404);
  });

  it('says of every practice why it stands where it does, with the level that is shown', async () => {
    for (const { practice: code, level } of await practices()) {
      const answer = await demo.request(`/api/v1/systems/line-3/practices/${code}/explain`);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
      const [head] = (await answer.text()).split('\n');
      expect(head).toMatch(level === null ? /: not established$/ : new RegExp(`: level ${level} \\(`));
    }
  });

  it('lists what can be broken and what is broken', async () => {
    const listed = await plimsoll('demo', 'break', '--port', String(demo.port));
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(/^gateway-old-tls +broken/m);
    expect(listed.stdout).toMatch(/^cell-broker-anonymous +sound/m);
    const unknown = await plimsoll('demo', 'break', 'nonsense', '--port', String(demo.port));
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('cell-broker-anonymous');
  });

  it('drops access control visibly within a minute of letting strangers in, and raises it when mended', async () => {
    const before = await practice('ACC');
    expect((await plimsoll('demo', 'break', 'cell-broker-anonymous', '--port', String(demo.port))).code).toBe(0);
    await until(async () => (await practice('ACC')).fit === 'below', 'access control falls', 60_000);
    const broken = await practice('ACC');
    expect(broken.level ?? -1).toBeLessThan(before.level ?? -1);
    expect(broken.blockers).toContainEqual(
      expect.objectContaining({ indicator: 'acc.l2.no-anonymous', status: 'notMet', assets: ['cell-broker'] }),
    );
    expect((await plimsoll('demo', 'mend', 'cell-broker-anonymous', '--port', String(demo.port))).code).toBe(0);
    await until(async () => (await practice('ACC')).level === before.level, 'access control returns', 60_000);
  });

  it('raises data protection when the gateway is mended', async () => {
    const before = (await practice('DPI')).level ?? 0;
    expect((await plimsoll('demo', 'mend', 'gateway-old-tls', '--port', String(demo.port))).code).toBe(0);
    await until(async () => ((await practice('DPI')).level ?? 0) > before, 'data protection rises', 60_000);
  });

  it('keeps every secret of the plant to itself', async () => {
    const secrets = readdirSync(join(folder.path, 'plant', 'secrets')).map((name) =>
      readFileSync(join(folder.path, 'plant', 'secrets', name)),
    );
    expect(secrets.length).toBe(4);
    const kept = readdirSync(join(folder.path, 'store'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => ({ name: entry.name, bytes: readFileSync(join(entry.parentPath, entry.name)) }));
    expect(kept.length).toBeGreaterThan(0);
    const { probes } = await scanPage();
    for (const { digest } of probes) {
      if (digest === undefined) continue;
      const page = await (await demo.request(`/api/v1/observations/${digest}`)).text();
      kept.push({ name: `observation ${digest}`, bytes: Buffer.from(page) });
    }
    for (const code of practiceCodes) {
      const text = await (await demo.request(`/api/v1/systems/line-3/practices/${code}/explain`)).text();
      kept.push({ name: `explanation of ${code}`, bytes: Buffer.from(text) });
    }
    kept.push({ name: 'log', bytes: Buffer.from(demo.stderr() + demo.stdout()) });
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(15);
      expect(kept.filter(({ bytes }) => bytes.includes(secret)).map(({ name }) => name)).toEqual([]);
    }
  });

  it('ages as it foretells: each level stands until its day and is then what was said, if nobody looks again', async () => {
    const db = await openForReading(join(folder.path, 'store'));
    try {
      const head = await latestAssessment(db, 'line-3');
      if (head === undefined) throw new Error('nothing was assessed');
      const state = await recordedState(db, head, installed);
      const since = head.plantSince === undefined ? {} : { plantSince: new Date(head.plantSince) };
      const practicesAt = async (ms: number) => {
        const known = { ...state, ...since, instant: new Date(ms).toISOString() };
        return assess(state.pack, await knownInput(db, 'line-3', known)).practices;
      };
      const today = await practicesAt(Date.parse(head.now) + 1);
      const falling = today.filter(({ dropsOn }) => dropsOn !== undefined);
      expect(falling.length).toBeGreaterThan(10);
      for (const { practice: code, level, dropsOn = '', dropsTo } of falling) {
        const [before, after] = await Promise.all([-1, 0].map((by) => practicesAt(Date.parse(dropsOn) + by)));
        const levelIn = (all: typeof today | undefined) => all?.find((each) => each.practice === code)?.level;
        expect([code, levelIn(after)]).toEqual([code, dropsTo]);
        expect(levelIn(before) ?? -1, `${code} on the eve of ${dropsOn}`).toBeGreaterThanOrEqual(level ?? 0);
      }
    } finally {
      await db.destroy();
    }
  }, 120_000);

  it('goes on where it was after an orderly end, which takes less than ten seconds', async () => {
    await until(async () => (await scans())[0]?.state !== 'running', 'no scan runs', 30_000);
    // The plant's schedule may begin another at any moment: what had ended must stay.
    const before = (await scans()).filter((each) => each.state === 'finished');
    expect(before.length).toBeGreaterThan(2);
    const end = await demo.stop();
    expect(end).toMatchObject({ code: 0 });
    expect(end.tookMs).toBeLessThan(10_000);
    expect(demo.log().filter((line) => line.level >= 50)).toEqual([]);
    expect(demo.stderr()).not.toMatch(/warning|deprecat|\(!\)/i);
    const verified = await plimsoll('verify', join(folder.path, 'store'), '--replay', '--json');
    expect(verified.json()).toMatchObject({ ok: true, firstBroken: null, replayed: { firstDifferent: null } });
    demo = await serve('demo', ['--data', folder.path]);
    expect(await scans()).toEqual(expect.arrayContaining(before));
    const ended = async () => (await scans()).filter((each) => each.state === 'finished');
    await until(async () => (await ended()).length > before.length, 'another scan ends', 60_000);
    expect(await practice('ACC')).toMatchObject({ level: 2 });
    expect(demo.stdout()).toContain('Plimsoll watches Packaging line 3');
  });
});

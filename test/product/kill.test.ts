import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanPage, ScanSummary } from '../../server/contract/api.ts';
import { type FaultServer, tcpFault } from '../support/fault-server.ts';
import { until } from '../support/program.ts';
import { plimsoll, serve } from './plimsoll.ts';
import { type SmallPlant, smallPlant } from './small-plant.ts';

let plant: SmallPlant;
let slow: FaultServer;

beforeAll(async () => {
  plant = await smallPlant();
  slow = await tcpFault('silence');
});
afterAll(async () => {
  await slow.stop();
  await plant.stop();
});

describe('a process that is killed in mid-scan', () => {
  it('leaves all that was finished: the next one finds it, marks the scan interrupted, and the evidence verifies', async () => {
    const probes = [{ id: 'tls', collector: 'tls', url: `tls://127.0.0.1:${slow.port}` }];
    plant.write({ assets: [{ id: 'slow', kind: 'server', host: '127.0.0.1', exposed: false, probes }] });
    const data = join(plant.folder, 'data');
    const first = await serve('up', ['--plant', plant.file, '--data', data]);
    const begun = await first.request('/api/v1/systems/line-1/scans', { method: 'POST' });
    const { id } = (await begun.json()) as ScanSummary;
    const page = (server: typeof first) => server.get<ScanPage>(`/api/v1/scans/${id}`);
    const stored = async (server: typeof first) => (await page(server)).probes.flatMap((probe) => probe.digest ?? []);
    await until(async () => (await stored(first)).length === 2 && slow.contacts() > 0, 'two of three have ended');
    const kept = await stored(first);
    expect((await page(first)).scan.state).toBe('running');
    await first.stop('SIGKILL');

    const second = await serve('up', ['--plant', plant.file, '--data', data]);
    const { scan, probes: found } = await page(second);
    expect(scan).toMatchObject({ state: 'interrupted', outcomes: { observed: 2 } });
    expect(found.flatMap((probe) => probe.digest ?? [])).toEqual(kept);
    for (const digest of kept) {
      const { chain } = await second.get<{ chain: { check: string }[] }>(`/api/v1/observations/${digest}`);
      expect(chain.map((step) => step.check)).toEqual(['holds', 'holds', 'holds', 'holds']);
    }
    await second.stop();
    expect((await plimsoll('verify', data, '--json')).json()).toMatchObject({ ok: true, firstBroken: null });
  });
});

/** What a plan says to options that only laboratory devices may be burdened with. */
import { describe, expect, it } from 'vitest';
import { volatileMemory } from '../../agent/governor/memory.ts';
import { planScan } from '../../agent/plan.ts';
import { collectorOf } from '../../collectors/registry.ts';
import type { Asset, Zone } from '../../server/contract/plant.ts';
import { assetOf, bench, listen, noon, plantOf, probeOf, zoneWith } from './bench.ts';

const tls = collectorOf('tls');
if (tls === undefined) throw new Error('tls is not on the list');
const registry = [tls];
const every = [probeOf(8443, { options: { suites: 'all' } })];

async function planned(asset: Partial<Asset>, zone: Partial<Zone> = {}) {
  const plant = plantOf([assetOf('a', { probes: every, ...asset })], { zones: [zoneWith(zone)] });
  const resolve = async () => {
    throw new Error('no name in this test');
  };
  const { probes } = await planScan(plant, 'line', { now: noon, registry, memory: volatileMemory(), resolve });
  const [probe] = probes;
  if (probe === undefined) throw new Error('nothing was planned');
  return probe;
}

describe('every suite of an endpoint', () => {
  it('SAF-06: is asked of laboratory devices only, loopback or not', async () => {
    const refused = await planned({});
    expect(refused).toMatchObject({ allowed: false, rule: 'SAF-06', requests: [], loopback: true });
    expect(refused.because).toContain('suites: all');
    expect(refused.remedy).toContain('lab: true');
    const allowed = await planned({ lab: true });
    expect(allowed).toMatchObject({ allowed: true });
    expect(allowed.requests).toContainEqual({ kind: 'tls.hello', max: 405 });
  });

  it('SAF-06: is refused at any address of a plant that is not a laboratory', async () => {
    const probes = [probeOf(0, { url: 'tls://10.1.2.3:8443', options: { suites: 'all' } })];
    expect(await planned({ probes })).toMatchObject({ allowed: false, rule: 'SAF-06', loopback: false });
    expect(await planned({ probes, lab: true })).not.toMatchObject({ rule: 'SAF-06' });
  });

  it('SAF-51: is not asked of a controller, laboratory or not: one handshake', async () => {
    const approval = { by: 'maker', until: '2027-01-01T00:00:00.000Z' };
    const probe = await planned({ kind: 'plc', lab: true, approval });
    expect(probe).toMatchObject({ allowed: true, requests: [{ kind: 'tls.handshake', max: 1 }] });
  });

  it('SAF-06: a refused plan opens no connection', async () => {
    const server = await listen();
    const agent = bench(registry);
    try {
      const probes = [probeOf(server.port, { options: { suites: 'all' } })];
      const plant = plantOf([assetOf('a', { probes })]);
      const observations = await agent.scan(plant);
      expect(observations.map(({ outcome }) => outcome)).toEqual(['blocked']);
      expect(server.reached).toHaveLength(0);
    } finally {
      await agent.close();
      await server.close();
    }
  });
});

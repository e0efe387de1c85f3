/** What it takes before a protocol without log-in is spoken: the word of the zone, and on controllers of the maker. */
import { describe, expect, it } from 'vitest';
import { recordDryRun, widenZone } from '../../agent/governor/holds.ts';
import { volatileMemory } from '../../agent/governor/memory.ts';
import { planScan } from '../../agent/plan.ts';
import { collectors, type Registered } from '../../collectors/registry.ts';
import { type Asset, otProtocols, type Plant, type Zone } from '../../server/contract/plant.ts';
import type { PlannedProbe } from '../../server/contract/scanner.ts';
import { answerFrame, questionOf } from '../collectors/modbus/device.ts';
import { scriptedTcp } from '../support/scripted-server.ts';
import { assetOf, bench, fakeCollector, infrastructure, noon, plantOf, probeOf, zoneWith } from './bench.ts';

const approval = { by: 'maker', until: '2027-01-01T00:00:00.000Z' };
const remote = (more: Partial<Asset>) => assetOf('a', more);
const local = (more: Partial<Asset>) => assetOf('a', { probes: [probeOf(8883)], ...more });
const reader = fakeCollector({ facts: { 'service.listening': 'T2', 'crypto.inventory.lastAt': 'T3' } });

/** Planned with a memory that has seen the zone's first look, so that only the rule under test speaks. */
async function planOne(given: { plant: Plant; registry: readonly Registered[] }): Promise<PlannedProbe> {
  const memory = volatileMemory();
  await recordDryRun(memory, { site: 'north', zone: 'cell' }, noon);
  await widenZone(memory, { site: 'north', zone: 'cell' }, { by: 'Max', now: noon });
  const resolve = async () => {
    throw new Error('no name in this test');
  };
  const { probes } = await planScan(given.plant, 'line', { now: noon, registry: given.registry, memory, resolve });
  const [probe] = probes;
  if (probe === undefined) throw new Error('nothing was planned');
  return probe;
}

describe('protocols without log-in', () => {
  const modbus = fakeCollector({
    id: 'modbus',
    schemes: ['modbus'],
    optIn: true,
    requests: [{ kind: 'modbus.identify', max: 6 }],
  });
  const probes = [probeOf(0, { id: 'modbus', collector: 'modbus', url: 'modbus://10.1.2.3' })];
  const opened = [zoneWith({ otIdentity: ['modbus'] })];
  const named = { ...approval, for: ['modbus'] };
  const planned = (asset: Partial<Asset>, zones: readonly Zone[] = opened) =>
    planOne({ plant: plantOf([remote({ probes, ...asset })], { zones }), registry: [modbus] });

  it('SAF-42: are spoken only where the zone names them, whatever its touch allows', async () => {
    for (const otIdentity of [undefined, [], ['enip', 'bacnet']] as const) {
      const zone = zoneWith({ touch: 'read', ...(otIdentity === undefined ? {} : { otIdentity }) });
      const refused = await planned({ kind: 'gateway' }, [zone]);
      expect(refused).toMatchObject({ allowed: false, rule: 'SAF-42', requests: [] });
      expect(refused.remedy).toContain('modbus]');
    }
    expect(await planned({ kind: 'gateway' })).toMatchObject({ allowed: true, tier: 'T2' });
    const passive = zoneWith({ touch: 'passive', otIdentity: ['modbus'] });
    expect(await planned({ kind: 'gateway' }, [passive])).toMatchObject({ allowed: false, rule: 'SAF-42' });
  });

  it('SAF-42: are not spoken on loopback either without the word of the zone', async () => {
    const interfaces = [{ port: 5020, transport: 'tcp', protocol: 'modbus' }] as const;
    const asset = {
      probes: [{ ...probes[0], id: 'modbus', collector: 'modbus', url: 'modbus://127.0.0.1:5020', options: {} }],
    };
    const bare = await planned({ ...asset, interfaces }, [zoneWith({ touch: 'read' })]);
    expect(bare).toMatchObject({ allowed: false, rule: 'SAF-42', loopback: true });
    expect(await planned({ ...asset, interfaces })).toMatchObject({ allowed: true, loopback: true });
  });

  it('SAF-45: reach a controller only under an approval that names them and holds now', async () => {
    expect(await planned({ kind: 'plc' })).toMatchObject({ allowed: false, rule: 'SAF-07' });
    for (const given of [approval, { ...approval, for: ['opcua'] }]) {
      const refused = await planned({ kind: 'plc', approval: given });
      expect(refused).toMatchObject({ allowed: false, rule: 'SAF-45', requests: [] });
      expect(refused.because).toContain('does not name modbus');
      expect(refused.remedy).toContain('modbus],');
    }
    for (const given of [
      { ...named, until: '2026-11-24T11:00:00.000Z' },
      { ...named, on: '2026-11-25T00:00:00.000Z' },
    ]) {
      expect(await planned({ kind: 'plc', approval: given })).toMatchObject({ allowed: false, rule: 'SAF-45' });
    }
    const allowed = await planned({ kind: 'plc', approval: { ...named, on: '2026-11-01T00:00:00.000Z' } });
    expect(allowed).toMatchObject({ allowed: true, tier: 'T2' });
    // Besides the collector's own, the connects by which the governor measures a controller.
    expect(allowed.requests.map(({ kind }) => kind)).toEqual(['baseline.connect', 'modbus.identify']);
  });

  it('SAF-45: an approval that names collectors covers no other, one that names none covers all others', async () => {
    const plant = (given: Asset['approval']) => ({
      plant: plantOf([local({ kind: 'plc', ...(given ? { approval: given } : {}) })]),
      registry: [reader],
    });
    expect(await planOne(plant(named))).toMatchObject({ allowed: false, rule: 'SAF-45' });
    expect(await planOne(plant({ ...approval, for: ['modbus', 'tls'] }))).toMatchObject({ allowed: true });
    expect(await planOne(plant(approval))).toMatchObject({ allowed: true });
  });

  it('SAF-41: never reach a safety function, approved by name or not', async () => {
    expect(await planned({ kind: 'safety', approval: named })).toMatchObject({ allowed: false, rule: 'SAF-41' });
    expect(await planned({ kind: 'plc', safetyFunction: true, approval: named })).toMatchObject({ rule: 'SAF-41' });
  });

  it('SAF-30: go to their own port, or to one that the asset declares for them', async () => {
    const at = (port: number, interfaces: Asset['interfaces'] = []) =>
      planned({
        probes: [probeOf(0, { id: 'modbus', collector: 'modbus', url: `modbus://10.1.2.3:${port}` })],
        interfaces,
      });
    expect(await at(502)).toMatchObject({ allowed: true });
    expect(await at(1502)).toMatchObject({ allowed: false, rule: 'SAF-30', requests: [] });
    expect(await at(1502, [{ port: 1502, transport: 'tcp', protocol: 'modbus' }])).toMatchObject({ allowed: true });
    const other = await at(502, [{ port: 502, transport: 'tcp', protocol: 'http' }]);
    expect(other).toMatchObject({ allowed: false, rule: 'SAF-30' });
    expect(other.because).toContain('declared as http');
  });
});

describe('a controller under the governor', () => {
  it('SAF-46: is asked nothing more once it names another maker than the plant file does', async () => {
    const device = await infrastructure(() =>
      scriptedTcp((request) =>
        answerFrame(questionOf(request), { objects: { 0: 'Schneider Electric', 1: 'BMX' }, conformity: 0x82 }),
      ),
    );
    const made = bench(collectors);
    try {
      const asset = (vendor: string) =>
        assetOf('a', {
          kind: 'plc',
          vendor,
          approval: { ...approval, for: ['modbus'] },
          interfaces: [{ port: device.port, transport: 'tcp', protocol: 'modbus' }],
          probes: [
            {
              id: 'modbus',
              collector: 'modbus',
              url: `modbus://127.0.0.1:${device.port}`,
              options: { unit: 255, category: 'regular' },
            },
          ],
        });
      const zones = [zoneWith({ touch: 'identify', otIdentity: ['modbus'] })];
      const [right] = await made.scan(plantOf([asset('Schneider')], { zones }));
      expect(right).toMatchObject({ outcome: 'observed', tier: 'T2', ledger: { connections: 1, requests: 3 } });
      expect(device.requests).toHaveLength(2);

      const [wrong] = await made.scan(plantOf([asset('Siemens')], { zones }));
      expect(wrong).toMatchObject({ outcome: 'aborted', facts: { 'device.vendor': 'Schneider Electric' } });
      expect(wrong?.detail).toContain('Siemens');
      expect(device.requests).toHaveLength(3);
      expect(made.faults).toEqual([]);
    } finally {
      await made.close();
      await device.stop();
    }
  });
});

it('the words of a zone are the collectors that must be named', () => {
  const optIn = collectors.filter(({ manifest }) => manifest.optIn).map(({ manifest }) => manifest.id);
  expect(otProtocols.filter((word) => optIn.includes(word))).toEqual(optIn);
});

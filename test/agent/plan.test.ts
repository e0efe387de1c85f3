import { describe, expect, it } from 'vitest';
import { recordDryRun, recordEnding, widenZone } from '../../agent/governor/holds.ts';
import { volatileMemory } from '../../agent/governor/memory.ts';
import { pullStop } from '../../agent/governor/stop.ts';
import { type PlanOptions, planScan } from '../../agent/plan.ts';
import type { Tier } from '../../collectors/contract/collector.ts';
import type { Registered } from '../../collectors/registry.ts';
import type { Asset, AssetKind, Plant, Zone } from '../../server/contract/plant.ts';
import { assetKinds } from '../../server/contract/plant.ts';
import type { PlannedProbe, SafetyMemory } from '../../server/contract/scanner.ts';
import { assetOf, fakeCollector, noon, plantOf, probeOf, zoneWith } from './bench.ts';

/** Probes to a real host: nothing is contacted by planning. */
const remote = (more: Partial<Asset> = {}) =>
  assetOf('a', { probes: [probeOf(0, { url: 'tls://10.1.2.3:8883' })], ...more });
const local = (more: Partial<Asset> = {}) => assetOf('a', { probes: [probeOf(8883)], ...more });
const reader = fakeCollector({ facts: { 'service.listening': 'T2', 'crypto.inventory.lastAt': 'T3' } });
const tester = fakeCollector({
  facts: { 'service.listening': 'T2', 'auth.anonymous.accepted': 'T4' },
  tests: ['tls.anonymous'],
});

interface Given {
  readonly plant: Plant;
  readonly memory?: SafetyMemory;
  readonly registry?: readonly Registered[];
  readonly options?: Partial<PlanOptions>;
}

/** A memory that has seen the zone's first look, so that only the rule under test speaks. */
async function introduced(): Promise<SafetyMemory> {
  const memory = volatileMemory();
  await recordDryRun(memory, { site: 'north', zone: 'cell' }, noon);
  await widenZone(memory, { site: 'north', zone: 'cell' }, { by: 'Max', now: noon });
  return memory;
}

async function plan({ plant, memory, registry = [fakeCollector()], options = {} }: Given): Promise<PlannedProbe[]> {
  const planned = await planScan(plant, 'line', {
    now: noon,
    registry,
    memory: memory ?? (await introduced()),
    resolve: async () => {
      throw new Error('no name in this test');
    },
    ...options,
  });
  return [...planned.probes];
}

async function planOne(given: Given): Promise<PlannedProbe> {
  const [probe] = await plan(given);
  if (probe === undefined) throw new Error('nothing was planned');
  return probe;
}

const at = (iso: string) => ({ options: { now: new Date(iso) } });

describe('the target list', () => {
  it('SAF-01: a plan holds the probes of the plant file and no others, in its order', async () => {
    const plant = plantOf([local({ probes: [probeOf(1), probeOf(2, { id: 'other' })] }), assetOf('b')]);
    expect((await plan({ plant })).map(({ asset, probe, url }) => [asset, probe, url])).toEqual([
      ['a', 'tls', 'tls://127.0.0.1:1'],
      ['a', 'other', 'tls://127.0.0.1:2'],
    ]);
  });

  it('SAF-01: nothing is allowed after the list or the entry has ended, on loopback too', async () => {
    const ended = await planOne({ plant: plantOf([local()], { validUntil: '2026-11-24T11:00:00.000Z' }) });
    expect(ended).toMatchObject({ allowed: false, rule: 'SAF-01', requests: [] });
    const entry = await planOne({ plant: plantOf([local({ expires: '2026-11-01T00:00:00.000Z' })]) });
    expect(entry).toMatchObject({ allowed: false, rule: 'SAF-01' });
    expect(entry.remedy).toContain('expires');
    expect((await planOne({ plant: plantOf([local({ expires: '2026-12-01T00:00:00.000Z' })]) })).allowed).toBe(true);
  });

  it('SAF-01: a lower maxTier holds', async () => {
    expect(await planOne({ plant: plantOf([local({ maxTier: 'T1' })]) })).toMatchObject({ rule: 'SAF-01' });
    expect(await planOne({ plant: plantOf([local({ maxTier: 'T2' })]) })).toMatchObject({ allowed: true, reach: 'T2' });
  });

  it.each([
    'tls://10.0.0.0/24',
    'tls://10.0.0.1-20:443',
    'tls://10.0.0.*:443',
    'tls://255.255.255.255:443',
    'tls://224.0.0.251:443',
    'tls://0.0.0.0:443',
    'tls://[ff02::1]:443',
    'tls://[::]:443',
  ])('SAF-02: %s is no single device', async (url) => {
    const probe = await planOne({ plant: plantOf([remote({ probes: [probeOf(0, { url })] })]) });
    expect(probe).toMatchObject({ allowed: false, requests: [] });
  });

  it('SAF-23: a zone that names its agent is looked at by no other', async () => {
    const plant = plantOf([remote()], { zones: [zoneWith({ agent: 'site-a' })] });
    expect(await planOne({ plant })).toMatchObject({ allowed: false, rule: 'SAF-23' });
    expect((await planOne({ plant, options: { agent: 'site-a' } })).allowed).toBe(true);
  });
});

describe('ceilings', () => {
  const controllers: AssetKind[] = [
    'plc',
    'rtu',
    'drive',
    'robot',
    'relay',
    'hmi',
    'sensor',
    'actuator',
    'meter',
    'camera',
  ];
  const approval = { by: 'maker', until: '2027-01-01T00:00:00.000Z' };

  it.each(assetKinds)('SAF-07: the ceiling of %s holds, with and without an approval', async (kind) => {
    const [bare, approved] = [
      await planOne({ plant: plantOf([local({ kind })]), registry: [reader] }),
      await planOne({ plant: plantOf([local({ kind, approval })]), registry: [reader] }),
    ];
    if (kind === 'safety') {
      expect(bare).toMatchObject({ allowed: false, rule: 'SAF-41' });
      expect(approved).toMatchObject({ allowed: false, rule: 'SAF-41' });
    } else if (controllers.includes(kind)) {
      expect(bare).toMatchObject({ allowed: false, rule: 'SAF-07' });
      expect(bare.remedy).toContain('approval');
      expect(approved).toMatchObject({ allowed: true, reach: 'T2', tier: 'T2' });
    } else {
      expect(bare).toMatchObject({ allowed: true, reach: 'T3' });
    }
  });

  it('SAF-45: an approval that has ended allows nothing', async () => {
    const plant = plantOf([local({ kind: 'plc', approval: { by: 'maker', until: '2026-11-24T11:00:00.000Z' } })]);
    expect(await planOne({ plant })).toMatchObject({ allowed: false, rule: 'SAF-45' });
  });

  it('SAF-42: touch decides how far we go; a zone that does not say is only listened to, loopback is read', async () => {
    const expectations: [Partial<Zone>, Partial<Asset>, boolean, Tier | undefined][] = [
      [{ touch: 'none' }, {}, false, undefined],
      [{ touch: 'passive' }, {}, false, undefined],
      [{ touch: 'identify' }, {}, true, 'T2'],
      [{ touch: 'read' }, {}, true, 'T3'],
    ];
    for (const [zone, asset, allowed, reach] of expectations) {
      for (const target of [remote(asset), local(asset)]) {
        const probe = await planOne({ plant: plantOf([target], { zones: [zoneWith(zone)] }) });
        expect(probe).toMatchObject(allowed ? { allowed, reach } : { allowed, rule: 'SAF-42' });
      }
    }
    expect(await planOne({ plant: plantOf([remote()], { zones: [] }) })).toMatchObject({
      allowed: false,
      rule: 'SAF-42',
    });
    expect(await planOne({ plant: plantOf([local()], { zones: [] }) })).toMatchObject({ allowed: true, reach: 'T3' });
  });

  it('SAF-42: in a zone with touch none not even names are asked for', async () => {
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return ['10.0.0.1'];
    };
    const probes = [probeOf(0, { url: 'tls://device.example:443' })];
    const plant = plantOf([remote({ probes })], { zones: [zoneWith({ touch: 'none' })] });
    expect(await planOne({ plant, options: { resolve } })).toMatchObject({ allowed: false, address: '' });
    expect(asked).toEqual([]);
    await planOne({ plant: plantOf([remote({ probes })]), options: { resolve } });
    expect(asked).toEqual(['device.example']);
  });

  it('SAF-47: radio and cellular links are only listened to, except on loopback', async () => {
    for (const link of ['radio', 'cellular'] as const) {
      const zones = [zoneWith({ link })];
      expect(await planOne({ plant: plantOf([remote()], { zones }) })).toMatchObject({ rule: 'SAF-47' });
      expect((await planOne({ plant: plantOf([local()], { zones }) })).allowed).toBe(true);
    }
  });

  it('SAF-25: a zone without stop contact or procedure is only listened to, except on loopback', async () => {
    const { stopContact: _, ...noContact } = zoneWith();
    const { stopProcedure: __, ...noProcedure } = zoneWith();
    for (const zone of [noContact, noProcedure]) {
      const probe = await planOne({ plant: plantOf([remote()], { zones: [zone] }) });
      expect(probe).toMatchObject({ allowed: false, rule: 'SAF-25' });
      expect((await planOne({ plant: plantOf([local()], { zones: [zone] }) })).allowed).toBe(true);
    }
  });

  it('uses an account at T3 only, and says how far the look goes', async () => {
    const credentials = { reader: { kind: 'password', plain: {}, secret: {} } } as const;
    const probes = [probeOf(8883, { credential: 'reader' })];
    const plant = plantOf([local({ probes })], { credentials });
    expect(await planOne({ plant, registry: [reader] })).toMatchObject({ tier: 'T3', reach: 'T3' });
    const identify = { ...plant, zones: [zoneWith({ touch: 'identify' })] };
    expect(await planOne({ plant: identify, registry: [reader] })).toMatchObject({ tier: 'T2', reach: 'T2' });
    expect(await planOne({ plant: plantOf([local()]), registry: [reader] })).toMatchObject({ tier: 'T2', reach: 'T3' });
  });

  it('documents are read whatever the ceilings: they send nothing', async () => {
    const probes = [probeOf(0, { url: 'file:///etc/device.conf' })];
    const plant = plantOf([assetOf('a', { kind: 'safety', probes })], { zones: [zoneWith({ touch: 'none' })] });
    expect(await planOne({ plant })).toMatchObject({ allowed: true, tier: 'T0', address: '', requests: [] });
  });

  it('a collector that calls its connection T0 still needs T2', async () => {
    const registry = [fakeCollector({ facts: { 'service.listening': 'T0' } })];
    const plant = plantOf([local()], { zones: [zoneWith({ touch: 'passive' })] });
    expect(await planOne({ plant, registry })).toMatchObject({ allowed: false });
  });
});

describe('safety functions', () => {
  it('SAF-41: whatever shares their real host is never contacted, whatever its port or spelling', async () => {
    const guarded = assetOf('sis', { safetyFunction: true, host: '10.1.2.3' });
    for (const url of ['tls://10.1.2.3:8883', 'tls://[::ffff:10.1.2.3]:1', 'tls://[::FFFF:A01:203]:1']) {
      const other = remote({ probes: [probeOf(0, { url })], approval: { by: 'x', until: '2030-01-01T00:00:00.000Z' } });
      const probe = await planOne({ plant: plantOf([other, guarded]) });
      expect(probe).toMatchObject({ allowed: false, rule: 'SAF-41' });
      expect(probe.because).toContain('sis');
    }
    const neighbour = remote({ probes: [probeOf(0, { url: 'tls://10.1.2.4:8883' })] });
    expect((await planOne({ plant: plantOf([neighbour, guarded]) })).allowed).toBe(true);
  });

  it('SAF-41: names count by every address they have', async () => {
    const guarded = assetOf('sis', { kind: 'safety', host: 'sis.example' });
    const resolve = async (host: string) => (host === 'sis.example' ? ['10.9.9.9', '10.1.2.3'] : ['10.1.2.3']);
    const probes = [probeOf(0, { url: 'tls://other.example:443' })];
    const [probe] = await plan({ plant: plantOf([remote({ probes }), guarded]), options: { resolve } });
    expect(probe).toMatchObject({ allowed: false, rule: 'SAF-41' });
  });

  it('SAF-41: a name that leads nowhere still guards itself', async () => {
    const guarded = assetOf('sis', { kind: 'safety', host: 'SIS.example' });
    let answers = 0;
    const resolve = async () => {
      answers += 1;
      throw new Error('ENOTFOUND');
    };
    const probes = [probeOf(0, { url: 'tls://sis.example:443' })];
    const [probe] = await plan({ plant: plantOf([remote({ probes }), guarded]), options: { resolve } });
    expect(answers).toBeGreaterThan(0);
    expect(probe).toMatchObject({ allowed: false, rule: 'SAF-41' });
  });

  it('SAF-41: an asset of another system guards its host too', async () => {
    const guarded = assetOf('sis', { kind: 'safety', host: '10.1.2.3' });
    const plant = plantOf([remote()]);
    expect(await planOne({ plant: { ...plant, assets: [...plant.assets, guarded] } })).toMatchObject({
      rule: 'SAF-41',
    });
  });

  it('SAF-41: on loopback a host is address and port', async () => {
    const guarded = assetOf('sis', {
      kind: 'safety',
      probes: [probeOf(8883), probeOf(0, { id: 'x', url: 'tls://localhost' })],
    });
    const [shared, defaultPort, own, sis] = await plan({
      plant: plantOf([
        local(),
        assetOf('b', { probes: [probeOf(443)] }),
        assetOf('c', { probes: [probeOf(8884)] }),
        guarded,
      ]),
      options: { resolve: async () => ['127.0.0.1'] },
    });
    expect(shared).toMatchObject({ allowed: false, rule: 'SAF-41' });
    expect(defaultPort).toMatchObject({ allowed: false, rule: 'SAF-41' });
    expect(own).toMatchObject({ allowed: true });
    expect(sis).toMatchObject({ allowed: false, rule: 'SAF-41' });
  });
});

describe('consents', () => {
  const consent = {
    id: 'c-1',
    system: 'line',
    assets: ['a'],
    tests: ['tls.anonymous', 'other.test'],
    by: 'max@example.com',
    reason: 'yearly check',
    on: '2026-11-01T00:00:00.000Z',
    until: '2027-01-15T00:00:00.000Z',
  };
  const given = (more: object = {}, asset = local(), zone = zoneWith()) => ({
    plant: plantOf([asset], { consents: [{ ...consent, ...more }], zones: [zone] }),
    registry: [tester],
  });

  it('SAF-09: a valid consent lifts its named tests, and only those', async () => {
    expect(await planOne(given())).toMatchObject({
      tier: 'T4',
      reach: 'T3',
      consents: [{ id: 'c-1', tests: ['tls.anonymous'] }],
    });
    expect(await planOne(given({}, local(), zoneWith({ touch: 'identify' })))).toMatchObject({
      tier: 'T4',
      reach: 'T2',
    });
  });

  it.each([
    ['names another asset', { assets: ['b'] }],
    ['names other tests', { tests: ['other.test'] }],
    ['has ended', { until: '2026-11-24T11:00:00.000Z' }],
    ['has not begun', { on: '2026-12-01T00:00:00.000Z' }],
    ['is longer than 90 days', { until: '2027-02-15T00:00:00.000Z' }],
  ])('SAF-09: a consent that %s lifts nothing', async (_what, more) => {
    expect(await planOne(given(more))).toMatchObject({ allowed: true, tier: 'T2', consents: [] });
  });

  it('SAF-09: no consent helps below T2, on safety functions or against maxTier', async () => {
    expect(await planOne(given({}, local({ kind: 'plc' })))).toMatchObject({ allowed: false, consents: [] });
    expect(await planOne(given({}, local({ kind: 'safety' })))).toMatchObject({ allowed: false, rule: 'SAF-41' });
    expect(await planOne(given({}, local({ maxTier: 'T3' })))).toMatchObject({ allowed: true, consents: [] });
    expect(await planOne(given({}, local(), zoneWith({ touch: 'passive' })))).toMatchObject({ allowed: false });
  });
});

describe('times', () => {
  const windows = ['Tue 09:00-15:00'];

  it('SAF-10: T2 and above only inside the windows, in the time zone of the site', async () => {
    const plant = plantOf([remote()], { zones: [zoneWith({ windows })] });
    expect((await planOne({ plant, ...at('2026-11-24T08:00:00Z') })).allowed).toBe(true);
    expect(await planOne({ plant, ...at('2026-11-24T07:59:00Z') })).toMatchObject({ allowed: false, rule: 'SAF-10' });
    expect(await planOne({ plant, ...at('2026-11-24T14:00:00Z') })).toMatchObject({ allowed: false, rule: 'SAF-10' });
    expect(await planOne({ plant, ...at('2026-11-25T10:00:00Z') })).toMatchObject({ allowed: false, rule: 'SAF-10' });
    // Summer time: the same wall clock lies an hour earlier in UTC.
    expect((await planOne({ plant, ...at('2026-07-07T07:00:00Z') })).allowed).toBe(true);
  });

  it('SAF-10: loopback is exempt and says so; a window that cannot be read opens nothing', async () => {
    const zones = [zoneWith({ windows: ['Sun 01:00-02:00'] })];
    expect(await planOne({ plant: plantOf([local()], { zones }) })).toMatchObject({ allowed: true, loopback: true });
    const broken = plantOf([remote()], { zones: [zoneWith({ windows: ['always'] })] });
    expect(await planOne({ plant: broken })).toMatchObject({ allowed: false, rule: 'SAF-10' });
  });

  it('SAF-11: blackouts override windows, on loopback too, and one that cannot be read holds', async () => {
    for (const blackouts of [['2026-11-24 00:00/2026-11-25 00:00'], ['Tue 11:00-13:00'], ['when the moon is full']]) {
      const zones = [zoneWith({ windows, blackouts })];
      expect(await planOne({ plant: plantOf([remote()], { zones }) })).toMatchObject({
        rule: 'SAF-11',
        allowed: false,
      });
      expect(await planOne({ plant: plantOf([local()], { zones }) })).toMatchObject({ rule: 'SAF-11', allowed: false });
    }
    const over = [zoneWith({ blackouts: ['2026-11-24 00:00/2026-11-24 12:00'] })];
    expect((await planOne({ plant: plantOf([remote()], { zones: over }) })).allowed).toBe(true);
  });
});

describe('what earlier runs mean', () => {
  const ending = { site: 'north', zone: 'cell', key: '10.1.2.3', asset: 'a', model: 'type-1', at: noon } as const;
  const later = (ms: number) => ({ options: { now: new Date(noon.getTime() + ms) } });
  const hour = 3_600_000;

  it('SAF-12: after the kill switch nothing starts, documents neither', async () => {
    const memory = await introduced();
    await pullStop(memory, { since: noon.toISOString(), by: 'Ada', reason: 'smoke' });
    const probes = [probeOf(8883), probeOf(0, { id: 'doc', url: 'file:///x' })];
    const planned = await plan({ plant: plantOf([local({ probes })]), memory });
    expect(planned.map(({ allowed, rule }) => [allowed, rule])).toEqual([
      [false, 'SAF-12'],
      [false, 'SAF-12'],
    ]);
    expect(planned[0]?.because).toContain('Ada');
  });

  it('SAF-14: a device that slowed down is left alone for 24 hours', async () => {
    const memory = await introduced();
    await recordEnding(memory, { ...ending, outcome: 'aborted', rule: 'SAF-14' });
    const plant = plantOf([remote()]);
    expect(await planOne({ plant, memory, ...later(23 * hour) })).toMatchObject({ allowed: false, rule: 'SAF-14' });
    expect((await planOne({ plant, memory, ...later(24 * hour) })).allowed).toBe(true);
  });

  it('SAF-18: the pause after a failure doubles from a minute, and three failed days suspend', async () => {
    const memory = await introduced();
    const plant = plantOf([remote()]);
    await recordEnding(memory, { ...ending, outcome: 'timedOut' });
    expect(await planOne({ plant, memory, ...later(59_000) })).toMatchObject({ allowed: false, rule: 'SAF-18' });
    expect((await planOne({ plant, memory, ...later(60_000) })).allowed).toBe(true);
    await recordEnding(memory, { ...ending, outcome: 'unreachable' });
    expect(await planOne({ plant, memory, ...later(119_000) })).toMatchObject({ allowed: false, rule: 'SAF-18' });
    expect((await planOne({ plant, memory, ...later(120_000) })).allowed).toBe(true);
    for (const day of [1, 2]) {
      await recordEnding(memory, { ...ending, outcome: 'timedOut', at: new Date(noon.getTime() + day * 24 * hour) });
    }
    const suspended = await planOne({ plant, memory, ...later(30 * 24 * hour) });
    expect(suspended).toMatchObject({ allowed: false, rule: 'SAF-18' });
    expect(suspended.because).toContain('suspended');
  });

  it('SAF-19: two devices that slow down within an hour stop their zone', async () => {
    const memory = await introduced();
    await recordEnding(memory, { ...ending, key: '10.1.2.8', outcome: 'aborted', rule: 'SAF-14' });
    expect((await planOne({ plant: plantOf([remote()]), memory })).allowed).toBe(true);
    await recordEnding(memory, { ...ending, key: '10.1.2.9', outcome: 'aborted', rule: 'SAF-14' });
    const held = await planOne({ plant: plantOf([remote()]), memory, ...later(100 * 24 * hour) });
    expect(held).toMatchObject({ allowed: false, rule: 'SAF-19' });
  });

  it('SAF-24: of a redundancy group one asset per scan, the one left alone for longest', async () => {
    const memory = await introduced();
    const twin = (id: string, last: number) =>
      assetOf(id, { redundancyGroup: 'g', probes: [probeOf(0, { url: `tls://10.1.2.${last}:443` })] });
    const plant = plantOf([twin('a', 3), twin('b', 4)]);
    const turns = async (ms: number) =>
      (await plan({ plant, memory, ...later(ms) })).map(({ allowed, rule }) => (allowed ? 'runs' : rule));
    expect(await turns(0)).toEqual(['runs', 'SAF-24']);
    await recordEnding(memory, { ...ending, redundancyGroup: 'g', outcome: 'observed' });
    expect(await turns(5 * 60_000)).toEqual(['SAF-24', 'SAF-24']);
    expect(await turns(10 * 60_000)).toEqual(['SAF-24', 'runs']);
  });

  it('SAF-26, SAF-27: a new zone is printed, then one device per model is looked at, a day later all', async () => {
    const memory = volatileMemory();
    const device = (id: string, last: number, type = 'type-1') =>
      assetOf(id, { type, probes: [probeOf(0, { url: `tls://10.1.2.${last}:443` })] });
    const plant = plantOf([device('a', 3), device('b', 4), device('c', 5, 'type-2')]);
    const rules = async (ms: number) =>
      (await plan({ plant, memory, ...later(ms) })).map(({ allowed, rule }) => (allowed ? 'runs' : rule));
    const first = await plan({ plant, memory });
    expect(first.map(({ rule }) => rule)).toEqual(['SAF-26', 'SAF-26', 'SAF-26']);
    expect(first[0]?.requests).toEqual([{ kind: 'tcp.connect', max: 5 }]);
    await recordDryRun(memory, { site: 'north', zone: 'cell' }, noon);
    expect(await rules(0)).toEqual(['runs', 'SAF-27', 'runs']);
    await recordEnding(memory, { ...ending, outcome: 'observed' });
    expect(await rules(23 * hour)).toEqual(['runs', 'SAF-27', 'runs']);
    expect(await rules(24 * hour)).toEqual(['runs', 'runs', 'runs']);
    const unseen = plantOf([local()]);
    expect(await planOne({ plant: unseen, memory: volatileMemory() })).toMatchObject({ allowed: true, loopback: true });
  });

  it('SAF-31: a credential that was refused is not tried again for a day', async () => {
    const memory = await introduced();
    const credentials = { reader: { kind: 'password', plain: {}, secret: {} } } as const;
    const probes = [probeOf(0, { url: 'tls://10.1.2.3:8883', credential: 'reader' })];
    const plant = plantOf([remote({ probes })], { credentials });
    await recordEnding(memory, { ...ending, credential: 'reader', outcome: 'denied' });
    expect(await planOne({ plant, memory, ...later(hour) })).toMatchObject({ allowed: false, rule: 'SAF-31' });
    expect((await planOne({ plant, memory, ...later(24 * hour) })).allowed).toBe(true);
    expect((await planOne({ plant: plantOf([remote()]), memory, ...later(hour) })).allowed).toBe(true);
  });
});

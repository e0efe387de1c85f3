import { connect } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Look, Tier } from '../../collectors/contract/collector.ts';
import type { Facts } from '../../collectors/contract/vocabulary.ts';
import type { Asset, Plant } from '../../server/contract/plant.ts';
import { openPacks, type Packs } from '../../server/packs.ts';
import { heldEvidence } from '../../server/passive-evidence.ts';
import type { Imported } from '../../server/plant/load-imports.ts';
import { recordObservation } from '../../server/store/observations.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import { observationsAsOf } from '../../server/store/readings.ts';
import { beginScan } from '../../server/store/scans.ts';
import { observationOf, planOf } from '../server/store/evidence.ts';
import { temporaryFolder } from '../support/program.ts';
import { assetOf, bench, fakeCollector, infrastructure, listen, noon, plantOf, probeOf } from './bench.ts';

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

let packs: Packs;
beforeAll(() => {
  packs = openPacks(new URL('../../rules/packs', import.meta.url).pathname);
});

const told: Facts = { 'firmware.version': '3.1', 'device.vendor': 'Fathom', 'device.model': 'X-1' };
const promised: Readonly<Record<string, Tier>> = {
  'firmware.version': 'T2',
  'device.vendor': 'T2',
  'device.model': 'T2',
  // No row that counts this asset reads it: it is worth no packet.
  'asset.inventory.lastSeen': 'T2',
};
const dayMs = 86_400_000;
const daysAgo = (days: number) => new Date(noon.getTime() - days * dayMs).toISOString();

const imported = (facts: Facts, days: number): Imported => ({
  ...{ about: { kind: 'asset', id: 'a' }, source: 'cmdb', file: 'cmdb.csv', ref: 'sha256:cmdb' },
  ...{ observedAt: daysAgo(days), facts },
});

interface Given {
  readonly imports?: readonly Imported[];
  /** Looks that the store holds of the asset. */
  readonly looks?: readonly { tier: Tier; days: number; facts: Facts; collector?: string }[];
  readonly asset?: Partial<Asset>;
  readonly plant?: Partial<Plant>;
  readonly promised?: Readonly<Record<string, Tier>>;
  readonly tests?: readonly string[];
}

/** Plans and runs one probe at a real listener, on top of what a real store and real tables hold. */
async function looked(given: Given) {
  const device = await infrastructure(() => listen());
  open.push(() => device.close());
  const folder = temporaryFolder('held');
  open.push(() => folder.remove());
  const store = await openStore({ folder: folder.path });
  open.push(() => store.close());
  for (const look of given.looks ?? []) await keep(store, look);
  const registry = [
    fakeCollector({
      id: 'mqtt',
      schemes: ['mqtt'],
      facts: given.promised ?? promised,
      tests: given.tests ?? [],
      collect: async (look, seen) => {
        await touch(look);
        Object.assign(seen, told);
      },
    }),
  ];
  const asset = assetOf('a', {
    kind: 'plc',
    criticality: 'critical',
    approval: { by: 'maker', until: '2027-01-01T00:00:00.000Z' },
    exposed: false,
    probes: [probeOf(0, { id: 'mqtt', collector: 'mqtt', url: `mqtt://127.0.0.1:${device.port}` })],
    ...given.asset,
  });
  const plant = plantOf([asset], given.plant);
  const own = bench(registry, {
    evidence: (of, system, now) =>
      heldEvidence(store.db, system, {
        ...{ plant: of, statements: [], imports: given.imports ?? [], pack: packs.base, instant: now.toISOString() },
      }),
  });
  open.push(() => own.close());
  const [planned] = (await own.scanner.plan(plant, 'line', noon)).probes;
  const [observation] = await own.scan(plant);
  return { planned, observation, contacts: device.reached.length, lines: own.lines, store };
}

async function keep(store: Store, look: NonNullable<Given['looks']>[number]) {
  const at = daysAgo(look.days);
  const seen = observationOf({ system: 'line', asset: 'a', probe: look.collector ?? 'file', at, facts: look.facts });
  const scan = await beginScan(store.db, { plan: { ...planOf(at, []), system: 'line' }, askedBy: 'x', at });
  const observation = { ...seen, tier: look.tier, collector: look.collector ?? 'mqtt' };
  await recordObservation(store.db, observation, { scan, agent: 'local', recordedAt: at });
}

async function touch({ target, request }: Look) {
  const answered = await request('tcp.connect');
  await new Promise<void>((resolve, reject) => {
    const socket = connect(target.port, target.address);
    socket.once('connect', () => socket.destroy());
    socket.once('close', () => resolve());
    socket.once('error', reject);
  });
  answered();
}

describe('passive first', () => {
  it('SAF-08: what an imported table tells freshly is not asked of the device, and the refusal is evidence', async () => {
    const { planned, observation, contacts, store } = await looked({ imports: [imported(told, 4)] });
    expect(contacts).toBe(0);
    expect(planned).toMatchObject({ allowed: false, rule: 'SAF-08', requests: [] });
    expect(planned?.because).toContain('all 3 facts');
    expect(planned?.because).toContain('import:cmdb, 2026-11-20');
    expect(planned?.passive).toMatchObject({ open: [], known: [{ source: 'import:cmdb', observedAt: daysAgo(4) }] });
    expect(observation).toMatchObject({ outcome: 'blocked', rule: 'SAF-08', ledger: { connections: 0, requests: 0 } });
    // Not seen, and why: never false, never a fact that nobody saw.
    expect(observation?.facts).toEqual({});
    expect(observation?.unseen['firmware.version']).toBe('blocked');
    expect(await observationsAsOf(store.db, { systems: ['line'] }, noon.toISOString())).toEqual([]);
  });

  it('SAF-08: a document and a listener (T0, T1) count like a table', async () => {
    for (const tier of ['T0', 'T1'] as const) {
      const { planned, contacts } = await looked({ looks: [{ tier, days: 4, facts: told }] });
      expect([planned?.rule, contacts]).toEqual(['SAF-08', 0]);
    }
  });

  it('SAF-08: a look of T2 and above is no passive evidence, however fresh', async () => {
    for (const tier of ['T2', 'T3', 'T4'] as const) {
      const { planned, contacts } = await looked({ looks: [{ tier, days: 0, facts: told }] });
      expect(planned).toMatchObject({ allowed: true });
      expect(planned?.passive).toBeUndefined();
      expect(contacts).toBe(1);
    }
  });

  it('SAF-08: evidence that the strictest row calls stale spares nothing', async () => {
    const fresh = await looked({ imports: [imported(told, 4)] });
    const until = Date.parse(fresh.planned?.passive?.known[0]?.until ?? '');
    const days = (until - Date.parse(daysAgo(4))) / dayMs;
    const strictest = Math.min(
      ...packs.base.rows.flatMap((row) =>
        row.population === 'ALL' && row.facts.has('firmware.version') ? [row.freshnessDays ?? 30] : [],
      ),
    );
    expect(days).toBeLessThanOrEqual(strictest);
    const last = await looked({ imports: [imported(told, days - 0.01)] });
    expect(last.planned?.rule).toBe('SAF-08');
    const stale = await looked({ imports: [imported(told, days)] });
    expect(stale.planned).toMatchObject({ allowed: true });
    expect(stale.contacts).toBe(1);
  });

  it('SAF-08: where only part is known the look goes on, and says so in plan and transcript', async () => {
    const { planned, contacts, lines } = await looked({ imports: [imported({ 'firmware.version': '3.1' }, 1)] });
    expect(planned).toMatchObject({
      allowed: true,
      passive: { known: [{ facts: ['firmware.version'] }], open: ['device.vendor', 'device.model'] },
    });
    expect(contacts).toBe(1);
    expect(lines.map(({ text }) => text)).toContain(
      'SAF-08: 1 of 3 facts are known without it: firmware.version (import:cmdb, 2026-11-23)',
    );
  });

  it('SAF-08: a table that a fresh look contradicts is looked into', async () => {
    const looks = [
      { tier: 'T2', days: 1, facts: { ...told, 'firmware.version': '3.2' }, collector: 'modbus' },
    ] as const;
    const { planned, contacts } = await looked({ looks, imports: [imported(told, 4)] });
    expect(planned).toMatchObject({ allowed: true, passive: { open: ['firmware.version'] } });
    expect(contacts).toBe(1);
  });

  it('SAF-08: what a document says of services spares no look at one of two ports', async () => {
    const interfaces = [443, 8443].map((port) => ({ port, transport: 'tcp' as const, protocol: 'https' }));
    const one = { promised: { 'auth.clientCertificate.required': 'T2' } as const };
    const looks = [{ tier: 'T0' as const, days: 1, facts: { 'auth.clientCertificate.required': 'required' as const } }];
    expect((await looked({ ...one, looks, asset: { kind: 'broker' } })).planned?.rule).toBe('SAF-08');
    expect((await looked({ ...one, looks, asset: { kind: 'broker', interfaces } })).contacts).toBe(1);
  });

  it('SAF-08: a consented test runs whatever is known: the consent is how a person asks to see for themselves', async () => {
    const consents = [
      {
        ...{ id: 'c', system: 'line', assets: ['a'], tests: ['mqtt.anonymous'], by: 'Max', reason: 'yearly' },
        ...{ on: daysAgo(1), until: '2026-12-24T00:00:00.000Z' },
      },
    ];
    const { planned, contacts } = await looked({
      imports: [imported({ ...told, 'auth.anonymous.accepted': false }, 1)],
      promised: { ...promised, 'auth.anonymous.accepted': 'T4' },
      tests: ['mqtt.anonymous'],
      plant: { consents },
    });
    expect(planned).toMatchObject({ allowed: true, tier: 'T4', passive: { open: ['auth.anonymous.accepted'] } });
    expect(contacts).toBe(1);
  });
});

import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { volatileMemory } from '../../agent/governor/memory.ts';
import type { Look } from '../../collectors/contract/collector.ts';
import type { Asset } from '../../server/contract/plant.ts';
import { until } from '../support/program.ts';
import {
  assetOf,
  type Bench,
  bench,
  type Fake,
  fakeCollector,
  type Listening,
  listen,
  noon,
  plantOf,
  probeOf,
  zoneWith,
} from './bench.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function server(...args: Parameters<typeof listen>): Promise<Listening> {
  const listening = await listen(...args);
  open.push(listening);
  return listening;
}

function benchWith(fake: Fake, more: Parameters<typeof bench>[1] = {}): Bench {
  const made = bench([fakeCollector(fake)], more);
  open.push(made);
  return made;
}

const single = (port: number, more: Partial<Asset> = {}) =>
  plantOf([assetOf('a', { probes: [probeOf(port)], ...more })]);

async function scanOne(made: Bench, plant: ReturnType<typeof plantOf>, signal?: AbortSignal) {
  const [observation] = await made.scan(plant, signal);
  if (observation === undefined) throw new Error('no observation');
  return observation;
}

function dial(look: Look): Promise<Socket> {
  const socket = connect({ host: look.target.address, port: look.target.port });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

/** Connects and then waits for ever, whatever anybody says. */
async function hang(look: Look): Promise<void> {
  await look.request('tcp.connect');
  await dial(look);
  await new Promise(() => {});
}

describe('limits of a run', () => {
  it('more requests of a kind than planned fail it, and the ledger stays within the plan', async () => {
    const { port } = await server();
    const made = benchWith({
      requests: [{ kind: 'tcp.connect', max: 2 }],
      async collect(look) {
        for (let i = 0; i < 5; i += 1) (await look.request('tcp.connect'))();
      },
    });
    const observation = await scanOne(made, single(port));
    expect(observation).toMatchObject({ outcome: 'failed', ledger: { requests: 2, kinds: { 'tcp.connect': 2 } } });
    expect(made.faults).toHaveLength(1);
  });

  it('a kind of request that was not planned fails it', async () => {
    const made = benchWith({ collect: async (look) => void (await look.request('mqtt.publish')) });
    const observation = await scanOne(made, single(1));
    expect(observation).toMatchObject({ outcome: 'failed', ledger: { requests: 0 } });
    expect(observation.ledger.kinds).toBeUndefined();
  });

  it('SAF-06: whatever a collector asks, requests, kinds and connections stay within the plan', async () => {
    const { port } = await server((socket) => socket.on('data', () => socket.write('x')));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ kind: fc.constantFrom('a', 'b', 'c'), connect: fc.boolean(), leave: fc.boolean() }), {
          maxLength: 12,
        }),
        fc.record({ a: fc.integer({ min: 0, max: 3 }), b: fc.integer({ min: 0, max: 3 }) }),
        async (steps, max) => {
          const made = bench([
            fakeCollector({
              requests: Object.entries(max).map(([kind, bound]) => ({ kind, max: bound })),
              async collect(look) {
                for (const { kind, connect: connects, leave } of steps) {
                  if (leave) (await look.request(kind))();
                  if (connects) (await dial(look)).destroy();
                }
              },
            }),
          ]);
          try {
            const before = [...made.faults].length;
            const plant = single(port);
            const [planned] = (await made.scanner.plan(plant, 'line', noon)).probes;
            const { ledger, outcome } = await scanOne(made, plant);
            const bounds = new Map(planned?.requests.map((bound) => [bound.kind, bound.max]));
            for (const [kind, count] of Object.entries(ledger.kinds ?? {})) {
              expect(count).toBeLessThanOrEqual(bounds.get(kind) ?? 0);
            }
            expect(ledger.requests).toBe(Object.values(ledger.kinds ?? {}).reduce((sum, count) => sum + count, 0));
            expect(ledger.connections).toBeLessThanOrEqual(ledger.requests);
            expect(made.faults.length > before).toBe(outcome === 'failed');
          } finally {
            await made.close();
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('SAF-06: an endless answer is cut by the byte budget', async () => {
    const chunk = Buffer.alloc(256 * 1024);
    const { port } = await server((socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', pour);
      pour();
    });
    const made = benchWith({
      async collect(look) {
        await look.request('tcp.connect');
        (await dial(look)).resume();
        await new Promise(() => {});
      },
    });
    const observation = await scanOne(made, single(port));
    expect(observation.outcome).toBe('aborted');
    expect(observation.detail).toContain('SAF-06: received more than');
  });

  it('SAF-06: a controller is asked at most twice a second, however eager the collector', async () => {
    const eager = fakeCollector({
      id: 'snmp',
      baseline: 'tcp.time',
      schemes: ['snmp'],
      requests: [{ kind: 'tcp.connect', max: 3 }],
      async collect(look) {
        for (let i = 0; i < 3; i += 1) (await look.request('tcp.connect'))();
      },
      deadlineMs: 500,
    });
    const made = bench([eager], { restMs: 1 });
    open.push(made);
    // A controller on a real host; nothing is contacted: this collector opens no socket.
    const probes = [probeOf(0, { collector: 'snmp', url: 'snmp://192.0.2.1:161' })];
    const approval = { by: 'maker', until: '2030-01-01T00:00:00.000Z' };
    const plant = plantOf([assetOf('a', { kind: 'plc', approval, probes })]);
    await made.scanner.printed(plant, await made.scanner.plan(plant, 'line', noon));
    const began = performance.now();
    expect(await scanOne(made, plant)).toMatchObject({ outcome: 'observed', ledger: { requests: 7 } });
    expect(performance.now() - began).toBeGreaterThan(2990);
  });

  it('SAF-51: a controller gets one TLS handshake a run', async () => {
    const made = benchWith({
      requests: [
        { kind: 'tls.handshake', max: 2 },
        { kind: 'tls.hello', max: 5 },
      ],
      async collect(look, seen) {
        (await look.request('tls.handshake'))();
        seen['service.listening'] = true;
        (await look.request('tls.hello'))();
      },
    });
    const approval = { by: 'maker', until: '2030-01-01T00:00:00.000Z' };
    const observation = await scanOne(made, single(1, { kind: 'plc', approval }));
    expect(observation).toMatchObject({
      outcome: 'blocked',
      rule: 'SAF-51',
      facts: { 'service.listening': true },
      ledger: { requests: 1 },
    });
    expect(await scanOne(made, single(1))).toMatchObject({ outcome: 'observed', ledger: { requests: 2 } });
  });

  it('SAF-15: a controller that hangs up is asked nothing more, in this run and in this scan', async () => {
    const { port } = await server((socket) => socket.resetAndDestroy());
    const made = benchWith({
      async collect(look) {
        await look.request('tcp.connect');
        const socket = await dial(look).catch(() => undefined);
        if (socket !== undefined && !socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
        await look.request('tcp.connect');
      },
    });
    const approval = { by: 'maker', until: '2030-01-01T00:00:00.000Z' };
    const probes = [probeOf(port), probeOf(port, { id: 'again' })];
    const observations = await made.scan(plantOf([assetOf('a', { kind: 'plc', approval, probes })]));
    expect(observations[0]).toMatchObject({ outcome: 'aborted', ledger: { requests: 1 } });
    expect(observations[0]?.detail).toContain('SAF-15');
    expect(observations[1]).toMatchObject({ outcome: 'blocked', rule: 'SAF-15' });
  });

  it('SAF-14: a device that answers ever more slowly than it used to is left alone', async () => {
    const { port } = await server((socket) => socket.on('data', () => setTimeout(() => socket.write('x'), 1500)));
    const memory = volatileMemory();
    await memory.swap(`latency/127.0.0.1:${port}`, undefined, JSON.stringify({ 'tcp.connect': [5, 5, 6] }));
    const made = benchWith(
      {
        requests: [{ kind: 'tcp.connect', max: 10 }],
        deadlineMs: 20_000,
        async collect(look, seen) {
          let socket: Socket | undefined;
          for (let i = 0; i < 10; i += 1) {
            const done = await look.request('tcp.connect');
            socket ??= await dial(look);
            const answer = new Promise((resolve) => socket?.once('data', resolve));
            socket.write('?');
            await answer;
            done();
            seen['service.listening'] = true;
          }
        },
      },
      { memory },
    );
    const observation = await scanOne(made, single(port));
    expect(observation).toMatchObject({ outcome: 'aborted', facts: { 'service.listening': true } });
    expect(observation.detail).toContain('SAF-14');
    expect(observation.ledger.requests).toBe(2);
  });
});

describe('stopping', () => {
  it('the deadline cuts a collector that ignores the signal, its sockets are gone and the scan goes on', async () => {
    const stuck = await server();
    const made = benchWith({
      deadlineMs: 150,
      collect: (look) => (look.target.port === stuck.port ? hang(look) : Promise.resolve()),
    });
    const assets = [assetOf('a', { probes: [probeOf(stuck.port)] }), assetOf('b', { probes: [probeOf(1)] })];
    const observations = await made.scan(plantOf(assets));
    const byAsset = new Map(observations.map((each) => [each.asset, each]));
    expect(byAsset.get('a')).toMatchObject({ outcome: 'timedOut', ledger: { connections: 1 } });
    expect(byAsset.get('b')).toMatchObject({ outcome: 'observed' });
    await until(() => stuck.open() === 0, 'the connection is gone');
  });

  it('SAF-12: the kill switch closes every socket in under 5 s, and a restart stays stopped', async () => {
    const servers = await Promise.all([server(), server(), server()]);
    const memory = volatileMemory();
    const made = benchWith({ collect: hang, deadlineMs: 60_000 }, { memory });
    const plant = plantOf(servers.map(({ port }, index) => assetOf(`a-${index}`, { probes: [probeOf(port)] })));
    const scan = made.scan(plant);
    await until(() => servers.every((each) => each.open() === 1), 'all are connected');
    expect(made.scanner.live()).toHaveLength(3);
    const began = performance.now();
    await made.scanner.stopAll('Ada', 'smoke in hall 3');
    await until(() => servers.every((each) => each.open() === 0), 'all are gone');
    expect(performance.now() - began).toBeLessThan(5000);
    for (const observation of await scan) {
      expect(observation.outcome).toBe('aborted');
      expect(observation.detail).toContain('smoke in hall 3');
    }

    const restarted = benchWith({}, { memory });
    expect(await restarted.scanner.stopped()).toMatchObject({ by: 'Ada', reason: 'smoke in hall 3' });
    expect((await restarted.scan(plant)).map(({ rule }) => rule)).toEqual(['SAF-12', 'SAF-12', 'SAF-12']);
    await restarted.scanner.resume('Ada');
    expect(await restarted.scanner.stopped()).toBeUndefined();
    expect((await restarted.scan(plant)).map(({ outcome }) => outcome)).toEqual(['observed', 'observed', 'observed']);
  });

  it('SAF-12: a switch pulled by another process is obeyed', async () => {
    const stuck = await server();
    const memory = volatileMemory();
    const made = benchWith({ collect: hang, deadlineMs: 60_000 }, { memory });
    const other = benchWith({}, { memory });
    const scan = made.scan(single(stuck.port));
    await until(() => stuck.open() === 1, 'it is connected');
    await other.scanner.stopAll('Max', 'elsewhere');
    expect((await scan)[0]).toMatchObject({ outcome: 'aborted' });
    await until(() => stuck.open() === 0, 'it is gone', 5000);
  });

  it('an aborted scan closes its sockets and accounts for every probe, each at most once', async () => {
    const stuck = await server();
    let runs = 0;
    const made = benchWith({
      deadlineMs: 60_000,
      collect: (look) => {
        runs += 1;
        return hang(look);
      },
    });
    const probes = [probeOf(stuck.port), probeOf(stuck.port, { id: 'second' })];
    const stop = new AbortController();
    const scan = made.scan(plantOf([assetOf('a', { probes })]), stop.signal);
    await until(() => stuck.open() === 1, 'it is connected');
    stop.abort();
    const observations = await scan;
    expect(observations.map(({ probe, outcome }) => [probe, outcome])).toEqual([
      ['tls', 'aborted'],
      ['second', 'aborted'],
    ]);
    expect(runs).toBe(1);
    await until(() => stuck.open() === 0, 'it is gone');
  });

  it('SAF-11: a blackout that begins during a run closes its sockets', async () => {
    const stuck = await server();
    let now = new Date('2026-11-24T10:59:50Z');
    const made = benchWith({ collect: hang, deadlineMs: 60_000 }, { now: () => now });
    const zones = [zoneWith({ blackouts: ['Tue 12:00-13:00'] })];
    const scan = made.scan({ ...single(stuck.port), zones });
    await until(() => stuck.open() === 1, 'it is connected');
    now = new Date('2026-11-24T11:00:00Z');
    expect((await scan)[0]).toMatchObject({ outcome: 'aborted' });
    expect((await scan)[0]?.detail).toContain('SAF-11');
    await until(() => stuck.open() === 0, 'it is gone');
  });

  it('SAF-52: an agent that loses the shared memory closes its sockets', async () => {
    const stuck = await server();
    const inner = volatileMemory();
    let lost = false;
    const gone = () => Promise.reject(new Error('connection lost'));
    const memory = {
      read: (key: string) => (lost ? gone() : inner.read(key)),
      swap: (...args: Parameters<typeof inner.swap>) => (lost ? gone() : inner.swap(...args)),
      keys: (prefix: string) => inner.keys(prefix),
    };
    const made = benchWith({ collect: hang, deadlineMs: 60_000 }, { memory });
    const scan = made.scan(single(stuck.port)).catch((error: unknown) => error);
    await until(() => stuck.open() === 1, 'it is connected');
    lost = true;
    await until(() => stuck.open() === 0, 'it is gone', 5000);
    await scan;
  });
});

describe('one run per host', () => {
  const counting = () => {
    let now = 0;
    let most = 0;
    const collect = async (look: Look) => {
      (await look.request('tcp.connect'))();
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 40));
      now -= 1;
    };
    return { collect, most: () => most };
  };

  it('SAF-05, SAF-44: assets and probes that share an address wait for each other, others do not', async () => {
    const shared = counting();
    const plant = plantOf([
      assetOf('a', { probes: [probeOf(7001), probeOf(7001, { id: 'b' })] }),
      assetOf('c', { probes: [probeOf(0, { url: 'tls://[::ffff:127.0.0.1]:7001' })] }),
    ]);
    await benchWith({ collect: shared.collect }).scan(plant);
    expect(shared.most()).toBe(1);
    const apart = counting();
    await benchWith({ collect: apart.collect }).scan(
      plantOf([assetOf('a', { probes: [probeOf(7001)] }), assetOf('b', { probes: [probeOf(7002)] })]),
    );
    expect(apart.most()).toBe(2);
  });

  it('SAF-05: two agents with one shared memory wait for each other', async () => {
    const memory = volatileMemory();
    const shared = counting();
    const agents = [
      benchWith({ collect: shared.collect }, { memory }),
      benchWith({ collect: shared.collect }, { memory }),
    ];
    const ends = await Promise.all(agents.map((agent) => agent.scan(single(7003))));
    expect(ends.flat().map(({ outcome }) => outcome)).toEqual(['observed', 'observed']);
    expect(shared.most()).toBe(1);
    expect(await memory.keys('lease/')).toEqual([]);
  });

  it('never looks at more hosts at a time than it may', async () => {
    const counted = counting();
    const plant = plantOf([...Array(6).keys()].map((id) => assetOf(`a-${id}`, { probes: [probeOf(7100 + id)] })));
    await benchWith({ collect: counted.collect }, { hosts: 2 }).scan(plant);
    expect(counted.most()).toBe(2);
  });
});

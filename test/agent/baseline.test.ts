import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { baselineKind, checkAfterwards, connecting, readBaseline } from '../../agent/governor/baseline.ts';
import { createGovernor, type Fault, type Governor } from '../../agent/governor/governor.ts';
import { recordEnding, standingHold } from '../../agent/governor/holds.ts';
import { limitsOf } from '../../agent/governor/limits.ts';
import { volatileMemory } from '../../agent/governor/memory.ts';
import { infrastructure } from '../../agent/governor/sockets.ts';
import { assetOf, bench, fakeCollector, listen, noon, plantOf, probeOf, zoneWith } from './bench.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

function governed(): { governor: Governor; faults: Fault[]; memory: ReturnType<typeof volatileMemory> } {
  const faults: Fault[] = [];
  const memory = volatileMemory();
  const governor = createGovernor({ memory, now: () => noon, fault: (fault) => faults.push(fault) });
  open.push({ close: () => governor.close() });
  return { governor, faults, memory };
}

/** One run at a controller that `onSocket` plays. */
async function looked(governor: Governor, port: number, rest = 5) {
  const times: number[][] = [];
  const { run, thrown } = await governor.perform(
    {
      ...{ site: 'north', zone: 'cell', asset: 'plc', probe: 'tls', host: '127.0.0.1', address: '127.0.0.1', port },
      ...{ key: `10.9.9.9:${port}`, limits: { ...limitsOf.controller, requestsPerSecond: 100 }, controller: true },
      bounds: [{ kind: baselineKind, max: 4 }],
      deadlineMs: 2000,
      forbidden: () => undefined,
    },
    {
      signal: new AbortController().signal,
      note: () => {},
      async body(each) {
        const before = await readBaseline(each, connecting(each), rest);
        times.push([...before]);
        await checkAfterwards(each, connecting(each), before);
      },
    },
  );
  return { ledger: run.ledger(), thrown, before: times[0] };
}

describe('a controller’s baseline', () => {
  it('SAF-13: the first look measures three connects apart, the next ones take the history; no byte is sent', async () => {
    const device = await infrastructure(() => listen());
    open.push(device);
    const { governor, faults } = governed();
    const first = await looked(governor, device.port);
    expect(first.thrown).toBeUndefined();
    expect(first.before).toHaveLength(3);
    expect(first.ledger).toMatchObject({ connections: 4, requests: 4, bytesSent: 0, kinds: { [baselineKind]: 4 } });
    const second = await looked(governor, device.port);
    expect(second.ledger).toMatchObject({ connections: 1, requests: 1, bytesSent: 0 });
    expect(device.reached).toHaveLength(5);
    expect(faults).toEqual([]);
  });

  it('SAF-13: resting between connects is no time of the device: the deadline moves along', async () => {
    const device = await infrastructure(() => listen());
    open.push(device);
    const { governor } = governed();
    // Two rests of 1.2 s do not fit into the deadline of 2 s.
    const { thrown, before } = await looked(governor, device.port, 1200);
    expect(thrown).toBeUndefined();
    expect(before).toHaveLength(3);
  });

  it('SAF-13: a device that takes no connection is not looked at', async () => {
    const device = await infrastructure(() => listen());
    await device.close();
    const { governor } = governed();
    const { thrown, before } = await looked(governor, device.port);
    expect(before).toBeUndefined();
    expect(thrown).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('SAF-17: a look after which connecting takes longer says so, and the device is left alone for a day', async () => {
    const { governor, memory } = governed();
    const sockets: Socket[] = [];
    const device = await infrastructure(() => listen((socket) => void sockets.push(socket)));
    open.push(device);
    const { thrown } = await governor.perform(
      {
        ...{ site: 'north', zone: 'cell', asset: 'plc', probe: 'tls', host: '127.0.0.1', address: '127.0.0.1' },
        ...{ port: device.port, key: '10.9.9.9', limits: limitsOf.controller, controller: true },
        bounds: [{ kind: baselineKind, max: 4 }],
        deadlineMs: 5000,
        forbidden: () => undefined,
      },
      {
        signal: new AbortController().signal,
        note: () => {},
        // As if it had answered before it was ever asked: nothing is that fast.
        body: (run) => checkAfterwards(run, connecting(run), [-5000, -5000, -5000]),
      },
    );
    expect(thrown).toMatchObject({ outcome: 'aborted', rule: 'SAF-17' });
    const at = { site: 'north', zone: 'cell', key: '10.9.9.9' };
    await recordEnding(memory, { ...at, asset: 'plc', model: 'm', outcome: 'aborted', rule: 'SAF-17', at: noon });
    expect(await standingHold(memory, at, noon)).toMatchObject({ rule: 'SAF-14' });
  });

  it('SAF-51: is in the plan of controllers, and of nobody else', async () => {
    const made = bench([fakeCollector({ requests: [{ kind: 'tcp.connect', max: 1 }] })]);
    open.push(made);
    const approval = { by: 'maker', until: '2027-03-01T00:00:00.000Z' };
    const far = { probes: [probeOf(0, { url: 'tls://10.1.2.3:443' })] };
    const plant = plantOf(
      [
        assetOf('plc', { kind: 'plc', approval, ...far }),
        assetOf('server', far),
        assetOf('here', { kind: 'plc', approval, probes: [probeOf(1)] }),
      ],
      { zones: [zoneWith()] },
    );
    await made.scanner.printed(plant, await made.scanner.plan(plant, 'line', noon));
    await made.scanner.widen(plant, 'cell', 'ada');
    const { probes } = await made.scanner.plan(plant, 'line', noon);
    expect(probes.map(({ requests }) => requests.map(({ kind }) => kind))).toEqual([
      [baselineKind, 'tcp.connect'],
      ['tcp.connect'],
      ['tcp.connect'],
    ]);
  });
});

/** What is written down, and told, when a look did a device no good or found it unwell. Real servers on loopback. */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createGovernor, type Fault } from '../../agent/governor/governor.ts';
import { volatileMemory } from '../../agent/governor/memory.ts';
import type { Told } from '../../agent/notices.ts';
import { planPermits } from '../../agent/plan.ts';
import { runProbe } from '../../agent/runner.ts';
import { Secret } from '../../collectors/contract/credential.ts';
import type { AssetObservation } from '../../collectors/contract/observation.ts';
import { collectorOf, collectors } from '../../collectors/registry.ts';
import type { Asset, Plant } from '../../server/contract/plant.ts';
import { safetyStatement } from '../../server/safety-statement.ts';
import { startBacnetDevice } from '../support/bacnet-device.ts';
import { startEnipDevice } from '../support/enip-device.ts';
import { startOpcuaServer } from '../support/opcua-server.ts';
import { describeWith, temporaryFolder } from '../support/program.ts';
import { scriptedTcp } from '../support/scripted-server.ts';
import { startSnmpd } from '../support/snmpd.ts';
import { assetOf, bench, fakeCollector, infrastructure, listen, noon, plantOf, probeOf, zoneWith } from './bench.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const otIdentity = ['modbus', 'enip', 'bacnet'] as const;
const approval = { by: 'maker', until: '2027-03-01T00:00:00.000Z' };

/** A controller with one probe of a real collector. */
function controller(collector: string, url: string, more: Partial<Asset> = {}, credential?: string): Plant {
  const options = collectorOf(collector)?.manifest.options.parse({});
  const port = Number(new URL(url.replace(/^[a-z.]+:/, 'http:')).port);
  const asset = assetOf('plc', {
    kind: 'plc',
    approval: { ...approval, ...(otIdentity.some((each) => each === collector) ? { for: [collector] } : {}) },
    interfaces: [{ port, transport: 'tcp', protocol: collector }],
    probes: [{ id: collector, collector, url, options, ...(credential === undefined ? {} : { credential }) }],
    ...more,
  });
  return plantOf([asset], { zones: [zoneWith({ otIdentity: [...otIdentity] })] });
}

/** The probe run as it would be elsewhere than on loopback: its answers are timed before and after (SAF-13, SAF-17). */
async function timedLook(plant: Plant, given: { line?(text: string): void; looks?: number }) {
  const folder = temporaryFolder('timed');
  const memory = volatileMemory();
  const faults: Fault[] = [];
  const governor = createGovernor({ memory, now: () => noon, fault: (fault) => faults.push(fault) });
  open.push({
    async close() {
      await governor.close();
      folder.remove();
    },
  });
  const resolve = async () => [];
  const [permit] = await planPermits(plant, 'line', { now: noon, registry: collectors, memory, resolve });
  const kind = permit?.registered?.manifest.baseline;
  if (permit === undefined || kind === undefined || !permit.planned.allowed)
    throw new Error(`not planned: ${permit?.planned.because ?? 'no baseline'}`);
  const planned = { ...permit.planned, requests: [{ kind, max: 4 }, ...permit.planned.requests] };
  const seen: AssetObservation[] = [];
  for (let look = 0; look < (given.looks ?? 1); look += 1)
    seen.push(
      await runProbe(
        {
          plant,
          system: 'line',
          permit: { ...permit, planned },
          signal: new AbortController().signal,
          line: ({ text }) => given.line?.(text),
        },
        {
          governor,
          memory,
          credential: () => {
            throw new Error('accounts stay in the drawer at T2');
          },
          folder: folder.path,
          now: () => noon,
          restMs: 5,
        },
      ),
    );
  expect(faults).toEqual([]);
  return seen;
}

/** Between us and a device over datagrams: passes everything on, after a while when told to. */
async function relay(to: number) {
  const [front, back] = [createSocket('udp4'), createSocket('udp4')];
  const state = { delayMs: 0, drop: false };
  let client = 0;
  front.on('message', (bytes, { port }) => {
    client = port;
    if (!state.drop) back.send(bytes, to, '127.0.0.1');
  });
  back.on('message', (bytes) => setTimeout(() => front.send(bytes, client, '127.0.0.1'), state.delayMs));
  await new Promise<void>((resolve) => infrastructure(() => front.bind(0, '127.0.0.1', resolve)));
  open.push({
    async close() {
      front.close();
      back.close();
    },
  });
  return { state, port: front.address().port };
}

describeWith(['snmpd'], 'a controller that speaks SNMP', () => {
  async function agent() {
    const started = await infrastructure(() => startSnmpd(['rocommunity quiet-reader']));
    open.push({ close: started.stop });
    const between = await infrastructure(() => relay(started.port));
    return { ...between, url: `snmp://127.0.0.1:${between.port}` };
  }

  it('SAF-13: is timed by engine discovery before it is asked anything, and from history the next time', async () => {
    const { url } = await agent();
    const [first, second] = await timedLook(controller('snmp', url), { looks: 2 });
    expect(first).toMatchObject({ outcome: 'observed', ledger: { kinds: { 'snmp.baseline': 4, 'snmp.discover': 1 } } });
    expect(second).toMatchObject({ outcome: 'observed', ledger: { kinds: { 'snmp.baseline': 1 } } });
    expect(first).not.toHaveProperty('event');
  });

  it('SAF-13: one that does not answer is not looked at', async () => {
    const { url, state } = await agent();
    state.drop = true;
    const [seen] = await timedLook(controller('snmp', url), {});
    expect(seen).toMatchObject({ outcome: 'timedOut', ledger: { kinds: { 'snmp.baseline': 1 } } });
  });

  it('SAF-17: one that answers more slowly after the look leaves an event with the times before and after', async () => {
    const { url, state } = await agent();
    const [seen] = await timedLook(controller('snmp', url), {
      line: (text) => {
        if (/^engine [0-9a-f]/.test(text)) state.delayMs = 2000;
      },
    });
    expect(seen).toMatchObject({ outcome: 'aborted', event: { rule: 'SAF-17', at: noon.toISOString() } });
    expect(seen?.event?.beforeMs).toHaveLength(3);
    expect(Math.max(...(seen?.event?.beforeMs ?? [9999]))).toBeLessThan(500);
    expect(seen?.event?.afterMs?.[0]).toBeGreaterThan(500);
  });

  it('SAF-17: one that answers no more after the look leaves an event', async () => {
    const { url, state } = await agent();
    const [seen] = await timedLook(controller('snmp', url), {
      line: (text) => {
        if (/^engine [0-9a-f]/.test(text)) state.drop = true;
      },
    });
    expect(seen).toMatchObject({
      outcome: 'aborted',
      event: { rule: 'SAF-17', because: expect.stringContaining('no answer any more'), afterMs: [] },
    });
  });
});

describe('a controller that speaks BACnet', () => {
  it('SAF-13: is timed by Who-Is, and counted within the plan', async () => {
    const device = await infrastructure(() =>
      startBacnetDevice({ instance: 7, vendor: 5, texts: { 121: 'Acme', 70: 'B-1', 44: '1.0' } }),
    );
    open.push({ close: device.stop });
    const [seen] = await timedLook(controller('bacnet', `bacnet://127.0.0.1:${device.port}`), {});
    expect(seen).toMatchObject({ outcome: 'observed', ledger: { kinds: { 'bacnet.baseline': 4, 'bacnet.whoIs': 1 } } });
    expect(device.services().filter((service) => service === 8)).toHaveLength(5);
  });
});

describe('a safety event', () => {
  /** One scan, and what the shift log was told of it. */
  async function scanned(plant: Plant, registry = collectors) {
    const folder = temporaryFolder('events');
    open.push({ close: async () => folder.remove() });
    const log = join(folder.path, 'shift-log.jsonl');
    const made = bench(registry, {
      credential: () => ({ kind: 'password', username: 'reader', password: new Secret('quiet-reader-7') }),
    });
    open.push(made);
    const site = { ...plant.site, notices: [{ file: log, required: true }] };
    const seen = await made.scan({ ...plant, site });
    const told = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line): Told => JSON.parse(line));
    return { seen, incidents: told.filter(({ event }) => event === 'incident'), faults: made.faults };
  }

  it('SAF-16: an EtherNet/IP device with a major fault ends the run, and whoever is on call hears of it', async () => {
    const device = await infrastructure(() =>
      startEnipDevice({
        ...{ vendor: 1, deviceType: 14, productCode: 166, revision: [33, 11], serial: 1, name: '1756-L83E' },
        status: 0x0800,
      }),
    );
    open.push({ close: device.stop });
    const plant = controller('enip', `enip://127.0.0.1:${device.port}`);
    const { seen, incidents } = await scanned(plant);
    expect(seen).toMatchObject([
      { outcome: 'aborted', facts: { 'device.model': '1756-L83E' }, event: { rule: 'SAF-16' } },
    ]);
    expect(incidents).toMatchObject([
      { site: 'north', targets: [{ asset: 'plc' }], incident: { rule: 'SAF-16', probe: 'enip', outcome: 'aborted' } },
    ]);
    expect(safetyStatement(seen, plant).events).toMatchObject([{ asset: 'plc', probe: 'enip', rule: 'SAF-16' }]);
  });

  it('SAF-16: an OPC UA server that says Failed is asked nothing more, and its session is given back', async () => {
    const server = await infrastructure(() => startOpcuaServer({ state: 'Failed' }));
    open.push({ close: server.stop });
    const plant = controller('opcua', server.url, { kind: 'server' }, 'reader');
    const credentials = { reader: { kind: 'password', plain: {}, secret: {} } } as const;
    const { seen, incidents } = await scanned({ ...plant, credentials });
    expect(seen).toMatchObject([{ outcome: 'aborted', detail: expect.stringContaining('ServerState is Failed') }]);
    expect(seen[0]?.ledger.kinds).not.toHaveProperty('opcua.browse');
    expect(server.sessions()).toBe(0);
    // What is no controller may be switched off without anybody being woken.
    expect(incidents).toEqual([]);
  });

  it('SAF-16: what is no answer of the protocol ends all looks of the scan at a controller', async () => {
    const device = await infrastructure(() => scriptedTcp(() => Buffer.from('HELLO, WHO ARE YOU?')));
    open.push({ close: device.stop });
    const plant = controller('modbus', `modbus://127.0.0.1:${device.port}`);
    const [asset] = plant.assets;
    const probes = asset?.probes.flatMap((probe) => [probe, { ...probe, id: 'again' }]) ?? [];
    const twice = { ...plant, assets: plant.assets.map((each) => ({ ...each, probes })) };
    const { seen, incidents } = await scanned(twice);
    expect(seen).toMatchObject([
      { outcome: 'unsupported', event: { rule: 'SAF-16' } },
      { outcome: 'blocked', rule: 'SAF-15' },
    ]);
    expect(seen[1]).not.toHaveProperty('event');
    expect(incidents).toHaveLength(1);
  });

  it('SAF-15: a controller that answered once and then falls silent leaves one; one that is off does not', async () => {
    const device = await listen();
    open.push(device);
    const silent = fakeCollector({
      deadlineMs: 300,
      async collect(look) {
        if (look.target.path !== '/off') (await look.request('tcp.connect'))();
        await new Promise((_, reject) => look.signal.addEventListener('abort', () => reject(look.signal.reason)));
      },
    });
    const at = (path: string) =>
      plantOf([
        assetOf('plc', {
          kind: 'plc',
          approval,
          probes: [probeOf(0, { url: `tls://127.0.0.1:${device.port}${path}` })],
        }),
      ]);
    expect((await scanned(at('/on'), [silent])).seen).toMatchObject([
      { outcome: 'timedOut', event: { rule: 'SAF-15' } },
    ]);
    expect((await scanned(at('/off'), [silent])).seen[0]).not.toHaveProperty('event');
  });
});

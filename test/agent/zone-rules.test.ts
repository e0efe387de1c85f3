import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bytesLeft, spendBytes } from '../../agent/governor/day-budget.ts';
import { volatileMemory } from '../../agent/governor/memory.ts';
import type { Asset, Plant, Zone } from '../../server/contract/plant.ts';
import { temporaryFolder } from '../support/program.ts';
import {
  assetOf,
  type Bench,
  bench,
  type Fake,
  fakeCollector,
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

function benchWith(fake: Fake = {}, more: Parameters<typeof bench>[1] = {}): Bench {
  const made = bench([fakeCollector(fake)], more);
  open.push(made);
  return made;
}

function folder(): string {
  const made = temporaryFolder('signals');
  open.push({ close: async () => made.remove() });
  return made.path;
}

async function port(): Promise<number> {
  const listening = await listen();
  open.push(listening);
  return listening.port;
}

const remote = (id: string, last: number, more: Partial<Asset> = {}) =>
  assetOf(id, { probes: [probeOf(0, { url: `tls://10.1.2.${last}:443` })], ...more });

async function rulesOf(made: Bench, plant: Plant, now = noon): Promise<(string | undefined)[]> {
  return (await made.scanner.plan(plant, 'line', now)).probes.map(({ rule }) => rule);
}

/** A zone of which the governor knows already: neither first look nor canary stand in the way. */
async function introduced(made: Bench, plant: Plant): Promise<void> {
  await made.scanner.printed(plant, await made.scanner.plan(plant, 'line', noon));
  await made.scanner.widen(plant, 'cell', 'ada');
}

describe('shifts', () => {
  it('SAF-36: controllers are looked at while somebody who can react is there, servers at any time', async () => {
    const approval = { by: 'maker', until: '2027-03-01T00:00:00.000Z' };
    const plant = plantOf([remote('plc', 3, { kind: 'plc', approval }), remote('server', 4)], {
      zones: [zoneWith({ shifts: ['Tue 06:00-14:00', 'Tue 22:00-24:00'] })],
    });
    const made = benchWith();
    await introduced(made, plant);
    expect(await rulesOf(made, plant)).toEqual([undefined, undefined]);
    // 14:00 in Berlin is the end of the shift.
    expect(await rulesOf(made, plant, new Date('2026-11-24T13:00:00Z'))).toEqual(['SAF-36', undefined]);
    expect(await rulesOf(made, plant, new Date('2026-11-24T21:30:00Z'))).toEqual([undefined, undefined]);
  });
});

describe('what the plant says of a zone', () => {
  /** Spoils the signal once it is connected, and waits to be stopped. */
  const staying = (spoil: () => void): Fake => ({
    async collect(look) {
      (await look.request('tcp.connect'))();
      const socket = connect({ port: look.target.port, host: look.target.address });
      socket.on('error', () => {});
      socket.once('connect', spoil);
      await new Promise((_, reject) => look.signal.addEventListener('abort', () => reject(look.signal.reason)));
    },
  });
  const plantWith = (at: number, zone: Partial<Zone>) =>
    plantOf([assetOf('a', { probes: [probeOf(at)] })], { zones: [zoneWith(zone)] });

  it('SAF-20: nothing starts while the hold file exists, and what runs is stopped', async () => {
    const holdFile = join(folder(), 'changeover');
    const at = await port();
    const made = benchWith(staying(() => writeFileSync(holdFile, '')));
    const plant = plantWith(at, { holdFile });
    expect(await rulesOf(made, plant)).toEqual([undefined]);
    expect(await made.scan(plant)).toMatchObject([{ outcome: 'aborted', detail: expect.stringContaining('SAF-20') }]);
    expect(await rulesOf(made, plant)).toEqual(['SAF-20']);
    rmSync(holdFile);
    expect(await rulesOf(made, plant)).toEqual([undefined]);
  });

  it('SAF-49: a heartbeat outside its band, too old, absent or no number closes the zone until a person resumes', async () => {
    const file = join(folder(), 'speed');
    const now = () => new Date();
    const made = benchWith({}, { now });
    const plant = plantWith(await port(), { heartbeat: { file, min: 10, max: 20, maxAgeSeconds: 60 } });
    const good = () => writeFileSync(file, '15.5\n');
    const closedBy = async (spoil: () => void, because: string) => {
      good();
      expect(await rulesOf(made, plant, now())).toEqual([undefined]);
      spoil();
      const [first] = (await made.scanner.plan(plant, 'line', now())).probes;
      expect(first).toMatchObject({ allowed: false, rule: 'SAF-49' });
      expect(first?.because).toContain(because);
      good();
      expect(await rulesOf(made, plant, now())).toEqual(['SAF-49']);
      await made.scanner.resume('ada');
      expect(await rulesOf(made, plant, now())).toEqual([undefined]);
    };
    await closedBy(() => writeFileSync(file, '20.1'), 'is 20.1, outside 10 to 20');
    await closedBy(() => writeFileSync(file, '9'), 'is 9');
    await closedBy(() => writeFileSync(file, 'off'), 'is no number');
    await closedBy(() => writeFileSync(file, ''), 'is no number');
    await closedBy(() => rmSync(file), 'cannot be read (ENOENT)');
    await closedBy(() => utimesSync(file, new Date(), new Date(Date.now() - 61_000)), '60 s are allowed');
  });

  it('SAF-49: a heartbeat that leaves its band in mid-run ends the run and stays in memory', async () => {
    const file = join(folder(), 'speed');
    writeFileSync(file, '15');
    const now = () => new Date();
    const made = benchWith(
      staying(() => writeFileSync(file, '3')),
      { now },
    );
    const plant = plantWith(await port(), { heartbeat: { file, min: 10, maxAgeSeconds: 60 } });
    expect(await made.scan(plant)).toMatchObject([
      { outcome: 'aborted', detail: expect.stringContaining('is 3, outside at least 10') },
    ]);
    writeFileSync(file, '15');
    expect(await rulesOf(made, plant, now())).toEqual(['SAF-49']);
  });
});

describe('slow links', () => {
  it('SAF-47: are only listened to, until somebody decides for a device, and until that ends', async () => {
    const overLink = { by: 'ada', until: '2027-01-01T00:00:00.000Z' };
    const made = benchWith();
    for (const link of ['radio', 'cellular', 'satellite', 'battery'] as const) {
      const plant = plantOf([remote('a', 3), remote('b', 4, { overLink })], { zones: [zoneWith({ link })] });
      await introduced(made, plant);
      expect(await rulesOf(made, plant)).toEqual(['SAF-47', undefined]);
      expect(await rulesOf(made, plant, new Date('2027-01-02T11:00:00Z'))).toEqual(['SAF-47', 'SAF-47']);
    }
  });

  it('SAF-47: when the bytes of the day are used nothing more runs until the next day', async () => {
    const memory = volatileMemory();
    const made = benchWith({}, { memory });
    const zone = zoneWith({ bytesPerDay: 1000 });
    const plant = plantOf([remote('a', 3)], { zones: [zone] });
    await introduced(made, plant);
    const place = { site: 'north', zone };
    await spendBytes(memory, place, { bytes: 999, now: noon });
    expect(await bytesLeft(memory, place, noon)).toBe(1);
    expect(await rulesOf(made, plant)).toEqual([undefined]);
    await spendBytes(memory, place, { bytes: 1, now: noon });
    expect(await rulesOf(made, plant)).toEqual(['SAF-47']);
    expect(await rulesOf(made, plant, new Date('2026-11-25T00:00:00Z'))).toEqual([undefined]);
  });
});

describe('fragile types', () => {
  it('SAF-29: are only listened to, and the reason is told', async () => {
    const plant = plantOf([remote('a', 3)], {
      types: [{ id: 'type-1', fragile: 'halts on a port scan (maker bulletin 7)' }],
    });
    const [probe] = (await benchWith().scanner.plan(plant, 'line', noon)).probes;
    expect(probe).toMatchObject({ rule: 'SAF-29', because: expect.stringContaining('maker bulletin 7') });
  });
});

describe('models that an advisory calls fragile', () => {
  const fragile = [
    { maker: 'Siemens', model: 'CP 343-1', reason: 'goes to STOP under load', reference: 'advisory 17' },
  ];
  const withList = (asset: Asset) => {
    const plant = plantOf([asset]);
    return { ...plant, site: { ...plant.site, fragile } };
  };

  it('SAF-29: are only listened to where the plant file declares them, and the advisory is told', async () => {
    const made = benchWith();
    const planned = async (vendor: string, model: string) =>
      (await made.scanner.plan(withList({ ...remote('a', 3), vendor, model }), 'line', noon)).probes[0];
    expect(await planned('SIEMENS AG', 'Simatic CP 343-1 Lean')).toMatchObject({
      allowed: false,
      rule: 'SAF-29',
      because: 'Siemens CP 343-1 is only listened to: goes to STOP under load (advisory 17)',
    });
    expect((await planned('Siemens', 'CP 343-11'))?.rule).not.toBe('SAF-29');
    expect((await planned('WAGO', 'CP 343-1'))?.rule).not.toBe('SAF-29');
  });
});

describe('what stands behind one gateway', () => {
  it('SAF-05: is looked at one after the other, the gateway included', async () => {
    let running = 0;
    let most = 0;
    const made = benchWith({
      async collect(look) {
        running += 1;
        most = Math.max(most, running);
        (await look.request('tcp.connect'))();
        await new Promise((resolve) => setTimeout(resolve, 20));
        running -= 1;
      },
    });
    const ports = [await port(), await port(), await port(), await port()];
    const assets = ports.map((at, index) =>
      assetOf(['gw', 'drive-1', 'drive-2', 'alone'][index] ?? '', {
        probes: [probeOf(at)],
        ...(index === 1 || index === 2 ? { behind: 'gw' } : {}),
      }),
    );
    expect((await made.scan(plantOf(assets.slice(0, 3)))).map(({ outcome }) => outcome)).toEqual([
      'observed',
      'observed',
      'observed',
    ]);
    expect(most).toBe(1);
    most = 0;
    await made.scan(plantOf(assets));
    expect(most).toBe(2);
  });

  it('SAF-41: a safety function behind it closes the gateway and all else behind it', async () => {
    const plant = plantOf([
      remote('gw', 3),
      remote('drive', 4, { behind: 'gw' }),
      assetOf('sis', { kind: 'safety', behind: 'gw' }),
      remote('other', 5),
    ]);
    const made = benchWith();
    await introduced(made, plant);
    expect(await rulesOf(made, plant)).toEqual(['SAF-41', 'SAF-41', undefined]);
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { liftClock, noteClock, readClock } from '../../agent/governor/clock.ts';
import { recordDryRun, widenZone } from '../../agent/governor/holds.ts';
import { volatileMemory } from '../../agent/governor/memory.ts';
import { planScan } from '../../agent/plan.ts';
import type { ClockReading, SafetyMemory } from '../../server/contract/scanner.ts';
import { temporaryFolder } from '../support/program.ts';
import { assetOf, bench, fakeCollector, infrastructure, listen, noon, plantOf, probeOf } from './bench.ts';

const at = noon.toISOString();
const approval = { by: 'maker', until: '2027-01-01T00:00:00.000Z' };
const assets = [
  assetOf('plc', { kind: 'plc', approval, probes: [probeOf(0, { url: 'tls://10.1.2.3:443' })] }),
  assetOf('server', { probes: [probeOf(0, { url: 'tls://10.1.2.4:443' })] }),
  assetOf('here', { kind: 'plc', approval, probes: [probeOf(443)] }),
];
const site = { id: 'north', name: 'North', timeZone: 'Europe/Berlin' };

async function introduced(): Promise<SafetyMemory> {
  const memory = volatileMemory();
  await recordDryRun(memory, { site: 'north', zone: 'cell' }, noon);
  await widenZone(memory, { site: 'north', zone: 'cell' }, { by: 'Max', now: noon });
  return memory;
}

/** Who may be looked at under a clock: rule by asset, `runs` where none forbids it. */
async function under(clock: ClockReading, more: { memory?: SafetyMemory; vouchedBy?: string } = {}) {
  const { memory = await introduced(), vouchedBy } = more;
  const plant = plantOf(assets, { site: { ...site, ...(vouchedBy === undefined ? {} : { clock: { vouchedBy } }) } });
  const options = { now: noon, registry: [fakeCollector()], memory, resolve: async () => [], clock: () => clock };
  const plan = await planScan(plant, 'line', options);
  return { clock: plan.clock, rules: plan.probes.map(({ rule }) => rule ?? 'runs') };
}

describe('the clock', () => {
  it('SAF-10: one that is known to be unsynchronised stops every look of T2 and above, loopback excepted', async () => {
    const seen = await under({ state: 'unsynchronised', at }, { vouchedBy: 'Ada' });
    expect(seen.rules).toEqual(['SAF-10', 'SAF-10', 'runs']);
    expect((await under({ state: 'synchronised', at })).rules).toEqual(['runs', 'runs', 'runs']);
  });

  it('SAF-10: one of which nothing is known is said to be so, and is not enough for controllers', async () => {
    const seen = await under({ state: 'unknown', at });
    expect(seen).toEqual({ clock: { state: 'unknown' }, rules: ['SAF-10', 'runs', 'runs'] });
    const vouched = await under({ state: 'unknown', at }, { vouchedBy: 'Ada' });
    expect(vouched).toEqual({ clock: { state: 'unknown', vouchedBy: 'Ada' }, rules: ['runs', 'runs', 'runs'] });
  });

  it('SAF-10: one that went backwards stops every look until it is right again or a person resumes', async () => {
    const memory = await introduced();
    const reading = (minutes: number): ClockReading => ({
      state: 'synchronised',
      at: new Date(noon.getTime() + minutes * 60_000).toISOString(),
    });
    await noteClock(memory, reading(10));
    expect((await under(reading(4), { memory })).rules).toEqual(['SAF-10', 'SAF-10', 'runs']);
    expect((await under(reading(6), { memory })).rules).toEqual(['runs', 'runs', 'runs']);
    // An earlier instant does not move the mark back.
    await noteClock(memory, reading(0));
    expect((await under(reading(4), { memory })).rules).toEqual(['SAF-10', 'SAF-10', 'runs']);
    await liftClock(memory);
    expect((await under(reading(4), { memory })).rules).toEqual(['runs', 'runs', 'runs']);
  });

  it('SAF-10: scans leave the mark by themselves, in the shared memory', async () => {
    const device = await infrastructure(() => listen());
    const memory = volatileMemory();
    const own = bench([fakeCollector()], { memory });
    try {
      await own.scan(plantOf([assetOf('a', { probes: [probeOf(device.port)] })]));
      expect(await memory.read('clock/latest')).toBe(String(noon.getTime()));
      await own.scanner.resume('Ada');
      expect(await memory.read('clock/latest')).toBeUndefined();
    } finally {
      await own.close();
      await device.close();
    }
  });

  it('SAF-10: its state is read from files, and is unknown where there are none', () => {
    const folder = temporaryFolder('clock');
    try {
      const timesync = join(folder.path, 'timesync');
      expect(readClock(() => noon, timesync)).toEqual({ state: 'unknown', at });
      mkdirSync(timesync);
      expect(readClock(() => noon, timesync).state).toBe('unsynchronised');
      writeFileSync(join(timesync, 'synchronized'), '');
      expect(readClock(() => noon, timesync).state).toBe('synchronised');
    } finally {
      folder.remove();
    }
  });
});

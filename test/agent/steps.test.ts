import { afterEach, describe, expect, it } from 'vitest';
import { recordEnding } from '../../agent/governor/holds.ts';
import { volatileMemory } from '../../agent/governor/memory.ts';
import type { Asset, Plant } from '../../server/contract/plant.ts';
import { assetOf, type Bench, bench, fakeCollector, noon, plantOf, probeOf, zoneWith } from './bench.ts';

const open: Bench[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const remote = (id: string, last: number, more: Partial<Asset> = {}) =>
  assetOf(id, { probes: [probeOf(0, { url: `tls://10.1.2.${last}:443` })], ...more });
const hours = (n: number) => new Date(noon.getTime() + n * 3_600_000);

async function cell(made: Bench, plant: Plant, now = noon) {
  const found = (await made.scanner.steps(plant, 'line', now)).find(({ zone }) => zone === 'cell');
  if (found === undefined) throw new Error('no zone');
  return found;
}

describe('the steps of a zone', () => {
  it('SAF-26, SAF-27: planned, printed, first devices, all; each says what it waits for', async () => {
    const memory = volatileMemory();
    const made = bench([fakeCollector()], { memory });
    open.push(made);
    const plant = plantOf([remote('a', 3), remote('b', 4), remote('c', 5, { type: 'type-2' })]);

    expect(await cell(made, plant)).toMatchObject({ step: 'planned', probes: 3, canaries: [] });
    expect((await cell(made, plant)).waitsFor).toContain('sends nothing');

    await made.scanner.printed(plant, await made.scanner.plan(plant, 'line', noon));
    expect(await cell(made, plant)).toMatchObject({
      step: 'printed',
      printedAt: noon.toISOString(),
      waitsFor: 'the next scan, which looks at one device of each model',
    });

    const ending = { site: 'north', zone: 'cell', outcome: 'observed', at: noon } as const;
    await recordEnding(memory, { ...ending, key: '10.1.2.3', asset: 'a', model: 'type-1' });
    expect(await cell(made, plant)).toMatchObject({
      step: 'canary',
      canaries: [{ model: 'type-1', asset: 'a' }],
      waitsFor: 'a first look at 1 more model(s): type-2',
    });

    await recordEnding(memory, { ...ending, key: '10.1.2.5', asset: 'c', model: 'type-2', at: hours(2) });
    expect(await cell(made, plant)).toMatchObject({
      waitsUntil: hours(26).toISOString(),
      waitsFor: 'a person who has seen that the first devices are well',
    });
    expect(await cell(made, plant, hours(25))).toMatchObject({ step: 'canary' });
    expect(await cell(made, plant, hours(26))).toMatchObject({ step: 'widened' });
    expect(await cell(made, plant, hours(26))).not.toHaveProperty('waitsFor');

    await made.scanner.widen(plant, 'cell', 'ada@example.com');
    expect(await cell(made, plant)).toMatchObject({ step: 'widened', widened: { by: 'ada@example.com' } });
    expect((await made.scanner.plan(plant, 'line', noon)).probes.map(({ allowed }) => allowed)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('SAF-27: a first device that does not answer, or stops answering within its day, lets no others follow', async () => {
    const memory = volatileMemory();
    const made = bench([fakeCollector()], { memory });
    open.push(made);
    const plant = plantOf([remote('a', 3), remote('b', 4)]);
    await made.scanner.printed(plant, await made.scanner.plan(plant, 'line', noon));
    const ending = { site: 'north', zone: 'cell', key: '10.1.2.3', asset: 'a', model: 'type-1' } as const;
    for (const outcome of ['unreachable', 'timedOut', 'aborted', 'failed'] as const) {
      await recordEnding(memory, { ...ending, outcome, at: noon });
      expect(await cell(made, plant)).toMatchObject({ step: 'printed', canaries: [] });
    }
    await recordEnding(memory, { ...ending, outcome: 'denied', at: hours(1) });
    expect(await cell(made, plant, hours(1))).toMatchObject({ step: 'canary', canaries: [{ asset: 'a' }] });
    await recordEnding(memory, { ...ending, outcome: 'timedOut', at: hours(2) });
    expect(await cell(made, plant, hours(30))).toMatchObject({ step: 'printed', canaries: [] });
  });

  it('say what stands in the plant file’s way before the first step', async () => {
    const made = bench([fakeCollector()]);
    open.push(made);
    const stepWith = async (zone: Parameters<typeof zoneWith>[0], asset = remote('a', 3)) =>
      cell(made, plantOf([asset], { zones: [zoneWith(zone)] }));
    expect(await stepWith({ touch: 'passive' })).toMatchObject({
      step: 'untouched',
      waitsFor: expect.stringContaining('it is passive'),
    });
    const { stopContact: _, ...silent } = zoneWith();
    const plant = plantOf([remote('a', 3)], { zones: [silent] });
    expect(await cell(made, plant)).toMatchObject({
      step: 'untouched',
      waitsFor: expect.stringContaining('stopContact'),
    });
    expect(await stepWith({}, assetOf('a', { probes: [probeOf(1)] }))).toMatchObject({ step: 'loopback' });
    expect(await stepWith({}, assetOf('a', { probes: [probeOf(0, { url: 'file:///etc/x.conf' })] }))).toMatchObject({
      step: 'documents',
      probes: 0,
    });
  });

  it('name the rule that closes the zone now', async () => {
    const memory = volatileMemory();
    const made = bench([fakeCollector()], { memory });
    open.push(made);
    const plant = plantOf([remote('a', 3)], { zones: [zoneWith({ windows: ['Tue 09:00-13:00'] })] });
    expect(await cell(made, plant)).not.toHaveProperty('held');
    expect(await cell(made, plant, hours(2))).toMatchObject({ held: { rule: 'SAF-10' } });
    for (const key of ['10.1.2.8', '10.1.2.9'])
      await recordEnding(memory, {
        site: 'north',
        zone: 'cell',
        key,
        asset: key,
        model: 'm',
        outcome: 'aborted',
        rule: 'SAF-14',
        at: noon,
      });
    expect(await cell(made, plant)).toMatchObject({ held: { rule: 'SAF-19' } });
    await made.scanner.stopAll('ada', 'smoke');
    expect(await cell(made, plant)).toMatchObject({ held: { rule: 'SAF-12' } });
  });
});

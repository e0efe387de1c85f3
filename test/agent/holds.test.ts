import { describe, expect, it } from 'vitest';
import { liftHolds, recordEnding, standingHold, zoneState } from '../../agent/governor/holds.ts';
import { watchLatency } from '../../agent/governor/latency.ts';
import { volatileMemory } from '../../agent/governor/memory.ts';
import { safetyStatement } from '../../server/safety-statement.ts';
import { assetOf, bench, fakeCollector, noon, plantOf, probeOf, zoneWith } from './bench.ts';

const ending = { site: 'north', zone: 'cell', key: '10.1.2.3', asset: 'a', model: 'm', at: noon } as const;
const place = { site: 'north', zone: 'cell', key: '10.1.2.3' };

describe('holds', () => {
  it('SAF-18, SAF-19: a person lifts suspensions and stopped zones, not the rest of a degraded device’s day', async () => {
    const memory = volatileMemory();
    for (const day of [0, 1, 2]) {
      await recordEnding(memory, { ...ending, outcome: 'timedOut', at: new Date(noon.getTime() + day * 86_400_000) });
    }
    for (const key of ['10.1.2.8', '10.1.2.9']) {
      await recordEnding(memory, { ...ending, key, outcome: 'aborted', rule: 'SAF-14' });
    }
    expect(await standingHold(memory, place, noon)).toMatchObject({ rule: 'SAF-19' });
    await liftHolds(memory);
    expect(await standingHold(memory, place, noon)).toBeUndefined();
    expect(await standingHold(memory, { ...place, key: '10.1.2.8' }, noon)).toMatchObject({ rule: 'SAF-14' });
  });

  it('SAF-37: a refusal leaves no trace that could hold anything', async () => {
    const memory = volatileMemory();
    await recordEnding(memory, { ...ending, outcome: 'blocked', rule: 'SAF-10' });
    expect(await memory.keys('')).toEqual([]);
    expect((await zoneState(memory, 'north', 'cell')).canaries).toEqual({});
  });

  it('a success ends the count of failures', async () => {
    const memory = volatileMemory();
    await recordEnding(memory, { ...ending, outcome: 'timedOut' });
    expect(await memory.keys('device/')).toEqual(['device/10.1.2.3']);
    await recordEnding(memory, { ...ending, outcome: 'observed' });
    expect(await memory.keys('device/')).toEqual([]);
  });
});

describe('the latency watch', () => {
  it('SAF-14: stops at the second answer beyond three medians and half a second, and never learns slow ones', () => {
    const watch = watchLatency({ ask: [100, 110, 120] });
    expect(watch.seen('ask', 600)).toBeUndefined();
    expect(watch.seen('ask', 900)).toBeUndefined();
    expect(watch.seen('ask', 100)).toBeUndefined();
    const slow = watch.seen('ask', 5000);
    expect(slow?.because).toContain('5000 ms, usual are');
    expect(slow?.afterMs.at(-1)).toBe(5000);
    expect(watch.kept()['ask']).not.toContain(5000);
    expect(watch.maxMs).toBe(5000);
  });

  it('SAF-14: says nothing without a baseline', () => {
    const watch = watchLatency({});
    for (const ms of [9000, 1, 8000]) expect(watch.seen('ask', ms)).toBeUndefined();
  });
});

describe('the safety statement', () => {
  it('SAF-39: says what a scan did to the plant', async () => {
    const made = bench([
      fakeCollector({
        async collect(look) {
          (await look.request('tcp.connect'))();
          (await look.request('tcp.connect'))();
        },
      }),
    ]);
    const plant = plantOf(
      [
        assetOf('a', { probes: [probeOf(1)] }),
        assetOf('b', { probes: [probeOf(2)] }),
        assetOf('sis', { kind: 'safety', probes: [probeOf(3)] }),
      ],
      { zones: [zoneWith({ windows: ['Tue 09:00-15:00'] })] },
    );
    const observations = await made.scan(plant);
    await made.close();
    expect(safetyStatement(observations, plant)).toMatchObject({
      probes: 3,
      contacted: 2,
      connections: 0,
      requests: 4,
      requestsByKind: { 'tcp.connect': 4 },
      blocked: { 'SAF-41': 1 },
      aborts: [],
      windows: [{ zone: 'cell', windows: ['Tue 09:00-15:00'] }],
      from: noon.toISOString(),
      to: noon.toISOString(),
    });
  });
});

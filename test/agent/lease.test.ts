import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { acquireLease } from '../../agent/governor/lease.ts';
import { recall, remember, volatileMemory } from '../../agent/governor/memory.ts';
import { createPace } from '../../agent/governor/pace.ts';

const never = new AbortController().signal;
const lost = () => {};

describe('a lease', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('SAF-52: of an agent that died lapses after 30 s, not before', async () => {
    const memory = volatileMemory();
    await memory.swap('lease/h1', undefined, JSON.stringify({ owner: 'dead', until: Date.now() + 30_000 }));
    let taken = false;
    const lease = acquireLease('h1', { memory, signal: never, lost }).then((held) => {
      taken = true;
      return held;
    });
    await vi.advanceTimersByTimeAsync(29_800);
    expect(taken).toBe(false);
    await vi.advanceTimersByTimeAsync(500);
    await (await lease).release();
    expect(await memory.keys('lease/')).toEqual([]);
  });

  it('is renewed as long as it is held', async () => {
    const memory = volatileMemory();
    const lease = await acquireLease('h2', { memory, signal: never, lost });
    await vi.advanceTimersByTimeAsync(120_000);
    const entry = await recall(memory, 'lease/h2', z.object({ owner: z.string(), until: z.number() }));
    expect(entry?.until).toBeGreaterThan(Date.now());
    await lease.release();
  });

  it('SAF-52: that another agent took is reported once, and not released under it', async () => {
    const memory = volatileMemory();
    const reports: string[] = [];
    const lease = await acquireLease('h3', { memory, signal: never, lost: (why) => reports.push(why) });
    const entry = JSON.stringify({ owner: 'other', until: Date.now() + 60_000 });
    await memory.swap('lease/h3', await memory.read('lease/h3'), entry);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reports).toEqual(['another agent took the host over']);
    await lease.release();
    expect(await memory.read('lease/h3')).toBe(entry);
  });

  it('stops being waited for when the run is stopped', async () => {
    const memory = volatileMemory();
    const held = await acquireLease('h4', { memory, signal: never, lost });
    const stop = new AbortController();
    const waiting = acquireLease('h4', { memory, signal: stop.signal, lost });
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await held.release();
    await (await acquireLease('h4', { memory, signal: never, lost })).release();
  });
});

describe('the pace', () => {
  it('SAF-06: is kept in the shared memory: a restart or a second agent does not double it', async () => {
    const memory = volatileMemory();
    const rate = [{ key: 'host/h', perSecond: 2 }];
    const waits = [
      await createPace(memory).book(rate, true),
      await createPace(memory).book(rate, true),
      await createPace(memory).book(rate, true),
    ];
    expect(waits[0]).toBe(0);
    expect(waits[1]).toBeGreaterThan(450);
    expect(waits[2]).toBeGreaterThan(950);
  });

  it('SAF-06: the slowest of host, zone and site decides', async () => {
    const pace = createPace(volatileMemory());
    const rates = (host: string) => [
      { key: host, perSecond: 1000 },
      { key: 'zone', perSecond: 10 },
    ];
    await pace.book(rates('a'), true);
    expect(await pace.book(rates('b'), true)).toBeGreaterThan(80);
  });
});

describe('the shared memory', () => {
  it('that holds something unreadable stops what depends on it', async () => {
    const memory = volatileMemory();
    await memory.swap('stop', undefined, '{"since":');
    await expect(recall(memory, 'stop', z.object({}))).rejects.toThrow(
      'stop: the safety memory holds something unreadable',
    );
  });

  it('loses no update when two write at once', async () => {
    const memory = volatileMemory();
    const entry = { key: 'n', schema: z.number() };
    await Promise.all(Array.from({ length: 20 }, () => remember(memory, entry, (n = 0) => n + 1)));
    expect(await recall(memory, 'n', z.number())).toBe(20);
  });
});

import { describe, expect, it } from 'vitest';
import { volatileMemory } from '../../agent/governor/memory.ts';
import { type Clock, createSchedules } from '../../agent/scheduler.ts';
import { until } from '../support/program.ts';

/** A clock that stands until the test moves it, in steps as a running machine would, or in one leap as one that slept. */
function handClock(start: string) {
  let now = Date.parse(start);
  let calls: { at: number; call: () => void }[] = [];
  const clock: Clock = {
    now: () => new Date(now),
    after(ms, call) {
      const entry = { at: now + ms, call };
      calls.push(entry);
      return () => {
        calls = calls.filter((each) => each !== entry);
      };
    },
  };
  function fire() {
    const due = calls.filter(({ at }) => at <= now);
    calls = calls.filter(({ at }) => at > now);
    for (const { call } of due) call();
  }
  return {
    clock,
    run(to: string) {
      for (const end = Date.parse(to); now < end; ) {
        now = Math.min(end, ...calls.map(({ at }) => at));
        fire();
      }
    },
    sleep(to: string) {
      now = Date.parse(to);
      fire();
    },
  };
}

function schedulesAt(start: string, memory = volatileMemory()) {
  const hand = handClock(start);
  const due: string[] = [];
  const skipped: string[] = [];
  const schedules = createSchedules({
    due: (system) => due.push(`${system} ${hand.clock.now().toISOString()}`),
    skipped: (system, at) => skipped.push(`${system} ${at.toISOString()}`),
    memory,
    clock: hand.clock,
  });
  return { ...hand, due, skipped, schedules, memory };
}

describe('schedules', () => {
  it('start scans at the wall clock of the site, through the change of clocks', async () => {
    const { schedules, run, due, skipped } = schedulesAt('2026-10-23T00:00:00Z');
    await schedules.set('line', '30 10 * * *', 'Europe/Berlin');
    run('2026-10-26T12:00:00Z');
    expect(due).toEqual([
      'line 2026-10-23T08:30:00.000Z',
      'line 2026-10-24T08:30:00.000Z',
      'line 2026-10-25T09:30:00.000Z',
      'line 2026-10-26T09:30:00.000Z',
    ]);
    expect(skipped).toEqual([]);
    schedules.close();
  });

  it('SAF-35: what a sleeping machine missed is skipped and recorded, never caught up', async () => {
    const { schedules, run, sleep, due, skipped } = schedulesAt('2026-11-24T09:00:00Z');
    await schedules.set('line', '0 * * * *', 'UTC');
    sleep('2026-11-24T12:20:00Z');
    expect(due).toEqual([]);
    expect(skipped).toEqual([
      'line 2026-11-24T10:00:00.000Z',
      'line 2026-11-24T11:00:00.000Z',
      'line 2026-11-24T12:00:00.000Z',
    ]);
    run('2026-11-24T13:00:30Z');
    expect(due).toEqual(['line 2026-11-24T13:00:00.000Z']);
    schedules.close();
  });

  it('SAF-35: what fell due while the process was down is skipped after a restart', async () => {
    const before = schedulesAt('2026-11-24T09:00:00Z');
    await before.schedules.set('line', '0 * * * *', 'UTC');
    before.run('2026-11-24T09:30:00Z');
    await until(
      async () => (await before.memory.read('schedule/line')) === String(Date.parse('2026-11-24T09:30:00Z')),
      'it is kept',
    );
    before.schedules.close();

    const after = schedulesAt('2026-11-24T11:30:00Z', before.memory);
    await after.schedules.set('line', '0 * * * *', 'UTC');
    expect(after.skipped).toEqual(['line 2026-11-24T10:00:00.000Z', 'line 2026-11-24T11:00:00.000Z']);
    expect(after.due).toEqual([]);
    after.schedules.close();
  });

  it('start one scan when several starts fall together with the present one', async () => {
    const { schedules, sleep, due, skipped } = schedulesAt('2026-11-24T09:00:00Z');
    await schedules.set('line', '*/10 * * * *', 'UTC');
    sleep('2026-11-24T09:40:20Z');
    expect(due).toHaveLength(1);
    expect(skipped).toHaveLength(3);
    schedules.close();
  });

  it('say when the next start is and how far apart starts lie', async () => {
    const { schedules } = schedulesAt('2026-11-24T09:00:00Z');
    await schedules.set('line', '0 10 * * 2', 'Europe/Berlin');
    expect(schedules.times('line')).toEqual({ next: new Date('2026-12-01T09:00:00Z'), everyMs: 7 * 86_400_000 });
    expect(schedules.times('other')).toBeUndefined();
    await expect(schedules.set('line', 'every now and then', 'UTC')).rejects.toThrow();
    schedules.close();
  });
});

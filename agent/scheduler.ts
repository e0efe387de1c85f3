/**
 * When each system is scanned: cron in the site's time zone. What was missed (a process that was down, a machine that
 * slept) is recorded as skipped and never made up for in a burst (SAF-35).
 */
import { Cron } from 'croner';
import { z } from 'zod';
import type { SafetyMemory } from '../server/contract/scanner.ts';
import { recall, remember } from './governor/memory.ts';

export interface Clock {
  now(): Date;
  /** Calls back once after `ms`; the result cancels. */
  after(ms: number, call: () => void): () => void;
}

export interface SchedulesOptions {
  /** A scan is due now. */
  due(system: string): void;
  /** A scan was missed at `at`. */
  skipped?(system: string, at: Date): void;
  /** Where the last look at each schedule is kept, so that a restart knows what it missed. */
  readonly memory?: SafetyMemory;
  readonly clock?: Clock;
}

export interface Schedules {
  /** Sets or replaces the schedule of a system: five cron fields, at the site's wall clock. @throws on a bad pattern. */
  set(system: string, cron: string, timeZone: string): Promise<void>;
  remove(system: string): void;
  /** Next start, and the longest gap between the coming ones. */
  times(system: string): { readonly next?: Date; readonly everyMs?: number } | undefined;
  close(): void;
}

interface Entry {
  readonly cron: Cron;
  next: Date | null;
  cancel: () => void;
}

/** A start that is later than this was missed. */
const lateMs = 60_000;
/** Longest timer: a machine that slept is noticed after at most this long. */
const lookMs = 30_000;
/** More missed starts than these are one long absence; the latest say enough. */
const mostSkipped = 100;

const systemClock: Clock = {
  now: () => new Date(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

export function createSchedules(options: SchedulesOptions): Schedules {
  const { due, skipped = () => {}, memory, clock = systemClock } = options;
  const entries = new Map<string, Entry>();
  const unkept = new Map<string, number>();

  function look(system: string, entry: Entry) {
    const now = clock.now();
    if (entry.next !== null && entry.next <= now) {
      const missed = runsBetween(entry.cron, entry.next, now);
      const last = missed.at(-1);
      const onTime = last !== undefined && now.getTime() - last.getTime() <= lateMs;
      for (const at of (onTime ? missed.slice(0, -1) : missed).slice(-mostSkipped)) skipped(system, at);
      entry.next = entry.cron.nextRun(now);
      if (onTime) due(system);
    }
    void keep(system, now);
    const wait = entry.next === null ? lookMs : Math.min(lookMs, Math.max(1, entry.next.getTime() - now.getTime()));
    entry.cancel = clock.after(wait, () => look(system, entry));
  }

  /** One write at a time per system; what came meanwhile is written after it. */
  async function keep(system: string, now: Date) {
    if (memory === undefined) return;
    const busy = unkept.has(system);
    unkept.set(system, now.getTime());
    if (busy) return;
    try {
      for (let at = unkept.get(system); at !== undefined; at = newer(system, at)) {
        const value = at;
        await remember(memory, lookEntry(system), () => value);
      }
    } catch (cause) {
      // Only what is missed while we are down is lost by it: the schedule itself goes on.
      process.emitWarning(new Error(`the look at the schedule of ${system} was not kept`, { cause }));
    } finally {
      unkept.delete(system);
    }
  }

  function newer(system: string, kept: number): number | undefined {
    const latest = unkept.get(system);
    return latest === kept ? undefined : latest;
  }

  return {
    async set(system, pattern, timeZone) {
      const cron = new Cron(pattern, { timezone: timeZone, mode: '5-part', paused: true });
      const before = memory === undefined ? undefined : await recall(memory, `schedule/${system}`, lookSchema);
      entries.get(system)?.cancel();
      const now = clock.now();
      const next = cron.nextRun(before === undefined ? now : new Date(Math.min(before, now.getTime())));
      const entry: Entry = { cron, next, cancel: () => {} };
      entries.set(system, entry);
      look(system, entry);
    },
    remove(system) {
      entries.get(system)?.cancel();
      entries.delete(system);
    },
    times(system) {
      const entry = entries.get(system);
      if (entry === undefined) return undefined;
      const runs = entry.cron.nextRuns(8, clock.now());
      const gaps = runs.slice(1).map((run, index) => run.getTime() - (runs[index]?.getTime() ?? 0));
      return {
        ...(entry.next === null ? {} : { next: entry.next }),
        ...(gaps.length === 0 ? {} : { everyMs: Math.max(...gaps) }),
      };
    },
    close() {
      for (const { cancel } of entries.values()) cancel();
      entries.clear();
    },
  };
}

const lookSchema = z.number();

function lookEntry(system: string) {
  return { key: `schedule/${system}`, schema: lookSchema };
}

/** Starts from `first` to `now`, the latest few of a long absence. */
function runsBetween(cron: Cron, first: Date, now: Date): Date[] {
  const runs: Date[] = [];
  for (let at: Date | null = first; at !== null && at <= now; at = cron.nextRun(at)) {
    runs.push(at);
    if (runs.length > mostSkipped * 2) runs.splice(0, mostSkipped);
  }
  return runs;
}

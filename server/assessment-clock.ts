/** Evidence ages without anybody doing anything: assesses again at the instant at which time alone changes a result. */
import type { FastifyBaseLogger } from 'fastify';
import type { Assessing } from './assessing.ts';

export interface AssessmentClock {
  watch(system: string): void;
  close(): void;
}

/** At least this often, so that nothing waits on a timer set long ago. */
const longestMs = 3_600_000;
const shortestMs = 1000;

export function createAssessmentClock(parts: {
  readonly assessing: Assessing;
  readonly log: FastifyBaseLogger;
  readonly now: () => Date;
}): AssessmentClock {
  const timers = new Map<string, NodeJS.Timeout>();
  let closed = false;

  async function look(system: string): Promise<void> {
    try {
      const due = await parts.assessing.changesOn(system);
      if (due !== undefined && due <= parts.now().getTime()) await parts.assessing.assess(system, {});
    } catch (error) {
      parts.log.error({ err: error, system }, 'not assessed again');
    }
    await set(system);
  }

  async function set(system: string): Promise<void> {
    if (closed) return;
    const due = await parts.assessing.changesOn(system);
    const wait = due === undefined ? longestMs : due - parts.now().getTime();
    const timer = setTimeout(() => void look(system), Math.min(longestMs, Math.max(shortestMs, wait)));
    timer.unref();
    timers.set(system, timer);
  }

  return {
    watch: (system) => void set(system),
    close() {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/**
 * Rates per host, zone and site (SAF-06): every request takes the next free slot of each. Slots of real hosts lie in
 * the shared memory, so that neither a second agent nor a restart doubles the rate; those of loopback in the process.
 */
import { z } from 'zod';
import type { SafetyMemory } from '../../server/contract/scanner.ts';
import { remember } from './memory.ts';

export interface Rate {
  readonly key: string;
  readonly perSecond: number;
}

export interface Pace {
  /** Books a slot under every rate; milliseconds to wait for the latest of them. */
  book(rates: readonly Rate[], shared: boolean): Promise<number>;
}

const slot = z.number();

export function createPace(memory: SafetyMemory): Pace {
  const local = new Map<string, number>();
  return {
    async book(rates, shared) {
      const now = Date.now();
      let latest = now;
      for (const { key, perSecond } of rates) {
        const gapMs = 1000 / perSecond;
        const next = (before: number | undefined) => Math.max(now, (before ?? 0) + gapMs);
        const mine = shared ? await remember(memory, { key: `pace/${key}`, schema: slot }, next) : next(local.get(key));
        if (!shared && mine !== undefined) local.set(key, mine);
        latest = Math.max(latest, mine ?? now);
      }
      return latest - now;
    },
  };
}

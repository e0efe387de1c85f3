/**
 * SAF-10: windows, blackouts and shifts are worth what the clock is worth. Whether it is synchronised is read from what
 * systemd-timesyncd leaves in files, so that no process is started for it; where nothing says so (chrony, ntpd and
 * containers leave no such file) it is unknown, which for controllers is not enough without somebody who vouches for it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ClockReading, SafetyMemory } from '../../server/contract/scanner.ts';
import type { Forbidden } from './calendar.ts';
import { recall, remember } from './memory.ts';

const entry = { key: 'clock/latest', schema: z.number() };
/** Two agents of one plant may differ by this much. */
const toleranceMs = 5 * 60_000;

/** `folder`: where systemd-timesyncd keeps its state. */
export function readClock(now: () => Date, folder = '/run/systemd/timesync'): ClockReading {
  const at = now().toISOString();
  if (existsSync(join(folder, 'synchronized'))) return { state: 'synchronised', at };
  return { state: existsSync(folder) ? 'unsynchronised' : 'unknown', at };
}

/** Keeps the latest instant that any run or plan has seen. */
export async function noteClock(memory: SafetyMemory, { at }: ClockReading): Promise<void> {
  const now = Date.parse(at);
  const known = await recall(memory, entry.key, entry.schema);
  if (known !== undefined && known >= now) return;
  await remember(memory, entry, (latest = now) => Math.max(latest, now));
}

/** Why nothing of T2 and above runs under this clock, if so. */
export async function clockHold(
  memory: SafetyMemory,
  { state, at }: ClockReading,
  of: { readonly controller: boolean; readonly vouchedBy?: string },
): Promise<(Forbidden & { remedy?: string }) | undefined> {
  const latest = await recall(memory, entry.key, entry.schema);
  if (latest !== undefined && latest - Date.parse(at) > toleranceMs)
    return {
      rule: 'SAF-10',
      because: `the clock says ${at}, and went backwards: ${new Date(latest).toISOString()} has been already`,
      remedy: 'set the clock; if it was ahead before, plimsoll stop --resume',
    };
  if (state === 'unsynchronised')
    return {
      rule: 'SAF-10',
      because: 'the clock of this machine is not synchronised: nobody knows whether the window is open',
      remedy: 'let it be synchronised',
    };
  if (state === 'synchronised' || !of.controller || of.vouchedBy !== undefined) return undefined;
  return {
    rule: 'SAF-10',
    because: 'whether the clock of this machine is synchronised cannot be seen from here, and nobody vouches for it',
    remedy: 'site: {clock: {vouchedBy: NAME}}',
  };
}

/** A person says that the clock is right now, whatever it said before. */
export async function liftClock(memory: SafetyMemory): Promise<void> {
  await remember(memory, entry, () => undefined);
}

/** The kill switch (SAF-12). It lies in the shared memory: a restart stays stopped, and every agent obeys. */
import { z } from 'zod';
import type { SafetyMemory } from '../../server/contract/scanner.ts';
import { recall, remember } from './memory.ts';

const stopSchema = z.strictObject({ since: z.string(), by: z.string(), reason: z.string() });
export type Stop = Readonly<z.infer<typeof stopSchema>>;

const entry = { key: 'stop', schema: stopSchema };

/** Who stopped everything, when and why; undefined while runs may start. */
export function readStop(memory: SafetyMemory): Promise<Stop | undefined> {
  return recall(memory, entry.key, entry.schema);
}

/** Pulls the switch; the first who pulled it stays named. */
export async function pullStop(memory: SafetyMemory, stop: Stop): Promise<void> {
  await remember(memory, entry, (present) => present ?? stop);
}

export async function liftStop(memory: SafetyMemory): Promise<void> {
  await remember(memory, entry, () => undefined);
}

export function stopSentence(stop: Stop): string {
  return `everything was stopped by ${stop.by} at ${stop.since}: ${stop.reason}`;
}

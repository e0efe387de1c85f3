/** Bytes that looks into a zone may cost in a day, both directions, by its link (SAF-47). In the shared memory. */
import { z } from 'zod';
import type { Zone } from '../../server/contract/plant.ts';
import type { SafetyMemory } from '../../server/contract/scanner.ts';
import type { Forbidden } from './calendar.ts';
import { recall, remember } from './memory.ts';

const kib = 1024;
const mib = 1024 * kib;

const bytesOf: Readonly<Record<Zone['link'], number>> = {
  ethernet: 256 * mib,
  fibre: 256 * mib,
  wifi: 64 * mib,
  cellular: mib,
  satellite: 256 * kib,
  radio: 64 * kib,
  battery: 16 * kib,
};
/** Links over which somebody must have decided to look at all. */
export const slowLinks: ReadonlySet<Zone['link']> = new Set(['cellular', 'radio', 'satellite', 'battery'] as const);

const spentSchema = z.strictObject({ day: z.string(), bytes: z.number() });
interface Place {
  readonly site: string;
  readonly zone: Pick<Zone, 'id' | 'link' | 'bytesPerDay'>;
}
const entry = ({ site, zone }: Place) => ({ key: `bytes/${site}/${zone.id}`, schema: spentSchema });
const dayOf = (now: Date) => now.toISOString().slice(0, 10);

export function bytesPerDay(zone: Place['zone']): number {
  return zone.bytesPerDay ?? bytesOf[zone.link];
}

/** Bytes left today. */
export async function bytesLeft(memory: SafetyMemory, place: Place, now: Date): Promise<number> {
  const spent = await recall(memory, entry(place).key, spentSchema);
  return Math.max(0, bytesPerDay(place.zone) - (spent?.day === dayOf(now) ? spent.bytes : 0));
}

export async function spendBytes(memory: SafetyMemory, place: Place, run: { bytes: number; now: Date }): Promise<void> {
  const day = dayOf(run.now);
  await remember(memory, entry(place), (before) => ({
    day,
    bytes: (before?.day === day ? before.bytes : 0) + run.bytes,
  }));
}

export async function budgetHold(memory: SafetyMemory, place: Place, now: Date): Promise<Forbidden | undefined> {
  if ((await bytesLeft(memory, place, now)) > 0) return undefined;
  const { zone } = place;
  return {
    rule: 'SAF-47',
    because: `zone ${zone.id} (${zone.link}) has used its ${bytesPerDay(zone)} bytes of ${dayOf(now)}`,
  };
}

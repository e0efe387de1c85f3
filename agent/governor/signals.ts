/**
 * What the plant itself says of a zone through files on this machine: a hold while it starts, stops or changes over
 * (SAF-20), and a number that must stay in its band (SAF-49). Read without one packet. What cannot be read holds.
 */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { Heartbeat, Zone } from '../../server/contract/plant.ts';
import type { SafetyMemory } from '../../server/contract/scanner.ts';
import type { Forbidden } from './calendar.ts';
import { forget, recall, remember } from './memory.ts';

type SignalZone = Pick<Zone, 'id' | 'holdFile' | 'heartbeat'>;

const leftSchema = z.strictObject({ because: z.string(), at: z.number() });
const left = (site: string, zone: string) => ({ key: `heartbeat/${site}/${zone}`, schema: leftSchema });
const longestValue = 256;

/** What the files say now. */
export async function signalOf(zone: SignalZone, now: Date): Promise<Forbidden | undefined> {
  return (await heldBy(zone)) ?? (zone.heartbeat === undefined ? undefined : outOfBand(zone.id, zone.heartbeat, now));
}

/**
 * The same before a run, with memory: a process that has left its band keeps its zone closed until a person resumes,
 * also when the number has come back.
 */
export async function signalHold(
  memory: SafetyMemory,
  { site, zone }: { readonly site: string; readonly zone: SignalZone },
  now: Date,
): Promise<Forbidden | undefined> {
  if (zone.holdFile === undefined && zone.heartbeat === undefined) return undefined;
  const entry = left(site, zone.id);
  const before = await recall(memory, entry.key, leftSchema);
  if (before !== undefined)
    return {
      rule: 'SAF-49',
      because: `${before.because} (${new Date(before.at).toISOString()}); a person must resume`,
    };
  const signal = await signalOf(zone, now);
  if (signal?.rule === 'SAF-49') await latchSignal(memory, { site, zone }, { because: signal.because, now });
  return signal;
}

/** Keeps the zone closed until a person resumes. */
export async function latchSignal(
  memory: SafetyMemory,
  { site, zone }: { readonly site: string; readonly zone: Pick<Zone, 'id'> },
  seen: { readonly because: string; readonly now: Date },
): Promise<void> {
  await remember(memory, left(site, zone.id), (held) => held ?? { because: seen.because, at: seen.now.getTime() });
}

/** A person says that the process is well again. */
export function liftSignals(memory: SafetyMemory): Promise<void> {
  return forget(memory, 'heartbeat/', leftSchema);
}

async function heldBy({ id, holdFile }: SignalZone): Promise<Forbidden | undefined> {
  if (holdFile === undefined) return undefined;
  try {
    await stat(holdFile);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    return { rule: 'SAF-20', because: `the hold file of zone ${id} cannot be looked at (${reasonOf(error)})` };
  }
  return { rule: 'SAF-20', because: `the plant holds zone ${id}: ${holdFile} exists` };
}

async function outOfBand(zone: string, heartbeat: Heartbeat, now: Date): Promise<Forbidden | undefined> {
  const { file, min = -Infinity, max = Infinity, maxAgeSeconds } = heartbeat;
  const forbid = (because: string) => ({ rule: 'SAF-49', because: `the heartbeat of zone ${zone} ${because}` });
  try {
    const { mtimeMs, size } = await stat(file);
    const ageSeconds = Math.round((now.getTime() - mtimeMs) / 1000);
    if (ageSeconds > maxAgeSeconds) return forbid(`is ${ageSeconds} s old, ${maxAgeSeconds} s are allowed`);
    const text = size > longestValue ? '' : (await readFile(file, 'utf8')).trim();
    const value = text === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) return forbid('is no number');
    if (value < min || value > max) return forbid(`is ${value}, outside ${bandOf(heartbeat)}`);
    return undefined;
  } catch (error) {
    return forbid(`cannot be read (${reasonOf(error)})`);
  }
}

function bandOf({ min, max }: Heartbeat): string {
  if (min === undefined) return `at most ${max}`;
  return max === undefined ? `at least ${min}` : `${min} to ${max}`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Looks at the signals of one zone while a run lasts; `said` is never older than it could be read. */
export interface SignalWatch {
  said(): Forbidden | undefined;
  end(): void;
}

const lookEveryMs = 500;
/** A file system that does not answer for so long says nothing good. */
const patienceMs = 3000;

export function watchSignals(zone: SignalZone, now: () => Date): SignalWatch {
  if (zone.holdFile === undefined && zone.heartbeat === undefined) return { said: () => undefined, end() {} };
  let said: Forbidden | undefined;
  let lookedAt = performance.now();
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void signalOf(zone, now()).then((signal) => {
      said ??= signal;
      lookedAt = performance.now();
      looking = false;
    });
  }, lookEveryMs);
  return {
    said: () =>
      said ??
      (performance.now() - lookedAt > patienceMs
        ? { rule: 'SAF-49', because: `the signals of zone ${zone.id} could not be read for ${patienceMs / 1000} s` }
        : undefined),
    end: () => clearInterval(timer),
  };
}

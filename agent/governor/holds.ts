/**
 * What earlier runs mean for the next one: a device that slowed down, did not answer or refused a log-in is left alone
 * for a while, and a zone in which that happens twice is stopped. All of it lies in the shared memory.
 */
import { z } from 'zod';
import type { Outcome } from '../../collectors/contract/collector.ts';
import type { SafetyMemory } from '../../server/contract/scanner.ts';
import type { Forbidden } from './calendar.ts';
import { recall, remember } from './memory.ts';

const deviceSchema = z.strictObject({
  degradedAt: z.number().optional(),
  degradedWhy: z.string().optional(),
  failures: z.int().default(0),
  failedAt: z.number().optional(),
  /** UTC dates on which every attempt failed. */
  failedDays: z.array(z.string()).default([]),
  suspendedAt: z.number().optional(),
  /** Name of a credential -> instant at which the device refused it. */
  denied: z.record(z.string(), z.number()).default({}),
});
type Device = z.infer<typeof deviceSchema>;

const zoneSchema = z.strictObject({
  dryRunAt: z.number().optional(),
  /** Model -> the one device that was looked at first. */
  canaries: z.record(z.string(), z.strictObject({ asset: z.string(), at: z.number() })).default({}),
  widened: z.strictObject({ by: z.string(), at: z.number() }).optional(),
  degraded: z.array(z.strictObject({ key: z.string(), at: z.number() })).default([]),
  brokenAt: z.number().optional(),
});
export type ZoneState = z.infer<typeof zoneSchema>;

const groupSchema = z.record(z.string(), z.number());

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const device = (key: string) => ({ key: `device/${key}`, schema: deviceSchema });
const zone = (site: string, id: string) => ({ key: `zone/${site}/${id}`, schema: zoneSchema });
const group = (site: string, id: string) => ({ key: `group/${site}/${id}`, schema: groupSchema });
const noDevice: Device = { failures: 0, failedDays: [], denied: {} };
const noZone: ZoneState = { canaries: {}, degraded: [] };

export interface Ending {
  readonly site: string;
  readonly zone: string;
  readonly key: string;
  readonly asset: string;
  readonly model: string;
  readonly redundancyGroup?: string;
  readonly credential?: string;
  readonly outcome: Outcome;
  readonly rule?: string;
  readonly detail?: string;
  readonly at: Date;
}

/** Rules that end a run because the device slowed down. */
const slowedDown: ReadonlySet<string> = new Set(['SAF-14', 'SAF-17']);
/** The device answered, whatever it said. */
const answered: ReadonlySet<Outcome> = new Set<Outcome>(['observed', 'denied', 'unsupported']);
const unwell: ReadonlySet<Outcome> = new Set<Outcome>(['aborted', 'timedOut', 'unreachable']);

/** Writes down how a run ended. Runs that contacted nothing (`blocked`) leave no trace here. */
export async function recordEnding(memory: SafetyMemory, ending: Ending): Promise<void> {
  const { outcome, rule, at } = ending;
  if (outcome === 'blocked') return;
  const now = at.getTime();
  await remember(memory, device(ending.key), (before = noDevice) => nextDevice(before, ending, now));
  const degraded = outcome === 'aborted' && slowedDown.has(rule ?? '');
  await remember(memory, zone(ending.site, ending.zone), (before = noZone) => {
    const canaries = { ...before.canaries };
    const first = canaries[ending.model];
    if (first === undefined && answered.has(outcome)) canaries[ending.model] = { asset: ending.asset, at: now };
    // A first device that stops answering has not shown that the others may follow: the model begins again.
    if (first?.asset === ending.asset && unwell.has(outcome) && now - first.at < dayMs) delete canaries[ending.model];
    if (!degraded) return { ...before, canaries };
    const recent = before.degraded.filter((each) => each.key !== ending.key && now - each.at < hourMs);
    return {
      ...before,
      canaries,
      degraded: [...recent, { key: ending.key, at: now }],
      ...(recent.length > 0 ? { brokenAt: now } : {}),
    };
  });
  const { redundancyGroup } = ending;
  if (redundancyGroup !== undefined) {
    await remember(memory, group(ending.site, redundancyGroup), (before = {}) => ({ ...before, [ending.asset]: now }));
  }
}

function nextDevice(before: Device, ending: Ending, now: number): Device | undefined {
  const denied = { ...before.denied };
  if (ending.credential !== undefined) {
    if (ending.outcome === 'denied') denied[ending.credential] = now;
    else if (ending.outcome === 'observed') delete denied[ending.credential];
  }
  if (ending.outcome === 'aborted' && slowedDown.has(ending.rule ?? ''))
    return { ...before, denied, degradedAt: now, degradedWhy: ending.detail ?? 'it answered slowly' };
  const failed = ending.outcome === 'timedOut' || ending.outcome === 'unreachable';
  if (!failed) {
    const { failedAt: _, ...rest } = before;
    const next = { ...rest, denied, failures: 0, failedDays: [] };
    return Object.keys(denied).length === 0 && next.degradedAt === undefined && next.suspendedAt === undefined
      ? undefined
      : next;
  }
  const failedDays = [...new Set([...before.failedDays, new Date(now).toISOString().slice(0, 10)])].slice(-3);
  return {
    ...before,
    denied,
    failures: before.failures + 1,
    failedAt: now,
    failedDays,
    ...(failedDays.length >= 3 && before.suspendedAt === undefined ? { suspendedAt: now } : {}),
  };
}

/** A zone in which two devices slowed down within an hour (SAF-19). */
export async function brokenHold(
  memory: SafetyMemory,
  at: { readonly site: string; readonly zone: string },
): Promise<Forbidden | undefined> {
  const state = await recall(memory, zone(at.site, at.zone).key, zoneSchema);
  if (state?.brokenAt === undefined) return undefined;
  return {
    rule: 'SAF-19',
    because: `two devices of zone ${at.zone} slowed down within an hour; it is stopped until somebody resumes it`,
  };
}

/** Holds that a run obeys even when they appear between planning and start: SAF-14, SAF-19 and suspension (SAF-18). */
export async function standingHold(
  memory: SafetyMemory,
  at: { readonly site: string; readonly zone: string; readonly key: string },
  now: Date,
): Promise<Forbidden | undefined> {
  const broken = await brokenHold(memory, at);
  if (broken !== undefined) return broken;
  const known = await recall(memory, device(at.key).key, deviceSchema);
  if (known?.suspendedAt !== undefined)
    return {
      rule: 'SAF-18',
      because: `${at.key} did not answer on three days; it is suspended until somebody resumes`,
    };
  if (known?.degradedAt !== undefined && now.getTime() - known.degradedAt < dayMs)
    return {
      rule: 'SAF-14',
      because: `${at.key} slowed down under an earlier look and is left alone until ${iso(known.degradedAt + dayMs)}`,
    };
  return undefined;
}

/** Holds that are decided once per scan: back-off after failures (SAF-18) and after a refused log-in (SAF-31). */
export async function plannedHold(
  memory: SafetyMemory,
  at: { readonly key: string; readonly credential?: string },
  now: Date,
): Promise<Forbidden | undefined> {
  const known = await recall(memory, device(at.key).key, deviceSchema);
  if (known === undefined) return undefined;
  const deniedAt = at.credential === undefined ? undefined : known.denied[at.credential];
  if (deniedAt !== undefined && now.getTime() - deniedAt < dayMs)
    return {
      rule: 'SAF-31',
      because: `${at.key} refused the credential ${at.credential}; no second attempt before ${iso(deniedAt + dayMs)}`,
    };
  if (known.failedAt === undefined || known.failures === 0) return undefined;
  const until = known.failedAt + Math.min(minuteMs * 2 ** (known.failures - 1), dayMs);
  if (now.getTime() >= until) return undefined;
  return { rule: 'SAF-18', because: `${at.key} did not answer; next attempt after ${iso(until)}` };
}

export async function zoneState(memory: SafetyMemory, site: string, id: string): Promise<ZoneState> {
  return (await recall(memory, zone(site, id).key, zoneSchema)) ?? noZone;
}

/** When each asset of a redundancy group was last touched (SAF-24). */
export async function touchedOf(memory: SafetyMemory, site: string, id: string): Promise<Record<string, number>> {
  return (await recall(memory, group(site, id).key, groupSchema)) ?? {};
}

/** The plan of a zone was printed and nothing sent: the next scan may look at canaries (SAF-26). */
export async function recordDryRun(memory: SafetyMemory, at: { site: string; zone: string }, now: Date): Promise<void> {
  await remember(memory, zone(at.site, at.zone), (before = noZone) => ({
    ...before,
    dryRunAt: before.dryRunAt ?? now.getTime(),
  }));
}

/** A person has seen that the canaries of a zone are well: all its devices may be looked at (SAF-27). */
export async function widenZone(
  memory: SafetyMemory,
  at: { site: string; zone: string },
  seen: { by: string; now: Date },
) {
  await remember(memory, zone(at.site, at.zone), (before = noZone) => ({
    ...before,
    widened: { by: seen.by, at: seen.now.getTime() },
  }));
}

/** A person lets suspended devices (SAF-18) and stopped zones (SAF-19) go on. The rest of SAF-14's 24 hours stays. */
export async function liftHolds(memory: SafetyMemory): Promise<void> {
  for (const key of await memory.keys('zone/')) {
    await remember(memory, { key, schema: zoneSchema }, (before) => {
      if (before === undefined) return undefined;
      const { brokenAt: _, ...rest } = before;
      return { ...rest, degraded: [] };
    });
  }
  for (const key of await memory.keys('device/')) {
    await remember(memory, { key, schema: deviceSchema }, (before) => {
      if (before === undefined) return undefined;
      const { suspendedAt: _, ...rest } = before;
      return { ...rest, failures: 0, failedDays: [] };
    });
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

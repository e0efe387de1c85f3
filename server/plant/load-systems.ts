/** Systems of the plant file, with what people decided about their assets: targets, retirements, consents. */
import { Cron } from 'croner';
import { z } from 'zod';
import type { Consent, PlantSystem, Retirement, TargetLevel } from '../contract/plant.ts';
import {
  consentSchema,
  ownersSchema,
  retiredSchema,
  systemSchema,
  targetCodes,
  type targetObjectSchema,
  targetsSchema,
} from '../contract/plant-file.ts';
import { readEntries, type SystemEntries } from './load-assets.ts';
import { endInstant, type Loading, noteTwice, orAssume, startInstant } from './loading.ts';
import { present } from './present.ts';
import { nearest, type Path } from './reader.ts';
import { endAfter } from './site-time.ts';

const headSchema = systemSchema.extend({
  targets: z.unknown().optional(),
  owners: z.unknown().optional(),
  assets: z.unknown().optional(),
  retired: z.unknown().optional(),
  consents: z.unknown().optional(),
});

export interface LoadedSystem {
  readonly path: Path;
  readonly head: Omit<PlantSystem, 'assets' | 'organisations'>;
  readonly entries: SystemEntries;
}

export function loadSystem(loading: Loading, path: Path): LoadedSystem | undefined {
  const { reader } = loading;
  const head = reader.fields(headSchema, path);
  const targets = loadTargets(loading, [...path, 'targets']);
  const owners = loadOwners(loading, [...path, 'owners']);
  const entries = readEntries(loading, [...path, 'assets']);
  if (head.profile !== undefined && !loading.profiles.includes(head.profile)) {
    const expected =
      loading.profiles.length === 0
        ? 'no such key yet: profiles are not supported yet'
        : `one of ${loading.profiles.join(', ')}`;
    reader.note([...path, 'profile'], expected, undefined, nearest(head.profile, loading.profiles));
  }
  if (head.schedule !== undefined) checkSchedule(loading, [...path, 'schedule'], head.schedule);
  if (head.id === undefined) return undefined;
  return {
    path,
    entries,
    head: {
      ...present({ profile: head.profile, schedule: head.schedule }),
      id: head.id,
      name: orAssume(loading, head.name, { path: [...path, 'name'], value: head.id }),
      role: orAssume(loading, head.role, { path: [...path, 'role'], value: 'owner' as const }),
      owners,
      targets,
    },
  };
}

function loadOwners(loading: Loading, path: Path): PlantSystem['owners'] {
  if (loading.reader.at(path) === undefined) return {};
  const { business, technical, deputy } = loading.reader.fields(ownersSchema, path);
  const confirmed = startInstant(loading, loading.reader, [...path, 'confirmed']);
  return present({ business, technical, deputy, confirmed });
}

function loadTargets(loading: Loading, path: Path): Record<string, TargetLevel> {
  if (loading.reader.at(path) === undefined) return {};
  const named = loading.reader.fields(targetsSchema, path);
  const base = toTarget(loading, [...path, 'default'], named.default);
  const targets: Record<string, TargetLevel> = {};
  for (const code of targetCodes) {
    const target = toTarget(loading, [...path, code], named[code]) ?? base;
    if (target !== undefined) targets[code] = target;
  }
  return targets;
}

const levels = [0, 1, 2, 3, 4] as const;

function toTarget(
  loading: Loading,
  path: Path,
  held: number | z.output<typeof targetObjectSchema> | undefined,
): TargetLevel | undefined {
  if (held === undefined) return undefined;
  const {
    level: wanted,
    scope,
    reason,
  } = typeof held === 'number' ? { level: held } : { scope: undefined, reason: undefined, ...held };
  const level = levels.find((each) => each === wanted);
  if (level === undefined) return undefined;
  if (level === 0 && reason === undefined) loading.reader.note(path, 'a reason beside level 0', 'none');
  return present({ level, scope: scope ?? 'general', reason });
}

function checkSchedule(loading: Loading, path: Path, schedule: string): void {
  const expected = 'a cron expression of five fields, such as "0 10 * * 2"';
  try {
    // More fields would be seconds and years: nothing here scans by the second.
    if (schedule.trim().split(/\s+/).length !== 5) throw new Error('not five fields');
    const next = new Cron(schedule, { timezone: loading.timeZone, paused: true }).nextRun(loading.now);
    if (next === null) loading.reader.note(path, 'a schedule that comes round');
  } catch {
    // The library says what is wrong in its own terms; the example says it in the reader's.
    loading.reader.note(path, expected);
  }
}

export function loadRetired(loading: Loading, system: LoadedSystem): Retirement[] {
  const { reader } = loading;
  const list = [...system.path, 'retired'];
  const retired: Retirement[] = [];
  for (let index = 0; index < reader.length(list); index += 1) {
    const path = [...list, index];
    const { id, reason, by, identitiesRevoked } = reader.fields(retiredSchema, path);
    const on = startInstant(loading, reader, [...path, 'on']);
    if (by !== undefined && by === system.head.owners.technical) {
      reader.note([...path, 'by'], 'somebody other than the technical owner');
    }
    if (id === undefined || on === undefined || reason === undefined || by === undefined) continue;
    if (identitiesRevoked === undefined) continue;
    retired.push({ id, system: system.head.id, on, reason, by, identitiesRevoked });
  }
  return retired;
}

const consentDays = 90;

/** Negative tests that somebody allowed; `members` are the assets of the system. */
export function loadConsents(loading: Loading, system: LoadedSystem, members: readonly string[]): Consent[] {
  const { reader } = loading;
  const list = [...system.path, 'consents'];
  const tests = [...loading.collectors.values()].flatMap((manifest) => manifest.tests);
  const consents: Consent[] = [];
  for (let index = 0; index < reader.length(list); index += 1) {
    const path = [...list, index];
    const consent = reader.fields(consentSchema, path);
    for (const [at, asset] of (consent.assets ?? []).entries()) {
      if (members.includes(asset)) continue;
      reader.note(
        [...path, 'assets', at],
        `the id of an asset of ${system.head.id}`,
        undefined,
        nearest(asset, members),
      );
    }
    for (const [at, test] of (consent.tests ?? []).entries()) {
      if (tests.includes(test)) continue;
      const expected = tests.length === 0 ? 'a test (no collector has one)' : `one of ${[...tests].sort().join(', ')}`;
      reader.note([...path, 'tests', at], expected, undefined, nearest(test, tests));
    }
    const on = startInstant(loading, reader, [...path, 'on']);
    const until = consentEnd(loading, path, on);
    if (consent.assets === undefined || consent.tests === undefined || on === undefined || until === undefined)
      continue;
    if (consent.by === undefined || consent.reason === undefined) continue;
    const { assets, by, reason, contact } = consent;
    const id = consent.id ?? `${system.head.id}-consent-${index + 1}`;
    consents.push(
      present({ id, system: system.head.id, assets, tests: consent.tests, by, reason, on, until, contact }),
    );
  }
  noteTwice(
    consents.map(({ id }, index) => ({ id, reader, path: [...list, index, 'id'] })),
    'consent',
  );
  return consents;
}

function consentEnd(loading: Loading, path: Path, on: string | undefined): string | undefined {
  if (on === undefined) return undefined;
  const latest = endAfter(on, consentDays, loading.timeZone);
  const at = [...path, 'until'];
  if (loading.reader.at(at) === undefined) return orAssume(loading, undefined, { path: at, value: latest });
  const until = endInstant(loading, loading.reader, at);
  if (until === undefined) return undefined;
  if (until <= on) loading.reader.note(at, 'a date after on');
  if (until > latest) loading.reader.note(at, `at most ${consentDays} days after on`);
  return until;
}

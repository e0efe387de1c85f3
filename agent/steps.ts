/** How far the looks at each zone have come, and what the next step waits for (SAF-25, SAF-26, SAF-27). */
import { isOwnMachine } from '../collectors/contract/address.ts';
import type { Asset, Plant, Zone } from '../server/contract/plant.ts';
import type { SafetyMemory, ZoneStep } from '../server/contract/scanner.ts';
import { blackoutAt, nobodyThere, outsideWindows } from './governor/calendar.ts';
import { budgetHold } from './governor/day-budget.ts';
import { brokenHold, type ZoneState, zoneState } from './governor/holds.ts';
import { signalHold } from './governor/signals.ts';
import { readStop, stopSentence } from './governor/stop.ts';
import { zoneOf } from './permit.ts';
import { canaryRestMs, modelOf } from './plan.ts';
import { touchOf } from './reach.ts';

/** Zones of a system in the order of the plant file, those without a description last. */
export async function stepsOf(
  plant: Plant,
  system: string,
  { memory, now }: { readonly memory: SafetyMemory; readonly now: Date },
): Promise<ZoneStep[]> {
  const ids = new Set(plant.systems.find(({ id }) => id === system)?.assets ?? []);
  const byZone = Map.groupBy(
    plant.assets.filter(({ id }) => ids.has(id)),
    ({ zone }) => zone,
  );
  const steps: ZoneStep[] = [];
  for (const id of new Set([...plant.zones.map(({ id }) => id), ...byZone.keys()])) {
    const members = byZone.get(id);
    if (members === undefined) continue;
    const zone = zoneOf(plant, id);
    const state = await zoneState(memory, plant.site.id, id);
    const held = await heldNow(plant, zone, { memory, now });
    steps.push({ zone: id, name: zone.name, ...stepOf(zone, members, { state, now }), ...(held ? { held } : {}) });
  }
  return steps;
}

function stepOf(
  zone: Zone,
  members: readonly Asset[],
  { state, now }: { readonly state: ZoneState; readonly now: Date },
): Pick<ZoneStep, 'step' | 'waitsFor' | 'waitsUntil' | 'canaries' | 'widened' | 'printedAt' | 'probes'> {
  const probed = members.filter(({ probes }) => probes.some(connects));
  const probes = probed.reduce((sum, each) => sum + each.probes.filter(connects).length, 0);
  const none = { canaries: [], probes };
  if (probes === 0) return { step: 'documents', ...none };
  if (probed.every(({ probes: all }) => all.filter(connects).every(({ url }) => isOwnMachine(url))))
    return { step: 'loopback', ...none };
  const touch = touchOf(zone, false);
  if (touch === 'none' || touch === 'passive')
    return { step: 'untouched', waitsFor: `touch: identify or read, in the plant file; it is ${touch}`, ...none };
  if (zone.stopContact === undefined || zone.stopProcedure === undefined)
    return { step: 'untouched', waitsFor: 'stopContact and stopProcedure in the plant file', ...none };
  if (state.dryRunAt === undefined)
    return { step: 'planned', waitsFor: 'a first scan or --dry-run, which prints its plan and sends nothing', ...none };
  const printedAt = new Date(state.dryRunAt).toISOString();
  const canaries = Object.entries(state.canaries)
    .map(([model, { asset, at }]) => ({ model, asset, at: new Date(at).toISOString() }))
    .sort((a, b) => (a.model < b.model ? -1 : 1));
  const all = { printedAt, canaries, probes };
  if (state.widened !== undefined) {
    const { by, at } = state.widened;
    return { step: 'widened', widened: { by, at: new Date(at).toISOString() }, ...all };
  }
  if (canaries.length === 0)
    return { step: 'printed', waitsFor: 'the next scan, which looks at one device of each model', ...all };
  const models = new Set(probed.map(modelOf));
  const open = [...models].filter((model) => state.canaries[model] === undefined);
  if (open.length > 0)
    return { step: 'canary', waitsFor: `a first look at ${open.length} more model(s): ${listOf(open)}`, ...all };
  const until = Math.max(...[...models].map((model) => (state.canaries[model]?.at ?? 0) + canaryRestMs));
  if (now.getTime() < until)
    return {
      step: 'canary',
      waitsUntil: new Date(until).toISOString(),
      waitsFor: 'a person who has seen that the first devices are well',
      ...all,
    };
  return { step: 'widened', ...all };
}

async function heldNow(
  plant: Plant,
  zone: Zone,
  { memory, now }: { readonly memory: SafetyMemory; readonly now: Date },
): Promise<ZoneStep['held']> {
  const { id: site, timeZone } = plant.site;
  const stop = await readStop(memory);
  if (stop !== undefined) return { rule: 'SAF-12', because: stopSentence(stop) };
  const held =
    (await brokenHold(memory, { site, zone: zone.id })) ??
    (await signalHold(memory, { site, zone }, now)) ??
    (await budgetHold(memory, { site, zone }, now)) ??
    blackoutAt(zone, timeZone, now) ??
    outsideWindows(zone, timeZone, now) ??
    nobodyThere(zone, timeZone, now);
  return held === undefined ? undefined : { rule: held.rule, because: held.because };
}

function connects({ url }: { readonly url: string }): boolean {
  return !url.startsWith('file:');
}

function listOf(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} ...` : names.join(', ');
}

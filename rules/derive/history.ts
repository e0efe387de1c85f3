/** What changed between looks. A first sight is no change. */

import { bases } from '../../collectors/contract/collector.ts';
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import { type Evidence, evidenceKinds } from '../engine/input.ts';
import { dayMs, type Reading } from '../engine/value.ts';
import type { Derivation, Plant } from './derive.ts';

const versionFact: FactName = 'firmware.version';

/** Set by configuration, and not by who is logged in or what the clock says. */
const configurationFacts = [
  'auth.anonymous.accepted',
  'auth.clientCertificate.required',
  'auth.methods',
  'auth.passwordPolicy.minLength',
  'authorization.roles',
  'boot.secure.enabled',
  'channel.encryption',
  'channel.strongestEncryption',
  'config.baseline.matches',
  'logging.level',
  'logging.local.enabled',
  'logging.remote.enabled',
  'service.legacy.enabled',
  'snmp.legacy.enabled',
  'snmp.legacy.writable',
  'snmp.source.restricted',
  'ssh.auth.methods',
  'storage.encrypted',
] as const satisfies readonly FactName[];

/** Facts of which more than the newest reading is needed: whoever keeps observations keeps these back in time. */
export const historyFacts: readonly FactName[] = [versionFact, ...configurationFacts];

/** Between looks further apart than this nobody can say when something changed. */
const widestGap = 8 * dayMs;

export function deriveHistory(plant: Plant): Derivation[] {
  const histories = historiesOf(plant, versionFact);
  const changes = new Map([...histories].map(([id, history]) => [id, changesIn(history)]));
  const each = [...changes].flatMap(([id, found]): Derivation[] => {
    const last = found.at(-1);
    if (last === undefined) return [];
    return [
      {
        name: 'firmware.lastChange',
        about: { kind: 'asset', id },
        facts: { 'firmware.lastChange': new Date(last.at).toISOString() },
        sources: [newestOf(histories.get(id) ?? []) ?? last],
      },
    ];
  });
  return [...each, ...configurations(plant), ...counted(plant, histories, changes)];
}

/** Share of critical assets that must have been read twice before a count of changes says anything. */
const leastRead = 0.8;

function counted(
  plant: Plant,
  histories: ReadonlyMap<string, readonly Reading[]>,
  changes: ReadonlyMap<string, readonly Reading[]>,
): Derivation[] {
  const critical = plant.assets.filter((asset) => asset.critical).map(({ view }) => view.id);
  const totalWithin = (days: number) => {
    const since = plant.now - days * dayMs;
    const read = critical.filter((id) => (histories.get(id) ?? []).filter(({ at }) => at >= since).length >= 2);
    if (critical.length === 0 || read.length < leastRead * critical.length) return undefined;
    const sources = read.flatMap((id) => newestOf(histories.get(id) ?? []) ?? []);
    const total = critical.flatMap((id) => changes.get(id) ?? []).filter(({ at }) => at >= since).length;
    return { total, sources };
  };
  const quarter = totalWithin(90);
  const year = totalWithin(365);
  const about = { kind: 'system' } as const;
  return [
    ...(quarter === undefined
      ? []
      : [
          {
            name: 'change.observed.total',
            about,
            facts: { 'change.observed.total': quarter.total },
            sources: quarter.sources,
          },
        ]),
    ...(year === undefined
      ? []
      : [
          {
            name: 'patch.changes.observed.total',
            about,
            facts: { 'patch.changes.observed.total': year.total },
            sources: year.sources,
          },
        ]),
  ];
}

/**
 * The last change of a setting that two successive looks of one probe saw. It is dated by the later look, and only where
 * the earlier one is near: a backup made between two looks that lie months apart may hold the change or not.
 */
function configurations(plant: Plant): Derivation[] {
  const last = new Map<string, Turn>();
  for (const fact of configurationFacts) {
    for (const [id, history] of historiesOf(plant, fact)) {
      for (const turn of turnsIn(history)) {
        const known = last.get(id);
        if (known === undefined || turn.after.at > known.after.at) last.set(id, turn);
      }
    }
  }
  return [...last]
    .filter(([, { before, after }]) => after.at - before.at <= widestGap)
    .map(([id, { after, newest }]) => ({
      name: 'config.lastChange',
      about: { kind: 'asset', id },
      facts: { 'config.lastChange': new Date(after.at).toISOString() },
      sources: [newest],
    }));
}

interface Turn {
  readonly before: Reading;
  readonly after: Reading;
  /** Newest look of the same source: until then nothing else turned. */
  readonly newest: Reading;
}

/** Successive readings of one source that differ. */
function turnsIn(history: readonly Reading[]): Turn[] {
  return [...Map.groupBy(history, ({ channel }) => channel).values()].flatMap((own) =>
    own.flatMap((after, index) => {
      const before = own[index - 1];
      const newest = own.at(-1) ?? after;
      return before === undefined || isSame(before.value, after.value) ? [] : [{ before, after, newest }];
    }),
  );
}

function isSame(one: Reading['value'], other: Reading['value']): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** All readings of a fact by asset, oldest first. */
function historiesOf({ input, now, assets }: Plant, fact: FactName): Map<string, Reading[]> {
  const ids = new Map<string, string>();
  for (const { view } of assets) for (const id of [...view.formerly, view.id]) ids.set(id, view.id);
  const histories = new Map<string, Reading[]>();
  for (const evidence of input.evidence) {
    const id = evidence.about.kind === 'asset' ? ids.get(evidence.about.id) : undefined;
    const value = evidence.facts[fact];
    const at = Date.parse(evidence.observedAt);
    if (id === undefined || value === undefined || value === '' || !(at <= now)) continue;
    const readings = histories.get(id) ?? [];
    readings.push(readingFrom(evidence, fact, at));
    histories.set(id, readings);
  }
  for (const history of histories.values())
    history.sort((one, other) => one.at - other.at || (one.ref < other.ref ? -1 : 1));
  return histories;
}

/**
 * The first reading of each new version. Compared within one source, because sources spell versions differently; of
 * several sources that watch the same asset the one that saw most changes counts.
 */
function changesIn(history: readonly Reading[]): Reading[] {
  const bySource = [...Map.groupBy(history, ({ channel }) => channel)].sort(([one], [other]) => (one < other ? -1 : 1));
  return bySource
    .map(([, own]) => own.filter((reading, index) => index > 0 && own[index - 1]?.value !== reading.value))
    .reduce((most, changes) => (changes.length > most.length ? changes : most), []);
}

function newestOf(history: readonly Reading[]): Reading | undefined {
  return history.at(-1);
}

function readingFrom(evidence: Evidence, fact: FactName, at: number): Reading {
  // Only compared and quoted: nothing here reads a value by its type.
  const value = evidence.facts[fact] as Reading['value'];
  return {
    value,
    raw: value,
    at,
    end: evidence.validUntil === undefined ? Number.POSITIVE_INFINITY : Date.parse(evidence.validUntil),
    kind: evidenceKinds.indexOf(evidence.kind),
    basis: bases.indexOf(evidence.basis[fact] ?? 'authoritative'),
    source: evidence.source,
    channel: evidence.channel,
    ref: evidence.ref,
  };
}

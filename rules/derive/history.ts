/** What changed between looks. A first sight is no change. */

import { bases } from '../../collectors/contract/collector.ts';
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import { type Evidence, evidenceKinds } from '../engine/input.ts';
import { dayMs, type Reading } from '../engine/value.ts';
import type { Derivation, Plant } from './derive.ts';

const versionFact: FactName = 'firmware.version';

export function deriveHistory(plant: Plant): Derivation[] {
  const histories = historiesOf(plant);
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
  return [...each, ...counted(plant, histories, changes)];
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

/** All readings of an asset's version, oldest first. */
function historiesOf({ input, now, assets }: Plant): Map<string, Reading[]> {
  const ids = new Map<string, string>();
  for (const { view } of assets) for (const id of [...view.formerly, view.id]) ids.set(id, view.id);
  const histories = new Map<string, Reading[]>();
  for (const evidence of input.evidence) {
    const id = evidence.about.kind === 'asset' ? ids.get(evidence.about.id) : undefined;
    const value = evidence.facts[versionFact];
    const at = Date.parse(evidence.observedAt);
    if (id === undefined || typeof value !== 'string' || value === '' || !(at <= now)) continue;
    histories.set(id, [...(histories.get(id) ?? []), readingFrom(evidence, value, at)]);
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

function readingFrom(evidence: Evidence, value: string, at: number): Reading {
  return {
    value,
    raw: value,
    at,
    end: evidence.validUntil === undefined ? Number.POSITIVE_INFINITY : Date.parse(evidence.validUntil),
    kind: evidenceKinds.indexOf(evidence.kind),
    basis: bases.indexOf(evidence.basis[versionFact] ?? 'authoritative'),
    source: evidence.source,
    channel: evidence.channel,
    ref: evidence.ref,
  };
}

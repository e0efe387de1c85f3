/** What changed between looks. A first sight is no change, and neither is what one of two looks did not see. */
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import type { Evidence, History, Turn } from '../engine/input.ts';
import { kinds } from '../engine/set-words.ts';
import { dayMs, type Reading } from '../engine/value.ts';
import { type Derivation, type Plant, readingsOf } from './derive.ts';
import { historyFacts, type Look, lookFrom, stepsIn, versionFact } from './turns.ts';

/** Between looks further apart than this nobody can say when something changed. */
const widestGap = 8 * dayMs;
/** Turns before that are no source of anything. */
export const longestHistory = 365 * dayMs;
/** Looks of one scan, or of the one that repeats it, do not show that something stays. */
const leastApart = dayMs;
/** Share of critical assets that must have been read twice before a count of changes says anything. */
const leastRead = 0.8;
/** Their logic is no setting that a look from outside sees: that none of those turned says nothing about it. */
const withLogic: readonly string[] = [...kinds.CTRL, 'drive'];

export function deriveHistory(plant: Plant): Derivation[] {
  const histories = historiesOf(plant);
  const each = plant.assets.flatMap(({ view, subject }) => {
    const own = histories.get(view.id);
    if (own === undefined) return [];
    const newest = (turn: KnownTurn) =>
      readingsOf(subject, turn.fact, plant.now).find(({ channel }) => channel === turn.channel);
    const configuration = withLogic.includes(view.kind) ? undefined : lastChange(own.turns);
    return [
      ...dated('firmware.lastChange', view.id, { turn: fewestChanges(versionsIn(own.turns)).at(-1), newest }),
      ...dated('config.lastChange', view.id, { turn: configuration, newest }),
    ];
  });
  return [
    ...each,
    ...counted(plant, histories, { fact: 'change.observed.total', days: 90, facts: historyFacts }),
    ...counted(plant, histories, { fact: 'patch.changes.observed.total', days: 365, facts: [versionFact] }),
  ];
}

/** As fresh as the newest look of the same source: until then nothing else turned. */
function dated(
  fact: 'firmware.lastChange' | 'config.lastChange',
  id: string,
  of: { turn: KnownTurn | undefined; newest: (turn: KnownTurn) => Reading | undefined },
): Derivation[] {
  const source = of.turn === undefined ? undefined : of.newest(of.turn);
  if (of.turn === undefined || source === undefined) return [];
  const facts = { [fact]: new Date(of.turn.to).toISOString() };
  return [{ name: fact, about: { kind: 'asset', id }, facts, sources: [source], also: refsOf([of.turn]) }];
}

/**
 * The last change of a setting. It is dated by the look that saw it, and only where the look before is near: a backup
 * made between two looks that lie months apart may hold the change or not.
 */
function lastChange(turns: readonly KnownTurn[]): KnownTurn | undefined {
  const settings = turns.filter(({ fact }) => fact !== versionFact);
  const last = settings.sort((one, other) => other.to - one.to || other.from - one.from || byName(one, other))[0];
  return last !== undefined && last.to - last.from <= widestGap ? last : undefined;
}

interface Count {
  readonly fact: 'change.observed.total' | 'patch.changes.observed.total';
  readonly days: number;
  readonly facts: readonly FactName[];
}

/** Changes of the critical assets within a span, where enough of them were read twice. */
function counted(plant: Plant, histories: ReadonlyMap<string, AssetHistory>, { fact, days, facts }: Count) {
  const since = plant.now - days * dayMs;
  const critical = plant.assets.filter((asset) => asset.critical);
  const gone = plant.input.system.assets.filter((view) => view.state === 'gone' && view.criticality === 'critical');
  const read = critical.flatMap(({ view, subject }) => {
    const own = histories.get(view.id);
    const turns = own?.turns.filter((turn) => turn.to >= since && facts.includes(turn.fact)) ?? [];
    // A change somewhere between two looks that are further apart than the whole span may lie before it.
    const unclear = turns.some(({ from, to }) => to - from > days * dayMs);
    const [source] = readingsOf(subject, versionFact, plant.now)
      .filter(({ at, channel }) => at >= since && at - (own?.firsts.get(channel) ?? at) >= leastApart)
      .sort((one, other) => other.at - one.at || (one.channel < other.channel ? -1 : 1));
    return source === undefined || unclear ? [] : [{ source, turns: fewestChanges(turns) }];
  });
  if (critical.length === 0 || read.length < leastRead * (critical.length + gone.length)) return [];
  const changes = read.flatMap(({ turns }) => turns);
  return [
    {
      name: fact,
      about: { kind: 'system' } as const,
      facts: { [fact]: changes.length },
      sources: read.map(({ source }) => source),
      also: refsOf(changes),
    },
  ];
}

/**
 * The least number of changes that explains all turns, each by the turn that ends first: several settings that one look
 * found changed, and one change that several probes saw, are one.
 */
function fewestChanges(turns: readonly KnownTurn[]): KnownTurn[] {
  let last = Number.NEGATIVE_INFINITY;
  return turns
    .toSorted((one, other) => one.to - other.to || byName(one, other))
    .filter(({ from, to }) => {
      if (from < last) return false;
      last = to;
      return true;
    });
}

function versionsIn(turns: readonly KnownTurn[]): KnownTurn[] {
  return turns.filter(({ fact }) => fact === versionFact);
}

function refsOf(turns: readonly KnownTurn[]): string[] {
  return turns.flatMap(({ before, after }) => [before.ref, after.ref]);
}

function byName(one: KnownTurn, other: KnownTurn): number {
  return `${one.channel} ${one.fact}` < `${other.channel} ${other.fact}` ? -1 : 1;
}

interface KnownTurn extends Turn {
  readonly from: number;
  readonly to: number;
}

interface AssetHistory {
  readonly turns: KnownTurn[];
  /** By channel. */
  readonly firsts: Map<string, number>;
}

/** What the input knows of earlier looks; of sources that are no probes all readings are in the evidence. */
function historiesOf({ input, now, assets }: Plant): Map<string, AssetHistory> {
  const ids = new Map<string, string>();
  for (const { view } of assets) for (const id of [...view.formerly, view.id]) ids.set(id, view.id);
  const kept = input.history;
  const others = historyIn(input.evidence.filter(({ kind }) => kept === undefined || kind !== 'observation'));
  const histories = new Map<string, AssetHistory>();
  const of = (asset: string) => {
    const id = ids.get(asset);
    if (id === undefined) return undefined;
    const own: AssetHistory = histories.get(id) ?? { turns: [], firsts: new Map() };
    histories.set(id, own);
    return own;
  };
  for (const turn of [...(kept?.turns ?? []), ...others.turns]) {
    const [from, to] = [Date.parse(turn.before.at), Date.parse(turn.after.at)];
    if (to <= now && to >= now - longestHistory) of(turn.asset)?.turns.push({ ...turn, from, to });
  }
  for (const { asset, channel, at } of [...(kept?.firsts ?? []), ...others.firsts]) {
    const own = of(asset);
    own?.firsts.set(channel, Math.min(Date.parse(at), own.firsts.get(channel) ?? Number.POSITIVE_INFINITY));
  }
  return histories;
}

function historyIn(evidence: readonly Evidence[]): History {
  const looks = evidence.flatMap(({ about, channel, facts, observedAt, ref }) => {
    if (about.kind !== 'asset') return [];
    const look = lookFrom({ facts });
    return look.values.size === 0 ? [] : [{ ...look, asset: about.id, channel, at: observedAt, ref }];
  });
  return historyOf(looks);
}

/** A look with what it is compared within, and how to find it again. `by`: who looked, where several do. */
export interface KnownLook extends Look {
  readonly asset: string;
  readonly channel: string;
  readonly by?: string;
  readonly at: string;
  readonly ref: string;
}

export function historyOf(looks: readonly KnownLook[]): History {
  const sequences = Map.groupBy(looks, ({ asset, channel, by = '' }) => JSON.stringify([asset, channel, by]));
  const steps = [...sequences.values()].flatMap((own) =>
    stepsIn(own.sort((one, other) => Date.parse(one.at) - Date.parse(other.at) || (one.ref < other.ref ? -1 : 1))),
  );
  const turns: Turn[] = [];
  const firsts: History['firsts'][number][] = [];
  for (const { fact, before, after } of steps) {
    const { asset, channel, at, ref } = after;
    if (before === undefined) firsts.push({ asset, channel, at });
    else turns.push({ asset, channel, fact, before: { at: before.at, ref: before.ref }, after: { at, ref } });
  }
  return { turns, firsts };
}

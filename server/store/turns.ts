/**
 * What turned between two looks of a probe, noted as looks are recorded: what derivations need of the history, in a
 * table that grows with what changes. Follows from the observations and can be computed anew.
 */
import type { FactName, Facts } from '../../collectors/contract/vocabulary.ts';
import { type Look, lookFrom, type Step, stepsTo } from '../../rules/derive/turns.ts';
import { type StoredRow, storedOf } from './rows.ts';
import type { Channel, Database, TurnRow } from './tables.ts';

/** What turned between two looks, or the first sight of a version. Instants are RFC 3339, UTC. */
export interface StoredTurn extends Channel {
  readonly fact: FactName;
  readonly before?: { readonly at: string; readonly ref: string };
  readonly after: { readonly at: string; readonly ref: string };
}

export interface TurnScope {
  readonly systems: readonly string[];
  /** Turns before it are left out, first sights are not. RFC 3339, UTC. */
  readonly since: string;
}

/** Turns and first sights as they were known at an instant, of all assets at once. */
export async function turnsAsOf(db: Database, scope: TurnScope, instant: string): Promise<readonly StoredTurn[]> {
  if (scope.systems.length === 0) return [];
  const at = Date.parse(instant);
  const rows = await db
    .selectFrom('turns')
    .selectAll()
    .where('system', 'in', [...scope.systems])
    .where('after_at', '<=', at)
    .where('recorded_at', '<=', at)
    .where(({ or, eb }) => or([eb('replaced_at', 'is', null), eb('replaced_at', '>', at)]))
    .where(({ or, eb }) => or([eb('before_digest', '=', ''), eb('after_at', '>=', Date.parse(scope.since))]))
    .execute();
  return rows.map(({ system, asset, probe, fact, ...row }) => ({
    ...{ system, asset, probe, fact },
    after: { at: new Date(row.after_at).toISOString(), ref: row.after_digest },
    ...(row.before_at === null
      ? {}
      : { before: { at: new Date(row.before_at).toISOString(), ref: row.before_digest } }),
  }));
}

/** A look as it is compared, with its place in time. */
interface TimedLook extends Look {
  readonly digest: TurnRow['after_digest'];
  readonly observed_at: number;
  readonly recorded_at: number;
}

/**
 * Notes what turned with a new observation.
 * @param of.known the channel's readings that counted before it, `of.latest`: when any was last recorded.
 */
export async function noteTurns(
  tx: Database,
  added: StoredRow,
  of: { readonly known: readonly StoredRow[]; readonly latest: number | undefined },
): Promise<void> {
  const look = timedLook(added);
  if (look.values.size === 0) return;
  const inOrder = of.known.every((row) => isLater(look, row)) && (of.latest ?? 0) < added.recorded_at;
  const earlier = of.known.map(timedLook).sort(byTime).reverse();
  // The readings that count hold the newest answer to each fact: behind an empty one lies another.
  const isHidden = (fact: FactName) =>
    earlier.find(({ values, blank }) => values.has(fact) || blank.includes(fact))?.values.has(fact) === false;
  if (!inOrder || [...look.values.keys()].some(isHidden)) return rebuildChannel(tx, added);
  const steps = stepsTo(look, (fact) => earlier.find(({ values }) => values.has(fact)));
  await insertTurns(
    tx,
    steps.map((step) => rowOf(added, step, look.recorded_at)),
  );
}

/** Computes the turns of a channel from its looks, in the order in which they were recorded. */
export function turnRows(channel: Channel, observations: readonly StoredRow[]): TurnRow[] {
  const recorded = observations
    .map(timedLook)
    .filter(({ values }) => values.size > 0)
    .sort((one, other) => one.recorded_at - other.recorded_at || (one.digest < other.digest ? -1 : 1));
  const looks: TimedLook[] = [];
  const rows: TurnRow[] = [];
  const standing = new Map<string, TurnRow>();
  const add = (step: Step<TimedLook>, at: number) => {
    const row = rowOf(channel, step, at);
    rows.push(row);
    standing.set(`${row.fact} ${row.after_digest}`, row);
  };
  for (const look of recorded) {
    const place = looks.findLastIndex((each) => isLater(look, each)) + 1;
    const before = (fact: FactName) => looks.findLast(({ values }, index) => index < place && values.has(fact));
    for (const step of stepsTo(look, before)) add(step, look.recorded_at);
    for (const fact of place < looks.length ? look.values.keys() : []) {
      const next = looks.find(({ values }, index) => index >= place && values.has(fact));
      if (next === undefined) continue;
      const replaced = standing.get(`${fact} ${next.digest}`);
      if (replaced !== undefined) replaced.replaced_at = look.recorded_at;
      standing.delete(`${fact} ${next.digest}`);
      const onlyThis = { ...next, values: new Map([...next.values].filter(([name]) => name === fact)) };
      for (const step of stepsTo(onlyThis, () => look)) add(step, look.recorded_at);
    }
    looks.splice(place, 0, look);
  }
  return rows;
}

/** Computes all turns anew. */
export async function rebuildTurns(tx: Database): Promise<void> {
  await tx.deleteFrom('turns').execute();
  const channels = await tx.selectFrom('channels').select(['system', 'asset', 'probe']).execute();
  for (const channel of channels) await rebuildChannel(tx, channel);
}

async function rebuildChannel(tx: Database, channel: Channel): Promise<void> {
  const { system, asset, probe } = channel;
  await tx
    .deleteFrom('turns')
    .where((where) => where.and({ system, asset, probe }))
    .execute();
  const observations = await tx
    .selectFrom('observations')
    .innerJoin('documents', 'documents.hash', 'observations.document')
    .selectAll('observations')
    .select('documents.body as document_body')
    .where('system', '=', system)
    .where('asset', '=', asset)
    .where('probe', '=', probe)
    .execute();
  await insertTurns(tx, turnRows({ system, asset, probe }, observations));
}

// Databases limit the values of one statement.
const portion = 500;

async function insertTurns(tx: Database, rows: readonly TurnRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += portion)
    await tx
      .insertInto('turns')
      .values(rows.slice(start, start + portion))
      .execute();
}

function rowOf({ system, asset, probe }: Channel, { fact, before, after }: Step<TimedLook>, at: number): TurnRow {
  return {
    ...{ system, asset, probe, fact },
    ...{ after_at: after.observed_at, after_digest: after.digest },
    ...{ before_at: before?.observed_at ?? null, before_digest: before?.digest ?? '' },
    ...{ recorded_at: at, replaced_at: null },
  };
}

function timedLook(row: StoredRow): TimedLook {
  const { collectorVersion, target, facts, volatile } = storedOf(row);
  const { digest, observed_at, recorded_at } = row;
  return {
    ...lookFrom({ collectorVersion, target, facts, volatile: volatile as Facts }),
    digest,
    observed_at,
    recorded_at,
  };
}

/** At one instant by digest, as readings are. */
function isLater(one: Place, other: Place): boolean {
  return byTime(one, other) > 0;
}

type Place = Pick<TimedLook, 'observed_at' | 'digest'>;

function byTime(one: Place, other: Place): number {
  return one.observed_at - other.observed_at || (one.digest < other.digest ? -1 : one.digest > other.digest ? 1 : 0);
}

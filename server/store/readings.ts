/**
 * Which observations count at an instant. Per channel (probe of an asset) that is a cover: the newest look, and of the
 * older ones those that still hold something no newer look says. It stays as small as the device's variety, however
 * long the history; with it the engine gives the result that it would give on everything.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { ExpressionBuilder } from 'kysely';
import type { FactsDocument } from '../../collectors/contract/observation.ts';
import type { Facts } from '../../collectors/contract/vocabulary.ts';
import { inTransaction } from './ledger.ts';
import { type StoredObservation, type StoredRow, storedOf } from './rows.ts';
import type { Channel, Database, ObservationRow, Tables } from './tables.ts';
import { noteTurns, rebuildTurns } from './turns.ts';

export interface ReadingScope {
  /** Systems whose scans count: the assessed one, and those with which it shares assets. */
  readonly systems: readonly string[];
  /** Only these assets. */
  readonly assets?: readonly string[];
}

/**
 * Every observation that the engine needs for an assessment at the instant: what was recorded and observed by then.
 * Costs what the channels are now, not what their history is; for a past instant what has changed since.
 */
export async function observationsAsOf(
  db: Database,
  scope: ReadingScope,
  instant: string,
): Promise<readonly StoredObservation[]> {
  const at = Date.parse(instant);
  const readings: StoredObservation[] = [];
  const assets = await assetsIn(db, scope);
  for (let start = 0; start < assets.length; start += portion) {
    const current = await currentRows(db, scope.systems, assets.slice(start, start + portion));
    const moved = current.filter((row) => row.recorded_at > at || row.observed_at > at);
    const keys = new Set(moved.map(keyOf));
    const settled = current.filter((row) => !keys.has(keyOf(row)));
    const earlier = moved.length === 0 ? [] : await earlierRows(db, at, moved);
    for (const row of [...settled, ...earlier]) readings.push(storedOf(row));
    // The embedded database answers without ever waiting: let sockets and timers have their turn between portions.
    await breathe();
  }
  return readings.sort(byChannelAndTime);
}

const portion = 200;

/** Brings current state, spans and turns up to date with a new observation. */
export async function noteReading(tx: Database, row: ObservationRow): Promise<void> {
  // First of all: it locks the channel.
  await noteNewest(tx, row);
  const latest = await lastRecorded(tx, row);
  const { known, added } = await noteCurrent(tx, row);
  await noteTurns(tx, added, { known, latest });
}

/** @returns the observation as stored, and what counted before it. */
async function noteCurrent(tx: Database, row: ObservationRow): Promise<{ added: StoredRow; known: StoredRow[] }> {
  await noteSpan(tx, row);
  const channel = { system: row.system, asset: row.asset, probe: row.probe };
  const known = await coverOf(tx, channel);
  const added = await withDocument(tx).where('observations.digest', '=', row.digest).executeTakeFirstOrThrow();
  const kept = cover([...known, added]);
  const dropped = known.filter((each) => !kept.includes(each)).map((each) => each.digest);
  if (dropped.length > 0)
    await tx.deleteFrom('current_readings').where(isChannel(channel)).where('digest', 'in', dropped).execute();
  if (kept.includes(added))
    await tx
      .insertInto('current_readings')
      .values({ ...channel, digest: row.digest })
      .execute();
  return { added, known };
}

/** The values that the channel's readings before an instant last held. */
export async function valuesBefore(db: Database, channel: Channel, before: number): Promise<Facts> {
  const rows = await newestPerDocument(db, 'before', before)
    .where('spans.system', '=', channel.system)
    .where('spans.asset', '=', channel.asset)
    .where('spans.probe', '=', channel.probe)
    .execute();
  const facts: Record<string, unknown> = {};
  for (const row of cover(rows)) {
    const stored = storedOf(row);
    // Newest first: what an older reading says of the same fact no longer counts.
    for (const [name, value] of Object.entries({ ...stored.facts, ...stored.volatile })) facts[name] ??= value;
  }
  return facts as Facts;
}

/** Computes channels, spans, current readings and turns anew from the observations. Gives what was there unless it was wrong. */
export function rebuildReadings(db: Database): Promise<void> {
  return inTransaction(db, async (tx) => {
    for (const table of ['channels', 'spans', 'current_readings', 'turns'] as const)
      await tx.deleteFrom(table).execute();
    let after: { recorded_at: number; digest: string } | undefined;
    for (;;) {
      const rows = await batchAfter(tx, after);
      for (const row of rows) {
        await noteNewest(tx, row);
        await noteCurrent(tx, row);
      }
      after = rows.at(-1);
      if (after === undefined) break;
    }
    await rebuildTurns(tx);
  });
}

/** Newest first; a reading stays when it says something that none newer says. */
export function cover(rows: readonly StoredRow[]): StoredRow[] {
  const seen = new Set<string>();
  const mentioned = new Set<string>();
  return rows.toSorted(newestFirst).filter((row, index) => {
    const document = JSON.parse(row.document_body) as FactsDocument;
    const { volatile } = storedOf(row);
    const facts = [...Object.keys(document.facts), ...Object.keys(volatile)];
    const adds =
      facts.some((name) => !seen.has(name)) || Object.keys(document.unseen).some((name) => !mentioned.has(name));
    for (const name of facts) seen.add(name);
    for (const name of [...facts, ...Object.keys(document.unseen)]) mentioned.add(name);
    return index === 0 || adds;
  });
}

const batchSize = 500;

function batchAfter(tx: Database, after: { recorded_at: number; digest: string } | undefined) {
  let query = tx.selectFrom('observations').selectAll();
  if (after !== undefined)
    query = query.where((where) =>
      where.or([
        where('recorded_at', '>', after.recorded_at),
        where.and([where('recorded_at', '=', after.recorded_at), where('digest', '>', after.digest as never)]),
      ]),
    );
  return query.orderBy('recorded_at').orderBy('digest').limit(batchSize).execute();
}

// The upsert also locks the channel's row: what two servers record at once is folded in one after the other.
async function noteNewest(tx: Database, row: ObservationRow): Promise<void> {
  const { system, asset, probe, digest, outcome, observed_at, recorded_at } = row;
  const newest = await tx
    .insertInto('channels')
    .values({ system, asset, probe, digest, outcome, observed_at, recorded_at })
    .onConflict((conflict) =>
      conflict.columns(['system', 'asset', 'probe']).doUpdateSet((set) => ({ asset: set.ref('channels.asset') })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  if (newestFirst(row, newest) < 0)
    await tx.updateTable('channels').set({ digest, outcome, observed_at, recorded_at }).where(isChannel(row)).execute();
}

/** When any look of the channel was last recorded. */
async function lastRecorded(tx: Database, channel: Channel): Promise<number | undefined> {
  const { last } = await tx
    .selectFrom('spans')
    .select(({ fn }) => fn.max('last_recorded_at').as('last'))
    .where(isChannel(channel))
    .executeTakeFirstOrThrow();
  return last === null ? undefined : Number(last);
}

async function noteSpan(tx: Database, row: ObservationRow): Promise<void> {
  const { system, asset, probe, document, digest, observed_at, recorded_at } = row;
  const known = await tx
    .selectFrom('spans')
    .selectAll()
    .where(isChannel(row))
    .where('document', '=', document)
    .executeTakeFirst();
  if (known === undefined) {
    await tx
      .insertInto('spans')
      .values({
        ...{ system, asset, probe, document, digest, observed_at },
        first_recorded_at: recorded_at,
        last_recorded_at: recorded_at,
      })
      .execute();
    return;
  }
  await tx
    .updateTable('spans')
    .set({
      first_recorded_at: Math.min(known.first_recorded_at, recorded_at),
      last_recorded_at: Math.max(known.last_recorded_at, recorded_at),
      ...(newestFirst(row, known) < 0 ? { digest, observed_at } : {}),
    })
    .where(isChannel(row))
    .where('document', '=', document)
    .execute();
}

function withDocument(db: Database) {
  return db
    .selectFrom('observations')
    .innerJoin('documents', 'documents.hash', 'observations.document')
    .selectAll('observations')
    .select('documents.body as document_body');
}

function coverOf(db: Database, channel: Channel): Promise<StoredRow[]> {
  return withDocument(db)
    .innerJoin('current_readings', 'current_readings.digest', 'observations.digest')
    .where('current_readings.system', '=', channel.system)
    .where('current_readings.asset', '=', channel.asset)
    .where('current_readings.probe', '=', channel.probe)
    .execute();
}

async function assetsIn(db: Database, scope: ReadingScope): Promise<readonly string[]> {
  if (scope.systems.length === 0) return [];
  const rows = await db
    .selectFrom('channels')
    .select('asset')
    .distinct()
    .where('system', 'in', [...scope.systems])
    .execute();
  const wanted = scope.assets === undefined ? undefined : new Set(scope.assets);
  return rows.map((row) => row.asset).filter((asset) => wanted === undefined || wanted.has(asset));
}

function currentRows(db: Database, systems: readonly string[], assets: readonly string[]): Promise<StoredRow[]> {
  return withDocument(db)
    .innerJoin('current_readings', 'current_readings.digest', 'observations.digest')
    .where('current_readings.system', 'in', [...systems])
    .where('current_readings.asset', 'in', [...assets])
    .execute();
}

/** Rebuilds the covers of the channels at a past instant from their documents' spans. */
async function earlierRows(db: Database, at: number, channels: readonly Channel[]): Promise<StoredRow[]> {
  const wanted = new Set(channels.map(keyOf));
  const rows = await newestPerDocument(db, 'until', at)
    .where('spans.system', 'in', [...new Set(channels.map((channel) => channel.system))])
    .where('spans.asset', 'in', [...new Set(channels.map((channel) => channel.asset))])
    .where('spans.first_recorded_at', '<=', at)
    .execute();
  const byChannel = Map.groupBy(
    rows.filter((row) => wanted.has(keyOf(row))),
    keyOf,
  );
  return [...byChannel.values()].flatMap(cover);
}

/** Of every document that a channel ever showed the newest reading known at an instant, or made before it. */
function newestPerDocument(db: Database, bound: 'until' | 'before', at: number) {
  return db
    .selectFrom('spans')
    .innerJoin('observations', (join) =>
      join.on('observations.digest', '=', (from) => {
        const within = from
          .selectFrom('observations as known')
          .select('known.digest')
          .whereRef('known.system', '=', 'spans.system')
          .whereRef('known.asset', '=', 'spans.asset')
          .whereRef('known.probe', '=', 'spans.probe')
          .whereRef('known.document', '=', 'spans.document')
          .where('known.observed_at', bound === 'until' ? '<=' : '<', at);
        return (bound === 'until' ? within.where('known.recorded_at', '<=', at) : within)
          .orderBy('known.observed_at', 'desc')
          .orderBy('known.digest', 'desc')
          .limit(1);
      }),
    )
    .innerJoin('documents', 'documents.hash', 'observations.document')
    .selectAll('observations')
    .select('documents.body as document_body');
}

function isChannel(channel: Channel) {
  const { system, asset, probe } = channel;
  return (where: ExpressionBuilder<Channels, keyof Channels>) => where.and({ system, asset, probe });
}

type Channels = Pick<Tables, 'channels' | 'spans' | 'current_readings'>;

/** Later observed first; at one instant by digest, so that every database agrees. */
export function newestFirst(
  one: { observed_at: number; digest: string },
  other: { observed_at: number; digest: string },
): number {
  return other.observed_at - one.observed_at || (one.digest < other.digest ? 1 : one.digest > other.digest ? -1 : 0);
}

function byChannelAndTime(one: StoredObservation, other: StoredObservation): number {
  const [a, b] = [one, other].map((each) =>
    [each.system, each.asset, each.probe, each.observedAt, each.digest].join('\0'),
  );
  return a === undefined || b === undefined || a === b ? 0 : a < b ? -1 : 1;
}

function keyOf(channel: Channel): string {
  return `${channel.system}/${channel.asset}/${channel.probe}`;
}

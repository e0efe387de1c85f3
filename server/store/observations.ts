/** Observations: recorded once, with their document and transcript, and found again by digest, scan or channel. */
import { z } from 'zod';
import type { AssetObservation } from '../../collectors/contract/observation.ts';
import type { Facts } from '../../collectors/contract/vocabulary.ts';
import { canonicalJson, type Digest, documentOf } from '../../collectors/evidence/canonical.ts';
import {
  type Entry,
  type ObservationRecord,
  observationDigest,
  recordOf,
  transcriptBody,
} from '../../collectors/evidence/record.ts';
import { isPostgres } from './append-only.ts';
import { inTransaction } from './ledger.ts';
import { type Page, type PageOf, pageOf, readCursor } from './page.ts';
import { noteReading, valuesBefore } from './readings.ts';
import {
  recordOfRow,
  rowOfRecord,
  type StoredObservation,
  type StoredRow,
  storedOf,
  type WholeObservation,
} from './rows.ts';
import type { Database, ObservationRow } from './tables.ts';

/**
 * Records one observation with its document and transcript, ends its probe in the scan and brings the current state
 * up to date, all or nothing. Recording the same observation again changes nothing and gives the same digest.
 * @throws {TypeError} when the facts do not fit their hash, or the scan already holds another one of that probe.
 */
export async function recordObservation(db: Database, observation: AssetObservation, entry: Entry): Promise<Digest> {
  const record = recordOf(observation, entry);
  return inTransaction(db, async (tx) => {
    const before = await tx
      .selectFrom('observations')
      .selectAll()
      .where('scan', '=', record.scan)
      .where('asset', '=', record.asset)
      .where('probe', '=', record.probe)
      .executeTakeFirst();
    if (before !== undefined) return sameOrRefused(before, record);
    await refuseUnlessOpen(tx, record.scan);
    const document = documentOf(observation);
    await tx
      .insertInto('documents')
      .values({ hash: record.document, body: canonicalJson(document) })
      .onConflict((conflict) => conflict.column('hash').doNothing())
      .execute();
    await tx
      .insertInto('transcripts')
      .values({ hash: record.transcript, body: transcriptBody(observation.transcript) })
      .onConflict((conflict) => conflict.column('hash').doNothing())
      .execute();
    const row = rowOfRecord(record);
    await tx.insertInto('observations').values(row).execute();
    await noteReading(tx, row);
    await tx
      .deleteFrom('running_probes')
      .where('scan', '=', row.scan)
      .where('asset', '=', row.asset)
      .where('probe', '=', row.probe)
      .execute();
    return row.digest;
  });
}

/** The whole observation with its transcript, or undefined. */
export async function observationByDigest(db: Database, digest: string): Promise<WholeObservation | undefined> {
  const row = await withBodies(db)
    .where('observations.digest', '=', digest as Digest)
    .executeTakeFirst();
  return row === undefined ? undefined : wholeOf(row);
}

/** The values that the channel's earlier readings last held, for "before" on the evidence page. Volatile facts included. */
export function factsBefore(db: Database, observation: StoredObservation): Promise<Facts> {
  return valuesBefore(db, observation, Date.parse(observation.observedAt));
}

/** Every observation of a scan, ordered by asset and probe. */
export async function observationsOfScan(db: Database, scan: string): Promise<readonly WholeObservation[]> {
  const rows = await withBodies(db).where('observations.scan', '=', scan).execute();
  return rows.map(wholeOf).sort(byAssetAndProbe);
}

export interface ObservationFilter {
  readonly system: string;
  readonly asset?: string;
  readonly probe?: string;
  /** Nothing recorded or observed after this instant. */
  readonly until?: string;
}

/** History, newest first. */
export async function listObservations(
  db: Database,
  filter: ObservationFilter,
  page: Page = {},
): Promise<PageOf<WholeObservation>> {
  const limit = page.limit ?? 100;
  let query = withBodies(db).where('observations.system', '=', filter.system);
  if (filter.asset !== undefined) query = query.where('observations.asset', '=', filter.asset);
  if (filter.probe !== undefined) query = query.where('observations.probe', '=', filter.probe);
  if (filter.until !== undefined) {
    const until = Date.parse(filter.until);
    query = query.where('observations.observed_at', '<=', until).where('observations.recorded_at', '<=', until);
  }
  const after = readCursor(page.cursor);
  if (after !== undefined)
    query = query.where((where) =>
      where.or([
        where('observations.observed_at', '<', after.at),
        where.and([
          where('observations.observed_at', '=', after.at),
          where('observations.digest', '<', after.id as Digest),
        ]),
      ]),
    );
  const rows = await query
    .orderBy('observations.observed_at', 'desc')
    .orderBy('observations.digest', 'desc')
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, {
    item: wholeOf,
    cursor: (row) => ({ at: row.observed_at, id: row.digest }),
  });
}

// The manifest of a scan that has ended is signed: what came later would stand outside every manifest.
async function refuseUnlessOpen(tx: Database, scan: string): Promise<void> {
  const query = tx.selectFrom('scans').select('state').where('id', '=', scan);
  const row = await (isPostgres(tx) ? query.forShare() : query).executeTakeFirst();
  if (row === undefined || (row.state !== 'running' && row.state !== 'waiting'))
    throw new TypeError(`scan ${scan}: expected one that runs, found ${row?.state ?? 'none'}`);
}

/** A repeat differs at most in when it was recorded. */
function sameOrRefused(before: ObservationRow, record: ObservationRecord): Digest {
  const stored = recordOfRow(before);
  if (observationDigest({ ...record, recordedAt: stored.recordedAt }) === before.digest) return before.digest;
  throw new TypeError(
    `expected one observation of ${record.asset}/${record.probe} in scan ${record.scan}, found a second, different one`,
  );
}

const textsSchema = z.array(z.string());

function withBodies(db: Database) {
  return db
    .selectFrom('observations')
    .innerJoin('documents', 'documents.hash', 'observations.document')
    .innerJoin('transcripts', 'transcripts.hash', 'observations.transcript')
    .selectAll('observations')
    .select(['documents.body as document_body', 'transcripts.body as transcript_body']);
}

function wholeOf(row: StoredRow & { transcript_body: string }): WholeObservation {
  const times = recordOfRow(row).lineTimesMs;
  const texts = textsSchema.parse(JSON.parse(row.transcript_body));
  return { ...storedOf(row), transcript: texts.map((text, index) => ({ atMs: times[index] ?? 0, text })) };
}

function byAssetAndProbe(one: StoredObservation, other: StoredObservation): number {
  return compare(one.asset, other.asset) || compare(one.probe, other.probe);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

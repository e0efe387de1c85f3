import { canonicalJson, type Digest, isDigest } from '../../../collectors/evidence/canonical.ts';
import { cover, newestFirst } from '../readings.ts';
import { recordOfRow, rowOfRecord, type StoredRow } from '../rows.ts';
import type { Channel, Database, ObservationRow, TurnRow } from '../tables.ts';
import { turnRows } from '../turns.ts';
import { Broken, checkRow, count, type Progress, portion } from './broken.ts';

/**
 * Every observation is what was recorded. Where the current state does not follow from them, that is returned: it is
 * wrong, too, but what an observation itself shows comes first.
 */
export async function verifyObservations(
  db: Database,
  progress: Progress,
  options: { readonly derived: boolean },
): Promise<Broken | undefined> {
  let wrong: Broken | undefined;
  let channel: StoredRow[] = [];
  let looks: StoredRow[] = [];
  let after: StoredRow | undefined;
  for (;;) {
    const rows = await batchAfter(db, after);
    for (const row of rows) {
      const { document_body: body, ...stored } = row;
      checkRow('observations', row.digest, () => verifyRow(stored));
      if (body === null) throw new Broken('observations', row.digest, `its document ${row.document} is not there`);
      if (row.transcript_body === null)
        throw new Broken('observations', row.digest, `its transcript ${row.transcript} is not there`);
      const whole: StoredRow = { ...stored, document_body: body };
      if (channel[0] !== undefined && !sameChannel(channel[0], row)) {
        if (options.derived) wrong ??= (await wrongCurrent(db, channel)) ?? (await wrongTurns(db, looks));
        channel = [];
        looks = [];
      }
      looks.push(whole);
      // Of each document the newest reading is enough.
      channel = [...channel.filter((each) => each.document !== row.document), whole];
      after = whole;
    }
    count(progress, 'observations', rows.length);
    if (rows.length < portion) break;
    await progress.breathe();
  }
  if (options.derived && channel.length > 0)
    wrong ??= (await wrongCurrent(db, channel)) ?? (await wrongTurns(db, looks));
  return wrong;
}

function verifyRow(row: Omit<ObservationRow, never> & { transcript_body?: unknown }): void {
  const expected = rowOfRecord(recordOfRow(row));
  for (const column of Object.keys(expected) as (keyof ObservationRow)[])
    if (row[column] !== expected[column])
      throw new Broken('observations', row.digest, `${column}: expected ${expected[column]}, found ${row[column]}`);
  if (!isDigest(row.digest)) throw new Broken('observations', row.digest, 'the digest is none');
}

function batchAfter(db: Database, after: StoredRow | undefined) {
  let query = db
    .selectFrom('observations')
    .leftJoin('documents', 'documents.hash', 'observations.document')
    .leftJoin('transcripts', 'transcripts.hash', 'observations.transcript')
    .selectAll('observations')
    .select(['documents.body as document_body', 'transcripts.hash as transcript_body']);
  if (after !== undefined)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('system', 'asset', 'probe', 'observed_at', 'digest'),
        '>',
        tuple(after.system, after.asset, after.probe, after.observed_at, after.digest),
      ),
    );
  return query
    .orderBy('system')
    .orderBy('asset')
    .orderBy('probe')
    .orderBy('observed_at')
    .orderBy('digest')
    .limit(portion)
    .execute();
}

async function wrongCurrent(db: Database, rows: readonly StoredRow[]): Promise<Broken | undefined> {
  const [newest] = rows.toSorted(newestFirst);
  if (newest === undefined) return undefined;
  const where = { system: newest.system, asset: newest.asset, probe: newest.probe };
  const current = await db
    .selectFrom('current_readings')
    .select('digest')
    .where((each) => each.and(where))
    .execute();
  const channel = await db
    .selectFrom('channels')
    .select('digest')
    .where((each) => each.and(where))
    .executeTakeFirst();
  const name = `${where.system}/${where.asset}/${where.probe}`;
  if (channel?.digest !== newest.digest)
    return new Broken('channels', name, `expected the newest reading ${newest.digest}, found ${channel?.digest}`);
  if (!sameDigests(current, cover(rows)))
    return new Broken(
      'current_readings',
      name,
      'expected the readings that follow from the observations, found others',
    );
  return undefined;
}

function sameDigests(one: readonly { digest: Digest }[], other: readonly { digest: Digest }[]): boolean {
  const [a, b] = [one, other].map((rows) =>
    rows
      .map((row) => row.digest)
      .sort()
      .join(),
  );
  return a === b;
}

function sameChannel(one: Channel, other: Channel): boolean {
  return one.system === other.system && one.asset === other.asset && one.probe === other.probe;
}

async function wrongTurns(db: Database, looks: readonly StoredRow[]): Promise<Broken | undefined> {
  const [first] = looks;
  if (first === undefined) return undefined;
  const { system, asset, probe } = first;
  const found = await db
    .selectFrom('turns')
    .selectAll()
    .where((each) => each.and({ system, asset, probe }))
    .execute();
  const expected = turnRows({ system, asset, probe }, looks);
  const text = (rows: readonly TurnRow[]) => rows.map((row) => canonicalJson({ ...row })).sort();
  const [should, is] = [text(expected), text(found)];
  const differs = should.length !== is.length || should.some((row, index) => row !== is[index]);
  if (!differs) return undefined;
  const what = `expected the ${should.length} turns that its looks show, found ${is.length}, or others`;
  return new Broken('turns', `${system}/${asset}/${probe}`, what);
}

/** Assessments: signed, chained per system, their results by content, their levels in rows of their own for histories. */
import { z } from 'zod';
import { canonicalJson, type Digest, sha256 } from '../../collectors/evidence/canonical.ts';
import { digestSchema } from '../../collectors/evidence/manifest.ts';
import { instantOf } from '../../collectors/evidence/record.ts';
import type { Assessment, PracticeResult } from '../../rules/engine/result.ts';
import { newId } from './id.ts';
import type { Keyring } from './keyring.ts';
import { appendStatement, inTransaction, newestStatement, readStatement } from './ledger.ts';
import { type Page, type PageOf, pageOf, readCursor } from './page.ts';
import type { Database, LedgerRow, PracticeLevelRow } from './tables.ts';

export interface NewAssessment {
  readonly result: Assessment;
  /** Contents that it was made with, as `recordInput` returned them. */
  readonly plant: Digest;
  readonly statements: Digest;
  readonly pack: Digest;
  /** Since when the plant file stood as it did; absent: taken as said at the instant of the result. */
  readonly plantSince?: string;
  /** The scan that caused it. */
  readonly scan?: string;
  readonly recordedAt: string;
}

/** What its statement says of an assessment, without the result. */
export interface AssessmentHead {
  readonly id: string;
  /** Digest of the signed statement. */
  readonly hash: Digest;
  readonly system: string;
  readonly now: string;
  readonly recordedAt: string;
  readonly scan?: string;
  readonly cut: readonly Digest[];
  readonly plant: Digest;
  readonly statements: Digest;
  readonly pack: Digest;
  readonly plantSince?: string;
  readonly resultHash: Digest;
}

export interface StoredAssessment extends AssessmentHead {
  readonly result: Assessment;
}

/**
 * Records an assessment: the evidence cut is the newest manifest of every agent.
 * @throws {TypeError} when plant, statements or pack were never recorded.
 */
export function recordAssessment(db: Database, keyring: Keyring, made: NewAssessment): Promise<AssessmentHead> {
  const { result } = made;
  return inTransaction(db, async (tx) => {
    await refuseUnknownContents(tx, made);
    const parts = resultParts(result);
    for (const [hash, body] of parts.bodies)
      await tx
        .insertInto('results')
        .values({ hash, body })
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .execute();
    const now = instantOf(result.now);
    const row = await appendStatement(tx, [keyring.server], {
      kind: 'assessment',
      recordedAt: instantOf(made.recordedAt),
      body: {
        id: newId(now),
        ...{ system: result.system, now, cut: await evidenceCut(tx) },
        ...{ plant: made.plant, statements: made.statements, pack: made.pack, result: parts.hash },
        ...(made.plantSince === undefined ? {} : { plantSince: instantOf(made.plantSince) }),
        ...(made.scan === undefined ? {} : { scan: made.scan }),
      },
    });
    const levels = levelRows(row, result);
    if (levels.length > 0) await tx.insertInto('practice_levels').values(levels).execute();
    return headOf(row);
  });
}

/** The newest, by the instant it was made for. */
export async function latestAssessment(db: Database, system: string): Promise<StoredAssessment | undefined> {
  return whole(db, await newestStatement(db, 'assessment', { system }));
}

/** The newest that was made for an instant up to this one. */
export async function assessmentAsOf(
  db: Database,
  system: string,
  instant: string,
): Promise<StoredAssessment | undefined> {
  return whole(db, await newestStatement(db, 'assessment', { system, until: Date.parse(instant) }));
}

/** By id or hash. */
export async function assessmentById(db: Database, id: string): Promise<StoredAssessment | undefined> {
  const query = db.selectFrom('ledger').selectAll().where('kind', '=', 'assessment');
  const row = await query
    .where((where) => where.or([where('subject', '=', id), where('hash', '=', id as Digest)]))
    .executeTakeFirst();
  return whole(db, row);
}

/** Newest first, without results. */
export async function assessmentHistory(
  db: Database,
  filter: { readonly system: string; readonly until?: string },
  page: Page = {},
): Promise<PageOf<AssessmentHead>> {
  const limit = page.limit ?? 50;
  let query = db.selectFrom('ledger').selectAll().where('kind', '=', 'assessment').where('system', '=', filter.system);
  if (filter.until !== undefined) query = query.where('at', '<=', Date.parse(filter.until));
  const after = readCursor(page.cursor);
  if (after !== undefined)
    query = query.where((where) =>
      where.or([
        where('at', '<', after.at),
        where.and([where('at', '=', after.at), where('seq', '<', Number(after.id))]),
      ]),
    );
  const rows = await query
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, { item: headOf, cursor: (row) => ({ at: row.at, id: String(row.seq) }) });
}

/** All of them as they were recorded, system by system, without results. */
export async function* assessmentsInOrder(db: Database): AsyncGenerator<AssessmentHead> {
  const systems = await db.selectFrom('ledger').select('system').distinct().where('kind', '=', 'assessment').execute();
  for (const system of systems.map((row) => row.system).sort()) {
    let after = 0;
    for (;;) {
      const row = await db
        .selectFrom('ledger')
        .selectAll()
        .where('kind', '=', 'assessment')
        .where('system', '=', system)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) break;
      yield headOf(row);
      after = row.seq;
    }
  }
}

/** Levels over time, oldest first. */
export async function levelHistory(
  db: Database,
  filter: { readonly system: string; readonly practice?: string; readonly from?: string; readonly until?: string },
): Promise<readonly PracticeLevelRow[]> {
  let query = db.selectFrom('practice_levels').selectAll().where('system', '=', filter.system);
  if (filter.practice !== undefined) query = query.where('practice', '=', filter.practice);
  if (filter.from !== undefined) query = query.where('at', '>=', Date.parse(filter.from));
  if (filter.until !== undefined) query = query.where('at', '<=', Date.parse(filter.until));
  return query.orderBy('at').orderBy('practice').execute();
}

/** Newest manifest of every agent: their chains name all evidence before them. */
export async function evidenceCut(db: Database): Promise<Digest[]> {
  const rows = await db.selectFrom('chains').select('hash').where('name', 'like', 'manifest/%').execute();
  return rows.flatMap((row) => (row.hash === null ? [] : [row.hash])).sort();
}

/**
 * A result as it is stored: an index that names each practice by digest, so that practices that did not move are
 * stored once. `hash` is the index's digest and stands for the whole result.
 */
export function resultParts(result: Assessment): { hash: Digest; bodies: ReadonlyMap<Digest, string> } {
  const practices = result.practices.map((practice) => canonicalJson(practice));
  const index = canonicalJson({ ...result, practices: practices.map((body) => sha256(body)) });
  const bodies = new Map([...practices, index].map((body) => [sha256(body), body]));
  return { hash: sha256(index), bodies };
}

/** The rows for histories that follow from an assessment's statement and result. */
export function levelRows(row: LedgerRow, result: Assessment): PracticeLevelRow[] {
  return result.practices.map((practice) => ({
    ...{ assessment: row.hash, system: row.system, at: row.at },
    practice: practice.practice,
    level: practice.level,
    ceiling: practice.ceiling,
    assessed_to: practice.assessedTo,
    technical: practice.technicalLevel,
    fit: practice.fit,
    pack: `${result.pack.id} ${result.pack.version}`,
  }));
}

const resultIndexSchema = z.looseObject({ practices: z.array(digestSchema) });

/** The result under its hash, from an assessment's head. @throws when a part of the result is missing. */
export async function readResult(db: Database, hash: Digest): Promise<Assessment> {
  const index = resultIndexSchema.parse(JSON.parse(await resultBody(db, hash)));
  const practices: PracticeResult[] = [];
  // Ours since `recordAssessment`; `verify` recomputes every hash.
  for (const each of index.practices) practices.push(JSON.parse(await resultBody(db, each)) as PracticeResult);
  return { ...index, practices } as unknown as Assessment;
}

async function resultBody(db: Database, hash: Digest): Promise<string> {
  const row = await db.selectFrom('results').select('body').where('hash', '=', hash).executeTakeFirst();
  if (row === undefined) throw new Error(`the result ${hash} is not in the store`);
  return row.body;
}

async function whole(db: Database, row: LedgerRow | undefined): Promise<StoredAssessment | undefined> {
  if (row === undefined) return undefined;
  const head = headOf(row);
  return { ...head, result: await readResult(db, head.resultHash) };
}

function headOf(row: LedgerRow): AssessmentHead {
  const { body, link } = readStatement(row, 'assessment');
  const { result, ...rest } = body;
  const { scan, plantSince, ...others } = rest;
  return {
    ...others,
    ...(plantSince === undefined ? {} : { plantSince }),
    ...(scan === undefined ? {} : { scan }),
    hash: row.hash,
    resultHash: result,
    recordedAt: link.recordedAt,
  };
}

async function refuseUnknownContents(tx: Database, made: NewAssessment): Promise<void> {
  for (const what of ['plant', 'statements', 'pack'] as const) {
    const row = await tx.selectFrom('contents').select('hash').where('hash', '=', made[what]).executeTakeFirst();
    if (row === undefined) throw new TypeError(`${what}: expected a content that was recorded, found ${made[what]}`);
  }
}

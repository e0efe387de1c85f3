import { type Digest, sha256 } from '../../../collectors/evidence/canonical.ts';
import type { Kind, Said } from '../../../collectors/evidence/manifest.ts';
import { merkleRoot } from '../../../collectors/evidence/merkle.ts';
import { levelRows, readResult } from '../assessments.ts';
import { readStatement } from '../ledger.ts';
import type { Database, LedgerRow } from '../tables.ts';
import { Broken, count, type Progress, portion } from './broken.ts';
import type { Statements } from './ledger.ts';

/** What statements speak of is there, is all of it, and is what they say. */
export async function verifyReferences(db: Database, progress: Progress, statements: Statements): Promise<void> {
  const sealed = new Set<string>();
  await forEach(db, progress, 'manifest', async (row) => {
    const { body } = readStatement(row, 'manifest');
    sealed.add(`${body.scan}/${body.agent}`);
    await verifyManifest(db, row, body);
  });
  await verifySealed(db, progress, sealed);
  await forEach(db, progress, 'input', async (row) => {
    const { content } = readStatement(row, 'input').body;
    if (content !== null) await expectContent(db, row, content);
  });
  await forEach(db, progress, 'assessment', async (row) => {
    const { body } = readStatement(row, 'assessment');
    for (const manifest of body.cut) expectStatement(statements, row, { kind: 'manifest', hash: manifest });
    for (const content of [body.plant, body.statements, body.pack]) await expectContent(db, row, content);
    await verifyLevels(db, row, body.result);
  });
  await forEach(db, progress, 'decision', async (row) => {
    const { assessmentHash } = readStatement(row, 'decision').body;
    expectStatement(statements, row, { kind: 'assessment', hash: assessmentHash });
  });
  await verifyPopulation(db, progress);
}

type Manifest = Extract<Said, { kind: 'manifest' }>['body'];

async function verifyManifest(db: Database, row: LedgerRow, body: Manifest): Promise<void> {
  const rows = await db
    .selectFrom('observations')
    .select('digest')
    .where('scan', '=', body.scan)
    .where('agent', '=', body.agent)
    .execute();
  const root = merkleRoot(rows.map((each) => each.digest));
  if (rows.length !== body.observations)
    throw new Broken('ledger', placeOf(row), `expected ${body.observations} observations, found ${rows.length}`);
  if (root !== body.root)
    throw new Broken('ledger', placeOf(row), `expected the Merkle root ${body.root}, found ${root}`);
}

/** An observation outside every manifest is one that a running scan has just brought, or one slipped in. */
async function verifySealed(db: Database, progress: Progress, sealed: ReadonlySet<string>): Promise<void> {
  const rows = await db
    .selectFrom('observations')
    .leftJoin('scans', 'scans.id', 'observations.scan')
    .select((column) => ['observations.scan', 'observations.agent', 'scans.state', column.fn.countAll().as('count')])
    .groupBy(['observations.scan', 'observations.agent', 'scans.state'])
    .execute();
  for (const row of rows) {
    if (sealed.has(`${row.scan}/${row.agent}`)) continue;
    if (row.state !== 'running' && row.state !== 'waiting')
      throw new Broken('observations', `${row.scan}/${row.agent}`, 'expected a manifest over them, found none');
    count(progress, 'unsealed', Number(row.count));
  }
}

async function verifyLevels(db: Database, row: LedgerRow, hash: Digest): Promise<void> {
  const result = await readResult(db, hash).catch((error: unknown) => {
    throw new Broken('ledger', placeOf(row), error instanceof Error ? error.message : `no result ${hash}`);
  });
  const expected = new Map(levelRows(row, result).map((level) => [level.practice, level]));
  const found = await db
    .selectFrom('practice_levels')
    .selectAll()
    .where('assessment', '=', row.hash)
    .where('system', '=', row.system)
    .execute();
  for (const level of found) {
    const should = expected.get(level.practice);
    for (const column of Object.keys(level) as (keyof typeof level)[])
      if (should?.[column] !== level[column])
        throw new Broken(
          'practice_levels',
          `${level.assessment} ${level.practice}`,
          `${column}: expected ${should?.[column]}, found ${level[column]}`,
        );
  }
  if (found.length !== expected.size)
    throw new Broken('practice_levels', row.hash, `expected ${expected.size} practices, found ${found.length}`);
}

async function verifyPopulation(db: Database, progress: Progress): Promise<void> {
  let proven = 0;
  await forEach(db, progress, 'population', async (row) => {
    const { body } = readStatement(row, 'population');
    const rows = await db
      .selectFrom('asset_versions')
      .selectAll()
      .where('system', '=', body.system)
      .where('since', '=', Date.parse(body.since))
      .execute();
    const byAsset = new Map(rows.map((each) => [each.asset, each]));
    for (const change of body.changes) {
      const found = byAsset.get(change.asset);
      if (found === undefined || found.present !== (change.present ? 1 : 0) || sha256(found.view) !== change.view)
        throw new Broken('asset_versions', `${body.system}/${change.asset}`, `not as signed at ${body.since}`);
    }
    proven += body.changes.length;
  });
  const { total } = await db
    .selectFrom('asset_versions')
    .select((column) => column.fn.countAll().as('total'))
    .executeTakeFirstOrThrow();
  if (Number(total) !== proven)
    throw new Broken('asset_versions', 'all', `expected ${proven} signed changes, found ${total}`);
}

async function forEach(
  db: Database,
  progress: Progress,
  kind: Kind,
  check: (row: LedgerRow) => Promise<void>,
): Promise<void> {
  let after = '';
  for (;;) {
    const rows = await db
      .selectFrom('ledger')
      .selectAll()
      .where('kind', '=', kind)
      .where('hash', '>', after as Digest)
      .orderBy('hash')
      .limit(portion)
      .execute();
    for (const row of rows) await check(row);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.hash;
    await progress.breathe();
  }
}

async function expectContent(db: Database, row: LedgerRow, hash: Digest): Promise<void> {
  const found = await db.selectFrom('contents').select('hash').where('hash', '=', hash).executeTakeFirst();
  if (found === undefined) throw new Broken('ledger', placeOf(row), `its content ${hash} is not there`);
}

function expectStatement(statements: Statements, row: LedgerRow, of: { kind: Kind; hash: Digest }): void {
  if (statements.kinds.get(of.hash) !== of.kind)
    throw new Broken('ledger', placeOf(row), `its ${of.kind} ${of.hash} is not there`);
}

function placeOf(row: LedgerRow): string {
  return `${row.chain} ${row.seq}`;
}

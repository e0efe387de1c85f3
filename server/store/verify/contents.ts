import type { FactsDocument } from '../../../collectors/contract/observation.ts';
import { canonicalJson, type Digest, documentHash, sha256 } from '../../../collectors/evidence/canonical.ts';
import { bytesOf } from '../inputs.ts';
import type { Database } from '../tables.ts';
import { Broken, checkRow, count, type Progress, portion } from './broken.ts';

/** Every content lies under its digest. */
export async function verifyContents(db: Database, progress: Progress): Promise<void> {
  for (const table of ['documents', 'transcripts', 'results'] as const)
    await forEachContent(db, progress, table, ({ hash, body }) => {
      if (sha256(body) !== hash) throw new Broken(table, hash, `the body's digest is ${sha256(body)}`);
      const value: unknown = JSON.parse(body);
      if (canonicalJson(value) !== body) throw new Broken(table, hash, 'the body is not canonical JSON');
      if (table === 'documents' && documentHash(value as FactsDocument) !== hash)
        throw new Broken(table, hash, 'the document has other keys than the hashed five');
    });
  await forEachContent(db, progress, 'contents', (row) => {
    const found = sha256(bytesOf({ encoding: row.encoding ?? 'text', body: row.body }));
    if (found !== row.hash) throw new Broken('contents', row.hash, `the content's digest is ${found}`);
    // Base64 has spellings that decode alike.
    if (row.encoding === 'base64' && Buffer.from(row.body, 'base64').toString('base64') !== row.body)
      throw new Broken('contents', row.hash, 'the content is not spelt as it was written');
  });
}

type ContentTable = 'documents' | 'transcripts' | 'results' | 'contents';
type ContentRow = { hash: Digest; body: string; encoding?: 'text' | 'base64' };

async function forEachContent(
  db: Database,
  progress: Progress,
  table: ContentTable,
  check: (row: ContentRow) => void,
): Promise<void> {
  let after = '';
  for (;;) {
    const rows: ContentRow[] = await db
      .selectFrom(table)
      .selectAll()
      .where('hash', '>', after as ContentRow['hash'])
      .orderBy('hash')
      .limit(portion)
      .execute();
    for (const row of rows) checkRow(table, row.hash, () => check(row));
    count(progress, table, rows.length);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.hash;
    await progress.breathe();
  }
}

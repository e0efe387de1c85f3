/** The audit log: who did what, when. */
import type { AuditStatement } from '../../collectors/evidence/manifest.ts';
import { instantOf } from '../../collectors/evidence/record.ts';
import type { Keyring } from './keyring.ts';
import { appendStatement, readStatement } from './ledger.ts';
import { type Page, type PageOf, pageOf, readCursor } from './page.ts';
import type { Database } from './tables.ts';

export type AuditEntry = AuditStatement;

/** Adds an act. Pass the transaction of the act itself, so that neither stands without the other. */
export async function appendAudit(db: Database, keyring: Keyring, entry: AuditEntry): Promise<void> {
  const at = instantOf(entry.at);
  await appendStatement(db, [keyring.server], { kind: 'audit', recordedAt: at, body: { ...entry, at } });
}

/** Newest first. */
export async function listAudit(
  db: Database,
  filter: { readonly system?: string } = {},
  page: Page = {},
): Promise<PageOf<AuditEntry>> {
  const limit = page.limit ?? 100;
  let query = db.selectFrom('ledger').selectAll().where('chain', '=', 'audit');
  if (filter.system !== undefined) query = query.where('system', '=', filter.system);
  const after = readCursor(page.cursor);
  if (after !== undefined) query = query.where('seq', '<', after.at);
  const rows = await query
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, {
    item: (row) => readStatement(row, 'audit').body,
    cursor: (row) => ({ at: row.seq, id: '' }),
  });
}

/** The population ledger: every asset that was ever in the plant file, and how it stood there. */
import { canonicalJson, sha256 } from '../../collectors/evidence/canonical.ts';
import { instantOf } from '../../collectors/evidence/record.ts';
import type { Keyring } from './keyring.ts';
import { appendStatement, inTransaction } from './ledger.ts';
import type { AssetVersionRow, Database } from './tables.ts';

export interface KnownAsset {
  readonly asset: string;
  /** As the caller recorded it when the asset was last in the plant file. */
  readonly view: unknown;
  /** Whether the plant file holds it at the instant; if not, only a retirement record takes it out of the population. */
  readonly present: boolean;
  readonly firstAt: string;
  /** Since when it stands as it does. */
  readonly since: string;
}

/** Notes what a plant file that takes effect says of a system's assets; only differences add rows. */
export function notePlantAssets(
  db: Database,
  keyring: Keyring,
  plant: { readonly system: string; readonly assets: ReadonlyMap<string, unknown>; readonly at: string },
): Promise<void> {
  return inTransaction(db, async (tx) => {
    const before = await versionsAsOf(tx, plant.system, Number.MAX_SAFE_INTEGER);
    // Two changes within a millisecond still have an order.
    const since = Math.max(Date.parse(plant.at), 1 + Math.max(-1, ...before.map((each) => each.newest.since)));
    const rows = differences(before, plant.assets).map((row) => ({ system: plant.system, since, ...row }));
    if (rows.length === 0) return;
    for (const row of rows) await tx.insertInto('asset_versions').values(row).execute();
    await appendStatement(tx, [keyring.server], {
      kind: 'population',
      recordedAt: instantOf(plant.at),
      body: {
        system: plant.system,
        since: new Date(since).toISOString(),
        changes: rows.map((row) => ({ asset: row.asset, present: row.present === 1, view: sha256(row.view) })),
      },
    });
  });
}

function differences(
  before: readonly { newest: AssetVersionRow }[],
  assets: ReadonlyMap<string, unknown>,
): Pick<AssetVersionRow, 'asset' | 'present' | 'view'>[] {
  const known = new Map(before.map((each) => [each.newest.asset, each.newest]));
  const rows: Pick<AssetVersionRow, 'asset' | 'present' | 'view'>[] = [];
  for (const [asset, held] of assets) {
    const view = canonicalJson(held);
    const last = known.get(asset);
    if (last?.present !== 1 || last.view !== view) rows.push({ asset, present: 1, view });
  }
  for (const [asset, { present, view }] of known)
    if (present === 1 && !assets.has(asset)) rows.push({ asset, present: 0, view });
  return rows.sort((one, other) => (one.asset < other.asset ? -1 : 1));
}

/** Assets known at an instant, by id; those that have left since stand with their last view. */
export async function knownAssets(db: Database, system: string, instant: string): Promise<readonly KnownAsset[]> {
  const rows = await versionsAsOf(db, system, Date.parse(instant));
  return rows
    .map(({ newest, firstAt }) => ({
      asset: newest.asset,
      view: JSON.parse(newest.view) as unknown,
      present: newest.present === 1,
      firstAt: new Date(firstAt).toISOString(),
      since: new Date(newest.since).toISOString(),
    }))
    .sort((one, other) => (one.asset < other.asset ? -1 : 1));
}

async function versionsAsOf(
  db: Database,
  system: string,
  at: number,
): Promise<readonly { newest: AssetVersionRow; firstAt: number }[]> {
  const rows = await db
    .selectFrom('asset_versions')
    .selectAll()
    .where('system', '=', system)
    .where('since', '<=', at)
    .orderBy('since')
    .execute();
  const byAsset = new Map<string, { newest: AssetVersionRow; firstAt: number }>();
  for (const newest of rows)
    byAsset.set(newest.asset, { newest, firstAt: byAsset.get(newest.asset)?.firstAt ?? newest.since });
  return [...byAsset.values()];
}

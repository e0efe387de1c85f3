/** What an inventory table would add to or change in a plant file. It is shown to a person; nothing is written. */
import { stringify } from 'yaml';
import type { Asset, Plant, Problem } from '../contract/plant.ts';
import { assetSchema } from '../contract/plant-file.ts';
import { readAssetTable, tableFields } from './asset-table.ts';
import { isRecord, readerOf, throwProblems } from './reader.ts';
import { assetIdOf } from './subjects.ts';

export interface ProposedAsset {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Line of the table. */
  readonly line: number;
}

export interface ProposedChange {
  readonly id: string;
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly line: number;
}

export interface InventoryProposal {
  readonly add: readonly ProposedAsset[];
  readonly change: readonly ProposedChange[];
  readonly unchanged: number;
  /** Assets of the plant that the table does not know: to be looked for or retired, never dropped in silence. */
  readonly missing: readonly string[];
  /** The assets to add, as the list `assets` of a system takes them. */
  readonly yaml: string;
}

/** Throws `BadInput` with every problem of the table. */
export function proposeInventory(
  plant: Plant,
  file: string,
  columns?: Readonly<Record<string, string>>,
): InventoryProposal {
  const options = { timeZone: plant.site.timeZone, ...(columns === undefined ? {} : { columns }) };
  const table = readAssetTable(file, options);
  const problems: Problem[] = [...table.problems];
  const add: ProposedAsset[] = [];
  const change: ProposedChange[] = [];
  const named = new Map<string, number>();
  let unchanged = 0;
  for (const { source } of table.rows) {
    const reader = readerOf(source, problems);
    const before = problems.length;
    const { id } = reader.fields(assetSchema.partial({ kind: true }), []);
    if (id === undefined || problems.length > before || !isRecord(source.value)) continue;
    const { line } = source.place;
    const first = named.get(id);
    if (first !== undefined) reader.note(['id'], 'each asset id once', `"${id}" again`, `first in line ${first}`);
    named.set(id, line);
    const present = plant.assets.find((asset) => asset.id === assetIdOf(plant, id));
    if (present === undefined) {
      if (source.value['kind'] === undefined) reader.note(['kind'], 'a kind such as plc, gateway or broker');
      add.push({ id, fields: source.value, line });
      continue;
    }
    const changes = changesTo(present, source.value, line);
    if (changes.length === 0) unchanged += 1;
    change.push(...changes);
  }
  throwProblems(problems);
  const seen = new Set([...named.keys()].map((id) => assetIdOf(plant, id)));
  const missing = plant.assets.map(({ id }) => id).filter((id) => !seen.has(id));
  return { add, change, unchanged, missing, yaml: add.length === 0 ? '' : stringify(add.map(({ fields }) => fields)) };
}

function changesTo(asset: Asset, row: Readonly<Record<string, unknown>>, line: number): ProposedChange[] {
  const current: Readonly<Record<string, unknown>> = {
    ...asset,
    zone: asset.zone === 'unzoned' ? undefined : asset.zone,
  };
  return tableFields.flatMap((field) => {
    // A former id names the same asset; dates are kept as instants, so a table that repeats one says nothing new.
    if (field === 'id' || field === 'formerly' || field === 'expires') return [];
    const to = row[field];
    return to === undefined || to === current[field] ? [] : [{ id: asset.id, field, from: current[field], to, line }];
  });
}

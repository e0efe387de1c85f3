/** An inventory table as the plant file names it: `{from: inventory.csv, columns: {our field: heading}}`. */
import { type FactName, factNames, isFactName, mayFill, vocabulary } from '../../collectors/contract/vocabulary.ts';
import type { Problem } from '../contract/plant.ts';
import { type Row, readTable } from './csv-table.ts';
import { cellValue } from './fact-text.ts';
import { nearest } from './reader.ts';
import type { Source } from './yaml-source.ts';

/** Fields of an asset that a table may hold. */
export const tableFields = [
  'id',
  'name',
  'formerly',
  'kind',
  'zone',
  'criticality',
  'exposed',
  'safetyFunction',
  'type',
  'vendor',
  'model',
  'owner',
  'host',
  'addresses',
  'redundancyGroup',
  'behind',
  'expires',
  'maxTier',
  'lab',
] as const;
type TableField = (typeof tableFields)[number];

const shortNames: Readonly<Record<string, FactName>> = {
  serial: 'device.serial',
  orderNumber: 'device.orderNumber',
  firmware: 'firmware.version',
};

/** Facts that the fields above already say. */
const bySelf: readonly FactName[] = [
  'asset.inventory.known',
  'asset.criticality',
  'asset.safetyFunction',
  'asset.exposed',
  'asset.owner',
  'asset.location.zone',
  'asset.retiredAt',
  'device.vendor',
  'device.model',
  'device.assetType',
  'identity.deviceIdUnique',
];

/** Facts that a column may hold, by their names in the vocabulary. */
export const tableFacts: readonly FactName[] = factNames.filter(
  (name) => vocabulary[name].subject === 'asset' && mayFill('inventory', name) && !bySelf.includes(name),
);

export interface AssetRow {
  /** As the plant file would write it; its lines are those of the table. */
  readonly source: Source;
  readonly stated: Readonly<Record<string, string>>;
}

export interface AssetTable {
  readonly rows: readonly AssetRow[];
  readonly problems: readonly Problem[];
  /** The table as it was read. */
  readonly bytes?: Uint8Array;
}

export function readAssetTable(
  path: string,
  options: { columns?: Readonly<Record<string, string>>; timeZone: string },
): AssetTable {
  const table = readTable(path);
  const problems: Problem[] = [...table.problems];
  if (table.headings.length === 0) return { rows: [], problems };
  const columns = columnsOf(table.headings, { columns: options.columns, file: table.file, problems });
  const rows = table.rows.map((row) =>
    assetRow(row, columns, { file: table.file, timeZone: options.timeZone, problems }),
  );
  return { rows, problems, ...(table.bytes === undefined ? {} : { bytes: table.bytes }) };
}

/** An id from whatever an inventory calls the thing: small letters, digits and hyphens. */
export function idFrom(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
}

type Columns = ReadonlyMap<TableField | FactName, string>;

function columnsOf(
  headings: readonly string[],
  at: { columns: Readonly<Record<string, string>> | undefined; file: string; problems: Problem[] },
): Columns {
  const known = [...tableFields, ...Object.keys(shortNames), ...tableFacts];
  const wanted = at.columns ?? Object.fromEntries(headings.filter((each) => each !== '').map((each) => [each, each]));
  const columns = new Map<TableField | FactName, string>();
  for (const [name, heading] of Object.entries(wanted)) {
    const field = tableFields.find((each) => each === name) ?? shortNames[name] ?? factOf(name);
    if (field === undefined) {
      const hint = at.columns === undefined ? 'name the columns to read under columns' : nearest(name, known);
      const expected = `a column of ${known.join(', ')}`;
      at.problems.push({
        file: at.file,
        line: 1,
        path: name,
        expected,
        found: JSON.stringify(name),
        ...(hint ? { hint } : {}),
      });
    } else if (!headings.includes(heading)) {
      const hint = nearest(heading, headings);
      const found = headings.map((each) => JSON.stringify(each)).join(', ');
      at.problems.push({
        file: at.file,
        line: 1,
        path: name,
        expected: `the heading "${heading}"`,
        found,
        ...(hint ? { hint } : {}),
      });
    } else columns.set(field, heading);
  }
  if (!columns.has('id')) {
    at.problems.push({ file: at.file, line: 1, path: 'id', expected: 'a column for id', found: 'none' });
  }
  return columns;
}

function factOf(name: string): FactName | undefined {
  return isFactName(name) && tableFacts.includes(name) ? name : undefined;
}

function assetRow(row: Row, columns: Columns, at: { file: string; timeZone: string; problems: Problem[] }): AssetRow {
  const value: Record<string, unknown> = {};
  const stated: Record<string, string> = {};
  for (const [field, heading] of columns) {
    const cell = row.cells[heading];
    if (cell === undefined) continue;
    if (isFactName(field)) {
      const parsed = cellValue(field, cell, at.timeZone);
      if ('value' in parsed) stated[field] = cell;
      else {
        const found = parsed.found ?? JSON.stringify(cell);
        at.problems.push({ file: at.file, line: row.line, path: heading, expected: parsed.expected, found });
      }
    } else value[field] = fieldValue(field, cell);
  }
  const name = columns.get('id');
  const id = name === undefined ? undefined : row.cells[name];
  if (id !== undefined && value['name'] === undefined && id !== value['id']) value['name'] = id;
  const place = { line: row.line, keyLine: row.line, children: new Map() };
  return { source: { file: at.file, value, place }, stated };
}

/** Inventories write ids, kinds and yes as they please; what remains unclear is for the schema to refuse. */
function fieldValue(field: TableField, cell: string): unknown {
  switch (field) {
    case 'id':
    case 'zone':
    case 'type':
      return idFrom(cell);
    case 'formerly':
      return cell
        .split(/[;\s]+/)
        .filter((each) => each !== '')
        .map(idFrom);
    case 'addresses':
      return cell.split(/[;,\s]+/).filter((each) => each !== '');
    case 'kind':
    case 'criticality':
      return cell.toLowerCase();
    case 'exposed':
    case 'safetyFunction':
    case 'lab':
      return booleans[cell.toLowerCase()] ?? cell;
    default:
      return cell;
  }
}

const booleans: Readonly<Record<string, boolean>> = { true: true, yes: true, false: false, no: false };

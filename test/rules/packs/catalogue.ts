/** The catalogue of indicators as data: one record of strings per row, keys as in the head of catalogue.tsv. */
import { readFileSync } from 'node:fs';

export const columns = [
  'id',
  'practice',
  'level',
  'core',
  'role',
  'method',
  'self',
  'population',
  'min',
  'maxBad',
  'needs',
  'freshnessDays',
  'question',
  'criterion',
  'facts',
  'paths',
  'minutes',
  'packets',
  'effort',
  'sharedWith',
  'why',
] as const;

export type Row = Readonly<Record<(typeof columns)[number], string>>;

export function readCatalogue(): readonly Row[] {
  const text = readFileSync(new URL('./catalogue.tsv', import.meta.url), 'utf8');
  const [head, ...lines] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  if (head !== columns.join('\t')) throw new Error(`expected the columns ${columns.join(', ')}, found ${head}`);
  return lines.map((line) => {
    const fields = line.split('\t');
    if (fields.length !== columns.length) throw new Error(`expected ${columns.length} fields, found: ${line}`);
    return Object.fromEntries(columns.map((column, at) => [column, fields[at] ?? ''])) as Row;
  });
}

export function listOf(field: string): readonly string[] {
  return field === '' ? [] : field.split(', ');
}

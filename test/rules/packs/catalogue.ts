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

/**
 * Numbers that decide: those outside parentheses around words, in comparisons, and in "N where ..." for a stated case.
 * The part after "n/a:" is left out: its "= 0" is the lack of something and no number that anybody would tune.
 */
export function numbersOf(criterion: string): readonly number[] {
  const [decisive = ''] = criterion.split(' n/a: ');
  // Names of protocol versions and of a directive hold digits.
  let text = decisive.replace(/\bis 1\.2 or 1\.3\b/g, '').replace(/\b(?:TLS \d\.\d|v\dc?|BOD \d+-\d+)/g, '');
  const numbers: number[] = [];
  for (let found = innermost.exec(text); found !== null; found = innermost.exec(text)) {
    const [whole, inner = ''] = found;
    const [stated] = /^-?\d+(?:\.\d+)?(?= ?\w* where )/.exec(inner) ?? [];
    if (stated !== undefined) numbers.push(Number(stated));
    const groups = /<=|>=|[<>=] ?\S/.test(inner) && !/\b(?:last|within|each|of the)\b/.test(inner);
    text = text.replace(whole, groups ? ` ${inner} ` : ' ');
  }
  for (const [, digits, percent] of text.matchAll(/(?<![\w.-])(-?\d+(?:\.\d+)?) ?(%)?(?![\w-]*[A-Za-z-]\d)/g)) {
    numbers.push(percent === undefined ? Number(digits) : Number(digits) / 100);
  }
  return numbers;
}

const innermost = /\(([^()]*)\)/;

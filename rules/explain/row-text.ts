/** One row as text: what it asks, what was found of whom, on which readings, and what helps. Pure. */
import { vocabulary } from '../../collectors/contract/vocabulary.ts';
import type { AssessInput } from '../engine/input.ts';
import type { Row } from '../engine/pack.ts';
import type { FactRead, IndicatorResult, MemberTrace, Trace, Verdict } from '../engine/result.ts';
import { evidenceWords, reasonWords, statusWords, unseenWords, wayIn } from './words.ts';

/** What the lines of one text share. */
export interface Writing {
  /** An instant in the site's time. */
  at(instant: string): string;
  /** `cell-broker (Cell broker)` */
  named(member: string): string;
  /** Members and elements that a list shows before it only counts. */
  readonly most: number;
}

export function writingFor(input: AssessInput, most = 5): Writing {
  const { timeZone } = input.site;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const names = new Map(
    [...input.system.assets, ...input.system.organisations, input.organisation].map(({ id, name }) => [id, name]),
  );
  return {
    most,
    at: (instant) => format.format(new Date(instant)),
    named(member) {
      const name = names.get(member);
      return name === undefined || name === member ? member : `${member} (${shown(name)})`;
    },
  };
}

/** `acc.l2.no-anonymous: not met, 1 of 40 bad; measured` */
export function headOf(row: Row, result: IndicatorResult, { at }: Writing): string {
  const reason = result.reason === undefined ? '' : `, ${reasonWords[result.reason].is}`;
  const kind = result.evidence === undefined ? '' : `; ${evidenceWords[result.evidence]}`;
  const oldest = result.oldestAt === undefined ? '' : `, oldest reading ${at(result.oldestAt)}`;
  const stands = result.changesOn === undefined ? '' : `, stands until ${at(result.changesOn)} unless renewed`;
  const covered = result.compensatedBy === undefined ? '' : `; covered by ${result.compensatedBy}`;
  return `${row.id}: ${statusWords[result.status]}${reason}${countsOf(result)}${kind}${oldest}${stands}${covered}`;
}

/** The whole row, with the members that count most in full. */
export function rowText(row: Row, trace: Trace, writing: Writing): string[] {
  const { result } = trace;
  const lines = [headOf(row, result, writing), `  ${row.question}`, ...needsOf(trace)];
  if (row.population !== undefined) lines.push(`  Counts ${row.population}${thresholds(row)}.`);
  for (const verdict of ['bad', 'unseen', 'excepted', 'good', 'notApplicable'] as const)
    lines.push(...membersWith(verdict, trace, writing));
  if (trace.also.length > 0) lines.push('  and on the whole:', ...readLines(trace.also, row, writing));
  if (result.status !== 'met' && result.status !== 'notApplicable') lines.push(...helpFor(row, result));
  return lines;

  function membersWith(verdict: Verdict, of: Trace, how: Writing): string[] {
    const found = of.members.filter((each) => each.verdict === verdict);
    if (found.length === 0) return [];
    if (row.population === undefined) return found.flatMap((each) => bodyOf(each, row, how));
    const head = `  ${verdictWords[verdict]} (${found.length}): ${listed(
      found.map(({ member }) => how.named(member)),
      how,
    )}`;
    // What is in order is shown by one example; of what is not, members that read alike are told once.
    const alike = Map.groupBy(found.slice(0, compared), (each) => bodyOf(each, row, how).join('\n'));
    const inFull = [...alike].slice(0, verdict === 'bad' || verdict === 'unseen' ? how.most : 1);
    return [
      head,
      ...inFull.flatMap(([body, members]) => {
        const [first] = members;
        const more = members.length === 1 ? '' : ` and ${members.length - 1} more read the same`;
        const why = first === undefined ? '' : whyUnseen(first);
        const shownBody = body === '' ? [] : [body];
        return [`    ${how.named(first?.member ?? '')}${more}${why}:`, ...shownBody];
      }),
    ];
  }
}

function whyUnseen({ verdict, reason, reads }: MemberTrace): string {
  if (verdict !== 'unseen') return '';
  if (reads.length > 0 && reads.every(({ unseen }) => unseen === undefined))
    return ' (what is known of it makes it neither good nor bad)';
  return reason === undefined ? '' : ` (${reasonWords[reason].is})`;
}

/** Members that are compared for reading alike: of thousands the rest is only counted. */
const compared = 500;

const verdictWords: Readonly<Record<Verdict, string>> = {
  good: 'good',
  bad: 'bad',
  unseen: 'unseen',
  excepted: 'bad, under an approved exception',
  notApplicable: 'not applicable',
};

function bodyOf({ reads, decision }: MemberTrace, row: Row, writing: Writing): string[] {
  const by = decision === undefined ? [] : [`      by decision ${decision}`];
  return [...by, ...readLines(reads, row, writing)];
}

function readLines(reads: readonly FactRead[], row: Row, writing: Writing): string[] {
  const shownReads = reads.slice(0, maxReads);
  const lines = shownReads.map((read) => `      ${readLine(read, row, writing)}`);
  return reads.length > maxReads ? [...lines, `      and ${reads.length - maxReads} more`] : lines;
}

const maxReads = 12;

/** `auth.anonymous.accepted is true; measured by mqtt (cell-broker/mqtt), seen 2026-11-24 10:58, counts until ...` */
export function readLine(read: FactRead, row: Pick<Row, 'freshnessDays'>, { at }: Writing): string {
  const { fact, key, unseen, source, channel, observedAt, ref, evidence, until } = read;
  const name = key === undefined ? fact : `${fact}, ${shown(key)},`;
  const from = source === undefined ? '' : ` by ${source}`;
  const through = channel === undefined ? '' : ` (${channel})`;
  const seen = observedAt === undefined ? '' : `, seen ${at(observedAt)}`;
  const ends = until === undefined ? '' : `, counts until ${at(until)}`;
  const link = ref === undefined ? '' : `, ${ref}`;
  if (unseen === undefined) {
    const kind = evidence === undefined ? '' : `; ${evidenceWords[evidence]}`;
    return `${name} is ${shownValue(read, at)}${kind}${from}${through}${seen}${ends}${link}`;
  }
  if (unseen === 'conflict' && 'value' in read)
    return `${name} is ${shown(read.value)} says${from.replace(' by', '')}${through}${seen}${link}: ${unseenWords.conflict}`;
  const limit = unseen === 'stale' ? `, counts for ${row.freshnessDays ?? vocabulary[fact].days} days` : '';
  return `${name} is not known: ${unseenWords[unseen]}${from}${through}${seen}${limit}${link}`;
}

function helpFor(row: Row, result: IndicatorResult): string[] {
  const lines: string[] = [];
  if (result.status === 'notMet') lines.push(`  To do (${effortWords[row.effort]}): ${row.fix ?? row.why}`);
  else {
    const helps = result.reason === undefined ? '' : `${reasonWords[result.reason].helps}. `;
    const enough = result.wouldDecide === undefined ? '' : ` ${result.wouldDecide} more would decide it.`;
    lines.push(`  Next: ${helps}Ways: ${row.paths.map(wayIn).join('; ')}.${enough}`);
  }
  return lines;
}

const effortWords = { S: 'days', M: 'weeks', L: 'months', XL: 'a programme' } as const;

function needsOf({ needs }: Trace): string[] {
  return needs.length === 0
    ? []
    : [`  Rests on ${needs.map(({ id, status }) => `${id} (${statusWords[status]})`).join(', ')}.`];
}

function thresholds({ min, maxBad }: Row): string {
  const share = min === undefined ? '' : `; at least ${Math.round(min * 1000) / 10} % must be good`;
  return maxBad === undefined ? share : `${share}, at most ${maxBad} bad`;
}

function countsOf({ of, good, bad, unseen, excepted }: IndicatorResult): string {
  if (of === undefined) return '';
  const parts = [`${good} of ${of} good`];
  if ((bad ?? 0) > 0) parts.push(`${bad} bad`);
  if ((unseen ?? 0) > 0) parts.push(`${unseen} unseen`);
  if ((excepted ?? 0) > 0) parts.push(`${excepted} excepted`);
  return `, ${parts.join(', ')}`;
}

export function listed(items: readonly string[], { most }: Pick<Writing, 'most'>): string {
  const first = items.slice(0, most).join(', ');
  return items.length > most ? `${first} and ${items.length - most} more` : first;
}

const longest = 120;

/** Instants in the site's time, as all others of the text. */
function shownValue({ fact, key, value }: FactRead, at: Writing['at']): string {
  const isInstant = key !== undefined || vocabulary[fact].type === 'timestamp';
  return isInstant && typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && value > '1990'
    ? at(value)
    : shown(value);
}

/** A value on one line, however long, deep or hostile it is. */
export function shown(value: unknown): string {
  if (isCount(value)) return `a list of ${value.elements}`;
  if (Array.isArray(value)) {
    const first = value.slice(0, 5).map(shown).join(', ');
    return value.length === 0 ? 'none' : value.length > 5 ? `${first} and ${value.length - 5} more` : first;
  }
  const text = typeof value === 'string' ? value.replaceAll(/[\r\n\t]+/g, ' ') : (JSON.stringify(value) ?? 'nothing');
  if (text === '') return 'nobody and nothing';
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}

function isCount(value: unknown): value is { readonly elements: number } {
  return typeof value === 'object' && value !== null && 'elements' in value && typeof value.elements === 'number';
}

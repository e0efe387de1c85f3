/** Why a practice stands at its level and not at the next, as a text that can be read aloud, printed or mailed. Pure. */
import { nextQuestions, type Question } from '../advice/next-minute.ts';
import { withDerived } from '../derive/with-derived.ts';
import { assess } from '../engine/assess.ts';
import { explain, explainRows } from '../engine/explain.ts';
import type { AssessInput } from '../engine/input.ts';
import { levelNames, type PracticeCode, practices } from '../engine/model.ts';
import type { Pack, Row } from '../engine/pack.ts';
import type { IndicatorResult, PracticeResult } from '../engine/result.ts';
import { headOf, listed, rowText, type Writing, writingFor } from './row-text.ts';
import { gateWords } from './words.ts';

export interface TextOptions {
  /** Members, rows and elements that a list names before it only counts; default 5. */
  readonly most?: number;
}

/** Any practice, on any pack; lines are joined by line feeds. Device strings stay as they came: show them `printable`. */
export function practiceText(pack: Pack, raw: AssessInput, of: TextOptions & { practice: PracticeCode }): string {
  const input = withDerived(pack, raw);
  const { practice: code } = of;
  const writing = writingFor(input, of.most);
  const result = assess(pack, input).practices.find(({ practice }) => practice === code);
  const name = practices.find((each) => each.code === code)?.name ?? '';
  const about = `${input.system.name}, as of ${writing.at(input.now)} (${input.site.timeZone}), by rule pack ${pack.id} ${pack.version}`;
  if (result === undefined || result.indicators.length === 0)
    return [`${code} ${name}: not assessed`, about, '', 'The rule pack has no row of this practice.'].join('\n');
  const traceOf = explainRows(
    pack,
    input,
    result.indicators.map(({ id }) => id),
  );
  const inFull = (id: string): string[] => {
    const row = pack.byId.get(id);
    return row === undefined ? [] : rowText(row, traceOf(id), writing);
  };
  const parts = [
    [`${code} ${name}: ${levelWord(result)}`, about, ...summary(result, writing)],
    whyThis(result, { pack, inFull, writing }),
    whyNotNext(result, { pack, inFull, writing }),
    beside(result, { pack, writing }),
    askNext(nextQuestions(pack, input), code),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** One row. @throws {RangeError} when the pack has no such row for the system's role. */
export function indicatorText(pack: Pack, raw: AssessInput, of: TextOptions & { indicator: string }): string {
  const input = withDerived(pack, raw);
  const trace = explain(pack, input, of.indicator);
  const row = pack.byId.get(of.indicator);
  if (row === undefined) throw new RangeError(`expected a row of pack ${pack.id}, found ${of.indicator}`);
  const writing = writingFor(input, of.most);
  const about = `${row.practice} level ${row.level}, ${row.core ? 'core' : 'supporting'}. ${input.system.name}, as of ${writing.at(input.now)} (${input.site.timeZone}), by rule pack ${pack.id} ${pack.version}`;
  const [head = '', ...rest] = rowText(row, trace, writing);
  return [head, about, ...rest, `  Why it is asked: ${row.why}`].join('\n');
}

interface Telling {
  readonly pack: Pack;
  readonly writing: Writing;
}

type TellingInFull = Telling & { inFull(id: string): string[] };

function levelWord({ level }: PracticeResult): string {
  return level === null ? 'not established' : `level ${level} (${levelNames[level]}) is proposed`;
}

function summary(result: PracticeResult, { at }: Writing): string[] {
  const { level, ceiling, assessedTo, target, fit, confidence, coverage, dropsOn, dropsTo, lapsedSince } = result;
  const lines: string[] = [];
  const gap = (target?.level ?? 0) - (level ?? 0);
  const fits = {
    above: `${-gap} above it`,
    at: 'reached',
    below: `${gap} below it`,
    unknown: 'not known whether reached',
  };
  lines.push(target === undefined ? 'No target is set.' : `Target ${target.level}: ${fits[fit]}.`);
  if (ceiling > (level ?? 0)) lines.push(`Up to level ${ceiling} is possible: the rest is not known.`);
  if (assessedTo < 4)
    lines.push(`Less than half of the rows of level ${assessedTo + 1} were looked at: from there on nothing is said.`);
  const weakest = confidence.weakest === undefined ? '' : `, weakest row ${confidence.weakest}`;
  lines.push(
    `Confidence: ${confidence.grade}${weakest}. Looked at: ${Math.round(coverage * 100)} % of the rows${target === undefined ? '' : ' up to the target'}.`,
  );
  if (lapsedSince !== undefined) lines.push(`Held although statements lapsed on ${at(lapsedSince)}: renew them.`);
  if (dropsOn !== undefined)
    lines.push(
      `Falls to ${dropsTo === null || dropsTo === undefined ? 'not established' : `level ${dropsTo}`} on ${at(dropsOn)} if nobody looks again.`,
    );
  return lines;
}

function whyThis(result: PracticeResult, { pack, inFull, writing }: TellingInFull): string[] {
  const { level } = result;
  if (level === null)
    return ['Why not established: no level holds, and nothing was found that refutes level 1. This is no zero.'];
  if (level === 0) {
    const refuting = blockingRows(result).filter(({ level: of, status }) => of === 1 && status === 'notMet');
    return [`Why level 0: of level 1 ${ids(refuting, writing)} was looked at and does not hold. Zero is a finding.`];
  }
  const own = result.indicators.filter((row) => row.core && row.level <= level && row.status !== 'notApplicable');
  const met = own.filter(({ status }) => status === 'met');
  const head = `Why level ${level}: of the ${own.length} core rows up to it that apply, ${met.length} are met.`;
  const others = own.filter(({ status }) => status !== 'met');
  return [
    head,
    ...met.flatMap(({ id }) => (met.length <= longestInFull ? indented(inFull(id)) : brief(id))),
    ...others.flatMap(({ id }) => indented(inFull(id))),
  ];

  function brief(id: string): string[] {
    const row = pack.byId.get(id);
    const found = result.indicators.find((each) => each.id === id);
    return row === undefined || found === undefined ? [] : [`  ${headOf(row, found, writing)}`];
  }
}

/** More met rows than these are told in one line each. */
const longestInFull = 12;

function whyNotNext(result: PracticeResult, { inFull, writing }: TellingInFull): string[] {
  const { next, blockers } = result;
  if (next === undefined) return ['There is no level above 4.'];
  const rows = blockingRows(result);
  const counts = [
    `${rows.filter(({ status }) => status === 'notMet').length} not met`,
    `${rows.filter(({ status }) => status === 'unknown').length} unknown`,
  ];
  const cost =
    next.minutes + next.packets === 0
      ? ''
      : ` To know what is unknown costs ${next.minutes} min of people and ${next.packets} requests to devices.`;
  const lines = [`Why not level ${next.level}: core rows up to it: ${counts.join(', ')}.${cost}`];
  for (const blocker of blockers) {
    if ('gate' in blocker) lines.push(`  Also missing at level ${blocker.level}: ${gateWords[blocker.gate]}.`);
  }
  const met = result.indicators.filter((row) => row.core && row.level === next.level && row.status === 'met');
  if (met.length > 0) lines.push(`  Met already at level ${next.level}: ${ids(met, writing)}.`);
  if (rows.length === 0 && blockers.length === 0) lines.push(`  Level ${next.level} has no core row that applies.`);
  return [...lines, ...rows.flatMap(({ id }) => indented(inFull(id)))];
}

/** What is told beside the level: rows that do not gate, and rows that do not apply. */
function beside(result: PracticeResult, { writing }: Telling): string[] {
  const upTo = result.next?.level ?? 4;
  const own = result.indicators.filter(({ level }) => level <= upTo);
  const open = own.filter((row) => !row.core && (row.status === 'notMet' || row.status === 'unknown'));
  const out = own.filter(({ status }) => status === 'notApplicable');
  return [
    ...(open.length === 0 ? [] : [`Open, but supporting only (they lower the confidence): ${ids(open, writing)}.`]),
    ...(out.length === 0 ? [] : [`Not applicable here: ${ids(out, writing)}.`]),
  ];
}

function askNext(questions: readonly Question[], practice: PracticeCode): string[] {
  const own = questions.filter(({ rows }) => rows.some((row) => row.practice === practice)).slice(0, 3);
  if (own.length === 0) return [];
  return [
    'Ask next:',
    ...own.map(({ rows, minutes, buys }) => {
      const question = rows.find((row) => row.practice === practice)?.question ?? '';
      return `  ${question} (${minutes} min; ${buys})`;
    }),
  ];
}

function blockingRows({ blockers, indicators }: PracticeResult): IndicatorResult[] {
  return blockers.flatMap((blocker) =>
    'gate' in blocker ? [] : indicators.filter(({ id }) => id === blocker.indicator),
  );
}

function ids(rows: readonly Pick<Row | IndicatorResult, 'id'>[], writing: Writing): string {
  return listed(
    rows.map(({ id }) => id),
    { most: 2 * writing.most },
  );
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

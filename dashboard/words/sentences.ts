/** Sentences about a result, composed from the catalogue. Pure: page and present are given. */

import type { Overview, OverviewRow, PracticePage } from '../../server/contract/api.ts';
import type { Level, PracticeResult } from '../../server/contract/assessment.ts';
import type { GaugeInput } from '../gauge/geometry.ts';
import { words } from './catalogue.ts';
import { counted, levelShort, levelWord } from './counting.ts';
import { hashOf, shortDateTimeOf } from './format.ts';
import { isDigest } from './records.ts';

export type BareResult = Omit<PracticeResult, 'indicators'>;

/** A sentence with the things it names, so that each name can open its thing. */
export type Part =
  | string
  | { readonly kind: 'asset'; readonly id: string; readonly name: string }
  | { readonly kind: 'indicator'; readonly id: string; readonly text: string };
export type Sentence = readonly Part[];

export interface Verdict {
  readonly lead: string;
  readonly rest: string;
  readonly tone: 'fell' | 'plain';
}

export function fitText(result: Pick<PracticeResult, 'fit' | 'level' | 'ceiling' | 'target'>): string {
  const { level, ceiling, target } = result;
  if (target === undefined) return '';
  switch (result.fit) {
    case 'above':
      return words.fit.above((level ?? 0) - target.level);
    case 'at':
      return words.fit.at;
    case 'unknown':
      return words.fit.unknown;
    case 'below': {
      const most = target.level - (level ?? 0);
      const least = target.level - ceiling;
      return words.fit.below(least > 0 && least < most ? `${least} to ${most}` : String(most));
    }
  }
}

/** `0 to 1`, or the one level where there is no range. */
export function rangeText(result: Pick<PracticeResult, 'level' | 'ceiling'>): string {
  const from = result.level ?? 0;
  return result.ceiling > from ? `${from} to ${result.ceiling}` : levelShort(result.level);
}

/** Levels above `assessedTo` of which a core row was nevertheless looked at. */
export function lookedAtOf(result: BareResult): Level[] {
  return result.blockers.flatMap((blocker) =>
    'indicator' in blocker &&
    (blocker.status === 'notMet' || ['notSeen', 'stale', 'conflict'].includes(blocker.reason ?? ''))
      ? [blocker.level]
      : [],
  );
}

/** What the gauge of a result needs; the same everywhere, so that one picture stands for one level. */
export function gaugeInputOf(
  result: BareResult,
  more: { confirmed?: Level | null | undefined; neverAssessed: boolean; silent: boolean },
): GaugeInput {
  return {
    level: result.level,
    ceiling: result.ceiling,
    assessedTo: result.assessedTo,
    target: result.target?.level,
    confirmed: more.confirmed,
    neverAssessed: more.neverAssessed,
    // A technical level is published only where measured evidence carries the practice.
    old: more.silent && result.technicalLevel !== null,
    lookedAt: lookedAtOf(result),
  };
}

export function changeText(change: NonNullable<OverviewRow['change']>, result: BareResult): string {
  const from = levelShort(change.from ?? null);
  switch (change.kind) {
    case 'fell':
      return result.level === null ? words.change.fellToUnknown(from) : words.change.fell(from);
    case 'rose':
      return change.from === null || change.from === undefined ? words.change.established : words.change.rose(from);
    case 'range':
      return words.change.range(rangeText(result));
    case 'facts':
      return words.change.facts(change.facts ?? 1);
    case 'scope':
      return words.change.scope;
    case 'pack':
      return words.change.pack;
  }
}

/** The bold half of a line in the head strip. */
export function changeLead(row: OverviewRow): string {
  const { change, practice, result } = row;
  if (change === undefined) return '';
  const says = words.change.strip;
  const from = levelShort(change.from ?? null);
  const to = levelShort(result.level);
  switch (change.kind) {
    case 'fell':
      return says.fell(practice, from, to);
    case 'rose':
      return says.rose(practice, from, to);
    case 'range':
      return says.range(practice, rangeText(result));
    case 'facts':
      return says.facts(practice, change.facts ?? 1);
    case 'scope':
      return says.scope(practice);
    case 'pack':
      return says.pack(practice);
  }
}

const worstFirst: Record<NonNullable<OverviewRow['change']>['kind'], number> = {
  fell: 0,
  range: 1,
  rose: 2,
  scope: 3,
  pack: 4,
  facts: 5,
};

export function changedRows(overview: Overview): OverviewRow[] {
  return overview.rows
    .filter((each) => each.change !== undefined)
    .sort((a, b) => worstFirst[a.change?.kind ?? 'facts'] - worstFirst[b.change?.kind ?? 'facts']);
}

/** `weakest 0 to 2 · 2 below target · 1 unknown`: never a sum, never an average. */
export function domainText(rows: readonly OverviewRow[]): string {
  const established = rows.filter((each) => each.result.level !== null && !each.neverAssessed);
  const weakest = established.toSorted(
    (a, b) => (a.result.level ?? 0) - (b.result.level ?? 0) || a.result.ceiling - b.result.ceiling,
  )[0];
  const targeted = rows.filter((each) => each.result.target !== undefined && !each.neverAssessed);
  const count = (fit: PracticeResult['fit']) => targeted.filter((each) => each.result.fit === fit).length;
  const says = words.overview;
  return [
    ...(weakest === undefined ? [] : [says.weakest(rangeText(weakest.result))]),
    ...(count('below') > 0 ? [says.below(count('below'))] : []),
    ...(count('unknown') > 0 ? [says.unknown(count('unknown'))] : []),
    ...(count('above') > 0 ? [says.above(count('above'))] : []),
  ].join(' · ');
}

/** What happened, when, and the target. */
export function verdictOf(page: PracticePage, at: { timeZone: string; now: number }): Verdict {
  const { result, before, assessment } = page;
  const says = words.verdict;
  const target = result.target === undefined ? says.noTarget : says.target(result.target.level);
  if (page.neverAssessed || assessment === undefined) return { lead: says.never, rest: target, tone: 'plain' };
  if (before !== undefined && before.level !== result.level) {
    const rest = says.inScan(shortDateTimeOf(assessment.at, at)) + target;
    if (result.level === null) return { lead: says.lost(levelShort(before.level)), rest, tone: 'fell' };
    if (before.level === null) return { lead: says.established(levelWord(result.level)), rest, tone: 'plain' };
    const fell = result.level < before.level;
    const moved = fell ? says.fell : says.rose;
    return { lead: moved(String(before.level), String(result.level)), rest, tone: fell ? 'fell' : 'plain' };
  }
  if (result.level === null) return { lead: says.not, rest: target, tone: 'plain' };
  return { lead: says.stays(levelWord(result.level)), rest: ` ${standing(result)}`, tone: 'plain' };
}

/** Why the level is what it is, in at most four sentences. */
export function whyOf(page: PracticePage): Sentence[] {
  const { result } = page;
  if (page.neverAssessed) return [[words.why.first]];
  const rows = result.blockers.filter((each) => 'indicator' in each);
  // What was seen to fail comes before what could not be seen.
  const ordered = rows.toSorted((a, b) => Number(a.status === 'unknown') - Number(b.status === 'unknown'));
  const spoken = ordered.slice(0, 2).map((blocker) => blockerSentence(page, blocker));
  const rest = ordered.length - spoken.length;
  const all: Sentence[] = [
    ...(rows.length === 0 && result.level !== null && result.level > 0 ? [[words.why.holds(result.level)]] : []),
    ...spoken,
    ...(result.ceiling > (result.level ?? 0) ? [[words.why.best(result.ceiling)]] : []),
    ...(result.lapsedSince === undefined ? [] : [[words.why.lapsed(result.lapsedSince.slice(0, 10))]]),
    ...(result.strictLevel === undefined ? [] : [[words.why.strict(levelShort(result.strictLevel))]]),
    ...(rest > 0 ? [[words.why.more(rest)]] : []),
    ...(result.assessedTo < 4 && result.assessedTo < (result.target?.level ?? 0)
      ? [[words.why.notAssessed(result.assessedTo)]]
      : []),
  ];
  return all.slice(0, 4);
}

export interface Step {
  readonly key: string;
  readonly says: Sentence;
  /** Kind of effort, or what it costs to know. */
  readonly cost: string;
  readonly gain: string;
}

/** What would raise the level: cheapest first, what only needs a look before what needs work. */
export function stepsOf(page: PracticePage): Step[] {
  const order = { S: 100, M: 200, L: 300, XL: 400 } as const;
  const steps = page.result.blockers.map((blocker, index): { weight: number; step: Step } => {
    if ('gate' in blocker) {
      const says = [words.practice.gate[blocker.gate]];
      return { weight: 90, step: { key: `gate-${blocker.gate}`, says, cost: '', gain: words.practice.needed } };
    }
    const text = page.indicators.find((each) => each.id === blocker.indicator);
    const names = blocker.assets.map((id) => assetPart(page, id));
    const question: Part = { kind: 'indicator', id: blocker.indicator, text: text?.question ?? blocker.indicator };
    if (blocker.status === 'unknown') {
      const again = blocker.reason === 'notSeen' || blocker.reason === 'stale';
      const says =
        again && names.length > 0 ? ['See ', ...joined(names), ' again: ', question] : ['Find out: ', question];
      const packets = text?.packets ?? 0;
      const minutes = text?.minutes ?? 0;
      const cost = packets > 0 && again ? words.practice.look(packets) : words.practice.ask(minutes);
      const step = { key: `${index}`, says, cost, gain: words.practice.settles };
      return { weight: packets > 0 && again ? packets / 100 : minutes, step };
    }
    const doing: Part[] = text?.fix === undefined ? ['Make the answer yes: ', question] : [firstSentence(text.fix)];
    const says = names.length > 0 ? [...doing, ': ', ...joined(names)] : doing;
    const gain = words.practice.needed;
    return {
      weight: order[blocker.effort],
      step: { key: `${index}`, says, cost: words.practice.effort[blocker.effort], gain },
    };
  });
  return steps.toSorted((a, b) => a.weight - b.weight).map((each) => each.step);
}

/** `2 of 3 met, 1 unknown` */
export function levelCounts(results: readonly PracticeResult['indicators'][number][]): string {
  const core = results.filter((each) => each.core);
  const counting = core.filter((each) => each.status !== 'notApplicable');
  const count = (status: string) => core.filter((each) => each.status === status).length;
  const supporting = results.length - core.length;
  return [
    `${count('met')} of ${counting.length} met`,
    ...(count('notMet') > 0 ? [`${count('notMet')} not met`] : []),
    ...(count('unknown') > 0 ? [`${count('unknown')} unknown`] : []),
    ...(count('notApplicable') > 0 ? [`${count('notApplicable')} not applicable`] : []),
    ...(supporting > 0 ? [`and ${counted(supporting, 'supporting row')}`] : []),
  ]
    .join(', ')
    .replace(', and', ' and');
}

/** Whether every applicable core row of the level is met; a level without any does not hold. */
export function levelHolds(results: readonly PracticeResult['indicators'][number][]): boolean {
  const core = results.filter((each) => each.core && each.status !== 'notApplicable');
  return core.length > 0 && core.every((each) => each.status === 'met');
}

function standing(result: PracticeResult): string {
  const says = words.verdict;
  if (result.target === undefined) return says.noTarget.trim();
  const target = says.target(result.target.level);
  switch (result.fit) {
    case 'at':
      return `${says.fit.at}.`;
    case 'above':
      return `${says.fit.above((result.level ?? 0) - result.target.level)}.${target}`;
    case 'below':
      return `${says.fit.below(fitText(result))}.${target}`;
    case 'unknown':
      return `${says.fit.unknown}.${target}`;
  }
}

type RowBlocker = Extract<PracticeResult['blockers'][number], { indicator: string }>;

function blockerSentence(page: PracticePage, blocker: RowBlocker): Sentence {
  const text = page.indicators.find((each) => each.id === blocker.indicator);
  const row = page.result.indicators.find((each) => each.id === blocker.indicator);
  const question: Part = { kind: 'indicator', id: blocker.indicator, text: text?.question ?? blocker.indicator };
  const names = blocker.assets.map((id) => assetPart(page, id));
  const lead = words.why.asks(blocker.level);
  if (blocker.status === 'notMet') {
    if (names.length === 0) return [lead, question, words.why.no];
    const counts = row?.of === undefined ? words.why.noFor : words.why.good(row.good ?? 0, row.of, row.unseen ?? 0);
    return [lead, question, counts, ...joined(names), '.'];
  }
  const where: Part[] = names.length > 0 ? [' (', ...joined(names), ')'] : [];
  return [lead, question, words.why.unknown, words.why.because[blocker.reason ?? 'neverAsked'], ...where, '.'];
}

function assetPart(page: PracticePage, id: string): Part {
  const name = page.assets[id];
  // A zone, an organisation or an element of a register has no line in the list of assets.
  if (name === undefined || name === id) return isDigest(id) ? hashOf(id, 'sentence') : id;
  return { kind: 'asset', id, name };
}

/** Names with commas and an `and`; more than three are cut to two and a count. */
function joined(parts: readonly Part[]): Part[] {
  const shown: Part[] = parts.length > 3 ? [...parts.slice(0, 2), `${parts.length - 2} more`] : [...parts];
  return shown.flatMap((part, index): Part[] =>
    index === 0 ? [part] : [index === shown.length - 1 ? ' and ' : ', ', part],
  );
}

/** A step is one line; the row tells the rest. */
function firstSentence(text: string): string {
  return (/^.*?[.;:](?=\s|$)/.exec(text)?.[0] ?? text).replace(/[.;:]$/, '');
}

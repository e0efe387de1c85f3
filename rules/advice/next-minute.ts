/**
 * The next best minute: of all questions to ask and readings to take, which settles most per minute of a person and
 * per packet on the plant network. Pure, and in the same order whatever the order of the evidence.
 */
import { withDerived } from '../derive/with-derived.ts';
import { assess } from '../engine/assess.ts';
import { indexEvidence } from '../engine/evidence-index.ts';
import type { AssessInput, Level } from '../engine/input.ts';
import { judgeRows, RowJudge } from '../engine/judge.ts';
import { Judging, type RowOutcome } from '../engine/judging.ts';
import type { PracticeCode } from '../engine/model.ts';
import type { Pack, Row } from '../engine/pack.ts';
import type { PracticeResult, UnknownReason } from '../engine/result.ts';
import { sequenceOf } from '../engine/sequence.ts';
import { type Lack, lacksOf } from './next-minute-lacks.ts';

export type Way = 'ask' | 'look' | 'import' | 'inventory';

export interface Question {
  /** The row that is worth most among those that it answers. */
  readonly id: string;
  /** Every row that the same answers settle, that one first. */
  readonly rows: readonly { readonly id: string; readonly practice: PracticeCode; readonly question: string }[];
  readonly reason: UnknownReason;
  /** Cheapest way that answers all of it: a person, a probe, another system's table, the inventory. */
  readonly way: Way;
  /** Facts that are not known, with whom they are about. Empty with `empty`: whether nobody belongs there is asked. */
  readonly lacks: readonly Lack[];
  /** A population or register of which somebody must say that it is empty. */
  readonly empty?: string;
  /** Statement types that people may answer it with, from the rows' own paths. */
  readonly types: readonly string[];
  readonly minutes: number;
  /** Requests in all, by the cheapest probe path. */
  readonly packets: number;
  /** Levels settled per minute, or per packet where `way` is `look`; comparable within a way only. */
  readonly worth: number;
  /** `settles ACC level 1 in 5 min`, `brings ACC level 1 closer: 1 of 3 rows, 13 min in all` */
  readonly buys: string;
}

/** Questions in the order in which they should be asked: by what they settle per minute. Readings are left to others. */
export function nextQuestions(pack: Pack, input: AssessInput): Question[] {
  return candidates(pack, input).filter(({ way }) => way !== 'look');
}

/** Readings by what they settle per packet, for the plan of the next scan. */
export function nextReadings(pack: Pack, input: AssessInput): Question[] {
  return candidates(pack, input)
    .filter(({ packets }) => packets > 0)
    .map((reading): Question => {
      const gain = reading.way === 'look' ? reading.worth * reading.packets : reading.worth;
      return { ...reading, way: 'look', worth: gain / reading.packets };
    })
    .sort((one, other) => other.worth - one.worth || (one.id < other.id ? -1 : 1));
}

interface Candidate {
  readonly row: Row;
  readonly outcome: RowOutcome;
  readonly lacks: readonly Lack[];
  readonly way: Way;
  readonly packets: number;
  readonly empty?: string;
  gain: number;
  buys: string;
}

function candidates(pack: Pack, raw: AssessInput): Question[] {
  const input = withDerived(pack, raw);
  const index = indexEvidence(input);
  const { rows } = sequenceOf(pack, input);
  const judging = judgeRows(new Judging(pack, index, { at: index.now, quick: true }), rows);
  const wanted = new Map<string, Candidate>();
  for (const row of rows) {
    const outcome = judging.outcomes.get(row.id);
    if (outcome === undefined || outcome.status !== 'unknown' || !outcome.core) continue;
    const found = candidateFor(judging, row, outcome);
    if (found !== undefined) wanted.set(row.id, found);
  }
  for (const practice of assess(pack, input).practices) worthOf(practice, judging, wanted);
  return grouped([...wanted.values()].filter(({ gain }) => gain > 0));
}

/** What no answer moves: another row first, or a path that is not there. */
const settledElsewhere: readonly (UnknownReason | undefined)[] = ['restsOn', 'guard', 'notCovered', 'conflict'];

function candidateFor(judging: Judging, row: Row, outcome: RowOutcome): Candidate | undefined {
  if (settledElsewhere.includes(outcome.reason)) return undefined;
  const start = { row, outcome, gain: 0, buys: '' };
  if (outcome.reason === 'emptyPopulation' && row.population !== undefined) {
    return { ...start, lacks: [], way: 'ask', packets: 0, empty: row.population };
  }
  const lacks = lacksOf(row, new RowJudge(judging, row).trace().traced);
  if (lacks.length === 0) return undefined;
  const probes = row.packets > 0 ? Math.max(1, outcome.unseen.length) * row.packets : 0;
  return { ...start, lacks, way: wayOf(row, lacks, probes), packets: probes };
}

function wayOf(row: Row, lacks: readonly Lack[], packets: number): Way {
  if (lacks.every(({ types }) => types.length > 0)) return 'ask';
  if (packets > 0) return 'look';
  return row.paths.includes('inventory') ? 'inventory' : 'import';
}

/** A level beyond the next one counts less: it stands on levels that are not there yet. */
const perLevel = 0.5;
/** Not established is worth more than one level higher: nobody knows anything of it yet. */
const firstSight = 2;
/** Where a row of the level is not met, or has no way to be asked, the rest cannot raise it. */
const blocked = 0.1;

/**
 * The rows of a level settle it together, so each is worth the level divided by what all of them cost: a practice that
 * is nearly known comes first, and its questions stay together.
 */
function worthOf(result: PracticeResult, judging: Judging, wanted: ReadonlyMap<string, Candidate>): void {
  const from = (result.level ?? 0) + 1;
  const to = Math.max(from, result.target?.level ?? from);
  const outcomes = [...judging.outcomes.values()].filter(({ row }) => row.practice === result.practice);
  let cost = 0;
  let open = true;
  for (let level = from; level <= Math.min(to, 4); level++) {
    const own = outcomes.filter((each) => each.core && each.row.level === level);
    const asked = own.flatMap(({ row }) => wanted.get(row.id) ?? []);
    const lost = own.some(({ row, status }) => status === 'notMet' || (status === 'unknown' && !wanted.has(row.id)));
    cost += asked.reduce((sum, { row }) => sum + row.minutes, 0);
    open &&= !lost;
    const first = result.level === null && level === 1 ? firstSight : 1;
    for (const candidate of asked) {
      candidate.gain = (first * perLevel ** (level - from) * (open ? 1 : blocked)) / Math.max(1, cost);
      candidate.buys = bought(candidate.row, { asked: asked.length, cost, open });
    }
  }
}

function bought(row: Row, of: { asked: number; cost: number; open: boolean }): string {
  const level = `${row.practice} level ${row.level as Level}`;
  if (!of.open) return `tells more of ${level}, which something else holds back`;
  if (of.asked === 1) return `settles ${level} in ${of.cost} min`;
  return `${row.minutes} of ${of.cost} min that settle ${level}`;
}

/** Rows that lack the same facts about the same members are one question, asked once. */
function grouped(all: readonly Candidate[]): Question[] {
  const groups = Map.groupBy(all, keyOf);
  return [...groups.values()]
    .map(questionOf)
    .sort((one, other) => other.worth - one.worth || (one.id < other.id ? -1 : 1));
}

function keyOf({ lacks, empty, way }: Candidate): string {
  if (empty !== undefined) return `empty ${empty}`;
  return `${way} ${lacks.map(({ about, fact, keys }) => `${about} ${fact} ${keys.join(',')}`).join(' ')}`;
}

function questionOf(group: readonly Candidate[]): Question {
  const sorted = [...group].sort((one, other) => other.gain - one.gain || (one.row.id < other.row.id ? -1 : 1));
  const [first] = sorted;
  if (first === undefined) throw new Error('a question without a row');
  // The rows' members overlap: who answers for the larger set has answered for the smaller. Nobody is quickly said.
  const longest = first.empty === undefined ? Math.max : Math.min;
  const minutes = longest(...group.map(({ row }) => row.minutes));
  const packets = Math.max(...group.map((each) => each.packets));
  const gain = group.reduce((sum, each) => sum + each.gain, 0);
  const unit = first.way === 'look' ? Math.max(1, packets) : 1;
  return {
    id: first.row.id,
    rows: sorted.map(({ row }) => ({ id: row.id, practice: row.practice, question: row.question })),
    reason: first.outcome.reason ?? 'neverAsked',
    way: first.way,
    lacks: united(sorted),
    ...(first.empty === undefined ? {} : { empty: first.empty }),
    types: [...new Set(sorted.flatMap(({ row }) => statementTypesIn(row)))],
    minutes,
    packets,
    worth: gain / unit,
    buys: [...new Set(sorted.map(({ buys }) => buys))].join('; '),
  };
}

function united(group: readonly Candidate[]): Lack[] {
  const byFact = Map.groupBy(
    group.flatMap(({ lacks }) => lacks),
    ({ about, fact }) => `${about} ${fact}`,
  );
  return [...byFact.values()].flatMap((lacks): Lack[] => {
    const [first] = lacks;
    if (first === undefined) return [];
    const members = [...new Set(lacks.flatMap((lack) => lack.members))].sort();
    const keys = [...new Set(lacks.flatMap((lack) => lack.keys))];
    return [{ ...first, members, keys }];
  });
}

function statementTypesIn(row: Row): string[] {
  return row.paths.flatMap((path) => (path.startsWith('statement:') ? [path.slice('statement:'.length)] : []));
}

/** How a row could come to be known and met: by which of its paths, with which evidence, at what cost. */
import type { RowOutcome } from '../engine/judging.ts';
import type { Row } from '../engine/pack.ts';
import { type Effort, type EvidenceWord, evidenceWords } from '../engine/result.ts';
import { isAttested, wordOf } from '../engine/value.ts';

/**
 * fix: known to be missing, so something has to change. look: a probe or an import shows it. ask: a person says it.
 * examine: somebody other than the author sees for himself.
 */
export const stepKinds = ['fix', 'look', 'ask', 'examine'] as const;
export type StepKind = (typeof stepKinds)[number];

export interface Way {
  readonly kind: StepKind;
  /** The path of the row that is taken: `mqtt`, `import:siem`, `statement:policy`, `examine`; `statement` for any. */
  readonly path: string;
  /** What the row then rests on. */
  readonly evidence: EvidenceWord;
}

/** Person days of one row by its effort class. */
export type Costs = Readonly<Record<Effort, number>>;
export const defaultCosts: Costs = { S: 1, M: 5, L: 20, XL: 80 };

export interface Cost {
  /** Person days for what is known to be missing. */
  readonly days: number;
  /** The same if everything that is not known yet turns out to be missing too. */
  readonly daysAtMost: number;
  /** Minutes of people for asking, looking and examining. */
  readonly minutes: number;
  /** Requests on the plant's network. */
  readonly packets: number;
}

/** Every way that a row's paths offer, strongest evidence first; `collectors` are the installed ones. */
export function waysOf(row: Pick<Row, 'paths'>, collectors: ReadonlySet<string>): Way[] {
  const ways = row.paths.flatMap((path): Way[] => {
    if (collectors.has(path)) return [{ kind: 'look', path, evidence: 'measured' }];
    if (path.startsWith('import:')) return [{ kind: 'look', path, evidence: 'imported' }];
    if (path === 'examine') return [{ kind: 'examine', path, evidence: 'examined' }];
    if (path.startsWith('statement:') || path === 'inventory') return [{ kind: 'ask', path, evidence: 'stated' }];
    return [];
  });
  return ways.sort((one, other) => rankOf(one.evidence) - rankOf(other.evidence));
}

/** The strongest way, for asking what could be reached at all; undefined where the product has none. */
export function strongestWay(row: Pick<Row, 'paths'>, collectors: ReadonlySet<string>): Way | undefined {
  return waysOf(row, collectors)[0];
}

/** The least that a person has to do: a reading, else a statement, else an examination. */
export function plainWay(row: Pick<Row, 'paths'>, collectors: ReadonlySet<string>): Way | undefined {
  const ways = waysOf(row, collectors);
  return ways.find(({ kind }) => kind === 'look') ?? ways.find(({ kind }) => kind === 'ask') ?? ways[0];
}

/** The way in view of how the row stands: what is known to be missing is fixed, contradictions need a person. */
export function wayFrom(way: Way, outcome: RowOutcome | undefined): Way {
  if (outcome?.status === 'notMet') {
    const known = wordOf(outcome.weak);
    const stronger = known !== undefined && rankOf(known) < rankOf(way.evidence) ? known : way.evidence;
    return { ...way, kind: 'fix', evidence: stronger };
  }
  if (outcome?.reason === 'conflict' || outcome?.reason === 'emptyPopulation')
    return { ...way, kind: 'ask', path: 'statement' };
  return way;
}

export function costOf(row: Row, how: { way: Way; outcome: RowOutcome | undefined; costs: Costs }): Cost {
  const { way, outcome, costs } = how;
  const days = outcome?.status === 'notMet' ? costs[row.effort] : 0;
  const open = outcome?.status === 'unknown' ? costs[row.effort] : days;
  const members = outcome === undefined ? [] : outcome.status === 'notMet' ? outcome.bad : outcome.unseen;
  const targets = row.counts === undefined ? 1 : members.length;
  return {
    days,
    daysAtMost: open,
    minutes: row.minutes,
    packets: way.evidence === 'measured' ? row.packets * targets : 0,
  };
}

export function sumOf(costs: readonly Cost[]): Cost {
  const total = { days: 0, daysAtMost: 0, minutes: 0, packets: 0 };
  for (const cost of costs) {
    total.days += cost.days;
    total.daysAtMost += cost.daysAtMost;
    total.minutes += cost.minutes;
    total.packets += cost.packets;
  }
  return total;
}

/** Money first, then people's time, then the plant's network. */
export function byCost(one: Cost, other: Cost): number {
  return (
    one.days - other.days ||
    one.daysAtMost - other.daysAtMost ||
    one.minutes - other.minutes ||
    one.packets - other.packets
  );
}

/** Evidence that passes the gates from level 2: a machine's, or an examiner's. */
export function isExamination(evidence: EvidenceWord): boolean {
  return !isAttested(rankOf(evidence));
}

function rankOf(evidence: EvidenceWord): number {
  return evidenceWords.indexOf(evidence);
}

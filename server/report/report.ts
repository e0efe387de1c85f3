/** What the printed report says, from an assessment and its traces: pure. */
import { nextQuestions } from '../../rules/advice/next-minute.ts';
import { withDerived } from '../../rules/derive/with-derived.ts';
import { assess } from '../../rules/engine/assess.ts';
import { explain } from '../../rules/engine/explain.ts';
import type { AssessInput } from '../../rules/engine/input.ts';
import type { Pack, Row } from '../../rules/engine/pack.ts';
import type { Effort, PracticeResult, Trace, UnknownReason } from '../../rules/engine/result.ts';
import type { PracticeDecision } from '../contract/api.ts';

export interface Report {
  readonly system: string;
  readonly now: string;
  readonly timeZone: string;
  readonly pack: string;
  readonly packHash: string;
  readonly practices: readonly PracticeResult[];
  /** The newest decision per practice: beside the proposal, never instead of it. */
  readonly confirmed: readonly Confirmed[];
  /** At most three, cheapest first. */
  readonly decisions: readonly ReportDecision[];
  readonly notKnown: readonly NotKnown[];
  readonly work: readonly AssetWork[];
}

export interface Confirmed {
  readonly practice: string;
  readonly level: number | null;
  readonly by: string;
  readonly at: string;
}

export interface ReportDecision {
  /** What was found, or what nobody knows yet. */
  readonly question: string;
  /** What to do about it. */
  readonly act: string;
  readonly indicator?: string;
  /** Members for which it does not hold. */
  readonly assets: readonly string[];
  /** Kind of effort, or the minutes that finding out takes. */
  readonly cost: Effort | { readonly minutes: number };
  /** `ACC reaches level 2` when it is all that is missing. */
  readonly buys: string;
}

export interface NotKnown {
  readonly reason: UnknownReason;
  readonly rows: number;
  readonly practices: readonly string[];
  readonly example: string;
}

export interface AssetWork {
  readonly asset: string;
  readonly name: string;
  readonly kind: string;
  readonly zone: string;
  readonly items: readonly WorkItem[];
}

export interface WorkItem {
  readonly practice: string;
  readonly level: number;
  readonly indicator: string;
  readonly state: 'bad' | 'unseen';
  readonly reason?: UnknownReason;
  readonly question: string;
  readonly fix: string;
  readonly effort: Effort;
}

/** `decided`: the owners' decisions until then, newest first. */
export function reportFrom(pack: Pack, raw: AssessInput, decided: readonly PracticeDecision[] = []): Report {
  const input = withDerived(pack, raw);
  const { practices } = assess(pack, input);
  return {
    system: input.system.name,
    now: input.now,
    timeZone: input.site.timeZone,
    pack: `${pack.id} ${pack.version}`,
    packHash: pack.hash,
    practices,
    confirmed: practices.flatMap(({ practice }) => {
      const newest = decided.find((each) => each.practice === practice);
      return newest === undefined ? [] : [{ practice, level: newest.level, by: newest.by, at: newest.at }];
    }),
    decisions: [...decisionsIn(pack, practices), ...findings(pack, input)].slice(0, 3),
    notKnown: notKnownIn(pack, practices),
    work: workIn(pack, input, practices),
  };
}

const efforts: readonly Effort[] = ['S', 'M', 'L', 'XL'];

/** What somebody saw and does not hold: to be mended, or accepted under a name. Then who should examine what. */
function decisionsIn(pack: Pack, practices: readonly PracticeResult[]): ReportDecision[] {
  const found = practices
    .filter(({ fit }) => fit === 'below')
    .flatMap(({ practice, blockers, next }) => {
      const level = next?.level ?? 1;
      const buys = (last: boolean) =>
        last ? `${practice} reaches level ${level}` : `one step of ${practice} to level ${level}`;
      return blockers.flatMap((blocker): ReportDecision[] => {
        const last = blockers.length === 1;
        if ('gate' in blocker) {
          const question = `Does more than words speak for ${practice} level ${blocker.level}?`;
          return [
            { question, act: gateWords[blocker.gate], assets: blocker.assets ?? [], cost: 'S', buys: buys(last) },
          ];
        }
        const row = pack.byId.get(blocker.indicator);
        if (blocker.status !== 'notMet' || row === undefined) return [];
        const { indicator, assets, effort } = blocker;
        return [{ question: row.question, act: fixOf(row), indicator, assets, cost: effort, buys: buys(last) }];
      });
    });
  const alone = ({ buys }: ReportDecision) => (buys.includes('reaches') ? 0 : 1);
  return found.sort(
    (one, other) =>
      alone(one) - alone(other) ||
      rankOf(one) - rankOf(other) ||
      (one.buys < other.buys
        ? -1
        : one.buys > other.buys
          ? 1
          : (one.indicator ?? '') < (other.indicator ?? '')
            ? -1
            : 1),
  );
}

function rankOf({ cost }: ReportDecision): number {
  return typeof cost === 'string' ? efforts.indexOf(cost) : -1;
}

/** Where little was found, the next decision is to find out. */
function findings(pack: Pack, input: AssessInput): ReportDecision[] {
  return nextQuestions(pack, input)
    .filter(({ way }) => way === 'ask')
    .slice(0, 3)
    .map(({ id, rows, minutes, buys }) => ({
      question: rows[0]?.question ?? '',
      act: 'Nobody has been asked yet. Name who answers, and let it be asked.',
      indicator: id,
      assets: [],
      cost: { minutes },
      buys,
    }));
}

const gateWords = {
  examined: 'Let somebody other than the author examine one row, or let a probe measure it',
  operating: 'Show one row by more than statements: a measurement, an import or an examination',
  declined: 'Allow the critical assets to be examined whose examination was declined',
} as const;

function fixOf(row: Row): string {
  return row.fix ?? row.why;
}

function isOwed(result: PracticeResult, level: number): boolean {
  return level <= (result.target?.level ?? result.next?.level ?? 1);
}

function notKnownIn(pack: Pack, practices: readonly PracticeResult[]): NotKnown[] {
  const rows = practices.flatMap((result) =>
    result.indicators
      .filter(({ core, level, status }) => core && status === 'unknown' && isOwed(result, level))
      .map(({ id, reason }) => ({ practice: result.practice, id, reason: reason ?? 'neverAsked' })),
  );
  return [...Map.groupBy(rows, ({ reason }) => reason)]
    .map(([reason, group]): NotKnown => {
      const example = pack.byId.get(group[0]?.id ?? '')?.question ?? '';
      return { reason, rows: group.length, practices: [...new Set(group.map(({ practice }) => practice))], example };
    })
    .sort((one, other) => other.rows - one.rows || (one.reason < other.reason ? -1 : 1));
}

function workIn(pack: Pack, input: AssessInput, practices: readonly PracticeResult[]): AssetWork[] {
  const items = new Map<string, WorkItem[]>();
  for (const result of practices) {
    for (const { id, level, status, reason } of result.indicators) {
      const row = pack.byId.get(id);
      if (row?.counts?.of !== 'asset' || !row.covered || !isOwed(result, level)) continue;
      if (status === 'met' || status === 'notApplicable') continue;
      // Nobody looked at anything: the members of the row are all the same, and the trace says so as well.
      for (const member of explain(pack, input, id).members) note(member, row, reason);
    }
  }
  return input.system.assets
    .filter(({ id }) => items.has(id))
    .map(({ id, name, kind, zone }) => ({
      asset: id,
      name,
      kind,
      zone: zone ?? '',
      items: (items.get(id) ?? []).sort(worstFirst),
    }))
    .sort(
      (one, other) =>
        bad(other) - bad(one) || other.items.length - one.items.length || (one.asset < other.asset ? -1 : 1),
    );

  function note(
    { member, verdict, reason }: Trace['members'][number],
    row: Row,
    ofRow: UnknownReason | undefined,
  ): void {
    if (verdict !== 'bad' && verdict !== 'unseen') return;
    const { practice, level, id, question, effort } = row;
    const why = reason ?? ofRow;
    const item: WorkItem = {
      ...{ practice, level, indicator: id, state: verdict, question, fix: fixOf(row), effort },
      ...(verdict === 'unseen' && why !== undefined ? { reason: why } : {}),
    };
    const held = items.get(member);
    if (held === undefined) items.set(member, [item]);
    else held.push(item);
  }
}

function bad({ items }: AssetWork): number {
  return items.filter(({ state }) => state === 'bad').length;
}

function worstFirst(one: WorkItem, other: WorkItem): number {
  return (
    (one.state === other.state ? 0 : one.state === 'bad' ? -1 : 1) ||
    one.level - other.level ||
    (one.indicator < other.indicator ? -1 : 1)
  );
}

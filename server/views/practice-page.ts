/** One practice as its page shows it, from assessments and the rule pack alone: pure. */
import { practices } from '../../rules/engine/model.ts';
import type { IndicatorText, PracticeDecision, PracticePage } from '../contract/api.ts';
import type { PracticeResult, Trace } from '../contract/assessment.ts';
import { type AssessmentRecord, lookedAt, neverAssessed } from './overview.ts';

export interface PracticePageInput {
  readonly system: { readonly id: string; readonly name: string };
  readonly code: string;
  readonly target: PracticeResult['target'];
  readonly current: AssessmentRecord | undefined;
  readonly before: AssessmentRecord | undefined;
  /** Newest first. */
  readonly decisions: readonly PracticeDecision[];
  readonly history: PracticePage['history'];
  /** The pack's rows of this practice that fit the system's role, in order of level. */
  readonly texts: readonly IndicatorText[];
  readonly nameOf: (asset: string) => string;
}

export function practicePage(input: PracticePageInput): PracticePage | undefined {
  const index = practices.findIndex((each) => each.code === input.code);
  const practice = practices[index];
  if (practice === undefined) return undefined;
  const result = resultOf(input.current, practice.code) ?? neverAssessed(practice.code, input.target);
  const before = resultOf(input.before, practice.code);
  const confirmed = input.decisions[0];
  const previous = practices[index - 1];
  const next = practices[index + 1];
  return {
    system: input.system,
    practice: {
      code: practice.code,
      name: practice.name,
      domain: practice.domain,
      subDomain: practice.subDomain,
      ...(previous === undefined ? {} : { previous: previous.code }),
      ...(next === undefined ? {} : { next: next.code }),
    },
    result,
    neverAssessed: result.indicators.every((row) => !lookedAt(row)),
    ...(before === undefined ? {} : { before: withoutRows(before) }),
    ...(input.current === undefined ? {} : { assessment: headOf(input.current) }),
    ...(confirmed === undefined ? {} : { confirmed }),
    decisions: [...input.decisions],
    history: input.history,
    indicators: [...input.texts],
    assets: namesIn(result, input.nameOf),
  };
}

export function headOf({ id, hash, at, pack }: AssessmentRecord) {
  return { id, hash, at, pack };
}

/** Names of the members that a trace speaks of. */
export function namesInTrace(trace: Trace, nameOf: (asset: string) => string): Record<string, string> {
  return Object.fromEntries(trace.members.map(({ member }) => [member, nameOf(member)]));
}

function resultOf(record: AssessmentRecord | undefined, code: string): PracticeResult | undefined {
  return record?.practices.find((each) => each.practice === code);
}

function withoutRows(result: PracticeResult): Omit<PracticeResult, 'indicators'> {
  const { indicators: _, ...rest } = result;
  return rest;
}

function namesIn(result: PracticeResult, nameOf: (asset: string) => string): Record<string, string> {
  const ids = result.blockers.flatMap((blocker) => blocker.assets ?? []);
  return Object.fromEntries(ids.map((id) => [id, nameOf(id)]));
}

/**
 * Security is one of five sides of trustworthiness. Rows that serve another side too carry its tag; the view groups
 * statuses by tag and computes no level: the model has levels of security only.
 */
import { type Status, statuses } from './result.ts';

export const characteristics = ['safety', 'reliability', 'resilience', 'privacy'] as const;
export type Characteristic = (typeof characteristics)[number];

export type TrustworthinessTags = ReadonlyMap<string, readonly Characteristic[]>;

export type TrustworthinessView = Readonly<Record<Characteristic, Readonly<Record<Status, readonly string[]>>>>;

/** Ids of the assessed rows of each side by status. A tagged row that was not assessed is in no list. */
export function trustworthinessOf(
  tags: TrustworthinessTags,
  assessed: ReadonlyMap<string, Status>,
): TrustworthinessView {
  const rowsOf = (side: Characteristic, status: Status) =>
    [...tags].filter(([row, own]) => own.includes(side) && assessed.get(row) === status).map(([row]) => row);
  const listsOf = (side: Characteristic) =>
    Object.fromEntries(statuses.map((status) => [status, rowsOf(side, status)])) as Record<Status, string[]>;
  return {
    safety: listsOf('safety'),
    reliability: listsOf('reliability'),
    resilience: listsOf('resilience'),
    privacy: listsOf('privacy'),
  };
}

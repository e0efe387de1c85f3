/**
 * The level gauge as numbers: which cell is drawn how, where rail and target mark stand. Pure; the components only
 * turn it into SVG. The load line of a ship on its side: the fill is what the evidence supports, the ring is the target.
 */
import type { Level } from '../../server/contract/assessment.ts';
import { words } from '../words/catalogue.ts';

export interface GaugeInput {
  /** null: not established. */
  readonly level: Level | null;
  readonly ceiling: Level;
  readonly assessedTo: Level;
  readonly target?: Level | undefined;
  /** Absent: never confirmed. */
  readonly confirmed?: Level | null | undefined;
  readonly determined?: Level | undefined;
  readonly neverAssessed?: boolean | undefined;
  /** The scan is overdue and the practice rests on measured evidence. */
  readonly old?: boolean | undefined;
  /** Levels of which something was looked at although they lie above `assessedTo`. */
  readonly lookedAt?: readonly Level[] | undefined;
}

export type CellKind = 'never' | 'over' | 'old' | 'holds' | 'notAssessed' | 'couldNotSee' | 'owed' | 'none';
export type KeelKind = 'water' | 'old' | 'never' | 'notEstablished';

export interface Gauge {
  /** Levels 1 to 4. */
  readonly cells: readonly [CellKind, CellKind, CellKind, CellKind];
  readonly keel: KeelKind;
  /** What was confirmed: solid up to a level, then broken up to another one that is no longer supported. */
  readonly rail?: { readonly solidTo: Level; readonly brokenTo?: Level };
  readonly mark?: { readonly at: Level; readonly filled: boolean };
  readonly diamond?: { readonly at: Level; readonly filled: boolean };
  /** For screen readers. */
  readonly name: string;
}

export function gaugeOf(input: GaugeInput): Gauge {
  const level = input.level ?? 0;
  const { target, confirmed, determined } = input;
  const cells: Gauge['cells'] = [cellOf(1, input), cellOf(2, input), cellOf(3, input), cellOf(4, input)];
  return {
    cells,
    keel: keelOf(input),
    ...(confirmed === undefined || confirmed === null
      ? {}
      : { rail: confirmed > level ? { solidTo: level, brokenTo: confirmed } : { solidTo: confirmed } }),
    ...(target === undefined
      ? {}
      : { mark: { at: target, filled: input.level === target && input.neverAssessed !== true } }),
    ...(determined === undefined ? {} : { diamond: { at: determined, filled: determined === confirmed } }),
    name: nameOf(input, cells),
  };
}

function cellOf(n: Level, input: GaugeInput): CellKind {
  const level = input.level ?? 0;
  if (input.neverAssessed === true) return 'never';
  if (n <= level) {
    if (input.target !== undefined && n > input.target) return 'over';
    return input.old === true ? 'old' : 'holds';
  }
  if (n > input.assessedTo && !(input.lookedAt ?? []).includes(n)) return 'notAssessed';
  if (n <= input.ceiling) return 'couldNotSee';
  return input.target !== undefined && n <= input.target ? 'owed' : 'none';
}

function keelOf(input: GaugeInput): KeelKind {
  if (input.neverAssessed === true) return 'never';
  if (input.level === null) return 'notEstablished';
  return input.old === true ? 'old' : 'water';
}

function nameOf(input: GaugeInput, cells: Gauge['cells']): string {
  const says = words.gauge;
  if (input.neverAssessed === true)
    return [says.never, ...(input.target === undefined ? [] : [says.target(input.target)])].join(', ');
  const { level, ceiling } = input;
  return [
    level === null ? says.notEstablished : says.level(level),
    ...(ceiling > (level ?? 0) ? [level === null ? says.couldBeUpTo(ceiling) : says.couldBe(ceiling)] : []),
    ...(cells.includes('notAssessed') ? [says.notAssessedAbove] : []),
    ...(input.target === undefined ? [] : [says.target(input.target)]),
    ...(input.confirmed === undefined || input.confirmed === null ? [] : [says.confirmed(input.confirmed)]),
    ...(input.determined === undefined ? [] : [says.determined(input.determined)]),
    ...(input.old === true ? [says.old] : []),
  ].join(', ');
}

/** Row form, 118 x 24. */
export const row = {
  viewBox: '-1 0 118 24',
  width: 118,
  height: 24,
  cell: { width: 25, height: 10, y: 7, radius: 1.5 },
  keel: { x: 0, y: 7, width: 2, height: 10 },
  rail: { y: 20.5, height: 2, tickWidth: 2, tickHeight: 4 },
  mark: { top: 1.5, bottom: 22.5, ringY: 12, radius: 4, haloRadius: 5.75, haloWidth: 5 },
  cellX: (n: number): number => 4 + 27 * (n - 1),
  /** Right edge of what level n fills; the keel for 0. */
  edgeX: (n: number): number => (n === 0 ? 3 : 4 + 27 * (n - 1) + 25),
  markX: (target: number): number => 3 + 27 * target,
} as const;

/** Ladder form: upright, level 4 on top, y 0 at its upper edge. */
export const ladder = {
  cell: { width: 30, height: 42, x: 36 },
  pitch: 44,
  baseY: 4 * 44,
  ringRadius: 8,
  cellY: (n: number): number => (4 - n) * 44,
  markY: (target: number): number => (4 - target) * 44 - 1,
} as const;

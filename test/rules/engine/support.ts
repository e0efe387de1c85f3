/** Small packs and plants for tests of the engine. */
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import { compileRow } from '../../../rules/engine/compile-row.ts';
import type { AssessInput, AssetView, Decision, Evidence } from '../../../rules/engine/input.ts';
import type { Pack, Row, RowSource } from '../../../rules/engine/pack.ts';
import type { Assessment, IndicatorResult, PracticeResult } from '../../../rules/engine/result.ts';

export const now = '2026-11-23T10:00:00.000Z';
export const nowMs = Date.parse(now);
export const day = 86_400_000;

export function ago(days: number): string {
  return new Date(nowMs - days * day).toISOString();
}

/** A row with nothing but what every row has. */
export const plainRow: RowSource = {
  id: 'acc.l1.row',
  practice: 'ACC',
  level: 1,
  core: true,
  role: 'all',
  method: 'automated',
  self: false,
  needs: [],
  question: 'Is it so?',
  parameters: {},
  paths: ['examine'],
  minutes: 5,
  packets: 2,
  effort: 'S',
  sharedWith: [],
  why: 'For the test.',
  references: [],
};

/** A pack of rows in the order given; level and practice follow from the id. */
export function packOf(...sources: readonly (Partial<RowSource> & { id: string; scope?: Row['scope'] })[]): Pack {
  const rows = sources.map(({ scope, ...source }) => {
    const [practice = 'acc', level = 'l1'] = source.id.split('.');
    const full = {
      ...plainRow,
      practice: practice.toUpperCase(),
      level: Number(level.slice(1)),
      ...source,
      parameters: readIn(source),
    } as RowSource;
    const { row, faults } = compileRow(full, {
      digest: source.id,
      scope: scope ?? 'general',
      lists: new Set(['words']),
    });
    if (row === undefined) throw new Error(JSON.stringify(faults));
    return row;
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return { id: 'test', version: '1.0.0', title: 'Test', hash: 'sha256:0', lists: { words: ['a'] }, rows, byId };
}

/** Only the parameters that are read: others would not load. */
function readIn(source: Partial<RowSource>): Record<string, number> {
  const texts = JSON.stringify({ ...source, parameters: {} });
  return Object.fromEntries(Object.entries(source.parameters ?? {}).filter(([name]) => texts.includes(`p.${name}`)));
}

export function asset(id: string, more: Partial<AssetView> = {}): AssetView {
  return {
    id,
    name: id,
    formerly: [],
    kind: 'broker',
    criticality: 'critical',
    exposed: false,
    safetyFunction: false,
    protocols: [],
    state: 'active',
    ...more,
  };
}

export function assets(count: number, more: Partial<AssetView> = {}): AssetView[] {
  return Array.from({ length: count }, (_, index) => asset(`a-${index + 1}`, more));
}

let refs = 0;

/** One observation of an asset, today unless said otherwise. */
export function seen(id: string, facts: FactsDraft, more: Partial<Evidence> = {}): Evidence {
  return {
    about: { kind: 'asset', id },
    source: 'mqtt',
    channel: `probe of ${id}`,
    kind: 'observation',
    observedAt: now,
    facts,
    unseen: {},
    basis: {},
    ref: `ref-${++refs}`,
    ...more,
  };
}

export function said(facts: FactsDraft, more: Partial<Evidence> = {}): Evidence {
  return seen('', facts, {
    about: { kind: 'system' },
    source: 'statement:interview',
    channel: 'interview',
    kind: 'stated',
    ...more,
  });
}

export function decision(more: Partial<Decision> & Pick<Decision, 'kind'>): Decision {
  return {
    id: 'd-1',
    reason: 'because',
    by: 'owner@example.com',
    approver: 'boss@example.com',
    on: ago(1),
    until: ago(-60),
    ...more,
  };
}

export function inputOf(more: {
  assets?: readonly AssetView[];
  evidence?: readonly Evidence[];
  decisions?: readonly Decision[];
  system?: Partial<AssessInput['system']>;
  now?: string;
  previousLevels?: NonNullable<AssessInput['previousLevels']>;
}): AssessInput {
  return {
    now: more.now ?? now,
    organisation: { id: 'own', name: 'Own' },
    site: { id: 'site', timeZone: 'UTC' },
    system: {
      id: 'line',
      name: 'Line',
      role: 'owner',
      targets: {},
      assets: more.assets ?? [],
      organisations: [],
      zones: [],
      ...more.system,
    },
    evidence: more.evidence ?? [],
    decisions: more.decisions ?? [],
    ...(more.previousLevels === undefined ? {} : { previousLevels: more.previousLevels }),
  };
}

export function rowOf(assessment: Assessment, id: string): IndicatorResult {
  const row = assessment.practices.flatMap(({ indicators }) => indicators).find((each) => each.id === id);
  if (row === undefined) throw new Error(`no row ${id}`);
  return row;
}

export function practiceOf(assessment: Assessment, code: string): PracticeResult {
  const practice = assessment.practices.find((each) => each.practice === code);
  if (practice === undefined) throw new Error(`no practice ${code}`);
  return practice;
}

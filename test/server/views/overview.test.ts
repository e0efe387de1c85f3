import { describe, expect, it } from 'vitest';
import type { PracticeResult } from '../../../server/contract/assessment.ts';
import {
  type AssessmentRecord,
  fitCounts,
  neverAssessed,
  overviewRows,
  waitsForOf,
} from '../../../server/views/overview.ts';
import { practicePage } from '../../../server/views/practice-page.ts';

type Row = PracticeResult['indicators'][number];

const target = { level: 2, scope: 'general' } as const;

function row(change: Partial<Row> = {}): Row {
  return { id: 'acc.l1.one', level: 1, core: true, method: 'automated', status: 'met', ...change };
}

function result(change: Partial<PracticeResult> = {}): PracticeResult {
  return { ...neverAssessed('ACC', target), level: 1, ceiling: 1, fit: 'below', indicators: [row()], ...change };
}

function record(id: string, practice: PracticeResult, pack = 'smm 1.0.0'): AssessmentRecord {
  return { id, hash: `sha256:${id}`, at: '2026-11-24T10:00:00.000Z', pack, practices: [practice] };
}

function overview(now: PracticeResult | undefined, before?: PracticeResult, packBefore?: string) {
  const rows = overviewRows({
    current: now && record('b', now),
    before: before && record('a', before, packBefore),
    trend: () => [],
    confirmed: () => undefined,
    targets: { ACC: target },
    tags: new Map([
      ['acc.l1.one', ['safety', 'privacy']],
      ['acc.l2.two', ['safety']],
      ['pat.l1.one', ['resilience']],
    ]),
    nameOf: (asset) => (asset === 'broker-1' ? 'Cell broker' : asset),
  });
  const found = rows.find((each) => each.practice === 'ACC');
  if (found === undefined) throw new Error('no ACC');
  return { rows, found };
}

describe('the overview', () => {
  it('shows a system that was never assessed as eighteen rows without a level, each with its target', () => {
    const { rows, found } = overview(undefined);
    expect(rows).toHaveLength(18);
    expect(rows.every((each) => each.neverAssessed && each.result.level === null && each.change === undefined)).toBe(
      true,
    );
    expect(found.result.target).toEqual(target);
  });

  it('counts the rows that bear on another side of trustworthiness by status, and leaves sides without rows out', () => {
    const { found } = overview(
      result({
        indicators: [
          row(),
          row({ id: 'acc.l2.two', level: 2, status: 'unknown', reason: 'notSeen' }),
          row({ id: 'acc.l1.other' }),
        ],
      }),
    );
    expect(found.sides).toEqual({
      safety: { met: 1, notMet: 0, unknown: 1, notApplicable: 0 },
      privacy: { met: 1, notMet: 0, unknown: 0, notApplicable: 0 },
    });
  });

  const fallen = result({
    level: 0,
    indicators: [row({ status: 'notMet', bad: 1 })],
    blockers: [{ indicator: 'acc.l1.one', level: 1, status: 'notMet', assets: ['broker-1'], effort: 'S' }],
  });

  it.each<[string, PracticeResult, PracticeResult, object | undefined]>([
    ['nothing moved', result(), result(), undefined],
    ['a level fell', fallen, result(), { kind: 'fell', from: 1, because: 'Cell broker: not good for acc.l1.one' }],
    ['a level rose', result(), fallen, { kind: 'rose', from: 0, because: 'acc.l1.one is met now' }],
    ['a level was established', result({ level: 0 }), result({ level: null }), { kind: 'rose', from: null }],
    ['a level is lost sight of', result({ level: null }), result({ level: 0 }), { kind: 'fell', from: 0 }],
    ['only the range moved', result({ ceiling: 3 }), result(), { kind: 'range' }],
    [
      'only counts moved',
      result({ indicators: [row({ good: 5, bad: 0 })] }),
      result({ indicators: [row({ good: 4, bad: 0 })] }),
      { kind: 'facts', facts: 1 },
    ],
  ])('says what changed when %s', (_case, now, before, change) => {
    expect(overview(now, before).found.change).toEqual(change);
  });

  it('never takes a change of the pack for a change of the plant', () => {
    expect(overview(fallen, result(), 'smm 0.9.0').found.change).toMatchObject({ kind: 'pack', from: 1 });
  });
});

describe('what a practice waits for', () => {
  const open = (change: Partial<Row>) => row({ status: 'unknown', level: 2, ...change });
  const unestablished = { level: null, fit: 'unknown' } as const;

  it.each<[string, PracticeResult, string | undefined]>([
    ['a proposal nobody confirmed', result(), 'confirm'],
    [
      'a row that a person could answer',
      result({ ...unestablished, indicators: [open({ reason: 'neverAsked', method: 'attested' })] }),
      'attest',
    ],
    [
      'a row that a probe could not see',
      result({ ...unestablished, indicators: [open({ reason: 'notSeen' })] }),
      'evidence',
    ],
    [
      'a probe that nobody set up',
      result({ ...unestablished, indicators: [open({ reason: 'neverAsked' })] }),
      'evidence',
    ],
    [
      'nothing below the target that is open',
      result({ ...unestablished, indicators: [open({ level: 3, reason: 'notSeen' })] }),
      undefined,
    ],
    [
      'nothing, where a supporting row is open',
      result({ ...unestablished, indicators: [open({ core: false, reason: 'notSeen' })] }),
      undefined,
    ],
  ])('is %s', (_case, practice, expected) => {
    expect(waitsForOf(practice, undefined)).toBe(expected);
  });

  it('is nothing once the proposal on target is confirmed, and a confirmation again when the proposal has moved', () => {
    const decision = {
      id: 'd',
      at: '',
      signed: false,
      practice: 'ACC',
      kind: 'confirm',
      assessment: 'a',
      by: 'Ada',
    } as const;
    const onTarget = result({ level: 2, fit: 'at' });
    expect(waitsForOf(onTarget, { ...decision, level: 2 })).toBeUndefined();
    expect(waitsForOf(onTarget, { ...decision, level: 1 })).toBe('confirm');
  });
});

describe('counts by fit', () => {
  it('count practices with a target by their fit, the others apart, and add no levels up', () => {
    expect(
      fitCounts([
        { fit: 'below', target },
        { fit: 'at', target },
        { fit: 'at', target },
        { fit: 'unknown', target },
        { fit: 'unknown' },
      ]),
    ).toEqual({ below: 1, at: 2, above: 0, unknown: 1, none: 1 });
  });
});

describe('the page of a practice', () => {
  const input = {
    system: { id: 'line-1', name: 'Line 1' },
    ...{ target, before: undefined, decisions: [], history: [], texts: [] },
    nameOf: (asset: string) => (asset === 'broker-1' ? 'Cell broker' : asset),
  };

  it('names the assets that block it and its neighbours in the model, and is not there for an unknown code', () => {
    const blockers = [
      { indicator: 'acc.l1.one', level: 1, status: 'notMet', assets: ['broker-1'], effort: 'S' },
    ] as const;
    const current = record('b', result({ blockers: blockers.map((each) => ({ ...each, assets: [...each.assets] })) }));
    const page = practicePage({ ...input, code: 'ACC', current });
    expect(page).toMatchObject({
      practice: { code: 'ACC', previous: 'EMI', next: 'ACM' },
      assets: { 'broker-1': 'Cell broker' },
      neverAssessed: false,
    });
    expect(practicePage({ ...input, code: 'XXX', current })).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { stretchesOf, trendPath } from '../../dashboard/marks/shape-geometry.ts';
import { firstLevel, missingOf, offersOf } from '../../dashboard/pages/practice/decision.ts';
import { chainSays, stepCounts } from '../../dashboard/words/chains.ts';
import { counted, listed } from '../../dashboard/words/counting.ts';
import * as format from '../../dashboard/words/format.ts';
import { boundedValueOf, briefValueOf, digestsIn, plainValueOf, recordsOf } from '../../dashboard/words/records.ts';
import {
  domainText,
  fitText,
  levelHolds,
  rangeText,
  stepsOf,
  verdictOf,
  whyOf,
} from '../../dashboard/words/sentences.ts';
import type { PracticePage } from '../../server/contract/api.ts';
import type { PracticeResult } from '../../server/contract/assessment.ts';
import { incidents } from './fixture/knowledge.ts';
import { practicePage } from './fixture/pages.ts';
import { overviewRows } from './fixture/practices.ts';

const now = Date.parse('2026-11-24T03:08:00Z');
const at = { timeZone: 'Europe/Berlin', now };

describe('fit in words', () => {
  const target = { level: 3, scope: 'general' } as const;
  const cases: readonly (readonly [string, Pick<PracticeResult, 'fit' | 'level' | 'ceiling' | 'target'>])[] = [
    ['1 above', { fit: 'above', level: 4, ceiling: 4, target }],
    ['at target', { fit: 'at', level: 3, ceiling: 3, target }],
    ['2 below', { fit: 'below', level: 1, ceiling: 1, target }],
    ['2 to 3 below', { fit: 'below', level: 0, ceiling: 1, target }],
    ['1 below', { fit: 'below', level: 2, ceiling: 3, target }],
    ['unknown', { fit: 'unknown', level: null, ceiling: 3, target }],
    ['', { fit: 'unknown', level: 4, ceiling: 4 }],
  ];
  it.each(cases)('%s', (text, result) => {
    expect(fitText(result)).toBe(text);
  });

  it('says a range from 0 where nothing is established, and never a number that was not found', () => {
    expect(rangeText({ level: null, ceiling: 2 })).toBe('0 to 2');
    expect(rangeText({ level: null, ceiling: 0 })).toBe('not established');
    expect(rangeText({ level: 1, ceiling: 1 })).toBe('1');
  });
});

describe('sentences of a practice', () => {
  const page = pageOf('ACC');

  it('says first what happened, when, and the target', () => {
    const verdict = verdictOf(page, at);
    expect(verdict.lead).toBe('Fell from 2 to 1');
    expect(verdict.tone).toBe('fell');
    expect(verdict.rest).toMatch(/ in the assessment of 24 Nov, 04:0\d\. Target is 3\.$/);
  });

  it('says "not established", never a level, where nothing is known', () => {
    expect(verdictOf(pageOf('ERP'), at).lead).toBe('Not established.');
    expect(verdictOf(pageOf('STD'), at).lead).toBe('Never assessed.');
  });

  it('names at most four reasons, with row and asset as things that open', () => {
    const sentences = whyOf(page);
    expect(sentences.length).toBeLessThanOrEqual(4);
    expect(sentences[0]).toContainEqual({ kind: 'asset', id: 'broker-1', name: 'Cell broker' });
    expect(sentences[0]?.some((part) => typeof part !== 'string' && part.id === 'acc.l2.no-anonymous')).toBe(true);
  });

  it('shortens a member whose name is a digest, such as a certificate', () => {
    const id = 'ab12'.repeat(16);
    const blockers = page.result.blockers.map((each) => ('indicator' in each ? { ...each, assets: [id] } : each));
    const text = JSON.stringify(whyOf({ ...page, result: { ...page.result, blockers } }));
    expect(text).toContain('ab12…ab12');
    expect(text).not.toContain(id);
  });

  it('puts what only needs a question before what needs work', () => {
    expect(stepsOf(page).map((step) => step.cost)).toEqual(['ask: 10 min', 'days of work']);
  });

  it('makes one line of a long remedy, and of a hash with its kind', () => {
    const indicators = page.indicators.map((each) =>
      each.id === 'acc.l2.no-anonymous'
        ? { ...each, fix: 'Close the last open service; the row names it. Then look again.' }
        : each,
    );
    const [, step] = stepsOf({ ...page, indicators });
    expect(step?.says[0]).toBe('Close the last open service');
    expect(format.hashOf(`ed25519:${'ab'.repeat(16)}`)).toBe('ed25519 abab abab…abab');
    expect(format.hashOf('ed25519:north-1')).toBe('ed25519:north-1');
  });

  it('says of a domain the weakest, below, unknown and above, and no sum', () => {
    const rows = overviewRows(now).filter((row) => row.domain === 'Enablement');
    expect(domainText(rows)).toBe('weakest 0 · 4 below target');
  });

  it('lets a level without an applicable core row not hold', () => {
    const met = page.result.indicators.find((row) => row.status === 'met' && row.core);
    if (met === undefined) throw new Error('the fixture has a met core row');
    expect(levelHolds([])).toBe(false);
    expect(levelHolds([{ ...met, status: 'notApplicable' }])).toBe(false);
    expect(levelHolds([met, { ...met, core: false, status: 'notMet' }])).toBe(true);
  });
});

describe('records of a fact', () => {
  it('of thousands of stations are compared in no time', () => {
    const station = (index: number) => ({ id: `10.0.${index >> 8}.${index & 255}`, local: true });
    const list = (from: number) => Array.from({ length: 20_000 }, (_, index) => station(from + index));
    const began = performance.now();
    const blocks = recordsOf(list(5), list(0));
    expect(performance.now() - began).toBeLessThan(3000);
    expect(blocks?.filter(({ state }) => state === 'same')).toHaveLength(19_995);
  });

  const a = { id: 'a', bits: 2048, trusted: true };

  it('are compared by id, whatever their order', () => {
    const blocks = recordsOf(
      [{ id: 'b', bits: 1 }, a],
      [
        { ...a, trusted: false, old: 1 },
        { id: 'b', bits: 1 },
      ],
    );
    expect(blocks?.map((each) => each.state)).toEqual(['same', 'changed']);
    expect(blocks?.[1]?.lines.filter((each) => each.changed)).toEqual([
      { key: 'trusted', value: true, changed: true, before: false },
      { key: 'old', changed: true, before: 1 },
    ]);
  });

  it('name an element that came and one that went, and compare one that was replaced', () => {
    expect(recordsOf([a, { id: 'c' }], [a])?.map((each) => each.state)).toEqual(['same', 'added']);
    expect(recordsOf([a], [a, { id: 'c' }])?.map((each) => each.state)).toEqual(['same', 'gone']);
    const [replaced] = recordsOf([{ ...a, id: 'z' }], [a]) ?? [];
    expect(replaced?.lines.filter((each) => each.changed).map((each) => each.key)).toEqual(['id']);
  });

  it('are only made of lists of objects, and quote what could be read as something else', () => {
    expect(recordsOf(['a'], undefined)).toBeUndefined();
    expect(recordsOf([], undefined)).toBeUndefined();
    expect(plainValueOf('CN=a, O=b')).toBe('CN=a, O=b');
    expect(plainValueOf(['a', 'b,c'])).toBe('a, "b,c"');
    expect(['true', '12', '', ' a'].map((each) => plainValueOf(each))).toEqual(['"true"', '"12"', '""', '" a"']);
    expect(plainValueOf(true)).toBe('true');
    expect(plainValueOf('a\u202eb')).toBe('a\\u202eb');
  });
});

describe('replayed incidents', () => {
  it('say where a chain ends, that every step works, or that neither can be said', () => {
    expect(incidents.map(chainSays)).toEqual([
      'It ends at step A1, which surely fails on what is known.',
      'Every step that a row speaks of would have worked on what is known.',
      'No step surely fails: 1 would have worked, 1 cannot be judged on what is known.',
    ]);
    expect(incidents.map((each) => stepCounts(each.steps))).toEqual([
      '1 broken, 1 unknown, 1 no row speaks of it',
      '1 would have worked',
      '1 would have worked, 1 unknown',
    ]);
  });
});

describe('decisions', () => {
  it('has no lower choice at 0, and none upwards at 4', () => {
    expect(offersOf(pageOf('DPM'), false).map((each) => each.choice)).toEqual(['confirm', 'override', 'wait']);
    expect(offersOf(pageOf('RRC'), false).find((each) => each.choice === 'override')?.off).toMatch(/no level above/);
  });

  it('keeps what is off, and says why', () => {
    const past = offersOf(pageOf('ACC'), true);
    expect(past.every((each) => each.off !== undefined)).toBe(true);
    expect(offersOf(pageOf('ERP'), false)[0]).toMatchObject({
      choice: 'confirm',
      off: expect.stringMatching(/no level is established/),
    });
  });

  it('offers to keep the confirmed level where the proposal fell below it', () => {
    const override = offersOf(pageOf('ACC'), false).find((each) => each.choice === 'override');
    expect(override === undefined ? undefined : firstLevel(override, 2)).toBe(2);
  });

  it('asks for a name always, and for reason, evidence and end of an override', () => {
    const draft = { choice: 'confirm', level: 1, by: '', reason: '', evidence: '', until: '', comment: '' } as const;
    expect(missingOf(draft)).toEqual(['claimed by']);
    expect(missingOf({ ...draft, choice: 'override', by: 'Max' })).toEqual(['reason', 'evidence', 'until']);
    expect(missingOf({ ...draft, choice: 'wait' })).toEqual([]);
  });
});

describe('instants, numbers and hashes', () => {
  it('shows instants in the zone of the site, across the clock change', () => {
    expect(format.dateTimeOf('2026-11-24T02:00:00Z', 'Europe/Berlin')).toBe('24 Nov 2026, 03:00');
    expect(format.dateTimeOf('2026-07-01T02:00:00Z', 'Europe/Berlin')).toBe('1 Jul 2026, 04:00');
    expect(format.dateTimeOf('2026-09-30T22:30:00Z', 'Europe/Berlin')).toBe('1 Oct 2026, 00:30');
  });

  it('leaves the year out within a year', () => {
    expect(format.shortDateOf('2026-12-02T12:00:00Z', at)).toBe('2 Dec');
    expect(format.shortDateOf('2028-02-02T12:00:00Z', at)).toBe('2 Feb 2028');
  });

  it.each([
    [10_000, 'now'],
    [8 * 60_000, '8 min'],
    [6 * 3_600_000, '6 h'],
    [41 * 86_400_000, '41 d'],
  ])('says an age of %i ms as %s', (ms, text) => {
    expect(format.ageOf(new Date(now - ms).toISOString(), now)).toBe(text);
  });

  it('warns from 80 % of the limit', () => {
    const limit = new Date(now + 20 * 86_400_000).toISOString();
    expect(format.isAgeing(new Date(now - 80 * 86_400_000).toISOString(), limit, now)).toBe(true);
    expect(format.isAgeing(new Date(now - 79 * 86_400_000).toISOString(), limit, now + 1)).toBe(false);
    expect(format.isAgeing(undefined, limit, now)).toBe(false);
  });

  it('groups thousands by a thin space and shortens hashes', () => {
    expect(format.numberOf(1412)).toBe('1\u2009412');
    expect(format.hashOf('sha256:b19e4c070000000000000000d2f1')).toBe('sha256 b19e 4c07…d2f1');
    expect(format.hashOf('sha256:b19e4c070000000000000000d2f1', 'sentence')).toBe('b19e…d2f1');
  });

  it('makes control characters and reversing overrides of a device visible', () => {
    expect(format.harmless('a\u0000b\u001b[31m\u202etxt.exe')).toBe('a\\u0000b\\u001b[31m\\u202etxt.exe');
    expect(format.factValueOf('x\u0007')).toBe('"x\\u0007"');
    expect(format.harmless('Müller ≥ 3 – ok')).toBe('Müller ≥ 3 – ok');
  });

  it('counts in words', () => {
    expect(counted(1, 'asset')).toBe('1 asset');
    expect(counted(2, 'asset')).toBe('2 assets');
    expect(listed(['a', 'b', 'c', 'd', 'e'])).toBe('a, b and 3 more');
    expect(listed(['a', 'b'])).toBe('a and b');
  });
});

describe('shapes', () => {
  it('lays coverage out as met, unseen, not met over the whole population', () => {
    expect(stretchesOf({ good: 3, unseen: 1, bad: 1, of: 5 }, 100)).toEqual([
      { kind: 'good', x: 0, width: 60 },
      { kind: 'unseen', x: 60, width: 20 },
      { kind: 'bad', x: 80, width: 20 },
    ]);
    expect(stretchesOf({ good: 0, unseen: 0, bad: 0, of: 0 }, 100)).toEqual([]);
  });

  it('draws levels as steps and leaves a gap where nothing was established', () => {
    const day = 86_400_000;
    const step = (ago: number, level: 0 | 1 | 2 | null) => ({ at: new Date(now - ago * day).toISOString(), level });
    const box = { now, width: 90, height: 20 };
    expect(trendPath([step(90, 1), step(45, 2)], box)).toBe('M0 14H45V10H90');
    expect(trendPath([step(90, 1), step(60, null), step(30, 0)], box)).toBe('M0 14H30M60 18H90');
    expect(trendPath([], box)).toBe('');
  });
});

function pageOf(code: string): PracticePage {
  const assessment = { id: 'assessment-1', hash: 'sha256:00', at: '2026-11-24T03:04:00Z', pack: 'smm 1.0.0' };
  const page = practicePage({ rows: overviewRows(now), code, now, assessment, decisions: [] });
  if (page === undefined) throw new Error(`the fixture has no ${code}`);
  return page;
}

describe('a value in a narrow place', () => {
  it('stands element by element, what is left out counted, and never as JSON', () => {
    const certificates = Array.from({ length: 7 }, (_, index) => ({
      id: `c${index}`,
      trusted: true,
      names: ['a', 'b'],
    }));
    const bounded = boundedValueOf(certificates);
    expect(bounded).toMatchObject({ kind: 'records', more: 3 });
    expect(bounded.kind === 'records' && bounded.blocks.map(({ lines }) => lines.map(({ key }) => key))).toEqual(
      Array(4).fill(['id', 'trusted', 'names']),
    );
    expect(boundedValueOf({ id: 'north', owner: 'Ada' })).toMatchObject({ kind: 'records', more: 0 });
    expect(boundedValueOf({ elements: 3 })).toEqual({ kind: 'text', text: '3 elements', more: 0 });
    expect(boundedValueOf([])).toEqual({ kind: 'text', text: 'an empty list', more: 0 });
    expect(boundedValueOf(['none', 'password'])).toEqual({ kind: 'text', text: 'none, password', more: 0 });
    expect(boundedValueOf(Array(20).fill('x'))).toMatchObject({ more: 8 });
    expect(boundedValueOf('y'.repeat(5000)).kind === 'text' && briefValueOf('y'.repeat(5000)).length).toBe(601);
    expect(boundedValueOf(false)).toEqual({ kind: 'text', text: 'false', more: 0 });
  });

  it('is told in one line by its number where it is a list of records', () => {
    expect(briefValueOf([{ id: 'a' }, { id: 'b' }])).toBe('2 elements');
    expect(briefValueOf(Array(14).fill('x'))).toMatch(/^x, x.*, 2 more$/);
    expect(briefValueOf('1.2')).toBe('"1.2"');
  });
});

it('finds every observation behind a reading, several where it was derived, none where it was said', () => {
  const [a, b] = ['a', 'b'].map((digit) => `sha256:${digit.repeat(64)}`);
  expect(digestsIn(`${a} ${b} and 3 more`)).toEqual([a, b]);
  expect(digestsIn(a)).toEqual([a]);
  expect(digestsIn('policy-2026')).toEqual([]);
  expect(digestsIn(undefined)).toEqual([]);
});

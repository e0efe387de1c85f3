import { describe, expect, it } from 'vitest';
import { indicatorText, practiceText } from '../../../rules/explain/practice-text.ts';
import { ago, assets, decision, inputOf, packOf, said, seen } from '../engine/support.ts';

const anonymous = {
  population: 'kind(broker)',
  good: 'auth.anonymous.accepted == false',
  bad: 'auth.anonymous.accepted',
  min: 0.9,
  maxBad: 0,
} as const;
const pack = packOf(
  { id: 'acc.l1.refused', ...anonymous, maxBad: 9, min: 0.5, question: 'Do most refuse?' },
  {
    ...{ id: 'acc.l2.refused', ...anonymous, question: 'Do all refuse?', fix: 'Close them.', effort: 'M' },
    paths: ['mqtt', 'statement:interview', 'examine'],
  },
  { id: 'acc.l2.owner', met: 'program.owner.name != ""', question: 'Is there an owner?', paths: ['statement:policy'] },
  { id: 'acc.l2.beside', met: 'program.owner.name != ""', core: false, question: 'Is it supported?' },
);

/** Of twelve brokers one lets strangers in, two were looked at in vain, one long ago. */
function plant(more: Parameters<typeof inputOf>[0] = {}) {
  const all = assets(12);
  const refused = all
    .slice(3, 11)
    .map(({ id }) => seen(id, { 'auth.anonymous.accepted': false }, { ref: `sha256:${id}` }));
  return inputOf({
    assets: all,
    system: { targets: { ACC: { level: 2, scope: 'general' } } },
    evidence: [
      ...refused,
      seen('a-1', { 'auth.anonymous.accepted': true }, { ref: 'sha256:strangers' }),
      seen('a-2', {}, { unseen: { 'auth.anonymous.accepted': 'timedOut' } }),
      seen('a-3', {}, { unseen: { 'auth.anonymous.accepted': 'denied' } }),
      seen('a-12', { 'auth.anonymous.accepted': false }, { observedAt: ago(900), ref: 'sha256:old' }),
    ],
    ...more,
  });
}

const text = practiceText(pack, plant(), { practice: 'ACC' });

describe('the text of a practice', () => {
  it('says the level, the target and what was looked at, in the time of the site', () => {
    expect(text).toMatch(/^ACC Access Control: level 1 \(Minimum\) is proposed\nLine, as of 2026-11-23 10:00 \(UTC\)/);
    expect(text).toContain('Target 2: 1 below it.');
    const berlin = { ...plant(), site: { id: 'north', timeZone: 'Europe/Berlin' } };
    expect(practiceText(pack, berlin, { practice: 'ACC' })).toContain('as of 2026-11-23 11:00 (Europe/Berlin)');
  });

  it('says why this level: the rows that are met, with counts, an example and the observation', () => {
    const why = partOf(text, 'Why level 1');
    expect(why).toContain('acc.l1.refused: met, 8 of 12 good, 1 bad, 3 unseen; measured');
    expect(why).toContain('good (8): a-10, a-11, a-4, a-5, a-6 and 3 more');
    expect(why).toMatch(
      /auth\.anonymous\.accepted is false; measured by mqtt \(probe of a-10\), seen 2026-11-23 10:00, counts until 20\d\d-\d\d-\d\d \d\d:\d\d, sha256:a-10/,
    );
  });

  it('says why not the next: the bad member with its reading and what to do', () => {
    const why = partOf(text, 'Why not level 2');
    expect(why).toContain('acc.l2.refused: not met');
    expect(why).toContain('bad (1): a-1');
    expect(why).toMatch(/auth\.anonymous\.accepted is true; measured by mqtt .* sha256:strangers/);
    expect(why).toContain('To do (weeks): Close them.');
  });

  it('says of what is not known why, when it was last seen, and where to ask or look', () => {
    const why = partOf(text, 'Why not level 2');
    expect(why).toMatch(/a-2.*\n.*auth\.anonymous\.accepted is not known: no answer in time/);
    expect(why).toMatch(/a-3.*\n.*is not known: our credential was refused/);
    expect(why).toMatch(
      /a-12 .*last seen too long ago.*\n.*seen too long ago by mqtt \(probe of a-12\), seen 2024-06-06 10:00, counts for \d+ days, sha256:old/,
    );
    expect(why).toContain('acc.l2.owner: unknown, nobody was asked and nothing was looked at');
    expect(why).toContain('Next: ask, or set up a probe. Ways: a person states it (policy).');
    expect(text).toContain('Ask next:\n  Is there an owner? (5 min;');
  });

  it('names rows that do not gate apart from those that do', () => {
    expect(partOf(text, 'Why not level 2')).not.toContain('acc.l2.beside');
    expect(partOf(text, 'Open, but supporting only')).toContain('acc.l2.beside');
  });

  it('tells an approved exception with the decision behind it', () => {
    const excepted = plant({
      decisions: [decision({ id: 'let-them', kind: 'exception', indicator: 'acc.l2.refused', members: ['a-1'] })],
    });
    const told = indicatorText(pack, excepted, { indicator: 'acc.l2.refused' });
    expect(told).toContain('bad, under an approved exception (1): a-1');
    expect(told).toContain('by decision let-them');
  });

  it('shows both sides of a contradiction', () => {
    const both = inputOf({
      evidence: [
        said({ 'auth.multiFactor.required': true }, { channel: 'one', ref: 'one' }),
        said({ 'auth.multiFactor.required': false }, { channel: 'other', ref: 'other' }),
      ],
    });
    const own = packOf({ id: 'acm.l1.process', met: 'auth.multiFactor.required' });
    const told = practiceText(own, both, { practice: 'ACM' });
    expect(told).toContain('ACM Asset, Change and Configuration Management: not established');
    expect(told).toMatch(/is true says .*one: contradicted by another source/);
    expect(told).toMatch(/is false says .*other: contradicted by another source/);
    expect(told).toContain('Next: a person decides which one holds.');
  });

  it('tells zero as a finding, not established as none, and a practice without rows as not assessed', () => {
    const bad = plant({ evidence: assets(12).map(({ id }) => seen(id, { 'auth.anonymous.accepted': true })) });
    expect(practiceText(pack, bad, { practice: 'ACC' })).toMatch(
      /level 0 \(None\).*Why level 0: .*acc\.l1\.refused.* Zero is a finding/s,
    );
    const silent = practiceText(pack, plant({ evidence: [] }), { practice: 'ACC' });
    expect(silent).toContain('ACC Access Control: not established');
    expect(silent).toContain('This is no zero.');
    expect(practiceText(pack, plant(), { practice: 'VAS' })).toContain('VAS Vulnerability Assessment: not assessed');
  });

  it('stays short and on its lines, however many members there are and whatever devices say', () => {
    const many = assets(5000);
    const loud = 'x'.repeat(10_000);
    const input = inputOf({
      assets: many,
      evidence: many.map(({ id }, index) => seen(id, { 'firmware.version': `${loud}\n${index}` })),
    });
    const own = packOf({
      id: 'acm.l1.version',
      population: 'kind(broker)',
      good: 'firmware.version == "1"',
      bad: 'firmware.version != "1"',
      min: 1,
      maxBad: 0,
    });
    const told = practiceText(own, input, { practice: 'ACM' });
    expect(told.split('\n').length).toBeLessThan(60);
    expect(Math.max(...told.split('\n').map((line) => line.length))).toBeLessThan(600);
    expect(told).toContain('bad (5000)');
    expect(told).toContain('and 4995 more');
  });

  it('is the same text whatever the order of the evidence', () => {
    const input = plant();
    expect(practiceText(pack, { ...input, evidence: input.evidence.toReversed() }, { practice: 'ACC' })).toBe(text);
  });
});

function partOf(whole: string, head: string): string {
  const part = whole.split('\n\n').find((each) => each.startsWith(head));
  if (part === undefined) throw new Error(`no part ${head} in:\n${whole}`);
  return part;
}

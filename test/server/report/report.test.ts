import { describe, expect, it } from 'vitest';
import { openPack } from '../../../agent/commands/product.ts';
import type { AssessInput, Evidence } from '../../../rules/engine/input.ts';
import { workCsv } from '../../../server/report/csv.ts';
import { gaugeSvg, spokenOf } from '../../../server/report/gauge.ts';
import { reportHtml } from '../../../server/report/html.ts';
import { reportFrom } from '../../../server/report/report.ts';

const hostile = '=cmd()<script>alert("1")</script>';

function input(): AssessInput {
  const anonymous: Evidence = {
    ...{ about: { kind: 'asset', id: 'broker-1' }, source: 'mqtt', channel: 'broker-1/mqtt', kind: 'observation' },
    ...{ observedAt: '2026-11-20T00:00:00.000Z', facts: { 'auth.anonymous.accepted': true }, unseen: {}, basis: {} },
    ref: 'sha256:1',
  };
  return {
    now: '2026-11-23T10:00:00.000Z',
    organisation: { id: 'own', name: 'Own' },
    site: { id: 'north', timeZone: 'Europe/Berlin' },
    system: {
      ...{ id: 'line', name: hostile, role: 'owner', organisations: [], zones: [{ id: 'cell' }] },
      targets: { ACC: { level: 2, scope: 'general' } },
      assets: [
        {
          ...{ id: 'broker-1', name: hostile, formerly: [], kind: 'broker', zone: 'cell', criticality: 'critical' },
          ...{ exposed: false, safetyFunction: false, protocols: ['mqtt'], state: 'active' },
        },
      ],
    },
    evidence: [anonymous],
    decisions: [],
  };
}

const report = reportFrom(openPack(), input());

describe('the report', () => {
  it('names the bad asset with what to do, and its unseen rows with the reason', () => {
    const [work] = report.work;
    expect(work?.asset).toBe('broker-1');
    expect(work?.items[0]).toMatchObject({ state: 'bad', indicator: 'acc.l1.anonymous-refused', level: 1 });
    expect(work?.items[0]?.fix).not.toBe('');
    expect(work?.items.filter(({ state }) => state === 'unseen').every(({ reason }) => reason !== undefined)).toBe(
      true,
    );
  });

  it('offers at most three decisions, and only on what was seen not to hold', () => {
    expect(report.decisions.length).toBeLessThanOrEqual(3);
    expect(report.decisions.map(({ indicator }) => indicator)).toContain('acc.l1.anonymous-refused');
  });

  it('accounts for every unknown core row that is owed', () => {
    const told = report.notKnown.reduce((sum, { rows }) => sum + rows, 0);
    const owed = report.practices.flatMap((result) =>
      result.indicators.filter(
        ({ core, status, level }) =>
          core && status === 'unknown' && level <= (result.target?.level ?? result.next?.level ?? 1),
      ),
    );
    expect(told).toBe(owed.length);
    expect(told).toBeGreaterThan(0);
  });

  it('shows all 18 practices, and a level that is not established as no number', () => {
    const html = reportHtml([report]);
    expect(html.match(/<svg class="gauge"/g)).toHaveLength(18 + 1);
    expect(html).toContain('not established');
  });

  it('loads nothing and runs nothing, whatever devices call themselves', () => {
    const html = reportHtml([report]);
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toMatch(/(src|href)=|url\((?!#)|@import|https?:/);
  });

  it('writes cells that no spreadsheet computes', () => {
    const [head, first] = workCsv([report]).split('\r\n');
    expect(head).toBe('system,asset,name,kind,zone,practice,level,indicator,state,why,question,fix,effort');
    expect(first).toContain(`"'=cmd()<script>alert(""1"")</script>",broker-1`);
  });
});

describe('the printed gauge', () => {
  const target = { level: 3, scope: 'general' } as const;

  it('tells what holds, what could not be seen and what is owed by texture', () => {
    const svg = gaugeSvg({ level: 1, ceiling: 2, assessedTo: 4, target });
    expect(svg.match(/fill="url\(#unseen\)"/g)).toHaveLength(1);
    expect(svg.match(/stroke="#B8321A"/g)).toHaveLength(1);
    expect(svg.match(/height="10" rx="1.5" fill="#0B6184"/g)).toHaveLength(1);
  });

  it.each([
    [
      { level: null, ceiling: 2, assessedTo: 2, target } as const,
      'Not established, could be up to 2, not assessed above 2, target 3',
    ],
    [{ level: 0, ceiling: 0, assessedTo: 4, target } as const, 'Level 0, target 3'],
    [{ level: 3, ceiling: 3, assessedTo: 4, target } as const, 'Level 3, target 3'],
  ])('is read out as words: %o', (shown, words) => {
    expect(spokenOf(shown)).toBe(words);
  });
});

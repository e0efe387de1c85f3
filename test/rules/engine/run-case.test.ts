import { describe, expect, it } from 'vitest';
import { type RowCase, rowCaseSchema } from '../../../rules/engine/case.ts';
import type { Pack, RowSource } from '../../../rules/engine/pack.ts';
import { runRowCase } from '../../../rules/engine/run-case.ts';
import { packOf } from './support.ts';

type Written = Parameters<typeof rowCaseSchema.parse>[0] & Partial<Record<keyof RowCase, unknown>>;

function caseOf(written: Written): RowCase {
  return rowCaseSchema.parse({ name: 'a case of the table', expect: {}, ...written });
}

/** Runs one case of the pack's last row. */
function failuresOf(pack: Pack, written: Written) {
  const row = pack.rows.at(-1);
  if (row === undefined) throw new Error('a pack without rows');
  return runRowCase(pack, row, caseOf(written));
}

function told(source: Partial<RowSource>, written: Written): string[] {
  const pack = packOf({ id: 'thm.l2.row', ...source });
  return failuresOf(pack, written).map(({ expected, found }) => `${expected}: ${found}`);
}

const counted = {
  population: 'ALL',
  min: 1,
  good: 'auth.anonymous.accepted == false',
  bad: 'auth.anonymous.accepted == true',
} as const;
const closed = { facts: { 'auth.anonymous.accepted': false } };
const open = { facts: { 'auth.anonymous.accepted': true } };

describe('a case of a row', () => {
  it('fails with row, case, what it expects and what was found, one failure for each key', () => {
    const pack = packOf({ id: 'thm.l2.row', ...counted });
    const expected = { status: 'met', good: 2, bad: 1, of: 2, reason: 'stale' };
    expect(failuresOf(pack, { name: 'both are closed', members: [closed, open], expect: expected })).toEqual(
      [
        ['status "met"', 'status "notMet"'],
        ['reason "stale"', 'reason nothing'],
        ['good 2', 'good 1'],
      ].map(([one, other]) => ({ indicator: 'thm.l2.row', case: 'both are closed', expected: one, found: other })),
    );
  });

  it('says nothing about what it does not expect', () => {
    expect(told(counted, { members: [open], expect: {} })).toEqual([]);
  });

  it('is about so many members alike', () => {
    const members = [{ ...closed, times: 3 }, open];
    expect(told(counted, { members, expect: { good: 3, bad: 1, of: 4 } })).toEqual([]);
  });

  it('tells facts that no collector could write, wherever they stand, and does not judge', () => {
    const written = {
      members: [{ facts: { 'auth.anonymos.accepted': true } }, { facts: { 'auth.anonymous.accepted': 'yes' } }],
      system: { 'roster.deputy.nam': true },
      organisation: { 'leaver.totl': 1 },
      expect: { status: 'met' },
    };
    expect(told(counted, written)).toEqual([
      'facts of the vocabulary: no fact roster.deputy.nam',
      'facts of the vocabulary: no fact leaver.totl',
      'facts of the vocabulary: no fact auth.anonymos.accepted',
      expect.stringMatching(/^facts of the vocabulary: auth.anonymous.accepted: /),
    ]);
  });

  it('takes the facts of an element for keys of its register', () => {
    const source = { population: 'each risk.register', min: 1, good: 'filled(it.owner)' };
    expect(told(source, { members: [{ facts: { owner: 'Ada' } }], expect: { good: 1 } })).toEqual([]);
    expect(told(source, { members: [{ facts: { ownr: 'Ada' } }] })).toEqual([
      expect.stringMatching(/^facts of the vocabulary: risk.register: .*ownr/),
    ]);
  });

  it('reads a fact of the system, of the organisation and of its members', () => {
    const source = {
      ...counted,
      also: 'roster.deputy.named == true && leaver.total == 0',
    };
    const written = { system: { 'roster.deputy.named': true }, organisation: { 'leaver.total': 0 }, members: [closed] };
    expect(told(source, { ...written, expect: { status: 'met', good: 1, of: 1 } })).toEqual([]);
    expect(told(source, { ...written, organisation: {}, expect: { status: 'unknown' } })).toEqual([]);
    expect(told(source, { ...written, system: {}, expect: { status: 'unknown' } })).toEqual([]);
  });

  it.each([
    ['a fact of the system', 'roster.deputy.named'],
    ['a fact of the organisation', 'audit.program.independent'],
  ])('knows why %s is unseen', (_, fact) => {
    const source = { met: `${fact} == true` };
    expect(told(source, { expect: { status: 'unknown', reason: 'neverAsked' } })).toEqual([]);
    const unseen = { [fact]: 'timedOut' };
    expect(told(source, { unseen, expect: { status: 'unknown', reason: 'notSeen' } })).toEqual([]);
  });

  it('knows why a fact of a member is unseen', () => {
    const member = { unseen: { 'auth.anonymous.accepted': 'denied' } };
    expect(told(counted, { members: [member], expect: { unseen: 1, reason: 'notSeen' } })).toEqual([]);
    expect(told(counted, { members: [{}], expect: { unseen: 1, reason: 'neverAsked' } })).toEqual([]);
  });
});

describe('evidence of a case', () => {
  const source = { ...counted, freshnessDays: 30 };

  it('of members is observed, of system and organisation stated, unless it says otherwise', () => {
    const evidence = (members: unknown[], more: Written = {}) =>
      told(source, { members, expect: { status: 'met', evidence: 'nothing' }, ...more });
    expect(evidence([closed])).toEqual(['evidence "nothing": evidence "measured"']);
    expect(evidence([{ ...closed, evidence: 'examined' }])).toEqual(['evidence "nothing": evidence "examined"']);
    const met = 'roster.deputy.named == true && leaver.total == 0';
    const about = { system: { 'roster.deputy.named': true }, organisation: { 'leaver.total': 0 } };
    expect(told({ met }, { ...about, expect: { evidence: 'stated' } })).toEqual([]);
    expect(told({ met }, { ...about, evidence: 'imported', expect: { evidence: 'imported' } })).toEqual([]);
  });

  it('is as old as it says', () => {
    const aged = (ageDays: number) => told(source, { members: [{ ...closed, ageDays }], expect: { status: 'met' } });
    expect(aged(29)).toEqual([]);
    expect(aged(31)).toEqual(['status "met": status "unknown"']);
    const met = { met: 'roster.deputy.named == true', freshnessDays: 30 };
    const system = { 'roster.deputy.named': true };
    expect(told(met, { system, ageDays: 29, expect: { status: 'met' } })).toEqual([]);
    expect(told(met, { system, ageDays: 31, expect: { status: 'unknown', reason: 'stale' } })).toEqual([]);
    const organised = { met: 'audit.program.independent == true', freshnessDays: 30 };
    const organisation = { 'audit.program.independent': true };
    expect(told(organised, { organisation, ageDays: 29, expect: { status: 'met' } })).toEqual([]);
    expect(told(organised, { organisation, ageDays: 31, expect: { status: 'unknown', reason: 'stale' } })).toEqual([]);
  });

  it('lasts so many days where its source names an end', () => {
    const lasting = (ageDays: number, validForDays: number) =>
      told(source, { members: [{ ...closed, ageDays, validForDays }], expect: { status: 'met' } });
    expect(lasting(3, 4)).toEqual([]);
    expect(lasting(4, 3)).toEqual(['status "met": status "unknown"']);
  });

  it('ends its dates at the instant of the case', () => {
    const met = { met: 'age(exposure.listedAt) <= days(p.n)', parameters: { n: 10 } };
    const aged = (listed: string, now?: string) =>
      told(met, {
        system: { 'exposure.listedAt': listed },
        ...(now === undefined ? {} : { now }),
        expect: { status: 'met' },
      });
    expect(aged('-9d')).toEqual([]);
    expect(aged('-11d')).toEqual(['status "met": status "notMet"']);
    expect(aged('2026-11-14T10:00:00.000Z')).toEqual([]);
    expect(aged('2026-11-12T10:00:00.000Z')).toEqual(['status "met": status "notMet"']);
    expect(aged('2026-11-12T10:00:00.000Z', '2026-11-15T10:00:00.000Z')).toEqual([]);
  });
});

describe('rows that a case rests on', () => {
  const pack = packOf(
    { id: 'acm.l2.discovery-delta', met: 'roster.operationsCovered' },
    { id: 'acc.l1.base', met: 'roster.operationsCovered' },
    { id: 'acc.l3.row', ...counted, needs: ['acc.l1.base'] },
  );

  it('are met unless it says otherwise, its guard too', () => {
    expect(failuresOf(pack, { members: [closed], expect: { status: 'met' } })).toEqual([]);
    const unmet = { 'acc.l1.base': 'notMet' };
    expect(failuresOf(pack, { members: [closed], needs: unmet, expect: { reason: 'restsOn' } })).toEqual([]);
    const guard = { 'acm.l2.discovery-delta': { status: 'unknown' } };
    expect(failuresOf(pack, { members: [closed], needs: guard, expect: { reason: 'guard' } })).toEqual([]);
  });

  it('may be any row that a fact names', () => {
    const named = packOf(
      { id: 'acc.l1.base', met: 'roster.operationsCovered' },
      { id: 'pat.l1.row', population: 'ALL', min: 1, good: 'isMet(compensation.boundTo)' },
    );
    const members = [{ facts: { 'compensation.boundTo': 'acc.l1.base' }, evidence: 'stated' }];
    expect(failuresOf(named, { members, needs: { 'acc.l1.base': 'met' }, expect: { good: 1 } })).toEqual([]);
    const covered = { 'roster.operationsCovered': true };
    expect(failuresOf(named, { members, system: covered, expect: { unseen: 1 } })).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import { explain } from '../../../rules/engine/explain.ts';
import type { Decision, Evidence } from '../../../rules/engine/input.ts';
import type { Forced } from '../../../rules/engine/judging.ts';
import type { RowSource } from '../../../rules/engine/pack.ts';
import { judgedRows } from './outcomes.ts';
import { ago, asset, assets, day, decision, inputOf, nowMs, packOf, said, seen } from './support.ts';

const never = Number.POSITIVE_INFINITY;
const id = 'thm.l1.row';
const closed = 'auth.anonymous.accepted == false';
const open = 'auth.anonymous.accepted == true';
const accepted = (value: boolean): FactsDraft => ({ 'auth.anonymous.accepted': value });

/** Instant in so many days. */
const on = (days: number) => nowMs + days * day;

/** A statement that ends in so many days. */
function until(days: number, facts: FactsDraft, more: Partial<Evidence> = {}): Evidence {
  return said(facts, { channel: Object.keys(facts).join(), validUntil: ago(-days), ...more });
}

function row(
  source: Partial<RowSource>,
  input: Parameters<typeof inputOf>[0] = {},
  options: Parameters<typeof judgedRows>[2] = {},
) {
  return judgedRows(packOf({ id, ...source }), inputOf(input), options)(id);
}

describe('a question', () => {
  const deputy = 'roster.deputy.named == true';
  const covered = 'roster.operationsCovered == true';
  const both = { met: deputy, also: covered };
  const measured = { kind: 'observation', observedAt: ago(3) } as const;
  const stated = { observedAt: ago(5) } as const;
  const ask = (deputyNamed: boolean, operationsCovered: boolean) =>
    row(both, {
      evidence: [
        said({ 'roster.deputy.named': deputyNamed }, { ...measured, channel: 'a' }),
        said({ 'roster.operationsCovered': operationsCovered }, { ...stated, channel: 'b' }),
      ],
    });

  it('that holds rests on all that was read', () => {
    expect(ask(true, true)).toMatchObject({ status: 'met', weak: 4, strong: 0, oldest: on(-5) });
  });

  it('that does not hold rests on what refutes it', () => {
    expect(ask(false, true)).toMatchObject({ status: 'notMet', weak: 0, strong: 0, oldest: on(-3) });
    expect(ask(true, false)).toMatchObject({ status: 'notMet', weak: 4, strong: 4, oldest: on(-5) });
    expect(ask(false, false)).toMatchObject({ status: 'notMet', weak: 4, strong: 0, oldest: on(-5) });
  });

  it('stands until what it needs ends, whichever of its readings end before', () => {
    const evidence = [
      until(10, { 'roster.deputy.named': true }),
      until(20, { 'roster.operationsCovered': true }),
      until(15, { 'restore.person.named': true }),
      until(30, { 'silence.ruleEnabled': true }),
    ];
    const either = `${deputy} || ${covered}`;
    const more = 'restore.person.named == true';
    const limit = { freshnessDays: 400 };
    expect(row({ met: either, ...limit }, { evidence })).toMatchObject({ until: on(10), changesAt: on(20) });
    expect(row({ met: either, also: more, ...limit }, { evidence })).toMatchObject({
      until: on(10),
      changesAt: on(15),
    });
    expect(row({ met: either, also: `${more} || silence.ruleEnabled`, ...limit }, { evidence }).changesAt).toBe(on(20));
    expect(row({ met: more, also: either, ...limit }, { evidence })).toMatchObject({
      until: on(10),
      changesAt: on(15),
    });
    expect(row({ met: more, notApplicable: `!(${deputy})`, ...limit }, { evidence }).changesAt).toBe(on(15));
  });

  it('changes by itself when a date leaves its window', () => {
    const evidence = [said({ 'exposure.listedAt': ago(4) })];
    const met = { met: 'age(exposure.listedAt) <= days(p.n)', parameters: { n: 10 }, freshnessDays: 300 };
    expect(row(met, { evidence })).toMatchObject({ status: 'met', changesAt: on(6) + 1 });
  });

  it('lapses with its statements, not before they do', () => {
    const evidence = [until(10, { 'roster.deputy.named': true })];
    const lapse = row({ met: deputy, freshnessDays: 400 }, { evidence });
    expect([lapse.graceFrom, lapse.heldFrom, lapse.changesAt]).toEqual([never, never, on(10)]);
    const lapsed = { evidence: [until(-10, { 'roster.deputy.named': true }, { observedAt: ago(20) })] };
    expect(row({ met: deputy }, lapsed)).toMatchObject({ status: 'unknown', graceFrom: on(-10), heldFrom: never });
    expect(row({ met: deputy }, lapsed, { grace: true })).toMatchObject({ status: 'met', heldFrom: on(-10) });
  });

  it('is explained by its readings', () => {
    const members = (facts: FactsDraft) => {
      const evidence = Object.keys(facts).length === 0 ? [] : [said(facts)];
      return explain(packOf({ id, met: deputy }), inputOf({ evidence }), id).members;
    };
    expect(members({ 'roster.deputy.named': true })).toMatchObject([
      { member: 'line', verdict: 'good', reads: [{ fact: 'roster.deputy.named', value: true, evidence: 'stated' }] },
    ]);
    expect(members({ 'roster.deputy.named': false })).toMatchObject([{ verdict: 'bad', reads: [{ value: false }] }]);
    expect(members({})).toMatchObject([{ verdict: 'unseen', reason: 'neverAsked', reads: [{ unseen: 'neverAsked' }] }]);
  });

  it('keeps the readings of its further condition apart', () => {
    const evidence = [until(9, { 'roster.deputy.named': true }), until(9, { 'roster.operationsCovered': true })];
    const trace = explain(packOf({ id, ...both }), inputOf({ evidence }), id);
    expect(trace.members.map(({ reads }) => reads.map(({ fact }) => fact))).toEqual([['roster.deputy.named']]);
    expect(trace.also.map(({ fact }) => fact)).toEqual(['roster.operationsCovered']);
  });
});

describe('a row that counts', () => {
  const counting = { population: 'ALL', min: 0.5, good: closed, bad: open } as const;
  const look = (assetId: string, bad: boolean, kind: Evidence['kind'], days: number) =>
    seen(assetId, accepted(bad), { kind, observedAt: ago(days) });
  const plant = { assets: assets(4) };

  it('names who is bad and who is unseen', () => {
    const evidence = [look('a-2', true, 'observation', 0), look('a-1', false, 'observation', 0)];
    expect(row(counting, { ...plant, evidence })).toMatchObject({ bad: ['a-2'], unseen: ['a-3', 'a-4'] });
  });

  it('that is not met rests on the bad alone, best first', () => {
    const evidence = [
      look('a-1', false, 'observation', 9),
      look('a-2', true, 'stated', 5),
      look('a-3', true, 'imported', 3),
    ];
    expect(row({ ...counting, min: 0.9 }, { ...plant, evidence })).toMatchObject({
      ...{ status: 'notMet', weak: 1, strong: 1, oldest: on(-5) },
    });
  });

  it('that is not met by its further condition alone rests on that', () => {
    const evidence = [
      look('a-1', false, 'observation', 9),
      look('a-2', true, 'observation', 5),
      until(9, { 'roster.deputy.named': false }, { observedAt: ago(1) }),
    ];
    const also = 'roster.deputy.named == true';
    const input = { assets: assets(2), evidence };
    const byAlso = { status: 'notMet', weak: 4, strong: 4, oldest: on(-1), bad: ['a-2'] };
    expect(row({ ...counting, also }, input)).toMatchObject(byAlso);
    const byBoth = { status: 'notMet', weak: 0, strong: 0, oldest: on(-5) };
    expect(row({ ...counting, min: 1, also }, input)).toMatchObject({ ...byBoth, oldest: on(-5) });
  });

  it('that is met rests on members and further condition, one that is unknown on whom it saw', () => {
    const also = 'roster.deputy.named == true';
    const named = until(9, { 'roster.deputy.named': true }, { observedAt: ago(7) });
    const evidence = [look('a-1', false, 'observation', 9), look('a-2', false, 'imported', 5), named];
    expect(row({ ...counting, also }, { ...plant, evidence })).toMatchObject({
      ...{ status: 'met', weak: 4, strong: 0, oldest: on(-9) },
    });
    expect(row({ ...counting, min: 1, also }, { ...plant, evidence })).toMatchObject({ status: 'unknown', weak: 1 });
    const papers = { ...plant, evidence: [look('a-1', false, 'stated', 1), look('a-2', false, 'stated', 1)] };
    expect(row(counting, papers)).toMatchObject({ status: 'met', weak: 4, strong: 4 });
  });

  it('says how many readings would decide only while it is unknown', () => {
    const evidence = [look('a-1', true, 'observation', 0)];
    expect(row({ ...counting, min: 0.9 }, { ...plant, evidence })).not.toHaveProperty('wouldDecide');
    expect(row({ ...counting, min: 0.6 }, { ...plant, evidence }).wouldDecide).toBe(3);
    expect(row(counting, { assets: assets(2), evidence: [look('a-1', false, 'observation', 0)] })).not.toHaveProperty(
      'wouldDecide',
    );
  });

  it('was looked at once somebody was seen, and not where nobody was asked', () => {
    const evidence = [look('a-1', false, 'observation', 0)];
    expect(row({ ...counting, min: 1 }, { ...plant, evidence })).toMatchObject({ status: 'unknown', lookedAt: true });
    expect(row(counting, plant).lookedAt).toBe(false);
    expect(row(counting, {}).lookedAt).toBe(false);
    expect(row({}, plant)).toMatchObject({ reason: 'notCovered', lookedAt: false });
  });

  it('stands until its members no longer suffice, whichever end first', () => {
    const ends = (days: number, name: string, facts = accepted(false)) =>
      seen(name, facts, { validUntil: ago(-days), channel: `${name} ${Object.keys(facts)}` });
    const limit = { freshnessDays: 400 };
    const evidence = [ends(30, 'a-1'), ends(10, 'a-2'), ends(20, 'a-3')];
    expect(row({ ...counting, ...limit }, { ...plant, evidence })).toMatchObject({ until: on(10), changesAt: on(20) });
    expect(row({ ...counting, ...limit, min: 0.25 }, { ...plant, evidence }).changesAt).toBe(on(30));

    const good = `${closed} || firmware.supported == true`;
    const twice = [ends(10, 'a-1'), ends(25, 'a-1', { 'firmware.supported': true }), ends(30, 'a-2')];
    expect(row({ ...counting, ...limit, good, min: 0.9 }, { assets: assets(2), evidence: twice }).changesAt).toBe(
      on(25),
    );

    const also = 'roster.deputy.named == true';
    const named = until(15, { 'roster.deputy.named': true });
    expect(row({ ...counting, ...limit, also }, { ...plant, evidence: [...evidence, named] }).changesAt).toBe(on(15));
  });

  it('lapses with its statements, not before they do', () => {
    const stated = (days: number) =>
      seen('a', accepted(false), { kind: 'stated', observedAt: ago(50), validUntil: ago(-days) });
    const of = (days: number, grace = false) =>
      row(
        { ...counting, freshnessDays: 400 },
        { assets: [asset('a'), asset('z')], evidence: [stated(days)] },
        { grace },
      );
    expect(of(10)).toMatchObject({ graceFrom: never, heldFrom: never, changesAt: on(10) });
    expect(of(-10)).toMatchObject({ status: 'unknown', graceFrom: on(-10), heldFrom: never });
    expect(of(-10, true)).toMatchObject({ status: 'met', heldFrom: on(-10) });
  });

  it('leaves unseen who is neither good nor known to be bad, though a date is outside its window', () => {
    const source = {
      ...{ population: 'ALL', min: 1, parameters: { n: 10 } },
      good: 'age(tls.certificate.notBefore) <= days(p.n) || firmware.supported == true',
      bad: 'auth.anonymous.accepted == true',
    };
    const evidence = [seen('a', { 'tls.certificate.notBefore': ago(20) })];
    expect(row(source, { assets: [asset('a')], evidence })).toMatchObject({
      status: 'unknown',
      bad: [],
      unseen: ['a'],
    });
    const known = [...evidence, seen('a', { 'firmware.supported': false }, { channel: 'b' })];
    expect(row(source, { assets: [asset('a')], evidence: known })).toMatchObject({ status: 'notMet', bad: ['a'] });
  });

  it('sees nothing of an asset that is gone, whatever is known of its place', () => {
    const source = { population: 'ALL', min: 1, good: 'isIn("CRIT")', bad: '!isIn("CRIT")' };
    expect(row(source, { assets: [asset('a'), asset('b', { state: 'gone' })] })).toMatchObject({
      ...{ status: 'unknown', unseen: ['b'], reason: 'notSeen', lookedAt: true },
    });
  });

  it('takes nothing else over from one member to the next', () => {
    const source = { population: 'ALL', min: 1, good: 'isIn("CRIT") || firmware.supported == true' };
    const evidence = [seen('a', { 'firmware.supported': true }, { kind: 'stated', observedAt: ago(9) })];
    const plant = [asset('a', { criticality: 'normal' }), asset('b')];
    const outcome = row({ ...source, good: 'isIn("CRIT")' }, { assets: plant, evidence });
    expect(outcome.status).toBe('unknown');
    expect(row(source, { assets: plant, evidence })).toMatchObject({ status: 'met', weak: -1, oldest: on(-9) });
  });
});

describe('decisions on members', () => {
  const source = { population: 'ALL', min: 1, good: closed, bad: open, freshnessDays: 400 } as const;
  const base = { id: 'acc.l1.base', met: 'roster.deputy.named', freshnessDays: 400 };
  const judge = (decisions: readonly Decision[], more: { level?: 1 | 3 | 4; named?: boolean; bad?: boolean } = {}) => {
    const own = `thm.l${more.level ?? 1}.row`;
    const evidence = [
      seen('a', accepted(more.bad ?? true), { observedAt: ago(1) }),
      said({ 'roster.deputy.named': more.named ?? true }),
    ];
    const pack = packOf(base, { id: own, ...source });
    const named = decisions.map((each) => ({ ...each, indicator: own }));
    return judgedRows(pack, inputOf({ assets: [asset('a')], evidence, decisions: named }))(own);
  };
  const except = decision({ kind: 'exception', members: ['a'] });
  const instead = decision({ kind: 'compensation', members: ['a'], boundTo: 'acc.l1.base', until: ago(-1000) });

  it('end, and the member is bad again', () => {
    expect(judge([{ ...except, until: ago(-10) }])).toMatchObject({ status: 'met', changesAt: on(10) });
  });

  it('except nothing that is unseen or good, named or not', () => {
    expect(judge([except], { bad: false }).counts).toEqual({ good: 1, bad: 0, unseen: 0, excepted: 0, of: 1 });
    const unseen = judgedRows(
      packOf({ id, ...source }),
      inputOf({ assets: [asset('a')], decisions: [{ ...except, indicator: id }] }),
    );
    expect(unseen(id)).toMatchObject({ status: 'unknown', counts: { excepted: 0, unseen: 1 } });
  });

  it('put a substitute in the place of what is bad, while the substitute holds and for as long as its level allows', () => {
    expect(judge([instead])).toMatchObject({ status: 'met', counts: { excepted: 1 }, changesAt: on(364) });
    expect(judge([instead], { level: 3 }).changesAt).toBe(on(179));
    expect(judge([instead], { level: 4 }).changesAt).toBe(on(89));
    expect(judge([instead], { named: false }).status).toBe('notMet');
    expect(judge([{ ...instead, on: ago(90) }], { level: 4 }).status).toBe('notMet');
    expect(judge([{ ...instead, on: ago(89.9) }], { level: 4 }).status).toBe('met');
    expect(judge([decision({ kind: 'compensation', members: ['a'] })]).status).toBe('notMet');
    expect(judge([decision({ kind: 'deviation', members: ['a'], boundTo: 'acc.l1.base' })]).status).toBe('notMet');
  });

  it('for the whole row compensate it without touching its members', () => {
    const { members: _, ...whole } = instead;
    expect(judge([whole])).toMatchObject({ status: 'notMet', bad: ['a'], compensatedBy: 'd-1', changesAt: on(364) });
    expect(judge([whole], { bad: false })).not.toHaveProperty('compensatedBy');
    expect(judge([{ ...whole, on: ago(365) }])).not.toHaveProperty('compensatedBy');
    expect(judge([instead])).not.toHaveProperty('compensatedBy');
    expect(judge([decision({ kind: 'deviation', boundTo: 'acc.l1.base' })])).not.toHaveProperty('compensatedBy');
    const elsewhere = { ...instead, members: ['b'] };
    expect(judge([elsewhere])).toMatchObject({ status: 'notMet' });
    expect(judge([elsewhere])).not.toHaveProperty('compensatedBy');
  });

  it('are shown with the member, also those that take it out', () => {
    const trace = (decisions: Decision[], more: Partial<RowSource> = {}) =>
      explain(
        packOf({ id, ...source, ...more }),
        inputOf({ assets: [asset('a'), asset('b')], evidence: [seen('a', accepted(true))], decisions }),
        id,
      ).members;
    expect(trace([{ ...except, indicator: id }])).toMatchObject([
      { member: 'b', verdict: 'unseen' },
      { member: 'a', verdict: 'excepted', decision: 'd-1' },
    ]);
    expect(trace([decision({ kind: 'notApplicable', indicator: id, members: ['a'] })])[1]).toMatchObject({
      ...{ member: 'a', verdict: 'notApplicable', decision: 'd-1' },
    });
    expect(trace([], { memberNotApplicable: open })[1]).toMatchObject({ member: 'a', verdict: 'notApplicable' });
    expect(trace([])[0]).not.toHaveProperty('decision');
  });

  it('take the whole row out until they end', () => {
    const out = judge([decision({ kind: 'notApplicable', until: ago(-30) })]);
    expect(out).toMatchObject({ status: 'notApplicable', decision: 'd-1', changesAt: on(30) });
    expect(judge([])).not.toHaveProperty('decision');
  });
});

describe('an empty list', () => {
  const machines = { population: 'MID', min: 1, good: 'filled(it.owner)' };

  it('of one asset’s certificates is no statement that there are none', () => {
    const evidence = [seen('a', { 'identity.machines': [] })];
    expect(row(machines, { assets: [asset('a')], evidence })).toMatchObject({
      ...{ status: 'unknown', reason: 'emptyPopulation', counts: { of: 0 }, lookedAt: false },
    });
  });

  it('is a statement when a person wrote or examined it, not when a filter leaves nothing', () => {
    const source = { population: 'each risk.register', min: 1, good: 'filled(it.owner)' };
    const register = (kind: Evidence['kind']) => ({ evidence: [said({ 'risk.register': [] }, { kind })] });
    expect(row(source, register('examined')).status).toBe('notApplicable');
    expect(row(source, register('imported')).reason).toBe('emptyPopulation');
    const listed = { evidence: [said({ 'zone.register': [{ id: 'z', critical: false }] })] };
    const filtered = { ...source, population: 'each zone.register where critical', good: 'it.modelBoundary == true' };
    expect(row(filtered, listed)).toMatchObject({ status: 'unknown', reason: 'emptyPopulation' });
  });
});

describe('a critical zone without a sensor', () => {
  const source = { population: 'LOGSRC & CRIT', min: 0.5, maxBad: 0, good: 'logging.local.enabled == true' };
  const bad = 'logging.local.enabled == false';
  const input = {
    assets: [asset('a', { zone: 'z' })],
    evidence: [seen('a', { 'logging.local.enabled': true, 'device.capabilities': ['logging'] })],
    decisions: [decision({ kind: 'emptySet', set: 'zone:z', until: ago(-5) })],
  };

  it('is bad by a statement, for as long as that stands, where the row knows what is bad', () => {
    const facts = { status: 'notMet', bad: ['zone:z'], weak: 4, strong: 4, oldest: on(-1), until: on(5) };
    expect(row({ ...source, bad }, input)).toMatchObject({ ...facts, changesAt: on(5) });
    expect(row(source, input)).toMatchObject({ status: 'met', bad: [], unseen: ['zone:z'] });
  });
});

describe('a row that is taken as given', () => {
  const base = { id: 'acc.l1.base', met: 'roster.deputy.named' };
  const given = (forced: Forced) =>
    judgedRows(packOf(base, { id, met: 'roster.operationsCovered', needs: ['acc.l1.base'] }), inputOf({}), {
      forced: new Map([[id, forced]]),
    })(id);

  it('stays so, whatever it rests on', () => {
    expect(given({ status: 'met', evidence: 'stated' })).toMatchObject({ status: 'met', weak: 4, strong: 4 });
    expect(given({ status: 'met' })).toMatchObject({ status: 'met', weak: 0, strong: 0, bad: [], unseen: [] });
    expect(given({ status: 'unknown' })).toMatchObject({
      status: 'unknown',
      reason: 'neverAsked',
      weak: -1,
      strong: 99,
    });
  });
});

describe('what a row rests on', () => {
  const base = { id: 'acc.l1.base', met: 'roster.deputy.named', freshnessDays: 400 };
  const evidence = [until(10, { 'roster.deputy.named': true }), until(50, { 'roster.operationsCovered': true })];
  const judge = (source: Partial<RowSource>, given: readonly Evidence[] = evidence) =>
    judgedRows(
      packOf(base, { id, met: 'roster.operationsCovered', needs: ['acc.l1.base'], freshnessDays: 400, ...source }),
      inputOf({ evidence: given }),
    )(id);

  it('ends it too', () => {
    expect(judge({})).toMatchObject({ status: 'met', until: on(50), changesAt: on(10) });
    expect(judge({ needs: [] }).changesAt).toBe(on(50));
  });

  it('ends nothing that is unknown', () => {
    expect(judge({}, evidence.slice(0, 1))).toMatchObject({ status: 'unknown', changesAt: never });
    expect(judge({}, evidence.slice(1))).toMatchObject({ reason: 'restsOn', changesAt: never });
  });

  it('is not asked of a row that is not applicable or that nothing covers', () => {
    const out = judge({ notApplicable: 'roster.operationsCovered' }, evidence.slice(1));
    expect(out).toMatchObject({ status: 'notApplicable', until: on(50) });
    expect(judge({ met: undefined }, [])).toMatchObject({ reason: 'notCovered' });
  });

  it('may be a row that another role has', () => {
    const pack = packOf(
      { ...base, role: 'supplier' },
      { id, met: 'isMet("acc.l1.base") || roster.operationsCovered', freshnessDays: 400 },
    );
    expect(judgedRows(pack, inputOf({ evidence }))(id)).toMatchObject({ status: 'met', changesAt: on(50) });
  });
});

describe('an outcome', () => {
  it('leaves out when it changes where nobody asks', () => {
    const input = { evidence: [until(10, { 'roster.deputy.named': true })] };
    expect(row({ met: 'roster.deputy.named' }, input, { quick: true })).toMatchObject({
      until: on(10),
      changesAt: never,
    });
  });

  it('has no reason, count or number to decide by where it is met by one answer', () => {
    const outcome = row({ met: 'roster.deputy.named' }, { evidence: [said({ 'roster.deputy.named': true })] });
    for (const key of ['reason', 'counts', 'wouldDecide', 'decision', 'compensatedBy']) {
      expect(outcome).not.toHaveProperty(key);
    }
  });

  it('carries the shortest life of what it reads, unless the row names its own', () => {
    const both = 'policy.security.coversSystem && roster.deputy.named';
    const evidence = [said({ 'policy.security.coversSystem': true, 'roster.deputy.named': true })];
    expect(row({ met: both }, { evidence }).limitDays).toBe(30);
    expect(row({ met: 'policy.security.coversSystem' }, { evidence }).limitDays).toBe(365);
    expect(row({ met: both, freshnessDays: 77 }, { evidence }).limitDays).toBe(77);
    expect(row({ met: both }).limitDays).toBe(365);
  });

  it('changes when its population may', () => {
    const source = { population: 'EXP', min: 1, good: closed, freshnessDays: 400 };
    const exposed = seen('a', { 'asset.exposed': true }, { validUntil: ago(-7), channel: 'x' });
    const evidence = [exposed, seen('a', accepted(false), { validUntil: ago(-90) })];
    expect(row(source, { assets: [asset('a')], evidence }).until).toBe(on(7));
  });
});

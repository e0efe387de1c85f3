import { describe, expect, it } from 'vitest';
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import type { Evidence } from '../../../rules/engine/input.ts';
import type { RowSource } from '../../../rules/engine/pack.ts';
import { judgedRows } from './outcomes.ts';
import { ago, asset, assets, day, inputOf, nowMs, packOf, said, seen } from './support.ts';

const id = 'spm.l1.row';
const never = Number.POSITIVE_INFINITY;
const on = (days: number) => nowMs + days * day;
const parameters = { a: 1, b: 2, n: 10, zero: 0 };

function judged(met: string, evidence: readonly Evidence[], more: Parameters<typeof inputOf>[0] = {}) {
  const pack = packOf({ id, met, parameters, freshnessDays: 400 });
  return judgedRows(pack, inputOf({ evidence, ...more }))(id);
}

function by(kind: Evidence['kind'], days: number, facts: FactsDraft): Evidence {
  return said(facts, { kind, observedAt: ago(days), channel: Object.keys(facts).join() });
}

function asked(met: string, facts: FactsDraft = {}): string {
  return judged(met, Object.keys(facts).length === 0 ? [] : [said(facts)]).status;
}

/** Status and what it rests on: weakest and strongest kind, and days of the oldest reading. */
function support(met: string, ...evidence: Evidence[]) {
  const { status, weak, strong, oldest } = judged(met, evidence);
  return [status, weak, strong, (oldest - nowMs) / day];
}

const measured = by('observation', 3, { 'roster.deputy.named': true });
const stated = by('stated', 5, { 'roster.operationsCovered': true });

describe('texts and lists', () => {
  const facts: FactsDraft = { 'alert.recipient': 'ada', 'alert.rules.enabled': ['malware', 'newDevice'] };

  it.each([
    ['alert.recipient.startsWith("ad")', 'met'],
    ['alert.recipient.startsWith("da")', 'notMet'],
    ['alert.recipient.endsWith("da")', 'met'],
    ['alert.recipient.endsWith("ad")', 'notMet'],
    ['alert.recipient.contains("d")', 'met'],
    ['alert.recipient.contains("x")', 'notMet'],
    ['alert.recipient + "x" == "adax"', 'met'],
    ['alert.recipient.size() > p.b', 'met'],
    ['alert.rules.enabled == ["malware", "newDevice"]', 'met'],
    ['alert.rules.enabled == ["newDevice", "malware"]', 'notMet'],
    ['alert.rules.enabled == ["malware"]', 'notMet'],
    ['["malware"] == alert.rules.enabled', 'notMet'],
    ['["malware", "newDevice", "malware"] == alert.rules.enabled', 'notMet'],
    ['alert.rules.enabled != ["malware"]', 'met'],
    ['["malware", "newDevice"].all(w, w in alert.rules.enabled)', 'met'],
    ['["malware", "failedLogon"].all(w, w in alert.rules.enabled)', 'notMet'],
    ['"a" in lists.words', 'met'],
    ['"b" in lists.words', 'notMet'],
    ['lists.words.size() == 1', 'met'],
  ])('%s is %s', (condition, status) => {
    expect(asked(condition, facts)).toBe(status);
  });

  it('hold what is not seen open, for every reason there is', () => {
    expect(asked('alert.recipient in ["x", alert.recipient]')).toBe('unknown');
    const unseen = said({ 'roster.deputy.named': true }, { unseen: { 'alert.recipient': 'denied' } });
    const { status, reason } = judged('[alert.recipient] == ["x"]', [unseen]);
    expect([status, reason]).toEqual(['unknown', 'notSeen']);
    expect(judged('["x", alert.recipient] == ["x"]', []).reason).toBe('neverAsked');
  });

  it('name the element by its id', () => {
    const services: FactsDraft = { 'exposure.services': [{ id: 'a', inModel: true }, { id: 'b' }] };
    expect(asked('exposure.services.exists(s, s.id == "b")', services)).toBe('met');
    expect(asked('exposure.services.exists(s, s.id == "c")', services)).toBe('notMet');
  });
});

describe('numbers', () => {
  const facts: FactsDraft = { 'silence.latencyP95': 3 };
  it.each([
    ['silence.latencyP95 + p.a == p.b + p.b', 'met'],
    ['silence.latencyP95 - p.a == p.b', 'met'],
    ['p.a - silence.latencyP95 == -p.b', 'met'],
    ['silence.latencyP95 * p.b == silence.latencyP95 + silence.latencyP95', 'met'],
    ['-silence.latencyP95 < p.zero', 'met'],
  ])('%s is %s', (condition, status) => {
    expect(asked(condition, facts)).toBe(status);
  });
});

describe('what an answer rests on', () => {
  it('is nothing where a number, a list or a word of the rule decides', () => {
    const refuted = [by('stated', 3, { 'roster.deputy.named': false })];
    for (const own of ['true', 'p.a < p.b', '"a" in lists.words', 'lists.words.exists(w, w == "a")', '["x"] == ["x"]'])
      expect([own, ...support(`roster.deputy.named || ${own}`, ...refuted)]).toEqual([own, 'met', -1, 99, never]);
  });

  it('is every item of a list', () => {
    const one = by('observation', 3, { 'alert.recipient': 'ada' });
    const named = by('stated', 5, { 'program.owner.name': 'max' });
    expect(support('[alert.recipient] == ["ada"]', one)).toEqual(['met', 0, 0, -3]);
    for (const list of ['[alert.recipient, program.owner.name]', '[program.owner.name, alert.recipient]'])
      expect(support(`${list} != ["x"]`, one, named)).toEqual(['met', 4, 0, -5]);
  });

  it('is the question and the answer that was chosen', () => {
    const facts = by('stated', 9, { 'restore.person.named': true });
    expect(
      support('(roster.deputy.named ? roster.operationsCovered : restore.person.named)', measured, stated, facts),
    ).toEqual(['met', 4, 0, -5]);
    expect(
      support('(roster.operationsCovered ? roster.deputy.named : restore.person.named)', measured, stated, facts),
    ).toEqual(['met', 4, 0, -5]);
    expect(
      support('(!roster.deputy.named ? roster.operationsCovered : restore.person.named)', measured, stated, facts),
    ).toEqual(['met', 4, 0, -9]);
  });

  it('is all that a filter read', () => {
    const services = by('observation', 3, { 'exposure.services': [{ id: 'a', inModel: true }] });
    const filter = 'exposure.services.filter(s, s.inModel == roster.operationsCovered).size() == p.a';
    expect(support(filter, services, stated)).toEqual(['met', 4, 0, -5]);
    const older = by('stated', 9, { 'exposure.services': [{ id: 'a', inModel: true }] });
    expect(
      support('exposure.services.filter(s, s.inModel == roster.deputy.named).size() == p.a', older, measured),
    ).toEqual([...['met', 4, 0, -9]]);
  });

  it('is the list where one of its words decides', () => {
    const words = by('observation', 3, { 'alert.rules.enabled': ['malware', 'newDevice'] });
    expect(support('alert.rules.enabled.exists(w, w == "newDevice")', words)).toEqual(['met', 0, 0, -3]);
    expect(support('alert.rules.enabled.all(w, w != "newDevice")', words)).toEqual(['notMet', 0, 0, -3]);
    const either = 'alert.rules.enabled.exists(w, w == "newDevice" || roster.operationsCovered == false)';
    expect(support(either, words, stated)).toEqual(['met', 0, 0, -3]);
  });
});

describe('what time moves', () => {
  const listed = (days: number) => by('stated', 1, { 'exposure.listedAt': ago(days) });
  const confirmed = (days: number) => by('stated', 1, { 'exposure.confirmedAt': ago(days) });
  const turns = (met: string, ...evidence: Evidence[]) => {
    const { status, changesAt } = judged(met, evidence);
    return [status, (changesAt - nowMs) / day];
  };
  /** The millisecond after the border at which a window still holds. */
  const past = (days: number) => (on(days) + 1 - nowMs) / day;

  it.each<[string, [string, number]]>([
    ['age(exposure.listedAt) + days(p.b) <= days(p.n)', ['met', past(4)]],
    ['days(p.b) + age(exposure.listedAt) <= days(p.n)', ['met', past(4)]],
    ['age(exposure.listedAt) - days(p.b) <= days(p.n)', ['met', past(8)]],
    ['days(p.n) - age(exposure.listedAt) >= days(p.b)', ['met', past(4)]],
    ['age(exposure.listedAt) * p.b <= days(p.n)', ['met', past(1)]],
    ['p.b * age(exposure.listedAt) <= days(p.n)', ['met', past(1)]],
    ['-age(exposure.listedAt) >= -days(p.n)', ['met', past(6)]],
    ['age(exposure.listedAt) + age(exposure.confirmedAt) <= days(p.n)', ['met', past(2)]],
    ['age(exposure.listedAt) - age(exposure.confirmedAt) <= days(p.n)', ['met', 399]],
    ['age(exposure.listedAt) - remaining(exposure.confirmedAt) <= days(p.n)', ['met', past(2)]],
    ['(p.a < p.b ? age(exposure.listedAt) : days(p.zero)) <= days(p.n)', ['met', past(6)]],
    ['(p.a > p.b ? days(p.zero) : age(exposure.listedAt)) <= days(p.n)', ['met', past(6)]],
    ['(p.a > p.b ? age(exposure.listedAt) : days(p.zero)) <= days(p.n)', ['met', 399]],
    ['(p.a < p.b ? age(exposure.listedAt) : remaining(exposure.listedAt)) <= days(p.n)', ['met', past(6)]],
    ['(p.a > p.b ? age(exposure.listedAt) : age(exposure.confirmedAt)) <= days(p.n)', ['met', past(8)]],
  ])('%s', (condition, turn) => {
    const unread = ' && (known(exposure.listedAt) || known(exposure.confirmedAt))';
    expect(turns(condition + unread, listed(4), confirmed(2))).toEqual(turn);
  });

  it('turns at the product of its factors', () => {
    const factor = by('stated', 1, { 'silence.latencyP95': 2 });
    expect(turns('age(exposure.listedAt) * silence.latencyP95 <= days(p.n)', listed(4), factor)).toEqual([
      'met',
      past(1),
    ]);
  });

  it.each([
    'age(asset.inventory.lastSeen) + days(p.b) <= days(p.n)',
    'days(p.b) + age(asset.inventory.lastSeen) <= days(p.n)',
    'age(asset.inventory.lastSeen) * p.b <= days(p.n)',
    'p.b * age(asset.inventory.lastSeen) <= days(p.n)',
    '(p.a < p.b ? age(asset.inventory.lastSeen) : days(p.b)) <= days(p.n)',
    '(p.a > p.b ? days(p.b) : age(asset.inventory.lastSeen)) <= days(p.n)',
    'remaining(asset.inventory.lastSeen) >= -days(p.n)',
  ])('is no finding outside its window where it is the date of a look: %s', (good) => {
    const source = {
      id,
      population: 'ALL',
      min: 1,
      parameters,
      good,
      bad: 'firmware.supported == false',
      freshnessDays: 400,
    };
    const of = (fact: string) => {
      const pack = packOf({ ...source, good: good.replaceAll('asset.inventory.lastSeen', fact) });
      const evidence = [
        seen('a', { 'asset.inventory.lastSeen': ago(20), 'firmware.lastChange': ago(20), 'firmware.supported': true }),
      ];
      const { bad, reason } = judgedRows(pack, inputOf({ assets: [asset('a')], evidence }))(id);
      return bad.length > 0 ? 'bad' : reason;
    };
    expect(of('asset.inventory.lastSeen')).toBe('stale');
    expect(of('firmware.lastChange')).toBe('bad');
  });
});

describe('whose fact is meant', () => {
  const organisations = [
    { id: 'maker', name: 'Maker', relation: ['supplier'], critical: false },
    { id: 'helper', name: 'Helper', relation: ['servicePartner'], critical: false },
  ];
  const about = (party: string, facts: FactsDraft) =>
    said(facts, { about: { kind: 'organisation', id: party }, channel: party });
  const members = (source: Partial<RowSource>, ...evidence: Evidence[]) => {
    const input = inputOf({ system: { organisations }, evidence });
    const { counts } = judgedRows(packOf({ id, min: 1, ...source }), input)(id);
    return [counts?.good, counts?.bad, counts?.of];
  };

  it('a supplier’s and a partner’s own, where those are counted', () => {
    const facts = [
      about('maker', { 'supplier.vex.available': true, 'organisation.relation': ['supplier'] }),
      about('helper', { 'partner.agreement.onFile': true }),
      about('own', {
        'supplier.vex.available': false,
        'partner.agreement.onFile': false,
        'organisation.relation': ['own'],
      }),
    ];
    const supplier = { population: 'SUPPLIER', good: 'supplier.vex.available', bad: '!supplier.vex.available' };
    expect(members(supplier, ...facts)).toEqual([1, 0, 1]);
    const partner = { population: 'PARTNER', good: 'partner.agreement.onFile', bad: '!partner.agreement.onFile' };
    expect(members(partner, ...facts)).toEqual([1, 0, 1]);
    const relation = '"supplier" in organisation.relation';
    expect(members({ population: 'SUPPLIER', good: relation, bad: `!(${relation})` }, ...facts)).toEqual([1, 0, 1]);
  });

  it('the own organisation’s otherwise', () => {
    const facts = [about('maker', { 'leaver.total': 1 }), about('own', { 'leaver.total': 0 })];
    const of = { population: 'SUPPLIER', good: 'leaver.total == 0', bad: 'leaver.total != 0' };
    expect(members(of, ...facts)).toEqual([1, 0, 1]);
  });

  it('the asset’s, each its own, of records and interfaces too', () => {
    const evidence = [
      seen('a-1', { 'tls.certificates': [{ id: 'c', keyBits: 4096 }], 'auth.anonymous.accepted': false }),
      seen('a-2', { 'tls.certificates': [{ id: 'c', keyBits: 1 }], 'auth.anonymous.accepted': true }),
    ];
    const input = inputOf({ assets: assets(2), evidence });
    const bad = (good: string) =>
      judgedRows(packOf({ id, population: 'ALL', min: 1, parameters, good, bad: `!(${good})` }), input)(id).bad;
    expect(bad('tls.certificates.all(c, c.keyBits > p.n)')).toEqual(['a-2']);
    expect(bad('auth.anonymous.accepted == false')).toEqual(['a-2']);
  });
});

describe('the rest of the assessment', () => {
  const until = (days: number, name: string, facts: FactsDraft) =>
    seen(name, facts, { validUntil: ago(-days), kind: 'stated' });
  const plant = {
    assets: assets(2, { kind: 'hmi' }),
    evidence: [
      until(20, 'a-1', { 'firmware.supported': false }),
      until(30, 'a-2', { 'firmware.supported': false }),
      until(12, 'a-2', { 'backup.immutable': false }),
    ],
  };
  const ends = (met: string) => (judged(met, plant.evidence, { assets: plant.assets }).until - nowMs) / day;
  // Whoever is not seen to be out of a set is in it: it grows when what kept somebody out ends.
  const one = 'count("ALL where firmware.supported") == p.zero';
  const other = 'count("ALL where backup.immutable") == p.a';

  it('is asked again when the first of its answers ends, in whichever order they come', () => {
    expect(ends(one)).toBe(20);
    expect(ends(other)).toBe(12);
    expect(ends(`${one} && ${other}`)).toBe(12);
    expect(ends(`${other} && ${one}`)).toBe(12);
  });
});

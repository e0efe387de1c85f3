import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import { assess } from '../../../rules/engine/assess.ts';
import { inspect } from '../../../rules/engine/inspect.ts';
import { ago, asset, inputOf, packOf, rowOf, said, seen } from './support.ts';

/** What a condition over system facts says: met, notMet or unknown. */
function asked(met: string, facts: FactsDraft, parameters: Record<string, number> = {}): string {
  const evidence = Object.keys(facts).length === 0 ? [] : [said(facts)];
  return rowOf(assess(packOf({ id: 'spm.l1.row', met, parameters }), inputOf({ evidence })), 'spm.l1.row').status;
}

describe('what is not seen', () => {
  const t = 'purchase.clause.inForce == true';
  const truth: [string, string][] = [
    ['false && roster.deputy.named', 'notMet'],
    ['roster.deputy.named && false', 'notMet'],
    ['true && roster.deputy.named', 'unknown'],
    ['true || roster.deputy.named', 'met'],
    ['roster.deputy.named || true', 'met'],
    ['false || roster.deputy.named', 'unknown'],
    ['roster.deputy.named && roster.operationsCovered', 'unknown'],
    ['!roster.deputy.named', 'unknown'],
    ['roster.deputy.named == roster.deputy.named', 'unknown'],
    ['(roster.deputy.named ? true : true)', 'met'],
    ['(roster.deputy.named ? true : false)', 'unknown'],
    ['known(roster.deputy.named)', 'unknown'],
    ['filled(alert.recipient)', 'unknown'],
    ['share(alert.high.genuine.count, alert.high.total) >= 0', 'unknown'],
    [`${t} || !(${t})`, 'unknown'],
  ];
  it.each(truth)('%s is %s', (condition, status) => {
    expect(asked(condition, {})).toBe(status);
  });

  it('is an element’s key, through all and exists', () => {
    const facts: FactsDraft = { 'exposure.services': [{ id: 'a', inModel: true }, { id: 'b' }] };
    expect(asked('exposure.services.all(s, s.inModel == true)', facts)).toBe('unknown');
    expect(asked('exposure.services.exists(s, s.inModel == true)', facts)).toBe('met');
    expect(asked('exposure.services.exists(s, s.inModel == false)', facts)).toBe('unknown');
    expect(asked('exposure.services.all(s, s.inModel == false)', facts)).toBe('notMet');
    expect(asked('exposure.services.filter(s, s.inModel == true).size() == 1', facts)).toBe('unknown');
  });

  it('is a share of nothing, which must not pass', () => {
    const facts: FactsDraft = { 'alert.high.total': 0, 'alert.high.genuine.count': 0 };
    expect(asked('share(alert.high.genuine.count, alert.high.total) >= 0', facts)).toBe('unknown');
    expect(asked('alert.high.total == 0 || share(alert.high.genuine.count, alert.high.total) >= 0', facts)).toBe('met');
  });

  it('is not what somebody stated to be missing', () => {
    expect(asked('filled(alert.recipient)', { 'alert.recipient': '' })).toBe('notMet');
    expect(asked('filled(exposure.listedAt)', { 'exposure.listedAt': '1970-01-01T00:00:00.000Z' })).toBe('notMet');
    expect(asked('never(exposure.listedAt)', { 'exposure.listedAt': '1970-01-01T00:00:00.000Z' })).toBe('met');
    expect(asked('known(exposure.services)', { 'exposure.services': [] })).toBe('met');
    expect(asked('exposure.internet.controlServices == []', { 'exposure.internet.controlServices': [] })).toBe('met');
  });
});

describe('functions', () => {
  const cases: [string, FactsDraft, string][] = [
    ['age(exposure.listedAt) <= days(p.n)', { 'exposure.listedAt': ago(10) }, 'met'],
    ['age(exposure.listedAt) <= days(p.n)', { 'exposure.listedAt': ago(10.01) }, 'notMet'],
    ['remaining(sharing.agreement.notAfter) > 0', {}, 'unknown'],
    [
      'between(exposure.listedAt, exposure.confirmedAt) <= days(p.n)',
      { 'exposure.listedAt': ago(20), 'exposure.confirmedAt': ago(10) },
      'met',
    ],
    [
      'containsAll(alert.rules.enabled, ["malware", "newDevice"])',
      { 'alert.rules.enabled': ['newDevice', 'malware'] },
      'met',
    ],
    ['containsAll(alert.rules.enabled, ["malware", "newDevice"])', { 'alert.rules.enabled': ['newDevice'] }, 'notMet'],
    ['"malware" in alert.rules.enabled', { 'alert.rules.enabled': ['malware'] }, 'met'],
    ['alert.rules.enabled.all(w, w in lists.words)', { 'alert.rules.enabled': [] }, 'met'],
    ['silence.latencyP95 <= minutes(p.n)', { 'silence.latencyP95': 600 }, 'met'],
    ['silence.latencyP95 <= hours(p.n)', { 'silence.latencyP95': 36_001 }, 'notMet'],
    ['p.n * silence.latencyP95 > 1', { 'silence.latencyP95': 1 }, 'met'],
    ['readAge(silence.latencyP95) <= days(p.n)', { 'silence.latencyP95': 1 }, 'met'],
  ];
  it.each(cases)('%s', (condition, facts, status) => {
    expect(asked(condition, facts, { n: 10 })).toBe(status);
  });

  it('take what the plant has to show as not there until it is shown', () => {
    const pack = packOf({
      id: 'pat.l1.row',
      population: 'CRIT',
      min: 0.5,
      maxBad: 0,
      good: 'firmware.supported == true',
      bad: 'firmware.supported == false && !shown(remaining(compensation.substituteUntil) > 0)',
    });
    const judge = (...facts: FactsDraft[]) => {
      const input = inputOf({ assets: [asset('a')], evidence: facts.map((each) => seen('a', each)) });
      const { good, bad, unseen } = rowOf(assess(pack, input), 'pat.l1.row');
      return { good, bad, unseen };
    };
    expect(judge({ 'firmware.supported': false })).toEqual({ good: 0, bad: 1, unseen: 0 });
    expect(judge({ 'firmware.supported': false }, { 'compensation.substituteUntil': ago(-9) })).toMatchObject({
      bad: 0,
    });
    expect(judge({ 'firmware.supported': false }, { 'compensation.substituteUntil': ago(9) })).toMatchObject({
      bad: 1,
    });
    expect(judge({ 'compensation.substituteUntil': ago(9) })).toEqual({ good: 0, bad: 0, unseen: 1 });
  });

  it('are refused where silence would prove something good, or hide what nobody looked for', () => {
    const row = { id: 'pat.l1.row', population: 'CRIT', min: 1 };
    expect(() => packOf({ ...row, good: '!shown(compensation.boundTo == "x")' })).toThrow('shown() in bad only');
    expect(() => packOf({ ...row, good: 'patch.rebootPending', bad: 'shown(firmware.supported)' })).toThrow(
      'facts that only people and their systems record',
    );
  });

  it('ask about other assets: count, allOf, anyOf', () => {
    const input = inputOf({
      assets: [asset('a', { kind: 'hmi' }), asset('b', { kind: 'hmi' })],
      evidence: [seen('a', { 'host.removableMedia.allowed': false })],
    });
    const ask = (met: string) =>
      rowOf(assess(packOf({ id: 'spm.l1.row', met, parameters: { two: 2 } }), input), 'spm.l1.row').status;
    expect(ask('count("HOST") == p.two')).toBe('met');
    expect(ask('count("HOST") > p.two')).toBe('notMet');
    expect(ask('allOf("HOST", host.removableMedia.allowed == false)')).toBe('unknown');
    expect(ask('anyOf("HOST", host.removableMedia.allowed == false)')).toBe('met');
    expect(ask('allOf("HOST", host.removableMedia.allowed == true)')).toBe('notMet');
    expect(ask('allOf("kind(robot)", host.removableMedia.allowed == false)')).toBe('unknown');
  });

  it('ask for the status of another row, also one that a fact names', () => {
    const pack = packOf(
      { id: 'acc.l1.base', met: 'roster.deputy.named' },
      {
        id: 'pat.l1.row',
        population: 'CRIT',
        min: 1,
        good: 'isMet(compensation.boundTo)',
        bad: '!isMet(compensation.boundTo)',
      },
    );
    const judge = (boundTo: string, named: boolean) => {
      const evidence = [seen('a', { 'compensation.boundTo': boundTo }), said({ 'roster.deputy.named': named })];
      return rowOf(assess(pack, inputOf({ assets: [asset('a')], evidence })), 'pat.l1.row').status;
    };
    expect(judge('acc.l1.base', true)).toBe('met');
    expect(judge('acc.l1.base', false)).toBe('notMet');
    expect(judge('acc.l1.nowhere', true)).toBe('unknown');
  });

  it('know the sets that a member belongs to', () => {
    const pack = packOf({
      id: 'mon.l1.row',
      population: 'ALL',
      min: 1,
      parameters: { short: 1, long: 24 },
      good: 'age(logging.central.lastSeenAt) <= (isIn("CRIT") ? hours(p.short) : hours(p.long))',
    });
    const heard = { 'logging.central.lastSeenAt': ago(0.5) };
    const input = inputOf({
      assets: [asset('a'), asset('b', { criticality: 'low' })],
      evidence: [seen('a', heard), seen('b', heard)],
    });
    expect(rowOf(assess(pack, input), 'mon.l1.row')).toMatchObject({ good: 1, unseen: 1 });
  });
});

describe('a date outside its window', () => {
  function member(source: { good: string; bad?: string }, facts: FactsDraft) {
    const pack = packOf({
      id: 'php.l1.row',
      population: 'ALL',
      min: 1,
      freshnessDays: 500,
      parameters: { n: 90 },
      ...source,
    });
    return rowOf(assess(pack, inputOf({ assets: [asset('a')], evidence: [seen('a', facts)] })), 'php.l1.row');
  }
  const good = 'physical.tamper.eventSeen == true && age(physical.tamper.testedAt) <= days(p.n)';
  const bad = 'physical.tamper.eventSeen == false';

  it('is bad', () => {
    const facts = { 'physical.tamper.eventSeen': true, 'physical.tamper.testedAt': ago(91) };
    expect(member({ good, bad }, facts)).toMatchObject({ bad: 1 });
  });

  it('is unseen in a row that knows no bad members', () => {
    expect(member({ good }, { 'physical.tamper.eventSeen': true, 'physical.tamper.testedAt': ago(91) })).toMatchObject({
      unseen: 1,
    });
  });

  it('is unseen when it is the date of a look', () => {
    const look = {
      good: 'attestation.result == "passed" && age(attestation.lastAt) <= days(p.n)',
      bad: 'attestation.result == "failed"',
    };
    const facts: FactsDraft = { 'attestation.result': 'passed', 'attestation.lastAt': ago(91) };
    expect(member(look, facts)).toMatchObject({ unseen: 1, reason: 'stale' });
    expect(member({ good: look.good, bad: `!(${look.good})` }, facts)).toMatchObject({ unseen: 1 });
  });

  it('still is bad where the row itself says so of the date of a look', () => {
    const look = { good: 'age(backup.lastSuccess) <= days(p.n)', bad: 'never(backup.lastSuccess)' };
    expect(member(look, { 'backup.lastSuccess': '1970-01-01T00:00:00.000Z' })).toMatchObject({ bad: 1 });
    expect(member(look, { 'backup.lastSuccess': ago(91) })).toMatchObject({ unseen: 1 });
  });
});

describe('conditions are checked when they load', () => {
  const faults = (text: string) => inspect(text, undefined).faults;
  const cases: [string, string][] = [
    ['has(roster.deputy.named)', 'silence is no fact'],
    ['alert.recipient.matches("(a+)+$")', 'backtracking'],
    ['alert.high.genuine.count / alert.high.total > 0', 'share(part, whole)'],
    ['alert.rules.enabled[0] == "malware"', 'instead of an index'],
    ['timestamp("2026-01-01T00:00:00Z") < exposure.listedAt', 'age() and remaining()'],
    ['roster.deputy.namd', 'did you mean "roster.deputy.named"?'],
  ];
  it.each(cases)('refuses %s with a way out', (text, hint) => {
    expect(
      faults(text)
        .map((fault) => fault.hint)
        .join(),
    ).toContain(hint);
  });

  it.each([
    ['alert.recipient == 1', 'no such overload'],
    ['silence.latencyP95', 'double'],
    ['silence.latencyP95 > 600', '600'],
    ['"malwear" in alert.rules.enabled', '"malwear"'],
    ['silence.latencyP95 >', 'Unexpected token'],
    ['foo(1)', 'foo()'],
    ['exposure.services.map(s, s.id) == []', 'map()'],
    ['true ? {"a": 1} : {"a": 1}', '"map"'],
  ])('refuses %s', (text, found) => {
    expect(
      faults(text)
        .map((fault) => fault.found)
        .join(),
    ).toContain(found);
  });

  it('within bounded time, whatever they look like', () => {
    const started = performance.now();
    const nested = `${'('.repeat(1500)}true${')'.repeat(1500)}`;
    const wide = Array.from({ length: 1300 }, () => 'true').join('&&');
    const deep = 'alert.rules.enabled.all(a, alert.rules.enabled.all(b, alert.rules.enabled.all(c, a == c)))';
    for (const text of [nested, wide, deep, '!'.repeat(3900), `"${'x'.repeat(5000)}" == alert.recipient`]) {
      expect(faults(text).length).toBeGreaterThan(0);
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('on facts that are all seen', () => {
  // The library evaluates what it checks; our evaluator must agree with it.
  const environment = new Environment({ unlistedVariablesAreDyn: false });
  environment.registerVariable({ name: 'roster', schema: { deputy: { named: 'bool' }, operationsCovered: 'bool' } });
  environment.registerVariable({ name: 'alert', schema: { rules: { enabled: 'list<string>' }, recipient: 'string' } });
  environment.registerVariable({ name: 'silence', schema: { latencyP95: 'double' } });
  environment.registerVariable('p', 'map<string, double>');

  const number = fc.constantFrom(
    'silence.latencyP95',
    'p.a',
    'p.b',
    '(silence.latencyP95 + p.a)',
    '(p.a * p.b)',
    '-p.a',
    '(p.b - p.a)',
  );
  const atom = fc.oneof(
    fc.constantFrom('roster.deputy.named', 'roster.operationsCovered', 'true', 'false'),
    fc.tuple(number, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), number).map((parts) => parts.join(' ')),
    fc.constantFrom(
      '"malware" in alert.rules.enabled',
      'alert.rules.enabled.exists(w, w == "newDevice")',
      'alert.rules.enabled.all(w, w != "malware")',
    ),
    fc.constantFrom(
      'alert.recipient.startsWith("a")',
      'alert.recipient in ["ada", "max"]',
      'alert.rules.enabled.filter(w, w == "malware").size() == 1',
      'size(alert.rules.enabled) > 0',
    ),
  );
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc
        .tuple(tie('tree'), fc.constantFrom('&&', '||', '==', '!='), tie('tree'))
        .map(([one, operator, other]) => `(${one}) ${operator} (${other})`),
      tie('tree').map((inner) => `!(${inner})`),
      fc.tuple(tie('tree'), tie('tree'), tie('tree')).map(([one, two, three]) => `((${one}) ? (${two}) : (${three}))`),
    ),
  }));

  it('the engine says what CEL says', () => {
    const facts = fc.record({
      named: fc.boolean(),
      covered: fc.boolean(),
      enabled: fc.uniqueArray(fc.constantFrom('malware' as const, 'newDevice' as const, 'failedLogon' as const)),
      recipient: fc.constantFrom('ada', 'max', ''),
      latency: fc.constantFrom(0, 1, 2.5, 3),
    });
    fc.assert(
      fc.property(tree, facts, (text, { named, covered, enabled, recipient, latency }) => {
        // A parameter that is not read would not load.
        const condition = `(p.a < p.b || p.a >= p.b) && (${text})`;
        const context = {
          roster: { deputy: { named }, operationsCovered: covered },
          alert: { rules: { enabled }, recipient },
          silence: { latencyP95: latency },
          p: { a: 1, b: 2.5 },
        };
        const expected = environment.evaluate(condition, context) === true ? 'met' : 'notMet';
        const written: FactsDraft = {
          'roster.deputy.named': named,
          'roster.operationsCovered': covered,
          'alert.rules.enabled': enabled,
          'alert.recipient': recipient,
          'silence.latencyP95': latency,
        };
        expect(asked(condition, written, { a: 1, b: 2.5 })).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });
});

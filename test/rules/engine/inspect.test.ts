import { describe, expect, it } from 'vitest';
import type { FactName } from '../../../collectors/contract/vocabulary.ts';
import { type Checked, inspect, type Reads } from '../../../rules/engine/inspect.ts';

/** What is read, as plain lists. */
function readBy(text: string, register?: FactName): Record<keyof Reads, unknown> {
  const { reads, faults, tree } = inspect(text, register);
  expect(faults).toEqual([]);
  expect(tree).toBeDefined();
  return Object.fromEntries(
    Object.entries(reads).map(([key, value]) => [key, typeof value === 'boolean' ? value : [...value]]),
  ) as Record<keyof Reads, unknown>;
}

const nothing = {
  facts: [],
  assetFacts: [],
  parameters: [],
  lists: [],
  sets: [],
  rows: [],
  anyRow: false,
  usesElement: false,
  overSets: false,
};

describe('a condition depends on', () => {
  it.each<[string, Partial<Record<keyof Reads, unknown>>]>([
    ['true', {}],
    ['roster.deputy.named', { facts: ['roster.deputy.named'] }],
    ['!roster.deputy.named', { facts: ['roster.deputy.named'] }],
    ['-silence.latencyP95 < 0', { facts: ['silence.latencyP95'] }],
    [
      'roster.deputy.named ? roster.operationsCovered : false',
      { facts: ['roster.deputy.named', 'roster.operationsCovered'] },
    ],
    ['auth.anonymous.accepted', { facts: ['auth.anonymous.accepted'], assetFacts: ['auth.anonymous.accepted'] }],
    ['firmware.supported', { facts: ['firmware.supported'], assetFacts: ['firmware.supported'] }],
    ['identity.machines == []', { facts: ['identity.machines'], assetFacts: ['identity.machines'] }],
    ['silence.latencyP95 > p.limit', { facts: ['silence.latencyP95'], parameters: ['limit'] }],
    ['alert.recipient in lists.people', { facts: ['alert.recipient'], lists: ['people'] }],
    ['"x" in ["x", alert.recipient]', { facts: ['alert.recipient'] }],
    ['alert.recipient in ["ada", "max"]', { facts: ['alert.recipient'] }],
    ['alert.recipient.startsWith(audit.plan.approver)', { facts: ['alert.recipient', 'audit.plan.approver'] }],
    ['alert.recipient.endsWith("x") && alert.recipient.contains("y")', { facts: ['alert.recipient'] }],
    ['age(exposure.listedAt) < days(p.n)', { facts: ['exposure.listedAt'], parameters: ['n'] }],
    ['size(alert.rules.enabled) > 0', { facts: ['alert.rules.enabled'] }],
    ['isMet("acc.l1.row")', { rows: ['acc.l1.row'] }],
    ['isMet(alert.recipient)', { facts: ['alert.recipient'], anyRow: true }],
    ['alert.rules.enabled.exists(a, isMet(a))', { facts: ['alert.rules.enabled'], anyRow: true }],
    ['isIn("CRIT & SVC")', { sets: ['CRIT & SVC'] }],
    ['count("CRIT") == 1', { sets: ['CRIT'], overSets: true }],
    [
      'allOf("CRIT", auth.anonymous.accepted == false)',
      { facts: ['auth.anonymous.accepted'], sets: ['CRIT'], overSets: true },
    ],
    [
      'anyOf("EXP", auth.anonymous.accepted) && firmware.supported',
      {
        facts: ['auth.anonymous.accepted', 'firmware.supported'],
        assetFacts: ['firmware.supported'],
        sets: ['EXP'],
        overSets: true,
      },
    ],
    [
      'allOf("CRIT", auth.anonymous.accepted) || anyOf("EXP", auth.anonymous.accepted)',
      { facts: ['auth.anonymous.accepted'], sets: ['CRIT', 'EXP'], overSets: true },
    ],
    [
      'known(roster.deputy.named) && readAge(exposure.listedAt) > 0',
      { facts: ['roster.deputy.named', 'exposure.listedAt'] },
    ],
    ['shown(roster.deputy.named)', { facts: ['roster.deputy.named'] }],
    ['risk.register.exists(r, r.owner == "Ada")', { facts: ['risk.register'] }],
    ['risk.register.filter(r, filled(r.owner)).size() == 1', { facts: ['risk.register'] }],
    [
      'risk.register.all(r, exposure.services.exists(s, s.assetId == r.owner))',
      { facts: ['risk.register', 'exposure.services'] },
    ],
    ['containsAll(alert.rules.enabled, ["malware"])', { facts: ['alert.rules.enabled'] }],
  ])('%s reads %j', (text, reads) => {
    expect(readBy(text)).toEqual({ ...nothing, ...reads });
  });

  it('the register whose element it is about', () => {
    expect(readBy('filled(it.owner)', 'risk.register')).toEqual({
      ...nothing,
      facts: ['risk.register'],
      usesElement: true,
    });
  });
});

const unfit = 'a condition over known facts whose types fit';
const operators = 'an operator of conditions (&& || ! == != < <= > >= in + - * ?:)';
const aFact = 'a fact of the vocabulary';
const ownName = 'a variable of its own name';
const numbers = 'numbers other than 0 and 1 named under parameters and read as p.NAME';
const shownOnly = 'facts that only people and their systems record, in shown()';

function faultsOf(text: string, register?: FactName): Checked['faults'] {
  const { faults, tree } = inspect(text, register);
  if (faults.length > 0) expect(tree).toBeUndefined();
  return faults;
}

describe('a condition is refused', () => {
  it.each<[string, number, string, string, string | undefined]>([
    ['silence.latencyP95 > 600', 21, numbers, '600', undefined],
    ['silence.latencyP95 > 2.5', 21, numbers, '2.5', undefined],
    ['alert.high.total % 1 == 0', 0, operators, '"%"', 'there is no remainder in a condition'],
    ['roster.deputy.namd', 0, aFact, '"roster.deputy.namd"', 'did you mean "roster.deputy.named"?'],
    ['true && zebra.stripes.wide', 8, aFact, '"zebra.stripes.wide"', undefined],
    ['it.owner == "x"', 0, 'facts (it is an element, and this row counts none)', 'it.owner', undefined],
    ['isIn(alert.recipient)', 5, 'a set in quotes', 'an expression', undefined],
    ['isIn(true)', 5, 'a set in quotes', 'an expression', undefined],
    ['count("CRITICAL") == 0', 6, expect.stringMatching(/^one of ALL, CRIT/), '"CRITICAL"', undefined],
    ['allOf("CRIT &", firmware.supported)', 6, 'a set', '"the end"', undefined],
    [
      'allOf("CRIT", anyOf("EXP", firmware.supported))',
      14,
      'allOf and anyOf side by side',
      'one inside the other',
      undefined,
    ],
    ['known(1 == 1)', 6, 'a fact or key in known()', 'an expression', undefined],
    ['readAge(!roster.deputy.named) > 0', 8, 'a fact or key in readAge()', 'an expression', undefined],
    [
      'shown(firmware.supported)',
      6,
      shownOnly,
      'firmware.supported',
      'what a probe may look for is not absent because nobody looked',
    ],
    [
      '"malwear" in alert.rules.enabled',
      0,
      expect.stringContaining(', malware'),
      '"malwear"',
      'did you mean "malware"?',
    ],
    ['"zebra" in alert.rules.enabled', 0, expect.stringContaining(', malware'), '"zebra"', undefined],
    ['supplier.assurance.kind == "none of these"', 27, expect.stringMatching(/^one of /), '"none of these"', undefined],
    ['"none of these" != supplier.assurance.kind', 0, expect.stringMatching(/^one of /), '"none of these"', undefined],
    [
      'containsAll(["malwear", "malware"], alert.rules.enabled)',
      13,
      expect.stringContaining(', malware'),
      '"malwear"',
      'did you mean "malware"?',
    ],
    ['risk.register.exists(it, it.owner == "x")', 21, ownName, '"it"', undefined],
    ['risk.register.all(p, p.owner == "x")', 18, ownName, '"p"', undefined],
    ['risk.register.all(lists, lists.owner == "x")', 18, ownName, '"lists"', undefined],
    [
      'alert.rules.enabled.all(a, alert.rules.enabled.all(b, alert.rules.enabled.all(c, a == c)))',
      54,
      'lists at most 2 deep',
      '3',
      undefined,
    ],
    ['silence.latencyP95', 0, 'a condition (true or false)', 'double', undefined],
  ])('%s', (text, offset, expected, found, hint) => {
    expect(faultsOf(text)[0]).toStrictEqual({ offset, expected, found, ...(hint === undefined ? {} : { hint }) });
  });

  it.each([
    ['foo(1)', expect.stringMatching(/^one of age, .*, isMet, size$/), 'foo()', undefined],
    ['has(roster.deputy.named)', expect.any(String), 'has()', 'silence is no fact: conditions see what was seen'],
    ['duration("1h") > p.x', expect.any(String), 'duration()', 'use days(), hours() or minutes()'],
    [
      'timestamp("2026-01-01T00:00:00Z") < exposure.listedAt',
      expect.any(String),
      'timestamp()',
      'compare dates with age() and remaining(), so that the engine knows when the answer changes',
    ],
    [
      'alert.recipient.matches("a+")',
      'one of all, exists, filter, size, startsWith, endsWith, contains',
      'matches()',
      'a backtracking expression is a trap: use startsWith, endsWith, contains or in',
    ],
    ['exposure.services.map(s, s.id) == []', expect.any(String), 'map()', 'use all, exists or filter'],
    ['risk.register.exists_one(r, true)', expect.any(String), 'exists_one()', 'use filter(...).size() == 1'],
    ['alert.recipient.trim() == ""', expect.any(String), 'trim()', undefined],
    [
      'alert.high.total / alert.high.total > 0',
      operators,
      '"/"',
      'use share(part, whole): a share of nothing must not pass',
    ],
    ['alert.rules.enabled[0] == "malware"', operators, '"[]"', 'use exists or all instead of an index'],
    ['true ? {"a": 1} == {} : false', operators, '"map"', 'use all, exists or filter'],
    ['null == null', 'true, false, a text or a number', 'null', undefined],
    ['b"x" == b"y"', 'true, false, a text or a number', expect.any(String), undefined],
  ])('for a word that conditions do not have: %s', (text, expected, found, hint) => {
    expect(faultsOf(text)[0]).toMatchObject({ expected, found });
    expect(faultsOf(text)[0]?.hint).toBe(hint);
  });

  it('for a mistake anywhere inside it, each told once and at its place', () => {
    const places = (text: string) => faultsOf(text).map(({ offset, found }) => `${offset} ${found}`);
    expect(places('roster.deputy.namd || !roster.deputy.naned')).toEqual([
      '0 "roster.deputy.namd"',
      '23 "roster.deputy.naned"',
    ]);
    expect(places('(roster.deputy.named ? 7 : 1) == -9')).toEqual(['23 7', '34 9']);
    expect(places('alert.recipient in ["x", alert.recipint]')).toEqual(['25 "alert.recipint"']);
    expect(places('alert.recipient.contains(alert.recipint)')).toEqual(['25 "alert.recipint"']);
    expect(places('alert.rules.enabld.size() > 0')).toEqual(['0 "alert.rules.enabld"']);
    expect(places('risk.register.all(r, alert.recipint == r.owner)')).toEqual(['21 "alert.recipint"']);
    expect(places('("x" + alert.recipint).y == 1')).toEqual(['7 "alert.recipint"']);
    expect(places('supplier.assurance.kind in ["iso27001", "iec", "x" + "y"]')).toEqual(['40 "iec"']);
    expect(places('allOf("CRIT", firmware.suported)')).toEqual(['14 "firmware.suported"']);
    expect(places('risk.register.filter(r, r.owner == 7).size() > 8')).toContain('47 8');
  });

  it.each([
    ['known()', 'a fact or key in known()'],
    ['isIn()', 'a set in quotes'],
    ['count() == 0', 'a set in quotes'],
    ['isMet() || true', unfit],
    ['containsAll(["malwear"])', unfit],
    ['risk.register.all(1, true)', unfit],
    ['alert.rules.enabled.exists("malwear", true)', unfit],
    ['risk.register.all()', unfit],
    ['risk.register.all(r)', unfit],
    ['it', 'facts (it is an element, and this row counts none)'],
    ['', unfit],
  ])('for what a call lacks: %s', (text, expected) => {
    expect(faultsOf(text)[0]).toMatchObject({ expected });
  });

  it('for types that do not fit, with the place and what stands there', () => {
    expect(faultsOf('true && alert.recipient == 1')).toStrictEqual([
      {
        offset: 8,
        expected: unfit,
        found: expect.stringMatching(/^no such overload: .* in "true && alert.recipient == 1"$/),
      },
    ]);
    expect(faultsOf('silence.latencyP95 >')).toMatchObject([{ expected: unfit, offset: 20 }]);
    expect(faultsOf('it.ownr == ""', 'risk.register')).toMatchObject([{ expected: unfit, offset: 3 }]);
    expect(faultsOf('risk.register.all(r, r.ownr == "")')).toMatchObject([{ expected: unfit }]);
  });

  it('for a name that is not there once, and beside it for types that do not fit', () => {
    const found = (text: string) => faultsOf(text).map(({ expected }) => expected);
    expect(found('roster.deputy.namd == true')).toEqual([aFact]);
    expect(found('zebra == true')).toEqual([aFact]);
    expect(found('alert.recipient == 7')).toEqual([numbers, unfit]);
  });

  it('for a text that is too long, shortened where it is shown', () => {
    const sized = (length: number) => {
      const frame = 'alert.recipient == "" || alert.recipient == 1';
      return frame.replace('""', `"${'x'.repeat(length - frame.length)}"`);
    };
    expect(faultsOf(sized(4001))).toEqual([{ offset: 0, expected: 'at most 4000 characters', found: '4001' }]);
    expect(faultsOf(sized(4000))[0]?.expected).toBe(unfit);
    const shown = (length: number) => faultsOf(sized(length))[0]?.found.split(' in ').at(-1);
    expect(shown(120)).toBe(JSON.stringify(sized(120)));
    expect(shown(121)).toBe(JSON.stringify(`${sized(121).slice(0, 117)}...`));
  });
});

describe('a condition is not refused', () => {
  it.each([
    ['for a word of a closed set that something unknown is compared with', 'alert.recipient == "malwear"'],
    ['for a word that a variable holds', 'alert.rules.enabled.exists(malwear, malwear in alert.rules.enabled)'],
    ['for words joined by what is no text', '("mal" + alert.recipient) in alert.rules.enabled'],
    ['for a record in shown()', 'shown(roster.deputy.named == true)'],
    ['for a fact that a probe may look for beside shown()', 'shown(roster.deputy.named) || firmware.supported'],
    ['for lists that are two deep', 'alert.rules.enabled.all(a, alert.rules.enabled.exists(b, a == b))'],
    ['for a variable named as a fact begins', 'risk.register.all(alert, alert.owner == "x")'],
    ['for comparing a register with nothing', 'exposure.services == []'],
  ])('%s', (_, text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  it('for a key of a record that a function gives', () => {
    expect(faultsOf('risk.register.filter(r, r.owner == "x").all(s, s.owner == "x")')).toEqual([]);
  });
});

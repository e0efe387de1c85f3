import { describe, expect, it } from 'vitest';
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import { assess } from '../../../rules/engine/assess.ts';
import { explain } from '../../../rules/engine/explain.ts';
import type { Evidence } from '../../../rules/engine/input.ts';
import { ago, asset, inputOf, packOf, rowOf, said, seen } from './support.ts';

function judged(condition: string, evidence: readonly Evidence[], freshnessDays = 90) {
  const pack = packOf({
    id: 'thm.l1.row',
    population: 'ALL',
    min: 1,
    freshnessDays,
    good: condition,
    bad: `!(${condition})`,
  });
  return rowOf(assess(pack, inputOf({ assets: [asset('a')], evidence })), 'thm.l1.row');
}

describe('which reading counts', () => {
  const supported = 'firmware.supported == true';

  it('takes the newest of one source', () => {
    const evidence = [
      seen('a', { 'firmware.supported': false }, { observedAt: ago(2) }),
      seen('a', { 'firmware.supported': true }),
    ];
    expect(judged(supported, evidence).status).toBe('met');
    expect(judged(supported, evidence.toReversed()).status).toBe('met');
  });

  it('lets a failed look age an older reading, never replace it', () => {
    const old = seen('a', { 'firmware.supported': true }, { observedAt: ago(10) });
    const failed = seen('a', {}, { unseen: { 'firmware.supported': 'timedOut' } });
    expect(judged(supported, [old, failed]).status).toBe('met');
    expect(judged(supported, [old, failed], 9)).toMatchObject({ status: 'unknown', reason: 'stale' });
    expect(judged(supported, [failed])).toMatchObject({ status: 'unknown', reason: 'notSeen' });
  });

  it('puts the age limit of the row before that of the fact', () => {
    const old = seen('a', { 'firmware.supported': true }, { observedAt: ago(300) });
    expect(judged(supported, [old], 365).status).toBe('met');
    expect(judged(supported, [old], 299).reason).toBe('stale');
  });

  it('ends a statement at its own validity when that is earlier', () => {
    const stated = seen(
      'a',
      { 'firmware.supported': true },
      { kind: 'stated', observedAt: ago(50), validUntil: ago(1) },
    );
    expect(judged(supported, [stated])).toMatchObject({ status: 'unknown', reason: 'stale' });
  });

  it('does not see what was observed after its instant', () => {
    expect(judged(supported, [seen('a', { 'firmware.supported': true }, { observedAt: ago(-1) })]).reason).toBe(
      'neverAsked',
    );
  });

  it('says neverAsked where no source speaks of a fact, and where one never tried', () => {
    expect(judged(supported, []).reason).toBe('neverAsked');
    expect(judged(supported, [seen('a', {}, { unseen: { 'firmware.supported': 'notTried' } })]).reason).toBe(
      'neverAsked',
    );
  });
});

describe('sources that contradict each other', () => {
  const other = { channel: 'other', source: 'ssh' } as const;

  it('conflict on a boolean of the best basis, and both sides are shown', () => {
    const evidence = [seen('a', { 'firmware.supported': true }), seen('a', { 'firmware.supported': false }, other)];
    expect(judged('firmware.supported == true', evidence)).toMatchObject({ status: 'unknown', reason: 'conflict' });
    const pack = packOf({ id: 'thm.l1.row', population: 'ALL', min: 1, good: 'firmware.supported == true' });
    const [member] = explain(pack, inputOf({ assets: [asset('a')], evidence }), 'thm.l1.row').members;
    expect(member?.reads.map(({ value, unseen }) => [value, unseen])).toEqual([
      [true, 'conflict'],
      [false, 'conflict'],
    ]);
  });

  it('do not when one basis is better', () => {
    const guess = seen('a', { 'firmware.supported': false }, { ...other, basis: { 'firmware.supported': 'banner' } });
    expect(judged('firmware.supported == true', [seen('a', { 'firmware.supported': true }), guess]).status).toBe('met');
    const statement = seen('a', { 'firmware.supported': false }, { ...other, kind: 'stated' });
    expect(judged('firmware.supported == true', [seen('a', { 'firmware.supported': true }), statement]).status).toBe(
      'met',
    );
  });

  it('do not on texts: the newest holds', () => {
    const evidence = [
      seen('a', { 'firmware.version': '1' }, { observedAt: ago(2) }),
      seen('a', { 'firmware.version': '2' }, other),
    ];
    expect(judged('firmware.version == "2"', evidence).status).toBe('met');
  });

  it('end with the older one’s freshness', () => {
    const evidence = [
      seen('a', { 'firmware.supported': true }),
      seen('a', { 'firmware.supported': false }, { ...other, observedAt: ago(100) }),
    ];
    expect(judged('firmware.supported == true', evidence).status).toBe('met');
  });
});

describe('several probes of one asset', () => {
  const second = (facts: FactsDraft, more: Partial<Evidence> = {}) => seen('a', facts, { channel: 'second', ...more });
  const blind = (fact: string) => seen('a', {}, { channel: 'second', unseen: { [fact]: 'unreachable' } });
  const cases: [string, Evidence[], string, string][] = [
    [
      'any: one true decides',
      [seen('a', { 'auth.anonymous.accepted': true }), blind('auth.anonymous.accepted')],
      'auth.anonymous.accepted == true',
      'met',
    ],
    [
      'any: all false',
      [seen('a', { 'auth.anonymous.accepted': false }), second({ 'auth.anonymous.accepted': false })],
      'auth.anonymous.accepted == false',
      'met',
    ],
    [
      'any: a blind probe leaves it open',
      [seen('a', { 'auth.anonymous.accepted': false }), blind('auth.anonymous.accepted')],
      'auth.anonymous.accepted == false',
      'unknown',
    ],
    [
      'all: one false decides',
      [seen('a', { 'tls.certificate.trusted': false }), blind('tls.certificate.trusted')],
      'tls.certificate.trusted == false',
      'met',
    ],
    [
      'lowest: takes the lower',
      [seen('a', { 'tls.version.min': '1.3' }), second({ 'tls.version.min': '1.2' })],
      'tls.version.min == "1.2"',
      'met',
    ],
    [
      'lowest: the worst value decides',
      [seen('a', { 'tls.version.min': 'ssl3' }), blind('tls.version.min')],
      'tls.version.min == "ssl3"',
      'met',
    ],
    [
      'lowest: another leaves it open',
      [seen('a', { 'tls.version.min': '1.2' }), blind('tls.version.min')],
      'tls.version.min == "1.2"',
      'unknown',
    ],
    [
      'strongest: the best value decides',
      [seen('a', { 'channel.strongestEncryption': 'encrypted' }), blind('channel.strongestEncryption')],
      'channel.strongestEncryption == "encrypted"',
      'met',
    ],
    [
      'weakest: takes the weaker',
      [seen('a', { 'channel.encryption': 'encrypted' }), second({ 'channel.encryption': 'none' })],
      'channel.encryption == "none"',
      'met',
    ],
    [
      'union: unites',
      [seen('a', { 'auth.methods': ['password'] }), second({ 'auth.methods': ['none', 'password'] })],
      'auth.methods == ["none", "password"]',
      'met',
    ],
    [
      'sum: adds',
      [seen('a', { 'authorization.writable.count': 1 }), second({ 'authorization.writable.count': 0 })],
      'authorization.writable.count == 1',
      'met',
    ],
    [
      'earliest: takes the first end',
      [seen('a', { 'tls.certificate.notAfter': ago(-1) }), second({ 'tls.certificate.notAfter': ago(1) })],
      'remaining(tls.certificate.notAfter) < 0',
      'met',
    ],
    [
      'a stale probe is a blind one',
      [
        seen('a', { 'auth.anonymous.accepted': false }),
        second({ 'auth.anonymous.accepted': false }, { observedAt: ago(91) }),
      ],
      'auth.anonymous.accepted == false',
      'unknown',
    ],
    [
      'a person stands in for the blind probe',
      [
        seen('a', { 'auth.anonymous.accepted': false }),
        blind('auth.anonymous.accepted'),
        seen('a', { 'auth.anonymous.accepted': false }, { channel: 'said', kind: 'stated' }),
      ],
      'auth.anonymous.accepted == false',
      'met',
    ],
    [
      'a person is not heard where all was seen',
      [
        seen('a', { 'auth.anonymous.accepted': false }),
        seen('a', { 'auth.anonymous.accepted': true }, { channel: 'said', kind: 'stated' }),
      ],
      'auth.anonymous.accepted == false',
      'met',
    ],
  ];

  it.each(cases)('%s', (_, evidence, condition, status) => {
    expect(judged(condition, evidence).status).toBe(status);
    expect(judged(condition, evidence.toReversed()).status).toBe(status);
  });
});

describe('registers', () => {
  const pack = packOf({
    id: 'thm.l1.row',
    population: 'each obligation.register',
    min: 1,
    freshnessDays: 100,
    good: 'filled(it.owner) && it.ownerActive == true',
    bad: '!filled(it.owner) || it.ownerActive == false',
  });
  const result = (...evidence: Evidence[]) => rowOf(assess(pack, inputOf({ evidence })), 'thm.l1.row');
  const listed = (owner: string, more: Partial<Evidence> = {}) =>
    said({ 'obligation.register': [{ id: 'o', owner }] }, more);
  const directory = (ownerActive: boolean, more: Partial<Evidence> = {}) =>
    said(
      { 'obligation.register': [{ id: 'o', ownerActive }] },
      { channel: 'idp', kind: 'imported', source: 'import:idp', ...more },
    );

  it('unite elements by id, every key from the newest source', () => {
    expect(result(listed('Ada'), directory(true))).toMatchObject({ status: 'met', of: 1 });
    expect(
      result(listed('Ada'), directory(true, { observedAt: ago(5) }), directory(false, { channel: 'idp 2' })).status,
    ).toBe('notMet');
  });

  it('age key by key', () => {
    expect(result(listed('Ada', { observedAt: ago(101) }), directory(true))).toMatchObject({
      status: 'unknown',
      reason: 'stale',
      unseen: 1,
    });
  });

  it('keep an element that only a stale document names', () => {
    const old = said(
      { 'obligation.register': [{ id: 'x', owner: 'Ada', ownerActive: true }] },
      { channel: 'old', observedAt: ago(101) },
    );
    expect(result(listed('Ada'), directory(true), old)).toMatchObject({ good: 1, unseen: 1, of: 2 });
  });

  it('lose an element that the newest document of the same source no longer names', () => {
    const before = said({ 'obligation.register': [{ id: 'x', owner: '' }] }, { observedAt: ago(5) });
    expect(result(before, listed('Ada'), directory(true))).toMatchObject({ status: 'met', of: 1 });
  });

  it('are unknown, not empty, when nobody showed one', () => {
    expect(result()).toMatchObject({ status: 'unknown', reason: 'neverAsked' });
  });
});

it('gives an examination by the author of a statement the weight of the statement', () => {
  const pack = packOf({ id: 'spm.l1.row', met: 'filled(program.owner.name)', method: 'attested' });
  const statement = said({ 'program.owner.name': 'Ada' }, { by: 'ada' });
  const by = (who: string) => said({ 'program.owner.name': 'Ada' }, { by: who, kind: 'examined', channel: 'audit' });
  expect(rowOf(assess(pack, inputOf({ evidence: [statement, by('ada')] })), 'spm.l1.row').evidence).toBe('stated');
  expect(rowOf(assess(pack, inputOf({ evidence: [statement, by('max')] })), 'spm.l1.row').evidence).toBe('examined');
});

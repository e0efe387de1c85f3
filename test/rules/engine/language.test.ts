import { beforeAll, describe, expect, it, vi } from 'vitest';
import { environmentFor as known, nearest, pathOf } from '../../../rules/engine/language.ts';

describe('the nearest known word', () => {
  it.each<[string, string[], string | undefined]>([
    ['abcd', ['abcdef'], 'abcdef'],
    ['abcd', ['abxx'], 'abxx'],
    ['abcd', ['axxx'], undefined],
    ['abcd', ['abcdefg'], undefined],
    ['abcdefghijklmnop', ['abcdefghijklXXXX'], 'abcdefghijklXXXX'],
    ['abcdefghijklmnop', ['abcdefghijkXXXXX'], undefined],
    ['abcd', ['abxx', 'abcx', 'axcx'], 'abcx'],
    ['abcd', ['abcx', 'abxd'], 'abcx'],
    ['abcd', ['abcx', 'xyabcd'], 'abcx'],
    ['xyabcd', ['xyabcz', 'abcd'], 'xyabcz'],
    ['abcd', ['abce', 'abc'], 'abce'],
    ['abcd', ['xabc', 'abcd'], 'abcd'],
    ['ab', [], undefined],
  ])('of %s in %j is %s', (word, candidates, best) => {
    expect(nearest(word, candidates)).toBe(best);
  });
});

it('a path is names and nothing else', () => {
  const of = (text: string) => pathOf(known(undefined).parse(text).ast);
  expect(of('roster')).toEqual(['roster']);
  expect(of('roster.deputy.named')).toEqual(['roster', 'deputy', 'named']);
  expect(of('alert.rules.enabled[0].x')).toBeUndefined();
  expect(of('size(alert.rules.enabled).x.y')).toBeUndefined();
  expect(of('1')).toBeUndefined();
});

describe('the types of a condition', () => {
  // Built anew: the language is made once for all rows, before the first test of a worker.
  let environmentFor = known;
  beforeAll(async () => {
    vi.resetModules();
    ({ environmentFor } = await import('../../../rules/engine/language.ts'));
  });
  const typeOf = (text: string, register?: string) => {
    const checked = environmentFor(register).check(text);
    return checked.valid ? checked.type : 'refused';
  };

  it.each([
    ['roster.deputy.named', 'bool'],
    ['alert.high.total', 'double'],
    ['silence.latencyP95', 'double'],
    ['risk.indicators.oldestAge', 'double'],
    ['sight.loss', 'double'],
    ['alert.recipient', 'string'],
    ['tls.version.min', 'string'],
    ['alert.rules.enabled', 'list<string>'],
    ['exposure.listedAt', 'google.protobuf.Timestamp'],
    ['p.n', 'double'],
    ['lists.words', 'list<string>'],
    ['1', 'int'],
    ['silence.latencyP95 + 1', 'double'],
    ['1 + silence.latencyP95', 'double'],
    ['silence.latencyP95 - 1', 'double'],
    ['1 - silence.latencyP95', 'double'],
    ['silence.latencyP95 * 1', 'double'],
    ['1 * silence.latencyP95', 'double'],
    ['silence.latencyP95 == 1', 'bool'],
    ['silence.latencyP95 > 1', 'bool'],
    ['age(exposure.listedAt)', 'double'],
    ['days(1) + days(p.n)', 'double'],
    ['share(1, alert.high.total)', 'double'],
    ['filled(alert.rules.enabled) && filled(exposure.listedAt) && filled(alert.recipient)', 'bool'],
    ['exposure.services.all(s, s.inModel && s.protocol == "x")', 'bool'],
    ['zone.register.exists(z, z.modelThreatCount > p.n && filled(z.lastRiskAssessmentAt))', 'bool'],
    ['key.register.all(k, k.age <= k.maxAge)', 'bool'],
    ['ssh.algorithms.all(a, "x" in a.names)', 'bool'],
    ['nobody.knows.this', 'refused'],
    ['unknown', 'refused'],
    ['roster.deputy.nobody', 'refused'],
    ['exposure.services.all(s, s.nobody)', 'refused'],
    ['exposure.services.all(s, s.inModel == "x")', 'refused'],
    ['age(silence.latencyP95)', 'refused'],
    ['days("x")', 'refused'],
    ['alert.recipient == 1', 'refused'],
    ['alert.recipient + 1', 'refused'],
    ['it.inModel', 'refused'],
  ])('of %s: %s', (text, type) => {
    expect(typeOf(text)).toBe(type);
  });

  it('are those of the element that a row counts, and of no other', () => {
    expect(typeOf('it.inModel', 'exposure.services')).toBe('bool');
    expect(typeOf('it.protocol', 'exposure.services')).toBe('string');
    expect(typeOf('it.critical', 'zone.register')).toBe('bool');
    expect(typeOf('it.inModel', 'zone.register')).toBe('refused');
    expect(typeOf('roster.deputy.named', 'zone.register')).toBe('bool');
    expect(environmentFor('zone.register')).toBe(environmentFor('zone.register'));
    expect(environmentFor(undefined)).toBe(environmentFor(undefined));
  });

  it('are given for conditions of bounded size only', () => {
    const isRead = (text: string) => {
      try {
        environmentFor(undefined).parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const repeated = (count: number, text: string, by: string) => Array.from({ length: count }, () => text).join(by);
    for (const [most, text] of [
      [700, (count: number) => repeated(count, 'true', '&&')],
      [200, (count: number) => `[${repeated(count, '1', ',')}]`],
      [4, (count: number) => `f(${repeated(count, '1', ',')})`],
      [1, (count: number) => `{${repeated(count, '"a": 1', ',')}}`],
    ] as const) {
      expect([most, isRead(text(most)), isRead(text(most * 3))]).toEqual([most, true, false]);
    }
    expect([
      isRead(`${'!('.repeat(9)}true${')'.repeat(9)}`),
      isRead(`${'!('.repeat(45)}true${')'.repeat(45)}`),
    ]).toEqual([true, false]);
  });

  it('and none is ever run by the library, which knows no fact that was not seen', () => {
    expect(() => environmentFor(undefined).evaluate('days(1.0) > 0.0', {})).toThrow('evaluated by the engine');
  });
});

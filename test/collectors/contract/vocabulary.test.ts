import { describe, expect, it } from 'vitest';
import { factNames, isFactName, mayFill, problemWith, vocabulary } from '../../../collectors/contract/vocabulary.ts';

describe('the fact vocabulary', () => {
  it('nests: no name is the beginning of another', () => {
    const prefixes = factNames.filter((name) => factNames.some((other) => other.startsWith(`${name}.`)));
    expect(prefixes).toEqual([]);
  });

  it('says for every interface fact how readings of several probes become one', () => {
    const without = factNames.filter((name) => {
      const { subject, combine } = vocabulary[name];
      return subject === 'interface' && combine === undefined;
    });
    expect(without).toEqual([]);
  });

  it('joins readings of what is no interface only where they are lists, by uniting them', () => {
    const joined = factNames.filter((name) => {
      const { subject, combine } = vocabulary[name];
      return subject !== 'interface' && combine !== undefined;
    });
    expect(joined).toContain('protocol.unauthenticated');
    for (const name of joined) {
      expect(vocabulary[name].combine, name).toBe('union');
      expect(vocabulary[name].type, name).toMatch(/\[\]$/);
    }
  });

  it('names for every fact at least one source', () => {
    expect(factNames.filter((name) => vocabulary[name].from.length === 0)).toEqual([]);
    expect(mayFill('mqtt', 'auth.anonymous.accepted')).toBe(true);
    expect(mayFill('statement:policy', 'auth.anonymous.accepted')).toBe(false);
  });

  it('does not take inherited property names for facts', () => {
    expect(isFactName('toString')).toBe(false);
    expect(isFactName('constructor')).toBe(false);
  });

  it.each([
    ['tls.version.min', '1.2', undefined],
    ['tls.version.min', '1.5', 'expected one of ssl3, 1.0, 1.1, 1.2, 1.3, found "1.5"'],
    ['auth.anonymous.accepted', 'yes', 'expected true or false, found "yes"'],
    ['auth.methods', ['password', 'none'], undefined],
    ['auth.methods', ['magic'], 'expected one of none, password, certificate, token, key, issuedToken, found "magic"'],
    ['tls.certificate.notAfter', '2027-01-01T00:00:00Z', undefined],
    [
      'tls.certificate.notAfter',
      '2027-01-01',
      'expected a UTC instant such as 2026-03-01T00:00:00Z, found "2027-01-01"',
    ],
    ['tls.certificate.keyBits', 2048.5, 'expected an integer, found 2048.5'],
    ['tls.certificates', [{ id: 'a', role: 'leaf' }], undefined],
    ['tls.certificates', [{ role: 'leaf' }], 'expected every record to have an id, found one without'],
    ['tls.certificates', [{ id: 'a', role: 'tree' }], 'role: expected one of leaf, intermediate, root, found "tree"'],
    ['tls.certificates', [{ id: 'a' }, { id: 'a' }], 'expected every id once, found "a" twice'],
  ] as const)('%s = %j', (name, value, problem) => {
    expect(problemWith(name, value)).toBe(problem);
  });

  it('refuses record keys that the vocabulary does not know, inherited ones included', () => {
    expect(problemWith('tls.certificates', [{ id: 'a', constructor: 'x' }])).toContain('found "constructor"');
  });
});

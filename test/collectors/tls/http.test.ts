import { describe, expect, it } from 'vitest';
import { challengesOf } from '../../../collectors/tls/facts.ts';
import { parseHttp } from '../../../collectors/tls/http.ts';

describe('an HTTP answer', () => {
  it('gives status, headers by lower-case name, repeated ones joined, and the beginning of the body', () => {
    const text =
      'HTTP/1.1 401 No\r\nServer: x\r\nWWW-Authenticate: Basic realm="a"\r\nwww-authenticate: Bearer\r\n\r\nbody';
    expect(parseHttp(text)).toEqual({
      status: 401,
      headers: { server: 'x', 'www-authenticate': 'Basic realm="a", Bearer' },
      beginning: 'body',
      cut: false,
    });
  });

  it.each(['', 'HTTP/1.1 200 OK\r\nA: b', 'SSH-2.0-x\r\n\r\n', 'HTTP/1.1 999 no\r\n\r\n'])('is none: %j', (text) => {
    expect(parseHttp(text)).toBeUndefined();
  });

  it('does not let a header touch the prototype', () => {
    const answer = parseHttp('HTTP/1.1 200 OK\r\n__proto__: x\r\nconstructor: y\r\n\r\n');
    expect(answer?.headers.date).toBeUndefined();
    expect(Object.keys(answer?.headers ?? {}).sort()).toEqual(['__proto__', 'constructor']);
  });
});

describe('the ways to log in that a server names', () => {
  it.each([
    ['Basic realm="plant"', ['basic']],
    ['Digest realm="a, Bearer b", nonce="x", Basic realm="c"', ['digest', 'basic']],
    ['Negotiate, Bearer scope="x"', ['negotiate', 'bearer']],
    ['', []],
  ])('%j', (header, schemes) => {
    expect(challengesOf(header)).toEqual(schemes);
  });
});

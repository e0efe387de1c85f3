import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../collectors/contract/credential.ts';
import type { FactsDocument } from '../../../collectors/contract/observation.ts';
import {
  canonicalJson,
  digestOf,
  documentHash,
  isDigest,
  sha256,
  vocabularyHash,
} from '../../../collectors/evidence/canonical.ts';
import {
  escapeDeep,
  escapeDeviceText,
  printable,
  textOfBytes,
  unescapeDeviceText,
} from '../../../collectors/evidence/text.ts';

const document: FactsDocument = {
  v: 1,
  facts: { 'service.listening': true },
  unseen: { 'tls.version.min': 'timedOut' },
  basis: { 'service.listening': 'authoritative' },
  redacted: [],
};

describe('canonical JSON', () => {
  it('is the text of RFC 8785, section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
      '\ud83d\ude00': 'Smiley',
    };
    expect(Object.keys(JSON.parse(canonicalJson(value)))).toEqual([
      '1',
      '\r',
      '\u0080',
      '\u00f6',
      '\u20ac',
      '\ud83d\ude00',
      '\ufb33',
    ]);
    expect(canonicalJson({ numbers: [4.5, 2e-3, 1e-27, -0] })).toBe('{"numbers":[4.5,0.002,1e-27,0]}');
  });

  it('is the same whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
      }),
    );
  });

  it.each([
    ['a Map', { a: new Map([['x', 1]]) }, '$.a'],
    ['a Date', { a: [new Date(0)] }, '$.a[0]'],
    ['a secret', { a: new Secret('hunter2') }, '$.a'],
    ['bytes', { a: Buffer.from('x') }, '$.a'],
    ['NaN', { a: { b: Number.NaN } }, '$.a.b'],
    ['infinity', [Number.POSITIVE_INFINITY], '$[0]'],
    ['a BigInt', { a: 1n }, '$.a'],
    ['an integer above 2^53', { a: 2 ** 53 }, '$.a'],
    ['undefined in an array', { a: [1, undefined] }, '$.a[1]'],
    ['a hole in an array', { a: new Array(1) }, '$.a[0]'],
    ['a lone surrogate', { a: '\ud800' }, '$.a'],
    ['a lone surrogate in a key', { '\udc00': 1 }, '$'],
    ['a function', { a: () => 1 }, '$.a'],
    ['nothing at all', undefined, '$'],
  ])('refuses %s and says where', (_, value, path) => {
    expect(() => canonicalJson(value)).toThrow(new RegExp(`^${path.replace(/[$.[\]]/g, '\\$&')}: expected`));
  });

  it('never prints a secret in a refusal', () => {
    expect(() => canonicalJson({ a: new Secret('hunter2') })).not.toThrow(/hunter2/);
  });

  it('leaves out keys without a value, as JSON does', () => {
    expect(canonicalJson({ a: undefined, b: null })).toBe('{"b":null}');
  });
});

describe('digests', () => {
  it('are SHA-256 in lower-case hex with their algorithm', () => {
    expect(sha256('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(isDigest(digestOf({}))).toBe(true);
    expect(isDigest('sha256:E3')).toBe(false);
  });

  it('of a document cover exactly its five keys', () => {
    const more = { ...document, asset: 'broker-1', observedAt: '2026-11-23T10:00:00.000Z' };
    expect(documentHash(more)).toBe(documentHash(document));
    expect(documentHash(document)).toBe(digestOf(document));
    for (const changed of [
      { ...document, facts: { 'service.listening': false } },
      { ...document, unseen: {} },
      { ...document, basis: {} },
      { ...document, redacted: ['x'] },
    ])
      expect(documentHash(changed)).not.toBe(documentHash(document));
  });

  it('name the vocabulary, the same each time', () => {
    expect(isDigest(vocabularyHash())).toBe(true);
    expect(vocabularyHash()).toBe(vocabularyHash());
  });
});

describe('text from devices', () => {
  it('comes back unchanged after escaping, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.integer({ min: 0, max: 0xffff })), (text, units) => {
        const raw = text + String.fromCharCode(...units);
        const kept = escapeDeviceText(raw);
        expect(kept.isWellFormed()).toBe(true);
        expect(kept).not.toContain('\0');
        expect(unescapeDeviceText(kept)).toBe(raw);
      }),
    );
  });

  it('tells a NUL from the six characters that spell one', () => {
    expect(escapeDeviceText('a\0b')).toBe('a\\u0000b');
    expect(escapeDeviceText('a\\u0000b')).toBe('a\\u005cu0000b');
    expect(unescapeDeviceText(escapeDeviceText('a\\u0000b'))).toBe('a\\u0000b');
  });

  it('keeps paths, pairs, control characters and markup as they came', () => {
    for (const text of ['C:\\users\\ubuntu', '\ud83d\ude00', '\u001b[31mred', '<script>alert(1)</script>'])
      expect(escapeDeviceText(text)).toBe(text);
  });

  it('is escaped at every depth', () => {
    expect(escapeDeep({ 'a\0': ['x\ud800', { b: 'y\0', n: 1 }] })).toEqual({
      'a\\u0000': ['x\\ud800', { b: 'y\\u0000', n: 1 }],
    });
  });

  it('is hex where it is not UTF-8', () => {
    expect(textOfBytes(Buffer.from('Pümpe'))).toBe('Pümpe');
    expect(textOfBytes(Buffer.from([0xff, 0x00]))).toBe('hex:ff00');
  });

  it('cannot drive a terminal once printable', () => {
    expect(printable('\u001b[2Jgone\r\n\u009b1m\u202eevil\0')).toBe(
      '\\u001b[2Jgone\\u000d\\u000a\\u009b1m\\u202eevil\\u0000',
    );
    expect(printable('plain text, tab\tkept, Grüße 😀')).toBe('plain text, tab\tkept, Grüße 😀');
  });
});

/**
 * One spelling for every piece of evidence: RFC 8785 canonical JSON and the SHA-256 digests over it. Two parties that
 * hold the same values get the same bytes; a value that JSON would bend (Map, Date, NaN, a lone surrogate, an integer
 * that a double cannot hold) is refused instead of hashed as something else.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FactsDocument } from '../contract/observation.ts';
import { vocabulary } from '../contract/vocabulary.ts';

/** `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`;

const digestShape = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return digestShape.test(text);
}

/** SHA-256 of bytes, or of a text's UTF-8 bytes. */
export function sha256(content: string | Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/**
 * RFC 8785 text of a plain JSON value. Keys whose value is undefined are left out.
 * @throws {TypeError} with the path of the first value that JSON cannot say exactly.
 */
export function canonicalJson(value: unknown): string {
  refuseInexact(value, '$');
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('$: expected a JSON value, found undefined');
  return text;
}

/** Digest of a value's canonical JSON. */
export function digestOf(value: unknown): Digest {
  return sha256(canonicalJson(value));
}

/** The hashed part of an observation: exactly these five keys, whatever else the object carries. */
export function documentOf(from: FactsDocument): FactsDocument {
  return { v: from.v, facts: from.facts, unseen: from.unseen, basis: from.basis, redacted: from.redacted };
}

/** Digest of a facts document; other keys of the object are not part of it. */
export function documentHash(document: FactsDocument): Digest {
  return digestOf(documentOf(document));
}

let hashOfVocabulary: Digest | undefined;

/** Digest of the whole fact vocabulary, definitions included: which language the facts were spoken in. */
export function vocabularyHash(): Digest {
  hashOfVocabulary ??= digestOf(vocabulary);
  return hashOfVocabulary;
}

function refuseInexact(value: unknown, path: string): void {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw refusal(path, 'a string without lone surrogates (escapeDeviceText)', value);
      return;
    case 'number':
      if (!Number.isFinite(value)) throw refusal(path, 'a finite number', value);
      // Beyond 2^53 a double has already lost digits: such integers travel as strings.
      if (Number.isInteger(value) && !Number.isSafeInteger(value))
        throw refusal(path, 'an integer up to 2^53 - 1, or a string', value);
      return;
    case 'boolean':
      return;
    case 'object':
      refuseInexactObject(value, path);
      return;
    default:
      throw refusal(path, 'a JSON value', value);
  }
}

function refuseInexactObject(value: object | null, path: string): void {
  if (value === null) return;
  if (Array.isArray(value)) {
    // By index: a hole in the array must not pass as null.
    for (let index = 0; index < value.length; index += 1) refuseInexact(value[index], `${path}[${index}]`);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw refusal(path, 'a plain object', value.constructor?.name ?? 'an object of a class');
  for (const [key, held] of Object.entries(value)) {
    if (!key.isWellFormed()) throw refusal(path, 'keys without lone surrogates', key);
    if (held !== undefined) refuseInexact(held, `${path}.${key}`);
  }
}

function refusal(path: string, expected: string, found: unknown): TypeError {
  const shown = typeof found === 'string' ? JSON.stringify(found.slice(0, 80)) : String(found);
  return new TypeError(`${path}: expected ${expected}, found ${shown}`);
}

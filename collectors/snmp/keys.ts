/**
 * Turns USM passwords into keys without keeping a password (RFC 3414 appendix A.2).
 *
 * The library keeps every key under a name that contains the plain password, for ever, and hashes a mebibyte per
 * password and engine. Here a session gets a token instead of the password, the mebibyte is hashed once per
 * credential, and only its digest (Ku) stays, under a keyed digest that cannot be turned back.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import snmp from 'net-snmp';
import type { Secret } from '../contract/credential.ts';

const processKey = randomBytes(32);
const expandedLength = 1024 * 1024;
const mostKept = 512;
/** Ku by token; in order of use, so that the longest unused goes first. */
const keptKeys = new Map<string, Buffer>();

/** What a session may be given in place of the password. It opens nothing outside this process. */
export function keyToken(protocol: number, password: Secret): string {
  const bytes = Buffer.from(password.reveal(), 'utf8');
  const token = tokenOf(protocol, bytes);
  keep(token, keptKeys.get(token) ?? expand(protocol, bytes));
  bytes.fill(0);
  return token;
}

/** Replaces the library's key derivation. Tokens and, for the Reeder extension, intermediate keys arrive here. */
export function localizedKey(protocol: number, password: string | Buffer, engineId: Buffer): Buffer {
  const ku = typeof password === 'string' ? keptKeys.get(password) : kuOfKey(protocol, password);
  if (ku === undefined) throw new Error('no key stands ready for this session');
  return createHash(hashOf(protocol)).update(ku).update(engineId).update(ku).digest();
}

let installed = false;
export function installKeys(): void {
  if (installed) return;
  snmp.Authentication.passwordToKey = localizedKey;
  snmp.Authentication.authToKeyCache = Object.freeze({});
  installed = true;
}

function kuOfKey(protocol: number, key: Buffer): Buffer {
  const token = tokenOf(protocol, key);
  const ku = keptKeys.get(token) ?? expand(protocol, key);
  keep(token, ku);
  return ku;
}

function keep(token: string, ku: Buffer): void {
  keptKeys.delete(token);
  keptKeys.set(token, ku);
  const [oldest] = keptKeys.keys();
  if (keptKeys.size > mostKept && oldest !== undefined) keptKeys.delete(oldest);
}

function tokenOf(protocol: number, bytes: Buffer): string {
  return createHmac('sha256', processKey).update(String(protocol)).update('\0').update(bytes).digest('hex');
}

function expand(protocol: number, bytes: Buffer): Buffer {
  const filled = Buffer.alloc(expandedLength, bytes);
  const ku = createHash(hashOf(protocol)).update(filled).digest();
  filled.fill(0);
  return ku;
}

function hashOf(protocol: number): string {
  const algorithm = snmp.Authentication.algorithms[protocol]?.CRYPTO_ALGORITHM;
  if (algorithm === undefined) throw new Error(`expected an authentication protocol of USM, found ${protocol}`);
  return algorithm;
}

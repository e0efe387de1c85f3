/** What a TLS or HTTPS endpoint showed. Pure. */
import { type Draft, readTlsSight } from '../channel/tls-facts.ts';
import type { TlsSight } from '../channel/tls-sight.ts';
import type { Reading, Setup } from '../contract/collector.ts';
import type { HttpAnswer } from './http.ts';
import { ofTls, pageOf, rootPage, securityPage, type TlsOptions } from './manifest.ts';
import type { RevokedTest } from './revoked.ts';
import { isUsableSecurityTxt } from './security-txt.ts';

export interface TlsRaw {
  readonly sight: TlsSight;
  pageAsked: boolean;
  http?: TimedAnswer;
  revoked?: RevokedTest;
}

export type TimedAnswer = HttpAnswer & { readonly sentAt: Date; readonly readAt: Date };

export function readTls(raw: TlsRaw, setup: Setup<TlsOptions>): Reading {
  const draft = readTlsSight(raw.sight);
  if (setup.options.testIdentity !== undefined) {
    readRevoked(raw, setup, draft);
    return draft;
  }
  readAge(raw, draft);
  readStart(raw.sight, setup, draft);
  if (setup.scheme === 'https') readInsistence(raw.http, draft);
  if (raw.http !== undefined && pageOf(setup) === rootPage) readHttp(raw.http, draft);
  if (raw.http !== undefined && pageOf(setup) === securityPage) readSecurityTxt(raw.http, draft);
  return draft;
}

/** A mail server lists in clear how one may log in in clear; of a server without TLS there is nothing of TLS to see. */
function readStart({ started }: TlsSight, { scheme }: Setup<TlsOptions>, { facts, unseen }: Draft): void {
  if (started === undefined) return;
  if (scheme === 'smtp') {
    if (started.passwordInClear) facts['auth.password.clearText'] = true;
    else unseen['auth.password.clearText'] = 'ambiguous';
  }
  if (started.tls) return;
  for (const name of ofTls) unseen[name] = 'unsupported';
}

/** How long the oldest of its certificates has been in force, by the certificate's own word. */
function readAge({ sight }: TlsRaw, { facts, unseen }: Draft): void {
  const name = 'identity.rotationAge';
  const begins = (facts['identity.machines'] ?? []).flatMap(({ notBefore }) =>
    notBefore === undefined ? [] : [Date.parse(notBefore)],
  );
  if (begins.length > 0 && sight.at !== undefined) {
    const age = Math.floor((sight.at.getTime() - Math.min(...begins)) / 1000);
    // A certificate of tomorrow has no age.
    if (age < 0) unseen[name] = 'ambiguous';
    else facts[name] = age;
  } else if (sight.answers.length > 0) unseen[name] = 'unsupported';
}

function readSecurityTxt(http: TimedAnswer, { facts, unseen }: Draft): void {
  const name = 'disclosure.securityTxt.valid';
  if (http.status === 404 || http.status === 410) facts[name] = false;
  // A redirect is not followed, and a server that is busy or asks who we are has not answered.
  else if (http.status !== 200) unseen[name] = 'ambiguous';
  else if (http.cut) unseen[name] = 'unsupported';
  else {
    const isText = /^text\/plain\b/i.test(http.headers['content-type'] ?? '');
    facts[name] = isText && isUsableSecurityTxt(http.beginning, http.readAt);
  }
}

/** A refusal by the alert for it is certain; by another alert, or in HTTP, it may have another reason. */
function readRevoked({ revoked, http }: TlsRaw, setup: Setup<TlsOptions>, { facts, unseen, basis }: Draft): void {
  const name = 'identity.revocation.refused';
  if (revoked === undefined) {
    if (!setup.consents.has('tls.testIdentity')) unseen[name] = 'blocked';
  } else if (typeof revoked === 'object') {
    facts[name] = true;
    if (!/REVOKED/.test(revoked.refusedWith)) basis[name] = 'inferred';
  } else if (revoked === 'notAsked') unseen[name] = 'unsupported';
  else if (revoked === 'unclear') unseen[name] = 'ambiguous';
  else if (setup.scheme !== 'https') facts[name] = false;
  else if (http === undefined) unseen[name] = 'ambiguous';
  else if (http.status < 400) facts[name] = false;
  else if (/certificate/i.test(http.beginning)) {
    facts[name] = true;
    basis[name] = 'inferred';
  } else unseen[name] = 'ambiguous';
}

/** Words with which widespread servers refuse a client without a certificate after the handshake. */
const wantsCertificate = /no required ssl certificate|client certificate (is )?required|certificate required/i;

/** Web servers ask in the handshake and refuse in HTTP: without a page the two cannot be told apart. */
function readInsistence(http: HttpAnswer | undefined, { facts, unseen, basis }: Draft): void {
  const name = 'auth.clientCertificate.required';
  if (facts[name] !== 'requested') return;
  if (http !== undefined && http.status >= 400 && wantsCertificate.test(http.beginning)) {
    facts[name] = 'required';
    basis[name] = 'stated';
  } else if (http === undefined || http.status >= 400) {
    delete facts[name];
    delete basis[name];
    unseen[name] = 'ambiguous';
  }
}

const methodOfScheme: Readonly<Record<string, 'password' | 'token'>> = {
  basic: 'password',
  digest: 'password',
  bearer: 'token',
  dpop: 'token',
  negotiate: 'token',
};

function readHttp(http: TimedAnswer, { facts, unseen, basis }: Draft): void {
  const clock = Date.parse(http.headers.date ?? '');
  if (Number.isFinite(clock)) {
    const middle = (http.sentAt.getTime() + http.readAt.getTime()) / 2;
    // The header has whole seconds (RFC 9110 section 6.6.1): its middle is the best guess.
    facts['time.offset'] = Math.round((clock + 500 - middle) / 1000);
    basis['time.offset'] = 'stated';
  } else {
    unseen['time.offset'] = 'unsupported';
  }
  if (http.status !== 401) {
    // A page without a question proves nothing about what lies behind it.
    for (const name of ['auth.anonymous.accepted', 'auth.methods', 'auth.password.clearText'] as const) {
      unseen[name] = 'ambiguous';
    }
    return;
  }
  facts['auth.anonymous.accepted'] = false;
  const schemes = challengesOf(http.headers['www-authenticate'] ?? '');
  const methods = sorted(schemes.map((scheme) => methodOfScheme[scheme]).filter((method) => method !== undefined));
  if (methods.length === 0) {
    unseen['auth.methods'] = 'unsupported';
    unseen['auth.password.clearText'] = 'unsupported';
    return;
  }
  facts['auth.methods'] = methods;
  const { 'channel.encryption': encryption } = facts;
  if (methods.includes('password') && encryption !== undefined) {
    facts['auth.password.clearText'] = encryption !== 'encrypted';
  } else {
    unseen['auth.password.clearText'] = 'ambiguous';
  }
}

/** Scheme names of a WWW-Authenticate header (RFC 9110 section 11.6.1), lower case. */
export function challengesOf(header: string): string[] {
  const bare = header.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return [...bare.matchAll(/(?:^|,)\s*([A-Za-z][\w-]*)(?=\s+[^\s=,]|\s*(?:,|$))/g)].map((match) =>
    (match[1] ?? '').toLowerCase(),
  );
}

function sorted<Word extends string>(words: readonly Word[]): Word[] {
  return [...new Set(words)].sort();
}

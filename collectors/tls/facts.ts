/** What a TLS or HTTPS endpoint showed. Pure. */
import { type Draft, readTlsSight } from '../channel/tls-facts.ts';
import type { TlsSight } from '../channel/tls-sight.ts';
import type { Reading, Setup } from '../contract/collector.ts';
import type { HttpAnswer } from './http.ts';
import { asksHttp, type TlsOptions } from './manifest.ts';

export interface TlsRaw {
  readonly sight: TlsSight;
  pageAsked: boolean;
  http?: TimedAnswer;
}

export type TimedAnswer = HttpAnswer & { readonly sentAt: Date; readonly readAt: Date };

export function readTls(raw: TlsRaw, setup: Setup<TlsOptions>): Reading {
  const draft = readTlsSight(raw.sight);
  if (setup.scheme === 'https') readInsistence(raw.http, draft);
  if (asksHttp(setup) && raw.http !== undefined) readHttp(raw.http, draft);
  return draft;
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

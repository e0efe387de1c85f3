import { z } from 'zod';
import { type ClearStart, clearStarts, startRequests } from '../contract/clear-start.ts';
import type { Manifest, Setup, Tier } from '../contract/collector.ts';
import type { FactName } from '../contract/vocabulary.ts';

export const tlsOptions = z.strictObject({
  serverName: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i)
    .optional()
    .describe("name to ask for and to compare the certificate with; default the URL's host"),
  hellos: z
    .int()
    .min(1)
    .max(6)
    .default(6)
    .describe('most TLS connections of one run, handshakes included; 1 for controllers'),
  alpn: z
    .array(z.string().min(1).max(64))
    .max(8)
    .optional()
    .describe('application protocols to offer, where one port serves several (mqtt, http/1.1, ...)'),
  suites: z
    .enum(['seen', 'all'])
    .default('seen')
    .describe('all: every suite of the registry, up to 400 connections more; only for assets declared as lab: true'),
  get: z.boolean().default(false).describe('https only: send one GET / and read status, clock and ways to log in'),
  securityTxt: z
    .boolean()
    .default(false)
    .describe(
      'https only, instead of get: send one GET /.well-known/security.txt, for the web site that finders look at',
    ),
  testIdentity: z
    .enum(['revoked'])
    .optional()
    .describe(
      'the credential is a certificate that was taken back: it is shown once, under tls.testIdentity, and nothing else is looked at',
    ),
});
export type TlsOptions = z.infer<typeof tlsOptions>;

/** What only an endpoint with TLS can show. */
export const ofTls = [
  'tls.version.min',
  'tls.version.max',
  'tls.cipher.accepted',
  'tls.cipher.negotiated',
  'tls.certificates',
  'tls.certificate.notAfter',
  'tls.certificate.notBefore',
  'tls.certificate.keyBits',
  'tls.certificate.keyType',
  'tls.certificate.signatureAlgorithm',
  'tls.certificate.selfSigned',
  'tls.certificate.trusted',
  'tls.certificate.subjectMatches',
  'tls.certificate.ocspStapled',
  'auth.clientCertificate.required',
  'identity.machines',
  'identity.rotationAge',
  'crypto.inventory.lastAt',
] as const satisfies readonly FactName[];

const always: readonly FactName[] = [
  'asset.inventory.lastSeen',
  'service.listening',
  'channel.encryption',
  'channel.strongestEncryption',
  ...ofTls,
];

const withGet: readonly FactName[] = [
  'time.offset',
  'auth.anonymous.accepted',
  'auth.methods',
  'auth.password.clearText',
];

export const tlsManifest: Manifest<TlsOptions> = {
  id: 'tls',
  title: 'TLS endpoint',
  version: '1.2.0',
  schemes: ['tls', 'https', ...clearStarts],
  defaultPort: { tls: 443, https: 443, postgresql: 5432, smtp: 25 },
  options: tlsOptions,
  credentials: ['certificate'],
  tests: ['tls.testIdentity'],
  variants: [{ get: true }, { securityTxt: true }, { testIdentity: 'revoked' }].map((one) => tlsOptions.parse(one)),
  facts(setup) {
    if (setup.options.testIdentity !== undefined) {
      return { 'asset.inventory.lastSeen': 'T2', 'service.listening': 'T2', 'identity.revocation.refused': 'T4' };
    }
    const names = [
      ...always,
      ...(pageOf(setup) === rootPage ? withGet : []),
      ...(setup.scheme === 'smtp' ? (['auth.password.clearText'] as const) : []),
      ...(pageOf(setup) === securityPage ? (['disclosure.securityTxt.valid'] as const) : []),
    ];
    return Object.fromEntries(names.map((name) => [name, 'T2'])) as Partial<Record<FactName, Tier>>;
  },
  gentle: (options) => ({ ...options, hellos: 1, suites: 'seen' }),
  labOnly: ({ suites }) => (suites === 'all' ? 'suites: all' : undefined),
  requests(setup) {
    const { hellos, testIdentity } = setup.options;
    const page = pageOf(setup) === undefined ? [] : [{ kind: 'http.get', max: 1 }];
    if (testIdentity !== undefined) return [{ kind: 'tls.handshake', max: 1 }, ...page];
    const further = furtherHellos(setup.options) ?? 0;
    return [
      { kind: 'tls.handshake', max: Math.min(2, hellos) },
      { kind: 'tls.hello', max: hellos - 1 + further },
      ...beforeTls(setup, hellos + further),
      ...page,
    ];
  },
  deadlineMs: 20_000,
};

/** What each connection takes before TLS begins. */
function beforeTls({ scheme }: Pick<Setup<TlsOptions>, 'scheme'>, connections: number) {
  const protocol = clearStartOf(scheme);
  if (protocol === undefined) return [];
  const each = startRequests[protocol].map((kind) => ({ kind, max: connections }));
  // The goodbye to a mail server that offers no TLS.
  return protocol === 'smtp' ? [...each, { kind: 'smtp.quit', max: 1 }] : each;
}

export function clearStartOf(scheme: string): ClearStart | undefined {
  return clearStarts.find((each) => each === scheme);
}

export const rootPage = '/';
/** RFC 9116 section 3. */
export const securityPage = '/.well-known/security.txt';

/** The one page that a run asks for, if any. */
export function pageOf({ scheme, options }: Pick<Setup<TlsOptions>, 'scheme' | 'options'>): string | undefined {
  if (scheme !== 'https') return undefined;
  if (options.securityTxt) return securityPage;
  return options.get ? rootPage : undefined;
}

/** Connections that the enumeration of all suites may take beside `hellos`; undefined without it. */
export function furtherHellos({ suites }: Pick<TlsOptions, 'suites'>): number | undefined {
  return suites === 'all' ? 400 : undefined;
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collectorOf } from '../../../collectors/registry.ts';
import { type RunOptions, runCollector } from '../../support/bare-look.ts';
import { authority, type Issuer, issue } from '../../support/certificates.ts';
import { startGnutls } from '../../support/gnutls.ts';
import { type Nginx, startNginx } from '../../support/nginx.ts';
import { describeWith, temporaryFolder } from '../../support/program.ts';
import { type Case, proveCollector, provenRun, told } from '../proof-suite.ts';

const found = collectorOf('tls');
if (found === undefined) throw new Error('tls is not on the list');
const entry = found;

const names = [
  'good',
  'old',
  'only10',
  'only11',
  'only12',
  'only13',
  'expired',
  'notYet',
  'selfSigned',
  'wrongName',
  'sha1',
  'rsa1024',
  'ed25519',
  'p384',
  'two',
  'optional',
  'required',
  'optional12',
  'basic',
  'stapled',
  'named',
] as const;
let root: Issuer;
let staple: { path: string; remove: () => void };
let nginx: Nginx<(typeof names)[number]>;

const all = 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3';
const local = { ip: ['127.0.0.1'] };

beforeAll(async () => {
  root = await authority('Plant Root');
  const below = await authority('Plant Issuing', root);
  const good = await issue({ ...local, key: 'rsa-2048' }, below);
  const clients = { issued: good, clientIssuer: root.certificate };
  staple = temporaryFolder('staple');
  // A response of status successful; nginx sends what the file holds.
  const answer = join(staple.path, 'ocsp.der');
  writeFileSync(answer, Uint8Array.of(0x30, 3, 0x0a, 1, 0));
  nginx = await startNginx({
    good: { issued: good },
    old: { issued: good, protocols: all },
    only10: { issued: good, protocols: 'TLSv1' },
    only11: { issued: good, protocols: 'TLSv1.1' },
    only12: { issued: good, protocols: 'TLSv1.2' },
    only13: { issued: good, protocols: 'TLSv1.3' },
    expired: { issued: await issue({ ...local, fromDay: -30, toDay: -2 }, below) },
    notYet: { issued: await issue({ ...local, fromDay: 3, toDay: 30 }, below) },
    selfSigned: { issued: await issue(local) },
    wrongName: { issued: await issue({ dns: ['other.example'] }, below) },
    sha1: { issued: await issue({ ...local, key: 'rsa-2048', hash: 'SHA-1' }) },
    rsa1024: { issued: await issue({ ...local, key: 'rsa-1024' }) },
    ed25519: { issued: await issue({ ...local, key: 'ed25519' }, below) },
    p384: { issued: await issue({ ...local, key: 'p384' }, below) },
    two: { issued: [good, await issue({ ...local, key: 'p256', toDay: 10 }, below)] },
    optional: { ...clients, clientCertificate: 'optional' },
    required: { ...clients, clientCertificate: 'on' },
    optional12: { ...clients, clientCertificate: 'optional', protocols: 'TLSv1.2' },
    stapled: { issued: good, lines: ['ssl_stapling on', `ssl_stapling_file ${answer}`] },
    named: { issued: await issue({ dns: ['panel.plant.example'] }, below), lines: ['server_name panel.plant.example'] },
    basic: { issued: good, location: 'auth_basic "plant"; auth_basic_user_file /dev/null; root /nonexistent;' },
  });
});
afterAll(async () => {
  await nginx?.stop();
  staple?.remove();
});

const at = (name: (typeof names)[number], scheme = 'tls') => `${scheme}://127.0.0.1:${nginx.ports[name]}`;

function sees(
  name: (typeof names)[number],
  facts: Case['facts'],
  more: Partial<Case> & { options?: unknown; scheme?: string } = {},
): Case {
  const run = (): RunOptions => ({
    trust: [root.certificate],
    ...(more.options === undefined ? {} : { options: more.options }),
  });
  return {
    name,
    start: async () => ({ url: at(name, more.scheme), run: run(), stop: async () => {} }),
    ...(facts === undefined ? {} : { facts }),
    ...more,
  };
}

/** The beginning of a handshake message of 16 MB in a well-formed record. */
const endlessMessage = Uint8Array.of(22, 3, 3, 0x40, 0x00, 11, 0xff, 0xff, 0xff);

describeWith(['nginx'], 'tls with nginx', () => {
  proveCollector({
    entry,
    transport: 'tcp',
    good: {
      ...sees('good', {
        'service.listening': true,
        'channel.encryption': 'encrypted',
        'channel.strongestEncryption': 'encrypted',
        'tls.version.min': '1.2',
        'tls.version.max': '1.3',
        'tls.cipher.negotiated': ['TLS_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
        'tls.certificate.keyType': 'rsa',
        'tls.certificate.keyBits': 2048,
        'tls.certificate.signatureAlgorithm': 'ecdsa-with-SHA256',
        'tls.certificate.selfSigned': false,
        'tls.certificate.trusted': true,
        'tls.certificate.subjectMatches': true,
        'tls.certificate.ocspStapled': false,
        'auth.clientCertificate.required': 'none',
      }),
      also({ facts, unseen, basis, ledgerKinds }) {
        expect(unseen).toEqual({});
        expect(new Set(Object.values(basis))).toEqual(new Set(['authoritative']));
        expect(facts['tls.certificates']).toMatchObject([
          { role: 'leaf', issuer: 'CN=Plant Issuing', trusted: true, subjectMatches: true, sans: ['IP:127.0.0.1'] },
          { role: 'intermediate', subject: 'CN=Plant Issuing', issuer: 'CN=Plant Root', keyBits: 256 },
        ]);
        expect(facts['tls.certificates']?.[0]?.id).toMatch(/^[0-9a-f]{64}$/);
        expect(facts['identity.machines']).toMatchObject([
          { id: facts['tls.certificates']?.[0]?.id, kind: 'certificate' },
        ]);
        expect(ledgerKinds).toEqual({ 'tls.handshake': 2, 'tls.hello': 2 });
      },
    },
    flaws: [
      sees('old', { 'tls.version.min': '1.0', 'tls.version.max': '1.3' }),
      sees('only10', { 'tls.version.min': '1.0', 'tls.version.max': '1.0', 'tls.certificate.trusted': true }),
      sees('only11', { 'tls.version.min': '1.1', 'tls.version.max': '1.1' }),
      sees('only12', { 'tls.version.min': '1.2', 'tls.version.max': '1.2', 'auth.clientCertificate.required': 'none' }),
      sees('only13', { 'tls.version.min': '1.3', 'tls.version.max': '1.3', 'channel.encryption': 'encrypted' }),
      sees(
        'expired',
        { 'tls.certificate.trusted': true, 'tls.certificate.subjectMatches': true },
        {
          also: ({ facts, basis }) => {
            expect(Date.parse(facts['tls.certificate.notAfter'] ?? '')).toBeLessThan(Date.now());
            expect(basis['tls.certificate.trusted']).toBe('inferred');
          },
        },
      ),
      sees(
        'notYet',
        { 'tls.certificate.trusted': true },
        {
          also: ({ facts }) => expect(Date.parse(facts['tls.certificate.notBefore'] ?? '')).toBeGreaterThan(Date.now()),
        },
      ),
      sees('selfSigned', { 'tls.certificate.selfSigned': true, 'tls.certificate.trusted': false }),
      sees('wrongName', { 'tls.certificate.subjectMatches': false, 'tls.certificate.trusted': true }),
      sees('sha1', { 'tls.certificate.signatureAlgorithm': 'sha1WithRSAEncryption' }),
      sees('rsa1024', { 'tls.certificate.keyBits': 1024 }),
      sees('ed25519', { 'tls.certificate.keyType': 'ed25519', 'tls.certificate.keyBits': 256 }),
      sees('p384', { 'tls.certificate.keyType': 'ec', 'tls.certificate.keyBits': 384 }),
      sees('optional', { 'auth.clientCertificate.required': 'requested' }),
      sees('optional12', { 'auth.clientCertificate.required': 'requested' }),
      {
        ...sees('required', {}, { scheme: 'https', unseen: { 'auth.clientCertificate.required': 'ambiguous' } }),
        name: 'that a web server may ask in the handshake and refuse in HTTP',
      },
      {
        ...sees(
          'required',
          { 'auth.clientCertificate.required': 'required' },
          { scheme: 'https', options: { get: true } },
        ),
        name: 'a client certificate that only HTTP insists on, with a page',
      },
      {
        ...sees(
          'optional',
          { 'auth.clientCertificate.required': 'requested' },
          { scheme: 'https', options: { get: true } },
        ),
        name: 'a client certificate that HTTP does not insist on, with a page',
      },
      sees(
        'basic',
        { 'auth.anonymous.accepted': false, 'auth.methods': ['password'], 'auth.password.clearText': false },
        {
          scheme: 'https',
          options: { get: true },
          also: ({ volatile, basis }) => {
            expect(Math.abs(volatile['time.offset'] ?? 99)).toBeLessThanOrEqual(1);
            expect(basis['time.offset']).toBe('stated');
          },
        },
      ),
    ],
    denied: [],
    hostile: {
      url: (port) => `tls://127.0.0.1:${port}`,
      beginnings: [
        { name: 'a message without end', options: { prefix: endlessMessage, filling: new Uint8Array(16_384) } },
      ],
      maxBytes: 2 * 1024 * 1024,
    },
  });

  it('tells a stapled revocation answer from none', async () => {
    const result = await provenRun(entry, at('stapled'), { trust: [root.certificate] });
    expect(result.facts['tls.certificate.ocspStapled'], told(result)).toBe(true);
  });

  it('compares with the name that is meant, at the address that is pinned', async () => {
    const url = `https://panel.plant.example:${nginx.ports.named}`;
    const result = await provenRun(entry, url, { address: '127.0.0.1', trust: [root.certificate] });
    expect(result.facts, told(result)).toMatchObject({ 'tls.certificate.subjectMatches': true });
    const options = { serverName: 'panel.plant.example' };
    expect((await provenRun(entry, at('named'), { options })).facts['tls.certificate.subjectMatches']).toBe(true);
    expect((await provenRun(entry, at('named'))).facts['tls.certificate.subjectMatches']).toBe(false);
  });

  it('counts the earliest end over the certificates of two keys on one port', async () => {
    const result = await provenRun(entry, at('two'), { trust: [root.certificate] });
    const records = result.facts['tls.certificates'] ?? [];
    const ends = records.filter(({ role }) => role === 'leaf').map(({ notAfter }) => notAfter ?? '');
    expect(result.facts['tls.certificate.notAfter'], told(result)).toBe(ends.sort()[0]);
  });

  it('says nothing about trust when the plant declares no anchor', async () => {
    const result = await provenRun(entry, at('good'));
    expect(result.facts).not.toHaveProperty(['tls.certificate.trusted']);
    expect(result.unseen['tls.certificate.trusted']).toBe('notTried');
  });

  it('takes a declared self-signed certificate for its own anchor', async () => {
    const first = await runCollector(entry, at('selfSigned'));
    expect(first.facts['tls.certificate.selfSigned']).toBe(true);
    const other = await authority('Another Root');
    expect((await provenRun(entry, at('good'), { trust: [other.certificate] })).facts['tls.certificate.trusted']).toBe(
      false,
    );
  });

  it('makes one connection where only one is allowed, and does not guess the oldest version', async () => {
    const result = await provenRun(entry, at('old'), { options: { hellos: 1 }, trust: [root.certificate] });
    expect(result.ledgerKinds).toEqual({ 'tls.handshake': 1 });
    expect(result.facts).toMatchObject({ 'tls.version.max': '1.3', 'tls.certificate.trusted': true });
    expect(result.unseen['tls.version.min']).toBe('notTried');
    expect(result.basis['channel.encryption']).toBe('inferred');
  });
});

describeWith(['gnutls-serv'], 'tls with gnutls-serv', () => {
  const gnutls =
    (priority: string, args: string[] = [], key: 'rsa-2048' | undefined = 'rsa-2048') =>
    async () => {
      const server = await startGnutls({
        priority,
        args,
        ...(key === undefined ? {} : { issued: await issue({ ...local, key }) }),
      });
      return { url: `tls://127.0.0.1:${server.port}`, stop: () => server.stop() };
    };

  async function look(start: ReturnType<typeof gnutls>, run: RunOptions = {}) {
    const scene = await start();
    try {
      return await provenRun(entry, scene.url, run);
    } finally {
      await scene.stop();
    }
  }

  it('lists a suite that no current client library offers', async () => {
    const result = await look(gnutls('NORMAL:+VERS-TLS1.0:+ARCFOUR-128:+3DES-CBC:+RSA'));
    expect(result.facts['tls.cipher.accepted'], told(result)).toEqual(
      expect.arrayContaining(['TLS_RSA_WITH_RC4_128_SHA']),
    );
    expect(result.facts['tls.version.max']).toBe('1.3');
  });

  it('reads versions, suite and certificate of a server that our own library cannot talk to', async () => {
    const result = await look(
      gnutls('NONE:+VERS-TLS1.0:+ARCFOUR-128:+RSA:+SHA1:+SIGN-ALL:+COMP-NULL:+CTYPE-X509:%COMPAT'),
      {
        trust: [(await authority('Another Root')).certificate],
      },
    );
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts).toMatchObject({
      'tls.version.max': '1.0',
      'tls.version.min': '1.0',
      'tls.certificate.keyBits': 2048,
      'tls.certificate.selfSigned': true,
      'tls.certificate.trusted': false,
    });
    expect(result.basis['tls.certificate.trusted']).toBe('inferred');
    expect(result.unseen['tls.certificate.ocspStapled']).toBe('unsupported');
    expect(result.unseen['tls.cipher.negotiated']).toBe('unsupported');
  });

  it('tells a channel that only signs from one that encrypts', async () => {
    const result = await look(gnutls('NORMAL:-VERS-ALL:+VERS-TLS1.2:+NULL:+RSA:+SHA1:+SHA256'));
    expect(result.facts['channel.encryption'], told(result)).toBe('signed');
    expect(result.facts['channel.strongestEncryption']).toBe('encrypted');
    expect(result.facts['tls.cipher.accepted']?.some((suite) => suite.includes('NULL'))).toBe(true);
  });

  it('finds a server without any certificate', async () => {
    const result = await look(gnutls('NORMAL:-KX-ALL:+ANON-DH:+ANON-ECDH:-VERS-ALL:+VERS-TLS1.2', [], undefined));
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts['tls.cipher.accepted']?.every((suite) => suite.includes('_anon_'))).toBe(true);
    expect(result.unseen['tls.certificates']).toBe('unsupported');
    expect(result.facts).not.toHaveProperty(['tls.certificates']);
  });

  it.each([
    ['required', 'NORMAL', '--require-client-cert', 'required'],
    ['required', 'NORMAL:-VERS-ALL:+VERS-TLS1.2', '--require-client-cert', 'required'],
    ['requested', 'NORMAL:-VERS-ALL:+VERS-TLS1.3', '--verify-client-cert', 'requested'],
    ['not asked for', 'NORMAL', '--disable-client-cert', 'none'],
  ] as const)('sees that a client certificate is %s (%s)', async (_, priority, arg, value) => {
    const result = await look(gnutls(priority, [arg]));
    expect(result.facts['auth.clientCertificate.required'], told(result)).toBe(value);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../collectors/contract/credential.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { parseHttp } from '../../../collectors/tls/http.ts';
import { isUsableSecurityTxt } from '../../../collectors/tls/security-txt.ts';
import type { RunOptions } from '../../support/bare-look.ts';
import { authority, type Issued, type Issuer, issue, revocationList } from '../../support/certificates.ts';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { type Nginx, startNginx } from '../../support/nginx.ts';
import { describeWith, temporaryFolder } from '../../support/program.ts';
import { provenRun, told } from '../proof-suite.ts';

const found = collectorOf('tls');
if (found === undefined) throw new Error('tls is not on the list');
const entry = found;

const now = new Date('2026-11-24T12:00:00Z');
const good = 'Contact: mailto:security@acme.example\nExpires: 2099-01-01T00:00:00Z\n';
const signed = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${good}-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n`;

describe('a security.txt', () => {
  it.each([
    ['contact and a date ahead', good, true],
    [
      'comments, other fields and CRLF',
      `# hello\r\nPreferred-Languages: en, de\r\n${good.replaceAll('\n', '\r\n')}`,
      true,
    ],
    ['a clear-text signature around it', signed, true],
    ['a date that is over', good.replace('2099', '2026'), false],
    ['two dates', `${good}Expires: 2098-01-01T00:00:00Z\n`, false],
    ['no date', 'Contact: https://acme.example/security\n', false],
    ['a date that is none', good.replace('2099-01-01T00:00:00Z', 'next year'), false],
    ['no contact', 'Expires: 2099-01-01T00:00:00Z\n', false],
    ['a contact that is no URI', good.replace('mailto:', ''), false],
    ['a page of the web site instead', '<!doctype html><title>Welcome</title>', false],
    ['nothing', '', false],
  ])('with %s', (_, text, usable) => {
    expect(isUsableSecurityTxt(text, now)).toBe(usable);
  });

  it('is put together from chunks, and a coding that breaks off gives what came', () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(parseHttp(`${head}5\r\nConta\r\n3;x=y\r\nct:\r\n0\r\n\r\n`)?.beginning).toBe('Contact:');
    expect(parseHttp(`${head}5\r\nConta\r\nzz`)?.beginning).toBe('Conta');
    expect(parseHttp(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(13_000)}`)?.cut).toBe(true);
  });
});

const names = ['good', 'expired', 'absent', 'moved', 'busy', 'html', 'strict', 'open', 'plain'] as const;

describeWith(['nginx', 'mosquitto', 'mosquitto_passwd'], 'tls: pages and certificates that were taken back', () => {
  let web: Nginx<(typeof names)[number]>;
  let broker: Mosquitto<'open' | 'revoking' | 'revoking12' | 'asking'>;
  let root: Issuer;
  let retired: Issued;
  let current: Issued;
  const folder = temporaryFolder('crl');

  beforeAll(async () => {
    root = await authority('Plant Root');
    const issued = await issue({ ip: ['127.0.0.1'], fromDay: -40 }, root);
    retired = await issue({ name: 'retired' }, root);
    current = await issue({ name: 'current' }, root);
    const revoked = await revocationList(root, [retired]);
    const list = join(folder.path, 'list.pem');
    writeFileSync(list, revoked);
    const page = (text: string, type = 'text/plain') =>
      `default_type ${type}; return 200 "${text.replaceAll('\n', '\\n')}";`;
    const clients = { issued, clientCertificate: 'on', clientIssuer: root.certificate } as const;
    web = await startNginx({
      good: { issued, location: page(good) },
      expired: { issued, location: page(good.replace('2099', '2020')) },
      absent: { issued, location: 'return 404;' },
      moved: { issued, location: 'return 302 https://127.0.0.1:1/security.txt;' },
      busy: { issued, location: 'return 503;' },
      html: { issued, location: page(good, 'text/html') },
      strict: { ...clients, lines: [`ssl_crl ${list}`] },
      open: clients,
      plain: { issued },
    });
    broker = await startMosquitto({
      open: { anonymous: true },
      revoking: { issued, clientIssuer: root.certificate, revoked },
      revoking12: { issued, clientIssuer: root.certificate, revoked, lines: ['tls_version tlsv1.2', 'ciphers ALL'] },
      asking: { issued, clientIssuer: root.certificate },
    });
  });
  afterAll(async () => {
    await web?.stop();
    await broker?.stop();
    folder.remove();
  });
  const look = (url: string, run: RunOptions) => provenRun(entry, url, { trust: [root.certificate], ...run });
  const site = (name: (typeof names)[number], options: object, run: RunOptions = {}) =>
    look(`https://127.0.0.1:${web.ports[name]}`, { ...run, options: { hellos: 1, ...options } });

  it.each([
    ['good', true],
    ['expired', false],
    ['absent', false],
    ['html', false],
    ['moved', 'ambiguous'],
    ['busy', 'ambiguous'],
  ] as const)('asks the web site for its security.txt (%s: %s), once', async (name, expected) => {
    const result = await site(name, { securityTxt: true });
    expect(result.ledgerKinds).toEqual({ 'tls.handshake': 1, 'http.get': 1 });
    const { 'disclosure.securityTxt.valid': value } = result.facts;
    expect(value ?? result.unseen['disclosure.securityTxt.valid'], told(result)).toBe(expected);
  });

  it('says how old the certificate is, by its own word', async () => {
    const result = await site('plain', {});
    const age = result.volatile['identity.rotationAge'] ?? 0;
    expect(Math.round(age / 86_400), told(result)).toBe(40);
    expect(result.ledgerKinds).toEqual({ 'tls.handshake': 1 });
  });

  const shown = (issued: Issued): RunOptions => ({
    tier: 'T4',
    consents: ['tls.testIdentity'],
    secret: { kind: 'certificate', certificate: issued.certificate, key: new Secret(issued.key) },
    options: { testIdentity: 'revoked' },
  });
  const fact = 'identity.revocation.refused';

  it.each(['revoking', 'revoking12'] as const)(
    'finds a revoked certificate refused, and for that reason (%s)',
    async (name) => {
      const result = await look(`tls://127.0.0.1:${broker.ports[name]}`, shown(retired));
      expect(result.facts, told(result)).toMatchObject({ 'service.listening': true, [fact]: true });
      expect(result.basis[fact]).toBe('authoritative');
      expect(result.ledgerKinds).toEqual({ 'tls.handshake': 1 });
      const valid = await look(`tls://127.0.0.1:${broker.ports[name]}`, shown(current));
      expect(valid.facts[fact], told(valid)).toBe(false);
    },
  );

  it('finds a revoked certificate taken where there is no list', async () => {
    const result = await look(`tls://127.0.0.1:${broker.ports.asking}`, shown(retired));
    expect(result.facts[fact], told(result)).toBe(false);
  });

  it.each([
    ['strict', true],
    ['open', false],
  ] as const)('reads the refusal of a web server in its page (%s: %s)', async (name, refused) => {
    const run = shown(retired);
    const result = await site(name, { testIdentity: 'revoked', get: true }, run);
    expect(result.facts[fact], told(result)).toBe(refused);
    expect(result.ledgerKinds).toEqual({ 'tls.handshake': 1, 'http.get': 1 });
    const without = await site(name, { testIdentity: 'revoked' }, run);
    expect(without.unseen[fact], told(without)).toBe('ambiguous');
  });

  it('says unsupported where no certificate is asked for, and shows none without consent', async () => {
    const plain = await site('plain', { testIdentity: 'revoked', get: true }, shown(retired));
    expect(plain.unseen[fact], told(plain)).toBe('unsupported');
    const unasked = await site('strict', { testIdentity: 'revoked' }, { ...shown(retired), consents: [] });
    expect(unasked.unseen[fact], told(unasked)).toBe('blocked');
    expect(unasked.bytesReceived).toBe(0);
  });
});

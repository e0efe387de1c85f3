import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alternativeNames,
  certificateFacts,
  certificatesIn,
  chainsTo,
  isOcspAnswer,
  matchesHost,
  readCertificate,
} from '../../../collectors/contract/certificate.ts';
import { authority, type CertificateSpec, type Issuer, issue } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/program.ts';

const { path: keys, remove } = temporaryFolder('keys');
afterAll(remove);

let root: Issuer;
let below: Issuer;
beforeAll(async () => {
  root = await authority('Root');
  below = await authority('Below', root);
});

const derOf = (pem: string) => new Uint8Array(new X509Certificate(pem).raw);
const leaf = async (spec: CertificateSpec = {}, issuer?: Issuer) => derOf((await issue(spec, issuer)).certificate);
const place = { interface: 'tcp/1', host: '10.0.0.7' };

describe('reading a certificate', () => {
  it.each([
    [
      { key: 'rsa-1024', hash: 'SHA-1' },
      { keyType: 'rsa', keyBits: 1024, signatureAlgorithm: 'sha1WithRSAEncryption' },
    ],
    [{ key: 'rsa-3072' }, { keyType: 'rsa', keyBits: 3072, signatureAlgorithm: 'sha256WithRSAEncryption' }],
    [{ key: 'p256' }, { keyType: 'ec', keyBits: 256, signatureAlgorithm: 'ecdsa-with-SHA256' }],
    [
      { key: 'p384', hash: 'SHA-384' },
      { keyType: 'ec', keyBits: 384, signatureAlgorithm: 'ecdsa-with-SHA384' },
    ],
    [{ key: 'ed25519' }, { keyType: 'ed25519', keyBits: 256, signatureAlgorithm: 'ED25519' }],
  ] as const)('%j', async (spec, expected) => {
    expect(readCertificate(await leaf(spec))).toMatchObject({ ...expected, selfSigned: true, subject: 'CN=localhost' });
  });

  it('names the key by itself, so that a renewed certificate on the old key is told', async () => {
    const key = join(keys, 'key.pem');
    execFileSync('openssl', ['genpkey', '-algorithm', 'ED25519', '-out', key]);
    const make = (name: string) => execFileSync('openssl', ['req', '-x509', '-key', key, '-subj', `/CN=${name}`]);
    const [one, other] = ['one', 'other'].map((name) => readCertificate(derOf(make(name).toString())));
    expect(one?.keyId).toMatch(/^[0-9a-f]{64}$/);
    expect(other?.keyId).toBe(one?.keyId);
    expect(other?.id).not.toBe(one?.id);
    expect(readCertificate(await leaf())?.keyId).not.toBe(one?.keyId);
  });

  it('gives nothing for bytes that are no certificate', () => {
    expect(readCertificate(Uint8Array.of(0x30, 3, 2, 1, 1))).toBeUndefined();
    expect(certificatesIn('nonsense -----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toEqual([]);
  });

  it('does not call a certificate self-signed for its names alone', async () => {
    const named = await authority('Same');
    const child = await leaf({ name: 'Same' }, named);
    expect(readCertificate(child)).toMatchObject({ subject: 'CN=Same', issuer: 'CN=Same', selfSigned: false });
  });

  it('compares addresses with address entries and names with name entries only', async () => {
    const der = await leaf({ dns: ['*.plant.example'], ip: ['10.0.0.7', 'fd00::7'] });
    const matches = ['10.0.0.7', 'fd00::7', 'plc.plant.example', '10.0.0.8', 'plant.example'].map((host) =>
      matchesHost(der, host),
    );
    expect(matches).toEqual([true, true, true, false, false]);
    expect(matchesHost(await leaf({ name: '10.0.0.7', dns: ['10.0.0.7'] }), '10.0.0.7')).toBe(false);
  });

  it('splits alternative names without being misled by what stands in them', async () => {
    const urn = 'urn:plant:plc-1';
    expect(readCertificate(await leaf({ dns: ['a.example'], ip: ['10.0.0.7'], uri: [urn] }))?.sans).toEqual([
      'DNS:a.example',
      'IP:10.0.0.7',
      `URI:${urn}`,
    ]);
    expect(alternativeNames('DNS:"evil, DNS:good.example", IP Address:1.2.3.4')).toHaveLength(2);
  });
});

describe('following a chain', () => {
  it('leads to an anchor through what was sent, in any order', async () => {
    const der = await leaf({}, below);
    expect(chainsTo([der, derOf(below.certificate)], [root.certificate])).toBe(true);
    expect(chainsTo([der], [root.certificate])).toBe(false);
    expect(chainsTo([der], [below.certificate])).toBe(true);
    expect(chainsTo([], [root.certificate])).toBe(false);
  });

  it('does not take a leaf for an issuer', async () => {
    const impostor = await issue({ name: 'Leaf' }, root);
    const signer = { ...root, name: 'CN=Leaf', certificate: impostor.certificate };
    expect(chainsTo([await leaf({}, signer), derOf(impostor.certificate)], [root.certificate])).toBe(false);
  });
});

describe('certificate facts', () => {
  it('takes the weakest of several leaves and the earliest end', async () => {
    const strong = await leaf({ ip: ['10.0.0.7'], key: 'p384', toDay: 20 }, below);
    const weak = await leaf({ key: 'rsa-1024' });
    const facts = certificateFacts(
      [
        { chain: [strong, derOf(below.certificate)], trusted: true },
        { chain: [weak], trusted: false },
        { chain: [weak], trusted: false },
      ],
      place,
    );
    expect(facts).toMatchObject({
      'tls.certificate.keyType': 'rsa',
      'tls.certificate.keyBits': 1024,
      'tls.certificate.selfSigned': true,
      'tls.certificate.trusted': false,
      'tls.certificate.subjectMatches': false,
      'tls.certificate.notAfter': readCertificate(strong)?.notAfter,
    });
    expect(facts['tls.certificates']?.map(({ role }) => role)).toEqual(['leaf', 'intermediate', 'leaf']);
  });

  it('is empty when nothing could be read, and silent about trust that nobody measured', async () => {
    expect(certificateFacts([{ chain: [Uint8Array.of(1)] }], place)).toEqual({});
    expect(certificateFacts([{ chain: [await leaf()] }], place)).not.toHaveProperty(['tls.certificate.trusted']);
  });
});

describe('a stapled answer', () => {
  it.each([
    ['a successful one', [0x30, 0x82, 0x01, 0x00, 0x0a, 1, 0, 0xa0], true],
    ['a short successful one', [0x30, 3, 0x0a, 1, 0], true],
    ['try later', [0x30, 3, 0x0a, 1, 3], false],
    ['something else', [0x01, 2, 3], false],
    ['nothing', [], false],
  ])('%s', (_, bytes, answer) => {
    expect(isOcspAnswer(Uint8Array.from(bytes))).toBe(answer);
  });
});

import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Credential, Secret } from '../../../collectors/contract/credential.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { type RunOptions, type RunResult, runCollector } from '../../support/bare-look.ts';
import { authority, type Issued, type Issuer, issue, revocationList } from '../../support/certificates.ts';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { describeWith, programPath, until } from '../../support/program.ts';
import { type Case, proveCollector, provenRun, told } from '../proof-suite.ts';

const found = collectorOf('mqtt');
if (found === undefined) throw new Error('mqtt is not on the list');
const entry = found;

type Name =
  | 'open'
  | 'closed'
  | 'scoped'
  | 'decided'
  | 'tls'
  | 'tlsOpen'
  | 'mtls'
  | 'mtls12'
  | 'revoking'
  | 'revoking12'
  | 'ws'
  | 'wss'
  | 'badName'
  | 'expired';
let broker: Mosquitto<Name>;
let root: Issuer;
let device: Issued;
let stranger: Issued;
let retired: Issued;

const users = { reader: 'correct horse battery', writer: 'staple' };
const reader: Credential = { kind: 'password', username: 'reader', password: new Secret(users.reader) };
const wrong: Credential = { kind: 'password', username: 'reader', password: new Secret('not the password 4711') };
const acl = 'user reader\ntopic read $SYS/#\ntopic read line-3/#\nuser writer\ntopic readwrite #\n';

beforeAll(async () => {
  root = await authority('Plant Root');
  const issued = await issue({ ip: ['127.0.0.1'] }, root);
  device = await issue({ name: 'reader' }, root);
  stranger = await issue({ name: 'reader' }, await authority('Another Root'));
  retired = await issue({ name: 'retired' }, root);
  const revoked = await revocationList(root, [retired]);
  broker = await startMosquitto({
    open: { anonymous: true, users },
    closed: { users },
    scoped: { users, acl },
    decided: {
      decided: [
        { user: 'strict', password: 'harbour 1', subscribes: ['$SYS/broker/version'] },
        { user: 'loose', password: 'harbour 2', subscribes: ['$SYS/broker/version', '#', 'line-3/a'] },
      ],
    },
    tls: { users, acl, issued },
    tlsOpen: { anonymous: true, issued },
    mtls: { issued, clientIssuer: root.certificate },
    mtls12: { issued, clientIssuer: root.certificate, lines: ['tls_version tlsv1.2', 'ciphers ALL'] },
    revoking: { issued, clientIssuer: root.certificate, revoked },
    revoking12: { issued, clientIssuer: root.certificate, revoked, lines: ['tls_version tlsv1.2', 'ciphers ALL'] },
    ws: { anonymous: true, websockets: true },
    wss: { users, issued, websockets: true },
    badName: { users, issued: await issue({ dns: ['other.example'] }, root) },
    expired: { users, issued: await issue({ ip: ['127.0.0.1'], fromDay: -9, toDay: -2 }, root) },
  });
});
afterAll(() => broker?.stop());

const schemes: Partial<Record<Name, string>> = {
  ws: 'ws',
  wss: 'wss',
  tls: 'mqtts',
  tlsOpen: 'mqtts',
  mtls: 'mqtts',
  mtls12: 'mqtts',
  revoking: 'mqtts',
  revoking12: 'mqtts',
  badName: 'mqtts',
  expired: 'mqtts',
};
const at = (name: Name) => `${schemes[name] ?? 'mqtt'}://127.0.0.1:${broker.ports[name]}`;
/** What mosquitto logs for every PUBLISH that it receives from us. */
const publishes = () =>
  broker.running
    .output()
    .split('\n')
    .filter((line) => /Received PUBLISH from plimsoll/.test(line)).length;

const test = (...consents: string[]): RunOptions => ({ tier: 'T4', consents });

function sees(server: Name, name: string, run: () => RunOptions, more: Partial<Case>): Case {
  return {
    name,
    start: async () => {
      const before = publishes();
      return {
        url: at(server),
        run: { trust: [root.certificate], ...run() },
        writes: () => publishes() - before,
        stop: async () => {},
      };
    },
    ...more,
  };
}

const look = (server: Name, run: RunOptions = {}): Promise<RunResult> =>
  provenRun(entry, at(server), { trust: [root.certificate], ...run });

/** CONNACK with a remaining length of 256 MB. */
const endlessPacket = Uint8Array.of(0x20, 0xff, 0xff, 0xff, 0x7f);

describeWith(['mosquitto', 'mosquitto_passwd', 'mosquitto_pub'], 'mqtt with mosquitto', () => {
  proveCollector({
    entry,
    transport: 'tcp',
    good: sees(
      'tls',
      'a broker with TLS, passwords and an access list',
      () => ({
        ...test('mqtt.anonymous', 'mqtt.canary'),
        tier: 'T3',
        secret: reader,
      }),
      {
        facts: {
          'service.listening': true,
          'channel.encryption': 'encrypted',
          'channel.strongestEncryption': 'encrypted',
          'auth.anonymous.accepted': false,
          'auth.methods': ['password'],
          'auth.password.clearText': false,
          'auth.clientCertificate.required': 'none',
          'tls.version.min': '1.2',
          'tls.version.max': '1.3',
          'tls.certificate.trusted': true,
          'tls.certificate.subjectMatches': true,
          'firmware.version': '2.0.11',
          'device.vendor': 'Eclipse',
          'device.model': 'Mosquitto',
        },
        // mosquitto grants the subscription and filters what it delivers.
        unseen: { 'authorization.defaultDeny': 'ambiguous' },
        also({ basis, facts }) {
          expect(basis['firmware.version']).toBe('stated');
          expect(facts['tls.certificates']).toHaveLength(1);
        },
      },
    ),
    flaws: [
      sees('open', 'a broker that lets strangers in', () => test('mqtt.anonymous'), {
        facts: {
          'auth.anonymous.accepted': true,
          'auth.methods': ['none'],
          'channel.encryption': 'none',
          'firmware.version': '2.0.11',
        },
        unseen: { 'auth.password.clearText': 'ambiguous', 'authorization.defaultDeny': 'blocked' },
      }),
      sees('tlsOpen', 'a broker that lets strangers in over TLS', () => test('mqtt.anonymous'), {
        facts: { 'auth.anonymous.accepted': true, 'channel.encryption': 'encrypted' },
      }),
      sees('ws', 'a broker that lets strangers in over WebSocket', () => test('mqtt.anonymous'), {
        facts: { 'auth.anonymous.accepted': true, 'channel.encryption': 'none', 'firmware.version': '2.0.11' },
      }),
      sees('closed', 'a port on which passwords cross in clear', () => test('mqtt.anonymous'), {
        facts: { 'auth.anonymous.accepted': false, 'auth.password.clearText': true, 'channel.encryption': 'none' },
        also: ({ basis }) => expect(basis['auth.password.clearText']).toBe('inferred'),
      }),
      sees('closed', 'a port without TLS by the accepted connection alone', () => ({}), {
        facts: { 'channel.encryption': 'none', 'service.listening': true },
        unseen: {
          'auth.anonymous.accepted': 'blocked',
          'auth.password.clearText': 'blocked',
          'firmware.version': 'blocked',
        },
        also: ({ basis }) => expect(basis['channel.encryption']).toBe('inferred'),
      }),
      sees('mtls', 'that a client certificate is required (TLS 1.3)', () => ({}), {
        facts: { 'auth.clientCertificate.required': 'required', 'auth.anonymous.accepted': false },
      }),
      sees('mtls12', 'that a client certificate is required (TLS 1.2)', () => test('mqtt.anonymous'), {
        facts: { 'auth.clientCertificate.required': 'required', 'auth.anonymous.accepted': false },
      }),
      sees('mtls', 'the version, with a client certificate', () => ({ tier: 'T3', secret: certificateOf(device) }), {
        facts: { 'firmware.version': '2.0.11', 'auth.methods': ['certificate'] },
      }),
      sees('wss', 'the version, over WebSocket with TLS', () => ({ tier: 'T3', secret: reader }), {
        facts: { 'firmware.version': '2.0.11', 'auth.methods': ['password'], 'tls.certificate.trusted': true },
      }),
    ],
    denied: [
      sees('tls', 'a wrong password', () => ({ tier: 'T3', secret: wrong }), {
        facts: { 'service.listening': true },
        unseen: { 'firmware.version': 'denied' },
      }),
      sees('mtls', 'a certificate of another issuer', () => ({ tier: 'T3', secret: certificateOf(stranger) }), {
        unseen: { 'firmware.version': 'denied' },
      }),
    ],
    hostile: {
      url: (port) => `mqtt://127.0.0.1:${port}`,
      run: test('mqtt.anonymous'),
      beginnings: [{ name: 'a packet without end', options: { prefix: endlessPacket } }],
      maxBytes: 2 * 1024 * 1024,
    },
  });

  it.each([
    ['badName', {}, 'the certificate is made out to another name'],
    ['expired', {}, 'the certificate has expired'],
    ['tls', { trust: [] }, 'no anchor is declared'],
    ['closed', {}, 'the channel is not encrypted'],
  ] as const)('sends no password to %s (%j): %s', async (server, run, _why) => {
    const before = broker.running.output().length;
    const result = await look(server, { tier: 'T3', secret: reader, ...run });
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.unseen['firmware.version']).toBe('blocked');
    expect(broker.running.output().slice(before)).not.toContain("u'reader'");
  });

  it('sends a password without TLS only to loopback and only when told to', async () => {
    const options = { allowPlainCredential: true };
    const result = await look('closed', { tier: 'T3', secret: reader, options });
    expect(result.facts, told(result)).toMatchObject({ 'firmware.version': '2.0.11', 'auth.password.clearText': true });
    const elsewhere = await runCollector(entry, 'mqtt://192.0.2.1:1883', {
      tier: 'T3',
      secret: reader,
      options,
      deadlineMs: 300,
    });
    expect(elsewhere.transcript.join()).toContain('not sent');
  });

  it('reads the grant of a foreign topic, and whether anything comes', async () => {
    const foreign = (topic: string): RunOptions => ({
      tier: 'T4',
      consents: ['mqtt.foreignTopic'],
      secret: reader,
      options: { allowPlainCredential: true, foreignTopic: { topic, waitMs: 1500 } },
    });
    const traffic = spawn(
      programPath('mosquitto_pub') ?? '',
      ['-p', `${broker.ports.scoped}`, '-u', 'writer', '-P', users.writer, '-t', 'line-3/a', '-l'],
      { stdio: ['pipe', 'ignore', 'ignore'] },
    );
    const pulse = setInterval(() => traffic.stdin.write('top-secret-recipe\n'), 100);
    try {
      const delivered = await look('scoped', foreign('line-3/a'));
      expect(delivered.facts['authorization.foreignTopic'], told(delivered)).toBe('delivered');
      expect(JSON.stringify(delivered)).not.toContain('top-secret-recipe');
    } finally {
      clearInterval(pulse);
      traffic.kill();
    }
    const silent = await look('scoped', foreign('line-4/a'));
    expect(silent.facts['authorization.foreignTopic'], told(silent)).toBe('grantedSilent');
  });

  const decided = (user: string, password: string, topic = 'line-3/a'): RunOptions => ({
    tier: 'T4',
    consents: ['mqtt.canary', 'mqtt.wildcard', 'mqtt.foreignTopic'],
    secret: { kind: 'password', username: user, password: new Secret(password) },
    options: { allowPlainCredential: true, wildcard: true, foreignTopic: { topic, waitMs: 300 } },
  });

  it('believes refused subscriptions: nobody is let in by default, nobody hears everything, our account is kept out', async () => {
    const strict = await look('decided', decided('strict', 'harbour 1'));
    expect({ ...strict.facts, ...strict.volatile }, told(strict)).toMatchObject({
      'authorization.defaultDeny': true,
      'authorization.wildcard.granted': false,
      'authorization.foreignTopic': 'refused',
      'negativeTest.result': 'refused',
      'negativeTest.lastAt': expect.stringMatching(/Z$/),
    });
    expect(strict.ledgerKinds).toEqual({ 'mqtt.connect': 1, 'mqtt.subscribe': 4 });
  });

  it('sees that an account hears everything, where the broker refuses other filters', async () => {
    const loose = await look('decided', decided('loose', 'harbour 2'));
    expect(loose.facts, told(loose)).toMatchObject({
      'authorization.defaultDeny': true,
      'authorization.wildcard.granted': true,
      'authorization.foreignTopic': 'grantedSilent',
    });
    expect(loose.unseen).toMatchObject({ 'negativeTest.result': 'ambiguous' });
  });

  it('drops what flows between a granted wildcard and its end, and takes a granted one for no proof', async () => {
    const traffic = spawn(
      programPath('mosquitto_pub') ?? '',
      ['-p', `${broker.ports.scoped}`, '-u', 'writer', '-P', users.writer, '-t', 'line-3/a', '-l'],
      { stdio: ['pipe', 'ignore', 'ignore'] },
    );
    traffic.stdin.on('error', () => {});
    const pulse = setInterval(() => traffic.stdin.write(`${'top-secret-recipe '.repeat(40)}\n`.repeat(20)), 5);
    try {
      const seen = await look('scoped', {
        tier: 'T4',
        consents: ['mqtt.wildcard'],
        secret: reader,
        options: { allowPlainCredential: true, wildcard: true },
      });
      expect(seen.outcome, told(seen)).toBe('observed');
      expect(seen.unseen['authorization.wildcard.granted']).toBe('ambiguous');
      expect(JSON.stringify(seen)).not.toContain('top-secret-recipe');
    } finally {
      clearInterval(pulse);
      traffic.kill();
    }
  });

  it('asks for everything only where both the option and the consent say so', async () => {
    const own = { tier: 'T4', secret: reader } as const;
    const options = { allowPlainCredential: true };
    const consented = await look('scoped', { ...own, options, consents: ['mqtt.wildcard'] });
    expect(consented.ledgerKinds, told(consented)).toEqual({ 'mqtt.connect': 1, 'mqtt.subscribe': 1 });
    const chosen = await look('scoped', { ...own, options: { ...options, wildcard: true } });
    expect(chosen.ledgerKinds, told(chosen)).toEqual({ 'mqtt.connect': 1, 'mqtt.subscribe': 1 });
    expect(chosen.unseen['authorization.wildcard.granted']).toBe('blocked');
  });

  const tried = (secret: Credential, testIdentity: 'withoutRights' | 'revoked'): RunOptions => ({
    tier: 'T4',
    consents: ['mqtt.testIdentity'],
    secret,
    options: { testIdentity },
  });

  it('finds a test identity refused that must be, in one connection and with nothing asked behind it', async () => {
    const result = await look('tls', tried(wrong, 'withoutRights'));
    expect(result.outcome, told(result)).toBe('observed');
    expect({ ...result.facts, ...result.volatile }).toMatchObject({
      'service.listening': true,
      'negativeTest.result': 'refused',
      'negativeTest.lastAt': expect.stringMatching(/Z$/),
    });
    expect(result.ledgerKinds).toEqual({ 'mqtt.connect': 1 });
    const allowed = await look('tls', tried(reader, 'withoutRights'));
    expect(allowed.facts, told(allowed)).toMatchObject({ 'negativeTest.result': 'allowed' });
    expect(allowed.ledgerKinds).toEqual({ 'mqtt.connect': 1 });
  });

  it.each(['revoking', 'revoking12'] as const)(
    'finds a revoked certificate refused (%s), and for that reason',
    async (server) => {
      const result = await look(server, tried(certificateOf(retired), 'revoked'));
      expect(result.facts, told(result)).toMatchObject({
        'identity.revocation.refused': true,
        'negativeTest.result': 'refused',
      });
      expect(result.basis['identity.revocation.refused']).toBe('authoritative');
      const valid = await look(server, { tier: 'T3', secret: certificateOf(device) });
      expect(valid.outcome, told(valid)).toBe('observed');
    },
  );

  it('finds a revoked certificate accepted where the broker has no list of them', async () => {
    const result = await look('mtls', tried(certificateOf(retired), 'revoked'));
    expect(result.facts, told(result)).toMatchObject({
      'identity.revocation.refused': false,
      'negativeTest.result': 'allowed',
    });
  });

  it('tries no test identity without its consent', async () => {
    const result = await look('tls', { ...tried(wrong, 'revoked'), consents: ['mqtt.anonymous'] });
    expect(result.ledgerKinds).toEqual({ 'tcp.connect': 1 });
    expect(result.unseen).toMatchObject({ 'negativeTest.result': 'blocked', 'identity.revocation.refused': 'blocked' });
  });

  it('would notice a publication', async () => {
    const before = publishes();
    spawn(programPath('mosquitto_pub') ?? '', ['-p', `${broker.ports.open}`, '-i', 'plimsoll-x', '-t', 'a', '-m', 'b']);
    await until(() => publishes() > before, 'the log line of a PUBLISH');
  });

  it('does not try what nobody consented to', async () => {
    const before = broker.running.output().length;
    const result = await look('open', { tier: 'T3' });
    expect(result.ledgerKinds).toEqual({ 'tcp.connect': 1 });
    expect(result.unseen['auth.anonymous.accepted']).toBe('blocked');
    expect(broker.running.output().slice(before)).not.toContain('CONNACK');
  });
});

function certificateOf(issued: Issued): Credential {
  return { kind: 'certificate', certificate: issued.certificate, key: new Secret(issued.key) };
}

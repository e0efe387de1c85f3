import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Credential } from '../../../collectors/contract/credential.ts';
import { Secret } from '../../../collectors/contract/credential.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { describeWith } from '../../support/program.ts';
import { type Snmpd, startSnmpd } from '../../support/snmpd.ts';
import { type Case, proveCase, proveCollector, provenRun, type Scene } from '../proof-suite.ts';

const entry = collectorOf('snmp');
if (entry === undefined) throw new Error('the snmp collector is not on the list');
const snmp = entry;

const authKey = new Secret('correct-horse-1');
const privKey = new Secret('battery-staple-2');
const strong = {
  kind: 'usm',
  user: 'reader',
  authProtocol: 'sha256',
  authKey,
  privProtocol: 'aes',
  privKey,
} as const satisfies Credential;
const community: Credential = { kind: 'community', community: new Secret('line3-watch') };

/** Only what the tests ask for: the whole tree of the host would take seconds to answer for. */
const strongUser = [
  'createUser reader SHA-256 "correct-horse-1" AES "battery-staple-2"',
  'rouser reader priv',
  'sysContact Ada <ada@example.com>',
  'sysDescr Edge box, firmware version 4.2.1-r3',
];

/** How the tools that came with the agent log in to it. */
function loginOf(lines: readonly string[]): readonly string[] {
  const [, name] = lines.map((line) => /^r[ow]community (\S+)/.exec(line)).find((found) => found !== null) ?? [];
  if (name !== undefined) return ['-v2c', '-c', name];
  const signed = ['-v3', '-A', authKey.reveal()];
  return lines.some((line) => line.includes(' MD5 '))
    ? [...signed, '-l', 'authNoPriv', '-u', 'weak', '-a', 'MD5']
    : [...signed, '-l', 'authPriv', '-u', 'reader', '-a', 'SHA-256', '-x', 'AES', '-X', privKey.reveal()];
}

function agent(lines: readonly string[], run: Scene['run']): () => Promise<Scene> {
  return async () => {
    const server: Snmpd = await startSnmpd(lines);
    return {
      url: `snmp://127.0.0.1:${server.port}`,
      ...(run === undefined ? {} : { run }),
      writes: () => server.sets(loginOf(lines)),
      stop: server.stop,
    };
  };
}

describeWith(['snmpd', 'snmpget', 'snmpset'], 'snmp against snmpd', () => {
  proveCollector({
    entry: snmp,
    transport: 'udp',
    good: {
      name: 'an agent that takes version 3 with encryption only',
      start: agent(strongUser, { tier: 'T3', secret: strong }),
      facts: {
        'service.listening': true,
        'channel.encryption': 'encrypted',
        'channel.strongestEncryption': 'encrypted',
        'snmp.v3.authProtocol': 'sha256',
        'snmp.v3.privProtocol': 'aes128',
        'snmp.legacy.enabled': false,
        'snmp.legacy.writable': false,
        'authorization.writable.count': 0,
        'asset.owner': 'Ada <ada@example.com>',
        'firmware.version': '4.2.1-r3',
      },
      also(result) {
        expect(result.facts['identity.deviceId']).toMatch(/^80001f88[0-9a-f]+$/);
        expect(result.basis['firmware.version']).toBe('banner');
        expect(Math.abs(result.volatile['time.offset'] ?? Number.NaN)).toBeLessThan(2);
        expect(result.facts['service.listeners']?.some(({ transport }) => transport === 'udp')).toBe(true);
        expect(result.unseen['auth.defaultCredential.present']).toBe('blocked');
      },
    },
    flaws: [
      {
        name: 'version 2c that answers',
        start: agent(['rocommunity line3-watch'], { tier: 'T3', secret: community }),
        facts: {
          'snmp.legacy.enabled': true,
          'snmp.legacy.writable': false,
          'channel.encryption': 'none',
          'authorization.writable.count': 0,
        },
        unseen: { 'channel.strongestEncryption': 'ambiguous' },
      },
      {
        name: 'a community that may write',
        start: agent(['rwcommunity line3-watch'], { tier: 'T3', secret: community }),
        facts: { 'snmp.legacy.enabled': true, 'snmp.legacy.writable': true },
        unseen: { 'authorization.writable.count': 'ambiguous' },
      },
      {
        name: 'version 2c beside a strong user',
        start: agent([...strongUser, 'rwcommunity line3-watch'], { tier: 'T3', secret: strong }),
        facts: { 'snmp.legacy.writable': true, 'channel.encryption': 'none', 'authorization.writable.count': 0 },
        unseen: { 'snmp.legacy.enabled': 'ambiguous' },
      },
      {
        name: 'a user with MD5 and no encryption',
        start: agent(['createUser weak MD5 "correct-horse-1"', 'rouser weak auth'], {
          tier: 'T3',
          secret: { kind: 'usm', user: 'weak', authProtocol: 'md5', authKey },
        }),
        facts: { 'snmp.v3.authProtocol': 'md5', 'snmp.v3.privProtocol': 'none', 'channel.encryption': 'signed' },
      },
      {
        name: 'a reading account that may write',
        start: agent([...strongUser.slice(0, 1), 'rwuser reader priv'], { tier: 'T3', secret: strong }),
        facts: { 'snmp.legacy.writable': false },
        also: (result) => expect(result.facts['authorization.writable.count']).toBeGreaterThan(0),
      },
      {
        name: 'a trap receiver',
        start: agent([...strongUser, 'trap2sink 127.0.0.1:9 line3-watch'], { tier: 'T3', secret: strong }),
        facts: { 'logging.remote.enabled': true },
      },
      {
        name: 'the default community, under consent',
        start: agent(['rocommunity public'], { consents: ['snmp.public'] }),
        facts: {
          'auth.defaultCredential.present': true,
          'snmp.legacy.enabled': true,
          'channel.encryption': 'none',
        },
      },
      {
        name: 'a user that gets data without a key, under consent',
        start: agent([...strongUser.slice(0, 1), 'rouser reader noauth'], {
          tier: 'T3',
          secret: strong,
          consents: ['snmp.securityFloor'],
        }),
        facts: { 'channel.encryption': 'none', 'channel.strongestEncryption': 'encrypted' },
      },
    ],
    denied: [
      {
        name: 'a user that the agent does not know',
        start: agent(strongUser, { tier: 'T3', secret: { ...strong, user: 'nobody' } }),
        facts: { 'service.listening': true },
      },
      {
        name: 'a wrong authentication key',
        start: agent(strongUser, { tier: 'T3', secret: { ...strong, authKey: new Secret('wrong-horse-99') } }),
        unseen: { 'channel.encryption': 'denied' },
      },
      {
        name: 'a user that the agent wants more of than we can give',
        start: agent(strongUser, {
          tier: 'T3',
          secret: { kind: 'usm', user: 'reader', authProtocol: 'sha256', authKey },
        }),
      },
    ],
    hostile: {
      url: (port) => `snmp://127.0.0.1:${port}`,
      maxBytes: 3 * 1024 * 1024,
    },
  });

  let server: Snmpd;
  beforeAll(async () => {
    server = await startSnmpd([...strongUser, 'rocommunity line3-watch']);
  });
  afterAll(() => server.stop());
  const here = (proven: Omit<Case, 'name' | 'start'>, run: Scene['run']) =>
    proveCase(snmp, {
      name: '',
      start: async () => ({
        url: `snmp://127.0.0.1:${server.port}`,
        ...(run === undefined ? {} : { run }),
        stop: async () => {},
      }),
      ...proven,
    });

  it('would notice a write: the agent counts them', async () => {
    const open = await startSnmpd(['rwcommunity line3-watch']);
    try {
      const login = loginOf(['rwcommunity line3-watch']);
      const target = [...login, `127.0.0.1:${open.port}`, '1.3.6.1.2.1.1.6.0', 's', 'hall'];
      execFileSync('snmpset', target, { env: { ...process.env, MIBS: '' } });
      expect(open.sets(login)).toBe(1);
    } finally {
      await open.stop();
    }
  });

  it('sees the engine id without any credential', () =>
    here(
      { facts: { 'service.listening': true }, also: (r) => expect(r.ledgerKinds).toEqual({ 'snmp.discover': 1 }) },
      {},
    ));

  it('keeps to discovery when a credential stands ready but the tier forbids to use it', () =>
    here(
      {
        unseen: { 'channel.encryption': 'blocked' },
        also: (r) => expect(r.ledgerKinds).toEqual({ 'snmp.discover': 1 }),
      },
      {
        tier: 'T2',
        secret: strong,
      },
    ));

  it('takes a wrong community for what it looks like: silence, with many meanings', () =>
    here(
      {
        outcome: 'timedOut',
        facts: {},
        unseen: { 'snmp.legacy.enabled': 'ambiguous', 'service.listening': 'timedOut' },
      },
      { tier: 'T3', secret: { kind: 'community', community: new Secret('not-this-one') } },
    ));

  it('takes a wrong privacy key for silence too, and keeps what discovery saw', () =>
    here(
      {
        outcome: 'timedOut',
        facts: { 'service.listening': true },
        unseen: { 'channel.encryption': 'ambiguous' },
      },
      { tier: 'T3', secret: { ...strong, privKey: new Secret('wrong-staple-99') } },
    ));

  it('says unsupported for a credential that wants DES, and never downgrades', () =>
    here(
      {
        outcome: 'unsupported',
        facts: { 'snmp.v3.privProtocol': 'des' },
        also: (r) => expect(r.ledgerKinds).toEqual({ 'snmp.discover': 1 }),
      },
      { tier: 'T3', secret: { ...strong, privProtocol: 'des' } },
    ));

  it('learns nothing from the silence that follows "public"', () =>
    here({ unseen: { 'auth.defaultCredential.present': 'ambiguous' } }, { consents: ['snmp.public'] }));

  it('finds the security floor held where the agent refuses a request without a key', () =>
    here(
      { also: (r) => expect(r.ledgerKinds['snmp.floor']).toBe(1) },
      {
        tier: 'T3',
        secret: strong,
        consents: ['snmp.securityFloor'],
      },
    ));

  it('sees all that it promises with the access that the README asks for', async () => {
    const readme = readFileSync(new URL('../../../collectors/snmp/README.md', import.meta.url), 'utf8');
    const lines = readme.match(/^ {4}(createUser|view|rouser) .*$/gm) ?? [];
    expect(lines).toHaveLength(8);
    const passwords = [authKey.reveal(), privKey.reveal()];
    const server = await startSnmpd(
      lines.map((line) => line.trim().replace(/"\.\.\."/g, () => `"${passwords.shift()}"`)),
    );
    try {
      const secret: Credential = { ...strong, user: 'plimsoll' };
      const result = await provenRun(snmp, `snmp://127.0.0.1:${server.port}`, { tier: 'T3', secret });
      expect(result.facts).toMatchObject({
        'channel.encryption': 'encrypted',
        'snmp.legacy.enabled': false,
        'snmp.legacy.writable': false,
        'authorization.writable.count': 0,
      });
      expect(result.facts['service.listeners']).toBeDefined();
    } finally {
      await server.stop();
    }
  });

  it('claims nothing about other users where a view hides the access model', async () => {
    const server = await startSnmpd([
      ...strongUser.slice(0, 1),
      'view few included .1.3.6.1.2.1.1',
      'rouser reader priv -V few',
    ]);
    try {
      const result = await provenRun(snmp, `snmp://127.0.0.1:${server.port}`, { tier: 'T3', secret: strong });
      expect(result.outcome).toBe('observed');
      expect(result.facts['channel.strongestEncryption']).toBe('encrypted');
      expect(result.unseen).toMatchObject({
        'channel.encryption': 'ambiguous',
        'snmp.legacy.enabled': 'ambiguous',
        'snmp.legacy.writable': 'ambiguous',
        'authorization.writable.count': 'ambiguous',
        'service.listeners': 'ambiguous',
        'network.neighbours': 'ambiguous',
      });
    } finally {
      await server.stop();
    }
  });

  it('leaves out a value in which the agent shows our own community', async () => {
    const talkative = await startSnmpd(['rocommunity line3-watch', 'sysContact ask with line3-watch', 'sysName x']);
    try {
      const run = { tier: 'T3', secret: community } as const;
      const result = await provenRun(snmp, `snmp://127.0.0.1:${talkative.port}`, run);
      expect(result.redacted).toEqual(['1.3.6.1.2.1.1.4.0']);
      expect(result.facts['asset.owner']).toBeUndefined();
    } finally {
      await talkative.stop();
    }
  });

  it('speaks SHA-512 with AES-256, as both makers extend the key', async () => {
    const wide = await startSnmpd([
      'createUser reader SHA-512 "correct-horse-1" AES-256 "battery-staple-2"',
      'rouser reader priv',
    ]);
    try {
      for (const privProtocol of ['aes256b', 'aes256r'] as const) {
        const secret: Credential = { ...strong, authProtocol: 'sha512', privProtocol };
        const result = await provenRun(snmp, `snmp://127.0.0.1:${wide.port}`, { tier: 'T3', secret });
        expect(result.facts).toMatchObject({ 'snmp.v3.authProtocol': 'sha512', 'snmp.v3.privProtocol': 'aes256' });
      }
    } finally {
      await wide.stop();
    }
  });

  it('walks no table when told so', () =>
    here(
      {
        facts: { 'snmp.v3.privProtocol': 'aes128' },
        unseen: { 'channel.encryption': 'notTried', 'device.model': 'unsupported' },
        also: (r) => expect(r.ledgerKinds['snmp.bulk']).toBeUndefined(),
      },
      { tier: 'T3', secret: strong, options: { tables: 'skip' } },
    ));
});

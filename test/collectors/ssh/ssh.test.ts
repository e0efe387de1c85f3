import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Secret } from '../../../collectors/contract/credential.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import type { RunOptions } from '../../support/bare-look.ts';
import { temporaryFolder } from '../../support/program.ts';
import { describeWithAccounts, newKey, type SshHost, startDropbear, startSshd } from '../../support/sshd.ts';
import { type Case, proveCase, proveCollector, provenRun, told } from '../proof-suite.ts';
import { kexinitPacket } from './packets.ts';

const entry = collectorOf('ssh');
if (entry === undefined) throw new Error('no ssh collector on the list');

/** As this machine spells it. */
const release = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';

const weakLines = [
  'KexAlgorithms +diffie-hellman-group1-sha1',
  'Ciphers +3des-cbc',
  'MACs +hmac-md5',
  'HostKeyAlgorithms +ssh-rsa',
];

describeWithAccounts(['sshd', 'dropbear'], 'ssh against real servers', () => {
  let good: SshHost;
  let weak: SshHost;
  let small: SshHost;
  const hosts: SshHost[] = [];

  beforeAll(async () => {
    good = await startSshd();
    weak = await startSshd({ lines: [...weakLines, 'PasswordAuthentication yes'], password: 'harbour-4711' });
    small = await startDropbear();
    hosts.push(good, weak, small);
  }, 60_000);
  afterAll(async () => {
    for (const host of hosts) await host.stop();
  });

  const urlOf = (host: SshHost) => `ssh://127.0.0.1:${host.port}`;
  const keyOf = (host: SshHost): RunOptions => ({
    tier: 'T3',
    secret: { kind: 'sshKey', username: host.user, privateKey: new Secret(host.key) },
  });
  const at = (host: () => SshHost, run: (host: SshHost) => RunOptions = () => ({})) => ({
    start: async () => ({
      url: urlOf(host()),
      run: run(host()),
      writes: () => host().written().length,
      stop: async () => {},
    }),
  });
  const namesOf = (result: Awaited<ReturnType<typeof provenRun>>, id: string) =>
    result.facts['ssh.algorithms']?.find((list) => list.id === id)?.names ?? [];

  const signedIn: Case = {
    name: 'the host behind a healthy server',
    ...at(() => good, keyOf),
    facts: {
      'service.listening': true,
      'firmware.version': release,
      'account.privileged.count': 1,
      'firmware.signed.required': true,
    },
    also(result) {
      const machines = result.facts['identity.machines'] ?? [];
      const hash = Buffer.from(machines[0]?.id ?? '', 'hex')
        .toString('base64')
        .replace(/=+$/, '');
      expect(`SHA256:${hash}`).toBe(good.fingerprint);
      expect(
        result.facts['service.listeners']?.some(({ port, transport }) => port === good.port && transport === 'tcp'),
      ).toBe(true);
      expect(Math.abs(result.volatile['time.offset'] ?? 99)).toBeLessThan(2);
      expect(result.ledgerKinds['ssh.login']).toBe(1);
      expect(result.ledgerKinds['ssh.connect']).toBe(1);
      // A machine without a package index counts nothing, and a busy one may not be done in time.
      const count = result.facts['patch.pendingSecurityUpdates'];
      if (count === undefined)
        expect(['ambiguous', 'timedOut']).toContain(result.unseen['patch.pendingSecurityUpdates']);
      else expect(result.volatile['patch.indexAge']).toBeTypeOf('number');
    },
  };

  proveCollector({
    entry,
    transport: 'tcp',
    good: {
      name: 'a healthy server without logging in',
      ...at(() => good),
      facts: { 'service.listening': true },
      unseen: { 'ssh.auth.methods': 'blocked', 'auth.anonymous.accepted': 'blocked' },
      also(result) {
        expect(namesOf(result, 'kex')).toContain('kex-strict-s-v00@openssh.com');
        expect(namesOf(result, 'cipher')).not.toContain('3des-cbc');
        expect(result.facts).not.toHaveProperty('firmware.version');
        expect(result.transcript.join('\n')).toContain('software OpenSSH_');
        expect(result.ledgerKinds).toEqual({ 'ssh.connect': 1 });
      },
    },
    flaws: [
      {
        name: 'weak algorithms',
        ...at(() => weak),
        also(result) {
          expect(namesOf(result, 'kex')).toContain('diffie-hellman-group1-sha1');
          expect(namesOf(result, 'cipher')).toContain('3des-cbc');
          expect(namesOf(result, 'mac')).toContain('hmac-md5');
          expect(namesOf(result, 'hostKey')).toContain('ssh-rsa');
        },
      },
      {
        name: 'a password log-in that is on, under consent',
        ...at(
          () => weak,
          () => ({ consents: ['ssh.methods'] }),
        ),
        facts: {
          'ssh.auth.methods': ['password', 'publickey'],
          'auth.methods': ['key', 'password'],
          'auth.anonymous.accepted': false,
        },
        also: (result) => expect(result.ledgerKinds).toEqual({ 'ssh.connect': 1, 'ssh.none': 1 }),
      },
      {
        name: 'a password log-in that is off, under consent',
        ...at(
          () => good,
          () => ({ consents: ['ssh.methods'] }),
        ),
        facts: { 'ssh.auth.methods': ['publickey'], 'auth.methods': ['key'], 'auth.anonymous.accepted': false },
      },
      {
        name: 'the lists of dropbear',
        ...at(() => small),
        also: (result) => expect(namesOf(result, 'hostKey').length).toBeGreaterThan(0),
      },
      { ...signedIn },
      {
        name: 'list and log-in on one connection',
        ...at(
          () => good,
          (host) => ({ ...keyOf(host), consents: ['ssh.methods'] }),
        ),
        facts: { 'ssh.auth.methods': ['publickey'], 'firmware.version': release },
      },
      {
        name: 'a host behind dropbear',
        ...at(() => small, keyOf),
        facts: { 'firmware.version': release },
      },
    ],
    denied: [
      {
        name: 'a foreign key',
        ...at(
          () => good,
          () => ({
            tier: 'T3',
            secret: { kind: 'sshKey', username: 'reader', privateKey: new Secret(newKey()) },
          }),
        ),
        facts: { 'ssh.auth.methods': ['publickey'] },
        unseen: { 'firmware.version': 'denied' },
      },
      {
        name: 'a foreign RSA key, offered once',
        ...at(
          () => good,
          () => ({
            tier: 'T3',
            secret: { kind: 'sshKey', username: 'reader', privateKey: new Secret(newKey('rsa')) },
          }),
        ),
        also: (result) => expect(result.ledgerKinds['ssh.login']).toBe(1),
      },
      {
        name: 'a wrong password',
        ...at(
          () => weak,
          (host) => ({
            tier: 'T3',
            options: { allowPassword: true, hostKey: host.fingerprint },
            secret: { kind: 'password', username: 'reader', password: new Secret('not-this-one-9') },
          }),
        ),
        facts: { 'ssh.auth.methods': ['password', 'publickey'] },
      },
    ],
    hostile: {
      url: (port) => `ssh://127.0.0.1:${port}`,
      beginnings: [
        { name: 'an identification', options: { prefix: Buffer.from('SSH-2.0-OpenSSH_9.2\r\n') } },
        { name: 'lines without end', options: { filling: Buffer.from('welcome\r\n'.repeat(500)) } },
      ],
      maxBytes: 512 * 1024,
    },
  });

  it('survives a server that greets well and then breaks the session, in every way', async () => {
    const { tcpFault, faults } = await import('../../support/fault-server.ts');
    const prefix = Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), kexinitPacket({})]);
    for (const fault of faults) {
      const server = await tcpFault(fault, { prefix });
      try {
        const result = await provenRun(entry, `ssh://127.0.0.1:${server.port}`, { ...keyOf(good), deadlineMs: 1500 });
        expect(result.outcome, `${fault}: ${told(result)}`).not.toBe('failed');
        expect(result.outcome).not.toBe('observed');
        expect(result.facts['ssh.algorithms']).toBeDefined();
        expect(result.bytesReceived).toBeLessThan(8 * 1024 * 1024);
      } finally {
        await server.stop();
      }
    }
  }, 30_000);

  it('logs in with a password only where that was allowed and the host is known', async () => {
    const secret = { kind: 'password', username: 'reader', password: new Secret('harbour-4711') } as const;
    await proveCase(entry, {
      name: 'not allowed',
      ...at(
        () => weak,
        () => ({ tier: 'T3', secret }),
      ),
      outcome: 'blocked',
      also: (result) => expect(result.ledgerKinds['ssh.login']).toBeUndefined(),
    });
    await proveCase(entry, {
      name: 'allowed',
      ...at(
        () => weak,
        (host) => ({ tier: 'T3', secret, options: { allowPassword: true, hostKey: host.fingerprint } }),
      ),
      facts: { 'firmware.version': release },
    });
  });

  it('stops before the log-in at a host key other than the declared one', async () => {
    await proveCase(entry, {
      name: 'another key',
      ...at(
        () => good,
        (host) => ({ ...keyOf(host), options: { hostKey: `SHA256:${'A'.repeat(43)}` } }),
      ),
      outcome: 'blocked',
      also(result) {
        expect(result.ledgerKinds['ssh.login']).toBeUndefined();
        expect(result.facts['ssh.algorithms']).toBeDefined();
      },
    });
  });

  it('says unsupported for a key that its passphrase does not open, and keeps what the greeting showed', async () => {
    await proveCase(entry, {
      name: 'passphrase',
      ...at(
        () => good,
        () => ({
          tier: 'T3',
          secret: {
            kind: 'sshKey',
            username: 'reader',
            privateKey: new Secret(newKey('ed25519', 'one passphrase')),
            passphrase: new Secret('another passphrase'),
          },
        }),
      ),
      outcome: 'unsupported',
      also: (result) => expect(result.facts['ssh.algorithms']).toBeDefined(),
    });
  });

  it('leaves an account that could change the host at once', async () => {
    for (const options of [{ uid: 0 }, { groups: ['sudo'] }]) {
      const host = await startSshd({ ...options, lines: ['PermitRootLogin yes'] });
      try {
        const result = await provenRun(entry, urlOf(host), keyOf(host));
        expect(result.outcome, told(result)).toBe('blocked');
        expect(result.detail).toMatch(/can write/);
        expect(result.ledgerKinds['ssh.command']).toBe(2);
        expect(result.facts['ssh.algorithms']).toBeDefined();
        expect(result.facts['firmware.version']).toBeUndefined();
      } finally {
        await host.stop();
      }
    }
  }, 30_000);

  it('reads the same through the forced command that its README asks for', async () => {
    const readme = readFileSync(new URL('../../../collectors/ssh/README.md', import.meta.url), 'utf8');
    const script = /( {4}#!\/bin\/sh\n(?: {4}.*\n)+)/.exec(readme)?.[1]?.replace(/^ {4}/gm, '') ?? '';
    const folder = temporaryFolder('forced');
    const list = new URL('../../../collectors/ssh/commands.txt', import.meta.url);
    chmodSync(folder.path, 0o755);
    copyFileSync(list, join(folder.path, 'commands'));
    const path = join(folder.path, 'plimsoll-read');
    writeFileSync(path, script.replace('/etc/plimsoll/commands', join(folder.path, 'commands')), { mode: 0o755 });
    const host = await startSshd({ keyOptions: `restrict,command="${path}"` });
    try {
      const result = await provenRun(entry, urlOf(host), keyOf(host));
      expect(result.outcome, told(result)).toBe('observed');
      expect(result.facts['firmware.version']).toBe(release);
      expect(result.transcript.join('\n')).not.toContain('exit 126');
      writeFileSync(join(folder.path, 'commands'), 'LC_ALL=C nice -n 19 uname -rm\n');
      const refused = await provenRun(entry, urlOf(host), keyOf(host));
      expect(refused.facts['firmware.version']).toBeUndefined();
      expect(refused.transcript.join('\n')).toContain('exit 126');
    } finally {
      await host.stop();
      folder.remove();
    }
  }, 60_000);
});

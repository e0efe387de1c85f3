import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { leastPasswordLength, powersOf, privilegedAccounts } from '../../../collectors/ssh/account.ts';
import { type CommandName, commands, hostCommands, packageCommands } from '../../../collectors/ssh/commands.ts';
import { legacyServices, listenersOf } from '../../../collectors/ssh/listeners.ts';
import { localLevel, localLogging, remoteLogging } from '../../../collectors/ssh/logging.ts';
import { mostCommands } from '../../../collectors/ssh/manifest.ts';
import { removableMedia } from '../../../collectors/ssh/media.ts';
import { indexAge, pendingSecurityUpdates, signatureRequired } from '../../../collectors/ssh/packages.ts';
import type { CommandAnswer } from '../../../collectors/ssh/raw.ts';
import { serverMethods } from '../../../collectors/ssh/server-settings.ts';
import {
  clockState,
  disksEncrypted,
  malwareProtection,
  releaseOf,
  restartPending,
  secureBoot,
  supportOf,
} from '../../../collectors/ssh/state.ts';

const said = (output: string, more: Partial<CommandAnswer> = {}): CommandAnswer => ({
  output,
  errors: '',
  code: 0,
  capped: false,
  ...more,
});
const answers = (texts: Partial<Record<CommandName, string | CommandAnswer>>) =>
  new Map(
    Object.entries(texts).map(([name, text]) => [name as CommandName, typeof text === 'string' ? said(text) : text]),
  );
const value = <T>(found: { value: T } | { unseen: string } | undefined) =>
  found === undefined ? undefined : 'value' in found ? found.value : found.unseen;

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
const fedora = 'PRETTY_NAME="Fedora Linux 40"\nID=fedora\nSUPPORT_END=2025-05-13\n';
const openwrt = "ID='openwrt'\nPRETTY_NAME='OpenWrt 23.05.3'\nID_LIKE='lede openwrt'\n";

describe('the session', () => {
  it('loads in the runtime itself, whose view of CommonJS packages differs from that of the test runner', () => {
    const module = new URL('../../../collectors/ssh/session.ts', import.meta.url).href;
    execFileSync(process.execPath, ['--input-type=module', '-e', `await import(${JSON.stringify(module)})`]);
  });
});

describe('the closed list of commands', () => {
  it('is the list that the forced command allows, one per line', () => {
    const text = readFileSync(new URL('../../../collectors/ssh/commands.txt', import.meta.url), 'utf8');
    expect(text).toBe(`${Object.values(commands).join('\n')}\n`);
  });

  it('holds nothing that could refresh an index, raise rights, write a file or be filled in', () => {
    for (const [name, text] of Object.entries(commands)) {
      expect(text, name).toMatch(/^LC_ALL=C nice -n 19 /);
      expect(text, name).not.toMatch(/\bsudo\b|\bsu\b|apt(-get)? update|makecache|opkg update|\$\{|curl|wget/);
      expect(text.replaceAll('2>/dev/null', ''), name).not.toMatch(/>|\b(tee|sed -i|cp|dd)\b|(?<!-)\b(rm|mv)\b/);
    }
    expect(commands.aptUpdates).toMatch(/ -s /);
    expect(commands.dnfUpdates).toMatch(/ -C /);
  });

  it('fits the bound that the plan shows', () => {
    const longest = Math.max(...Object.values(packageCommands).map((names) => names.length));
    expect(2 + hostCommands.length + longest).toBeLessThanOrEqual(mostCommands);
  });

  it('is taken by a POSIX shell', () => {
    for (const text of Object.values(commands)) execFileSync('sh', ['-n', '-c', text]);
  });
});

describe('the account', () => {
  it.each([
    ['uid=998(plimsoll) gid=998(plimsoll) groups=998(plimsoll)', '', []],
    ['uid=0(root) gid=0(root) groups=0(root)', '', ['it is user 0', 'member of root']],
    ['uid=9(x) gid=9(x) groups=9(x),27(sudo)', '', ['member of sudo']],
    ['uid=9(x) gid=9(x) groups=9(x),998(docker)', '/etc\n', ['member of docker', 'can write /etc']],
  ])('%s may change %j', (account, writable, powers) => {
    expect(powersOf(answers({ account, writable }))).toEqual(powers);
  });

  it('counts user 0 and members of groups that make root, each once', () => {
    const users = 'root:0:0:/bin/bash\ntoor:0:0:/bin/sh\nada:1000:1000:/bin/bash\nsync:4:0:/bin/sync\n';
    expect(value(privilegedAccounts(answers({ users, groups: 'root:0:\nsudo:27:ada,root\n' })))).toBe(3);
    expect(value(privilegedAccounts(answers({ users: '', groups: '' })))).toBe('unsupported');
  });

  it('gives a password length only where a module in force says one', () => {
    const pam = '/etc/pam.d/common-password:password requisite pam_pwquality.so retry=3';
    expect(value(leastPasswordLength(answers({ passwordRules: `${pam} minlen=14` })))).toBe(14);
    const file = '/etc/security/pwquality.conf:minlen = 12\n';
    expect(value(leastPasswordLength(answers({ passwordRules: `${file}${pam}` })))).toBe(12);
    expect(value(leastPasswordLength(answers({ passwordRules: file })))).toBe('unsupported');
    expect(
      value(leastPasswordLength(answers({ passwordRules: `/etc/security/pwquality.conf:# minlen = 8\n${pam}` }))),
    ).toBe('unsupported');
  });
});

describe('updates', () => {
  const aptIndex = '1700000000\nmirror.example_debian-security_dists_bookworm-security_InRelease\n';
  const aptUpdates = [
    'Inst libc6 [2.36-9] (2.36-10 Debian-Security:12/oldstable-security [amd64])',
    'Inst vim [1] (2 Debian:12.8/oldstable [amd64])',
    'Inst openssl [3] (4 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])',
    'Conf libc6 (2.36-10 Debian-Security:12/oldstable-security [amd64])',
  ].join('\n');

  it('counts what a security pocket holds, once per package', () => {
    expect(value(pendingSecurityUpdates(answers({ release: debian, aptUpdates, aptIndex })))).toBe(2);
    expect(value(pendingSecurityUpdates(answers({ release: debian, aptUpdates: '', aptIndex })))).toBe(0);
  });

  it('says ambiguous, not zero, without a security index, and timedOut for a simulation that did not end', () => {
    const empty = '1700000000\nauxfiles\nlock\npartial\n';
    expect(value(pendingSecurityUpdates(answers({ release: debian, aptUpdates: '', aptIndex: empty })))).toBe(
      'ambiguous',
    );
    const slow = said('', { slow: true });
    expect(value(pendingSecurityUpdates(answers({ release: debian, aptUpdates: slow, aptIndex })))).toBe('timedOut');
    const broken = said('', { code: 100 });
    expect(value(pendingSecurityUpdates(answers({ release: debian, aptUpdates: broken, aptIndex })))).toBe('ambiguous');
  });

  it('reads dnf advisories as packages, and an empty cache as not seen', () => {
    const dnfUpdates = [
      'FEDORA-2024-1 Important/Sec. openssl-libs-1:3.2.1-2.fc40.x86_64',
      'FEDORA-2024-2 Moderate/Sec.  openssl-libs-1:3.2.2-1.fc40.x86_64',
      'FEDORA-2024-3 Critical/Sec.  curl-8.6.0-9.fc40.x86_64',
      'FEDORA-2024-4 bugfix         vim-2:9.1-1.fc40.x86_64',
    ].join('\n');
    expect(value(pendingSecurityUpdates(answers({ release: fedora, dnfUpdates })))).toBe(2);
    const cold = said('', { code: 1, errors: 'Error: Cache-only enabled but no cache for *updates*' });
    expect(value(pendingSecurityUpdates(answers({ release: fedora, dnfUpdates: cold })))).toBe('ambiguous');
  });

  it('says unsupported where updates carry no security mark', () => {
    expect(value(pendingSecurityUpdates(answers({ release: openwrt })))).toBe('unsupported');
  });

  it("measures the index by the host's own clock", () => {
    expect(value(indexAge(answers({ release: debian, aptIndex, clock: '1700086400\n' })))).toBe(86_400);
    expect(value(indexAge(answers({ release: debian, aptIndex, clock: '1600000000\n' })))).toBe('ambiguous');
  });

  it.each([
    ['apt as shipped', { aptTrust: 'APT::Get::AllowUnauthenticated "0";\n' }, true],
    ['apt without checks', { aptTrust: 'APT::Get::AllowUnauthenticated "true";\n' }, false],
    ['a trusted source', { aptTrust: '/etc/apt/sources.list:trusted=yes\n' }, false],
    ['opkg with checks', { opkgTrust: '/etc/opkg.conf:option check_signature\n' }, true],
    ['opkg without', { opkgTrust: said('', { code: 1 }) }, false],
    ['dnf with checks', { dnfTrust: '/etc/dnf/dnf.conf:gpgcheck=1\n' }, true],
    [
      'one repository without',
      { dnfTrust: '/etc/dnf/dnf.conf:gpgcheck=1\n/etc/yum.repos.d/x.repo:gpgcheck=0\n' },
      false,
    ],
  ])('sees signatures: %s', (_, texts, expected) => {
    expect(value(signatureRequired(answers(texts)))).toBe(expected);
  });
});

describe('listeners', () => {
  it('reads ss, with processes where they are shown', () => {
    const text = [
      'udp UNCONN 0 0 127.0.0.1:323 0.0.0.0:*',
      'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=9,fd=3))',
      'tcp LISTEN 0 128 [::]:23 [::]:*',
      'tcp LISTEN 0 128 *:80 *:*',
      'udp UNCONN 0 0 10.0.0.1%eth0:68 0.0.0.0:*',
    ].join('\n');
    const found = listenersOf(said(text));
    expect(value(found)).toEqual([
      { id: 'tcp/22/0.0.0.0', port: 22, transport: 'tcp', boundTo: '0.0.0.0', process: 'sshd' },
      { id: 'tcp/23/::', port: 23, transport: 'tcp', boundTo: '::' },
      { id: 'tcp/80/::', port: 80, transport: 'tcp', boundTo: '::' },
      { id: 'udp/323/127.0.0.1', port: 323, transport: 'udp', boundTo: '127.0.0.1' },
      { id: 'udp/68/10.0.0.1', port: 68, transport: 'udp', boundTo: '10.0.0.1' },
    ]);
    expect(value(legacyServices(found))).toEqual(['http', 'telnet']);
  });

  it('reads busybox netstat', () => {
    const text =
      'Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address Foreign Address State\n' +
      'tcp 0 0 127.0.0.1:21 0.0.0.0:* LISTEN\ntcp 0 0 :::22 :::* LISTEN\nudp 0 0 0.0.0.0:69 0.0.0.0:*\n';
    const found = listenersOf(said(text));
    expect(value(found)).toMatchObject([{ id: 'tcp/21/127.0.0.1' }, { id: 'tcp/22/::' }, { id: 'udp/69/0.0.0.0' }]);
    expect(value(legacyServices(found))).toEqual(['tftp']);
  });

  it('takes no list for an empty one', () => {
    expect(value(listenersOf(said('')))).toBe('unsupported');
    expect(value(listenersOf(said('', { code: 127, errors: 'sh: netstat: not found' })))).toBe('unsupported');
  });
});

describe('the settings of OpenSSH', () => {
  const at = (text: string) => `/etc/ssh/sshd_config:${text}`;
  it('takes the first value, with included files where they are included', () => {
    const text = [
      at('Include /etc/ssh/sshd_config.d/*.conf'),
      at('PasswordAuthentication yes'),
      at('KbdInteractiveAuthentication no'),
      '/etc/ssh/sshd_config.d/a.conf:PasswordAuthentication no',
    ].join('\n');
    expect(value(serverMethods(said(text), 22))).toEqual(['publickey']);
    expect(value(serverMethods(said(at('#PasswordAuthentication no\n') + at('UsePAM yes')), 22))).toEqual([
      'keyboard-interactive',
      'password',
      'publickey',
    ]);
  });

  it.each([
    ['another port', at('Port 2222'), 'ambiguous'],
    [
      'a Match block that decides',
      `${at('UsePAM yes')}\n${at('Match User x')}\n${at('PasswordAuthentication yes')}`,
      'ambiguous',
    ],
    ['several methods together', at('AuthenticationMethods publickey,password'), 'ambiguous'],
    ['nothing', '', 'unsupported'],
  ])('does not guess: %s', (_, text, reason) => {
    expect(value(serverMethods(said(text), 22))).toBe(reason);
  });

  it('says denied for a file that only root reads', () => {
    const answer = said('', { code: 2, errors: 'grep: /etc/ssh/sshd_config: Permission denied' });
    expect(value(serverMethods(answer, 22))).toBe('denied');
  });
});

describe('logging', () => {
  const states = (...active: number[]) =>
    Array.from({ length: 10 }, (_, index) => (active.includes(index) ? 'active' : 'inactive')).join('\n');
  const host = (services: string, forwarding: string, programs = 'systemd\n') =>
    answers({ services, programs, forwarding });

  it.each([
    ['a journal alone', host(states(3), ''), true, false, 'notTried'],
    ['rsyslog by UDP', host(states(1, 3), '/etc/rsyslog.conf:*.* @10.0.0.9\n'), true, true, false],
    [
      'rsyslog by TLS',
      host(
        states(1),
        '/etc/rsyslog.conf:action(type="omfwd" target="10.0.0.9" protocol="tcp" StreamDriver="gtls" StreamDriverMode="1")',
      ),
      true,
      true,
      true,
    ],
    ['settings of a daemon that is off', host(states(3), '/etc/rsyslog.conf:*.* @10.0.0.9\n'), true, false, 'notTried'],
    ['another forwarder', host(states(3, 5), ''), true, 'unsupported', 'unsupported'],
    ['journal upload', host(states(3, 4), '/etc/systemd/journal-upload.conf:URL=https://10.0.0.9\n'), true, true, true],
    [
      'OpenWrt',
      host('', "/etc/config/system:option log_ip '10.0.0.9'\n", 'procd\nlogd\ndropbear\n'),
      true,
      true,
      false,
    ],
    ['no recorder', host('', '', 'init\nsshd\n'), false, false, 'notTried'],
    ['a host that shows no programs', host('', '', 'sh\ncat\n'), 'unsupported', 'unsupported', 'unsupported'],
  ])('%s', (_, seen, local, remote, encrypted) => {
    expect(value(localLogging(seen))).toBe(local);
    expect(value(remoteLogging(seen)?.enabled)).toBe(remote);
    expect(value(remoteLogging(seen)?.encrypted)).toBe(encrypted);
  });
});

describe('the least that the journal keeps', () => {
  const journald = ['inactive', 'inactive', 'inactive', 'active', ...Array(6).fill('inactive')].join('\n');
  const main = '/etc/systemd/journald.conf:';
  const level = (journal: string, services = journald) =>
    value(localLevel(answers({ services, programs: 'systemd\n', journal })));

  it.each([
    ['everything, by default', `${main}[Journal]\n${main}#MaxLevelStore=err\n`, 'debug'],
    ['warnings', `${main}MaxLevelStore=warning\n`, 'warning'],
    ['errors, by number', `${main}MaxLevelStore=3\n`, 'error'],
    [
      'what the last drop-in by name says, wherever it lies',
      `${main}MaxLevelStore=warning\n/usr/lib/systemd/journald.conf.d/90-x.conf:MaxLevelStore=notice\n/etc/systemd/journald.conf.d/10-y.conf:MaxLevelStore=err\n`,
      'info',
    ],
    ['nothing, as it only hands on', `${main}Storage=none\n`, 'unsupported'],
    ['a word that nobody knows', `${main}MaxLevelStore=loud\n`, 'unsupported'],
    ['settings that are not there', '', 'unsupported'],
  ])('%s', (_, journal, expected) => {
    expect(level(journal)).toBe(expected);
  });

  it('is not said of a journal that does not run', () => {
    expect(level(`${main}[Journal]\n`, Array(10).fill('inactive').join('\n'))).toBe('unsupported');
  });
});

describe('a stick that somebody brings', () => {
  const here = '/lib/modules/6.1.0-18-amd64';
  const driver = `${here}/modules.builtin\n${here}/kernel/drivers/usb/storage/usb-storage.ko\n`;
  const media = (text: string, programs = 'systemd\nsshd\n') =>
    value(removableMedia(answers({ media: text, kernel: '6.1.0-18-amd64 x86_64\n', programs })));

  it.each([
    ['works where nothing keeps the driver away', driver, true],
    ['does not where loading is replaced', `${driver}/etc/modprobe.d/a.conf:install usb-storage /bin/false\n`, false],
    [
      'does not where the driver is not loaded by itself',
      `${driver}/etc/modprobe.d/a.conf:blacklist usb_storage\n`,
      false,
    ],
    ['works where the rule is a comment', `${driver}/etc/modprobe.d/a.conf:# blacklist usb-storage\n`, true],
    [
      'works where the driver is there already',
      `${driver}/etc/modprobe.d/a.conf:blacklist usb-storage\nusb_storage \n`,
      true,
    ],
    [
      'works where the driver is part of the kernel',
      `${here}/modules.builtin\n${here}/modules.builtin:kernel/drivers/usb/storage/usb-storage.ko\n/etc/modprobe.d/a.conf:install usb-storage /bin/true\n`,
      true,
    ],
    ['does not where the kernel has no driver', `${here}/modules.builtin\n`, false],
    ['cannot be told from another kernel', '/lib/modules/5.10.0/modules.builtin\n', 'unsupported'],
    ['cannot be told in a container', '', 'unsupported'],
  ])('%s', (_, text, expected) => {
    expect(media(text)).toBe(expected);
  });

  it('is left to USBGuard where that runs', () => {
    expect(media(driver, 'systemd\nusbguard-daemon\n')).toBe('unsupported');
  });
});

describe('the state of the host', () => {
  it('reads the release, and its last day where it names one', () => {
    expect(value(releaseOf(answers({ release: debian })))).toBe('Debian GNU/Linux 12 (bookworm)');
    expect(value(releaseOf(answers({ release: `${debian}IMAGE_ID=gw\nIMAGE_VERSION=4.2\n` })))).toBe('gw 4.2');
    expect(value(releaseOf(answers({ release: openwrt })))).toBe('OpenWrt 23.05.3');
    const on = (day: string) => ({ port: 22, connectedAt: new Date(day), answers: answers({ release: fedora }) });
    expect(value(supportOf(on('2025-05-13T12:00:00Z')))).toBe(true);
    expect(value(supportOf(on('2025-05-14T12:00:00Z')))).toBe(false);
  });

  it.each([
    ['/run/reboot-required\n', true],
    ['/boot/vmlinuz-6.1.0-9-amd64\n/boot/vmlinuz-6.1.0-18-amd64\n', true],
    ['/boot/vmlinuz-6.1.0-9-amd64\n/boot/vmlinuz-0-rescue-abc\n', false],
    ['/boot/vmlinuz-5.10.0-1-amd64\n', 'unsupported'],
    ['', 'unsupported'],
  ])('waits for a restart with %j: %s', (restart, expected) => {
    expect(value(restartPending(answers({ restart, kernel: '6.1.0-9-amd64 x86_64\n' })))).toBe(expected);
  });

  it('calls disks encrypted when every file system but the starting one lies on dm-crypt', () => {
    const disks = (root: object, boot = {}) =>
      answers({
        disks: JSON.stringify({
          blockdevices: [
            {
              name: 'sda',
              type: 'disk',
              children: [{ name: 'sda1', type: 'part', mountpoint: '/boot', ...boot }, root],
            },
          ],
        }),
      });
    const crypt = {
      name: 'sda2',
      type: 'part',
      fstype: 'crypto_LUKS',
      children: [{ name: 'c', type: 'crypt', mountpoint: '/' }],
    };
    expect(value(disksEncrypted(disks(crypt)))).toBe(true);
    expect(value(disksEncrypted(disks(crypt, { mountpoint: '/data' })))).toBe(false);
    expect(value(disksEncrypted(disks({ name: 'sda2', type: 'part', mountpoint: '/' })))).toBe(false);
    expect(value(disksEncrypted(disks({ name: 'sda2', type: 'part', mountpoint: null })))).toBe('unsupported');
    expect(value(disksEncrypted(answers({ disks: 'lsblk: unknown column' })))).toBe('unsupported');
  });

  it.each([
    ['NTPSynchronized=yes\n', 'synchronised'],
    ['NTPSynchronized=no\n', 'unsynchronised'],
    ['NTPSynchronized=yes\nReference ID    : 7F7F0101 ()\nLeap status     : Normal\n', 'local'],
    ['Reference ID    : C0A80001 (192.168.0.1)\nLeap status     : Normal\n', 'synchronised'],
    ['Reference ID    : 00000000 ()\nLeap status     : Not synchronised\n', 'unsynchronised'],
    ['', 'unsupported'],
  ])('reads the clock state of %j', (time, expected) => {
    expect(value(clockState(answers({ time })))).toBe(expected);
  });

  it.each([
    ['/sys/firmware/efi\n   6   0   0   0   1\n', 'x86_64', true],
    ['/sys/firmware/efi\n   6   0   0   0   0\n', 'x86_64', false],
    ['/sys/firmware/memmap\n', 'x86_64', false],
    ['/sys/firmware/dmi\n', 'aarch64', 'unsupported'],
    ['', 'x86_64', 'unsupported'],
    ['/sys/firmware/efi\n/sys/firmware/dmi\n', 'x86_64', 'unsupported'],
  ])('reads secure boot of %j on %s', (boot, machine, expected) => {
    expect(value(secureBoot(answers({ boot, kernel: `6.1 ${machine}\n` })))).toBe(expected);
  });

  it('sees ClamAV and fapolicyd, and never claims that nothing protects the host', () => {
    const seen = (services: string, malware: string) =>
      malwareProtection(answers({ services, programs: 'systemd\n', malware, clock: '1700086400' }));
    const rows = (...active: number[]) =>
      Array.from({ length: 10 }, (_, index) => (active.includes(index) ? 'active' : 'inactive')).join('\n');
    const clam = seen(rows(8), '/var/lib/clamav/daily.cld 1700000000\n');
    expect([value(clam?.kind), value(clam?.active), value(clam?.patternAge)]).toEqual(['antiMalware', true, 86_400]);
    const learning = seen(rows(9), '/etc/fapolicyd/fapolicyd.conf:permissive = 1\n');
    expect([value(learning?.kind), value(learning?.active)]).toEqual(['allowListing', false]);
    expect(value(seen(rows(), '')?.kind)).toBe('unsupported');
  });
});

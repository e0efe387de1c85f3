/**
 * OpenSSH and dropbear on ports of their own, with accounts that exist for them alone: each server runs in a mount
 * namespace with its own /etc/passwd, /etc/group and /run, so that the machine is left as it was. Needs root on Linux.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import {
  accepts,
  describeWith,
  freePort,
  programPath,
  type Running,
  startProgram,
  temporaryFolder,
} from './program.ts';

const readerId = 4321;

/** A suite with real SSH servers; skipped, and said so, where accounts for the test alone cannot be made. */
export function describeWithAccounts(programs: readonly string[], title: string, suite: () => void): void {
  const able = spawnSync('unshare', ['-m', 'true']).status === 0;
  if (able) {
    describeWith(['unshare', 'ssh-keygen', ...programs], title, suite);
    return;
  }
  if (process.env['PLIMSOLL_SERVICES'] === 'required') throw new Error(`${title}: needs mount namespaces (root)`);
  console.warn(`skipped: ${title} (mount namespaces need root)`);
  describe.skip(title, suite);
}

export interface HostOptions {
  /** Lines of sshd_config, before all others. */
  readonly lines?: readonly string[];
  /** Lines of authorized_keys come with this before the key: `command="..."`. */
  readonly keyOptions?: string;
  /** Groups that the reader is a member of besides its own. */
  readonly groups?: readonly string[];
  /** Password of the reader; without one there is none. */
  readonly password?: string;
  /** User id of the reader; 0 makes it root under another name. */
  readonly uid?: number;
}

export interface SshHost {
  readonly port: number;
  readonly running: Running;
  /** Account whose key is `key`. */
  readonly user: string;
  /** Private key, OpenSSH format. */
  readonly key: string;
  readonly home: string;
  /** `SHA256:...` of the Ed25519 host key. */
  readonly fingerprint: string;
  /** Files that the account left in its home or in the machine's temporary folders. */
  written(): string[];
  stop(): Promise<void>;
}

export function newKey(type: 'ed25519' | 'rsa' = 'ed25519', passphrase = ''): string {
  const folder = temporaryFolder('ssh-key');
  try {
    makeKey(join(folder.path, 'key'), type, passphrase);
    return readFileSync(join(folder.path, 'key'), 'utf8');
  } finally {
    folder.remove();
  }
}

export async function startSshd(options: HostOptions = {}): Promise<SshHost> {
  return startHost('ssh', options, (folder, port) => {
    const lines = [
      ...(options.lines ?? []),
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${folder}/host_ed25519`,
      `HostKey ${folder}/host_rsa`,
      `AuthorizedKeysFile ${folder}/home/.ssh/authorized_keys`,
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'MaxStartups 1000',
      'PerSourceMaxStartups none',
      'LogLevel VERBOSE',
    ];
    writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
    return [programPath('sshd') ?? 'sshd', '-D', '-e', '-f', join(folder, 'sshd_config')];
  });
}

export async function startDropbear(
  options: HostOptions & { readonly flags?: readonly string[] } = {},
): Promise<SshHost> {
  return startHost('dropbear', options, (folder, port) => {
    const path = join(folder, 'dropbear_key');
    execFileSync(programPath('dropbearkey') ?? 'dropbearkey', ['-t', 'rsa', '-s', '2048', '-f', path], {
      stdio: 'ignore',
    });
    const flags = ['-F', '-E', '-r', path, '-p', `127.0.0.1:${port}`, '-P', `${folder}/pid`, ...(options.flags ?? [])];
    return [programPath('dropbear') ?? 'dropbear', ...flags];
  });
}

async function startHost(
  name: string,
  options: HostOptions,
  prepare: (folder: string, port: number) => readonly string[],
): Promise<SshHost> {
  const folder = temporaryFolder(name);
  chmodSync(folder.path, 0o755);
  const home = join(folder.path, 'home');
  mkdirSync(join(home, '.ssh'), { recursive: true });
  for (const type of ['ed25519', 'rsa'] as const) makeKey(join(folder.path, `host_${type}`), type);
  makeKey(join(folder.path, 'reader'), 'ed25519');
  const publicKey = readFileSync(join(folder.path, 'reader.pub'), 'utf8');
  const prefix = options.keyOptions === undefined ? '' : `${options.keyOptions} `;
  writeFileSync(join(home, '.ssh', 'authorized_keys'), `${prefix}${publicKey}`);
  const uid = options.uid ?? readerId;
  for (const path of [home, join(home, '.ssh'), join(home, '.ssh', 'authorized_keys')]) chownSync(path, uid, readerId);
  writeAccounts(folder.path, { ...options, uid, home });
  const port = await freePort();
  const command = prepare(folder.path, port);
  const script = `
    mount --bind ${folder.path}/passwd /etc/passwd && mount --bind ${folder.path}/group /etc/group &&
    mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec ${command.join(' ')}`;
  const running = await startProgram('unshare', ['-m', 'sh', '-c', script], { ready: () => accepts(port) });
  const before = new Set(leavings(home));
  return {
    port,
    running,
    user: 'reader',
    key: readFileSync(join(folder.path, 'reader'), 'utf8'),
    home,
    fingerprint: fingerprintOf(join(folder.path, 'host_ed25519.pub')),
    written: () => leavings(home).filter((path) => !before.has(path)),
    async stop() {
      await running.stop();
      folder.remove();
    },
  };
}

function writeAccounts(
  folder: string,
  { password, uid, home, groups = [] }: HostOptions & { readonly uid: number; readonly home: string },
): void {
  const hash =
    password === undefined ? 'x' : execFileSync('openssl', ['passwd', '-6', password], { encoding: 'utf8' }).trim();
  const passwd = readFileSync('/etc/passwd', 'utf8');
  const privileges = /^sshd:/m.test(passwd) ? '' : 'sshd:x:4322:65534::/run/sshd:/usr/sbin/nologin\n';
  writeFileSync(join(folder, 'passwd'), `${passwd}${privileges}reader:${hash}:${uid}:${readerId}::${home}:/bin/sh\n`);
  const names = readFileSync('/etc/group', 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) =>
      groups.includes(line.split(':')[0] ?? '') ? `${line}${line.endsWith(':') ? '' : ','}reader` : line,
    );
  writeFileSync(join(folder, 'group'), `${names.join('\n')}\nreader:x:${readerId}:\n`);
}

function makeKey(path: string, type: 'ed25519' | 'rsa', passphrase = ''): void {
  const size = type === 'rsa' ? ['-b', '2048'] : [];
  execFileSync('ssh-keygen', ['-q', '-t', type, ...size, '-N', passphrase, '-C', '', '-f', path]);
}

function fingerprintOf(path: string): string {
  return execFileSync('ssh-keygen', ['-l', '-f', path], { encoding: 'utf8' }).split(' ')[1] ?? '';
}

function leavings(home: string): string[] {
  const temporary = [tmpdir(), '/var/tmp'].flatMap((folder) =>
    readdirSync(folder)
      .map((name) => join(folder, name))
      .filter((path) => ownerOf(path) === readerId),
  );
  return [...readdirSync(home, { recursive: true }).map(String), ...temporary];
}

/** Other programs' files may be gone by the time we look. */
function ownerOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.uid;
}

import { z } from 'zod';
import type { Manifest, Setup, Tier } from '../contract/collector.ts';
import { withinTier } from '../contract/collector.ts';
import type { FactName } from '../contract/vocabulary.ts';

export const sshOptions = z.strictObject({
  hostKey: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/)
    .optional()
    .describe('fingerprint of the host key as `ssh-keygen -l` prints it; another key ends the run before the log-in'),
  allowPassword: z
    .boolean()
    .default(false)
    .describe('log in with a password; sent only to the declared host key, or on loopback'),
});
export type SshOptions = z.infer<typeof sshOptions>;

const withoutLogin: readonly FactName[] = ['asset.inventory.lastSeen', 'service.listening', 'ssh.algorithms'];

/** What a connection shows once a key was exchanged, or a log-in was asked for. */
const withKeyExchange: readonly FactName[] = ['identity.machines', 'ssh.auth.methods', 'auth.methods'];

const withLogin: readonly FactName[] = [
  'firmware.version',
  'firmware.supported',
  'firmware.signed.required',
  'patch.pendingSecurityUpdates',
  'patch.indexAge',
  'patch.rebootPending',
  'service.listeners',
  'service.legacy.enabled',
  'account.privileged.count',
  'auth.passwordPolicy.minLength',
  'logging.local.enabled',
  'logging.level',
  'logging.remote.enabled',
  'logging.remote.encrypted',
  'storage.encrypted',
  'boot.secure.enabled',
  'host.removableMedia.allowed',
  'time.sync.state',
  'time.offset',
  'host.malwareProtection.kind',
  'host.malwareProtection.active',
  'host.malwareProtection.patternAge',
];

export const mostCommands = 24;

export const sshManifest: Manifest<SshOptions> = {
  id: 'ssh',
  title: 'SSH server and Linux host',
  version: '1.1.0',
  schemes: ['ssh'],
  defaultPort: { ssh: 22 },
  options: sshOptions,
  credentials: ['sshKey', 'password'],
  tests: ['ssh.methods'],
  facts(setup) {
    const promised: Partial<Record<FactName, Tier>> = {};
    for (const name of withoutLogin) promised[name] = 'T2';
    for (const name of withKeyExchange) promised[name] = hasLogin(setup) ? 'T3' : 'T4';
    if (hasLogin(setup)) for (const name of withLogin) promised[name] = 'T3';
    promised['auth.anonymous.accepted'] = 'T4';
    return promised;
  },
  requests(setup) {
    const reads = logsIn(setup);
    return [
      { kind: 'ssh.connect', max: 1 },
      ...(setup.consents.has('ssh.methods') ? [{ kind: 'ssh.none', max: 1 }] : []),
      ...(reads ? [{ kind: 'ssh.login', max: 1 }] : []),
      ...(reads ? [{ kind: 'ssh.command', max: mostCommands }] : []),
    ];
  },
  deadlineMs: 60_000,
};

function hasLogin({ credential }: Pick<Setup, 'credential'>): boolean {
  return credential === 'sshKey' || credential === 'password';
}

/** Whether this run uses the credential that stands ready. */
export function logsIn(setup: Pick<Setup, 'credential' | 'tier'>): boolean {
  return hasLogin(setup) && withinTier('T3', setup.tier);
}

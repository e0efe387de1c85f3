/** Looks at an SSH server: its greeting, and with an account or a consent one session on the same connection. */
import { withLine } from '../channel/connection.ts';
import type { Collector, Look } from '../contract/collector.ts';
import { Ended, endedBy } from '../contract/collector.ts';
import { readSsh } from './facts.ts';
import { greet, watchGreeting } from './greeting.ts';
import { logsIn, type SshOptions, sshManifest } from './manifest.ts';
import type { SshRaw } from './raw.ts';

const connectMs = 5000;

export const sshCollector: Collector<SshOptions, SshRaw> = {
  manifest: sshManifest,
  begin: () => ({ port: 0, answers: new Map() }),
  collect,
  read: readSsh,
};

async function collect(look: Look<SshOptions>, raw: SshRaw): Promise<void> {
  raw.port = look.target.port;
  const connected = () => {
    raw.listening = true;
    raw.connectedAt = look.now();
    look.note(`connected to port ${look.target.port}`);
  };
  // Loaded before the connection: both readers must be there when the first byte comes.
  const asks = logsIn(look) || look.consents.has('ssh.methods');
  const session = asks ? await import('./session.ts') : undefined;
  try {
    await withLine(look, { kind: 'ssh.connect', connectMs, connected }, async (line) => {
      const watch = watchGreeting(line, look, raw);
      return session === undefined ? greet(line, look, watch) : session.holdSession({ line, look, raw, watch });
    });
  } catch (error) {
    const end = endedBy(error);
    if (end?.outcome === 'unreachable' && end.message === 'ECONNREFUSED') raw.listening ??= false;
    if (end instanceof Ended && end.outcome === 'unreachable') look.note(end.message);
    throw error;
  }
}

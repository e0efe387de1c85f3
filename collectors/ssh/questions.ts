/** Asks the host: the closed list, one command at a time, each bounded in time and output. */
import type { Client, ClientChannel } from 'ssh2';
import { Ended } from '../contract/collector.ts';
import { powersOf } from './account.ts';
import { accountCommands, type CommandName, commands, hostCommands, packageCommands } from './commands.ts';
import { packageSystemOf } from './packages.ts';
import type { CommandAnswer } from './raw.ts';
import type { Session } from './session.ts';

const commandMs = 10_000;
const mostOutput = 256 * 1024;
const mostErrors = 4096;

export async function askHost(client: Client, session: Session): Promise<void> {
  const { look, raw } = session;
  for (const name of accountCommands) raw.answers.set(name, await ask(client, session, name));
  const powers = powersOf(raw.answers);
  if (powers.length > 0) {
    look.note(`this account can change the host: ${powers.join('; ')}. Left at once`);
    throw new Ended('blocked', `the reading account can write (${powers.join('; ')}): give it an account that cannot`, {
      rule: 'SAF-48',
    });
  }
  for (const name of hostCommands) {
    const askedMs = look.now().getTime();
    raw.answers.set(name, await ask(client, session, name));
    if (name === 'clock') raw.clock = { askedMs, answeredMs: look.now().getTime() };
  }
  const system = packageSystemOf(raw.answers.get('release'));
  if (system === undefined) look.note('no package system that we know');
  else for (const name of packageCommands[system]) raw.answers.set(name, await ask(client, session, name));
}

async function ask(client: Client, { line, look }: Session, name: CommandName): Promise<CommandAnswer> {
  if (line.socket.destroyed) throw new Ended('unreachable', 'the server closed the connection');
  const answered = await look.request('ssh.command');
  try {
    const channel = await line.within(opened(client, commands[name]), commandMs, `answer to the command ${name}`);
    // That is the host's latency. How long the program runs says nothing about its health.
    answered();
    const answer = await outputOf(channel, look.signal);
    const end = answer.slow ? `closed after ${commandMs} ms` : `exit ${answer.code ?? 'unknown'}`;
    look.note(`$ ${commands[name]}\n  ${end}, ${answer.output.length} characters${answer.capped ? ', cut there' : ''}`);
    return answer;
  } finally {
    answered();
  }
}

function opened(client: Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error === undefined) resolve(channel);
      else reject(new Ended('denied', 'the server runs no commands for this account'));
    });
  });
}

/** Everything that the command prints within its bounds. A command that runs too long is closed, not waited for. */
function outputOf(channel: ClientChannel, signal: AbortSignal): Promise<CommandAnswer> {
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    let size = 0;
    let errorSize = 0;
    let code: number | undefined;
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
    const end = (slow: boolean) => {
      settle();
      resolve({
        output: Buffer.concat(output).toString('utf8'),
        errors: Buffer.concat(errors).toString('utf8'),
        ...(code === undefined ? {} : { code }),
        capped: size > mostOutput,
        ...(slow ? { slow } : {}),
      });
    };
    const timer = setTimeout(() => {
      channel.close();
      end(true);
    }, commandMs);
    const stop = () => {
      settle();
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    channel.on('data', (chunk: Buffer) => {
      output.push(chunk.subarray(0, Math.max(0, mostOutput - size)));
      size += chunk.length;
      if (size > mostOutput) channel.close();
    });
    channel.stderr.on('data', (chunk: Buffer) => {
      errors.push(chunk.subarray(0, Math.max(0, mostErrors - errorSize)));
      errorSize += chunk.length;
      if (errorSize > mostOutput) channel.close();
    });
    channel.once('exit', (exit: number | null) => {
      code = exit ?? undefined;
    });
    channel.once('close', () => end(false));
  });
}

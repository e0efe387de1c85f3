/**
 * One SSH session on one connection: key exchange, at most one request without credentials (consented), at most one
 * log-in, then the closed list of commands. Nothing is forwarded, written or repeated.
 */
import { createHash } from 'node:crypto';
import ssh2, { type AnyAuthMethod, type Client, type ParsedKey } from 'ssh2';
import type { Line } from '../channel/connection.ts';
import { isLoopback } from '../contract/address.ts';
import type { Look } from '../contract/collector.ts';
import { Ended, endedBy } from '../contract/collector.ts';
import { type GreetingWatch, identityOf } from './greeting.ts';
import { logsIn, type SshOptions } from './manifest.ts';
import { askHost } from './questions.ts';
import type { SshRaw } from './raw.ts';

export interface Session {
  readonly line: Line;
  readonly look: Look<SshOptions>;
  readonly raw: SshRaw;
  readonly watch: GreetingWatch;
}

const handshakeMs = 15_000;
/** More than all commands together may print. */
const mostBytes = 4 * 1024 * 1024;
/** Who asks without a credential where none is configured. */
const nobody = 'plimsoll';

export async function holdSession(session: Session): Promise<void> {
  const { line, look, raw, watch } = session;
  const client = new ssh2.Client();
  const failed = new Promise<never>((_, reject) => {
    client.on('error', (error) => reject(endOf(error, raw)));
    client.once('close', () => reject(new Ended('unreachable', 'the server closed the connection')));
    line.socket.once('error', (error) => reject(endedBy(error) ?? error));
    watch.complete.catch(reject);
  });
  failed.catch(() => {});
  boundBytes(line, (end) => client.emit('error', end));
  try {
    await line.within(Promise.race([failed, logIn(client, session)]), handshakeMs, 'end of key exchange and log-in');
    if (!logsIn(look)) return;
    await Promise.race([failed, askHost(client, session)]);
  } finally {
    client.end();
    // The library's own timer ends with this event, whatever the socket does.
    client.destroy();
  }
}

/** Resolves when the server has let us in, or when a consented request without credentials has its answer. */
function logIn(client: Client, { line, look, raw, watch }: Session): Promise<void> {
  const own = ownMethod(look, raw);
  const release = { none: () => {}, login: () => {} };
  let step: 'begin' | 'none' | 'login' | 'over' = 'begin';
  return new Promise((resolve, reject) => {
    const next = async (left: readonly string[] | null): Promise<AnyAuthMethod | false> => {
      if (left !== null) noteRefusal(left, step);
      if (step === 'begin' && look.consents.has('ssh.methods')) {
        release.none = await look.request('ssh.none');
        step = 'none';
        return { type: 'none', username: usernameOf(look) };
      }
      if (step === 'login') {
        step = 'over';
        reject(new Ended('denied', 'the server refused the configured credential'));
        return false;
      }
      if (own === undefined || 'withheld' in own) {
        step = 'over';
        if (own === undefined) resolve();
        else reject(own.withheld);
        return false;
      }
      if (left !== null && !left.includes(own.method.type)) {
        step = 'over';
        reject(new Ended('denied', `the server does not take a credential of type ${own.method.type}`));
        return false;
      }
      release.login = await look.request('ssh.login');
      step = 'login';
      look.note(`logging in as ${JSON.stringify(own.method.username)} with ${own.method.type}, once`);
      return own.method;
    };
    const noteRefusal = (left: readonly string[], refused: string) => {
      release[refused === 'none' ? 'none' : 'login']();
      look.note(`refused; the server would take: ${left.join(', ') || 'nothing'}`);
      raw.methods ??= { names: [...left], refusedNone: refused === 'none' };
    };
    let pending: string | undefined;
    client.once('ready', () => {
      release.none();
      release.login();
      if (step === 'none') raw.anonymous = true;
      look.note(step === 'none' ? 'let in without any credential' : 'logged in');
      resolve();
    });
    client.once('handshake', ({ kex, serverHostKey }) => {
      look.note(`key exchange ${kex} with host key ${serverHostKey}`);
      if (pending !== undefined) raw.hostKey = pending;
    });
    client.connect({
      sock: line.socket,
      ident: identityOf(look),
      username: usernameOf(look),
      readyTimeout: 0,
      keepaliveInterval: 0,
      hostVerifier: (key: Buffer) => {
        pending = createHash('sha256').update(key).digest('hex');
        const printed = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
        look.note(`host key ${printed}`);
        const declared = look.options.hostKey;
        if (declared === undefined || declared === printed) return true;
        // RFC 4251 section 4.1: an unknown key is somebody else until a person has said otherwise.
        reject(new Ended('blocked', `the host key is not the declared one, found ${printed}`));
        return false;
      },
      authHandler: (left, _partial, use) => {
        next(left as readonly string[] | null).then(
          (method) => use(method as AnyAuthMethod),
          (error: unknown) => {
            reject(error);
            line.socket.destroy();
          },
        );
      },
      // An RSA key would be offered again with each signature algorithm: to the server every one is a failed log-in.
      debug: (text) => {
        if (!/^Client: publickey \(.*\) auth failed$/.test(text)) return;
        reject(new Ended('denied', 'the server refused the configured key'));
        line.socket.destroy();
      },
    });
    watch.complete.catch(reject);
  });
}

type Own = { readonly method: AnyAuthMethod & { readonly username: string } } | { readonly withheld: Ended };

/** How our own credential proves itself; undefined where this run uses none. */
function ownMethod(look: Look<SshOptions>, raw: SshRaw): Own | undefined {
  const { secret, options, target } = look;
  const withhold = (outcome: 'blocked' | 'unsupported', why: string): Own => {
    raw.withheld = why;
    return { withheld: new Ended(outcome, why) };
  };
  if (!logsIn(look) || secret === undefined) return undefined;
  if (secret.kind === 'sshKey') {
    const key = keyOf(secret.privateKey.reveal(), secret.passphrase?.reveal());
    if (key === undefined)
      return withhold('unsupported', 'the configured private key or its passphrase cannot be used');
    return { method: { type: 'publickey', username: secret.username, key } };
  }
  if (secret.kind !== 'password') return undefined;
  if (!options.allowPassword) return withhold('blocked', 'a password is sent only with the option allowPassword');
  if (options.hostKey === undefined && !isLoopback(target.address)) {
    return withhold('blocked', 'a password is sent only to a declared host key (option hostKey)');
  }
  return { method: { type: 'password', username: secret.username, password: secret.password.reveal() } };
}

function keyOf(text: string, passphrase: string | undefined): ParsedKey | undefined {
  const parsed: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(text, passphrase);
  // The parser's message may quote what it could not read.
  if (parsed instanceof Error) return undefined;
  const key = Array.isArray(parsed) ? (parsed as ParsedKey[])[0] : parsed;
  return key?.isPrivateKey() ? key : undefined;
}

function usernameOf({ secret }: Look): string {
  return secret !== undefined && 'username' in secret && secret.username !== undefined ? secret.username : nobody;
}

function boundBytes({ socket }: Line, end: (error: Ended) => void): void {
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= mostBytes || socket.destroyed) return;
    end(new Ended('unsupported', `the server sent more than ${mostBytes} bytes`, { rule: 'SAF-16' }));
    socket.destroy();
  });
}

/** What the library's error means. Its text may hold bytes of the server, never one of our secrets. */
function endOf(error: Error & { level?: string }, raw: SshRaw): Error {
  const known = endedBy(error);
  if (known !== undefined) return known;
  const text = error.message.replace(/[^ -~]/g, '.').slice(0, 200);
  if (error.level === 'client-authentication') {
    return new Ended('denied', 'the server refused the configured credential', { cause: error });
  }
  const closed = /connection lost|closed/i.test(text) && raw.greeting?.malformed === undefined;
  return new Ended(closed ? 'unreachable' : 'unsupported', text, { cause: error });
}

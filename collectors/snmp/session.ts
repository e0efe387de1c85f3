/** Reads objects through net-snmp, over the run's own socket. One request at a time, one attempt each. */
import { EventEmitter } from 'node:events';
import snmp, { type Session, type SessionOptions, type Varbind } from 'net-snmp';
import type { Peer } from '../channel/peer.ts';
import type { Look } from '../contract/collector.ts';
import { Ended, endedBy } from '../contract/collector.ts';
import { type Credential, secretsOf } from '../contract/credential.ts';
import { elementsOf, integerOf } from './ber.ts';
import { timeoutMs } from './discover.ts';
import { parseV3, type UsmStat, usmStatOf, type V3Message } from './engine.ts';
import { installKeys, keyToken } from './keys.ts';
import type { Value } from './raw.ts';

export type Usm = Extract<Credential, { kind: 'usm' }>;
export type Level = 'noAuthNoPriv' | 'authNoPriv' | 'authPriv';

export interface Reader {
  /** Values of the objects that exist and may be read; undefined when the agent could not answer the request. */
  get(kind: string, oids: readonly string[]): Promise<Map<string, Value> | undefined>;
  /** The next objects after each of `oids`, up to ten each; undefined as above. */
  next(oids: readonly string[]): Promise<{ oid: string; value: Value | undefined }[][] | undefined>;
  /** Objects whose value held a secret of ours and was left out. */
  readonly redacted: ReadonlySet<string>;
  close(): void;
}

interface Context {
  readonly look: Look;
  readonly peer: Peer;
  readonly context: string;
}

const repetitions = 10;
const authorizationError = 16;

export function communityReader({ look, peer, context }: Context, community: string): Reader {
  return readerOf({ look, peer }, 'noAuthNoPriv', (dgramModule) =>
    snmp.createSession(look.target.address, community, {
      ...optionsOf(look, context),
      version: snmp.Version2c,
      dgramModule,
    }),
  );
}

/** `level` may lie below what the credential could do: the consented test of the floor asks without keys. */
export function userReader(
  { look, peer, context }: Context,
  usm: Usm,
  { engine, level }: { engine: V3Message; level: Level },
): Reader {
  installKeys();
  const { authProtocol, authKey, privProtocol, privKey } = usm;
  const user = { name: usm.user, level: snmp.SecurityLevel[level] };
  const authentication =
    level !== 'noAuthNoPriv' && authProtocol !== undefined && authKey !== undefined
      ? {
          authProtocol: snmp.AuthProtocols[authProtocol],
          authKey: keyToken(snmp.AuthProtocols[authProtocol], authKey),
        }
      : {};
  const privacy =
    level === 'authPriv' &&
    privKey !== undefined &&
    privProtocol !== undefined &&
    privProtocol !== 'des' &&
    authProtocol
      ? {
          privProtocol: snmp.PrivProtocols[privProtocol],
          privKey: keyToken(snmp.AuthProtocols[authProtocol], privKey),
        }
      : {};
  return readerOf({ look, peer }, level, (dgramModule) => {
    const session = snmp.createV3Session(
      look.target.address,
      { ...user, ...authentication, ...privacy },
      { ...optionsOf(look, context), dgramModule },
    );
    // What discovery brought spares the device a second one.
    session.msgSecurityParameters = {
      msgAuthoritativeEngineID: engine.engineId,
      msgAuthoritativeEngineBoots: engine.boots,
      msgAuthoritativeEngineTime: engine.time,
    };
    return session;
  });
}

export function levelOf(usm: Usm): Level {
  if (usm.authProtocol === undefined || usm.authKey === undefined) return 'noAuthNoPriv';
  return usm.privProtocol === undefined || usm.privKey === undefined ? 'authNoPriv' : 'authPriv';
}

function optionsOf(look: Look, context: string): SessionOptions {
  return { port: look.target.port, retries: 0, timeout: timeoutMs, context };
}

function readerOf(
  { look, peer }: { look: Look; peer: Peer },
  level: Level,
  create: (dgram: { createSocket(): EventEmitter }) => Session,
): Reader {
  let failCurrent: (error: unknown) => void = () => {};
  const secrets = secretsOf(look.secret).map((secret) => Buffer.from(secret.reveal(), 'utf8'));
  const redacted = new Set<string>();
  let stranger = false;
  let asked = false;
  const facade = socketFacade(peer, (bytes) => {
    const verdict = session.msgSecurityParameters === undefined ? communityVerdict(bytes) : userVerdict(bytes, level);
    if (verdict === 'take') return true;
    if (verdict === 'stranger') stranger = true;
    if (verdict instanceof Ended) failCurrent(verdict);
    return false;
  });
  const session = create({ createSocket: () => facade });
  session.on('error', () => {
    stranger = true;
  });

  /** Undefined where the agent answers that it cannot answer this request (too big, general error). */
  async function ask<T>(kind: string, send: (done: (error: Error | null, found?: T) => void) => void) {
    const answered = await look.request(kind);
    let timer: NodeJS.Timeout | undefined;
    asked = true;
    try {
      return await peer.exchange<T | undefined>((done, fail) => {
        failCurrent = fail;
        // The library clears its own timer for a message that it then cannot read.
        timer = setTimeout(() => fail(silence()), timeoutMs + 500);
        send((error, found) => {
          if (error === null) done(found);
          else if (isMere(error)) done(undefined);
          else fail(endOf(error) ?? silence());
        });
      });
    } finally {
      clearTimeout(timer);
      failCurrent = () => {};
      answered();
    }
  }
  const silence = () =>
    stranger
      ? new Ended('unsupported', 'answered with something that is no answer', { rule: 'SAF-16' })
      : new Ended('timedOut', `no answer within ${timeoutMs} ms`);

  /** An agent may show what it was asked with, as a name or in a log: that must not reach the evidence. */
  function cleanValue(varbind: Varbind): Value | undefined {
    const value = plainValue(varbind);
    if (!Buffer.isBuffer(value) || !secrets.some((secret) => secret.length > 0 && value.includes(secret))) return value;
    redacted.add(varbind.oid);
    return Buffer.alloc(0);
  }

  return {
    redacted,
    async get(kind, oids) {
      const found = await ask<Varbind[]>(kind, (done) => session.get([...oids], done));
      if (found === undefined) return undefined;
      const values = new Map<string, Value>();
      for (const varbind of found) {
        const value = cleanValue(varbind);
        // Only what was asked for counts, whatever else comes along.
        if (value !== undefined && oids.includes(varbind.oid)) values.set(varbind.oid, value);
      }
      return values;
    },
    async next(oids) {
      const found = await ask<(Varbind | Varbind[])[]>('snmp.bulk', (done) =>
        session.getBulk([...oids], 0, repetitions, done),
      );
      return found?.map((list) => [list].flat().map((varbind) => ({ oid: varbind.oid, value: cleanValue(varbind) })));
    },
    close() {
      if (asked) session.close();
      session.removeAllListeners();
      peer.listen(undefined);
    },
  };

  /** Stands in for the library's own socket; the peer's stays open for the next session. */
  function socketFacade(to: Peer, accept: (bytes: Buffer) => boolean) {
    let open = true;
    const socket = new EventEmitter();
    to.listen((bytes) => {
      if (!open || !accept(bytes)) return;
      try {
        socket.emit('message', bytes);
      } catch {
        // A message that the library cannot read must not end the process; the request has lost its timer, so end it.
        failCurrent(new Ended('unsupported', 'answered with something that is no answer', { rule: 'SAF-16' }));
      }
    });
    return Object.assign(socket, {
      send(
        bytes: Buffer,
        _from: number,
        _length: number,
        _port: number,
        _host: string,
        sent: (error: unknown) => void,
      ) {
        if (open) to.send(bytes);
        sent(open ? null : new Ended('aborted', 'the session is closed'));
      },
      close() {
        open = false;
        socket.emit('close');
      },
      ref() {},
      unref() {},
    });
  }
}

/** A report that is an answer ends the request at once: the library would try the same key a second time. */
function userVerdict(bytes: Buffer, level: Level): 'take' | 'drop' | 'stranger' | Ended {
  const message = parseV3(bytes);
  if (message === undefined) return 'stranger';
  const stat = usmStatOf(message.report);
  if (stat !== undefined) return refusals[stat] === undefined ? 'take' : new Ended('denied', refusals[stat]);
  // RFC 3414 section 3.2: an answer below the level of the question is not from the engine that was asked.
  const needed = { noAuthNoPriv: 0, authNoPriv: 1, authPriv: 3 }[level];
  return message.report === undefined && (message.flags & needed) !== needed ? 'drop' : 'take';
}

const refusals: Readonly<Record<UsmStat, string | undefined>> = {
  unsupportedSecLevels: 'the agent refuses this security level for the user',
  unknownUserNames: 'the agent does not know the user',
  wrongDigests: 'the agent refuses the authentication key',
  decryptionErrors: 'the agent cannot decrypt with the privacy key',
  notInTimeWindows: undefined,
  unknownEngineIDs: undefined,
};

function communityVerdict(bytes: Buffer): 'take' | 'stranger' {
  const [outer] = elementsOf(bytes) ?? [];
  const [version] = outer === undefined ? [] : (elementsOf(outer.content) ?? []);
  return integerOf(version) === snmp.Version2c ? 'take' : 'stranger';
}

/** An error status that speaks of this request only. */
function isMere(error: Error): boolean {
  return error.name === 'RequestFailedError' && !('status' in error && error.status === authorizationError);
}

/** The library's own texts may hold digests, so none of them is passed on. */
function endOf(error: Error): Ended | undefined {
  const end = endedBy(error);
  if (end !== undefined) return end;
  if (error.name === 'RequestFailedError') return new Ended('denied', 'the agent refuses access (authorizationError)');
  if (error.name !== 'ResponseInvalidError') return undefined;
  return new Ended('unsupported', 'the answer does not fit the question, or its digest does not fit the key', {
    rule: 'SAF-16',
  });
}

function plainValue({ type, value }: Varbind): Value | undefined {
  if (type === snmp.ObjectType.NoSuchObject || type === snmp.ObjectType.NoSuchInstance) return undefined;
  if (type === snmp.ObjectType.EndOfMibView) return undefined;
  return typeof value === 'number' || typeof value === 'string' || Buffer.isBuffer(value) ? value : undefined;
}

/** Looks at a broker: its channel, whether it lets strangers in, and with a credential what it is. */
import { randomUUID } from 'node:crypto';
import { withLine } from '../channel/connection.ts';
import { lookAtTls } from '../channel/tls-look.ts';
import { isLoopback } from '../contract/address.ts';
import type { Basis, Look } from '../contract/collector.ts';
import { codeOf, Ended, withinTier } from '../contract/collector.ts';
import { isGranted, refusalOf, refusalText, topicMatches, type Version, versionTopics } from './answers.ts';
import { isSecure, type MqttOptions } from './manifest.ts';
import type { Attempt, MqttRaw } from './raw.ts';
import { hostOf, type MqttCredential, type Session, withSession } from './session.ts';

interface Run {
  readonly look: Look<MqttOptions>;
  readonly raw: MqttRaw;
}

const connectMs = 5000;
const versionMs = 2000;

export async function askBroker(look: Look<MqttOptions>, raw: MqttRaw): Promise<void> {
  const run: Run = { look, raw };
  if (look.options.testIdentity !== undefined) return tryIdentity(run);
  const strangers = look.consents.has('mqtt.anonymous');
  const own = withinTier('T3', look.tier) ? usableCredential(run) : undefined;
  if (isSecure(look)) {
    const { hellos, alpn } = look.options;
    await lookAtTls(look, raw.sight, { host: hostOf(look), hellos, alpn });
  } else if (!strangers && own === undefined) {
    await touch(run);
  }
  if (strangers) raw.anonymous = await knock(run, undefined, askInside);
  if (own === undefined) return;
  raw.ownMethods = [
    ...(own.kind === 'certificate' ? ['certificate' as const] : []),
    ...(own.password === undefined ? [] : ['password' as const]),
  ];
  const attempt = await knock(run, own, askInside);
  // What `knock` noted about a channel that it would not use stands.
  if (raw.own?.kind === 'withheld') return;
  raw.own = attempt;
  if (attempt.kind === 'refused' && refusalOf(attempt.version, attempt.code) === 'notAuthorised') {
    throw new Ended('denied', `our credential was refused: ${refusalText(attempt.version, attempt.code)}`);
  }
  if (attempt.kind === 'tlsRefused') {
    const what = own.kind === 'certificate' ? 'our certificate was refused' : 'a client certificate is required';
    throw new Ended('denied', `${what} in the TLS handshake`);
  }
}

/** Consented: is an identity refused that must be? Where it is let in, it leaves at once. */
async function tryIdentity(run: Run): Promise<void> {
  const { look, raw } = run;
  const identity = look.consents.has('mqtt.testIdentity') ? usableCredential(run) : undefined;
  if (identity === undefined) {
    look.note('the test identity was not tried: it takes its credential and the consent mqtt.testIdentity');
    return touch(run);
  }
  const at = look.now();
  const attempt = await knock(run, identity, async () => {});
  if (raw.own?.kind !== 'withheld') raw.identityTest = { attempt, at };
}

async function touch(run: Run): Promise<void> {
  const { look } = run;
  await contact(run, () =>
    withLine(look, { kind: 'tcp.connect', connectMs, connected: () => connected(run) }, async () => {}),
  );
  look.note('the port accepts TCP connections; no MQTT was spoken');
}

type Inside = (run: Run, session: Session, credential: MqttCredential | undefined) => Promise<void>;

/** CONNECT with MQTT 5, and with 3.1.1 where 5 is not spoken; inside the session, what is to be asked there. */
async function knock(run: Run, credential: MqttCredential | undefined, inside: Inside): Promise<Attempt> {
  const { look, raw } = run;
  const who = credential === undefined ? 'CONNECT without credentials' : 'CONNECT with our credential';
  let last: Attempt = { kind: 'hungUp' };
  for (const version of [5, 4] as const) {
    last = await contact(run, () =>
      withSession(look, { version, credential, connected: () => greeted(run) }, async (session) => {
        const attempt = attemptOf(session, version);
        look.note(`${who}, MQTT ${version === 5 ? '5' : '3.1.1'}: ${receptionText(session, version)}`);
        if (session.reception.kind === 'unverified') {
          raw.own = { kind: 'withheld', why: session.reception.why };
        }
        if (attempt.kind === 'accepted') await inside(run, session, credential);
        return attempt;
      }),
    );
    const elsewhere =
      last.kind === 'hungUp' || (last.kind === 'refused' && refusalOf(version, last.code) === 'otherVersion');
    if (!elsewhere || raw.own?.kind === 'withheld') break;
  }
  return last;
}

async function askInside(run: Run, session: Session, credential: MqttCredential | undefined): Promise<void> {
  const { look, raw } = run;
  // The tests are about the account; without one, about whoever else gets in.
  if (credential === undefined && look.secret !== undefined && raw.own?.kind !== 'withheld') return;
  // After a hang-up the session is gone, and silence would look like a refusal.
  if ((await askVersion(run, session)) === undefined) return;
  if (look.consents.has('mqtt.canary')) {
    const filter = `evidence-canary/${randomUUID()}/#`;
    const { codes } = await session.subscribe([filter]);
    raw.canary = { value: isGranted(codes?.[0]) ? 'granted' : 'refused', basis: basisOf(codes) };
    look.note(`SUBSCRIBE to a topic that nobody uses: ${raw.canary.value}`);
    if (codes === undefined) return;
    if (isGranted(codes[0])) await session.unsubscribe(filter);
  }
  if (look.options.wildcard && look.consents.has('mqtt.wildcard')) {
    // Nothing retained is sent, nothing is kept, and what flows until the UNSUBACK counts against the session's bytes.
    const { codes } = await session.subscribe(['#']);
    raw.wildcard = { value: isGranted(codes?.[0]) ? 'granted' : 'refused', basis: basisOf(codes) };
    look.note(`SUBSCRIBE to everything (#): ${raw.wildcard.value}`);
    if (codes === undefined) return;
    if (isGranted(codes[0])) await session.unsubscribe('#');
  }
  const { foreignTopic } = look.options;
  if (foreignTopic === undefined || !look.consents.has('mqtt.foreignTopic')) return;
  const at = look.now();
  const { codes, heard } = await session.subscribe([foreignTopic.topic], {
    ms: foreignTopic.waitMs,
    // That something comes is the answer; what it is, nobody looks at.
    done: (topic) => topic === foreignTopic.topic,
  });
  if (isGranted(codes?.[0])) {
    raw.foreign = { value: heard ? 'delivered' : 'grantedSilent', basis: 'authoritative', at };
    await session.unsubscribe(foreignTopic.topic);
  } else {
    raw.foreign = { value: 'refused', basis: basisOf(codes), at };
  }
  look.note(`SUBSCRIBE to the declared foreign topic: ${raw.foreign.value}`);
}

/** Some brokers answer a forbidden filter by hanging up. */
function basisOf(codes: readonly number[] | undefined): Basis {
  return codes === undefined ? 'inferred' : 'authoritative';
}

async function askVersion({ look, raw }: Run, session: Session): Promise<readonly number[] | undefined> {
  raw.versionAsked = true;
  const { codes } = await session.subscribe(versionTopics, {
    ms: versionMs,
    done(topic, payload) {
      if (!versionTopics.some((filter) => topicMatches(filter, topic))) return false;
      raw.texts.set(topic, payload.toString('utf8').slice(0, 500));
      return topic === versionTopics[0] || raw.texts.size > 1;
    },
  });
  raw.versionCodes = codes;
  const shown = codes?.map((code) => `0x${code.toString(16).padStart(2, '0')}`).join(' ') ?? 'hung up';
  look.note(`SUBSCRIBE ${versionTopics.join(', ')}: ${shown}`);
  for (const [topic, text] of raw.texts) look.note(`${topic}: ${text}`);
  return codes;
}

/** The credential, unless our own rules forbid to send it over this channel. */
function usableCredential({ look, raw }: Run): MqttCredential | undefined {
  const { secret } = look;
  if (secret === undefined) return undefined;
  const withhold = (why: string) => {
    raw.own = { kind: 'withheld', why };
    look.note(`our credential was not sent: ${why}`);
    return undefined;
  };
  if (secret.kind !== 'password' && secret.kind !== 'certificate') return withhold(`MQTT takes no ${secret.kind}`);
  if (isSecure(look)) return secret;
  if (secret.kind === 'certificate') return withhold('a certificate proves nothing without TLS');
  return look.options.allowPlainCredential && isLoopback(look.target.address)
    ? secret
    : withhold('the channel is not encrypted');
}

function connected({ look, raw }: Run): void {
  raw.sight.listening = true;
  raw.sight.at = look.now();
}

function greeted(run: Run): void {
  connected(run);
  run.raw.greeted = true;
}

async function contact<T>({ raw }: Run, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (raw.sight.listening === undefined && codeOf(error) === 'ECONNREFUSED') raw.sight.listening = false;
    throw error;
  }
}

function attemptOf({ reception }: Session, version: Version): Attempt {
  switch (reception.kind) {
    case 'accepted':
      return { kind: 'accepted', version };
    case 'refused':
      return { kind: 'refused', version, code: reception.code };
    case 'tlsRefused':
      return { kind: 'tlsRefused', why: reception.why };
    case 'hungUp':
    case 'unverified':
      return { kind: 'hungUp' };
  }
}

function receptionText({ reception }: Session, version: Version): string {
  switch (reception.kind) {
    case 'accepted':
      return `accepted ${JSON.stringify(reception.properties, (_, value) => (Buffer.isBuffer(value) ? '[bytes]' : value))}`;
    case 'refused':
      return `refused: ${refusalText(version, reception.code)}${reception.text === undefined ? '' : `, "${reception.text}"`}`;
    case 'hungUp':
      return `no CONNACK: ${reception.why}`;
    case 'tlsRefused':
      return `refused in the TLS handshake: ${reception.why}`;
    case 'unverified':
      return `not sent: ${reception.why}`;
  }
}

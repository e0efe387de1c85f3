/**
 * One MQTT session over one connection, with the gentlest settings there are: own client id, clean start, no will,
 * no reconnect. Subscribes and listens; it has no way to publish.
 */
import type { Duplex } from 'node:stream';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { type Line, withLine } from '../channel/connection.ts';
import { type Handshake, handshake, verdictOnClient } from '../channel/handshake.ts';
import { matchesHost } from '../contract/certificate.ts';
import type { Look } from '../contract/collector.ts';
import { codeOf, Ended } from '../contract/collector.ts';
import type { Credential } from '../contract/credential.ts';
import { isGranted, type Version } from './answers.ts';
import { isSecure, type MqttOptions } from './manifest.ts';

export type MqttCredential = Extract<Credential, { kind: 'password' | 'certificate' }>;

/** How a CONNECT was met. */
export type Reception =
  | { readonly kind: 'accepted'; readonly properties: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly code: number; readonly text: string | undefined }
  /** The connection ended without a CONNACK. */
  | { readonly kind: 'hungUp'; readonly why: string }
  /** TLS was refused: what comes after it was never reached. */
  | { readonly kind: 'tlsRefused'; readonly why: string }
  /** Our own policy: the channel is not one to send a password over. */
  | { readonly kind: 'unverified'; readonly why: string };

export interface Session {
  readonly reception: Reception;
  /** Subscribes, and where something is granted listens to what is delivered. */
  subscribe(filters: readonly string[], attention?: Attention): Promise<Subscription>;
  unsubscribe(filter: string): Promise<void>;
}

export interface Attention {
  readonly ms: number;
  /** Sees each message; true ends the wait. */
  done(topic: string, payload: Buffer): boolean;
}

export interface Subscription {
  /** SUBACK codes, one per filter; undefined when the broker hangs up instead of answering. */
  readonly codes: readonly number[] | undefined;
  /** Whether `done` was satisfied in time. */
  readonly heard: boolean;
}

export interface SessionOptions {
  readonly version: Version;
  readonly credential?: MqttCredential | undefined;
  connected(): void;
}

const connectMs = 5000;
const answerMs = 5000;
const goodbyeMs = 300;
const lateRefusalMs = 2000;
/** All that a session may take in; the answers asked for are a few hundred bytes. */
const mostBytes = 256 * 1024;

export async function withSession<T>(
  look: Look<MqttOptions>,
  options: SessionOptions,
  body: (session: Session) => Promise<T>,
): Promise<T> {
  const { connected } = options;
  return withLine(look, { kind: 'mqtt.connect', connectMs, connected }, async (line) => {
    let stream: Duplex = line.socket;
    if (isSecure(look)) {
      const secured = await secure(look, line, options.credential);
      if (secured.tls === undefined) {
        const { kind, text: why } = secured.failure ?? { kind: 'ours', text: 'the handshake was not completed' };
        return body(unopened({ kind: kind === 'alert' ? 'tlsRefused' : 'hungUp', why }));
      }
      const why = options.credential === undefined ? undefined : objection(look, secured);
      if (why !== undefined) return body(unopened({ kind: 'unverified', why }));
      // A CONNECT into a channel that is being refused would be met with a reset, and the reason would be lost.
      if (secured.certificateRequested && secured.completed?.version === '1.3') {
        let why = 'alert after the handshake';
        secured.tls.once('error', (error) => {
          why = codeOf(error) ?? why;
        });
        const late = await verdictOnClient(line, secured.tls, lateRefusalMs);
        if (late === 'refused') return body(unopened({ kind: 'tlsRefused', why }));
      }
      stream = secured.tls;
    }
    const opening = open(look, { line, stream }, options);
    try {
      return await body(await opening.session);
    } finally {
      await opening.close();
    }
  });
}

/** Why a password must not cross this channel, or undefined when it may. */
function objection(look: Look<MqttOptions>, { completed }: Handshake): string | undefined {
  const leaf = completed?.chain[0];
  if (look.trust.length === 0) return 'the plant declares no anchor to verify the server with';
  if (completed === undefined || leaf === undefined || !completed.authorized) return 'the server is not verified';
  return matchesHost(leaf, hostOf(look)) ? undefined : `the certificate is not made out to ${hostOf(look)}`;
}

export function hostOf(look: Look<MqttOptions>): string {
  return look.options.serverName ?? look.target.host;
}

function secure(look: Look<MqttOptions>, line: Line, credential: MqttCredential | undefined): Promise<Handshake> {
  const { alpn } = look.options;
  return handshake(line, {
    min: '1.0',
    max: '1.3',
    host: hostOf(look),
    trust: look.trust,
    boundMs: answerMs,
    ...(alpn === undefined ? {} : { alpn }),
    ...(credential?.kind === 'certificate'
      ? { clientCertificate: { certificate: credential.certificate, key: credential.key.reveal() } }
      : {}),
  });
}

function open(look: Look<MqttOptions>, { line, stream }: { line: Line; stream: Duplex }, options: SessionOptions) {
  const client = clientOver(look, stream, options);
  let failed: unknown;
  client.on('error', (error) => {
    failed ??= error;
  });
  line.socket.on('data', () => {
    line.answered();
    if (line.socket.bytesRead <= mostBytes) return;
    failed = new Ended('unsupported', `more than ${mostBytes} bytes in one session`, { rule: 'SAF-16' });
    line.socket.destroy();
  });
  stream.on('error', (error) => {
    failed ??= error;
  });
  const closed = new Promise<void>((resolve) => {
    client.once('close', resolve);
    stream.once('close', resolve);
  });
  /** What ends a wait that the broker cut short; an overrun is an end of its own. */
  const cutShort = closed.then(() => {
    if (failed instanceof Ended) throw failed;
    return undefined;
  });
  cutShort.catch(() => {});

  async function greet(): Promise<Session> {
    const connack = new Promise<Reception>((resolve) => {
      client.on('packetreceive', (packet) => {
        if (packet.cmd !== 'connack') return;
        const code = packet.reasonCode ?? packet.returnCode ?? 0;
        const { properties } = packet;
        resolve(
          code === 0
            ? { kind: 'accepted', properties: { ...properties } }
            : { kind: 'refused', code, text: properties?.reasonString },
        );
      });
    });
    const reception = await line.within(Promise.race([connack, cutShort]), answerMs, 'CONNACK');
    return {
      reception: reception ?? lostConnection(failed),
      subscribe,
      unsubscribe,
    };
  }

  async function subscribe(filters: readonly string[], attention?: Attention): Promise<Subscription> {
    const answered = await look.request('mqtt.subscribe');
    const suback = new Promise<readonly number[]>((resolve) => {
      client.on('packetreceive', (packet) => {
        // The library turns a refused filter into an error; the codes themselves stand in the packet.
        if (packet.cmd === 'suback') resolve(packet.granted.map(Number));
      });
    });
    // Retained messages may follow the SUBACK in the same segment, or even precede it.
    const heard = new Promise<true>((resolve) => {
      client.on('message', (topic, payload) => {
        if (attention?.done(topic, payload)) resolve(true);
      });
    });
    // Retain handling 2: nothing retained is wanted where nobody listens (MQTT 5 section 3.8.3.1).
    const rh = attention === undefined ? 2 : 0;
    client.subscribe(Object.fromEntries(filters.map((filter) => [filter, { qos: 0 as const, rh }])), () => {});
    const codes = await line.within(Promise.race([suback, cutShort]), answerMs, 'SUBACK').finally(answered);
    if (attention === undefined || !codes?.some(isGranted)) return { codes, heard: false };
    return { codes, heard: await withinSilence(heard, attention.ms) };
  }

  async function withinSilence(heard: Promise<true>, ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    try {
      return (await line.within(Promise.race([heard, silence, cutShort]), ms + 1000, 'traffic')) ?? false;
    } finally {
      clearTimeout(timer);
    }
  }

  async function unsubscribe(filter: string): Promise<void> {
    const answered = await look.request('mqtt.unsubscribe');
    const done = new Promise<void>((resolve) => client.unsubscribe(filter, () => resolve()));
    await line.within(Promise.race([done, cutShort]), answerMs, 'UNSUBACK').finally(answered);
  }

  return {
    session: greet(),
    async close() {
      // A DISCONNECT, so that the broker logs an orderly end; then whatever is left is cut.
      const ended = new Promise<void>((resolve) => client.end(!client.connected, {}, () => resolve()));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, goodbyeMs);
      });
      await Promise.race([ended, late]);
      clearTimeout(timer);
      stream.destroy();
    },
  };
}

function clientOver(look: Look<MqttOptions>, stream: Duplex, options: SessionOptions): MqttClient {
  const { version, credential } = options;
  const settings: IClientOptions = {
    clientId: look.identity.clientId,
    protocolVersion: version,
    clean: true,
    keepalive: 30,
    reconnectPeriod: 0,
    connectTimeout: answerMs + 1000,
    resubscribe: false,
    timerVariant: 'native',
    ...(version === 5
      ? {
          properties: {
            sessionExpiryInterval: 0,
            maximumPacketSize: 4096,
            receiveMaximum: 1,
            requestProblemInformation: true,
          },
        }
      : {}),
    ...(credential?.username === undefined ? {} : { username: credential.username }),
    ...(credential?.password === undefined ? {} : { password: credential.password.reveal() }),
  };
  const { scheme, host, port, path } = look.target;
  if (scheme !== 'ws' && scheme !== 'wss') return new mqtt.MqttClient(() => stream, settings);
  return mqtt.connect({
    ...settings,
    protocol: scheme,
    hostname: host.includes(':') ? `[${host}]` : host,
    port,
    path: path === '' || path === '/' ? '/mqtt' : path,
    // The connection is ours, already open: no address but the pinned one is contacted, no redirect followed.
    wsOptions: {
      createConnection: () => stream,
      maxPayload: mostBytes,
      perMessageDeflate: false,
      handshakeTimeout: answerMs,
    } as NonNullable<IClientOptions['wsOptions']>,
  });
}

function unopened(reception: Reception): Session {
  return {
    reception,
    subscribe: async () => ({ codes: undefined, heard: false }),
    unsubscribe: async () => {},
  };
}

/** In TLS 1.3 the refusal of a missing certificate arrives only now (RFC 8446 section 4.4.2.4). */
function lostConnection(failed: unknown): Reception {
  const why = codeOf(failed) ?? textOf(failed);
  return { kind: /_ALERT_/.test(why) ? 'tlsRefused' : 'hungUp', why };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : 'closed';
}

/**
 * Opens secure channels and sessions with node-opcua's client, without letting it connect by itself, accept a
 * certificate for good, keep alive, or come back after a break.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EndpointDescription, OPCUAClient } from 'node-opcua-client';
import type { Look } from '../contract/collector.ts';
import { Ended } from '../contract/collector.ts';
import { policyName, splitChain } from './endpoints.ts';
import { type Guard, statusOf } from './guard.ts';
import { type Endpoint, type Mode, modes, type OpcuaRaw, tokenTypes } from './raw.ts';

export interface Channel {
  readonly client: OPCUAClient;
  readonly endpoints: readonly Endpoint[];
}

export interface ChannelOptions {
  readonly mode: Mode;
  readonly policyUri: string;
  /** Of the endpoint that was chosen, so that the library need not look for one. */
  readonly serverCertificate?: Buffer;
  /** Folder of the key pair to use: the agent's lasting one, or one that is thrown away. */
  readonly pki: string;
  /** Application certificate of the plant's own, instead of the one in the folder. */
  readonly application?: { readonly certificate: string; readonly key: string };
}

export interface Run {
  readonly look: Look;
  readonly raw: OpcuaRaw;
  readonly guard: Guard;
}

const library = () =>
  Promise.all([
    import('node-opcua-client'),
    import('node-opcua-certificate-manager'),
    import('node-opcua-transport'),
    import('node-opcua-crypto'),
  ]);
let silenced = false;

const mostEndpoints = 200;
const requestsMs = 5000;

/** Opens a channel, takes the endpoint list, runs `body`, and closes the channel whatever happens. */
export async function withChannel<T>(
  { look, raw, guard }: Run,
  options: ChannelOptions,
  body: (channel: Channel) => Promise<T>,
): Promise<T> {
  const [opcua, certificates, transport, crypto] = await library();
  if (!silenced) {
    // The library prints what devices send and where it stores keys; what matters stands in the transcript.
    for (const set of [opcua.setWarningLogger, opcua.setErrorLogger, opcua.setDebugLogger]) set(() => {});
    silenced = true;
  }
  const manager = new certificates.OPCUACertificateManager({
    rootFolder: options.pki,
    automaticallyAcceptUnknownCertificate: false,
    disableFileWatchers: true,
  });
  const applicationUri = `urn:plimsoll:${look.identity.clientId}`;
  await inTurn(options.pki, () => prepareKeys(manager, { pki: options.pki, applicationUri, name: nameOf(look) }));

  let pending: (() => void) | undefined;
  const client = opcua.OPCUAClient.create({
    applicationName: nameOf(look),
    applicationUri,
    clientName: `${look.identity.clientId} (${look.identity.contact})`,
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0, initialDelay: 1000, maxDelay: 1000 },
    keepSessionAlive: false,
    requestedSessionTimeout: 30_000,
    transportTimeout: requestsMs,
    defaultTransactionTimeout: requestsMs,
    securityMode: opcua.MessageSecurityMode[modeWords[options.mode]],
    securityPolicy: policyName(options.policyUri),
    clientCertificateManager: manager,
    transportSettings: { maxMessageSize: 2 * 1024 * 1024, maxChunkCount: 64 },
    // Hands over sockets of ours: the library's own factory would connect to wherever a URL points.
    transportFactory: transport.makeReverseClientTransportFactory(async () => {
      const socket = await guard.open();
      pending = await look.request('opcua.endpoints');
      return { socket, endpointUrl: '', serverUri: '' };
    }),
    ...(options.serverCertificate === undefined ? {} : { serverCertificate: options.serverCertificate }),
    ...(options.application === undefined
      ? {}
      : { certificateKeyPairProvider: keyPairOf(crypto, options.application) }),
  });
  const seen: EndpointDescription[] = [];
  client.on('receive_response', (response) => {
    if ('endpoints' in response && Array.isArray(response.endpoints)) {
      for (const one of response.endpoints.slice(0, mostEndpoints)) if (one !== null) seen.push(one);
    }
  });
  try {
    await guard.step('secure channel and endpoint list', client.connect(urlOf(look)), 3 * requestsMs);
    pending?.();
    pending = undefined;
    raw.answeredAt ??= look.now().toISOString();
    return await body({ client, endpoints: seen.map(plainEndpoint) });
  } finally {
    pending?.();
    client.removeAllListeners('receive_response');
    // A polite end, but not at any price.
    await Promise.race([client.disconnect().catch(() => {}), shortWait()]);
    guard.closeAll();
    await manager.dispose();
  }
}

/** What an error of the library means for the run; our own ends pass through. */
export function endOf(error: unknown, doing: string): Ended {
  if (error instanceof Ended) return error;
  const status = statusOf(error);
  if (status !== undefined && refusals.has(status)) return new Ended('denied', `${doing}: ${status}`);
  if (status === 'BadTimeout') return new Ended('timedOut', `${doing}: ${status}`);
  return new Ended('unsupported', `${doing}: ${status ?? 'no OPC UA answer that we understand'}`);
}

const refusals: ReadonlySet<string> = new Set([
  'BadUserAccessDenied',
  'BadIdentityTokenRejected',
  'BadIdentityTokenInvalid',
  'BadUserSignatureInvalid',
  'BadSecurityChecksFailed',
  'BadCertificateUntrusted',
  'BadCertificateInvalid',
  'BadCertificateUriInvalid',
  'BadCertificateTimeInvalid',
  'BadCertificateUseNotAllowed',
  'BadCertificateChainIncomplete',
  'BadCertificateIssuerTimeInvalid',
  'BadCertificateRevoked',
  'BadCertificateRevocationUnknown',
  'BadApplicationSignatureInvalid',
  'BadAccountLocked',
]);

export function isRefusal(status: string | undefined): boolean {
  return status !== undefined && refusals.has(status);
}

/** Folder of the agent's lasting key pair, which operators may put on their servers' trust lists. */
export function ownPki(look: Look): string {
  return join(look.folder, 'opcua-pki');
}

const modeWords = { none: 'None', sign: 'Sign', signAndEncrypt: 'SignAndEncrypt' } as const;

function plainEndpoint(one: EndpointDescription): Endpoint {
  const certificate = Buffer.from(one.serverCertificate ?? []);
  return {
    url: one.endpointUrl ?? '',
    // 0 is "invalid" in the enumeration.
    mode: modes[Number(one.securityMode) - 1],
    policyUri: one.securityPolicyUri ?? '',
    transportProfileUri: one.transportProfileUri ?? '',
    tokens: (one.userIdentityTokens ?? []).flatMap((token) => {
      const type = tokenTypes[Number(token.tokenType)];
      return type === undefined ? [] : [{ type, policyUri: token.securityPolicyUri ?? '' }];
    }),
    chain: splitChain(certificate) ?? [certificate],
    applicationUri: one.server?.applicationUri ?? '',
  };
}

type Manager = InstanceType<Awaited<ReturnType<typeof library>>[1]['OPCUACertificateManager']>;

/** Makes key and certificate where there are none yet; the library would do it too, but two runs at once collide. */
async function prepareKeys(
  manager: Manager,
  { pki, applicationUri, name }: { pki: string; applicationUri: string; name: string },
): Promise<void> {
  await mkdir(pki, { recursive: true, mode: 0o700 });
  await manager.initialize();
  const outputFile = join(pki, 'own', 'certs', 'client_certificate.pem');
  if (existsSync(outputFile)) return;
  await manager.createSelfSignedCertificate({
    applicationUri,
    subject: { commonName: name, organization: 'Plimsoll' },
    dns: [],
    ip: [],
    startDate: new Date(),
    validity: 3650,
    outputFile,
  });
}

const turns = new Map<string, Promise<unknown>>();
async function inTurn(key: string, work: () => Promise<void>): Promise<void> {
  const mine = (turns.get(key) ?? Promise.resolve()).then(work, work);
  turns.set(key, mine);
  try {
    await mine;
  } finally {
    if (turns.get(key) === mine) turns.delete(key);
  }
}

function keyPairOf(
  crypto: Awaited<ReturnType<typeof library>>[3],
  { certificate, key }: { certificate: string; key: string },
) {
  const chain = splitChain(Buffer.concat([crypto.convertPEMtoDER(certificate)].flat())) ?? [];
  const privateKey = crypto.makePrivateKeyFromPem(key);
  const [leaf] = chain;
  if (leaf === undefined) throw new Ended('blocked', 'the credential holds no certificate (PEM)');
  return { getCertificate: () => leaf, getCertificateChain: () => chain, getPrivateKey: () => privateKey };
}

/** Operators find us in their log by name and contact. */
function nameOf(look: Look): string {
  return `Plimsoll ${look.identity.clientId}`;
}

/** What we call the server: the plant's own spelling. The connection goes to the pinned address in any case. */
function urlOf({ target }: Look): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return `opc.tcp://${host}:${target.port}${target.path === '/' ? '' : target.path}`;
}

function shortWait(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000).unref());
}

/** What the configuration of EMQX means. Pure. */
import type { Draft } from '../channel/tls-facts.ts';
import type { FactValue } from '../contract/vocabulary.ts';
import type { Reach } from './access-list.ts';
import { type EmqxRule, reachIn } from './emqx-access-list.ts';
import type { EmqxConfiguration, EmqxListener, Source } from './emqx-configuration.ts';
import { readReach } from './rights.ts';

/** What was read of EMQX: the settings, and the rules of each file that decides rights. */
export interface EmqxReading {
  readonly configuration: EmqxConfiguration;
  readonly rulesOf: ReadonlyMap<Source, readonly EmqxRule[]>;
}

export function readEmqxFacts({ configuration, rulesOf }: EmqxReading, draft: Draft): void {
  const { listeners } = configuration;
  draft.facts['service.listeners'] = elementsOf(configuration);
  if (configuration.defaultSecret === undefined) {
    // Accounts of the dashboard lie in its database; what is not written here says nothing of them.
    draft.unseen['auth.defaultCredential.present'] = 'ambiguous';
  } else {
    draft.facts['auth.defaultCredential.present'] = true;
    // The first password of the dashboard may have been changed since.
    if (configuration.defaultSecret === 'dashboard') draft.basis['auth.defaultCredential.present'] = 'inferred';
  }
  readLogging(configuration, draft);
  const facing = facingOf(listeners);
  if (facing.length === 0) return;
  readChannel(facing, draft);
  readAccess(facing, configuration, draft);
  const { sources, noMatch, decidedElsewhere } = configuration;
  readReach(decidedElsewhere ? undefined : reachOf(sources, noMatch, rulesOf), draft);
}

const local = /^(localhost|127\.|::1$)/;

/** What others can reach; a broker that only its own machine reaches is judged by that. */
function facingOf(listeners: readonly EmqxListener[]): readonly EmqxListener[] {
  const outward = listeners.filter(({ boundTo }) => !local.test(boundTo ?? ''));
  return outward.length > 0 ? outward : listeners;
}

const protocols = { tcp: 'mqtt', ssl: 'mqtts', ws: 'ws', wss: 'wss', quic: 'quic' } as const;

function elementsOf({ listeners, dashboard }: EmqxConfiguration): FactValue<'service.listeners'> {
  const elements = [
    ...listeners.map(({ kind, port, boundTo = '*', versions }) => {
      const transport = kind === 'quic' ? ('udp' as const) : ('tcp' as const);
      return { port, transport, protocol: protocols[kind], boundTo, tls: versions.length > 0 };
    }),
    ...dashboard.map(({ port, boundTo = '*', tls }) => {
      return { port, transport: 'tcp' as const, protocol: tls ? 'https' : 'http', boundTo, tls };
    }),
  ];
  const byId = elements.map((element) => {
    const id = `${element.transport}/${element.port}/${element.boundTo}`;
    return [id, { id, ...element }] as const;
  });
  return [...new Map(byId).values()];
}

function isEncrypted({ versions }: EmqxListener): boolean {
  return versions.length > 0;
}

function readChannel(listeners: readonly EmqxListener[], { facts, unseen }: Draft): void {
  facts['channel.encryption'] = listeners.every(isEncrypted) ? 'encrypted' : 'none';
  facts['channel.strongestEncryption'] = listeners.some(isEncrypted) ? 'encrypted' : 'none';
  const versions = listeners.flatMap((listener) => listener.versions).sort();
  const [lowest] = versions;
  const highest = versions.at(-1);
  if (lowest === undefined || highest === undefined) {
    unseen['tls.version.min'] = 'unsupported';
    unseen['tls.version.max'] = 'unsupported';
  } else {
    facts['tls.version.min'] = lowest;
    facts['tls.version.max'] = highest;
  }
  const order = ['none', 'requested', 'required'] as const;
  facts['auth.clientCertificate.required'] =
    order.find((word) => listeners.some(({ clientCertificate }) => clientCertificate === word)) ?? 'none';
}

type Method = FactValue<'auth.methods'>[number];

const methodOf: Readonly<Record<string, Method>> = {
  password_based: 'password',
  scram: 'password',
  jwt: 'token',
  gssapi: 'issuedToken',
};
/** Authenticators that check a credential themselves. A web server or an expression of the owner may let anybody in. */
const checks = (authenticator: string) =>
  Object.hasOwn(methodOf, mechanismOf(authenticator)) && !authenticator.endsWith(':http');

function mechanismOf(authenticator: string): string {
  return authenticator.split(':')[0] ?? '';
}

/** Whether nobody has to prove anything: a name that anybody can make up proves nothing. */
function isOpen({ authentication, chain, clientCertificate }: EmqxListener, hardened: boolean): boolean {
  if (clientCertificate === 'required') return false;
  return authentication === 'off' || (chain.length === 0 && !hardened);
}

function readAccess(listeners: readonly EmqxListener[], configuration: EmqxConfiguration, draft: Draft): void {
  const { facts, unseen } = draft;
  const { hardened, decidedElsewhere } = configuration;
  const open = listeners.filter((listener) => isOpen(listener, hardened));
  const asking = listeners.filter(({ authentication, chain }) => authentication !== 'off' && chain.length > 0);
  const unsure = asking.some(({ chain, clientCertificate }) => {
    return clientCertificate !== 'required' && !chain.every(checks);
  });
  if (decidedElsewhere) unseen['auth.anonymous.accepted'] = 'ambiguous';
  else if (open.length > 0) facts['auth.anonymous.accepted'] = true;
  else if (unsure) unseen['auth.anonymous.accepted'] = 'ambiguous';
  else facts['auth.anonymous.accepted'] = false;

  const authenticators = asking.flatMap(({ chain }) => chain);
  const methods = new Set<Method>(authenticators.flatMap((each) => methodOf[mechanismOf(each)] ?? []));
  if (open.length > 0) methods.add('none');
  if (listeners.some(({ clientCertificate }) => clientCertificate === 'required')) methods.add('certificate');
  const known = authenticators.every((each) => Object.hasOwn(methodOf, mechanismOf(each)));
  if (decidedElsewhere || !known || methods.size === 0) unseen['auth.methods'] = 'ambiguous';
  else facts['auth.methods'] = [...methods].sort();

  // SCRAM and Kerberos prove a secret without sending it.
  const sends = asking.filter(({ chain }) =>
    chain.some((each) => ['password_based', 'jwt'].includes(mechanismOf(each))),
  );
  if (sends.length === 0) unseen['auth.password.clearText'] = 'ambiguous';
  else facts['auth.password.clearText'] = sends.some((listener) => !isEncrypted(listener));
}

/** Source after source, until each right is decided; undefined where a source that is not here may decide it. */
function reachOf(
  sources: readonly Source[],
  noMatch: 'allow' | 'deny',
  rulesOf: EmqxReading['rulesOf'],
): { reading: Reach; writing: Reach } | undefined {
  let [publish, subscribe]: (boolean | undefined)[] = [undefined, undefined];
  let [somePublish, someSubscribe] = [false, false];
  for (const source of sources) {
    if (publish !== undefined && subscribe !== undefined) break;
    const rules = rulesOf.get(source);
    if (rules === undefined) return undefined;
    const reach = reachIn(rules);
    somePublish ||= publish === undefined && reach.somePublish;
    someSubscribe ||= subscribe === undefined && reach.someSubscribe;
    publish ??= reach.publish;
    subscribe ??= reach.subscribe;
  }
  const otherwise = noMatch === 'allow';
  return {
    reading: { everybody: subscribe ?? otherwise, named: someSubscribe },
    writing: { everybody: publish ?? otherwise, named: somePublish },
  };
}

type LogLevel = FactValue<'logging.level'>;
const levels: readonly LogLevel[] = ['debug', 'info', 'warning', 'error', 'off'];
const levelOf: Readonly<Record<string, LogLevel>> = {
  ...{ all: 'debug', debug: 'debug', info: 'info', notice: 'info', warning: 'warning' },
  ...{ error: 'error', critical: 'error', alert: 'error', emergency: 'error', none: 'off' },
};

function readLogging({ logs }: EmqxConfiguration, { facts, unseen, basis }: Draft): void {
  if (logs === undefined) {
    unseen['logging.local.enabled'] = 'ambiguous';
    unseen['logging.level'] = 'ambiguous';
    return;
  }
  const at = levels.find((level) => logs.some((log) => (levelOf[log.level] ?? 'error') === level)) ?? 'off';
  facts['logging.level'] = at;
  // Refused log-ins are warnings, in releases that report them at all; log-ins that succeed are told below that.
  facts['logging.local.enabled'] = at === 'debug' || at === 'info' || at === 'warning';
  const kept = logs.some(({ handler }) => handler === 'file');
  if (!kept || at === 'warning') basis['logging.local.enabled'] = 'inferred';
}

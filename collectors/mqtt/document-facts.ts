/** What a mosquitto.conf says about a broker. Pure. */
import type { Draft } from '../channel/tls-facts.ts';
import type { FactValue } from '../contract/vocabulary.ts';
import { globalReach, type Reach } from './access-list.ts';
import type { BrokerConfiguration, Listener } from './configuration.ts';
import type { MqttRaw } from './raw.ts';
import { readReach } from './rights.ts';

export function readConfigurationFacts(
  configuration: BrokerConfiguration,
  accessLists: MqttRaw['accessLists'],
  draft: Draft,
): void {
  const { listeners } = configuration;
  draft.facts['service.listeners'] = listeners.filter(({ port }) => port !== 0).map(listenerElement);
  const facing = facingOf(listeners);
  readChannel(facing, draft);
  readAccess(facing, configuration, draft);
  readReach(reachOf(facing, accessLists), draft);
  readLogging(configuration, draft);
  // It ships no account at all; whose words stand in a password file is not to be read.
  draft.unseen['auth.defaultCredential.present'] = 'unsupported';
}

const local = new Set(['localhost', '127.0.0.1', '::1', 'lo']);

/** What others can reach; a broker that only its own machine reaches is judged by that. */
function facingOf(listeners: readonly Listener[]): readonly Listener[] {
  const outward = listeners.filter(({ port, boundTo }) => port !== 0 && !local.has(boundTo ?? ''));
  return outward.length > 0 ? outward : listeners;
}

function isEncrypted({ certificate, key, preSharedKey }: Listener): boolean {
  return (certificate && key) || preSharedKey;
}

function listenerElement(listener: Listener): FactValue<'service.listeners'>[number] {
  const tls = isEncrypted(listener);
  const boundTo = listener.boundTo ?? '*';
  return {
    id: `tcp/${listener.port}/${boundTo}`,
    port: listener.port,
    transport: 'tcp',
    protocol: listener.protocol === 'mqtt' ? (tls ? 'mqtts' : 'mqtt') : tls ? 'wss' : 'ws',
    boundTo,
    tls,
  };
}

function readChannel(listeners: readonly Listener[], { facts, unseen }: Draft): void {
  facts['channel.encryption'] = listeners.every(isEncrypted) ? 'encrypted' : 'none';
  facts['channel.strongestEncryption'] = listeners.some(isEncrypted) ? 'encrypted' : 'none';
  // Without the setting, release 2 speaks 1.2 and 1.3.
  const versions = listeners.filter(isEncrypted).map(({ tlsVersion }) => tlsVersion ?? '1.2');
  const lowest = versions.toSorted()[0];
  if (lowest === undefined) {
    unseen['tls.version.min'] = 'unsupported';
    unseen['tls.version.max'] = 'unsupported';
  } else {
    facts['tls.version.min'] = lowest;
    // The setting is the lowest version; the newest one is always on (mosquitto.conf(5), tls_version).
    facts['tls.version.max'] = '1.3';
  }
  facts['auth.clientCertificate.required'] = listeners.every((one) => one.requireCertificate && isEncrypted(one))
    ? 'required'
    : 'none';
}

function readAccess(
  listeners: readonly Listener[],
  { localOnly }: BrokerConfiguration,
  { facts, unseen }: Draft,
): void {
  // Since release 2 the default is false, except where no listener is configured at all.
  const anonymous = listeners.map(({ security }) => security.allowAnonymous ?? localOnly);
  const decidedElsewhere = listeners.some(({ security }, index) => security.plugin && anonymous[index]);
  if (decidedElsewhere) unseen['auth.anonymous.accepted'] = 'ambiguous';
  else facts['auth.anonymous.accepted'] = anonymous.some(Boolean);

  const methods = new Set<FactValue<'auth.methods'>[number]>();
  for (const [index, listener] of listeners.entries()) {
    const { security } = listener;
    if (anonymous[index]) methods.add('none');
    if (security.passwordFile) methods.add('password');
    if (listener.requireCertificate && listener.nameFromCertificate) methods.add('certificate');
    if (listener.preSharedKey && security.pskFile) methods.add('key');
  }
  if (listeners.some(({ security }) => security.plugin) || methods.size === 0) unseen['auth.methods'] = 'ambiguous';
  else facts['auth.methods'] = [...methods].sort();

  const asksPassword = listeners.filter(({ security }) => security.passwordFile || security.plugin);
  if (asksPassword.length > 0) {
    facts['auth.password.clearText'] = asksPassword.some((listener) => !isEncrypted(listener));
  } else {
    unseen['auth.password.clearText'] = 'ambiguous';
  }
}

/** undefined where a plug-in or a list that is not here decides. */
function reachOf(
  listeners: readonly Listener[],
  accessLists: MqttRaw['accessLists'],
): { reading: Reach; writing: Reach } | undefined {
  if (listeners.some(({ security }) => security.aclFile === undefined && !security.plugin)) {
    // Without an access list whoever is in may read and write everything.
    const all = { everybody: true, named: false };
    return { reading: all, writing: all };
  }
  const lists = listeners.map(({ security }) =>
    security.aclFile === undefined ? undefined : accessLists.get(security.aclFile),
  );
  if (listeners.some(({ security }) => security.plugin) || lists.some((rules) => rules === undefined)) return undefined;
  const rules = lists.flatMap((list) => list ?? []);
  return { reading: globalReach(rules, 'read'), writing: globalReach(rules, 'write') };
}

function readLogging(
  { logDestinations, logTypes, connectionMessages }: BrokerConfiguration,
  { facts, basis }: Draft,
): void {
  const types = logTypes.length === 0 ? ['error', 'warning', 'notice', 'information'] : logTypes;
  const kept =
    logDestinations.length === 0 ? ['stderr'] : logDestinations.filter((one) => one !== 'none' && one !== 'topic');
  // Log-ins and their refusals are notices.
  const recorded = connectionMessages && types.some((type) => type === 'notice' || type === 'all');
  facts['logging.local.enabled'] = kept.length > 0 && recorded;
  // A log on standard error is kept only by whoever started the broker.
  if (kept.every((one) => one === 'stderr' || one === 'stdout')) basis['logging.local.enabled'] = 'inferred';
  facts['logging.level'] = kept.length === 0 || types.every((type) => type === 'none') ? 'off' : levelOf(types);
}

function levelOf(types: readonly string[]): FactValue<'logging.level'> {
  if (types.includes('all') || types.includes('debug')) return 'debug';
  if (types.includes('information') || types.includes('notice')) return 'info';
  return types.includes('warning') ? 'warning' : 'error';
}

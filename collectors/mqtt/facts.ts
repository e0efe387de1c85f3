/** What a look at a broker means. Pure. */
import { type Draft, readTlsSight } from '../channel/tls-facts.ts';
import type { Reading, Setup, UnseenReason } from '../contract/collector.ts';
import type { FactName } from '../contract/vocabulary.ts';
import { isGranted, productOf, refusalOf } from './answers.ts';
import { readConfigurationFacts } from './document-facts.ts';
import { readEmqxFacts } from './emqx-facts.ts';
import { isSecure, type MqttOptions, mqttManifest } from './manifest.ts';
import type { Attempt, MqttRaw } from './raw.ts';

export function readMqtt(raw: MqttRaw, setup: Setup<MqttOptions>): Reading {
  const draft = readTlsSight(raw.sight);
  if (setup.scheme === 'file') {
    if (raw.configuration !== undefined) readConfigurationFacts(raw.configuration, raw.accessLists, draft);
    if (raw.emqx !== undefined) readEmqxFacts(raw.emqx, draft);
    return draft;
  }
  if (setup.options.testIdentity !== undefined) {
    readIdentityTest(raw, setup, draft);
    return onlyPromised(draft, mqttManifest.facts(setup));
  }
  if (!isSecure(setup)) readPlainChannel(raw, draft);
  readAnonymous(raw, setup, draft);
  readPasswordPath(raw, setup, draft);
  readMethods(raw, draft);
  readProduct(raw, draft);
  readRights(raw, setup, draft);
  return onlyPromised(draft, mqttManifest.facts(setup));
}

function met(attempt: MqttRaw['own']): Attempt | undefined {
  return attempt === undefined || attempt.kind === 'withheld' ? undefined : attempt;
}

function spoke(attempt: MqttRaw['own']): boolean {
  return attempt?.kind === 'accepted' || attempt?.kind === 'refused';
}

/** The credential itself was refused: not a broker that is busy or dislikes our client id. */
function isRefused(attempt: Attempt | undefined): boolean {
  return attempt?.kind === 'refused' && refusalOf(attempt.version, attempt.code) === 'notAuthorised';
}

function readPlainChannel(raw: MqttRaw, { facts, unseen, basis }: Draft): void {
  const names = ['channel.encryption', 'channel.strongestEncryption', 'auth.clientCertificate.required'] as const;
  const answered = spoke(raw.anonymous) || spoke(raw.own);
  if (!raw.sight.listening) return;
  if (raw.greeted && !answered) {
    // It accepts connections and does not speak MQTT: after a hang-up nothing is known, after silence the outcome says so.
    if (raw.anonymous !== undefined || raw.own !== undefined) for (const name of names) unseen[name] = 'ambiguous';
    return;
  }
  facts['channel.encryption'] = 'none';
  facts['channel.strongestEncryption'] = 'none';
  facts['auth.clientCertificate.required'] = 'none';
  // That something accepts on a port declared as MQTT without TLS is a sign; a CONNACK is proof.
  if (!answered) for (const name of names) basis[name] = 'inferred';
}

function readAnonymous(raw: MqttRaw, setup: Setup, { facts, unseen, basis }: Draft): void {
  const name = 'auth.anonymous.accepted';
  const { anonymous } = raw;
  if (anonymous?.kind === 'accepted') {
    facts[name] = true;
  } else if (isRefused(anonymous) || anonymous?.kind === 'tlsRefused') {
    facts[name] = false;
  } else if (anonymous !== undefined) {
    unseen[name] = 'ambiguous';
  } else if (facts['auth.clientCertificate.required'] === 'required') {
    // Who has no certificate does not get as far as a CONNECT.
    facts[name] = false;
    basis[name] = basis['auth.clientCertificate.required'] ?? 'authoritative';
  } else if (!setup.consents.has('mqtt.anonymous')) {
    unseen[name] = 'blocked';
  }
}

function readPasswordPath(raw: MqttRaw, setup: Setup, { facts, unseen, basis }: Draft): void {
  const name = 'auth.password.clearText';
  if (isSecure(setup)) {
    const encryption = facts['channel.encryption'];
    if (encryption === undefined) return;
    facts[name] = encryption !== 'encrypted';
    basis[name] = basis['channel.encryption'] ?? 'authoritative';
  } else if (met(raw.own)?.kind === 'accepted' && raw.ownMethods.includes('password')) {
    facts[name] = true;
  } else if (isRefused(raw.anonymous)) {
    // It asks for a log-in here, and on this port one can only be sent in clear.
    facts[name] = true;
    basis[name] = 'inferred';
  } else if (raw.anonymous !== undefined) {
    unseen[name] = 'ambiguous';
  } else if (!setup.consents.has('mqtt.anonymous')) {
    unseen[name] = 'blocked';
  }
}

function readMethods(raw: MqttRaw, { facts, basis }: Draft): void {
  const methods = new Set<'none' | 'password' | 'certificate'>();
  if (raw.anonymous?.kind === 'accepted') methods.add('none');
  if (met(raw.own)?.kind === 'accepted') for (const method of raw.ownMethods) methods.add(method);
  const seen = methods.size;
  if (isRefused(raw.anonymous)) methods.add('password');
  if (facts['auth.clientCertificate.required'] === 'required') methods.add('certificate');
  if (methods.size === 0) return;
  facts['auth.methods'] = [...methods].sort();
  if (methods.size > seen) basis['auth.methods'] = 'inferred';
}

function readProduct(raw: MqttRaw, { facts, unseen, basis }: Draft): void {
  const product = productOf(raw.texts);
  const found = {
    'firmware.version': product.version,
    'device.vendor': product.vendor,
    'device.model': product.model,
  } as const;
  for (const [name, value] of Object.entries(found) as [keyof typeof found, string | undefined][]) {
    if (value !== undefined) {
      facts[name] = value;
      basis[name] = 'stated';
    } else {
      const reason = product.version === undefined ? reasonForSilence(raw) : 'unsupported';
      if (reason !== undefined) unseen[name] = reason;
    }
  }
}

function reasonForSilence(raw: MqttRaw): UnseenReason | undefined {
  if (raw.versionAsked) {
    // Brokers may grant and then filter what they deliver: granted and silent says nothing.
    return raw.versionCodes?.some(isGranted) ? 'ambiguous' : 'denied';
  }
  if (raw.own?.kind === 'withheld') return 'blocked';
  return raw.own?.kind === 'hungUp' ? 'ambiguous' : undefined;
}

function readRights(raw: MqttRaw, setup: Setup, { facts, unseen, basis }: Draft): void {
  if (raw.canary?.value === 'refused') {
    facts['authorization.defaultDeny'] = true;
    basis['authorization.defaultDeny'] = raw.canary.basis;
  } else if (raw.canary !== undefined) {
    unseen['authorization.defaultDeny'] = 'ambiguous';
  } else if (isForbidden(raw, setup, 'mqtt.canary')) {
    unseen['authorization.defaultDeny'] = 'blocked';
  }
  if (raw.wildcard?.value === 'refused') {
    facts['authorization.wildcard.granted'] = false;
    basis['authorization.wildcard.granted'] = raw.wildcard.basis;
  } else if (raw.wildcard !== undefined && raw.canary?.value === 'refused') {
    // It decides when it is asked, not on delivery: so what it grants, it grants.
    facts['authorization.wildcard.granted'] = true;
  } else if (raw.wildcard !== undefined) {
    unseen['authorization.wildcard.granted'] = 'ambiguous';
  } else if (isForbidden(raw, setup, 'mqtt.wildcard')) {
    unseen['authorization.wildcard.granted'] = 'blocked';
  }
  if (raw.foreign !== undefined) {
    facts['authorization.foreignTopic'] = raw.foreign.value;
    basis['authorization.foreignTopic'] = raw.foreign.basis;
    if (raw.foreign.value === 'grantedSilent') {
      unseen['negativeTest.result'] = 'ambiguous';
      unseen['negativeTest.lastAt'] = 'ambiguous';
    } else {
      facts['negativeTest.result'] = raw.foreign.value === 'refused' ? 'refused' : 'allowed';
      facts['negativeTest.lastAt'] = raw.foreign.at.toISOString();
      basis['negativeTest.result'] = raw.foreign.basis;
    }
  } else if (isForbidden(raw, setup, 'mqtt.foreignTopic')) {
    for (const name of ['authorization.foreignTopic', 'negativeTest.result', 'negativeTest.lastAt'] as const) {
      unseen[name] = 'blocked';
    }
  }
}

/** Refused or let in; a broker that is busy or hangs up has answered neither. */
function readIdentityTest(raw: MqttRaw, setup: Setup<MqttOptions>, { facts, unseen, basis }: Draft): void {
  const names = ['negativeTest.result', 'negativeTest.lastAt', 'identity.revocation.refused'] as const;
  if (raw.identityTest === undefined) {
    if (isForbidden(raw, setup, 'mqtt.testIdentity')) for (const name of names) unseen[name] = 'blocked';
    return;
  }
  const { attempt, at } = raw.identityTest;
  const refused = isRefused(attempt) || attempt.kind === 'tlsRefused';
  if (!refused && attempt.kind !== 'accepted') {
    for (const name of names) unseen[name] = 'ambiguous';
    return;
  }
  facts['negativeTest.result'] = refused ? 'refused' : 'allowed';
  facts['negativeTest.lastAt'] = at.toISOString();
  facts['identity.revocation.refused'] = refused;
  // Only this alert says that it was for the revocation (RFC 8446 section 6.2, certificate_revoked).
  const said = attempt.kind === 'tlsRefused' && /REVOKED/.test(attempt.why);
  if (refused && !said) basis['identity.revocation.refused'] = 'inferred';
}

function isForbidden(raw: MqttRaw, setup: Setup, test: string): boolean {
  return !setup.consents.has(test) || raw.own?.kind === 'withheld';
}

/** The TLS reader knows more facts than MQTT may fill. */
function onlyPromised(draft: Draft, promised: Partial<Record<FactName, unknown>>): Reading {
  for (const record of [draft.facts, draft.unseen, draft.basis]) {
    for (const name of Object.keys(record) as FactName[]) {
      if (!Object.hasOwn(promised, name)) delete record[name];
    }
  }
  return draft;
}

/** From what an OPC UA server answered to facts. Pure. */
import { type ChainSighting, certificateFacts, certificateId, chainsTo } from '../contract/certificate.ts';
import type { Basis, Reading, Setup, UnseenReason } from '../contract/collector.ts';
import type { FactName, FactsDraft, FactValue } from '../contract/vocabulary.ts';
import { passwordIsClear, sessionEndpoints } from './endpoints.ts';
import { certificateFactNames, type OpcuaOptions, opcuaManifest } from './manifest.ts';
import { longestText, nodes, numberIn, textIn } from './nodes.ts';
import { type Answer, type Endpoint, modes, type OpcuaRaw } from './raw.ts';

interface Draft {
  readonly facts: FactsDraft;
  readonly unseen: Partial<Record<FactName, UnseenReason>>;
  readonly basis: Partial<Record<FactName, Basis>>;
}

const daySeconds = 86_400;

export function readingOf(raw: OpcuaRaw, setup: Setup<OpcuaOptions>): Reading {
  const draft: Draft = { facts: {}, unseen: {}, basis: {} };
  if (raw.listening !== undefined) draft.facts['service.listening'] = raw.listening;
  if (raw.listening && raw.answeredAt !== undefined) draft.facts['asset.inventory.lastSeen'] = raw.answeredAt;
  if (raw.endpoints !== undefined) {
    readEndpoints(raw.endpoints, draft);
    readCertificates(raw.endpoints, { raw, draft });
  }
  readTests(raw, draft);
  if (setup.options.testIdentity !== undefined) readIdentityTest(raw, setup, draft);
  if (raw.credential === 'accepted') {
    readDevice(raw, draft);
    readSerial(raw, draft);
    readWatch(raw, draft);
    readRights(raw, draft);
  }
  const promised = opcuaManifest.facts(setup);
  for (const name of Object.keys(draft.unseen) as FactName[]) {
    if (promised[name] === undefined || draft.facts[name] !== undefined) delete draft.unseen[name];
  }
  // Our own rule kept the credential back: that outcome is the session's, not the endpoint list's.
  if (raw.credential === 'withheld' || raw.credential === 'denied') {
    for (const [name, tier] of Object.entries(promised) as [FactName, string][]) {
      if (tier === 'T3' || draft.facts[name] !== undefined) continue;
      if (raw.endpoints !== undefined && tier === 'T2') draft.unseen[name] ??= 'ambiguous';
    }
  }
  return draft;
}

function readEndpoints(endpoints: readonly Endpoint[], { facts, unseen, basis }: Draft): void {
  facts['opcua.endpoints'] = endpointRecords(endpoints);
  const uris = new Set(endpoints.map(({ applicationUri }) => applicationUri).filter((uri) => uri !== ''));
  const [uri] = uris;
  if (uris.size === 1 && uri !== undefined && uri.length <= longestText) {
    facts['identity.deviceId'] = uri;
    basis['identity.deviceId'] = 'stated';
  } else unseen['identity.deviceId'] = uris.size > 1 ? 'ambiguous' : 'unsupported';

  const open = sessionEndpoints(endpoints);
  if (open.length === 0) {
    // A server for discovery only, or one whose sessions run over another transport.
    for (const name of sessionFacts) unseen[name] = 'unsupported';
    return;
  }
  const tokens = new Set(open.flatMap((endpoint) => endpoint.tokens.map(({ type }) => type)));
  facts['auth.methods'] = [...tokens].map((type) => (type === 'anonymous' ? ('none' as const) : type)).sort();
  facts['auth.password.clearText'] = open.some(passwordIsClear);
  const ranks = open.map(({ mode }) => modes.indexOf(mode));
  facts['channel.encryption'] = strengths[Math.min(...ranks)] ?? 'none';
  facts['channel.strongestEncryption'] = strengths[Math.max(...ranks)] ?? 'none';
  if (open.some(({ mode }) => mode === 'none')) facts['auth.clientCertificate.required'] = 'none';
  else unseen['auth.clientCertificate.required'] = 'ambiguous';
  if (!tokens.has('anonymous')) {
    facts['auth.anonymous.accepted'] = false;
    basis['auth.anonymous.accepted'] = 'stated';
  }
}

const strengths = ['none', 'signed', 'encrypted'] as const;
const sessionFacts = [
  'auth.methods',
  'auth.password.clearText',
  'auth.clientCertificate.required',
  'channel.encryption',
  'channel.strongestEncryption',
] as const;

function endpointRecords(endpoints: readonly Endpoint[]): FactValue<'opcua.endpoints'> {
  const byId = new Map<string, { first: Endpoint; tokens: Set<string> }>();
  for (const endpoint of endpoints) {
    const id = `${endpoint.url} ${endpoint.mode ?? 'invalid'} ${endpoint.policyUri}`;
    const entry = byId.get(id) ?? { first: endpoint, tokens: new Set<string>() };
    for (const { type } of endpoint.tokens) entry.tokens.add(type);
    byId.set(id, entry);
  }
  return [...byId]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, { first, tokens }]) => ({
      id,
      url: first.url,
      ...(first.mode === undefined ? {} : { securityMode: first.mode }),
      securityPolicyUri: first.policyUri,
      tokenTypes: [...tokens].sort(),
      ...(first.chain[0] === undefined ? {} : { certificateId: certificateId(first.chain[0]) }),
    }));
}

function readCertificates(endpoints: readonly Endpoint[], { raw, draft }: { raw: OpcuaRaw; draft: Draft }): void {
  const { facts, unseen, basis } = draft;
  const chains = new Map<string, Endpoint>();
  for (const endpoint of endpoints) {
    if (endpoint.chain[0] !== undefined) chains.set(certificateId(endpoint.chain[0]), endpoint);
  }
  const sightings: ChainSighting[] = [...chains.values()].map(({ chain }) => ({
    chain,
    trusted: raw.trust.length === 0 ? undefined : chainsTo(chain, raw.trust),
  }));
  const found = certificateFacts(sightings, { interface: `opc.tcp/${raw.port}`, host: raw.host });
  Object.assign(facts, found);
  // Signatures were followed by hand, dates and revocation were not looked at.
  if (found['tls.certificate.trusted'] !== undefined) basis['tls.certificate.trusted'] = 'inferred';
  const records = found['tls.certificates'];
  if (records !== undefined) {
    // OPC 10000-4 section 6.1.3: the name that counts is the application's URI, not the host.
    const judged = records.map((record) => {
      const uri = chains.get(record.id)?.applicationUri;
      return record.role === 'leaf'
        ? { ...record, subjectMatches: (record.sans ?? []).includes(`URI:${uri}`) }
        : record;
    });
    facts['tls.certificates'] = judged;
    const leaves = judged.filter(({ role }) => role === 'leaf');
    facts['tls.certificate.subjectMatches'] = leaves.every(({ subjectMatches }) => subjectMatches === true);
    facts['identity.machines'] = leaves.map(({ id, notBefore, notAfter }) => ({
      id,
      kind: 'certificate',
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(notAfter === undefined ? {} : { notAfter }),
    }));
  }
  // No certificate on any endpoint, or one that cannot be read.
  for (const name of certificateFactNames) if (facts[name] === undefined) unseen[name] = 'unsupported';
  if (raw.trust.length === 0) unseen['tls.certificate.trusted'] = 'notTried';
}

function readTests(raw: OpcuaRaw, { facts, unseen, basis }: Draft): void {
  if (raw.anonymousTest === 'accepted' || raw.anonymousTest === 'refused') {
    facts['auth.anonymous.accepted'] = raw.anonymousTest === 'accepted';
    delete basis['auth.anonymous.accepted'];
  } else if (raw.anonymousTest === 'unclear') unseen['auth.anonymous.accepted'] = 'ambiguous';
  // A None endpoint has already settled it.
  if (facts['auth.clientCertificate.required'] !== undefined) return;
  if (raw.strangerTest === 'refused') facts['auth.clientCertificate.required'] = 'required';
  if (raw.strangerTest === 'accepted') facts['auth.clientCertificate.required'] = 'requested';
}

/** OPC 10000-100 section 4.5.3: SerialNumber of the one device; several are several things. */
function readSerial({ devices }: OpcuaRaw, { facts, unseen, basis }: Draft): void {
  const name = 'device.serial';
  if (devices === undefined) return;
  if ('status' in devices) unseen[name] = reasonOf(devices);
  else if (devices.count > 1) unseen[name] = 'ambiguous';
  else {
    const serial = textIn(devices.serial);
    if (serial === undefined) unseen[name] = devices.serial === undefined ? 'unsupported' : reasonOf(devices.serial);
    else {
      facts[name] = serial;
      basis[name] = 'stated';
    }
  }
}

function readIdentityTest(raw: OpcuaRaw, setup: Setup<OpcuaOptions>, { facts, unseen, basis }: Draft): void {
  const names = ['negativeTest.result', 'negativeTest.lastAt'] as const;
  const revoked = setup.options.testIdentity === 'revoked';
  const all = revoked ? ([...names, 'identity.revocation.refused'] as const) : names;
  const { identityTest } = raw;
  if (identityTest === undefined) {
    const forbidden = raw.credential === 'withheld' || !setup.consents.has('opcua.testIdentity');
    if (forbidden) for (const name of all) unseen[name] = 'blocked';
    return;
  }
  if (identityTest.result === 'unclear') {
    for (const name of all) unseen[name] = 'ambiguous';
    return;
  }
  facts['negativeTest.result'] = identityTest.result === 'refused' ? 'refused' : 'allowed';
  facts['negativeTest.lastAt'] = identityTest.at;
  if (!revoked) return;
  facts['identity.revocation.refused'] = identityTest.result === 'refused';
  // Servers should not tell strangers why (OPC 10000-4 section 5.5.2): most refusals may have another cause.
  if (identityTest.result === 'refused' && identityTest.status !== 'BadCertificateRevoked') {
    basis['identity.revocation.refused'] = 'inferred';
  }
}

function readDevice(raw: OpcuaRaw, draft: Draft): void {
  const stated = (name: 'device.vendor' | 'device.model' | 'firmware.version', node: number) => {
    const answer = raw.values.get(node);
    const text = textIn(answer);
    if (text === undefined) draft.unseen[name] = reasonOf(answer);
    else {
      draft.facts[name] = text;
      draft.basis[name] = 'stated';
    }
  };
  stated('device.vendor', nodes.manufacturerName);
  stated('device.model', nodes.productName);
  stated('firmware.version', nodes.softwareVersion);
  const built = dateIn(raw.values.get(nodes.buildDate));
  // Servers that know none send the protocol's zero (1601) or the epoch.
  if (built !== undefined && built.getUTCFullYear() > 1990) {
    draft.facts['firmware.buildDate'] = built.toISOString();
    draft.basis['firmware.buildDate'] = 'stated';
  } else draft.unseen['firmware.buildDate'] = reasonOf(raw.values.get(nodes.buildDate));
}

function readWatch(raw: OpcuaRaw, { facts, unseen, basis }: Draft): void {
  const auditing = raw.values.get(nodes.auditing);
  const on = booleanIn(auditing);
  if (on === undefined) unseen['logging.local.enabled'] = reasonOf(auditing);
  else facts['logging.local.enabled'] = on;

  const now = dateIn(raw.values.get(nodes.currentTime));
  if (now === undefined || raw.clock === undefined) unseen['time.offset'] = reasonOf(raw.values.get(nodes.currentTime));
  else {
    const middle = (raw.clock.askedMs + raw.clock.answeredMs) / 2;
    facts['time.offset'] = Math.round(now.getTime() - middle) / 1000;
  }
  const rejected = rejectedInADay(raw, now);
  if (rejected === undefined) {
    const counter = raw.values.get(nodes.rejectedSessions);
    unseen['monitor.rejectedAccess.count'] = numberIn(counter) === undefined ? reasonOf(counter) : 'ambiguous';
  } else facts['monitor.rejectedAccess.count'] = rejected;

  const secure = booleanIn(raw.values.get(nodes.hasSecureElement));
  if (secure === undefined) unseen['identity.keyInHardware'] = reasonOf(raw.values.get(nodes.hasSecureElement));
  else {
    facts['identity.keyInHardware'] = secure;
    basis['identity.keyInHardware'] = 'stated';
  }
  const length = lowIn(raw.values.get(nodes.passwordLength));
  if (length === undefined) unseen['auth.passwordPolicy.minLength'] = reasonOf(raw.values.get(nodes.passwordLength));
  else facts['auth.passwordPolicy.minLength'] = length;
}

/**
 * Counters run since the start: they speak of one day only where the server is younger, or never refused anything.
 * Security refusals only; a session refused for want of room is no refused access.
 */
function rejectedInADay(raw: OpcuaRaw, now: Date | undefined): number | undefined {
  const sessions = numberIn(raw.values.get(nodes.rejectedSessions));
  const requests = numberIn(raw.values.get(nodes.rejectedRequests));
  const start = dateIn(raw.values.get(nodes.startTime));
  const kept = booleanIn(raw.values.get(nodes.diagnosticsEnabled));
  if (sessions === undefined || requests === undefined || start === undefined || now === undefined || !kept)
    return undefined;
  const upSeconds = (now.getTime() - start.getTime()) / 1000;
  if (upSeconds > 0 && upSeconds <= daySeconds) return sessions + requests;
  return upSeconds > daySeconds && sessions + requests === 0 ? 0 : undefined;
}

function readRights(raw: OpcuaRaw, { facts, unseen }: Draft): void {
  if (raw.roles !== undefined && 'names' in raw.roles && raw.roles.names.length > 0) {
    facts['authorization.roles'] = [...new Set(raw.roles.names.filter((name) => name !== ''))].sort();
  } else
    unseen['authorization.roles'] =
      raw.roles !== undefined && 'status' in raw.roles ? reasonOf(raw.roles) : 'ambiguous';
  const { sample } = raw;
  if (sample === undefined) return;
  if (sample.variables > 0) facts['authorization.writable.count'] = sample.writable.length;
  else unseen['authorization.writable.count'] = 'ambiguous';
  if (sample.methods > 0) facts['authorization.executable.count'] = sample.executable.length;
  else unseen['authorization.executable.count'] = 'ambiguous';
}

/** Why a value is not there: refused to us, or not known to this server. */
function reasonOf(answer: Answer | undefined): UnseenReason {
  if (answer === undefined) return 'notTried';
  if (!('status' in answer)) return 'unsupported';
  return /Denied|NotReadable|SecurityMode|Rejected/.test(answer.status) ? 'denied' : 'unsupported';
}

function booleanIn(answer: Answer | undefined): boolean | undefined {
  return answer !== undefined && 'value' in answer && typeof answer.value === 'boolean' ? answer.value : undefined;
}

function dateIn(answer: Answer | undefined): Date | undefined {
  const found = answer !== undefined && 'value' in answer ? answer.value : undefined;
  return found instanceof Date && !Number.isNaN(found.getTime()) ? found : undefined;
}

/** `Low` of a Range. */
function lowIn(answer: Answer | undefined): number | undefined {
  const range = answer !== undefined && 'value' in answer ? answer.value : undefined;
  const low: unknown = typeof range === 'object' && range !== null && 'low' in range ? range.low : undefined;
  return typeof low === 'number' && Number.isSafeInteger(low) && low >= 0 ? low : undefined;
}

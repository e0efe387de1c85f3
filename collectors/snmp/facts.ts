/** From what an SNMP agent answered to facts. Pure. */
import type { Basis, Reading, Setup, UnseenReason } from '../contract/collector.ts';
import type { AuthProtocol, PrivProtocol } from '../contract/credential.ts';
import type { FactName, FactsDraft, FactValue } from '../contract/vocabulary.ts';
import { accessModelOf, legacyWritable, userProtocols, weakestAccess, writableBy } from './access.ts';
import { engineIdParts } from './engine.ts';
import type { SnmpOptions } from './manifest.ts';
import { snmpManifest } from './manifest.ts';
import { scalars } from './objects.ts';
import type { SnmpRaw, Value } from './raw.ts';
import { listenersOf, neighboursOf, notificationTargets, portsAccessControlled, unusedOpenPorts } from './tables.ts';
import { cell, instantOf, numberOf, textOf } from './values.ts';
import { enterpriseOf, objectsOf, type Role, vendorOf } from './vendors.ts';

interface Draft {
  readonly facts: FactsDraft;
  readonly basis: Partial<Record<FactName, Basis>>;
}

const day = 86_400;

export function readingOf(raw: SnmpRaw, setup: Setup<SnmpOptions>): Reading {
  const draft: Draft = { facts: {}, basis: {} };
  fillReachable(draft, raw);
  if (raw.credential === 'answered') {
    fillDevice(draft, raw);
    fillState(draft, raw);
    fillTables(draft, raw);
  }
  fillAccess(draft, raw);
  fillTests(draft, raw);
  fillMaker(draft, raw);
  const promised = snmpManifest.facts(setup);
  const redacted = raw.redacted.size === 0 ? {} : { redacted: [...raw.redacted] };
  return { ...draft, unseen: reasonsFor(promised, { draft, raw, setup }), ...redacted };
}

function put<N extends FactName>(draft: Draft, name: N, found: { value: FactValue<N> | undefined; basis?: Basis }) {
  if (found.value === undefined || draft.facts[name] !== undefined) return;
  Object.assign(draft.facts, { [name]: found.value });
  draft.basis[name] = found.basis ?? 'authoritative';
}

function fillReachable(draft: Draft, raw: SnmpRaw): void {
  if (raw.answeredAt !== undefined) {
    put(draft, 'service.listening', { value: true });
    put(draft, 'asset.inventory.lastSeen', { value: raw.answeredAt });
  } else if (raw.refused) put(draft, 'service.listening', { value: false });
  if (raw.engine === undefined || raw.engine === 'silent') return;
  const parts = engineIdParts(raw.engine.engineId);
  put(draft, 'identity.deviceId', { value: parts?.hex, basis: 'stated' });
}

/** Whoever made the agent software often made the device: a hint for want of anything better. */
function fillMaker(draft: Draft, raw: SnmpRaw): void {
  if (raw.engine === undefined || raw.engine === 'silent') return;
  const maker = vendorOf(engineIdParts(raw.engine.engineId)?.enterprise)?.vendor;
  put(draft, 'device.vendor', { value: maker, basis: 'inferred' });
}

function fillDevice(draft: Draft, raw: SnmpRaw): void {
  const objectId = raw.scalars.get(scalars.objectId);
  const byRole = new Map<Role, Value>();
  for (const { role, oid } of objectsOf(objectId)) {
    const value = raw.scalars.get(oid);
    if (value !== undefined && !byRole.has(role)) byRole.set(role, value);
  }
  const stated = (name: TextFact, value: Value | undefined) =>
    put(draft, name, { value: textOf(value), basis: 'stated' });
  stated('device.model', byRole.get('model'));
  stated('device.serial', byRole.get('serial'));
  stated('device.orderNumber', byRole.get('orderNumber'));
  stated('device.hardwareRevision', byRole.get('hardwareRevision'));
  stated('firmware.version', byRole.get('firmware'));

  const chassis = chassisIndex(raw);
  if (chassis !== undefined) {
    stated('device.model', cell(raw, 'entityModel', chassis));
    stated('device.serial', cell(raw, 'entitySerial', chassis));
    stated('device.hardwareRevision', cell(raw, 'entityHardware', chassis));
    stated('firmware.version', cell(raw, 'entitySoftware', chassis));
    stated('firmware.version', cell(raw, 'entityFirmware', chassis));
  }
  put(draft, 'device.vendor', { value: vendorOf(enterpriseOf(objectId))?.vendor, basis: 'stated' });
  if (chassis !== undefined) stated('device.vendor', cell(raw, 'entityMaker', chassis));
  put(draft, 'firmware.version', { value: versionIn(textOf(raw.scalars.get(scalars.description))), basis: 'banner' });
  put(draft, 'asset.owner', { value: textOf(raw.scalars.get(scalars.contact)), basis: 'stated' });

  const unsigned = switchOf(byRole.get('unsignedSoftware'));
  put(draft, 'firmware.signed.required', { value: unsigned === undefined ? undefined : !unsigned });
  const old = (['snmpv1', 'snmpv2c', 'http', 'telnet'] as const).map(
    (role) => [role, switchOf(byRole.get(role))] as const,
  );
  if (old.every(([, on]) => on !== undefined)) {
    put(draft, 'service.legacy.enabled', { value: old.flatMap(([role, on]) => (on ? [role] : [])).sort() });
  }
  const [v1, v2c] = [switchOf(byRole.get('snmpv1')), switchOf(byRole.get('snmpv2c'))];
  if (v1 || v2c) put(draft, 'snmp.legacy.enabled', { value: true });
  else if (v1 === false && v2c === false) put(draft, 'snmp.legacy.enabled', { value: false });

  const targets = notificationTargets(raw);
  const syslog = switchOf(byRole.get('syslog'));
  if (syslog || (targets ?? 0) > 0) put(draft, 'logging.remote.enabled', { value: true });
  // Notification tables alone do not show that events stay: an agent may have other ways to send them.
  else if (syslog === false && targets === 0) put(draft, 'logging.remote.enabled', { value: false });
}

type TextFact =
  | 'device.model'
  | 'device.serial'
  | 'device.orderNumber'
  | 'device.hardwareRevision'
  | 'firmware.version'
  | 'device.vendor';

function fillState(draft: Draft, raw: SnmpRaw): void {
  const mode = numberOf(raw.scalars.get(scalars.ntpMode));
  const state = mode === undefined ? undefined : clockStates[mode];
  put(draft, 'time.sync.state', { value: state });
  const told = instantOf(raw.scalars.get(scalars.date));
  if (told !== undefined && raw.clock !== undefined) {
    const middle = (raw.clock.askedMs + raw.clock.answeredMs) / 2;
    put(draft, 'time.offset', { value: Math.round((told - middle) / 100) / 10 });
  }
  put(draft, 'monitor.rejectedAccess.count', { value: rejectedInADay(raw) });
}

/** Modes of NTPv4-MIB (RFC 5907): not running, not synchronised, none configured, local, reference clock, server. */
const clockStates: Readonly<Record<number, 'synchronised' | 'unsynchronised' | 'local'>> = {
  1: 'unsynchronised',
  2: 'unsynchronised',
  3: 'unsynchronised',
  4: 'local',
  5: 'synchronised',
  6: 'synchronised',
};

/** Counters run since the start, so they speak of one day only when the agent is younger than that, or never refused. */
function rejectedInADay(raw: SnmpRaw): number | undefined {
  const counters = [scalars.badCommunityNames, scalars.badCommunityUses, scalars.unknownUsers, scalars.wrongDigests];
  const counts = counters.map((oid) => numberOf(raw.scalars.get(oid)));
  const ticks = numberOf(raw.scalars.get(scalars.upTime));
  const upSeconds = raw.engine === undefined || raw.engine === 'silent' ? undefined : raw.engine.time;
  if (ticks === undefined) return undefined;
  let sum = 0;
  for (const count of counts) {
    if (count === undefined) return undefined;
    sum += count;
  }
  // Ticks wrap after 497 days; the engine's own clock does not.
  if (upSeconds !== undefined && upSeconds > 0 && upSeconds <= day) return sum;
  return sum === 0 && Math.max(ticks / 100, upSeconds ?? 0) >= day ? 0 : undefined;
}

function fillTables(draft: Draft, raw: SnmpRaw): void {
  const listeners = listenersOf(raw);
  put(draft, 'service.listeners', { value: listeners });
  put(draft, 'network.neighbours', { value: neighboursOf(raw) });
  put(draft, 'network.ports.unusedOpen.count', { value: unusedOpenPorts(raw) });
  put(draft, 'network.ports.accessControlled', { value: portsAccessControlled(raw) });
  const model = accessModelOf(raw);
  const v2c = raw.identity?.version === 'v2c';
  if (listeners === undefined || (!v2c && model?.hasLegacy !== false)) return;
  const services = listeners.flatMap(({ transport, port }) => portServices[`${transport}/${port}`] ?? []);
  put(draft, 'service.legacy.enabled', {
    value: [...new Set([...services, ...(v2c ? (['snmpv2c'] as const) : [])])].sort(),
    basis: 'inferred',
  });
}

/** By registered port; what really speaks there was not asked. */
const portServices: Readonly<Record<string, 'telnet' | 'ftp' | 'tftp' | 'http' | 'vnc'>> = {
  'tcp/21': 'ftp',
  'tcp/23': 'telnet',
  'udp/69': 'tftp',
  'tcp/80': 'http',
  'tcp/5900': 'vnc',
};

function fillAccess(draft: Draft, raw: SnmpRaw): void {
  const { identity } = raw;
  if (identity?.privProtocol === 'des' && raw.credential === 'unsupported') {
    put(draft, 'snmp.v3.privProtocol', { value: 'des', basis: 'inferred' });
  }
  if (raw.credential !== 'answered' || identity === undefined) return;
  const model = accessModelOf(raw);
  const listed = userProtocols(raw);
  put(draft, 'snmp.v3.authProtocol', { value: listed?.auth, basis: 'stated' });
  put(draft, 'snmp.v3.privProtocol', { value: listed?.priv, basis: 'stated' });

  if (identity.version === 'v2c') {
    put(draft, 'snmp.legacy.enabled', { value: true });
    put(draft, 'channel.encryption', { value: 'none' });
    if (raw.engine === 'silent') put(draft, 'channel.strongestEncryption', { value: 'none', basis: 'inferred' });
  } else {
    put(draft, 'snmp.v3.authProtocol', { value: authWord(identity.authProtocol) });
    put(draft, 'snmp.v3.privProtocol', { value: privWord(identity.privProtocol) });
    if (identity.privProtocol !== undefined) put(draft, 'channel.strongestEncryption', { value: 'encrypted' });
    // The user that got in without a key shows the weakest mode there is.
    if (identity.authProtocol === undefined) put(draft, 'channel.encryption', { value: 'none' });
    if (model?.hasLegacy === false) put(draft, 'snmp.legacy.enabled', { value: false, basis: 'stated' });
  }
  if (listed?.strongestPriv !== undefined && listed.strongestPriv !== 'none') {
    put(draft, 'channel.strongestEncryption', { value: 'encrypted', basis: 'stated' });
  }
  if (model === undefined) return;
  const writable = legacyWritable(model);
  put(draft, 'snmp.legacy.writable', { value: writable, basis: 'stated' });
  put(draft, 'channel.encryption', {
    value: raw.floorTest === 'answered' ? 'none' : weakestAccess(model),
    basis: 'stated',
  });
  // Which group a community belongs to stands in a table of secrets; only "nobody can" holds for all of them.
  const own = identity.user === undefined ? (writable ? undefined : 0) : writableBy(model, identity.user);
  put(draft, 'authorization.writable.count', { value: own, basis: 'stated' });
}

function fillTests(draft: Draft, raw: SnmpRaw): void {
  const answersPublic =
    raw.publicTest === 'answered' || (raw.identity?.publicCommunity === true && raw.credential === 'answered');
  if (answersPublic) {
    put(draft, 'auth.defaultCredential.present', { value: true });
    if (raw.publicTest === 'answered') overrule(draft, { 'snmp.legacy.enabled': true, 'channel.encryption': 'none' });
  }
  if (raw.floorTest === 'answered') overrule(draft, { 'channel.encryption': 'none' });
}

/** What was tried and worked stands above what the agent says of itself. */
function overrule(draft: Draft, seen: FactsDraft): void {
  Object.assign(draft.facts, seen);
  for (const name of Object.keys(seen) as FactName[]) draft.basis[name] = 'authoritative';
}

/** Reasons that the outcome does not tell: an answered run in which the agent kept something to itself. */
function reasonsFor(
  promised: Partial<Record<FactName, string>>,
  { draft, raw, setup }: { draft: Draft; raw: SnmpRaw; setup: Setup<SnmpOptions> },
): Partial<Record<FactName, UnseenReason>> {
  const unseen: Partial<Record<FactName, UnseenReason>> = {};
  for (const [name, tier] of Object.entries(promised) as [FactName, string][]) {
    if (draft.facts[name] !== undefined) continue;
    // Silence after a credential was used may be a wrong secret, a filter or a lost packet.
    if (tier === 'T3' && raw.credential === 'silent') unseen[name] = 'ambiguous';
    const untried = setup.options.tables === 'skip' && fromTables.has(name);
    if (tier === 'T3' && raw.complete && !untried) unseen[name] = oftenAbsent.has(name) ? 'unsupported' : 'ambiguous';
    if (name === 'device.vendor' && raw.engine !== undefined) unseen[name] = 'ambiguous';
    if (name === 'auth.defaultCredential.present' && raw.publicTest === 'silent') unseen[name] = 'ambiguous';
    if (name === 'identity.deviceId' && raw.engine === 'silent' && raw.credential === 'answered') {
      unseen[name] = 'unsupported';
    }
  }
  return unseen;
}

/** Objects that an agent has or has not; a view may hide them too, but nobody could read more with this account. */
const oftenAbsent: ReadonlySet<FactName> = new Set([
  'device.model',
  'device.serial',
  'device.orderNumber',
  'device.hardwareRevision',
  'firmware.version',
  'firmware.signed.required',
  'time.sync.state',
]);

const fromTables: ReadonlySet<FactName> = new Set([
  'channel.encryption',
  'channel.strongestEncryption',
  'snmp.legacy.enabled',
  'snmp.legacy.writable',
  'authorization.writable.count',
  'service.listeners',
  'service.legacy.enabled',
  'network.neighbours',
  'network.ports.unusedOpen.count',
  'logging.remote.enabled',
]);

function chassisIndex(raw: SnmpRaw): string | undefined {
  const classes = raw.columns.get('entityClass')?.rows;
  const chassis = 3;
  const found = [...(classes ?? [])].filter(([, value]) => value === chassis).map(([index]) => index);
  return found.length === 0 ? undefined : found[0];
}

/** 1 enabled, 2 disabled, as the makers' MIBs have it. */
function switchOf(value: Value | undefined): boolean | undefined {
  if (value === 1) return true;
  return value === 2 ? false : undefined;
}

/** The version that a description names beside a word for it; a bare number is none. */
function versionIn(description: string | undefined): string | undefined {
  const named =
    /\b(?:firmware|software|fw|sw|version|release|rev)\b[ :=]{1,3}v?([A-Z0-9]{0,12}-?\d{1,5}\.\d{1,5}[\w.-]{0,24})/i;
  return description === undefined ? undefined : named.exec(description.slice(0, 512))?.[1];
}

function authWord(protocol: AuthProtocol | undefined): FactValue<'snmp.v3.authProtocol'> {
  return protocol === 'sha' ? 'sha1' : (protocol ?? 'none');
}

function privWord(privProtocol: PrivProtocol | undefined): FactValue<'snmp.v3.privProtocol'> {
  if (privProtocol === undefined) return 'none';
  return privProtocol === 'aes' ? 'aes128' : privProtocol === 'des' ? 'des' : 'aes256';
}

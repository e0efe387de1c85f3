/** Whether one probe may run now, how far it may go and what it may ask: everything but what depends on the whole scan. */
import { dirname } from 'node:path';
import { isLoopback } from '../collectors/contract/address.ts';
import type { Manifest, RequestBound, Setup, Target, Tier } from '../collectors/contract/collector.ts';
import { tiers, withinTier } from '../collectors/contract/collector.ts';
import type { CredentialKind } from '../collectors/contract/credential.ts';
import type { Registered } from '../collectors/registry.ts';
import type { Asset, Consent, Plant, Probe, Zone } from '../server/contract/plant.ts';
import type { PlannedProbe } from '../server/contract/scanner.ts';
import { hostKey, notOneDevice } from './governor/address.ts';
import { baselineKind, mostReads } from './governor/baseline.ts';
import { blackoutAt, nobodyThere, outsideWindows } from './governor/calendar.ts';
import { isController, type Limits, limitsFor } from './governor/limits.ts';
import { type Ceiling, ceilingsOf, lowest } from './reach.ts';
import { hasSafetyFunction, type Survey } from './survey.ts';
import { parseTarget } from './target.ts';

/** A planned probe with all that its run needs; `planned` is what others see. */
export interface Permit {
  readonly planned: PlannedProbe;
  readonly asset: Asset;
  readonly probe: Probe;
  readonly zone: Zone;
  readonly registered: Registered | undefined;
  readonly target: Target | undefined;
  readonly setup: Setup;
  readonly limits: Limits;
  readonly controller: boolean;
  /** Host key; empty for documents and for names that lead nowhere. */
  readonly key: string;
  /** Key of the gateway or bus that it shares with other assets. */
  readonly shared?: string;
  /** Name of the credential that it will use, if any. */
  readonly credential: string | undefined;
}

export interface PermitContext {
  readonly plant: Plant;
  readonly registry: readonly Registered[];
  readonly survey: Survey;
  readonly now: Date;
  /** Whether only a signed target list counts (SAF-01). */
  readonly signed?: boolean;
  readonly agent?: string;
}

/** Cloud APIs send nothing to a device: documents by another road (T0). Everything else that connects needs T2. */
const cloudSchemes: ReadonlySet<string> = new Set(['aws-iot']);
const consentDays = 90;
const dayMs = 86_400_000;

export function permitProbe(context: PermitContext, asset: Asset, probe: Probe): Permit {
  const { plant, registry, survey } = context;
  const zone = zoneOf(plant, asset.zone);
  const registered = registry.find(({ manifest }) => manifest.id === probe.collector);
  const parsed =
    registered === undefined ? undefined : parseTarget(probe.url, registered.manifest, dirname(plant.file));
  const unpinned = typeof parsed === 'string' ? undefined : parsed;
  const address = unpinned === undefined || unpinned.scheme === 'file' ? '' : (survey.addressOf(unpinned.host) ?? '');
  const target = unpinned === undefined ? undefined : { ...unpinned, address };
  const loopback = address !== '' && isLoopback(address);
  const limits = limitsFor(asset, loopback);
  const blank = {
    asset: asset.id,
    probe: probe.id,
    collector: probe.collector,
    url: probe.url,
    address,
    zone: asset.zone,
    loopback,
  };
  const noSetup: Setup = { scheme: target?.scheme ?? '', options: probe.options, tier: 'T0', consents: new Set() };
  const controller = isController(asset.kind);
  const common = { asset, probe, zone, registered, target, limits, controller, credential: undefined };

  function refused(ceiling: Omit<Ceiling, 'tier'>, tier: Tier = 'T0', setup = noSetup, key = ''): Permit {
    const { rule, because, remedy } = ceiling;
    const why = { rule, because, ...(remedy === undefined ? {} : { remedy }) };
    return {
      ...common,
      planned: { ...blank, tier, allowed: false, ...why, requests: [], consents: [] },
      setup,
      key,
    };
  }

  if (registered === undefined || target === undefined) {
    const because = registered === undefined ? `there is no collector ${probe.collector}` : String(parsed);
    return refused({ rule: registered === undefined ? 'SAF-01' : 'SAF-02', because });
  }
  const { manifest } = registered;
  if (target.scheme === 'file') {
    const setup = { ...noSetup, scheme: 'file' };
    const requests = boundsOf(manifest, setup, limits);
    const planned: PlannedProbe = { ...blank, tier: 'T0', reach: 'T0', allowed: true, requests, consents: [] };
    return { ...common, planned, setup, key: '' };
  }

  const key = address === '' ? '' : hostKey(address, target.port);
  const shared = sharedBy(plant, asset);
  const safetyAt = hasSafetyFunction(asset) ? asset.id : (shared?.safety ?? survey.safetyAt(target));
  const type = plant.types.find(({ id }) => id === asset.type);
  const ceilings = ceilingsOf({
    ...{ asset, zone, collector: manifest, loopback, safetyAt, now: context.now, type },
    fragile: plant.site.fragile,
  });
  const ceiling = lowest(ceilings);
  const reach = ceiling?.tier ?? 'T0';
  const lift = withinTier('T2', reach) && asset.maxTier === 'T4';
  const consents = lift ? consentsFor(context, asset, manifest) : [];
  const kind = plant.credentials[probe.credential ?? '']?.kind;
  // T2 is an exchange that anybody could have: our account stays in the drawer.
  const usable = withinTier('T3', reach) && kind !== undefined && manifest.credentials.includes(kind);
  const options = controller && manifest.gentle !== undefined ? manifest.gentle(probe.options) : probe.options;
  const setup = setupOf({ target, options, reach, consents, credential: usable ? kind : undefined });
  const needed = tiersNeeded(manifest, setup, cloudSchemes.has(target.scheme) ? 'T0' : 'T2');
  const least = needed[0] ?? 'T2';
  const tier = tierShown(needed, { reach, consented: consents.length > 0, credential: usable });

  const wrong = wrongAtAnyTier(context, { asset, zone, address, loopback });
  if (wrong !== undefined) return refused(wrong, tier, setup, key);
  const onlyTests = least === 'T4' && consents.length > 0;
  if (ceiling !== undefined && !withinTier(least, reach) && !onlyTests) {
    const testsOnly = least === 'T4' && withinTier('T2', reach);
    return refused(testsOnly ? unconsented(asset, manifest) : ceiling, reach, setup, key);
  }
  const strange = strangePort(asset, manifest, target);
  if (strange !== undefined) return refused(strange, tier, setup, key);
  const strenuous = laboratoryOnly(asset, manifest, setup);
  if (strenuous !== undefined) return refused(strenuous, tier, setup, key);
  const closed =
    blackoutAt(zone, plant.site.timeZone, context.now) ??
    windowClosed(context, { zone, tier, loopback }) ??
    unattended(context, { asset, zone, loopback });
  if (closed !== undefined) return refused(closed, tier, setup, key);
  const planned: PlannedProbe = {
    ...blank,
    tier,
    reach,
    allowed: true,
    requests: [...baselineBounds(controller && !loopback, manifest), ...boundsOf(manifest, setup, limits)],
    consents: consents.map(({ id, tests }) => ({ id, tests })),
  };
  const bus = shared === undefined ? {} : { shared: `gateway/${shared.gateway}` };
  return { ...common, planned, setup, key, ...bus, credential: usable ? probe.credential : undefined };
}

/** What an asset shares with all that is reached through one gateway or bus master, itself included (SAF-05, SAF-41). */
function sharedBy(plant: Plant, asset: Asset): { gateway: string; safety: string | undefined } | undefined {
  const gateway = asset.behind ?? asset.id;
  let safety = gateways.get(plant);
  if (safety === undefined) {
    safety = new Map();
    for (const { behind } of plant.assets) if (behind !== undefined) safety.set(behind, undefined);
    for (const each of plant.assets) {
      const at = each.behind ?? each.id;
      if (safety.has(at) && hasSafetyFunction(each)) safety.set(at, each.id);
    }
    gateways.set(plant, safety);
  }
  return safety.has(gateway) ? { gateway, safety: safety.get(gateway) } : undefined;
}

/** Per plant: gateway -> an asset with a safety function at or behind it. */
const gateways = new WeakMap<Plant, Map<string, string | undefined>>();

/** The zone of an asset; one that no file describes is only listened to. */
export function zoneOf(plant: Plant, id: string): Zone {
  const described = plant.zones.find((zone) => zone.id === id);
  return described ?? { id, name: id, windows: [], blackouts: [], link: 'ethernet' };
}

/** What forbids going on with a run that has begun: the same checks, at any later instant. */
export function forbiddenDuring(plant: Plant, permit: Pick<Permit, 'asset' | 'zone' | 'planned'>, now: Date) {
  const { asset, zone, planned } = permit;
  if (planned.address === '') return undefined;
  return (
    expired(plant, asset, now) ??
    blackoutAt(zone, plant.site.timeZone, now) ??
    windowClosed({ plant, now }, { zone, tier: planned.tier, loopback: planned.loopback }) ??
    unattended({ plant, now }, { asset, zone, loopback: planned.loopback })
  );
}

function unattended(
  { plant, now }: Pick<PermitContext, 'plant' | 'now'>,
  { asset, zone, loopback }: { asset: Asset; zone: Zone; loopback: boolean },
) {
  return loopback || !isController(asset.kind) ? undefined : nobodyThere(zone, plant.site.timeZone, now);
}

function windowClosed(
  { plant, now }: Pick<PermitContext, 'plant' | 'now'>,
  { zone, tier, loopback }: { zone: Zone; tier: Tier; loopback: boolean },
) {
  return loopback || !withinTier('T2', tier) ? undefined : outsideWindows(zone, plant.site.timeZone, now);
}

function wrongAtAnyTier(
  { plant, now, agent, signed }: PermitContext,
  { asset, zone, address, loopback }: { asset: Asset; zone: Zone; address: string; loopback: boolean },
): Omit<Ceiling, 'tier'> | undefined {
  if (signed === true && plant.signedBy === undefined)
    return { rule: 'SAF-01', because: 'the target list is not signed, and signers are named for it' };
  const late = expired(plant, asset, now);
  if (late !== undefined) return late;
  const many = address === '' ? undefined : notOneDevice(address);
  if (many !== undefined) return { rule: 'SAF-02', because: `${address} is ${many}: a probe looks at one device` };
  if (!loopback && zone.agent !== undefined && zone.agent !== agent)
    return { rule: 'SAF-23', because: `zone ${zone.id} is looked at by the agent ${zone.agent} only` };
  return undefined;
}

/**
 * SAF-30: a protocol that must be named goes to its own port, or to one that the asset declares for it; never to a
 * port that is declared for something else.
 */
function strangePort(asset: Asset, { id, optIn, defaultPort }: Manifest, target: Target) {
  if (optIn === undefined) return undefined;
  const declared = asset.interfaces.filter(({ port }) => port === target.port);
  if (declared.some(({ protocol }) => protocol === id)) return undefined;
  if (declared.length === 0 && target.port === defaultPort[target.scheme]) return undefined;
  const other = declared.map(({ protocol }) => protocol).join(', ');
  return {
    rule: 'SAF-30',
    because:
      other === ''
        ? `nothing says that port ${target.port} of ${asset.id} speaks ${id}`
        : `port ${target.port} of ${asset.id} is declared as ${other}`,
    remedy: `assets: {id: ${asset.id}, interfaces: [{port: ${target.port}, protocol: ${id}}]}`,
  };
}

/** SAF-06: what takes dozens of requests to learn is no device's burden but one that stands there to be tested. */
function laboratoryOnly(asset: Asset, manifest: Manifest, { options }: Setup) {
  const what = asset.lab ? undefined : manifest.labOnly?.(options);
  if (what === undefined) return undefined;
  return {
    rule: 'SAF-06',
    because: `${what} is asked of laboratory devices only, and ${asset.id} is not declared as one`,
    remedy: `assets: {id: ${asset.id}, lab: true}, if nothing depends on it; or leave the option out`,
  };
}

function expired(plant: Plant, asset: Asset, now: Date): Omit<Ceiling, 'tier'> | undefined {
  if (plant.validUntil !== undefined && Date.parse(plant.validUntil) <= now.getTime())
    return {
      rule: 'SAF-01',
      because: `the target list ended at ${plant.validUntil}`,
      remedy: 'validUntil: a later date, after somebody has checked the list',
    };
  if (asset.expires !== undefined && Date.parse(asset.expires) <= now.getTime())
    return {
      rule: 'SAF-01',
      because: `the entry of ${asset.id} on the target list ended at ${asset.expires}`,
      remedy: `assets: {id: ${asset.id}, expires: a later date}`,
    };
  return undefined;
}

function consentsFor({ plant, now }: PermitContext, asset: Asset, manifest: Manifest): Consent[] {
  return plant.consents.flatMap((consent) => {
    const [from, to] = [Date.parse(consent.on), Date.parse(consent.until)];
    // A day longer than the limit: an end date ends its day.
    const valid = from <= now.getTime() && now.getTime() < to && to - from <= (consentDays + 1) * dayMs;
    const tests = consent.tests.filter((test) => manifest.tests.includes(test));
    return valid && consent.assets.includes(asset.id) && tests.length > 0 ? [{ ...consent, tests }] : [];
  });
}

function unconsented(asset: Asset, manifest: Manifest): Omit<Ceiling, 'tier'> {
  const tests = manifest.tests.join(', ');
  return {
    rule: 'SAF-09',
    because: `the tests ${tests} of ${asset.id} need a consent that holds now`,
    remedy: `consents: {assets: [${asset.id}], tests: [${tests}], by: NAME, on: DATE, until: DATE}`,
  };
}

function setupOf(given: {
  target: Target;
  options: unknown;
  reach: Tier;
  consents: readonly Consent[];
  credential: CredentialKind | undefined;
}): Setup {
  return {
    scheme: given.target.scheme,
    options: given.options,
    tier: given.reach,
    consents: new Set(given.consents.flatMap(({ tests }) => tests)),
    ...(given.credential === undefined ? {} : { credential: given.credential }),
  };
}

/** Tiers that the promised facts need, lowest first; nothing that connects counts as less than `floor`. */
function tiersNeeded(manifest: Manifest, setup: Setup, floor: Tier): Tier[] {
  const needed = new Set(Object.values(manifest.facts(setup)).map((tier) => (withinTier(tier, floor) ? floor : tier)));
  return [...needed].sort((a, b) => tiers.indexOf(a) - tiers.indexOf(b));
}

/** How far the look will go: T4 with a consent, T3 only with an account, otherwise what its facts need within reach. */
function tierShown(needed: readonly Tier[], may: { reach: Tier; consented: boolean; credential: boolean }): Tier {
  if (may.consented) return 'T4';
  const within = needed.filter((tier) => withinTier(tier, may.reach) && (tier !== 'T3' || may.credential));
  return within.at(-1) ?? needed[0] ?? may.reach;
}

/** Timed answers before and after a look at a controller (SAF-13, SAF-17): connects, or what the collector asks. */
function baselineBounds(wanted: boolean, { baseline = baselineKind }: Manifest): RequestBound[] {
  return wanted ? [{ kind: baseline, max: mostReads }] : [];
}

function boundsOf(manifest: Manifest, setup: Setup, limits: Limits): RequestBound[] {
  return manifest
    .requests(setup)
    .filter(({ max }) => max > 0)
    .map(({ kind, max }) => ({ kind, max: Math.min(max, limits.requestsPerRun) }));
}

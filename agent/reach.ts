/**
 * How far a look at an asset may go: the lowest of every ceiling that applies, each with the rule that sets it and
 * the line that would lift it (SAF-01, SAF-07, SAF-25, SAF-29, SAF-41, SAF-42, SAF-45, SAF-47). Pure.
 */
import type { Manifest, Tier } from '../collectors/contract/collector.ts';
import { tiers } from '../collectors/contract/collector.ts';
import type { Approval, Asset, AssetType, FragileModel, Touch, Zone } from '../server/contract/plant.ts';
import { slowLinks } from './governor/day-budget.ts';
import { fragileModel, fragileSentence } from './governor/fragile.ts';
import { isController } from './governor/limits.ts';

export interface Ceiling {
  readonly tier: Tier;
  readonly rule: string;
  readonly because: string;
  readonly remedy?: string;
}

export interface Circumstances {
  readonly asset: Asset;
  readonly zone: Zone;
  /** Who would look. */
  readonly collector: Pick<Manifest, 'id' | 'optIn'>;
  readonly loopback: boolean;
  /** Id of an asset with a safety function at the same host, the asset itself included. */
  readonly safetyAt: string | undefined;
  readonly now: Date;
  readonly type: AssetType | undefined;
  /** Models that advisories call fragile. */
  readonly fragile?: readonly FragileModel[] | undefined;
}

const tierOfTouch: Readonly<Record<Touch, Tier>> = { none: 'T0', passive: 'T1', identify: 'T2', read: 'T3' };

/** A zone that does not say how far we may go is only listened to; loopback is our own machine. */
export function touchOf(zone: Zone, loopback: boolean): Touch {
  return zone.touch ?? (loopback ? 'read' : 'passive');
}

/** Every ceiling that applies; the lowest counts, at equal height the first. */
export function ceilingsOf(at: Circumstances): Ceiling[] {
  return [safety(at), touch(at), otIdentity(at), kind(at), fragile(at), link(at), stopPlan(at), own(at)].filter(
    (each) => each !== undefined,
  );
}

export function lowest(ceilings: readonly Ceiling[]): Ceiling | undefined {
  return ceilings.toSorted((a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier))[0];
}

function safety({ asset, safetyAt }: Circumstances): Ceiling | undefined {
  if (safetyAt === undefined) return undefined;
  const because =
    safetyAt === asset.id
      ? `${asset.id} has a safety function: it is never contacted, and nothing lifts that`
      : `${asset.id} shares its host with ${safetyAt}, which has a safety function: never contacted, nothing lifts that`;
  return { tier: 'T0', rule: 'SAF-41', because };
}

function touch({ zone, loopback }: Circumstances): Ceiling {
  const allowed = touchOf(zone, loopback);
  const stated = zone.touch === undefined ? 'does not say how far we may go, which counts as' : 'says';
  return {
    tier: tierOfTouch[allowed],
    rule: 'SAF-42',
    because: `zone ${zone.id} ${stated} "touch: ${allowed}"`,
    remedy: `zones: {id: ${zone.id}, touch: ${allowed === 'identify' ? 'read' : 'identify'}}`,
  };
}

/** Protocols without log-in are spoken only where the zone says so by name, whatever its `touch` allows others. */
function otIdentity({ zone, collector }: Circumstances): Ceiling | undefined {
  const opened = zone.otIdentity ?? [];
  if (collector.optIn === undefined || opened.some((protocol) => protocol === collector.id)) return undefined;
  return {
    tier: 'T1',
    rule: 'SAF-42',
    because: `zone ${zone.id} does not name ${collector.id} under otIdentity`,
    remedy: `zones: {id: ${zone.id}, otIdentity: [${[...opened, collector.id].join(', ')}]}`,
  };
}

function kind({ asset, collector, now }: Circumstances): Ceiling {
  if (!isController(asset.kind))
    return { tier: 'T3', rule: 'SAF-07', because: `a ${asset.kind} is looked at up to T3; more needs a consent` };
  const { approval } = asset;
  const named = approval?.for ?? [];
  const list =
    collector.optIn || named.length > 0 ? ` for: [${[...new Set([...named, collector.id])].join(', ')}],` : '';
  const remedy = `assets: {id: ${asset.id}, approval: {by: maker,${list} until: DATE}}`;
  if (approval === undefined)
    return {
      tier: 'T1',
      rule: 'SAF-07',
      because: `a ${asset.kind} is not contacted without its maker's or integrator's approval on record`,
      remedy,
    };
  if (Date.parse(approval.until) <= now.getTime())
    return {
      tier: 'T1',
      rule: 'SAF-45',
      because: `the approval of ${approval.by} for ${asset.id} ended at ${approval.until}`,
      remedy,
    };
  if (approval.on !== undefined && Date.parse(approval.on) > now.getTime())
    return {
      tier: 'T1',
      rule: 'SAF-45',
      because: `the approval of ${approval.by} for ${asset.id} begins at ${approval.on}`,
      remedy: 'wait until then',
    };
  if (!covers(approval, collector))
    return {
      tier: 'T1',
      rule: 'SAF-45',
      because: `the approval of ${approval.by} for ${asset.id} does not name ${collector.id}`,
      remedy,
    };
  return { tier: 'T2', rule: 'SAF-07', because: `a ${asset.kind} is looked at up to T2, even with an approval` };
}

function covers(approval: Approval, { id, optIn }: Circumstances['collector']): boolean {
  return approval.for?.includes(id) ?? optIn === undefined;
}

function fragile({ asset, type, fragile: models = [] }: Circumstances): Ceiling | undefined {
  const listed = fragileModel(models, { maker: asset.vendor, model: asset.model });
  if (listed !== undefined) return { tier: 'T1', rule: 'SAF-29', because: fragileSentence(listed) };
  if (type?.fragile === undefined) return undefined;
  return {
    tier: 'T1',
    rule: 'SAF-29',
    because: `devices of type ${asset.type} are only listened to: ${type.fragile}`,
  };
}

function link({ asset, zone, loopback, now }: Circumstances): Ceiling | undefined {
  if (loopback || !slowLinks.has(zone.link)) return undefined;
  if (asset.overLink !== undefined && now.getTime() < Date.parse(asset.overLink.until)) return undefined;
  return {
    tier: 'T1',
    rule: 'SAF-47',
    because: `zone ${zone.id} hangs on a ${zone.link} link, which is only listened to`,
    remedy: `assets: {id: ${asset.id}, overLink: {by: NAME, until: DATE}}`,
  };
}

function stopPlan({ zone, loopback }: Circumstances): Ceiling | undefined {
  if (loopback || (zone.stopContact !== undefined && zone.stopProcedure !== undefined)) return undefined;
  return {
    tier: 'T1',
    rule: 'SAF-25',
    because: `zone ${zone.id} names no ${zone.stopContact === undefined ? 'stopContact' : 'stopProcedure'}`,
    remedy: `zones: {id: ${zone.id}, stopContact: PHONE, stopProcedure: FILE}`,
  };
}

function own({ asset }: Circumstances): Ceiling | undefined {
  if (asset.maxTier === 'T4') return undefined;
  return {
    tier: asset.maxTier,
    rule: 'SAF-01',
    because: `${asset.id} is on the target list up to ${asset.maxTier} (maxTier)`,
    remedy: `assets: {id: ${asset.id}, maxTier: T3}`,
  };
}

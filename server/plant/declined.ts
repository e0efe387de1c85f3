/** Assets that their owner does not let anybody examine. */
import type { Evidence } from '../../rules/engine/input.ts';
import type { Asset, Zone } from '../contract/plant.ts';

export interface Refusals {
  readonly zones: readonly Zone[];
  readonly assets: readonly Asset[];
  readonly evidence: readonly Evidence[];
  readonly now: Date;
}

const oldestLookMs = 365 * 86_400_000;

/**
 * Ids of the assets whose examination was declined: the plant file says so in words (`touch: none` of the zone, or
 * `maxTier: T0` of the asset), and nobody but its owners has said anything about the state of the asset in the last
 * year. A zone that says nothing, a controller without its maker's approval, a closed window and an asset that does not
 * answer are no refusals; neither is a safety function, which our own rules keep us away from. A document that was read,
 * an import or an examination by a person takes the place of the look that was refused.
 */
export function declinedAssets({ zones, assets, evidence, now }: Refusals): ReadonlySet<string> {
  const closed = new Set(zones.filter(({ touch }) => touch === 'none').map(({ id }) => id));
  const refused = assets.filter(
    ({ kind, safetyFunction, maxTier, zone }) =>
      kind !== 'safety' && !safetyFunction && (maxTier === 'T0' || closed.has(zone)),
  );
  const ids = new Set(refused.map(({ id }) => id));
  for (const each of evidence) {
    if (each.about.kind === 'asset' && ids.has(each.about.id) && isLook(each, { evidence, now })) {
      ids.delete(each.about.id);
    }
  }
  return ids;
}

/** Seen, imported or examined lately. That an asset is known to some list (`asset.*`) is no look at it. */
function isLook(each: Evidence, { evidence, now }: Pick<Refusals, 'evidence' | 'now'>): boolean {
  const { kind, facts, observedAt, validUntil } = each;
  if (kind === 'stated' || kind === 'document') return false;
  const lapsed = validUntil !== undefined && Date.parse(validUntil) <= now.getTime();
  if (lapsed || now.getTime() - Date.parse(observedAt) >= oldestLookMs) return false;
  if (!Object.keys(facts).some((name) => !name.startsWith('asset.'))) return false;
  return kind !== 'examined' || !isAuthor(each, evidence);
}

/** Nobody examines what they said themselves. */
function isAuthor({ about, by }: Evidence, evidence: readonly Evidence[]): boolean {
  return evidence.some(
    (other) =>
      (other.kind === 'stated' || other.kind === 'document') &&
      other.by !== undefined &&
      other.by === by &&
      other.about.kind === 'asset' &&
      about.kind === 'asset' &&
      other.about.id === about.id,
  );
}

/** What a look in vain was for, where the line that tells of it does not say. */

import type { Manifest, Setup } from '../../collectors/contract/collector.ts';
import { complete } from '../../collectors/contract/complete.ts';
import type { CredentialKind } from '../../collectors/contract/credential.ts';
import { isFactName } from '../../collectors/contract/vocabulary.ts';
import type { Plant, Probe } from '../contract/plant.ts';
import type { Seen } from './observation-lines.ts';

/**
 * Gives each promised fact that an observation neither holds nor names as unseen its reason. Only for looks that ended
 * before they were complete: an observed one names what it did not see. Complete lines stay as they are, and so do
 * those of collectors that are not installed.
 */
export function withPromises(seen: readonly Seen[], plant: Plant, manifests: readonly Manifest[]): Seen[] {
  const collectors = new Map(manifests.map((manifest) => [manifest.id, manifest]));
  const assets = new Map(plant.assets.map((asset) => [asset.id, asset]));
  return seen.map((each) => {
    const manifest = collectors.get(each.collector);
    if (each.outcome === 'observed' || manifest === undefined) return each;
    const probes = assets.get(each.asset)?.probes ?? [];
    const probe = probes.find(({ id, collector }) => id === each.probe && collector === each.collector);
    const setup = setupOf(manifest, { probe, credential: plant.credentials[probe?.credential ?? '']?.kind });
    if (setup === undefined) return each;
    const promised = complete({ manifest, setup, reading: { facts: {} }, outcome: each.outcome }).unseen;
    const held = { ...each.facts, ...each.volatile };
    const entries = Object.entries(promised).filter(([name]) => isFactName(name) && !Object.hasOwn(held, name));
    return { ...each, unseen: { ...Object.fromEntries(entries), ...each.unseen } };
  });
}

/** The probe as the plant file declares it; without one, the collector's defaults over its first scheme. */
function setupOf(
  manifest: Manifest,
  of: { probe: Probe | undefined; credential: CredentialKind | undefined },
): Setup | undefined {
  const options = of.probe?.options ?? manifest.options.safeParse({}).data;
  const scheme = of.probe?.url.split(':')[0] ?? manifest.schemes[0];
  if (scheme === undefined || options === undefined) return undefined;
  const credential = of.credential === undefined ? {} : { credential: of.credential };
  return { scheme, options, tier: 'T3', consents: new Set(), ...credential };
}

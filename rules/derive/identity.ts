/** Identities compared across assets: the same certificate or identifier on two of them is one too many. */
import type { FactsDraft } from '../../collectors/contract/vocabulary.ts';
import type { Reading } from '../engine/value.ts';
import { recordsOf } from './crypto.ts';
import { bestOf, type Derivation, type Plant, readingsOf } from './derive.ts';

export function deriveIdentities(plant: Plant): Derivation[] {
  return [...deviceIds(plant), ...certificates(plant)];
}

/** Comparing takes at least two. */
function deviceIds({ assets, now }: Plant): Derivation[] {
  const holders = new Map<string, string[]>();
  const known: { id: string; deviceId: string; reading: Reading }[] = [];
  for (const { view, subject } of assets) {
    const reading = bestOf(readingsOf(subject, 'identity.deviceId', now));
    const deviceId = typeof reading?.value === 'string' ? reading.value.trim() : '';
    if (reading === undefined || deviceId === '') continue;
    known.push({ id: view.id, deviceId, reading });
    holders.set(deviceId, [...(holders.get(deviceId) ?? []), view.id]);
  }
  if (known.length < 2) return [];
  return known.map(({ id, deviceId, reading }) => ({
    name: 'identity.deviceIdUnique',
    about: { kind: 'asset', id },
    facts: { 'identity.deviceIdUnique': holders.get(deviceId)?.length === 1 },
    sources: [reading],
  }));
}

interface Leaf {
  readonly asset: string;
  readonly critical: boolean;
  readonly record: Record<string, unknown>;
  readonly reading: Reading;
}

function certificates({ assets, now }: Plant): Derivation[] {
  const leaves: Leaf[] = [];
  for (const { view, subject, critical } of assets) {
    for (const reading of readingsOf(subject, 'tls.certificates', now)) {
      for (const record of recordsOf(reading) ?? []) {
        if (record.role === 'leaf' || record.role === undefined)
          leaves.push({ asset: view.id, critical, record, reading });
      }
    }
  }
  const holders = Map.groupBy(leaves, ({ record }) => String(record.id));
  const sharing = (id: string) => new Set(holders.get(id)?.map(({ asset }) => asset)).size > 1;
  const byAsset = Map.groupBy(leaves, ({ asset }) => asset);
  return [...byAsset].flatMap(([id, own]): Derivation[] => {
    const shared = own.some(({ record }) => sharing(String(record.id)));
    const about = { kind: 'asset', id } as const;
    const sources = own.map(({ reading }) => reading);
    // Two certificates may still carry one key, so that only sharing is a finding about keys.
    const facts: FactsDraft = shared ? { 'tls.certificate.shared': true, 'identity.unique': false } : {};
    if (!shared && byAsset.size > 1) facts['identity.unique'] = true;
    return [
      { name: 'identity.unique', about, facts, sources },
      { name: 'identity.machines', about, facts: { 'identity.machines': machinesOf(own) }, sources },
    ];
  });
}

type Machines = NonNullable<FactsDraft['identity.machines']>;

function machinesOf(leaves: readonly Leaf[]): Machines {
  const byId = new Map(leaves.map((leaf) => [String(leaf.record.id), leaf]));
  return [...byId]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, { asset, critical, record }]) => ({
      id,
      kind: 'certificate' as const,
      assetId: asset,
      critical,
      ...(typeof record.notBefore === 'string' ? { notBefore: record.notBefore } : {}),
      ...(typeof record.notAfter === 'string' ? { notAfter: record.notAfter } : {}),
    }));
}

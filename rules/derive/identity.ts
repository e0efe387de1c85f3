/** Identities compared across assets: the same certificate, key or identifier on two of them is one too many. */
import type { FactsDraft } from '../../collectors/contract/vocabulary.ts';
import type { Reading } from '../engine/value.ts';
import { recordsOf } from './crypto.ts';
import { bestOf, type Derivation, type Plant, readingsOf } from './derive.ts';

export function deriveIdentities(plant: Plant): Derivation[] {
  return [...deviceIds(plant), ...proofs(plant)];
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

/** Something that proves who an asset is: a certificate, or the host key of its SSH server. */
interface Proof {
  readonly asset: string;
  readonly critical: boolean;
  readonly kind: 'certificate' | 'key';
  readonly id: string;
  /** What two proofs must not have in common; a certificate without a key that we know cannot be compared by it. */
  readonly keyId: string | undefined;
  readonly record: Record<string, unknown>;
  readonly reading: Reading;
}

function proofs(plant: Plant): Derivation[] {
  const all = [...certificates(plant), ...hostKeys(plant)];
  const byAsset = Map.groupBy(all, ({ asset }) => asset);
  const holders = new Map<string, Set<string>>();
  for (const { kind, id, keyId, asset } of all) {
    for (const name of new Set([`${kind} ${id}`, `${kind} key ${keyId ?? id}`])) {
      holders.set(name, (holders.get(name) ?? new Set()).add(asset));
    }
  }
  const isShared = ({ kind, id, keyId }: Proof) =>
    [`${kind} ${id}`, `${kind} key ${keyId ?? id}`].some((name) => (holders.get(name)?.size ?? 0) > 1);
  return [...byAsset].flatMap(([id, own]): Derivation[] => {
    const certificate = answerFor('certificate', { own, all, isShared });
    const key = answerFor('key', { own, all, isShared });
    const answers = [certificate, key].filter((answer) => answer !== 'none');
    const unique = answers.includes(true) ? false : answers.includes(undefined) ? undefined : true;
    const facts: FactsDraft = {
      ...(typeof certificate === 'boolean' ? { 'tls.certificate.shared': certificate } : {}),
      ...(typeof key === 'boolean' ? { 'ssh.hostKey.shared': key } : {}),
      ...(unique === undefined ? {} : { 'identity.unique': unique }),
    };
    const about = { kind: 'asset', id } as const;
    const sources = own.map(({ reading }) => reading);
    return [
      { name: 'identity.unique', about, facts, sources },
      { name: 'identity.machines', about, facts: { 'identity.machines': machinesOf(own) }, sources },
    ];
  });
}

interface Comparison {
  readonly own: readonly Proof[];
  readonly all: readonly Proof[];
  isShared(proof: Proof): boolean;
}

/** Shared or not; undefined where nothing can be compared, `none` where the asset has no such proof. */
function answerFor(kind: Proof['kind'], { own, all, isShared }: Comparison): boolean | undefined | 'none' {
  const mine = own.filter((proof) => proof.kind === kind);
  if (mine.length === 0) return 'none';
  if (mine.some(isShared)) return true;
  const others = all.filter((proof) => proof.kind === kind && proof.asset !== mine[0]?.asset);
  const comparable = others.length > 0 && [...mine, ...others].every(({ keyId }) => keyId !== undefined);
  return comparable ? false : undefined;
}

function certificates({ assets, now }: Plant): Proof[] {
  return assets.flatMap(({ view, subject, critical }) =>
    readingsOf(subject, 'tls.certificates', now).flatMap((reading) =>
      (recordsOf(reading) ?? [])
        .filter(({ role }) => role === 'leaf' || role === undefined)
        .map((record): Proof => {
          const keyId = typeof record.keyId === 'string' ? record.keyId : undefined;
          return { asset: view.id, critical, kind: 'certificate', id: String(record.id), keyId, record, reading };
        }),
    ),
  );
}

/** The SSH collector names a host key by its own digest. */
function hostKeys({ assets, now }: Plant): Proof[] {
  return assets.flatMap(({ view, subject, critical }) =>
    readingsOf(subject, 'identity.machines', now)
      .filter(({ source }) => source === 'ssh')
      .flatMap((reading) =>
        (recordsOf(reading) ?? [])
          .filter(({ kind }) => kind === 'key')
          .map((record): Proof => {
            const id = String(record.id);
            return { asset: view.id, critical, kind: 'key', id, keyId: id, record, reading };
          }),
      ),
  );
}

type Machines = NonNullable<FactsDraft['identity.machines']>;

function machinesOf(own: readonly Proof[]): Machines {
  const byId = new Map(own.map((proof) => [proof.id, proof]));
  return [...byId]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, { asset, critical, kind, record }]) => ({
      id,
      kind,
      assetId: asset,
      critical,
      ...(typeof record.notBefore === 'string' ? { notBefore: record.notBefore } : {}),
      ...(typeof record.notAfter === 'string' ? { notAfter: record.notAfter } : {}),
    }));
}

/** What a type says of its assets, and its assets of their type. */
import { recordsOf } from './crypto.ts';
import { bestOf, type Derivation, type Plant, readingsOf } from './derive.ts';

export function deriveSupport(plant: Plant): Derivation[] {
  return [...endedSupport(plant), ...signedUpdates(plant)];
}

/**
 * `firmware.supported: false` where the maker's support for the whole type has ended. That support goes on says nothing
 * of one version, so that true is never derived.
 */
function endedSupport({ assets, now, system }: Plant): Derivation[] {
  const ended = readingsOf(system, 'assetType.register', now).flatMap((reading) =>
    (recordsOf(reading) ?? []).flatMap(({ id, supportEndsAt }) =>
      typeof supportEndsAt === 'string' && Date.parse(supportEndsAt) > 0 && Date.parse(supportEndsAt) <= now
        ? [{ type: String(id), reading }]
        : [],
    ),
  );
  return assets.flatMap(({ view }): Derivation[] => {
    const sources = ended.filter(({ type }) => type === view.type).map(({ reading }) => reading);
    if (sources.length === 0) return [];
    const about = { kind: 'asset', id: view.id } as const;
    return [{ name: 'firmware.supported', about, facts: { 'firmware.supported': false }, sources }];
  });
}

/** `signatureEnforced` of a type whose assets were read: false where one takes unsigned updates. */
function signedUpdates({ assets, now }: Plant): Derivation[] {
  const read = assets.flatMap(({ view, subject }) => {
    const reading = bestOf(readingsOf(subject, 'firmware.signed.required', now));
    return reading === undefined || view.type === undefined ? [] : [{ type: view.type, reading }];
  });
  return [...Map.groupBy(read, ({ type }) => type)].map(([id, own]) => ({
    name: `signed updates of ${id}`,
    about: { kind: 'system' },
    facts: { 'assetType.register': [{ id, signatureEnforced: own.every(({ reading }) => reading.value === true) }] },
    sources: own.map(({ reading }) => reading),
  }));
}

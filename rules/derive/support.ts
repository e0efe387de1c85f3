/** What the end of a type's support says of each asset of the type. */
import { recordsOf } from './crypto.ts';
import { type Derivation, type Plant, readingsOf } from './derive.ts';

/**
 * `firmware.supported: false` where the maker's support for the whole type has ended. That support goes on says nothing
 * of one version, so that true is never derived.
 */
export function deriveSupport({ assets, now, system }: Plant): Derivation[] {
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

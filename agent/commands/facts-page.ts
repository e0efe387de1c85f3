/** Which collector fills which fact, from the manifests: the page `facts.md`. */
import type { Manifest, Setup, Tier } from '../../collectors/contract/collector.ts';
import { tiers } from '../../collectors/contract/collector.ts';
import { unfilled } from '../../collectors/contract/unfilled.ts';
import { type FactName, factNames, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { collectors } from '../../collectors/registry.ts';

/** Every fact that some setup of the collector promises, with the lowest tier that the fact needs. */
export function promisedBy(manifest: Manifest): ReadonlyMap<FactName, Tier> {
  const promised = new Map<FactName, Tier>();
  for (const setup of setupsOf(manifest)) {
    for (const [name, tier] of Object.entries(manifest.facts(setup)) as [FactName, Tier][]) {
      const before = promised.get(name);
      if (before === undefined || tiers.indexOf(tier) < tiers.indexOf(before)) promised.set(name, tier);
    }
  }
  return promised;
}

/** Everything allowed and consented, without a credential and with one of each kind, in every variant of options. */
function setupsOf(manifest: Manifest): Setup[] {
  return [manifest.options.parse({}), ...(manifest.variants ?? [])].flatMap((options) => {
    const common = { options, tier: 'T4', consents: new Set(manifest.tests) } as const;
    return manifest.schemes.flatMap((scheme) => [
      { ...common, scheme },
      ...manifest.credentials.map((credential) => ({ ...common, scheme, credential })),
    ]);
  });
}

/** Facts whose vocabulary entry names the collector, and that it does not promise. */
export function unfilledBy(manifest: Manifest): FactName[] {
  const promised = promisedBy(manifest);
  return factNames.filter((name) => vocabulary[name].from.includes(manifest.id) && !promised.has(name));
}

export function factsPage(): string {
  const manifests = collectors.map(({ manifest }) => manifest).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const promised = new Map(manifests.map((manifest) => [manifest.id, promisedBy(manifest)]));
  const filled = factNames.filter((name) => manifests.some(({ id }) => promised.get(id)?.has(name)));
  const ids = manifests.map(({ id }) => id);
  const rows = filled.map((name) => row([name, ...ids.map((id) => promised.get(id)?.get(name) ?? '')]));
  const counts = manifests.map(({ id }) => `${id} ${promised.get(id)?.size ?? 0}`).join(', ');
  const missing = manifests.flatMap((manifest) =>
    unfilledBy(manifest).map((name) => row([name, manifest.id, unfilled[manifest.id]?.[name] ?? ''])),
  );
  return [
    '# Facts and collectors',
    '',
    'Written by `plimsoll facts --collectors` from the manifests; a test holds it equal. A cell is the lowest tier',
    'at which the collector looks for the fact: T0 documents and recordings, T2 one polite exchange, T3 with a reading',
    'account, T4 under a consent. Promised means looked for: a device may not show it, and then the observation says why.',
    '',
    `${filled.length} facts: ${counts}.`,
    '',
    row(['fact', ...ids]),
    row(['---', ...ids.map(() => '---')]),
    ...rows,
    '',
    '## Named by the vocabulary and not filled',
    '',
    row(['fact', 'collector', 'why']),
    row(['---', '---', '---']),
    ...missing,
    '',
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Plant files for a fleet on loopback. JSON is YAML 1.2, so the product's own loader reads them. */
import { writeFileSync } from 'node:fs';

export interface BenchAsset {
  readonly id: string;
  readonly kind: string;
  readonly collector: string;
  readonly url: string;
  readonly credential?: string;
  readonly options?: object;
}

export const benchSystem = 'bench';

/** Writes a plant file with one system of these assets; its path. */
export function writePlant(
  file: string,
  assets: readonly BenchAsset[],
  credentials: Readonly<Record<string, object>> = {},
): string {
  const plant = {
    plimsoll: 1,
    site: { id: 'bench', timeZone: 'Etc/UTC', contact: 'bench@example.com' },
    credentials,
    zones: [{ id: 'cell', touch: 'read' }],
    systems: [
      {
        id: benchSystem,
        assets: assets.map(({ id, kind, collector, url, credential, options = {} }) => ({
          id,
          kind,
          zone: 'cell',
          probes: [{ collector, url, options, ...(credential === undefined ? {} : { credential }) }],
        })),
      },
    ],
  };
  writeFileSync(file, `${JSON.stringify(plant, undefined, 1)}\n`);
  return file;
}

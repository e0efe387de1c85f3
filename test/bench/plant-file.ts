/** Plant files for a fleet on loopback. JSON is YAML 1.2, so the product's own loader reads them. */
import { writeFileSync } from 'node:fs';

export interface BenchAsset {
  readonly id: string;
  readonly kind: string;
  readonly collector: string;
  readonly url: string;
  readonly credential?: string;
  readonly options?: object;
  /** Port that is declared for the collector's protocol, with the maker's approval that such protocols need. */
  readonly port?: number;
  /** The asset stands in a laboratory. */
  readonly lab?: true;
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
    zones: [{ id: 'cell', touch: 'read', otIdentity: ['modbus'] }],
    systems: [
      {
        id: benchSystem,
        assets: assets.map(({ id, kind, collector, url, credential, options = {}, port, lab }) => ({
          id,
          kind,
          zone: 'cell',
          ...(lab === undefined ? {} : { lab }),
          ...(port === undefined ? {} : declared(port, collector)),
          probes: [{ collector, url, options, ...(credential === undefined ? {} : { credential }) }],
        })),
      },
    ],
  };
  writeFileSync(file, `${JSON.stringify(plant, undefined, 1)}\n`);
  return file;
}

function declared(port: number, protocol: string) {
  return {
    interfaces: [{ port, protocol }],
    approval: { by: 'maker', for: [protocol], on: '2026-01-01', until: '2036-01-01' },
  };
}

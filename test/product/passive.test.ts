import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { connLog } from '../collectors/passive/records.ts';
import { temporaryFolder } from '../support/program.ts';
import { plimsoll } from './plimsoll.ts';

interface Scanned {
  readonly systems: readonly {
    readonly scan: { readonly outcomes: Readonly<Record<string, number>> };
    readonly practices: readonly { readonly indicators: readonly { readonly id: string; readonly status: string }[] }[];
  }[];
}

const folder = temporaryFolder('passive');
afterAll(() => folder.remove());
const at = (name: string) => join(folder.path, name);

/** A cell with a sensor in it, and what that sensor wrote within the last hours. */
function plant(name: string, records: readonly string[]): string {
  const home = at(name);
  mkdirSync(join(home, 'zeek'), { recursive: true });
  writeFileSync(join(home, 'zeek', 'conn.log'), connLog(records, { at: Date.now() / 1000 - 20_000 }));
  const file = join(home, 'plant.yaml');
  writeFileSync(
    file,
    `plimsoll: 1
site: {id: north}
zones:
  - {id: cell-3, touch: none, networks: [10.1.2.0/24]}
  - {id: dmz, networks: [10.9.0.0/24]}
systems:
  - id: line-1
    assets:
      - {id: plc-7, kind: plc, zone: cell-3, host: 10.1.2.7, exposed: true}
      - {id: hmi-1, kind: hmi, zone: cell-3, host: 10.1.2.9}
      - {id: sensor-3, kind: networksensor, zone: cell-3, probes: [{collector: passive, id: zeek, url: "file:./zeek"}]}
`,
  );
  return file;
}

async function statusOf(file: string, ...rows: readonly string[]) {
  const scanned = await plimsoll('scan', file, '--json', '--data', `${file}.data`);
  const [system] = scanned.json<Scanned>().systems;
  expect(system?.scan.outcomes, scanned.stderr).toEqual({ observed: 1 });
  const indicators = system?.practices.flatMap((each) => each.indicators) ?? [];
  return rows.map((id) => indicators.find((row) => row.id === id)?.status);
}

describe('the records of a sensor, in a zone where nothing may be touched', () => {
  it('tell that everything there is known', async () => {
    const file = plant('known', ['10.1.2.9 10.1.2.7 502 tcp modbus SF', '10.9.0.4 10.1.2.7 443 tcp ssl SF']);
    expect(await statusOf(file, 'acm.l2.discovery-delta', 'dpi.l2.no-cleartext-exposed')).toEqual(['met', 'unknown']);
  });

  it('tell of strangers, and of Modbus that crosses the border', async () => {
    const file = plant('strangers', ['10.1.2.66 10.1.2.7 502 tcp modbus SF', '10.9.0.4 10.1.2.7 502 tcp modbus SF']);
    expect(await statusOf(file, 'acm.l2.discovery-delta', 'dpi.l2.no-cleartext-exposed')).toEqual(['notMet', 'notMet']);
    const shown = await plimsoll('plant', 'stations', file, '--data', `${file}.data`, '--json');
    const [system] = shown.json<{ systems: { stations: { id: string; state: string }[] }[] }>().systems;
    expect(system?.stations.map(({ id, state }) => `${state} ${id}`)).toEqual([
      'unknown cell-3/10.1.2.66',
      'missing cell-3/hmi-1',
      'known cell-3/plc-7',
    ]);
    const only = await plimsoll('plant', 'stations', file, '--data', `${file}.data`, '--state', 'unknown');
    expect(only.stdout).toMatch(/unknown +cell-3 +10\.1\.2\.66/);
    expect(only.stdout).toContain('line-1: 1 unknown, 1 missing, 0 ambiguous, 1 known');
    expect(only.stdout).not.toContain('plc-7');
  });
});

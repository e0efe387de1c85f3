/** Who was seen in each zone, held against the inventory. */
import type { FactsDraft } from '../../collectors/contract/vocabulary.ts';
import { withDerived } from '../../rules/derive/with-derived.ts';
import { printJson, say, table } from './print.ts';
import { openInputs, type SavedSystem } from './saved-evidence.ts';

type Station = NonNullable<FactsDraft['inventory.reconciliation']>[number];
export type StationState = NonNullable<Station['state']>;
export const stationStates: readonly StationState[] = ['unknown', 'missing', 'ambiguous', 'known'];

interface StationsOptions {
  readonly observations?: string;
  readonly data?: string;
  readonly now?: Date;
  readonly state?: StationState;
  readonly json?: boolean;
}

/** Contacts and stores nothing. */
export async function stations(plantFile: string, options: StationsOptions): Promise<number> {
  const { inputs, incomplete } = await openInputs(plantFile, options);
  const all = inputs.map((each) => ({ system: each.id, stations: stationsOf(each) }));
  const wanted = (found: readonly Station[]) =>
    found.filter(({ state }) => options.state === undefined || state === options.state);
  if (options.json) printJson({ systems: all.map((each) => ({ ...each, stations: wanted(each.stations) })) });
  else for (const { system, stations: found } of all) print(system, found, wanted(found));
  return incomplete ? 3 : 0;
}

/** What needs a person comes first. */
function stationsOf({ input, pack }: SavedSystem): readonly Station[] {
  const rank = ({ state }: Station) => stationStates.indexOf(state ?? 'known');
  return withDerived(pack, input)
    .evidence.filter(({ source }) => source === 'derived')
    .flatMap(({ facts }) => facts['inventory.reconciliation'] ?? [])
    .toSorted((one, other) => rank(one) - rank(other) || (one.id < other.id ? -1 : 1));
}

function print(system: string, found: readonly Station[], shown: readonly Station[]): void {
  const counts = stationStates.map((state) => `${found.filter((each) => each.state === state).length} ${state}`);
  say(`${system}: ${found.length === 0 ? 'nobody was seen' : counts.join(', ')}`);
  const rows = shown.map(
    ({ state = '', zone = '', asset = '', address = '', mac = '', name = '', lastSeenAt = '' }) => [
      `  ${state}`,
      ...[zone, asset, address, mac, name, lastSeenAt],
    ],
  );
  const heading = ['  state', 'zone', 'asset', 'address', 'hardware', 'name', 'last seen'];
  if (rows.length > 0) for (const line of table([heading, ...rows])) say(line);
  if (shown.some(({ state }) => state === 'ambiguous'))
    say(
      'Ambiguous: could be in two zones, or be two assets. "networks" of the zones and "addresses" of the assets tell them.',
    );
}

/** The plant as its network shows it: for recognising what sensors, switches and DHCP servers saw. */
import type { NetworkView, StationView } from '../../rules/engine/input.ts';
import type { Asset, Plant } from '../contract/plant.ts';
import { present } from './present.ts';

/** One view per plant: every system's assets, because whoever stands in a zone is known whichever system he belongs to. */
export function networkView(plant: Plant): NetworkView {
  const known = views.get(plant);
  if (known !== undefined) return known;
  const view: NetworkView = {
    zones: plant.zones.map(({ id, type, networks }) => ({ ...present({ type }), id, networks: networks ?? [] })),
    stations: plant.assets.flatMap((asset) => stationOf(asset) ?? []),
    conduits: plant.conduits.map(({ id, from, to }) => ({ id, from, to })),
  };
  views.set(plant, view);
  return view;
}

const views = new WeakMap<Plant, NetworkView>();

function stationOf(asset: Asset): StationView | undefined {
  const probed = asset.probes.flatMap(({ url }) => hostOf(url) ?? []);
  const marks = [asset.host, ...(asset.addresses ?? []), ...probed].flatMap((each) => each?.toLowerCase() ?? []);
  if (marks.length === 0) return undefined;
  const zone = asset.zone === 'unzoned' ? undefined : asset.zone;
  return { asset: asset.id, marks: [...new Set(marks)].sort(), ...present({ zone }) };
}

/** Cloud accounts are probed at a region, not at a host of the plant. */
function hostOf(url: string): string | undefined {
  if (url.startsWith('file:') || url.startsWith('aws-iot:') || !URL.canParse(url)) return undefined;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return host === '' || host === 'localhost' ? undefined : host;
}

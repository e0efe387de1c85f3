/**
 * Where everything stands, found out once per plan: names are resolved once and pinned (SAF-43), and hosts with a
 * safety function are known by every address they have (SAF-41).
 */
import { isIP } from 'node:net';
import { isLoopback, normalAddress } from '../collectors/contract/address.ts';
import type { Registered } from '../collectors/registry.ts';
import type { Asset, Plant } from '../server/contract/plant.ts';
import { hostKey } from './governor/address.ts';
import type { Resolve } from './target.ts';

export interface Survey {
  /** Pinned address of a host, or undefined when its name leads nowhere. */
  addressOf(host: string): string | undefined;
  /** Id of the asset with a safety function at this place. */
  safetyAt(place: { readonly host: string; readonly address: string; readonly port: number }): string | undefined;
}

/** Resolves the hosts that `wanted` names and those of every asset with a safety function. */
export async function surveyHosts(
  plant: Plant,
  wanted: Iterable<string>,
  { resolve, registry }: { readonly resolve: Resolve; readonly registry: readonly Registered[] },
): Promise<Survey> {
  const guarded = plant.assets.filter(hasSafetyFunction).map((asset) => ({ asset, places: placesOf(asset, registry) }));
  const hosts = new Set([...wanted, ...guarded.flatMap(({ places }) => places.map(({ host }) => host))]);
  const addresses = new Map<string, readonly string[]>();
  await Promise.all([...hosts].map(async (host) => void addresses.set(host, await addressesOf(host, resolve))));

  const safetyKeys = new Map<string, string>();
  for (const { asset, places } of guarded) {
    for (const { host, port } of places) {
      safetyKeys.set(`name ${host.toLowerCase()}${port === undefined ? '' : `:${port}`}`, asset.id);
      for (const address of addresses.get(host) ?? []) {
        // A real host is one host whatever the port; on loopback each port is a host of its own.
        if (!isLoopback(address) || port !== undefined) safetyKeys.set(hostKey(address, port ?? 0), asset.id);
      }
    }
  }
  return {
    addressOf: (host) => addresses.get(host)?.[0],
    safetyAt({ host, address, port }) {
      const places = [address, ...(addresses.get(host) ?? [])];
      const named = isLoopback(address) ? undefined : safetyKeys.get(`name ${host.toLowerCase()}`);
      return (
        named ??
        safetyKeys.get(`name ${host.toLowerCase()}:${port}`) ??
        places.map((each) => safetyKeys.get(hostKey(each, port))).find((each) => each !== undefined)
      );
    },
  };
}

export function hasSafetyFunction(asset: Asset): boolean {
  return asset.kind === 'safety' || asset.safetyFunction;
}

async function addressesOf(host: string, resolve: Resolve): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [normalAddress(host)];
  try {
    return (await resolve(host)).map(normalAddress);
  } catch {
    // A name that leads nowhere is no address; its probes end `unreachable` without a packet.
    return [];
  }
}

/** Every host and port that the file gives for an asset: its own, its interfaces', its probes'. */
function placesOf(asset: Asset, registry: readonly Registered[]): { host: string; port?: number }[] {
  const places: { host: string; port?: number }[] = [];
  if (asset.host !== undefined) {
    places.push({ host: bare(asset.host) });
    for (const { port } of asset.interfaces) places.push({ host: bare(asset.host), port });
  }
  for (const { url, collector } of asset.probes) {
    if (!URL.canParse(url)) continue;
    const { protocol, hostname, port } = new URL(url);
    if (protocol === 'file:' || hostname === '') continue;
    const manifest = registry.find((entry) => entry.manifest.id === collector)?.manifest;
    const known = port === '' ? manifest?.defaultPort[protocol.slice(0, -1)] : Number(port);
    places.push({ host: bare(hostname) }, ...(known === undefined ? [] : [{ host: bare(hostname), port: known }]));
  }
  return places;
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/**
 * How much a run may ask of a device (SAF-06, SAF-47). Stricter than the scanners we know: the slowest controllers set
 * the pace of their class, and a device has a day, we have time.
 */
import type { Asset, AssetKind } from '../../server/contract/plant.ts';

export interface Limits {
  readonly class: 'controller' | 'host' | 'lab' | 'loopback';
  readonly requestsPerSecond: number;
  readonly requestsPerRun: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Sum over all hosts of the zone, and of the site. */
  readonly zonePerSecond: number;
  readonly sitePerSecond: number;
}

const plant = { zonePerSecond: 20, sitePerSecond: 100 };
/** Nothing real stands behind loopback; the bench runs a thousand devices there. */
const bench = { zonePerSecond: 5000, sitePerSecond: 10_000 };
const kib = 1024;

export const limitsOf: Readonly<Record<Limits['class'], Limits>> = {
  controller: {
    class: 'controller',
    requestsPerSecond: 2,
    requestsPerRun: 40,
    bytesSent: 64 * kib,
    bytesReceived: 512 * kib,
    ...plant,
  },
  host: {
    class: 'host',
    requestsPerSecond: 5,
    requestsPerRun: 120,
    bytesSent: 512 * kib,
    bytesReceived: 4096 * kib,
    ...plant,
  },
  lab: {
    class: 'lab',
    requestsPerSecond: 20,
    requestsPerRun: 600,
    bytesSent: 2048 * kib,
    bytesReceived: 16_384 * kib,
    ...plant,
  },
  loopback: {
    class: 'loopback',
    requestsPerSecond: 200,
    requestsPerRun: 600,
    bytesSent: 2048 * kib,
    bytesReceived: 16_384 * kib,
    ...bench,
  },
};

/** Kinds that move something, or measure what moves: T1, and T2 with the maker's approval. */
const controllers: ReadonlySet<AssetKind> = new Set<AssetKind>([
  'plc',
  'rtu',
  'drive',
  'robot',
  'relay',
  'safety',
  'hmi',
  'sensor',
  'actuator',
  'meter',
  'camera',
]);

export function isController(kind: AssetKind): boolean {
  return controllers.has(kind);
}

export function limitsFor(asset: Pick<Asset, 'kind' | 'lab'>, loopback: boolean): Limits {
  if (loopback) return limitsOf.loopback;
  if (asset.lab) return limitsOf.lab;
  return isController(asset.kind) ? limitsOf.controller : limitsOf.host;
}

/** What a scan did to the plant, in numbers that an operator can compare with the device's own log (SAF-39). Pure. */
import type { AssetObservation } from '../collectors/contract/observation.ts';

export interface SafetyStatement {
  readonly probes: number;
  /** Probes that contacted something. */
  readonly contacted: number;
  readonly connections: number;
  readonly requests: number;
  readonly requestsByKind: Readonly<Record<string, number>>;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** The slowest answer of all, and who gave it. */
  readonly longestResponse?: { readonly ms: number; readonly asset: string; readonly probe: string };
  /** Runs that were cut for safety, each with its reason. */
  readonly aborts: readonly { readonly asset: string; readonly probe: string; readonly why: string }[];
  /** Probes that a rule kept from running: number by rule. */
  readonly blocked: Readonly<Record<string, number>>;
  /** Consents that negative tests ran under. */
  readonly consents: readonly string[];
  /** First and last contact, RFC 3339. */
  readonly from?: string;
  readonly to?: string;
}

export function safetyStatement(observations: readonly AssetObservation[]): SafetyStatement {
  const contacted = observations.filter(({ ledger }) => ledger.requests > 0 || ledger.connections > 0);
  const times = contacted.map(({ observedAt }) => observedAt).sort();
  const [from, to] = [times[0], times.at(-1)];
  const slowest = contacted.toSorted((a, b) => b.ledger.maxLatencyMs - a.ledger.maxLatencyMs)[0];
  return {
    probes: observations.length,
    contacted: contacted.length,
    connections: sum(contacted, 'connections'),
    requests: sum(contacted, 'requests'),
    requestsByKind: countsOf(contacted.flatMap(({ ledger }) => Object.entries(ledger.kinds ?? {}))),
    bytesSent: sum(contacted, 'bytesSent'),
    bytesReceived: sum(contacted, 'bytesReceived'),
    ...(slowest === undefined
      ? {}
      : { longestResponse: { ms: slowest.ledger.maxLatencyMs, asset: slowest.asset, probe: slowest.probe } }),
    aborts: observations
      .filter(({ outcome }) => outcome === 'aborted')
      .map(({ asset, probe, detail }) => ({ asset, probe, why: detail ?? 'stopped' })),
    blocked: countsOf(
      observations.filter(({ outcome }) => outcome === 'blocked').map(({ rule }) => [rule ?? 'no rule', 1]),
    ),
    consents: [...new Set(contacted.flatMap(({ consent }) => consent ?? []))].sort(),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function sum(
  observations: readonly AssetObservation[],
  key: 'connections' | 'requests' | 'bytesSent' | 'bytesReceived',
) {
  return observations.reduce((total, { ledger }) => total + ledger[key], 0);
}

function countsOf(entries: readonly (readonly [string, number])[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const [key, count] of entries) counts.set(key, (counts.get(key) ?? 0) + count);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

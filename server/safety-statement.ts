/** What a scan did to the plant, in numbers that an operator can compare with the device's own log (SAF-39). Pure. */
import type { AssetObservation } from '../collectors/contract/observation.ts';
import type { SafetyStatement } from './contract/api.ts';
import type { Plant } from './contract/plant.ts';

export function safetyStatement(
  observations: readonly AssetObservation[],
  plant: Pick<Plant, 'assets' | 'zones'>,
): SafetyStatement {
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
    events: observations.flatMap(({ asset, probe, event }) => {
      if (event === undefined) return [];
      const zone = plant.assets.find(({ id }) => id === asset)?.zone;
      const { beforeMs, afterMs, ...rest } = event;
      const times = {
        ...(beforeMs === undefined ? {} : { beforeMs: [...beforeMs] }),
        ...(afterMs === undefined ? {} : { afterMs: [...afterMs] }),
      };
      return [{ ...rest, ...times, asset, probe, ...(zone === undefined ? {} : { zone }) }];
    }),
    blocked: countsOf(
      observations.filter(({ outcome }) => outcome === 'blocked').map(({ rule }) => [rule ?? 'no rule', 1]),
    ),
    windows: windowsOf(plant, new Set(contacted.map(({ asset }) => asset))),
    consents: [...new Set(contacted.flatMap(({ consent }) => consent ?? []))].sort(),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function windowsOf({ assets, zones }: Pick<Plant, 'assets' | 'zones'>, contacted: ReadonlySet<string>) {
  const entered = new Set(assets.filter(({ id }) => contacted.has(id)).map(({ zone }) => zone));
  return [...entered]
    .sort()
    .map((id) => ({ zone: id, windows: [...(zones.find((zone) => zone.id === id)?.windows ?? [])] }));
}

/** The same in one line, for people. */
export function statementLine(said: SafetyStatement): string {
  const longest = said.longestResponse;
  return [
    `${said.contacted} of ${said.probes} probes contacted something`,
    `${said.connections} connections, ${said.requests} requests, ${said.bytesSent} bytes sent, ${said.bytesReceived} received`,
    ...(longest === undefined ? [] : [`longest answer ${longest.ms} ms (${longest.asset}/${longest.probe})`]),
    `${said.aborts.length} cut for safety`,
    ...said.events.map(({ asset, probe, because }) => `LOOK INTO ${asset}/${probe}: ${because}`),
    ...Object.entries(said.blocked).map(([rule, count]) => `${count} held back by ${rule}`),
  ].join('; ');
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

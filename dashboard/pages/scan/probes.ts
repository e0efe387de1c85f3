/** Probes of a scan page, grouped and named. Pure. */
import type { ScanPage as Scan, ScanProbe } from '../../../server/contract/api.ts';

/** Zones in their order, and after them what no zone of the plant file describes. */
export function zonesOf(page: Scan): { id: string; name: string; probes: ScanProbe[] }[] {
  const known = page.zones.map((zone) => zone.id);
  const others = new Set(page.probes.map((each) => each.zone).filter((zone) => !known.includes(zone)));
  return [...page.zones, ...[...others].map((id) => ({ id, name: id }))].flatMap((zone) => {
    const probes = page.probes.filter((each) => each.zone === zone.id);
    return probes.length === 0 ? [] : [{ ...zone, probes }];
  });
}

export function probeKey(probe: Pick<ScanProbe, 'asset' | 'probe'>): string {
  return `${probe.asset}/${probe.probe}`;
}

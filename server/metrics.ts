/** Prometheus text: what an operator on call wants a graph of. Read from the store at each scrape. */
import type { Running } from './running.ts';
import { latestAssessment } from './store/assessments.ts';
import { listScans } from './store/scans.ts';

export async function metricsOf(running: Running): Promise<string> {
  const { store, supplies, scanner } = running;
  const lines: string[] = [
    '# HELP plimsoll_practice_level Proposed level of a practice; absent while not established.',
    '# TYPE plimsoll_practice_level gauge',
    '# HELP plimsoll_practice_target Target level of a practice.',
    '# TYPE plimsoll_practice_target gauge',
    '# HELP plimsoll_scan_finished_seconds When the newest scan of a system ended.',
    '# TYPE plimsoll_scan_finished_seconds gauge',
    '# HELP plimsoll_scan_probes Probes of the newest ended scan, by outcome.',
    '# TYPE plimsoll_scan_probes gauge',
    '# HELP plimsoll_probes_stopped Whether the kill switch is on.',
    '# TYPE plimsoll_probes_stopped gauge',
    `plimsoll_probes_stopped ${(await scanner.stopped()) === undefined ? 0 : 1}`,
    '# HELP process_resident_memory_bytes Resident memory.',
    '# TYPE process_resident_memory_bytes gauge',
    `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
  ];
  for (const { id } of supplies.current().plant.systems) {
    const assessment = await latestAssessment(store.db, id);
    for (const { practice, level, target } of assessment?.result.practices ?? []) {
      const labels = `{system="${id}",practice="${practice}"}`;
      if (level !== null) lines.push(`plimsoll_practice_level${labels} ${level}`);
      if (target !== undefined) lines.push(`plimsoll_practice_target${labels} ${target.level}`);
    }
    const [scan] = (
      await listScans(store.db, { system: id, states: ['finished', 'stopped', 'interrupted'] }, { limit: 1 })
    ).items;
    if (scan?.finishedAt === undefined) continue;
    lines.push(`plimsoll_scan_finished_seconds{system="${id}"} ${Date.parse(scan.finishedAt) / 1000}`);
    for (const [outcome, count] of Object.entries(scan.outcomes)) {
      lines.push(`plimsoll_scan_probes{system="${id}",outcome="${outcome}"} ${count}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

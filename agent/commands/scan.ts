import { writeFileSync } from 'node:fs';
import { checkCredentials } from '../../server/contract/credentials.ts';
import { BadInput } from '../../server/contract/problem.ts';
import type { PlannedProbe, ScanPlan } from '../../server/contract/scanner.ts';
import { leavesOpen, scanLine } from '../../server/observation-line.ts';
import { openPacks } from '../../server/packs.ts';
import { safetyStatement, statementLine } from '../../server/safety-statement.ts';
import { observationsOfScan } from '../../server/store/observations.ts';
import { scanById } from '../../server/store/scans.ts';
import { infrastructure } from '../governor/sockets.ts';
import { partlyKnown } from '../passive-first.ts';
import { UserError } from './end.ts';
import { plannerFor } from './planner.ts';
import { note, practicesTable, printJson, say, table } from './print.ts';
import { openProduct, packsFolder, readPlant, signedWords } from './product.ts';

interface ScanOptions {
  readonly json?: boolean;
  readonly data: string;
  readonly now?: Date;
  readonly dryRun?: boolean;
  readonly save?: string;
}

export async function scan(plantFile: string, options: ScanOptions): Promise<number> {
  return infrastructure(() => (options.dryRun ? dryRun(plantFile, options) : scanOnce(plantFile, options)));
}

async function scanOnce(plantFile: string, options: ScanOptions): Promise<number> {
  const product = await openProduct({
    plantFile,
    data: options.data,
    once: options.now === undefined ? {} : { assessAt: options.now },
  });
  const { store, supplies, scans, assessing } = product;
  try {
    const { plant } = supplies.current();
    const systems: object[] = [];
    const lines: string[] = [];
    let below = false;
    let incomplete = false;
    for (const system of plant.systems) {
      note(`Scanning ${system.name} ...`);
      const begun = await scans.start(system.id, 'command line');
      await scans.idle();
      const ended = await scanById(store.db, begun.id);
      if (ended === undefined) throw new UserError(`the scan ${begun.id} is not in the data folder`);
      const seen = await observationsOfScan(store.db, begun.id);
      lines.push(...seen.map((each) => JSON.stringify(scanLine(each))));
      incomplete ||= seen.some(leavesOpen);
      const record = await assessing.recordAsOf(system.id, options.now?.toISOString());
      const practices = record?.practices ?? [];
      below ||= practices.some((each) => each.fit === 'below');
      const { startedAt, finishedAt, outcomes, manifestRoots } = ended;
      const safety = safetyStatement(seen, plant);
      systems.push({
        system: system.id,
        scan: { id: ended.id, startedAt, finishedAt, outcomes, manifestRoots },
        practices,
        safety,
      });
      if (!options.json) {
        for (const line of seen.filter((each) => each.outcome !== 'observed')) {
          note(
            `  ${line.asset}/${line.probe}: ${line.outcome}${line.rule === undefined ? '' : ` (${line.rule})`}${line.detail === undefined ? '' : `, ${line.detail}`}`,
          );
        }
        say(
          `${system.name}: ${seen.length} probes, ${Object.entries(outcomes)
            .map(([outcome, count]) => `${count} ${outcome}`)
            .join(', ')}`,
        );
        for (const line of practicesTable(practices)) say(line);
        say(`Safety: ${statementLine(safety)}.`);
      }
    }
    if (options.save !== undefined) writeFileSync(options.save, lines.map((line) => `${line}\n`).join(''));
    if (options.json) printJson({ systems });
    return below ? 1 : incomplete ? 3 : 0;
  } finally {
    await product.close();
  }
}

/**
 * Plans and prints; contacts nothing. Kept in the data folder is only that the plan was printed: a zone that nobody ever
 * looked at asks for that before its first packet.
 */
async function dryRun(plantFile: string, options: ScanOptions): Promise<number> {
  const now = options.now ?? new Date();
  const packs = openPacks(packsFolder);
  const plant = readPlant(plantFile, packs, now);
  refuseMissingSecrets(plant);
  const { scanner, close } = await plannerFor(options.data, packs);
  const plans: ScanPlan[] = [];
  try {
    for (const system of plant.systems) {
      const plan = await scanner.plan(plant, system.id, now);
      plans.push(plan);
      await scanner.printed(plant, plan);
    }
  } finally {
    await close();
  }
  if (options.json) {
    printJson({
      systems: plans.map(({ system, signedBy, clock, probes }) => ({
        system,
        ...(signedBy === undefined ? {} : { signedBy }),
        ...(clock === undefined ? {} : { clock }),
        plan: probes.map(({ asset, probe, tier, allowed, rule, because, requests, passive }) => ({
          ...{ asset, probe, tier, allowed },
          ...(rule === undefined ? {} : { rule, because }),
          requests,
          ...(passive === undefined ? {} : { passive }),
        })),
      })),
    });
    return 0;
  }
  say(`Target list: ${signedWords(plant)}.`);
  const { state = 'unknown', vouchedBy } = plans[0]?.clock ?? {};
  say(`Clock: ${state}${vouchedBy === undefined ? '' : `; ${vouchedBy} vouches for it`}.`);
  for (const plan of plans) {
    say(
      `${plan.system}: ${plan.probes.filter((probe) => probe.allowed || probe.rule === 'SAF-26').length} of ${plan.probes.length} probes would run. Nothing was sent.`,
    );
    const rows = plan.probes.map((probe) => [
      `${probe.asset}/${probe.probe}`,
      probe.url,
      probe.tier,
      planWord(probe),
      [
        ...(probe.loopback ? ['loopback: exempt from windows, canary and first-run rules'] : []),
        ...(probe.allowed && probe.passive !== undefined ? [partlyKnown(probe.passive) ?? ''] : []),
      ].join('; '),
    ]);
    for (const line of table([['Probe', 'Target', 'Tier', 'Requests at most', ''], ...rows])) say(line);
  }
  return 0;
}

/** What a probe would send, or why it may not. A zone's first look waits for its plan to be read: this is that plan. */
function planWord({ allowed, rule, because, requests }: PlannedProbe): string {
  const most = requests.map(({ kind, max }) => `${kind} <= ${max}`).join(', ');
  if (allowed) return most;
  return rule === 'SAF-26'
    ? `${most} (first look at this zone: read this, then scan)`
    : `no: ${because ?? ''} (${rule ?? ''})`;
}

function refuseMissingSecrets(plant: Parameters<typeof checkCredentials>[0]): void {
  const problems = checkCredentials(plant);
  if (problems.length > 0) throw new BadInput(problems);
}

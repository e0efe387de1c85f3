/** Scans: their run state, probe by probe, and the signed manifest that ends each. */
import { z } from 'zod';
import { canonicalJson, type Digest, digestOf, sha256, vocabularyHash } from '../../collectors/evidence/canonical.ts';
import { merkleRoot } from '../../collectors/evidence/merkle.ts';
import { storableText } from '../../collectors/evidence/text.ts';
import type { ScanProbe, ScanSummary } from '../contract/api.ts';
import type { PassiveKnowledge, PlannedProbe, ScanPlan } from '../contract/scanner.ts';
import { newId } from './id.ts';
import { agentSigner, type Keyring } from './keyring.ts';
import { appendStatement, inTransaction, readStatement } from './ledger.ts';
import { type Page, type PageOf, pageOf, readCursor } from './page.ts';
import { recordOfRow } from './rows.ts';
import type { Database, ObservationRow, ScanRow, ScanState } from './tables.ts';

export interface NewScan {
  readonly plan: ScanPlan;
  /** `schedule`, or who asked. */
  readonly askedBy: string;
  readonly at: string;
  readonly id?: string;
  /** Default `running`. */
  readonly state?: 'waiting' | 'running';
}

/** Writes the plan down, so that what was meant to run is known whatever happens next. Returns the scan's id. */
export function beginScan(db: Database, scan: NewScan): Promise<string> {
  const { plan, at } = scan;
  const state = scan.state ?? 'running';
  const id = scan.id ?? newId(at);
  const now = Date.parse(at);
  return inTransaction(db, async (tx) => {
    await tx
      .insertInto('scans')
      .values({
        ...{ id, state, system: plan.system, asked_by: storableText(scan.askedBy), plant: plan.plantHash },
        ...{ plan: await storePlan(tx, plan.probes), probes: plan.probes.length, created_at: now },
        started_at: state === 'running' ? now : null,
        finished_at: null,
        reason: null,
      })
      .execute();
    return id;
  });
}

/** A scan that fell due and was not run. */
export async function recordSkippedScan(
  db: Database,
  scan: { readonly system: string; readonly plant: string; readonly at: string; readonly reason: string },
): Promise<string> {
  const at = Date.parse(scan.at);
  const id = newId(scan.at);
  return inTransaction(db, async (tx) => {
    await tx
      .insertInto('scans')
      .values({
        ...{ id, system: scan.system, state: 'skipped', asked_by: 'schedule', plant: scan.plant },
        ...{ plan: await storePlan(tx, []), probes: 0, created_at: at, started_at: null, finished_at: at },
        reason: storableText(scan.reason),
      })
      .execute();
    return id;
  });
}

/** A waiting scan starts to run. */
export async function startScan(db: Database, scan: string, at: string): Promise<void> {
  await db
    .updateTable('scans')
    .set({ state: 'running', started_at: Date.parse(at) })
    .where('id', '=', scan)
    .where('state', '=', 'waiting')
    .execute();
}

export async function probeStarted(
  db: Database,
  scan: string,
  probe: Pick<PlannedProbe, 'asset' | 'probe'>,
): Promise<void> {
  await db
    .insertInto('running_probes')
    .values({ scan, asset: probe.asset, probe: probe.probe })
    .onConflict((conflict) => conflict.columns(['scan', 'asset', 'probe']).doNothing())
    .execute();
}

export interface ScanEnd {
  readonly scan: string;
  readonly at: string;
  readonly state: 'finished' | 'stopped' | 'interrupted';
  /** Why it was stopped or interrupted. */
  readonly reason?: string;
}

/** Ends a scan: every agent's observations are sealed by a manifest with its signature. Ending it again changes nothing. */
export async function finishScan(db: Database, keyring: Keyring, end: ScanEnd): Promise<ScanSummary> {
  // Keys first and outside the transaction: a new agent's key stays registered whatever becomes of this scan.
  const agents = await db.selectFrom('observations').select('agent').distinct().where('scan', '=', end.scan).execute();
  for (const { agent } of agents) await agentSigner(db, keyring, agent);
  return inTransaction(db, async (tx) => {
    const scan = await tx
      .updateTable('scans')
      .set({
        state: end.state,
        finished_at: Date.parse(end.at),
        reason: end.reason === undefined ? null : storableText(end.reason),
      })
      .where('id', '=', end.scan)
      .where('state', 'in', ['waiting', 'running'])
      .returningAll()
      .executeTakeFirst();
    if (scan !== undefined) {
      await tx.deleteFrom('running_probes').where('scan', '=', scan.id).execute();
      const rows = await tx.selectFrom('observations').selectAll().where('scan', '=', scan.id).execute();
      const byAgent = Map.groupBy(rows, (row) => row.agent);
      for (const agent of [...byAgent.keys()].sort())
        await sealScan(tx, keyring, { scan, end, agent, rows: byAgent.get(agent) ?? [] });
    }
    const summary = await scanById(tx, end.scan);
    if (summary === undefined) throw new TypeError(`expected a scan, found none with the id ${end.scan}`);
    return summary;
  });
}

/**
 * Ends scans that were running when their process died, with what they had finished by then. Call it after opening,
 * before anything starts; where several servers share the database, name the scans.
 */
export async function markInterrupted(
  db: Database,
  keyring: Keyring,
  at: string,
  scans?: readonly string[],
): Promise<readonly string[]> {
  const open = await db.selectFrom('scans').select('id').where('state', 'in', ['waiting', 'running']).execute();
  const lost = open.map((row) => row.id).filter((id) => scans === undefined || scans.includes(id));
  for (const scan of lost)
    await finishScan(db, keyring, { scan, at, state: 'interrupted', reason: 'the process ended before the scan did' });
  return lost;
}

export async function scanById(db: Database, id: string): Promise<ScanSummary | undefined> {
  const rows = await db.selectFrom('scans').selectAll().where('id', '=', id).execute();
  return (await summariesOf(db, rows))[0];
}

/** Newest first. */
export async function listScans(
  db: Database,
  filter: { readonly system?: string; readonly states?: readonly ScanState[] },
  page: Page = {},
): Promise<PageOf<ScanSummary>> {
  const limit = page.limit ?? 50;
  let query = db.selectFrom('scans').selectAll();
  if (filter.system !== undefined) query = query.where('system', '=', filter.system);
  if (filter.states !== undefined) query = query.where('state', 'in', [...filter.states]);
  const after = readCursor(page.cursor);
  if (after !== undefined)
    query = query.where((where) =>
      where.or([
        where('created_at', '<', after.at),
        where.and([where('created_at', '=', after.at), where('id', '<', after.id)]),
      ]),
    );
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const summaries = await summariesOf(db, rows.slice(0, limit));
  const { next } = pageOf(rows, limit, { item: (row) => row, cursor: (row) => ({ at: row.created_at, id: row.id }) });
  return { items: summaries, next };
}

export type ProbeState = Omit<ScanProbe, 'assetName'>;

/** The planned probes in the order of the plan, with what became of each. */
export async function probeStates(db: Database, scan: string): Promise<readonly ProbeState[]> {
  const stored = await db
    .selectFrom('scans')
    .innerJoin('plans', 'plans.hash', 'scans.plan')
    .select('plans.body')
    .where('scans.id', '=', scan)
    .executeTakeFirst();
  if (stored === undefined) return [];
  const seen = await db.selectFrom('observations').selectAll().where('scan', '=', scan).execute();
  const running = await db.selectFrom('running_probes').selectAll().where('scan', '=', scan).execute();
  const observations = new Map(seen.map((row) => [keyOf(row), row]));
  const started = new Set(running.map(keyOf));
  // Written by `beginScan` from the same type; run state, not evidence.
  const plan = JSON.parse(stored.body) as PlannedProbe[];
  return plan.map((probe) => {
    const observation = observations.get(keyOf(probe));
    return observation === undefined
      ? { ...planned(probe), state: started.has(keyOf(probe)) ? 'running' : 'waiting' }
      : ended(probe, observation);
  });
}

/** What became of one planned probe whose observation has been recorded. */
export async function endedProbe(db: Database, scan: string, probe: PlannedProbe): Promise<ProbeState | undefined> {
  const row = await db
    .selectFrom('observations')
    .selectAll()
    .where('scan', '=', scan)
    .where('asset', '=', probe.asset)
    .where('probe', '=', probe.probe)
    .executeTakeFirst();
  return row === undefined ? undefined : ended(probe, row);
}

async function storePlan(tx: Database, probes: readonly PlannedProbe[]): Promise<Digest> {
  const body = canonicalJson(probes);
  const hash = sha256(body);
  await tx
    .insertInto('plans')
    .values({ hash, body })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
  return hash;
}

function keyOf(probe: { asset: string; probe: string }): string {
  return `${probe.asset}/${probe.probe}`;
}

function planned(probe: PlannedProbe): Omit<ProbeState, 'state'> {
  return {
    ...{ asset: probe.asset, probe: probe.probe, zone: probe.zone, collector: probe.collector, target: probe.url },
    ...{ tier: probe.tier, planned: probe.requests.map(({ kind, max }) => ({ kind, max })) },
    ...(probe.rule === undefined ? {} : { rule: probe.rule }),
    ...(probe.passive === undefined ? {} : { passive: passiveCopy(probe.passive) }),
  };
}

function ended(probe: PlannedProbe, observation: ObservationRow): ProbeState {
  const record = recordOfRow(observation);
  return {
    ...planned(probe),
    ...{ state: 'ended', outcome: record.outcome, digest: observation.digest, observedAt: record.observedAt },
    ...(record.detail === undefined ? {} : { detail: record.detail }),
    ...(record.rule === undefined ? {} : { rule: record.rule }),
    ledger: ledgerCopy(record.ledger),
  };
}

/** For the API, whose lists may be changed. */
export function passiveCopy({ known, open }: PassiveKnowledge) {
  return { known: known.map((each) => ({ ...each, facts: [...each.facts] })), open: [...open] };
}

function ledgerCopy(ledger: ReturnType<typeof recordOfRow>['ledger']) {
  const { kinds, ...sums } = ledger;
  return kinds === undefined ? sums : { ...sums, kinds: { ...kinds } };
}

interface Sealing {
  readonly scan: ScanRow;
  readonly end: ScanEnd;
  readonly agent: string;
  readonly rows: readonly ObservationRow[];
}

async function sealScan(tx: Database, keyring: Keyring, sealing: Sealing): Promise<void> {
  const { scan, end, agent, rows } = sealing;
  const outcomes: Partial<Record<ObservationRow['outcome'], number>> = {};
  for (const { outcome } of rows) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  await appendStatement(tx, [await agentSigner(tx, keyring, agent)], {
    kind: 'manifest',
    recordedAt: new Date(end.at).toISOString(),
    body: {
      ...{ scan: scan.id, system: scan.system, agent, state: end.state },
      startedAt: new Date(scan.started_at ?? scan.created_at).toISOString(),
      finishedAt: new Date(end.at).toISOString(),
      observations: rows.length,
      outcomes,
      root: merkleRoot(rows.map((row) => row.digest)),
      plant: scan.plant,
      vocabulary: vocabularyOf(rows),
    },
  });
}

/** The vocabulary that the agent spoke; a digest over several where collectors of different age ran. */
function vocabularyOf(rows: readonly ObservationRow[]): string {
  const spoken = [...new Set(rows.map((row) => recordOfRow(row).vocabulary))].sort();
  const [only, ...others] = spoken;
  if (only === undefined) return vocabularyHash();
  return others.length === 0 ? only : digestOf(spoken);
}

const countSchema = z.coerce.number();

async function summariesOf(db: Database, scans: readonly ScanRow[]): Promise<ScanSummary[]> {
  if (scans.length === 0) return [];
  const ids = scans.map((scan) => scan.id);
  const ended = await db
    .selectFrom('observations')
    .select((column) => ['scan', 'outcome', column.fn.countAll().as('count')])
    .where('scan', 'in', ids)
    .groupBy(['scan', 'outcome'])
    .execute();
  const manifests = await db
    .selectFrom('ledger')
    .select(['subject', 'payload'])
    .where('kind', '=', 'manifest')
    .where('system', 'in', [...new Set(scans.map((scan) => scan.system))])
    .where('subject', 'in', ids)
    .execute();
  return scans.map((scan) => {
    const outcomes: ScanSummary['outcomes'] = {};
    for (const row of ended) if (row.scan === scan.id) outcomes[row.outcome] = countSchema.parse(row.count);
    const roots: Digest[] = manifests
      .filter((row) => row.subject === scan.id)
      .map((row) => readStatement(row, 'manifest').body.root);
    return {
      ...{ id: scan.id, system: scan.system, state: scan.state, askedBy: scan.asked_by },
      ...(scan.started_at === null ? {} : { startedAt: new Date(scan.started_at).toISOString() }),
      ...(scan.finished_at === null ? {} : { finishedAt: new Date(scan.finished_at).toISOString() }),
      probes: scan.probes,
      outcomes,
      manifestRoots: roots.sort(),
      ...(scan.reason === null ? {} : { reason: scan.reason }),
    };
  });
}

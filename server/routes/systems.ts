import { z } from 'zod';
import {
  assetSummarySchema,
  listOf,
  overviewSchema,
  type SystemSummary,
  systemSummarySchema,
} from '../contract/api.ts';
import { practiceResultSchema } from '../contract/assessment.ts';
import type { PlantSystem } from '../contract/plant.ts';
import { Refusal } from '../refusal.ts';
import type { Running } from '../running.ts';
import { knownAssets } from '../store/assets.ts';
import { decisionsFor } from '../store/decisions.ts';
import { listScans, scanById } from '../store/scans.ts';
import { fitCounts, overviewRows } from '../views/overview.ts';
import { headOf } from '../views/practice-page.ts';
import type { Routes } from './routes.ts';

export const asOfQuery = z.object({ asOf: z.iso.datetime({ offset: true }).optional() });
const ofSystem = z.object({ system: z.string() });
const trendDays = 90;

export function systemRoutes(routes: Routes, running: Running): void {
  const { supplies, assessing } = running;
  routes.get(
    '/systems',
    {
      schema: {
        summary: 'Systems under consideration',
        tags: ['systems'],
        response: { 200: listOf(systemSummarySchema) },
      },
    },
    async () => ({
      items: await Promise.all(supplies.current().plant.systems.map((system) => summaryOf(running, system))),
      next: null,
    }),
  );
  routes.get(
    '/systems/:system',
    { schema: { summary: 'One system', tags: ['systems'], params: ofSystem, response: { 200: systemSummarySchema } } },
    (request) => summaryOf(running, systemOf(running, request.params.system)),
  );
  routes.get(
    '/systems/:system/practices',
    {
      schema: {
        summary: 'The 18 practices with proposed levels, as of now or of an instant',
        tags: ['systems'],
        params: ofSystem,
        querystring: asOfQuery,
        response: { 200: listOf(practiceResultSchema) },
      },
    },
    async (request) => {
      const system = systemOf(running, request.params.system);
      const record = await assessing.recordAsOf(system.id, request.query.asOf);
      return { items: [...(record?.practices ?? [])], next: null };
    },
  );
  routes.get(
    '/systems/:system/overview',
    {
      schema: {
        summary: 'The system overview: levels, targets, trend, changes, what waits',
        tags: ['systems'],
        params: ofSystem,
        querystring: asOfQuery,
        response: { 200: overviewSchema },
      },
    },
    async (request) => {
      const system = systemOf(running, request.params.system);
      const { asOf } = request.query;
      const current = await assessing.recordAsOf(system.id, asOf);
      const before = current === undefined ? undefined : await assessing.recordBefore(system.id, current);
      const trends = await assessing.trends(system.id, {
        days: trendDays,
        ...(asOf === undefined ? {} : { until: asOf }),
      });
      const decisions = await decisionsFor(running.store.db, {
        system: system.id,
        ...(asOf === undefined ? {} : { until: asOf }),
      });
      return {
        system: await summaryOf(running, system),
        ...(current === undefined ? {} : { assessment: headOf(current) }),
        ...(asOf === undefined ? {} : { asOf }),
        rows: overviewRows({
          current,
          before,
          trend: (practice) => trends.get(practice) ?? [],
          confirmed: (practice) => decisions.find((each) => each.practice === practice),
          targets: system.targets,
          tags: running.knowledge.trustworthiness,
          nameOf: (asset) => nameOf(running, asset),
        }),
      };
    },
  );
  routes.get(
    '/systems/:system/assets',
    {
      schema: {
        summary: 'Assets with their probes and newest observations; retired ones and those that left the file included',
        tags: ['systems'],
        params: ofSystem,
        response: { 200: listOf(assetSummarySchema) },
      },
    },
    async (request) => ({ items: await assetsOf(running, systemOf(running, request.params.system)), next: null }),
  );
}

export function systemOf(running: Running, id: string): PlantSystem {
  const { systems } = running.supplies.current().plant;
  const found = systems.find((system) => system.id === id);
  if (found === undefined) {
    throw new Refusal(
      404,
      'No such system',
      `expected one of ${systems.map((each) => each.id).join(', ')}, found "${id.slice(0, 80)}"`,
    );
  }
  return found;
}

/** An asset's or organisation's name; other members (register elements, zones) are named by their id. */
export function nameOf(running: Running, id: string): string {
  const { assets, organisations } = running.supplies.current().plant;
  return assets.find((each) => each.id === id)?.name ?? organisations.find((each) => each.id === id)?.name ?? id;
}

async function summaryOf(running: Running, system: PlantSystem): Promise<SystemSummary> {
  const { store, supplies, scans, assessing } = running;
  const { plant } = supplies.current();
  const assets = plant.assets.filter((asset) => system.assets.includes(asset.id));
  const last = (
    await listScans(store.db, { system: system.id, states: ['finished', 'stopped', 'interrupted'] }, { limit: 1 })
  ).items[0];
  const runs = scans.running(system.id);
  const runningScan = runs === undefined ? undefined : await scanById(store.db, runs);
  const record = await assessing.recordAsOf(system.id, undefined);
  const times = running.schedules(system.id);
  const { id, name, role, owners } = system;
  return {
    ...{ id, name, role },
    site: { id: plant.site.id, name: plant.site.name, timeZone: plant.site.timeZone },
    ...(system.profile === undefined ? {} : { profile: system.profile }),
    owners: {
      ...(owners.business === undefined ? {} : { business: owners.business }),
      ...(owners.technical === undefined ? {} : { technical: owners.technical }),
    },
    assets: assets.length,
    zones: new Set(assets.map((asset) => asset.zone)).size,
    ...(last === undefined ? {} : { lastScan: last }),
    ...(runningScan === undefined ? {} : { runningScan }),
    ...(times?.next === undefined ? {} : { nextScanAt: times.next.toISOString() }),
    fits: fitCounts(record?.practices ?? []),
    ...silence(last?.finishedAt, times?.everyMs, running.now()),
  };
}

/** No scan within twice the schedule's period: the agent is silent, and screens say since when. */
function silence(finishedAt: string | undefined, everyMs: number | undefined, now: Date): { silentSince?: string } {
  if (finishedAt === undefined || everyMs === undefined) return {};
  return now.getTime() - Date.parse(finishedAt) > 2 * everyMs ? { silentSince: finishedAt } : {};
}

async function assetsOf(running: Running, system: PlantSystem) {
  const { store, supplies } = running;
  const { plant } = supplies.current();
  const newest = await store.db.selectFrom('channels').selectAll().where('system', '=', system.id).execute();
  const listed = plant.assets
    .filter((asset) => system.assets.includes(asset.id))
    .map((asset) => ({
      ...{ id: asset.id, name: asset.name, kind: asset.kind, zone: asset.zone, criticality: asset.criticality },
      exposed: asset.exposed ?? null,
      safetyFunction: asset.safetyFunction,
      state: 'active' as const,
      probes: asset.probes.map((probe) => {
        const last = newest.find((each) => each.asset === asset.id && each.probe === probe.id);
        return {
          ...{ id: probe.id, collector: probe.collector, target: probe.url },
          ...(last === undefined
            ? {}
            : {
                last: {
                  digest: last.digest,
                  outcome: last.outcome,
                  observedAt: new Date(last.observed_at).toISOString(),
                },
              }),
        };
      }),
    }));
  const known = await knownAssets(store.db, system.id, running.now().toISOString());
  const left = known
    .filter((each) => !each.present)
    .map((each) => {
      const view = leftSchema.parse(each.view);
      const retired = plant.retired.some((record) => record.id === each.asset);
      return {
        ...view,
        id: each.asset,
        exposed: view.exposed ?? null,
        state: retired ? ('retired' as const) : ('gone' as const),
        probes: [],
      };
    });
  return [...listed, ...left].map((asset) => {
    const zone = plant.zones.find((each) => each.id === asset.zone);
    return zone === undefined ? asset : { ...asset, zoneName: zone.name };
  });
}

const leftSchema = z.object({
  name: z.string(),
  kind: z.string(),
  /** Recorded without one where it was in no zone. */
  zone: z.string().default('unzoned'),
  criticality: z.enum(['low', 'normal', 'critical']),
  exposed: z.boolean().optional(),
  safetyFunction: z.boolean(),
});

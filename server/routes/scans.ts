import { z } from 'zod';
import { isOwnMachine } from '../../collectors/contract/address.ts';
import { listOf, safetyStatementSchema, scanPageSchema, scanSummarySchema } from '../contract/api.ts';
import { Refusal } from '../refusal.ts';
import type { Running } from '../running.ts';
import { safetyStatement } from '../safety-statement.ts';
import { observationsOfScan } from '../store/observations.ts';
import { listScans, probeStates, scanById } from '../store/scans.ts';
import type { Routes } from './routes.ts';
import { systemOf } from './systems.ts';

const paging = z.object({ cursor: z.string().optional(), limit: z.coerce.number().int().min(1).max(200).optional() });
const ofScan = z.object({ scan: z.string() });

export function scanRoutes(routes: Routes, running: Running): void {
  const { store, scans, supplies } = running;
  routes.get(
    '/systems/:system/scans',
    {
      schema: {
        summary: 'Scans, newest first',
        tags: ['scans'],
        params: z.object({ system: z.string() }),
        querystring: paging,
        response: { 200: listOf(scanSummarySchema) },
      },
    },
    async (request) => {
      const { id } = systemOf(running, request.params.system);
      const { cursor, limit } = request.query;
      const { items, next } = await listScans(
        store.db,
        { system: id },
        { ...(cursor === undefined ? {} : { cursor }), ...(limit === undefined ? {} : { limit }) },
      );
      return { items: [...items], next };
    },
  );
  routes.post(
    '/systems/:system/scans',
    {
      schema: {
        summary: 'Scan now',
        tags: ['scans'],
        params: z.object({ system: z.string() }),
        body: z
          .strictObject({ by: z.string().min(1).max(200).default('somebody at the dashboard') })
          .default({ by: 'somebody at the dashboard' }),
        response: { 202: scanSummarySchema },
      },
    },
    async (request, reply) => {
      const { id } = systemOf(running, request.params.system);
      const summary = await scans.start(id, request.body.by);
      await running.audit('scan.start', request.body.by, { system: id, subject: summary.id });
      return reply.status(202).send(summary);
    },
  );
  routes.get(
    '/scans/:scan',
    {
      schema: {
        summary: 'A scan with its probes, in the order of the plant file',
        tags: ['scans'],
        params: ofScan,
        response: { 200: scanPageSchema },
      },
    },
    (request) => page(request.params.scan),
  );
  routes.get(
    '/scans/:scan/safety',
    {
      schema: {
        summary: 'Safety statement: what the scan did to the plant, to compare with the devices’ own logs',
        tags: ['safety'],
        params: ofScan,
        response: { 200: safetyStatementSchema },
      },
    },
    async (request) => {
      const { scan } = request.params;
      if ((await scanById(store.db, scan)) === undefined)
        throw new Refusal(404, 'No such scan', `expected the id of a scan, found "${scan.slice(0, 80)}"`);
      return safetyStatement(await observationsOfScan(store.db, scan), supplies.current().plant);
    },
  );
  routes.post(
    '/scans/:scan/stop',
    {
      schema: {
        summary: 'Stop a scan: sockets close within 5 s, what was seen is kept',
        tags: ['scans'],
        params: ofScan,
        body: z
          .strictObject({ by: z.string().min(1).max(200).default('somebody at the dashboard') })
          .default({ by: 'somebody at the dashboard' }),
        response: { 200: scanPageSchema },
      },
    },
    async (request) => {
      await scans.stop(request.params.scan, request.body.by);
      await running.audit('scan.stop', request.body.by, { subject: request.params.scan });
      return page(request.params.scan);
    },
  );

  async function page(id: string) {
    const scan = await scanById(store.db, id);
    if (scan === undefined)
      throw new Refusal(404, 'No such scan', `expected the id of a scan, found "${id.slice(0, 80)}"`);
    const { plant } = supplies.current();
    const probes = await probeStates(store.db, id);
    const tiers = probes.map((probe) => probe.tier).sort();
    const requests = probes.flatMap((probe) => probe.planned).reduce((sum, { max }) => sum + max, 0);
    return {
      scan,
      systemName: plant.systems.find((each) => each.id === scan.system)?.name ?? scan.system,
      zones: plant.zones.map(({ id: zone, name }) => ({ id: zone, name })),
      probes: probes.map((probe) => ({
        ...probe,
        assetName: plant.assets.find((each) => each.id === probe.asset)?.name ?? probe.asset,
      })),
      limits: {
        tier: tiers.at(-1) ?? ('T0' as const),
        connections: 1,
        requests,
        maxLatencyMs: Math.max(0, ...probes.map((probe) => probe.ledger?.maxLatencyMs ?? 0)),
        loopback: probes.every(({ target }) => isOwnMachine(target) || target.startsWith('file:')),
      },
      stopped: (await running.scanner.stopped()) !== undefined,
    };
  }
}

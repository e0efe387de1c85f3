import { z } from 'zod';
import { isFactName, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { evidencePageSchema } from '../contract/api.ts';
import { Refusal } from '../refusal.ts';
import type { Running } from '../running.ts';
import { chainOf } from '../store/chain.ts';
import { factsBefore, observationByDigest } from '../store/observations.ts';
import type { Routes } from './routes.ts';

export function evidenceRoutes(routes: Routes, running: Running): void {
  const { store, supplies } = running;
  routes.get(
    '/observations/:digest',
    {
      schema: {
        summary: 'One observation down to the bytes, with its chain recomputed',
        tags: ['evidence'],
        params: z.object({ digest: z.string() }),
        response: { 200: evidencePageSchema },
      },
    },
    async (request) => {
      const found = await observationByDigest(store.db, request.params.digest);
      if (found === undefined) {
        throw new Refusal(
          404,
          'No such observation',
          `expected the digest of an observation, found "${request.params.digest.slice(0, 80)}"`,
        );
      }
      const before: Readonly<Record<string, unknown>> = await factsBefore(store.db, found);
      const held = Object.entries({ ...found.facts, ...found.volatile });
      return {
        digest: found.digest,
        scan: found.scan,
        system: found.system,
        asset: found.asset,
        assetName: supplies.current().plant.assets.find((each) => each.id === found.asset)?.name ?? found.asset,
        probe: found.probe,
        collector: found.collector,
        collectorVersion: found.collectorVersion,
        target: found.target,
        tier: found.tier,
        outcome: found.outcome,
        ...(found.detail === undefined ? {} : { detail: found.detail }),
        observedAt: found.observedAt,
        recordedAt: found.recordedAt,
        chain: [...(await chainOf(store.db, found.digest))],
        facts: held
          .filter(([name]) => isFactName(name))
          .map(([name, value]) => {
            const definition = isFactName(name) ? vocabulary[name] : undefined;
            const was = before[name];
            const changed = was !== undefined && JSON.stringify(was) !== JSON.stringify(value) && !definition?.volatile;
            return {
              name,
              value,
              basis: (isFactName(name) ? found.basis[name] : undefined) ?? ('authoritative' as const),
              volatile: definition?.volatile ?? false,
              means: definition?.means ?? '',
              changed,
              ...(changed ? { before: was } : {}),
            };
          })
          .sort((a, b) => Number(b.changed) - Number(a.changed) || (a.name < b.name ? -1 : 1)),
        unseen: Object.entries(found.unseen).map(([name, reason]) => ({
          name,
          reason,
          means: isFactName(name) ? vocabulary[name].means : '',
        })),
        redacted: [...found.redacted],
        ledger: ledgerOf(found.ledger),
        transcript: found.transcript.map(({ atMs, text }) => ({ atMs, text })),
      };
    },
  );
}

function ledgerOf({ kinds, ...sums }: NonNullable<Awaited<ReturnType<typeof observationByDigest>>>['ledger']) {
  return kinds === undefined ? sums : { ...sums, kinds: { ...kinds } };
}

import { expect, it } from 'vitest';
import { observationByDigest, observationsOfScan } from '../../../server/store/observations.ts';
import { openStore } from '../../../server/store/open.ts';
import { markInterrupted, probeStates, scanById } from '../../../server/store/scans.ts';
import { verifyFolder } from '../../../server/store/verify.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { killMidScan } from './killed-scan.ts';

describeOnDatabases('a scan whose process was killed', (databases) => {
  it('keeps every finished observation, is interrupted, and verifies', async () => {
    const options = await databases.options();
    for (const after of [1, 7, 30]) {
      const { scan, digests } = await killMidScan(options, after);
      const store = await openStore(options);
      try {
        expect(await verifyFolder(store)).toMatchObject({ ok: true });
        expect(await markInterrupted(store.db, store.keyring, new Date().toISOString())).toEqual([scan]);
        for (const digest of digests) expect(await observationByDigest(store.db, digest)).toBeDefined();
        const stored = await observationsOfScan(store.db, scan);
        expect(stored.length).toBeGreaterThanOrEqual(after);
        const states = await probeStates(store.db, scan);
        expect(states.filter((probe) => probe.state === 'ended')).toHaveLength(stored.length);
        expect(await scanById(store.db, scan)).toMatchObject({
          ...{ state: 'interrupted', probes: 500, outcomes: { observed: stored.length } },
          reason: 'the process ended before the scan did',
        });
        const report = await verifyFolder(store);
        expect(report).toMatchObject({ ok: true, firstBroken: null });
        expect(report.checked['unsealed'] ?? 0).toBe(0);
      } finally {
        await store.close();
      }
    }
  });
});

import { expect, it } from 'vitest';
import { verifyFolder } from '../../../server/store/verify.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { assessmentAt, scanWith } from './evidence.ts';

describeOnDatabases('a store', (databases) => {
  it('verifies after scans and assessments', async () => {
    const store = await databases.open();
    await scanWith(store, '2026-11-01T10:00:00.000Z', [{}, { asset: 'plc-1' }]);
    await assessmentAt(store, '2026-11-01T10:01:00.000Z');
    const report = await verifyFolder(store);
    expect(report.firstBroken).toBeNull();
    expect(report.checked).toMatchObject({ observations: 2, manifest: 1, assessment: 1, input: 3, key: 2 });
  });
});

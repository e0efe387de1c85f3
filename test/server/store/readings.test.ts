import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AssetObservation } from '../../../collectors/contract/observation.ts';
import { recordObservation } from '../../../server/store/observations.ts';
import { observationsAsOf, rebuildReadings } from '../../../server/store/readings.ts';
import type { StoredObservation } from '../../../server/store/rows.ts';
import { beginScan } from '../../../server/store/scans.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { observationOf, planOf, scanWith } from './evidence.ts';

const names = ['service.listening', 'auth.anonymous.accepted', 'tls.version.min'] as const;
const start = Date.parse('2026-11-01T00:00:00.000Z');

/** A look at one of two assets: when, how much later it was recorded, and what it saw of three facts. */
const look = fc.record({
  asset: fc.constantFrom('broker-1', 'plc-1'),
  minute: fc.integer({ min: 0, max: 30 }),
  delay: fc.integer({ min: 0, max: 20 }),
  sees: fc.subarray([...names]),
  tries: fc.subarray([...names]),
});

function instant(minute: number): string {
  return new Date(start + minute * 60_000).toISOString();
}

/** What counts at an instant, from the whole history: per channel and fact the newest that saw or missed it. */
function expected(all: readonly (AssetObservation & { recordedAt: string })[], at: string) {
  const known = all.filter((each) => each.recordedAt <= at && each.observedAt <= at);
  return readingsIn(known);
}

function readingsIn(all: readonly (AssetObservation | StoredObservation)[]) {
  const readings: Record<string, string> = {};
  const newest = [...all].sort((one, other) => (one.observedAt < other.observedAt ? -1 : 1));
  for (const each of newest) {
    for (const name of Object.keys(each.facts)) readings[`${each.asset} sees ${name}`] = each.observedAt;
    for (const name of [...Object.keys(each.facts), ...Object.keys(each.unseen)])
      readings[`${each.asset} tries ${name}`] = each.observedAt;
    readings[`${each.asset} looks`] = each.observedAt;
  }
  return readings;
}

describeOnDatabases('readings', (databases) => {
  it('at any instant are those that the whole history gives, in whatever order they arrived', async () => {
    const store = await databases.open();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(look, { minLength: 1, maxLength: 8 }), async (looks) => {
        run += 1;
        const system = `system-${run}`;
        const seconds = new Set<string>();
        const all: (AssetObservation & { recordedAt: string })[] = [];
        for (const each of looks) {
          if (seconds.has(`${each.asset}${each.minute}`)) continue;
          seconds.add(`${each.asset}${each.minute}`);
          const facts = Object.fromEntries(each.sees.map((name) => [name, name === 'tls.version.min' ? '1.2' : true]));
          const missed = each.tries.filter((name) => !each.sees.includes(name));
          const observation = observationOf({
            ...{ system, asset: each.asset, at: instant(each.minute), facts: facts as never },
            unseen: Object.fromEntries(missed.map((name) => [name, 'timedOut'])),
          });
          const recordedAt = instant(each.minute + each.delay);
          const scan = await beginScan(store.db, {
            plan: { ...planOf(recordedAt, []), system },
            askedBy: 'x',
            at: recordedAt,
          });
          await recordObservation(store.db, observation, { scan, agent: 'local', recordedAt });
          all.push({ ...observation, recordedAt });
        }
        const scope = { systems: [system] };
        for (const minute of [0, 7, 15, 31, 60])
          expect(readingsIn(await observationsAsOf(store.db, scope, instant(minute)))).toEqual(
            expected(all, instant(minute)),
          );
        const now = await observationsAsOf(store.db, scope, instant(60));
        expect(now.length).toBeLessThanOrEqual(2 * (2 * names.length + 1));
      }),
      { numRuns: 25 },
    );
    const before = await tablesOf(store.db);
    await rebuildReadings(store.db);
    expect(await tablesOf(store.db)).toEqual(before);
  });

  it('survive a later failed look', async () => {
    const store = await databases.open();
    await scanWith(store, '2026-11-01T10:00:00.000Z', [{ facts: { 'service.listening': true } }]);
    await scanWith(store, '2026-11-02T10:00:00.000Z', [
      { outcome: 'timedOut', facts: {}, unseen: { 'service.listening': 'timedOut' } },
    ]);
    const found = await observationsAsOf(store.db, { systems: ['line-3'] }, '2026-11-03T00:00:00.000Z');
    expect(found.map((each) => each.outcome)).toEqual(['observed', 'timedOut']);
  });

  it('of an unchanged device are one row, however long its history', async () => {
    const store = await databases.open();
    for (let day = 10; day < 22; day += 1) await scanWith(store, `2026-11-${day}T10:00:00.000Z`, [{}]);
    const now = await observationsAsOf(store.db, { systems: ['line-3'] }, '2026-12-01T00:00:00.000Z');
    expect(now.map((each) => each.observedAt)).toEqual(['2026-11-21T10:00:00.000Z']);
    const then = await observationsAsOf(store.db, { systems: ['line-3'] }, '2026-11-15T12:00:00.000Z');
    expect(then.map((each) => each.observedAt)).toEqual(['2026-11-15T10:00:00.000Z']);
    expect(await observationsAsOf(store.db, { systems: ['line-3'] }, '2026-11-01T00:00:00.000Z')).toEqual([]);
  });

  it('can be asked for some assets of several systems', async () => {
    const store = await databases.open();
    await scanWith(store, '2026-11-01T10:00:00.000Z', [{}, { asset: 'plc-1' }, { asset: 'plc-2' }]);
    const scope = { systems: ['line-3', 'line-4'], assets: ['plc-1', 'broker-1'] };
    const found = await observationsAsOf(store.db, scope, '2026-11-02T00:00:00.000Z');
    expect(found.map((each) => each.asset)).toEqual(['broker-1', 'plc-1']);
  });
});

async function tablesOf(db: Parameters<typeof rebuildReadings>[0]): Promise<string[]> {
  const rows = [
    ...(await db.selectFrom('channels').selectAll().execute()),
    ...(await db.selectFrom('spans').selectAll().execute()),
    ...(await db.selectFrom('current_readings').selectAll().execute()),
    ...(await db.selectFrom('turns').selectAll().execute()),
  ];
  return rows.map((row) => JSON.stringify(row)).sort();
}

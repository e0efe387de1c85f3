import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { AssetObservation } from '../../../collectors/contract/observation.ts';
import { historyOf } from '../../../rules/derive/history.ts';
import { lookFrom } from '../../../rules/derive/turns.ts';
import { recordObservation } from '../../../server/store/observations.ts';
import { rebuildReadings } from '../../../server/store/readings.ts';
import { beginScan } from '../../../server/store/scans.ts';
import type { Database } from '../../../server/store/tables.ts';
import { turnsAsOf } from '../../../server/store/turns.ts';
import { verifyFolder } from '../../../server/store/verify.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { observationOf, planOf, type Seen, scanWith } from './evidence.ts';
import { tamperWith } from './tamper.ts';

const start = Date.parse('2026-11-01T00:00:00.000Z');
const since = '2000-01-01T00:00:00.000Z';

function instant(minute: number): string {
  return new Date(start + minute * 60_000).toISOString();
}

/** A look at one of two assets through one of two versions of the collector, which saw two facts or not. */
const look = fc.record({
  asset: fc.constantFrom('broker-1', 'plc-1'),
  minute: fc.integer({ min: 0, max: 30 }),
  delay: fc.integer({ min: 0, max: 20 }),
  version: fc.option(fc.constantFrom('1', '2', ''), { nil: undefined }),
  anonymous: fc.option(fc.boolean(), { nil: undefined }),
  collectorVersion: fc.constantFrom('1.0.0', '1.0.0', '1.1.0'),
});

type Recorded = AssetObservation & { digest: string; recordedAt: string };

/** From the whole history, by the derivation's own reading of it. */
function expected(all: readonly Recorded[], at: string): string[] {
  const known = all.filter((each) => each.recordedAt <= at && each.observedAt <= at);
  const looks = known.map(({ asset, probe, observedAt, digest, ...seen }) => {
    return { ...lookFrom(seen), asset, channel: probe, at: observedAt, ref: digest };
  });
  const { turns, firsts } = historyOf(looks);
  const seen = turns.map(({ asset, fact, before, after }) => `${asset} ${fact} ${before.ref} ${after.ref}`);
  return [...seen, ...firsts.map(({ asset, at: first }) => `${asset} first ${first}`)].sort();
}

async function found(db: Database, system: string, at: string): Promise<string[]> {
  const turns = await turnsAsOf(db, { systems: [system], since }, at);
  return turns
    .map(({ asset, fact, before, after }) =>
      before === undefined ? `${asset} first ${after.at}` : `${asset} ${fact} ${before.ref} ${after.ref}`,
    )
    .sort();
}

async function rowsOf(db: Database): Promise<string[]> {
  return (await db.selectFrom('turns').selectAll().execute()).map((row) => JSON.stringify(row)).sort();
}

describeOnDatabases('turns', (databases) => {
  it('are at any instant those that the whole history gives, in whatever order looks arrived', async () => {
    const store = await databases.open();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(look, { minLength: 2, maxLength: 9 }), async (looks) => {
        run += 1;
        const system = `system-${run}`;
        const all: Recorded[] = [];
        for (const { asset, minute, delay, version, anonymous, collectorVersion } of looks) {
          if (all.some((each) => each.asset === asset && each.observedAt === instant(minute))) continue;
          const facts = {
            ...(version === undefined ? {} : { 'firmware.version': version }),
            ...(anonymous === undefined ? {} : { 'auth.anonymous.accepted': anonymous }),
          };
          const observation = observationOf({ system, asset, at: instant(minute), facts, collectorVersion });
          const recordedAt = instant(minute + delay);
          const plan = { ...planOf(recordedAt, []), system };
          const scan = await beginScan(store.db, { plan, askedBy: 'x', at: recordedAt });
          const digest = await recordObservation(store.db, observation, { scan, agent: 'local', recordedAt });
          all.push({ ...observation, digest, recordedAt });
        }
        for (const minute of [12, 25, 60])
          expect(await found(store.db, system, instant(minute))).toEqual(expected(all, instant(minute)));
      }),
      { numRuns: 15 },
    );
    const before = await rowsOf(store.db);
    expect(before.length).toBeGreaterThan(5);
    await rebuildReadings(store.db);
    expect(await rowsOf(store.db)).toEqual(before);
  });

  const version = (text: string, more: Partial<Seen> = {}) => ({ facts: { 'firmware.version': text }, ...more });
  const failed = { outcome: 'timedOut', facts: {}, unseen: { 'firmware.version': 'timedOut' } } as const;
  const turnsNow = async (db: Database) =>
    (await turnsAsOf(db, { systems: ['line-3'], since }, '2027-01-01T00:00:00.000Z')).filter(
      ({ before }) => before !== undefined,
    );

  it('are no failed looks, no looks that saw less, no first sights, and none at another address', async () => {
    const store = await databases.open();
    const looks = [
      [failed],
      [version('1')],
      [failed],
      [{ facts: { 'service.listening': true } }],
      [version('1')],
      [version('2', { target: 'mqtts://10.9.9.9:8883' })],
      [version('3', { target: 'mqtts://10.9.9.9:8883', collectorVersion: '2.0.0' })],
      [version('3', { target: 'mqtts://10.9.9.9:8883', collectorVersion: '2.0.0' })],
    ];
    for (const [day, seen] of looks.entries()) await scanWith(store, `2026-11-0${day + 1}T10:00:00.000Z`, seen);
    expect(await turnsNow(store.db)).toEqual([]);
    await scanWith(store, '2026-11-09T10:00:00.000Z', [failed]);
    const at = '2026-11-10T10:00:00.000Z';
    await scanWith(store, at, [version('4', { target: 'mqtts://10.9.9.9:8883', collectorVersion: '2.0.0' })]);
    const turns = await turnsNow(store.db);
    expect(turns).toMatchObject([{ before: { at: '2026-11-08T10:00:00.000Z' }, after: { at } }]);
  });

  it('of a device that stays the same are one row, and are read from an instant on', async () => {
    const store = await databases.open();
    for (let day = 10; day < 20; day += 1) await scanWith(store, `2026-11-${day}T10:00:00.000Z`, [version('1')]);
    expect(await rowsOf(store.db)).toHaveLength(1);
    await scanWith(store, '2026-11-20T10:00:00.000Z', [version('2')]);
    const from = (day: number) =>
      turnsAsOf(store.db, { systems: ['line-3'], since: `2026-11-${day}T00:00:00.000Z` }, '2026-12-01T00:00:00.000Z');
    const places = async (day: number) => (await from(day)).map(({ before }) => before?.at ?? 'first').sort();
    expect(await places(20)).toEqual(['2026-11-19T10:00:00.000Z', 'first']);
    expect(await places(21)).toEqual(['first']);
  });

  it('that somebody changed are found by verifying', async () => {
    const options = await databases.options();
    const store = await databases.openWith(options);
    await scanWith(store, '2026-11-01T10:00:00.000Z', [version('1')]);
    await scanWith(store, '2026-11-02T10:00:00.000Z', [version('2')]);
    expect((await verifyFolder(store)).firstBroken).toBeNull();
    const tamperer = await tamperWith(options);
    await tamperer.run(`delete from turns where before_at is not null`);
    await tamperer.close();
    expect((await verifyFolder(store)).firstBroken).toMatchObject({ table: 'turns' });
  });

  it('of a store from before they were kept are computed when it is opened', async () => {
    const options = await databases.options();
    const before = await databases.openWith(options);
    await scanWith(before, '2026-11-01T10:00:00.000Z', [version('1'), version('1', { asset: 'plc-1' })]);
    await scanWith(before, '2026-11-02T10:00:00.000Z', [version('2'), version('1', { asset: 'plc-1' })]);
    const rows = await rowsOf(before.db);
    expect(rows).toHaveLength(3);
    await before.db.schema.dropTable('turns').execute();
    await sql`delete from kysely_migration where name = '0002-turns'`.execute(before.db);
    await before.close();
    const upgraded = await databases.openWith(options);
    expect(await rowsOf(upgraded.db)).toEqual(rows);
  });
});

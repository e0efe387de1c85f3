import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { escapeDeep } from '../../../collectors/evidence/text.ts';
import {
  factsBefore,
  listObservations,
  observationByDigest,
  observationsOfScan,
  recordObservation,
} from '../../../server/store/observations.ts';
import { BadCursor } from '../../../server/store/page.ts';
import {
  beginScan,
  finishScan,
  listScans,
  markInterrupted,
  probeStarted,
  probeStates,
  recordSkippedScan,
  scanById,
  startScan,
} from '../../../server/store/scans.ts';
import { verifyFolder } from '../../../server/store/verify.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { observationOf, plannedProbe, planOf, scanWith } from './evidence.ts';

const at = '2026-11-01T10:00:00.000Z';
const later = '2026-11-01T10:00:05.000Z';

describeOnDatabases('observations', (databases) => {
  it('come back whole, and once however often they are recorded', async () => {
    const store = await databases.open();
    const scan = await beginScan(store.db, { plan: planOf(at), askedBy: 'ada', at });
    const observation = observationOf({ at, volatile: { 'service.listening': true } });
    const digest = await recordObservation(store.db, observation, { scan, agent: 'local', recordedAt: later });
    const again = await recordObservation(store.db, observation, {
      ...{ scan, agent: 'local' },
      recordedAt: '2026-11-01T11:00:00.000Z',
    });
    expect(again).toBe(digest);
    expect(await observationByDigest(store.db, digest)).toEqual({
      ...observation,
      ...{ digest, scan, agent: 'local', recordedAt: later },
    });
    expect(await observationsOfScan(store.db, scan)).toHaveLength(1);
    expect(await observationByDigest(store.db, 'sha256:none')).toBeUndefined();
  });

  it('that differ are refused a second time, and so is a wrong hash, an unknown scan and an ended one', async () => {
    const store = await databases.open();
    const scan = await beginScan(store.db, { plan: planOf(at), askedBy: 'ada', at });
    const entry = { scan, agent: 'local', recordedAt: later };
    await recordObservation(store.db, observationOf({ at }), entry);
    await expect(recordObservation(store.db, observationOf({ at, texts: ['other'] }), entry)).rejects.toThrow(
      /one observation of broker-1\/mqtt/,
    );
    const forged = { ...observationOf({ at, asset: 'plc-1' }), documentHash: 'sha256:00' };
    await expect(recordObservation(store.db, forged, entry)).rejects.toThrow(/documentHash: expected sha256/);
    await expect(recordObservation(store.db, observationOf({ at }), { ...entry, scan: 'nowhere' })).rejects.toThrow(
      /found none/,
    );
    await finishScan(store.db, store.keyring, { scan, at: later, state: 'finished' });
    await expect(recordObservation(store.db, observationOf({ at, asset: 'plc-1' }), entry)).rejects.toThrow(
      /expected one that runs, found finished/,
    );
  });

  it('leave nothing behind when one of their tables refuses them', async () => {
    const store = await databases.open();
    const scan = await beginScan(store.db, { plan: planOf(at), askedBy: 'ada', at });
    await sql`alter table current_readings rename to hidden`.execute(store.db);
    const entry = { scan, agent: 'local', recordedAt: later };
    await expect(recordObservation(store.db, observationOf({ at }), entry)).rejects.toThrow(/current_readings/);
    await sql`alter table hidden rename to current_readings`.execute(store.db);
    for (const table of ['documents', 'transcripts', 'observations', 'channels', 'spans'])
      expect((await sql`select 1 from ${sql.table(table)}`.execute(store.db)).rows, table).toEqual([]);
    expect(await probeStates(store.db, scan)).toMatchObject([{ state: 'waiting' }]);
  });

  it('are never recorded before they were made, whatever the clocks say', async () => {
    const store = await databases.open();
    const scan = await beginScan(store.db, { plan: planOf(at), askedBy: 'ada', at });
    const digest = await recordObservation(store.db, observationOf({ at: later }), {
      scan,
      agent: 'a',
      recordedAt: at,
    });
    expect(await observationByDigest(store.db, digest)).toMatchObject({ observedAt: later, recordedAt: later });
  });

  it('keep hostile values as they came', async () => {
    const store = await databases.open();
    const hostile = [
      'NUL \0 inside',
      'lone \ud800 surrogate',
      '\u001b[2J\u009b31m\u202e',
      '<script>alert(1)</script>',
      "'; drop table observations; --",
      '18446744073709551615',
      'hex:ff00',
      '\\u0000',
      '😀',
    ].map((text) => escapeDeep(text));
    const facts = { 'tls.cipherSuites.offered': hostile } as never;
    const scan = await beginScan(store.db, { plan: planOf(at), askedBy: hostile[0] ?? '', at });
    const observation = observationOf({ at, facts, texts: ['raw \0 \udfff', ...hostile], detail: 'raw \0' });
    const digest = await recordObservation(store.db, observation, { scan, agent: 'local', recordedAt: later });
    const found = await observationByDigest(store.db, digest);
    expect(found?.facts).toEqual(facts);
    expect(found?.transcript.map((line) => line.text)).toEqual(['raw \\u0000 \\udfff', ...hostile]);
    expect(found?.detail).toBe('raw \\u0000');
    await finishScan(store.db, store.keyring, { scan, at: later, state: 'finished' });
    expect((await verifyFolder(store)).firstBroken).toBeNull();
  });

  it('of an unchanged device add one small row per scan', async () => {
    const store = await databases.open();
    const days = Array.from({ length: 12 }, (_, day) => new Date(Date.parse(at) + day * 86_400_000).toISOString());
    for (const day of days) await scanWith(store, day, [{}]);
    for (const [table, rows] of Object.entries({
      ...{ documents: 1, transcripts: 1, observations: 12, channels: 1, spans: 1, current_readings: 1 },
    }))
      expect((await sql`select 1 from ${sql.table(table)}`.execute(store.db)).rows.length, table).toBe(rows);
    const [row] = await store.db.selectFrom('observations').selectAll().limit(1).execute();
    expect(JSON.stringify(row).length).toBeLessThan(1100);
    // The same plan each time is stored once, and of a scan that ended no probe runs.
    expect(await store.db.selectFrom('plans').select('hash').execute()).toHaveLength(1);
    expect(await store.db.selectFrom('running_probes').selectAll().execute()).toEqual([]);
  });

  it('page through history newest first, each once', async () => {
    const store = await databases.open();
    const days = Array.from({ length: 7 }, (_, day) => new Date(Date.parse(at) + day * 86_400_000).toISOString());
    for (const day of days) await scanWith(store, day, [{}, { asset: 'plc-1' }]);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listObservations(store.db, { system: 'line-3', asset: 'broker-1' }, { limit: 3, cursor });
      seen.push(...page.items.map((item) => item.observedAt));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(days.toReversed());
    const until = days[2] ?? '';
    expect((await listObservations(store.db, { system: 'line-3', until })).items).toHaveLength(6);
    await expect(listObservations(store.db, { system: 'line-3' }, { cursor: 'x' })).rejects.toThrow(BadCursor);
  });

  it('recorded at once through one channel leave the current state that one after the other leaves', async () => {
    const store = await databases.open();
    const hours = Array.from({ length: 10 }, (_, hour) => new Date(Date.parse(at) + hour * 3_600_000).toISOString());
    const scans = await Promise.all(
      hours.map(async (hour, index) => {
        const scan = await beginScan(store.db, { plan: planOf(hour), askedBy: 'ada', at: hour });
        const facts = index % 3 === 0 ? { 'service.listening': true } : { 'tls.version.min': '1.2' as const };
        const observation = observationOf({ at: hour, facts: facts as never });
        await recordObservation(store.db, observation, { scan, agent: 'local', recordedAt: hour });
        return scan;
      }),
    );
    for (const scan of scans)
      await finishScan(store.db, store.keyring, { scan, at: hours[9] ?? at, state: 'finished' });
    expect(await verifyFolder(store)).toMatchObject({ ok: true, checked: { observations: 10 } });
  });

  it('know what each fact was before', async () => {
    const store = await databases.open();
    const digests: string[] = [];
    for (const [day, facts] of [
      [1, { 'service.listening': true, 'tls.version.min': '1.0' }],
      [2, { 'service.listening': false }],
      [3, {}],
      [4, { 'service.listening': true }],
    ] as const) {
      const seen = { facts: facts as never };
      digests.push(...(await scanWith(store, `2026-11-0${day}T10:00:00.000Z`, [seen])).digests);
    }
    const last = await observationByDigest(store.db, digests[3] ?? '');
    const first = await observationByDigest(store.db, digests[0] ?? '');
    if (last === undefined || first === undefined) throw new Error('not found');
    expect(await factsBefore(store.db, last)).toEqual({ 'service.listening': false, 'tls.version.min': '1.0' });
    expect(await factsBefore(store.db, first)).toEqual({});
  });
});

describeOnDatabases('scans', (databases) => {
  it('show what was planned, what runs and what ended', async () => {
    const { db, keyring } = await databases.open();
    const plan = planOf(at, [plannedProbe('plc-1', 'opcua'), plannedProbe('broker-1', 'mqtt')]);
    const id = await beginScan(db, { plan, askedBy: 'ada', at, state: 'waiting' });
    expect(await scanById(db, id)).toEqual({
      ...{ id, system: 'line-3', state: 'waiting', askedBy: 'ada', probes: 2, outcomes: {}, manifestRoots: [] },
    });
    await startScan(db, id, later);
    await probeStarted(db, id, { asset: 'broker-1', probe: 'mqtt' });
    const observation = observationOf({ at: later, outcome: 'timedOut', detail: 'no CONNACK' });
    const digest = await recordObservation(db, observation, { scan: id, agent: 'local', recordedAt: later });
    await probeStarted(db, id, { asset: 'plc-1', probe: 'opcua' });
    expect(await probeStates(db, id)).toMatchObject([
      { asset: 'plc-1', state: 'running', planned: [{ kind: 'mqtt.connect', max: 2 }] },
      { asset: 'broker-1', state: 'ended', outcome: 'timedOut', detail: 'no CONNACK', digest, observedAt: later },
    ]);
    const done = await finishScan(db, keyring, { scan: id, at: later, state: 'stopped', reason: 'by ada' });
    expect(done).toMatchObject({ state: 'stopped', startedAt: later, finishedAt: later, outcomes: { timedOut: 1 } });
    expect(done).toMatchObject({ reason: 'by ada', probes: 2 });
    expect(done.manifestRoots).toHaveLength(1);
    expect(await finishScan(db, keyring, { scan: id, at, state: 'finished' })).toEqual(done);
  });

  it('are listed newest first, page by page', async () => {
    const store = await databases.open();
    const ids: string[] = [];
    for (const day of [1, 2, 3, 4, 5]) ids.push((await scanWith(store, `2026-11-0${day}T10:00:00.000Z`, [{}])).scan);
    const skipped = await recordSkippedScan(store.db, {
      ...{ system: 'line-3', plant: 'sha256:plant', at: '2026-11-06T10:00:00.000Z', reason: 'outside the window' },
    });
    const first = await listScans(store.db, { system: 'line-3' }, { limit: 4 });
    const second = await listScans(store.db, { system: 'line-3' }, { limit: 4, cursor: first.next ?? undefined });
    expect([...first.items, ...second.items].map((scan) => scan.id)).toEqual([skipped, ...ids.toReversed()]);
    expect(second.next).toBeNull();
    expect(first.items[0]).toMatchObject({ state: 'skipped', reason: 'outside the window' });
    expect((await listScans(store.db, { system: 'other' })).items).toEqual([]);
    expect((await listScans(store.db, { states: ['skipped'] })).items).toHaveLength(1);
  });

  it('of several agents have one manifest each', async () => {
    const store = await databases.open();
    const plan = planOf(at, [plannedProbe('plc-1', 'opcua'), plannedProbe('broker-1', 'mqtt')]);
    const scan = await beginScan(store.db, { plan, askedBy: 'ada', at });
    for (const [asset, agent] of [
      ['plc-1', 'site-a'],
      ['broker-1', 'site-b'],
    ] as const)
      await recordObservation(store.db, observationOf({ at, asset }), { scan, agent, recordedAt: later });
    const done = await finishScan(store.db, store.keyring, { scan, at: later, state: 'finished' });
    expect(done.manifestRoots).toHaveLength(2);
    expect(await verifyFolder(store)).toMatchObject({ ok: true, checked: { manifest: 2, key: 3 } });
  });

  it('that nobody ended are interrupted, and those of others stay when scans are named', async () => {
    const { db, keyring } = await databases.open();
    const mine = await beginScan(db, { plan: planOf(at), askedBy: 'ada', at });
    const others = await beginScan(db, { plan: planOf(at), askedBy: 'ada', at });
    expect(await markInterrupted(db, keyring, later, [mine])).toEqual([mine]);
    expect(await scanById(db, mine)).toMatchObject({ state: 'interrupted' });
    expect(await scanById(db, others)).toMatchObject({ state: 'running' });
    expect(await markInterrupted(db, keyring, later)).toEqual([others]);
  });
});

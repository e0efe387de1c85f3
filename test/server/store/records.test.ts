import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  assessmentAsOf,
  assessmentById,
  assessmentHistory,
  latestAssessment,
  levelHistory,
  recordAssessment,
} from '../../../server/store/assessments.ts';
import { knownAssets, notePlantAssets } from '../../../server/store/assets.ts';
import { appendAudit, listAudit } from '../../../server/store/audit.ts';
import { decisionsFor, recordDecision, SupersededAssessment } from '../../../server/store/decisions.ts';
import { contentByHash, inputAsOf, inputsAsOf, recordInput } from '../../../server/store/inputs.ts';
import { safetyMemory } from '../../../server/store/safety-memory.ts';
import { readSetting, writeSetting } from '../../../server/store/settings.ts';
import { verifyFolder } from '../../../server/store/verify.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { assessmentAt, resultAt, scanWith } from './evidence.ts';

const days = [1, 2, 3, 4].map((day) => `2026-11-0${day}T10:00:00.000Z`) as [string, string, string, string];

describeOnDatabases('inputs', (databases) => {
  it('are found as of any instant by content', async () => {
    const { db, keyring } = await databases.open();
    const plant = { kind: 'plant', name: 'plant.yaml' } as const;
    for (const [at, body] of [
      [days[0], 'plimsoll: 1\n'],
      [days[1], 'plimsoll: 1\n'],
      [days[2], null],
      [days[3], 'plimsoll: 1 # back\n'],
    ] as const)
      await recordInput(db, keyring, { ...plant, body, effectiveAt: at, recordedAt: at, by: 'ada' });
    expect(await inputAsOf(db, plant, '2026-10-31T00:00:00.000Z')).toBeUndefined();
    expect(await inputAsOf(db, plant, days[1])).toMatchObject({ effectiveAt: days[0], by: 'ada' });
    expect(await inputAsOf(db, plant, days[2])).toBeUndefined();
    const last = await inputAsOf(db, plant, days[3]);
    expect(Buffer.from(last?.body ?? []).toString()).toBe('plimsoll: 1 # back\n');
  });

  it('keep bytes that are no text', async () => {
    const { db, keyring } = await databases.open();
    const bodies = [Buffer.from([0xff, 0, 1]), Buffer.from('NUL \0'), Buffer.from('\ufeffGrüße'), Buffer.from('')];
    for (const [index, body] of bodies.entries()) {
      const input = { kind: 'imports', name: `i-${index}`, body, effectiveAt: days[0], recordedAt: days[0] } as const;
      const hash = await recordInput(db, keyring, input);
      if (hash === null) throw new Error('no hash');
      expect(Buffer.from((await contentByHash(db, hash)) ?? []).equals(body)).toBe(true);
    }
    const found = await inputsAsOf(db, 'imports', days[0]);
    expect(found.map((input) => input.name)).toEqual(['i-0', 'i-1', 'i-2', 'i-3']);
    expect(await inputsAsOf(db, 'pack', days[0])).toEqual([]);
  });
});

describeOnDatabases('assessments', (databases) => {
  it('come back byte for byte, newest and as of an instant', async () => {
    const store = await databases.open();
    await scanWith(store, days[0], [{}]);
    const first = await assessmentAt(store, days[0], 1);
    const second = await assessmentAt(store, days[2], 2);
    expect(await latestAssessment(store.db, 'line-3')).toEqual({ ...second, result: resultAt(days[2], 2) });
    expect((await assessmentAsOf(store.db, 'line-3', days[1]))?.result).toEqual(resultAt(days[0], 1));
    expect(await assessmentAsOf(store.db, 'line-3', '2026-10-01T00:00:00.000Z')).toBeUndefined();
    expect((await assessmentById(store.db, first.id))?.hash).toBe(first.hash);
    expect((await assessmentById(store.db, first.hash))?.id).toBe(first.id);
    expect(first.cut).toHaveLength(1);
    expect(await latestAssessment(store.db, 'line-4')).toBeUndefined();
  });

  it('store a practice that did not move once', async () => {
    const store = await databases.open();
    await assessmentAt(store, days[0], 1);
    await assessmentAt(store, days[1], 2);
    // PAT once, ACC twice, and an index for each of the two.
    expect(await store.db.selectFrom('results').select('hash').execute()).toHaveLength(5);
  });

  it('have a history of heads and of levels', async () => {
    const store = await databases.open();
    for (const [index, day] of days.entries()) await assessmentAt(store, day, index as 0 | 1 | 2 | 3);
    const first = await assessmentHistory(store.db, { system: 'line-3' }, { limit: 3 });
    const next = await assessmentHistory(store.db, { system: 'line-3' }, { limit: 3, cursor: first.next ?? undefined });
    expect([...first.items, ...next.items].map((head) => head.now)).toEqual(days.toReversed());
    const levels = await levelHistory(store.db, { system: 'line-3', practice: 'ACC', from: days[1] });
    expect(levels.map((row) => row.level)).toEqual([1, 2, 3]);
    const pat = await levelHistory(store.db, { system: 'line-3', practice: 'PAT', until: days[0] });
    expect(pat.map((row) => row.level)).toEqual([null]);
  });

  it('on contents that were never recorded are refused', async () => {
    const { db, keyring } = await databases.open();
    const unknown = `sha256:${'0'.repeat(64)}` as const;
    const made = { result: resultAt(days[0]), plant: unknown, statements: unknown, pack: unknown, recordedAt: days[0] };
    await expect(recordAssessment(db, keyring, made)).rejects.toThrow(/plant: expected a content that was recorded/);
    expect(await db.selectFrom('results').selectAll().execute()).toEqual([]);
  });
});

describeOnDatabases('decisions', (databases) => {
  it('stand on the assessment that was newest, and on no older one', async () => {
    const store = await databases.open();
    const { db, keyring } = store;
    const first = await assessmentAt(store, days[0]);
    const decision = { practice: 'ACC', kind: 'lower', level: 1, by: 'ada', reason: 'key is shared' } as const;
    const kept = await recordDecision(db, keyring, {
      ...{ system: 'line-3', at: days[1] },
      decision: { ...decision, assessment: first.id, comment: undefined },
    });
    expect(kept).toMatchObject({ ...decision, assessment: first.id, signed: false, at: days[1] });
    const second = await assessmentAt(store, days[2]);
    const late = { system: 'line-3', at: days[3], decision: { ...decision, assessment: first.id } };
    const refused = await recordDecision(db, keyring, late).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SupersededAssessment);
    expect(refused).toMatchObject({ newest: second.id });
    expect(await decisionsFor(db, { system: 'line-3', practice: 'ACC' })).toEqual([kept]);
    expect(await decisionsFor(db, { system: 'line-3', practice: 'PAT' })).toEqual([]);
    expect(await decisionsFor(db, { system: 'line-3', until: days[0] })).toEqual([]);
  });
});

describeOnDatabases('known assets', (databases) => {
  it('stay known after they left the plant file', async () => {
    const { db, keyring } = await databases.open();
    const plants: readonly [string, Record<string, unknown>][] = [
      [days[0], { 'broker-1': { kind: 'broker' }, 'plc-1': { kind: 'plc' } }],
      [days[1], { 'broker-1': { kind: 'broker' } }],
      [days[2], { 'broker-1': { kind: 'broker', criticality: 'low' } }],
      [days[2], { 'broker-1': { kind: 'broker', criticality: 'low' } }],
      [days[2], { 'broker-1': { kind: 'broker' } }],
    ];
    for (const [at, assets] of plants)
      await notePlantAssets(db, keyring, { system: 'line-3', assets: new Map(Object.entries(assets)), at });
    const first = await knownAssets(db, 'line-3', days[0]);
    expect(first.map((each) => [each.asset, each.present])).toEqual([
      ['broker-1', true],
      ['plc-1', true],
    ]);
    expect(await knownAssets(db, 'line-3', days[3])).toEqual([
      {
        asset: 'broker-1',
        view: { kind: 'broker' },
        present: true,
        firstAt: days[0],
        since: '2026-11-03T10:00:00.001Z',
      },
      { asset: 'plc-1', view: { kind: 'plc' }, present: false, firstAt: days[0], since: days[1] },
    ]);
    expect(await db.selectFrom('asset_versions').selectAll().execute()).toHaveLength(5);
  });
});

describeOnDatabases('audit, settings and safety memory', (databases) => {
  it('log acts in their order', async () => {
    const store = await databases.open();
    const { db, keyring } = store;
    for (const [index, at] of days.entries())
      await appendAudit(db, keyring, {
        ...{ at, actor: 'ada', action: 'scan.start', detail: { index } },
        ...(index % 2 === 0 ? { system: 'line-3' } : {}),
      });
    const first = await listAudit(db, {}, { limit: 3 });
    expect(first.items.map((entry) => entry.detail?.['index'])).toEqual([3, 2, 1]);
    const rest = await listAudit(db, {}, { cursor: first.next ?? undefined });
    expect(rest.items.map((entry) => entry.at)).toEqual([days[0]]);
    expect((await listAudit(db, { system: 'line-3' })).items).toHaveLength(2);
  });

  it('keep one chain when acts happen at once', async () => {
    const store = await databases.open();
    const acts = Array.from({ length: 12 }, (_, index) =>
      appendAudit(store.db, store.keyring, { at: days[0], actor: 'ada', action: `act.${index}` }),
    );
    await Promise.all(acts);
    expect(await verifyFolder(store)).toMatchObject({ ok: true, checked: { audit: 12 } });
  });

  it('remember settings', async () => {
    const { db } = await databases.open();
    const schema = z.object({ on: z.boolean() });
    expect(await readSetting(db, 'stop', schema)).toBeUndefined();
    await writeSetting(db, 'stop', { on: true });
    await writeSetting(db, 'stop', { on: false });
    expect(await readSetting(db, 'stop', schema)).toEqual({ on: false });
    await writeSetting(db, 'stop', undefined);
    expect(await readSetting(db, 'stop', schema)).toBeUndefined();
  });

  it('let exactly one of many swaps win', async () => {
    const { db } = await databases.open();
    const memory = safetyMemory(db);
    const first = await Promise.all(Array.from({ length: 8 }, (_, n) => memory.swap('lease/a', undefined, `${n}`)));
    expect(first.filter(Boolean)).toHaveLength(1);
    const held = await memory.read('lease/a');
    const second = await Promise.all(Array.from({ length: 8 }, (_, n) => memory.swap('lease/a', held, `next ${n}`)));
    expect(second.filter(Boolean)).toHaveLength(1);
    await memory.swap('lease/b', undefined, 'x');
    await memory.swap('other', undefined, 'x');
    expect(await memory.keys('lease/')).toEqual(['lease/a', 'lease/b']);
    expect(await memory.swap('lease/b', 'y', undefined)).toBe(false);
    expect(await memory.swap('lease/b', 'x', undefined)).toBe(true);
    expect(await memory.swap('lease/b', undefined, undefined)).toBe(true);
    expect(await memory.read('lease/b')).toBeUndefined();
  });
});

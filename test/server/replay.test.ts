import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pino from 'pino';
import { afterEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { practiceCodes } from '../../rules/engine/model.ts';
import { createAssessing } from '../../server/assessing.ts';
import { createLive } from '../../server/live.ts';
import { openPacks } from '../../server/packs.ts';
import { firstDifference, type Replay, replayAll } from '../../server/replay.ts';
import { openPackage, writePackage } from '../../server/store/package.ts';
import { rebuildReadings } from '../../server/store/readings.ts';
import type { Database } from '../../server/store/tables.ts';
import { openSupplies } from '../../server/supplies.ts';
import { type Databases, describeOnDatabases } from '../support/databases.ts';
import { temporaryFolder } from '../support/program.ts';
import { collectors } from './plant/plant-folder.ts';
import { scanWith } from './store/evidence.ts';
import { tamperWith } from './store/tamper.ts';

const folders: { remove(): void }[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

const [monday, tuesday, wednesday] = [
  '2026-11-02T10:00:00.000Z',
  '2026-11-03T10:00:00.000Z',
  '2026-11-04T10:00:00.000Z',
];
const row = {
  ...{
    core: true,
    method: 'automated',
    paths: ['examine'],
    minutes: 1,
    packets: 1,
    effort: 'S',
    question: 'Is it so?',
  },
  why: 'For the test.',
};

/** Rows, a profile with targets, a plant, a statement and a table of facts; the second edition differs in all of them. */
function writeFiles(root: string, edition: 1 | 2): void {
  const write = (path: string, value: unknown) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(
      join(root, path),
      typeof value === 'string' ? value : stringify(value, { aliasDuplicateObjects: false }),
    );
  };
  rmSync(join(root, 'packs'), { recursive: true, force: true });
  write('packs/smm/pack.yaml', { id: 'smm', version: `${edition}.0.0`, title: 'Test', lists: { words: ['a'] } });
  const asked = { good: 'auth.anonymous.accepted == false', bad: 'auth.anonymous.accepted == true', population: 'ALL' };
  const refused = { ...row, id: 'acc.l1.refused', practice: 'ACC', level: 1, min: edition === 1 ? 0.4 : 1, ...asked };
  write('packs/smm/acc.l1.refused.yaml', refused);
  const owner = { ...row, id: `spm.l1.owner-${edition}`, practice: 'SPM', level: 1, met: 'filled(program.owner.name)' };
  write(`packs/smm/spm.l1.owner-${edition}.yaml`, owner);
  const overlay = { id: 'shop', version: '1.0.0', title: 'Shop', scope: 'industry', author: 'Ada' };
  write('packs/profiles/shop/pack.yaml', overlay);
  const level = edition;
  const targets = Object.fromEntries(practiceCodes.map((code) => [code, { level, reason: 'for the test' }]));
  const profile = {
    id: 'shop',
    title: 'Shop',
    status: 'ours',
    notice: 'None.',
    role: 'owner',
    appliesTo: 'Shops.',
    targets,
  };
  write('packs/profiles/shop/profile.yaml', profile);
  const probe = { id: 'mqtt', collector: 'mqtt', url: 'mqtts://127.0.0.1:8883' };
  const broker = { id: 'broker-1', kind: 'broker', host: '127.0.0.1', exposed: false, probes: [probe] };
  const added = edition === 1 ? [] : [{ id: 'broker-3', kind: 'broker', exposed: false }];
  const assets = [broker, { id: 'broker-2', kind: 'broker', exposed: false }, ...added];
  write('line/plant.yaml', {
    ...{ plimsoll: 1, site: { id: 'north', name: 'North' }, statements: ['../said/*.yaml'] },
    imports: [{ file: './facts.csv', source: 'config' }],
    systems: [{ id: 'line-3', name: 'Line 3', profile: 'shop', assets }],
  });
  // The plant file lay there for a month: what it says is as old, then and when it is made again.
  utimesSync(join(root, 'line', 'plant.yaml'), new Date('2026-10-01'), new Date('2026-10-01'));
  const said = { kind: 'attestation', subject: { system: 'line-3' }, by: 'ada@example.com', on: '2026-10-01' };
  write('said/own.yaml', {
    plimsoll: 1,
    statements: [
      { ...said, id: 'owner', type: 'appointment', facts: { 'program.owner.name': edition === 1 ? 'Ada' : 'Max' } },
      {
        ...{ ...said, id: 'none', kind: 'notApplicable', indicator: owner.id, reason: 'for the test', role: 'owner' },
        approver: 'max@example.com',
      },
    ],
  });
  write(
    'line/facts.csv',
    `asset,fact,value,observedAt\nbroker-2,auth.anonymous.accepted,${edition === 2},2026-10-20T00:00:00Z\n`,
  );
}

async function storeWithHistory(databases: Databases) {
  const { path: root, remove } = temporaryFolder('replay');
  folders.push({ remove });
  const options = await databases.options();
  const store = await databases.openWith(options);
  const open = async (at: string) => {
    const packs = openPacks(join(root, 'packs'));
    const now = () => new Date(at);
    const supplies = await openSupplies({ store, packs, plantFile: join(root, 'line', 'plant.yaml'), collectors, now });
    const log = pino({ level: 'silent' });
    return { packs, assessing: createAssessing({ store, packs, supplies, live: createLive(), log, now }) };
  };
  writeFiles(root, 1);
  const first = await open(monday);
  await scanWith(store, monday, [{ facts: { 'auth.anonymous.accepted': false } }]);
  await first.assessing.assess('line-3', { at: new Date(monday) });
  await scanWith(store, tuesday, [{ facts: { 'auth.anonymous.accepted': true } }]);
  await first.assessing.assess('line-3', { at: new Date(tuesday) });
  writeFiles(root, 2);
  const { packs, assessing } = await open(wednesday);
  await assessing.assess('line-3', { at: new Date(wednesday) });
  rmSync(join(root, 'line'), { recursive: true });
  return { store, options, assessing, installed: { collectors, packs } };
}

async function allOf(replays: AsyncIterable<Replay>): Promise<Replay[]> {
  const all: Replay[] = [];
  for await (const each of replays) all.push(each);
  return all;
}

describeOnDatabases('an assessment that is made again', (databases) => {
  const differences = async (db: Database, installed: Parameters<typeof replayAll>[1]) =>
    (await allOf(replayAll(db, installed))).map(({ difference }) => difference);

  it('has the same bytes, although pack, profile, plant and statements on the disk are others or gone', async () => {
    const { store, installed } = await storeWithHistory(databases);
    const replays = await allOf(replayAll(store.db, installed));
    expect(replays.map(({ now, difference }) => [now, difference])).toEqual([
      [monday, null],
      [tuesday, null],
      [wednesday, null],
    ]);
    expect(new Set(replays.map(({ pack }) => pack)).size).toBe(2);
  });

  it('is explained by the rows of then', async () => {
    const { assessing } = await storeWithHistory(databases);
    const then = await assessing.explain('line-3', 'acc.l1.refused', tuesday);
    expect(then.result).toMatchObject({ status: 'met', good: 1, bad: 1, of: 2 });
    expect((await assessing.explain('line-3', 'acc.l1.refused', undefined)).result).toMatchObject({ status: 'notMet' });
    await expect(assessing.explain('line-3', 'spm.l1.owner-1', undefined)).rejects.toThrow(RangeError);
    expect((await assessing.explain('line-3', 'spm.l1.owner-1', monday)).result.status).toBe('notApplicable');
  });

  it('comes out of an exported package too', async () => {
    const { store, installed, options } = await storeWithHistory(databases);
    const file = join(options.folder, 'evidence.jsonl');
    await writePackage(store, file, new Date(wednesday));
    const { db } = await openPackage(file);
    try {
      await rebuildReadings(db);
      expect(await differences(db, installed)).toEqual([null, null, null]);
    } finally {
      await db.destroy();
    }
  });

  it('names the row when evidence is no longer what was seen', async () => {
    const { store, installed, options } = await storeWithHistory(databases);
    const tamperer = await tamperWith(options);
    const accepted = '"auth.anonymous.accepted":true';
    await tamperer.run(
      `update documents set body = replace(body, '${accepted}', '${accepted.replace('true', 'false')}')`,
    );
    await tamperer.close();
    const [first, second] = await differences(store.db, installed);
    expect(first).toBeNull();
    expect(second).toEqual({ what: 'practices.ACC.indicators.acc.l1.refused.bad', expected: '1', found: '0' });
  });

  it('names the content when a rule pack is no longer what was recorded', async () => {
    const { store, installed, options } = await storeWithHistory(databases);
    const [{ pack } = { pack: '' }] = await allOf(replayAll(store.db, installed));
    const tamperer = await tamperWith(options);
    await tamperer.run(`update contents set body = replace(body, '"min":0.4', '"min":0.9') where hash = ?`, [pack]);
    await tamperer.close();
    const [first, , third] = await differences(store.db, installed);
    expect(first).toMatchObject({ what: pack, expected: `content with the digest ${pack}` });
    expect(third).toBeNull();
  });
});

it('tells the first place at which two results differ, members of lists by their names', () => {
  const result = (status: string) => ({ practices: [{ practice: 'ACC', indicators: [{ id: 'acc.l1.a', status }] }] });
  expect(firstDifference(result('met'), result('met'))).toBeUndefined();
  expect(firstDifference(result('met'), result('notMet'))).toEqual({
    ...{ what: 'practices.ACC.indicators.acc.l1.a.status', expected: 'met', found: 'notMet' },
  });
  expect(firstDifference({ a: 1 }, { a: 1, b: [2] })).toEqual({ what: 'b', expected: 'nothing', found: '[2]' });
});

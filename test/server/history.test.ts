import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { withDerived } from '../../rules/derive/with-derived.ts';
import { assess } from '../../rules/engine/assess.ts';
import type { AssessInput } from '../../rules/engine/input.ts';
import { createAssessing } from '../../server/assessing.ts';
import { createLive } from '../../server/live.ts';
import { scanLine } from '../../server/observation-line.ts';
import { openPacks } from '../../server/packs.ts';
import { assessInput } from '../../server/plant/assess-input.ts';
import { loadFactImports } from '../../server/plant/load-imports.ts';
import { loadPlant } from '../../server/plant/load-plant.ts';
import { readObservations } from '../../server/plant/observation-lines.ts';
import { withPromises } from '../../server/plant/promised.ts';
import { replayAll } from '../../server/replay.ts';
import { observationByDigest } from '../../server/store/observations.ts';
import { openSupplies } from '../../server/supplies.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { temporaryFolder } from '../support/program.ts';
import { collectors } from './plant/plant-folder.ts';
import { type Seen, scanWith } from './store/evidence.ts';

const folders: { remove(): void }[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

const packsFolder = new URL('../../rules/packs', import.meta.url).pathname;
const day = (at: number) => `2026-11-${String(at).padStart(2, '0')}T10:00:00.000Z`;

/** Two brokers, one of which also counts in another system that looks at it by itself, and their backups. */
function plantIn(root: string): string {
  mkdirSync(join(root, 'line'), { recursive: true });
  const broker = (id: string) => ({
    ...{ id, kind: 'broker', host: '127.0.0.1', exposed: false },
    probes: [{ id: 'mqtt', collector: 'mqtt', url: 'mqtts://10.1.2.3:8883' }],
  });
  const file = join(root, 'line', 'plant.yaml');
  const plant = {
    ...{ plimsoll: 1, site: { id: 'north', name: 'North' } },
    imports: [{ file: './backups.csv', source: 'backup' }],
    systems: [
      { id: 'line-3', name: 'Line 3', assets: [broker('broker-1'), broker('broker-2')] },
      { id: 'line-4', name: 'Line 4', assets: [{ ref: 'broker-1' }] },
    ],
  };
  writeFileSync(file, stringify(plant, { aliasDuplicateObjects: false }));
  const csv = ['broker-1,backup.lastSuccess,2025-09-01T00:00:00Z', 'broker-2,backup.lastSuccess,2026-11-04T00:00:00Z'];
  writeFileSync(
    join(root, 'line', 'backups.csv'),
    `asset,fact,value,observedAt\n${csv.map((line) => `${line},2026-11-09T00:00:00Z`).join('\n')}\n`,
  );
  utimesSync(file, new Date('2026-10-01'), new Date('2026-10-01'));
  return file;
}

const saw = (version: string, anonymous: boolean, more: Partial<Seen> = {}) => ({
  facts: { 'firmware.version': version, 'auth.anonymous.accepted': anonymous },
  ...more,
});
const failed = { outcome: 'timedOut', facts: {} } as const;
/** What each day's scans saw: of broker-1 by both systems, of broker-2, and looks in vain or in part between. */
const days: readonly (readonly Partial<Seen>[])[] = [
  [saw('1', true), saw('1', true, { system: 'line-4' }), saw('1', false, { asset: 'broker-2' })],
  [failed, saw('1', true, { system: 'line-4' }), { asset: 'broker-2', facts: { 'service.listening': true } }],
  [saw('2', false), saw('2', false, { system: 'line-4' }), saw('1', false, { asset: 'broker-2' })],
  [failed, { system: 'line-4', ...failed }, { asset: 'broker-2', ...failed }],
  [saw('2', false), saw('2', false, { system: 'line-4' }), saw('1', true, { asset: 'broker-2' })],
  [failed, saw('2', false, { system: 'line-4' }), { asset: 'broker-2', facts: { 'service.listening': true } }],
];

/** When the change has just been seen, and when looks in vain and in part followed it. */
const assessedOn: ReadonlySet<number> = new Set([3, days.length]);

function derivedIn(input: AssessInput): Record<string, unknown> {
  const found = input.evidence.filter(({ source, channel }) => source === 'derived' && /[cC]hange/.test(channel));
  return Object.fromEntries(
    found.flatMap(({ about, facts, observedAt }) =>
      Object.entries(facts).map(([fact, value]) => [
        `${about.kind === 'asset' ? about.id : about.kind} ${fact}`,
        [value, observedAt],
      ]),
    ),
  );
}

describeOnDatabases('facts that follow from history', (databases) => {
  it('are the same from a data folder as from the saved lines of all its scans, and again when replayed', async () => {
    const { path: root, remove } = temporaryFolder('history');
    folders.push({ remove });
    const plantFile = plantIn(root);
    const options = await databases.options();
    const store = await databases.openWith(options);
    const packs = openPacks(packsFolder);
    const clock = { now: day(1) };
    const now = () => new Date(clock.now);
    const supplies = await openSupplies({ store, packs, plantFile, collectors, now });
    const log = pino({ level: 'silent' });
    const assessing = createAssessing({ store, packs, supplies, live: createLive(), log, now });
    const lines: string[] = [];
    const differences: unknown[] = [];
    for (const [index, seen] of days.entries()) {
      clock.now = day(index + 1);
      for (const system of ['line-3', 'line-4']) {
        const own = seen.filter((each) => (each.system ?? 'line-3') === system);
        const { digests } = await scanWith(
          store,
          clock.now,
          own.map((each) => ({ ...each, system })),
        );
        for (const digest of digests) {
          const whole = await observationByDigest(store.db, digest);
          if (whole !== undefined) lines.push(JSON.stringify(scanLine(whole)));
        }
      }
      if (!assessedOn.has(index + 1)) continue;
      for (const system of ['line-3', 'line-4']) await assessing.assess(system, { at: now() });
      const file = join(root, 'all.jsonl');
      writeFileSync(file, `${lines.toSorted().join('\n')}\n`);
      const plant = loadPlant(plantFile, { now: now(), collectors });
      for (const system of ['line-3', 'line-4']) {
        const stored = await assessing.inputOf(system, undefined);
        const fromLines = assessInput(plant, system, {
          now: now(),
          plantSince: new Date('2026-10-01'),
          evidence: {
            observations: withPromises(readObservations(file, plant, now()).seen, plant, collectors),
            statements: [],
            imports: loadFactImports(plant),
          },
          ...(stored.input.previousLevels === undefined ? {} : { previousLevels: stored.input.previousLevels }),
        });
        const input = withDerived(stored.pack, fromLines);
        expect(derivedIn(stored.input)).toEqual(derivedIn(input));
        expect(assess(stored.pack, stored.input).practices).toEqual(assess(stored.pack, input).practices);
        if (index === days.length - 1) differences.push(derivedIn(stored.input));
      }
    }
    // The looks of both systems tell of one change of broker-1; of broker-2 the last that saw the setting says when.
    expect(differences).toEqual([
      {
        'broker-1 firmware.lastChange': [day(3), day(6)],
        'broker-1 config.lastChange': [day(3), day(6)],
        'broker-2 config.lastChange': [day(5), day(5)],
        'system change.observed.total': [2, day(5)],
        'system patch.changes.observed.total': [1, day(5)],
      },
      {
        'broker-1 firmware.lastChange': [day(3), day(6)],
        'broker-1 config.lastChange': [day(3), day(6)],
        'system change.observed.total': [1, day(6)],
        'system patch.changes.observed.total': [1, day(6)],
      },
    ]);
    let replayed = 0;
    for await (const { difference } of replayAll(store.db, { collectors, packs })) {
      expect(difference).toBeNull();
      replayed += 1;
    }
    expect(replayed).toBe(2 * assessedOn.size);
    // What it was compared from can be opened.
    const { input } = await assessing.inputOf('line-3', undefined);
    const total = input.evidence.find(({ channel }) => channel === 'derived:change.observed.total');
    for (const ref of total?.ref.split(' ') ?? []) expect(await observationByDigest(store.db, ref)).toBeDefined();
    expect(total?.ref.split(' ').length).toBeGreaterThan(4);
  });
});

/** The server keeps what assessments were made from for the next one: what it says must be what it says without. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import pino from 'pino';
import { afterAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { createAssessing } from '../../server/assessing.ts';
import { createLive } from '../../server/live.ts';
import { openPacks } from '../../server/packs.ts';
import { type Replay, replay } from '../../server/replay.ts';
import type { Store } from '../../server/store/open.ts';
import { openSupplies } from '../../server/supplies.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { temporaryFolder } from '../support/program.ts';
import { collectors } from './plant/plant-folder.ts';
import { scanWith } from './store/evidence.ts';

const day = 86_400_000;
const start = Date.parse('2026-11-02T10:00:00.000Z');
const packs = openPacks(new URL('../../rules/packs', import.meta.url).pathname);
/** Recorded packs are read once for all runs. */
const installed = { collectors, packs, read: new Map() };
const folders: { remove(): void }[] = [];
afterAll(() => {
  for (const folder of folders) folder.remove();
});

/** More where time allows: `RUNS=100 SEED=7`. */
const numRuns = Number(process.env.RUNS ?? 4);
const seed = process.env.SEED ? { seed: Number(process.env.SEED) } : {};

type Step =
  | { readonly does: 'look'; readonly seen: readonly { asset: string; facts: Record<string, unknown> }[] }
  | { readonly does: 'say'; readonly statements: readonly Record<string, unknown>[] }
  | {
      readonly does: 'plant';
      readonly profile: string | undefined;
      readonly assets: readonly Record<string, unknown>[];
    }
  | { readonly does: 'wait' | 'turn' };
/** What happens, and how the clock stands when it is assessed: on by so many days, or back for one look. */
type Turn = { readonly step: Step; readonly days: number };

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const dates = fc.integer({ min: -300, max: 40 }).map((days) => new Date(start + days * day).toISOString());
const facts = fc.record(
  {
    'auth.anonymous.accepted': fc.boolean(),
    'auth.defaultCredential.present': fc.boolean(),
    'tls.version.min': fc.constantFrom('1.0', '1.2', '1.3'),
    'tls.certificate.notAfter': fc
      .integer({ min: -5, max: 300 })
      .map((in_) => new Date(start + in_ * day).toISOString()),
    'firmware.supported': fc.boolean(),
    'firmware.version': fc.constantFrom('1.0', '1.1'),
    'config.lastChange': dates,
    'device.capabilities': fc.constantFrom(['tls', 'logging'], ['tls'], []),
    'device.vendor': fc.constantFrom('Acme', 'Other'),
    'service.listening': fc.boolean(),
  },
  { requiredKeys: [] },
);
const look = fc.array(fc.record({ asset: fc.constantFrom(...ids), facts }), { minLength: 1, maxLength: 4 }).map(
  (seen): Step => ({
    does: 'look',
    seen: seen.filter((one, at) => seen.findIndex((each) => each.asset === one.asset) === at),
  }),
);

const plant = fc
  .record({
    profile: fc.constantFrom(undefined, undefined, 'discrete-manufacturing', 'water-wastewater'),
    assets: fc.uniqueArray(
      fc.record(
        {
          id: fc.constantFrom(...ids),
          kind: fc.constantFrom('broker', 'plc', 'server', 'firewall', 'gateway'),
          zone: fc.constantFrom('z0', 'z1'),
          criticality: fc.constantFrom('critical', 'normal'),
          exposed: fc.boolean(),
          vendor: fc.constantFrom('Acme', 'Other'),
        },
        { requiredKeys: ['id', 'kind'] },
      ),
      { selector: ({ id }) => id, minLength: 1, maxLength: 6 },
    ),
  })
  .map((of): Step => ({ does: 'plant', ...of }));

const approved = {
  by: 'ada@example.com',
  approver: 'max@example.com',
  reason: 'for the test',
  subject: { system: 'line-3' },
};
const on = fc
  .integer({ min: -200, max: 0 })
  .map((days) => ({ on: new Date(start + days * day).toISOString().slice(0, 10) }));
const said = fc.oneof(
  dates.map((policy) => ({
    ...{ kind: 'attestation', type: 'policy', subject: { system: 'line-3' }, by: 'ada@example.com' },
    facts: {
      'policy.security.approver': 'Ada',
      'policy.security.approvedAt': policy,
      'policy.security.coversSystem': true,
    },
  })),
  fc
    .constantFrom('acc.l1.anonymous-refused', 'acc.l2.no-anonymous', 'pat.l2.supported-version')
    .chain((indicator) =>
      fc.constantFrom(
        { ...approved, kind: 'notApplicable', indicator, role: 'owner' },
        { ...approved, kind: 'exception', indicator, members: ['a', 'b'] },
      ),
    ),
  fc.constantFrom('CRIT', 'SVC & EXP', 'CTRL').map((set) => ({ ...approved, kind: 'emptySet', set })),
);
const say = fc.array(fc.tuple(said, on), { maxLength: 4 }).map(
  (all): Step => ({
    does: 'say',
    statements: all.map(([each, date], at) => ({ ...each, ...date, id: `said-${at}` })),
  }),
);

const turns: fc.Arbitrary<Turn> = fc.record({
  step: fc.oneof(
    { weight: 4, arbitrary: look },
    { weight: 2, arbitrary: plant },
    { weight: 2, arbitrary: say },
    { weight: 1, arbitrary: fc.constantFrom<Step>({ does: 'wait' }, { does: 'turn' }) },
  ),
  days: fc.constantFrom(0, 0, 1, 3, 10, 25, 45, -7),
});

const pathOf = (folder: string) => join(folder, 'plant.yaml');

function writePlant(folder: string, of: Extract<Step, { does: 'plant' }>): void {
  const assets = of.assets.map((asset) => ({
    ...asset,
    ...{ host: '127.0.0.1', probes: [{ id: 'mqtt', collector: 'mqtt', url: 'mqtts://127.0.0.1:8883' }] },
  }));
  const plantFile = {
    ...{ plimsoll: 1, site: { id: 'north', name: 'North' }, organisation: { id: 'own', name: 'Own' } },
    ...{ statements: ['./said.yaml'], zones: ['z0', 'z1'].map((id) => ({ id, name: id })) },
    systems: [{ id: 'line-3', name: 'Line 3', assets, ...(of.profile === undefined ? {} : { profile: of.profile }) }],
  };
  writeFileSync(pathOf(folder), stringify(plantFile, { aliasDuplicateObjects: false }));
}

function writeSaid(folder: string, statements: readonly Record<string, unknown>[]): void {
  writeFileSync(join(folder, 'said.yaml'), stringify({ plimsoll: 1, statements }, { aliasDuplicateObjects: false }));
}

/** Every assessment of one server that runs on, made again from what is recorded, without anything kept. */
async function replaysOf(store: Store, all: readonly Turn[]): Promise<Replay[]> {
  const { path, remove } = temporaryFolder('again');
  folders.push({ remove });
  mkdirSync(path, { recursive: true });
  writeSaid(path, []);
  writePlant(path, {
    does: 'plant',
    profile: undefined,
    assets: ids.slice(0, 4).map((id) => ({ id, kind: 'broker' })),
  });
  let clock = start;
  const now = () => new Date(clock);
  const supplies = await openSupplies({ store, packs, plantFile: pathOf(path), collectors, now });
  const log = pino({ level: 'silent' });
  const assessing = createAssessing({ store, packs, supplies, live: createLive(), log, now });
  const replays: Replay[] = [];
  const assess = async (at: number) => {
    const head = await assessing.assess('line-3', { at: new Date(at) });
    replays.push(await replay(store.db, head, installed));
  };
  await assess(clock);
  for (const { step, days } of all) {
    if (step.does === 'look') {
      const known = new Set(supplies.current().plant.assets.map(({ id }) => id));
      const seen = step.seen.filter(({ asset }) => known.has(asset));
      if (seen.length > 0) await scanWith(store, now().toISOString(), seen as Parameters<typeof scanWith>[2]);
    }
    if (step.does === 'say') writeSaid(path, step.statements);
    if (step.does === 'plant') writePlant(path, step);
    if (days > 0) clock += days * day;
    await supplies.refresh();
    expect(supplies.problems()).toEqual([]);
    const turn = step.does === 'turn' ? await assessing.changesOn('line-3') : undefined;
    if (turn !== undefined && turn > clock) clock = turn;
    // One millisecond, so that no two assessments are of the same instant.
    clock += 1;
    await assess(days < 0 ? clock + days * day : clock);
  }
  return replays;
}

describeOnDatabases('assessments of a server that runs on', (databases) => {
  it('say what they say from nothing, whatever is seen, said, changed in the plant file or lapses in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(turns, { minLength: 3, maxLength: 8 }), async (all) => {
        const store = await databases.open();
        const replays = await replaysOf(store, all);
        expect(replays.map(({ difference }) => difference)).toEqual(replays.map(() => null));
      }),
      { numRuns, endOnFailure: true, ...seed },
    );
  }, 300_000);
});

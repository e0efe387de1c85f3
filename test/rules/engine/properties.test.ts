/** What holds for every pack and every evidence. */
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derive } from '../../../rules/derive/derive.ts';
import { assess, assessWith } from '../../../rules/engine/assess.ts';
import type { AssetView, Evidence } from '../../../rules/engine/input.ts';
import type { Forced } from '../../../rules/engine/judging.ts';
import type { Status } from '../../../rules/engine/result.ts';
import { ago, asset, inputOf, packOf, practiceOf, rowOf, said } from './support.ts';

const closed = { good: 'auth.anonymous.accepted == false', bad: 'auth.anonymous.accepted == true' };
const supported = {
  good: 'firmware.supported == true && age(config.lastChange) <= days(p.n)',
  bad: 'firmware.supported == false',
};
const pack = packOf(
  { id: 'acm.l2.discovery-delta', met: 'roster.deputy.named == true' },
  { id: 'acc.l1.a', population: 'CRIT', min: 0.6, freshnessDays: 100, ...closed },
  { id: 'acc.l2.b', population: 'CRIT | EXP', min: 0.9, maxBad: 0, freshnessDays: 60, ...closed, noBad: 'EXP' },
  {
    id: 'acc.l2.c',
    met: 'roster.operationsCovered == true && age(exposure.listedAt) <= days(p.n)',
    parameters: { n: 200 },
  },
  {
    id: 'acc.l3.d',
    population: 'ALL',
    min: 0.5,
    needs: ['acc.l2.b'],
    noUnseen: 'CRIT',
    parameters: { n: 90 },
    ...supported,
  },
  {
    id: 'acc.l3.e',
    population: 'each zone.register',
    min: 1,
    good: 'it.modelBoundary == true',
    bad: 'it.modelBoundary == false',
    also: 'roster.deputy.named == true',
  },
);

const ids = ['a', 'b', 'c', 'd'];
const plant = fc
  .array(
    fc.record({
      criticality: fc.constantFrom('critical', 'normal'),
      exposed: fc.option(fc.boolean(), { nil: undefined }),
    }),
    { minLength: 4, maxLength: 4 },
  )
  .map((views) =>
    views.map(({ criticality, exposed }, index): AssetView => {
      const { exposed: _, ...view } = asset(ids[index] ?? 'x', {
        criticality: criticality as 'critical' | 'normal',
        zone: `z${index % 2}`,
      });
      return exposed === undefined ? view : { ...view, exposed };
    }),
  );
const dates = fc.integer({ min: 0, max: 150 }).map(ago);
const assetEvidence = fc
  .record({
    id: fc.constantFrom(...ids),
    channel: fc.constantFrom('p1', 'p2'),
    observedAt: dates,
    kind: fc.constantFrom('observation' as const, 'imported' as const, 'stated' as const, 'examined' as const),
    anonymous: fc.option(fc.boolean(), { nil: undefined }),
    firmware: fc.option(fc.boolean(), { nil: undefined }),
    changed: fc.option(dates, { nil: undefined }),
    failed: fc.boolean(),
    ref: fc.integer({ min: 0, max: 1e9 }),
  })
  .map(
    ({ id, channel, observedAt, kind, anonymous, firmware, changed, failed, ref }): Evidence => ({
      about: { kind: 'asset', id },
      source: 'mqtt',
      channel: `${id} ${channel} ${kind}`,
      kind,
      observedAt,
      facts: {
        ...(anonymous === undefined ? {} : { 'auth.anonymous.accepted': anonymous }),
        ...(firmware === undefined ? {} : { 'firmware.supported': firmware }),
        ...(changed === undefined ? {} : { 'config.lastChange': changed }),
      },
      unseen: failed && anonymous === undefined ? { 'auth.anonymous.accepted': 'timedOut' } : {},
      basis: {},
      ref: `r${ref}`,
    }),
  );
const systemEvidence = fc
  .record({
    named: fc.boolean(),
    covered: fc.boolean(),
    listed: dates,
    observedAt: dates,
    zones: fc.array(fc.boolean(), { maxLength: 2 }),
    channel: fc.constantFrom('x', 'y'),
    ref: fc.integer(),
  })
  .map(({ named, covered, listed, observedAt, zones, channel, ref }) =>
    said(
      {
        'roster.deputy.named': named,
        'roster.operationsCovered': covered,
        'exposure.listedAt': listed,
        'zone.register': zones.map((modelBoundary, index) => ({ id: `z${index}`, modelBoundary })),
      },
      { observedAt, channel, ref: `s${ref}` },
    ),
  );
const evidence = fc.array(fc.oneof(assetEvidence, systemEvidence), { maxLength: 14 });

function bytes(assets: readonly AssetView[], all: readonly Evidence[]): string {
  return canonicalize(assess(pack, inputOf({ assets, evidence: all }))) ?? '';
}

const runs = { numRuns: 200 };

describe('an assessment', () => {
  it('does not depend on the order of evidence, assets or rows', () => {
    fc.assert(
      fc.property(plant, evidence, fc.nat(), (assets, all, turn) => {
        const by = all.length === 0 ? 0 : turn % all.length;
        const turned = [...all.slice(by), ...all.slice(0, by)].toReversed();
        expect(bytes(assets.toReversed(), turned)).toBe(bytes(assets, all));
      }),
      runs,
    );
  });

  it('is the same when a piece of evidence is given twice', () => {
    fc.assert(
      fc.property(plant, evidence, (assets, all) => {
        expect(bytes(assets, [...all, ...all])).toBe(bytes(assets, all));
      }),
      runs,
    );
  });

  it('gives the same bytes for the same input, also with derived facts beside', () => {
    fc.assert(
      fc.property(plant, evidence, (assets, all) => {
        const input = inputOf({ assets, evidence: all });
        const once = [...all, ...derive(input, pack.lists)];
        const twice = [...once, ...derive({ ...input, evidence: once }, pack.lists)];
        expect(bytes(assets, twice)).toBe(bytes(assets, once));
      }),
      runs,
    );
  });

  it('takes what is stale as absent, when it is no statement of the last 30 days', () => {
    fc.assert(
      fc.property(plant, evidence, (assets, all) => {
        const old = all.map((each) => ({ ...each, observedAt: ago(500), channel: `old ${each.channel}` }));
        const levels = (list: readonly Evidence[]) =>
          assess(pack, inputOf({ assets, evidence: list })).practices.map(({ practice, level, indicators }) => [
            practice,
            level,
            indicators.map(({ status }) => status),
          ]);
        expect(levels(old)).toEqual(levels([]));
      }),
      runs,
    );
  });

  it('never passes on nothing: without evidence no row is met and no level established', () => {
    fc.assert(
      fc.property(plant, (assets) => {
        const result = assess(pack, inputOf({ assets }));
        expect(result.practices.every(({ level }) => level === null)).toBe(true);
        expect(
          result.practices.flatMap(({ indicators }) => indicators).every(({ status }) => status === 'unknown'),
        ).toBe(true);
      }),
      runs,
    );
  });

  it('does not rise when an asset is deleted from the plant file: it stays, unseen', () => {
    fc.assert(
      fc.property(plant, evidence, fc.nat(3), (assets, all, which) => {
        const gone = assets.map((view, index) => (index === which ? { ...view, state: 'gone' as const } : view));
        const level = (list: readonly AssetView[]) =>
          practiceOf(assess(pack, inputOf({ assets: list, evidence: all })), 'ACC').level ?? -1;
        const before = level(assets);
        // A finding may become unknown, so that 0 turns into "not established"; a level is never gained.
        expect(level(gone)).toBeLessThanOrEqual(Math.max(before, 0));
      }),
      runs,
    );
  });

  it('does not pass a partial scan: readings taken away never turn a row met', () => {
    const oneSource = fc.uniqueArray(assetEvidence, { selector: ({ about }) => JSON.stringify(about), maxLength: 4 });
    fc.assert(
      fc.property(plant, oneSource, fc.nat(3), (assets, all, keep) => {
        const ask = (list: readonly Evidence[]) =>
          rowOf(assess(pack, inputOf({ assets, evidence: list })), 'acc.l2.b').status;
        const partial = all.slice(0, keep);
        if (ask(partial) === 'met') expect(ask(all)).not.toBe('unknown');
        if (
          partial.length <
          assets.filter(({ criticality, exposed }) => criticality === 'critical' || exposed !== false).length * 0.9
        )
          expect(ask(partial)).not.toBe('met');
      }),
      runs,
    );
  });

  it('keeps its promise of when it changes: until then nothing is another', () => {
    fc.assert(
      fc.property(plant, evidence, (assets, all) => {
        const input = inputOf({ assets, evidence: all });
        const first = assess(pack, input);
        const until =
          first.changesOn === undefined ? Date.parse(input.now) + 1000 * 86_400_000 : Date.parse(first.changesOn);
        const later = assess(pack, { ...input, now: new Date(until - 1).toISOString() });
        const shape = ({ practices }: typeof first) =>
          practices.map(({ level, indicators, dropsOn }) => [
            level,
            dropsOn,
            indicators.map(({ status, good, bad, unseen }) => [status, good, bad, unseen]),
          ]);
        expect(shape(later)).toEqual(shape(first));
      }),
      runs,
    );
  });

  it('keeps its promise of when a level drops: a moment before it holds, then it is what was said', () => {
    fc.assert(
      fc.property(plant, evidence, (assets, all) => {
        const input = inputOf({ assets, evidence: all });
        const before = practiceOf(assess(pack, input), 'ACC');
        if (before.dropsOn === undefined) return;
        const at = (ms: number) => practiceOf(assess(pack, { ...input, now: new Date(ms).toISOString() }), 'ACC').level;
        const drop = Date.parse(before.dropsOn);
        expect(at(drop)).toBe(before.dropsTo);
        expect(at(drop - 1) ?? -1).toBeGreaterThanOrEqual(before.level ?? -1);
      }),
      runs,
    );
  });
});

describe('a row', () => {
  const levels = [1, 2, 3, 4];
  const forcedPack = packOf(
    ...levels.flatMap((level) =>
      ['a', 'b'].map((name) => ({ id: `acc.l${level}.${name}`, met: 'roster.deputy.named' })),
    ),
  );
  const rowIds = forcedPack.rows.map(({ id }) => id);
  const status = fc.constantFrom<Status>('met', 'notMet', 'unknown', 'notApplicable');
  const level = (forced: ReadonlyMap<string, Forced>) => practiceOf(assessWith(forcedPack, inputOf({}), forced), 'ACC');

  it('that turns met never lowers a level, and one that turns unknown never raises one', () => {
    fc.assert(
      fc.property(fc.array(status, { minLength: 8, maxLength: 8 }), fc.nat(7), (all, which) => {
        const given = new Map<string, Forced>(rowIds.map((id, index) => [id, { status: all[index] ?? 'unknown' }]));
        const id = rowIds[which] ?? '';
        if (given.get(id)?.status === 'notApplicable') return;
        const before = level(given);
        const better = level(new Map(given).set(id, { status: 'met' }));
        const blind = level(new Map(given).set(id, { status: 'unknown' }));
        expect(better.level ?? 0).toBeGreaterThanOrEqual(before.level ?? 0);
        expect(blind.level ?? 0).toBeLessThanOrEqual(before.level ?? 0);
        expect(before.ceiling).toBeGreaterThanOrEqual(before.level ?? 0);
        expect(before.assessedTo).toBeGreaterThanOrEqual(before.ceiling);
      }),
      runs,
    );
  });

  it('whose bad member is mended never gets worse', () => {
    const rank: Readonly<Record<Status, number>> = { notMet: 0, unknown: 1, met: 2, notApplicable: 3 };
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('g', 'b', 'u'), { minLength: 1, maxLength: 12 }),
        fc.nat(11),
        (members, which) => {
          const ask = (all: readonly string[]) => {
            const assets = all.map((_, index) => asset(`m${index}`, { exposed: index % 3 === 0 }));
            const seenAll = all.flatMap((verdict, index): Evidence[] =>
              verdict === 'u'
                ? []
                : [
                    {
                      about: { kind: 'asset', id: `m${index}` },
                      source: 'mqtt',
                      channel: 'p',
                      kind: 'observation',
                      observedAt: ago(0),
                      facts: { 'auth.anonymous.accepted': verdict === 'b' },
                      unseen: {},
                      basis: {},
                      ref: `${index}`,
                    },
                  ],
            );
            return rank[rowOf(assess(pack, inputOf({ assets, evidence: seenAll })), 'acc.l1.a').status];
          };
          const at = which % members.length;
          const mended = members.map((verdict, index) => (index === at ? 'g' : verdict));
          expect(ask(mended)).toBeGreaterThanOrEqual(ask(members));
        },
      ),
      runs,
    );
  });
});

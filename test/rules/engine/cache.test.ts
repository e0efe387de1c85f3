/** Re-assessment costs what changed and says what an assessment from nothing says, byte for byte. */
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../../../rules/engine/assess.ts';
import { createAssessmentCache } from '../../../rules/engine/cache.ts';
import type { AssessInput, AssetView } from '../../../rules/engine/input.ts';
import type { Pack } from '../../../rules/engine/pack.ts';
import type { Assessment } from '../../../rules/engine/result.ts';
import { loadPack } from '../../../rules/loader/load.ts';
import { fleetInput, withNewReadings } from '../../bench/assess-fleet.ts';
import { endsIn, timedInput, timedPack } from './random-plant.ts';
import { ago, asset, day, inputOf, nowMs, packOf, rowOf, seen } from './support.ts';

const open = { good: 'auth.anonymous.accepted == false', bad: 'auth.anonymous.accepted == true' };
/** Rows that look beyond their members: other sets, other assets, makers, zones, other rows. */
const wide = packOf(
  { id: 'acc.l1.crit', population: 'ALL', min: 0.4, good: 'isIn("CAPABLE(tls)") && isIn("CRIT")', bad: 'isIn("EXP")' },
  { id: 'acc.l1.zone', population: 'CZONE', min: 0.5, ...open, noBad: 'CRIT | EXP', noUnseen: 'SVC' },
  {
    id: 'acc.l2.bound',
    population: 'SVC',
    min: 0.5,
    ...open,
    also: 'count("CRIT") > p.n || isMet("acc.l1.crit")',
    parameters: { n: 2 },
  },
  { id: 'acm.l1.any', met: 'anyOf("SVC", age(config.lastChange) <= days(p.n))', parameters: { n: 60 } },
  { id: 'acm.l1.every', met: 'allOf("CRIT & CAPABLE(tls)", isIn("EXP") || firmware.supported == true)' },
  {
    id: 'acm.l2.both',
    population: 'each zone.register',
    min: 0.5,
    good: 'it.modelBoundary == true && age(it.deltaAt) <= days(p.n)',
    bad: 'it.modelBoundary == false',
    parameters: { n: 60 },
    also: 'zone.register.exists(z, z.modelBoundary == true && anyOf("EXP", auth.anonymous.accepted == true))',
  },
  { id: 'mon.l1.sources', population: 'LOGSRC & CRIT', min: 0.5, ...open },
  { id: 'mon.l2.sources', population: 'LOGSRC', min: 0.8, maxBad: 0, ...open, needs: ['mon.l1.sources'] },
  { id: 'psc.l1.makers', population: 'SUPPLIER & CRIT', min: 0.5, good: 'supplier.vex.available == true' },
  { id: 'psc.l1.critical', population: 'SUPPLIER', min: 0.5, good: 'isIn("CRIT") || supplier.vex.available == true' },
  {
    id: 'emi.l1.machines',
    population: 'MID',
    min: 0.5,
    good: 'remaining(it.notAfter) > 0',
    bad: 'it.critical == true',
  },
);
const packs: readonly Pack[] = [
  timedPack,
  wide,
  { ...timedPack, rows: [...timedPack.rows, ...wide.rows.filter(({ id }) => !timedPack.byId.has(id))] },
];

/** More where time allows: `RUNS=2000`. */
const numRuns = Number(process.env.RUNS ?? 60);
const timeLimit = Math.max(180_000, numRuns * 2000);

type Edit = (input: AssessInput, last: Assessment) => AssessInput;

const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const pick = <T>(list: readonly T[], at: number): T | undefined => list[Math.floor(at * list.length)];

function withViews(input: AssessInput, assets: readonly AssetView[]): AssessInput {
  return { ...input, system: { ...input.system, assets } };
}

const view = fc.record(
  {
    criticality: fc.constantFrom('critical', 'normal'),
    exposed: fc.boolean(),
    zone: fc.constantFrom('z0', 'z1', 'z2'),
    kind: fc.constantFrom('broker', 'plc', 'firewall', 'account'),
    vendor: fc.constantFrom('Acme', 'Other'),
    protocols: fc.constantFrom(['mqtt'], []),
    formerly: fc.constantFrom(['a'], ['e'], []),
    state: fc.constantFrom('active', 'active', 'gone', 'retired'),
    declined: fc.boolean(),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<AssetView>>;

const machine = fc
  .record({ id: fc.constantFrom('a', 'b'), ends: fc.integer({ min: -5, max: 90 }), critical: fc.boolean() })
  .map(({ id, ends, critical }) =>
    seen(id, {
      'identity.machines': [
        { id: 'm1', kind: 'certificate', assetId: id, critical, notAfter: new Date(nowMs + ends * day).toISOString() },
      ],
    }),
  );
const supplier = fc
  .record({ id: fc.constantFrom('acme', 'other', 'own'), assessed: fc.boolean() })
  .map(({ id, assessed }) =>
    seen(
      '',
      { 'supplier.vex.available': assessed },
      {
        about: { kind: 'organisation', id },
        channel: `said of ${id}`,
        kind: 'stated',
      },
    ),
  );
/** Who made an asset, as somebody says who may be wrong, for a while. */
const maker = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    name: fc.constantFrom('Acme', 'Other', 'Third GmbH'),
    kind: fc.constantFrom('stated', 'observation'),
    from: fc.integer({ min: 0, max: 100 }),
    lasts: fc.integer({ min: 1, max: 120 }),
  })
  .map(({ id, name, kind, from, lasts }) => {
    const validUntil = new Date(nowMs + lasts * day).toISOString();
    return seen(id, { 'device.vendor': name }, { channel: `maker ${kind}`, kind, observedAt: ago(from), validUntil });
  });
const relation = fc
  .record({ said: fc.constantFrom(['supplier'], ['servicePartner']), lasts: fc.integer({ min: 1, max: 90 }) })
  .map(({ said, lasts }) => {
    const about = { kind: 'organisation', id: 'acme' } as const;
    const validUntil = new Date(nowMs + lasts * day).toISOString();
    return seen('', { 'organisation.relation': said }, { about, channel: 'relation', kind: 'stated', validUntil });
  });

const edits: fc.Arbitrary<Edit> = fc.oneof(
  // New evidence, or other evidence from the same source.
  fc.tuple(timedInput, share).map(([donor, at]): Edit => {
    const one = pick(donor.evidence, at);
    return (input) => (one === undefined ? input : { ...input, evidence: [...input.evidence, one] });
  }),
  fc.oneof(machine, supplier, maker, maker, relation).map(
    (one): Edit =>
      (input) => ({ ...input, evidence: [...input.evidence, one] }),
  ),
  fc.tuple(timedInput, share, share).map(([donor, from, at]): Edit => {
    const one = pick(donor.evidence, from);
    return (input) => {
      const old = pick(input.evidence, at);
      if (one === undefined || old === undefined) return input;
      return { ...input, evidence: input.evidence.map((each) => (each === old ? { ...old, facts: one.facts } : each)) };
    };
  }),
  share.map(
    (at): Edit =>
      (input) => {
        const old = pick(input.evidence, at);
        return { ...input, evidence: input.evidence.filter((each) => each !== old) };
      },
  ),
  // The plant.
  fc.tuple(share, view).map(
    ([at, change]): Edit =>
      (input) => {
        const old = pick(input.system.assets, at);
        return withViews(
          input,
          input.system.assets.map((each) => (each === old ? { ...each, ...change } : each)),
        );
      },
  ),
  fc.constantFrom('a', 'b', 'e', 'f').map(
    (id): Edit =>
      (input) => {
        const { assets } = input.system;
        const left = assets.filter((each) => each.id !== id);
        return withViews(input, left.length < assets.length ? left : [asset(id, { zone: 'z1' }), ...assets]);
      },
  ),
  fc.boolean().map(
    (critical): Edit =>
      (input) => {
        const organisations = [{ id: 'acme', name: 'Acme', relation: ['supplier'], critical }];
        return { ...input, system: { ...input.system, organisations } };
      },
  ),
  // Decisions.
  fc.tuple(timedInput, fc.boolean()).map(
    ([donor, adds]): Edit =>
      (input) => ({
        ...input,
        decisions: adds ? [...input.decisions.slice(0, 2), ...donor.decisions] : donor.decisions,
      }),
  ),
  // The clock: on, back, and to the instant at which something changes by itself.
  fc.integer({ min: -40, max: 60 }).map(
    (days): Edit =>
      (input) => ({
        ...input,
        now: new Date(Date.parse(input.now) + days * day + (days % 3) * 12_345).toISOString(),
      }),
  ),
  fc.integer({ min: -1, max: 0 }).map(
    (ms): Edit =>
      (input, last) => ({
        ...input,
        now: new Date(Date.parse(last.changesOn ?? input.now) + ms).toISOString(),
      }),
  ),
  fc.integer({ min: 0, max: 60 }).map(
    (further): Edit =>
      (input) => {
        const ends = endsIn(input).filter((end) => end > Date.parse(input.now));
        const end = ends[Math.min(further, ends.length - 1)];
        return end === undefined ? input : { ...input, now: new Date(end).toISOString() };
      },
  ),
  // The same said again with other objects, and in another order.
  fc.constant<Edit>((input) => structuredClone(input)),
  fc.constant<Edit>((input) => ({ ...input, evidence: input.evidence.toReversed() })),
);

/** Each asset several times, with all that is known of it at other instants. */
function manifold(input: AssessInput, times: number): AssessInput {
  const copies = Array.from({ length: times }, (_, at) => at + 1);
  const { assets } = input.system;
  const more = copies.flatMap((at) => assets.map((each) => ({ ...each, id: `${each.id}${at}`, formerly: [] })));
  const evidence = copies.flatMap((at) =>
    input.evidence.flatMap(({ about, ...each }) => {
      if (about.kind !== 'asset') return [];
      const observedAt = new Date(Date.parse(each.observedAt) - at * 3 * day).toISOString();
      return [{ ...each, about: { ...about, id: `${about.id}${at}` }, observedAt }];
    }),
  );
  return { ...withViews(input, [...assets, ...more]), evidence: [...input.evidence, ...evidence] };
}

describe('an assessment with what the one before left', () => {
  it(
    'says what it says without, whatever was changed in between',
    () => {
      fc.assert(
        fc.property(
          timedInput,
          fc.array(fc.tuple(edits, fc.constantFrom(0, 0, 0, 1, 1, 2)), { minLength: 1, maxLength: 8 }),
          fc.constantFrom(...packs),
          fc.constantFrom(0, 0, 2, 4),
          (start, steps, first, times) => {
            const cache = createAssessmentCache();
            let input = manifold(start, times);
            let pack = first;
            let last = assess(pack, input, cache);
            for (const [edit, turn] of steps) {
              input = edit(input, last);
              pack = packs[(packs.indexOf(pack) + turn) % packs.length] ?? pack;
              if (turn === 1) pack = first;
              last = assess(pack, input, cache);
              expect(canonicalize(last)).toBe(canonicalize(assess(pack, input)));
            }
          },
        ),
        { numRuns, ...(process.env.SEED ? { seed: Number(process.env.SEED) } : {}) },
      );
    },
    timeLimit,
  );

  // Mutation testing pays for it with every mutant: `PACK=0` leaves it out.
  it.skipIf(process.env.PACK === '0')(
    'says what it says without, on a plant of mixed assets under every row of the pack',
    () => {
      const { pack } = loadPack({ folder: new URL('../../../rules/packs/smm', import.meta.url).pathname });
      const cache = createAssessmentCache();
      let input = fleetInput(pack, 120);
      const same = (): Assessment => {
        const result = assess(pack, input, cache);
        expect(canonicalize(result)).toBe(canonicalize(assess(pack, input)));
        return result;
      };
      let last = same();
      for (let turn = 1; turn <= 3; turn++) {
        input = withNewReadings(input, turn);
        last = same();
        input = { ...input, now: last.changesOn ?? input.now };
        last = same();
        input = { ...input, now: new Date(Date.parse(input.now) + turn * 9 * day).toISOString() };
        last = same();
      }
      input = { ...input, now: new Date(Date.parse(input.now) - 30 * day).toISOString() };
      same();
    },
    timeLimit,
  );

  it('foretells anew what a maker is once somebody lists it as critical', () => {
    const cache = createAssessmentCache();
    const stated = seen('a', { 'asset.criticality': 'critical' });
    const implied = inputOf({ assets: [asset('a', { criticality: 'normal', vendor: 'Acme' })], evidence: [stated] });
    const organisations = [{ id: 'acme', name: 'Acme', relation: ['supplier'], critical: true }];
    const listed = { ...implied, system: { ...implied.system, organisations } };
    const row = (input: AssessInput) => rowOf(assess(wide, input, cache), 'psc.l1.critical');
    expect([row(implied).changesOn === undefined, row(listed).changesOn]).toEqual([false, undefined]);
  });

  it('sees what changed, and not only what is new', () => {
    const cache = createAssessmentCache();
    const pack = packOf({ id: 'acc.l1.row', population: 'ALL', min: 1, ...open });
    const saying = (accepted: boolean) =>
      inputOf({ assets: [asset('a')], evidence: [seen('a', { 'auth.anonymous.accepted': accepted })] });
    expect(
      [false, true, false].map((accepted) => rowOf(assess(pack, saying(accepted), cache), 'acc.l1.row').status),
    ).toEqual(['met', 'notMet', 'met']);
    const later = { ...saying(false), now: ago(-400) };
    expect(rowOf(assess(pack, later, cache), 'acc.l1.row')).toMatchObject({ status: 'unknown', reason: 'stale' });
    expect(rowOf(assess(pack, saying(false), cache), 'acc.l1.row').status).toBe('met');
  });
});

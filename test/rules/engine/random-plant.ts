/** Random plants whose evidence, dates and decisions end at many instants: for what the engine promises about time. */
import fc from 'fast-check';
import type { FactsDraft } from '../../../collectors/contract/vocabulary.ts';
import type { AssessInput, AssetView, Decision, Evidence } from '../../../rules/engine/input.ts';
import { asset, day, inputOf, nowMs, packOf } from './support.ts';

const closed = { good: 'auth.anonymous.accepted == false', bad: 'auth.anonymous.accepted == true' };
const named = 'roster.deputy.named == true';
const covered = 'roster.operationsCovered == true';

/** Every way in which time enters a row, and levels that rest on them. */
export const timedPack = packOf(
  { id: 'acm.l1.list', met: covered, notApplicable: 'age(exposure.listedAt) > days(p.n)', parameters: { n: 150 } },
  { id: 'acm.l2.discovery-delta', met: named, freshnessDays: 70 },
  { id: 'acc.l1.most', population: 'CRIT', min: 0.6, freshnessDays: 100, ...closed },
  { id: 'acc.l1.asked', met: `${covered} || zone.register.all(z, z.modelBoundary == true)`, freshnessDays: 80 },
  { id: 'acc.l2.all', population: 'CRIT | EXP', min: 0.9, maxBad: 1, freshnessDays: 60, ...closed, noBad: 'EXP' },
  {
    id: 'acc.l2.listed',
    core: false,
    met: `${covered} && age(exposure.listedAt) <= days(p.n)`,
    parameters: { n: 50 },
  },
  {
    id: 'acc.l3.changed',
    population: 'ALL',
    min: 0.5,
    needs: ['acc.l2.all'],
    noUnseen: 'CRIT',
    parameters: { n: 90 },
    good: 'firmware.supported == true && age(config.lastChange) <= days(p.n)',
    bad: 'firmware.supported == false && isIn("CRIT")',
  },
  {
    id: 'acc.l3.zones',
    population: 'each zone.register',
    min: 1,
    good: 'it.modelBoundary == true && age(it.deltaAt) <= days(p.n)',
    bad: 'it.modelBoundary == false',
    parameters: { n: 45 },
    also: `${named} && count("CRIT") > 0.0`,
    freshnessDays: 75,
  },
  {
    id: 'emi.l1.certificates',
    population: 'SVC & CAPABLE(tls)',
    min: 0.5,
    good: 'remaining(tls.certificate.notAfter) > 0',
    bad: 'remaining(tls.certificate.notAfter) <= 0',
    freshnessDays: 120,
  },
  { id: 'emi.l1.said', met: named },
  {
    id: 'emi.l2.version',
    population: 'ALL where asset.criticality = critical',
    min: 0.75,
    maxBad: 0,
    good: 'tls.version.min == "1.2" || tls.version.min == "1.3"',
    bad: 'tls.version.min == "1.0"',
    noBad: 'where asset.exposed',
  },
  { id: 'emi.l2.every', met: 'allOf("EXP", auth.anonymous.accepted == false)', needs: ['acm.l2.discovery-delta'] },
);

/** Age limits and windows of the pack, of its facts and of decisions, in days; with and without the 30 of lapsed statements. */
const limits = [0, 7, 30, 45, 50, 60, 70, 75, 80, 90, 100, 110, 120, 150, 180, 365];
const lives = [...limits, ...limits.map((days) => days + 30)];

const ids = ['a', 'b', 'c', 'd'];
const maybe = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(some, { nil: undefined, freq: 2 });

/** Mostly whole days, so that ends meet; some to the millisecond. */
function instants(from: number, to: number): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.integer({ min: from, max: to }),
      fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ max: day - 1, min: 0 })),
    )
    .map(([days, rest]) => new Date(Math.min(nowMs + days * day + rest, to <= 0 ? nowMs : Infinity)).toISOString());
}

const past = instants(-130, 0);
const kinds = fc.constantFrom('observation', 'imported', 'examined', 'document', 'stated', 'stated' as const);
const looks = fc.record({ observedAt: past, validUntil: maybe(instants(1, 90)), ref: fc.nat(1e9) });

const views = fc.tuple(
  ...ids.map((id, index) =>
    fc
      .record({
        criticality: fc.constantFrom('critical' as const, 'normal' as const),
        exposed: maybe(fc.boolean()),
        declined: fc.boolean(),
      })
      .map(({ exposed, declined, ...view }): AssetView => {
        const { exposed: _, ...rest } = asset(id, { ...view, zone: `z${index % 2}` });
        return {
          ...rest,
          ...(exposed === undefined ? {} : { exposed }),
          ...(declined && index === 3 ? { declined } : {}),
        };
      }),
  ),
);

const ofAsset = fc
  .record({
    id: fc.constantFrom(...ids),
    look: looks,
    kind: kinds,
    channel: fc.constantFrom('p1', 'p2'),
    failed: fc.boolean(),
    basis: maybe(fc.constantFrom('authoritative' as const, 'inferred' as const)),
    facts: fc.record({
      'auth.anonymous.accepted': maybe(fc.constantFrom(false, false, false, true)),
      'firmware.supported': maybe(fc.constantFrom(true, true, false)),
      'config.lastChange': maybe(past),
      'asset.criticality': maybe(fc.constantFrom('critical' as const, 'normal' as const)),
      'asset.exposed': maybe(fc.boolean()),
      'device.capabilities': maybe(fc.constantFrom(['tls'] as const, ['logging'] as const)),
      'tls.certificate.notAfter': maybe(instants(-10, 100)),
      'tls.version.min': maybe(fc.constantFrom('1.0' as const, '1.2' as const, '1.3' as const)),
    }),
  })
  .map(({ id, look, kind, channel, failed, basis, facts }): Evidence => {
    const seen = present(facts);
    const { validUntil, observedAt, ref } = look;
    return {
      about: { kind: 'asset', id },
      source: 'mqtt',
      channel: `${id} ${channel} ${kind}`,
      kind,
      observedAt,
      facts: seen,
      unseen: failed && facts['auth.anonymous.accepted'] === undefined ? { 'auth.anonymous.accepted': 'timedOut' } : {},
      basis: basis === undefined ? {} : Object.fromEntries(Object.keys(seen).map((name) => [name, basis])),
      ref: `r${ref}`,
      ...(validUntil === undefined ? {} : { validUntil }),
    };
  });

const zone = fc.record({ boundary: maybe(fc.constantFrom(true, true, false)), delta: maybe(past) });
const ofSystem = fc
  .record({
    look: looks,
    kind: kinds,
    channel: fc.constantFrom('x', 'y', 'z'),
    facts: fc.record({
      'roster.deputy.named': maybe(fc.constantFrom(true, true, false)),
      'roster.operationsCovered': maybe(fc.constantFrom(true, true, false)),
      'exposure.listedAt': maybe(past),
    }),
    zones: maybe(fc.array(zone, { maxLength: 2 })),
  })
  .map(({ look, kind, channel, facts, zones }): Evidence => {
    const register = zones?.map(({ boundary, delta }, index) => ({
      id: `z${index}`,
      ...(boundary === undefined ? {} : { modelBoundary: boundary }),
      ...(delta === undefined ? {} : { deltaAt: delta }),
    }));
    const { validUntil, observedAt, ref } = look;
    return {
      about: { kind: 'system' },
      source: kind === 'stated' ? 'statement:interview' : 'import:siem',
      channel: `${channel} ${kind}`,
      kind,
      observedAt,
      facts: { ...present(facts), ...(register === undefined ? {} : { 'zone.register': register }) },
      unseen: {},
      basis: {},
      ref: `s${ref}`,
      ...(validUntil === undefined ? {} : { validUntil }),
    };
  });

const decisions = fc
  .array(
    fc.record({
      kind: fc.constantFrom(
        'notApplicable',
        'exception',
        'compensation',
        'deviation',
        'deviation',
        'emptySet' as const,
      ),
      indicator: fc.constantFrom(...timedPack.rows.map(({ id }) => id)),
      members: maybe(fc.constant(['a', 'b'])),
      bound: fc.constantFrom('acm.l1.list', 'emi.l1.said'),
      number: fc.constantFrom(
        { parameter: 'freshnessDays', value: 110 },
        { parameter: 'min', value: 0.3 },
        { parameter: 'core', value: 0 },
        { parameter: 'n', value: 120 },
      ),
      on: instants(-300, 0),
      until: instants(1, 100),
    }),
    { maxLength: 3 },
  )
  .map((list) =>
    list.map(({ kind, indicator, members, bound, number, on, until }, index): Decision => {
      const base = { id: `d${index}`, kind, reason: 'because', by: 'ada', approver: 'max', on, until };
      if (kind === 'emptySet') return { ...base, set: 'CRIT' };
      if (kind === 'deviation') return { ...base, indicator, ...number };
      const covers = kind === 'compensation' ? { boundTo: bound } : {};
      return { ...base, indicator, ...covers, ...(members === undefined ? {} : { members }) };
    }),
  );

/** Everything seen good once, so that levels are reached which can fall. */
const base = fc
  .record({ looks: fc.array(looks, { minLength: 6, maxLength: 6 }), kind: kinds })
  .map(({ looks: all, kind }): Evidence[] =>
    all.map(({ observedAt, validUntil, ref }, index): Evidence => {
      const id = ids[index];
      return {
        about: id === undefined ? { kind: 'system' } : { kind: 'asset', id },
        source: 'base',
        channel: `base ${index}`,
        kind: id === undefined ? kind : index % 2 === 0 ? 'observation' : kind,
        observedAt,
        facts:
          id === undefined
            ? {
                'roster.deputy.named': true,
                'roster.operationsCovered': true,
                'exposure.listedAt': observedAt,
                'zone.register': ['z0', 'z1'].map((zone) => ({ id: zone, modelBoundary: true, deltaAt: observedAt })),
              }
            : {
                'auth.anonymous.accepted': false,
                'firmware.supported': true,
                'config.lastChange': observedAt,
                'device.capabilities': ['tls'],
                'tls.certificate.notAfter': new Date(Date.parse(observedAt) + 150 * day).toISOString(),
                'tls.version.min': '1.2',
              },
        unseen: {},
        basis: {},
        ref: `b${ref}`,
        ...(validUntil === undefined ? {} : { validUntil }),
      };
    }),
  );

export const timedInput: fc.Arbitrary<AssessInput> = fc
  .record({
    assets: views,
    base: fc.oneof(base, base, fc.constant([])),
    evidence: fc.array(fc.oneof(ofAsset, ofAsset, ofSystem), { maxLength: 12 }),
    decisions: fc.oneof(fc.constant([]), decisions),
  })
  .map(({ base: good, evidence, ...parts }) => inputOf({ ...parts, evidence: [...good, ...evidence] }));

function present<T extends FactsDraft | Record<string, unknown>>(facts: T): FactsDraft {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as FactsDraft;
}

/** Later instants at which something in a plant may end by itself, earliest first; more of them than do. */
export function endsIn(input: AssessInput): number[] {
  const starts = new Set<number>();
  const dates = (value: unknown): void => {
    if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) starts.add(Date.parse(value));
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(dates);
  };
  dates([input.evidence, input.decisions]);
  const ends = [...starts].flatMap((start) => lives.flatMap((days) => [start + days * day, start + days * day + 1]));
  return [...new Set(ends)].filter((end) => end > nowMs).sort((one, other) => one - other);
}

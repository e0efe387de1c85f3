/** Runs the cases that travel with a pack: each is a small system, assessed for real. */
import { assessWith } from './assess.ts';
import type { CaseDecision, CaseMember, CaseReading, RowCase, SystemCase } from './case.ts';
import { factsFrom, troubleWith } from './case-facts.ts';
import { indexEvidence } from './evidence-index.ts';
import type { About, AssessInput, AssetView, Decision, Evidence, EvidenceKind, OrganisationView } from './input.ts';
import { judgeRows, RowJudge } from './judge.ts';
import { type Forced, Judging } from './judging.ts';
import { isPracticeCode, type Role } from './model.ts';
import type { Pack, Row } from './pack.ts';
import { mentions, type Population } from './population.ts';
import { indicatorResult } from './practice.ts';
import type { Assessment, IndicatorResult, Status } from './result.ts';
import { dayMs } from './value.ts';

export interface FailedCase {
  /** Row, or `cases` for those about whole systems. */
  readonly indicator: string;
  readonly case: string;
  readonly expected: string;
  readonly found: string;
}

const defaultNow = '2026-11-23T10:00:00.000Z';

export function runRowCase(pack: Pack, row: Row, each: RowCase): FailedCase[] {
  const failed = (expected: string, found: string): FailedCase => ({
    indicator: row.id,
    case: each.name,
    expected,
    found,
  });
  const written = [each.system, each.organisation, ...assetFacts(row, each)];
  const trouble = written.flatMap((facts) => troubleWith(facts, Date.parse(defaultNow)));
  if (trouble.length > 0) return trouble.map((text) => failed('facts of the vocabulary', text));
  // The other rows are not the case's concern: what this one rests on is met unless the case says otherwise.
  const forced = new Map<string, Forced>(row.after.map((id) => [id, { status: 'met' }]));
  for (const [id, said] of Object.entries(each.needs)) forced.set(id, forcedFrom(said));
  const index = indexEvidence(rowInput(pack, row, each));
  const judging = new Judging(pack, index, { at: index.now, forced });
  judgeRows(
    judging,
    pack.rows.filter(({ id }) => forced.has(id)),
  );
  const result = indicatorResult(new RowJudge(judging, row).outcome());
  return differences(each.expect, result).map(([expected, found]) => failed(expected, found));
}

export function runSystemCase(pack: Pack, each: SystemCase): FailedCase[] {
  const failed = (expected: string, found: string): FailedCase => ({
    indicator: 'cases',
    case: each.name,
    expected,
    found,
  });
  const written = [
    each.system,
    each.organisation,
    ...each.readings.map((reading) => reading.facts),
    ...each.assets.map((asset) => asset.facts),
  ];
  const trouble = written.flatMap((facts) => troubleWith(facts, Date.parse(defaultNow)));
  if (trouble.length > 0) return trouble.map((text) => failed('facts of the vocabulary', text));
  const forced = new Map(Object.entries(each.rows).map(([id, said]) => [id, forcedFrom(said)]));
  const assessment = assessWith(pack, systemInput(each), forced);
  const failures: FailedCase[] = [];
  for (const [practice, expected] of Object.entries(each.expect.practices)) {
    const result = assessment.practices.find((one) => one.practice === practice);
    if (result === undefined) failures.push(failed(`practice ${practice}`, 'none'));
    else
      failures.push(
        ...differences(expected, withBlockerIds(result)).map(([one, other]) => failed(`${practice} ${one}`, other)),
      );
  }
  for (const [id, expected] of Object.entries(each.expect.indicators)) {
    const result = resultOf(assessment, id);
    if (result === undefined) failures.push(failed(`row ${id}`, 'none'));
    else failures.push(...differences(expected, result).map(([one, other]) => failed(`${id} ${one}`, other)));
  }
  return failures;
}

/** What a case of a whole system hands to `assess`; tests use it as it is. */
export function systemInput(each: SystemCase): AssessInput {
  const now = Date.parse(each.now ?? defaultNow);
  const builder = new InputBuilder(now, each.role);
  for (const zone of each.zones)
    builder.zones.push({ id: zone.id, ...(zone.type === undefined ? {} : { type: zone.type }) });
  for (const [index, member] of expand(each.assets).entries()) builder.asset(member, index, defaultAsset);
  for (const [index, member] of expand(each.organisations).entries()) builder.party(member, index, ['supplier']);
  builder.own(each);
  for (const reading of each.readings) builder.reading(reading);
  return builder.input(each.decisions, each.targets);
}

function rowInput(pack: Pack, row: Row, each: RowCase): AssessInput {
  const now = Date.parse(each.now ?? defaultNow);
  const builder = new InputBuilder(now, 'owner');
  for (const zone of each.zones)
    builder.zones.push({ id: zone.id, ...(zone.type === undefined ? {} : { type: zone.type }) });
  const members = expand(each.members);
  switch (row.counts?.of) {
    case 'element':
      for (const [index, member] of members.entries()) builder.element(row, member, index);
      break;
    case 'party':
      for (const [index, member] of members.entries()) builder.party(member, index, relationIn(row.counts.population));
      break;
    default: {
      const fallback = defaultsFor(pack, row);
      for (const [index, member] of members.entries()) builder.asset(member, index, fallback);
    }
  }
  builder.own(each);
  for (const [fact, reason] of Object.entries(each.unseen)) builder.missed(fact, reason);
  return builder.input(each.decisions, {});
}

function zoneOf(zone: string | undefined): { zone?: string } {
  return zone === undefined ? {} : { zone };
}

function relationIn(population: Population): string[] {
  return mentions(population, 'PARTNER') ? ['servicePartner'] : ['supplier'];
}

interface AssetDefaults {
  readonly kind: string;
  readonly criticality: AssetView['criticality'];
  readonly exposed: boolean;
  readonly zone?: string;
}

const defaultAsset: AssetDefaults = { kind: 'plc', criticality: 'normal', exposed: false };
const triedKinds = [
  'server',
  'plc',
  'broker',
  'gateway',
  'hmi',
  'switch',
  'safety',
  'account',
  'firewall',
  'sensor',
  'workstation',
];

const keptDefaults = new WeakMap<Row, AssetDefaults>();

/** The plainest asset that belongs to the row's population, so that a case says only what it is about. */
function defaultsFor(pack: Pack, row: Row): AssetDefaults {
  const kept = keptDefaults.get(row);
  if (kept !== undefined) return kept;
  const found = plainestFor(pack, row) ?? { ...defaultAsset, criticality: 'critical' };
  keptDefaults.set(row, found);
  return found;
}

function plainestFor(pack: Pack, row: Row): AssetDefaults | undefined {
  const { counts } = row;
  if (counts === undefined) return undefined;
  const zones = [{}, { zone: 'cell-1' }];
  const candidates = [false, true].flatMap((exposed) =>
    zones.flatMap((zone) =>
      triedKinds.map((kind): AssetDefaults => ({ kind, criticality: 'critical', exposed, ...zone })),
    ),
  );
  return candidates.find((defaults) => {
    const builder = new InputBuilder(Date.parse(defaultNow), 'owner');
    builder.asset(emptyMember, 0, defaults);
    const index = indexEvidence(builder.input([], {}));
    const { populations } = new Judging(pack, index, { at: index.now });
    return populations.of(counts.population, row.freshnessDays).members.length > 0;
  });
}

const emptyMember: CaseMember = { times: 1, facts: {}, unseen: {}, ageDays: 0 };

class InputBuilder {
  readonly zones: { id: string; type?: string }[] = [];
  private readonly now: number;
  private readonly role: Role;
  private readonly assets: AssetView[] = [];
  private readonly organisations: OrganisationView[] = [];
  private readonly evidence: Evidence[] = [];

  constructor(now: number, role: Role) {
    this.now = now;
    this.role = role;
  }

  asset(member: CaseMember, index: number, defaults: AssetDefaults): void {
    const id = member.id ?? `asset-${String(index + 1).padStart(3, '0')}`;
    const exposed = member.exposed ?? defaults.exposed;
    this.assets.push({
      id,
      name: member.name ?? id,
      formerly: [],
      kind: member.kind ?? defaults.kind,
      ...zoneOf(member.zone ?? defaults.zone),
      ...(member.type === undefined ? {} : { type: member.type }),
      criticality: member.criticality ?? defaults.criticality,
      ...(exposed === 'unknown' ? {} : { exposed }),
      safetyFunction: member.safetyFunction ?? false,
      ...(member.vendor === undefined ? {} : { vendor: member.vendor }),
      ...(member.model === undefined ? {} : { model: member.model }),
      protocols: member.protocols ?? [],
      state: member.state ?? 'active',
      ...(member.declined === undefined ? {} : { declined: member.declined }),
    });
    if (member.capabilities !== undefined) {
      this.add(
        { kind: 'asset', id },
        { 'device.capabilities': member.capabilities },
        { kind: 'stated', source: 'inventory' },
      );
    }
    this.addMember({ kind: 'asset', id }, member, 'observation');
  }

  party(member: CaseMember, index: number, relation: readonly string[]): void {
    const id = member.id ?? `party-${String(index + 1).padStart(3, '0')}`;
    this.organisations.push({
      id,
      name: member.name ?? id,
      relation: member.relation ?? relation,
      critical: (member.criticality ?? 'critical') === 'critical',
    });
    this.addMember({ kind: 'organisation', id }, member, 'stated');
  }

  /** An element of the row's register; machine identities live on assets. */
  element(row: Row, member: CaseMember, index: number): void {
    const register = row.counts?.register ?? 'zone.register';
    const id = member.id ?? `element-${String(index + 1).padStart(3, '0')}`;
    const machines = register === 'identity.machines';
    if (machines && this.assets.length === 0) this.asset({ ...emptyMember, id: 'holder' }, 0, defaultAsset);
    if (register === 'zone.register') this.asset({ ...emptyMember, id: `in-${id}`, zone: id }, index, defaultAsset);
    const about: About = machines ? { kind: 'asset', id: 'holder' } : { kind: 'system' };
    this.add(
      about,
      { [register]: [{ id, ...member.facts }] },
      {
        ...options(member, 'stated'),
        channel: `${id} ${member.source ?? member.evidence ?? ''}`,
      },
    );
  }

  own(each: Pick<RowCase, 'system' | 'organisation' | 'ageDays' | 'evidence'>): void {
    const said = { kind: each.evidence, ageDays: each.ageDays };
    if (Object.keys(each.system).length > 0) this.add({ kind: 'system' }, each.system, said);
    if (Object.keys(each.organisation).length > 0)
      this.add({ kind: 'organisation', id: 'own' }, each.organisation, said);
  }

  reading(reading: CaseReading): void {
    const { about } = reading;
    const asset = this.assets.some(({ id }) => id === about);
    const at: About =
      about === 'system'
        ? { kind: 'system' }
        : about === 'organisation'
          ? { kind: 'organisation', id: 'own' }
          : { kind: asset ? 'asset' : 'organisation', id: about };
    this.add(at, reading.facts, {
      ...options(reading, reading.evidence),
      unseen: reading.unseen,
      channel: reading.channel,
    });
  }

  missed(fact: string, reason: string): void {
    this.add({ kind: 'system' }, {}, { kind: 'observation', unseen: { [fact]: reason } });
    this.add({ kind: 'organisation', id: 'own' }, {}, { kind: 'observation', unseen: { [fact]: reason } });
  }

  input(decisions: readonly CaseDecision[], targets: Readonly<Record<string, number>>): AssessInput {
    const now = new Date(this.now).toISOString();
    const wanted = Object.entries(targets).filter(([code]) => isPracticeCode(code));
    return {
      now,
      organisation: { id: 'own', name: 'Own' },
      site: { id: 'site', timeZone: 'UTC' },
      system: {
        id: 'system',
        name: 'System',
        role: this.role,
        targets: Object.fromEntries(
          wanted.map(([code, level]) => [code, { level: level as 0 | 1 | 2 | 3 | 4, scope: 'general' as const }]),
        ),
        assets: this.assets,
        organisations: this.organisations,
        zones: this.zones,
      },
      evidence: this.evidence,
      decisions: decisions.map((decision, index) => this.decision(decision, index)),
    };
  }

  private addMember(about: About, member: CaseMember, kind: EvidenceKind): void {
    const { facts, unseen } = member;
    if (Object.keys(facts).length === 0 && Object.keys(unseen).length === 0) return;
    this.add(about, facts, { ...options(member, kind), unseen });
  }

  private add(about: About, facts: Readonly<Record<string, unknown>>, said: AddOptions): void {
    const kind = said.kind;
    const source = said.source ?? (kind === 'observation' ? 'probe' : `statement:${kind}`);
    const channel = said.channel ?? `${source} ${about.kind === 'system' ? 'system' : about.id}`;
    this.evidence.push({
      about,
      source,
      channel,
      kind,
      observedAt: new Date(this.now - (said.ageDays ?? 0) * dayMs).toISOString(),
      facts: factsFrom(facts, this.now),
      unseen: (said.unseen ?? {}) as Evidence['unseen'],
      basis: {},
      ...(said.validForDays === undefined
        ? {}
        : { validUntil: new Date(this.now - ((said.ageDays ?? 0) - said.validForDays) * dayMs).toISOString() }),
      ...(said.by === undefined ? {} : { by: said.by }),
      ref: `case:${this.evidence.length}`,
    });
  }

  private decision(said: CaseDecision, index: number): Decision {
    const { agedDays, forDays, id, ...rest } = said;
    return {
      ...(rest as Omit<Decision, 'id' | 'on' | 'until'>),
      id: id ?? `decision-${index + 1}`,
      on: new Date(this.now - agedDays * dayMs).toISOString(),
      until: new Date(this.now + forDays * dayMs).toISOString(),
    };
  }
}

interface AddOptions {
  readonly kind: EvidenceKind;
  readonly ageDays?: number | undefined;
  readonly source?: string | undefined;
  readonly channel?: string | undefined;
  readonly by?: string | undefined;
  readonly validForDays?: number | undefined;
  readonly unseen?: Readonly<Record<string, string>> | undefined;
}

function options(
  said: {
    ageDays: number;
    evidence?: EvidenceKind | undefined;
    source?: string | undefined;
    by?: string | undefined;
    validForDays?: number | undefined;
  },
  kind: EvidenceKind,
): AddOptions {
  return {
    kind: said.evidence ?? kind,
    ageDays: said.ageDays,
    source: said.source,
    by: said.by,
    validForDays: said.validForDays,
  };
}

function expand(members: readonly CaseMember[]): CaseMember[] {
  return members.flatMap((member) =>
    Array.from({ length: member.times }, (_, index) => ({
      ...member,
      times: 1,
      ...(member.id !== undefined && member.times > 1 ? { id: `${member.id}-${index + 1}` } : {}),
    })),
  );
}

function assetFacts(row: Row, each: RowCase): Record<string, unknown>[] {
  if (row.counts?.of !== 'element' || row.counts.register === undefined) return each.members.map(({ facts }) => facts);
  const { register } = row.counts;
  return each.members.map(({ facts }, index) => ({ [register]: [{ id: `element-${index}`, ...facts }] }));
}

function forcedFrom(said: Status | { status: Status; evidence?: Forced['evidence'] }): Forced {
  return typeof said === 'string' ? { status: said } : { status: said.status, evidence: said.evidence };
}

function resultOf(assessment: Assessment, id: string): IndicatorResult | undefined {
  return assessment.practices.flatMap((practice) => practice.indicators).find((one) => one.id === id);
}

function withBlockerIds(result: Assessment['practices'][number]): Readonly<Record<string, unknown>> {
  return {
    ...result,
    blockers: result.blockers.map((blocker) => ('indicator' in blocker ? blocker.indicator : blocker.gate)),
  };
}

function differences(expected: object, found: object): [string, string][] {
  const results: [string, string][] = [];
  for (const [key, value] of Object.entries(expected)) {
    const real = (found as Readonly<Record<string, unknown>>)[key];
    const one = JSON.stringify(value);
    const other = JSON.stringify(real) ?? 'nothing';
    if (!isLike(value, real)) results.push([`${key} ${one}`, `${key} ${other}`]);
  }
  return results;
}

/** Equal, or an object that holds at least these keys. */
function isLike(expected: unknown, found: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return Object.is(expected, found);
  if (Array.isArray(expected)) {
    return (
      Array.isArray(found) &&
      expected.length === found.length &&
      expected.every((item, index) => isLike(item, found[index]))
    );
  }
  if (typeof found !== 'object' || found === null) return false;
  return Object.entries(expected).every(([key, value]) =>
    isLike(value, (found as Readonly<Record<string, unknown>>)[key]),
  );
}

/** A plant of mixed assets with evidence of every kind, the same for the same size: input of the engine's benchmark. */
import type { FactDefinition, KeyType } from '../../collectors/contract/fact.ts';
import { type FactName, type Facts, vocabulary } from '../../collectors/contract/vocabulary.ts';
import type { AssessInput, AssetView, Evidence } from '../../rules/engine/input.ts';
import type { Pack } from '../../rules/engine/pack.ts';

export const fleetNow = '2026-11-20T10:00:00.000Z';
const nowMs = Date.parse(fleetNow);
const dayMs = 86_400_000;
/** Facts that each kind of asset has, beside its capabilities. */
const factsEach = 29;
const zoneSize = 50;

const kinds = ['plc', 'sensor', 'drive', 'camera', 'gateway', 'broker', 'server', 'hmi', 'switch', 'firewall'] as const;
/** Where an asset's facts come from, in turn. */
const sources = [
  { source: 'tls', kind: 'observation' },
  { source: 'snmp', kind: 'observation' },
  { source: 'import:cmdb', kind: 'imported' },
  { source: 'statement:interview', kind: 'stated' },
] as const;

/** Every asset is looked at by four sources; the own organisation and the system are stated. */
export function fleetInput(pack: Pack, size: number): AssessInput {
  const read = new Set(pack.rows.flatMap((row) => [...row.facts]));
  const names = [...read].sort();
  const isOf = (name: FactName, ...subjects: readonly FactDefinition['subject'][]) =>
    subjects.includes(vocabulary[name].subject);
  const ofAssets = names.filter(
    (name) => isOf(name, 'asset', 'interface', 'instance') && vocabulary[name].type !== 'object[]',
  );
  const assets = Array.from({ length: size }, (_, index) => assetAt(index));
  return {
    now: fleetNow,
    organisation: { id: 'own', name: 'Own' },
    site: { id: 'site', timeZone: 'UTC' },
    system: {
      id: 'line',
      name: 'Line',
      role: 'owner',
      targets: {},
      assets,
      organisations: [],
      zones: [],
    },
    evidence: [
      ...assets.flatMap((_, index) => evidenceOf(index, ofAssets)),
      stated(
        'system',
        names.filter((name) => isOf(name, 'system')),
      ),
      stated(
        'organisation',
        names.filter((name) => isOf(name, 'organisation')),
      ),
    ],
    decisions: [],
  };
}

/** The same plant after one asset in a hundred was looked at again and says something else. */
export function withNewReadings(input: AssessInput, turn: number): AssessInput {
  const changed = new Set(input.system.assets.filter((_, index) => index % 100 === turn % 100).map(({ id }) => id));
  return {
    ...input,
    evidence: input.evidence.map((each) =>
      each.about.kind === 'asset' && changed.has(each.about.id) && each.source === 'tls' ? turned(each, turn) : each,
    ),
  };
}

function turned(evidence: Evidence, turn: number): Evidence {
  const flipped = Object.entries(evidence.facts).map(([name, value]) => [
    name,
    typeof value === 'boolean' ? !value : value,
  ]);
  return { ...evidence, facts: Object.fromEntries(flipped) as Facts, ref: `${evidence.ref} again ${turn}` };
}

function assetAt(index: number): AssetView {
  const kind = kinds[index % kinds.length] ?? 'server';
  return {
    id: `a-${String(index).padStart(6, '0')}`,
    name: `Asset ${index}`,
    formerly: [],
    kind,
    zone: `z-${Math.floor(index / zoneSize)}`,
    criticality: index % 3 === 0 ? 'critical' : 'normal',
    exposed: index % 7 === 0,
    safetyFunction: false,
    vendor: `Maker ${index % 40}`,
    protocols: kind === 'broker' ? ['mqtt'] : kind === 'server' ? ['https'] : [],
    state: 'active',
  };
}

function evidenceOf(index: number, names: readonly FactName[]): Evidence[] {
  const id = assetAt(index).id;
  const kind = index % kinds.length;
  const own = Array.from({ length: factsEach }, (_, at) => names[(kind * 13 + at) % names.length]);
  return sources.map(({ source, kind: evidenceKind }, turn) => {
    const facts: Record<string, unknown> = turn === 2 ? { 'device.capabilities': ['logging', 'tls'] } : {};
    for (const [at, name] of own.entries()) {
      if (name !== undefined && at % sources.length === turn)
        facts[name] = factValue(vocabulary[name], mixed(index, at));
    }
    return {
      about: { kind: 'asset', id },
      source,
      channel: `${id} ${source}`,
      kind: evidenceKind,
      observedAt: new Date(nowMs - (1 + (mixed(index, turn) % 28)) * dayMs - mixed(turn, index) * 60_000).toISOString(),
      facts: facts as Facts,
      unseen: {},
      basis: {},
      ref: `ref ${index} ${source}`,
    };
  });
}

function stated(kind: 'system' | 'organisation', names: readonly FactName[]): Evidence {
  const facts = Object.fromEntries(names.map((name, at) => [name, factValue(vocabulary[name], 1 + mixed(at, 1) * 10)]));
  return {
    about: kind === 'system' ? { kind } : { kind, id: 'own' },
    source: 'statement:interview',
    channel: `interview ${kind}`,
    kind: 'stated',
    observedAt: new Date(nowMs - 5 * dayMs).toISOString(),
    facts: facts as Facts,
    unseen: {},
    basis: {},
    ref: `said of ${kind}`,
  };
}

/** Small and well spread, so that neighbours differ. */
function mixed(one: number, other: number): number {
  return ((Math.imul(one + 1, 2_654_435_761) ^ Math.imul(other + 1, 40_503)) >>> 8) % 1000;
}

/** One reading in ten says the other thing. */
function factValue(definition: FactDefinition, seed: number): unknown {
  switch (definition.type) {
    case 'boolean':
      return seed % 10 !== 0;
    case 'enum':
      return definition.values[seed % definition.values.length];
    case 'string[]':
      return definition.values === undefined ? [`word-${seed % 20}`] : definition.values.slice(0, 1 + (seed % 3));
    case 'object[]':
      return Array.from({ length: 3 }, (_, at) => recordOf(definition.keys, at));
    default:
      return plainValue(definition.type, seed);
  }
}

function plainValue(type: KeyType, seed: number): unknown {
  if (typeof type !== 'string') return type[seed % type.length];
  switch (type) {
    case 'boolean':
      return seed % 10 !== 0;
    case 'integer':
    case 'number':
      return seed % 12;
    case 'duration':
      return (seed % 90) * 86_400;
    case 'timestamp':
      return new Date(nowMs - (seed % 200) * dayMs).toISOString();
    case 'string[]':
      return [`word-${seed % 20}`];
    default:
      return `word-${seed % 200}`;
  }
}

function recordOf(keys: Readonly<Record<string, KeyType>>, at: number): Record<string, unknown> {
  const cells = Object.entries(keys).map(([key, type], index) => [key, plainValue(type, mixed(at, index))]);
  return { ...Object.fromEntries(cells), id: `element-${at}` };
}

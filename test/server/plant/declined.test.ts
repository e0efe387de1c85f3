import { describe, expect, it } from 'vitest';
import { assess } from '../../../rules/engine/assess.ts';
import { assessInput } from '../../../server/plant/assess-input.ts';
import { loadFactImports } from '../../../server/plant/load-imports.ts';
import { loadStatements } from '../../../server/plant/load-statements.ts';
import type { Seen } from '../../../server/plant/observation-lines.ts';
import { packOf, practiceOf } from '../../rules/engine/support.ts';
import { load, now, plantFolder } from './plant-folder.ts';

const folder = plantFolder();
const head = `plimsoll: 1
site: {id: north, timeZone: UTC}
zones:
  - {id: open, touch: read}
  - {id: silent}
  - {id: closed, touch: none}
`;

interface Case {
  readonly assets: string;
  readonly statements?: string;
  readonly table?: string;
  readonly observations?: readonly Seen[];
}

let count = 0;

function inputOf({ assets, statements, table, observations = [] }: Case) {
  const name = `plant-${++count}`;
  const file = folder.write({
    [`${name}/plant.yaml`]: `${head}systems: [{id: line, assets: [${assets}]}]
statements: [${statements === undefined ? '' : './s.yaml'}]
imports: [${table === undefined ? '' : '{file: ./t.csv, source: cmdb}'}]
`,
    ...(statements === undefined ? {} : { [`${name}/s.yaml`]: `plimsoll: 1\nstatements:\n${statements}` }),
    ...(table === undefined ? {} : { [`${name}/t.csv`]: `asset,fact,value,observedAt\n${table}` }),
  });
  const plant = load(file);
  const evidence = { observations, statements: loadStatements(plant), imports: loadFactImports(plant) };
  return assessInput(plant, 'line', { now, evidence });
}

function declinedIn(of: Case): string[] {
  return inputOf(of).system.assets.flatMap(({ id, declined }) => (declined === true ? [id] : []));
}

const refused = '{id: broker, kind: broker, zone: closed}';

function look(over: Partial<Seen>): Seen {
  return {
    system: 'line',
    asset: 'broker',
    probe: 'conf',
    collector: 'mqtt',
    observedAt: '2026-11-01T00:00:00.000Z',
    outcome: 'observed',
    facts: { 'channel.encryption': 'none' },
    unseen: {},
    basis: {},
    volatile: {},
    digest: 'sha256:1',
    ...over,
  };
}

describe('an asset is declined', () => {
  it('where its zone may not be touched or its own tier is T0, in words of the plant file', () => {
    expect(
      declinedIn({
        assets: `${refused}, {id: hmi, kind: hmi, zone: open, maxTier: T0}, {id: free, kind: broker, zone: open}`,
      }),
    ).toEqual(['broker', 'hmi']);
  });

  it('neither by a silent zone, a controller without approval, nor a safety function', () => {
    expect(
      declinedIn({
        assets: `{id: quiet, kind: broker, zone: silent}, {id: plc, kind: plc, zone: open},
          {id: sis, kind: safety, zone: closed}, {id: guard, kind: plc, zone: closed, safetyFunction: true}`,
      }),
    ).toEqual([]);
  });

  it('not by a device that does not answer or a window that is closed', () => {
    const blocked = look({ outcome: 'blocked', facts: {}, unseen: { 'channel.encryption': 'blocked' } });
    const open = '{id: broker, kind: broker, zone: open}';
    expect(declinedIn({ assets: open, observations: [blocked] })).toEqual([]);
    expect(declinedIn({ assets: refused, observations: [blocked] })).toEqual(['broker']);
  });

  it('no longer once a document was read, another system told of its state, or a stranger examined it', () => {
    expect(declinedIn({ assets: refused, observations: [look({})] })).toEqual([]);
    expect(declinedIn({ assets: refused, table: 'broker,firmware.version,2.0.18,2026-11-01\n' })).toEqual([]);
    const walk =
      '{kind: examination, method: walkdown, subject: {asset: broker}, facts: {physical.locked: true}, on: 2026-11-01';
    expect(declinedIn({ assets: refused, statements: `  - ${walk}, id: walk, by: eve}\n` })).toEqual([]);
  });

  it('still when its owner speaks for it, examines it himself, or only a list knows that it exists', () => {
    const says =
      '{id: says, kind: attestation, type: configuration, subject: {asset: broker}, facts: {logging.local.enabled: true}, by: max, on: 2026-11-01}';
    const own =
      '{id: own, kind: examination, method: walkdown, subject: {asset: broker}, facts: {physical.locked: true}, by: max, on: 2026-11-02}';
    expect(declinedIn({ assets: refused, statements: `  - ${says}\n  - ${own}\n` })).toEqual(['broker']);
    expect(declinedIn({ assets: refused, table: 'broker,asset.owner,Max,2026-11-01\n' })).toEqual(['broker']);
  });

  it('again when the last look is a year old', () => {
    expect(declinedIn({ assets: refused, observations: [look({ observedAt: '2025-11-23T10:00:00.000Z' })] })).toEqual([
      'broker',
    ]);
  });
});

describe('a practice that counts assets', () => {
  const row = { population: 'ALL', min: 0.9, good: 'firmware.supported' };
  const pack = packOf({ id: 'acc.l1.a', ...row }, { id: 'acc.l2.a', ...row }, { id: 'acc.l3.a', ...row });
  /** 20 brokers, of which the first may not be touched; another system told that the rest are supported. */
  const practice = (closed: number) => {
    const ids = Array.from({ length: 20 }, (_, index) => `b-${index + 1}`);
    const assets = ids.map((id, index) => `{id: ${id}, kind: broker, zone: ${index < closed ? 'closed' : 'open'}}`);
    const table = ids.slice(closed).map((id) => `${id},firmware.supported,true,2026-11-20\n`);
    return practiceOf(assess(pack, inputOf({ assets: assets.join(', '), table: table.join('') })), 'ACC');
  };

  it('is capped at level 2 when more than one critical asset in twenty may not be examined, and names them', () => {
    expect(practice(1)).toMatchObject({ level: 3, ceiling: 3 });
    expect(practice(2)).toMatchObject({
      level: 2,
      ceiling: 2,
      blockers: [{ gate: 'declined', level: 3, assets: ['b-1', 'b-2'] }],
    });
  });
});

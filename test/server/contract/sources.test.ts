import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { KeyType } from '../../../collectors/contract/fact.ts';
import { vocabulary } from '../../../collectors/contract/vocabulary.ts';
import { collectors } from '../../../collectors/registry.ts';
import { type StatementField, statementTypes } from '../../../server/contract/statement.ts';
import { statementsPage } from '../../../server/contract/statements-page.ts';
import { assessInput } from '../../../server/plant/assess-input.ts';
import { type Imported, loadFactImports } from '../../../server/plant/load-imports.ts';
import { loadPlant } from '../../../server/plant/load-plant.ts';
import { loadStatements } from '../../../server/plant/load-statements.ts';
import { now, plantFolder } from '../plant/plant-folder.ts';

const pages = ['README.md', 'imports.md'].map((name) =>
  readFileSync(join(import.meta.dirname, '../../../server/contract', name), 'utf8'),
);
const examples = Object.fromEntries(
  pages.flatMap((text) =>
    [...text.matchAll(/^```[a-z]+ (\S+)\n(.*?)^```$/gms)].map(([, name = '', body = '']) => [name, body]),
  ),
);
const folder = plantFolder();
folder.write({ ...examples, 'ca.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' });
const plant = loadPlant(join(folder.path, 'plant.yaml'), {
  now,
  collectors: collectors.map(({ manifest }) => manifest),
});

function imported(source: string): readonly Imported[] {
  return loadFactImports(plant, [{ file: join(folder.path, `imports/${source}.csv`), source }]);
}

/** What each example claims to say, of whom. */
const claims: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  siem: {
    'broker-1': { 'logging.remote.enabled': true, 'logging.central.lastSeenAt': '2026-11-20T05:58:11.000Z' },
    'line-3': { 'zone.register': [{ id: 'cell-3', sensorLastSeenAt: '2026-11-20T05:50:00.000Z' }] },
  },
  backup: {
    'broker-1': {
      'backup.lastSuccess': '2026-11-19T02:10:00.000Z',
      'backup.interval': 604_800,
      'backup.offline': true,
    },
    'filler-plc-1': { 'backup.project.archivedAt': '2026-10-01T22:00:00.000Z' },
    'line-3': { 'backup.jobs.total': 28, 'backup.jobs.success.count': 27 },
  },
  idp: {
    'line-3': {
      'auth.multiFactor.required': true,
      'account.admin.total': 4,
      'account.admin.personal.count': 4,
      'account.thirdParty.register': [{ id: 'u-17', party: 'remote-help', multiFactor: true }],
    },
    own: { 'leaver.total': 3, 'leaver.disabledInTime.count': 3 },
  },
  cmdb: {
    'filler-plc-1': {
      'device.serial': 'S C-X4K00123',
      'firmware.version': 'V2.9.4',
      'asset.owner': 'max@example.com',
      'device.capabilities': ['backup', 'clock', 'logging'],
    },
    'line-3': { 'inventory.reconciledAt': '2026-11-11T23:00:00.000Z' },
  },
  tickets: {
    'line-3': {
      'change.ticket.total': 41,
      'change.ticket.complete.count': 40,
      'change.log.lastEntryAt': '2026-11-18T13:20:00.000Z',
    },
    own: { 'exercise.actions.due.total': 6, 'exercise.actions.closed.count': 5 },
  },
  firewall: {
    'broker-1': { 'network.reachableFrom': ['dmz', 'supervision'], 'service.cleartext.crossing': [] },
    'line-3': {
      'exposure.listedAt': '2026-11-20T06:00:00.000Z',
      'exposure.services': [
        { id: 'help-https', assetId: 'broker-1', protocol: 'https', from: 'internet', inThreatList: true },
      ],
    },
  },
  lms: { own: { 'training.keyRoles.total': 12, 'training.keyRoles.trained.count': 11 } },
};

describe('the example of each source of imports', () => {
  it('is there once for each, and for no other', () => {
    const shown = Object.keys(examples).flatMap((name) => /^imports\/(.+)\.csv$/.exec(name)?.[1] ?? []);
    expect(shown.sort()).toEqual(Object.keys(claims).sort());
    const blocks = pages.join('\n').match(/^```csv imports\//gm);
    expect(blocks).toHaveLength(Object.keys(claims).length);
  });

  it.each(Object.entries(claims))('of %s yields the facts that it claims, as imported evidence', (source, said) => {
    const read = imported(source);
    expect(Object.fromEntries(read.map(({ about, facts }) => [about.id, facts]))).toEqual(said);
    const known = { observations: [], statements: [], imports: read };
    const { evidence } = assessInput(plant, 'line-3', { now, evidence: known });
    const own = evidence.filter((each) => each.source === `import:${source}`);
    expect(own.map(({ kind }) => kind)).toEqual(Object.keys(said).map(() => 'imported'));
  });
});

describe('the types of statement', () => {
  it('stand on their page as the vocabulary has them', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../server/contract/statements.md'), 'utf8');
    expect(page).toBe(statementsPage());
  });

  it('are at least those that documents come as', () => {
    const types = statementTypes().map(({ type }) => type);
    const wanted = ['policy', 'exercise', 'restoreTest', 'riskAcceptance', 'training', 'threatModel'];
    expect(types).toEqual(expect.arrayContaining([...wanted, 'supplierEvidence', 'changeRecord', 'contract']));
  });

  it.each(statementTypes().map(({ type, fields }) => [type, fields] as const))(
    'accept of %s each of its fields with a value of its type, and refuse one of another',
    (type, fields) => {
      const file = folder.write({
        [`typed/${type}.yaml`]: stringify({ plimsoll: 1, statements: fields.map(statement) }),
      });
      const read = loadStatements({ ...plant, statements: [file] });
      expect(read.map(({ facts }) => Object.keys(facts))).toEqual(fields.map(({ fact }) => [fact]));
      const wrong = fields.map((field, index) => ({ ...statement(field, index), facts: { [field.fact]: { no: 1 } } }));
      const bad = folder.write({ [`wrong/${type}.yaml`]: stringify({ plimsoll: 1, statements: wrong }) });
      expect(() => loadStatements({ ...plant, statements: [bad] })).toThrow(/expected/);

      function statement({ fact, subject }: StatementField, index: number) {
        const of = {
          asset: { asset: 'broker-1' },
          interface: { asset: 'broker-1' },
          system: { system: 'line-3' },
          instance: { system: 'line-3' },
        };
        return {
          ...{
            id: `${type.toLowerCase()}-${index}`,
            kind: 'attestation',
            type,
            by: 'ada@example.com',
            on: '2026-11-02',
          },
          subject: subject === 'organisation' ? { organisation: 'own' } : of[subject],
          facts: { [fact]: valueFor(fact) },
        };
      }
    },
  );
});

function valueFor(fact: StatementField['fact']): unknown {
  const definition = vocabulary[fact];
  switch (definition.type) {
    case 'enum':
      return definition.values[0];
    case 'string[]':
      return definition.values === undefined ? ['word'] : definition.values.slice(0, 1);
    case 'object[]':
      return [Object.fromEntries(Object.entries(definition.keys).map(([key, type]) => [key, plainFor(type)]))];
    default:
      return plainFor(definition.type);
  }
}

function plainFor(type: KeyType): unknown {
  if (typeof type !== 'string') return type[0];
  const values = { boolean: true, integer: 1, number: 0.5, string: 'text', timestamp: '2026-10-01', duration: 60 };
  return type === 'string[]' ? ['word'] : values[type];
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectors } from '../../../collectors/registry.ts';
import { checkCredentials } from '../../../server/contract/credentials.ts';
import { assessInput } from '../../../server/plant/assess-input.ts';
import { loadCredentialsFile } from '../../../server/plant/load-credentials.ts';
import { loadFactImports } from '../../../server/plant/load-imports.ts';
import { loadPlant } from '../../../server/plant/load-plant.ts';
import { loadStatements } from '../../../server/plant/load-statements.ts';
import { readObservations } from '../../../server/plant/observation-lines.ts';
import { now, plantFolder } from '../plant/plant-folder.ts';

const text = readFileSync(join(import.meta.dirname, '../../../server/contract/README.md'), 'utf8');
/** Fenced blocks by the file name that stands beside their language. */
const examples = Object.fromEntries(
  [...text.matchAll(/^```[a-z]+ (\S+)\n(.*?)^```$/gms)].map(([, name = '', body = '']) => [name, body]),
);

const folder = plantFolder();
folder.write({ ...examples, 'ca.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' });
const options = { now, collectors: collectors.map(({ manifest }) => manifest) };
const at = (name: string) => join(folder.path, name);

describe('the examples of the contract page', () => {
  it('are all used here', () => {
    expect(Object.keys(examples).sort()).toEqual([
      'credentials.yaml',
      'imports/siem.csv',
      'inventory.csv',
      'minimal.yaml',
      'observations.jsonl',
      'plant.yaml',
      'statements/line-3.yaml',
      'statements/policy.txt',
    ]);
  });

  it('load, from the least plant to the whole of it', () => {
    expect(loadPlant(at('minimal.yaml'), options).assets).toHaveLength(1);
    const plant = loadPlant(at('plant.yaml'), options);
    expect(plant.assets.map(({ id }) => id)).toEqual(['broker-1', 'filler-plc-1', 'gauge-7', 'shared-broker']);
    expect(checkCredentials(plant, { BROKER_PASSWORD: 'x' })).toEqual([]);
    const statements = loadStatements(plant);
    expect(new Set(statements.map(({ kind }) => kind)).size).toBe(7);
    const imports = loadFactImports(plant);
    const { seen, later } = readObservations(at('observations.jsonl'), plant, now);
    expect([seen.length, later]).toEqual([2, 0]);
    const { evidence, decisions } = assessInput(plant, 'line-3', {
      now,
      evidence: { observations: seen, statements, imports },
    });
    expect(new Set(evidence.map(({ kind }) => kind))).toEqual(
      new Set(['stated', 'observation', 'imported', 'document', 'examined']),
    );
    expect(decisions.map(({ kind }) => kind)).toEqual([
      'exception',
      'notApplicable',
      'compensation',
      'deviation',
      'emptySet',
    ]);
  });

  it('show every kind of credential', () => {
    const kinds = Object.values(loadCredentialsFile(at('credentials.yaml')).credentials).map(({ kind }) => kind);
    expect(kinds).toEqual(['password', 'certificate', 'community', 'usm', 'sshKey', 'aws']);
  });
});

/** Plant files written to a folder of their own, and collectors that know what real ones know before a packet. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { z } from 'zod';
import type { Manifest } from '../../../collectors/contract/collector.ts';
import type { CredentialKind } from '../../../collectors/contract/credential.ts';
import type { Plant, Problem } from '../../../server/contract/plant.ts';
import { BadInput } from '../../../server/contract/problem.ts';
import { loadPlant } from '../../../server/plant/load-plant.ts';
import { temporaryFolder } from '../../support/program.ts';

export const now = new Date('2026-11-23T10:00:00.000Z');

export const collectors: readonly Manifest[] = [
  manifest('mqtt', {
    defaultPort: { mqtt: 1883, mqtts: 8883 },
    schemes: ['mqtt', 'mqtts', 'ws', 'wss', 'file'],
    credentials: ['password', 'certificate'],
    tests: ['mqtt.anonymous', 'mqtt.wildcard'],
    options: z.strictObject({ foreignTopic: z.string().optional(), level: z.int().default(1) }),
  }),
  manifest('tls', { defaultPort: { tls: 443, https: 443 }, schemes: ['tls', 'https'] }),
  manifest('snmp', { defaultPort: { snmp: 161 }, schemes: ['snmp'], credentials: ['community', 'usm'] }),
];

interface Shape {
  readonly schemes: readonly string[];
  readonly defaultPort: Readonly<Record<string, number>>;
  readonly credentials?: readonly CredentialKind[];
  readonly tests?: readonly string[];
  readonly options?: z.ZodType;
}

function manifest(id: string, shape: Shape): Manifest {
  return {
    title: id,
    version: '1.0.0',
    deadlineMs: 1000,
    credentials: [],
    tests: [],
    options: z.strictObject({}),
    ...shape,
    id,
    facts: () => ({}),
    requests: () => [],
  };
}

export interface PlantFolder {
  readonly path: string;
  /** Writes files by their names and returns the absolute path of the first. */
  write(files: Readonly<Record<string, string>>): string;
}

export function plantFolder(): PlantFolder {
  const { path, remove } = temporaryFolder('plant');
  afterAll(remove);
  return {
    path,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), text);
      }
      return join(path, Object.keys(files)[0] ?? '');
    },
  };
}

export function load(file: string): Plant {
  return loadPlant(file, { now, collectors });
}

/** What a loader refuses with; an empty list when it does not. */
export function problemsOf(act: () => unknown): readonly Problem[] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof BadInput) return error.problems;
    throw error;
  }
}

/** `line path: expected, found (hint)`, short enough for tables. */
export function told(problems: readonly Problem[]): string[] {
  return problems.map(
    ({ line, path, expected, found, hint }) =>
      `${line} ${path}: ${expected}, found ${found}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

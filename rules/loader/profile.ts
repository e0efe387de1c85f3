/** Reads the profiles: one folder each, `profile.yaml` for the targets beside the rows of an overlay. */
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type PracticeCode, practiceCodes, roles, scopes } from '../engine/model.ts';
import type { Profile } from '../engine/profile.ts';
import { inOrder, namesIn, readOne } from './content.ts';
import { BadPack, type Problem } from './problem.ts';
import { at } from './yaml.ts';

const words = z.string().min(1, 'a text').max(2000, 'at most 2000 characters');

const targetSchema = z.strictObject({
  level: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  scope: z.enum(scopes).default('general'),
  /** Why this much and not more: a target without a reason cannot be argued with. */
  reason: words,
});

const profileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'an id of small letters, digits and hyphens'),
  title: words,
  status: z.enum(['published', 'ours']),
  notice: words,
  role: z.enum(roles).default('owner'),
  appliesTo: words,
  targets: z.record(z.enum(practiceCodes as [PracticeCode, ...PracticeCode[]]), targetSchema),
});

/**
 * @param folder the folder of profiles; each folder in it is one profile of that name.
 * @throws {BadPack} with every problem of every profile. Their rows are checked when the pack is loaded with them.
 */
export function loadProfiles(folder: string): readonly Profile[] {
  const problems: Problem[] = [];
  const profiles = namesIn(folder, problems)
    .filter((name) => !name.includes('.'))
    .flatMap((name) => readProfile(join(folder, name), problems) ?? []);
  if (problems.length > 0) throw new BadPack(inOrder(problems));
  return profiles;
}

function readProfile(overlay: string, problems: Problem[]): Profile | undefined {
  const content = readOne(join(overlay, 'profile.yaml'), profileSchema, problems);
  if (content === undefined) return undefined;
  const { file, value } = content;
  if (value.id !== basename(overlay)) {
    problems.push({ ...at(file, ['id']), expected: `the name of its folder, ${basename(overlay)}`, found: value.id });
  }
  return { ...value, overlay };
}

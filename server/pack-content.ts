/** A rule pack as it is recorded: rows, lists and words as data, so that a result can be made again with it later. */
import { z } from 'zod';
import { canonicalJson } from '../collectors/evidence/canonical.ts';
import { compileRow } from '../rules/engine/compile-row.ts';
import { practiceCodes, scopes } from '../rules/engine/model.ts';
import type { Pack, Row } from '../rules/engine/pack.ts';
import type { Profile } from '../rules/engine/profile.ts';
import { packSchema, rowSchema } from '../rules/loader/schema.ts';

/** What of a profile decides a result: targets that a system may start from. */
export type ProfileTargets = Pick<Profile, 'title' | 'targets'>;

export interface RecordedPack {
  readonly pack: Pack;
  /** Absent without a profile, and in what was recorded before profiles were. */
  readonly profile?: ProfileTargets;
}

/** Rules and their words as data: what a result was made with. */
export function packBody(pack: Pack, profile?: ProfileTargets): string {
  const rows = pack.rows.map(
    ({ conditions: _, reads: __, facts: ___, counts: ____, bans: _____, after: ______, ...source }) => source,
  );
  const { id, version, hash, lists, title } = pack;
  const whole = {
    ...{ id, version, hash, lists, rows, title },
    ...(profile === undefined ? {} : { profile: { title: profile.title, targets: profile.targets } }),
  };
  return canonicalJson(JSON.parse(JSON.stringify(whole)));
}

const targetSchema = z.object({
  level: z.literal([0, 1, 2, 3, 4]),
  scope: z.enum(scopes),
  reason: z.string(),
});
const recordedRowSchema = rowSchema.omit({ cases: true }).extend({
  digest: z.string(),
  scope: z.enum(scopes),
  author: z.string().optional(),
  covered: z.boolean(),
});
const bodySchema = z.object({
  id: z.string(),
  version: z.string(),
  hash: z.string(),
  title: z.string().default(''),
  lists: packSchema.shape.lists,
  rows: z.array(recordedRowSchema),
  profile: z.object({ title: z.string(), targets: z.record(z.enum(practiceCodes), targetSchema) }).optional(),
});

const idsSchema = z.object({ rows: z.array(z.object({ id: z.string() })) });

/** Ids of the rows of a recorded pack, which statements may name. @throws when the content is no pack. */
export function rowIdsIn(body: Uint8Array): string[] {
  return idsSchema.parse(jsonOf(body)).rows.map(({ id }) => id);
}

/** The pack again, ready to judge. @throws when the content is no pack, or one whose rows this release cannot read. */
export function packFrom(body: Uint8Array): RecordedPack {
  const { rows: sources, profile, ...head } = bodyOf(body);
  const lists = new Set(Object.keys(head.lists));
  const rows = sources.map(({ digest, scope, author, covered: _, ...source }): Row => {
    const { row, faults } = compileRow(source, { digest, scope, author, lists });
    if (row !== undefined) return row;
    const told = faults.map(({ key, expected, found }) => `${key}: expected ${expected}, found ${found}`);
    throw new Error(`${source.id}: ${told.join('; ')}`);
  });
  const pack: Pack = { ...head, rows, byId: new Map(rows.map((row) => [row.id, row])) };
  return { pack, ...(profile === undefined ? {} : { profile }) };
}

function bodyOf(body: Uint8Array): z.infer<typeof bodySchema> {
  return bodySchema.parse(jsonOf(body));
}

function jsonOf(body: Uint8Array): unknown {
  return JSON.parse(Buffer.from(body).toString('utf8'));
}

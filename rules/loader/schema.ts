/** The files of a pack, strictly: an unknown key is an error. */
import { z } from 'zod';
import { practiceCodes, roles } from '../engine/model.ts';

const idShape = /^[a-z]{3}\.l[1-4]\.[a-z0-9]+(?:-[a-z0-9]+)*$/;
const rowId = z.string().regex(idShape, 'an id such as acc.l2.no-anonymous');
const text = z.string().min(1, 'a text').max(2000, 'at most 2000 characters');
const condition = z.string().min(1, 'a condition').max(4000, 'at most 4000 characters');
const words = z.array(text).max(100, 'at most 100');

export const effortSchema = z.enum(['S', 'M', 'L', 'XL']);

export const rowSchema = z.strictObject({
  id: rowId,
  practice: z.enum(practiceCodes as [(typeof practiceCodes)[number], ...(typeof practiceCodes)[number][]]),
  level: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  core: z.boolean(),
  role: z.enum([...roles, 'all']).default('all'),
  method: z.enum(['automated', 'hybrid', 'attested']),
  self: z.boolean().default(false),
  population: z.string().min(1, 'a population').max(400, 'at most 400 characters').optional(),
  min: z.number().gt(0, 'a share above 0').lte(1, 'a share up to 1').optional(),
  maxBad: z.int().nonnegative('0 or more').optional(),
  needs: z.array(rowId).max(20).default([]),
  freshnessDays: z.number().positive('more than 0 days').max(3650).optional(),
  question: text,
  good: condition.optional(),
  bad: condition.optional(),
  noBad: condition.optional(),
  noBadWhere: condition.optional(),
  noUnseen: condition.optional(),
  also: condition.optional(),
  met: condition.optional(),
  notApplicable: condition.optional(),
  memberNotApplicable: condition.optional(),
  parameters: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a name such as maxAgeDays'), z.number()).default({}),
  paths: words.min(1, 'at least one path'),
  minutes: z.number().nonnegative('0 or more'),
  packets: z.number().nonnegative('0 or more'),
  effort: effortSchema,
  sharedWith: z.array(rowId).max(20).default([]),
  why: text,
  fix: text.optional(),
  references: words.default([]),
  cases: z.array(z.unknown()).max(200, 'at most 200 cases').default([]),
});
export type RowFile = z.infer<typeof rowSchema>;

/** A file of an overlay that changes a row of the pack below it, in the strict direction only. */
export const tightenSchema = z.strictObject({
  tighten: rowId,
  min: z.number().gt(0).lte(1).optional(),
  maxBad: z.int().nonnegative().optional(),
  freshnessDays: z.number().positive().optional(),
  core: z.literal(true).optional(),
  why: text,
});

const list = z.array(z.string().min(1).max(200)).max(2000, 'at most 2000 words');

export const packSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'an id of small letters, digits and hyphens'),
  version: z.string().regex(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/, 'a semantic version in quotes, such as "1.0.0"'),
  title: text,
  notice: z.string().max(4000).optional(),
  /** An overlay says for whom it is and who answers for it. */
  scope: z.enum(['industry', 'system']).optional(),
  author: text.optional(),
  lists: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a name such as weakCiphers'), list).default({}),
});
export type PackFile = z.infer<typeof packSchema>;

/** Assessment results as the API and `--json` print them. Mirrors `rules/engine/result.ts`; a test holds them equal. */
import { z } from 'zod';
import { basisSchema, unseenReasonSchema } from '../../collectors/contract/observation.ts';

export const levelSchema = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export const scopeSchema = z.enum(['general', 'industry', 'system']);
export const statusSchema = z.enum(['met', 'notMet', 'unknown', 'notApplicable']);
export const unknownReasonSchema = z.enum([
  'conflict',
  'guard',
  'restsOn',
  'emptyPopulation',
  'stale',
  'notSeen',
  'neverAsked',
  'notCovered',
]);
export const evidenceWordSchema = z.enum(['measured', 'imported', 'examined', 'document', 'stated']);
export const effortSchema = z.enum(['S', 'M', 'L', 'XL']);
export const methodSchema = z.enum(['automated', 'hybrid', 'attested']);
export const characteristicSchema = z.enum(['safety', 'reliability', 'resilience', 'privacy']);
export const verdictSchema = z.enum(['good', 'bad', 'unseen', 'excepted', 'notApplicable']);

export const indicatorResultSchema = z.object({
  id: z.string(),
  level: levelSchema,
  core: z.boolean(),
  method: methodSchema,
  status: statusSchema,
  reason: unknownReasonSchema.optional(),
  evidence: evidenceWordSchema.optional(),
  good: z.int().optional(),
  bad: z.int().optional(),
  unseen: z.int().optional(),
  excepted: z.int().optional(),
  of: z.int().optional(),
  wouldDecide: z.int().optional(),
  oldestAt: z.string().optional(),
  changesOn: z.string().optional(),
  compensatedBy: z.string().optional(),
});

export const fitSchema = z.enum(['above', 'at', 'below', 'unknown']);

export const blockerSchema = z.union([
  z.object({
    indicator: z.string(),
    level: levelSchema,
    status: z.enum(['notMet', 'unknown']),
    reason: unknownReasonSchema.optional(),
    assets: z.array(z.string()),
    effort: effortSchema,
  }),
  z.object({
    gate: z.enum(['examined', 'operating', 'declined']),
    level: levelSchema,
    assets: z.array(z.string()).optional(),
  }),
]);

export const practiceResultSchema = z.object({
  practice: z.string(),
  level: levelSchema.nullable(),
  ceiling: levelSchema,
  assessedTo: levelSchema,
  technicalLevel: levelSchema.nullable(),
  scope: scopeSchema,
  target: z.object({ level: levelSchema, scope: scopeSchema, reason: z.string().optional() }).optional(),
  fit: fitSchema,
  coverage: z.number(),
  confidence: z.object({ grade: z.enum(['high', 'fair', 'low']), value: z.number(), weakest: z.string().optional() }),
  blockers: z.array(blockerSchema),
  next: z
    .object({
      level: levelSchema,
      met: z.int(),
      notMet: z.int(),
      unknown: z.int(),
      neverAsked: z.int(),
      minutes: z.number(),
      packets: z.number(),
    })
    .optional(),
  dropsOn: z.string().optional(),
  dropsTo: levelSchema.nullable().optional(),
  lapsedSince: z.string().optional(),
  strictLevel: levelSchema.nullable().optional(),
  indicators: z.array(indicatorResultSchema),
});

export const factReadSchema = z.object({
  fact: z.string(),
  key: z.string().optional(),
  value: z.unknown().optional(),
  unseen: z.union([unseenReasonSchema, z.enum(['stale', 'conflict', 'neverAsked'])]).optional(),
  source: z.string().optional(),
  channel: z.string().optional(),
  evidence: evidenceWordSchema.optional(),
  basis: basisSchema.optional(),
  observedAt: z.string().optional(),
  /** First instant at which it no longer counts as it stands, if nobody looks again. */
  until: z.string().optional(),
  ref: z.string().optional(),
});

export const traceSchema = z.object({
  result: indicatorResultSchema,
  practice: z.string(),
  parameters: z.record(z.string(), z.number()),
  members: z.array(
    z.object({
      member: z.string(),
      verdict: verdictSchema,
      reason: unknownReasonSchema.optional(),
      reads: z.array(factReadSchema),
      decision: z.string().optional(),
    }),
  ),
  also: z.array(factReadSchema),
  needs: z.array(z.object({ id: z.string(), status: statusSchema })),
});

export type Characteristic = z.infer<typeof characteristicSchema>;
export type Level = z.infer<typeof levelSchema>;
export type IndicatorResult = z.infer<typeof indicatorResultSchema>;
export type PracticeResult = z.infer<typeof practiceResultSchema>;
export type Blocker = z.infer<typeof blockerSchema>;
export type FactRead = z.infer<typeof factReadSchema>;
export type Trace = z.infer<typeof traceSchema>;

/** What it takes to raise a practice. Mirrors `rules/advice/raise.ts`; a test holds them equal. */
import { z } from 'zod';
import {
  effortSchema,
  evidenceWordSchema,
  levelSchema,
  scopeSchema,
  statusSchema,
  unknownReasonSchema,
} from './assessment.ts';

export const costSchema = z.object({
  /** Person days for what is known to be missing, and the same if all that is unknown is missing too. */
  days: z.number(),
  daysAtMost: z.number(),
  /** Minutes of people for asking, looking and examining. */
  minutes: z.number(),
  /** Requests on the plant's network. */
  packets: z.number(),
});

export const gateSchema = z.enum(['examined', 'operating', 'declined']);

export const stepSchema = z.object({
  row: z.string(),
  practice: z.string(),
  level: levelSchema,
  core: z.boolean(),
  /** fix: known to be missing; look: a probe or an import shows it; ask: a person says it; examine: an auditor sees it. */
  kind: z.enum(['fix', 'look', 'ask', 'examine']),
  /** `mqtt`, `import:siem`, `statement:policy`, `examine` */
  path: z.string(),
  evidence: evidenceWordSchema,
  status: statusSchema,
  reason: unknownReasonSchema.optional(),
  becomes: z.enum(['met', 'notApplicable']),
  because: z.enum(['core', 'needed', 'scope', ...gateSchema.options]),
  effort: effortSchema,
  cost: costSchema,
  members: z.array(z.string()),
  /** Rows of the same set that come first. */
  after: z.array(z.string()),
  lastsDays: z.number().optional(),
});

export const obstacleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('emptyLevel'), level: levelSchema }),
  z.object({ kind: z.literal('restsOn'), row: z.string(), needs: z.array(z.string()) }),
  z.object({ kind: z.literal('notCovered'), row: z.string(), level: levelSchema }),
  z.object({ kind: z.literal('gate'), gate: z.enum(['scope', ...gateSchema.options]), level: levelSchema }),
]);

export const raiseSchema = z.object({
  practice: z.string(),
  from: levelSchema.nullable(),
  /** Absent: no target, or nothing above level 4. */
  to: z.object({ level: levelSchema, scope: scopeSchema }).optional(),
  reached: z.boolean(),
  /** At most three, cheapest first. */
  sets: z.array(
    z.object({
      steps: z.array(stepSchema),
      cost: costSchema,
      reaches: levelSchema,
      alsoRaises: z.array(z.object({ practice: z.string(), from: levelSchema.nullable(), to: levelSchema })),
      /** When evidence of today lapses and the new level falls again, and the row that it is about. */
      holdsUntil: z.string().optional(),
      firstToLapse: z.string().optional(),
    }),
  ),
  more: z.boolean(),
  obstacles: z.array(obstacleSchema),
});

/** `GET /systems/{system}/practices/{code}/raise?to=next|target&asOf=` */
export const raisePageSchema = z.object({
  /** The assessment that it starts from; absent before the first one. */
  assessment: z.string().optional(),
  at: z.string(),
  raise: raiseSchema,
  /** Question and fix of every row that a step names. */
  rows: z.record(z.string(), z.object({ question: z.string(), fix: z.string().optional() })),
  /** Names of the assets that steps name. */
  assets: z.record(z.string(), z.string()),
});

export type Raise = z.infer<typeof raiseSchema>;
export type RaiseStep = z.infer<typeof stepSchema>;
export type RaisePage = z.infer<typeof raisePageSchema>;

/** What it takes to raise a practice, and what to spend where. Mirrors `rules/advice`; a test holds them equal. */
import { z } from 'zod';
import {
  effortSchema,
  evidenceWordSchema,
  fitSchema,
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

const daysSchema = z.number().nonnegative();

/** Person days by effort class, and which of them the plant file states. */
export const costsSchema = z.object({
  days: z.object({ S: daysSchema, M: daysSchema, L: daysSchema, XL: daysSchema }),
  stated: z.array(effortSchema),
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
  /** Who answers for an asset that a step names, where the plant file says so. */
  owners: z.record(z.string(), z.string()),
  costs: costsSchema,
});

/** More steps than any way to a level has; an assessment takes each of them into account. */
export const mostTicked = 100;

/** `POST /systems/{system}/what-if?asOf=`: an answer and nothing else; nothing is stored. */
export const newWhatIfSchema = z.strictObject({
  steps: z
    .array(
      z.strictObject({
        row: z.string().min(1).max(100),
        becomes: stepSchema.shape.becomes.optional(),
        /** What the row then rests on, as the step says; default: the strongest that its paths give. */
        evidence: evidenceWordSchema.optional(),
      }),
    )
    .min(1)
    .max(mostTicked),
});

export const standingSchema = z.object({
  level: levelSchema.nullable(),
  ceiling: levelSchema,
  assessedTo: levelSchema,
  fit: fitSchema,
});

export const whatIfPageSchema = z.object({
  /** The assessment that it starts from; absent before the first one. */
  assessment: z.string().optional(),
  at: z.string(),
  /** Those that have a ticked row or in which anything changes, in the model's order. */
  practices: z.array(
    z.object({
      practice: z.string(),
      from: standingSchema,
      to: standingSchema,
      /** Rows whose status is another one, the ticked ones among them. */
      rows: z.array(z.object({ row: z.string(), from: statusSchema.optional(), to: statusSchema.optional() })),
      /** What then still keeps it from the level above; absent at level 4. */
      next: z.object({ level: levelSchema, notMet: z.int(), unknown: z.int() }).optional(),
      gates: z.array(gateSchema),
    }),
  ),
  /** Ticked rows that count for nothing, because what they rest on is still open. */
  unfounded: z.array(z.object({ row: z.string(), needs: z.array(z.string()) })),
  /** Questions of the rows that `unfounded` names. */
  rows: z.record(z.string(), z.string()),
});

export const pointSchema = z.object({
  /** Person days so far. */
  budget: z.number(),
  minutes: z.number(),
  practice: z.string(),
  level: levelSchema,
  steps: z.array(stepSchema),
  cost: costSchema,
  reached: z.array(z.string()),
});

const curveSchema = z.object({
  points: z.array(pointSchema),
  /** Targets that no money reaches, and why. */
  unreachable: z.array(z.object({ practice: z.string(), obstacles: z.array(obstacleSchema) })),
});

/** `GET /systems/{system}/plan?asOf=` */
export const planPageSchema = z.object({
  assessment: z.string().optional(),
  at: z.string(),
  costs: costsSchema,
  targets: z.int(),
  /** Reached without spending anything. */
  reached: z.array(z.string()),
  curves: z.object({
    /** What nobody has looked at turns out to be missing: the dearest case. */
    missing: curveSchema,
    /** It turns out to be there: only what is known to be missing costs anything. */
    holds: curveSchema,
  }),
  doNotSpend: z.array(
    z.object({
      practice: z.string(),
      level: levelSchema.nullable(),
      target: levelSchema.optional(),
      why: z.enum(['met', 'noTarget', 'overSpend']),
    }),
  ),
  clashes: z.array(
    z.object({
      practice: z.string(),
      level: levelSchema,
      restsOn: z.string(),
      in: z.string(),
      rowLevel: levelSchema,
      itsTarget: levelSchema.optional(),
    }),
  ),
  /** Question of every row that the page names. */
  rows: z.record(z.string(), z.string()),
  /** Names of the practices by code. */
  practices: z.record(z.string(), z.string()),
  assets: z.record(z.string(), z.string()),
});

export type Raise = z.infer<typeof raiseSchema>;
export type RaiseStep = z.infer<typeof stepSchema>;
export type Obstacle = z.infer<typeof obstacleSchema>;
export type Costs = z.infer<typeof costsSchema>;
export type NewWhatIf = z.infer<typeof newWhatIfSchema>;
export type WhatIfPage = z.infer<typeof whatIfPageSchema>;
export type PlanPage = z.infer<typeof planPageSchema>;
export type PlanPoint = z.infer<typeof pointSchema>;
export type RaisePage = z.infer<typeof raisePageSchema>;

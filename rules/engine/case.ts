/** The cases that travel with rows: plain data, checked strictly. `run-case.ts` turns them into assessments. */
import { z } from 'zod';
import { unseenReasons } from '../../collectors/contract/collector.ts';
import { isFactName } from '../../collectors/contract/vocabulary.ts';
import { statuses } from './result.ts';

const status = z.enum(statuses);

const facts = z.record(z.string(), z.unknown());
/** What was looked for in vain, and why. */
const missed = z.enum(unseenReasons);
const fact = z.string().refine((name): boolean => isFactName(name), 'a fact of the vocabulary');
const kinds = z.enum(['observation', 'imported', 'examined', 'document', 'stated']);

const decisionSchema = z.strictObject({
  id: z.string().optional(),
  kind: z.enum(['notApplicable', 'exception', 'compensation', 'deviation', 'emptySet']),
  indicator: z.string().optional(),
  fact: z.string().optional(),
  members: z.array(z.string()).optional(),
  set: z.string().optional(),
  reason: z.string().default('decided'),
  approver: z.string().optional(),
  boundTo: z.string().optional(),
  parameter: z.string().optional(),
  value: z.number().optional(),
  by: z.string().default('owner@example.com'),
  /** Days before `now`, and days until it ends. */
  agedDays: z.number().default(1),
  forDays: z.number().default(60),
});
export type CaseDecision = z.infer<typeof decisionSchema>;

export const memberSchema = z.strictObject({
  id: z.string().optional(),
  /** So many members alike. */
  times: z.int().positive().max(1000).default(1),
  name: z.string().optional(),
  kind: z.string().optional(),
  criticality: z.enum(['low', 'normal', 'critical']).optional(),
  exposed: z.union([z.boolean(), z.literal('unknown')]).optional(),
  zone: z.string().optional(),
  type: z.string().optional(),
  vendor: z.string().optional(),
  model: z.string().optional(),
  state: z.enum(['active', 'gone', 'retired']).optional(),
  declined: z.boolean().optional(),
  capabilities: z.array(z.string()).optional(),
  protocols: z.array(z.string()).optional(),
  safetyFunction: z.boolean().optional(),
  relation: z.array(z.string()).optional(),
  facts: facts.default({}),
  /** Fact to reason; for an element of a register every key that is not among `facts` is unseen anyway. */
  unseen: z.record(z.string(), missed).default({}),
  ageDays: z.number().nonnegative().default(0),
  evidence: kinds.optional(),
  source: z.string().optional(),
  by: z.string().optional(),
  validForDays: z.number().optional(),
});
export type CaseMember = z.infer<typeof memberSchema>;

const zoneSchema = z.strictObject({ id: z.string(), type: z.string().optional() });

const forcedSchema = z.union([
  status,
  z.strictObject({
    status: status,
    evidence: z.enum(['measured', 'imported', 'examined', 'document', 'stated']).optional(),
  }),
]);

const expectedRow = z.strictObject({
  status: status.optional(),
  reason: z.string().optional(),
  evidence: z.string().optional(),
  good: z.int().optional(),
  bad: z.int().optional(),
  unseen: z.int().optional(),
  excepted: z.int().optional(),
  of: z.int().optional(),
  wouldDecide: z.int().optional(),
});

export const rowCaseSchema = z.strictObject({
  name: z.string().min(8, 'a sentence'),
  now: z.string().optional(),
  members: z.array(memberSchema).default([]),
  zones: z.array(zoneSchema).default([]),
  system: facts.default({}),
  organisation: facts.default({}),
  /** Facts of the system and the organisation that were looked for in vain. */
  unseen: z.record(fact, missed).default({}),
  ageDays: z.number().nonnegative().default(0),
  evidence: kinds.default('stated'),
  needs: z.record(z.string(), forcedSchema).default({}),
  decisions: z.array(decisionSchema).default([]),
  expect: expectedRow,
});
export type RowCase = z.infer<typeof rowCaseSchema>;

/** One more piece of evidence, about anything. */
const readingSchema = z.strictObject({
  about: z.union([z.literal('system'), z.literal('organisation'), z.string()]),
  facts: facts.default({}),
  unseen: z.record(fact, missed).default({}),
  ageDays: z.number().nonnegative().default(0),
  evidence: kinds.default('stated'),
  source: z.string().optional(),
  channel: z.string().optional(),
  by: z.string().optional(),
  validForDays: z.number().optional(),
});
export type CaseReading = z.infer<typeof readingSchema>;

/** A whole system: files of the folder `cases`. */
export const systemCaseSchema = z.strictObject({
  name: z.string().min(8, 'a sentence'),
  now: z.string().optional(),
  role: z.enum(['owner', 'supplier', 'serviceProvider']).default('owner'),
  assets: z.array(memberSchema).default([]),
  organisations: z.array(memberSchema).default([]),
  zones: z.array(zoneSchema).default([]),
  targets: z.record(z.string(), z.int().min(0).max(4)).default({}),
  system: facts.default({}),
  organisation: facts.default({}),
  ageDays: z.number().nonnegative().default(0),
  evidence: kinds.default('stated'),
  readings: z.array(readingSchema).default([]),
  decisions: z.array(decisionSchema).default([]),
  /** Rows taken as given, so that a case can be about the rest. */
  rows: z.record(z.string(), forcedSchema).default({}),
  expect: z.strictObject({
    /** Any keys of a practice's result; a list of blockers may be the ids of its rows. */
    practices: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
    indicators: z.record(z.string(), expectedRow).default({}),
  }),
});
export type SystemCase = z.infer<typeof systemCaseSchema>;

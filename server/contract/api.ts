/**
 * The HTTP API under `/api/v1`. Lists are `{items, next}` with a cursor; problems are RFC 9457; live progress comes as
 * server-sent events. The dashboard imports the types of this file and nothing else of ours.
 *
 *   GET  /systems                                      SystemSummary[]
 *   GET  /systems/{system}                             SystemSummary
 *   GET  /systems/{system}/overview?asOf=              Overview
 *   GET  /systems/{system}/practices?asOf=             PracticeResult[]
 *   GET  /systems/{system}/practices/{code}?asOf=      PracticePage
 *   GET  /systems/{system}/practices/{code}/explain?asOf=  text/plain: why this level and not the next, down to the readings
 *   GET  /systems/{system}/practices/{code}/raise?to=  RaisePage (advice.ts): what it takes to reach next or target
 *   POST /systems/{system}/what-if?asOf=               WhatIfPage <- NewWhatIf (advice.ts): computed, never stored
 *   GET  /systems/{system}/plan?asOf=                  PlanPage (advice.ts): from person days to targets reached
 *   GET  /systems/{system}/indicators/{id}?asOf=       IndicatorPage
 *   GET  /systems/{system}/questions?limit=&passed=    NextQuestion[] (questions.ts): what to ask people next, best first
 *   POST /systems/{system}/decisions                   PracticeDecision <- NewDecision
 *   GET  /systems/{system}/incidents?asOf=             IncidentPage[]: known incidents, replayed on what is known
 *   GET  /practices/{code}/guide                       GuidePage: what each level asks, in our words
 *   GET  /practices/{code}/crosswalk                   CrosswalkEntry[]: ids of other frameworks
 *   GET  /systems/{system}/assets                      AssetSummary[]
 *   GET  /systems/{system}/scans                       ScanSummary[], newest first
 *   POST /systems/{system}/scans                       202 ScanSummary (409 while one runs or all probes are stopped)
 *   GET  /scans/{scan}                                 ScanPage
 *   GET  /scans/{scan}/events                          server-sent ScanEvent
 *   POST /scans/{scan}/stop                            ScanPage
 *   GET  /observations/{digest}                        EvidencePage
 *   GET  /events                                       server-sent LiveEvent, for every open page
 *   GET  /stop, POST /stop, DELETE /stop               StopState: all probes stopped, or running again
 *   GET  /demo, POST /demo/{flaw}/break|mend           DemoFlaw[] (only while the demo plant runs)
 */
import { z } from 'zod';
import {
  basisSchema,
  ledgerSchema,
  outcomeSchema,
  safetyEventSchema,
  tierSchema,
  transcriptLineSchema,
  unseenReasonSchema,
} from '../../collectors/contract/observation.ts';
import {
  characteristicSchema,
  effortSchema,
  type indicatorResultSchema,
  levelSchema,
  methodSchema,
  practiceResultSchema,
  statusSchema,
  traceSchema,
} from './assessment.ts';
import { steps } from './scanner.ts';

const instant = z.string().describe('RFC 3339, UTC');

export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  /** One entry per thing wrong with the input. */
  errors: z
    .array(z.object({ file: z.string(), line: z.int(), path: z.string(), expected: z.string(), found: z.string() }))
    .optional(),
});

export const scanStateSchema = z.enum(['waiting', 'running', 'finished', 'stopped', 'interrupted', 'skipped']);

export const scanSummarySchema = z.object({
  id: z.string(),
  system: z.string(),
  state: scanStateSchema,
  /** `schedule`, or who asked. */
  askedBy: z.string(),
  startedAt: instant.optional(),
  finishedAt: instant.optional(),
  /** Probes planned; `outcomes` counts those that ended. */
  probes: z.int(),
  outcomes: z.partialRecord(outcomeSchema, z.int()),
  manifestRoots: z.array(z.string()),
  /** Why it was skipped, stopped or interrupted. */
  reason: z.string().optional(),
});

export const systemSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  site: z.object({ id: z.string(), name: z.string(), timeZone: z.string() }),
  role: z.enum(['owner', 'supplier', 'serviceProvider']),
  profile: z.string().optional(),
  owners: z.object({ business: z.string().optional(), technical: z.string().optional() }),
  assets: z.int(),
  zones: z.int(),
  lastScan: scanSummarySchema.optional(),
  runningScan: scanSummarySchema.optional(),
  nextScanAt: instant.optional(),
  /** Practices by fit; never a sum of levels. */
  fits: z.object({ below: z.int(), at: z.int(), above: z.int(), unknown: z.int(), none: z.int() }),
  /** No scan within twice its schedule. */
  silentSince: instant.optional(),
});

export const waitsForSchema = z.enum(['confirm', 'attest', 'evidence']);

export const overviewRowSchema = z.object({
  practice: z.string(),
  name: z.string(),
  domain: z.string(),
  subDomain: z.string(),
  /** Without its indicators: those are on the practice page. */
  result: practiceResultSchema.omit({ indicators: true }),
  /** Nothing was ever looked at. */
  neverAssessed: z.boolean(),
  confirmed: levelSchema.nullable().optional(),
  /** Steps of the last 90 days, oldest first; null: not established. */
  trend: z.array(z.object({ at: instant, level: levelSchema.nullable() })),
  /** Against the assessment of the scan before. */
  change: z
    .object({
      kind: z.enum(['fell', 'rose', 'range', 'facts', 'scope', 'pack']),
      from: levelSchema.nullable().optional(),
      /** For `facts`: how many changed while the level stayed. */
      facts: z.int().optional(),
      /** One sentence: the row and asset behind it. */
      because: z.string().optional(),
    })
    .optional(),
  waitsFor: waitsForSchema.optional(),
  /** Its rows that bear on another side of trustworthiness too, by status; a side without rows is absent. */
  sides: z.partialRecord(characteristicSchema, z.record(statusSchema, z.int())),
});

export const overviewSchema = z.object({
  system: systemSummarySchema,
  /** Absent: never assessed. */
  assessment: z.object({ id: z.string(), hash: z.string(), at: instant, pack: z.string() }).optional(),
  asOf: instant.optional(),
  rows: z.array(overviewRowSchema),
});

const decisionKindSchema = z.enum(['confirm', 'lower', 'override']);

export const newDecisionSchema = z.strictObject({
  practice: z.string(),
  kind: decisionKindSchema,
  level: levelSchema.nullable(),
  /** Assessment on which it is made; another one since then answers 409. */
  assessment: z.string(),
  by: z.string().min(1),
  reason: z.string().optional(),
  evidence: z.string().optional(),
  until: instant.optional(),
  comment: z.string().optional(),
});

export const practiceDecisionSchema = newDecisionSchema.extend({
  id: z.string(),
  at: instant,
  /** False until sign-in exists: the name is claimed. */
  signed: z.boolean(),
});

/** What the rule pack says of an indicator, in words. */
export const indicatorTextSchema = z.object({
  id: z.string(),
  practice: z.string(),
  level: levelSchema,
  core: z.boolean(),
  method: methodSchema,
  self: z.boolean(),
  question: z.string(),
  why: z.string(),
  fix: z.string().optional(),
  population: z.string().optional(),
  min: z.number().optional(),
  maxBad: z.int().optional(),
  facts: z.array(z.string()),
  paths: z.array(z.string()),
  minutes: z.number(),
  packets: z.number(),
  effort: effortSchema,
  references: z.array(z.string()),
  /** Sides of trustworthiness that the row serves beside security; they carry no level. */
  serves: z.array(characteristicSchema),
});

export const practicePageSchema = z.object({
  system: z.object({ id: z.string(), name: z.string() }),
  practice: z.object({
    code: z.string(),
    name: z.string(),
    domain: z.string(),
    subDomain: z.string(),
    previous: z.string().optional(),
    next: z.string().optional(),
  }),
  result: practiceResultSchema,
  neverAssessed: z.boolean(),
  /** The same practice in the assessment of the scan before. */
  before: practiceResultSchema.omit({ indicators: true }).optional(),
  assessment: z.object({ id: z.string(), hash: z.string(), at: instant, pack: z.string() }).optional(),
  asOf: instant.optional(),
  confirmed: practiceDecisionSchema.optional(),
  decisions: z.array(practiceDecisionSchema),
  /** Levels over time, oldest first. */
  history: z.array(z.object({ at: instant, level: levelSchema.nullable(), ceiling: levelSchema, pack: z.string() })),
  indicators: z.array(indicatorTextSchema),
  /** Names of the assets that the page mentions, by id. */
  assets: z.record(z.string(), z.string()),
});

export const indicatorPageSchema = z.object({
  text: indicatorTextSchema,
  trace: traceSchema,
  assets: z.record(z.string(), z.string()),
});

/** What each level of a practice asks, in our own words. */
export const guidePageSchema = z.object({
  practice: z.string(),
  purpose: z.string(),
  levels: z.array(
    z.object({
      level: levelSchema,
      name: z.string(),
      objective: z.string(),
      do: z.array(z.string()),
      indicators: z.array(z.object({ text: z.string(), rows: z.array(z.string()) })),
      /** Invented to make a level plain; never a report about a real plant. */
      example: z.object({ vertical: z.string(), text: z.string() }).optional(),
    }),
  ),
});

export const crosswalkEntrySchema = z.object({
  framework: z.string(),
  title: z.string(),
  edition: z.string(),
  id: z.string(),
  level: levelSchema.optional(),
  /** Found in a published mapping, or our own assignment. */
  status: z.enum(['published', 'ours']),
  note: z.string().optional(),
});

export const incidentPageSchema = z.object({
  id: z.string(),
  title: z.string(),
  when: z.string(),
  mark: z.enum(['reported', 'recalled', 'uncertain', 'disputed']),
  sources: z.array(z.string()),
  /** broken: a step surely fails on what is known; open: every step works; unknown: neither can be said. */
  verdict: z.enum(['broken', 'open', 'unknown']),
  steps: z.array(
    z.object({
      id: z.string(),
      what: z.string(),
      outcome: z.enum(['worked', 'broken', 'unknown', 'noRow']),
      brokenBy: z.array(z.string()),
      openBecauseOf: z.array(z.string()),
      unknownBecauseOf: z.array(z.string()),
      softenedBy: z.array(z.string()),
    }),
  ),
  /** Questions of the rows that the steps name, by id. */
  rows: z.record(z.string(), z.string()).optional(),
});

export const assetSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  zone: z.string(),
  /** Absent: the plant file no longer declares the zone. */
  zoneName: z.string().optional(),
  criticality: z.enum(['low', 'normal', 'critical']),
  exposed: z.boolean().nullable(),
  safetyFunction: z.boolean(),
  state: z.enum(['active', 'gone', 'retired']),
  probes: z.array(
    z.object({
      id: z.string(),
      collector: z.string(),
      target: z.string(),
      last: z.object({ digest: z.string(), outcome: outcomeSchema, observedAt: instant }).optional(),
    }),
  ),
});

export const scanProbeSchema = z.object({
  asset: z.string(),
  assetName: z.string(),
  zone: z.string(),
  probe: z.string(),
  collector: z.string(),
  target: z.string(),
  tier: tierSchema,
  state: z.enum(['waiting', 'running', 'ended']),
  outcome: outcomeSchema.optional(),
  detail: z.string().optional(),
  /** Safety rule that forbids it. */
  rule: z.string().optional(),
  /** Digest of the observation, once it is stored. */
  digest: z.string().optional(),
  observedAt: instant.optional(),
  ledger: ledgerSchema.optional(),
  /** Bounds of the plan. */
  planned: z.array(z.object({ kind: z.string(), max: z.int() })),
  /** What is known without it of the facts that it is for; `open` empty: it is not needed (SAF-08). */
  passive: z
    .object({
      known: z.array(z.object({ source: z.string(), observedAt: instant, until: instant, facts: z.array(z.string()) })),
      open: z.array(z.string()),
    })
    .optional(),
});

export const scanPageSchema = z.object({
  scan: scanSummarySchema,
  systemName: z.string(),
  zones: z.array(z.object({ id: z.string(), name: z.string() })),
  /** In the order of the plant file, so that blocks do not move. */
  probes: z.array(scanProbeSchema),
  limits: z.object({
    tier: tierSchema,
    connections: z.int(),
    requests: z.int(),
    maxLatencyMs: z.number(),
    /** Loopback targets are exempt from windows, canary and first-run rules. */
    loopback: z.boolean(),
  }),
  stopped: z.boolean(),
});

const counts = z.record(z.string(), z.int());
export const safetyStatementSchema = z.object({
  probes: z.int(),
  /** Probes that contacted something. */
  contacted: z.int(),
  connections: z.int(),
  requests: z.int(),
  requestsByKind: counts,
  bytesSent: z.int(),
  bytesReceived: z.int(),
  /** The slowest answer of all, and who gave it. */
  longestResponse: z.object({ ms: z.number(), asset: z.string(), probe: z.string() }).optional(),
  /** Runs that were cut for safety, each with its reason. */
  aborts: z.array(z.object({ asset: z.string(), probe: z.string(), why: z.string() })),
  /** What somebody has to look into: each with its rule and, where they were taken, the answer times around it. */
  events: z.array(safetyEventSchema.extend({ asset: z.string(), probe: z.string(), zone: z.string().optional() })),
  /** Probes that a rule kept from running, by rule. */
  blocked: counts,
  /** Windows of the zones in which something was contacted; without any a zone is open at all times. */
  windows: z.array(z.object({ zone: z.string(), windows: z.array(z.string()) })),
  /** Consents that negative tests ran under. */
  consents: z.array(z.string()),
  /** First and last contact. */
  from: instant.optional(),
  to: instant.optional(),
});

export const zoneStepSchema = z.object({
  zone: z.string(),
  name: z.string(),
  step: z.enum(steps),
  waitsFor: z.string().optional(),
  /** Instant at which it waits no longer, whether or not `waitsFor` has come. */
  waitsUntil: instant.optional(),
  printedAt: instant.optional(),
  canaries: z.array(z.object({ model: z.string(), asset: z.string(), at: instant })),
  widened: z.object({ by: z.string(), at: instant }).optional(),
  held: z.object({ rule: z.string(), because: z.string() }).optional(),
  probes: z.int(),
});

export const scanEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('scan'), scan: scanSummarySchema }),
  z.object({ kind: z.literal('probe'), probe: scanProbeSchema }),
  /** A line of the transcript of a running probe. */
  z.object({ kind: z.literal('line'), asset: z.string(), probe: z.string(), line: transcriptLineSchema }),
  z.object({ kind: z.literal('assessed'), system: z.string(), assessment: z.string() }),
]);

export const liveEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('scan'), scan: scanSummarySchema }),
  z.object({ kind: z.literal('assessed'), system: z.string(), assessment: z.string() }),
  z.object({ kind: z.literal('stop'), stopped: z.boolean() }),
  z.object({ kind: z.literal('decision'), system: z.string(), practice: z.string() }),
]);

export const chainStepSchema = z.object({
  step: z.enum(['document', 'observation', 'manifest', 'signature']),
  hash: z.string(),
  /** Recomputed now: equal, differs, or not checked because an earlier step is broken. */
  check: z.enum(['holds', 'broken', 'notChecked']),
  says: z.string(),
});

export const evidencePageSchema = z.object({
  digest: z.string(),
  scan: z.string(),
  system: z.string(),
  asset: z.string(),
  assetName: z.string(),
  probe: z.string(),
  collector: z.string(),
  collectorVersion: z.string(),
  target: z.string(),
  tier: tierSchema,
  outcome: outcomeSchema,
  detail: z.string().optional(),
  observedAt: instant,
  recordedAt: instant,
  chain: z.array(chainStepSchema),
  facts: z.array(
    z.object({
      name: z.string(),
      value: z.unknown(),
      basis: basisSchema,
      volatile: z.boolean(),
      means: z.string(),
      /** Present when the reading before held something else. */
      before: z.unknown().optional(),
      changed: z.boolean(),
    }),
  ),
  unseen: z.array(z.object({ name: z.string(), reason: unseenReasonSchema, means: z.string() })),
  redacted: z.array(z.string()),
  ledger: ledgerSchema,
  transcript: z.array(transcriptLineSchema),
});

export const stopStateSchema = z.object({ stopped: z.boolean(), since: instant.optional(), by: z.string().optional() });

export const demoFlawSchema = z.object({
  name: z.string(),
  title: z.string(),
  asset: z.string(),
  /** Practices that are expected to move. */
  practices: z.array(z.string()),
  broken: z.boolean(),
});

export const healthSchema = z.object({ status: z.enum(['ok', 'starting', 'failing']), version: z.string() });

export type Problem = z.infer<typeof problemSchema>;
export type ScanSummary = z.infer<typeof scanSummarySchema>;
export type SystemSummary = z.infer<typeof systemSummarySchema>;
export type OverviewRow = z.infer<typeof overviewRowSchema>;
export type Overview = z.infer<typeof overviewSchema>;
export type WaitsFor = z.infer<typeof waitsForSchema>;
export type NewDecision = z.infer<typeof newDecisionSchema>;
export type PracticeDecision = z.infer<typeof practiceDecisionSchema>;
export type IndicatorText = z.infer<typeof indicatorTextSchema>;
export type IndicatorResult = z.infer<typeof indicatorResultSchema>;
export type PracticePage = z.infer<typeof practicePageSchema>;
export type IndicatorPage = z.infer<typeof indicatorPageSchema>;
export type GuidePage = z.infer<typeof guidePageSchema>;
export type CrosswalkEntry = z.infer<typeof crosswalkEntrySchema>;
export type IncidentPage = z.infer<typeof incidentPageSchema>;
export type AssetSummary = z.infer<typeof assetSummarySchema>;
export type ScanProbe = z.infer<typeof scanProbeSchema>;
export type ScanPage = z.infer<typeof scanPageSchema>;
export type ZoneStep = z.infer<typeof zoneStepSchema>;
export type SafetyStatement = z.infer<typeof safetyStatementSchema>;
export type ScanEvent = z.infer<typeof scanEventSchema>;
export type LiveEvent = z.infer<typeof liveEventSchema>;
export type EvidencePage = z.infer<typeof evidencePageSchema>;
export type StopState = z.infer<typeof stopStateSchema>;
export type DemoFlaw = z.infer<typeof demoFlawSchema>;

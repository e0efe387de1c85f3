/**
 * The statements that are signed, one kind per thing worth proving. Each stands in a chain: it names its place and the
 * hash of the statement before it, so that none can be left out, moved or put in between without a trace.
 *
 * | kind       | chain               | signed by          | subject                                |
 * | manifest   | manifest/AGENT      | the agent          | Merkle root of the observation digests |
 * | assessment | assessment/SYSTEM   | the server         | the result                             |
 * | decision   | decision/SYSTEM     | the server         | the assessment it was made on          |
 * | input      | input               | the server         | the content that took effect           |
 * | population | population/SYSTEM   | the server         | the differences                        |
 * | audit      | audit               | the server         | the act                                |
 * | export     | export (each first) | the server         | the ends of all chains                 |
 * | key        | key                 | key, and who vouches | the public key                       |
 */
import { z } from 'zod';
import { outcomes } from '../contract/collector.ts';
import type { Digest } from './canonical.ts';
import { digestOf, isDigest } from './canonical.ts';
import { type Statement, statementType } from './envelope.ts';
import { fingerprintOf, isFingerprint, publicKeyOf } from './keys.ts';

export const digestSchema = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'no digest');
const instant = z.iso.datetime();

const manifestBody = z.strictObject({
  scan: z.string(),
  system: z.string(),
  agent: z.string(),
  startedAt: instant,
  finishedAt: instant,
  /** How the scan ended: an interrupted one is sealed over what was finished before. */
  state: z.enum(['finished', 'stopped', 'interrupted']),
  observations: z.int().nonnegative(),
  outcomes: z.partialRecord(z.enum(outcomes), z.int().positive()),
  root: digestSchema,
  plant: z.string(),
  vocabulary: z.string(),
});

const assessmentBody = z.strictObject({
  id: z.string(),
  system: z.string(),
  now: instant,
  scan: z.string().optional(),
  /** Newest manifest of every agent: through their chains it names all evidence that was known. */
  cut: z.array(digestSchema),
  plant: digestSchema,
  statements: digestSchema,
  pack: digestSchema,
  /** Since when the plant file stood as it did; absent where it was taken as said at `now`. */
  plantSince: instant.optional(),
  result: digestSchema,
});

const decisionBody = z.strictObject({
  id: z.string(),
  system: z.string(),
  practice: z.string(),
  kind: z.enum(['confirm', 'lower', 'override']),
  level: z.int().min(0).max(4).nullable(),
  assessment: z.string(),
  assessmentHash: digestSchema,
  by: z.string(),
  /** False: the name is claimed, nobody signed in. */
  signed: z.boolean(),
  at: instant,
  reason: z.string().optional(),
  evidence: z.string().optional(),
  until: z.string().optional(),
  comment: z.string().optional(),
});

export const inputKinds = ['plant', 'inventory', 'statements', 'imports', 'overlay', 'pack'] as const;
export type InputKind = (typeof inputKinds)[number];

const inputBody = z.strictObject({
  kind: z.enum(inputKinds),
  name: z.string(),
  /** null: no longer in force. */
  content: digestSchema.nullable(),
  effectiveAt: instant,
  by: z.string().optional(),
});

const populationBody = z.strictObject({
  system: z.string(),
  since: instant,
  /** Assets that came, changed or left; `view` is the digest of how the asset stands from now on. */
  changes: z.array(z.strictObject({ asset: z.string(), present: z.boolean(), view: digestSchema })).min(1),
});

const auditBody = z.strictObject({
  at: instant,
  actor: z.string(),
  /** `scan.start`, `decision.confirm`, `probes.stop` ... */
  action: z.string(),
  system: z.string().optional(),
  subject: z.string().optional(),
  detail: z.record(z.string(), z.json()).optional(),
});

const exportBody = z.strictObject({
  at: instant,
  /** Last place and hash of every chain: a package from which something was cut off does not fit. */
  heads: z.record(z.string(), z.strictObject({ seq: z.int().positive(), hash: digestSchema })),
});

const keyBody = z.strictObject({
  /** `server`, or `agent/ID`. */
  owner: z.string(),
  fingerprint: z.string().refine(isFingerprint, 'no fingerprint'),
  /** SPKI, base64. */
  publicKey: z.string(),
  /** The owner's key until now, which also signs. */
  replaces: z.string().refine(isFingerprint, 'no fingerprint').nullable(),
});

const bodies = {
  manifest: manifestBody,
  assessment: assessmentBody,
  decision: decisionBody,
  input: inputBody,
  population: populationBody,
  audit: auditBody,
  export: exportBody,
  key: keyBody,
} as const;

export type Kind = keyof typeof bodies;
export const kinds = Object.keys(bodies) as Kind[];
export type BodyOf<K extends Kind> = z.infer<(typeof bodies)[K]>;
export type ScanManifest = BodyOf<'manifest'>;
export type AssessmentStatement = BodyOf<'assessment'>;
export type DecisionStatement = BodyOf<'decision'>;
export type InputStatement = BodyOf<'input'>;
export type PopulationStatement = BodyOf<'population'>;
export type AuditStatement = BodyOf<'audit'>;
export type KeyStatement = BodyOf<'key'>;

const linkSchema = z.strictObject({
  v: z.literal(1),
  chain: z.string(),
  /** From 1. */
  seq: z.int().positive(),
  previous: digestSchema.nullable(),
  recordedAt: instant,
});
export type Link = z.infer<typeof linkSchema>;

const predicates = {
  manifest: linkSchema.extend({ body: manifestBody }),
  assessment: linkSchema.extend({ body: assessmentBody }),
  decision: linkSchema.extend({ body: decisionBody }),
  input: linkSchema.extend({ body: inputBody }),
  population: linkSchema.extend({ body: populationBody }),
  audit: linkSchema.extend({ body: auditBody }),
  export: linkSchema.extend({ body: exportBody }),
  key: linkSchema.extend({ body: keyBody }),
} as const;

/** A statement's kind, place and content, told apart by `kind`. */
export type Said = {
  [K in Kind]: { readonly kind: K; readonly link: Link; readonly body: BodyOf<K> };
}[Kind];

/** Name of the chain in which such a statement stands. */
export function chainNameOf(said: Pick<Said, 'kind' | 'body'>): string {
  const { kind, body } = said as Said;
  switch (kind) {
    case 'manifest':
      return `manifest/${body.agent}`;
    case 'assessment':
    case 'decision':
    case 'population':
      return `${kind}/${body.system}`;
    case 'input':
    case 'audit':
    case 'export':
    case 'key':
      return kind;
  }
}

export function statementOf(said: Said): Statement {
  return {
    _type: statementType,
    subject: [subjectOf(said)],
    predicateType: `urn:plimsoll:${said.kind}:v1`,
    predicate: { ...said.link, body: said.body },
  };
}

/**
 * What a statement says, checked against its kind's shape and against its own subject.
 * @throws {TypeError} naming what does not fit.
 */
export function saidBy(statement: Statement): Said {
  const kind = kinds.find((each) => statement.predicateType === `urn:plimsoll:${each}:v1`);
  if (kind === undefined) throw new TypeError(`predicateType: expected one of ours, found ${statement.predicateType}`);
  const parsed = predicates[kind].safeParse(statement.predicate);
  if (!parsed.success) throw new TypeError(`${kind} statement: ${z.prettifyError(parsed.error)}`);
  const { body, ...link } = parsed.data;
  const said = { kind, link, body } as Said;
  if (digestOf(statementOf(said)) !== digestOf(statement))
    throw new TypeError(`${kind} statement: expected the subject to be what the predicate is about`);
  if (chainNameOf(said) !== link.chain)
    throw new TypeError(`chain: expected ${chainNameOf(said)}, found ${link.chain}`);
  if (said.kind === 'key' && fingerprintOf(publicKeyOf(said.body.publicKey)) !== said.body.fingerprint)
    throw new TypeError("key statement: the fingerprint is not the public key's");
  return said;
}

function subjectOf(said: Said): Statement['subject'][number] {
  switch (said.kind) {
    case 'manifest':
      // A tree's root is not the SHA-256 of any file: it goes under its own algorithm's name.
      return { name: `scan/${said.body.scan}`, digest: { rfc6962Sha256: hexOf(said.body.root) } };
    case 'assessment':
      return { name: `assessment/${said.body.id}`, digest: { sha256: hexOf(said.body.result) } };
    case 'decision':
      return { name: `assessment/${said.body.assessment}`, digest: { sha256: hexOf(said.body.assessmentHash) } };
    case 'input':
      return {
        name: `${said.body.kind}/${said.body.name}`,
        digest: { sha256: hexOf(said.body.content ?? digestOf(null)) },
      };
    case 'population':
      return { name: `population/${said.body.system}`, digest: { sha256: hexOf(digestOf(said.body.changes)) } };
    case 'audit':
      return { name: said.body.action, digest: { sha256: hexOf(digestOf(said.body)) } };
    case 'export':
      return { name: 'evidence', digest: { sha256: hexOf(digestOf(said.body.heads)) } };
    case 'key':
      return { name: `key/${said.body.owner}`, digest: { sha256: said.body.fingerprint.slice('ed25519:'.length) } };
  }
}

function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

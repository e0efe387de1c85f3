/** Statements: what named persons say, with date, validity and, where there is one, document and reviewer. */
import { z } from 'zod';
import type { FactDefinition } from '../../collectors/contract/fact.ts';
import { type FactName, type Facts, factNames, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { daySchema, idSchema, statementTypeNames, textSchema } from './plant-file.ts';

export const statementKinds = [
  'attestation',
  'examination',
  'notApplicable',
  'emptySet',
  'exception',
  'compensation',
  'deviation',
] as const;
export type StatementKind = (typeof statementKinds)[number];

export const subjectKinds = ['organisation', 'site', 'zone', 'system', 'type', 'asset'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

export const methods = ['interview', 'walkdown', 'sample', 'document'] as const;

/** A statement as everything behind the file sees it: checked, dates as UTC instants, ids present ones. */
export interface Statement {
  readonly id: string;
  readonly kind: StatementKind;
  readonly type?: string;
  readonly subject: { readonly kind: SubjectKind; readonly ids: readonly string[] };
  /** Empty for decisions, and for an examination that only names what it examined. */
  readonly facts: Facts;
  readonly by: string;
  readonly role?: string;
  readonly on: string;
  readonly validUntil: string;
  readonly reviewer?: string;
  /** Absolute path; the digest was compared with the file. */
  readonly document?: { readonly file: string; readonly sha256: string };
  readonly method?: (typeof methods)[number];
  readonly of: readonly string[];
  readonly sample?: { readonly n: number; readonly N: number; readonly seed?: string | number };
  readonly indicator?: string;
  readonly fact?: FactName;
  readonly members?: readonly string[];
  readonly set?: string;
  readonly reason?: string;
  readonly approver?: string;
  readonly boundTo?: string;
  readonly parameter?: string;
  readonly value?: number;
  /** File and line, for messages. */
  readonly at: string;
}

const one = z.union([idSchema, z.array(idSchema).min(1, 'at least one id')], 'an id or a list of ids');
export const subjectSchema = z.strictObject({
  organisation: one.optional(),
  site: one.optional(),
  zone: one.optional(),
  system: one.optional(),
  type: one.optional(),
  asset: one.optional(),
});

export const documentSchema = z.strictObject({
  file: textSchema,
  sha256: z.string().regex(/^(sha256:)?[0-9a-f]{64}$/, 'the SHA-256 of the document, 64 small hexadecimal digits'),
});

export const sampleSchema = z
  .strictObject({ n: z.int().min(1), N: z.int().min(1), seed: z.union([textSchema, z.int()]).optional() })
  .refine(({ n, N }) => n <= N, 'n of N, n at most N');

const said = {
  id: idSchema,
  kind: z.enum(statementKinds),
  subject: subjectSchema,
  by: textSchema,
  role: textSchema.optional(),
  on: daySchema,
  validUntil: daySchema.optional(),
  reviewer: textSchema.optional(),
  document: documentSchema.optional(),
};
const type = z.enum(statementTypeNames);
const facts = z.record(z.string(), z.unknown());
const indicator = z
  .string()
  .regex(/^[a-z]{3}\.l[1-4]\.[a-z0-9-]+$/, 'the id of an indicator, such as acc.l2.no-anonymous');
const members = z.array(textSchema).min(1, 'at least one member');
/** A row by its id, or every row that reads a fact, for these members: approved by a named person, with the reason. */
const decided = {
  ...said,
  type: type.optional(),
  indicator: indicator.optional(),
  fact: textSchema.optional(),
  members: members.optional(),
  reason: textSchema,
  approver: textSchema,
};

export const statementSchemas = {
  attestation: z.strictObject({ ...said, type, facts }),
  examination: z.strictObject({
    ...said,
    type: type.optional(),
    facts: facts.optional(),
    method: z.enum(methods),
    of: z.array(idSchema).optional(),
    sample: sampleSchema.optional(),
  }),
  notApplicable: z.strictObject(decided),
  exception: z.strictObject(decided),
  compensation: z.strictObject({ ...decided, boundTo: indicator }),
  deviation: z.strictObject({ ...decided, parameter: textSchema, value: z.number() }),
  emptySet: z.strictObject({
    ...said,
    type: type.optional(),
    set: textSchema,
    reason: textSchema,
    approver: textSchema.optional(),
  }),
} as const satisfies Record<StatementKind, z.ZodObject>;

export const statementFileSchema = z.strictObject({
  plimsoll: z.literal(1),
  statements: z.array(z.union(Object.values(statementSchemas))),
});

export interface StatementField {
  readonly fact: FactName;
  readonly subject: FactDefinition['subject'];
  readonly type: FactDefinition['type'];
  readonly unit?: string;
  /** Words of a closed set. */
  readonly values?: readonly string[];
  /** Keys of a register's elements. */
  readonly keys?: Readonly<Record<string, string | readonly string[]>>;
  readonly means: string;
}

/** The types of statement, and the facts that each may fill: what `facts --statements` prints. */
export function statementTypes(): { readonly type: string; readonly fields: readonly StatementField[] }[] {
  return statementTypeNames.map((name) => ({
    type: name,
    fields: factNames.filter((fact) => vocabulary[fact].from.includes(`statement:${name}`)).map(fieldOf),
  }));
}

function fieldOf(fact: FactName): StatementField {
  const definition = vocabulary[fact];
  return {
    fact,
    subject: definition.subject,
    type: definition.type,
    ...(definition.unit === undefined ? {} : { unit: definition.unit }),
    ...('values' in definition && definition.values !== undefined ? { values: definition.values } : {}),
    ...('keys' in definition ? { keys: definition.keys } : {}),
    means: definition.means,
  };
}

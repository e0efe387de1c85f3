/** Reads statement files against a plant: every statement typed by the vocabulary, every problem told at once. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import {
  type FactName,
  type Facts,
  factNames,
  isFactName,
  mayFill,
  vocabulary,
} from '../../collectors/contract/vocabulary.ts';
import type { Plant, Problem } from '../contract/plant.ts';
import {
  type Statement,
  type StatementKind,
  statementKinds,
  statementSchemas,
  subjectKinds,
} from '../contract/statement.ts';
import { typedValue } from './fact-text.ts';
import { endInstant, noteTwice, startInstant } from './loading.ts';
import { present } from './present.ts';
import { isRecord, mostProblems, nearest, type Path, quoted, type Reader, readerOf, throwProblems } from './reader.ts';
import { endAfter } from './site-time.ts';
import { aboutOf, assetIdOf, idsOfKind, subjectsFor } from './subjects.ts';
import { readYaml, shownPath } from './yaml-source.ts';

export interface StatementOptions {
  /** Ids of the rule pack's indicators; without them no indicator is looked up. */
  readonly indicators?: ReadonlySet<string>;
  /**
   * `recorded` takes each document's hash as it stands: for statements that were checked when they took effect and are
   * read again later, when the document may have moved. Default `checked`.
   */
  readonly documents?: 'checked' | 'recorded';
}

const yearDays = 365;

/** Of all statement files together: thousands of small ones are read, a few huge ones are not. */
export const statementLimitBytes = 8 * 1024 * 1024;

/** All statements of the plant's statement files, in their order. Throws `BadInput` with every problem of every file. */
export function loadStatements(plant: Plant, options: StatementOptions = {}): Statement[] {
  const problems: Problem[] = [];
  const statements: Statement[] = [];
  const places: { id: string; reader: Reader; path: Path }[] = [];
  let bytes = 0;
  for (const file of plant.statements) {
    if (problems.length > mostProblems) break;
    const loaded = readYaml(file);
    bytes += loaded.bytes?.length ?? 0;
    if (bytes > statementLimitBytes) {
      const expected = `at most ${statementLimitBytes} bytes of statements in all`;
      problems.push({ file: shownPath(file), line: 0, path: '', expected, found: 'more with this file' });
      break;
    }
    problems.push(...loaded.problems);
    if (loaded.source === undefined) continue;
    const reader = readerOf(loaded.source, problems);
    reader.fields(headSchema, []);
    if (isRecord(loaded.source.value) && reader.at(['statements']) === undefined) {
      reader.note(['statements'], 'a list of statements');
    }
    const length = reader.length(['statements']);
    for (let index = 0; index < length && problems.length <= mostProblems; index += 1) {
      const path = ['statements', index];
      const statement = loadStatement({ plant, reader, path, file, options });
      const id = reader.at([...path, 'id']);
      if (typeof id === 'string') places.push({ id, reader, path: [...path, 'id'] });
      if (statement !== undefined) statements.push(statement);
    }
  }
  noteTwice(places, 'statement');
  checkExamined(statements, places);
  throwProblems(problems);
  return statements;
}

const headSchema = z.strictObject({ plimsoll: z.literal(1), statements: z.unknown().optional() });

interface At {
  readonly plant: Plant;
  readonly reader: Reader;
  readonly path: Path;
  readonly file: string;
  readonly options: StatementOptions;
}

/** What any kind may hold. */
interface Fields {
  readonly id?: string;
  readonly type?: string;
  readonly facts?: Record<string, unknown>;
  readonly by?: string;
  readonly role?: string;
  readonly reviewer?: string;
  readonly document?: { file: string; sha256: string };
  readonly method?: Statement['method'];
  readonly of?: string[];
  readonly sample?: { n: number; N: number; seed?: string | number | undefined };
  readonly indicator?: string;
  readonly fact?: string;
  readonly members?: string[];
  readonly set?: string;
  readonly reason?: string;
  readonly approver?: string;
  readonly boundTo?: string;
  readonly parameter?: string;
  readonly value?: number;
}

function loadStatement(at: At): Statement | undefined {
  const { reader, path, plant } = at;
  const kind = kindOf(at);
  if (kind === undefined) return undefined;
  const schema: z.ZodObject = statementSchemas[kind];
  const fields: Fields = reader.fields(schema, path);
  const subject = subjectOf(at);
  const facts = factsOf(at, kind, fields, subject);
  const span = validity(at, kind);
  const document = fields.document === undefined ? undefined : checkedDocument(at, fields.document);
  if (fields.reviewer !== undefined && fields.reviewer === fields.by) {
    reader.note([...path, 'reviewer'], 'somebody other than by');
  }
  if (kind === 'examination') checkExamination(at, fields);
  const fact = checkDecision(at, kind, fields);
  const { id, by, type, role, reviewer, method, sample, indicator, members, set, reason, approver } = fields;
  if (id === undefined || by === undefined || subject === undefined || span === undefined) return undefined;
  return {
    ...present({ type, role, reviewer, document, method, indicator, fact, set, reason, approver }),
    ...present({ boundTo: fields.boundTo, parameter: fields.parameter, value: fields.value }),
    ...present({
      sample: sample === undefined ? undefined : present({ n: sample.n, N: sample.N, seed: sample.seed }),
      members: members?.map((member) => assetIdOf(plant, member) ?? member),
    }),
    id,
    kind,
    subject,
    facts,
    by,
    ...span,
    of: fields.of ?? [],
    at: `${reader.file}:${reader.line(path)}`,
  };
}

function kindOf({ reader, path }: At): StatementKind | undefined {
  const held = reader.at(path);
  if (!isRecord(held)) {
    reader.note(path, 'a statement: a map with id, kind, subject, by and on');
    return undefined;
  }
  const kind = statementKinds.find((each) => each === held['kind']);
  if (kind === undefined) {
    const hint = typeof held['kind'] === 'string' ? nearest(held['kind'], statementKinds) : undefined;
    reader.note([...path, 'kind'], `one of ${statementKinds.join(', ')}`, undefined, hint);
  }
  return kind;
}

function subjectOf({ plant, reader, path }: At): Statement['subject'] | undefined {
  const at = [...path, 'subject'];
  const held = reader.at(at);
  // The schema has told what is no subject at all.
  if (!isRecord(held)) return undefined;
  const kinds = subjectKinds.filter((kind) => Object.hasOwn(held, kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    reader.note(at, `exactly one of ${subjectKinds.join(', ')}`, kinds.length === 0 ? 'none' : kinds.join(' and '));
    return undefined;
  }
  const value = held[kind];
  const many = Array.isArray(value);
  const wanted: unknown[] = many ? value : [value];
  const known = idsOfKind(plant, kind);
  const ids: string[] = [];
  for (const [index, id] of wanted.entries()) {
    if (typeof id !== 'string') continue;
    const here = many ? [...at, kind, index] : [...at, kind];
    if (!known.has(id)) reader.note(here, `the id of a known ${kind}`, quoted(id), nearest(id, [...known]));
    else ids.push(kind === 'asset' ? (assetIdOf(plant, id) ?? id) : id);
  }
  return { kind, ids: [...new Set(ids)] };
}

function factsOf(at: At, kind: StatementKind, fields: Fields, subject: Statement['subject'] | undefined): Facts {
  const { reader, plant } = at;
  const entries: [FactName, unknown][] = [];
  const path = [...at.path, 'facts'];
  if (kind === 'attestation' && fields.facts !== undefined && Object.keys(fields.facts).length === 0) {
    reader.note(path, 'at least one fact', 'none');
  }
  for (const [name, held] of Object.entries(fields.facts ?? {})) {
    const here = [...path, name];
    if (!isFactName(name)) {
      reader.note(here, 'the name of a fact', quoted(name), nearest(name, factNames));
      continue;
    }
    if (kind === 'attestation' && fields.type !== undefined && !mayFill(`statement:${fields.type}`, name)) {
      reader.note(here, `a fact that a statement of type ${fields.type} may fill`, quoted(name), fillers(name));
    }
    const subjects = subjectsFor[aboutOf(name)];
    if (subject !== undefined && !subjects.includes(subject.kind)) {
      reader.note(here, `a subject of ${subjects.join(', ')} for this fact`, subject.kind);
    }
    const parsed = typedValue(name, held, plant.site.timeZone);
    if ('value' in parsed) entries.push([name, parsed.value]);
    else reader.note(here, parsed.expected, parsed.found);
  }
  // Every value was held against its fact's type just above.
  return Object.fromEntries(entries) as Facts;
}

function fillers(name: FactName): string {
  const types = vocabulary[name].from.filter((source) => source.startsWith('statement:'));
  const words = types.map((source) => source.slice('statement:'.length)).join(', ');
  return words === '' ? 'no statement may fill it' : `types that may: ${words}`;
}

function validity(at: At, kind: StatementKind): { on: string; validUntil: string } | undefined {
  const { reader, path, plant } = at;
  const zone = { timeZone: plant.site.timeZone };
  const on = startInstant(zone, reader, [...path, 'on']);
  const stated = endInstant(zone, reader, [...path, 'validUntil']);
  if (on === undefined) return undefined;
  const year = endAfter(on, yearDays, zone.timeZone);
  if (stated !== undefined && stated <= on) reader.note([...path, 'validUntil'], 'a date after on');
  if ((kind === 'notApplicable' || kind === 'compensation') && stated !== undefined && stated > year) {
    reader.note([...path, 'validUntil'], `at most ${yearDays} days after on`);
  }
  return { on, validUntil: stated ?? year };
}

function checkedDocument(at: At, document: { file: string; sha256: string }): NonNullable<Statement['document']> {
  const file = resolve(dirname(at.file), document.file);
  const path = [...at.path, 'document'];
  const stated = document.sha256.replace('sha256:', '');
  if (at.options.documents === 'recorded') return { file, sha256: stated };
  try {
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    if (stated !== sha256) {
      at.reader.note([...path, 'sha256'], `the hash of ${document.file}, ${sha256}`);
    }
    return { file, sha256 };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    at.reader.note(
      [...path, 'file'],
      'a readable document',
      code === 'ENOENT' ? `no file ${quoted(document.file)}` : code,
    );
    return { file, sha256: stated };
  }
}

function checkExamination({ reader, path }: At, fields: Fields): void {
  if (fields.method === 'sample' && fields.sample === undefined && reader.at([...path, 'sample']) === undefined) {
    reader.note([...path, 'sample'], '{n, N, seed}: how many of how many were looked at', 'nothing');
  }
  if (fields.facts === undefined && fields.of === undefined && !hasBadKey(reader, path)) {
    reader.note(path, 'facts, or the statements that were examined (of)', 'neither');
  }
}

/** Whether one of the two stands there and was refused already. */
function hasBadKey(reader: Reader, path: Path): boolean {
  return reader.at([...path, 'facts']) !== undefined || reader.at([...path, 'of']) !== undefined;
}

function checkDecision(at: At, kind: StatementKind, fields: Fields): FactName | undefined {
  const { reader, path, options } = at;
  const names = [...(options.indicators ?? [])];
  for (const key of ['indicator', 'boundTo'] as const) {
    const id = fields[key];
    if (id === undefined || options.indicators === undefined || options.indicators.has(id)) continue;
    reader.note([...path, key], 'the id of an indicator of the rule pack', quoted(id), nearest(id, names));
  }
  if (kind === 'attestation' || kind === 'examination' || kind === 'emptySet') return undefined;
  const both = [reader.at([...path, 'indicator']), reader.at([...path, 'fact'])].filter((each) => each !== undefined);
  if (both.length !== 1) reader.note(path, 'either an indicator or a fact', both.length === 0 ? 'neither' : 'both');
  if (kind === 'deviation' && fields.fact !== undefined) {
    reader.note([...path, 'fact'], 'an indicator: a parameter belongs to one row');
  }
  if (fields.fact === undefined || isFactName(fields.fact)) return fields.fact;
  reader.note([...path, 'fact'], 'the name of a fact', quoted(fields.fact), nearest(fields.fact, factNames));
  return undefined;
}

/** Nobody examines what they said themselves. */
function checkExamined(
  statements: readonly Statement[],
  places: readonly { id: string; reader: Reader; path: Path }[],
) {
  const byId = new Map(statements.map((statement) => [statement.id, statement]));
  const written = new Set(places.map(({ id }) => id));
  for (const { id, reader, path } of places) {
    const examination = byId.get(id);
    for (const [index, each] of (examination?.of ?? []).entries()) {
      const at = [...path.slice(0, -1), 'of', index];
      const author = byId.get(each)?.by;
      if (!written.has(each)) reader.note(at, 'the id of a statement', quoted(each), nearest(each, [...written]));
      else if (author !== undefined && author === examination?.by) {
        reader.note(at, 'a statement of somebody other than the examiner', `"${each}", by ${author} too`);
      }
    }
  }
}

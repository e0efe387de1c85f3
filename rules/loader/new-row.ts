/** A new row as a file that loads at once: its condition, its numbers and its words are then the author's. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { type FactName, isFactName, vocabulary } from '../../collectors/contract/vocabulary.ts';
import type { Pack } from '../engine/pack.ts';
import { BadPack, type Problem } from './problem.ts';
import { rowSchema } from './schema.ts';

export interface NewRow {
  readonly id: string;
  /** Folder of a pack or an overlay, with its pack.yaml. */
  readonly folder: string;
  /** What its condition reads first; without it the row is listed as not covered until it has a condition. */
  readonly fact?: string;
  /** Packs whose ids are taken. */
  readonly packs: readonly Pack[];
}

/** Ids of rows that are no more. An id is never used again: old assessments name it. */
export const retiredIds: readonly string[] = ['std.l2.cloud-baseline', 'erp.l2.duty-roster'];

/**
 * Writes the file and returns its path. Never overwrites.
 *
 * @throws {BadPack} with everything that speaks against it; nothing is written then.
 */
export function writeNewRow({ id, folder, fact, packs }: NewRow): string {
  const problems: Problem[] = [];
  const refuse = (path: string, expected: string, found: string) =>
    problems.push({ file: folder, line: 0, path, expected, found });
  const shaped = rowSchema.shape.id.safeParse(id);
  const practice = id.split('.')[0] ?? '';
  const known = rowSchema.shape.practice.safeParse(practice.toUpperCase());
  if (!shaped.success) refuse('id', 'practice, level and a slug, such as acc.l2.no-anonymous', JSON.stringify(id));
  else if (!known.success) refuse('id', 'the code of a practice in front', JSON.stringify(practice));
  if (packs.some(({ byId }) => byId.has(id))) refuse('id', 'an id that no row has', `${id}, which is taken`);
  if (retiredIds.includes(id)) refuse('id', 'an id that no row ever had', `${id}, which is retired`);
  if (!existsSync(join(folder, 'pack.yaml'))) refuse('', 'a folder with a pack.yaml', 'none there');
  if (fact !== undefined && !isFactName(fact)) refuse('fact', 'a fact of the vocabulary', JSON.stringify(fact));
  else if (fact !== undefined && isFactName(fact) && vocabulary[fact].type === 'object[]')
    refuse('fact', 'a fact that is one value', `${fact}, a register: write "each ${fact}" as population by hand`);
  const path = join(folder, practice, `${id}.yaml`);
  if (existsSync(path)) refuse('id', 'a file that is not there yet', path);
  if (problems.length > 0) throw new BadPack(problems);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, newRowText(id, fact === undefined || !isFactName(fact) ? undefined : fact), { flag: 'wx' });
  return path;
}

/** The text of the file. */
export function newRowText(id: string, fact: FactName | undefined): string {
  const [practice = '', level = ''] = id.split('.');
  const condition = fact === undefined ? undefined : conditionOn(fact);
  const row = {
    id,
    practice: practice.toUpperCase(),
    level: Number(level.slice(1)),
    core: false,
    role: 'all',
    method: fact === undefined ? 'attested' : 'hybrid',
    ...condition?.head,
    freshnessDays: fact === undefined ? 365 : vocabulary[fact].days,
    question: 'Is there a question here to which yes is good?',
    ...condition?.clauses,
    paths: fact === undefined ? ['examine'] : [...vocabulary[fact].from, 'examine'],
    minutes: 10,
    packets: 0,
    effort: 'M',
    why: 'One sentence on what goes wrong without it.',
    fix: 'What to do, in steps that a technician can follow.',
    references: [],
    cases: condition?.cases ?? [
      { name: 'is not covered as long as it has no condition', expect: { status: 'unknown', reason: 'notCovered' } },
    ],
  };
  return stringify(row, { lineWidth: 120, aliasDuplicateObjects: false });
}

interface Condition {
  readonly head: Record<string, unknown>;
  readonly clauses: Record<string, string>;
  readonly cases: readonly unknown[];
}

function conditionOn(fact: FactName): Condition {
  const { subject, type } = vocabulary[fact];
  const boolean = type === 'boolean';
  if (subject === 'system' || subject === 'organisation') {
    const told = (value: unknown, status: string) => ({ [subject]: { [fact]: value }, expect: { status } });
    return {
      head: {},
      clauses: { met: boolean ? `${fact} == true` : `known(${fact})` },
      cases: [
        { name: 'is met when somebody says so', ...told(boolean ? true : sampleOf(fact), 'met') },
        ...(boolean ? [{ name: 'is not met when somebody says that it is not so', ...told(false, 'notMet') }] : []),
        { name: 'is unknown when nobody was asked', expect: { status: 'unknown', reason: 'neverAsked' } },
      ],
    };
  }
  const broker = (value?: unknown) => ({
    kind: 'broker',
    ...(value === undefined ? {} : { facts: { [fact]: value } }),
  });
  const of = (members: unknown[], expect: unknown) => ({ members, expect });
  return {
    head: { population: 'CRIT', min: 1 },
    clauses: boolean ? { good: `${fact} == true`, bad: `${fact} == false` } : { good: `known(${fact})` },
    cases: [
      { name: 'is met when every member is good', ...of([broker(boolean ? true : sampleOf(fact))], { status: 'met' }) },
      ...(boolean
        ? [{ name: 'is not met when one member is bad', ...of([broker(false)], { status: 'notMet', bad: 1 }) }]
        : []),
      { name: 'is unknown when nobody looked', ...of([broker()], { status: 'unknown', unseen: 1 }) },
    ],
  };
}

function sampleOf(fact: FactName): unknown {
  const definition = vocabulary[fact];
  switch (definition.type) {
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return 1;
    case 'duration':
      return 60;
    case 'timestamp':
      return '-1d';
    case 'enum':
      return definition.values[0];
    case 'string[]':
      return [definition.values?.[0] ?? 'example'];
    case 'string':
      return 'example';
    case 'object[]':
      return [];
  }
}

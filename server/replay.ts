/**
 * Recorded assessments made again: plant file, statements, imports and pack by content, evidence, assets and levels
 * as of then, judged by the installed engine. The same bytes, or the first place where they differ.
 */
import { canonicalJson } from '../collectors/evidence/canonical.ts';
import { assess } from '../rules/engine/assess.ts';
import type { Assessment } from '../rules/engine/result.ts';
import { BadInput } from './contract/problem.ts';
import { knownInput } from './known-input.ts';
import { type Installed, recordedState } from './recorded-state.ts';
import { type AssessmentHead, assessmentsInOrder, readResult, resultParts } from './store/assessments.ts';
import type { Database } from './store/tables.ts';

export interface Difference {
  /** Where: `ACC.indicators.acc.l1.owner.status`, or what could not be read. */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

export interface Replay {
  readonly assessment: string;
  readonly system: string;
  readonly now: string;
  /** Digest of the pack that it was made with. */
  readonly pack: string;
  /** null: the same bytes. */
  readonly difference: Difference | null;
}

/** Every assessment of a store, in the order in which they were recorded. Contacts nothing and records nothing. */
export async function* replayAll(db: Database, installed: Installed): AsyncGenerator<Replay> {
  const read: Installed['read'] = new Map();
  for await (const head of assessmentsInOrder(db)) yield await replay(db, head, { ...installed, read });
}

export async function replay(db: Database, head: AssessmentHead, installed: Installed): Promise<Replay> {
  const { id: assessment, system, now, pack } = head;
  return { ...{ assessment, system, now, pack }, difference: await differenceOf(db, head, installed) };
}

async function differenceOf(db: Database, head: AssessmentHead, installed: Installed): Promise<Difference | null> {
  let made: Assessment;
  try {
    const { plant, statements, imports, pack } = await recordedState(db, head, installed);
    const { now: instant, plantSince } = head;
    const known = { plant, statements, imports, pack, instant };
    const since = plantSince === undefined ? {} : { plantSince: new Date(plantSince) };
    made = assess(pack, await knownInput(db, head.system, { ...known, ...since }));
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    const [first] = error.problems;
    const { file = '', line = 0, path = '', expected = '', found = '' } = first ?? {};
    return { what: `${file}${line > 0 ? `:${line}` : ''} ${path}`.trim(), expected, found };
  }
  if (resultParts(made).hash === head.resultHash) return null;
  const stored = await readResult(db, head.resultHash);
  const plain = (value: unknown): unknown => JSON.parse(canonicalJson(value));
  return (
    firstDifference(plain(stored), plain(made)) ?? {
      what: 'result',
      expected: head.resultHash,
      found: resultParts(made).hash,
    }
  );
}

/** Members of lists are told by their names, so that a place can be found again. */
export function firstDifference(expected: unknown, found: unknown, at = ''): Difference | undefined {
  if (!isObject(expected) || !isObject(found)) {
    if (expected === found) return undefined;
    return { what: at === '' ? 'result' : at, expected: shown(expected), found: shown(found) };
  }
  const [one, other] = [namedParts(expected), namedParts(found)];
  // Rows come before what follows from them.
  for (const name of new Set(['indicators', ...Object.keys(one), ...Object.keys(other)])) {
    const difference = firstDifference(one[name], other[name], at === '' ? name : `${at}.${name}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function namedParts(value: object): Record<string, unknown> {
  if (!Array.isArray(value)) return { ...value };
  return Object.fromEntries(value.map((item: unknown, index) => [nameOf(item) ?? String(index), item]));
}

function nameOf(item: unknown): string | undefined {
  if (!isObject(item)) return undefined;
  for (const key of ['practice', 'id', 'indicator', 'gate']) {
    const name = (item as Record<string, unknown>)[key];
    if (typeof name === 'string') return name;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 200);
}

/** The conditions of the pack that other engines can express too, on each asset of a plant, evaluated by each of them. */
import { performance } from 'node:perf_hooks';
import { evaluate, parse } from 'cel-js';
import { Engine } from 'json-rules-engine';
import { assess } from '../../rules/engine/assess.ts';
import { compileRow } from '../../rules/engine/compile-row.ts';
import { indexEvidence } from '../../rules/engine/evidence-index.ts';
import type { AssessInput } from '../../rules/engine/input.ts';
import { judgeRows } from '../../rules/engine/judge.ts';
import { Judging } from '../../rules/engine/judging.ts';
import type { Pack } from '../../rules/engine/pack.ts';
import { sequenceOf } from '../../rules/engine/sequence.ts';
import { fleetInput } from './assess-fleet.ts';
import type { BenchRun } from './bench.ts';
import { compare, expectSame, type Measured } from './compare.ts';

const comparedAssets = 1000;

/** `fact == true`, joined by one connective: what all of them can say alike. */
interface Question {
  readonly id: string;
  readonly text: string;
  readonly either: boolean;
  readonly parts: readonly { readonly fact: string; readonly value: boolean }[];
}

function questionsOf(pack: Pack): Question[] {
  const part = /^([a-z]\w*(?:\.\w+)+) == (true|false)$/;
  return pack.rows.flatMap(({ id, good, counts }): Question[] => {
    if (good === undefined || counts?.of !== 'asset') return [];
    const text = good.trim();
    const either = text.includes('||');
    const parts = text.split(either ? ' || ' : ' && ').map((each) => part.exec(each.trim()));
    const named = parts.flatMap((match) => (match ? [{ fact: match[1] ?? '', value: match[2] === 'true' }] : []));
    return named.length === parts.length ? [{ id, text, either, parts: named }] : [];
  });
}

type Flat = Readonly<Record<string, unknown>>;
type Counted = ReadonlyMap<string, string>;

export async function compareEngines(bench: BenchRun, pack: Pack) {
  const questions = questionsOf(pack);
  const input = fleetInput(pack, comparedAssets);
  const flat = flatFacts(input);
  const expected = plainCounts(questions, flat);
  const side = (name: string, count: () => Promise<Counted> | Counted) => ({
    name,
    run: () => measured(name, count, expected),
  });
  const few = fewRows(pack, questions);
  return compare({
    title: `The same ${questions.length} conditions of the pack on each of ${comparedAssets} assets`,
    rounds: bench.rounds,
    sides: [
      side('json-rules-engine', withJsonRules(questions, flat)),
      side('cel-js (parsed once)', withCel(questions, flat)),
      side('plimsoll, evidence to result', () => countsOf(few, input)),
      side('the predicates as plain functions (the limit)', () => plainCounts(questions, flat)),
    ],
    remarks: [
      'All count the same good members. The others are given merged facts; plimsoll sorts and ages the evidence,',
      'counts, finds level, blockers and dates, and tells unseen from false.',
      ...whereTimeGoes(few, input),
    ],
  });
}

async function measured(name: string, count: () => Promise<Counted> | Counted, expected: Counted): Promise<Measured> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const found = await count();
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  expectSame(name, found, expected);
  return { wallMs, cpuMs: (user + system) / 1000, factsEach: 0 };
}

function flatFacts(input: AssessInput): Flat[] {
  const byAsset = new Map<string, Record<string, unknown>>();
  for (const { about, facts } of input.evidence) {
    if (about.kind === 'asset') byAsset.set(about.id, { ...byAsset.get(about.id), ...facts });
  }
  return [...byAsset.values()];
}

function plainCounts(questions: readonly Question[], flat: readonly Flat[]): Counted {
  const tests = questions.map(({ either, parts }) => (facts: Flat) => {
    const is = ({ fact, value }: Question['parts'][number]) => facts[fact] === value;
    return either ? parts.some(is) : parts.every(is);
  });
  return new Map(questions.map(({ id }, at) => [id, `${flat.filter((facts) => tests[at]?.(facts)).length}`]));
}

function withJsonRules(questions: readonly Question[], flat: readonly Flat[]) {
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const { id, either, parts } of questions) {
    const conditions = parts.map(({ fact, value }) => ({ fact, operator: 'equal', value }));
    engine.addRule({ conditions: either ? { any: conditions } : { all: conditions }, event: { type: id } });
  }
  return async () => {
    const good = new Map(questions.map(({ id }) => [id, 0]));
    for (const facts of flat) {
      const { events } = await engine.run(facts);
      for (const { type } of events) good.set(type, (good.get(type) ?? 0) + 1);
    }
    return asText(good);
  };
}

function withCel(questions: readonly Question[], flat: readonly Flat[]) {
  const trees = questions.map(({ id, text }) => ({ id, tree: treeOf(text) }));
  const names = new Set(questions.flatMap(({ parts }) => parts.map(({ fact }) => fact)));
  // A missing identifier is an exception there: it is given null, which equals neither true nor false.
  const contexts = flat.map((facts) => nestedFrom([...names].map((name) => [name, facts[name] ?? null])));
  return () => {
    const good = new Map(questions.map(({ id }) => [id, 0]));
    for (const context of contexts) {
      for (const { id, tree } of trees) if (evaluate(tree, context) === true) good.set(id, (good.get(id) ?? 0) + 1);
    }
    return asText(good);
  };
}

function treeOf(text: string) {
  const parsed = parse(text);
  if (!parsed.isSuccess) throw new Error(`${text}: ${parsed.errors.join('; ')}`);
  return parsed.cst;
}

/** `a.b: 1` as `{a: {b: 1}}`. */
function nestedFrom(facts: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of facts) {
    const path = name.split('.');
    const last = path.pop() ?? '';
    let at = root;
    for (const key of path) {
      const inner = (at[key] ?? {}) as Record<string, unknown>;
      at[key] = inner;
      at = inner;
    }
    at[last] = value;
  }
  return root;
}

const stageRounds = 5;

/** Shares of the product's own time, and what no engine can go below. */
function whereTimeGoes(pack: Pack, input: AssessInput): string[] {
  const index = indexEvidence(input);
  const { rows } = sequenceOf(pack, input);
  const whole = timeOf(() => assess(pack, input));
  const sorting = timeOf(() => indexEvidence(input)) / whole;
  const judging = timeOf(() => judgeRows(new Judging(pack, index, { at: index.now, quick: true }), rows)) / whole;
  const share = (part: number) => `${Math.round(100 * Math.min(1, Math.max(0, part)))} %`;
  return [
    `Where plimsoll's time goes: ${share(sorting)} sorts the evidence by asset, fact and source; ${share(judging)} ages and`,
    `combines readings, runs the conditions and counts; ${share(1 - sorting - judging)} finds when each answer changes, levels, drops, blockers.`,
    'The limit is the last row: it reads every fact once from merged maps and keeps one count per condition, so nothing',
    'that reads all facts can be quicker. What changed alone is judged anew: see the incremental figures.',
  ];
}

/** Shortest of a few: what the work takes when nothing else runs. */
function timeOf(act: () => unknown): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < stageRounds; round++) {
    const began = performance.now();
    act();
    shortest = Math.min(shortest, performance.now() - began);
  }
  return shortest;
}

/** The questions as rows of a pack of their own. */
function fewRows(pack: Pack, questions: readonly Question[]): Pack {
  const rows = questions.map(({ id, text }) => {
    const source = pack.byId.get(id);
    if (source === undefined) throw new Error(`no row ${id}`);
    const bare = { id, practice: source.practice, level: source.level, core: true, role: source.role };
    const { row, faults } = compileRow(
      {
        ...bare,
        method: 'automated',
        self: false,
        population: 'ALL',
        min: 1,
        freshnessDays: 365,
        needs: [],
        question: source.question,
        good: text,
        parameters: {},
        paths: source.paths,
        minutes: 0,
        packets: 0,
        effort: 'S',
        sharedWith: [],
        why: source.why,
        references: [],
      },
      { digest: id, scope: 'general', lists: new Set() },
    );
    if (row === undefined) throw new Error(JSON.stringify(faults));
    return row;
  });
  return { ...pack, rows, byId: new Map(rows.map((row) => [row.id, row])) };
}

function countsOf(pack: Pack, input: AssessInput): Counted {
  return new Map(
    assess(pack, input).practices.flatMap(({ indicators }) => indicators.map(({ id, good }) => [id, `${good ?? 0}`])),
  );
}

function asText(counts: ReadonlyMap<string, number>): Counted {
  return new Map([...counts].map(([id, count]) => [id, `${count}`]));
}

/** What a condition reads, and what is wrong with it beyond its types. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { type FactName, factNames, isFactName, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { environmentFor, type FunctionName, functions, maxConditionLength, nearest, pathOf } from './language.ts';
import { PopulationError, parsePopulation } from './population.ts';
import { type Bound, registerFor, shapeOf } from './shape.ts';

/** One thing wrong with an expression, at an offset of its text. */
export interface Fault {
  readonly expected: string;
  readonly found: string;
  readonly hint?: string;
  readonly offset: number;
}

/** Everything that a condition depends on. */
export interface Reads {
  readonly facts: ReadonlySet<FactName>;
  /** Facts of assets read outside `allOf` and `anyOf`. */
  readonly assetFacts: ReadonlySet<FactName>;
  readonly parameters: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
  readonly sets: ReadonlySet<string>;
  /** Rows named in `isMet("...")`. */
  readonly rows: ReadonlySet<string>;
  /** `isMet` of a row that only a fact names. */
  readonly anyRow: boolean;
  readonly usesElement: boolean;
  /** Looks at more than one member: `count`, `allOf`, `anyOf`. */
  readonly overSets: boolean;
}

export interface Checked {
  readonly tree?: ASTNode;
  readonly reads: Reads;
  readonly faults: readonly Fault[];
}

export function inspect(text: string, register: FactName | undefined): Checked {
  const inspector = new Inspector(register);
  if (text.length > maxConditionLength) {
    inspector.fault(0, `at most ${maxConditionLength} characters`, `${text.length}`);
    return inspector.done();
  }
  const environment = environmentFor(register);
  try {
    const parsed = environment.parse(text);
    inspector.walk(parsed.ast, []);
    const checked = parsed.check();
    if (!checked.valid) inspector.typeFault(checked.error, text);
    else if (checked.type !== 'bool') inspector.fault(0, 'a condition (true or false)', `${checked.type}`);
    return inspector.done(parsed.ast);
  } catch (error) {
    inspector.typeFault(error, text);
    return inspector.done();
  }
}

const allowed = new Set(
  ['value', 'id', '.', 'call', 'rcall', 'list', '?:', '||', '&&', '!_', '-_'].concat([
    '==',
    '!=',
    '<',
    '<=',
    '>',
    '>=',
    'in',
    '+',
    '-',
    '*',
  ]),
);
const listMacros = new Set(['all', 'exists', 'filter']);
const methods = new Set([...listMacros, 'size', 'startsWith', 'endsWith', 'contains']);
const maxNesting = 2;

class Inspector {
  private readonly register: FactName | undefined;
  private readonly faults: Fault[] = [];
  private readonly facts = new Set<FactName>();
  private readonly assetFacts = new Set<FactName>();
  private readonly parameters = new Set<string>();
  private readonly lists = new Set<string>();
  private readonly sets = new Set<string>();
  private readonly rows = new Set<string>();
  private anyRow = false;
  private usesElement = false;
  private overSets = false;
  private insideSet = false;
  private insideShown = false;

  constructor(register: FactName | undefined) {
    this.register = register;
  }

  fault(offset: number, expected: string, found: string, hint?: string): void {
    this.faults.push({ offset, expected, found, ...(hint === undefined ? {} : { hint }) });
  }

  typeFault(error: unknown, text: string): void {
    const { summary, offset, code } = describe(error);
    if (this.faults.length > 0 && (code === 'no_such_key' || code === 'unknown_variable')) return;
    this.fault(
      offset,
      'a condition over known facts whose types fit',
      `${summary} in ${JSON.stringify(clip(text, 120))}`,
    );
  }

  done(tree?: ASTNode): Checked {
    const { facts, assetFacts, parameters, lists, sets, rows, anyRow, usesElement, overSets, faults } = this;
    const reads = { facts, assetFacts, parameters, lists, sets, rows, anyRow, usesElement, overSets };
    return { reads, faults, ...(tree === undefined || faults.length > 0 ? {} : { tree }) };
  }

  walk(node: ASTNode, bound: Bound): void {
    if (!allowed.has(node.op)) {
      this.fault(
        node.start,
        'an operator of conditions (&& || ! == != < <= > >= in + - * ?:)',
        JSON.stringify(node.op),
        hintFor(node.op),
      );
      return;
    }
    switch (node.op) {
      case 'value':
        this.literal(node);
        return;
      case 'id':
      case '.':
        this.path(node, bound);
        return;
      case 'call':
        this.call(node, bound);
        return;
      case 'rcall':
        this.method(node, bound);
        return;
      case '!_':
      case '-_':
        this.walk(node.args, bound);
        return;
      case '==':
      case '!=':
      case 'in':
        this.words(node.args, bound);
        break;
    }
    for (const item of node.args as readonly ASTNode[]) this.walk(item, bound);
  }

  private literal(node: ASTNode & { op: 'value' }): void {
    const { args } = node;
    if (typeof args === 'bigint' || typeof args === 'number') {
      const value = Number(args);
      if (value !== 0 && value !== 1) {
        this.fault(node.start, 'numbers other than 0 and 1 named under parameters and read as p.NAME', String(value));
      }
    } else if (typeof args !== 'string' && typeof args !== 'boolean') {
      this.fault(node.start, 'true, false, a text or a number', String(args));
    }
  }

  private path(node: ASTNode & { op: 'id' | '.' }, bound: Bound): void {
    const path = pathOf(node);
    if (path === undefined) {
      if (node.op === '.') this.walk(node.args[0], bound);
      return;
    }
    const [root = '', key] = path;
    if (bound.some((variable) => variable.name === root)) return;
    if (root === 'it') {
      this.usesElement = true;
      if (this.register === undefined)
        this.fault(node.start, 'facts (it is an element, and this row counts none)', path.join('.'));
      else this.facts.add(this.register);
      return;
    }
    if (root === 'p' || root === 'lists') {
      if (key !== undefined) (root === 'p' ? this.parameters : this.lists).add(key);
      return;
    }
    const name = path.join('.');
    if (isFactName(name)) {
      this.fact(name);
      if (this.insideShown && !isRecord(name)) {
        this.fault(node.start, 'facts that only people and their systems record, in shown()', name, silenceHint);
      }
    } else {
      const near = nearest(name, factNames);
      this.fault(
        node.start,
        'a fact of the vocabulary',
        JSON.stringify(name),
        near === undefined ? undefined : `did you mean "${near}"?`,
      );
    }
  }

  private fact(name: FactName): void {
    this.facts.add(name);
    const { subject } = vocabulary[name];
    if (!this.insideSet && (subject === 'asset' || subject === 'interface' || subject === 'instance'))
      this.assetFacts.add(name);
  }

  private call(node: ASTNode & { op: 'call' }, bound: Bound): void {
    const [name, args] = node.args;
    if (name !== 'size' && !Object.hasOwn(functions, name)) {
      const hint = name === 'has' ? 'silence is no fact: conditions see what was seen' : hintFor(name);
      this.fault(node.start, `one of ${Object.keys(functions).join(', ')}, size`, `${name}()`, hint);
      return;
    }
    const over = name === 'allOf' || name === 'anyOf';
    if (name === 'isMet') this.isMet(args[0]);
    if (over || name === 'count' || name === 'isIn') this.setName(args[0]);
    if (over || name === 'count') this.overSets = true;
    if (over && this.insideSet) this.fault(node.start, 'allOf and anyOf side by side', 'one inside the other');
    if (name === 'known' || name === 'readAge') this.onPath(name as FunctionName, args[0]);
    if (name === 'containsAll' && args[0] && args[1]) this.words([args[0], args[1]], bound);
    const { insideSet, insideShown } = this;
    this.insideSet ||= over;
    this.insideShown ||= name === 'shown';
    for (const item of args) this.walk(item, bound);
    this.insideSet = insideSet;
    this.insideShown = insideShown;
  }

  private method(node: ASTNode & { op: 'rcall' }, bound: Bound): void {
    const [name, receiver, args] = node.args;
    if (!methods.has(name)) {
      const hint =
        name === 'matches'
          ? 'a backtracking expression is a trap: use startsWith, endsWith, contains or in'
          : hintFor(name);
      this.fault(node.start, `one of ${[...methods].join(', ')}`, `${name}()`, hint);
      return;
    }
    this.walk(receiver, bound);
    if (!listMacros.has(name)) {
      for (const item of args) this.walk(item, bound);
      return;
    }
    const [variable, body] = args;
    if (bound.length >= maxNesting) this.fault(node.start, `lists at most ${maxNesting} deep`, `${bound.length + 1}`);
    if (variable?.op !== 'id' || body === undefined) return;
    if (variable.args === 'it' || variable.args === 'p' || variable.args === 'lists') {
      this.fault(variable.start, 'a variable of its own name', JSON.stringify(variable.args));
    }
    this.walk(body, [...bound, { name: variable.args, register: registerFor(receiver) }]);
  }

  /** A word that its closed set does not hold would never be found: a typing mistake, told at once. */
  private words(sides: readonly ASTNode[], bound: Bound): void {
    for (const [side, other] of [sides, [...sides].reverse()]) {
      const known = side && shapeOf(side, bound, this.register)?.words;
      if (known === undefined || other === undefined) continue;
      for (const text of other.op === 'list' ? other.args : [other]) {
        if (text.op !== 'value' || typeof text.args !== 'string' || known.includes(text.args)) continue;
        const near = nearest(text.args, known);
        this.fault(
          text.start,
          `one of ${known.join(', ')}`,
          JSON.stringify(text.args),
          near && `did you mean "${near}"?`,
        );
      }
    }
  }

  private isMet(node: ASTNode | undefined): void {
    if (node?.op === 'value' && typeof node.args === 'string') this.rows.add(node.args);
    else this.anyRow = true;
  }

  private setName(node: ASTNode | undefined): void {
    if (node?.op !== 'value' || typeof node.args !== 'string') {
      this.fault(node?.start ?? 0, 'a set in quotes', 'an expression');
      return;
    }
    try {
      parsePopulation(node.args);
      this.sets.add(node.args);
    } catch (error) {
      if (!(error instanceof PopulationError)) throw error;
      this.fault(node.start, error.expected, error.found);
    }
  }

  private onPath(name: FunctionName, node: ASTNode | undefined): void {
    if (node === undefined || pathOf(node) === undefined) {
      this.fault(node?.start ?? 0, `a fact or key in ${name}()`, 'an expression');
    }
  }
}

const silenceHint = 'what a probe may look for is not absent because nobody looked';

function isRecord(name: FactName): boolean {
  return vocabulary[name].from.every((source) => source.startsWith('statement:') || source.startsWith('import:'));
}

const hints: Readonly<Record<string, string>> = {
  '/': 'use share(part, whole): a share of nothing must not pass',
  '%': 'there is no remainder in a condition',
  '[]': 'use exists or all instead of an index',
  timestamp: 'compare dates with age() and remaining(), so that the engine knows when the answer changes',
  duration: 'use days(), hours() or minutes()',
  map: 'use all, exists or filter',
  exists_one: 'use filter(...).size() == 1',
};

function hintFor(what: string): string | undefined {
  return Object.hasOwn(hints, what) ? hints[what] : undefined;
}

function describe(error: unknown): { summary: string; offset: number; code: string } {
  if (!(error instanceof Error)) return { summary: String(error), offset: 0, code: '' };
  const known = error as Error & { summary?: string; range?: { start: number }; code?: string };
  return { summary: known.summary ?? error.message, offset: known.range?.start ?? 0, code: known.code ?? '' };
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}

/** The functions of a condition. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { type Compiler, constant, type Part, sizeOf } from './evaluate.ts';
import type { FunctionName } from './language.ts';
import { type Run, strict } from './logic.ts';
import { overSubjects } from './over-sets.ts';
import type { Scope } from './scope.ts';
import { type Bound, shapeOf } from './shape.ts';
import { noSupport, reasonBits, Unseen, unseenFor, type Value } from './value.ts';

interface Call {
  readonly name: string;
  readonly nodes: readonly ASTNode[];
}

export function callOf(compiler: Compiler, call: Call, bound: Bound): Part {
  const parts = call.nodes.map((node) => compiler.part(node, bound));
  const [first = constant(false), second = constant(false)] = parts;
  if (call.name === 'size') return { run: sizeOf(first.run) };
  const [node] = call.nodes;
  if (call.name === 'filled' && node && shapeOf(node, bound, compiler.register)?.type === 'timestamp') {
    return { run: mapped(first.run, (value) => value !== 0) };
  }
  return partByName[call.name as FunctionName](first, second, bound.length === 0);
}

/** `isFree`: no variable of a list is in sight. */
const partByName: Readonly<Record<FunctionName, (first: Part, second: Part, isFree: boolean) => Part>> = {
  age: (date) => ({ run: sinceRun(date.run, 1), slope: () => 1, volatile: date.volatile === true }),
  remaining: (date) => ({ run: sinceRun(date.run, -1), slope: () => -1, volatile: date.volatile === true }),
  between: (from, to) => ({ run: strict(from.run, to.run, (one, other) => (Number(other) - Number(one)) / 1000) }),
  never: (date) => ({ run: mapped(date.run, (value) => value === 0) }),
  days: (number) => times(number, 86_400),
  hours: (number) => times(number, 3600),
  minutes: (number) => times(number, 60),
  share: (part, whole) => ({ run: strict(part.run, whole.run, shareOf) }),
  filled: (part) => ({ run: mapped(part.run, isFilled) }),
  known: (part) => ({ run: mapped(part.run, () => true) }),
  shown: (part) => ({ run: shownRun(part.run) }),
  readAge: (part) => ({ run: readAgeRun(part.run), slope: () => 1, volatile: true }),
  containsAll: (list, words) => ({ run: strict(list.run, words.run, containsAll) }),
  isIn: (set) => ({
    run: (scope) => plainAnswer(scope, scope.told(scope.surroundings.world.isIn(textOf(set), scope.member))),
  }),
  count: (set) => ({ run: (scope) => plainAnswer(scope, scope.told(scope.surroundings.world.count(textOf(set)))) }),
  allOf: (set, condition, isFree) => ({
    run: overSubjects({ set: textOf(set), condition: condition.run, decisive: false, keeps: isFree }),
  }),
  anyOf: (set, condition, isFree) => ({
    run: overSubjects({ set: textOf(set), condition: condition.run, decisive: true, keeps: isFree }),
  }),
  isMet: (row) => ({ run: (scope) => isMet(scope, row.run(scope)) }),
};

function textOf(part: Part): string {
  return String(part.literal);
}

function plainAnswer<T extends Value>(scope: Scope, value: T): T {
  scope.unsupported();
  return value;
}

/** Seconds since (1) or until (-1) a date, by the clock of the statement that named it. */
function sinceRun(date: Run, sign: 1 | -1): Run {
  return (scope) => {
    scope.clock = scope.moment.at;
    const value = date(scope);
    const { clock } = scope;
    if (clock !== scope.moment.at) scope.frozen = true;
    scope.clock = scope.moment.at;
    return value instanceof Unseen ? value : (sign * (clock - Number(value))) / 1000;
  };
}

function readAgeRun(part: Run): Run {
  return (scope) => {
    const value = part(scope);
    if (value instanceof Unseen) return value;
    return scope.oldest === noSupport.at ? unseenFor(reasonBits.neverAsked) : (scope.moment.at - scope.oldest) / 1000;
  };
}

function mapped(part: Run, map: (value: Value) => Value): Run {
  return (scope) => {
    const value = part(scope);
    return value instanceof Unseen ? value : map(value);
  };
}

/** What a plant has to show is not there until it is shown: a record that nobody made speaks for nobody. */
function shownRun(part: Run): Run {
  return (scope) => {
    const value = part(scope);
    if (!(value instanceof Unseen)) return value;
    scope.unsupported();
    return false;
  };
}

function times(part: Part, factor: number): Part {
  return { run: mapped(part.run, (value) => Number(value) * factor) };
}

/** A share of nothing is no share: a plain division would be infinite, and pass. */
function shareOf(part: Value, whole: Value): Value {
  return Number(whole) === 0 ? unseenFor(reasonBits.notSeen) : Number(part) / Number(whole);
}

/** The epoch stands for "never" and the empty string for "none": neither fills anything. */
function isFilled(value: Value): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  if (Array.isArray(value)) return value.length > 0;
  return true;
}

function containsAll(list: Value, words: Value): boolean {
  const held = new Set(list as readonly string[]);
  return (words as readonly string[]).every((word) => held.has(word));
}

function isMet(scope: Scope, row: Value): Value {
  scope.unsupported();
  if (row instanceof Unseen) return row;
  const status = scope.surroundings.world.statusOf(String(row));
  if (status === 'met') return true;
  return status === 'notMet' ? false : unseenFor(reasonBits.restsOn);
}

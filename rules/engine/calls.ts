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
  age: (date) => ({ run: ageRun(date.run), slope: () => 1, volatile: date.volatile === true }),
  remaining: (date) => ({ run: remainingRun(date.run), slope: () => -1, volatile: date.volatile === true }),
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

/** A date alone ends its day somewhere else on earth, and clocks differ. */
const aheadMs = 86_400_000;

/**
 * Seconds since a date. What has not happened yet has no age: such a date contradicts the clock until it comes, and an
 * approval of next year is none today.
 */
function ageRun(date: Run): Run {
  return dated(date, (scope, instant, clock) => {
    const from = instant - aheadMs;
    if (clock >= from) return (clock - instant) / 1000;
    if (clock === scope.moment.at) scope.until = Math.min(scope.until, from);
    return unseenFor(reasonBits.conflict);
  });
}

/** Seconds until a date. */
function remainingRun(date: Run): Run {
  return dated(date, (_, instant, clock) => (instant - clock) / 1000);
}

/** A date against the clock of the statement that named it. */
function dated(date: Run, read: (scope: Scope, instant: number, clock: number) => Value): Run {
  return (scope) => {
    scope.clock = scope.moment.at;
    const value = date(scope);
    const { clock } = scope;
    if (clock !== scope.moment.at) scope.frozen = true;
    scope.clock = scope.moment.at;
    return value instanceof Unseen ? value : read(scope, Number(value), clock);
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

/** A share of nothing is no share: a plain division would be infinite, and pass. More than all contradicts itself. */
function shareOf(part: Value, whole: Value): Value {
  if (Number(part) > Number(whole) || Number(part) < 0) return unseenFor(reasonBits.conflict);
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

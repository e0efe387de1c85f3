/**
 * The meaning of a condition. The CEL tree becomes closures over three-valued values; on facts that are all seen they
 * give what CEL gives (a test holds them equal).
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { type FactName, isFactName, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { callOf } from './calls.ts';
import { pathOf } from './language.ts';
import { connective, merge, quantifier, type Run, strict, support } from './logic.ts';
import { nothingAsked } from './readings.ts';
import type { Scope } from './scope.ts';
import { type Bound, registerFor } from './shape.ts';
import { comparison } from './time.ts';
import { type Element, neverAsked, noSupport, type Resolved, Unseen, unseenFor, type Value } from './value.ts';

/** A compiled expression. */
export interface Part {
  readonly run: Run;
  /** Change per second of time that passes; absent for what does not move by itself. */
  readonly slope?: (scope: Scope) => number;
  /** Reads the date of a look, which says nothing bad when it is old. */
  readonly volatile?: boolean;
  readonly literal?: string | number | boolean;
}

export interface Compiler {
  part(node: ASTNode, bound: Bound): Part;
  /** Register whose element `it` is. */
  readonly register: FactName | undefined;
}

export function compile(tree: ASTNode, register: FactName | undefined): Run {
  const compiler: Compiler = { part: (node, bound) => partOf(compiler, node, bound), register };
  return compiler.part(tree, []).run;
}

function partOf(compiler: Compiler, node: ASTNode, bound: Bound): Part {
  switch (node.op) {
    case 'value':
      return constant(typeof node.args === 'bigint' ? Number(node.args) : (node.args as string | number | boolean));
    case 'id':
    case '.':
      return named(compiler, node, bound);
    case 'list':
      return listOf(node.args.map((item) => compiler.part(item, bound)));
    case '&&':
    case '||': {
      const [left, right] = pair(compiler, node.args, bound);
      return { run: connective(left.run, right.run, node.op === '||') };
    }
    case '!_':
      return negated(compiler.part(node.args, bound));
    case '-_':
      return scaled(compiler.part(node.args, bound), constant(-1));
    case '?:': {
      const [question, then, otherwise] = node.args;
      return conditional(compiler.part(question, bound), ...pair(compiler, [then, otherwise], bound));
    }
    case '==':
    case '!=': {
      const [left, right] = pair(compiler, node.args, bound);
      const wanted = node.op === '==';
      return { run: strict(left.run, right.run, (one, other) => isEqual(one, other) === wanted) };
    }
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const [left, right] = pair(compiler, node.args, bound);
      return { run: comparison(node.op, left, right) };
    }
    case 'in': {
      const [left, right] = pair(compiler, node.args, bound);
      return { run: strict(left.run, right.run, (one, other) => (other as readonly Value[]).includes(one)) };
    }
    case '+':
    case '-': {
      const [left, right] = pair(compiler, node.args, bound);
      return summed(left, right, node.op === '+' ? 1 : -1);
    }
    case '*': {
      const [left, right] = pair(compiler, node.args, bound);
      return scaled(left, right);
    }
    case 'rcall':
      return methodOf(compiler, node, bound);
    case 'call':
      return callOf(compiler, { name: node.args[0], nodes: node.args[1] }, bound);
    default:
      throw new Error(`${node.op} passed the check of conditions`);
  }
}

export function constant(value: string | number | boolean): Part {
  return {
    run: (scope) => {
      scope.unsupported();
      return value;
    },
    literal: value,
  };
}

function pair(compiler: Compiler, nodes: readonly [ASTNode, ASTNode], bound: Bound): [Part, Part] {
  return [compiler.part(nodes[0], bound), compiler.part(nodes[1], bound)];
}

function named(compiler: Compiler, node: ASTNode, bound: Bound): Part {
  const path = pathOf(node) ?? [];
  const [root = '', key] = path;
  const depth = bound.findLastIndex((variable) => variable.name === root);
  const variable = bound[depth];
  if (variable !== undefined) {
    const { register } = variable;
    if (key === undefined || register === undefined) return { run: variableRun(depth) };
    return { run: (scope) => cellOf(scope, scope.variables[depth] as Element, { register, key }) };
  }
  if (root === 'it' && key !== undefined && compiler.register !== undefined) {
    const { register } = compiler;
    return {
      run: (scope) => (scope.element === undefined ? neverAsked : cellOf(scope, scope.element, { register, key })),
    };
  }
  if (root === 'p' && key !== undefined) return { run: parameterRun(key) };
  if (root === 'lists' && key !== undefined) {
    return {
      run: (scope) => {
        scope.unsupported();
        return scope.surroundings.lists[key] ?? [];
      },
    };
  }
  return factPart(path.join('.'));
}

function variableRun(depth: number): Run {
  return (scope) => {
    scope.unsupported();
    return scope.variables[depth] as Value;
  };
}

function parameterRun(key: string): Run {
  return (scope) => {
    scope.unsupported();
    return scope.parameters[key] ?? Number.NaN;
  };
}

function factPart(name: string): Part {
  if (!isFactName(name)) throw new Error(`${name} passed the check of conditions`);
  const { subject, volatile } = vocabulary[name];
  const ofParty = belongsToParty(name);
  switch (subject) {
    case 'system':
      return { run: (scope) => scope.read(scope.surroundings.system, name).value, volatile };
    case 'organisation':
      return {
        run: (scope) => scope.read((ofParty ? scope.party : undefined) ?? scope.surroundings.organisation, name).value,
        volatile,
      };
    case 'asset':
    case 'interface':
    case 'instance':
      return {
        run: (scope) => (scope.asset === undefined ? neverAsked : scope.read(scope.asset, name).value),
        volatile,
      };
  }
}

/** Facts that a supplier or partner has of its own; all others are the own organisation's. */
export function belongsToParty(name: string): boolean {
  return name.startsWith('supplier.') || name.startsWith('partner.') || name.startsWith('organisation.');
}

function cellOf(scope: Scope, element: Element, at: { register: FactName; key: string }): Value {
  if (at.key === 'id') {
    scope.unsupported();
    return element.id;
  }
  const cell = element.cells.get(at.key) ?? nothingAsked;
  scope.note(cell);
  if (scope.lookups) scope.noteKey(at.register, `${element.id}.${at.key}`, cell);
  return cell.value;
}

function listOf(parts: readonly Part[]): Part {
  return {
    run: (scope) => {
      let mask = 0;
      let { weak, strong, at: oldest }: Pick<Resolved, 'weak' | 'strong' | 'at'> = noSupport;
      const values = parts.map((part) => {
        const value = part.run(scope);
        if (value instanceof Unseen) mask |= value.mask;
        merge(scope, weak, strong, oldest);
        ({ weak, strong, oldest } = scope);
        return value;
      });
      support(scope, weak, strong, oldest);
      return mask === 0 ? (values as string[]) : unseenFor(mask);
    },
  };
}

function negated(part: Part): Part {
  return {
    run: (scope) => {
      const value = part.run(scope);
      return value instanceof Unseen ? value : !value;
    },
  };
}

/** Unseen while the question is, unless both answers are the same. */
function conditional(question: Part, then: Part, otherwise: Part): Part {
  const run: Run = (scope) => {
    const answer = question.run(scope);
    const { weak, strong, oldest } = scope;
    if (answer instanceof Unseen) {
      const one = then.run(scope);
      const other = otherwise.run(scope);
      return !(one instanceof Unseen) && isEqual(one, other) ? one : answer;
    }
    const value = (answer ? then : otherwise).run(scope);
    merge(scope, weak, strong, oldest);
    return value;
  };
  const slope = (scope: Scope) => slopeOf(question.run(scope) === true ? then : otherwise, scope);
  return moving(run, [then, otherwise], slope);
}

function summed(left: Part, right: Part, sign: 1 | -1): Part {
  const run = strict(left.run, right.run, (one, other) =>
    typeof one === 'string' ? `${one}${String(other)}` : Number(one) + sign * Number(other),
  );
  return moving(run, [left, right], (scope) => slopeOf(left, scope) + sign * slopeOf(right, scope));
}

function scaled(left: Part, right: Part): Part {
  const run = strict(left.run, right.run, (one, other) => Number(one) * Number(other));
  const slope = (scope: Scope) =>
    slopeOf(left, scope) * Number(right.run(scope)) + slopeOf(right, scope) * Number(left.run(scope));
  return moving(run, [left, right], slope);
}

/** Moves with time where one of its parts does; asked for its slope only once its value is seen. */
function moving(run: Run, parts: readonly Part[], slope: (scope: Scope) => number): Part {
  if (parts.every((part) => part.slope === undefined)) return { run };
  return { run, slope, volatile: parts.some((part) => part.volatile === true) };
}

function slopeOf(part: Part, scope: Scope): number {
  return part.slope?.(scope) ?? 0;
}

function methodOf(compiler: Compiler, node: ASTNode & { op: 'rcall' }, bound: Bound): Part {
  const [name, receiver, nodes] = node.args;
  const list = compiler.part(receiver, bound);
  const [first, second] = nodes;
  if (name === 'size') return { run: sizeOf(list.run) };
  if (first === undefined) throw new Error(`${name} passed the check of conditions`);
  if (second === undefined) {
    const other = compiler.part(first, bound);
    return { run: strict(list.run, other.run, (one, text) => textual(name, String(one), String(text))) };
  }
  const depth = bound.length;
  const variable = { name: first.op === 'id' ? first.args : '', register: registerFor(receiver) };
  const body = compiler.part(second, [...bound, variable]);
  if (name === 'filter') return { run: filterOf(list.run, body.run, depth) };
  return { run: quantifier(list.run, body.run, { depth, decisive: name === 'exists' }) };
}

export function sizeOf(list: Run): Run {
  return (scope) => {
    const value = list(scope);
    return value instanceof Unseen ? value : (value as readonly unknown[] | string).length;
  };
}

function filterOf(list: Run, body: Run, depth: number): Run {
  return (scope) => {
    const items = list(scope);
    if (items instanceof Unseen) return items;
    let { weak, strong, oldest } = scope;
    let mask = 0;
    const kept: unknown[] = [];
    for (const item of items as readonly unknown[]) {
      scope.variables[depth] = item;
      const value = body(scope);
      merge(scope, weak, strong, oldest);
      ({ weak, strong, oldest } = scope);
      if (value instanceof Unseen) mask |= value.mask;
      else if (value) kept.push(item);
    }
    support(scope, weak, strong, oldest);
    return mask === 0 ? (kept as unknown as Value) : unseenFor(mask);
  };
}

function textual(name: string, text: string, part: string): boolean {
  if (name === 'startsWith') return text.startsWith(part);
  if (name === 'endsWith') return text.endsWith(part);
  return text.includes(part);
}

export function isEqual(one: Value, other: Value): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

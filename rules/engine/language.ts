/**
 * What a condition may say: CEL over the fact vocabulary, with every name and type known before the first row runs.
 * CEL parses and type-checks here; `evaluate.ts` gives the meaning, because a fact that was not seen is a value there
 * and not an error.
 */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import type { FactDefinition, KeyType } from '../../collectors/contract/fact.ts';
import { type FactName, factNames, vocabulary } from '../../collectors/contract/vocabulary.ts';

/** Functions of a condition. The text is the signature as the README lists it. */
export const functions = {
  age: ['age(google.protobuf.Timestamp): double'],
  remaining: ['remaining(google.protobuf.Timestamp): double'],
  between: ['between(google.protobuf.Timestamp, google.protobuf.Timestamp): double'],
  never: ['never(google.protobuf.Timestamp): bool'],
  days: ['days(double): double', 'days(int): double'],
  hours: ['hours(double): double', 'hours(int): double'],
  minutes: ['minutes(double): double', 'minutes(int): double'],
  share: [
    'share(double, double): double',
    'share(int, double): double',
    'share(double, int): double',
    'share(int, int): double',
  ],
  filled: [
    'filled(string): bool',
    'filled(google.protobuf.Timestamp): bool',
    'filled(double): bool',
    'filled(list<dyn>): bool',
    'filled(bool): bool',
  ],
  known: ['known(dyn): bool'],
  shown: ['shown(bool): bool'],
  readAge: ['readAge(dyn): double'],
  containsAll: ['containsAll(list<string>, list<string>): bool'],
  isIn: ['isIn(string): bool'],
  count: ['count(string): double'],
  allOf: ['allOf(string, bool): bool'],
  anyOf: ['anyOf(string, bool): bool'],
  isMet: ['isMet(string): bool'],
} as const;
export type FunctionName = keyof typeof functions;

export const maxConditionLength = 4000;
const timestamp = 'google.protobuf.Timestamp';

let shared: Environment | undefined;
const byRegister = new Map<string, Environment>();

/** Parses and checks; throws the library's errors, which carry `summary` and `range`. */
export function environmentFor(register: string | undefined): Environment {
  shared ??= baseEnvironment();
  if (register === undefined) return shared;
  const known = byRegister.get(register);
  if (known !== undefined) return known;
  const own = shared.clone();
  own.registerVariable('it', elementTypeOf(register));
  byRegister.set(register, own);
  return own;
}

/** `a.b.c` as written, or undefined when the node is no plain path of names. */
export function pathOf(node: ASTNode): string[] | undefined {
  if (node.op === 'id') return [node.args];
  if (node.op !== '.') return undefined;
  const before = pathOf(node.args[0]);
  return before === undefined ? undefined : [...before, node.args[1]];
}

/** The nearest known word, for "did you mean"; undefined when nothing is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 4)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = distanceOf(word, candidate, least);
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

function baseEnvironment(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    limits: { maxAstNodes: 1500, maxDepth: 40, maxListElements: 200, maxMapEntries: 1, maxCallArguments: 4 },
  });
  for (const name of factNames) {
    const definition = vocabulary[name];
    if (definition.type === 'object[]') {
      environment.registerType({ name: elementTypeOf(name), schema: keysSchema(definition.keys) });
    }
  }
  for (const [name, schema] of Object.entries(factSchema())) {
    if (typeof schema === 'string') environment.registerVariable(name, schema);
    else environment.registerVariable({ name, schema });
  }
  environment.registerVariable('p', 'map<string, double>');
  environment.registerVariable('lists', 'map<string, list<string>>');
  for (const signatures of Object.values(functions)) {
    for (const signature of signatures) environment.registerFunction(signature, neverRun);
  }
  // Facts are doubles and 1 is an int: let them meet, so that a rule reads as it is said.
  for (const operator of ['==', '+', '-', '*']) {
    const result = operator === '==' ? 'bool' : 'double';
    environment.registerOperator(`double ${operator} int: ${result}`, neverRun);
    if (operator !== '==') environment.registerOperator(`int ${operator} double: ${result}`, neverRun);
  }
  return environment;
}

function neverRun(): never {
  throw new Error('conditions are evaluated by the engine');
}

type Schema = { [key: string]: string | Schema };

function factSchema(): Schema {
  const schema: Schema = {};
  for (const name of factNames) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    let at = schema;
    for (const segment of path) {
      const next = at[segment] ?? {};
      at[segment] = next;
      if (typeof next === 'string') throw new Error(`${name} stands below a fact`);
      at = next;
    }
    at[last] = typeOf(name, vocabulary[name]);
  }
  return schema;
}

function keysSchema(keys: Readonly<Record<string, KeyType>>): Record<string, string> {
  return Object.fromEntries(Object.entries(keys).map(([key, type]) => [key, keyTypeOf(type)]));
}

function elementTypeOf(register: string): string {
  return `Element_${register.replaceAll('.', '_')}`;
}

function typeOf(name: FactName, definition: FactDefinition): string {
  return definition.type === 'object[]'
    ? `list<${elementTypeOf(name)}>`
    : keyTypeOf(definition.type === 'enum' ? definition.values : definition.type);
}

function keyTypeOf(type: KeyType): string {
  if (typeof type !== 'string') return 'string';
  switch (type) {
    case 'boolean':
      return 'bool';
    case 'integer':
    case 'number':
    case 'duration':
      return 'double';
    case 'timestamp':
      return timestamp;
    case 'string[]':
      return 'list<string>';
    case 'string':
      return 'string';
  }
}

function distanceOf(one: string, other: string, limit: number): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost);
    }
    if (Math.min(...next) >= limit) return limit;
    row = next;
  }
  return row[other.length] ?? limit;
}

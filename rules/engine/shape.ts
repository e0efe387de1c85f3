/** What a node of a condition is, as far as the vocabulary says: the closed set of its words, or its type. */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { FactDefinition, KeyType } from '../../collectors/contract/fact.ts';
import { type FactName, isFactName, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { pathOf } from './language.ts';

/** Variables of `all`, `exists` and `filter` by name, innermost last. */
export type Bound = readonly { readonly name: string; readonly register: FactName | undefined }[];

export interface Shape {
  readonly type: string;
  /** Closed set of an enum, or of the words of a list. */
  readonly words?: readonly string[];
}

export function shapeOf(node: ASTNode, bound: Bound, register: FactName | undefined): Shape | undefined {
  const path = pathOf(node);
  if (path === undefined) return undefined;
  const [root, key] = path;
  const variable = bound.findLast((each) => each.name === root);
  if (variable !== undefined) return keyShape(variable.register, key);
  if (root === 'it') return keyShape(register, key);
  const name = path.join('.');
  return isFactName(name) ? factShape(vocabulary[name]) : undefined;
}

/** The fact that a list comes from, so that the keys of its elements are known where it is a register. */
export function registerFor(node: ASTNode): FactName | undefined {
  // Of the methods only `filter` gives a list: the same with fewer elements.
  if (node.op === 'rcall') return registerFor(node.args[1]);
  const name = pathOf(node)?.join('.') ?? '';
  return isFactName(name) ? name : undefined;
}

function factShape(definition: FactDefinition): Shape {
  const { type } = definition;
  const words = 'values' in definition ? definition.values : undefined;
  return words === undefined ? { type } : { type, words };
}

function keyShape(register: FactName | undefined, key: string | undefined): Shape | undefined {
  const definition = register === undefined ? undefined : vocabulary[register];
  if (definition?.type !== 'object[]' || key === undefined) return undefined;
  const type: KeyType | undefined = Object.hasOwn(definition.keys, key) ? definition.keys[key] : undefined;
  if (type === undefined) return undefined;
  return typeof type === 'string' ? { type } : { type: 'enum', words: type };
}

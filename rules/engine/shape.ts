/** What a node of a condition is, as far as the vocabulary says: the closed set of its words, or its type. */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { KeyType } from '../../collectors/contract/fact.ts';
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
  const [root = '', key] = path;
  const variable = bound.findLast((each) => each.name === root);
  const owner = variable === undefined ? (root === 'it' ? register : undefined) : variable.register;
  if (variable !== undefined || root === 'it') return key === undefined ? undefined : keyShape(owner, key);
  const name = path.join('.');
  if (!isFactName(name)) return undefined;
  const definition = vocabulary[name];
  if (definition.type === 'enum') return { type: 'enum', words: definition.values };
  if (definition.type === 'string[]' && definition.values) return { type: 'string[]', words: definition.values };
  return { type: definition.type };
}

/** The register that a list comes from, so that the keys of its elements are known. */
export function registerFor(node: ASTNode): FactName | undefined {
  if (node.op === 'rcall' && node.args[0] === 'filter') return registerFor(node.args[1]);
  const path = pathOf(node)?.join('.');
  return path !== undefined && isFactName(path) && vocabulary[path].type === 'object[]' ? path : undefined;
}

function keyShape(register: FactName | undefined, key: string): Shape | undefined {
  const definition = register === undefined ? undefined : vocabulary[register];
  if (definition?.type !== 'object[]') return undefined;
  const type: KeyType | undefined = Object.hasOwn(definition.keys, key) ? definition.keys[key] : undefined;
  if (type === undefined) return undefined;
  return typeof type === 'string' ? { type } : { type: 'enum', words: type };
}

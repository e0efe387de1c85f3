/**
 * The fact vocabulary: the only names that collectors, imports and statements may fill and rules may read.
 * Timestamps are RFC 3339 in UTC, durations are seconds, a share is two integers (`.count` of `.total`).
 * What somebody states to be missing is a value: false, 0, [], "" and 1970-01-01T00:00:00.000Z for "never".
 */
import type { FactDefinition, KeyType, ValueOf } from './fact.ts';
import { assetSecurityFacts } from './facts/asset-security.ts';
import { assetStateFacts } from './facts/asset-state.ts';
import { interfaceFacts } from './facts/interface.ts';
import { organisationGovernanceFacts } from './facts/organisation-governance.ts';
import { organisationOperationsFacts } from './facts/organisation-operations.ts';
import { registerFacts } from './facts/register.ts';
import { sightFacts } from './facts/sight.ts';
import { systemEnablementFacts } from './facts/system-enablement.ts';
import { systemGovernanceFacts } from './facts/system-governance.ts';
import { systemHardeningFacts } from './facts/system-hardening.ts';

const declared = {
  ...assetStateFacts,
  ...assetSecurityFacts,
  ...interfaceFacts,
  ...registerFacts,
  ...sightFacts,
  ...organisationGovernanceFacts,
  ...organisationOperationsFacts,
  ...systemGovernanceFacts,
  ...systemEnablementFacts,
  ...systemHardeningFacts,
};

export type FactName = keyof typeof declared;
export type FactValue<N extends FactName> = ValueOf<(typeof declared)[N]>;
/** Facts that were seen. What was not seen is absent, never null, false, 0 or "". */
export type Facts = { readonly [N in FactName]?: FactValue<N> };
/** The same while being filled. */
export type FactsDraft = { [N in FactName]?: FactValue<N> };

export const vocabulary: { readonly [N in FactName]: FactDefinition } = declared;
export const factNames = Object.keys(declared).sort() as FactName[];

/** What "never" is written as in a timestamp fact. */
export const never = '1970-01-01T00:00:00.000Z';

export function isFactName(name: string): name is FactName {
  return Object.hasOwn(declared, name);
}

/** Whether `source` (`tls`, `inventory`, `import:siem`, `statement:policy`) may fill the fact. */
export function mayFill(source: string, name: FactName): boolean {
  return vocabulary[name].from.includes(source);
}

/**
 * Says what is wrong with a value, or undefined when it fits the fact's type:
 * "expected one of none, signed, encrypted, found "tls"".
 */
export function problemWith(name: FactName, value: unknown): string | undefined {
  const definition = vocabulary[name];
  switch (definition.type) {
    case 'enum':
      return wordProblem(definition.values, value);
    case 'string[]':
      return listProblem(definition.values, value);
    case 'object[]':
      return recordsProblem(definition.keys, value);
    case 'boolean':
    case 'integer':
    case 'number':
    case 'string':
    case 'timestamp':
    case 'duration':
      return plainProblem(definition.type, value);
  }
}

const timestampShape = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/;

function plainProblem(type: 'boolean' | 'integer' | 'number' | 'string' | 'timestamp' | 'duration', value: unknown) {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : expected('true or false', value);
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : expected('an integer', value);
    case 'number':
      return Number.isFinite(value) ? undefined : expected('a number', value);
    case 'duration':
      return Number.isFinite(value) && (value as number) >= 0 ? undefined : expected('a duration in seconds', value);
    case 'string':
      return typeof value === 'string' ? undefined : expected('a string', value);
    case 'timestamp':
      return typeof value === 'string' && timestampShape.test(value) && !Number.isNaN(Date.parse(value))
        ? undefined
        : expected('a UTC instant such as 2026-03-01T00:00:00Z', value);
  }
}

function wordProblem(values: readonly string[], value: unknown) {
  return typeof value === 'string' && values.includes(value)
    ? undefined
    : expected(`one of ${values.join(', ')}`, value);
}

function listProblem(values: readonly string[] | undefined, value: unknown) {
  if (!Array.isArray(value)) return expected('a list of strings', value);
  for (const word of value as unknown[]) {
    if (typeof word !== 'string') return expected('a list of strings', word);
    if (values && !values.includes(word)) return wordProblem(values, word);
  }
  return undefined;
}

function recordsProblem(keys: Readonly<Record<string, KeyType>>, value: unknown) {
  if (!Array.isArray(value)) return expected('a list of records', value);
  const seen = new Set<unknown>();
  for (const element of value as unknown[]) {
    if (typeof element !== 'object' || element === null || Array.isArray(element)) return expected('a record', element);
    if (!('id' in element)) return 'expected every record to have an id, found one without';
    if (seen.has(element.id)) return `expected every id once, found ${JSON.stringify(element.id)} twice`;
    seen.add(element.id);
    for (const [key, held] of Object.entries(element)) {
      const type = Object.hasOwn(keys, key) ? keys[key] : undefined;
      if (type === undefined) return `expected the keys ${Object.keys(keys).join(', ')}, found ${JSON.stringify(key)}`;
      const problem = keyProblem(type, held);
      if (problem) return `${key}: ${problem}`;
    }
  }
  return undefined;
}

export function keyProblem(type: KeyType, value: unknown): string | undefined {
  if (typeof type !== 'string') return wordProblem(type, value);
  return type === 'string[]' ? listProblem(undefined, value) : plainProblem(type, value);
}

function expected(what: string, found: unknown): string {
  const shown = JSON.stringify(found) ?? String(found);
  return `expected ${what}, found ${shown.length > 80 ? `${shown.slice(0, 77)}...` : shown}`;
}

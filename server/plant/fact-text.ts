/** Fact values as files write them: cells of a table, dates without a time. */
import type { KeyType } from '../../collectors/contract/fact.ts';
import { type FactName, keyProblem, problemWith, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { isRecord } from './reader.ts';
import { startOf } from './site-time.ts';

export type Parsed = { readonly value: unknown } | { readonly expected: string; readonly found?: string };

/** A value of a file that knows types (YAML, JSON): dates of the site become instants; then the type must fit. */
export function typedValue(name: FactName, held: unknown, timeZone: string): Parsed {
  const definition = vocabulary[name];
  const value =
    definition.type === 'timestamp'
      ? dated(held, timeZone)
      : definition.type === 'object[]'
        ? datedRecords(held, definition.keys, timeZone)
        : held;
  return judged(value, problemWith(name, value));
}

/** A cell of a table. Lists are separated by `;`, registers are JSON. */
export function cellValue(name: FactName, cell: string, timeZone: string): Parsed {
  const definition = vocabulary[name];
  switch (definition.type) {
    case 'object[]': {
      const json = jsonOf(cell);
      return json === undefined ? { expected: 'a JSON list of records' } : typedValue(name, json, timeZone);
    }
    case 'string[]':
      return typedValue(name, cell.startsWith('[') ? jsonOf(cell) : listOf(cell), timeZone);
    case 'boolean':
    case 'integer':
    case 'number':
    case 'duration':
      return typedValue(name, scalarOf(definition.type, cell), timeZone);
    case 'enum':
    case 'string':
    case 'timestamp':
      return typedValue(name, cell, timeZone);
  }
}

/** One key of one element of a register; `held` as JSON has it. */
export function typedKey(type: KeyType, held: unknown, timeZone: string): Parsed {
  const value = type === 'timestamp' ? dated(held, timeZone) : held;
  return judged(value, keyProblem(type, value));
}

/** The same from a cell. */
export function cellKey(type: KeyType, cell: string, timeZone: string): Parsed {
  if (type === 'string[]') return typedKey(type, cell.startsWith('[') ? jsonOf(cell) : listOf(cell), timeZone);
  return typedKey(type, typeof type === 'string' ? scalarOf(type, cell) : cell, timeZone);
}

function judged(value: unknown, problem: string | undefined): Parsed {
  if (problem === undefined) return { value };
  const [, before = '', expected = problem, found] = /^(.*?)expected (.*?), found (.*)$/s.exec(problem) ?? [];
  return found === undefined ? { expected: before + expected } : { expected: before + expected, found };
}

function scalarOf(type: string, cell: string): unknown {
  if (type === 'boolean') return cell === 'true' ? true : cell === 'false' ? false : cell;
  if (type === 'integer' || type === 'number' || type === 'duration') {
    return /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell;
  }
  return cell;
}

function listOf(cell: string): string[] {
  return cell
    .split(';')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function jsonOf(cell: string): unknown {
  try {
    return JSON.parse(cell) as unknown;
  } catch {
    // Not JSON: whoever asked says what was expected.
    return undefined;
  }
}

function dated(value: unknown, timeZone: string): unknown {
  return typeof value === 'string' ? (startOf(value, timeZone) ?? value) : value;
}

function datedRecords(held: unknown, keys: Readonly<Record<string, KeyType>>, timeZone: string): unknown {
  if (!Array.isArray(held)) return held;
  return held.map((element: unknown) => {
    if (!isRecord(element)) return element;
    const entries = Object.entries(element);
    return Object.fromEntries(
      entries.map(([key, value]) => [key, keys[key] === 'timestamp' ? dated(value, timeZone) : value]),
    );
  });
}

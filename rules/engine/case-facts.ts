/** Facts of cases, written for people: `-90d` or `200d` ahead for a date, `never`, `15m` for a duration. */
import type { FactDefinition, KeyType } from '../../collectors/contract/fact.ts';
import { isFactName, never, problemWith, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { dayMs } from './value.ts';

export type WrittenFacts = Readonly<Record<string, unknown>>;

const unitMs: Readonly<Record<string, number>> = { d: dayMs, h: 3_600_000, m: 60_000, s: 1000 };
const relativeShape = /^([+-]?)(\d+(?:\.\d+)?)([dhms])$/;
const durationShape = /^(\d+(?:\.\d+)?)([dhms])$/;

/** The facts as collectors would write them. */
export function factsFrom(written: WrittenFacts, now: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(written).map(([name, value]) => [
      name,
      isFactName(name) ? factFrom(vocabulary[name], value, now) : value,
    ]),
  );
}

/** What is wrong with facts that were written: unknown names, values that do not fit. */
export function troubleWith(written: WrittenFacts, now: number): string[] {
  return Object.entries(factsFrom(written, now)).flatMap(([name, value]) => {
    if (!isFactName(name)) return [`no fact ${name}`];
    const problem = problemWith(name, value);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
}

function factFrom(definition: FactDefinition, value: unknown, now: number): unknown {
  if (definition.type !== 'object[]') return valueFrom(definition.type, value, now);
  if (!Array.isArray(value)) return value;
  return value.map((element: unknown) => {
    if (typeof element !== 'object' || element === null) return element;
    const { keys } = definition;
    return Object.fromEntries(
      Object.entries(element).map(([key, held]) => [
        key,
        valueFrom(Object.hasOwn(keys, key) ? keys[key] : undefined, held, now),
      ]),
    );
  });
}

function valueFrom(type: KeyType | 'enum' | undefined, value: unknown, now: number): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'timestamp') return value === 'never' ? never : dateFrom(value, now);
  if (type !== 'duration') return value;
  const [, amount, unit] = durationShape.exec(value) ?? [];
  return amount === undefined ? value : (Number(amount) * (unitMs[unit ?? 's'] ?? 1000)) / 1000;
}

function dateFrom(text: string, now: number): string {
  const [, sign, amount, unit] = relativeShape.exec(text) ?? [];
  if (amount === undefined) return text;
  const distance = Number(amount) * (unitMs[unit ?? 'd'] ?? dayMs);
  return new Date(now + (sign === '-' ? -distance : distance)).toISOString();
}

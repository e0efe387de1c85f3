/** What a person types, as a value of a fact's type. What does not fit is told, and asked again. */
import type { FactDefinition, KeyType } from '../../../collectors/contract/fact.ts';
import { keyProblem, never } from '../../../collectors/contract/vocabulary.ts';

export type Answer = { readonly value: unknown } | { readonly problem: string };

/** How an answer of this type is written, for the prompt. */
export function hintFor(type: KeyType): string {
  if (typeof type !== 'string') return type.map((word, index) => `${index + 1} ${word}`).join(', ');
  switch (type) {
    case 'boolean':
      return 'yes or no';
    case 'integer':
    case 'number':
      return 'a number';
    case 'timestamp':
      return 'a date, 2026-03-01, or days ago, -30d; never';
    case 'duration':
      return 'such as 15 min, 4 h, 30 d';
    case 'string[]':
      return 'words, separated by commas; none';
    case 'string':
      return 'a name or text; nobody';
  }
}

/** Type of a fact's value, for lists of a closed set the set itself. */
export function typeOf(definition: FactDefinition): { readonly type: KeyType; readonly words?: readonly string[] } {
  switch (definition.type) {
    case 'enum':
      return { type: definition.values };
    case 'string[]':
      return { type: 'string[]', ...(definition.values === undefined ? {} : { words: definition.values }) };
    case 'object[]':
      return { type: 'string[]' };
    default:
      return { type: definition.type };
  }
}

export interface Reading {
  readonly type: KeyType;
  readonly words?: readonly string[];
  /** Calendar day at the site, `2026-11-24`. */
  readonly today: string;
  /** A date that may lie ahead: an end, a due date. */
  readonly ahead?: boolean;
}

export function answerFrom(text: string, reading: Reading): Answer {
  const { type, words } = reading;
  if (typeof type !== 'string') return wordOf(text, type);
  switch (type) {
    case 'boolean':
      return booleanOf(text);
    case 'integer':
    case 'number':
      return numberOf(text, type);
    case 'duration':
      return durationOf(text);
    case 'timestamp':
      return dateOf(text, reading);
    case 'string[]':
      return listOf(text, words);
    case 'string':
      return { value: /^(nobody|none|nothing)$/i.test(text) ? '' : text };
  }
}

function booleanOf(text: string): Answer {
  if (/^(y|yes|true)$/i.test(text)) return { value: true };
  return /^(n|no|false)$/i.test(text) ? { value: false } : expected('yes or no', text);
}

function numberOf(text: string, type: 'integer' | 'number'): Answer {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (keyProblem(type, value) !== undefined) return expected(type === 'integer' ? 'a whole number' : 'a number', text);
  return value < 0 ? expected('a number from 0 up', text) : { value };
}

const seconds: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };

function durationOf(text: string): Answer {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*(s|min|h|d)$/.exec(text) ?? [];
  const factor = unit === undefined ? undefined : seconds[unit];
  return factor === undefined
    ? expected('a time such as 15 min, 4 h or 30 d', text)
    : { value: Number(count) * factor };
}

const dayMs = 86_400_000;

function dateOf(text: string, { today, ahead }: Reading): Answer {
  if (/^never$/i.test(text)) return { value: never };
  const start = Date.parse(`${today}T00:00:00Z`);
  const [, ago] = /^-(\d{1,5})d$/.exec(text) ?? [];
  const day = ago !== undefined ? dayOf(start - Number(ago) * dayMs) : text === 'today' ? today : text;
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || dayOf(ms) !== day) return expected('a calendar day such as 2026-03-01, or -30d', text);
  return ms > start && ahead !== true ? expected(`a day that has been, ${today} at the latest`, text) : { value: day };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function listOf(text: string, words: readonly string[] | undefined): Answer {
  if (/^none$/i.test(text)) return { value: [] };
  const parts = [...new Set(text.split(/[,;]/).map((part) => part.trim()))].filter((part) => part !== '');
  if (parts.length === 0) return expected('words, or none', text);
  if (words === undefined) return { value: parts };
  const found = parts.map((part) => wordOf(part, words));
  const bad = found.find((each) => 'problem' in each);
  return bad ?? { value: found.flatMap((each) => ('value' in each ? [each.value] : [])) };
}

function wordOf(text: string, words: readonly string[]): Answer {
  const byNumber = /^\d+$/.test(text) ? words[Number(text) - 1] : undefined;
  const word = words.find((each) => each.toLowerCase() === text.toLowerCase()) ?? byNumber;
  return word === undefined ? expected(`one of ${words.join(', ')}, or its number`, text) : { value: word };
}

function expected(what: string, found: string): Answer {
  return { problem: `expected ${what}, found ${JSON.stringify(found.slice(0, 80))}` };
}

/** Facts that are lists of records (certificates, endpoints, algorithms), element by element against before. Pure. */
import { words } from './catalogue.ts';
import { factValueOf, harmless } from './format.ts';

export interface RecordLine {
  readonly key: string;
  /** Absent: the element lost this key. */
  readonly value?: unknown;
  readonly changed: boolean;
  /** The value before, where it is another one; absent: the key is new. */
  readonly before?: unknown;
}

export interface RecordBlock {
  readonly lines: readonly RecordLine[];
  readonly state: 'same' | 'changed' | 'added' | 'gone';
}

type Element = Readonly<Record<string, unknown>>;

/**
 * Elements of a fact, those that are gone last; undefined where the fact is no list of records. Elements are the same
 * one by `id`; where as many lost theirs as came new (a certificate was replaced), they are compared in their order.
 */
export function recordsOf(value: unknown, before: unknown): readonly RecordBlock[] | undefined {
  const now = elementsOf(value);
  if (now === undefined) return undefined;
  const then = elementsOf(before);
  if (then === undefined) return now.map((each) => blockOf(each, each));
  // A sensor names thousands of stations: each is looked up, not searched for.
  const byName = new Map(then.toReversed().map((old) => [nameOf(old), old]));
  const kept = new Map(now.map((each) => [each, byName.get(nameOf(each))]));
  const matched = new Set(kept.values());
  const rest = then.filter((old) => !matched.has(old));
  const added = now.filter((each) => kept.get(each) === undefined);
  if (added.length === rest.length) for (const [index, each] of added.entries()) kept.set(each, rest[index]);
  return [
    ...now.map((each) => blockOf(each, kept.get(each))),
    ...(added.length === rest.length ? [] : rest.map((old) => blockOf(undefined, old))),
  ];
}

/** As a person writes it; quoted only where the bare text could be taken for something else. */
export function plainValueOf(value: unknown, inList = false): string {
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object'))
    return value.length === 0 ? '[]' : value.map((each) => plainValueOf(each, true)).join(', ');
  if (typeof value !== 'string' || isAmbiguous(value) || (inList && value.includes(','))) return factValueOf(value);
  return harmless(value);
}

/** A value for a narrow place: elements key by key, or one line; what was left out is counted. */
export type BoundedValue =
  | { readonly kind: 'records'; readonly blocks: readonly RecordBlock[]; readonly more: number }
  | { readonly kind: 'text'; readonly text: string; readonly more: number };

const mostElements = 4;
const mostInList = 12;
const mostLetters = 600;

export function boundedValueOf(value: unknown): BoundedValue {
  const counted = elementCountOf(value);
  if (counted !== undefined) return { kind: 'text', text: words.facts.elements(counted), more: 0 };
  if (Array.isArray(value) && value.length === 0) return { kind: 'text', text: words.facts.empty, more: 0 };
  // A member that is itself an element of a register is read as one record.
  const blocks = recordsOf(isRecord(value) ? [value] : value, undefined);
  if (blocks !== undefined)
    return {
      kind: 'records',
      blocks: blocks.slice(0, mostElements),
      more: Math.max(0, blocks.length - mostElements),
    };
  const list = Array.isArray(value) ? value : undefined;
  const text = list === undefined ? factValueOf(value) : plainValueOf(list.slice(0, mostInList));
  return {
    kind: 'text',
    text: text.length > mostLetters ? `${text.slice(0, mostLetters)}…` : text,
    more: Math.max(0, (list?.length ?? 0) - mostInList),
  };
}

/** The same in some words of one line: lists of records by their number. */
export function briefValueOf(value: unknown): string {
  const bounded = boundedValueOf(value);
  if (bounded.kind === 'records') return words.facts.elements(bounded.blocks.length + bounded.more);
  return bounded.more === 0 ? bounded.text : `${bounded.text}, ${words.facts.more(bounded.more)}`;
}

/** Digests of the observations behind a reading: one, several where it was derived, none for what was said. */
export function digestsIn(ref: string | undefined): string[] {
  return ref?.match(/\bsha256:[0-9a-f]{64}\b/g) ?? [];
}

export function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^([a-z][a-z0-9-]*:)?[0-9a-f]{40,}$/i.test(value);
}

/** A register that is read as a whole is told by its number of elements. */
function elementCountOf(value: unknown): number | undefined {
  if (!isRecord(value) || Object.keys(value).length !== 1) return undefined;
  const { elements } = value;
  return typeof elements === 'number' ? elements : undefined;
}

function isRecord(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAmbiguous(text: string): boolean {
  return text.trim() !== text || text === '' || /^(true|false|null|[-+\d.]+|["[{].*)$/s.test(text);
}

function elementsOf(value: unknown): Element[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every(isRecord) ? value : undefined;
}

/** Elements of one name are the same one: by id, and without any by all that they say. */
function nameOf(element: Element): string {
  return 'id' in element ? `id ${JSON.stringify(element['id'])}` : factValueOf(element);
}

function blockOf(now: Element | undefined, then: Element | undefined): RecordBlock {
  const keys = [...new Set([...Object.keys(now ?? {}), ...Object.keys(then ?? {})])];
  const ordered = keys.toSorted((a, b) => Number(b === 'id') - Number(a === 'id'));
  if (now === undefined || then === undefined) {
    const only = now ?? then ?? {};
    return {
      lines: ordered.map((key) => ({ key, value: only[key], changed: false })),
      state: now === undefined ? 'gone' : 'added',
    };
  }
  const lines = ordered.map((key): RecordLine => {
    const changed = factValueOf(now[key]) !== factValueOf(then[key]);
    return {
      ...{ key, changed },
      ...(key in now ? { value: now[key] } : {}),
      ...(changed && key in then ? { before: then[key] } : {}),
    };
  });
  return { lines, state: lines.some((each) => each.changed) ? 'changed' : 'same' };
}

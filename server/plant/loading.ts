/** What every part of the plant loader shares. */
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import type { Manifest } from '../../collectors/contract/collector.ts';
import type { Problem } from '../contract/plant.ts';
import type { Path, Reader } from './reader.ts';
import { pathText } from './reader.ts';
import { endOf, startOf } from './site-time.ts';

export interface Loading {
  readonly reader: Reader;
  readonly problems: Problem[];
  readonly assumed: { path: string; value: string }[];
  readonly file: string;
  readonly timeZone: string;
  readonly now: Date;
  readonly collectors: ReadonlyMap<string, Manifest>;
  readonly profiles: readonly string[];
  /** Tables and anchors that were read with the plant file: absolute path -> digest of the bytes that were read. */
  readonly companions: Map<string, string>;
}

/** The value, or the default with a note for `plant check`. */
export function orAssume<T>(loading: Loading, held: T | undefined, assumption: { path: Path; value: T }): T {
  if (held !== undefined) return held;
  loading.assumed.push({ path: pathText(assumption.path), value: String(assumption.value) });
  return assumption.value;
}

/** A path in the plant file, absolute. */
export function beside(loading: { readonly file: string }, path: string): string {
  return resolve(dirname(loading.file), path);
}

export function digest(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A file that is read twice and is not the same has no digest that anybody could have signed. */
export function noteCompanion(loading: Loading, path: string, bytes: Uint8Array | undefined): void {
  const read = bytes === undefined ? 'unread' : digest(bytes);
  const known = loading.companions.get(path);
  loading.companions.set(path, known === undefined || known === read ? read : 'changed while it was read');
}

export function startInstant(loading: { timeZone: string }, reader: Reader, path: Path): string | undefined {
  return instant(reader, path, (day) => startOf(day, loading.timeZone));
}

export function endInstant(loading: { timeZone: string }, reader: Reader, path: Path): string | undefined {
  return instant(reader, path, (day) => endOf(day, loading.timeZone));
}

function instant(reader: Reader, path: Path, convert: (day: string) => string | undefined): string | undefined {
  const day = reader.at(path);
  if (typeof day !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(day)) return undefined;
  const converted = convert(day);
  if (converted === undefined) reader.note(path, 'a date of the calendar');
  return converted;
}

/** Notes every id that stands twice; `path` leads to the id. */
export function noteTwice(ids: readonly { id: string; reader: Reader; path: Path }[], what: string): void {
  const seen = new Map<string, string>();
  for (const { id, reader, path } of ids) {
    const before = seen.get(id);
    if (before === undefined) seen.set(id, `${reader.file}:${reader.line(path)}`);
    else reader.note(path, `each ${what} id once`, `"${id}" again`, `first at ${before}`);
  }
}

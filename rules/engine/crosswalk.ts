/** From a practice to the ids of other frameworks and back. Pure; `loader/crosswalk.ts` reads the files. */
import type { PracticeCode, Role } from './model.ts';

/** Whose choice an assignment is: found in a published mapping, or Plimsoll's own. */
export const crosswalkStatuses = ['published', 'ours'] as const;
export type CrosswalkStatus = (typeof crosswalkStatuses)[number];

export interface CrosswalkEntry {
  readonly practice: PracticeCode;
  /** Absent: the practice as a whole, at whatever level. */
  readonly level?: 1 | 2 | 3 | 4;
  readonly ids: readonly string[];
  readonly status: CrosswalkStatus;
  readonly note?: string;
}

export interface Crosswalk {
  readonly id: string;
  /** How rows cite it: `IEC 62443-3-3` in `IEC 62443-3-3 SR 2.1`. */
  readonly cite: string;
  readonly title: string;
  readonly edition: string;
  /** Whom the framework addresses; absent: everybody. */
  readonly role?: Role;
  readonly notice?: string;
  readonly entries: readonly CrosswalkEntry[];
}

export interface CrosswalkLink {
  readonly framework: string;
  readonly cite: string;
  readonly edition: string;
  readonly id: string;
  readonly practice: PracticeCode;
  readonly level?: 1 | 2 | 3 | 4;
  readonly status: CrosswalkStatus;
  readonly note?: string;
}

export interface CrosswalkQuery {
  readonly practice?: PracticeCode;
  /** Only what belongs to this level or to the practice as a whole. */
  readonly level?: number;
  /** Id of a crosswalk (`iec-62443-3-3`) or the words it is cited by (`IEC 62443-3-3`). */
  readonly framework?: string;
  /** An id of the framework, letter by letter: `SR 2.1`. */
  readonly id?: string;
}

/** Every link that fits all of the question, in the order of the files. Nothing asked: everything. */
export function queryCrosswalk(crosswalks: readonly Crosswalk[], query: CrosswalkQuery): CrosswalkLink[] {
  return crosswalks
    .filter(({ id, cite }) => query.framework === undefined || query.framework === id || query.framework === cite)
    .flatMap((crosswalk) =>
      crosswalk.entries.filter((entry) => fits(entry, query)).flatMap((entry) => linksOf(crosswalk, entry, query.id)),
    );
}

/** Takes a row's reference apart; undefined when no installed crosswalk is cited by its first words. */
export function citationOf(
  crosswalks: readonly Crosswalk[],
  reference: string,
): { readonly framework: string; readonly id: string } | undefined {
  const cited = crosswalks
    .filter(({ cite }) => reference.startsWith(`${cite} `))
    .sort((one, other) => other.cite.length - one.cite.length)[0];
  return cited && { framework: cited.id, id: reference.slice(cited.cite.length + 1) };
}

function fits(entry: CrosswalkEntry, query: CrosswalkQuery): boolean {
  if (query.practice !== undefined && entry.practice !== query.practice) return false;
  return query.level === undefined || entry.level === undefined || entry.level === query.level;
}

function linksOf(crosswalk: Crosswalk, entry: CrosswalkEntry, wanted: string | undefined): CrosswalkLink[] {
  const { practice, level, status, note } = entry;
  return entry.ids
    .filter((id) => wanted === undefined || id === wanted)
    .map((id) => ({
      framework: crosswalk.id,
      cite: crosswalk.cite,
      edition: crosswalk.edition,
      id,
      practice,
      ...(level === undefined ? {} : { level }),
      status,
      ...(note === undefined ? {} : { note }),
    }));
}

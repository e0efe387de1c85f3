/** From what was said to statements of the right type and subject, as a statement file holds them. */
import { type FactName, mayFill } from '../../../collectors/contract/vocabulary.ts';
import type { Asked, Saying } from './asked.ts';

export interface Speaker {
  readonly by: string;
  readonly role?: string;
  /** Path relative to the statement file, and digest. */
  readonly document?: { readonly file: string; readonly sha256: string };
}

export interface Filing {
  readonly system: string;
  readonly organisation: string;
  readonly speaker: Speaker;
  /** Calendar day at the site. */
  readonly today: string;
  has(id: string): boolean;
}

/** One attestation per type and subject. */
export function attestationsFor(question: Asked, sayings: readonly Saying[], filing: Filing): object[] {
  const groups = Map.groupBy(sayings, (saying) =>
    JSON.stringify([typeFor(question, saying), subjectOf(saying, filing)]),
  );
  const taken = new Set<string>();
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const id = freeId(question.id, (each) => taken.has(each) || filing.has(each));
    taken.add(id);
    return {
      id,
      kind: 'attestation',
      type: typeFor(question, first),
      subject: subjectOf(first, filing),
      facts: Object.fromEntries(group.map(({ lack, value }) => [lack.fact, value])),
      ...signed(filing),
    };
  });
}

export function emptySetFor(question: Asked, reason: string, filing: Filing): object {
  return {
    id: freeId(question.id, filing.has),
    kind: 'emptySet',
    subject: { system: filing.system },
    set: question.empty,
    reason,
    ...signed(filing),
  };
}

/** One per row: whether it applies is a decision about a row, with somebody who approved it. */
export function notApplicableFor(
  question: Asked,
  { reason, approver }: { reason: string; approver: string },
  filing: Filing,
): object[] {
  return question.rows.map(({ id }) => ({
    id: freeId(id, filing.has),
    kind: 'notApplicable',
    subject: { system: filing.system },
    indicator: id,
    reason,
    approver,
    ...signed(filing),
  }));
}

function signed({ speaker, today }: Filing): object {
  const { by, role, document } = speaker;
  return { by, ...(role === undefined ? {} : { role }), on: today, ...(document === undefined ? {} : { document }) };
}

/** What is said in a conversation is an interview, wherever the vocabulary lets an interview fill the fact. */
function typeFor(question: Asked, { lack }: Saying): string | undefined {
  const may = (type: string, fact: FactName) => mayFill(`statement:${type}`, fact);
  return ['interview', ...question.types, ...lack.types].find((type) => may(type, lack.fact));
}

function subjectOf({ lack, members }: Saying, { system, organisation }: Filing): object {
  switch (lack.about) {
    case 'system':
    case 'register':
      return { system };
    case 'organisation':
      return { organisation };
    case 'asset':
      return { asset: members };
    case 'party':
      return { organisation: members };
  }
}

function freeId(row: string, taken: (id: string) => boolean): string {
  const base = `asked-${row.replaceAll('.', '-')}`.slice(0, 58);
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken(id)) return id;
  }
}

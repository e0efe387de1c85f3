/** How a question is put: the same words and hints on a terminal and on a page. Pure. */
import type { FactName } from '../../../collectors/contract/vocabulary.ts';
import { vocabulary } from '../../../collectors/contract/vocabulary.ts';
import { hintFor, typeOf } from './answer.ts';
import type { Asked, Lacking } from './asked.ts';

/** One thing to answer: a fact, a key of a register's elements, or whether a set is rightly empty. */
export interface Prompt {
  /** Name of the answer, the same in every interview: `policy.security.approver`, `site.register.physicalOwner`. */
  readonly key: string;
  readonly text: string;
  readonly hint: string;
  /** A date that may lie ahead: an end, a due date. */
  readonly ahead: boolean;
}

/** Everything that a question wants to know, in the order in which it is asked. */
export function promptsOf(question: Asked): Prompt[] {
  const { empty, lacks } = question;
  return empty === undefined ? lacks.flatMap(promptsFor) : [emptyPrompt(empty)];
}

export function emptyPrompt(set: string): Prompt {
  const text = `The plant file has nobody and nothing in ${set}. Is that right?`;
  return { key: `empty:${set}`, text, hint: hintFor('boolean'), ahead: false };
}

export function factPrompt(fact: FactName): Prompt {
  const { means } = vocabulary[fact];
  const { type, words } = typeOf(vocabulary[fact]);
  const hint = words === undefined ? hintFor(type) : `${hintFor(words)}; several, or none`;
  return { key: fact, text: means, hint, ahead: isAhead(fact) };
}

/** Of a list of which nothing is known its elements are asked first. */
export function listPrompt(fact: FactName): Prompt {
  const prompt = factPrompt(fact);
  return { ...prompt, text: `${prompt.text}: which are there` };
}

export function keyPrompt(fact: FactName, key: string): Prompt | undefined {
  const definition = vocabulary[fact];
  const type = definition.type === 'object[]' ? definition.keys[key] : undefined;
  if (type === undefined) return undefined;
  return { key: `${fact}.${key}`, text: spaced(key), hint: hintFor(type), ahead: isAhead(key) };
}

/** What an interview says before its prompts. */
export function headingOf({ rows }: Pick<Asked, 'rows'>): string[] {
  return rows.map(({ practice, question }) => `${practice}  ${question}`);
}

export function worthOf({ minutes, buys }: Pick<Asked, 'minutes' | 'buys'>): string {
  return `${minutes} min; ${buys}`;
}

function promptsFor({ fact, members, keys }: Lacking): Prompt[] {
  if (vocabulary[fact].type !== 'object[]') return [factPrompt(fact)];
  const ofKeys = keys.flatMap((key) => keyPrompt(fact, key) ?? []);
  return members.length === 0 ? [listPrompt(fact), ...ofKeys] : ofKeys;
}

/** `updateDecidedAt` as people read it. */
function spaced(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function isAhead(name: string): boolean {
  return /(until|ends|due|deadline|notafter|validity|next)/i.test(name);
}

/** One question with a person: fact by fact, with shortcuts for many members, to statements that can be filed. */
import { type FactName, vocabulary } from '../../collectors/contract/vocabulary.ts';
import { answerFrom, hintFor, typeOf } from '../../server/contract/interview/answer.ts';
import type { Asked, Lacking, Saying } from '../../server/contract/interview/asked.ts';
import {
  emptyPrompt,
  factPrompt,
  keyPrompt,
  listPrompt,
  type Prompt,
} from '../../server/contract/interview/wording.ts';
import type { Terminal } from './terminal.ts';

/** How a question ended. `unknown`: nobody here knows; it is asked again when somebody asks for that. */
export type Ending =
  /** `open`: what nobody knew all the same. */
  | { readonly kind: 'said'; readonly sayings: readonly Saying[]; readonly open: readonly Lacking[] }
  | { readonly kind: 'empty'; readonly reason: string }
  | { readonly kind: 'notApplicable'; readonly reason: string; readonly approver: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'left' };

export interface Around {
  readonly terminal: Terminal;
  readonly today: string;
  /** Ways to sort members into groups that answer alike: kind, type, zone. */
  groupsOf(member: string): Readonly<Record<string, string>>;
}

/** Thrown inside a question to end it at once. */
class End {
  readonly ending: Ending;
  constructor(ending: Ending) {
    this.ending = ending;
  }
}

export async function askQuestion(question: Asked, around: Around): Promise<Ending> {
  try {
    return await new Dialogue(question, around).ending();
  } catch (error) {
    if (error instanceof End) return error.ending;
    throw error;
  }
}

class Dialogue {
  private readonly question: Asked;
  private readonly around: Around;
  private readonly sayings: Saying[] = [];

  constructor(question: Asked, around: Around) {
    this.question = question;
    this.around = around;
  }

  async ending(): Promise<Ending> {
    const { empty, lacks } = this.question;
    if (empty !== undefined) return this.emptiness(empty);
    for (const lack of lacks) await this.lack(lack);
    const { sayings } = this;
    if (sayings.length === 0) return { kind: 'unknown' };
    return { kind: 'said', sayings, open: lacks.flatMap((lack) => openOf(lack, sayings) ?? []) };
  }

  private async emptiness(set: string): Promise<Ending> {
    const right = await this.value({ prompt: emptyPrompt(set) });
    if (right === undefined) return { kind: 'unknown' };
    if (right === false) {
      this.around.terminal.say('Then add them to the plant file: what is missing there cannot be counted.');
      return { kind: 'skipped' };
    }
    return { kind: 'empty', reason: await this.text('reason', 'Why is that so?') };
  }

  private async lack(lack: Lacking): Promise<void> {
    const definition = vocabulary[lack.fact];
    if (definition.type === 'object[]') await this.records(lack);
    else if (lack.about === 'asset' || lack.about === 'party') await this.members(lack);
    else {
      const value = await this.value({ prompt: factPrompt(lack.fact), fact: lack.fact });
      if (value !== undefined) this.keep(lack, [], value);
    }
  }

  private async members(lack: Lacking): Promise<void> {
    const prompt = factPrompt(lack.fact);
    await this.alike(lack.members, {
      key: lack.fact,
      ask: (key, who) => this.value({ prompt: { ...prompt, key, text: `${prompt.text}: ${who}` }, fact: lack.fact }),
      keep: (members, value) => this.keep(lack, members, value),
    });
  }

  /** One answer for all, or group by group, or one by one. */
  private async alike(
    members: readonly string[],
    how: {
      key: string;
      ask(key: string, who: string): Promise<unknown>;
      keep(members: readonly string[], value: unknown): void;
    },
  ): Promise<void> {
    const choice = members.length > 1 ? await this.choice(how.key, members) : 'all';
    if (choice === undefined) return;
    const groups = Map.groupBy(members, (member) =>
      choice === 'all' ? '' : choice === 'each' ? member : (this.around.groupsOf(member)[choice] ?? 'other'),
    );
    for (const [name, group] of groups) {
      const who = name === '' ? whoOf(group) : choice === 'each' ? name : `${name} (${whoOf(group)})`;
      const value = await how.ask(name === '' ? how.key : `${how.key}@${name}`, who);
      if (value !== undefined) how.keep(group, value);
    }
  }

  private async choice(key: string, members: readonly string[]): Promise<string | undefined> {
    const ways = ['kind', 'type', 'zone'].filter((way) => {
      const found = new Set(members.map((member) => this.around.groupsOf(member)[way]));
      return found.size > 1 && found.size < members.length;
    });
    const words = ['all', ...ways, 'each'];
    const text = `${whoOf(members)}. The same for all, or by ${[...ways, 'each'].join(', ')}?`;
    const said = await this.value({ prompt: { key: `${key}?`, text, hint: hintFor(words), ahead: false }, words });
    return typeof said === 'string' ? said : undefined;
  }

  private async records(lack: Lacking): Promise<void> {
    const definition = vocabulary[lack.fact];
    if (definition.type !== 'object[]') return;
    let ids = lack.members;
    if (ids.length === 0) {
      const said = await this.value({ prompt: listPrompt(lack.fact), fact: lack.fact });
      if (!Array.isArray(said)) return;
      ids = said.filter((id) => typeof id === 'string');
    }
    const elements = new Map(ids.map((id): [string, Record<string, unknown>] => [id, { id }]));
    for (const key of ids.length === 0 ? [] : lack.keys) {
      const type = definition.keys[key];
      const prompt = keyPrompt(lack.fact, key);
      if (type === undefined || prompt === undefined) continue;
      await this.alike(ids, {
        key: prompt.key,
        ask: (name, who) => this.value({ prompt: { ...prompt, key: name, text: `${prompt.text}: ${who}` }, type }),
        keep: (members, value) => {
          for (const id of members) Object.assign(elements.get(id) ?? {}, { [key]: value });
        },
      });
    }
    const told = [...elements.values()];
    // A known element of which nothing was said stays as it is.
    const said = lack.members.length === 0 ? told : told.filter((element) => Object.keys(element).length > 1);
    if (said.length > 0 || ids.length === 0) this.keep(lack, [], said);
  }

  private keep(lack: Lacking, members: readonly string[], value: unknown): void {
    this.sayings.push({ lack, members, value });
  }

  /** The value of a fact or key; undefined: nobody knows. Asks again until the answer fits. */
  private async value(of: {
    prompt: Prompt;
    fact?: FactName;
    type?: ReturnType<typeof typeOf>['type'];
    words?: readonly string[];
  }): Promise<unknown> {
    const { key, text, hint, ahead } = of.prompt;
    const { type, words } =
      of.fact === undefined ? { type: of.words ?? of.type ?? 'boolean' } : typeOf(vocabulary[of.fact]);
    const { today } = this.around;
    for (;;) {
      const line = await this.line(key, `  ${text} (${hint}) `);
      if (line === '?' || line === '') return undefined;
      const answer = answerFrom(line, { type, ...(words === undefined ? {} : { words }), today, ahead });
      if ('value' in answer) return answer.value;
      this.around.terminal.refuse(key, answer.problem);
    }
  }

  private async text(key: string, prompt: string): Promise<string> {
    for (;;) {
      const line = await this.line(key, `  ${prompt} `);
      if (line !== '' && line !== '?') return line;
      this.around.terminal.refuse(key, 'expected a few words, found nothing');
    }
  }

  private async line(key: string, prompt: string): Promise<string> {
    const line = await this.around.terminal.ask(key, prompt);
    if (line === undefined || line === 'q') throw new End({ kind: 'left' });
    if (line === 's') throw new End({ kind: 'skipped' });
    if (line !== 'na') return line;
    const reason = await this.text('na:reason', 'Why does the question not apply?');
    const approver = await this.text('na:approver', 'Who approved that, other than the one who says it?');
    throw new End({ kind: 'notApplicable', reason, approver });
  }
}

function whoOf(members: readonly string[]): string {
  const shown = members.slice(0, 3).join(', ');
  return members.length > 3 ? `${members.length}: ${shown} ...` : shown;
}

/** What of a fact nobody said; undefined when all of it was. */
function openOf(lack: Lacking, sayings: readonly Saying[]): Lacking | undefined {
  const own = sayings.filter((saying) => saying.lack === lack);
  if (own.length === 0) return lack;
  if (lack.about === 'register') return openKeysOf(lack, own);
  if (lack.about !== 'asset' && lack.about !== 'party') return undefined;
  const members = lack.members.filter((id) => !own.some((saying) => saying.members.includes(id)));
  return members.length === 0 ? undefined : { ...lack, members };
}

/** Elements of which a key was asked and stayed open. */
function openKeysOf(lack: Lacking, sayings: readonly Saying[]): Lacking | undefined {
  const elements = new Map(lack.members.map((id): [string, object] => [id, {}]));
  for (const element of sayings.flatMap(({ value }) => (Array.isArray(value) ? (value as object[]) : []))) {
    if ('id' in element && typeof element.id === 'string') elements.set(element.id, element);
  }
  const isOpen = (element: object, key: string) => !Object.hasOwn(element, key);
  const members = [...elements].filter(([, element]) => lack.keys.some((key) => isOpen(element, key)));
  const keys = lack.keys.filter((key) => [...elements.values()].some((element) => isOpen(element, key)));
  return members.length === 0 ? undefined : { ...lack, members: members.map(([id]) => id), keys };
}

/**
 * Reads the access list of EMQX (acl.conf) and follows it as the broker does: the first rule that fits decides. Pure.
 * Names of users, clients and topics stay in here.
 */
import { readTerms, type Term, type TermProblem } from './erlang-terms.ts';

export interface EmqxRule {
  readonly allow: boolean;
  /** everybody: whoever connects; local: the broker's own machine; some: clients that fulfil a condition. */
  readonly whom: 'everybody' | 'local' | 'some';
  readonly publish: boolean;
  readonly subscribe: boolean;
  /** all: every topic; own: only below what the client's own name fills in; some: others. */
  readonly topics: 'all' | 'own' | 'some';
  readonly system: boolean;
}

export type EmqxRules =
  | { readonly ok: true; readonly rules: readonly EmqxRule[] }
  | { readonly ok: false; readonly problems: readonly TermProblem[] };

export function readEmqxRules(text: string, hardened: boolean): EmqxRules {
  const read = readTerms(text);
  if (!read.ok) return read;
  const problems: TermProblem[] = [];
  const rules = read.terms.flatMap((term) => {
    const rule = ruleOf(term, hardened);
    if (typeof rule === 'string') problems.push({ line: term.line, expected: rule, found: 'something else' });
    return typeof rule === 'string' || rule === undefined ? [] : [rule];
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, rules };
}

/** A rule; undefined for one that never applies; else what was expected. */
function ruleOf(term: Term, hardened: boolean): EmqxRule | string | undefined {
  const [permission, who, action, topics] = term.kind === 'tuple' ? term.items : [];
  const allow = atomOf(permission) === 'allow';
  if ((!allow && atomOf(permission) !== 'deny') || who === undefined)
    return 'a tuple that begins with allow or deny and whom';
  const profile = profileOf(who);
  if (profile !== undefined && profile !== (hardened ? 'hardened' : 'legacy')) return undefined;
  const whom = profile === undefined ? whomOf(who) : 'everybody';
  if (whom === undefined) return 'all, or a tuple that says whom';
  if (action === undefined) return { allow, whom, publish: true, subscribe: true, topics: 'all', system: true };
  const named = atomOf(action) ?? (action.kind === 'tuple' ? atomOf(action.items[0]) : undefined);
  if (named !== 'publish' && named !== 'subscribe' && named !== 'all') return 'publish, subscribe or all after whom';
  const filters = topics === undefined ? undefined : (topics.kind === 'list' ? topics.items : [topics]).map(filterOf);
  if (filters?.some((filter) => filter === undefined) === true) return 'topics as texts, or {eq, text}';
  const known = filters?.flatMap((filter) => filter ?? []);
  return {
    allow,
    whom,
    publish: named !== 'subscribe',
    subscribe: named !== 'publish',
    topics: reachOf(known),
    system: known === undefined || known.some(({ text }) => text === '$SYS/#'),
  };
}

/** `{security_profile, legacy}`: everybody, under that profile alone. */
function profileOf(who: Term): string | undefined {
  if (who.kind !== 'tuple' || atomOf(who.items[0]) !== 'security_profile') return undefined;
  return atomOf(who.items[1]) ?? '';
}

const conditions = [
  'user',
  'username',
  'client',
  'clientid',
  'client_attr',
  'zone',
  'listener',
  'and',
  'or',
  'ipaddr',
  'ipaddrs',
];

function whomOf(who: Term): EmqxRule['whom'] | undefined {
  if (atomOf(who) === 'all') return 'everybody';
  if (who.kind !== 'tuple') return undefined;
  const [kind, value] = who.items;
  const name = atomOf(kind);
  if (name === undefined || value === undefined || !conditions.includes(name)) return undefined;
  if (name !== 'ipaddr' && name !== 'ipaddrs') return 'some';
  const addresses = (value.kind === 'list' ? value.items : [value]).map((each) => textOf(each) ?? '');
  if (addresses.some((each) => each === '0.0.0.0/0' || each === '::/0')) return 'everybody';
  return addresses.every((each) => /^(127\.|::1(\/|$))/.test(each)) ? 'local' : 'some';
}

interface Filter {
  readonly text: string;
  /** Compared as it is: a subscription to exactly these signs. */
  readonly exact: boolean;
}

function filterOf(term: Term): Filter | undefined {
  const exact = term.kind === 'tuple' && atomOf(term.items[0]) === 'eq';
  const held = exact ? term.items[1] : term;
  const text = held === undefined ? undefined : textOf(held);
  return text === undefined ? undefined : { text, exact };
}

function reachOf(filters: readonly Filter[] | undefined): EmqxRule['topics'] {
  if (filters === undefined || filters.some(({ text, exact }) => !exact && /^(#|\+\/#)$/.test(text))) return 'all';
  const isOwn = ({ text }: Filter) => /\$\{(clientid|username|cn|cert_common_name)\}|%[cu]/.test(text);
  return filters.length > 0 && filters.every(isOwn) ? 'own' : 'some';
}

function atomOf(term: Term | undefined): string | undefined {
  return term?.kind === 'atom' ? term.text : undefined;
}

function textOf(term: Term): string | undefined {
  return term.kind === 'text' ? term.text : undefined;
}

export interface EmqxReach {
  /** What becomes of a client that no rule names, on a topic that none names; undefined: the next source decides. */
  readonly publish: boolean | undefined;
  readonly subscribe: boolean | undefined;
  /** Somebody who fulfils a condition may do it everywhere. */
  readonly somePublish: boolean;
  readonly someSubscribe: boolean;
}

/** Follows the rules for a client from elsewhere that fulfils no condition. */
export function reachIn(rules: readonly EmqxRule[]): EmqxReach {
  const decided = (right: 'publish' | 'subscribe') =>
    rules.find((rule) => rule.whom === 'everybody' && rule.topics === 'all' && rule[right])?.allow;
  const some = (right: 'publish' | 'subscribe') =>
    rules.some((rule) => rule.allow && rule.whom === 'some' && rule.topics === 'all' && rule[right]);
  return {
    publish: decided('publish'),
    subscribe: decided('subscribe'),
    somePublish: some('publish'),
    someSubscribe: some('subscribe'),
  };
}

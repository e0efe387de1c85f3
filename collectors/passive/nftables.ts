/** Reads `nft -j list ruleset` (libnftables-json(5)). Pure. Comments and prefixes of logs are passed over. */
import { type Chain, type Conditions, networksOfSpan, type Rule, type Ruleset, type Transport } from './ruleset.ts';

type Json = Readonly<Record<string, unknown>>;

/** @returns the rule set, or what is wrong with the text. */
export function readNftables(text: string): Ruleset | string {
  let held: unknown;
  try {
    held = JSON.parse(text);
  } catch {
    return 'expected JSON as nft -j list ruleset prints it, found other text';
  }
  const list = asObject(held)?.nftables;
  if (!Array.isArray(list)) return 'expected an object with a list called nftables, found none';
  const items = list.map(asObject);
  const sets = new Map<string, readonly unknown[]>();
  const rulesOf = new Map<string, Rule[]>();
  const chains: Omit<Chain, 'rules'>[] = [];
  for (const item of items) {
    const set = asObject(item?.set);
    if (set !== undefined && Array.isArray(set.elem)) sets.set(`${set.family}/${set.table}/${set.name}`, set.elem);
    const chain = asObject(item?.chain);
    if (chain !== undefined) chains.push(chainFrom(chain));
  }
  for (const item of items) {
    const rule = asObject(item?.rule);
    if (rule === undefined) continue;
    const table = `${rule.family}/${rule.table}`;
    const id = `${table}/${rule.chain}`;
    const expressions = Array.isArray(rule.expr) ? rule.expr.map(asObject) : [];
    rulesOf.set(id, [...(rulesOf.get(id) ?? []), ruleFrom(expressions, { id: `${id}/${rule.handle}`, table, sets })]);
  }
  return { format: 'nftables', chains: chains.map((chain) => ({ ...chain, rules: rulesOf.get(chain.id) ?? [] })) };
}

function chainFrom(chain: Json): Omit<Chain, 'rules'> {
  const { family, table, name, hook, policy, type } = chain;
  return {
    id: `${family}/${table}/${name}`,
    // Chains of type nat and route decide where to, not whether.
    ...(typeof hook === 'string' && type === 'filter' ? { hook } : {}),
    ...(policy === 'accept' || policy === 'drop' ? { policy } : {}),
  };
}

interface Place {
  readonly id: string;
  readonly table: string;
  readonly sets: ReadonlyMap<string, readonly unknown[]>;
}

type Draft = { -readonly [K in keyof Conditions]: Conditions[K] };

const silent = new Set(['counter', 'comment', 'notrack', 'mangle', 'meta', 'flow']);

function ruleFrom(expressions: readonly (Json | undefined)[], place: Place): Rule {
  const draft: Draft = {};
  let verdict: Rule['verdict'] = 'goOn';
  let logs = false;
  for (const expression of expressions) {
    const [kind, body] = Object.entries(expression ?? {})[0] ?? ['', undefined];
    const target = asObject(body)?.target;
    if (kind === 'match') takeMatch(asObject(body) ?? {}, place, draft);
    else if (kind === 'accept' || kind === 'drop' || kind === 'return') verdict = kind;
    else if (kind === 'reject') verdict = 'drop';
    else if (kind === 'log') logs = true;
    else if ((kind === 'jump' || kind === 'goto') && typeof target === 'string')
      verdict = { jump: `${place.table}/${target}`, back: kind === 'jump' };
    // Limits, verdict maps, queues and what comes later: something is narrowed, and nobody here knows by what.
    else if (!silent.has(kind)) draft.unclear = true;
  }
  if (verdict === 'goOn' && draft.unclear === true && !logs) verdict = { jump: '(not understood)', back: true };
  return { ...draft, id: place.id, verdict, logs };
}

function takeMatch({ op, left, right }: Json, place: Place, draft: Draft): void {
  const payload = asObject(asObject(left)?.payload);
  const meta = asObject(asObject(left)?.meta)?.key;
  const ct = asObject(asObject(left)?.ct)?.key;
  const values = op === '==' || op === 'in' ? valuesOf(right, place) : undefined;
  if (values === undefined) {
    draft.unclear = true;
  } else if (ct === 'state') {
    // Whatever is not new belongs to a connection that was let through before, or to none.
    if (!values.includes('new')) draft.answers = true;
  } else if (meta === 'iifname' || meta === 'iif') draft.incoming = values;
  else if (meta === 'oifname' || meta === 'oif') draft.outgoing = values;
  else if (meta === 'nfproto' || (meta === 'protocol' && payload === undefined)) return;
  else if (meta === 'l4proto') draft.transport = transportOf(values);
  else if (payload?.field === 'saddr' && isInternet(payload.protocol)) draft.from = values;
  else if (payload?.field === 'daddr' && isInternet(payload.protocol)) draft.to = values;
  else if (payload?.field === 'protocol' || payload?.field === 'nexthdr') draft.transport = transportOf(values);
  else if (payload?.field === 'dport') {
    draft.ports = values;
    if (payload.protocol === 'tcp' || payload.protocol === 'udp') draft.transport = payload.protocol;
  } else draft.unclear = true;
}

function isInternet(protocol: unknown): boolean {
  return protocol === 'ip' || protocol === 'ip6';
}

function transportOf(words: readonly string[]): Transport {
  const [only, ...others] = words;
  if (others.length > 0) return 'any';
  if (only === 'tcp' || only === 'udp') return only;
  return only === 'icmp' || only === 'icmpv6' || only === 'ipv6-icmp' ? 'icmp' : 'other';
}

/** Single values, prefixes, ranges and sets as words; undefined for what is none of these. */
function valuesOf(given: unknown, place: Place, depth = 0): string[] | undefined {
  if (depth > 8) return undefined;
  if (typeof given === 'number') return [`${given}`];
  if (typeof given === 'string') {
    if (!given.startsWith('@')) return /[*]$/.test(given) ? undefined : [given];
    const named = place.sets.get(`${place.table}/${given.slice(1)}`);
    return named === undefined ? undefined : together(named, place, depth);
  }
  if (Array.isArray(given)) return together(given, place, depth);
  const object = asObject(given);
  const prefix = asObject(object?.prefix);
  if (prefix !== undefined) return [`${prefix.addr}/${prefix.len}`];
  if (Array.isArray(object?.set)) return together(object.set, place, depth);
  // An element of a set with a time-out or a counter.
  const element = asObject(object?.elem);
  if (element !== undefined && 'val' in element) return valuesOf(element.val, place, depth + 1);
  if (Array.isArray(object?.range)) {
    const [first, last] = object.range as readonly unknown[];
    if (typeof first === 'number' && typeof last === 'number') return [`${first}-${last}`];
    return typeof first === 'string' && typeof last === 'string' ? networksOfSpan(first, last) : undefined;
  }
  return undefined;
}

function together(items: readonly unknown[], place: Place, depth: number): string[] | undefined {
  const values = items.map((item) => valuesOf(item, place, depth + 1));
  return values.some((value) => value === undefined) ? undefined : values.flatMap((value) => value ?? []);
}

function asObject(given: unknown): Json | undefined {
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Json) : undefined;
}

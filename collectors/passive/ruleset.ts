/**
 * What the rules of a packet filter let through from one side to the other, however they are written. Pure. Nothing is
 * guessed: a condition that is not understood makes what it narrows uncertain, and is counted.
 */
export type Transport = 'any' | 'tcp' | 'udp' | 'icmp' | 'other';

/** Conditions; a list that is absent stands for everything. */
export interface Conditions {
  /** `10.1.2.0/24`, `fd00::/64`. */
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly incoming?: readonly string[];
  readonly outgoing?: readonly string[];
  readonly transport?: Transport;
  /** `502`, `161-162`. */
  readonly ports?: readonly string[];
  /** Only packets that open no connection. */
  readonly answers?: true;
  /** A condition stands here that is not understood. */
  readonly unclear?: true;
}

export interface Rule extends Conditions {
  readonly id: string;
  readonly verdict: 'accept' | 'drop' | 'return' | 'goOn' | { readonly jump: string; readonly back: boolean };
  readonly logs: boolean;
}

export interface Chain {
  /** `inet/filter/forward`. */
  readonly id: string;
  readonly hook?: string;
  readonly policy?: 'accept' | 'drop';
  readonly rules: readonly Rule[];
}

export interface Ruleset {
  readonly format: 'nftables' | 'iptables';
  readonly chains: readonly Chain[];
}

export interface Pass extends Conditions {
  readonly id: string;
  readonly certain: boolean;
  readonly logs: boolean;
}

export interface Passage {
  readonly passes: readonly Pass[];
  /** Refused packets are written to a log at the end of each chain that refuses. */
  readonly logsDrops: boolean;
  /** Why the list is not complete. */
  readonly open: readonly string[];
}

export const mostPasses = 5000;
const deepest = 16;
const mostWords = 500;
const mostRefused = 1000;

/** Follows what is forwarded through the chains that the kernel calls. */
export function passageOf({ chains }: Ruleset): Passage {
  const bases = chains.filter(({ hook }) => hook === 'forward');
  const byId = new Map(chains.map((chain) => [chain.id, chain]));
  const open = new Set<string>();
  if (bases.length === 0) open.add('no chain for what is forwarded');
  const walks = bases.map((base) => walkOf(base, byId, open));
  // A packet must pass every chain of the hook: what one refuses, the others cannot let through.
  const refusing = walks.filter(({ refuses }) => refuses);
  if (refusing.length > 1) open.add('several chains that refuse: their rules are not intersected');
  const walk = refusing[0] ?? walks[0];
  return {
    passes: walk?.passes ?? [],
    logsDrops: refusing.length > 0 && refusing.every((one) => one.logsDrops),
    open: [...open],
  };
}

interface Walk {
  readonly passes: Pass[];
  /** What may have been refused before, and so is missing in what later rules let through. */
  readonly refused: Conditions[];
  refuses: boolean;
  logsDrops: boolean;
  logged: boolean;
  steps: number;
}

function walkOf(base: Chain, byId: ReadonlyMap<string, Chain>, open: Set<string>): Walk {
  const walk: Walk = { passes: [], refused: [], refuses: false, logsDrops: false, logged: false, steps: 0 };
  const ended = follow(base, { byId, open, walk, within: {}, depth: 0 });
  if (ended === true) return walk;
  if (base.policy === 'drop') {
    walk.refuses = true;
    walk.logsDrops = walk.logged;
  } else if (ended === 'maybe') open.add(`${base.id}: whether its end is reached`);
  if (base.policy !== 'drop') keep(walk, open, { id: `${base.id}/policy`, verdict: 'accept', logs: false });
  return walk;
}

interface Followed {
  readonly byId: ReadonlyMap<string, Chain>;
  readonly open: Set<string>;
  readonly walk: Walk;
  readonly within: Conditions;
  readonly depth: number;
}

/** @returns true where nothing gets past the chain, `maybe` where that is not clear. */
function follow(chain: Chain, of: Followed): boolean | 'maybe' {
  const { byId, open, walk, depth } = of;
  if (depth > deepest) {
    open.add(`${chain.id}: chains that call each other`);
    return 'maybe';
  }
  for (const rule of chain.rules) {
    if (++walk.steps > mostPasses * 4) {
      open.add('more rules than are followed');
      return 'maybe';
    }
    const whole = narrowed(of.within, rule);
    const always = isAlways(whole);
    const { verdict } = rule;
    if (verdict === 'goOn') {
      if (always && rule.logs) walk.logged = true;
      continue;
    }
    if (verdict === 'return') {
      if (always || isAlways(rule)) return false;
      // Whoever returns here meets none of the rules below: what they let through is less than they say.
      walk.refused.push(whole);
      continue;
    }
    if (verdict === 'accept') {
      if (whole.answers !== true) keep(walk, open, { ...whole, id: rule.id, verdict, logs: rule.logs });
      if (always) return true;
    } else if (verdict === 'drop') {
      walk.refused.push(whole);
      walk.refuses = true;
      if (always) {
        walk.logsDrops = rule.logs || walk.logged;
        return true;
      }
    } else {
      const called = byId.get(verdict.jump);
      if (called === undefined) {
        open.add(`${rule.id}: a target that is not known`);
        continue;
      }
      const ended = follow(called, { ...of, within: whole, depth: depth + 1 });
      if (always && (ended === true || (ended === false && !verdict.back))) return ended === true ? true : 'maybe';
    }
  }
  return false;
}

function keep(walk: Walk, open: Set<string>, rule: Rule): void {
  const { verdict: _verdict, logs, ...conditions } = rule;
  if (walk.passes.length >= mostPasses) {
    open.add('more rules than are kept');
    return;
  }
  // Block lists of a hundred thousand addresses are no way that anybody declares.
  const isLong = [rule.from, rule.to, rule.ports].some((list) => (list?.length ?? 0) > mostWords);
  const before = isLong || walk.refused.length > mostRefused || walk.refused.some((each) => mayMeet(each, rule));
  if (isLong) for (const key of ['from', 'to', 'ports'] as const) delete conditions[key];
  // One chain may be called from several places.
  const id = walk.passes.some((pass) => pass.id === rule.id) ? `${rule.id}#${walk.passes.length}` : rule.id;
  walk.passes.push({ ...conditions, id, certain: rule.unclear !== true && !before, logs });
}

/** What both ask for. Two lists that differ are not intersected: then it is not clear. */
function narrowed(outer: Conditions, inner: Conditions): Conditions {
  const both: { -readonly [K in keyof Conditions]: Conditions[K] } = {};
  let unclear = outer.unclear === true || inner.unclear === true;
  for (const key of ['from', 'to', 'incoming', 'outgoing', 'ports'] as const) {
    const [one, other] = [outer[key], inner[key]];
    const chosen = other ?? one;
    if (chosen !== undefined) both[key] = chosen;
    if (one !== undefined && other !== undefined && !sameWords(one, other)) unclear = true;
  }
  const transport = inner.transport ?? outer.transport;
  if (transport !== undefined) both.transport = transport;
  if (outer.transport !== undefined && inner.transport !== undefined && outer.transport !== inner.transport)
    unclear = true;
  if (outer.answers === true || inner.answers === true) both.answers = true;
  if (unclear) both.unclear = true;
  return both;
}

function sameWords(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, index) => word === other[index]);
}

function isAlways(rule: Conditions): boolean {
  return ['from', 'to', 'incoming', 'outgoing', 'transport', 'ports', 'answers', 'unclear'].every(
    (key) => rule[key as keyof Conditions] === undefined,
  );
}

/** Whether a packet may fulfil both: told apart by transport, interfaces, or single words that both name. */
function mayMeet(one: Conditions, other: Conditions): boolean {
  if (one.answers === true) return false;
  if (one.transport !== undefined && other.transport !== undefined && one.transport !== other.transport) return false;
  for (const key of ['incoming', 'outgoing', 'ports'] as const) {
    const [mine, theirs] = [one[key], other[key]];
    const plain = key !== 'ports' || [...(mine ?? []), ...(theirs ?? [])].every((word) => !word.includes('-'));
    if (mine !== undefined && theirs !== undefined && plain && !mine.some((word) => theirs.includes(word)))
      return false;
  }
  for (const key of ['from', 'to'] as const) {
    const [mine, theirs] = [one[key], other[key]];
    if (mine === undefined || theirs === undefined || mine.length > mostWords || theirs.length > mostWords) continue;
    if (mine.every((a) => theirs.every((b) => areApart(a, b)))) return false;
  }
  return true;
}

/** Two IPv4 networks that certainly hold no common address. */
function areApart(one: string, other: string): boolean {
  const [a, b] = [v4(one), v4(other)];
  if (a === undefined || b === undefined) return one.includes(':') !== other.includes(':');
  const bits = Math.min(a.bits, b.bits);
  return bits > 0 && a.value >>> (32 - bits) !== b.value >>> (32 - bits);
}

function v4(text: string): { value: number; bits: number } | undefined {
  const told = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  if (told === null) return undefined;
  const value = told.slice(1, 5).reduce((sum, part) => sum * 256 + Number(part), 0);
  return { value, bits: Number(told[5] ?? 32) };
}

/** The networks that make up a span of IPv4 addresses; undefined for anything else. */
export function networksOfSpan(first: string, last: string): string[] | undefined {
  const [from, to] = [v4(first), v4(last)];
  if (from === undefined || to === undefined || from.value > to.value) return undefined;
  const networks: string[] = [];
  for (let at = from.value; at <= to.value; ) {
    let size = 1;
    while (size < 2 ** 32 && at % (size * 2) === 0 && at + size * 2 - 1 <= to.value) size *= 2;
    networks.push(
      `${[at / 2 ** 24, at / 2 ** 16, at / 2 ** 8, at].map((part) => Math.floor(part) % 256).join('.')}/${32 - Math.log2(size)}`,
    );
    at += size;
  }
  return networks;
}

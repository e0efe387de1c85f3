/**
 * What turned between two looks of one probe. A turn is two different values that were seen, one after the other, in
 * the same way: a fact that a look did not see, and the first sight of one, are none.
 */
import type { FactName, Facts } from '../../collectors/contract/vocabulary.ts';

export const versionFact: FactName = 'firmware.version';

/** Set by configuration, and not by who is logged in or what the clock says. */
export const configurationFacts = [
  'auth.anonymous.accepted',
  'auth.clientCertificate.required',
  'auth.methods',
  'auth.passwordPolicy.minLength',
  'authorization.roles',
  'boot.secure.enabled',
  'channel.encryption',
  'channel.strongestEncryption',
  'config.baseline.matches',
  'logging.level',
  'logging.local.enabled',
  'logging.remote.enabled',
  'service.legacy.enabled',
  'snmp.legacy.enabled',
  'snmp.legacy.writable',
  'snmp.source.restricted',
  'ssh.auth.methods',
  'storage.encrypted',
] as const satisfies readonly FactName[];

/** Facts whose turns are kept. The store holds turns of these: a change here needs a migration that computes them anew. */
export const historyFacts: readonly FactName[] = [versionFact, ...configurationFacts];

/** One look, as far as it is compared with others. */
export interface Look {
  /** Two looks through another version of a collector, or at another address, say nothing about each other. */
  readonly how: string;
  readonly values: ReadonlyMap<FactName, string>;
  /** Facts to which it answered nothing. */
  readonly blank: readonly FactName[];
}

interface Seen {
  readonly collectorVersion?: string;
  readonly target?: string;
  readonly facts: Facts;
  readonly volatile?: Facts;
}

export function lookFrom({ collectorVersion = '', target = '', facts, volatile }: Seen): Look {
  const values = new Map<FactName, string>();
  const blank: FactName[] = [];
  for (const fact of historyFacts) {
    const value: unknown = facts[fact] ?? volatile?.[fact];
    if (value === undefined) continue;
    // An empty version is how some devices say that they have none.
    if (value === '') blank.push(fact);
    else values.set(fact, comparable(value));
  }
  return { how: `${collectorVersion} ${target}`, values, blank };
}

export function hasTurned(fact: FactName, before: Look, after: Look): boolean {
  const [one, other] = [before.values.get(fact), after.values.get(fact)];
  return one !== undefined && other !== undefined && one !== other && before.how === after.how;
}

/** A turn, or with no look before it the first sight of a version: who was never looked at twice never changed. */
export interface Step<L extends Look> {
  readonly fact: FactName;
  readonly before?: L;
  readonly after: L;
}

/** Steps of one probe at one asset, from its looks in the order in which they were made. */
export function stepsIn<L extends Look>(looks: readonly L[]): Step<L>[] {
  const last = new Map<FactName, L>();
  return looks.flatMap((after) => {
    const steps = stepsTo(after, (fact) => last.get(fact));
    for (const fact of after.values.keys()) last.set(fact, after);
    return steps;
  });
}

/** What a look adds: `before` gives the newest earlier one that saw the fact. */
export function stepsTo<L extends Look>(after: L, before: (fact: FactName) => L | undefined): Step<L>[] {
  return [...after.values.keys()].flatMap((fact): Step<L>[] => {
    const earlier = before(fact);
    if (earlier === undefined) return fact === versionFact ? [{ fact, after }] : [];
    return hasTurned(fact, earlier, after) ? [{ fact, before: earlier, after }] : [];
  });
}

/** Devices give lists in any order, and JSON its keys. */
function comparable(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? '';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort((one, other) => (text(one) < text(other) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, each]) => [key, sorted(each)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

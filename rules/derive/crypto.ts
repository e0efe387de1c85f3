/** What the pack's lists say of suites, policies and versions that were seen. */
import type { FactName, FactsDraft } from '../../collectors/contract/vocabulary.ts';
import type { Subject } from '../engine/readings.ts';
import type { Reading } from '../engine/value.ts';
import { cryptoInUse } from './crypto-in-use.ts';
import { type Derivation, type Lists, type Plant, readingsOf } from './derive.ts';

export function deriveCrypto(plant: Plant): Derivation[] {
  return plant.assets.flatMap(({ view, subject }) => [
    ...perProbe(plant, subject).map(({ probe, facts, sources }) => ({
      name: `crypto of ${probe}`,
      about: { kind: 'asset' as const, id: view.id },
      facts,
      sources,
    })),
    ...cryptoInUse(plant, view, subject),
  ]);
}

/** Words of a suite or algorithm name, without regard to case: RC4 is found in ECDHE-RSA-RC4-SHA. */
export function hasWord(name: string, words: readonly string[]): boolean {
  const parts = name.toLowerCase().split(/[^a-z0-9]+/);
  return words.some((word) => {
    const wanted = word.toLowerCase().split(/[^a-z0-9]+/);
    return parts.some((_, start) => wanted.every((part, index) => parts[start + index] === part));
  });
}

/** `http://opcfoundation.org/UA/SecurityPolicy#Basic256` -> `Basic256` */
export function policyName(uri: string): string {
  return uri.slice(Math.max(uri.lastIndexOf('#'), uri.lastIndexOf('/')) + 1);
}

interface ProbeFacts {
  readonly probe: string;
  readonly facts: FactsDraft;
  readonly sources: readonly Reading[];
}

const sourcesOfCrypto = [
  'tls.cipher.accepted',
  'tls.version.min',
  'tls.version.max',
  'opcua.endpoints',
  'ssh.algorithms',
] as const satisfies readonly FactName[];

/** Interface facts are derived probe by probe, so that they become one by the vocabulary's word like any other. */
function perProbe({ now, lists }: Plant, subject: Subject): ProbeFacts[] {
  const byProbe = new Map<string, Map<FactName, Reading>>();
  for (const fact of sourcesOfCrypto) {
    for (const reading of readingsOf(subject, fact, now)) {
      const seen = byProbe.get(reading.channel) ?? new Map<FactName, Reading>();
      byProbe.set(reading.channel, seen.set(fact, reading));
    }
  }
  return [...byProbe].map(([probe, seen]) => {
    const facts: FactsDraft = {};
    const suites = seen.get('tls.cipher.accepted')?.value as readonly string[] | undefined;
    const weakSuite =
      suites === undefined || lists.weakCipherSuites === undefined
        ? undefined
        : suites.some((suite) => hasWord(suite, lists.weakCipherSuites ?? []));
    if (weakSuite !== undefined) facts['tls.cipher.weak'] = weakSuite;
    const deprecated = isDeprecated(seen, lists, weakSuite);
    if (deprecated !== undefined) facts['crypto.policy.deprecated'] = deprecated;
    const newest = seen.get('tls.version.max')?.value;
    if (typeof newest === 'string' && lists.legacyProtocolVersions !== undefined) {
      facts['protocol.version.legacy'] = lists.legacyProtocolVersions.includes(
        newest === 'ssl3' ? 'ssl 3' : `tls ${newest}`,
      );
    }
    return { probe, facts, sources: [...seen.values()] };
  });
}

/** True on the first deprecated thing; false only where everything that a protocol offers was seen. */
function isDeprecated(
  seen: ReadonlyMap<FactName, Reading>,
  lists: Lists,
  weakSuite: boolean | undefined,
): boolean | undefined {
  const answers = [tlsDeprecated(seen, lists, weakSuite), opcuaDeprecated(seen, lists), sshDeprecated(seen, lists)];
  if (answers.includes(true)) return true;
  const spoken = answers.filter((answer) => answer !== 'absent');
  return spoken.length > 0 && spoken.every((answer) => answer === false) ? false : undefined;
}

type Answer = boolean | 'absent' | undefined;

function tlsDeprecated(seen: ReadonlyMap<FactName, Reading>, lists: Lists, weakSuite: boolean | undefined): Answer {
  const lowest = seen.get('tls.version.min')?.value;
  const suites = seen.get('tls.cipher.accepted');
  if (lowest === undefined && suites === undefined) return 'absent';
  const old = typeof lowest === 'string' ? lists.deprecatedTlsVersions?.includes(lowest) : undefined;
  if (old === true || weakSuite === true) return true;
  return old === false && weakSuite === false ? false : undefined;
}

function opcuaDeprecated(seen: ReadonlyMap<FactName, Reading>, lists: Lists): Answer {
  const endpoints = recordsOf(seen.get('opcua.endpoints'));
  if (endpoints === undefined) return 'absent';
  const { deprecatedOpcuaPolicies } = lists;
  if (deprecatedOpcuaPolicies === undefined) return undefined;
  const uris = endpoints.map(({ securityPolicyUri }) => securityPolicyUri);
  if (uris.some((uri) => typeof uri === 'string' && deprecatedOpcuaPolicies.includes(policyName(uri)))) return true;
  return uris.length > 0 && uris.every((uri) => typeof uri === 'string') ? false : undefined;
}

const sshLists = {
  kex: 'weakSshKex',
  hostKey: 'weakSshHostKeys',
  cipher: 'weakSshCiphers',
  mac: 'weakSshMacs',
} as const;

function sshDeprecated(seen: ReadonlyMap<FactName, Reading>, lists: Lists): Answer {
  const algorithms = recordsOf(seen.get('ssh.algorithms'));
  if (algorithms === undefined) return 'absent';
  let complete = true;
  for (const [kind, listName] of Object.entries(sshLists)) {
    const names = algorithms.find(({ id }) => id === kind)?.names;
    const weak = lists[listName];
    if (!Array.isArray(names) || weak === undefined) complete = false;
    else if (names.some((name) => isWeakSsh(String(name), weak))) return true;
  }
  return complete ? false : undefined;
}

/** A whole name, or for a mode or cipher the word in it: `cbc` is in `aes128-cbc`. */
function isWeakSsh(name: string, weak: readonly string[]): boolean {
  return weak.some((word) => name === word || (!word.includes('-') && hasWord(name, [word])));
}

export function recordsOf(reading: Reading | undefined): readonly Record<string, unknown>[] | undefined {
  return reading === undefined ? undefined : (reading.value as readonly Record<string, unknown>[]);
}

/** Which cryptography an asset was seen to use, held against the list of what is approved. */
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import type { AssetView } from '../engine/input.ts';
import type { Subject } from '../engine/readings.ts';
import type { Reading } from '../engine/value.ts';
import { policyName, recordsOf } from './crypto.ts';
import { bestOf, type Derivation, type Plant, readingsOf } from './derive.ts';

/** One way of using cryptography, and all that was seen of it. */
interface Uses {
  readonly sources: readonly Reading[];
  readonly names: readonly string[];
  /** Nothing of it can have stayed unseen: only then is it known to hold nothing else. */
  readonly whole: boolean;
}

/**
 * `crypto.offPolicy` and `crypto.inventory.lastAt` of an asset. A use that the list does not hold is named wherever it
 * was seen. An empty list is a claim about every service of the asset: each of its protocols that can encrypt must have
 * been seen whole, and a TLS endpoint that still speaks 1.2 was not asked for every suite there is.
 */
export function cryptoInUse(plant: Plant, view: AssetView, subject: Subject): Derivation[] {
  const seen = [tlsUses, opcuaUses, sshUses, snmpUses].map((uses) => uses(subject, plant.now));
  const sources = seen.flatMap((each) => each.sources);
  if (sources.length === 0) return [];
  const about = { kind: 'asset', id: view.id } as const;
  const recorded = new Date(Math.min(...sources.map(({ at }) => at))).toISOString();
  const inventory = { name: 'crypto.inventory', about, facts: { 'crypto.inventory.lastAt': recorded }, sources };
  const { approvedCrypto } = plant.lists;
  if (approvedCrypto === undefined) return [inventory];
  const approved = new Set(approvedCrypto);
  const off = [...new Set(seen.flatMap(({ names }) => names).filter((use) => !approved.has(use)))].sort();
  const whole = seen.every((each) => each.whole || each.sources.length === 0) && expectedOf(view).every(isSeen);
  if (off.length === 0 && !whole) return [inventory];
  return [inventory, { name: 'crypto.offPolicy', about, facts: { 'crypto.offPolicy': off }, sources }];

  function isSeen(place: number): boolean {
    return (seen[place]?.sources.length ?? 0) > 0;
  }
}

const tls = 0;
/** Declared or probed protocols that encrypt or can, and where above their uses stand. */
const protocolPlaces: Readonly<Record<string, number>> = {
  tls,
  https: tls,
  mqtt: tls,
  mqtts: tls,
  wss: tls,
  ftps: tls,
  opcua: 1,
  ssh: 2,
  sftp: 2,
  snmp: 3,
};

function expectedOf({ protocols }: AssetView): number[] {
  return protocols.flatMap((protocol) => protocolPlaces[protocol] ?? []);
}

/** Versions, suites, and keys and signatures of the certificates shown. */
function tlsUses(subject: Subject, now: number): Uses {
  const versions = readingsOf(subject, 'tls.version.min', now);
  const newest = readingsOf(subject, 'tls.version.max', now);
  const suites = readingsOf(subject, 'tls.cipher.accepted', now);
  // OPC UA shows certificates without TLS; what they are signed with counts there too.
  const certificates = readingsOf(subject, 'tls.certificates', now);
  const leaves = certificates.flatMap((reading) => (recordsOf(reading) ?? []).filter(({ role }) => role !== 'root'));
  const listed = suites.some(({ source }) => source === 'import:config');
  const channels = new Set(versions.map(({ channel }) => channel));
  const onlyNewest = versions.length > 0 && versions.every(({ value }) => value === '1.3');
  return {
    sources: [...versions, ...newest, ...suites, ...certificates],
    names: [
      ...[...versions, ...newest].map(({ value }) => (value === 'ssl3' ? 'ssl 3' : `tls ${String(value)}`)),
      ...suites.flatMap(({ value }) => value as readonly string[]),
      ...leaves.flatMap(({ keyType, keyBits, signatureAlgorithm }) => [
        ...(typeof keyType === 'string' && typeof keyBits === 'number' ? [`${keyType} ${keyBits}`] : []),
        ...(typeof signatureAlgorithm === 'string' ? [signatureAlgorithm] : []),
      ]),
    ],
    whole:
      versions.length === 0
        ? suites.length === 0 && newest.length === 0
        : suites.length > 0 && (listed || (onlyNewest && newest.every(({ channel }) => channels.has(channel)))),
  };
}

/** Endpoint descriptions are the server's whole offer. */
function opcuaUses(subject: Subject, now: number): Uses {
  const sources = readingsOf(subject, 'opcua.endpoints', now);
  const uris = sources.flatMap((reading) => recordsOf(reading) ?? []).map(({ securityPolicyUri }) => securityPolicyUri);
  const known = uris.filter((uri) => typeof uri === 'string');
  return { sources, names: known.map(policyName), whole: known.length > 0 && known.length === uris.length };
}

const sshKinds = ['kex', 'hostKey', 'cipher', 'mac'] as const;

/** The first message of a server lists all that it takes; compression is no cryptography. */
function sshUses(subject: Subject, now: number): Uses {
  const sources = readingsOf(subject, 'ssh.algorithms', now);
  const lists = sources.flatMap((reading) => {
    const records = recordsOf(reading) ?? [];
    return sshKinds.map((kind) => records.find(({ id }) => id === kind)?.names);
  });
  const known = lists.filter((names) => Array.isArray(names));
  return { sources, names: known.flat().map(String), whole: known.length > 0 && known.length === lists.length };
}

/** What the weakest user may use. Versions 1 and 2c know no cryptography and are judged by rows of their own. */
function snmpUses(subject: Subject, now: number): Uses {
  const facts = ['snmp.v3.authProtocol', 'snmp.v3.privProtocol'] as const satisfies readonly FactName[];
  const sources = facts.flatMap((fact) => bestOf(readingsOf(subject, fact, now)) ?? []);
  return {
    sources,
    names: sources.map(({ value }) => `snmp ${String(value)}`),
    whole: sources.length === facts.length,
  };
}

/** What a rule set means. Pure. */
import type { Reading } from '../contract/collector.ts';
import type { FactValue } from '../contract/vocabulary.ts';
import type { PassiveOptions } from './manifest.ts';
import type { Pass } from './ruleset.ts';
import type { Sight } from './sight.ts';

type PassRecord = FactValue<'firewall.passes'>[number];

export function readRules({ rules }: Sight, { guards, interfaces }: PassiveOptions): Reading {
  if (rules === undefined) return { facts: {} };
  const { passes, logsDrops, open } = rules.passage;
  const records = passes.map((pass) => passFrom(pass, interfaces));
  const whole = open.length === 0;
  // A way without any condition is what the end of the rules lets through, or a rule that makes them idle.
  const everything = records.some((record) => isUnconditional(record) && record.certain === true);
  return {
    facts: {
      'firewall.format': rules.format,
      'firewall.guards': [...new Set(guards)].sort(),
      'firewall.open.count': open.length,
      'firewall.passes': records,
      ...(whole || everything ? { 'firewall.defaultDeny': !everything } : {}),
      ...(whole ? { 'firewall.logsDrops': logsDrops } : {}),
    },
    unseen: {
      ...(whole || everything ? {} : { 'firewall.defaultDeny': 'ambiguous' as const }),
      ...(whole ? {} : { 'firewall.logsDrops': 'ambiguous' as const }),
    },
  };
}

function passFrom(pass: Pass, zoneOf: Readonly<Record<string, string>>): PassRecord {
  const { id, from = [], to = [], incoming = [], outgoing = [], transport = 'any', ports = [], certain, logs } = pass;
  const known = [...incoming, ...outgoing].every((each) => Object.hasOwn(zoneOf, each));
  const zonesOf = (names: readonly string[]) => [
    ...new Set(names.flatMap((name) => (known ? (zoneOf[name] ?? []) : []))),
  ];
  return {
    ...{ id, from: [...from], to: [...to], fromZones: zonesOf(incoming), toZones: zonesOf(outgoing) },
    ...{ transport, ports: [...ports], certain: certain && known, logs },
  };
}

function isUnconditional({ from, to, fromZones, toZones, transport, ports }: PassRecord): boolean {
  return transport === 'any' && [from, to, fromZones, toZones, ports].every((list) => list?.length === 0);
}

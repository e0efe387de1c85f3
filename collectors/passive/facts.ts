/** What the records mean. Pure. */
import type { Bases, Reading, Setup, Unseen } from '../contract/collector.ts';
import type { FactName, FactsDraft, FactValue } from '../contract/vocabulary.ts';
import type { PassiveOptions } from './manifest.ts';
import { readRules } from './rules-facts.ts';
import type { Sight } from './sight.ts';

type HostRecord = FactValue<'sight.hosts'>[number];
type FlowRecord = FactValue<'sight.flows'>[number];
type TimeRecord = FactValue<'sight.times'>[number];

export function readSight(sight: Sight, { options }: Setup<PassiveOptions>): Reading {
  if (options.format === 'rules') return readRules(sight, options);
  const facts: FactsDraft = {};
  const unseen: Partial<Record<FactName, 'unsupported'>> = {};
  const { format, from, until } = sight;
  // A run that broke off saw a part: what it counted is no list of what is there.
  if (format === undefined || !sight.opened) return { facts };
  facts['sight.format'] = format;
  facts['sight.zones'] = [...new Set(options.zones)].sort();
  if (from !== undefined && until !== undefined) {
    facts['sight.from'] = instant(from);
    facts['sight.until'] = instant(until);
  }
  facts['sight.whole'] = sight.whole;
  facts['sight.dropped.count'] = sight.dropped;
  facts['sight.flowsDropped.count'] = sight.droppedFlows;
  facts['sight.malformed.count'] = sight.malformed;
  if (from === undefined) {
    // Not one record could be read: nothing was seen, which is not the same as nobody being there.
    for (const name of [
      'sight.from',
      'sight.until',
      'sight.hosts',
      'sight.times',
      'sight.flows',
      'sight.loss',
    ] as const)
      unseen[name] = 'unsupported';
    return { facts, unseen };
  }
  const flows = flowsOf(sight);
  facts['sight.hosts'] = hostsOf(sight);
  facts['sight.times'] = timesOf(sight, flows);
  if (format === 'neighbours' || format === 'leases') unseen['sight.flows'] = 'unsupported';
  else facts['sight.flows'] = flows.map(({ record }) => record);
  if (sight.loss === undefined) unseen['sight.loss'] = 'unsupported';
  else facts['sight.loss'] = sight.loss;
  return { facts, unseen: unseen satisfies Unseen, basis: basisOf(format) };
}

/** Packets and tables were seen by somebody else: one symptom each, not the station's own word. */
function basisOf(format: NonNullable<Sight['format']>): Bases {
  const seen = format === 'neighbours' || format === 'leases' ? 'stated' : 'inferred';
  return { 'sight.hosts': seen, 'sight.times': seen, ...(seen === 'inferred' ? { 'sight.flows': seen } : {}) };
}

function hostsOf({ hosts }: Sight): HostRecord[] {
  // One hardware address behind several addresses is a router's or a proxy's: it names none of them.
  const bearers = new Map<string, number>();
  for (const { macs, address } of hosts.values()) {
    for (const mac of macs) if (address !== undefined) bearers.set(mac, (bearers.get(mac) ?? 0) + 1);
  }
  return [...hosts]
    .map(([id, { address, macs, name, local }]) => {
      const [mac, ...others] = macs;
      const own = mac !== undefined && others.length === 0 && (bearers.get(mac) ?? 0) <= 1 ? { mac } : {};
      const spelled = {
        ...(address === undefined ? {} : { address }),
        ...own,
        ...(name === undefined ? {} : { name }),
      };
      return { id, ...spelled, local };
    })
    .sort(byId);
}

interface NamedFlow {
  readonly record: FlowRecord;
  readonly first: number;
  readonly last: number;
}

/** One element per protocol that was recognised on a port, or one without a name. */
function flowsOf({ flows }: Sight): NamedFlow[] {
  return [...flows.values()]
    .flatMap(({ protocols, first, last, ...flow }) => {
      const { from, to, transport, port, answered, tunnelled } = flow;
      const place = `${from}>${to}/${transport}/${port}`;
      const record = { id: place, from, to, transport, port, answered, tunnelled };
      if (protocols.size === 0) return [{ record, first, last }];
      return [...protocols].map((protocol) => ({
        record: { ...record, id: `${place}/${protocol}`, protocol },
        first,
        last,
      }));
    })
    .sort((one, other) => byId(one.record, other.record));
}

function timesOf({ hosts }: Sight, flows: readonly NamedFlow[]): TimeRecord[] {
  const times = [...hosts].flatMap(([id, { first, last }]) => timed(id, first, last));
  return [...times, ...flows.flatMap(({ record, first, last }) => timed(record.id, first, last))].sort(byId);
}

function timed(id: string, first: number | undefined, last: number | undefined): TimeRecord[] {
  if (first === undefined || last === undefined) return [];
  return [{ id, firstSeenAt: instant(first), lastSeenAt: instant(last) }];
}

function instant(at: number): string {
  return new Date(at).toISOString();
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1;
}

/** What was seen, as records arrive: bounded, because whoever sends packets decides how many addresses there are. */
import type { FactValue } from '../contract/vocabulary.ts';
import { hardwareOf, nameOf, stationOf } from './address.ts';
import type { Passage } from './ruleset.ts';

export type Format = FactValue<'sight.format'>;

export interface RulesRead {
  readonly format: FactValue<'firewall.format'>;
  readonly passage: Passage;
}

export interface Host {
  address?: string;
  /** More than one: a router or a proxy answers for the address, or it was given away twice. */
  readonly macs: Set<string>;
  name?: string;
  local: boolean;
  first?: number;
  last?: number;
}

export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly transport: 'tcp' | 'udp' | 'other';
  readonly port: number;
  readonly protocols: Set<string>;
  answered: boolean;
  /** Only ever seen inside a tunnel. */
  tunnelled: boolean;
  first: number;
  last: number;
}

export interface Sight {
  format?: Format;
  readonly hosts: Map<string, Host>;
  readonly flows: Map<string, Flow>;
  from?: number;
  until?: number;
  /** False as soon as a part of the document was left out. */
  whole: boolean;
  /** The document was opened and recognised. */
  opened: boolean;
  dropped: number;
  droppedFlows: number;
  records: number;
  malformed: number;
  loss?: number;
  /** Of a rule set instead of records. */
  rules?: RulesRead;
}

export const mostHosts = 10_000;
export const mostFlows = 20_000;

export function noSight(): Sight {
  return {
    hosts: new Map(),
    flows: new Map(),
    whole: true,
    opened: false,
    dropped: 0,
    droppedFlows: 0,
    records: 0,
    malformed: 0,
  };
}

export interface HostSeen {
  readonly address?: string | undefined;
  readonly mac?: string | undefined;
  readonly name?: string | undefined;
  readonly local?: boolean;
  /** Milliseconds; absent where the source does not say when. */
  readonly at?: number | undefined;
}

/** Takes note of a station. @returns its id, or undefined for what is no station. */
export function sawHost(sight: Sight, seen: HostSeen): string | undefined {
  const known = seen.address === undefined ? undefined : sight.hosts.get(seen.address);
  const address = known === undefined ? stationOf(seen.address ?? '') : seen.address;
  const mac = hardwareOf(seen.mac ?? '');
  // A group or the address of no station: what stands beside it is none either.
  if (address === undefined && seen.address !== undefined && seen.local !== true) return undefined;
  const id = address ?? mac;
  if (id === undefined) return undefined;
  let host = known ?? sight.hosts.get(id);
  if (host === undefined) {
    if (sight.hosts.size >= mostHosts) {
      sight.dropped++;
      return undefined;
    }
    host = { macs: new Set(), local: false };
    if (address !== undefined) host.address = address;
    sight.hosts.set(id, host);
  }
  if (mac !== undefined && host.macs.size < 3) host.macs.add(mac);
  if (seen.local === true) host.local = true;
  const name = seen.name === undefined ? undefined : nameOf(seen.name);
  if (name !== undefined) host.name = name;
  if (seen.at !== undefined) {
    host.first = Math.min(host.first ?? seen.at, seen.at);
    host.last = Math.max(host.last ?? seen.at, seen.at);
  }
  return id;
}

export interface FlowSeen {
  readonly from: string;
  readonly to: string;
  readonly transport: string;
  readonly port: number;
  readonly protocols: readonly string[];
  readonly answered: boolean;
  /** A filter let it pass: worth keeping though nobody saw the answer. */
  readonly passed?: boolean;
  readonly tunnelled: boolean;
  readonly at: number;
}

/** Takes note of who talked to whom. Whoever did not answer is no station for that. */
export function sawFlow(sight: Sight, seen: FlowSeen): void {
  const from = sawHost(sight, { address: seen.from, at: seen.at });
  const to = seen.answered ? sawHost(sight, { address: seen.to, at: seen.at }) : stationOf(seen.to);
  if (from === undefined || to === undefined) return;
  const { transport: word, port, answered, tunnelled, at } = seen;
  const transport = word === 'tcp' || word === 'udp' ? word : 'other';
  const id = `${from}>${to}/${transport}/${port}`;
  const flow = sight.flows.get(id);
  if (flow === undefined) {
    // Unanswered attempts are worth no place: a single scan would fill the list.
    if (!answered && seen.passed !== true) return;
    if (sight.flows.size >= mostFlows) {
      sight.droppedFlows++;
      return;
    }
    sight.flows.set(id, {
      ...{ from, to, transport, port, answered, tunnelled, first: at, last: at },
      protocols: new Set(seen.protocols),
    });
    return;
  }
  flow.answered ||= answered;
  flow.tunnelled &&= tunnelled;
  flow.first = Math.min(flow.first, at);
  flow.last = Math.max(flow.last, at);
  for (const protocol of seen.protocols) if (flow.protocols.size < 8) flow.protocols.add(protocol);
}

/** Widens the span that the document covers. */
export function covers(sight: Sight, at: number): void {
  sight.from = Math.min(sight.from ?? at, at);
  sight.until = Math.max(sight.until ?? at, at);
}

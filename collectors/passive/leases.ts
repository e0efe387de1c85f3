/**
 * Leases of DHCP servers: ISC (dhcpd.leases(5)), Kea (memfile CSV, kea-dhcp4.8) and dnsmasq. A lease proves that the
 * station asked for an address then, on a link that the server serves.
 */
import { cellsOf } from './cells.ts';
import { covers, type Sight, sawHost } from './sight.ts';

export type LeaseKind = 'isc' | 'kea' | 'dnsmasq';

export function leaseKindOf(head: string): LeaseKind | undefined {
  if (/^address,(hwaddr|duid),/m.test(head)) return 'kea';
  if (/^lease [0-9a-f.:]+ \{/m.test(head)) return 'isc';
  const first = head.split('\n').find((line) => line !== '') ?? '';
  return /^\d+ [0-9a-f:-]{11,}( \S+){2}( \S+)?\r?$/i.test(first) || /^duid [0-9a-f:]+\r?$/i.test(first)
    ? 'dnsmasq'
    : undefined;
}

/** A function for each line; it returns what is wrong with the line, or undefined. `asOf`: when the file was taken. */
export function leaseReader(kind: LeaseKind, sight: Sight, asOf: number): (line: string) => string | undefined {
  covers(sight, asOf);
  switch (kind) {
    case 'isc':
      return iscReader(sight, asOf);
    case 'kea':
      return keaReader(sight, asOf);
    case 'dnsmasq':
      return (line) => dnsmasqLine(sight, line);
  }
}

interface IscLease {
  readonly address: string;
  at?: number;
  mac?: string;
  name?: string;
  active: boolean;
}

function iscReader(sight: Sight, asOf: number) {
  let lease: IscLease | undefined;
  return (line: string) => {
    const text = line.trim();
    const begun = /^lease ([0-9a-f.:]+) \{$/i.exec(text)?.[1];
    if (begun !== undefined) {
      const unfinished = lease !== undefined;
      lease = { address: begun, active: true };
      return unfinished ? 'a lease that does not end' : undefined;
    }
    if (lease === undefined) return undefined;
    if (text === '}') {
      const { address, at, mac, name, active } = lease;
      lease = undefined;
      // Free and abandoned ones belong to nobody; the last entry of an address counts, earlier ones were true before.
      if (!active || (at !== undefined && at > asOf)) return undefined;
      return sawHost(sight, { address, mac, name, local: true, at }) === undefined ? 'no station in it' : undefined;
    }
    const [, key = '', value = ''] =
      /^(cltt|starts|hardware ethernet|client-hostname|binding state) (.*);$/.exec(text) ?? [];
    if (key === 'hardware ethernet') lease.mac = value;
    else if (key === 'client-hostname') lease.name = value.replace(/^"|"$/g, '');
    else if (key === 'binding state') lease.active = value === 'active';
    else if (key !== '') {
      const at = iscInstant(value);
      // The time of the last renewal stands beside the time at which the lease began.
      if (at !== undefined) lease.at = Math.max(lease.at ?? at, at);
    }
    return undefined;
  };
}

/** `3 2026/11/24 10:00:00` in UTC, or `epoch 1795514400; # ...`. */
function iscInstant(text: string): number | undefined {
  const epoch = /^epoch (\d+)/.exec(text)?.[1];
  if (epoch !== undefined) return Number(epoch) * 1000;
  const [, day, time] = /^\d (\d{4}\/\d\d\/\d\d) (\d\d:\d\d:\d\d)$/.exec(text) ?? [];
  if (day === undefined) return undefined;
  const at = Date.parse(`${day.replaceAll('/', '-')}T${time}Z`);
  return Number.isNaN(at) ? undefined : at;
}

function keaReader(sight: Sight, asOf: number) {
  let headings: readonly string[] | undefined;
  return (line: string) => {
    if (line === '') return undefined;
    const cells = cellsOf(line, ',');
    if (cells === undefined) return 'an open quotation mark';
    if (headings === undefined) {
      headings = cells;
      return undefined;
    }
    const cell = (name: string) => cells[headings?.indexOf(name) ?? -1];
    const address = cell('address');
    const [lifetime, expire] = [Number(cell('valid_lifetime')), Number(cell('expire'))];
    if (address === undefined || !Number.isInteger(expire) || !Number.isInteger(lifetime)) return 'no lease';
    // State 0 is a lease in force when it was written; declined and reclaimed ones belong to nobody.
    const at = (expire - lifetime) * 1000;
    if ((cell('state') ?? '0') !== '0' || at > asOf) return undefined;
    const name = cell('hostname')?.replace(/\.$/, '');
    return sawHost(sight, { address, mac: cell('hwaddr'), name, local: true, at }) === undefined
      ? 'no station in it'
      : undefined;
  };
}

/** `expiry mac address name client-id`; when it was given is not there. */
function dnsmasqLine(sight: Sight, line: string): string | undefined {
  if (line === '' || /^duid /.test(line)) return undefined;
  const [expiry, mac, address, name] = line.split(' ');
  if (expiry === undefined || !/^\d+$/.test(expiry) || address === undefined) return 'no lease';
  // Leases of IPv6 carry an identity association instead of a hardware address.
  return sawHost(sight, { address, mac, name, local: true }) === undefined ? 'no station in it' : undefined;
}

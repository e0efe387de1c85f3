/**
 * Tables that switches, routers and firewalls print or export: address tables (ARP, neighbours, forwarding, LLDP) and
 * flow records. An address table shows who is on the link itself.
 */
import { hardwareOf, isAddress } from './address.ts';
import { cellsOf, separatorOf } from './cells.ts';
import type { PassiveOptions } from './manifest.ts';
import { protocolOf } from './protocols.ts';
import { covers, type Sight, sawFlow, sawHost } from './sight.ts';

type LineReader = (line: string) => string | undefined;

/** Headings by what they hold, in small letters without blanks. */
const headings = {
  address: ['address', 'ip', 'ipaddress', 'ipv4', 'ipv6', 'managementaddress', 'internetaddress', 'host'],
  mac: [
    'mac',
    'macaddress',
    'hwaddr',
    'hwaddress',
    'hardwareaddress',
    'hardwareaddr',
    'physicaladdress',
    'chassisid',
    'lladdr',
  ],
  name: ['name', 'hostname', 'systemname', 'sysname', 'neighbor', 'neighbour', 'systemid'],
} as const;

/** Whether the beginning of a text is an address table, and how it is written. */
export function neighbourKindOf(head: string): 'table' | 'text' | undefined {
  const lines = head.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [first = ''] = lines;
  const cells = (cellsOf(first, separatorOf(first)) ?? []).map(plain);
  const has = (kind: keyof typeof headings) => cells.some((cell) => headings[kind].some((word) => word === cell));
  if (cells.length > 1 && (has('mac') || (has('address') && has('name')))) return 'table';
  return lines.slice(0, 40).some((line) => wordsOf(line).mac !== undefined) ? 'text' : undefined;
}

/** `asOf`: when the table was taken. */
export function neighbourReader(kind: 'table' | 'text', sight: Sight, asOf: number): LineReader {
  covers(sight, asOf);
  return kind === 'text' ? (line) => textLine(sight, line, asOf) : tableReader(sight, asOf);
}

function tableReader(sight: Sight, asOf: number): LineReader {
  let columns: Readonly<Record<keyof typeof headings, number>> | undefined;
  let separator = ',';
  return (line) => {
    if (line.trim() === '') return undefined;
    separator = columns === undefined ? separatorOf(line) : separator;
    const cells = cellsOf(line, separator);
    if (cells === undefined) return 'an open quotation mark';
    if (columns === undefined) {
      const at = (kind: keyof typeof headings) =>
        cells.findIndex((cell) => headings[kind].some((word) => word === plain(cell)));
      columns = { address: at('address'), mac: at('mac'), name: at('name') };
      return undefined;
    }
    const address = cells[columns.address] || undefined;
    const mac = cells[columns.mac] || undefined;
    if (mac !== undefined && hardwareOf(mac) === undefined && address === undefined) return 'no address of a station';
    const seen = { address, mac, name: cells[columns.name], local: true, at: asOf };
    return sawHost(sight, seen) === undefined ? 'no address of a station' : undefined;
  };
}

/**
 * `ip neigh`, `arp -an`, `show arp`, `show mac address-table`: a line holds at most one address and one hardware
 * address, wherever they stand. Lines without a hardware address are headings or entries that nobody answered for.
 */
function textLine(sight: Sight, line: string, asOf: number): string | undefined {
  const { address, mac } = wordsOf(line);
  if (mac === undefined || /\b(FAILED|INCOMPLETE)\b/i.test(line)) return undefined;
  // The switch's own addresses stand in its tables too, marked as such, and are a station like any other.
  sawHost(sight, { address, mac, local: true, at: asOf });
  return undefined;
}

function wordsOf(line: string): { address?: string; mac?: string } {
  const found: { address?: string; mac?: string } = {};
  for (const word of line.split(/[\s()[\],;]+/)) {
    const mac = hardwareOf(word);
    if (mac !== undefined) found.mac ??= mac;
    else if (isAddress(word)) found.address ??= word;
  }
  return found;
}

/** Flow records of a firewall: what was let through, and who asked. Nobody says whether the other side answered. */
export function firewallReader(sight: Sight, options: PassiveOptions, now: number): LineReader {
  const wanted = options.columns ?? {
    ...{ at: 'time', from: 'source', to: 'destination', port: 'port' },
    ...{ transport: 'transport', protocol: 'application', action: 'action' },
  };
  let places: Readonly<Record<keyof typeof wanted, number>> | undefined;
  let separator = ',';
  return (line) => {
    if (line.trim() === '') return undefined;
    separator = places === undefined ? separatorOf(line) : separator;
    const cells = cellsOf(line, separator);
    if (cells === undefined) return 'an open quotation mark';
    if (places === undefined) {
      const place = (heading: string) => cells.indexOf(heading);
      const { at, from, to, port, transport, protocol, action } = wanted;
      places = {
        ...{ at: place(at), from: place(from), to: place(to), port: place(port) },
        ...{ transport: place(transport), protocol: place(protocol), action: place(action) },
      };
      return undefined;
    }
    const cell = (key: keyof typeof wanted) => cells[places?.[key] ?? -1] ?? '';
    const at = /^\d{9,10}(\.\d+)?$/.test(cell('at')) ? Number(cell('at')) * 1000 : zoned(cell('at'));
    const port = Number(cell('port') || 0);
    if (at === undefined) return 'a time without its zone';
    if (at > now + 300_000) return 'a time in the future';
    if (!isAddress(cell('from')) || !isAddress(cell('to'))) return 'no two addresses';
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return 'no port';
    const protocol = protocolOf(cell('protocol'));
    sawFlow(sight, {
      ...{ from: cell('from'), to: cell('to'), port, transport: cell('transport').toLowerCase(), at },
      protocols: protocol === undefined ? [] : [protocol],
      ...{ answered: false, passed: options.allowed.includes(cell('action').toLowerCase()), tunnelled: false },
    });
    covers(sight, at);
    return undefined;
  };
}

/** Headings that flow records must have. */
export function missingHeadings(heading: string, options: PassiveOptions): string[] {
  const cells = cellsOf(heading, separatorOf(heading)) ?? [];
  const { at = 'time', from = 'source', to = 'destination', port = 'port', action = 'action' } = options.columns ?? {};
  return [at, from, to, port, action].filter((name) => !cells.includes(name));
}

/** An instant that says its zone: local times of unknown zones are no evidence of when. */
function zoned(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text)) return undefined;
  const at = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(at) ? undefined : at;
}

function plain(cell: string): string {
  return cell.toLowerCase().replace(/[^a-z0-9]/g, '');
}

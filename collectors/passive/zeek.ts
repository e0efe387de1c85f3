/**
 * Logs of the Zeek network sensor, as tab-separated text with `#fields` or as one JSON object per line (Book of Zeek,
 * "Zeek Log Formats"). Of each record only the fields below are taken: user names, passwords, communities, addresses
 * of web pages and payloads stand in these logs too, and none of them is read.
 */
import { protocolOf, snmpVersion, withoutInner } from './protocols.ts';
import { covers, type Sight, sawFlow, sawHost } from './sight.ts';

const taken = [
  'ts',
  'id.orig_h',
  'id.resp_h',
  'id.resp_p',
  'proto',
  'service',
  'conn_state',
  'resp_pkts',
  'tunnel_parents',
  'version',
  'mac',
  'client_addr',
  'assigned_addr',
  'assigned_ip',
  'host_name',
  'dhcp_host_name',
  'host',
  'port_num',
  'port_proto',
  'percent_lost',
] as const;
type Field = (typeof taken)[number];
export type Entry = Readonly<Partial<Record<Field, string>>>;

/** Turns the lines of one log into entries; a header may come again in the middle of a joined file. */
export function zeekReader(fileName: string, use: (path: string, entry: Entry) => string | undefined) {
  let path = stemOf(fileName);
  let separator = '\t';
  let unset = '-';
  let empty = '(empty)';
  let columns: readonly { readonly field: Field; readonly at: number }[] | undefined;
  let width = 0;
  let closed: boolean | undefined;

  function header(line: string) {
    closed = line.startsWith('#close');
    const setting = /^#separator (.*)$/.exec(line)?.[1];
    if (setting !== undefined) {
      separator = unescaped(setting);
      columns = undefined;
      return;
    }
    const [name = '', ...values] = line.split(separator);
    if (name === '#path') path = values[0] ?? path;
    else if (name === '#unset_field') unset = values[0] ?? unset;
    else if (name === '#empty_field') empty = values[0] ?? empty;
    else if (name === '#fields') {
      width = values.length;
      columns = taken.map((field) => ({ field, at: values.indexOf(field) })).filter(({ at }) => at >= 0);
    }
  }

  function entryOf(line: string): Entry | string {
    if (line.startsWith('{')) return jsonEntry(line);
    if (columns === undefined) return 'a record before any #fields line';
    const cells = line.split(separator);
    if (cells.length !== width) return `${cells.length} fields where ${width} are announced`;
    const entry: Partial<Record<Field, string>> = {};
    for (const { field, at } of columns) {
      const cell = cells[at] ?? '';
      if (cell !== unset && cell !== empty && cell !== '') entry[field] = unescaped(cell);
    }
    return entry;
  }

  return {
    /** @returns what is wrong with the line, or undefined. */
    line(text: string): string | undefined {
      if (text === '') return undefined;
      if (text.startsWith('#')) {
        header(text);
        return undefined;
      }
      const entry = entryOf(text);
      return typeof entry === 'string' ? entry : use(path, entry);
    },
    path: () => path,
    /** Whether the log says that it is finished; undefined where it has no such line (JSON). */
    closed: () => closed,
  };
}

/** What one entry tells. @returns what is wrong with it, or undefined. */
export function takeEntry(sight: Sight, now: number, path: string, entry: Entry): string | undefined {
  // Certificates, files, the sensor's own state: logs that name no station.
  if (!hasStation(entry) && !aboutStations.has(path)) return undefined;
  const at = instantOf(entry.ts);
  if (at === undefined) return 'no time';
  // A clock that runs ahead would make the log look younger than it is.
  if (at > now + 300_000) return 'a time in the future';
  if (path === 'capture_loss') {
    const lost = Number(entry.percent_lost) / 100;
    if (!(lost >= 0 && lost <= 1)) return 'no percentage lost';
    sight.loss = Math.max(sight.loss ?? 0, lost);
    covers(sight, at);
    return undefined;
  }
  const told = path === 'dhcp' ? leased(sight, at, entry) : (known(sight, at, entry) ?? talked(sight, at, path, entry));
  if (told === false) return 'no station in it';
  covers(sight, at);
  return undefined;
}

const aboutStations = new Set(['conn', 'dhcp', 'capture_loss']);

function hasStation({ 'id.orig_h': from, host, mac }: Entry): boolean {
  return from !== undefined || host !== undefined || mac !== undefined;
}

function leased(sight: Sight, at: number, entry: Entry): boolean {
  const address = entry.assigned_addr ?? entry.assigned_ip ?? entry.client_addr;
  const name = entry.host_name;
  return sawHost(sight, { address, mac: entry.mac, name, local: true, at }) !== undefined;
}

/** known_hosts, known_services, known_devices, software: one station per entry. */
function known(sight: Sight, at: number, entry: Entry): boolean | undefined {
  if (entry['id.orig_h'] !== undefined) return undefined;
  if (entry.host === undefined && entry.mac === undefined) return undefined;
  const name = entry.dhcp_host_name;
  return (
    sawHost(sight, { address: entry.host, mac: entry.mac, name, local: entry.mac !== undefined, at }) !== undefined
  );
}

/** Ends of a connection in which the other side took part (Zeek, conn_state). A reset may come from a filter between. */
const established = new Set(['SF', 'S1', 'S2', 'S3', 'RSTO', 'RSTR', 'SHR']);

/** conn.log, and every log of a protocol: whoever is logged there has spoken it. False: an entry without addresses. */
function talked(sight: Sight, at: number, path: string, entry: Entry): boolean {
  const { 'id.orig_h': from, 'id.resp_h': to } = entry;
  if (from === undefined || to === undefined) return false;
  const port = Number(entry['id.resp_p'] ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return false;
  const isConnection = path === 'conn';
  const both = entry.conn_state === 'OTH' && Number(entry.resp_pkts ?? 0) > 0;
  const answered = isConnection ? established.has(entry.conn_state ?? '') || both : protocolsOf(path, entry).length > 0;
  const transport = entry.proto ?? transportOf(path);
  const tunnelled = entry.tunnel_parents !== undefined;
  sawFlow(sight, { from, to, port, transport, protocols: protocolsOf(path, entry), answered, tunnelled, at });
  return true;
}

function protocolsOf(path: string, entry: Entry): readonly string[] {
  if (path === 'snmp') return [snmpVersion(entry.version ?? '', 'named')];
  if (path === 'conn') {
    // `-http` means that the analyser gave up on it.
    const found = (entry.service ?? '').split(',').flatMap((word) => protocolOf(word) ?? []);
    return withoutInner(found);
  }
  const stem = path.replace(
    /_(detailed|connect|publish|subscribe|objects|header|io|identity|commands|files|mapping)$/,
    '',
  );
  const named = protocolOf(stem) ?? protocolOf(stem.replace(/_.*$/, ''));
  return named === undefined ? [] : [named];
}

const overUdp = new Set(['dns', 'snmp', 'ntp', 'dhcp', 'syslog', 'bacnet', 'tftp']);

function transportOf(path: string): string {
  return overUdp.has(path.replace(/_.*$/, '')) ? 'udp' : 'tcp';
}

function jsonEntry(line: string): Entry | string {
  let held: unknown;
  try {
    held = JSON.parse(line);
  } catch {
    return 'no JSON';
  }
  if (typeof held !== 'object' || held === null || Array.isArray(held)) return 'no JSON object';
  const record = new Map(Object.entries(held));
  const entry: Partial<Record<Field, string>> = {};
  for (const field of taken) {
    const value: unknown = record.get(field);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') entry[field] = `${value}`;
    else if (Array.isArray(value) && value.length > 0) entry[field] = value.join(',');
  }
  return entry;
}

function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isFinite(at) && at > 0 && at < 8e15 ? Math.floor(at) : undefined;
}

/** `conn` from `conn.log`, `conn.10:00:00-11:00:00.log.gz` or `conn_20261124.log`. */
function stemOf(fileName: string): string {
  return (/^[a-z0-9_]*?[a-z](?=[._-]?\d|\.|$)/i.exec(fileName)?.[0] ?? '').replace(/_$/, '');
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\x([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

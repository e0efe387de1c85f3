/** What listens, who is next door, which ports stand open and where events go, from the agent's tables. */
import type { Element } from '../contract/fact.ts';
import type { FactValue } from '../contract/vocabulary.ts';
import { scalars } from './objects.ts';
import type { SnmpRaw } from './raw.ts';
import { addressOf, cell, countedOctets, numberOf, readable, textOf, walked, wholeColumn } from './values.ts';

type Listener = FactValue<'service.listeners'>[number];
type Neighbour = FactValue<'network.neighbours'>[number];

const tcpListens = 2;
const unusedSeconds = 30 * 86_400;
const ethernetTypes = new Set([6, 62, 69, 117]);

/** Listening ports; undefined unless both the TCP and the UDP side were seen whole. */
export function listenersOf(raw: SnmpRaw): Listener[] | undefined {
  const tcp = tcpListeners(raw);
  const udp = udpListeners(raw);
  if (tcp === undefined || udp === undefined) return undefined;
  const byId = new Map<string, Listener>();
  for (const { port, address, transport } of [...tcp, ...udp]) {
    const id = `${transport}/${port}/${address}`;
    byId.set(id, { id, port, transport, boundTo: address });
  }
  return sorted([...byId.values()]);
}

/** LLDP neighbours. An empty list only where the group's own counter shows that the table may be read. */
export function neighboursOf(raw: SnmpRaw): Neighbour[] | undefined {
  if (!walked(raw, 'neighbourChassis')) return undefined;
  const chassis = raw.columns.get('neighbourChassis')?.rows ?? new Map();
  if (chassis.size === 0 && numberOf(raw.scalars.get(scalars.neighbourInserts)) === undefined) return undefined;
  const addresses = neighbourAddresses(raw);
  const found: Neighbour[] = [];
  for (const [index, id] of chassis) {
    const [, localPort = '', remote = ''] = index.split('.');
    const key = `${localPort}.${remote}`;
    const port = cell(raw, 'localPort', localPort);
    const name = textOf(cell(raw, 'neighbourName', index));
    const address = addresses.get(key);
    found.push({
      id: key,
      port: identifierOf(port) ?? localPort,
      neighbour: name ?? identifierOf(id) ?? '',
      ...(address === undefined ? {} : { address }),
    });
  }
  return sorted(found);
}

/**
 * Ports that are up by configuration, without a link, and have been so for 30 days; undefined where a port without a
 * link has a shorter or unknown history.
 */
export function unusedOpenPorts(raw: SnmpRaw): number | undefined {
  const types = wholeColumn(raw, 'portType');
  const whole = types && wholeColumn(raw, 'portAdmin') && wholeColumn(raw, 'portOper') && walked(raw, 'portLastChange');
  if (!types || !whole || numberOf(raw.scalars.get(scalars.bridgePorts)) === undefined) return undefined;
  const ticks = numberOf(raw.scalars.get(scalars.upTime));
  let unused = 0;
  for (const [index, type] of types) {
    if (!ethernetTypes.has(numberOf(type) ?? 0)) continue;
    const admin = numberOf(cell(raw, 'portAdmin', index));
    const oper = numberOf(cell(raw, 'portOper', index));
    if (admin === undefined || oper === undefined) return undefined;
    if (admin !== 1 || oper === 1) continue;
    const since = numberOf(cell(raw, 'portLastChange', index));
    if (ticks === undefined || since === undefined || since > ticks) return undefined;
    if ((ticks - since) / 100 >= unusedSeconds) unused += 1;
    // No change since a start that is younger than 30 days: what was before, nobody knows.
    else if (since === 0) return undefined;
  }
  return unused;
}

/** Whether ports ask for a network log-on (IEEE 802.1X); mixed settings are left to a person. */
export function portsAccessControlled(raw: SnmpRaw): boolean | undefined {
  const enabled = numberOf(raw.scalars.get(scalars.portLogOn));
  if (enabled === 2) return false;
  const controls = wholeColumn(raw, 'portControl');
  if (enabled !== 1 || controls === undefined) return undefined;
  const forcedOpen = [...controls.values()].filter((value) => value === 3).length;
  if (forcedOpen === controls.size) return false;
  return forcedOpen === 0 ? true : undefined;
}

/** Number of active notification targets that an active notification selects; undefined where nothing is shown. */
export function notificationTargets(raw: SnmpRaw): number | undefined {
  const targets = wholeColumn(raw, 'targetTags');
  const notifications = wholeColumn(raw, 'notifyTag');
  if (targets === undefined || notifications === undefined) return undefined;
  const active = (name: 'targetStatus' | 'notifyStatus', index: string) => numberOf(cell(raw, name, index)) === 1;
  const tags = new Set(
    [...notifications].filter(([index]) => active('notifyStatus', index)).map(([, tag]) => textOf(tag)),
  );
  return [...targets].filter(
    ([index, list]) =>
      active('targetStatus', index) && (textOf(list) ?? '').split(/\s+/).some((tag) => tag !== '' && tags.has(tag)),
  ).length;
}

interface Bound {
  readonly transport: 'tcp' | 'udp';
  readonly port: number;
  readonly address: string;
}

function tcpListeners(raw: SnmpRaw): Bound[] | undefined {
  const modern = wholeColumn(raw, 'tcpListener');
  if (modern !== undefined) return [...modern.keys()].flatMap((index) => boundBy(index, 'tcp'));
  const connections = wholeColumn(raw, 'tcpConnection');
  if (connections === undefined) return undefined;
  return [...connections].flatMap(([index, state]) => (state === tcpListens ? plainBound(index, 'tcp') : []));
}

function udpListeners(raw: SnmpRaw): Bound[] | undefined {
  const modern = wholeColumn(raw, 'udpEndpoint');
  if (modern !== undefined) return [...modern.keys()].flatMap((index) => boundBy(index, 'udp'));
  const old = wholeColumn(raw, 'udpListener');
  return old === undefined ? undefined : [...old.keys()].flatMap((index) => plainBound(index, 'udp'));
}

/** Index of RFC 4022 and RFC 4113: address type, counted address, port; for UDP the remote end follows. */
function boundBy(index: string, transport: 'tcp' | 'udp'): Bound[] {
  const [, ...rest] = index.split('.').map(Number);
  const local = countedOctets(rest);
  const [port, , ...remote] = local?.rest ?? [];
  if (local === undefined || port === undefined) return [];
  const address = addressOf(local.octets);
  // An endpoint with a remote end talks to one peer and listens to nobody else.
  const connected = transport === 'udp' && (countedOctets(remote)?.octets.some((octet) => octet !== 0) ?? false);
  return address === undefined || connected ? [] : [{ transport, port, address }];
}

/** Index of the older tables: IPv4 address and port. */
function plainBound(index: string, transport: 'tcp' | 'udp'): Bound[] {
  const arcs = index.split('.').map(Number);
  const port = arcs[4];
  const address = addressOf(Buffer.from(arcs.slice(0, 4)));
  return port === undefined || address === undefined ? [] : [{ transport, port, address }];
}

/** First management address by local port and remote index: it stands in the index of the LLDP address table. */
function neighbourAddresses(raw: SnmpRaw): Map<string, string> {
  const found = new Map<string, string>();
  for (const index of raw.columns.get('neighbourAddress')?.rows.keys() ?? []) {
    const [, localPort, remote, , ...rest] = index.split('.').map(Number);
    const counted = countedOctets(rest);
    const address = counted === undefined ? undefined : addressOf(counted.octets);
    const key = `${localPort}.${remote}`;
    if (address !== undefined && address !== '*' && !found.has(key)) found.set(key, address);
  }
  return found;
}

/** A chassis or port identifier: text where it is text, else the octets of a MAC address or whatever it is. */
function identifierOf(value: unknown): string | undefined {
  if (!Buffer.isBuffer(value) || value.length === 0) return undefined;
  const printable = value.every((octet) => octet >= 0x20 && octet < 0x7f);
  if (printable) return readable(value);
  return value.length === 6 ? value.toString('hex').replace(/(..)(?=.)/g, '$1:') : readable(value);
}

function sorted<E extends Element<object>>(elements: E[]): E[] {
  return elements.sort((a, b) => (a.id < b.id ? -1 : 1));
}

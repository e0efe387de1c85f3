/** What the frames of a capture tell: who was there, and who served what to whom. Pure. */
import { protocolOf, snmpVersion, withoutInner } from './protocols.ts';
import { covers, type Sight, sawFlow, sawHost } from './sight.ts';

/** As dissected; a field that the frame lacks is "". */
export type Fields = Readonly<Record<string, string>>;

const mostConversations = 50_000;

/** Ports on which a protocol is served. They say which side serves one that was recognised, never which one it is. */
const servedOn: Readonly<Record<string, readonly number[]>> = {
  bacnet: [47_808],
  coap: [5683],
  dhcp: [67],
  dnp3: [20_000],
  dns: [53],
  enip: [44_818, 2222],
  ftp: [21],
  http: [80, 8080],
  iec104: [2404],
  modbus: [502],
  mqtt: [1883],
  ntp: [123],
  opcua: [4840],
  rdp: [3389],
  s7: [102],
  snmpv1: [161],
  snmpv2c: [161],
  snmpv3: [161],
  ssh: [22],
  syslog: [514],
  telnet: [23],
  tftp: [69],
  tls: [443, 8883, 8443],
  vnc: [5900],
};

interface End {
  readonly address: string;
  readonly port: number;
}

/** Takes one frame after another; remembers which side of a conversation serves, of so many at most. */
export function captureReader(sight: Sight, now: number): (frame: Fields) => string | undefined {
  const servers = new Map<string, End>();

  function serverOf(
    one: End,
    other: End,
    at: { flags: number | undefined; protocols: readonly string[] },
  ): End | undefined {
    const key = [`${one.address} ${one.port}`, `${other.address} ${other.port}`].sort().join(' ');
    const { flags } = at;
    const opens = flags !== undefined && (flags & synAck) === syn;
    const accepts = flags !== undefined && (flags & synAck) === synAck;
    const server = opens ? other : accepts ? one : (servers.get(key) ?? byPort(one, other, at.protocols));
    if (server === undefined) return undefined;
    if (servers.size >= mostConversations) servers.delete(servers.keys().next().value ?? '');
    servers.set(key, server);
    return server;
  }

  return (frame) => {
    const at = Number(frame['frame.time_epoch']) * 1000;
    if (!(at > 0)) return 'no time';
    if (at > now + 300_000) return 'a time in the future';
    covers(sight, at);
    const layers = (frame['frame.protocols'] ?? '').split(':');
    linked(sight, frame, layers, at);
    const [from, to] = [frame['ip.src'] || frame['ipv6.src'] || '', frame['ip.dst'] || frame['ipv6.dst'] || ''];
    if (from === '') return undefined;
    sawHost(sight, { address: from, at });
    // Within a tunnel, or quoted by an error message: the ports belong to other addresses than these.
    if (layers.filter((layer) => layer === 'ip' || layer === 'ipv6').length !== 1) return undefined;
    const transport = layers.includes('tcp') ? 'tcp' : layers.includes('udp') ? 'udp' : undefined;
    if (transport === undefined) return undefined;
    const one = { address: from, port: Number(frame[`${transport}.srcport`]) };
    const other = { address: to, port: Number(frame[`${transport}.dstport`]) };
    const protocols = protocolsIn(layers, frame['snmp.version'] ?? '');
    const flags = transport === 'tcp' ? Number(frame['tcp.flags']) : undefined;
    const server = serverOf(one, other, { flags, protocols });
    if (server === undefined) return undefined;
    const client = server.address === one.address && server.port === one.port ? other : one;
    // A reset may come from a filter between.
    const answered = !isSame(server, other) && ((flags ?? 0) & reset) === 0;
    sawFlow(sight, {
      ...{ from: client.address, to: server.address, port: server.port },
      ...{ transport, protocols, answered, tunnelled: false, at },
    });
    return undefined;
  };
}

const syn = 0x02;
const synAck = 0x12;
const reset = 0x04;

function isSame(one: End, other: End): boolean {
  return one.address === other.address && one.port === other.port;
}

function byPort(one: End, other: End, protocols: readonly string[]): End | undefined {
  const ports = protocols.flatMap((protocol) => servedOn[protocol] ?? []);
  const serving = [one, other].filter(({ port }) => ports.includes(port));
  return serving.length === 1 ? serving[0] : undefined;
}

/** ARP, DHCP, LLDP and PROFINET name a station by its hardware address: it stands on the link itself. */
function linked(sight: Sight, frame: Fields, layers: readonly string[], at: number): void {
  const local = true;
  const mac = frame['arp.src.hw_mac'] || undefined;
  // Whoever only asks whether an address is free has none yet.
  const address = frame['arp.src.proto_ipv4'] === '0.0.0.0' ? undefined : frame['arp.src.proto_ipv4'] || undefined;
  if (mac !== undefined) sawHost(sight, { address, mac, local, at });
  const leased = frame['dhcp.option.dhcp'] === '5' ? frame['dhcp.ip.your'] : '';
  const name = frame['dhcp.option.hostname'] || undefined;
  if (frame['dhcp.hw.mac_addr']) {
    const given = leased && leased !== '0.0.0.0' ? leased : undefined;
    sawHost(sight, { address: given, mac: frame['dhcp.hw.mac_addr'], name, local, at });
  }
  if (frame['lldp.chassis.id.mac'])
    sawHost(sight, { mac: frame['lldp.chassis.id.mac'], name: frame['lldp.tlv.system.name'] || undefined, local, at });
  if (layers.includes('pn_dcp') || layers.includes('pn_io')) sawHost(sight, { mac: frame['eth.src'], local, at });
}

function protocolsIn(layers: readonly string[], version: string): readonly string[] {
  const found = layers.flatMap((layer) =>
    layer === 'snmp' ? snmpVersion(version, 'wire') : (protocolOf(layer) ?? []),
  );
  return withoutInner([...new Set(found)]);
}

/**
 * What a place that listens saw: a sensor's logs, a capture, the tables of a switch or of a DHCP server. Which of it
 * the inventory knows is a derivation: the collector does not know the plant.
 */
import { factsAbout } from '../fact.ts';

const asset = factsAbout('asset');
const instance = factsAbout('instance');

/** Facts about the document: each probe of the asset has its own. */
export const sightFacts = {
  'sight.format': asset.choice({
    values: ['zeek', 'capture', 'neighbours', 'leases', 'firewall'],
    days: 30,
    from: 'passive',
    means: 'what was read: sensor logs, a capture, address tables, DHCP leases, flow records of a firewall',
  }),
  'sight.zones': asset.list({
    days: 30,
    from: 'passive',
    means: 'ids of the zones that the place listens to; empty: the zone of the asset that listens',
  }),
  'sight.from': asset.timestamp({
    volatile: true,
    days: 30,
    from: 'passive',
    means: 'first instant that the document covers, by its own records',
  }),
  'sight.until': asset.timestamp({
    volatile: true,
    days: 30,
    from: 'passive',
    means: 'last instant that the document covers; of a table the instant at which it was taken',
  }),
  'sight.whole': asset.boolean({
    days: 30,
    from: 'passive',
    means: 'all of the document was read; otherwise from and until say which part',
  }),
  'sight.dropped.count': asset.integer({
    days: 30,
    from: 'passive',
    means: 'times that a station was left out, beyond what one run keeps: with any, the list of them is not complete',
  }),
  'sight.flowsDropped.count': asset.integer({
    days: 30,
    from: 'passive',
    means: 'the same of flows',
  }),
  'sight.malformed.count': asset.integer({
    volatile: true,
    days: 30,
    from: 'passive',
    means: 'records that could not be read; the transcript says where and why',
  }),
  'sight.loss': asset.number({
    volatile: true,
    unit: '0-1',
    days: 7,
    from: 'passive',
    means: 'highest share of the traffic that the sensor reports as lost within the span',
  }),
  'sight.hosts': instance.records({
    keys: { id: 'string', address: 'string', mac: 'string', name: 'string', local: 'boolean' },
    days: 30,
    from: 'passive',
    means:
      'stations that sent something; id is the address, else the hardware address. local: seen on the link itself (ARP, DHCP, switch), so no router lies between',
  }),
  'sight.times': instance.records({
    keys: { id: 'string', firstSeenAt: 'timestamp', lastSeenAt: 'timestamp' },
    volatile: true,
    days: 30,
    from: 'passive',
    means:
      'when each of sight.hosts and sight.flows was first and last seen within the span; absent where the source does not say',
  }),
  'sight.flows': instance.records({
    keys: {
      id: 'string',
      from: 'string',
      to: 'string',
      transport: ['tcp', 'udp', 'other'],
      port: 'integer',
      protocol: 'string',
      answered: 'boolean',
      tunnelled: 'boolean',
    },
    days: 30,
    from: 'passive',
    means:
      'who talked to whose port; protocol only where the traffic itself was recognised, never guessed from the port; answered: the other side took part',
  }),
  'firewall.format': asset.choice({
    values: ['nftables', 'iptables'],
    days: 90,
    from: 'passive',
    means: 'whose rule set was read',
  }),
  'firewall.guards': asset.list({
    days: 90,
    from: 'passive',
    means: 'ids of the zones of which people say that every way in and out leads through this device',
  }),
  'firewall.defaultDeny': asset.boolean({
    days: 90,
    from: 'passive',
    means: 'what no rule names is not forwarded',
  }),
  'firewall.logsDrops': asset.boolean({
    days: 90,
    from: 'passive',
    means: 'what is refused at the end of the rules for forwarded packets is written to a log',
  }),
  'firewall.open.count': asset.integer({
    days: 90,
    from: 'passive',
    means: 'places of the rule set that could not be followed: with any, the list of passes is not complete',
  }),
  'firewall.passes': instance.records({
    keys: {
      id: 'string',
      from: 'string[]',
      to: 'string[]',
      fromZones: 'string[]',
      toZones: 'string[]',
      transport: ['any', 'tcp', 'udp', 'icmp', 'other'],
      ports: 'string[]',
      certain: 'boolean',
      logs: 'boolean',
    },
    days: 90,
    from: 'passive',
    means:
      'what the rules let through: networks, zones by interface, ports; an empty list is no condition; certain: no condition that is not understood and no refusal before it can take anything away',
  }),
} as const;

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { captureReader, type Fields } from '../../../collectors/passive/capture.ts';
import { noSight, type Sight } from '../../../collectors/passive/sight.ts';
import { describeWith, until } from '../../support/program.ts';
import { provenRun, told } from '../proof-suite.ts';
import { factOf, flowsOf, hostsOf, lookAt, lookAtText, now, passive, written } from './records.ts';

const capture = new URL('recorded/cell.pcap', import.meta.url).pathname;
const bytes = readFileSync(capture);
const secret = 'n0t-for-evidence';

/** Frames as the dissector prints them, in short: `from:port>to:port flags layers`. */
function seen(frames: readonly (string | Fields)[]): Sight {
  const sight = noSight();
  const take = captureReader(sight, now().getTime());
  for (const frame of frames) {
    const fields = typeof frame === 'string' ? fieldsOf(frame) : frame;
    take({ 'frame.time_epoch': '1795514400.5', 'frame.protocols': 'eth:ethertype', ...fields });
  }
  return sight;
}

function fieldsOf(text: string): Fields {
  const [way = '', flags = '', layers = ''] = text.split(' ');
  const [from = '', fromPort = '', to = '', toPort = ''] = way.split(/[:>]/);
  const transport = flags === 'udp' ? 'udp' : 'tcp';
  return {
    'frame.protocols': `eth:ethertype:ip:${transport}${layers === '' ? '' : `:${layers}`}`,
    ...{ 'ip.src': from, 'ip.dst': to, [`${transport}.srcport`]: fromPort, [`${transport}.dstport`]: toPort },
    ...(transport === 'tcp'
      ? { 'tcp.flags': { S: '0x0002', SA: '0x0012', R: '0x0004', RA: '0x0014' }[flags] ?? '0x0018' }
      : {}),
  };
}

const flows = (sight: Sight) => [...sight.flows].map(([id, { protocols }]) => [id, ...protocols].join(' '));

describe('frames', () => {
  const plc = '10.1.2.7:502';

  it.each([
    [
      'a handshake says who serves',
      ['10.1.2.9:5000>10.1.2.7:502 S', '10.1.2.7:502>10.1.2.9:5000 SA'],
      ['10.1.2.9>10.1.2.7/tcp/502'],
    ],
    [
      'on whatever port',
      ['10.1.2.7:502>10.1.2.9:5000 S', '10.1.2.9:5000>10.1.2.7:502 SA'],
      ['10.1.2.7>10.1.2.9/tcp/5000'],
    ],
    ['an attempt alone shows nobody serving', ['10.1.2.9:5000>10.1.2.7:502 S'], []],
    ['nor does a refusal', ['10.1.2.9:5000>10.1.2.7:502 S', '10.1.2.7:502>10.1.2.9:5000 RA'], []],
    [
      'met in its middle, a protocol on its own port says it',
      [`${plc}>10.1.2.9:5000 A mbtcp:modbus`],
      ['10.1.2.9>10.1.2.7/tcp/502 modbus'],
    ],
    ['on another port it does not', ['10.1.2.7:5502>10.1.2.9:5000 A mbtcp:modbus'], []],
    ['nor does a port without its protocol', [`${plc}>10.1.2.9:5000 A`], []],
    ['nor one that both sides use', ['10.1.2.7:47808>10.1.2.9:47808 udp bvlc:bacnet'], []],
    [
      'datagrams: the answer counts',
      ['10.1.2.9:5000>10.1.2.7:53 udp dns', '10.1.2.7:53>10.1.2.9:5000 udp dns'],
      ['10.1.2.9>10.1.2.7/udp/53 dns'],
    ],
    [
      'TLS hides what is in it',
      ['10.1.2.7:8883>10.1.2.9:5000 SA', '10.1.2.7:8883>10.1.2.9:5000 A tls:mqtt'],
      ['10.1.2.9>10.1.2.7/tcp/8883 tls'],
    ],
  ])('%s', (_, frames, expected) => expect(flows(seen(frames))).toEqual(expected));

  it('within a tunnel, or quoted by an error, have ports that belong to others', () => {
    const inner = {
      ...fieldsOf('10.1.2.7:502>10.1.2.9:5000 A mbtcp:modbus'),
      'frame.protocols': 'eth:ethertype:ip:gre:ip:tcp:mbtcp:modbus',
    };
    const sight = seen([inner]);
    expect(flows(sight)).toEqual([]);
    expect([...sight.hosts.keys()]).toEqual(['10.1.2.7']);
  });

  it.each<[string, Fields, string[]]>([
    ['ARP', { 'arp.src.hw_mac': '00:1b:1b:00:00:07', 'arp.src.proto_ipv4': '10.1.2.7' }, ['10.1.2.7']],
    [
      'ARP that asks whether an address is free',
      { 'arp.src.hw_mac': '00:1b:1b:00:00:07', 'arp.src.proto_ipv4': '0.0.0.0' },
      ['00:1b:1b:00:00:07'],
    ],
    [
      'a lease that was given',
      { 'dhcp.option.dhcp': '5', 'dhcp.hw.mac_addr': '00:1b:1b:00:00:07', 'dhcp.ip.your': '10.1.2.7' },
      ['10.1.2.7'],
    ],
    [
      'a lease that was only offered',
      { 'dhcp.option.dhcp': '2', 'dhcp.hw.mac_addr': '00:1b:1b:00:00:07', 'dhcp.ip.your': '10.1.2.7' },
      ['00:1b:1b:00:00:07'],
    ],
    ['LLDP', { 'lldp.chassis.id.mac': '00:1b:1b:00:00:07', 'lldp.tlv.system.name': 'SW-1' }, ['00:1b:1b:00:00:07']],
    [
      'PROFINET',
      { 'frame.protocols': 'eth:ethertype:pn_rt:pn_dcp', 'eth.src': '00:1b:1b:00:00:07' },
      ['00:1b:1b:00:00:07'],
    ],
    [
      'no hardware address of a plain packet',
      { 'frame.protocols': 'eth:ethertype:ip:tcp', 'eth.src': '00:1b:1b:00:00:07', 'ip.src': '10.1.2.7' },
      ['10.1.2.7'],
    ],
  ])('tie a station to the link by %s', (_, fields, hosts) => {
    expect([...seen([fields]).hosts.keys()]).toEqual(hosts);
  });
});

describeWith(['tshark', 'prlimit'], 'a capture of a mirror port', () => {
  it('gives stations, services and who used them, and nothing of what they said', async () => {
    const result = await provenRun(passive, `file://${capture}`, { tier: 'T0', deadlineMs: 60_000 });

    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts).toMatchObject({ 'sight.format': 'capture', 'sight.whole': true, 'sight.dropped.count': 0 });
    expect(hostsOf(result)).toEqual([
      '10.1.2.66 00:1b:1b:00:00:66 local',
      '10.1.2.7 00:1b:1b:00:00:07 local',
      '10.9.0.4',
    ]);
    expect(flowsOf(result)).toEqual([
      '10.1.2.66>10.1.2.7/tcp/443/tls',
      '10.1.2.66>10.1.2.7/tcp/80/http',
      '10.1.2.66>10.1.2.7/udp/161/snmpv2c',
      '10.9.0.4>10.1.2.7/tcp/1883/mqtt',
    ]);
    expect(bytes.includes(secret)).toBe(true);
    expect(JSON.stringify([result.reading, result.transcript, result.detail])).not.toContain(secret);
  }, 60_000);

  it('in a folder, packed, or of the newer format is the same', async () => {
    const pcapng = execFileSync('editcap', ['-F', 'pcapng', capture, '-'], { maxBuffer: 1 << 20 });
    const home = written({ 'a.pcap.gz': gzipSync(bytes), 'b.pcapng': pcapng });
    const result = await provenRun(passive, `file://${home}`, { tier: 'T0', deadlineMs: 60_000 });
    expect(result.outcome, told(result)).toBe('observed');
    expect(flowsOf(result)).toHaveLength(4);
    expect(result.transcript.filter((line) => line.includes('frames, by tshark'))).toHaveLength(2);
  }, 60_000);

  it('that is cut short is read up to there, and that is said', async () => {
    const home = written({ 'cut.pcap': bytes.subarray(0, bytes.length - 700) });
    const result = await provenRun(passive, `file://${home}/cut.pcap`, { tier: 'T0', deadlineMs: 60_000 });
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts['sight.whole']).toBe(false);
    expect(result.transcript).toContain('cut.pcap: damaged or cut short: read up to there');
  }, 60_000);

  it('beyond the bound is read up to it', async () => {
    const home = written({ 'long.pcap': bytes });
    const run = { tier: 'T0', deadlineMs: 60_000, options: { mostBytes: 2000 } } as const;
    const result = await provenRun(passive, `file://${home}/long.pcap`, run);
    expect(result.facts['sight.whole']).toBe(false);
    expect(flowsOf(result).length).toBeLessThan(4);
  }, 60_000);

  it('of garbage is unsupported, with what tshark says of it', async () => {
    const result = await lookAtText(Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(4000, 0xa5)]), {}, 'bad.pcap');
    expect(result.outcome, told(result)).toBe('unsupported');
    expect(result.detail).toContain('bad.pcap: tshark could not read it');
    expect({ ...result.facts, ...result.volatile }).toEqual({});
  }, 60_000);

  it('stops at once when aborted, and leaves no process behind', async () => {
    const big = Buffer.concat([bytes.subarray(0, 24), ...Array.from({ length: 8000 }, () => bytes.subarray(24))]);
    const home = written({ 'big.pcap': big });
    const stop = new AbortController();
    const ours = () => isRunning(`${home}/big.pcap`);
    const running = provenRun(passive, `file://${home}/big.pcap`, { tier: 'T0', signal: stop.signal });
    await until(async () => ours(), 'tshark to start', 30_000);
    const at = performance.now();
    stop.abort();
    const result = await running;
    expect(result.outcome, told(result)).toBe('aborted');
    expect(performance.now() - at).toBeLessThan(5000);
    await until(async () => !ours(), 'tshark to be gone', 5000);
  }, 60_000);
});

/** Whether any process names this among its arguments. */
function isRunning(argument: string): boolean {
  return readdirSync('/proc').some((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').includes(argument);
    } catch {
      return false; // It ended while we looked.
    }
  });
}

it('keeps captures and logs apart: one probe holds one kind of record', async () => {
  const home = written({ 'a.csv': 'ip,mac\n10.1.2.1,00:1b:1b:00:00:01\n', 'b.pcap': bytes });
  const result = await lookAt(home);
  expect(factOf(result, 'sight.format')).toBe('neighbours');
  expect(result.transcript).toContain('b.pcap: not read, it is a capture');
});

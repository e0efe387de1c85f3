import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { told } from '../proof-suite.ts';
import { connLog, factOf, flowsOf, hostsOf, lookAt, lookAtText, written } from './records.ts';

const recorded = new URL('recorded/', import.meta.url).pathname;
const json = (records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('logs that Zeek wrote about its own captures', () => {
  it('give stations, flows by the protocol that was recognised, and the span that they cover', async () => {
    const result = await lookAt(`${recorded}zeek-conn.txt`);

    expect(result.outcome, told(result)).toBe('observed');
    expect(hostsOf(result)).toEqual([
      '10.0.0.3',
      '10.0.0.57',
      '10.0.0.8',
      '10.0.0.9',
      '10.1.1.234',
      '10.10.5.85',
      '166.161.16.230',
      '192.168.66.235',
    ]);
    expect(flowsOf(result)).toEqual([
      '10.0.0.57>10.0.0.3/tcp/502/modbus',
      '10.0.0.57>10.0.0.8/tcp/502/modbus',
      '10.0.0.8>10.0.0.57/tcp/4446',
      '10.0.0.9>10.0.0.3/tcp/502/modbus',
      '10.1.1.234>10.10.5.85/tcp/502/modbus',
      '192.168.66.235>166.161.16.230/tcp/502/modbus',
    ]);
    expect(result.facts).toMatchObject({ 'sight.format': 'zeek', 'sight.whole': true, 'sight.dropped.count': 0 });
    expect(result.volatile).toMatchObject({
      'sight.from': '2004-08-26T12:01:18.945Z',
      'sight.until': '2012-07-20T08:54:59.588Z',
      'sight.malformed.count': 0,
    });
    expect(result.unseen).toEqual({ 'sight.loss': 'unsupported' });
  });

  it('tie a hardware address to a station on its own link (DHCP)', async () => {
    const result = await lookAt(`${recorded}zeek-dhcp.txt`);
    expect(hostsOf(result)).toEqual(['128.2.6.189 90:b1:1c:99:49:29 local']);
  });
});

describe('connections of a conn.log', () => {
  it.each([
    ['an answered one shows both ends', '10.0.0.1 10.0.0.2 502 tcp modbus SF', ['10.0.0.1', '10.0.0.2']],
    ['one without an answer shows who asked', '10.0.0.1 10.0.0.2 502 tcp - S0', ['10.0.0.1']],
    ['a refused one too: a filter between may have refused', '10.0.0.1 10.0.0.2 502 tcp - REJ', ['10.0.0.1']],
    [
      'one seen from its middle shows both when both spoke',
      '10.0.0.1 10.0.0.2 502 tcp - OTH',
      ['10.0.0.1', '10.0.0.2'],
    ],
    ['a group is no station', '10.0.0.1 224.0.0.251 5353 udp dns S0', ['10.0.0.1']],
    [
      'an address that is only valid on its link is no station',
      'FE80:0::1 2001:DB8:0:0::5 22 tcp ssh SF',
      ['2001:db8::5'],
    ],
    [
      'an IPv4 address within IPv6 is that address',
      '::ffff:10.0.0.1 2001:DB8:0::5 22 tcp ssh SF',
      ['10.0.0.1', '2001:db8::5'],
    ],
  ])('%s', async (_, record, hosts) => {
    expect(hostsOf(await lookAtText(connLog([record])))).toEqual(hosts);
  });

  it('name what was recognised, never what a port number suggests', async () => {
    const result = await lookAtText(
      connLog([
        '10.0.0.1 10.0.0.2 502 tcp - SF',
        '10.0.0.1 10.0.0.3 8883 tcp ssl,mqtt SF',
        '10.0.0.1 10.0.0.4 1883 tcp mqtt SF',
        '10.0.0.1 10.0.0.5 80 tcp -http SF',
      ]),
    );
    expect(flowsOf(result)).toEqual([
      '10.0.0.1>10.0.0.2/tcp/502',
      '10.0.0.1>10.0.0.3/tcp/8883/tls',
      '10.0.0.1>10.0.0.4/tcp/1883/mqtt',
      '10.0.0.1>10.0.0.5/tcp/80',
    ]);
  });

  it('are marked where they ran inside a tunnel', async () => {
    const result = await lookAtText(connLog(['10.0.0.1 10.0.0.2 502 tcp modbus SF CtunnelX']));
    expect(factOf(result, 'sight.flows')).toMatchObject([{ protocol: 'modbus', tunnelled: true }]);
  });
});

describe('a folder of logs', () => {
  const at = 1_795_514_400;
  const conn = { ts: at, 'id.orig_h': '10.0.0.1', 'id.resp_h': '10.0.0.2', 'id.resp_p': 161, proto: 'udp' };
  const secret = 'n0t-for-evidence';

  it('is read as one: JSON and text, packed and rotated ones, and takes no secret along', async () => {
    const home = written({
      'conn.10:00:00-11:00:00.log.gz': gzipSync(connLog(['10.0.0.1 10.0.0.9 443 tcp ssl SF'])),
      'snmp.log': json([{ ...conn, version: '2c', community: secret, display_string: secret }]),
      'ftp.log': json([{ ...conn, 'id.resp_p': 21, proto: 'tcp', user: secret, password: secret, arg: secret }]),
      'http.log': json([
        {
          ...conn,
          'id.resp_p': 80,
          proto: 'tcp',
          host: `${secret}.example`,
          uri: `/${secret}`,
          username: secret,
          password: secret,
        },
      ]),
      'mqtt_connect.log': json([{ ...conn, 'id.resp_p': 1883, proto: 'tcp', will_payload: secret, client_id: secret }]),
      'known_services.log': json([{ ts: at, host: '10.0.0.7', port_num: 22, port_proto: 'tcp', service: ['SSH'] }]),
      'known_devices.log': json([{ ts: at, mac: '00:1B:1B:00:00:07', dhcp_host_name: 'PLC-7' }]),
      'x509.log': json([{ ts: at, 'certificate.subject': `CN=${secret}` }]),
      'capture_loss.log': json([
        { ts: at, percent_lost: 0.5 },
        { ts: at + 60, percent_lost: 2.5 },
      ]),
      'notes.txt': secret,
    });
    symlinkSync('/etc/hostname', join(home, 'link.log'));

    const result = await lookAt(home);

    expect(hostsOf(result)).toEqual(['00:1b:1b:00:00:07 plc-7 local', '10.0.0.1', '10.0.0.2', '10.0.0.7', '10.0.0.9']);
    expect(flowsOf(result)).toEqual([
      '10.0.0.1>10.0.0.2/tcp/1883/mqtt',
      '10.0.0.1>10.0.0.2/tcp/21/ftp',
      '10.0.0.1>10.0.0.2/tcp/80/http',
      '10.0.0.1>10.0.0.2/udp/161/snmpv2c',
      '10.0.0.1>10.0.0.9/tcp/443/tls',
    ]);
    expect(factOf(result, 'sight.loss')).toBe(0.025);
    expect(factOf(result, 'sight.malformed.count')).toBe(0);
    const { reading, transcript, facts, volatile } = result;
    expect(JSON.stringify({ reading, transcript, facts, volatile })).not.toContain(secret);
    expect(transcript).toContain('link.log: not read, it is no regular file');
  });

  it('of other people is no evidence', async () => {
    const result = await lookAt(written({ 'app.log': 'started\nstopped\n' }));
    expect(result.outcome).toBe('unsupported');
    expect(result.facts).toEqual({});
  });
});

describe('what is wrong with a log', () => {
  it('is counted and named with its line, and what was good is kept', async () => {
    const good = connLog(['10.0.0.1 10.0.0.2 502 tcp modbus SF']);
    const future = connLog(['10.0.0.8 10.0.0.9 502 tcp modbus SF'], { at: 1_900_000_000 }).split('\n')[6];
    const lines = [
      'too\tfew',
      `${'x'.repeat(70_000)}`,
      'a\0b',
      future,
      '{"ts": 1',
      '{"ts":"soon","id.orig_h":"10.0.0.3"}',
    ];
    const result = await lookAtText(`${good}${lines.join('\n')}\n`);

    expect(result.outcome, told(result)).toBe('observed');
    expect(flowsOf(result)).toEqual(['10.0.0.1>10.0.0.2/tcp/502/modbus']);
    expect(factOf(result, 'sight.malformed.count')).toBe(6);
    expect(result.transcript).toEqual(
      expect.arrayContaining([
        'records.txt:9: 2 fields where 11 are announced',
        'records.txt:10: a line longer than any record',
        'records.txt:11: bytes that are no text',
        'records.txt:12: a time in the future',
        'records.txt:13: no JSON',
        'records.txt:14: no time',
      ]),
    );
  });

  it('is said when it is cut off, and only what was read counts', async () => {
    const records = Array.from(
      { length: 4000 },
      (_, index) => `10.0.0.1 10.0.${index >> 8}.${index & 255} 502 tcp modbus SF`,
    );
    const packed = gzipSync(connLog(records));
    const result = await lookAtText(packed.subarray(0, packed.length - 2000), {}, 'conn.log.gz');

    expect(result.facts['sight.whole']).toBe(false);
    expect(hostsOf(result).length).toBeGreaterThan(100);
    expect(hostsOf(result).length).toBeLessThan(4000);
    expect(result.transcript).toContain('conn.log.gz: the packed file is damaged or ends early: read up to there');
    expect(result.transcript).toContain('conn.log.gz: still being written, or cut off: it has no #close line');
  });

  it('of a log beyond the bound the newest part is read, and the span says so', async () => {
    const records = Array.from(
      { length: 4000 },
      (_, index) => `10.0.${index >> 8}.${index & 255} 10.9.0.1 502 tcp modbus SF`,
    );
    const at = 1_795_000_000;
    const result = await lookAtText(connLog(records, { at }), { mostBytes: 20_000 });

    expect(result.facts['sight.whole']).toBe(false);
    expect(factOf(result, 'sight.malformed.count')).toBe(0);
    expect(factOf(result, 'sight.until')).toBe(new Date((at + 3999) * 1000).toISOString());
    expect(Date.parse(factOf(result, 'sight.from') ?? '')).toBeGreaterThan((at + 3000) * 1000);
    expect(hostsOf(result)).toContain('10.0.15.159');
    expect(hostsOf(result)).not.toContain('10.0.0.5');
  });

  it('of an archive that unpacks without end only the bound is read', async () => {
    const bomb = gzipSync(connLog(['10.0.0.1 10.0.0.2 502 tcp modbus SF']) + '\n'.repeat(50_000_000));
    const result = await lookAtText(bomb, { mostBytes: 1_000_000 }, 'conn.log.gz');
    expect(result.facts['sight.whole']).toBe(false);
    expect(flowsOf(result)).toHaveLength(1);
  });

  it('never fills the memory: stations beyond the bound are counted, and then nothing is a whole list', async () => {
    const records = Array.from(
      { length: 12_000 },
      (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255} 10.200.0.1 502 tcp modbus SF`,
    );
    const result = await lookAtText(connLog(records));
    expect(hostsOf(result)).toHaveLength(10_000);
    expect(factOf(result, 'sight.dropped.count')).toBe(2001);
    expect(factOf(result, 'sight.flowsDropped.count')).toBe(0);
  });

  it.each([
    ['is not there', '/not/there.log', 'unreachable'],
    ['is a device', '/dev/zero', 'unsupported'],
  ])('file that %s', async (_, path, outcome) => {
    const result = await lookAt(path);
    expect(result.outcome, told(result)).toBe(outcome);
    expect({ ...result.facts, ...result.volatile }).toEqual({});
    expect(new Set(Object.values(result.unseen))).toEqual(new Set([outcome]));
  });

  it('written in UTF-16 is refused, not read as nothing', async () => {
    const result = await lookAtText(Buffer.from(`\ufeff${connLog([])}`, 'utf16le'));
    expect(result.outcome).toBe('unsupported');
    expect(result.detail).toContain('UTF-16');
  });

  it('that holds a header and no record saw nothing, which is no empty plant', async () => {
    const result = await lookAtText(connLog([]));
    expect(result.outcome).toBe('observed');
    expect(result.unseen).toMatchObject({ 'sight.hosts': 'unsupported', 'sight.flows': 'unsupported' });
  });
});

import { describe, expect, it } from 'vitest';
import { hardwareOf, nameOf, stationOf } from '../../../collectors/passive/address.ts';
import { cellsOf } from '../../../collectors/passive/cells.ts';
import { told } from '../proof-suite.ts';
import { factOf, flowsOf, hostsOf, lookAtText } from './records.ts';

describe('addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['fe80::1%eth0', undefined],
    ['FD00:0::1', 'fd00::1'],
    ['255.255.255.255', undefined],
    ['0.0.0.0', undefined],
    ['127.0.0.1', undefined],
    ['169.254.1.1', undefined],
    ['ff02::1', undefined],
    ['10.0.0.1/24', undefined],
    ['300.1.1.1', undefined],
  ])('%s is the station %s', (text, expected) => expect(stationOf(text)).toBe(expected));

  it.each([
    ['00-1B-1B-AA-BB-CC', '00:1b:1b:aa:bb:cc'],
    ['001b.1baa.bbcc', '00:1b:1b:aa:bb:cc'],
    ['0:1b:1b:a:b:c', '00:1b:1b:0a:0b:0c'],
    ['001b1baabbcc', '00:1b:1b:aa:bb:cc'],
    ['01:00:5e:00:00:01', undefined],
    ['ff:ff:ff:ff:ff:ff', undefined],
    ['00:00:00:00:00:00', undefined],
    ['12:34', undefined],
  ])('%s is the hardware address %s', (text, expected) => expect(hardwareOf(text)).toBe(expected));

  it('are no names, and names are plain', () => {
    expect(nameOf('PLC-7.cell')).toBe('plc-7.cell');
    expect(nameOf('10.0.0.1')).toBeUndefined();
    expect(nameOf('x; rm')).toBeUndefined();
  });
});

describe('cells', () => {
  it.each([
    ['a,b,', ['a', 'b', '']],
    ['"a,b","say ""x""",c', ['a,b', 'say "x"', 'c']],
    ['"open', undefined],
    ['"a"b,c', undefined],
    ['', ['']],
  ])('of %s', (line, expected) => expect(cellsOf(line, ',')).toEqual(expected));
});

describe('leases', () => {
  it('of the ISC server: bound ones, with the time at which they were last asked for', async () => {
    const result = await lookAtText(`# The format of this file is documented in the dhcpd.leases(5) manual page.
lease 10.1.2.7 {
  starts 2 2026/11/24 08:00:00;
  ends 2 2026/11/24 20:00:00;
  cltt 2 2026/11/24 10:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 00:1b:1b:00:00:07;
  uid "\\001\\000\\033\\033\\000\\000\\007";
  client-hostname "plc-7";
}
lease 10.1.2.8 {
  starts epoch 1795507200; # Tue Nov 24 08:00:00 2026
  binding state free;
  hardware ethernet 00:1b:1b:00:00:08;
}
`);
    expect(result.outcome, told(result)).toBe('observed');
    expect(result.facts['sight.format']).toBe('leases');
    expect(hostsOf(result)).toEqual(['10.1.2.7 00:1b:1b:00:00:07 plc-7 local']);
    expect(factOf(result, 'sight.times')).toEqual([
      { id: '10.1.2.7', firstSeenAt: '2026-11-24T10:00:00.000Z', lastSeenAt: '2026-11-24T10:00:00.000Z' },
    ]);
    expect(factOf(result, 'sight.until')).toBe('2026-11-24T11:59:00.000Z');
    expect(result.unseen['sight.flows']).toBe('unsupported');
  });

  it('of Kea: those in force', async () => {
    const heading =
      'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id';
    const result = await lookAtText(
      [
        heading,
        '10.1.2.9,00:1b:1b:00:00:09,,3600,1795518000,1,0,0,hmi-9.cell.,0,,0',
        '10.1.2.10,00:1b:1b:00:00:0a,,3600,1795518000,1,0,0,,2,,0',
        'not a lease',
      ].join('\n'),
    );
    expect(hostsOf(result)).toEqual(['10.1.2.9 00:1b:1b:00:00:09 hmi-9.cell local']);
    expect(factOf(result, 'sight.times')).toMatchObject([{ lastSeenAt: '2026-11-24T10:00:00.000Z' }]);
    expect(factOf(result, 'sight.malformed.count')).toBe(1);
  });

  it('of dnsmasq, which does not say when they were given', async () => {
    const result = await lookAtText('1795550400 00:1b:1b:00:00:0b 10.1.2.11 cam-1 01:00:1b:1b:00:00:0b\nduid 00:01\n');
    expect(hostsOf(result)).toEqual(['10.1.2.11 00:1b:1b:00:00:0b cam-1 local']);
    expect(factOf(result, 'sight.times')).toEqual([]);
  });
});

describe('address tables', () => {
  it('as a table, whatever the columns are called', async () => {
    const result = await lookAtText(
      'Port;MAC Address;VLAN;IP Address;System Name\n1;00-1B-1B-00-00-01;10;10.1.2.1;Drive-1\n2;00-1B-1B-00-00-02;10;;\n3;;10;;\n',
    );
    expect(result.facts['sight.format']).toBe('neighbours');
    expect(hostsOf(result)).toEqual(['00:1b:1b:00:00:02 local', '10.1.2.1 00:1b:1b:00:00:01 drive-1 local']);
    expect(factOf(result, 'sight.malformed.count')).toBe(1);
    expect(result.basis?.['sight.hosts']).toBe('stated');
  });

  it.each([
    ['ip neigh', '10.1.2.1 dev eth0 lladdr 00:1b:1b:00:00:01 REACHABLE\n10.1.2.2 dev eth0 FAILED\n'],
    ['arp -an', '? (10.1.2.1) at 00:1b:1b:00:00:01 [ether] on eth0\n? (10.1.2.2) at <incomplete> on eth0\n'],
    [
      'show arp',
      'Protocol  Address   Age (min)  Hardware Addr   Type   Interface\nInternet  10.1.2.1  3  001b.1b00.0001  ARPA   Vlan10\n',
    ],
  ])('as %s prints them', async (_, text) => {
    expect(hostsOf(await lookAtText(text))).toEqual(['10.1.2.1 00:1b:1b:00:00:01 local']);
  });

  it('tie no hardware address to a station when a router answers for several', async () => {
    const result = await lookAtText('ip,mac\n10.1.2.1,00:1b:1b:00:00:01\n10.1.2.2,00:1b:1b:00:00:01\n');
    expect(hostsOf(result)).toEqual(['10.1.2.1 local', '10.1.2.2 local']);
  });

  it('are as old as the file, unless somebody says when they were taken', async () => {
    const result = await lookAtText('ip,mac\n10.1.2.1,00:1b:1b:00:00:01\n', { asOf: undefined });
    // The clock of this test stands before the file was written.
    expect(result.outcome).toBe('unsupported');
    expect(result.detail).toContain('set asOf');
  });
});

describe('flow records of a firewall', () => {
  const heading = 'time,source,destination,port,transport,application,action';
  const options = { format: 'firewall' };

  it('give who asked, and which ways were let through', async () => {
    const result = await lookAtText(
      [
        heading,
        '2026-11-24T10:00:00Z,10.9.0.4,10.1.2.7,502,TCP,modbus,accept',
        '2026-11-24 10:00:01+01:00,10.9.0.5,10.1.2.7,502,TCP,modbus,deny',
        '2026-11-24 10:00:02,10.9.0.6,10.1.2.7,502,TCP,modbus,accept',
        '1795514400,10.9.0.7,name,502,TCP,modbus,accept',
      ].join('\n'),
      options,
    );
    expect(flowsOf(result)).toEqual(['10.9.0.4>10.1.2.7/tcp/502/modbus']);
    expect(factOf(result, 'sight.flows')).toMatchObject([{ answered: false }]);
    expect(hostsOf(result)).toEqual(['10.9.0.4', '10.9.0.5']);
    expect(factOf(result, 'sight.malformed.count')).toBe(2);
    expect(result.transcript).toContain('records.txt:4: a time without its zone');
  });

  it('name the headings that are missing', async () => {
    const result = await lookAtText('when,src\n', options);
    expect(result.outcome).toBe('unsupported');
    expect(result.detail).toContain('expected the headings time, source, destination, port, action');
  });
});

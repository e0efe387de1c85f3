import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networksOfSpan } from '../../../collectors/passive/ruleset.ts';
import { collectorOf } from '../../../collectors/registry.ts';
import { describeWith, temporaryFolder } from '../../support/program.ts';
import { provenRun, told } from '../proof-suite.ts';

const found = collectorOf('passive');
if (found === undefined) throw new Error('passive is not on the list');
const entry = found;
let folder: { path: string; remove: () => void };
beforeAll(() => {
  folder = temporaryFolder('rules');
});
afterAll(() => folder.remove());

let count = 0;
function read(content: string | Buffer, options: Record<string, unknown> = {}) {
  const path = join(folder.path, `rules-${count++}`);
  writeFileSync(path, content);
  return provenRun(entry, pathToFileURL(path).href, { tier: 'T0', options: { format: 'rules', ...options } });
}

/** `from>to transport/ports`, with a question mark where it is not certain. */
async function passes(content: string, options: Record<string, unknown> = {}) {
  const result = await read(content, options);
  expect(result.outcome, told(result)).toBe('observed');
  return (result.facts['firewall.passes'] ?? []).map((pass) => {
    const { from = [], to = [], fromZones = [], toZones = [], transport, ports = [], certain } = pass;
    const side = (networks: readonly string[], zones: readonly string[]) => [...zones, ...networks].join(',') || '*';
    return `${side(from, fromZones)}>${side(to, toZones)} ${transport}/${ports.join(',') || '*'}${certain ? '' : '?'}`;
  });
}

const save = (...rules: string[]) =>
  ['*filter', ':INPUT ACCEPT [0:0]', ':FORWARD DROP [12:3400]', ':CELL - [0:0]', ...rules, 'COMMIT', ''].join('\n');

describe('a rule set as iptables-save prints it', () => {
  it.each<[string, string[], string[]]>([
    [
      'a way with a port',
      ['-A FORWARD -s 10.1.4.0/24 -d 10.1.3.7/32 -p tcp -m tcp --dport 502 -j ACCEPT'],
      ['10.1.4.0/24>10.1.3.7/32 tcp/502'],
    ],
    [
      'several ports',
      ['-A FORWARD -d 10.1.3.7/32 -p udp -m multiport --dports 161:162,123 -j ACCEPT'],
      ['*>10.1.3.7/32 udp/161-162,123'],
    ],
    ['answers are no way of their own', ['-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'], []],
    [
      'new connections are',
      ['-A FORWARD -m state --state NEW,ESTABLISHED -s 10.1.4.0/24 -j ACCEPT'],
      ['10.1.4.0/24>* any/*'],
    ],
    ['interfaces stand for zones', ['-A FORWARD -i eth1 -o eth2 -j ACCEPT'], ['office>cell-3 any/*']],
    ['an interface of which nobody said the zone', ['-A FORWARD -i eth9 -o eth2 -j ACCEPT'], ['*>* any/*?']],
    ['what is denied of a condition', ['-A FORWARD ! -s 10.1.4.0/24 -p tcp -j ACCEPT'], ['*>* tcp/*?']],
    [
      'a module that is not known',
      ['-A FORWARD -s 10.1.4.0/24 -m time --timestart 08:00 -j ACCEPT'],
      ['10.1.4.0/24>* any/*?'],
    ],
    [
      'a comment narrows nothing',
      ['-A FORWARD -s 10.1.4.0/24 -m comment --comment "for -j DROP, ask Max" -j ACCEPT'],
      ['10.1.4.0/24>* any/*'],
    ],
    [
      'a chain of its own',
      [
        '-A FORWARD -d 10.1.3.0/24 -j CELL',
        '-A CELL -p tcp -m tcp --dport 4840 -j ACCEPT',
        '-A CELL -j RETURN',
        '-A CELL -j ACCEPT',
      ],
      ['*>10.1.3.0/24 tcp/4840'],
    ],
    [
      'what is refused before',
      [
        '-A FORWARD -s 10.1.4.9/32 -j DROP',
        '-A FORWARD -s 10.1.4.0/24 -j ACCEPT',
        '-A FORWARD -s 10.5.0.0/16 -j ACCEPT',
      ],
      ['10.1.4.0/24>* any/*?', '10.5.0.0/16>* any/*'],
    ],
    [
      'nothing behind a rule for everything',
      ['-A FORWARD -j REJECT --reject-with icmp-port-unreachable', '-A FORWARD -j ACCEPT'],
      [],
    ],
    ['a span of addresses', ['-A FORWARD -m iprange --src-range 10.1.4.4-10.1.4.7 -j ACCEPT'], ['10.1.4.4/30>* any/*']],
    ['rules for the machine itself are not forwarded', ['-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT'], []],
  ])('shows %s', async (_name, rules, expected) => {
    expect(await passes(save(...rules), { interfaces: { eth1: 'office', eth2: 'cell-3' } })).toEqual(expected);
  });

  it('says what becomes of what no rule names, and whether that is written down', async () => {
    const closed = await read(save('-A FORWARD -j LOG --log-prefix "s3cr3t "'), { guards: ['cell-3'] });
    expect(closed.facts).toMatchObject({
      ...{ 'firewall.format': 'iptables', 'firewall.guards': ['cell-3'], 'firewall.defaultDeny': true },
      ...{ 'firewall.logsDrops': true, 'firewall.open.count': 0, 'firewall.passes': [] },
    });
    expect(JSON.stringify(closed)).not.toContain('s3cr3t');
    const open = await read(save().replace(':FORWARD DROP', ':FORWARD ACCEPT'));
    expect(open.facts).toMatchObject({ 'firewall.defaultDeny': false, 'firewall.logsDrops': false });
    const anyAny = await read(save('-A FORWARD -j ACCEPT'));
    expect(anyAny.facts['firewall.defaultDeny']).toBe(false);
  });

  it('counts what it cannot follow, and then says nothing of the rest', async () => {
    for (const rules of [['-A FORWARD -j DOCKER-USER'], ['-A FORWARD -j CELL', '-A CELL -j CELL']]) {
      const result = await read(save(...rules));
      expect(result.facts['firewall.open.count'], told(result)).toBeGreaterThan(0);
      expect(result.unseen).toMatchObject({ 'firewall.defaultDeny': 'ambiguous', 'firewall.logsDrops': 'ambiguous' });
    }
  });

  it('reports every line that is none, with its number', async () => {
    const result = await read(
      '*filter\n:FORWARD DROP [0:0]\nHELLO\n-A FORWARD -m comment --comment "x -j ACCEPT\nCOMMIT\n-A FORWARD -j DROP\n',
    );
    expect(result.outcome).toBe('unsupported');
    expect(result.detail).toMatch(/rules-\d+:3: expected a rule.*:4: expected a rule.*:6: expected a table/);
    expect(result.facts).toEqual({});
  });
});

describe('documents that are no rule set', () => {
  it.each<[string, string | Buffer]>([
    ['a text', 'hello\n'],
    ['rules as nft prints them for people', 'table inet filter {\n}\n'],
    ['a packed file', gzipSync(save())],
    ['bytes', Buffer.from([0x2a, 0x66, 0, 0, 1])],
    ['JSON of something else', '{"nftables": 5}'],
    ['JSON that ends early', '{"nftables": [{"rule": '],
    ['a table that decides nothing', '*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n'],
    ['more than is read', `*filter\n${'#'.repeat(9 * 1024 * 1024)}\n`],
  ])('%s is refused', async (_name, content) => {
    const result = await read(content);
    expect(result.outcome, told(result)).toBe('unsupported');
    expect(result.facts).toEqual({});
    expect(new Set(Object.values(result.unseen))).toEqual(new Set(['unsupported']));
  });

  it('are bounded: chains that call each other without end, and lists as long as a block list', async () => {
    const chains = Array.from({ length: 30 }, (_, index) => `:C${index} - [0:0]`);
    const calls = Array.from({ length: 30 }, (_, index) => [
      `-A C${index} -s 10.0.0.${index}/32 -j C${(index + 1) % 30}`,
      `-A C${index} -s 10.1.0.${index}/32 -j C${(index + 1) % 30}`,
    ]).flat();
    const bomb = ['*filter', ':FORWARD DROP [0:0]', ...chains, '-A FORWARD -j C0', ...calls, 'COMMIT'].join('\n');
    const result = await read(bomb);
    expect(result.facts['firewall.open.count'], told(result)).toBeGreaterThan(0);
    const elem = Array.from({ length: 50_000 }, (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
    const rule = { match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right: '@block' } };
    const at = { family: 'inet', table: 'f' };
    const nftables = [
      { set: { ...at, name: 'block', elem } },
      { chain: { ...at, name: 'forward', hook: 'forward', type: 'filter', policy: 'drop' } },
      ...Array.from({ length: 300 }, (_, handle) => ({
        rule: { ...at, chain: 'forward', handle, expr: [rule, { [handle % 2 ? 'drop' : 'accept']: null }] },
      })),
    ];
    const long = await read(JSON.stringify({ nftables }));
    expect(long.facts['firewall.passes']?.length, told(long)).toBe(150);
    expect(long.facts['firewall.passes']?.some(({ certain }) => certain)).toBe(false);
  });

  it('turns a span into networks', () => {
    expect(networksOfSpan('10.0.0.1', '10.0.0.6')).toEqual([
      '10.0.0.1/32',
      '10.0.0.2/31',
      '10.0.0.4/31',
      '10.0.0.6/32',
    ]);
    expect(networksOfSpan('0.0.0.0', '255.255.255.255')).toEqual(['0.0.0.0/0']);
    expect(networksOfSpan('10.0.0.9', '10.0.0.1')).toBeUndefined();
  });
});

/** Loads rules in a network of its own that nobody else sees, and prints what the kernel then holds. */
function inOwnNetwork(load: string, print: string, rules: string): string {
  const env = { PATH: `${process.env['PATH']}:/usr/sbin` };
  return execFileSync('unshare', ['-rn', 'sh', '-c', `${load} && ${print}`], { input: rules, env, encoding: 'utf8' });
}

describeWith(['nft', 'iptables-save', 'unshare'], 'the reader of rule sets beside the tools of Debian', () => {
  it('reads what nft prints of the rules in force', async () => {
    const rules = `table inet filter {
      set cell { type ipv4_addr; flags interval; elements = { 10.1.3.0/24, 10.1.5.4-10.1.5.7 } }
      chain forward {
        type filter hook forward priority 0; policy drop;
        ct state established,related accept
        ct state invalid drop
        ip saddr 10.1.4.0/24 ip daddr @cell tcp dport { 502, 4840 } counter accept
        iifname "eth1" oifname { "eth2", "eth3" } udp dport 161-162 accept comment "snmp"
        ip saddr != 10.9.0.0/16 ip protocol icmp accept
        tcp dport vmap { 22 : accept, 23 : drop }
        ip6 saddr fd00:1::/64 meta l4proto tcp accept
        jump others
        log prefix "dropped " drop
      }
      chain others { ip daddr 10.1.3.9 limit rate 3/second accept; }
      chain input { type filter hook input priority 0; policy accept; }
    }`;
    const printed = inOwnNetwork('nft -f -', 'nft -j list ruleset', rules);
    const interfaces = { eth1: 'office', eth2: 'cell-3', eth3: 'cell-4' };
    expect(await passes(printed, { interfaces })).toEqual([
      '10.1.4.0/24>10.1.3.0/24,10.1.5.4/30 tcp/502,4840',
      'office>cell-3,cell-4 udp/161-162',
      '*>* icmp/*?',
      'fd00:1::/64>* tcp/*',
      '*>10.1.3.9 any/*?',
    ]);
    const result = await read(printed, { interfaces });
    expect(result.facts).toMatchObject({ 'firewall.format': 'nftables', 'firewall.open.count': 1 });
    expect(result.transcript.join('\n')).toContain('a target that is not known');
    expect(JSON.stringify(result)).not.toContain('dropped ');
  });

  it('finds the whole of a small rule set, with what is refused and written down at its end', async () => {
    const rules = `table ip filter { chain forward { type filter hook forward priority 0; policy accept;
      ip saddr 10.1.4.0/24 ip daddr 10.1.3.7 tcp dport 4840 accept
      log drop
    }
    }`;
    const result = await read(inOwnNetwork('nft -f -', 'nft -j list ruleset', rules), { guards: ['cell-3'] });
    expect(result.facts, told(result)).toMatchObject({
      ...{ 'firewall.defaultDeny': true, 'firewall.logsDrops': true, 'firewall.open.count': 0 },
      'firewall.passes': [
        { from: ['10.1.4.0/24'], to: ['10.1.3.7'], transport: 'tcp', ports: ['4840'], certain: true },
      ],
    });
  });

  it('reads what iptables-save prints of rules that iptables took', async () => {
    const rules = save(
      '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-A FORWARD -s 10.1.4.0/24 -d 10.1.3.7 -p tcp -m multiport --dports 502,4840 -m comment --comment "opc ua" -j ACCEPT',
      '-A FORWARD -i eth1 -o eth2 -p udp --dport 161:162 -j ACCEPT',
      '-A FORWARD -p icmp -m icmp --icmp-type 8 -j ACCEPT',
      '-A FORWARD -j LOG --log-prefix "refused "',
      '-A FORWARD -j REJECT',
    );
    const printed = inOwnNetwork('iptables-restore', 'iptables-save', rules);
    const interfaces = { eth1: 'office', eth2: 'cell-3' };
    expect(await passes(printed, { interfaces })).toEqual([
      '10.1.4.0/24>10.1.3.7/32 tcp/502,4840',
      'office>cell-3 udp/161-162',
      '*>* icmp/*?',
    ]);
    expect((await read(printed, { interfaces })).facts).toMatchObject({
      'firewall.defaultDeny': true,
      'firewall.logsDrops': true,
    });
  });
});

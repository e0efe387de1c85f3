import { afterEach, describe, expect, it } from 'vitest';
import { makerOf, otherMaker } from '../../agent/governor/maker.ts';
import { Ended } from '../../collectors/contract/collector.ts';
import { Secret } from '../../collectors/contract/credential.ts';
import { collectors } from '../../collectors/registry.ts';
import type { Asset } from '../../server/contract/plant.ts';
import { describeWith } from '../support/program.ts';
import { startSnmpd } from '../support/snmpd.ts';
import {
  assetOf,
  type Bench,
  bench,
  type Fake,
  fakeCollector,
  infrastructure,
  listen,
  plantOf,
  probeOf as probeAt,
} from './bench.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const probeOf: typeof probeAt = (at, more) => probeAt(at, { collector: 'snmp', ...more });
const credentials = {
  reader: { kind: 'password', plain: { username: 'reader' }, secret: {} },
  other: { kind: 'password', plain: { username: 'other' }, secret: {} },
} as const;

function benchWith(fake: Fake): Bench {
  const made = bench([fakeCollector({ id: 'snmp', ...fake })], {
    credential: () => ({ kind: 'password', username: 'reader', password: new Secret('not-to-be-seen') }),
  });
  open.push(made);
  return made;
}

async function port(): Promise<number> {
  const listening = await listen();
  open.push(listening);
  return listening.port;
}

describe('a reading account that can write', () => {
  const writable: Fake = {
    facts: { 'authorization.writable.count': 'T3' },
    async collect(_, seen) {
      seen['authorization.writable.count'] = 2;
    },
  };

  it('SAF-48: is used no more on that host, in this scan and the next, until a person resumes', async () => {
    const at = await port();
    const made = benchWith(writable);
    const probe = (id: string, credential?: string) => probeOf(at, { id, ...(credential ? { credential } : {}) });
    const probes = [probe('first', 'reader'), probe('second', 'reader'), probe('third', 'other'), probe('fourth')];
    const plant = plantOf([assetOf('a', { probes })], { credentials });

    const seen = await made.scan(plant);
    expect(seen.map(({ outcome, rule }) => [outcome, rule])).toEqual([
      ['observed', undefined],
      ['blocked', 'SAF-48'],
      ['observed', undefined],
      ['observed', undefined],
    ]);
    expect(seen[0]).toMatchObject({
      facts: { 'authorization.writable.count': 2 },
      detail: 'SAF-48: the reading account reader can write on a',
    });

    const next = await made.scanner.plan(plant, 'line', new Date());
    expect(next.probes.map(({ rule }) => rule)).toEqual(['SAF-48', 'SAF-48', 'SAF-48', undefined]);
    expect(next.probes[0]?.remedy).toContain('--resume');
    await made.scanner.resume('ada@example.com');
    const after = await made.scanner.plan(plant, 'line', new Date());
    expect(after.probes.map(({ allowed }) => allowed)).toEqual([true, true, true, true]);
  });

  it('SAF-48: counts when the collector left at once, whatever it has seen', async () => {
    const at = await port();
    const made = benchWith({
      facts: { 'service.listening': 'T2' },
      async collect() {
        throw new Ended('blocked', 'may change the host', { rule: 'SAF-48' });
      },
    });
    const plant = plantOf([assetOf('a', { probes: [probeOf(at, { credential: 'reader' })] })], { credentials });
    expect(await made.scan(plant)).toMatchObject([
      { outcome: 'blocked', rule: 'SAF-48', detail: 'may change the host' },
    ]);
    expect((await made.scanner.plan(plant, 'line', new Date())).probes).toMatchObject([{ rule: 'SAF-48' }]);
  });

  it('SAF-48: what everybody can write is no finding about our account', async () => {
    const at = await port();
    const made = benchWith({ ...writable, facts: { 'authorization.writable.count': 'T2' } });
    const plant = plantOf([assetOf('a', { probes: [probeOf(at)] })]);
    await made.scan(plant);
    expect((await made.scanner.plan(plant, 'line', new Date())).probes).toMatchObject([{ allowed: true }]);
  });
});

describeWith(['snmpd'], 'an agent of net-snmp', () => {
  it('SAF-48: that gives our user a write view is not asked a second time', async () => {
    const agent = await infrastructure(() =>
      startSnmpd(['createUser reader SHA-256 "correct-horse-1" AES "battery-staple-2"', 'rwuser reader priv']),
    );
    open.push({ close: agent.stop });
    const made = bench(collectors, {
      credential: () => ({
        kind: 'usm',
        user: 'reader',
        authProtocol: 'sha256',
        authKey: new Secret('correct-horse-1'),
        privProtocol: 'aes',
        privKey: new Secret('battery-staple-2'),
      }),
    });
    open.push(made);
    const options = collectors.find(({ manifest }) => manifest.id === 'snmp')?.manifest.options.parse({});
    const probe = { id: 'snmp', url: `snmp://127.0.0.1:${agent.port}`, credential: 'reader', options };
    const probes = [probeOf(0, probe), probeOf(0, { ...probe, id: 'again' })];
    const usm = { reader: { kind: 'usm', plain: {}, secret: {} } } as const;
    const [first, second] = await made.scan(plantOf([assetOf('a', { probes })], { credentials: usm }));
    expect(first).toMatchObject({ outcome: 'observed', detail: 'SAF-48: the reading account reader can write on a' });
    expect(first?.facts['authorization.writable.count']).toBeGreaterThan(0);
    expect(second).toMatchObject({ outcome: 'blocked', rule: 'SAF-48' });
    expect(made.faults).toEqual([]);
  });
});

describe('a device of another maker than declared', () => {
  const declared = (at: number, vendor: string): Partial<Asset> => ({
    vendor,
    probes: [probeOf(at), probeOf(at, { id: 'again' })],
  });

  it('SAF-46: ends the run before the next request and keeps what was seen; the host is left alone', async () => {
    const at = await port();
    let askedAfter = 0;
    const made = benchWith({
      facts: { 'service.listening': 'T2', 'device.vendor': 'T2' },
      async collect(look, seen) {
        (await look.request('tcp.connect'))();
        seen['service.listening'] = true;
        look.identified('Hirschmann');
        askedAfter += 1;
      },
    });
    const plant = plantOf([assetOf('a', declared(at, 'Siemens AG'))]);
    const [first, second] = await made.scan(plant);
    expect(askedAfter).toBe(0);
    expect(first).toMatchObject({
      outcome: 'aborted',
      facts: { 'service.listening': true },
      unseen: { 'device.vendor': 'aborted' },
      detail: 'SAF-46: a says that Hirschmann made it; the plant file says Siemens AG',
    });
    expect(second).toMatchObject({ outcome: 'blocked', rule: 'SAF-46' });
    await made.scanner.resume('ada@example.com');
    expect((await made.scanner.plan(plant, 'line', new Date())).probes).toMatchObject([
      { allowed: true },
      { allowed: true },
    ]);
  });

  it('SAF-46: is found in the facts too, where a collector learns it at the end', async () => {
    const at = await port();
    const made = benchWith({
      facts: { 'device.vendor': 'T2' },
      async collect(_, seen) {
        seen['device.vendor'] = 'Rockwell Automation';
      },
    });
    const seen = await made.scan(plantOf([assetOf('a', declared(at, 'Siemens'))]));
    expect(seen.map(({ outcome, rule }) => [outcome, rule])).toEqual([
      ['observed', undefined],
      ['blocked', 'SAF-46'],
    ]);
  });

  it('SAF-46: brands of one maker and names that nobody knows prove nothing', async () => {
    expect(makerOf('SIEMENS AG, Ruggedcom')).toBe(makerOf('RUGGEDCOM'));
    for (const [one, other] of [
      ['Allen-Bradley', 'Rockwell Automation/Allen-Bradley'],
      ['Pepperl+Fuchs', 'PEPPERL & FUCHS SE'],
      ['Weidmüller', 'Weidmueller Interface'],
      ['Belden', 'Hirschmann Automation'],
      ['Siemens', 'node-opcua'],
      ['Kestrel', 'Siemens'],
      ['Siemens', 'General purpose gateway'],
    ] as const)
      expect([one, other, otherMaker(one, other)]).toEqual([one, other, false]);
    expect(otherMaker('WAGO', 'Moxa Inc.')).toBe(true);
  });
});

describe('a device of a fragile model', () => {
  it('SAF-29: that answers as one of an advisory’s is asked no more until a person resumes, and leaves a safety event', async () => {
    const made = benchWith({
      facts: { 'device.vendor': 'T2', 'device.model': 'T2' },
      async collect(look, seen) {
        (await look.request('tcp.connect'))();
        seen['device.vendor'] = 'Siemens';
        seen['device.model'] = 'CP 343-1';
      },
    });
    const at = await port();
    const fragile = [{ maker: 'Siemens', model: 'CP 343-1', reason: 'goes to STOP', reference: 'advisory 17' }];
    const plain = plantOf([assetOf('a', { probes: [probeOf(at), probeOf(at, { id: 'again' })] })]);
    const plant = { ...plain, site: { ...plain.site, fragile } };
    expect(await made.scan(plant)).toMatchObject([
      { outcome: 'observed', event: { rule: 'SAF-29', because: expect.stringContaining('advisory 17') } },
      { outcome: 'blocked', rule: 'SAF-29' },
    ]);
    await made.scanner.resume('ada@example.com');
    expect((await made.scanner.plan(plant, 'line', new Date())).probes[0]).toMatchObject({ allowed: true });
  });
});

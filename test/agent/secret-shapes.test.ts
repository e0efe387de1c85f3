import { afterEach, describe, expect, it } from 'vitest';
import { secretIn, secretWithin } from '../../agent/secret-shapes.ts';
import { assetOf, bench, fakeCollector, listen, plantOf, probeOf } from './bench.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const key = ['-----BEGIN ', 'OPENSSH PRIVATE KEY-----'].join('');

describe('secrets by their shape', () => {
  it.each([
    ['private key', key],
    ['private key', ['-----BEGIN', 'PRIVATE KEY-----'].join(' ')],
    ['token', `Bearer ${['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'dozjgNryP4J3jVmNHl0w5N'].join('.')}`],
    ['access key', `id ${['AKIA', 'IOSFODNN7EXAMPLE'].join('')}`],
    ['password in an address', 'mqtt://pump:letmein@10.0.0.1:1883'],
    ['password', 'user admin password=hunter22'],
    ['password', '{"Password": "hunter22"}'],
    ['password', 'snmp community: plant-ro'],
    ['password hash', 'root:$6$abcdefgh$ijklmnopqrst'],
  ])('SAF-33: knows a %s', (kind, text) => {
    expect(secretIn(text)).toBe(kind);
    expect(secretWithin({ a: [{ b: text }] })).toBe(kind);
    expect(secretWithin({ [text]: 1 })).toBe(kind);
  });

  it.each([
    'sha256:0f3a8e6c2d',
    'Siemens, SIMATIC NET, SCALANCE X208',
    'password',
    'password login',
    'auth.password.clearText',
    'PasswordAuthentication no',
    'mqtts://10.0.0.1:8883',
    'https://user@example.com/path',
    'community public answered',
    'no answer to the password',
  ])('SAF-33: takes "%s" for none', (text) => {
    expect(secretIn(text)).toBeUndefined();
  });

  // Catastrophic backtracking would not end within the test's time-out.
  it.each([`password${' '.repeat(60_000)}`, 'a://'.repeat(16_000), 'eyJ'.repeat(20_000), '$1$'.repeat(20_000)])(
    'ends on hostile texts (%#)',
    (text) => {
      expect(() => secretIn(text)).not.toThrow();
    },
  );

  it('SAF-33: in a fact of a device leaves evidence: the fact is named as redacted, its kind and place remain', async () => {
    const device = await listen();
    open.push(device);
    const made = bench([
      fakeCollector({
        id: 'snmp',
        facts: { 'asset.owner': 'T2', 'device.model': 'T2' },
        async collect(look, seen) {
          look.note(`sysContact = login pump, password: hunter22`);
          seen['asset.owner'] = 'login pump, password: hunter22';
          seen['device.model'] = 'X-200';
        },
      }),
    ]);
    open.push(made);
    const [seen] = await made.scan(plantOf([assetOf('a', { probes: [probeOf(device.port, { collector: 'snmp' })] })]));
    expect(seen).toMatchObject({
      outcome: 'observed',
      facts: { 'device.model': 'X-200' },
      unseen: { 'asset.owner': 'redacted' },
      redacted: ['asset.owner'],
    });
    expect(seen?.transcript.map(({ text }) => text)).toContain('left out asset.owner: it shows a password');
    expect(JSON.stringify(seen)).not.toContain('hunter22');
  });
});

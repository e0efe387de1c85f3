import { describe, expect, it } from 'vitest';
import { isLoopback, isOwnMachine, normalAddress } from '../../../collectors/contract/address.ts';

describe('addresses', () => {
  it.each([
    ['::FFFF:10.0.0.1', '10.0.0.1'],
    ['[FE80::1%eth0]', 'fe80::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['Broker.Example', 'broker.example'],
  ])('spells %s as %s', (written, normal) => expect(normalAddress(written)).toBe(normal));

  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '[::1]'])('takes %s for loopback', (address) =>
    expect(isLoopback(address)).toBe(true),
  );

  it.each(['10.0.0.1', '128.0.0.1', '127.example', '::2'])('takes %s for another machine', (address) =>
    expect(isLoopback(address)).toBe(false),
  );

  it.each([
    ['mqtt://localhost:1883', true],
    ['mqtt://[::1]:1883', true],
    ['snmp://127.0.0.1', true],
    ['mqtt://127.evil.example:1883', false],
    ['mqtt://10.0.0.1/127.0.0.1', false],
    ['not a url', false],
    ['file:/var/log/conn.log', false],
  ])('tells whether the target %s is on this machine: %s', (url, own) => expect(isOwnMachine(url)).toBe(own));
});

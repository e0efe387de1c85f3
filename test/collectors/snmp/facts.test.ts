import { describe, expect, it } from 'vitest';
import type { Setup } from '../../../collectors/contract/collector.ts';
import { readingOf } from '../../../collectors/snmp/facts.ts';
import { optionsSchema, type SnmpOptions } from '../../../collectors/snmp/manifest.ts';
import { scalars } from '../../../collectors/snmp/objects.ts';
import { emptyRecord, type SnmpRaw, type Value } from '../../../collectors/snmp/raw.ts';
import { addressOf, instantOf } from '../../../collectors/snmp/values.ts';
import { follows } from '../../../collectors/snmp/walk.ts';

const setup: Setup<SnmpOptions> = {
  scheme: 'snmp',
  options: optionsSchema.parse({}),
  tier: 'T3',
  consents: new Set(),
  credential: 'community',
};

function record(values: Readonly<Record<string, Value>>, more: Partial<SnmpRaw> = {}): SnmpRaw {
  return {
    ...emptyRecord(),
    answeredAt: '2026-11-24T10:00:00.000Z',
    credential: 'answered',
    complete: true,
    identity: { version: 'v2c' },
    scalars: new Map(Object.entries(values)),
    ...more,
  };
}

const counters = (count: number) => ({
  [scalars.badCommunityNames]: count,
  [scalars.badCommunityUses]: 0,
  [scalars.unknownUsers]: 0,
  [scalars.wrongDigests]: 0,
});
const engine = (time: number) => ({ messageId: 1, flags: 0, engineId: Buffer.alloc(12, 0x80), boots: 1, time });

describe('what a record means', () => {
  it('takes an agent that answers version 2c only for one that offers nothing stronger', () => {
    const { facts, basis } = readingOf(record({}, { engine: 'silent' }), setup);
    expect(facts).toMatchObject({ 'channel.encryption': 'none', 'channel.strongestEncryption': 'none' });
    expect(basis?.['channel.strongestEncryption']).toBe('inferred');
  });

  it.each([
    ['younger than a day', { ticks: 360_000, engineSeconds: 3600, count: 5 }, 5],
    ['older, never refused', { ticks: 90 * 8_640_000, engineSeconds: 90 * 86_400, count: 0 }, 0],
    ['older, refused some time', { ticks: 90 * 8_640_000, engineSeconds: 90 * 86_400, count: 5 }, undefined],
    ['of unknown age, since ticks wrap', { ticks: 360_000, engineSeconds: undefined, count: 5 }, undefined],
  ])('counts refused access of an agent %s only as far as it can', (_, { ticks, engineSeconds, count }, expected) => {
    const raw = record(
      { ...counters(count), [scalars.upTime]: ticks },
      engineSeconds === undefined ? { engine: 'silent' } : { engine: engine(engineSeconds) },
    );
    expect(readingOf(raw, setup).facts['monitor.rejectedAccess.count']).toBe(expected);
  });

  it('leaves the reasons to the outcome where the run broke off', () => {
    const { unseen } = readingOf(record({}, { complete: false }), setup);
    expect(unseen?.['service.listeners']).toBeUndefined();
  });

  it.each([
    ['Edge box, firmware version 4.2.1-r3', '4.2.1-r3'],
    ['Siemens, SIMATIC NET, SCALANCE X208, HW: Version 3, FW: Version V4.05.00', '4.05.00'],
    ['SW: L2P-09.0.04 CH: 1.00 BP: 000', 'L2P-09.0.04'],
    ['Linux box 5.10.0-9', undefined],
    ['10.0.0.1 is not a version', undefined],
    [`version ${'1.'.repeat(5000)}`, undefined],
  ])('finds in the description %j the version %s, as a banner', (description, version) => {
    const { facts, basis } = readingOf(record({ [scalars.description]: Buffer.from(description) }), setup);
    expect(facts['firmware.version']).toBe(version);
    if (version !== undefined) expect(basis?.['firmware.version']).toBe('banner');
  });
});

describe('values', () => {
  it.each([
    ['07ea0b180f2509002b0000', '2026-11-24T15:37:09.000Z'],
    ['07ea0b180f2509052b0100', '2026-11-24T14:37:09.500Z'],
    ['07ea0b180f2509002d051e', '2026-11-24T21:07:09.000Z'],
    // Without a zone nobody knows the instant.
    ['07ea0b180f250900', undefined],
    ['07ea0d180f2509002b0000', undefined],
    ['07ea0b180f2509002a0000', undefined],
  ])('reads the DateAndTime %s', (hex, instant) => {
    const found = instantOf(Buffer.from(hex, 'hex'));
    expect(found === undefined ? undefined : new Date(found).toISOString()).toBe(instant);
  });

  it.each([
    ['', '*'],
    ['00000000', '*'],
    ['0a010209', '10.1.2.9'],
    ['20010db8000000000000000000000001', '2001:db8:0:0:0:0:0:1'],
    ['0a01', undefined],
  ])('reads the address %s', (hex, address) => {
    expect(addressOf(Buffer.from(hex, 'hex'))).toBe(address);
  });

  it.each([
    ['1.3.6.1.2', '1.3.6.1', true],
    ['1.3.6.1', '1.3.6.1', false],
    ['1.3.6.1.10', '1.3.6.1.9', true],
    ['1.3.6.1.9', '1.3.6.1.10', false],
    ['1.3.6', '1.3.6.1', false],
  ])('orders object identifiers by number: %s after %s is %s', (oid, before, expected) => {
    expect(follows(oid, before)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import type { Setup } from '../../../collectors/contract/collector.ts';
import { complete } from '../../../collectors/contract/complete.ts';
import { readMqtt } from '../../../collectors/mqtt/facts.ts';
import { type MqttOptions, mqttOptions } from '../../../collectors/mqtt/manifest.ts';
import { type Attempt, emptyRaw, type MqttRaw } from '../../../collectors/mqtt/raw.ts';
import { collectorOf } from '../../../collectors/registry.ts';

const manifest = collectorOf('mqtt')?.manifest;
if (manifest === undefined) throw new Error('mqtt is not on the list');

const at = new Date('2026-11-24T10:00:00Z');

type Case = Partial<Omit<MqttRaw, 'sight'>>;

/** What an observed run on a port without TLS would carry. */
function completed(raw: Case, changes: Partial<Setup<MqttOptions>> = {}) {
  const setup: Setup<MqttOptions> = {
    scheme: 'mqtt',
    options: mqttOptions.parse({ foreignTopic: { topic: 'a/b' } }),
    tier: 'T3',
    consents: new Set(['mqtt.anonymous', 'mqtt.canary', 'mqtt.foreignTopic']),
    ...changes,
  };
  const record: MqttRaw = { ...emptyRaw(), greeted: true, ...raw };
  record.sight.listening = true;
  record.sight.at = at;
  if (manifest === undefined) throw new Error('unreachable');
  return complete({ manifest, setup, reading: readMqtt(record, setup), outcome: 'observed' });
}

describe('what a look at a broker means', () => {
  it.each<[string, Case, object, object]>([
    [
      'a stranger is let in: that passwords are asked for is not known',
      { anonymous: { kind: 'accepted', version: 5 } },
      { 'auth.anonymous.accepted': true, 'auth.methods': ['none'], 'channel.encryption': 'none' },
      { 'auth.password.clearText': 'ambiguous' },
    ],
    [
      'a busy broker says nothing about strangers, but it does speak MQTT here',
      { anonymous: { kind: 'refused', version: 5, code: 0x89 } },
      { 'channel.encryption': 'none' },
      { 'auth.anonymous.accepted': 'ambiguous', 'auth.password.clearText': 'ambiguous' },
    ],
    [
      'a hang-up leaves even the channel open',
      { anonymous: { kind: 'hungUp' } },
      { 'service.listening': true },
      { 'auth.anonymous.accepted': 'ambiguous', 'channel.encryption': 'ambiguous' },
    ],
    [
      'a subscription that is refused says that we may not know',
      {
        own: { kind: 'accepted', version: 5 },
        ownMethods: ['password'],
        versionAsked: true,
        versionCodes: [0x87, 0x80, 0x80],
      },
      { 'auth.methods': ['password'], 'auth.password.clearText': true },
      { 'firmware.version': 'denied', 'device.model': 'denied' },
    ],
    [
      'a version without a product',
      {
        own: { kind: 'accepted', version: 4 },
        versionAsked: true,
        versionCodes: [0],
        texts: new Map([['$SYS/broker/version', 'r7']]),
      },
      { 'firmware.version': 'r7' },
      { 'device.vendor': 'unsupported', 'device.model': 'unsupported' },
    ],
    [
      'a granted canary proves nothing',
      { canary: { value: 'granted', basis: 'authoritative' } },
      {},
      { 'authorization.defaultDeny': 'ambiguous' },
    ],
    [
      'refusals are answers',
      { canary: { value: 'refused', basis: 'inferred' }, foreign: { value: 'refused', basis: 'authoritative', at } },
      { 'authorization.defaultDeny': true, 'authorization.foreignTopic': 'refused' },
      {},
    ],
    [
      'a credential that was withheld is our own policy',
      { own: { kind: 'withheld', why: 'x' } },
      {},
      {
        'firmware.version': 'blocked',
        'authorization.defaultDeny': 'blocked',
        'authorization.foreignTopic': 'blocked',
      },
    ],
  ])('%s', (_, raw, facts, unseen) => {
    const result = completed(raw);
    expect(result.facts).toMatchObject(facts);
    expect(result.unseen).toMatchObject(unseen);
  });

  it.each<[string, Case, object, object]>([
    [
      'a refused subscription to everything is an answer',
      { wildcard: { value: 'refused', basis: 'authoritative' } },
      { 'authorization.wildcard.granted': false },
      {},
    ],
    [
      'a granted one proves nothing where grants may be filtered on delivery',
      { wildcard: { value: 'granted', basis: 'authoritative' }, canary: { value: 'granted', basis: 'authoritative' } },
      {},
      { 'authorization.wildcard.granted': 'ambiguous' },
    ],
    [
      'and counts where another one was refused, as the broker decides when it is asked',
      { wildcard: { value: 'granted', basis: 'authoritative' }, canary: { value: 'refused', basis: 'authoritative' } },
      { 'authorization.wildcard.granted': true },
      {},
    ],
  ])('%s', (_, raw, facts, unseen) => {
    const result = completed(raw, {
      options: mqttOptions.parse({ wildcard: true }),
      consents: new Set(['mqtt.wildcard', 'mqtt.canary']),
    });
    expect(result.facts).toMatchObject(facts);
    expect(result.unseen).toMatchObject(unseen);
  });

  const testIdentity = (raw: Case) =>
    completed(raw, {
      options: mqttOptions.parse({ testIdentity: 'revoked' }),
      consents: new Set(['mqtt.testIdentity']),
      credential: 'certificate',
    });

  it.each<[string, Attempt, 'refused' | 'allowed', boolean, string]>([
    ['a bad password', { kind: 'refused', version: 5, code: 0x86 }, 'refused', true, 'inferred'],
    ['an alert', { kind: 'tlsRefused', why: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' }, 'refused', true, 'inferred'],
    [
      'the alert for it',
      { kind: 'tlsRefused', why: 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED' },
      'refused',
      true,
      'authoritative',
    ],
    ['a session', { kind: 'accepted', version: 4 }, 'allowed', false, 'authoritative'],
  ])('reads %s as the answer to a test identity', (_, attempt, result, refused, basis) => {
    const seen = testIdentity({ identityTest: { attempt, at } });
    expect(seen.facts).toMatchObject({ 'negativeTest.result': result, 'identity.revocation.refused': refused });
    expect(seen.volatile).toEqual({
      'asset.inventory.lastSeen': at.toISOString(),
      'negativeTest.lastAt': at.toISOString(),
    });
    expect(seen.basis['identity.revocation.refused']).toBe(basis);
  });

  it.each<[Attempt]>([[{ kind: 'hungUp' }], [{ kind: 'refused', version: 5, code: 0x89 }]])(
    'takes %j for no answer to a test identity',
    (attempt) => {
      expect(testIdentity({ identityTest: { attempt, at } }).unseen).toEqual({
        'negativeTest.result': 'ambiguous',
        'negativeTest.lastAt': 'ambiguous',
        'identity.revocation.refused': 'ambiguous',
      });
    },
  );

  it('blocks each test that has no consent of its own', () => {
    const { unseen } = completed({}, { consents: new Set(['mqtt.anonymous']), tier: 'T4' });
    expect(unseen).toMatchObject({ 'authorization.defaultDeny': 'blocked', 'authorization.foreignTopic': 'blocked' });
    expect(unseen['auth.anonymous.accepted']).toBe('notTried');
  });
});

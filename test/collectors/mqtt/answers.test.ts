import { describe, expect, it } from 'vitest';
import { isGranted, productOf, refusalOf, refusalText, topicMatches } from '../../../collectors/mqtt/answers.ts';

describe('what a refused CONNECT says', () => {
  it.each([
    [4, 4, 'notAuthorised', 'bad user name or password (0x04)'],
    [4, 5, 'notAuthorised', 'not authorised (0x05)'],
    [4, 2, 'undecided', 'identifier rejected (0x02)'],
    [4, 3, 'undecided', 'server unavailable (0x03)'],
    [5, 1, 'otherVersion', 'unacceptable protocol version (0x01)'],
    [5, 5, 'notAuthorised', 'not authorised (0x05)'],
    [5, 132, 'otherVersion', 'unsupported protocol version (0x84)'],
    [5, 133, 'undecided', 'client identifier not valid (0x85)'],
    [5, 134, 'notAuthorised', 'bad user name or password (0x86)'],
    [5, 135, 'notAuthorised', 'not authorised (0x87)'],
    [5, 138, 'undecided', 'banned (0x8a)'],
    [5, 140, 'notAuthorised', 'bad authentication method (0x8c)'],
    [5, 156, 'undecided', 'use another server (0x9c)'],
    [5, 159, 'undecided', 'connection rate exceeded (0x9f)'],
    [5, 200, 'undecided', 'unknown code (0xc8)'],
  ] as const)('MQTT %i code %i: %s', (version, code, refusal, text) => {
    expect(refusalOf(version, code)).toBe(refusal);
    expect(refusalText(version, code)).toBe(text);
  });

  it('takes QoS 0 to 2 for a grant and all else for none', () => {
    expect([0, 1, 2, 0x80, 0x87, undefined].map(isGranted)).toEqual([true, true, true, false, false, false]);
  });
});

describe('the product behind the version topics', () => {
  it.each([
    [
      { '$SYS/broker/version': 'mosquitto version 2.0.11' },
      { version: '2.0.11', vendor: 'Eclipse', model: 'Mosquitto' },
    ],
    [{ '$SYS/broker/version': 'Acme Broker v3.1.4-rc1' }, { version: '3.1.4-rc1', model: 'Acme Broker' }],
    [{ '$SYS/broker/version': 'build-77' }, { version: 'build-77' }],
    [{ '$SYS/broker/version': '  ' }, {}],
    [
      { '$SYS/brokers/emqx@10.0.0.1/version': '5.8.0', '$SYS/brokers/emqx@10.0.0.1/sysdescr': 'EMQX Enterprise' },
      { version: '5.8.0', vendor: 'EMQ', model: 'EMQX Enterprise' },
    ],
    [{ '$SYS/brokers/x/version': '1.0' }, { version: '1.0' }],
    [{}, {}],
  ])('%j', (texts, product) => {
    expect(productOf(new Map(Object.entries(texts)))).toEqual(product);
  });
});

describe('topic filters', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/#', 'a/b/c', true],
    ['a/+/c', 'a/b', false],
    ['a/b', 'a/c', false],
  ])('%s and %s', (filter, topic, matches) => {
    expect(topicMatches(filter, topic)).toBe(matches);
  });
});

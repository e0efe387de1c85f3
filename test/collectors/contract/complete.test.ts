import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Manifest, Outcome, Reading, Setup } from '../../../collectors/contract/collector.ts';
import { Ended } from '../../../collectors/contract/collector.ts';
import { complete, endOfRun, mayCollect } from '../../../collectors/contract/complete.ts';

const manifest: Manifest = {
  id: 'mqtt',
  title: 'MQTT',
  version: '1.0.0',
  schemes: ['mqtt', 'file'],
  defaultPort: { mqtt: 1883 },
  options: z.unknown(),
  credentials: [],
  tests: ['mqtt.anonymous'],
  facts: () => ({
    'service.listening': 'T2',
    'firmware.version': 'T3',
    'auth.anonymous.accepted': 'T4',
    'asset.inventory.lastSeen': 'T2',
  }),
  requests: () => [],
  deadlineMs: 1000,
};

const setup: Setup = { scheme: 'mqtt', options: {}, tier: 'T3', consents: new Set() };

function completed(reading: Reading, outcome: Outcome = 'observed', changes: Partial<Setup> = {}) {
  return complete({ manifest, setup: { ...setup, ...changes }, reading, outcome });
}

describe('completing a reading', () => {
  it('splits volatile facts off and calls facts authoritative unless told otherwise', () => {
    const result = completed({
      facts: {
        'service.listening': true,
        'firmware.version': '2.0.11',
        'asset.inventory.lastSeen': '2026-11-24T10:00:00Z',
      },
      basis: { 'firmware.version': 'stated' },
    });
    expect(result).toEqual({
      facts: { 'service.listening': true, 'firmware.version': '2.0.11' },
      volatile: { 'asset.inventory.lastSeen': '2026-11-24T10:00:00Z' },
      unseen: { 'auth.anonymous.accepted': 'blocked' },
      basis: {
        'service.listening': 'authoritative',
        'firmware.version': 'stated',
        'asset.inventory.lastSeen': 'authoritative',
      },
      redacted: [],
    });
  });

  it.each([
    ['observed', {}, 'notTried', 'blocked'],
    ['timedOut', {}, 'timedOut', 'blocked'],
    ['denied', {}, 'denied', 'blocked'],
    ['timedOut', { tier: 'T2' }, 'blocked', 'blocked'],
    ['timedOut', { consents: new Set(['mqtt.anonymous']) }, 'timedOut', 'timedOut'],
    ['observed', { tier: 'T4' }, 'notTried', 'notTried'],
    ['observed', { consents: new Set(['another.test']) }, 'notTried', 'blocked'],
  ] as const)('after %s with %j gives T3 facts %s and T4 facts %s', (outcome, changes, t3, t4) => {
    const { unseen } = completed({ facts: {} }, outcome, changes);
    expect(unseen['firmware.version']).toBe(t3);
    expect(unseen['auth.anonymous.accepted']).toBe(t4);
  });

  it('takes the reason of the collector before its own, and a fact before any reason', () => {
    const { facts, unseen } = completed(
      {
        facts: { 'service.listening': true },
        unseen: { 'service.listening': 'failed', 'firmware.version': 'ambiguous' },
      },
      'timedOut',
    );
    expect(facts).toEqual({ 'service.listening': true });
    expect(unseen['firmware.version']).toBe('ambiguous');
    expect(unseen).not.toHaveProperty(['service.listening']);
  });

  it.each([
    [{ facts: { 'service.listening': 'yes' } }, 'service.listening: expected true or false, found "yes"'],
    [{ facts: { 'tls.version.min': '1.2' } }, 'fills tls.version.min without promising it'],
    [{ facts: { 'no.such': 1 } }, 'no.such: is no fact'],
    [{ facts: {}, unseen: { 'tls.version.min': 'denied' } }, 'gives a reason for tls.version.min without promising it'],
  ])('throws on %j', (reading, message) => {
    expect(() => completed(reading as unknown as Reading)).toThrow(message);
  });

  it('throws when a collector promises what it may not fill', () => {
    const greedy: Manifest = { ...manifest, id: 'tls' };
    expect(() => complete({ manifest: greedy, setup, reading: { facts: {} }, outcome: 'observed' })).toThrow(
      'promises firmware.version, which it may not fill',
    );
  });

  it('lets a document probe fill what an imported configuration may', () => {
    expect(mayCollect(manifest, 'file', 'authorization.publish.scoped')).toBe(true);
    expect(mayCollect(manifest, 'mqtt', 'authorization.publish.scoped')).toBe(false);
  });
});

describe('the end of a run', () => {
  const running = new AbortController().signal;
  it.each([
    ['a resolved collect', undefined, running, 'observed'],
    ['an Ended', new Ended('denied', 'not authorised'), running, 'denied'],
    ['a refused connection', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), running, 'unreachable'],
    ['anything else', new TypeError('x is not a function'), running, 'failed'],
    ['a deadline', new Error('socket closed'), AbortSignal.abort(new Ended('timedOut', 'late')), 'timedOut'],
    ['a safety stop', new Error('socket closed'), AbortSignal.abort(), 'aborted'],
    ['a stop that collect outran', undefined, AbortSignal.abort(new Ended('aborted', 'stop')), 'aborted'],
  ] as const)('of %s', (_, thrown, signal, outcome) => {
    expect(endOfRun(thrown, signal).outcome).toBe(outcome);
  });
});

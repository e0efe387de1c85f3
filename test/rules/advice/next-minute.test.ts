import { describe, expect, it } from 'vitest';
import { openPack } from '../../../agent/commands/product.ts';
import { nextQuestions, nextReadings } from '../../../rules/advice/next-minute.ts';
import type { AssessInput, AssetView, Evidence } from '../../../rules/engine/input.ts';

const pack = openPack();
const now = '2026-11-23T10:00:00.000Z';

function asset(id: string, kind: string): AssetView {
  return {
    ...{ id, kind, name: id, formerly: [], zone: 'cell', type: kind, criticality: 'critical', exposed: false },
    ...{ safetyFunction: false, protocols: kind === 'broker' ? ['mqtt'] : [], state: 'active' },
  };
}

function input(evidence: readonly Evidence[] = []): AssessInput {
  return {
    now,
    organisation: { id: 'own', name: 'Own' },
    site: { id: 'north', timeZone: 'Europe/Berlin' },
    system: {
      ...{ id: 'line', name: 'Line', role: 'owner', targets: {} },
      assets: [asset('broker-1', 'broker'), asset('plc-1', 'plc')],
      organisations: [],
      zones: [{ id: 'cell' }],
    },
    evidence,
    decisions: [],
  };
}

function said(facts: Evidence['facts'], about: Evidence['about'] = { kind: 'organisation', id: 'own' }): Evidence {
  const channel = `statement:${Object.keys(facts)[0]}`;
  return {
    ...{ about, source: 'statement:interview', channel, kind: 'stated', observedAt: '2026-11-20T00:00:00.000Z', facts },
    ...{ unseen: {}, basis: {}, by: 'ada', ref: channel },
  };
}

describe('the next best minute', () => {
  it('asks first what settles a level alone, and says what it buys', () => {
    const makers = ['broker-1', 'plc-1'].map((id) =>
      said({ 'device.vendor': 'Acme', 'device.model': 'X' }, { kind: 'asset', id }),
    );
    const [first] = nextQuestions(pack, input(makers));
    expect(first).toMatchObject({ id: 'psc.l1.purchase-clause', way: 'ask' });
    expect(first?.buys).toBe('settles PSC level 1 in 2 min');
  });

  it('does not ask again what is known', () => {
    const evidence = [
      said({ 'purchase.clause.inForce': true, 'purchase.clause.approvedAt': '2026-01-01T00:00:00.000Z' }),
    ];
    expect(nextQuestions(pack, input(evidence)).map(({ id }) => id)).not.toContain('psc.l1.purchase-clause');
  });

  it('moves a practice up once a part of it is known', () => {
    const rank = (evidence: readonly Evidence[]) =>
      nextQuestions(pack, input(evidence)).findIndex(({ id }) => id === 'erp.l1.contact-card');
    const eventNotion = [
      said({ 'incident.eventNotion.statedAt': '2026-05-01T00:00:00.000Z' }),
      said({ 'incident.eventNotion.knownInOperations': true }, { kind: 'system' }),
    ];
    expect(rank(eventNotion)).toBeLessThan(rank([]));
  });

  it('asks rows of one population and one fact together', () => {
    const targets = { ACC: { level: 2, scope: 'general' } } as const;
    const start = input();
    const questions = nextQuestions(pack, { ...start, system: { ...start.system, targets } });
    const anonymous = questions.filter(({ lacks }) => lacks.some(({ fact }) => fact === 'auth.anonymous.accepted'));
    expect(anonymous).toHaveLength(1);
    expect(anonymous[0]?.rows.map(({ id }) => id)).toEqual(['acc.l1.anonymous-refused', 'acc.l2.no-anonymous']);
    expect(anonymous[0]?.lacks[0]?.members).toEqual(['broker-1']);
  });

  it('does not depend on the order of evidence', () => {
    const evidence = [
      said({ 'policy.data.approvedAt': '2026-01-01T00:00:00.000Z' }),
      said({ 'purchase.clause.inForce': true }),
    ];
    expect(nextQuestions(pack, input(evidence.toReversed()))).toEqual(nextQuestions(pack, input(evidence)));
  });

  it('ranks readings by what they settle per packet, and asks for none where a person must say it', () => {
    const readings = nextReadings(pack, input());
    expect(readings.map(({ id }) => id)).toContain('acc.l1.anonymous-refused');
    expect(readings.map(({ id }) => id)).not.toContain('psc.l1.purchase-clause');
    const perPacket = readings.map(({ worth }) => worth);
    expect(perPacket).toEqual([...perPacket].sort((one, other) => other - one));
  });
});

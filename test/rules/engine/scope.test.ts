import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../rules/engine/input.ts';
import { addEvidence, subjectOf } from '../../../rules/engine/readings.ts';
import { Scope } from '../../../rules/engine/scope.ts';
import { ago, day, nowMs, seen } from './support.ts';

const never = Number.POSITIVE_INFINITY;
const fact = 'firmware.supported';

function subject(more: Partial<Evidence>) {
  const made = subjectOf('a');
  const evidence = seen('a', { [fact]: true }, { kind: 'stated', observedAt: ago(20), ...more });
  addEvidence(made, evidence, Date.parse(evidence.observedAt));
  return made;
}

function scopeAt(grace: boolean): Scope {
  const nobody = subjectOf('nobody');
  const world = {
    isIn: () => ({ value: true, until: never }),
    count: () => ({ value: 0, until: never }),
    membersOf: () => ({ value: [], until: never }),
    statusOf: () => undefined,
  };
  const moment = { at: nowMs, grace, keeps: true };
  const surroundings = { moment, system: nobody, organisation: nobody, lists: {}, world };
  return new Scope(surroundings, { id: 'acc.l1.row', parameters: {}, limitDays: 100 });
}

const on = (days: number) => nowMs + days * day;
const ends = ({ until, heldFrom, graceFrom }: Scope) => [until, heldFrom, graceFrom];

describe('what a condition read', () => {
  it.each([
    [true, [on(10), on(-12), never]],
    [false, [on(10), never, on(-12)]],
  ])('ends with the first of its readings, and lapsed with the first that did (held: %s)', (grace, expected) => {
    const all = [10, 15, -8, -12].map((days) => subject({ validUntil: ago(-days) }));
    for (const order of [all, all.toReversed()]) {
      const scope = scopeAt(grace);
      for (const each of order) scope.read(each, fact);
      scope.told({ value: 1, until: on(11) });
      expect(ends(scope)).toEqual(expected);
    }
  });

  it('is forgotten before the next member', () => {
    for (const grace of [true, false]) {
      const scope = scopeAt(grace);
      scope.read(subject({ validUntil: ago(12) }), fact);
      scope.begin();
      expect(ends(scope)).toEqual([never, never, never]);
    }
  });

  it('is looked up only where somebody wants to know', () => {
    const scope = scopeAt(false);
    scope.read(subject({}), fact);
    expect(scope.lookups).toBeUndefined();
    scope.lookups = [];
    scope.read(subject({}), fact);
    scope.read(subjectOf('b'), fact);
    expect(scope.lookups).toMatchObject([
      { fact, resolved: { value: true }, slot: { seen: [{ value: true }] } },
      { fact },
    ]);
    expect(scope.lookups.at(1)?.slot).toBeUndefined();
  });
});

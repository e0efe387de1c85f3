import { describe, expect, it } from 'vitest';
import { assess } from '../../../rules/engine/assess.ts';
import {
  both,
  type Found,
  firstReason,
  maxReplays,
  never,
  stateOf,
  statusOf,
  turnsOf,
} from '../../../rules/engine/found.ts';
import { reasonBits, unseenFor } from '../../../rules/engine/value.ts';
import { inputOf, packOf, rowOf } from './support.ts';

describe('two conditions on one row', () => {
  const words = ['met', 'notMet', 'unknown'] as const;

  it('are met when both are, not met when one is known not to be', () => {
    const table = words.map((one) => words.map((other) => both(one, other)));
    expect(table).toEqual([
      ['met', 'notMet', 'unknown'],
      ['notMet', 'notMet', 'notMet'],
      ['unknown', 'notMet', 'unknown'],
    ]);
  });

  it('are met only by a plain yes', () => {
    expect([true, false, 'yes', unseenFor(reasonBits.stale)].map(statusOf)).toEqual([
      'met',
      'notMet',
      'notMet',
      'unknown',
    ]);
  });
});

describe('the reason that is told', () => {
  it('is the first of their order, those of members and those of the row alike', () => {
    const { conflict, stale, neverAsked } = reasonBits;
    expect(firstReason(['guard'], conflict | stale)).toBe('conflict');
    expect(firstReason(['restsOn', 'guard'], stale)).toBe('guard');
    expect(firstReason(['emptyPopulation', 'restsOn'], 0)).toBe('restsOn');
    expect(firstReason(['emptyPopulation'], neverAsked)).toBe('emptyPopulation');
    expect(firstReason([], stale | neverAsked)).toBe('stale');
    expect(firstReason(['notCovered'], 0)).toBe('notCovered');
  });

  it('is that nobody was asked where there is no other', () => {
    expect(firstReason([], 0)).toBe('neverAsked');
    expect(firstReason([], reasonBits.neverAsked)).toBe('neverAsked');
  });
});

describe('the instant at which a row turns', () => {
  type Later = Record<number, [status: Found['status'], until: number, state?: string]>;

  /** What is said at each instant of a look, and the instants that were looked at. */
  function followed(later: Later, { from = 1, barrier = never } = {}) {
    const looks: number[] = [];
    const replay = (at: number) => {
      looks.push(at);
      const [status = 'met', until = never, state = stateOf(status, 0, 0)] = later[at] ?? [];
      return { status, state, until };
    };
    return { ...turnsOf({ status: 'met', mask: 0, weak: 0, strong: 0, until: from, replay }, barrier), looks };
  }

  it('is the first at which its status is another, not the first at which a reading ends', () => {
    const turn = { at: 5, steadyUntil: 5, open: false };
    expect(followed({ 1: ['met', 5], 5: ['notMet', 9] })).toEqual({ ...turn, looks: [1, 5] });
    expect(followed({ 1: ['unknown', 5] })).toEqual({ at: 1, steadyUntil: 1, open: false, looks: [1] });
  });

  it('is never where nothing more changes', () => {
    const turn = { at: never, steadyUntil: never, open: false };
    expect(followed({ 1: ['met', 5], 5: ['met', never] })).toEqual({ ...turn, looks: [1, 5] });
    expect(followed({}, { from: never })).toEqual({ ...turn, looks: [] });
  });

  it('says apart when other evidence stands behind the same status', () => {
    const stated = stateOf('met', 4, 4);
    expect(stated).not.toBe(stateOf('met', 0, 0));
    expect(followed({ 1: ['met', 5, stated], 5: ['met', 7], 7: ['notMet', 9] })).toMatchObject({
      at: 7,
      steadyUntil: 1,
    });
    expect(stateOf('unknown', 4, 4)).toBe(stateOf('unknown', 0, 0));
  });

  it('is open where the members alone do not tell: at the barrier, and where a look brings no later instant', () => {
    expect(followed({ 1: ['met', 5] }, { barrier: 4 })).toEqual({ at: 4, steadyUntil: 4, open: true, looks: [1] });
    expect(followed({}, { from: 6, barrier: 4 })).toEqual({ at: 4, steadyUntil: 4, open: true, looks: [] });
    expect(followed({ 1: ['met', 5], 5: ['notMet', 5] })).toEqual({ at: 5, steadyUntil: 5, open: true, looks: [1, 5] });
    expect(followed({ 5: ['met', 4] }, { from: 5 })).toEqual({ at: 5, steadyUntil: 5, open: true, looks: [5] });
  });

  it('is left open after a bounded number of looks', () => {
    let looks = 0;
    const replay = (at: number) => ({ status: 'met', state: stateOf('met', -1, 99), until: at + ++looks }) as const;
    const turn = turnsOf({ status: 'met', mask: 0, until: 1, replay }, never);
    expect(turn).toMatchObject({ steadyUntil: turn.at, open: true });
    expect(looks).toBe(maxReplays);
  });

  it('is open at the end of the readings where nothing can be judged again', () => {
    expect(turnsOf({ status: 'met', mask: 0, until: 7 }, never)).toEqual({ at: 7, steadyUntil: 7, open: true });
    expect(turnsOf({ status: 'met', mask: 0 }, never)).toEqual({ at: never, steadyUntil: never, open: false });
  });
});

it('shows an empty population as nobody of nobody', () => {
  const pack = packOf({ id: 'thm.l1.row', population: 'ALL', min: 1, good: 'firmware.supported == true' });
  expect(rowOf(assess(pack, inputOf({})), 'thm.l1.row')).toMatchObject({
    good: 0,
    bad: 0,
    unseen: 0,
    excepted: 0,
    of: 0,
  });
});

it('names as the state of a row its status, and of a met one whether more than attestations stand behind it', () => {
  expect([stateOf('notMet', 0, 0), stateOf('unknown', 4, 0)]).toEqual(['notMet', 'unknown']);
  const met = (weak: number, strong: number) => stateOf('met', weak, strong);
  expect([met(0, 0), met(2, 1), met(4, 0), met(4, 4), met(-1, 99), met(-1, 0), met(0, 99)]).toEqual([
    ...['met true true', 'met true true', 'met false true', 'met false false'],
    ...['met false false', 'met false true', 'met true false'],
  ]);
});

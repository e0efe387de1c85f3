import { describe, expect, it } from 'vitest';
import {
  type IncidentChain,
  type IncidentRow,
  type IncidentStep,
  replayIncident,
  type StepReplay,
} from '../../../rules/engine/incident.ts';
import type { Status } from '../../../rules/engine/result.ts';

/** `maker:x` is a row of the supplier. */
function rowsOf(text: string): IncidentRow[] {
  return text
    .split(' ')
    .filter((each) => each !== '')
    .map((each) => (each.startsWith('maker:') ? { row: each.slice(6), role: 'supplier' } : { row: each }));
}

function step(id: string, breaks: string, softens = ''): IncidentStep {
  return { id, what: `step ${id}`, mark: 'reported', breaks: rowsOf(breaks), softens: rowsOf(softens) };
}

function chainOf(...steps: IncidentStep[]): IncidentChain {
  return { id: 'known', title: 'Known', when: '2020', mark: 'reported', sources: [], steps, shortestBreak: [] };
}

const letters: Record<string, Status> = { m: 'met', n: 'notMet', u: 'unknown', x: 'notApplicable' };

/** `a:m b:n` is a met and b not. */
function statusesOf(text: string): Map<string, Status> {
  return new Map(
    text
      .split(' ')
      .filter((each) => each !== '')
      .map((each) => [each.slice(0, -2), letters[each.slice(-1)] ?? 'unknown']),
  );
}

describe('a step of an incident', () => {
  const table: [string, string, StepReplay['outcome'], Partial<StepReplay>][] = [
    ['', '', 'noRow', {}],
    ['a', 'a:m', 'broken', { brokenBy: ['a'] }],
    ['a', 'a:n', 'worked', { openBecauseOf: ['a'] }],
    ['a', 'a:u', 'unknown', { unknownBecauseOf: ['a'] }],
    ['a', 'a:x', 'unknown', { unknownBecauseOf: ['a'] }],
    ['a', '', 'unknown', { unknownBecauseOf: ['a'] }],
    ['a b', 'a:n b:m', 'broken', { brokenBy: ['b'], openBecauseOf: ['a'] }],
    ['a b', 'a:u b:m', 'broken', { brokenBy: ['b'], unknownBecauseOf: ['a'] }],
    ['a b', 'a:n b:u', 'unknown', { openBecauseOf: ['a'], unknownBecauseOf: ['b'] }],
    ['a b', 'a:n', 'unknown', { openBecauseOf: ['a'], unknownBecauseOf: ['b'] }],
    ['a b', 'a:n b:x', 'worked', { openBecauseOf: ['a'], unknownBecauseOf: ['b'] }],
    ['a b', 'a:n b:n', 'worked', { openBecauseOf: ['a', 'b'] }],
    ['maker:a', '', 'noRow', { elsewhere: ['a'] }],
    ['maker:a', 'a:m', 'broken', { brokenBy: ['a'] }],
    ['maker:a', 'a:n', 'worked', { openBecauseOf: ['a'] }],
    ['maker:a', 'a:u', 'unknown', { unknownBecauseOf: ['a'] }],
    ['maker:a', 'a:x', 'unknown', { unknownBecauseOf: ['a'] }],
    ['maker:a b', 'b:n', 'worked', { openBecauseOf: ['b'], elsewhere: ['a'] }],
    ['maker:a b', '', 'unknown', { unknownBecauseOf: ['b'], elsewhere: ['a'] }],
  ];
  it.each(table)('that [%s] break, with [%s], %s', (breaks, statuses, outcome, lists) => {
    expect(replayIncident(chainOf(step('S1', breaks)), statusesOf(statuses)).steps).toEqual([
      {
        id: 'S1',
        what: 'step S1',
        outcome,
        brokenBy: [],
        openBecauseOf: [],
        unknownBecauseOf: [],
        elsewhere: [],
        softenedBy: [],
        ...lists,
      },
    ]);
  });

  it('is softened by met rows only, and never broken by them', () => {
    const chain = chainOf(step('S1', 'a', 'b c d'));
    const [replayed] = replayIncident(chain, statusesOf('a:n b:m c:n')).steps;
    expect(replayed).toMatchObject({ outcome: 'worked', softenedBy: ['b'] });
  });
});

describe('an incident', () => {
  const steps = [step('S1', ''), step('S2', 'a b'), step('S3', 'c'), step('S4', 'd')];
  type Point = { step: string; rows: string[] };
  const table: [string, string, Point | undefined, Point | undefined][] = [
    ['a:n b:n c:n d:n', 'open', undefined, { step: 'S2', rows: ['a', 'b'] }],
    ['a:n b:n c:m d:n', 'broken', { step: 'S3', rows: ['c'] }, { step: 'S2', rows: ['a', 'b'] }],
    ['a:m b:n c:n d:n', 'broken', { step: 'S2', rows: ['a'] }, undefined],
    ['a:m b:m c:m d:n', 'broken', { step: 'S2', rows: ['a', 'b'] }, undefined],
    ['a:n b:u c:m d:n', 'broken', { step: 'S3', rows: ['c'] }, { step: 'S2', rows: ['a', 'b'] }],
    ['a:u b:n c:n d:n', 'unknown', undefined, { step: 'S2', rows: ['b', 'a'] }],
    ['a:n b:n c:n d:u', 'unknown', undefined, { step: 'S2', rows: ['a', 'b'] }],
    ['a:n b:n c:u d:m', 'broken', { step: 'S4', rows: ['d'] }, { step: 'S2', rows: ['a', 'b'] }],
    ['', 'unknown', undefined, { step: 'S2', rows: ['a', 'b'] }],
  ];
  it.each(table)('on [%s] is %s', (statuses, verdict, brokenAt, couldBreakAt) => {
    const { incident, ...replay } = replayIncident(chainOf(...steps), statusesOf(statuses));
    expect(incident).toBe('known');
    expect(replay.verdict).toBe(verdict);
    expect(replay.brokenAt).toEqual(brokenAt);
    expect(replay.couldBreakAt).toEqual(couldBreakAt);
  });

  it('of which no step has a row is unknown, and names no step', () => {
    const replay = replayIncident(chainOf(step('S1', ''), step('S2', 'maker:a')), new Map());
    expect(replay.verdict).toBe('unknown');
    expect(replay).not.toHaveProperty('brokenAt');
    expect(replay).not.toHaveProperty('couldBreakAt');
  });

  it('that works on one step, and on which nothing can be said at the others, is open', () => {
    const replay = replayIncident(chainOf(step('S1', ''), step('S2', 'a')), statusesOf('a:n'));
    expect(replay).toMatchObject({ verdict: 'open', couldBreakAt: { step: 'S2', rows: ['a'] } });
  });

  it('that its first step breaks needs no further break', () => {
    const replay = replayIncident(chainOf(step('S1', 'a'), step('S2', 'b')), statusesOf('a:m b:n'));
    expect(replay.brokenAt).toEqual({ step: 'S1', rows: ['a'] });
    expect(replay).not.toHaveProperty('couldBreakAt');
  });
});

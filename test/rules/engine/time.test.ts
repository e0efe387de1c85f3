/** What the engine promises about time, on random plants in which evidence, dates and decisions end at many instants. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../../../rules/engine/assess.ts';
import { indexEvidence } from '../../../rules/engine/evidence-index.ts';
import type { AssessInput } from '../../../rules/engine/input.ts';
import { judgeRows } from '../../../rules/engine/judge.ts';
import { Judging, type RowOutcome } from '../../../rules/engine/judging.ts';
import type { Assessment } from '../../../rules/engine/result.ts';
import { sequenceOf } from '../../../rules/engine/sequence.ts';
import { endsIn, timedInput, timedPack } from './random-plant.ts';
import { ago, day, decision, inputOf, nowMs, packOf, practiceOf, said } from './support.ts';

const far = nowMs + 900 * day;
/** Shares of the list of instants at which something in the plant ends: the instants that are looked at. */
const looks = fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 3, maxLength: 3 });
const runs = { numRuns: 60 };

function looksAt(input: AssessInput, shares: readonly number[]): number[] {
  const ends = endsIn(input);
  return shares.flatMap((share) => ends[Math.floor(share * ends.length)] ?? []);
}

function as(of: number, input: AssessInput): AssessInput {
  return { ...input, now: new Date(of).toISOString() };
}

describe('a row', () => {
  it.each([false, true])('says nothing else before it ends (lapsed statements held: %s)', (grace) => {
    const judged = (input: AssessInput) => {
      const index = indexEvidence(input);
      return judgeRows(new Judging(timedPack, index, { at: index.now, grace }), sequenceOf(timedPack, input).rows);
    };
    fc.assert(
      fc.property(timedInput, looks, (input, shares) => {
        const { outcomes } = judged(input);
        const ends = new Map<string, number>();
        for (const row of sequenceOf(timedPack, input).rows) {
          const own = outcomes.get(row.id)?.until ?? nowMs;
          const before = sequenceOf(timedPack, input).after(row);
          ends.set(row.id, Math.min(own, ...before.map((id) => ends.get(id) ?? Number.POSITIVE_INFINITY)));
          expect(own).toBeGreaterThan(nowMs);
        }
        const moments = [...new Set(ends.values())].map((end) => Math.min(end, far) - 1);
        for (const at of new Set([...moments, ...looksAt(input, shares)])) {
          const later = judged(as(at, input)).outcomes;
          const lasting = [...ends].flatMap(([id, end]) => (at < end ? [id] : []));
          expect(lasting.map((id) => shapeOf(later.get(id)))).toEqual(lasting.map((id) => shapeOf(outcomes.get(id))));
        }
      }),
      runs,
    );
  });
});

describe('an assessment', () => {
  it('gives the same result, the confidence that ages apart, until the instant that it names', () => {
    fc.assert(
      fc.property(timedInput, looks, (input, shares) => {
        const first = assess(timedPack, input);
        const until = first.changesOn === undefined ? far : Date.parse(first.changesOn);
        for (const at of [until - 1, ...looksAt(input, shares).filter((each) => each < until)])
          expect(resultOf(assess(timedPack, as(at, input)))).toEqual(resultOf(first));
      }),
      runs,
    );
  });
});

describe('a practice', () => {
  it('falls at the instant that it names, to the level that it names, and at no earlier one', () => {
    fc.assert(
      fc.property(timedInput, looks, (input, shares) => {
        const levelsAt = memo(
          (at: number) =>
            new Map(assess(timedPack, as(at, input)).practices.map(({ practice, level }) => [practice, level])),
        );
        for (const { practice, level, dropsOn, dropsTo } of assess(timedPack, input).practices) {
          if (level === null || level === 0) continue;
          // What nobody looks at again falls some day: every row of this pack reads something that ends.
          expect(dropsOn).toBeDefined();
          const drop = Date.parse(dropsOn ?? '');
          expect(levelsAt(drop).get(practice)).toBe(dropsTo);
          expect(dropsTo ?? -1).toBeLessThan(level);
          const lastEnds = endsIn(input)
            .filter((end) => end < drop)
            .slice(-2);
          for (const at of [drop - 1, ...lastEnds, ...looksAt(input, shares).filter((each) => each < drop)])
            expect(levelsAt(at).get(practice) ?? -1).toBeGreaterThanOrEqual(level);
        }
      }),
      runs,
    );
  });
});

describe('a level falls', () => {
  const deputy = { met: 'roster.deputy.named == true', freshnessDays: 200 };
  const covered = { met: 'roster.operationsCovered == true', freshnessDays: 200 };
  const pack = packOf({ id: 'spm.l1.deputy', ...deputy }, { id: 'spm.l1.covered', ...covered });
  const facts = said({ 'roster.deputy.named': true, 'roster.operationsCovered': false }, { kind: 'observation' });
  const dropOf = (more: Parameters<typeof inputOf>[0]) => {
    const { level, dropsOn, dropsTo } = practiceOf(assess(pack, inputOf({ evidence: [facts], ...more })), 'SPM');
    return { level, dropsOn, dropsTo };
  };

  it('when the deviation ends that took a row out of its gates', () => {
    const demoted = {
      kind: 'deviation',
      indicator: 'spm.l1.covered',
      parameter: 'core',
      value: 0,
      until: ago(-40),
    } as const;
    expect(dropOf({ decisions: [decision(demoted)] })).toEqual({ level: 1, dropsOn: ago(-40), dropsTo: 0 });
  });

  it('when a substitute has lasted as long as its level allows, whatever end it names', () => {
    const substitute = { kind: 'compensation', indicator: 'spm.l1.covered', boundTo: 'spm.l1.deputy' } as const;
    const input = { decisions: [decision({ ...substitute, on: ago(300), until: ago(-150) })] };
    expect(dropOf(input)).toEqual({ level: 1, dropsOn: ago(-65), dropsTo: 0 });
  });

  it('when the row turns on which a substitute rests', () => {
    const substitute = { kind: 'compensation', indicator: 'spm.l1.covered', boundTo: 'spm.l1.deputy' } as const;
    const input = { decisions: [decision({ ...substitute, until: ago(-250) })] };
    expect(dropOf(input)).toEqual({ level: 1, dropsOn: ago(-200), dropsTo: null });
  });

  it('30 days after a document lapsed from which one cell of a register came', () => {
    const zones = packOf({ id: 'thm.l1.zones', met: 'zone.register.all(z, z.critical)', freshnessDays: 50 });
    const register = (keys: object, at: number, channel: string) =>
      said({ 'zone.register': [{ id: 'a', ...keys }] }, { channel, observedAt: ago(at) });
    const evidence = [register({ critical: true }, 20, 'old'), register({ type: 'process' }, 0, 'new')];
    const at = (days: number) => {
      const { level, dropsOn, lapsedSince } = practiceOf(assess(zones, inputOf({ evidence, now: ago(-days) })), 'THM');
      return { level, dropsOn, lapsedSince };
    };
    expect(at(0)).toEqual({ level: 1, dropsOn: ago(-60) });
    expect(at(40)).toEqual({ level: 1, dropsOn: ago(-60), lapsedSince: ago(-30) });
    expect(at(60).level).toBeNull();
  });
});

function memo<T>(compute: (at: number) => T): (at: number) => T {
  const known = new Map<number, T>();
  return (at) => {
    const value = known.get(at) ?? compute(at);
    known.set(at, value);
    return value;
  };
}

function shapeOf(outcome: RowOutcome | undefined): unknown {
  if (outcome === undefined) return undefined;
  const { row, changesAt: _, steadyUntil: __, until: ___, ...rest } = outcome;
  return { id: row.id, ...rest };
}

function resultOf({ practices }: Assessment): unknown {
  return practices.map(({ confidence: _, ...practice }) => practice);
}

import { describe, expect, it } from 'vitest';
import { Columns, type Judged } from '../../../rules/engine/columns.ts';

const never = Number.POSITIVE_INFINITY;
const lapse = { heldFrom: never, graceFrom: never };

function judged(more: Partial<Judged> = {}): Judged {
  return {
    ...{ verdict: 'good', mask: 0, weak: 4, strong: 1, oldest: 1_700_000_000_000, until: 1_800_000_000_000 },
    ...{ banned: 'no', mustBeSeen: false },
    ...more,
  };
}

const unsupported = { weak: -1, strong: 99, oldest: never, until: never } as const;
const found: readonly Judged[] = [
  judged(),
  judged({ verdict: 'bad', banned: 'yes' }),
  judged({ verdict: 'bad', banned: 'open', weak: 0, strong: 0 }),
  judged({ verdict: 'unseen', mask: 31, mustBeSeen: true, ...unsupported }),
  judged({ verdict: 'excepted', decision: 'd-1' }),
  judged({ verdict: 'notApplicable', decision: 'd-2' }),
];

function filled(size = found.length): Columns {
  const columns = new Columns(size);
  for (const [at, each] of found.entries()) columns.set(at, each, { heldFrom: 100 + at, graceFrom: 200 + at });
  return columns;
}

function all(columns: Columns): Judged[] {
  return found.map((_, at) => columns.get(at));
}

describe('what was found of the members of a row', () => {
  it('is given back as it was noted', () => {
    const columns = filled();
    expect(all(columns)).toStrictEqual(found);
    for (const [at, { until: _until, decision: _decision, ...shown }] of found.entries()) {
      expect(columns.peek(at)).toStrictEqual(shown);
      expect(columns.until[at]).toBe(found[at]?.until);
    }
  });

  it('is nothing where nobody looked', () => {
    const columns = new Columns(2);
    columns.set(0, judged(), lapse);
    const nothing = { verdict: 'unseen', mask: 0, weak: 0, strong: 0, oldest: 0, banned: 'no', mustBeSeen: false };
    for (const at of [1, 2, 99]) {
      expect(columns.has(at)).toBe(false);
      expect(columns.get(at)).toStrictEqual({ ...nothing, until: 0 });
      expect(columns.peek(at)).toStrictEqual(nothing);
      expect([columns.heldFrom(at), columns.graceFrom(at)]).toEqual([never, never]);
    }
    expect(columns.has(0)).toBe(true);
  });

  it('has one verdict each', () => {
    const columns = filled();
    for (const [at, { verdict }] of found.entries()) {
      expect(columns.is(at, verdict)).toBe(true);
      expect(columns.is(at, verdict === 'good' ? 'bad' : 'good')).toBe(false);
    }
    expect(new Columns(1).is(0, 'good')).toBe(false);
  });

  it('tells since when a statement is held, and since when one has lapsed', () => {
    const columns = new Columns(3);
    columns.set(0, judged(), lapse);
    columns.set(1, judged(), { heldFrom: 10, graceFrom: never });
    columns.set(2, judged(), { heldFrom: never, graceFrom: 20 });
    expect([0, 1, 2].map((at) => columns.heldFrom(at))).toEqual([never, 10, never]);
    expect([0, 1, 2].map((at) => columns.graceFrom(at))).toEqual([never, never, 20]);
  });

  it('is replaced whole by a later look', () => {
    const columns = filled();
    columns.set(4, judged(), lapse);
    expect(columns.get(4)).toStrictEqual(judged());
    expect([columns.heldFrom(4), columns.graceFrom(4)]).toEqual([never, never]);
    expect([columns.heldFrom(5), columns.graceFrom(5)]).toEqual([105, 205]);
  });

  it('is forgotten whole where it is cleared', () => {
    const columns = filled();
    columns.clear(4);
    expect(columns.has(4)).toBe(false);
    expect(columns.get(4)).not.toHaveProperty('decision');
    expect([columns.heldFrom(4), columns.graceFrom(4)]).toEqual([never, never]);
    expect(columns.get(5)).toStrictEqual(found[5]);
    expect([columns.heldFrom(5), columns.graceFrom(5)]).toEqual([105, 205]);
  });
});

describe('a copy', () => {
  const lapses = (columns: Columns) => found.map((_, at) => [columns.heldFrom(at), columns.graceFrom(at)]);

  it.each([6, 9])('of %i places has all that was found, and what changes in it stays there', (size) => {
    const before = filled();
    const copy = new Columns(size, before);
    expect(copy.size).toBe(size);
    expect(all(copy)).toStrictEqual(found);
    expect(lapses(copy)).toEqual(lapses(before));
    for (const at of found.keys()) copy.clear(at);
    copy.set(0, judged({ verdict: 'bad', oldest: 1, until: 2 }), { heldFrom: 1, graceFrom: 2 });
    expect(all(before)).toStrictEqual(found);
    expect(lapses(before)).toEqual(lapses(filled()));
  });

  it('with fewer places has what finds room', () => {
    const copy = new Columns(2, filled());
    expect([copy.get(0), copy.get(1)]).toStrictEqual(found.slice(0, 2));
    expect([1, 2, 3].map((at) => copy.has(at))).toEqual([true, false, false]);
  });
});

import { describe, expect, it } from 'vitest';
import { indexEvidence } from '../../../rules/engine/evidence-index.ts';
import type { Decision } from '../../../rules/engine/input.ts';
import { numbersOf } from '../../../rules/engine/numbers.ts';
import { sequenceOf, withFoundations } from '../../../rules/engine/sequence.ts';
import { judgedRows } from './outcomes.ts';
import { ago, asset, day, decision, inputOf, nowMs, packOf, said, seen } from './support.ts';

const deputy = 'roster.deputy.named == true';

describe('the order of rows', () => {
  const pack = packOf(
    { id: 'acc.l1.a', met: deputy },
    { id: 'acc.l1.b', met: 'roster.operationsCovered == true' },
    { id: 'vas.l1.c', met: 'restore.person.named == true', needs: ['acc.l1.b'] },
    { id: 'vas.l1.d', population: 'CRIT', min: 1, good: 'isMet(compensation.boundTo)' },
    { id: 'vas.l1.e', met: deputy, role: 'supplier' },
  );
  const order = (...decisions: Decision[]) => sequenceOf(pack, inputOf({ decisions })).rows.map(({ id }) => id);
  const own = ['acc.l1.a', 'acc.l1.b', 'vas.l1.c', 'vas.l1.d'];
  const bound = (more: Partial<Decision>) => decision({ kind: 'compensation', boundTo: 'vas.l1.c', ...more });

  it('is that of the pack, without the rows of other roles', () => {
    expect(order()).toEqual(own);
    const supplier = sequenceOf(pack, inputOf({ system: { role: 'supplier' } })).rows.map(({ id }) => id);
    expect(supplier).toEqual([...own, 'vas.l1.e']);
  });

  it('puts a substitute before what it stands in for, named by row or by a fact that it reads', () => {
    const changed = ['acc.l1.b', 'vas.l1.c', 'acc.l1.a', 'vas.l1.d'];
    expect(order(bound({ indicator: 'acc.l1.a' }))).toEqual(changed);
    expect(order(bound({ fact: 'roster.deputy.named' }))).toEqual(changed);
    expect(order(bound({ fact: 'firmware.supported' }))).toEqual(own);
    expect(order(bound({ indicator: 'acc.l1.other', fact: 'roster.deputy.named' }))).toEqual(own);
    expect(order(bound({ indicator: 'acc.l1.other' }))).toEqual(own);
  });

  it('is moved by no other decision', () => {
    const { boundTo: _, ...unbound } = bound({ indicator: 'acc.l1.a' });
    expect(order(unbound)).toEqual(own);
    expect(order({ ...bound({ indicator: 'acc.l1.a' }), kind: 'exception' })).toEqual(own);
  });

  it('of some rows begins with what they rest on, and leaves out the rest', () => {
    const wanted = (id: string, ...decisions: Decision[]) =>
      withFoundations(sequenceOf(pack, inputOf({ decisions })), (row) => row.id === id).map((row) => row.id);
    expect(wanted('acc.l1.a')).toEqual(['acc.l1.a']);
    expect(wanted('vas.l1.c')).toEqual(['acc.l1.b', 'vas.l1.c']);
    expect(wanted('acc.l1.a', bound({ indicator: 'acc.l1.a' }))).toEqual(['acc.l1.b', 'vas.l1.c', 'acc.l1.a']);
    // A row that asks for whichever row a fact names may rest on any.
    expect(wanted('vas.l1.d')).toEqual(own);
  });
});

describe('a deviation', () => {
  const source = {
    ...{ id: 'acc.l1.row', population: 'ALL', min: 0.9, maxBad: 0, freshnessDays: 90 },
    ...{ good: 'age(tls.certificate.notBefore) <= days(p.n)', parameters: { n: 10 } },
  };
  const [row] = packOf(source).rows;
  if (row === undefined) throw new Error('no row');
  const of = (...decisions: Partial<Decision>[]) => {
    const all = decisions.map((more) => decision({ kind: 'deviation', indicator: 'acc.l1.row', ...more }));
    return numbersOf(row, indexEvidence(inputOf({ decisions: all })).decisions);
  };
  const strict = {
    ...{ parameters: { n: 10 }, min: 0.9, maxBad: 0, limitDays: 90, core: true, adapted: false },
    until: Number.POSITIVE_INFINITY,
  };

  it('changes the number that it names, until the first of them ends', () => {
    expect(of()).toEqual(strict);
    const changed = { adapted: true, until: nowMs + 60 * day };
    expect(of({ parameter: 'n', value: 30 })).toEqual({ ...strict, ...changed, parameters: { n: 30 } });
    expect(of({ parameter: 'min', value: 0 })).toEqual({ ...strict, ...changed, min: 0 });
    expect(of({ parameter: 'maxBad', value: 2 })).toEqual({ ...strict, ...changed, maxBad: 2 });
    expect(of({ parameter: 'freshnessDays', value: 200 })).toEqual({ ...strict, ...changed, limitDays: 200 });
    expect(of({ parameter: 'core', value: 0 })).toEqual({ ...strict, ...changed, core: false });
    expect(of({ parameter: 'core', value: 1 })).toEqual({ ...strict, ...changed });
    const two = of({ parameter: 'min', value: 0.5, until: ago(-9) }, { parameter: 'maxBad', value: 1 });
    expect(two).toMatchObject({ min: 0.5, maxBad: 1, until: nowMs + 9 * day });
  });

  it('changes nothing of another row, nor one that names no number or no value', () => {
    expect(of({ indicator: 'acc.l1.other', parameter: 'min', value: 0.5 })).toEqual(strict);
    expect(of({ kind: 'exception', parameter: 'min', value: 0.5 })).toEqual(strict);
    expect(of({ parameter: 'min' })).toEqual(strict);
    expect(of({ value: 0.5 })).toEqual(strict);
  });

  it('asks for all where a row names no share', () => {
    const [question] = packOf({ id: 'acc.l1.row', met: deputy }).rows;
    if (question === undefined) throw new Error('no row');
    expect(numbersOf(question, [])).toMatchObject({ min: 1, maxBad: undefined, limitDays: undefined, core: true });
  });
});

describe('how long a row stays what levels ask of it', () => {
  const ends = (name: string, days: number, kind: 'observation' | 'stated' | 'imported') =>
    seen(name, { 'firmware.supported': true }, { kind, validUntil: ago(-days), channel: `${name} ${kind}` });
  const row = (also?: string) => ({
    ...{ id: 'acc.l1.row', population: 'ALL', min: 0.5, freshnessDays: 400, also },
    good: 'firmware.supported == true',
  });
  const assets = [asset('a'), asset('b')];
  const judge = (evidence: Parameters<typeof inputOf>[0]['evidence'], also?: string) => {
    const { status, steadyUntil, changesAt } = judgedRows(
      packOf(row(also)),
      inputOf({ assets, evidence: evidence ?? [] }),
    )('acc.l1.row');
    return { status, steady: (steadyUntil - nowMs) / day, changes: (changesAt - nowMs) / day };
  };

  it('ends when only attestations are left of it, before its status does', () => {
    expect(judge([ends('a', 10, 'observation'), ends('b', 50, 'stated')])).toEqual({
      ...{ status: 'met', steady: 10, changes: 50 },
    });
    expect(judge([ends('a', 10, 'observation'), ends('b', 50, 'imported')])).toEqual({
      ...{ status: 'met', steady: 50, changes: 50 },
    });
    expect(judge([ends('a', 10, 'stated'), ends('b', 50, 'stated')])).toMatchObject({ steady: 50, changes: 50 });
  });

  it('ends with its further condition', () => {
    const named = said({ 'roster.deputy.named': true }, { kind: 'imported', validUntil: ago(-20) });
    expect(judge([ends('a', 50, 'imported'), ends('b', 40, 'imported'), named], deputy)).toEqual({
      ...{ status: 'met', steady: 20, changes: 20 },
    });
  });
});

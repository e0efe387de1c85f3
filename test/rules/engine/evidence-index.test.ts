import { describe, expect, it } from 'vitest';
import type { FactName } from '../../../collectors/contract/vocabulary.ts';
import { type EvidenceIndex, indexEvidence, isApproved } from '../../../rules/engine/evidence-index.ts';
import type { AssessInput, Decision, Evidence } from '../../../rules/engine/input.ts';
import { evidenceKinds } from '../../../rules/engine/input.ts';
import { ago, asset, day, decision, inputOf, nowMs, said, seen } from './support.ts';

const supported = 'firmware.supported';
const maker = { id: 'maker', name: 'Maker', relation: ['supplier'], critical: true };
const certificate = { 'identity.machines': [{ id: 'c', owner: 'Ada' }] };
const aboutMaker = { about: { kind: 'organisation', id: 'maker' } } as const;

const plant = {
  assets: [asset('b'), asset('a', { formerly: ['old-a'] })],
  system: { organisations: [maker] },
  evidence: [
    seen('a', { [supported]: true, 'firmware.version': '1' }, { observedAt: ago(5), ref: 'a' }),
    seen('b', { [supported]: true, ...certificate }, { observedAt: ago(4), ref: 'b' }),
    said({ 'roster.deputy.named': true }, { observedAt: ago(3), ref: 's' }),
    said({ 'supplier.vex.available': true }, { ...aboutMaker, ref: 'm' }),
    said({ 'leaver.total': 0 }, { about: { kind: 'organisation', id: 'own' }, ref: 'o' }),
  ],
  decisions: [decision({ kind: 'exception', fact: supported, members: ['old-a', 'b', 'elsewhere'] })],
};

function inputAt(more: Partial<typeof plant> & { now?: string } = {}): AssessInput {
  return structuredClone(inputOf({ ...plant, ...more }));
}

function subjectOf(index: EvidenceIndex, id: string) {
  const found = index.assets.find(({ view }) => view.id === id)?.subject;
  if (found === undefined) throw new Error(`no asset ${id}`);
  return found;
}

/** What the facts of everybody are, without what only makes the next look cheaper. */
function content(index: EvidenceIndex) {
  const slots = (subject: { slots: ReadonlyMap<FactName, { seen: unknown; missed: unknown }> }) =>
    [...subject.slots].map(([name, slot]) => [name, slot.seen, slot.missed]).sort();
  return {
    assets: index.assets.map(({ view, subject }) => [view, subject.gone, slots(subject)]),
    parties: index.parties.map(({ view, subject }) => [view, slots(subject)]),
    rest: [index.system, index.organisation, index.machines].map(slots),
    decisions: index.decisions,
  };
}

describe('evidence is sorted by whom it is about', () => {
  it('assets in the order of their ids, parties, system and the own organisation', () => {
    const index = indexEvidence(inputAt());
    const facts = (subject: EvidenceIndex['system']) => [...subject.slots.keys()];
    expect(index.assets.map(({ view, subject }) => [view.id, subject.id, facts(subject)])).toEqual([
      ['a', 'a', [supported, 'firmware.version']],
      ['b', 'b', [supported, 'identity.machines']],
    ]);
    expect(index.parties.map(({ view, subject }) => [view.id, facts(subject)])).toEqual([
      ['maker', ['supplier.vex.available']],
    ]);
    expect([facts(index.system), facts(index.organisation)]).toEqual([['roster.deputy.named'], ['leaver.total']]);
  });

  it('a former id means the asset, unless another has it now', () => {
    const evidence = [seen('old-a', { [supported]: true })];
    expect(subjectOf(indexEvidence(inputAt({ evidence })), 'a').slots.has(supported)).toBe(true);
    const taken = { evidence, assets: [asset('a', { formerly: ['old-a'] }), asset('old-a')] };
    const index = indexEvidence(inputAt(taken));
    expect(subjectOf(index, 'a').slots.has(supported)).toBe(false);
    expect(subjectOf(index, 'old-a').slots.has(supported)).toBe(true);
    expect(index.decisions[0]?.members).toEqual(['old-a', 'b', 'elsewhere']);
    expect(indexEvidence(inputAt()).decisions[0]?.members).toEqual(['a', 'b', 'elsewhere']);
  });

  it('what is about nobody in the system, about a retired asset or later than now is left out', () => {
    const evidence = [
      seen('x', { [supported]: true }),
      seen('old', { [supported]: true }),
      seen('a', { [supported]: true }, { observedAt: ago(-0.001) }),
    ];
    const index = indexEvidence(inputAt({ evidence, assets: [asset('a'), asset('old', { state: 'retired' })] }));
    expect(index.assets.map(({ view, subject }) => [view.id, subject.slots.size])).toEqual([['a', 0]]);
    const now = indexEvidence(inputAt({ evidence: [seen('a', { [supported]: true }, { observedAt: ago(0) })] }));
    expect(subjectOf(now, 'a').slots.size).toBe(1);
  });

  it('certificates of all assets are one list, of which none that left is part', () => {
    const both = [
      seen('a', certificate, { channel: 'p' }),
      seen('b', {}, { channel: 'p', unseen: { 'identity.machines': 'denied' } }),
      seen('c', certificate, { channel: 'p' }),
      seen('d', certificate, { channel: 'p' }),
    ];
    const assets = [asset('a'), asset('b'), asset('c', { state: 'gone' }), asset('d')];
    const slot = indexEvidence(inputAt({ assets, evidence: both })).machines.slots.get('identity.machines');
    expect(slot?.seen.map(({ channel }) => channel)).toEqual(['a p', 'd p']);
    expect(slot?.missed).toMatchObject([{ reason: 'denied' }]);
    expect(indexEvidence(inputAt({ evidence: [] })).machines.slots.size).toBe(0);
  });
});

describe('a decision', () => {
  const decisions = (...list: Partial<Decision>[]) =>
    indexEvidence(inputAt({ decisions: list.map((more) => decision({ kind: 'exception', ...more })) })).decisions;

  it('counts from its very instant on', () => {
    expect(decisions({ on: ago(0) }, { on: ago(-0.001) }).map(({ fromMs }) => fromMs)).toEqual([nowMs]);
  });

  it('that something is not applicable ends after a year, any other when it says', () => {
    const long = { on: ago(100), until: ago(-400) };
    expect(decisions({ ...long, kind: 'notApplicable' })[0]?.untilMs).toBe(nowMs + 265 * day);
    expect(decisions({ ...long, kind: 'notApplicable', until: ago(-1) })[0]?.untilMs).toBe(nowMs + day);
    expect(decisions(long)[0]?.untilMs).toBe(nowMs + 400 * day);
    expect(decisions(long)[0]).not.toHaveProperty('members');
  });

  it.each<[string, Partial<Decision>, boolean]>([
    ['somebody else with a reason', {}, true],
    ['nobody', { approver: undefined as unknown as string }, false],
    ['its author', { approver: 'owner@example.com' }, false],
    ['somebody else without a reason', { reason: '' }, false],
    ['somebody else with a blank reason', { reason: '  ' }, false],
  ])('is approved by %s: %j', (_, more, approved) => {
    expect(isApproved(decision({ kind: 'exception', ...more }))).toBe(approved);
  });
});

describe('an examination', () => {
  const kinds = (evidence: Evidence[], id = 'a', fact: FactName = supported) => {
    const index = indexEvidence(inputAt({ evidence }));
    const subject = id === '' ? index.system : subjectOf(index, id);
    return subject.slots
      .get(fact)
      ?.seen.map(({ kind }) => evidenceKinds[kind])
      .sort();
  };
  const statement = (more: Partial<Evidence> = {}) =>
    seen('a', { [supported]: true }, { kind: 'stated', by: 'ada', channel: 's', ...more });
  const examined = (more: Partial<Evidence> = {}) =>
    seen('a', { [supported]: true }, { kind: 'examined', by: 'ada', channel: 'e', ...more });

  it('by the author of what it examines is a statement', () => {
    expect(kinds([statement(), examined()])).toEqual(['stated', 'stated']);
    expect(kinds([examined(), statement()])).toEqual(['stated', 'stated']);
    expect(kinds([statement({ kind: 'document' }), examined()])).toEqual(['document', 'stated']);
    const more = examined({ facts: { 'firmware.version': '1', [supported]: true } });
    expect(kinds([statement(), more])).toEqual(['stated', 'stated']);
    expect(kinds([statement(), more], 'a', 'firmware.version')).toEqual(['stated']);
    const system = { about: { kind: 'system' }, facts: { 'roster.deputy.named': true } } as const;
    expect(kinds([statement(system), examined(system)], '', 'roster.deputy.named')).toEqual(['stated', 'stated']);
  });

  it('by anybody else, of another asset or fact, or of what was measured stays one', () => {
    expect(kinds([statement(), examined({ by: 'max' })])).toEqual(['examined', 'stated']);
    expect(kinds([statement({ about: { kind: 'asset', id: 'b' } }), examined()])).toEqual(['examined']);
    expect(kinds([statement({ facts: { 'firmware.version': '1' } }), examined()])).toEqual(['examined']);
    expect(kinds([statement({ kind: 'observation' }), examined()])).toEqual(['examined', 'observation']);
    expect(kinds([statement({ kind: 'imported' }), examined()])).toEqual(['examined', 'imported']);
    expect(kinds([examined(), examined({ channel: 'f' })])).toEqual(['examined', 'examined']);
  });

  it('by nobody that is named is no author’s', () => {
    const { by: _by, ...nobody } = statement();
    const { by: _other, ...examination } = examined();
    expect(kinds([nobody, examination])).toEqual(['examined', 'stated']);
  });
});

describe('an index made after another', () => {
  const first = indexEvidence(inputAt());
  const next = (more: Parameters<typeof inputAt>[0] = {}, before = first) => {
    const index = indexEvidence(inputAt(more), before);
    expect(content(index)).toEqual(content(indexEvidence(inputAt(more))));
    return index;
  };

  it('has the very same objects where the same is said', () => {
    const index = next({ now: ago(-1) });
    for (const [at, each] of first.assets.entries()) expect(index.assets[at]).toBe(each);
    expect(index.parties[0]).toBe(first.parties[0]);
    expect(index.decisions[0]).toBe(first.decisions[0]);
    expect([index.system, index.organisation]).toEqual([first.system, first.organisation]);
    expect(index.system).toBe(first.system);
    expect(index.organisation).toBe(first.organisation);
    expect(index.machines).toBe(first.machines);
  });

  it('has a new one of whom something new is known, and keeps the facts that are as they were', () => {
    const evidence = [...plant.evidence, seen('a', { 'firmware.version': '2' }, { ref: 'new' })];
    const index = next({ evidence });
    expect(index.assets[0]).not.toBe(first.assets[0]);
    expect(index.assets[1]).toBe(first.assets[1]);
    const slot = (of: EvidenceIndex, name: FactName) => subjectOf(of, 'a').slots.get(name);
    expect(slot(index, supported)).toBe(slot(first, supported));
    expect(slot(index, 'firmware.version')).not.toBe(slot(first, 'firmware.version'));
    const failed = seen('a', {}, { unseen: { [supported]: 'denied' }, channel: 'other' });
    expect(slot(next({ evidence: [...plant.evidence, failed] }), supported)).not.toBe(slot(first, supported));
    const fresh = seen('a', { 'firmware.signed.required': true });
    expect(slot(next({ evidence: [...plant.evidence, fresh] }), 'firmware.signed.required')).toBeDefined();
  });

  it('has a new one of what is another now, by name, state or kind', () => {
    const renamed = next({ assets: [asset('b', { name: 'B' }), ...plant.assets.slice(1)] });
    expect(renamed.assets[1]).not.toBe(first.assets[1]);
    expect(renamed.assets[1]?.subject).toBe(first.assets[1]?.subject);
    expect(subjectOf(next({ assets: [asset('b', { state: 'gone' }), ...plant.assets.slice(1)] }), 'b').gone).toBe(true);
    const party = next({ system: { organisations: [{ ...maker, critical: false }] } });
    expect(party.parties[0]).not.toBe(first.parties[0]);
    expect(party.parties[0]?.subject).toBe(first.parties[0]?.subject);
    const other = next({ system: { organisations: [{ ...maker, id: 'other' }, maker] } });
    expect(other.parties.map(({ subject }) => subject.id)).toEqual(['other', 'maker']);
    const decided = next({ decisions: [decision({ kind: 'exception', fact: supported, reason: 'another' })] });
    expect(decided.decisions[0]).not.toBe(first.decisions[0]);
    expect(next({ decisions: [] }).decisions).toEqual([]);
    expect(next({ decisions: [...plant.decisions, decision({ kind: 'exception', id: 'd-2' })] }).decisions[0]).toBe(
      first.decisions[0],
    );
    const moved = seen('a', certificate, { observedAt: ago(4), ref: 'b' });
    expect(next({ evidence: [...plant.evidence, moved] }).machines).not.toBe(first.machines);
  });

  it('counts what came in the meantime, from its very instant on, and not what lies ahead', () => {
    const evidence = [
      ...plant.evidence,
      seen('a', { [supported]: false }, { observedAt: ago(-2), ref: 'ahead' }),
      seen('a', { [supported]: true }, { observedAt: ago(-4), ref: 'far' }),
      seen('a', { [supported]: false }, { observedAt: ago(-3), ref: 'between' }),
    ];
    const raw = (index: EvidenceIndex) => subjectOf(index, 'a').slots.get(supported)?.seen[0]?.ref;
    let index = next({ evidence });
    for (const [days, ref, stays] of [
      [1, 'a', true],
      [1.999, 'a', true],
      [2, 'ahead', false],
      [2.5, 'ahead', true],
      [3, 'between', false],
      [4, 'far', false],
      [9, 'far', true],
      [4, 'far', true],
      [3.999, 'between', false],
      [0, 'a', false],
      [-4, 'a', true],
      [-5, 'a', true],
      [-5.001, undefined, false],
    ] as const) {
      const later = next({ evidence, now: ago(-days) }, index);
      expect([days, raw(later)]).toEqual([days, ref]);
      expect([days, subjectOf(later, 'a') === subjectOf(index, 'a')]).toEqual([days, stays]);
      index = later;
    }
  });
});

import { describe, expect, it } from 'vitest';
import { documentHash } from '../../../collectors/evidence/canonical.ts';
import { readObservations } from '../../../server/plant/observation-lines.ts';
import { load, now, plantFolder, problemsOf, told } from './plant-folder.ts';

const folder = plantFolder();
const plantText = `plimsoll: 1
site: {id: north}
systems:
  - id: line
    assets: [{id: broker-1, kind: broker, formerly: [old-broker]}]
    retired: [{id: gone-1, on: 2026-01-01, reason: r, by: b, identitiesRevoked: true}]
`;

const least = {
  v: 1,
  system: 'line',
  asset: 'broker-1',
  collector: 'tls',
  observedAt: '2026-11-23T09:00:00.000Z',
  outcome: 'observed',
  facts: { 'tls.version.min': '1.2' },
};

function read(...lines: unknown[]) {
  const plant = load(folder.write({ 'plant.yaml': plantText }));
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  folder.write({ 'o.jsonl': text });
  return readObservations(`${folder.path}/o.jsonl`, plant, now);
}

function faults(...lines: unknown[]): string[] {
  return told(problemsOf(() => read(...lines)));
}

describe('an observation file', () => {
  it('needs no more than the facts and what they are about', () => {
    const { seen, later } = read(least);
    expect(later).toBe(0);
    expect(seen).toEqual([
      {
        system: 'line',
        asset: 'broker-1',
        probe: 'tls',
        collector: 'tls',
        observedAt: '2026-11-23T09:00:00.000Z',
        outcome: 'observed',
        facts: { 'tls.version.min': '1.2' },
        unseen: {},
        basis: {},
        volatile: {},
        digest: documentHash({ v: 1, facts: { 'tls.version.min': '1.2' }, unseen: {}, basis: {}, redacted: [] }),
      },
    ]);
  });

  it('knows assets by former ids, and retired ones', () => {
    const { seen } = read({ ...least, asset: 'old-broker' }, { ...least, asset: 'gone-1' });
    expect(seen.map(({ asset }) => asset)).toEqual(['broker-1', 'gone-1']);
  });

  it('leaves out and counts what was seen after now', () => {
    const { seen, later } = read(least, { ...least, observedAt: '2026-11-23T10:00:00.001Z' });
    expect([seen.length, later]).toEqual([1, 1]);
  });

  it('accepts a digest that fits', () => {
    const document = {
      facts: least.facts,
      unseen: { 'tls.certificate.ocspStapled': 'unsupported' },
      basis: {},
      redacted: [],
    } as const;
    const hash = documentHash({ v: 1, ...document, facts: { 'tls.version.min': '1.2' } });
    expect(read({ ...least, ...document, documentHash: hash }).seen[0]?.digest).toBe(hash);
  });

  it('is refused with every problem of every line', () => {
    expect(
      faults(
        { ...least, facts: { 'tls.version.mn': '1.2' } },
        { ...least, probe: 'b', facts: { 'tls.version.min': 1.2 } },
        { ...least, probe: 'c', documentHash: 'sha256:0' },
        { ...least, probe: 'd' },
        { ...least, probe: 'd', observedAt: '2026-11-23T10:00:00+01:00' },
        { ...least, probe: 'e', asset: 'broker-2' },
        { ...least, probe: 'f', system: 'lin' },
        { ...least, probe: 'g', outcome: 'seen' },
        { ...least, probe: 'h', observedAt: '2026-11-23' },
        { ...least, probe: 'i', unseen: { 'tls.version.min': 'denied' } },
        { ...least, probe: 'j', colour: 'red' },
        'nonsense',
        { v: 1 },
        { ...least, probe: 'k', volatile: { 'tls.version.max': '1.3' }, basis: { 'tls.version.max': 'stated' } },
      ),
    ).toEqual([
      '1 facts.tls.version.mn: the name of a fact, found "tls.version.mn" (did you mean "tls.version.min"?)',
      '2 facts.tls.version.min: one of ssl3, 1.0, 1.1, 1.2, 1.3, found 1.2',
      expect.stringMatching(/^3 documentHash: the digest of the document, sha256:[0-9a-f]{64}, found "sha256:0"$/),
      '5 observedAt: one line per probe and instant, found 2026-11-23T09:00:00.000Z (as in line 4)',
      '6 asset: the id of an asset of the plant, found "broker-2" (did you mean "broker-1"?)',
      '7 system: the id of a system of the plant, found "lin" (did you mean "line"?)',
      '8 outcome: one of observed, unreachable, timedOut, denied, unsupported, blocked, aborted, failed, found "seen"',
      '9 observedAt: an instant such as 2026-11-23T10:00:00Z, found "2026-11-23"',
      '10 unseen.tls.version.min: a fact either seen or unseen, found both',
      expect.stringMatching(/^11 colour: one of the keys v, system, asset, .*found "colour"$/),
      '12 : one JSON object, found no JSON',
      '13 system: a text, found nothing',
      '13 asset: a text, found nothing',
      '13 collector: a text, found nothing',
      '13 observedAt: a text, found nothing',
      expect.stringMatching(/^13 outcome: one of/),
      '13 facts: a map, found nothing',
      '14 volatile.tls.version.max: a fact that moves by itself, found tls.version.max, which belongs into facts',
    ]);
  });

  it('is refused with a value that JSON bends', () => {
    const line = `{"v":1,"system":"line","asset":"broker-1","collector":"tls","observedAt":"2026-11-23T09:00:00Z","outcome":"observed","facts":{"device.model":"\\ud800"}}`;
    expect(faults(line)[0]).toMatch(/^1 facts: values that JSON says exactly/);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mayFill } from '../../../collectors/contract/vocabulary.ts';
import { statementTypes } from '../../../server/contract/statement.ts';
import { loadStatements } from '../../../server/plant/load-statements.ts';
import { load, plantFolder, problemsOf, told } from './plant-folder.ts';

const folder = plantFolder();
const plantText = `plimsoll: 1
site: {id: north, timeZone: Europe/Berlin}
zones: [{id: cell}, {id: dmz}]
systems:
  - id: line
    assets:
      - {id: plc-1, kind: plc, zone: cell, vendor: Ächme & Co, formerly: [old-plc]}
      - {id: hmi-1, kind: hmi, zone: dmz, type: panel}
    retired: [{id: gone-1, on: 2026-01-01, reason: r, by: b, identitiesRevoked: true}]
statements: [./s.yaml]
`;
const policy = 'what we agreed on\n';
const policyHash = createHash('sha256').update(policy).digest('hex');

function statements(text: string, indicators?: readonly string[]) {
  const file = folder.write({
    'plant.yaml': plantText,
    's.yaml': `plimsoll: 1\nstatements:\n${text}\n`,
    'policy.pdf': policy,
  });
  return loadStatements(load(file), indicators === undefined ? {} : { indicators: new Set(indicators) });
}

function faults(text: string, indicators?: readonly string[]): string[] {
  return told(problemsOf(() => statements(text, indicators)));
}

const said = 'by: ada, on: 2026-11-02';
/** An attestation of a policy about the system, with these keys over it. */
function attestation(keys: string): string {
  return `  - {id: a, kind: attestation, type: policy, ${said}, ${keys}}`;
}
const fact = 'facts: {policy.security.approver: Ada}';

describe('a statement', () => {
  it('reads as of its date at the site, for 365 days unless it says otherwise', () => {
    const [one, two] = statements(
      `${attestation(`subject: {system: line}, ${fact}`)}\n  - {id: b, kind: attestation, type: policy, ${said}, validUntil: 2027-03-28, subject: {system: line}, ${fact}}`,
    );
    expect(one).toMatchObject({ on: '2026-11-01T23:00:00.000Z', validUntil: '2027-11-02T23:00:00.000Z' });
    // The last Sunday of March has 23 hours at the site.
    expect(two?.validUntil).toBe('2027-03-28T22:00:00.000Z');
  });

  it('turns dates in facts and registers into instants of the site', () => {
    const [one] = statements(
      `  - {id: a, kind: attestation, type: review, ${said}, subject: {system: line}, facts: {site.register: [{id: north, accessListReviewedAt: 2026-10-01}], asset.inventory.reviewedAt: 2026-07-01}}`,
    );
    expect(one?.facts).toEqual({
      'site.register': [{ id: 'north', accessListReviewedAt: '2026-09-30T22:00:00.000Z' }],
      'asset.inventory.reviewedAt': '2026-06-30T22:00:00.000Z',
    });
  });

  it('names assets by their present ids', () => {
    const [one] = statements(
      `  - {id: a, kind: exception, indicator: acc.l2.no-anonymous, subject: {asset: [old-plc, gone-1]}, members: [old-plc], reason: r, approver: max, ${said}}`,
    );
    expect(one).toMatchObject({ subject: { kind: 'asset', ids: ['plc-1', 'gone-1'] }, members: ['plc-1'] });
  });

  it('may be about the maker of a critical asset, who is a supplier without being listed', () => {
    const [one] = statements(
      `  - {id: a, kind: attestation, type: supplierEvidence, ${said}, subject: {organisation: achme-co}, facts: {supplier.assurance.level: none}}`
        .replace('supplier.assurance.level: none', 'organisation.relation: [supplier]')
        .replace('supplierEvidence', 'register'),
    );
    expect(one?.subject).toEqual({ kind: 'organisation', ids: ['achme-co'] });
  });

  it('holds its document to the hash', () => {
    const [one] = statements(
      attestation(`subject: {system: line}, ${fact}, document: {file: ./policy.pdf, sha256: ${policyHash}}`),
    );
    expect(one?.document?.sha256).toBe(policyHash);
    expect(
      faults(
        attestation(`subject: {system: line}, ${fact}, document: {file: ./policy.pdf, sha256: ${'a'.repeat(64)}}`),
      ),
    ).toEqual([
      `3 statements[0].document.sha256: the hash of ./policy.pdf, ${policyHash}, found "${'a'.repeat(57)}..."`,
    ]);
    expect(
      faults(attestation(`subject: {system: line}, ${fact}, document: {file: ./none.pdf, sha256: ${policyHash}}`)),
    ).toEqual(['3 statements[0].document.file: a readable document, found no file "./none.pdf"']);
  });

  it('is read again later without its document, which may have moved', () => {
    const text = attestation(`subject: {system: line}, ${fact}, document: {file: ./none.pdf, sha256: ${policyHash}}`);
    expect(problemsOf(() => statements(text))).toHaveLength(1);
    const plant = load(`${folder.path}/plant.yaml`);
    expect(loadStatements(plant, { documents: 'recorded' })[0]?.document?.sha256).toBe(policyHash);
  });

  it.each([
    [
      'a fact that its type may not fill',
      attestation('subject: {system: line}, facts: {program.deputy.name: Max}'),
      /facts\.program\.deputy\.name: a fact that a statement of type policy may fill, found "program\.deputy\.name" \(types that may: appointment\)/,
    ],
    [
      'an unknown fact',
      attestation('subject: {system: line}, facts: {policy.security.aprover: Ada}'),
      /the name of a fact, found "policy\.security\.aprover" \(did you mean "policy\.security\.approver"\?\)/,
    ],
    [
      'a value of the wrong type',
      attestation('subject: {system: line}, facts: {policy.security.coversSystem: yes}'),
      '3 statements[0].facts.policy.security.coversSystem: true or false, found "yes"',
    ],
    [
      'no facts',
      attestation('subject: {system: line}, facts: {}'),
      '3 statements[0].facts: at least one fact, found none',
    ],
    [
      'a subject that is not there',
      attestation(`subject: {system: lime}, ${fact}`),
      '3 statements[0].subject.system: the id of a known system, found "lime" (did you mean "line"?)',
    ],
    [
      'two subjects',
      attestation(`subject: {system: line, zone: cell}, ${fact}`),
      '3 statements[0].subject: exactly one of organisation, site, zone, system, type, asset, found zone and system',
    ],
    [
      'no subject',
      attestation(`subject: {}, ${fact}`),
      '3 statements[0].subject: exactly one of organisation, site, zone, system, type, asset, found none',
    ],
    [
      'an organisation fact said of an asset',
      attestation(`subject: {asset: plc-1}, ${fact}`),
      '3 statements[0].facts.policy.security.approver: a subject of organisation, system, site for this fact, found asset',
    ],
    [
      'its author as reviewer',
      attestation(`subject: {system: line}, ${fact}, reviewer: ada`),
      '3 statements[0].reviewer: somebody other than by, found "ada"',
    ],
    [
      'an end before its beginning',
      attestation(`subject: {system: line}, ${fact}, validUntil: 2026-01-01`),
      '3 statements[0].validUntil: a date after on, found "2026-01-01"',
    ],
    [
      'an unknown type',
      `  - {id: a, kind: attestation, type: polcy, ${said}, subject: {system: line}, ${fact}}`,
      /type: one of .*found "polcy" \(did you mean "policy"\?\)/,
    ],
    [
      'an unknown kind',
      `  - {id: a, kind: atestation, type: policy, ${said}, subject: {system: line}, ${fact}}`,
      /kind: one of attestation, .*did you mean "attestation"/,
    ],
    [
      'a key of another kind',
      attestation(`subject: {system: line}, ${fact}, method: walkdown`),
      /method: one of the keys .*found "method"/,
    ],
    [
      'an examination of nothing',
      `  - {id: a, kind: examination, method: walkdown, subject: {system: line}, ${said}}`,
      '3 statements[0]: facts, or the statements that were examined (of), found neither',
    ],
    [
      'a sample without numbers',
      `  - {id: a, kind: examination, method: sample, subject: {system: line}, ${fact}, ${said}}`,
      '3 statements[0].sample: {n, N, seed}: how many of how many were looked at, found nothing',
    ],
    [
      'a sample larger than the whole',
      `  - {id: a, kind: examination, method: sample, sample: {n: 3, N: 2}, subject: {system: line}, ${fact}, ${said}}`,
      '3 statements[0].sample: n of N, n at most N, found a map',
    ],
    [
      'an exception from nothing',
      `  - {id: a, kind: exception, subject: {asset: plc-1}, reason: r, approver: max, ${said}}`,
      '3 statements[0]: either an indicator or a fact, found neither',
    ],
    [
      'an exception without approver',
      `  - {id: a, kind: exception, indicator: acc.l2.x, subject: {asset: plc-1}, reason: r, ${said}}`,
      '3 statements[0].approver: a text, found nothing',
    ],
    [
      'a notApplicable of more than a year',
      `  - {id: a, kind: notApplicable, indicator: acc.l2.x, subject: {asset: plc-1}, reason: r, approver: max, validUntil: 2027-11-03, ${said}}`,
      '3 statements[0].validUntil: at most 365 days after on, found "2027-11-03"',
    ],
    [
      'a compensation bound to nothing',
      `  - {id: a, kind: compensation, indicator: acc.l2.x, subject: {asset: plc-1}, reason: r, approver: max, ${said}}`,
      '3 statements[0].boundTo: a text, found nothing',
    ],
    [
      'a deviation about a fact',
      `  - {id: a, kind: deviation, fact: tls.version.min, parameter: min, value: 0.5, subject: {system: line}, reason: r, approver: max, ${said}}`,
      '3 statements[0].fact: an indicator: a parameter belongs to one row, found "tls.version.min"',
    ],
  ])('is refused with %s', (_what, text, expected) => {
    const found = faults(text);
    expect(found).toHaveLength(1);
    if (typeof expected === 'string') expect(found[0]).toBe(expected);
    else expect(found[0]).toMatch(expected);
  });

  it('is never examined by its own author', () => {
    const found = faults(
      `${attestation(`subject: {system: line}, ${fact}`)}\n  - {id: b, kind: examination, method: document, of: [a, c], subject: {system: line}, ${said}}`,
    );
    expect(found).toEqual([
      '4 statements[1].of[0]: a statement of somebody other than the examiner, found "a", by ada too',
      '4 statements[1].of[1]: the id of a statement, found "c"',
    ]);
  });

  it('has an id of its own', () => {
    const one = attestation(`subject: {system: line}, ${fact}`);
    expect(faults(`${one}\n${one}`)).toEqual([
      expect.stringContaining('4 statements[1].id: each statement id once, found "a" again'),
    ]);
  });

  it('names an indicator of the pack, where the pack is known', () => {
    const text = `  - {id: a, kind: exception, indicator: acc.l2.no-anonymus, subject: {asset: plc-1}, reason: r, approver: max, ${said}}`;
    expect(faults(text)).toEqual([]);
    expect(faults(text, ['acc.l2.no-anonymous'])).toEqual([
      '3 statements[0].indicator: the id of an indicator of the rule pack, found "acc.l2.no-anonymus" (did you mean "acc.l2.no-anonymous"?)',
    ]);
  });

  it('is refused together with all others, each with its line', () => {
    const found = faults(
      [
        attestation(`subject: {zone: x}, ${fact}`),
        '  - 7',
        `  - {id: c, kind: emptySet, subject: {system: line}, ${said}}`,
      ].join('\n'),
    );
    expect(found).toEqual([
      '3 statements[0].subject.zone: the id of a known zone, found "x"',
      '3 statements[0].facts.policy.security.approver: a subject of organisation, system, site for this fact, found zone',
      '4 statements[1]: a statement: a map with id, kind, subject, by and on, found 7',
      '5 statements[2].set: a text, found nothing',
      '5 statements[2].reason: a text, found nothing',
    ]);
  });
});

describe('the types of statement', () => {
  it('are those of the vocabulary, each with the facts it may fill', () => {
    const types = statementTypes();
    expect(types.map(({ type }) => type)).toContain('policy');
    for (const { type, fields } of types) {
      expect(fields.length).toBeGreaterThan(0);
      for (const { fact: name } of fields) expect(mayFill(`statement:${type}`, name)).toBe(true);
    }
    const policyFields = types.find(({ type }) => type === 'policy')?.fields;
    expect(policyFields?.find((each) => each.fact === 'policy.security.approvedAt')).toMatchObject({
      type: 'timestamp',
    });
  });
});

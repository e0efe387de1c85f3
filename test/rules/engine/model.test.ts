import { expect, it } from 'vitest';
import { evidenceKinds } from '../../../rules/engine/input.ts';
import { isPracticeCode, levelNames, practiceCodes, practices, roles, scopes } from '../../../rules/engine/model.ts';
import { guardedPractices, isGuarded } from '../../../rules/engine/pack.ts';
import { evidenceWords, statuses, unknownReasons, verdicts } from '../../../rules/engine/result.ts';

/** Domain, sub-domain, and their practices, as the model orders and names them. */
const hierarchy: [string, string, [string, string, string[]?][]][] = [
  [
    'Governance',
    'Security Strategy and Governance',
    [
      ['SPM', 'Security Program Management', ['Program Management']],
      ['CPM', 'Compliance Management'],
    ],
  ],
  [
    'Governance',
    'Threat Modeling and Risk Assessment',
    [
      ['THM', 'Threat Modeling'],
      ['RAT', 'Risk Attitude'],
    ],
  ],
  [
    'Governance',
    'Supply Chain and Dependencies Management',
    [
      ['PSC', 'Product Supply Chain Risk Management', ['Supply Chain Risk Management']],
      ['STD', 'Services Third-Party Dependencies Management', ['Third-Party Dependencies Management']],
    ],
  ],
  [
    'Enablement',
    'Identity and Access Management',
    [
      ['EMI', 'Establishing and Maintaining Identities'],
      ['ACC', 'Access Control'],
    ],
  ],
  [
    'Enablement',
    'Asset Protection',
    [
      ['ACM', 'Asset, Change and Configuration Management', ['Asset Change and Configuration Management']],
      ['PHP', 'Physical Protection'],
    ],
  ],
  [
    'Enablement',
    'Data Protection',
    [
      ['DPM', 'Protection Model and Policy for Data', ['Security Model and Policy for Data']],
      ['DPI', 'Implementation of Data Protection Practices', ['Implementation of Data Protection Controls']],
    ],
  ],
  [
    'Hardening',
    'Vulnerability and Patch Management',
    [
      ['VAS', 'Vulnerability Assessment'],
      ['PAT', 'Patch Management'],
    ],
  ],
  [
    'Hardening',
    'Situational Awareness',
    [
      ['MON', 'Monitoring Practice'],
      ['SAI', 'Situation Awareness and Information Sharing'],
    ],
  ],
  [
    'Hardening',
    'Event and Incident Response, Continuity of Operations',
    [
      ['ERP', 'Event Detection and Response Plan'],
      ['RRC', 'Remediation, Recovery and Continuity of Operations'],
    ],
  ],
];

it('the model has three domains, nine sub-domains and eighteen practices, under the names that it gives them', () => {
  const expected = hierarchy.flatMap(([domain, subDomain, own]) =>
    own.map(([code, name, aliases = []]) => ({ code, name, domain, subDomain, aliases })),
  );
  expect(practices).toEqual(expected);
  expect(practiceCodes).toEqual(expected.map(({ code }) => code));
});

it('a practice goes by its code in capitals, whole', () => {
  expect(practiceCodes.every(isPracticeCode)).toBe(true);
  for (const code of ['acc', 'AC', 'ACCX', '', 'XYZ']) expect(isPracticeCode(code), code).toBe(false);
});

// What stands in files, in the database and in the API: a word changed here is a word that nobody understands any more.
it.each<[string, readonly string[], string]>([
  ['levels', levelNames, 'None, Minimum, Ad hoc, Consistent, Formalized'],
  ['scopes', scopes, 'general, industry, system'],
  ['roles', roles, 'owner, supplier, serviceProvider'],
  ['statuses', statuses, 'met, notMet, unknown, notApplicable'],
  ['reasons', unknownReasons, 'conflict, guard, restsOn, emptyPopulation, stale, notSeen, neverAsked, notCovered'],
  ['verdicts', verdicts, 'good, bad, unseen, excepted, notApplicable'],
  ['kinds of evidence', evidenceKinds, 'observation, imported, examined, document, stated'],
  ['words for evidence', evidenceWords, 'measured, imported, examined, document, stated'],
])('the words for %s are a closed list in this order', (_, words, expected) => {
  expect(words.join(', ')).toBe(expected);
});

it('no denominator of levels 3 and 4 is trusted before the inventory was checked, in the practices that count widely', () => {
  const guarded = practiceCodes.filter((practice) => isGuarded({ practice, level: 3, population: 'ALL' }));
  expect(guarded.join(' ')).toBe('EMI ACC DPI VAS PAT MON RRC');
  expect([...guardedPractices].sort()).toEqual([...guarded].sort());
  expect(isGuarded({ practice: 'ACC', level: 4, population: 'ALL' })).toBe(true);
  expect(isGuarded({ practice: 'ACC', level: 2, population: 'ALL' })).toBe(false);
  expect(isGuarded({ practice: 'ACC', level: 3 })).toBe(false);
});

/** The SMM's hierarchy: 3 domains, 9 sub-domains, 18 practices, in the model's order. The codes are ours. */

export const practices = [
  practice('SPM', 'Security Program Management', 'Governance', 'Security Strategy and Governance', [
    'Program Management',
  ]),
  practice('CPM', 'Compliance Management', 'Governance', 'Security Strategy and Governance'),
  practice('THM', 'Threat Modeling', 'Governance', 'Threat Modeling and Risk Assessment'),
  practice('RAT', 'Risk Attitude', 'Governance', 'Threat Modeling and Risk Assessment'),
  practice('PSC', 'Product Supply Chain Risk Management', 'Governance', 'Supply Chain and Dependencies Management', [
    'Supply Chain Risk Management',
  ]),
  practice(
    'STD',
    'Services Third-Party Dependencies Management',
    'Governance',
    'Supply Chain and Dependencies Management',
    ['Third-Party Dependencies Management'],
  ),
  practice('EMI', 'Establishing and Maintaining Identities', 'Enablement', 'Identity and Access Management'),
  practice('ACC', 'Access Control', 'Enablement', 'Identity and Access Management'),
  practice('ACM', 'Asset, Change and Configuration Management', 'Enablement', 'Asset Protection', [
    'Asset Change and Configuration Management',
  ]),
  practice('PHP', 'Physical Protection', 'Enablement', 'Asset Protection'),
  practice('DPM', 'Protection Model and Policy for Data', 'Enablement', 'Data Protection', [
    'Security Model and Policy for Data',
  ]),
  practice('DPI', 'Implementation of Data Protection Practices', 'Enablement', 'Data Protection', [
    'Implementation of Data Protection Controls',
  ]),
  practice('VAS', 'Vulnerability Assessment', 'Hardening', 'Vulnerability and Patch Management'),
  practice('PAT', 'Patch Management', 'Hardening', 'Vulnerability and Patch Management'),
  practice('MON', 'Monitoring Practice', 'Hardening', 'Situational Awareness'),
  practice('SAI', 'Situation Awareness and Information Sharing', 'Hardening', 'Situational Awareness'),
  practice(
    'ERP',
    'Event Detection and Response Plan',
    'Hardening',
    'Event and Incident Response, Continuity of Operations',
  ),
  practice(
    'RRC',
    'Remediation, Recovery and Continuity of Operations',
    'Hardening',
    'Event and Incident Response, Continuity of Operations',
  ),
] as const;

export type PracticeCode = (typeof practices)[number]['code'];
export type Domain = (typeof practices)[number]['domain'];
export const practiceCodes = practices.map((each) => each.code);

/** Levels 0 to 4 by name; null, "not established", is none of them. */
export const levelNames = ['None', 'Minimum', 'Ad hoc', 'Consistent', 'Formalized'] as const;

export const scopes = ['general', 'industry', 'system'] as const;
export type Scope = (typeof scopes)[number];

export const roles = ['owner', 'supplier', 'serviceProvider'] as const;
export type Role = (typeof roles)[number];

export function isPracticeCode(code: string): code is PracticeCode {
  return practiceCodes.some((each) => each === code);
}

function practice<const C extends string, const D extends string>(
  code: C,
  name: string,
  domain: D,
  subDomain: string,
  aliases: readonly string[] = [],
) {
  return { code, name, domain, subDomain, aliases };
}

/** The model's practices in its order, for the one page that has no server answer to take them from. */
export const domains = [
  {
    name: 'Governance',
    practices: [
      ['SPM', 'Security Program Management'],
      ['CPM', 'Compliance Management'],
      ['THM', 'Threat Modeling'],
      ['RAT', 'Risk Attitude'],
      ['PSC', 'Product Supply Chain Risk Management'],
      ['STD', 'Services Third-Party Dependencies Management'],
    ],
  },
  {
    name: 'Enablement',
    practices: [
      ['EMI', 'Establishing and Maintaining Identities'],
      ['ACC', 'Access Control'],
      ['ACM', 'Asset, Change and Configuration Management'],
      ['PHP', 'Physical Protection'],
      ['DPM', 'Protection Model and Policy for Data'],
      ['DPI', 'Implementation of Data Protection Practices'],
    ],
  },
  {
    name: 'Hardening',
    practices: [
      ['VAS', 'Vulnerability Assessment'],
      ['PAT', 'Patch Management'],
      ['MON', 'Monitoring Practice'],
      ['SAI', 'Situation Awareness and Information Sharing'],
      ['ERP', 'Event Detection and Response Plan'],
      ['RRC', 'Remediation, Recovery and Continuity of Operations'],
    ],
  },
] as const;

import { factsAbout } from '../fact.ts';

const organisation = factsAbout('organisation');

export const organisationGovernanceFacts = {
  'organisation.relation': organisation.list({
    values: ['own', 'supplier', 'servicePartner', 'integrator', 'cloudProvider', 'authority'],
    days: 365,
    from: 'inventory, statement:register, import:grc',
    means: 'what the organisation is to the system',
  }),
  'supplier.questionnaire.askedAt': organisation.timestamp({
    days: 730,
    from: 'statement:supplierEvidence, import:grc',
    means: 'when questions were sent',
  }),
  'supplier.questionnaire.answeredAt': organisation.timestamp({
    days: 730,
    from: 'statement:supplierEvidence, import:grc',
    means: 'when they were answered',
  }),
  'supplier.advisory.url': organisation.text({
    days: 180,
    from: 'feeds, statement:supplierEvidence, import:grc',
    means: 'place of its advisories (CSAF provider, security.txt, page)',
  }),
  'supplier.advisory.fetchedAt': organisation.timestamp({
    volatile: true,
    days: 30,
    from: 'feeds, import:scanner',
    means: 'last successful fetch',
  }),
  'supplier.advisory.lastItemAt': organisation.timestamp({
    days: 180,
    from: 'feeds, statement:supplierEvidence',
    means: 'newest item received',
  }),
  'supplier.vex.available': organisation.boolean({
    days: 180,
    from: 'feeds, statement:supplierEvidence',
    means: 'publishes CSAF or VEX',
  }),
  'supplier.assurance.kind': organisation.choice({
    values: ['iec62443-4-1', 'iec62443-4-2', 'iso27001', 'ownAudit', 'other'],
    days: 365,
    from: 'statement:supplierEvidence, import:grc',
    means: 'kind of the certificate or audit',
  }),
  'supplier.assurance.notAfter': organisation.timestamp({
    days: 365,
    from: 'statement:supplierEvidence, import:grc',
    means: 'its end',
  }),
  'supplier.assurance.coversProduct': organisation.boolean({
    days: 365,
    from: 'statement:supplierEvidence, import:grc',
    means: 'its scope names what we buy',
  }),
  'supplier.watch.lastAt': organisation.timestamp({
    volatile: true,
    days: 7,
    from: 'feeds, derived, import:grc',
    means: 'last look at advisories, certificates and support dates',
  }),
  'supplier.watch.overdue.count': organisation.integer({
    days: 7,
    from: 'derived, import:grc, import:tickets',
    means: 'alerts about it that no person decided within 14 d',
  }),
  'partner.agreement.onFile': organisation.boolean({
    days: 365,
    from: 'statement:contract, statement:interview, import:grc',
    means: 'an agreement is on file',
  }),
  'partner.responsibilities.agreed': organisation.boolean({
    days: 730,
    from: 'statement:contract, statement:supplierEvidence, import:grc',
    means: 'who does what is written and agreed',
  }),
  'partner.responsibilities.reviewedAt': organisation.timestamp({
    days: 730,
    from: 'statement:contract, statement:supplierEvidence, import:grc',
    means: 'last review of it',
  }),
  'partner.contact.value': organisation.text({
    days: 365,
    from: 'statement:register, import:grc',
    means: 'round-the-clock contact',
  }),
  'partner.contact.testedAt': organisation.timestamp({
    days: 365,
    from: 'statement:test, import:tickets',
    means: 'last test that was answered',
  }),
  'partner.contract.terms': organisation.list({
    values: ['notification', 'access', 'subProcessors', 'exit', 'fallback', 'audit'],
    days: 365,
    from: 'statement:contract, import:grc',
    means: 'topics that the contract fixes',
  }),
  'partner.contract.notificationLimit': organisation.duration({
    days: 365,
    from: 'statement:contract, import:grc',
    means: 'time within which it must report an incident',
  }),
  'partner.exitPlan.reviewedAt': organisation.timestamp({
    days: 365,
    from: 'statement:contract, statement:review, import:grc',
    means: 'last review of the exit or fallback plan',
  }),
  'partner.assurance.notAfter': organisation.timestamp({
    days: 365,
    from: 'statement:supplierEvidence, import:grc',
    means: 'end of its assurance report',
  }),
  'partner.assurance.coversService': organisation.boolean({
    days: 365,
    from: 'statement:supplierEvidence, import:grc',
    means: "the report's scope names our service",
  }),
  'policy.security.approver': organisation.text({
    days: 730,
    from: 'statement:policy, statement:interview',
    means: 'who approved the security policy or site rule',
  }),
  'policy.security.approvedAt': organisation.timestamp({
    days: 730,
    from: 'statement:policy, statement:interview',
    means: 'when',
  }),
  'policy.clauses.applicable.total': organisation.integer({
    days: 365,
    from: 'import:grc, statement:policy',
    means: 'clauses of the chosen standard that apply',
  }),
  'policy.clauses.mapped.count': organisation.integer({
    days: 365,
    from: 'import:grc, statement:policy',
    means: 'of these, mapped to a policy and an owner',
  }),
  'policy.oldestReviewAt': organisation.timestamp({
    days: 365,
    from: 'import:grc, statement:policy',
    means: 'review date of the policy reviewed longest ago',
  }),
  'policy.data.approvedAt': organisation.timestamp({
    days: 730,
    from: 'statement:policy, statement:interview',
    means: 'approval of the data handling rule',
  }),
  'policy.crypto.approvedAt': organisation.timestamp({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'approval of the list of algorithms',
  }),
  'policy.crypto.machineReadable': organisation.boolean({
    days: 365,
    from: 'statement:policy, import:config',
    means: 'the list is data',
  }),
  'policy.crypto.usedByChecks': organisation.boolean({
    days: 90,
    from: 'derived, import:config, import:grc',
    means: 'the checks read it',
  }),
  'training.keyRoles.total': organisation.integer({
    days: 365,
    from: 'import:lms, statement:training',
    means: 'people in key security and OT roles',
  }),
  'training.keyRoles.trained.count': organisation.integer({
    days: 365,
    from: 'import:lms, statement:training',
    means: 'of these, trained within 365 d',
  }),
  'training.coverage': organisation.number({
    unit: '0-1',
    days: 365,
    from: 'derived',
    means: 'trained by all, from the two counts',
  }),
  'review.management.count': organisation.integer({
    days: 365,
    from: 'statement:review, import:grc',
    means: 'management reviews in 365 d',
  }),
  'review.management.actionsDue.total': organisation.integer({
    days: 365,
    from: 'statement:review, import:grc',
    means: 'their actions due',
  }),
  'review.management.actionsClosed.count': organisation.integer({
    days: 365,
    from: 'statement:review, import:grc',
    means: 'of these, closed',
  }),
  'kpi.defined.count': organisation.integer({
    days: 90,
    from: 'derived, import:grc',
    means: 'security figures defined',
  }),
  'kpi.report.months.count': organisation.integer({
    days: 35,
    from: 'derived, import:grc, statement:review',
    means: 'of the last 3 calendar months, with a report',
  }),
  'kpi.report.decidedAt': organisation.timestamp({
    days: 95,
    from: 'statement:review, import:grc',
    means: "a named person's last decision on a report",
  }),
  'improvement.due.total': organisation.integer({
    days: 180,
    from: 'import:tickets, import:grc, statement:review',
    means: 'improvements due in 180 d',
  }),
  'improvement.closedOnTime.count': organisation.integer({
    days: 180,
    from: 'import:tickets, import:grc, statement:review',
    means: 'of these, closed in time',
  }),
  'improvement.closed.total': organisation.integer({
    days: 180,
    from: 'import:tickets, import:grc, statement:review',
    means: 'improvements closed in 180 d',
  }),
  'improvement.measuredEffect.count': organisation.integer({
    days: 180,
    from: 'import:tickets, import:grc, statement:review',
    means: 'of these, with a measure before and after',
  }),
  'audit.program.lastAt': organisation.timestamp({
    days: 365,
    from: 'statement:audit, import:grc',
    means: 'last audit of the programme',
  }),
  'audit.program.independent': organisation.boolean({
    days: 365,
    from: 'statement:audit, import:grc',
    means: 'by people outside it',
  }),
  'audit.program.majorOverdue.count': organisation.integer({
    days: 90,
    from: 'statement:audit, import:grc, import:tickets',
    means: 'major findings open longer than 90 d',
  }),
  'peerCase.reviewed.count': organisation.integer({
    days: 365,
    from: 'statement:review, statement:interview',
    means: 'fines or breaches of peers examined in 365 d',
  }),
  'peerCase.lastReviewedAt': organisation.timestamp({
    days: 365,
    from: 'statement:review, statement:interview',
    means: 'last of them',
  }),
  'audit.frameworks.total': organisation.integer({
    days: 365,
    from: 'statement:audit, import:grc',
    means: 'chosen frameworks',
  }),
  'audit.frameworks.audited.count': organisation.integer({
    days: 365,
    from: 'statement:audit, import:grc',
    means: 'of these, audited in 365 d',
  }),
  'audit.plan.approver': organisation.text({
    days: 365,
    from: 'statement:audit, import:grc',
    means: 'who approved the audit plan',
  }),
  'nonconformity.due.total': organisation.integer({
    days: 90,
    from: 'import:tickets, import:grc, statement:audit',
    means: 'non-conformities due in 365 d',
  }),
  'nonconformity.closedOnTime.count': organisation.integer({
    days: 90,
    from: 'import:tickets, import:grc, statement:audit',
    means: 'of these, closed in time',
  }),
  'nonconformity.majorOverdue.count': organisation.integer({
    days: 90,
    from: 'import:tickets, import:grc, statement:audit',
    means: 'major ones open longer than 90 d',
  }),
  'ruleChange.total': organisation.integer({
    days: 90,
    from: 'import:grc, import:tickets, statement:review',
    means: 'relevant changes of law or standards in 365 d',
  }),
  'ruleChange.assessedInTime.count': organisation.integer({
    days: 90,
    from: 'import:grc, import:tickets, statement:review',
    means: 'of these, assessed within 30 d',
  }),
  'reportingDrill.lastAt': organisation.timestamp({
    days: 365,
    from: 'statement:exercise, import:grc',
    means: 'last drill of the report to an authority',
  }),
  'reportingDrill.earlyWarningDelay': organisation.duration({
    days: 365,
    from: 'statement:exercise, import:grc',
    means: 'time until the early warning was ready',
  }),
  'risk.scale': organisation.list({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'values of the common risk scale, lowest first',
  }),
  'risk.appetite.approvedAt': organisation.timestamp({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'approval of the appetite',
  }),
  'risk.appetite.dimensions': organisation.list({
    values: ['safety', 'operation', 'finance', 'reputation', 'privacy', 'environment'],
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'what it sets tolerances for',
  }),
  'risk.indicators.count': organisation.integer({
    days: 1,
    from: 'derived, import:grc',
    means: 'risk indicators bound to live data',
  }),
  'risk.indicators.oldestAge': organisation.duration({
    volatile: true,
    days: 1,
    from: 'derived, import:grc',
    means: 'age of the oldest of their values',
  }),
  'risk.indicators.breached.total': organisation.integer({
    days: 1,
    from: 'derived, import:grc',
    means: 'breaches in 90 d',
  }),
  'risk.indicators.acknowledged.count': organisation.integer({
    days: 1,
    from: 'derived, import:grc',
    means: 'of these, answered by a named person within 5 d',
  }),
  'risk.calibration.lastAt': organisation.timestamp({
    days: 365,
    from: 'statement:review, import:grc',
    means: 'last comparison of estimates with events',
  }),
  'risk.calibration.eventsCompared.count': organisation.integer({
    days: 365,
    from: 'import:tickets, statement:review',
    means: 'incidents and near misses compared',
  }),
  'risk.calibration.conclusion': organisation.text({
    days: 365,
    from: 'statement:review, import:grc',
    means: 'what was changed, or why nothing',
  }),
  'purchase.clause.inForce': organisation.boolean({
    days: 730,
    from: 'statement:contract, statement:policy, statement:interview',
    means: 'purchase terms carry a security clause',
  }),
  'purchase.clause.approvedAt': organisation.timestamp({
    days: 730,
    from: 'statement:contract, statement:policy, statement:interview',
    means: 'since when',
  }),
  'contract.new.total': organisation.integer({
    days: 365,
    from: 'statement:contract, import:grc',
    means: 'supply contracts signed in 365 d',
  }),
  'contract.new.securityAnnex.count': organisation.integer({
    days: 365,
    from: 'statement:contract, import:grc',
    means: 'of these, with disclosure times, support period, component list and fix times',
  }),
  'serviceVisit.total': organisation.integer({
    days: 365,
    from: 'import:tickets, statement:review',
    means: 'own visits and remote sessions at customers in 365 d',
  }),
  'serviceVisit.rulesAcknowledged.count': organisation.integer({
    days: 365,
    from: 'import:tickets, statement:review',
    means: "of these, with the site's rules acknowledged",
  }),
  'handover.total': organisation.integer({
    days: 365,
    from: 'statement:changeRecord, import:tickets',
    means: 'handovers to customers in 365 d',
  }),
  'handover.complete.count': organisation.integer({
    days: 365,
    from: 'statement:changeRecord, import:tickets',
    means: 'of these, with versions, configuration and project files',
  }),
} as const;

import { factsAbout } from '../fact.ts';

const organisation = factsAbout('organisation');

export const organisationOperationsFacts = {
  'account.serviceStaff.total': organisation.integer({
    days: 180,
    from: 'import:idp, import:vpn, statement:register',
    means: 'own staff working at customers',
  }),
  'account.serviceStaff.personal.count': organisation.integer({
    days: 180,
    from: 'import:idp, import:vpn, statement:register',
    means: 'of these, under personal accounts with a second factor',
  }),
  'leaver.total': organisation.integer({
    days: 90,
    from: 'import:idp, statement:register',
    means: 'people with access who left in 365 d, service staff included',
  }),
  'leaver.disabledInTime.count': organisation.integer({
    days: 90,
    from: 'import:idp, statement:register',
    means: 'of these, disabled within 5 working days',
  }),
  'identity.lifecycle.approvedAt': organisation.timestamp({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'approval of the procedure for machine identities',
  }),
  'transientDevice.rule.inForce': organisation.boolean({
    days: 365,
    from: 'statement:policy',
    means: 'a rule for service laptops and removable media is in force',
  }),
  'physical.pentest.lastAt': organisation.timestamp({
    days: 365,
    from: 'statement:test, statement:audit',
    means: 'last physical penetration test',
  }),
  'physical.pentest.overdue.count': organisation.integer({
    days: 90,
    from: 'statement:test, statement:audit, import:tickets',
    means: 'its findings open longer than 90 d',
  }),
  'feed.kev.age': organisation.duration({
    volatile: true,
    days: 1,
    from: 'feeds, import:scanner',
    means: 'age of the exploited-hole list',
  }),
  'feed.csaf.critical.total': organisation.integer({
    days: 30,
    from: 'feeds, inventory',
    means: 'critical makers with a CSAF or equal channel',
  }),
  'feed.csaf.fresh.count': organisation.integer({
    volatile: true,
    days: 3,
    from: 'feeds, import:scanner',
    means: 'of these, fetched within 72 h',
  }),
  'feed.freshDays.count': organisation.integer({
    days: 3,
    from: 'feeds, derived',
    means: 'of the last 90 d, with list and channels fresh',
  }),
  'feed.gaps.decidedAt': organisation.timestamp({
    days: 90,
    from: 'statement:review, import:tickets',
    means: "a person's last decision on gaps of the feeds",
  }),
  'disclosure.securityTxt.valid': organisation.boolean({
    days: 30,
    from: 'tls, statement:test',
    means: 'contact file is reachable, well-formed and unexpired',
  }),
  'disclosure.test.lastAt': organisation.timestamp({
    days: 365,
    from: 'statement:test, import:tickets',
    means: 'last test mail to the disclosure contact',
  }),
  'disclosure.test.answerDelay': organisation.duration({
    days: 365,
    from: 'statement:test, import:tickets',
    means: 'time to the answer',
  }),
  'adversarial.campaign.lastAt': organisation.timestamp({
    days: 180,
    from: 'statement:test',
    means: 'last fuzzing or attack campaign',
  }),
  'adversarial.due.total': organisation.integer({
    days: 180,
    from: 'import:tickets, statement:test',
    means: 'its findings due',
  }),
  'adversarial.closedOnTime.count': organisation.integer({
    days: 180,
    from: 'import:tickets, statement:test',
    means: 'of these, closed in time',
  }),
  'patch.policy.approvedAt': organisation.timestamp({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'approval of the update deadlines',
  }),
  'patch.policy.tiers.count': organisation.integer({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'risk tiers in it',
  }),
  'patch.policy.substitutesAllowed': organisation.boolean({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'says whether and when a substitute counts',
  }),
  'patch.emergency.approvedAt': organisation.timestamp({
    days: 365,
    from: 'statement:policy, statement:interview',
    means: 'approval of the emergency path',
  }),
  'patch.emergency.decider': organisation.text({
    days: 365,
    from: 'statement:policy, statement:interview',
    means: 'who decides',
  }),
  'patch.emergency.substitutes': organisation.boolean({
    days: 365,
    from: 'statement:policy, statement:interview',
    means: 'it names substitutes',
  }),
  'intel.process.approvedAt': organisation.timestamp({
    days: 365,
    from: 'statement:policy, statement:review',
    means: 'approval of the intelligence process',
  }),
  'intel.requirements.count': organisation.integer({
    days: 365,
    from: 'statement:policy, statement:review',
    means: 'questions it wants answered',
  }),
  'intel.labels.used': organisation.boolean({
    days: 365,
    from: 'statement:policy, statement:review',
    means: 'items carry sharing labels',
  }),
  'intel.items.relevant.total': organisation.integer({
    days: 30,
    from: 'import:tickets, import:sharing',
    means: 'relevant items in 90 d',
  }),
  'intel.items.tracked.count': organisation.integer({
    days: 30,
    from: 'import:tickets, import:sharing',
    means: 'of these, tracked to an action or a reasoned none',
  }),
  'intel.items.actionLatencyMedian': organisation.duration({
    days: 30,
    from: 'import:tickets, import:siem',
    means: 'item to action, median',
  }),
  'intel.forecast.approvedAt': organisation.timestamp({
    days: 180,
    from: 'statement:review, import:grc',
    means: 'approval of the threat forecast',
  }),
  'intel.forecast.usedInTargets': organisation.boolean({
    days: 180,
    from: 'statement:review, import:grc',
    means: 'it went into a target review',
  }),
  'bulletin.count': organisation.integer({
    days: 365,
    from: 'statement:review, statement:interview, import:tickets',
    means: 'notices sent in 365 d',
  }),
  'bulletin.reachesOperations': organisation.boolean({
    days: 365,
    from: 'statement:review, statement:interview',
    means: 'recipients include operators and maintainers',
  }),
  'sharing.agreement.notAfter': organisation.timestamp({
    days: 365,
    from: 'statement:contract, statement:supplierEvidence, import:sharing',
    means: 'end of the membership or agreement',
  }),
  'sharing.contact.name': organisation.text({
    days: 365,
    from: 'statement:contract, statement:supplierEvidence, import:sharing',
    means: 'own contact in it',
  }),
  'sharing.inbound.latencyP95': organisation.duration({
    days: 7,
    from: 'import:sharing',
    means: 'publication to arrival, 95th percentile of 90 d',
  }),
  'sharing.outbound.lastAt': organisation.timestamp({
    days: 35,
    from: 'import:sharing',
    means: 'last outgoing item or test',
  }),
  'sharing.transfers.total': organisation.integer({ days: 7, from: 'import:sharing', means: 'transfers in 90 d' }),
  'sharing.transfers.success.count': organisation.integer({
    days: 7,
    from: 'import:sharing',
    means: 'of these, successful',
  }),
  'sharing.cases.total': organisation.integer({
    days: 90,
    from: 'import:tickets, import:sharing, statement:review',
    means: 'own cases to share in 365 d',
  }),
  'sharing.cases.inTime.count': organisation.integer({
    days: 90,
    from: 'import:tickets, import:sharing, statement:review',
    means: 'of these, shared in 72 h or the legal time',
  }),
  'picture.weeksUsed.count': organisation.integer({
    days: 7,
    from: 'derived, import:siem',
    means: 'of the last 12 weeks, in which a person opened it',
  }),
  'picture.decidedAt': organisation.timestamp({
    days: 30,
    from: 'statement:review, import:tickets',
    means: 'last recorded decision that came out of it',
  }),
  'incident.eventNotion.statedAt': organisation.timestamp({
    days: 730,
    from: 'statement:interview, statement:policy',
    means: 'when it was said what counts as an event',
  }),
  'incident.plan.approvedAt': organisation.timestamp({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'approval of the response plan',
  }),
  'incident.plan.eventTypes': organisation.list({
    values: ['lossOfView', 'lossOfControl', 'malware', 'remoteAccessMisuse', 'lossOfService', 'dataLeak', 'physical'],
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'events that it covers',
  }),
  'incident.plan.sections': organisation.list({
    values: ['classes', 'escalation', 'safetyCoordination', 'evidenceHandling', 'communication', 'legalDeadlines'],
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'sections of the full plan',
  }),
  'incident.high.total': organisation.integer({
    days: 90,
    from: 'import:tickets, import:siem',
    means: 'high incidents in 365 d',
  }),
  'incident.high.acknowledgedInTime.count': organisation.integer({
    days: 90,
    from: 'import:tickets, import:siem, statement:exercise',
    means: 'of these, taken up within 1 h',
  }),
  'incident.high.containedInTime.count': organisation.integer({
    days: 90,
    from: 'import:tickets, import:siem, statement:exercise',
    means: 'of these, contained within the own times',
  }),
  'incident.quarters.onTarget.count': organisation.integer({
    days: 90,
    from: 'import:tickets, import:siem, statement:exercise',
    means: 'of the last 3 quarters, on target or better than the one before',
  }),
  'incident.reviews.due.total': organisation.integer({
    days: 90,
    from: 'import:tickets, statement:review',
    means: 'high incidents of 365 d to be reviewed',
  }),
  'incident.reviews.inTime.count': organisation.integer({
    days: 90,
    from: 'import:tickets, statement:review',
    means: 'of these, reviewed within 14 d',
  }),
  'incident.reviewActions.total': organisation.integer({
    days: 90,
    from: 'import:tickets, statement:review, import:grc',
    means: 'actions from reviews',
  }),
  'incident.reviewActions.closedInTime.count': organisation.integer({
    days: 90,
    from: 'import:tickets, statement:review, import:grc',
    means: 'of these, closed within 90 d',
  }),
  'customerNotice.approvedAt': organisation.timestamp({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'approval of the notice to customers',
  }),
  'customerNotice.deadline': organisation.duration({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'time within which they hear',
  }),
  'customerNotice.contacts.total': organisation.integer({
    days: 365,
    from: 'import:tickets, import:grc',
    means: 'customers to reach',
  }),
  'customerNotice.contacts.current.count': organisation.integer({
    days: 365,
    from: 'import:tickets, import:grc',
    means: 'of these, with a contact confirmed in 365 d',
  }),
  'playbook.eligible.total': organisation.integer({
    days: 90,
    from: 'import:siem, import:tickets',
    means: 'playbooks that could be automated safely',
  }),
  'playbook.automated.count': organisation.integer({
    days: 90,
    from: 'import:siem, import:tickets',
    means: 'of these, automated',
  }),
  'playbook.safetyGuarded.count': organisation.integer({
    days: 90,
    from: 'import:siem, statement:test',
    means: 'of the automated ones, with a guard for the process',
  }),
  'playbook.dryRunAt': organisation.timestamp({ days: 90, from: 'import:siem, statement:test', means: 'last dry run' }),
  'drill.unannounced.lastAt': organisation.timestamp({
    days: 180,
    from: 'statement:exercise, import:siem, import:tickets',
    means: 'last unannounced drill',
  }),
  'drill.unannounced.decisionDelay': organisation.duration({
    days: 180,
    from: 'statement:exercise, import:siem, import:tickets',
    means: 'planted event to decision',
  }),
  'drill.unannounced.processUntouched': organisation.boolean({
    days: 180,
    from: 'statement:exercise',
    means: 'it did not touch the running process',
  }),
  'exercise.lastHeld': organisation.timestamp({
    days: 365,
    from: 'statement:exercise, import:grc',
    means: 'last table-top or drill',
  }),
  'exercise.findings.open': organisation.integer({
    days: 90,
    from: 'statement:exercise, import:tickets',
    means: 'actions from it still open',
  }),
  'exercise.actions.due.total': organisation.integer({
    days: 90,
    from: 'import:tickets, import:grc, statement:exercise',
    means: 'actions from exercises due',
  }),
  'exercise.actions.closed.count': organisation.integer({
    days: 90,
    from: 'import:tickets, import:grc, statement:exercise',
    means: 'of these, closed in time',
  }),
  'exercise.joint.lastHeld': organisation.timestamp({
    days: 365,
    from: 'statement:exercise, import:grc',
    means: 'last exercise with partners or suppliers',
  }),
  'exercise.joint.withBusiness': organisation.boolean({
    days: 365,
    from: 'statement:exercise',
    means: 'business decided in it',
  }),
  'exercise.joint.actions.total': organisation.integer({
    days: 365,
    from: 'statement:exercise, import:tickets, import:grc',
    means: 'actions from it',
  }),
  'exercise.joint.actionsClosed.count': organisation.integer({
    days: 365,
    from: 'statement:exercise, import:tickets, import:grc',
    means: 'of these, closed',
  }),
  'rootCause.total': organisation.integer({
    days: 90,
    from: 'import:tickets, import:grc',
    means: 'root causes found in 365 d',
  }),
  'rootCause.closedInTime.count': organisation.integer({
    days: 90,
    from: 'import:tickets, import:grc',
    means: 'of these, removed within 90 d',
  }),
} as const;

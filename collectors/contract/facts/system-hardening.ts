import { factsAbout } from '../fact.ts';

const system = factsAbout('system');

export const systemHardeningFacts = {
  'patch.rolloutSuccessRate': system.number({
    unit: '0-1',
    days: 30,
    from: 'aws-iot, import:update',
    means: 'succeeded devices of the last roll-out by targeted ones',
  }),
  'advisory.review.lastAt': system.timestamp({
    days: 180,
    from: 'statement:review, statement:interview, import:tickets',
    means: "last reading of makers' advisories",
  }),
  'advisory.review.personName': system.text({
    days: 180,
    from: 'statement:review, statement:interview',
    means: 'by whom',
  }),
  'advisory.received.total': system.integer({
    days: 90,
    from: 'feeds, import:tickets, statement:review',
    means: 'advisories of critical makers in 180 d',
  }),
  'advisory.assessedInTime.count': system.integer({
    days: 90,
    from: 'import:tickets, statement:review',
    means: 'of these, marked relevant or not by a person within 14 d',
  }),
  'vuln.match.lastAt': system.timestamp({
    volatile: true,
    days: 30,
    from: 'derived, import:scanner, statement:review, feeds',
    means: 'last run of matching',
  }),
  'vuln.match.assets.count': system.integer({
    days: 30,
    from: 'derived, import:scanner, statement:review',
    means: 'critical assets in it',
  }),
  'vuln.match.reviewedAt': system.timestamp({
    days: 90,
    from: 'statement:review, import:tickets',
    means: "a named person's last decision on its result",
  }),
  'vuln.match.advisories.total': system.integer({
    days: 7,
    from: 'derived, import:scanner, feeds',
    means: 'advisories in 90 d that concern an asset',
  }),
  'vuln.match.latencyP95': system.duration({
    days: 7,
    from: 'derived, import:scanner, feeds',
    means: 'publication to list of affected assets, 95th percentile of 90 d',
  }),
  'vuln.match.latencyExploitedP95': system.duration({
    days: 7,
    from: 'derived, import:scanner, feeds',
    means: 'the same for exploited holes',
  }),
  'vuln.match.acknowledgedInTime.count': system.integer({
    days: 7,
    from: 'import:tickets, derived',
    means: 'of the advisories, taken up by a person in time',
  }),
  'vuln.seeded.total': system.integer({
    days: 35,
    from: 'statement:test',
    means: 'old versions that a named person planted in 100 d',
  }),
  'vuln.seeded.found.count': system.integer({
    days: 35,
    from: 'derived, import:scanner, statement:test',
    means: 'of these, found',
  }),
  'vuln.seeded.reviewedAt': system.timestamp({
    days: 100,
    from: 'statement:review, statement:test',
    means: "a person's look at the result",
  }),
  'vuln.due.total': system.integer({
    days: 30,
    from: 'derived, import:scanner, import:tickets',
    means: "findings due in 90 d under the plant's own policy",
  }),
  'vuln.due.inTime.count': system.integer({
    days: 30,
    from: 'derived, import:tickets, import:update',
    means: 'of these, fixed or mitigated in time',
  }),
  'vuln.dueTop.total': system.integer({
    days: 30,
    from: 'derived, import:scanner, import:tickets',
    means: 'of the due ones, in the top tier',
  }),
  'vuln.dueTop.inTime.count': system.integer({
    days: 30,
    from: 'derived, import:tickets, import:update',
    means: 'of these, in time',
  }),
  'vuln.monthsInTime.count': system.integer({
    days: 30,
    from: 'derived, import:scanner, import:tickets',
    means: 'of the last 3 calendar months, with 95 % in time',
  }),
  'vuln.exposureDays.slope': system.number({
    unit: 'd per month',
    days: 30,
    from: 'derived, import:scanner',
    means: 'trend of exposure days over the last 3 months',
  }),
  'pentest.lastAt': system.timestamp({
    days: 365,
    from: 'statement:test, import:tickets',
    means: 'last penetration test of the critical systems',
  }),
  'pentest.high.total': system.integer({
    days: 365,
    from: 'statement:test, import:tickets',
    means: 'its high findings',
  }),
  'pentest.high.retested.count': system.integer({
    days: 365,
    from: 'statement:test, import:tickets',
    means: 'of these, tested again',
  }),
  'patch.changes.observed.total': system.integer({
    days: 90,
    from: 'derived, import:update',
    means: 'version changes seen on CRIT in 365 d',
  }),
  'patch.changes.logged.count': system.integer({
    days: 90,
    from: 'import:tickets, import:update, statement:changeRecord',
    means: 'of these, in the update log',
  }),
  'patch.rollout.total': system.integer({
    days: 30,
    from: 'aws-iot, import:update, import:tickets',
    means: 'roll-outs in 180 d',
  }),
  'patch.rollout.staged.count': system.integer({
    days: 30,
    from: 'aws-iot, import:update, import:tickets',
    means: 'of these, in stages with rate, stop rule and health check',
  }),
  'logging.review.personName': system.text({
    days: 365,
    from: 'statement:interview, statement:appointment',
    means: 'who looks at the logs',
  }),
  'logging.review.lastAt': system.timestamp({
    days: 365,
    from: 'statement:interview, import:tickets',
    means: 'last time',
  }),
  'logging.searchable': system.duration({
    days: 30,
    from: 'import:siem, aws-iot, import:config',
    means: 'how far back events can be searched',
  }),
  'logging.retention': system.duration({
    days: 30,
    from: 'import:siem, aws-iot, import:config, statement:policy',
    means: 'how long they are kept in all',
  }),
  'logging.integrity': system.boolean({
    days: 90,
    from: 'import:siem, aws-iot, import:config',
    means: 'store is write-once, signed or otherwise shows tampering',
  }),
  'logging.sources.total': system.integer({ days: 30, from: 'import:siem', means: 'sources that report' }),
  'logging.sources.protected.count': system.integer({
    days: 30,
    from: 'import:siem, import:config',
    means: 'of these, over a protected transport',
  }),
  'logging.sources.cleartextCrossing.count': system.integer({
    days: 30,
    from: 'import:siem, import:firewall',
    means: 'of these, in the clear across a zone border',
  }),
  'alert.rules.enabled': system.list({
    values: ['failedLogon', 'newDevice', 'configurationChange', 'malware', 'remoteSession', 'programDownload'],
    days: 30,
    from: 'import:siem, aws-iot, import:passive',
    means: 'kinds of alert that are on',
  }),
  'alert.rules.testedAt': system.timestamp({
    days: 180,
    from: 'import:siem, statement:test, aws-iot',
    means: 'last firing of the one that fired longest ago',
  }),
  'alert.recipient': system.text({ days: 180, from: 'import:siem, statement:test, aws-iot', means: 'who gets them' }),
  'alert.rules.high.total': system.integer({ days: 90, from: 'import:siem', means: 'high-severity rules' }),
  'alert.rules.high.playbook.count': system.integer({
    days: 90,
    from: 'import:siem, import:grc, statement:policy',
    means: 'of these, with a playbook',
  }),
  'alert.high.total': system.integer({ days: 30, from: 'import:siem', means: 'high alerts in 90 d' }),
  'alert.high.ticketed.count': system.integer({
    days: 30,
    from: 'import:siem, import:tickets',
    means: 'of these, a ticket within 24 h',
  }),
  'alert.high.triagedInTime.count': system.integer({
    days: 30,
    from: 'import:siem, import:tickets',
    means: 'of these, judged within 1 h',
  }),
  'alert.high.genuine.count': system.integer({
    days: 30,
    from: 'import:siem, import:tickets',
    means: 'of these, real',
  }),
  'injectedEvent.tests.count': system.integer({
    days: 7,
    from: 'statement:test',
    means: 'planted events in 90 d, by a named test identity, announced',
  }),
  'injectedEvent.seen.count': system.integer({
    days: 7,
    from: 'import:siem, statement:test',
    means: 'of these, that became an alert',
  }),
  'injectedEvent.latencyP95': system.duration({
    days: 7,
    from: 'import:siem, statement:test',
    means: 'event to alert, 95th percentile',
  }),
  'silence.ruleEnabled': system.boolean({ days: 35, from: 'import:siem', means: 'alarm on silent sources is on' }),
  'silence.testedAt': system.timestamp({
    days: 35,
    from: 'import:siem, statement:test',
    means: 'last muting of a canary source',
  }),
  'silence.latencyP95': system.duration({
    days: 35,
    from: 'import:siem, statement:test',
    means: 'silence to alarm, 95th percentile on CRIT',
  }),
  'intel.reader.name': system.text({
    days: 365,
    from: 'statement:appointment, statement:interview',
    means: 'who reads security news',
  }),
  'intel.reader.confirmedAt': system.timestamp({
    days: 365,
    from: 'statement:appointment, statement:interview',
    means: 'when confirmed',
  }),
  'intel.sources.count': system.integer({
    days: 365,
    from: 'statement:register, statement:interview, import:sharing',
    means: 'sources and makers followed',
  }),
  'intel.sources.listedAt': system.timestamp({
    days: 365,
    from: 'statement:register, statement:interview, import:sharing',
    means: 'date of the list',
  }),
  'intel.feeds.relevant.count': system.integer({
    days: 30,
    from: 'feeds, import:sharing',
    means: 'fitting feeds subscribed',
  }),
  'intel.feeds.newestItemAge': system.duration({
    volatile: true,
    days: 1,
    from: 'feeds, import:sharing',
    means: 'age of the newest item, worst feed',
  }),
  'intel.feeds.openedAt': system.timestamp({
    days: 30,
    from: 'derived, import:sharing, statement:review',
    means: 'last time a named person opened an item',
  }),
  'intel.indicators.relevant.total': system.integer({
    days: 30,
    from: 'import:sharing, import:tickets',
    means: 'relevant attack signs in 90 d',
  }),
  'intel.indicators.deployedInTime.count': system.integer({
    days: 30,
    from: 'import:siem, import:sharing',
    means: 'of these, in detection within 72 h',
  }),
  'incident.contacts.roles': system.list({
    values: ['operationsOnCall', 'maker', 'authority', 'integrator', 'management', 'responseTeam'],
    days: 365,
    from: 'statement:register, statement:interview, import:roster',
    means: 'roles on the contact card',
  }),
  'incident.contacts.checkedAt': system.timestamp({
    days: 365,
    from: 'statement:register, statement:interview, import:roster',
    means: 'when its numbers were last called or confirmed',
  }),
  'incident.eventNotion.knownInOperations': system.boolean({
    days: 730,
    from: 'statement:interview, statement:policy',
    means: 'operators were told',
  }),
  'incident.onCall.testedAt': system.timestamp({
    days: 180,
    from: 'statement:test, import:roster, import:tickets',
    means: 'last test call',
  }),
  'incident.onCall.testOutsideHours': system.boolean({
    days: 180,
    from: 'statement:test, import:roster',
    means: 'it was made outside office hours',
  }),
  'incident.onCall.answerDelay': system.duration({
    days: 180,
    from: 'statement:test, import:roster',
    means: 'call to somebody who can act',
  }),
  'incident.plan.isolationDecider': system.text({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'who may isolate',
  }),
  'incident.plan.processStopDecider': system.text({
    days: 365,
    from: 'statement:policy, import:grc',
    means: 'who may stop the process',
  }),
  'roster.days.filled.count': system.integer({
    days: 30,
    from: 'import:roster, import:tickets, statement:register',
    means: 'of the next 30 d, with a person on duty',
  }),
  'roster.deputy.named': system.boolean({
    days: 30,
    from: 'import:roster, statement:register',
    means: 'each has a deputy',
  }),
  'roster.operationsCovered': system.boolean({
    days: 30,
    from: 'import:roster, statement:register',
    means: 'somebody who knows the process is reachable',
  }),
  'restore.person.named': system.boolean({
    days: 365,
    from: 'statement:appointment, statement:interview',
    means: 'it is known who restores what',
  }),
  'restore.person.confirmedAt': system.timestamp({
    days: 365,
    from: 'statement:appointment, statement:interview',
    means: 'when confirmed',
  }),
  'backup.jobs.total': system.integer({
    days: 7,
    from: 'import:backup, import:project, aws-iot',
    means: 'backup jobs in 90 d',
  }),
  'backup.jobs.success.count': system.integer({
    days: 7,
    from: 'import:backup, import:project, aws-iot',
    means: 'of these, successful',
  }),
  'backup.drill.total': system.integer({
    days: 35,
    from: 'import:backup, import:tickets',
    means: 'automatic restores in 100 d',
  }),
  'backup.drill.success.count': system.integer({
    days: 35,
    from: 'import:backup, import:tickets',
    means: 'of these, successful with checks',
  }),
  'backup.drill.withinRto.count': system.integer({
    days: 35,
    from: 'import:backup, import:tickets',
    means: 'of these, within the recovery time',
  }),
  'assess.coverage': system.number({
    unit: '0-1',
    volatile: true,
    days: 1,
    from: 'derived',
    means: 'facts seen by facts planned',
  }),
  'assess.freshness': system.duration({
    volatile: true,
    days: 1,
    from: 'derived',
    means: 'age of the newest usable evidence',
  }),
} as const;

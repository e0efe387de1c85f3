import { factsAbout } from '../fact.ts';

const system = factsAbout('system');

export const systemEnablementFacts = {
  'asset.inventory.reviewedAt': system.timestamp({
    days: 365,
    from: 'inventory, import:cmdb, statement:review',
    means: 'when a person last went through the asset list',
  }),
  'auth.multiFactor.required': system.boolean({
    days: 90,
    from: 'import:idp, import:vpn, aws-iot, statement:configuration',
    means: 'remote and administrative access needs a second factor by policy',
  }),
  'negativeTest.identity': system.text({
    days: 90,
    from: 'statement:test, inventory',
    means: 'name of the test identity',
  }),
  'negativeTest.announced': system.boolean({
    days: 7,
    from: 'statement:test',
    means: 'monitoring and shift were told before',
  }),
  'negativeTest.alertDelay': system.duration({
    days: 90,
    from: 'import:siem, statement:test',
    means: 'allowed attempt to alert, from the last rehearsal',
  }),
  'identity.revocation.effectiveDelay': system.duration({
    days: 90,
    from: 'statement:test, aws-iot, import:pki',
    means: 'revocation to first refusal, longest',
  }),
  'account.admin.total': system.integer({
    days: 90,
    from: 'import:idp, ssh, aws-iot, statement:interview',
    means: 'administrator accounts',
  }),
  'account.admin.personal.count': system.integer({
    days: 90,
    from: 'import:idp, ssh, aws-iot, statement:interview',
    means: 'of these, tied to one person',
  }),
  'account.adminPeople.total': system.integer({
    days: 90,
    from: 'import:idp, statement:interview',
    means: 'people who administrate',
  }),
  'account.adminPeople.separate.count': system.integer({
    days: 90,
    from: 'import:idp, ssh, aws-iot, statement:interview',
    means: 'of these, with an account for it alone',
  }),
  'account.breakGlass.maxPerSite': system.integer({
    days: 30,
    from: 'import:idp, statement:register, aws-iot',
    means: 'sealed emergency accounts at the site that has most',
  }),
  'account.standingPrivileged.count': system.integer({
    days: 30,
    from: 'import:idp, aws-iot',
    means: 'accounts with standing privilege beyond these',
  }),
  'credential.kinds.count': system.integer({
    days: 365,
    from: 'statement:register, statement:interview',
    means: 'kinds of credentials listed with their place',
  }),
  'credential.listedAt': system.timestamp({
    days: 365,
    from: 'statement:register, statement:interview',
    means: 'date of that list',
  }),
  'role.defined.count': system.integer({
    days: 365,
    from: 'statement:register, import:idp, import:grc',
    means: 'roles with defined rights',
  }),
  'role.mainUses.covered.count': system.integer({
    days: 365,
    from: 'statement:register, import:grc',
    means: 'main use cases whose people all have a role',
  }),
  'role.reviewedAt': system.timestamp({
    days: 365,
    from: 'statement:register, import:grc',
    means: 'last review of the roles',
  }),
  'remote.signIn.total': system.integer({
    days: 30,
    from: 'import:idp, import:vpn, aws-iot',
    means: 'sign-ins of people from outside in 30 d',
  }),
  'remote.signIn.multiFactor.count': system.integer({
    days: 30,
    from: 'import:idp, import:vpn, aws-iot',
    means: 'of these, with a second factor',
  }),
  'access.review.privilegedAt': system.timestamp({
    days: 90,
    from: 'import:idp, import:grc, statement:review',
    means: 'last confirmation of privileged rights',
  }),
  'access.review.allAt': system.timestamp({
    days: 90,
    from: 'import:idp, import:grc, statement:review',
    means: 'last confirmation of all rights',
  }),
  'access.review.removals.total': system.integer({
    days: 90,
    from: 'import:idp, import:grc, statement:review',
    means: 'rights to be withdrawn after the last review',
  }),
  'access.review.removedInTime.count': system.integer({
    days: 90,
    from: 'import:idp, import:grc',
    means: 'of these, gone within 14 d, seen in the later account state',
  }),
  'access.policyChange.total': system.integer({
    days: 7,
    from: 'import:config, import:cloud, import:tickets, aws-iot',
    means: 'changes of access rules in 90 d',
  }),
  'access.policyChange.viaPipeline.count': system.integer({
    days: 7,
    from: 'import:config, import:cloud, import:tickets',
    means: 'of these, by reviewed and tested code',
  }),
  'access.policyTests.failing.count': system.integer({
    days: 7,
    from: 'import:config, import:cloud',
    means: 'property tests that fail now',
  }),
  'access.policyDrift.overdue.count': system.integer({
    days: 7,
    from: 'aws-iot, import:config, import:cloud',
    means: 'differences between code and running rules older than 24 h',
  }),
  'identity.renewal.total': system.integer({ days: 30, from: 'import:pki, aws-iot', means: 'renewals in 180 d' }),
  'identity.renewal.automatic.count': system.integer({
    days: 30,
    from: 'import:pki, aws-iot',
    means: 'of these, without a human step',
  }),
  'identity.expiryOutage.count': system.integer({
    days: 30,
    from: 'import:tickets, import:pki',
    means: 'outages by expiry in 180 d',
  }),
  'identity.revocation.tests.count': system.integer({
    days: 35,
    from: 'statement:test, import:pki',
    means: 'timed revocations of a test identity in 100 d',
  }),
  'identity.revocation.latencyP95': system.duration({
    days: 35,
    from: 'statement:test, import:pki, aws-iot',
    means: 'revocation to refusal, 95th percentile of these',
  }),
  'identity.reconciliation.lastAt': system.timestamp({
    volatile: true,
    days: 1,
    from: 'derived, import:idp, import:pki, aws-iot',
    means: 'last comparison of inventory, directory, authority and cloud registry',
  }),
  'identity.reconciliation.total': system.integer({
    days: 1,
    from: 'derived, import:idp, import:pki',
    means: 'identities compared',
  }),
  'identity.reconciliation.mismatch.count': system.integer({
    days: 1,
    from: 'derived, import:idp, import:pki',
    means: 'of these, in one list only',
  }),
  'change.log.lastEntryAt': system.timestamp({
    days: 365,
    from: 'statement:changeRecord, statement:interview, import:tickets',
    means: 'newest note of a change to a critical system',
  }),
  'change.observed.total': system.integer({
    days: 90,
    from: 'derived, import:project',
    means: 'version and configuration changes seen on CRIT in 90 d',
  }),
  'change.observed.ticketed.count': system.integer({
    days: 90,
    from: 'import:tickets, statement:changeRecord',
    means: 'of these, with a change record',
  }),
  'change.unapproved.count': system.integer({
    days: 90,
    from: 'import:tickets, derived',
    means: 'of these, made without approval',
  }),
  'change.ticket.total': system.integer({
    days: 90,
    from: 'import:tickets, statement:changeRecord',
    means: 'change records of 90 d',
  }),
  'change.ticket.complete.count': system.integer({
    days: 90,
    from: 'import:tickets, statement:changeRecord',
    means: 'of these, with security effect, test, way back and approval before',
  }),
  'change.updates.total': system.integer({
    days: 365,
    from: 'import:tickets, import:update',
    means: 'updates on CRIT in 365 d',
  }),
  'change.updates.tested.count': system.integer({
    days: 365,
    from: 'import:tickets, import:update',
    means: 'of these, with test result and way back',
  }),
  'change.unauthorised.total': system.integer({
    days: 35,
    from: 'import:siem, import:tickets, import:project',
    means: 'changes found to be unauthorised in 90 d, seeded ones included',
  }),
  'change.unauthorised.triagedInTime.count': system.integer({
    days: 35,
    from: 'import:siem, import:tickets',
    means: 'of these, judged within 24 h',
  }),
  'seededChange.count': system.integer({
    days: 35,
    from: 'statement:test',
    means: 'changes that a named person made on a laboratory or canary asset in 100 d',
  }),
  'seededChange.detectionP95': system.duration({
    days: 35,
    from: 'statement:test, import:siem',
    means: 'change to detection, 95th percentile of these',
  }),
  'transientDevice.laptops.total': system.integer({
    days: 365,
    from: 'import:cmdb, import:edr, statement:register, statement:walkdown',
    means: 'laptops that touched the plant in 365 d',
  }),
  'transientDevice.laptops.managed.count': system.integer({
    days: 365,
    from: 'import:cmdb, import:edr, statement:register, statement:walkdown',
    means: 'of these, own and kept for this use, or checked before',
  }),
  'transientDevice.media.scanStation': system.boolean({
    days: 365,
    from: 'statement:walkdown, import:edr',
    means: 'removable media pass a scan station',
  }),
  'inventory.reconciledAt': system.timestamp({
    days: 30,
    from: 'derived, import:cmdb',
    means: 'last comparison of all sources',
  }),
  'inventory.seen.total': system.integer({
    days: 30,
    from: 'derived, import:passive, import:switch',
    means: 'assets seen by any source',
  }),
  'inventory.unknown.count': system.integer({
    days: 30,
    from: 'derived, import:passive, import:switch',
    means: 'of these, not in the inventory',
  }),
  'inventory.unknown.overdue.count': system.integer({
    days: 7,
    from: 'derived, import:passive',
    means: 'unknown for more than 24 h',
  }),
  'inventory.unknownCritical.overdue.count': system.integer({
    days: 30,
    from: 'derived, import:passive',
    means: 'unknown in critical zones for more than 7 d',
  }),
  'inventory.entryLatencyP95': system.duration({
    days: 7,
    from: 'import:passive, import:siem, aws-iot, import:switch',
    means: 'first packet to inventory entry, 95th percentile of 30 d',
  }),
  'inventory.entryLatencyCriticalP95': system.duration({
    days: 7,
    from: 'import:passive, import:siem, aws-iot, import:switch',
    means: 'the same in critical zones',
  }),
  'inventory.presence.latencyP95': system.duration({
    days: 7,
    from: 'snmp, import:switch, import:passive, import:siem',
    means: 'moved or missing to notice, 95th percentile of 30 d',
  }),
  'inventory.presence.zones.total': system.integer({
    days: 30,
    from: 'inventory',
    means: 'zones with critical assets',
  }),
  'inventory.presence.zones.covered.count': system.integer({
    days: 30,
    from: 'import:switch, import:passive, snmp',
    means: 'of these, watched for presence',
  }),
  'flow.observed.total': system.integer({
    days: 30,
    from: 'import:passive, import:firewall, aws-iot, derived',
    means: 'flows seen in 30 d',
  }),
  'flow.declared.count': system.integer({
    days: 30,
    from: 'inventory, import:firewall, derived',
    means: 'of these, declared',
  }),
  'flow.watch.lastAt': system.timestamp({
    volatile: true,
    days: 1,
    from: 'import:passive, import:siem',
    means: 'last run of the watch for new flows',
  }),
  'flow.newUnclassified.total': system.integer({
    days: 30,
    from: 'import:passive, import:siem',
    means: 'new flows without a class in 90 d',
  }),
  'flow.newUnclassified.foundInTime.count': system.integer({
    days: 30,
    from: 'import:passive, import:siem',
    means: 'of these, found within 24 h',
  }),
  'flow.newUnclassified.closedInTime.count': system.integer({
    days: 30,
    from: 'import:tickets, import:siem',
    means: 'of these, settled within 7 d',
  }),
  'physical.correlation.ruleEnabled': system.boolean({
    days: 90,
    from: 'import:siem',
    means: 'rule joining entry and local log-on is on',
  }),
  'physical.correlation.testedAt': system.timestamp({
    days: 90,
    from: 'import:siem, statement:test',
    means: 'its last test',
  }),
  'physical.correlation.alertDelay': system.duration({
    days: 90,
    from: 'import:siem, statement:test',
    means: 'log-on to alert in that test',
  }),
  'data.sensitive.count': system.integer({
    days: 730,
    from: 'statement:register, statement:interview, import:grc',
    means: 'kinds of sensitive data listed',
  }),
  'data.listedAt': system.timestamp({
    days: 730,
    from: 'statement:register, statement:interview, import:grc',
    means: 'date of the list',
  }),
  'crypto.weak.total': system.integer({
    days: 7,
    from: 'derived, import:pki, import:tickets',
    means: 'uses of weak cryptography found in 90 d',
  }),
  'crypto.weak.closedInTime.count': system.integer({
    days: 7,
    from: 'import:tickets, derived',
    means: 'of these, gone within 7 d',
  }),
  'leakCanary.tests.count': system.integer({
    days: 35,
    from: 'statement:test',
    means: 'planted records used in 100 d, placed by a named person',
  }),
  'leakCanary.detectionP95': system.duration({
    days: 35,
    from: 'statement:test, import:siem, import:cloud',
    means: 'use to notice, 95th percentile',
  }),
} as const;

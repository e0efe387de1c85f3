/** Which facts `derive()` can give, and why it gives none of the others that the vocabulary calls derived. */
import type { FactName } from '../../collectors/contract/vocabulary.ts';
import { historyFacts } from './history.ts';

/**
 * What each derived fact stands on, one of these being enough. Nothing named: the plant file, its targets and its decisions. A test
 * holds the names equal to what derivations give.
 */
export const derivedFacts: ReadonlyMap<FactName, readonly FactName[]> = new Map<FactName, readonly FactName[]>([
  ['assess.coverage', ['asset.inventory.lastSeen']],
  ['assess.freshness', ['asset.inventory.lastSeen']],
  ['asset.inventory.lastSeen', ['sight.hosts', 'network.neighbours']],
  ['assetType.register', []],
  ['capability.gaps', ['device.capabilities']],
  ['change.observed.total', ['firmware.version']],
  ['conduit.unexpectedToCritical.count', ['sight.flows']],
  ['config.lastChange', historyFacts.filter((fact) => fact !== 'firmware.version')],
  ['crypto.inventory.lastAt', ['tls.cipher.accepted', 'opcua.endpoints', 'ssh.algorithms', 'snmp.v3.authProtocol']],
  ['crypto.offPolicy', ['tls.cipher.accepted', 'opcua.endpoints', 'ssh.algorithms', 'snmp.v3.authProtocol']],
  ['crypto.policy.deprecated', ['tls.version.min', 'tls.cipher.accepted', 'opcua.endpoints', 'ssh.algorithms']],
  ['exposure.listedAt', []],
  ['exposure.services', []],
  ['externalEndpoint.register', ['sight.flows']],
  ['firmware.lastChange', ['firmware.version']],
  ['firmware.supported', ['assetType.register']],
  ['flow.declared.count', ['sight.flows']],
  ['flow.observed.total', ['sight.flows']],
  ['identity.deviceIdUnique', ['identity.deviceId']],
  ['identity.machines', ['tls.certificates', 'identity.machines']],
  ['identity.unique', ['tls.certificates', 'identity.machines']],
  ['inventory.reconciledAt', ['sight.hosts']],
  ['inventory.reconciliation', ['sight.hosts', 'network.neighbours']],
  ['inventory.seen.total', ['sight.hosts']],
  ['inventory.unknown.count', ['sight.hosts']],
  ['inventory.unknown.overdue.count', ['sight.hosts']],
  ['inventory.unknownCritical.overdue.count', ['sight.hosts']],
  ['patch.changes.observed.total', ['firmware.version']],
  ['program.practices.belowTarget.total', []],
  ['program.practices.targeted.total', []],
  ['protocol.unauthenticated', ['sight.flows']],
  ['protocol.version.legacy', ['tls.version.max']],
  ['scope.groups.resolved.count', []],
  ['service.cleartext.crossing', ['service.listening', 'service.listeners', 'sight.flows']],
  ['service.legacy.enabled', ['sight.flows']],
  ['service.listeners', ['sight.flows']],
  ['service.unexpected', ['service.listeners', 'sight.flows']],
  ['ssh.hostKey.shared', ['identity.machines']],
  ['tls.certificate.shared', ['tls.certificates']],
  ['tls.cipher.weak', ['tls.cipher.accepted']],
  ['training.coverage', ['training.keyRoles.total', 'training.keyRoles.trained.count']],
  ['zone.register', []],
]);

/**
 * Derived facts that need several looks of one probe. What a data folder hands over is the newest look, so that they
 * come from saved observations of several scans only: the coverage map does not count them.
 */
export const fromHistory: ReadonlySet<FactName> = new Set([
  'change.observed.total',
  'config.lastChange',
  'firmware.lastChange',
  'patch.changes.observed.total',
]);
export const historyOnly = 'needs several looks of one probe: derived by assess --observations over several scans only';

const noFeed = 'needs advisories, and no feed of them is installed';
const noFindings = 'needs findings with the day each was found and closed, which another tool keeps';
const noTickets = 'needs tickets to compare with, which come by import';
const noTriggers = 'needs the history of the plant file and of advisories as dated events, which is not kept as such';
const noFlows = 'needs rules or flow records of the network, which come by import';
const noUseLog = 'who opened which screen is not recorded';
const noReports = 'the product keeps no register of figures and of who reported them';
const noSources =
  'needs lists of several sources whose elements can be told to be the same thing; names and addresses do not';

/** Facts that the vocabulary calls derived and nothing here derives, each with the reason. */
export const underivedFacts: Readonly<Partial<Record<FactName, string>>> = {
  'assurance.claims.fresh.count': 'needs the security argument with its links, which another tool keeps',
  'assurance.links.broken.count': 'needs the security argument with its links, which another tool keeps',
  'attackPath.computedAt': noFlows,
  'attackPath.open.count': noFlows,
  'change.unapproved.count': noTickets,
  'channel.register': 'which way a channel has to other cryptography is knowledge of people',
  'compliance.check.lastAt': 'which technical duties a look answers is not said anywhere in the plant file',
  'crypto.weak.closedInTime.count': noFindings,
  'crypto.weak.total': noFindings,
  'feed.freshDays.count': noFeed,
  'finding.exposed.total': noFindings,
  'finding.register': noFindings,
  'firmware.approved.current': 'which version the owner approved is said by import alone',
  'firmware.versionScheme': 'nothing compares versions before a feed of advisories is installed',
  'identity.reconciliation.lastAt': noSources,
  'identity.reconciliation.mismatch.count': noSources,
  'identity.reconciliation.total': noSources,
  'intel.feeds.openedAt': noUseLog,
  'kpi.defined.count': noReports,
  'kpi.report.months.count': noReports,
  'obligation.register': 'which row of a pack answers which duty is a decision of the owner',
  'obligation.technical.machine.count': 'which row of a pack answers which duty is a decision of the owner',
  'obligation.technical.medianAge': 'which row of a pack answers which duty is a decision of the owner',
  'obligation.technical.total': 'which row of a pack answers which duty is a decision of the owner',
  'patch.latency': noFeed,
  'patch.pendingSecurityUpdates': noFeed,
  'picture.weeksUsed.count': noUseLog,
  'policy.crypto.usedByChecks': 'whether the list of the pack is the policy of the owner is for a person to say',
  'reachability.counterexamples.count': noFlows,
  'risk.indicators.acknowledged.count': noReports,
  'risk.indicators.breached.total': noReports,
  'risk.indicators.count': noReports,
  'risk.indicators.oldestAge': noReports,
  'software.releases': 'no reader of component lists is installed',
  'supplier.watch.lastAt': noFeed,
  'supplier.watch.overdue.count': noFeed,
  'threatModel.changes.total': noTriggers,
  'trigger.riskDecided.count': noTriggers,
  'trigger.riskRecomputed.count': noTriggers,
  'trigger.targetReviewed.count': noTriggers,
  'trigger.threatTriaged.count': noTriggers,
  'trigger.total': noTriggers,
  'vuln.benchmarkOverdue.count': noFeed,
  'vuln.due.inTime.count': noFindings,
  'vuln.due.total': noFindings,
  'vuln.dueTop.inTime.count': noFindings,
  'vuln.dueTop.total': noFindings,
  'vuln.exploited.checkedAt': noFeed,
  'vuln.exploited.count': noFeed,
  'vuln.exploited.oldestOpenAge': noFeed,
  'vuln.exposureDays.slope': noFindings,
  'vuln.indeterminateSince': noFeed,
  'vuln.known.count': noFeed,
  'vuln.match.acknowledgedInTime.count': noFeed,
  'vuln.match.advisories.total': noFeed,
  'vuln.match.assets.count': noFeed,
  'vuln.match.lastAt': noFeed,
  'vuln.match.latencyExploitedP95': noFeed,
  'vuln.match.latencyP95': noFeed,
  'vuln.matched.at': noFeed,
  'vuln.matched.method': noFeed,
  'vuln.matched.result': noFeed,
  'vuln.monthsInTime.count': noFindings,
  'vuln.overdue.count': noFeed,
  'vuln.remediationDue': noFeed,
  'vuln.seeded.found.count': noFeed,
};

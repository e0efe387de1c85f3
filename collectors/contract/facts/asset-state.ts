import { factsAbout } from '../fact.ts';

const asset = factsAbout('asset');

export const assetStateFacts = {
  'asset.inventory.known': asset.boolean({
    days: 30,
    from: 'inventory, aws-iot, import:cmdb, import:passive',
    means: 'the asset stands in the authoritative inventory',
  }),
  'asset.inventory.lastSeen': asset.timestamp({
    volatile: true,
    days: 30,
    from: 'tls, mqtt, opcua, snmp, ssh, aws-iot, modbus, enip, bacnet, import:passive, import:switch, import:dhcp, derived',
    means: 'last time any source saw it',
  }),
  'asset.criticality': asset.choice({
    values: ['low', 'normal', 'critical'],
    days: 365,
    from: 'inventory, import:cmdb',
    means:
      'weight in the plant; controllers, brokers, gateways, safety functions and remote access are critical unless decided otherwise',
  }),
  'asset.safetyFunction': asset.boolean({
    days: 365,
    from: 'inventory, import:cmdb, statement:register',
    means:
      'carries a safety function (kind safety always does); apart from criticality, because nothing lifts its protection',
  }),
  'asset.exposed': asset.boolean({
    days: 90,
    from: 'inventory, import:firewall, import:exposure, aws-iot, statement:walkdown',
    means: 'reachable from outside its zone or from the internet; unseen counts as exposed',
  }),
  'asset.owner': asset.text({
    days: 365,
    from: 'inventory, import:cmdb, aws-iot, snmp',
    means: 'named owner on record',
  }),
  'asset.location.zone': asset.text({
    days: 365,
    from: 'inventory, import:cmdb, import:passive, statement:walkdown',
    means: 'zone or cell',
  }),
  'asset.retiredAt': asset.timestamp({
    days: 365,
    from: 'inventory, import:cmdb, statement:changeRecord',
    means: 'date of the retirement record, identities revoked',
  }),
  'device.vendor': asset.text({
    days: 30,
    from: 'inventory, snmp, opcua, enip, modbus, bacnet, aws-iot, mqtt, import:passive, import:cmdb, import:project, statement:walkdown',
    means: 'maker, normalised; raw text is kept in the transcript',
  }),
  'device.model': asset.text({
    days: 30,
    from: 'inventory, snmp, opcua, enip, modbus, bacnet, aws-iot, mqtt, import:passive, import:cmdb, import:project, statement:walkdown',
    means: 'product or model',
  }),
  'device.orderNumber': asset.text({
    days: 30,
    from: 'inventory, snmp, modbus, import:passive, import:cmdb, import:project, statement:walkdown',
    means: 'order or catalogue number, the strongest key for matching advisories',
  }),
  'device.serial': asset.text({
    days: 30,
    from: 'inventory, snmp, enip, opcua, bacnet, aws-iot, import:cmdb, import:passive',
    means: 'serial number (its digest where the policy says so)',
  }),
  'device.hardwareRevision': asset.text({
    days: 30,
    from: 'snmp, enip, import:passive, import:project',
    means: 'hardware revision',
  }),
  'device.assetType': asset.text({
    days: 365,
    from: 'inventory, import:cmdb',
    means: "key of the asset's type in assetType.register",
  }),
  'device.capabilities': asset.list({
    values: [
      'attestation',
      'attestedConfig',
      'backup',
      'behaviourProfile',
      'clientCertificate',
      'clock',
      'logging',
      'remoteUpdate',
      'snmp',
      'tamperSignal',
      'tls',
    ],
    days: 365,
    from: 'inventory, statement:configuration, statement:supplierEvidence, import:cmdb',
    means:
      'what the type can do; a type without a statement counts as able to do all of it; tls: a declared MQTT, HTTPS, WebSocket or TLS syslog interface (opc.tcp is none); backup: holds configuration or logic worth restoring',
  }),
  'firmware.version': asset.text({
    days: 30,
    from: 'snmp, opcua, ssh, enip, modbus, bacnet, mqtt, aws-iot, inventory, import:passive, import:cmdb, import:project, import:update, statement:walkdown',
    means: 'running firmware or software version as the source spells it',
  }),
  'firmware.versionScheme': asset.choice({
    values: ['intdot', 'semver', 'deb', 'rpm', 'apk', 'maven', 'vendor', 'unknown'],
    days: 30,
    from: 'derived',
    means: 'how the version compares; unknown leads to indeterminate, never to not affected',
  }),
  'firmware.buildDate': asset.timestamp({ days: 30, from: 'opcua, snmp, modbus', means: 'build date where stated' }),
  'firmware.lastChange': asset.timestamp({ days: 30, from: 'derived', means: 'first time this version was observed' }),
  'firmware.supported': asset.boolean({
    days: 90,
    from: 'feeds, ssh, aws-iot, import:cmdb, import:update, statement:supplierEvidence, snmp, opcua, derived',
    means: 'the maker supports this version today; an unknown support date leaves it unseen',
  }),
  'firmware.approved.current': asset.boolean({
    days: 30,
    from: 'aws-iot, import:update, derived, opcua, snmp',
    means: 'runs the newest version that the owner approved, or that version is younger than 30 d',
  }),
  'firmware.signed.required': asset.boolean({
    days: 365,
    from: 'snmp, ssh, statement:test, statement:supplierEvidence',
    means: 'unsigned updates are refused',
  }),
  'patch.pendingSecurityUpdates': asset.integer({
    days: 7,
    from: 'ssh, aws-iot, import:update, derived',
    means: 'known security updates not applied',
  }),
  'patch.indexAge': asset.duration({
    volatile: true,
    days: 7,
    from: 'ssh',
    means: 'age of the package index behind the count',
  }),
  'patch.rebootPending': asset.boolean({ days: 7, from: 'ssh', means: 'kernel or library waits for a restart' }),
  'patch.latency': asset.duration({ days: 30, from: 'derived', means: 'advisory publication to observed fix' }),
  'patch.applicable': asset.boolean({
    days: 365,
    from: 'inventory, feeds, statement:supplierEvidence, import:cmdb',
    means:
      "an update could be applied at all (by its type's updatable, or its own statement); false for assets that cannot be patched",
  }),
  'vuln.matched.at': asset.timestamp({
    volatile: true,
    days: 30,
    from: 'derived, import:scanner, feeds, sbom',
    means: "when the asset's version was last compared with advisories",
  }),
  'vuln.matched.method': asset.choice({
    values: ['orderNumber', 'purl', 'credentialed', 'sbom', 'cpe', 'name'],
    days: 30,
    from: 'derived, import:scanner, feeds, sbom',
    means: 'by what the match was made, strongest first',
  }),
  'vuln.matched.result': asset.choice({
    values: ['affected', 'notAffected', 'fixed', 'underInvestigation', 'indeterminate'],
    days: 30,
    from: 'derived, import:scanner, feeds, sbom',
    means: 'worst state over the advisories that concern the asset',
  }),
  'vuln.indeterminateSince': asset.timestamp({
    days: 30,
    from: 'derived, feeds, import:scanner',
    means: 'since when the result is indeterminate and no person has settled it',
  }),
  'vuln.known.count': asset.integer({
    days: 14,
    from: 'derived, import:scanner, feeds',
    means: 'vulnerabilities that affect it',
  }),
  'vuln.exploited.count': asset.integer({
    days: 14,
    from: 'derived, import:scanner, feeds',
    means: 'of these, listed as exploited and open: neither fixed nor mitigated',
  }),
  'vuln.exploited.checkedAt': asset.timestamp({
    volatile: true,
    days: 14,
    from: 'derived, import:scanner, feeds',
    means: 'last comparison with the exploited list',
  }),
  'vuln.exploited.oldestOpenAge': asset.duration({
    volatile: true,
    days: 14,
    from: 'derived, import:scanner, feeds, import:tickets',
    means: 'age of the oldest exploited hole neither fixed nor mitigated; from the earlier of listing and detection',
  }),
  'vuln.mitigation.applied': asset.boolean({
    days: 180,
    from: 'statement:riskAcceptance, import:tickets, import:firewall',
    means: 'a mitigation is recorded and in force; never the same as fixed',
  }),
  'vuln.remediationDue': asset.timestamp({
    days: 14,
    from: 'derived',
    means: "earliest due date under the plant's own policy",
  }),
  'vuln.overdue.count': asset.integer({ days: 14, from: 'derived', means: "findings past the plant's own date" }),
  'vuln.benchmarkOverdue.count': asset.integer({
    days: 14,
    from: 'derived',
    means: 'findings past the BOD 26-04 clock: printed as a benchmark, decides nothing',
  }),
  'sbom.present': asset.boolean({
    days: 180,
    from: 'sbom, aws-iot, import:release',
    means: 'a component list of the running version is held',
  }),
  'sbom.componentCount': asset.integer({ days: 180, from: 'sbom, aws-iot', means: 'components in it' }),
  'config.baseline.matches': asset.boolean({
    days: 30,
    from: 'ssh, snmp, aws-iot, import:config, import:project, import:cmdb',
    means: 'running configuration equals the approved baseline',
  }),
  'config.drift.ticketed': asset.boolean({
    days: 30,
    from: 'import:tickets, statement:changeRecord',
    means: 'the present difference stands on a ticket',
  }),
  'config.lastChange': asset.timestamp({
    days: 30,
    from: 'snmp, aws-iot, import:project, import:config, ssh, derived, statement:changeRecord',
    means: 'last observed change of configuration or logic',
  }),
  'config.rules.total': asset.integer({
    days: 30,
    from: 'ssh, snmp, aws-iot, import:config, import:cmdb, import:scanner',
    means: 'configuration rules that apply to it',
  }),
  'config.rules.failed.count': asset.integer({
    days: 30,
    from: 'ssh, snmp, aws-iot, import:config, import:cmdb, import:scanner',
    means: 'of these, failed',
  }),
  'config.attested.result': asset.choice({
    values: ['passed', 'failed'],
    days: 7,
    from: 'ssh, aws-iot, import:project, import:config, import:passive',
    means: 'measured boot, signed configuration or logic checksum against the approved value',
  }),
  'config.attested.lastAt': asset.timestamp({
    volatile: true,
    days: 7,
    from: 'ssh, aws-iot, import:project, import:config, import:passive',
    means: 'when it was last proven',
  }),
  'compliance.check.lastAt': asset.timestamp({
    volatile: true,
    days: 90,
    from: 'derived, import:scanner, statement:review',
    means: 'last check against the technical duties',
  }),
  'backup.lastSuccess': asset.timestamp({
    volatile: true,
    days: 30,
    from: 'import:backup, import:project, ssh, aws-iot, statement:changeRecord, statement:interview, statement:walkdown',
    means: 'last good backup',
  }),
  'backup.interval': asset.duration({
    days: 365,
    from: 'import:backup, inventory, statement:policy',
    means: 'interval set for it',
  }),
  'backup.rpo': asset.duration({
    days: 365,
    from: 'inventory, statement:policy, import:backup',
    means: 'largest loss accepted',
  }),
  'backup.offline': asset.boolean({
    days: 180,
    from: 'import:backup, aws-iot, statement:walkdown, statement:restoreTest',
    means: 'a copy lies outside the network or account',
  }),
  'backup.immutable': asset.boolean({
    days: 30,
    from: 'import:backup, aws-iot, import:cloud, statement:walkdown',
    means: 'object lock, write-once or pulled medium',
  }),
  'backup.separateCredentials': asset.boolean({
    days: 90,
    from: 'import:backup, aws-iot, statement:configuration',
    means: 'plant and domain accounts cannot delete it',
  }),
  'backup.scope.complete': asset.boolean({
    days: 30,
    from: 'import:backup, import:project',
    means: 'configuration, firmware, logic, state, keys and history as far as the type has them',
  }),
  'backup.hash.matches': asset.boolean({
    days: 7,
    from: 'import:backup, import:project, ssh',
    means: 'backup equals the running configuration',
  }),
  'backup.project.archivedAt': asset.timestamp({
    days: 180,
    from: 'import:project, import:backup, statement:changeRecord',
    means: 'date of the newest archived controller project',
  }),
  'backup.project.offline': asset.boolean({
    days: 180,
    from: 'import:project, import:backup, statement:walkdown',
    means: 'a copy of it lies off-line',
  }),
  'backup.restore.lastTested': asset.timestamp({
    days: 365,
    from: 'statement:restoreTest, import:backup',
    means: 'last successful restore test',
  }),
  'compensation.boundTo': asset.text({
    days: 180,
    from: 'statement:riskAcceptance, import:grc',
    means: 'id of the row that the approved substitute rests on',
  }),
  'compensation.reviewedAt': asset.timestamp({
    days: 180,
    from: 'statement:riskAcceptance, import:grc',
    means: 'last review of the substitute',
  }),
  'compensation.substituteUntil': asset.timestamp({
    days: 180,
    from: 'statement:riskAcceptance, import:grc',
    means: 'end of the approved substitute',
  }),
  'physical.locked': asset.boolean({
    days: 730,
    from: 'statement:walkdown, statement:interview, import:cmdb',
    means: 'stands behind a lock',
  }),
  'physical.tamper.eventSeen': asset.boolean({
    days: 365,
    from: 'import:siem, statement:test, snmp',
    means: 'opening the case raised an event',
  }),
  'physical.tamper.testedAt': asset.timestamp({
    days: 365,
    from: 'statement:test, import:siem',
    means: 'when that was tried',
  }),
} as const;

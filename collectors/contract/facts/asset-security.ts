import { factsAbout } from '../fact.ts';

const asset = factsAbout('asset');

export const assetSecurityFacts = {
  'auth.defaultCredential.present': asset.boolean({
    days: 365,
    from: 'statement:configuration, statement:test, import:config, import:cmdb, snmp',
    means:
      "a maker's default is known to be left; from records, configuration, a vendor status object or, under consent, one request with public; never from guessing",
  }),
  'account.privileged.count': asset.integer({
    days: 30,
    from: 'ssh, opcua, aws-iot, import:idp',
    means: 'administrative accounts',
  }),
  'account.orphan.count': asset.integer({
    days: 30,
    from: 'ssh, aws-iot, import:idp',
    means: 'accounts without owner or activity',
  }),
  'account.shared.inUse': asset.boolean({
    days: 365,
    from: 'statement:walkdown, import:idp, statement:configuration',
    means: 'several people use one log-on at this station',
  }),
  'account.shared.rights': asset.choice({
    values: ['operate', 'engineer', 'administrate'],
    days: 365,
    from: 'statement:walkdown, import:idp, statement:configuration',
    means: 'highest right of the shared log-on',
  }),
  'account.shared.shiftTraceable': asset.boolean({
    days: 365,
    from: 'statement:walkdown',
    means: 'shift book, badge or roster tells who was at the station',
  }),
  'controller.keySwitch': asset.choice({
    values: ['locked', 'run', 'remoteProgram', 'program', 'none'],
    days: 365,
    from: 'statement:walkdown, statement:configuration',
    means: 'position of the mode switch; none where there is no switch',
  }),
  'controller.accessPassword.set': asset.boolean({
    days: 365,
    from: 'import:project, statement:configuration, statement:walkdown',
    means: 'program and configuration access is protected by a password or an equal lock',
  }),
  'negativeTest.result': asset.choice({
    values: ['refused', 'allowed'],
    days: 7,
    from: 'statement:test, mqtt, opcua, aws-iot, import:siem',
    means: 'outcome of the last attempt by the named test identity',
  }),
  'negativeTest.lastAt': asset.timestamp({
    volatile: true,
    days: 7,
    from: 'statement:test, mqtt, opcua, aws-iot, import:siem',
    means: 'when it was tried',
  }),
  'identity.deviceId': asset.text({
    days: 30,
    from: 'inventory, snmp, opcua, enip, bacnet, aws-iot, import:cmdb, import:passive',
    means: 'serial, thing name, SNMPv3 engine id or OPC UA application URI',
  }),
  'identity.deviceIdUnique': asset.boolean({
    days: 30,
    from: 'derived, inventory, snmp, opcua, enip, bacnet, aws-iot, import:cmdb, import:passive',
    means: 'no other asset carries the same identifier',
  }),
  'identity.unique': asset.boolean({
    days: 30,
    from: 'derived, aws-iot, import:pki, tls, opcua, ssh, snmp',
    means: 'key or certificate not found on any other asset',
  }),
  'identity.keyInHardware': asset.boolean({
    days: 90,
    from: 'ssh, opcua, aws-iot, statement:supplierEvidence',
    means: 'key lies in a TPM, secure element or HSM',
  }),
  'identity.rotationAge': asset.duration({
    volatile: true,
    days: 30,
    from: 'aws-iot, tls, import:pki',
    means: 'age of the device credential',
  }),
  'identity.clientCertificate.present': asset.boolean({
    days: 30,
    from: 'aws-iot, opcua, mqtt, import:pki, import:cmdb',
    means: 'the device holds a client certificate',
  }),
  'identity.clientCertificate.keySound': asset.boolean({
    days: 30,
    from: 'aws-iot, opcua, import:pki',
    means: 'RSA 2048, EC P-256 or better, and not on a list of broken keys',
  }),
  'attestation.result': asset.choice({
    values: ['passed', 'failed'],
    days: 7,
    from: 'aws-iot, ssh, import:cmdb',
    means: 'device attestation by TPM, secure element, DICE or the like',
  }),
  'attestation.lastAt': asset.timestamp({
    volatile: true,
    days: 7,
    from: 'aws-iot, ssh, import:cmdb',
    means: 'when it was last proven',
  }),
  'tls.certificate.shared': asset.boolean({
    days: 30,
    from: 'derived',
    means: 'the same public key was seen on another asset',
  }),
  'ssh.hostKey.shared': asset.boolean({
    days: 30,
    from: 'derived',
    means: 'the same host key was seen on another asset',
  }),
  'snmp.v3.authProtocol': asset.choice({
    values: ['none', 'md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'],
    days: 30,
    from: 'snmp, import:config',
    means: 'weakest protocol of the users seen',
  }),
  'snmp.v3.privProtocol': asset.choice({
    values: ['none', 'des', '3des', 'aes128', 'aes192', 'aes256'],
    days: 30,
    from: 'snmp, import:config',
    means: 'weakest protocol of the users seen',
  }),
  'snmp.legacy.enabled': asset.boolean({
    days: 90,
    from: 'snmp, import:config, statement:configuration',
    means: 'v1 or v2c answers',
  }),
  'snmp.legacy.writable': asset.boolean({
    days: 90,
    from: 'snmp, import:config, statement:configuration',
    means: 'an access row with model v1 or v2c has a write view',
  }),
  'snmp.source.restricted': asset.boolean({
    days: 180,
    from: 'import:config, snmp, statement:configuration',
    means: 'only named management hosts are answered',
  }),
  'crypto.offPolicy': asset.list({
    days: 30,
    from: 'derived, tls, mqtt, opcua, snmp, ssh, aws-iot, import:config',
    means:
      'uses of cryptography seen on it that the approved list (policy.crypto) does not hold; an empty list is positive',
  }),
  'crypto.inventory.lastAt': asset.timestamp({
    volatile: true,
    days: 7,
    from: 'import:passive, import:pki, tls, aws-iot, derived',
    means: 'last time the cryptography in use was recorded',
  }),
  'service.unexpected': asset.list({ days: 30, from: 'derived', means: 'listeners that are not declared' }),
  'service.legacy.enabled': asset.list({
    values: ['telnet', 'ftp', 'tftp', 'snmpv1', 'snmpv2c', 'http', 'smb1', 'vnc'],
    combine: 'union',
    days: 30,
    from: 'snmp, ssh, import:passive, import:config, derived',
    means: 'old services that are on',
  }),
  'service.cleartext.crossing': asset.list({
    values: [
      'mqtt',
      'http',
      'telnet',
      'ftp',
      'snmpv1',
      'snmpv2c',
      'modbus',
      's7',
      'enip',
      'dnp3',
      'vnc',
      'bacnet',
      'iec104',
      'opcuaNone',
    ],
    combine: 'union',
    days: 30,
    from: 'derived, import:firewall, import:passive',
    means: 'clear-text protocols that cross the border of its zone; empty only by positive evidence',
  }),
  'protocol.unauthenticated': asset.list({
    values: ['modbus', 's7', 'enip', 'dnp3', 'bacnet', 'iec104', 'profinet', 'knx'],
    combine: 'union',
    days: 90,
    from: 'modbus, enip, bacnet, import:passive, import:project, inventory, derived',
    means: 'protocols without any log-in that it serves',
  }),
  'network.reachableFrom': asset.list({
    days: 90,
    from: 'import:firewall, import:passive, import:switch, statement:walkdown, derived',
    means:
      'zones (by id, their type in zone.register) that rules or flows let through to it; an empty list is positive',
  }),
  'network.ports.unusedOpen.count': asset.integer({
    days: 90,
    from: 'snmp, import:switch, import:config, statement:walkdown',
    means: 'switch ports administratively up and unused for 30 d',
  }),
  'network.ports.accessControlled': asset.boolean({
    days: 90,
    from: 'import:config, import:switch, snmp',
    means: 'ports ask for a network log-on',
  }),
  'remoteAccess.paths': asset.list({
    days: 90,
    from: 'import:vpn, import:firewall, import:passive, ssh, statement:walkdown',
    means: 'ids in remotePath.register of the ways in that end on this asset',
  }),
  'logging.local.enabled': asset.boolean({
    days: 30,
    from: 'ssh, opcua, aws-iot, snmp, import:config, statement:configuration, statement:interview',
    means: 'security events are recorded',
  }),
  'logging.remote.enabled': asset.boolean({
    days: 30,
    from: 'ssh, snmp, aws-iot, import:siem, import:config, statement:configuration',
    means: 'events leave the device',
  }),
  'logging.remote.encrypted': asset.boolean({
    days: 30,
    from: 'ssh, snmp, aws-iot, import:siem, import:config',
    means: 'their transport is protected',
  }),
  'logging.level': asset.choice({
    values: ['off', 'error', 'warning', 'info', 'debug'],
    days: 30,
    from: 'aws-iot, ssh, opcua, import:config',
    means: 'effective level',
  }),
  'logging.central.lastSeenAt': asset.timestamp({
    volatile: true,
    days: 7,
    from: 'import:siem, aws-iot, import:passive, import:firewall',
    means: 'newest event of this source at the collecting place',
  }),
  'time.sync.state': asset.choice({
    values: ['synchronised', 'unsynchronised', 'local'],
    days: 7,
    from: 'snmp, ssh, opcua',
    means: 'state of the clock',
  }),
  'time.offset': asset.number({
    unit: 's',
    volatile: true,
    days: 7,
    from: 'snmp, ssh, opcua, tls, import:siem',
    means: 'offset to trusted time, signed',
  }),
  'monitor.audit.enabled': asset.list({
    days: 1,
    from: 'aws-iot, import:cloud',
    means: 'platform audit checks that are on',
  }),
  'monitor.audit.scheduled': asset.boolean({
    days: 1,
    from: 'aws-iot, import:cloud',
    means: 'at least one schedule covers them',
  }),
  'monitor.audit.lastCompleted': asset.timestamp({
    volatile: true,
    days: 1,
    from: 'aws-iot, import:cloud',
    means: 'last completed run',
  }),
  'monitor.audit.nonCompliant': asset.integer({
    days: 1,
    from: 'aws-iot, import:cloud',
    means: 'findings not suppressed',
  }),
  'monitor.detect.enabled': asset.boolean({
    days: 7,
    from: 'aws-iot, import:cloud, import:passive',
    means: 'anomaly detection is on with somebody to alert',
  }),
  'monitor.behaviour.profileAt': asset.timestamp({
    days: 30,
    from: 'import:passive, aws-iot, import:siem',
    means: 'age of the behaviour profile of its group',
  }),
  'monitor.rejectedAccess.count': asset.integer({
    unit: '1/24 h',
    volatile: true,
    days: 1,
    from: 'opcua, snmp, aws-iot, import:siem',
    means: 'refused or failed access in 24 h',
  }),
  'boot.secure.enabled': asset.boolean({
    days: 30,
    from: 'ssh, snmp, aws-iot, statement:configuration',
    means: 'verified boot is on',
  }),
  'storage.encrypted': asset.boolean({
    days: 90,
    from: 'ssh, aws-iot, import:cloud, statement:configuration',
    means: 'data at rest are encrypted',
  }),
  'host.malwareProtection.kind': asset.choice({
    values: ['antiMalware', 'allowListing', 'writeFilter', 'none'],
    days: 30,
    from: 'import:edr, ssh, import:cmdb, statement:configuration, statement:walkdown',
    means: 'what protects the host',
  }),
  'host.malwareProtection.active': asset.boolean({
    days: 7,
    from: 'import:edr, ssh, statement:configuration, statement:walkdown',
    means: 'it is in force (allow-listing enforcing, not learning)',
  }),
  'host.malwareProtection.patternAge': asset.duration({
    volatile: true,
    days: 7,
    from: 'import:edr, ssh',
    means: 'age of the pattern',
  }),
  'host.removableMedia.allowed': asset.boolean({
    days: 180,
    from: 'import:edr, import:config, ssh, statement:walkdown',
    means: 'foreign removable media work',
  }),
} as const;

/**
 * Facts that the vocabulary lets a collector fill and that it does not: why, in words for who asks. A test holds this
 * list complete and free of what a manifest promises.
 */
import type { FactName } from './vocabulary.ts';

export const derived = 'follows from several looks: derived from what this collector fills';
const people = 'the standard has no object for it; imports and people fill it';
const baselines = 'needs the approved configuration to compare with; imports fill it';

export const unfilled: Readonly<Record<string, Partial<Record<FactName, string>>>> = {
  mqtt: {
    'identity.clientCertificate.present': 'a broker shows the certificates of its clients to nobody',
    'crypto.offPolicy': derived,
    'site.register': people,
    'principal.register':
      'users of mosquitto lie in files beside the configuration that hold password hashes: not read',
    'flow.register': people,
    'data.names': 'names of topics tell of products and recipes: sampled under a consent that is not built yet',
  },
  tls: {
    'identity.unique': derived,
    'crypto.offPolicy': derived,
  },
  opcua: {
    'firmware.supported': derived,
    'identity.deviceIdUnique': derived,
    'identity.unique': derived,
    'crypto.offPolicy': derived,
    'firmware.approved.current': baselines,
    'identity.clientCertificate.present':
      'a server shows its own certificate, which other facts hold, and not its clients’',
    'identity.clientCertificate.keySound':
      'a server shows its own certificate, which other facts hold, and not its clients’',
    'account.privileged.count': 'user management (Part 18) is readable to administrators only',
    'principal.register': 'user management (Part 18) is readable to administrators only',
    'key.register': 'key credentials (Part 12) are readable to administrators only',
    'logging.level': people,
    'time.sync.state': 'time sources are not in the address space that servers must have',
    'authorization.wildcard.granted': 'rights are per node: a sample of nodes proves no rule',
    'data.names': 'names of namespaces tell of products and recipes: sampled under a consent that is not built yet',
  },
  snmp: {
    'firmware.supported': derived,
    'identity.deviceIdUnique': derived,
    'identity.unique': derived,
    'crypto.offPolicy': derived,
    'config.lastChange': derived,
    'inventory.presence.latencyP95': 'would follow from a month of neighbour tables; not derived yet',
    'inventory.presence.zones.covered.count': 'would follow from a month of neighbour tables; not derived yet',
    'firmware.approved.current': baselines,
    'config.baseline.matches': baselines,
    'config.rules.total': baselines,
    'config.rules.failed.count': baselines,
    'firmware.buildDate': people,
    'physical.tamper.eventSeen': 'comes as a notification; listening to those is not built yet',
    'snmp.source.restricted': 'an agent that answers us does not say whom else it answers',
    'logging.local.enabled': people,
    'logging.remote.encrypted': people,
    'boot.secure.enabled': people,
    'zone.register': people,
    'site.register': people,
    'assetType.register': derived,
    'wireless.register': 'each maker has objects of its own; none is listed by two sources yet',
  },
  ssh: {
    'identity.unique': derived,
    'crypto.offPolicy': derived,
    'config.lastChange': derived,
    'assetType.register': derived,
    'config.baseline.matches': baselines,
    'config.rules.total': baselines,
    'config.rules.failed.count': baselines,
    'config.attested.result': 'needs root or the TPM group, which a reading account is not in',
    'config.attested.lastAt': 'needs root or the TPM group, which a reading account is not in',
    'attestation.result': 'needs root or the TPM group, which a reading account is not in',
    'attestation.lastAt': 'needs root or the TPM group, which a reading account is not in',
    'identity.keyInHardware': 'needs root or the TPM group, which a reading account is not in',
    'backup.lastSuccess': 'every backup program keeps its state elsewhere; imports fill it',
    'backup.hash.matches': 'every backup program keeps its state elsewhere; imports fill it',
    'account.orphan.count': 'which account has an owner is known to people only',
    'account.admin.total': 'which account is a person’s is known to people only',
    'account.admin.personal.count': 'which account is a person’s is known to people only',
    'account.adminPeople.separate.count': 'which account is a person’s is known to people only',
    'account.thirdParty.register': 'which account is a third party’s is known to people only',
    'remoteAccess.paths': 'which listener is a way in from outside is known to people only',
    'authorization.roles': 'Linux groups are no roles of the application',
    'tls.version.min':
      'the system-wide policy of cryptography binds not every program; the tls collector sees each port',
    'dataStore.register': people,
    'key.register': people,
  },
  modbus: { 'firmware.buildDate': 'no object of the standard’s list holds a date' },
  enip: {
    'device.hardwareRevision': 'ListIdentity has one revision, the firmware’s',
    'identity.deviceIdUnique': derived,
  },
  bacnet: {
    'identity.deviceIdUnique': derived,
  },
};
